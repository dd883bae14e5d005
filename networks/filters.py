"""What networks, cities, organisations and themes can be narrowed by, in the order visitors ask."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.bases import Status
from directory.filters import AnyOf, RecordFilter, codes, countries_of, in_use, records_of
from networks.models import City, Membership, Network, Organisation, Theme, ThemeSet


def themes_in_use(owners):
    """Return a callable for the terms of the sets that published owners, a queryset callable, point to."""

    def queryset():
        sets = owners().public()
        return Theme.objects.filter(
            Q(theme_set__in=sets.values("themes")) | Q(theme_set__in=sets.values("actor_types"))
        )

    return records_of(queryset, "theme_set__name_sv")


def with_theme(values):
    """Return the condition that an owner's themes or actor groups hold one of the terms."""
    sets = Theme.objects.public().filter(slug__in=values).values("theme_set")
    return Q(themes__in=sets) | Q(actor_types__in=sets)


class NetworkFilter(RecordFilter):
    """Which networks: what they are, where, about what, still alive."""

    kind = AnyOf(
        label=_("Kind"), choices=in_use(Network, "kind", Network.Kind), condition=lambda values: Q(kind__in=values)
    )
    scope = AnyOf(
        label=_("Reach"), choices=in_use(Network, "scope", Network.Scope), condition=lambda values: Q(scope__in=values)
    )
    parent = AnyOf(
        label=_("Part of"),
        choices=records_of(lambda: Network.objects.having("children")),
        condition=lambda values: Q(parent__slug__in=values, parent__published=True),
    )
    country = AnyOf(
        label=_("Country"),
        choices=countries_of(lambda: Network.objects.public().values_list("country", flat=True)),
        condition=lambda values: Q(country__in=codes(values)),
    )
    city = AnyOf(
        label=_("Member city"),
        choices=records_of(lambda: City.objects.filter(pk__in=Membership.objects.public().values("city"))),
        condition=lambda values: Q(pk__in=Membership.objects.public().filter(city__slug__in=values).values("network")),
    )
    theme = AnyOf(label=_("Theme or actor group"), choices=themes_in_use(lambda: Network.objects), condition=with_theme)
    status = AnyOf(
        label=_("Status"), choices=in_use(Network, "status", Status), condition=lambda values: Q(status__in=values)
    )


class CityFilter(RecordFilter):
    """Which cities: where, in which network, with what focus."""

    country = AnyOf(
        label=_("Country"),
        choices=countries_of(lambda: City.objects.public().values_list("country", flat=True)),
        condition=lambda values: Q(country__in=codes(values)),
    )
    network = AnyOf(
        label=_("Network"),
        choices=records_of(lambda: Network.objects.filter(pk__in=_of_cities().values("network"))),
        condition=lambda values: Q(pk__in=_of_cities().filter(network__slug__in=values).values("city")),
    )
    focus = AnyOf(
        label=_("Focus in a network"),
        choices=records_of(lambda: Theme.objects.filter(pk__in=_of_cities().values("focus"))),
        condition=lambda values: Q(
            pk__in=_of_cities().filter(focus__slug__in=values, focus__published=True).values("city")
        ),
    )


def _of_cities():
    return Membership.objects.public().filter(city__isnull=False)


class OrganisationFilter(RecordFilter):
    """Which organisations: what they are and where."""

    kind = AnyOf(
        label=_("Kind"), choices=lambda: Organisation.Kind.choices, condition=lambda values: Q(kind__in=values)
    )
    country = AnyOf(
        label=_("Country"),
        choices=countries_of(lambda: Organisation.objects.public().values_list("country", flat=True)),
        condition=lambda values: Q(country__in=codes(values)),
    )
    city = AnyOf(
        label=_("Seat"),
        choices=records_of(lambda: City.objects.having("organisations")),
        condition=lambda values: Q(city__slug__in=values, city__published=True),
    )


class ThemeFilter(RecordFilter):
    """Which themes: of whose vocabulary."""

    set = AnyOf(
        label=_("Theme set"),
        choices=records_of(lambda: ThemeSet.objects),
        condition=lambda values: Q(theme_set__slug__in=values, theme_set__published=True),
    )
