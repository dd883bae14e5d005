"""What practices can be narrowed by, in the order visitors ask."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.filters import AnyOf, RecordFilter, codes, countries_of, in_use, records_of
from networks.models import Theme
from practices.models import Practice


class PracticeFilter(RecordFilter):
    """Which practices: what they are, where, in which sector, about what, and how they came here."""

    kind = AnyOf(
        label=_("Kind"), choices=in_use(Practice, "kind", Practice.Kind), condition=lambda values: Q(kind__in=values)
    )
    country = AnyOf(
        label=_("Country"),
        choices=countries_of(lambda: Practice.objects.public().values_list("country", flat=True)),
        condition=lambda values: Q(country__in=codes(values)),
    )
    sector = AnyOf(
        label=_("Sector"), choices=lambda: Practice.Sector.choices, condition=lambda values: Q(sector__in=values)
    )
    theme = AnyOf(
        label=_("Theme"),
        choices=records_of(lambda: Theme.objects.having("practices")),
        condition=lambda values: Q(
            pk__in=Practice.themes.through.objects.filter(theme__slug__in=values, theme__published=True).values(
                "practice"
            )
        ),
    )
    standing = AnyOf(
        label=_("Standing"), choices=lambda: Practice.Standing.choices, condition=lambda values: Q(standing__in=values)
    )
