"""What can be asked of networks, and of the cities, organisations and themes they are made of."""

from functools import reduce
from operator import add

from django.db.models import Count, Prefetch, Q
from django.db.models.functions import Coalesce

from directory.bases import FIRST_FEW, MOST_ROWS, ListedQuerySet, RowQuerySet, language_now

# The relations that lead from a vocabulary to those whose it is.
OWNERS = ("networks", "networks_of_actors", "projects", "projects_of_actors")


class NetworkQuerySet(ListedQuerySet):
    """Networks of every kind."""

    def for_cards(self):
        """Load what a card shows: the network it is part of."""
        return super().for_cards().select_related("parent")

    def for_detail(self):
        """Load the whole page: members, parts, figures, projects, meetings, ties."""
        projects = self.related("projects").for_cards().with_rows("publications", "practices")
        return (
            self.for_cards()
            .select_related("themes__source", "actor_types__source")
            .with_rows("memberships", "figures", "links", "ties", "children", "meetings")
            .prefetch_related(Prefetch("projects", projects))
            .with_terms()
        )

    def with_terms(self):
        """Load the terms of the theme set and of the actor groups."""
        terms = self.related("themes").related("terms").order_by("position")
        return self.prefetch_related(Prefetch("themes__terms", terms), Prefetch("actor_types__terms", terms))


class MembershipQuerySet(RowQuerySet):
    """Who is in which network."""

    def for_cards(self):
        """Load both ends and the focus."""
        return super().for_cards().select_related("focus__theme_set")

    def of_members(self):
        """Only those of members: who organises or cooperates is none."""
        return self.filter(role="member")

    def shared_with(self, network):
        """The memberships in other networks of those who are members of a network."""
        own = self.model.objects.public().of_members().filter(network=network)
        cities = own.filter(city__isnull=False).order_by().values("city")
        organisations = own.filter(organisation__isnull=False).order_by().values("organisation")
        return self.of_members().exclude(network=network).filter(Q(city__in=cities) | Q(organisation__in=organisations))

    def of_fellows(self, city):
        """The memberships of other cities in the networks that a city is in, in whatever role."""
        own = self.model.objects.public().filter(city=city).order_by().values("network")
        return self.exclude(city=city).filter(city__isnull=False, network__in=own)

    def most_frequent(self, end, most):
        """Yield (key, count) of the networks or cities that most different others of the memberships lead to.

        Up to `most` of them, in the order of their names where they have the same count.
        """
        others = {"network": ("city", "organisation"), "city": ("network",)}[end]
        count = reduce(add, (Count(other, distinct=True) for other in others))
        rows = self.order_by().values(end).annotate(count=count)
        rows = rows.order_by("-count", f"{end}__sort_{language_now()}", end)
        yield from rows.values_list(end, "count")[:most]

    def in_order_of(self, end):
        """In the order of the names of the networks or the members that they lead to."""
        language = language_now()
        names = [f"network__sort_{language}"]
        if end == "member":
            names = [Coalesce(f"city__sort_{language}", f"organisation__sort_{language}")]
        return self.order_by(*names, "key")

    def with_fellows(self):
        """Load with each membership those members of its network that work in tandems; by the network's name."""
        fellows = self.model.objects.public().for_cards().exclude(tandem="")
        rows = self.for_cards().order_by("network__sort_sv", "key")
        return rows.prefetch_related(Prefetch("network__memberships", fellows))


class CityQuerySet(ListedQuerySet):
    """Cities and towns."""

    def for_cards(self):
        """Load what a card shows: the networks that the city is in."""
        return super().for_cards().with_rows("memberships")

    def for_detail(self):
        """Load the whole page: memberships with their tandems, meetings, organisations, projects."""
        organisations = self.related("organisations").for_cards().with_rows("contacts")
        return (
            self.select_related(*self.model.sources)
            .with_tandems()
            .with_rows("participations", "meetings")
            .prefetch_related(Prefetch("organisations", organisations))
        )

    def with_tandems(self):
        """Load the memberships and, with each, the tandems in its network."""
        return self.prefetch_related(Prefetch("memberships", self.related("memberships").with_fellows()))


class OrganisationQuerySet(ListedQuerySet):
    """Bodies that take part."""

    def for_cards(self):
        """Load what a card shows: the seat."""
        return super().for_cards().select_related("city")

    def for_detail(self):
        """Load the whole page: networks, projects, grants, programmes, practices, contacts."""
        return (
            self.for_cards()
            .prefetch_related(Prefetch("memberships", self.related("memberships").with_fellows()))
            .with_rows("participations", "grants", "programmes_run", "practices_developed", "contacts")
        )


class ContactQuerySet(RowQuerySet):
    """Ways to reach an organisation."""

    def public(self):
        """Contacts that are meant to be shown and say something."""
        return super().public().filter(shown=True).exclude(unit="", person="", street="", postal_code="", town="")


class ThemeSetQuerySet(ListedQuerySet):
    """Vocabularies."""

    def for_cards(self):
        """Load whose vocabularies they are."""
        return super().for_cards().with_first(*OWNERS, count=FIRST_FEW, bare=True)

    def for_detail(self):
        """Load whose vocabularies they are, with what a line about each owner shows."""
        return super().for_cards().with_first(*OWNERS, count=MOST_ROWS)


class ThemeQuerySet(ListedQuerySet):
    """Terms of vocabularies."""

    def public(self):
        """Terms of vocabularies that visitors may see."""
        return super().public().filter(theme_set__published=True)

    def for_cards(self):
        """Load what a card shows: the set and whose it is."""
        return super().for_cards().with_rows("theme_set")

    def for_detail(self):
        """Load all that uses the term."""
        theme_set = Prefetch("theme_set", self.related("theme_set").for_detail())
        return super().for_cards().prefetch_related(theme_set).with_rows("memberships", "practices")
