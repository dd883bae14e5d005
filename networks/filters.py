"""What networks, cities, organisations and themes can be narrowed by, in the order visitors ask."""

from django.utils.translation import gettext_lazy as _

from directory.bases import Status
from directory.filters import RecordFilter
from directory.narrowing import AtPresent, Choices, Countries, Related, YearBound, Years
from networks.models import City, Network, Organisation, Theme

# The terms of the sets that a network or a project points to.
TERMS = ("themes__terms", "actor_types__terms")


class NetworkFilter(RecordFilter):
    """Which networks: what they are, where, about what, still alive."""

    model = Network
    ends = "ended"

    kind = Choices("kind", Network.Kind, label=_("Kind"))
    scope = Choices("scope", Network.Scope, label=_("Reach"))
    parent = Related("parent", label=_("Part of"))
    country = Countries("country", label=_("Country"))
    city = Related("memberships__city", label=_("Member city"))
    theme = Related(*TERMS, label=_("Theme or actor group"), apart="theme_set")
    status = Choices("status", Status, label=_("Status"))
    now = AtPresent()
    year = Years("started", "ended")
    year_from = YearBound(label=_("From year"), earliest=True)
    year_to = YearBound(label=_("To year"), earliest=False)


class CityFilter(RecordFilter):
    """Which cities: where, in which network, with what focus."""

    model = City

    country = Countries("country", label=_("Country"))
    network = Related("memberships__network", label=_("Network"))
    focus = Related("memberships__focus", label=_("Focus in a network"))


class OrganisationFilter(RecordFilter):
    """Which organisations: what they are and where."""

    model = Organisation
    titles = (*RecordFilter.titles, "acronym")

    kind = Choices("kind", Organisation.Kind, label=_("Kind"), offered=True)
    country = Countries("country", label=_("Country"))
    city = Related("city", label=_("Seat"))


class ThemeFilter(RecordFilter):
    """Which themes: of whose vocabulary."""

    model = Theme
    texts = ("search_text", "theme_set__search_text")
    visible_by = ("theme_set__published",)

    set = Related("theme_set", label=_("Theme set"))
