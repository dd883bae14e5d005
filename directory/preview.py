"""A record's public page as visitors would see it, made of what is saved or only typed, and then forgotten.

The page of a draft shows rows and links only where the record is public. So the record is published, and what was typed
is saved, in a transaction that is rolled back when the page is drawn: what is shown is what publishing would show, by
the code that shows it, and nothing is left of it. Files that were chosen are not part of it.
"""

from copy import copy

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms.formsets import all_valid
from django.http import Http404
from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from directory.visits import kinds

SAVED = _("Preview of a draft: it is not public. Visitors would see this page if the draft were published now.")
PUBLIC = _("Preview: this page is public already, as it is saved.")
TYPED = _("Preview: nothing of this is saved. Visitors would see this page if what you typed were saved and published.")


def has_page(model):
    """Whether records of a model have a page of their own; of some kinds that share an address, only one has."""
    return kinds().get(model.section) is model


def preview(model_admin, request, object_id):
    """Answer the record's public page: as it is saved, or (POST) as it would be with what is typed in its form."""
    record = model_admin.get_object(request, object_id)
    if record is None or not has_page(type(record)):
        raise Http404
    allowed = model_admin.has_change_permission if request.method == "POST" else model_admin.has_view_permission
    if not allowed(request, record):
        raise PermissionDenied
    with transaction.atomic():
        if request.method == "POST":
            with model_admin.clock(request, object_id):
                banner, response = TYPED, refused_or_saved(model_admin, request, record)
        else:
            banner, response = PUBLIC if record.visible else SAVED, None
        response = response or drawn(model_admin, request, record, banner)
        transaction.set_rollback(True)
    response["X-Robots-Tag"] = "noindex"
    return response


def refused_or_saved(model_admin, request, record):
    """Save what is typed; return the form with its errors if it cannot be saved, drawn as if it had been sent."""
    # Without files: what is stored as a file is not taken back with a transaction.
    form = model_admin.get_form(request, record, change=True)(request.POST, instance=record)
    valid = form.is_valid()
    formsets, _inlines = model_admin._create_formsets(request, form.instance, change=True)
    if not all_valid(formsets) or not valid:
        address = reverse(admin_name(record, "change"), args=[record.pk])
        return model_admin.changeform_view(request, str(record.pk), form_url=address).render()
    record = model_admin.save_form(request, form, change=True)
    model_admin.save_model(request, record, form, change=True)
    model_admin.save_related(request, form, formsets, change=True)
    return None


def drawn(model_admin, request, record, banner):
    """Return the public page of a record, published for the moment, with a banner that says what it is."""
    model_admin.model.objects.filter(pk=record.pk).update(published=True)
    address = record.get_absolute_url()
    public, view = copy(request), resolve(address)
    public.method, public.path, public.path_info = "GET", address, address
    public.preview = {"says": banner, "form": reverse(admin_name(record, "change"), args=[record.pk])}
    return view.func(public, *view.args, **view.kwargs)


def admin_name(record, page):
    """Return the name of a page in the admin on a record."""
    return f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}"


def view(model_admin):
    """Return the view that previews records of an admin."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def shown(request, object_id):
        return preview(model_admin, request, object_id)

    return model_admin.admin_site.admin_view(shown)
