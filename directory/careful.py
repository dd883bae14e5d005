"""Forms, lists and deletions in which nobody's work is lost: each says what it was drawn from, and is held to it."""

import json

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import TextField
from django.forms import CharField
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from directory.acts import act, remembered
from directory.past import leads_to, present, rows_of, steps
from directory.restoring import deleted
from directory.seen import FIELD, GONE, UNKNOWN, Merge, Refused, Sent, digest, drawn_from, snapshot, told_by
from directory.versions import Version

# Of a record with more rows than a person can look through, their number is held to, not what each says.
MOST_ROWS_HELD = 1000


def state_of(record):
    """Return a short word for all that is stored of a record as it was loaded, however it came there."""
    return digest([field.value_from_object(record) for field in record._meta.concrete_fields])


def state_with_rows(record):
    """Return a short word for what a deletion takes: the record and its own rows."""
    model, states = type(record)._meta.concrete_model, []
    states.append(present(model, [record.pk]))
    for rows, names in rows_of(model, owned=True).items():
        own = rows._base_manager.filter(leads_to(names, record.pk)).order_by("pk").values_list("pk", flat=True)
        keys = list(own[: MOST_ROWS_HELD + 1])
        states.append(present(rows, keys) if len(keys) <= MOST_ROWS_HELD else {0: {"count": own.count()}})
    return digest([sorted((key, sorted(state.items())) for key, state in each.items()) for each in states])


class Paragraphs(CharField):
    """A text in which a browser's way of ending a line is no change."""

    def to_python(self, value):
        """Read line ends as the database keeps them."""
        return super().to_python(value).replace("\r\n", "\n")

    def has_changed(self, initial, data):
        """Compare what was stored as if it had been typed."""
        return super().has_changed(self.to_python(initial), data)


PARAGRAPHS = {TextField: {"form_class": Paragraphs, "widget": AdminTextareaWidget}}


