"""The lists and pages of projects, funders, programmes and publications."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from directory.details import RecordDetail
from directory.lists import RecordList
from projects import facts, filters
from projects.models import Funder, Programme, Project, Publication


class ProjectList(RecordList):
    """All projects."""

    model = Project
    filterset_class = filters.ProjectFilter
    ways = ("map", "timeline", "statistics")
    title = _("Projects")
    intro = _("Undertakings with an end: what they were for, who carried them, who paid, what they left.")


class ProjectDetail(RecordDetail):
    """One project."""

    model = Project
    page = staticmethod(facts.project_page)


class FunderList(RecordList):
    """All funders."""

    model = Funder
    filterset_class = filters.FunderFilter
    title = _("Funders")
    intro = _("Organisations that, by a source's own words, pay for a project listed here.")


class FunderDetail(RecordDetail):
    """One funder."""

    model = Funder
    page = staticmethod(facts.funder_page)


class ProgrammeList(RecordList):
    """All programmes."""

    model = Programme
    filterset_class = filters.ProgrammeFilter
    title = _("Programmes")
    intro = _(
        "The frames under which money is given or work is aligned: framework programmes, funds, initiatives, calls and rounds."
    )


class ProgrammeDetail(RecordDetail):
    """One programme."""

    model = Programme
    page = staticmethod(facts.programme_page)


class PublicationList(RecordList):
    """All publications."""

    model = Publication
    filterset_class = filters.PublicationFilter
    title = _("Publications")
    intro = _("Books, guides and agendas that the sources name, to download where a file is known.")


class PublicationDetail(RecordDetail):
    """One publication."""

    model = Publication
    page = staticmethod(facts.publication_page)


def publication_file(request, slug):
    """Hand over a published publication's file as a download; 404 where there is none."""
    publication = get_object_or_404(Publication.objects.public(), slug=slug)
    try:
        return FileResponse(publication.file.open("rb"), as_attachment=True)
    except (ValueError, FileNotFoundError) as error:
        raise Http404(say("There is no file for this publication.")) from error
