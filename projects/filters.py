"""What projects, funders, programmes and publications can be narrowed by, in the order visitors ask."""

from django.utils.translation import gettext_lazy as _

from directory.bases import Status
from directory.filters import RecordFilter
from directory.narrowing import AmountBound, AtPresent, Choices, Countries, Currencies, Related, YearBound, Years
from networks.filters import TERMS
from projects.models import Funder, Programme, Project, Publication
from projects.querysets import FRAMES

UNDER = [f"grants__{frame}" for frame in FRAMES]


class ProjectFilter(RecordFilter):
    """Which projects: what they are, paid by whom, where, about what, when, with whom, for how much."""

    model = Project
    texts = ("search_text", "grants__search_text")
    searched = ("funder", "partner", "theme")
    ends = "ended"

    kind = Choices("kind", Project.Kind, label=_("Kind"))
    status = Choices("status", Status, label=_("Status"))
    now = AtPresent()
    funder = Related("grants__funder", label=_("Funder"))
    programme = Related(*UNDER, label=_("Funded under"))
    country = Countries("participations__country", label=_("Country"))
    city = Related("participations__city", "participations__organisation__city", label=_("City"))
    theme = Related(*TERMS, label=_("Theme or actor group"), apart="theme_set")
    year = Years("started", "ended")
    year_from = YearBound(label=_("From year"), earliest=True)
    year_to = YearBound(label=_("To year"), earliest=False)
    partner = Related("participations__organisation", label=_("Participant"))
    currency = Currencies("grants__amount", "grants__currency", label=_("Currency"))
    amount_from = AmountBound(label=_("Amount from"), at_least=True)
    amount_to = AmountBound(label=_("Amount to"), at_least=False)


class FunderFilter(RecordFilter):
    """Which funders: under which programme they pay, and where they are."""

    model = Funder
    titles = (*RecordFilter.titles, "acronym")

    programme = Related(*UNDER, label=_("Pays under"))
    country = Countries("country", label=_("Country"))


class ProgrammeFilter(RecordFilter):
    """Which programmes: where in the order of frames they stand."""

    model = Programme

    kind = Choices("kind", Programme.Kind, label=_("Kind"))


class PublicationFilter(RecordFilter):
    """Which publications: what they are, from when, of which project."""

    model = Publication

    kind = Choices("kind", Publication.Kind, label=_("Kind"))
    year = Years("year")
    project = Related("project", label=_("Project"))
