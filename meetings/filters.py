"""What meetings can be narrowed by, in the order visitors ask."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from directory.filters import RecordFilter
from directory.narrowing import Choices, Related, YearBound, Years
from meetings.models import Meeting


class MeetingFilter(RecordFilter):
    """Which meetings: what sort, whose, where, when, held or not. A series is shown only when asked for by kind."""

    model = Meeting
    searched = ("city", "network", "project")

    kind = Choices("kind", Meeting.Kind, label=_("Kind"))
    network = Related("network", label=_("Network"))
    project = Related("project", label=_("Project"))
    city = Related("city", label=_("City"))
    year = Years("date", "until")
    year_from = YearBound(label=_("From year"), earliest=True)
    year_to = YearBound(label=_("To year"), earliest=False)
    status = Choices("status", Meeting.Status, label=_("Status"))

    @cached_property
    def narrowed(self):
        """Leave series out unless a kind is chosen: they never count as a meeting of a year or a city."""
        kept = super().narrowed
        series = self.reading.groups["kind"].get(Meeting.Kind.SERIES)
        if series and "kind" not in kept:
            kept["kind"] = self.reading.everything - series
        return kept
