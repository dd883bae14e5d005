"""What the page of a method or practice tells."""

from django.utils.translation import gettext as _

from directory.facts import Fact, Page, Text, Value, in_time, known, record_table
from networks.facts import other_names


def practice_page(practice):
    """What it is, where it comes from, what was made of it, who uses it."""
    return Page(
        record=practice,
        kind=practice.get_kind_display(),
        facts=[
            *other_names(practice, practice),
            Fact.of(_("Kind"), practice.get_kind_display(), row=practice),
            Fact.of(_("Standing"), practice.get_standing_display(), row=practice),
            Fact.of(_("Sector"), known(practice, "sector"), row=practice),
            Fact.of(_("Country"), practice.country, row=practice),
            Fact.of(_("In use since"), practice.since, row=practice, wording=practice.since_wording),
            Fact.of(_("Developed by"), practice.developer, row=practice),
            Fact.of(_("Based on"), practice.based_on, row=practice),
            Fact.of(_("Themes"), *practice.themes.all(), row=practice),
            *_nominated(practice),
            Fact.of(_("Evidence"), *_evidence(practice)),
        ],
        sections=[
            Text(_("Purpose"), practice.purpose, practice),
            Text(_("How it works"), practice.description, practice),
            Text(_("What is known of its results"), practice.evidence, practice),
            record_table(_("Adapted in"), _("Practice"), list(practice.adaptations.all())),
            record_table(_("Projects it belongs to"), _("Project"), list(practice.projects.all())),
            record_table(_("Shown at"), _("Meeting"), in_time(practice.meetings.all())),
        ],
    )


def _nominated(practice):
    """To which calls it was nominated, and by whom, as far as she wished to be named; nothing where to none."""
    chosen = list(practice.nominations.all())
    if not chosen:
        return []
    credits = dict.fromkeys(each.credit for each in chosen if each.credit)
    return [
        Fact.of(_("Selected in"), *(each.round for each in chosen), row=practice),
        Fact.of(_("Nominated by"), *credits, row=practice, silence=_("not told")),
    ]


def _evidence(practice):
    """Yield the ways to what shows that it works, each named by its address without what every address begins with."""
    for address in practice.evidence_links.split():
        shown = address.partition("://")[2].removeprefix("www.").rstrip("/")
        yield Value(shown, address, practice)
