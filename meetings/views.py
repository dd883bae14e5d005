"""The list and the pages of meetings."""

from django.utils.translation import gettext_lazy as _

from directory.details import RecordDetail
from directory.lists import RecordList
from meetings import facts, filters
from meetings.models import Meeting


class MeetingList(RecordList):
    """All meetings, in the order of their dates."""

    model = Meeting
    filterset_class = filters.MeetingFilter
    title = _("Meetings")
    intro = _(
        "Meetings that the sources name. Series of meetings are found by their kind; meetings that were only planned as a number are counted on their series."
    )
    default_order = "date"


class MeetingDetail(RecordDetail):
    """One meeting or series."""

    model = Meeting
    page = staticmethod(facts.meeting_page)
