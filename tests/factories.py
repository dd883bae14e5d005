"""Rows for tests: each function makes one, valid and with as little in it as may be."""

from itertools import count

from directory.sources import Source
from meetings.models import Meeting, MeetingDiscrepancy, MeetingFigure, MeetingLink
from networks.models import (
    City,
    Contact,
    Membership,
    Network,
    NetworkDiscrepancy,
    NetworkFigure,
    NetworkLink,
    Organisation,
    Theme,
    ThemeSet,
)
from practices.models import Practice
from projects.models import (
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

numbers = count(1)
FIGURES = {Network: NetworkFigure, Project: ProjectFigure, Meeting: MeetingFigure}
LINKS = {Network: NetworkLink, Project: ProjectLink, Meeting: MeetingLink}
DISCREPANCIES = {Network: NetworkDiscrepancy, Project: ProjectDiscrepancy, Meeting: MeetingDiscrepancy}


def make_source(**fields):
    """Make a source."""
    return _listed(Source, fields)


def make_city(**fields):
    """Make a city."""
    return _listed(City, _sourced(fields))


def make_organisation(**fields):
    """Make an organisation of no stated kind."""
    return _listed(Organisation, _sourced(fields))


def make_contact(**fields):
    """Make a contact of an organisation."""
    return Contact.objects.create(**_sourced(_with(fields, organisation=make_organisation)))


def make_theme_set(**fields):
    """Make a theme set without terms."""
    return _listed(ThemeSet, _sourced(fields))


def make_theme(**fields):
    """Make the next term of a theme set."""
    fields = _sourced(_with(fields, theme_set=make_theme_set))
    return _listed(Theme, {"position": fields["theme_set"].terms.count() + 1, **fields})


def make_network(**fields):
    """Make a European city network."""
    return _listed(Network, _sourced({"kind": "city-network", "scope": "european", **fields}))


def make_membership(**fields):
    """Make a city, or the organisation given, a member of a network."""
    if "organisation" not in fields:
        fields = _with(fields, city=make_city)
    return Membership.objects.create(**_sourced(_with(fields, network=make_network)))


def make_programme(**fields):
    """Make a programme."""
    return _listed(Programme, _sourced({"kind": "programme", **fields}))


def make_project(**fields):
    """Make a project."""
    return _listed(Project, _sourced(fields))


def make_participation(**fields):
    """Make an organisation, or the city or country given, take part in a project."""
    if not {"city", "country"} & set(fields):
        fields = _with(fields, organisation=make_organisation)
    return Participation.objects.create(**_sourced(_with(fields, project=make_project)))


def make_grant(**fields):
    """Make a grant of no stated amount."""
    return Grant.objects.create(**_sourced(_with(fields, project=make_project, funder=make_organisation)))


def make_publication(**fields):
    """Make a book."""
    return _listed(Publication, _sourced({"kind": "book", **fields}))


def make_tie(**fields):
    """Make a tie from a project, or the network given, to a programme, or the publication given."""
    if "network" not in fields:
        fields = _with(fields, project=make_project)
    if "publication" not in fields:
        fields = _with(fields, programme=make_programme)
    return Tie.objects.create(**_sourced({"kind": "linked-to", **fields}))


def make_meeting(**fields):
    """Make a focus group."""
    return _listed(Meeting, _sourced({"kind": "focus-group", **fields}))


def make_practice(**fields):
    """Make a method."""
    return _listed(Practice, _sourced({"kind": "method", **fields}))


def make_figure(owner, **fields):
    """Make a count of sixty participants of a network, project or meeting."""
    owned = {owner._meta.model_name: owner}
    return FIGURES[type(owner)].objects.create(
        **_sourced({"measure": "participants", "value": None if "minimum" in fields else 60, **owned, **fields})
    )


def make_link(owner, **fields):
    """Make a link of a network, project or meeting whose address is not known."""
    owned = {owner._meta.model_name: owner}
    return LINKS[type(owner)].objects.create(**_sourced({"label_sv": "Läs mer", **owned, **fields}))


def make_discrepancy(owner, **fields):
    """Make two statements on a network, project or meeting that do not agree."""
    texts = {"title_sv": "Antal", "first_sv": "Tio.", "second_sv": "Elva."}
    owned = {owner._meta.model_name: owner}
    fields = _with({**texts, **owned, **fields}, first_source=make_source, second_source=make_source)
    return DISCREPANCIES[type(owner)].objects.create(**fields)


def _with(fields, **makers):
    """Return the fields, with a new record for each one that is missing."""
    return {**{name: make() for name, make in makers.items() if name not in fields}, **fields}


def _sourced(fields):
    return _with(fields, source=make_source)


def _listed(model, fields):
    """Create a record whose name and address are its own."""
    number = next(numbers)
    names = {"slug": f"{model._meta.model_name}-{number}", "name_sv": f"{model.__name__} {number}"}
    return model.objects.create(**{**names, **fields})
