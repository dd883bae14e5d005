"""What the pages of projects, programmes, funders and publications tell."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from directory.bases import Status
from directory.dates import period
from directory.facts import (
    Fact,
    Line,
    Links,
    Page,
    Table,
    Text,
    Value,
    all_side_by_side,
    figure_facts,
    in_time,
    known,
    money,
    on,
    record_table,
    value_of,
)
from directory.search import sort_key
from networks.facts import contact_sections, other_names, participation_table, tie_table, vocabulary_facts
from projects.models import Grant, Programme

# The frames that a project card always answers for, as the research funders' own cards do.
ALWAYS = (Programme.Kind.CALL, Programme.Kind.ROUND)


def project_page(project):
    """The public card of a project, its narrative, who takes part, and what came of it."""
    grants = list(project.grants.all())
    participations = list(project.participations.all())
    network = project.network if project.network_id and project.network and project.network.published else None
    children = list(project.children.all())
    meetings = in_time(project.meetings.all())
    leading = [row.organisation for row in project.leading if row.organisation_id]
    return Page(
        record=project,
        kind=project.get_kind_display(),
        above=project.parent,
        remarks=_life_of(project),
        facts=[
            *other_names(project, project),
            Fact.of(_("Kind"), project.get_kind_display(), row=on(project, "kind")),
            *([Fact.of(_("Part of"), project.parent, row=project)] if project.parent else []),
            *([Fact.of(_("Number"), str(project.number), row=project)] if project.number else []),
            Fact(_("Reference number"), tuple(Value(each.reference, row=each) for each in grants if each.reference)),
            *_leading_facts(participations),
            Fact(
                _("Funder"),
                tuple(Value(str(each.funder), each.funder_page.get_absolute_url(), each) for each in grants),
            ),
            *_contribution_facts(grants),
            Fact.of(
                _("Project period"),
                period(project.started, project.ended),
                row=project,
                wording=" – ".join(filter(None, [project.started_wording, project.ended_wording])),
            ),
            *([Fact.of(_("Duration"), project.duration, row=project)] if project.duration else []),
            Fact.of(_("Status"), known(project, "status"), row=on(project, "status")),
            *_frame_facts(grants),
            *([Fact.of(_("Network"), network, row=on(project, "network"))] if network else []),
            *figure_facts(project.figures.all()),
            *vocabulary_facts(project),
        ],
        sections=[
            Text(_("Important results of the project"), project.results, project),
            Text(_("Expected long-term effects"), project.effects, project),
            Text(_("Approach and implementation"), project.approach, project),
            record_table(_("Sub-projects"), _("Sub-project"), children, all_side_by_side(project, children)),
            participation_table(_("Participants"), participations, "participant"),
            tie_table([*project.ties.all(), *(network.ties.all() if network else [])]),
            record_table(_("Meetings"), _("Meeting"), meetings),
            record_table(_("Publications"), _("Publication"), list(project.publications.all())),
            record_table(_("Methods and practices"), _("Practice"), list(project.practices.all())),
            Links(_("Read more"), list(project.links.all())),
            *contact_sections(each for organisation in leading for each in organisation.contacts.all()),
        ],
    )


def _life_of(project):
    """Say in a sentence that the past is the past, and what an undated source leaves open."""
    if project.status == Status.COMPLETED:
        return [_("This project has ended.")]
    if project.status == Status.ONGOING and not project.source.dated_at_all:
        return [_("Described as ongoing in an undated source.")]
    return []


def _leading_facts(participations):
    """Who coordinates and leads: always the coordinator, and whatever else the source names."""
    facts = []
    for role in ("coordinator", "lead", "co-lead"):
        rows = [row for row in participations if row.role == role]
        if rows or role == "coordinator":
            label = capfirst(rows[0].get_role_display()) if rows else _("Coordinator")
            values = [Value(_acting(row), _address(row), row) for row in rows]
            facts.append(Fact(label, tuple(values), question=_("Led by")))
    return facts


def _acting(row):
    return f"{row.participant} / {row.country.name}" if row.organisation_id and row.country else str(row.participant)


def _address(row):
    return row.participant.get_absolute_url() if row.organisation_id or row.city_id else ""


def _contribution_facts(grants):
    if not grants:
        return [Fact(_("Contribution"))]
    return [
        Fact.of(
            _("Contribution from %(funder)s") % {"funder": grant.funder},
            money(grant.amount, grant.currency),
            row=on(grant, "currency"),
            question=_("Contribution"),
        )
        for grant in grants
    ]


def _frame_facts(grants):
    """One fact for each kind of frame that a grant stands under, and silence for the call and the round."""
    found = {}
    for grant in grants:
        for frame in frames_of(grant):
            value = value_of(frame, grant) if frame.visible else frame
            found.setdefault(frame.kind, []).append(value)
    kinds = [kind for kind in Programme.Kind if kind in found or kind in ALWAYS]
    return [Fact.of(capfirst(kind.label), *found.get(kind, ())) for kind in kinds]


def frames_of(grant):
    """Return the programmes that the money comes through, the highest first."""
    return grant.programme.frames() if grant.programme else []


def grant_table(grants, *, with_funder=True):
    """Return who pays which project how much, under what."""
    lines = []
    for grant in grants:
        facts = [Fact.of(_("Project"), grant.project)]
        if with_funder:
            facts.append(Fact.of(_("Funder"), grant.funder_page))
        facts += [
            Fact.of(_("Under"), *frames_of(grant)),
            Fact.of(_("Reference number"), grant.reference),
            Fact.of(_("Amount"), money(grant.amount, grant.currency)),
        ]
        lines.append(Line(facts, grant))
    return Table(_("Projects funded"), lines)


def programme_page(programme):
    """What a programme is part of, what is funded under it, and what is tied to it otherwise."""
    children = list(programme.children.all())
    grants = Grant.objects.public().under([programme.slug]).for_cards()
    return Page(
        record=programme,
        kind=programme.get_kind_display(),
        above=programme.parent,
        facts=[
            Fact.of(_("Kind"), programme.get_kind_display(), row=programme),
            *([Fact.of(_("Part of"), programme.parent, row=programme)] if programme.parent else []),
            Fact.of(_("Run by"), programme.operator, row=programme),
        ],
        sections=[
            record_table(_("Parts"), _("Programme"), children),
            grant_table(sorted(grants, key=lambda grant: (sort_key(grant.project.name), grant.key))),
            tie_table(programme.ties.all()),
            record_table(_("Publications"), _("Publication"), list(programme.publications.all())),
        ],
    )


def funder_page(funder):
    """What a funder pays for, and under what."""
    return Page(
        record=funder,
        kind=_("funder"),
        facts=[
            Fact.of(_("Kind"), known(funder, "kind"), row=on(funder, "kind")),
            Fact.of(_("Country"), funder.country, row=funder),
            Fact.of(_("As an organisation"), Value(str(funder), funder.organisation_address(), funder)),
        ],
        sections=[grant_table(funder.grants.all(), with_funder=False)],
    )


def publication_page(publication):
    """What a publication is, whose it is, and how to get it."""
    project = publication.project
    network = project.network if project and project.published else None
    return Page(
        record=publication,
        kind=publication.get_kind_display(),
        facts=[
            Fact.of(_("Kind"), publication.get_kind_display(), row=on(publication, "kind")),
            Fact.of(_("Year"), publication.year, row=publication),
            Fact.of(_("Language"), publication.get_language_display(), row=publication),
            Fact.of(_("Project"), project, row=publication),
            *([Fact.of(_("Network"), network, row=publication)] if network else []),
            *([Fact.of(_("Programme"), publication.programme, row=publication)] if publication.programme else []),
            Fact.of(_("Download"), *_ways_to_get(publication), silence=_("no file in the source")),
        ],
        sections=[tie_table(publication.ties.all())],
    )


def _ways_to_get(publication):
    if publication.file:
        yield Value(_("Download the file"), publication.download_address())
    if publication.url:
        yield Value(_("Open it at its address"), publication.url)
