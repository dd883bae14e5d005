"""Merging at the editors' desk: two records side by side, a choice for each difference, and what will move."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.around import form_of, list_of, named
from directory.merging import FEW, Changed, Merge, Refused

KEPT, OTHER = "kept", "other"


class MergeForm(forms.Form):
    """An editor's choices: for each difference whose value it shall be, and whether readers go on being told of it."""

    fingerprint = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, merge, data=None):
        """Offer what differs now; whatever else was sent is of an older page."""
        super().__init__(data)
        self.merge = merge
        for each in merge.differences:
            name = each.field.name
            self.fields[f"of_{name}"] = forms.ChoiceField(choices=[(KEPT, ""), (OTHER, "")], required=False)
            if each.told:
                self.fields[f"tell_{name}"] = forms.BooleanField(required=False)

    def taken(self):
        """Return the names of the fields whose value is the other record's."""
        return [each.field.name for each in self.merge.differences if self._chosen(each) == OTHER]

    def told(self):
        """Return the names of the fields of which readers go on being told both values."""
        data = self.cleaned_data
        return [each.field.name for each in self.merge.differences if data.get(f"tell_{each.field.name}")]

    def _chosen(self, difference):
        usual = OTHER if difference.field.name in self.merge.taken else KEPT
        return (self.data.get(f"of_{difference.field.name}") if self.is_bound else "") or usual

    def rows(self):
        """Return what the page draws of each difference."""
        return [
            {
                "field": each.field,
                "kept": each.kept,
                "other": each.other,
                "chosen": self._chosen(each),
                "told": each.told,
                "tell": not self.is_bound or f"tell_{each.field.name}" in self.data,
            }
            for each in self.merge.differences
        ]


class Merging:
    """Lists from which two duplicates are merged, and the page on which that is done."""

    def get_urls(self):
        """Add the page."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        return [path("merge/", self.admin_site.admin_view(self.merge_view), name=name), *super().get_urls()]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Say of the address what happens when it is changed."""
        if db_field.name == "slug":
            kwargs["help_text"] = _(
                "The last part of the page's address. When it changes, the old one leads to the new one."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_merge_permission(self, request, kept=None, other=None):
        """Whoever may change the one that stays and delete the other may merge them; funders as organisations."""
        desk = self.admin_site.get_model_admin(self.opts.concrete_model)
        return desk.has_change_permission(request, kept) and desk.has_delete_permission(request, other)

    @admin.action(description=gettext_lazy("Merge two duplicates"), permissions=["merge"])
    def merge_two(self, request, queryset):
        """Lead to the page on which two chosen records are merged."""
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[:3])
        if len(keys) != 2:
            self.message_user(request, _("Choose exactly two records to merge."), messages.WARNING)
            return None
        return HttpResponseRedirect(f"{self._address('merge')}?ids={keys[0]},{keys[1]}")

    def _address(self, page):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}")

    def _two(self, request):
        """Return the two records that the address names, that which stays first; [] where it does not name two."""
        keys = request.GET.get("ids", "").split(",")
        if len(set(keys)) != 2 or not all(key.isascii() and key.isdecimal() and len(key) < 19 for key in keys):
            return []
        found = self.model._base_manager.in_bulk(map(int, keys))
        return [found[int(key)] for key in keys] if len(found) == 2 else []

    def merge_view(self, request):
        """Show what merging two records means, and do it once it is confirmed."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        records = self._two(request)
        if not records:
            sentence = _("The address does not name two records that are there: choose them in the list.")
            self.message_user(request, sentence, messages.WARNING)
            return HttpResponseRedirect(self._address("changelist"))
        if not self.has_merge_permission(request, *records):
            raise PermissionDenied
        merge, problems, status = Merge(*records), [], 200
        form = MergeForm(merge, request.POST if request.method == "POST" else None)
        if form.is_bound:
            merge = Merge(*records, form.taken())
            if form.is_valid():
                try:
                    words = merge.do(form.cleaned_data["fingerprint"], form.told())
                except Changed:
                    sentence = _("One of the two was changed meanwhile: nothing was merged. This is what they say now.")
                    messages.error(request, sentence)
                except Refused as refused:
                    problems = refused.problems
                else:
                    return self._merged(request, merge, words)
                status = 409
            else:
                messages.error(request, _("The page could not be read: nothing was merged. Please choose again."))
                status = 400
        return self._page(request, merge, form, problems or list(merge.problems()), status)

    def _merged(self, request, merge, words):
        """Write down what was done, in the history of both, and say so."""
        content_type = ContentType.objects.get_for_model(merge.model)
        note = _("Merged into “%(name)s”.") % {"name": merge.result}
        for record, flag, text in ((merge.kept, CHANGE, words), (merge.other, DELETION, note)):
            LogEntry.objects.create(
                user=request.user,
                content_type=content_type,
                object_id=str(record.pk),
                object_repr=str(record)[:200],
                action_flag=flag,
                change_message=text,
            )
        sentence = _("“%(other)s” is one with “%(kept)s” now, and its address leads there.")
        messages.success(request, sentence % {"other": merge.other, "kept": merge.result})
        return HttpResponseRedirect(form_of(merge.kept))

    def _page(self, request, merge, form, problems, status):
        """Draw both records, what differs, what moves and what stands in the way."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Merge two duplicates"),
            "media": self.media,
            "kept": {**named(merge.kept), "record": merge.kept},
            "other": {**named(merge.other), "record": merge.other},
            "swapped": f"{self._address('merge')}?ids={merge.other.pk},{merge.kept.pk}",
            "fingerprint": merge.fingerprint,
            "rows": form.rows(),
            "telling": any(each.told for each in merge.differences),
            "as_discrepancy": bool(merge.discrepancies),
            "same": merge.same,
            "moving": [self._moving(merge, each) for each in merge.moving],
            "problems": [
                {"sentence": each.sentence, "records": [named(record) for record in each.records]}
                for each in problems[:FEW]
            ],
            "more_problems": max(0, len(problems) - FEW),
            "result": merge.result,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/merge.html", context, status=status)

    def _moving(self, merge, moving):
        """Return what the page draws of what leads to the other record by one relation."""
        options = moving.model._meta
        many = moving.field.many_to_many
        sentence = ngettext("%(count)d %(kind)s", "%(count)d %(kinds)s", moving.count) % {
            "count": moving.count,
            "kind": options.verbose_name,
            "kinds": options.verbose_name_plural,
        }
        dropped = ngettext(
            "%(count)d more says the same as one of the record that stays, and is dropped.",
            "%(count)d more say the same as those of the record that stays, and are dropped.",
            len(moving.same),
        )
        return {
            "sentence": f"{capfirst(sentence)} (“{moving.field.verbose_name}”)",
            "dropped": dropped % {"count": len(moving.same)} if moving.same else "",
            "few": [named(each) for each in moving.few],
            "more": moving.count - len(moving.few),
            "all": "" if many else list_of(moving.field, [merge.other.pk]),
        }
