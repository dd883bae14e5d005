"""The past of records at the desk: their history, going back to any version, and what was deleted."""

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory.acts import act
from directory.bases import Listed
from directory.differences import Names
from directory.past import Version, read, steps
from directory.restoring import deleted, fingerprint, plan_to_recover, plan_to_restore
from directory.seen import FIELD

PER_PAGE = 50


class WithPast:
    """Mixin for the admin of records and rows of which every version is remembered."""

    def get_urls(self):
        """Add the ways into the past; a proxy's records have theirs where the records themselves are edited."""
        view, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        restore = path("<path:object_id>/history/<int:number>/", view(self.restore_view), name=f"{name}_restore")
        of_gone = [
            path("deleted/", view(self.deleted_view), name=f"{name}_deleted"),
            path("deleted/<int:number>/", view(self.recover_view), name=f"{name}_recover"),
        ]
        return [restore, *([] if self.opts.proxy else of_gone), *super().get_urls()]

    def address(self, page, *args):
        """Return the address of a page of this admin."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=args)

    def deleted_address(self, request):
        """Return where the deleted records are; "" for a proxy."""
        return "" if self.opts.proxy else self.address("deleted")

    def render(self, request, template, title, **context):
        """Show a page of the past."""
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, context)

    def history_view(self, request, object_id, extra_context=None):
        """Show who did what when to the record and its rows, the latest first."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        done = steps(record)
        return self.render(
            request,
            "admin/past.html",
            _("History of “%(name)s”") % {"name": record},
            object=record,
            page=Paginator(done, PER_PAGE).get_page(request.GET.get("p")),
            latest=done[0] if done else None,
            may_restore=self.has_change_permission(request, record),
        )

    def restore_view(self, request, object_id, number):
        """Show what going back to a version would change; do it when that is confirmed."""
        return self.confirm(request, lambda: self.restoring(request, object_id, number))

    def restoring(self, request, object_id, number):
        """Return (record, plan, title, button) of a restore; raises `Http404` and `PermissionDenied`."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        plan = plan_to_restore(record, number)
        return record, plan, _("Restore an earlier version of “%(name)s”") % {"name": record}, _("Restore this version")

    def recover_view(self, request, number):
        """Show what the recovery of a deleted record would bring back; do it when that is confirmed."""
        return self.confirm(request, lambda: self.recovering(request, number))

    def recovering(self, request, number):
        """Return (None, plan, title, button) of a recovery; raises `Http404` and `PermissionDenied`."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        row = get_object_or_404(deleted(self.model), pk=number)
        [version] = read(deleted(self.model).filter(pk=row.pk))
        plan = plan_to_recover(version)
        return None, plan, _("Recover “%(name)s”") % {"name": plan.label(plan.pieces[0])}, _("Recover it")

    def confirm(self, request, prepared):
        """Show a plan, or carry it out if it is still the one that was confirmed."""
        if request.method != "POST":
            return self.show(request, *prepared())
        with act(request.user):
            record, plan, title, button = prepared()
            if request.POST.get(FIELD) != fingerprint(plan):
                words = _("Nothing was done: the record was changed meanwhile. This is what would change now.")
                self.message_user(request, words, messages.WARNING)
                return self.show(request, record, plan, title, button)
            if "forget" in request.POST and record is None and plan.persons():
                plan.forget_persons(request.user)
                self.message_user(request, _("The person was removed from all versions."), messages.SUCCESS)
                return HttpResponseRedirect(request.path)
            if not plan.pieces or self.problems(request, plan):
                return self.show(request, record, plan, title, button)
            record = plan.carry_out(request.user)
            names = [each.name for told in plan.told() if not told.label for each in told.differences]
            with override(None):
                fields = [str(self.opts.get_field(name).verbose_name) for name in names]
            self.log_change(request, record, [{"changed": {"fields": fields}}])
        words = _("“%(name)s” is as it was.") % {"name": record}
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(self.address("history", record.pk))

    def problems(self, request, plan):
        """Return a sentence for all that stands in the way: rules, what is gone, and what one may not do."""
        found = plan.problems(request.user)
        may_publish = getattr(self, "has_publish_permission", self.has_change_permission)
        first = plan.pieces[0]
        if (
            first.now
            and first.then
            and first.now.get("published") != first.then.get("published")
            and not may_publish(request)
        ):
            found.append(_("This would change whether visitors see the record, which your account may not do."))
        return found

    def show(self, request, record, plan, title, button):
        """Ask for confirmation."""
        return self.render(
            request,
            "admin/restore.html",
            title,
            object=record,
            told=plan.told(),
            problems=self.problems(request, plan) if plan.pieces else [],
            seen=fingerprint(plan),
            button=button,
            recovery=record is None,
            persons=record is None and plan.persons(),
        )

    def deleted_view(self, request):
        """List what was deleted, the latest first, each with the way to recover it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        page = Paginator(deleted(self.model), PER_PAGE).get_page(request.GET.get("p"))
        versions, names, users = read(page.object_list), Names(), get_user_model()
        for version in versions:
            names.want(users, version.user)
            for end in getattr(self.model, "ends", ()):
                field = self.model._meta.get_field(end)
                names.want(field.related_model, version.state[field.attname])
        names.load()
        gone = [
            {
                "name": self.name_of(version, names),
                "at": version.at,
                "user": names(users, version.user) if version.user else "",
                "recover": self.address("recover", version.number),
            }
            for version in versions
        ]
        title = _("Deleted: %(kind)s") % {"kind": self.opts.verbose_name_plural}
        return self.render(
            request, "admin/deleted.html", title, page=page, gone=gone, may=self.has_add_permission(request)
        )

    def name_of(self, version: Version, names):
        """Return what a deleted record was called; a row by the records that it tied."""
        record = self.model(**{name: value for name, value in version.state.items() if name != "many"})
        if isinstance(record, Listed):
            return str(record)
        fields = [self.model._meta.get_field(end) for end in self.model.ends]
        ends = [(each.related_model, version.state[each.attname]) for each in fields]
        return " – ".join(names(*each) for each in ends if each[1] is not None) or str(record)
