"""Editing meetings and the series that hold them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from directory.admin import DiscrepancyInline, FigureInline, LinkInline, ListedAdmin, PartsInline
from directory.dates import period
from meetings.models import Meeting, MeetingDiscrepancy, MeetingFigure, MeetingLink


class MeetingFigureInline(FigureInline):
    """Counts of the meeting."""

    model = MeetingFigure


class MeetingLinkInline(LinkInline):
    """Ways out of documents on the meeting."""

    model = MeetingLink


class MeetingDiscrepancyInline(DiscrepancyInline):
    """Statements on the meeting that do not agree."""

    model = MeetingDiscrepancy


class MeetingPartsInline(PartsInline):
    """The meetings of the series."""

    model = Meeting
    fk_name = "parent"
    verbose_name_plural = _("meetings of the series")
    fields = ("kind", "date", "city", "status", "published")

    def get_queryset(self, request):
        """Load the city of each meeting."""
        return super().get_queryset(request).select_related("city")


@admin.register(Meeting)
class MeetingAdmin(ListedAdmin):
    """Meetings and series."""

    columns = ("kind", "time", "city", "network", "project", "status")
    filters = ("kind", "status")
    facts = (
        ("kind", "status"),
        ("date", "until", "date_wording"),
        "city",
        ("network", "project"),
        ("parent", "feeds"),
    )
    texts = (("purpose_sv", "purpose_en"), ("outcome_sv", "outcome_en"))
    inlines = (MeetingFigureInline, MeetingLinkInline, MeetingDiscrepancyInline, MeetingPartsInline)

    @admin.display(description=_("date"), ordering="date_earliest")
    def time(self, meeting):
        """When it was or will be, in words."""
        if meeting.until:
            return period(meeting.date, meeting.until)
        return meeting.date.display() if meeting.date else meeting.date_wording
