"""A record's own page, and the way from it to its form in the admin."""

from django.contrib.admin.views.decorators import staff_member_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from directory.figures import Discrepancy


class RecordDetail(View):
    """The page of one record: `page` turns it into facts and sections."""

    model = None
    page = None
    template_name = "detail.html"

    def get(self, request, slug):
        """Show a published record; 404 for any other."""
        record = get_object_or_404(self.model.objects.public().for_detail(), slug=slug)
        page = self.page(record)
        discrepancies = Discrepancy.on(record)
        context = {
            "page": page,
            "record": record,
            "discrepancies": discrepancies,
            "sources": page.sources(discrepancies),
        }
        return render(request, self.template_name, context)


def edit(model):
    """Return a view that sends staff from a record's address to its form."""

    @staff_member_required
    def go(request, slug):
        record = get_object_or_404(model, slug=slug)
        options = model._meta
        return redirect(reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk]))

    return go


def record_urls(list_view, detail_view):
    """Return the addresses of one kind of record: its list, its pages, and the way to the form.

    Lists and pages are only read: without the exemption a POST would be called a form left open for too long.
    """
    return [
        path("", csrf_exempt(list_view.as_view()), name="list"),
        path("<slug:slug>/", csrf_exempt(detail_view.as_view()), name="detail"),
        path("<slug:slug>/edit/", edit(detail_view.model), name="edit"),
    ]
