"""What projects, funders, programmes and publications can be narrowed by, in the order visitors ask."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.bases import Status
from directory.filters import AnyOf, RecordFilter, YearFilter, codes, countries_of, in_use, records_of, years_of
from networks.filters import themes_in_use, with_theme
from networks.models import Organisation
from projects.models import Funder, Grant, Participation, Programme, Project, Publication


class ProjectFilter(RecordFilter):
    """Which projects: what they are, paid by whom, where, about what, when, with whom."""

    kind = AnyOf(
        label=_("Kind"), choices=in_use(Project, "kind", Project.Kind), condition=lambda values: Q(kind__in=values)
    )
    status = AnyOf(
        label=_("Status"), choices=in_use(Project, "status", Status), condition=lambda values: Q(status__in=values)
    )
    funder = AnyOf(
        label=_("Funder"),
        choices=records_of(lambda: Funder.objects),
        condition=lambda values: Q(pk__in=Grant.objects.public().filter(funder__slug__in=values).values("project")),
    )
    programme = AnyOf(
        label=_("Funded under"),
        choices=records_of(lambda: Programme.objects.paying()),
        condition=lambda values: Q(pk__in=Grant.objects.public().under(values).values("project")),
    )
    country = AnyOf(
        label=_("Country"),
        choices=countries_of(lambda: Participation.objects.public().values_list("country", flat=True)),
        condition=lambda values: Q(
            pk__in=Participation.objects.public().filter(country__in=codes(values)).values("project")
        ),
    )
    theme = AnyOf(label=_("Theme or actor group"), choices=themes_in_use(lambda: Project.objects), condition=with_theme)
    year = YearFilter(
        start="started", end="ended", years=years_of(lambda: Project.objects.public(), "started", "ended")
    )
    partner = AnyOf(
        label=_("Participant"),
        choices=records_of(
            lambda: Organisation.objects.filter(pk__in=Participation.objects.public().values("organisation"))
        ),
        condition=lambda values: Q(
            pk__in=Participation.objects.public().filter(organisation__slug__in=values).values("project")
        ),
    )


class FunderFilter(RecordFilter):
    """Which funders: under which programme they pay, and where they are."""

    programme = AnyOf(
        label=_("Pays under"),
        choices=records_of(lambda: Programme.objects.paying()),
        condition=lambda values: Q(pk__in=Grant.objects.public().under(values).values("funder")),
    )
    country = AnyOf(
        label=_("Country"),
        choices=countries_of(lambda: Funder.objects.public().values_list("country", flat=True)),
        condition=lambda values: Q(country__in=codes(values)),
    )


class ProgrammeFilter(RecordFilter):
    """Which programmes: where in the order of frames they stand."""

    kind = AnyOf(
        label=_("Kind"), choices=in_use(Programme, "kind", Programme.Kind), condition=lambda values: Q(kind__in=values)
    )


class PublicationFilter(RecordFilter):
    """Which publications: what they are, from when, of which project."""

    kind = AnyOf(
        label=_("Kind"),
        choices=in_use(Publication, "kind", Publication.Kind),
        condition=lambda values: Q(kind__in=values),
    )
    year = YearFilter(start="year", years=years_of(lambda: Publication.objects.public(), "year"))
    project = AnyOf(
        label=_("Project"),
        choices=records_of(lambda: Project.objects.having("publications")),
        condition=lambda values: Q(project__slug__in=values, project__published=True),
    )
