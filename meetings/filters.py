"""What meetings can be narrowed by, in the order visitors ask."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.filters import AnyOf, RecordFilter, YearFilter, in_use, records_of, years_of
from meetings.models import Meeting
from networks.models import City, Network
from projects.models import Project


class MeetingFilter(RecordFilter):
    """Which meetings: what sort, whose, where, when, held or not. A series is shown only when asked for by kind."""

    kind = AnyOf(
        label=_("Kind"), choices=in_use(Meeting, "kind", Meeting.Kind), condition=lambda values: Q(kind__in=values)
    )
    network = AnyOf(
        label=_("Network"),
        choices=records_of(lambda: Network.objects.having("meetings")),
        condition=lambda values: Q(network__slug__in=values, network__published=True),
    )
    project = AnyOf(
        label=_("Project"),
        choices=records_of(lambda: Project.objects.having("meetings")),
        condition=lambda values: Q(project__slug__in=values, project__published=True),
    )
    city = AnyOf(
        label=_("City"),
        choices=records_of(lambda: City.objects.having("meetings")),
        condition=lambda values: Q(city__slug__in=values, city__published=True),
    )
    year = YearFilter(
        start="date", end="until", years=years_of(lambda: Meeting.objects.public().single(), "date", "until")
    )
    status = AnyOf(
        label=_("Status"),
        choices=in_use(Meeting, "status", Meeting.Status),
        condition=lambda values: Q(status__in=values),
    )

    def filter_queryset(self, queryset):
        """Leave series out unless a kind is chosen: they never count as a meeting of a year or a city."""
        chosen = super().filter_queryset(queryset)
        return chosen if self.values("kind") else chosen.listed()
