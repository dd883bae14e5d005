"""Imports that were made, as the admin lists them, and taking them back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.imports.done import MOST_NAMED, edited, touched
from directory.imports.door import Door, page
from directory.imports.own import own_tables


def tell_undone(request, undone):
    """Say what taking an import back did, and which records it left as they are."""
    removed = ngettext("%(count)d record was removed", "%(count)d records were removed", undone.removed)
    restored = ngettext("%(count)d record was changed back", "%(count)d records were changed back", undone.restored)
    words = {"removed": removed % {"count": undone.removed}, "restored": restored % {"count": undone.restored}}
    messages.success(request, _("The import was taken back: %(removed)s, %(restored)s.") % words)
    for record, reason in undone.kept[:MOST_NAMED]:
        messages.warning(request, _("“%(record)s” stays as it is: %(reason)s.") % {"record": record, "reason": reason})
    if len(undone.kept) > MOST_NAMED:
        more = len(undone.kept) - MOST_NAMED
        text = ngettext("%(count)d more record stays as it is.", "%(count)d more records stay as they are.", more)
        messages.warning(request, text % {"count": more})


def label_of(name):
    """Return what a mapping is called; its name, where it is none of our tables."""
    kind = own_tables().get(name)
    return str(kind.label) if kind else name


class WhatFilter(admin.SimpleListFilter):
    """Imports of one sort of records."""

    title = gettext_lazy("records")
    parameter_name = "mapping"

    def lookups(self, request, model_admin):
        """The sorts of which there are imports."""
        names = model_admin.model.objects.order_by("mapping").values_list("mapping", flat=True).distinct()
        return [(name, capfirst(label_of(name))) for name in names]

    def queryset(self, request, queryset):
        """Keep the imports of the one that is chosen."""
        return queryset.filter(mapping=self.value()) if self.value() else queryset


class ImportAdmin(admin.ModelAdmin):
    """Imports that were made, and how to take them back."""

    list_display = ("made_at", "what", "user", "file_name", "new", "changed", "same", "refused", "undone_at")
    list_display_links = ("made_at", "what")
    list_filter = (WhatFilter, "user")
    list_select_related = ("user",)
    search_fields = ("file_name", "mapping")
    date_hierarchy = None
    actions = None
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=gettext_lazy("records"), ordering="mapping")
    def what(self, made):
        """What sort of records it told of."""
        return capfirst(label_of(made.mapping))

    def get_urls(self):
        """Add the steps before the addresses of single imports."""
        view = self.admin_site.admin_view
        undo = path("<int:pk>/undo/", view(self.undo), name="directory_import_undo")
        return [*Door(self.admin_site).urls(), undo, *super().get_urls()]

    def has_add_permission(self, request):
        """An import begins with a file, not with a form."""
        return False

    def has_change_permission(self, request, obj=None):
        """What was done stays told as it was."""
        return False

    def has_delete_permission(self, request, obj=None):
        """What was done stays told."""
        return False

    def has_undo_permission(self, request):
        """Whether the editor may take imports back."""
        return request.user.has_perm("directory.undo_import")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show what an import did, with links to what it touched."""
        made = self.get_object(request, object_id)
        if made is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, made):
            raise PermissionDenied
        return page(
            self.admin_site,
            request,
            "result",
            title=_("Import of %(kind)s") % {"kind": label_of(made.mapping)},
            original=made,
            touched=touched(made),
            may_undo=self.has_undo_permission(request) and not made.undone_at,
        )

    def undo(self, request, pk):
        """Take an import back, after saying what that means."""
        made = self.get_object(request, pk)
        if made is None:
            raise Http404
        if not self.has_undo_permission(request):
            raise PermissionDenied
        if request.method == "POST" and not made.undone_at:
            tell_undone(request, made.undo(request.user))
            return HttpResponseRedirect(reverse("admin:directory_import_change", args=[pk]))
        return page(
            self.admin_site,
            request,
            "undo",
            title=_("Take the import back?"),
            original=made,
            touched=touched(made),
            edited=edited(made),
        )
