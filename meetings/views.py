"""The list and the pages of meetings."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from directory.details import RecordDetail
from directory.lists import RecordList
from meetings import facts, filters
from meetings.models import Meeting


class MeetingList(RecordList):
    """All meetings, in the order of their dates."""

    model = Meeting
    filterset_class = filters.MeetingFilter
    ways = ("map", "timeline", "statistics")
    title = _("Meetings")
    intro = _(
        "Meetings that the sources name. Series of meetings are found by their kind; meetings that were only planned as a number are counted on their series."
    )
    default_order = "date"

    def notes(self, filters):
        """Point to series that fit what is chosen: they are shown only when asked for by kind."""
        if filters.values("kind") or not list(filters.chosen()):
            return
        series = len(filters.choosing("kind", [Meeting.Kind.SERIES]).found)
        if series:
            yield ngettext(
                "%(count)d series of meetings fits too; choose the kind “series of meetings” to see it.",
                "%(count)d series of meetings fit too; choose the kind “series of meetings” to see them.",
                series,
            ) % {"count": series}

    def everything(self, query):
        """Ask for every kind by name: what a search finds may be a series."""
        kinds = Meeting.objects.public().order_by().values_list("kind", flat=True).distinct()
        return "&kind=".join([super().everything(query), *sorted(kinds)])


class MeetingDetail(RecordDetail):
    """One meeting or series."""

    model = Meeting
    page = staticmethod(facts.meeting_page)