class CarefulForms:
    """Mixin for the admin of whatever several people edit: nobody saves over what she has not seen."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Save in one act, unless somebody else changed what the form was drawn from."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with act(request.user):
            record = self.get_object(request, unquote(object_id)) if object_id else None
            if object_id and self.has_change_permission(request, record):
                if record is None:
                    if self.may_begin_anew(request):
                        return self.begin_anew(request, extra_context)
                    known = remembered(self.model) and self.is_key(object_id)
                    gone = deleted(self.model).filter(id=unquote(object_id)).first() if known else None
                    return self.answer_gone(request, gone) if gone else self.missing(request, object_id)
                sent = Sent(request, *self.drawn(request, record))
                if sent.conflicts():
                    request.conflict = sent
                    request.POST = sent.data
            return super().changeform_view(request, object_id, form_url, extra_context)

    def is_key(self, text):
        """Whether a part of an address can be a key."""
        return unquote(text).isdecimal() and len(text) < 19

    def missing(self, request, object_id):
        """Answer as Django does where there never was such a record."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

    def drawn(self, request, record):
        """Return the form of a record as it would be drawn now, and its rows that can be edited there."""
        fields = flatten_fieldsets(self.get_fieldsets(request, record))
        form = self.get_form(request, record, change=True, fields=fields)(instance=record)
        formsets, prefixes = [], {}
        for formset, inline in self.get_formsets_with_inlines(request, record):
            prefix = formset.get_default_prefix()
            prefixes[prefix] = prefixes.get(prefix, 0) + 1
            if prefixes[prefix] != 1 or not prefix:
                prefix = f"{prefix}-{prefixes[prefix]}"
            if inline.has_change_permission(request, record):
                formsets.append(formset(instance=record, prefix=prefix, queryset=inline.get_queryset(request)))
        return form, formsets

    def get_form(self, request, obj=None, change=False, **options):
        """Let a form that somebody else's change, or deletion, stands against be no valid one."""
        form = super().get_form(request, obj, change=change, **options)
        refusal = {"refusal": GONE} if hasattr(request, "gone") else {}
        return type(form.__name__, (Refused, form), refusal) if refusal or hasattr(request, "conflict") else form

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Let the form carry what it was drawn from, and tell the differences."""
        if change and self.has_change_permission(request, obj):
            conflict = getattr(request, "conflict", None)
            if conflict:
                context |= {"seen": conflict.now, "clashes": conflict.clashes}
                done = steps(obj) if remembered(self.model) else []
                context["latest"] = next((step for step in done if step.user), None)
            elif request.method == "POST":
                context["seen"] = told_by(request.POST)
            else:
                formsets = [each.formset for each in context["inline_admin_formsets"] if each.has_change_permission]
                context["seen"] = drawn_from(context["adminform"].form, formsets)
            context["seen"] = json.dumps(context["seen"], separators=(",", ":"))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def may_begin_anew(self, request):
        """Whether what was drawn as the form of a record without a past, which is gone, can become a new one."""
        drawn = told_by(request.POST) is not UNKNOWN
        return drawn and not remembered(self.model) and self.has_add_permission(request)

    def begin_anew(self, request, extra_context):
        """Show what was typed in the form of a new record, with what of the one that is gone could not be changed."""
        form, data = self.get_form(request, None, change=False)(), request.POST.copy()
        for name, text in told_by(data)["record"].items():
            field = form.fields.get(name)
            if field and field.widget.value_omitted_from_data(data, request.FILES, form.add_prefix(name)):
                data[name] = text or ""
        request.POST, request.gone = data, True
        add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return super().changeform_view(request, None, add, extra_context)

    def answer_gone(self, request, gone):
        """Say that the record was deleted meanwhile, how it comes back, and keep what was typed to be copied."""
        version = deleted(self.model).filter(pk=gone.pk)
        form = self.get_form(request, None, change=False)()
        told = told_by(request.POST)
        saw = {} if told is UNKNOWN else told["record"]
        typed = []
        for name, field in form.fields.items():
            text = request.POST.get(name, "")
            if isinstance(field, CharField) and text and field.has_changed(saw.get(name), text):
                typed.append((capfirst(field.label), text))
        recover = f"admin:{self.opts.app_label}_{self.opts.model_name}_recover"
        context = {
            **self.admin_site.each_context(request),
            "title": _("The record was deleted while you had it open"),
            "opts": self.opts,
            "typed": typed,
            "recover": reverse(recover, args=[version.get().pk]) if self.has_add_permission(request) else "",
        }
        return TemplateResponse(request, "admin/gone.html", context, status=409)


class Careful(CarefulForms):
    """Mixin for the admin of records and rows: every write is one act of one person, and none is done unseen."""

    def save_model(self, request, obj, form, change):
        """Write nothing where nothing was changed: not even the directory's version moves."""
        if not change or form.has_changed():
            super().save_model(request, obj, form, change)

    # Lists and their actions

    def changelist_view(self, request, extra_context=None):
        """Let the list say what state its records were shown in; do what is chosen there in one act."""
        if request.method == "POST":
            with act(request.user):
                response = super().changelist_view(request, extra_context)
        else:
            response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            context["seen"] = self.seen_in(context["cl"])
            context["deleted"] = self.deleted_address(request)
        elif "queryset" in context:
            context["seen"] = json.dumps({record.pk: state_of(record) for record in context["queryset"]})
        return response

    def seen_in(self, changelist):
        """Return what a list was drawn from; where it has several pages, also the version of the whole directory."""
        number = Version.objects.values_list("number", flat=True).first() if changelist.multi_page else None
        shown = {"": number, **{str(row.pk): state_of(row) for row in changelist.result_list}}
        if changelist.formset and not changelist.formset.is_bound:
            shown["values"] = {str(each.instance.pk): shown_in(each) for each in changelist.formset.initial_forms}
        elif changelist.formset:
            shown["values"] = changelist.formset.now
        return json.dumps(shown)

    def get_changelist_formset(self, request, **options):
        """Hold what was typed into a list against what is stored now."""
        formset = super().get_changelist_formset(request, **options)
        if request.method != "POST" or "_save" not in request.POST:
            return formset
        prefix, told = formset.get_default_prefix(), self.list_seen(request).get("values", {})
        merge, refusals, now = Merge(request), [], {}
        sent = {
            merge.data.get(f"{prefix}-{index}-{self.opts.pk.name}"): index for index in range(self.list_max_show_all)
        }
        for form in formset(queryset=self._get_list_editable_queryset(request, prefix)).initial_forms:
            key, form.prefix = str(form.instance.pk), f"{prefix}-{sent[str(form.instance.pk)]}"
            now[key] = shown_in(form)
            found = merge.compare(form, told.get(key, {}), now[key])
            if any(typed is not None for *_others, typed in found):
                refusals.append((form, found))
        merge.names.load()
        request.POST = merge.data
        sentences = [merge.in_a_sentence(form, *each) for form, found in refusals for each in found]
        return type(formset.__name__, (CarefulList, formset), {"careful": sentences, "now": now})

    @staticmethod
    def list_seen(request):
        """Return {key: state} as the list that was sent says; nothing if it does not."""
        try:
            told = json.loads(request.POST.get(FIELD, "{}"))
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}

    def response_action(self, request, queryset):
        """Leave out what was changed since the list was drawn, and say so."""
        told = self.list_seen(request)
        if not told:
            return super().response_action(request, queryset)
        number = Version.objects.values_list("number", flat=True).first()
        if request.POST.get("select_across") == "1":
            if told.get("") != number:
                words = _("Nothing was done: the directory has changed since this list was drawn. Look at it again.")
                self.message_user(request, words, messages.WARNING)
                return HttpResponseRedirect(request.get_full_path())
            return super().response_action(request, queryset)
        chosen = [key for key in request.POST.getlist("_selected_action") if self.is_key(key)]
        records = list(self.get_queryset(request).filter(pk__in=chosen))
        changed = [record for record in records if told.get(str(record.pk)) != state_of(record)]
        for record in changed:
            words = _("“%(name)s” was changed since you saw it; nothing was done with it. Look at it again.")
            self.message_user(request, words % {"name": record}, messages.WARNING)
        if gone := len(set(chosen)) - len(records):
            words = _("Of what you chose, %(count)d had been deleted meanwhile.") % {"count": gone}
            self.message_user(request, words, messages.WARNING)
        if len(changed) == len(records):
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset.exclude(pk__in=[record.pk for record in changed]))

    # Deletions

    def delete_view(self, request, object_id, extra_context=None):
        """Delete in one act, unless the record or its rows were changed since it was asked whether to."""
        if request.method != "POST":
            record = self.get_object(request, unquote(object_id))
            seen = {FIELD: state_with_rows(record)} if record else {}
            return super().delete_view(request, object_id, {**(extra_context or {}), **seen})
        with act(request.user):
            record = self.get_object(request, unquote(object_id))
            told = request.POST.get(FIELD)
            if record and told and told != state_with_rows(record):
                words = _(
                    "Nothing was deleted: somebody changed the record meanwhile. This is what would be deleted now."
                )
                self.message_user(request, words, messages.WARNING)
                return HttpResponseRedirect(request.get_full_path())
            return super().delete_view(request, object_id, extra_context)


def shown_in(form):
    """Return what of a record can be decided in a list, as it is stored."""
    return {name: text for name, text in snapshot(form).items() if name in form.fields}


class CarefulList:
    """Mixin for the formset of a list that is edited in place; `careful` are sentences against it."""

    def clean(self):
        """Refuse rows that somebody else changed since the list was drawn."""
        super().clean()
        if self.careful:
            raise ValidationError(self.careful)
