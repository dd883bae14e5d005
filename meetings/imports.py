"""Meetings as a table that editors fill in."""

from directory.imports.own import NAMED, SOURCED, SUMMED_UP, OwnTable, columns_of
from meetings.models import Meeting


class Meetings(OwnTable):
    """Meetings and the series that hold them."""

    name = "meetings"
    label = Meeting._meta.verbose_name_plural
    model = Meeting
    columns = columns_of(
        Meeting,
        *NAMED,
        *("kind", "status", "date", "until", "date_wording", "city", "network", "project", "parent", "feeds"),
        *SUMMED_UP,
        *("purpose_sv", "purpose_en", "outcome_sv", "outcome_en"),
        *SOURCED,
        "published",
    )
