"""Nominations at the desk: their list, what waits, and the page of each with all that was sent and done."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django_countries.filters import CountryFilter

from directory.imports.files import TYPES
from practices import nomination_export, told, waiting
from practices.judging_admin import Judging

# What the list's own filters ask.
LOOKUPS = ("waits", "status", "round__id__exact", "country", "country__exact", "country__isnull")


class CallFilter(admin.RelatedFieldListFilter):
    """Calls, of the nominations that the user may know of."""

    def field_choices(self, field, request, model_admin):
        """Offer no other call: it may be a draft."""
        known = model_admin.get_queryset(request).order_by().values("round")
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to={"pk__in": known})


class OriginFilter(CountryFilter):
    """Countries, of the nominations that the user may know of."""

    def lookup_choices(self, changelist):
        """Offer no country that only others come from."""
        known = {*changelist.root_queryset.order_by().values_list("country", flat=True).distinct()}
        return [each for each in self.field.get_choices(include_blank=False) if each[0] in known]


class NominationAdmin(Judging, admin.ModelAdmin):
    """Nominations, which are judged step by step and never edited; what a user may not know of is not there for her."""

    list_display = ("title", "reference", "round", "origin", "status_in_words", "confirmed_at", "reviews_given")
    list_display_links = ("title",)
    list_filter = (waiting.WaitFilter, waiting.StatusFilter, ("round", CallFilter), ("country", OriginFilter))
    list_select_related = ("round",)
    search_fields = ("title", "reference", "developer")
    search_help_text = _("Title, reference, or who developed it; every word must be found.")
    ordering = ("-confirmed_at", "-pk")
    date_hierarchy = None
    list_per_page = 50
    show_full_result_count = False
    actions = ("export_csv", "export_xlsx")

    @admin.display(description=_("country"), ordering="country")
    def origin(self, nomination):
        """The country's name."""
        return nomination.country.name

    @admin.display(description=_("status"), ordering="status")
    def status_in_words(self, nomination):
        """How far it has come."""
        return nomination.get_status_display()

    @admin.display(description=_("scores given"))
    def reviews_given(self, nomination):
        """How many reviewers have given their scores, of those who were asked; never what they gave."""
        return f"{nomination.given} / {nomination.asked}"

    # Who may what

    def get_queryset(self, request):
        """Keep what the user may know of."""
        return waiting.with_counts(waiting.sent_to(request.user)).order_by(*self.ordering)

    def has_view_permission(self, request, obj=None):
        """Whoever sees nominations at all, or reviews this one."""
        if obj is None or request.user.has_perm("practices.view_nomination"):
            return request.user.has_perm("practices.view_nomination") or request.user.has_perm(waiting.REVIEW)
        return waiting.sent_to(request.user).filter(pk=obj.pk).exists()

    def has_module_permission(self, request):
        """Whoever has anything to see here."""
        return self.has_view_permission(request)

    def has_add_permission(self, request):
        """A nomination is sent by its nominator."""
        return False

    def has_change_permission(self, request, obj=None):
        """What she wrote stays as she wrote it."""
        return False

    def has_delete_permission(self, request, obj=None):
        """She alone erases it."""
        return False

    def has_export_permission(self, request):
        """Whoever sees nominations may take them along; a reviewer has those that she was asked about."""
        return request.user.has_perm("practices.view_nomination")

    def lookup_allowed(self, lookup, value, request=None):
        """Ask by the list's own filters only: others would let scores, or secrets, be guessed letter by letter."""
        return lookup in LOOKUPS

    def waiting(self, request):
        """Return what waits for the user, for the desk: each with its number and the list of it."""
        address = reverse("admin:practices_nomination_changelist")
        return [
            {
                "task": each,
                "number": number,
                "name": self.opts.verbose_name_plural,
                "address": f"{address}?waits={each.name}",
            }
            for each, number in waiting.numbers(self.get_queryset(request), request.user)
        ]

    # Pages

    def get_urls(self):
        """Add the steps of judging before the page of each."""
        view, found = self.admin_site.admin_view, []
        for name in ("eligibility", "reviewers", "review", "decision", "publication"):
            step = view(getattr(self, f"{name}_view"))
            found.append(path(f"<int:pk>/{name}/", step, name=f"practices_nomination_{name}"))
        return [*found, *super().get_urls()]

    def nomination(self, request, pk):
        """Return a nomination that the user may know of, with all that its pages tell; raises `Http404`."""
        rows = waiting.sent_to(request.user).select_related("round", "decided_by", "practice")
        found = rows.prefetch_related("themes", "round__criteria", "round__questions").filter(pk=pk).first()
        if found is None:
            raise Http404
        found.all_reviews = list(found.reviews.select_related("reviewer__reviewer", "assigned_by"))
        return found

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show all that was sent, what was done with it, and what can be done next."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        nomination = self.nomination(request, int(object_id))
        return self.page(
            request,
            "page",
            nomination,
            nomination.title,
            told=told.everything(nomination, request.user),
            steps=self.possible(request, nomination),
        )

    def history_view(self, request, object_id, extra_context=None):
        """The history stands on the page itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:practices_nomination_change", args=[object_id]))

    def page(self, request, template, nomination, title, status=200, **context):
        """Return a page about a nomination."""
        found = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "nomination": nomination,
            "sent": told.sent(nomination),
            **context,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, f"admin/nominations/{template}.html", found, status=status)

    # Export

    @admin.action(description=_("Export as CSV"), permissions=["export"])
    def export_csv(self, request, queryset):
        """Answer the chosen nominations as a table."""
        return self.export(request, queryset, "csv")

    @admin.action(description=_("Export as a workbook (XLSX)"), permissions=["export"])
    def export_xlsx(self, request, queryset):
        """Answer the chosen nominations as a workbook."""
        return self.export(request, queryset, "xlsx")

    def export(self, request, queryset, form):
        """Answer nominations with their answers, without who sent them, and with the means that the user may see."""
        content = nomination_export.file_of(queryset, request.user, form)
        response = HttpResponse(content, content_type=TYPES[form])
        response["Content-Disposition"] = f'attachment; filename="nominations.{form}"'
        response["Cache-Control"] = "no-store"
        return response
