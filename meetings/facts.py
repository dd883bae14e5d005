"""What the page of a meeting or a series tells."""

from django.utils.translation import gettext as _

from directory.dates import period
from directory.facts import Fact, Links, Page, Text, figure_facts, in_time, known, record_table


def meeting_page(meeting):
    """When, where, whose and what for; of a series also its meetings and where their discussions were carried."""
    network = meeting.network if meeting.network_id and meeting.network.published else None
    parent = meeting.parent if meeting.parent_id and meeting.parent.published else None
    children = in_time(meeting.children.all())
    series = meeting.kind == meeting.Kind.SERIES
    return Page(
        record=meeting,
        kind=meeting.get_kind_display(),
        above=parent,
        facts=[
            Fact.of(_("Kind"), meeting.get_kind_display(), row=meeting),
            Fact.of(
                _("Period") if series else _("Date"),
                period(meeting.date, meeting.until) if meeting.until else meeting.date,
                row=meeting,
                wording=meeting.date_wording,
            ),
            *([] if series else [Fact.of(_("City"), meeting.city, row=meeting)]),
            Fact.of(_("Status"), known(meeting, "status"), row=meeting, silence=str(meeting.Status.UNKNOWN.label)),
            Fact.of(_("Network"), network, row=meeting),
            *([Fact.of(_("Project"), meeting.project, row=meeting)] if meeting.project else []),
            *([Fact.of(_("Series"), parent, row=meeting)] if parent else []),
            *([Fact.of(_("Feeds"), meeting.feeds, row=meeting)] if meeting.feeds else []),
            *_fed_by(meeting),
            *figure_facts(meeting.figures.all()),
        ],
        sections=[
            Text(_("Purpose"), meeting.purpose, meeting),
            Text(_("Outcome"), meeting.outcome, meeting),
            record_table(_("Meetings of the series"), _("Meeting"), children),
            record_table(_("Practices shown here"), _("Practice"), list(meeting.practices.all())),
            Links(_("Read more"), list(meeting.links.all())),
        ],
    )


def _fed_by(meeting):
    feeding = list(meeting.fed_by.all())
    if not feeding:
        return []
    return [Fact(_("Fed by"), tuple(value for each in feeding for value in Fact.of("", each, row=each).values))]
