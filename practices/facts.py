"""What the page of a method or practice tells."""

from django.utils.translation import gettext as _

from directory.facts import Fact, Page, Text, in_time, known, record_table
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
            Fact.of(_("Developed by"), practice.developer, row=practice),
            Fact.of(_("Based on"), practice.based_on, row=practice),
            Fact.of(_("Themes"), *practice.themes.all(), row=practice),
        ],
        sections=[
            Text(_("Purpose"), practice.purpose, practice),
            Text(_("How it works"), practice.description, practice),
            record_table(_("Adapted in"), _("Practice"), list(practice.adaptations.all())),
            record_table(_("Projects it belongs to"), _("Project"), list(practice.projects.all())),
            record_table(_("Shown at"), _("Meeting"), in_time(practice.meetings.all())),
        ],
    )
