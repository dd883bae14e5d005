"""What the lists and forms of records offer to whoever works through them: what is left, a preview, “verified today”."""

from contextlib import nullcontext

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import path, reverse
from django.utils import formats
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import preview
from directory.tasks import LONG_AGO, TaskFilter, of

LOOK, VERIFY = "_look", "_verify"


class Working:
    """Lists and forms of records with a page, for those who keep them true."""

    change_form_template = "admin/record_form.html"

    @property
    def task_filters(self):
        """What is left to do; a kind that only stands for another is worked through there."""
        return [TaskFilter] if of(self.model) else []

    @admin.display(description=gettext_lazy("state"), ordering="published")
    def state(self, record):
        """Whether visitors see it."""
        return _("published") if record.published else _("draft")

    @admin.display(description=gettext_lazy("verified"), ordering="verified_at")
    def verified(self, record):
        """When somebody compared it with its source, and whether that is long ago."""
        if not record.verified_at:
            return _("never")
        day = formats.date_format(record.verified_at, "SHORT_DATE_FORMAT")
        if record.verified_at < localdate() - LONG_AGO:
            return _("%(day)s, more than a year ago") % {"day": day}
        return day

    def clock(self, request, object_id):
        """Return a context in which typed moments are read: the site's time zone, unless a kind has its own."""
        return nullcontext()

    def get_urls(self):
        """Add the preview of each record."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_preview"
        return [path("<path:object_id>/preview/", preview.view(self), name=name), *super().get_urls()]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        """Say what the form's further buttons lead to."""
        if obj and preview.has_page(self.model):
            context["preview_address"] = reverse(preview.admin_name(obj, "preview"), args=[obj.pk])
        context["can_look"] = preview.has_page(self.model)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_related(self, request, form, formsets, change):
        """Note that the record was gone through, if that is what was said; this is no edit."""
        super().save_related(request, form, formsets, change)
        if VERIFY in request.POST and change:
            self._change(request, [form.instance], verified_at=localdate(), verified_by=request.user)

    def response_post_save_change(self, request, obj):
        """Stay on the form of what was verified, or look at the page."""
        if VERIFY in request.POST:
            self.message_user(request, _("Verified as of today."))
            return HttpResponseRedirect(request.get_full_path())
        return self._page_of(request, obj) or super().response_post_save_change(request, obj)

    def response_post_save_add(self, request, obj):
        """Look at the page of what was added, if that was asked for."""
        return self._page_of(request, obj) or super().response_post_save_add(request, obj)

    def _page_of(self, request, obj):
        """Return the way to the record's page, or to its preview while it is a draft; None if it was not asked for."""
        if LOOK not in request.POST or not preview.has_page(self.model):
            return None
        public = self.get_view_on_site_url(obj)
        return HttpResponseRedirect(public or reverse(preview.admin_name(obj, "preview"), args=[obj.pk]))
