"""Editing projects, who takes part, who pays under which programme, and what they published."""

from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_countries.filters import CountryFilter

from directory.admin import (
    DiscrepancyInline,
    FigureInline,
    LinkInline,
    ListedAdmin,
    PartsInline,
    RowAdmin,
    RowInline,
)
from directory.dates import period
from networks.admin import NetworkAdmin, OrganisationAdmin
from networks.models import Network
from projects.models import (
    Funder,
    Grant,
    Participation,
    Programme,
    Project,
    ProjectDiscrepancy,
    ProjectFigure,
    ProjectLink,
    Publication,
    Tie,
)

GRANT = ("programme", "reference", ("amount", "currency"))
PARTICIPANT = ("role", ("organisation", "city", "country"))
TIE = ("kind", ("programme", "publication"), ("year", "levels"))


class ParticipationInline(RowInline):
    """Who takes part in the project."""

    model = Participation
    facts = PARTICIPANT


class GrantInline(RowInline):
    """Who pays for the project."""

    model = Grant
    facts = ("funder", *GRANT)


class TieInline(RowInline):
    """What the project or network is tied to by other things than money."""

    model = Tie
    facts = TIE


class ProjectFigureInline(FigureInline):
    """Counts of the project."""

    model = ProjectFigure


class ProjectLinkInline(LinkInline):
    """Ways out of documents on the project."""

    model = ProjectLink


class ProjectDiscrepancyInline(DiscrepancyInline):
    """Statements on the project that do not agree."""

    model = ProjectDiscrepancy


class ProjectPartsInline(PartsInline):
    """The project's sub-projects."""

    model = Project
    verbose_name_plural = _("sub-projects")
    fields = ("number", "status", "published")
    ordering = ("number", "slug")


@admin.register(Project)
class ProjectAdmin(ListedAdmin):
    """Projects and sub-projects."""

    columns = ("kind", "parent", "number", "status", "lifetime")
    filters = ("kind", "status")
    facts = (
        "kind",
        ("parent", "number"),
        "network",
        "status",
        ("started", "started_wording"),
        ("ended", "ended_wording"),
        ("duration_sv", "duration_en"),
        ("themes", "actor_types"),
    )
    texts = (("results_sv", "results_en"), ("effects_sv", "effects_en"), ("approach_sv", "approach_en"))
    inlines = (
        ParticipationInline,
        GrantInline,
        TieInline,
        ProjectFigureInline,
        ProjectLinkInline,
        ProjectDiscrepancyInline,
        ProjectPartsInline,
    )

    @admin.display(description=_("period"), ordering="started_earliest")
    def lifetime(self, project):
        """When it began and ended, in words; or how long it took."""
        return period(project.started, project.ended) or project.duration


# A network's form is its own app's; only the ties come from here, because networks know nothing of programmes.
admin.site.unregister(Network)


@admin.register(Network)
class TiedNetworkAdmin(NetworkAdmin):
    """Networks with their ties."""

    inlines = (*NetworkAdmin.inlines, TieInline)


@admin.register(Participation)
class ParticipationAdmin(RowAdmin):
    """Who takes part in which project."""

    columns = ("role", "country")
    filters = ("role", ("country", CountryFilter))
    facts = ("project", *PARTICIPANT)
    search_fields = ("project__search_text", "organisation__search_text", "city__search_text")


@admin.register(Grant)
class GrantAdmin(RowAdmin):
    """Who pays what to whom."""

    columns = ("programme", "reference", "amount", "currency")
    filters = ("currency",)
    facts = (("project", "funder"), *GRANT)
    search_fields = (
        "search_text",
        "project__search_text",
        "funder__search_text",
        "programme__search_text",
        "currency",
    )


class GrantsOfFunderInline(RowInline):
    """What the organisation pays for."""

    model = Grant
    facts = ("project", *GRANT)


@admin.register(Funder)
class FunderAdmin(OrganisationAdmin):
    """Organisations that have given a grant; they are added and deleted as organisations."""

    inlines = (GrantsOfFunderInline,)

    def get_queryset(self, request):
        """Keep organisations with a grant, published or not."""
        return super().get_queryset(request).filter(Exists(Grant.objects.filter(funder=OuterRef("pk"))))

    def has_add_permission(self, request):
        """An organisation becomes a funder by its first grant."""
        return False

    def has_delete_permission(self, request, obj=None):
        """A funder stops being one with its last grant."""
        return False


@admin.register(Programme)
class ProgrammeAdmin(ListedAdmin):
    """Frames under which money is given or work is aligned."""

    columns = ("kind", "parent", "operator")
    filters = ("kind",)
    facts = ("kind", "parent", "operator")


@admin.register(Tie)
class TieAdmin(RowAdmin):
    """Relations that are not money."""

    columns = ("year", "levels")
    filters = ("kind",)
    facts = (("network", "project"), *TIE)
    search_fields = (
        "network__search_text",
        "project__search_text",
        "programme__search_text",
        "publication__search_text",
    )


class Download:
    """A publication's file, at the address where visitors get it."""

    def __init__(self, file):
        self.file = file
        self.url = reverse("publications:file", args=[file.instance.slug])

    def __str__(self):
        """The name in storage."""
        return self.file.name


class PublicationFileWidget(AdminFileWidget):
    """The field for a file, which links to the page's own download: storage has no address."""

    def format_value(self, value):
        """Return the stored file as a download."""
        return Download(value) if self.is_initial(value) else None

    def is_initial(self, value):
        """Whether a file is stored."""
        return bool(value and getattr(value, "name", "") and getattr(value, "instance", None))


@admin.register(Publication)
class PublicationAdmin(ListedAdmin):
    """Books, guides and agendas."""

    columns = ("kind", "year", "language", "project", "programme", "has_file")
    filters = ("kind", "language", ("file", admin.EmptyFieldListFilter))
    facts = (("kind", "year", "language"), ("project", "programme"), ("file", "url"))

    @admin.display(description=_("file"), boolean=True, ordering="file")
    def has_file(self, publication):
        """Whether visitors can download it."""
        return bool(publication.file)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Draw the file with its own link."""
        if db_field.name == "file":
            kwargs["widget"] = PublicationFileWidget
        return super().formfield_for_dbfield(db_field, request, **kwargs)
