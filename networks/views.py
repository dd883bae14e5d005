"""The lists and pages of networks, cities, organisations and themes."""

from django.utils.translation import gettext_lazy as _

from directory.bases import comparison_address
from directory.details import RecordDetail
from directory.lists import RecordList
from directory.ways import Way
from networks import facts, filters, sharing
from networks.models import City, Network, Organisation, Theme, ThemeSet


class NetworkList(RecordList):
    """All networks."""

    model = Network
    filterset_class = filters.NetworkFilter
    ways = ("map", "timeline", "statistics", "overlap")
    title = _("Networks")
    intro = _("Lasting ties between cities, organisations and people who work on the same urban questions.")


class NetworkDetail(RecordDetail):
    """One network."""

    model = Network

    @staticmethod
    def page(network):
        """Say of the network also which others share its members."""
        return facts.network_page(network, sharing.networks_beside(network))


class OverlapPage(Way):
    """Networks held against each other: how many members each two of them share."""

    name = "overlap"
    template_name = "overlap.html"

    def context(self):
        """Add the table and what it leaves out."""
        overlap = sharing.Overlap(self.filters, comparison_address)
        return {**super().context(), "overlap": overlap, "rows": list(overlap.rows()), "most": sharing.MOST_ACROSS}


class CityList(RecordList):
    """All cities."""

    model = City
    filterset_class = filters.CityFilter
    ways = ("map", "statistics")
    title = _("Cities")
    intro = _("Cities that the sources name: as members of networks, as places of meetings, or in passing.")


class CityDetail(RecordDetail):
    """One city."""

    model = City

    @staticmethod
    def page(city):
        """Say of the city also which others are in its networks."""
        return facts.city_page(city, sharing.cities_beside(city))


class OrganisationList(RecordList):
    """All organisations."""

    model = Organisation
    filterset_class = filters.OrganisationFilter
    ways = ("map", "statistics")
    title = _("Organisations")
    intro = _("Municipalities, universities, companies, authorities and associations that take part.")


class OrganisationDetail(RecordDetail):
    """One organisation."""

    model = Organisation
    page = staticmethod(facts.organisation_page)


class ThemeList(RecordList):
    """All themes."""

    model = Theme
    filterset_class = filters.ThemeFilter
    title = _("Themes")
    intro = _(
        "The words in which networks and projects say what they work on and whom they gather; each set as its source lays it down."
    )

    def notes(self, filters):
        """Say of each chosen set how many terms its source speaks of, and which source that is."""
        for theme_set in ThemeSet.objects.public().filter(slug__in=filters.values("set")).for_cards():
            yield f"{theme_set}: {facts.extent_of(theme_set)} ({theme_set.source})"


class ThemeDetail(RecordDetail):
    """One theme."""

    model = Theme
    page = staticmethod(facts.theme_page)
