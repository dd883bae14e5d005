"""What the pages of networks, cities, organisations and themes tell."""

from dataclasses import replace

from django.utils import formats
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from directory.bases import Certainty, Status, comparison_address
from directory.dates import period
from directory.facts import (
    Contacts,
    Fact,
    Line,
    Links,
    Page,
    Reference,
    Table,
    Text,
    Value,
    all_side_by_side,
    few,
    figure_facts,
    in_time,
    known,
    on,
    record_table,
    value_of,
)
from directory.maps import Map, Spot, closer_map, near
from directory.search import sort_key

# What lies further from a city, in kilometres, is left to the large map.
SURROUNDINGS = 1200


def other_names(record, row):
    """Return the fact of a record's other names, where it has any: that it has none is no silence of a source."""
    names = record.other_names.splitlines()
    return [Fact.of(_("Other names"), *names, row=row)] if names else []


def network_page(network, beside=()):
    """All that is known of a network: what it is, who is in it, what it does, what it led to.

    `beside` are networks that share members with it.
    """
    memberships = list(network.memberships.all())
    members = [row for row in memberships if row.role == row.Role.MEMBER]
    partners = [row for row in memberships if row.role == row.Role.PARTNER]
    meetings = in_time(network.meetings.all())
    projects = list(network.projects.all())
    children = list(network.children.all())
    publications = [each for project in projects for each in project.publications.all()]
    practices = [each for project in projects for each in project.practices.all()]
    return Page(
        record=network,
        kind=network.get_kind_display(),
        above=network.parent,
        places=members_map(network, memberships),
        remarks=life_of(network),
        facts=[
            *other_names(network, network),
            Fact.of(_("Kind"), network.get_kind_display(), row=on(network, "kind")),
            Fact.of(_("Reach"), network.get_scope_display(), row=on(network, "scope")),
            *([Fact.of(_("Part of"), network.parent, row=network)] if network.parent else []),
            *([Fact.of(_("Country"), network.country, row=network)] if network.parent else []),
            Fact.of(_("Status"), known(network, "status"), row=on(network, "status")),
            *lifetime(network),
            _taking_part(_("Organised by"), [row for row in memberships if row.role == row.Role.ORGANISER]),
            *([_taking_part(_("Cooperation partner"), partners)] if partners else []),
            *figure_facts(network.figures.all()),
            *vocabulary_facts(network),
        ],
        sections=[
            Text(_("About the network"), network.description, network),
            record_table(_("National networks"), _("Network"), children, all_side_by_side(network, children)),
            Table(_("Members"), [_member_line(row, memberships) for row in members]),
            beside_table(_("Networks that share most members"), network, beside, _("Members in common")),
            record_table(_("Projects"), _("Project"), projects),
            tie_table(network.ties.all()),
            record_table(_("Series of meetings"), _("Series"), [each for each in meetings if each.kind == "series"]),
            record_table(_("Meetings"), _("Meeting"), [each for each in meetings if each.kind != "series"]),
            record_table(_("Publications"), _("Publication"), publications),
            record_table(_("Methods and practices"), _("Practice"), practices),
            Links(_("Read more"), list(network.links.all())),
        ],
    )


def members_map(network, memberships):
    """Return a map of the cities in a network, or None where fewer than two can be placed."""
    spots = _spots(row.city for row in memberships)
    if len(spots) < 2:
        return None
    return Map(spots, "city", _("Where its cities are"), closer_map(of="cities", network=[network.slug]), form="wide")


def surroundings_map(city, beside):
    """Return a map of a city and of those cities not too far away that share most networks with it; None without
    coordinates."""
    if city.latitude is None:
        return None
    here = _spots([city], here=True)
    spots = here + near(here[0], _spots(each.record for each in beside), SURROUNDINGS)
    title = _("Where it is, and the cities nearby that it shares networks with") if len(spots) > 1 else _("Where it is")
    networks = sorted(row.network.slug for row in city.memberships.all() if row.network.published)
    return Map(spots, "city", title, closer_map(of="cities", network=networks), form="wide")


def _spots(cities, **more):
    """Return the places of those cities whose coordinates are known, each once, by name."""
    placed = {city.pk: city for city in cities if city and city.latitude is not None}
    return [
        Spot(city.name, city.slug, float(city.longitude), float(city.latitude), **more)
        for city in sorted(placed.values(), key=lambda city: sort_key(city.name))
    ]


def beside_table(title, record, beside, label):
    """Return the records that another one has most in common with: how much, the first of it, and the comparison."""
    compare = _("Compare")
    return Table(
        title,
        [
            Line(
                [
                    Fact.of(capfirst(record._meta.verbose_name), each.record),
                    Fact.of(label, str(each.count)),
                    Fact.of(_("Among them"), *few(each.first)),
                    Fact.of(compare, Value(_("Side by side"), comparison_address(record, each.record))),
                ]
            )
            for each in beside
        ],
    )


def _taking_part(label, memberships):
    """Return who takes part in one role, each with the source of just that."""
    return Fact(label, tuple(value_of(row.member, row) for row in memberships))


def life_of(network):
    """Say in a sentence what the source leaves open about the network's life, and that the past is the past."""
    remarks = []
    if network.status == Status.COMPLETED:
        remarks.append(_("This network has ended. What is told here is what it was."))
    elif network.status == Status.UNKNOWN:
        remarks.append(_("The source does not say whether this network still exists."))
    elif not network.source.dated_at_all:
        remarks.append(_("Described as a living network in an undated source."))
    if _all_over(network.meetings.all()):
        remarks.append(_("All meetings listed here lie in the past."))
    return remarks


def _all_over(meetings):
    single = [each for each in meetings if each.kind != "series"]
    return bool(single) and all(
        each.date_latest and (each.until_latest or each.date_latest) < localdate() for each in single
    )


def lifetime(record):
    """Return the facts of a network's span, under the source's own verb: what was founded did not go on being so."""
    beginnings = {"founded": _("Founded"), "launched": _("Launched")}
    if record.verb in beginnings:
        began = {"row": record, "wording": record.started_wording, "question": _("Period")}
        facts = [Fact.of(beginnings[record.verb], record.started, **began)]
        if record.ended:
            over = {"row": record, "wording": record.ended_wording, "question": _("Period")}
            facts.append(Fact.of(_("Ended"), record.ended, **over))
        return facts
    label = _("Ran") if record.verb == "ran" else _("Period")
    wording = " – ".join(filter(None, [record.started_wording, record.ended_wording]))
    return [Fact.of(label, period(record.started, record.ended), row=record, wording=wording, question=_("Period"))]


def vocabulary_facts(owner):
    """Return the themes and the actor groups of a network or project, as its own source names them."""
    facts = []
    if owner.themes_id and owner.themes.published:
        facts.append(_vocabulary(owner.themes, _("Themes")))
    else:
        facts.append(Fact.of(_("Themes")))
    if owner.actor_types_id and owner.actor_types.published:
        facts.append(_vocabulary(owner.actor_types, _("Actor groups")))
    else:
        facts.append(Fact.of(_("Actor groups")))
    return facts


def _vocabulary(theme_set, question):
    label = capfirst(theme_set.get_kind_display())
    terms = [replace(value_of(term, theme_set), shape="") for term in theme_set.terms.all()]
    return Fact(f"{label} ({extent_of(theme_set)})", tuple(terms), question=question)


def extent_of(theme_set):
    """Say how many terms the source speaks of, and whether it gives them all."""
    extent = theme_set.get_extent_display()
    if theme_set.stated_count is None:
        return extent
    return _("%(count)s stated, %(extent)s") % {"count": theme_set.stated_count, "extent": extent}


def _member_line(row, memberships):
    facts = [
        Fact.of(_("Member"), row.member),
        Fact.of(_("Role"), row.get_role_display()),
        Fact.of(_("Since"), row.since),
        Fact.of(_("Focus"), row.focus),
    ]
    if any(each.tandem for each in memberships):
        facts.append(_tandem(row, memberships, silence=_("no tandem stated")))
    return Line(facts, row)


def _tandem(row, memberships, **extra):
    inferred = _("inferred") if row.infers("tandem") else ""
    return Fact.of(_("In tandem with"), *tandem_of(row, memberships), note=inferred, **extra)


def tandem_of(row, memberships):
    """Return the other members that work in one tandem with the member of `row`."""
    if not row.tandem:
        return []
    return [each.member for each in memberships if each.tandem == row.tandem and each.pk != row.pk]


def membership_table(memberships):
    """Return the networks that a city or organisation is in: since when, on what, with whom."""
    memberships = list(memberships)
    with_tandem = any(row.tandem for row in memberships)
    lines = []
    for row in memberships:
        facts = [
            Fact.of(_("Network"), row.network),
            Fact.of(_("Role"), row.get_role_display()),
            Fact.of(_("Since"), row.since),
            Fact.of(_("Focus"), row.focus),
        ]
        if any(each.until for each in memberships):
            facts.append(Fact.of(_("Until"), row.until))
        if with_tandem:
            facts.append(_tandem(row, row.network.memberships.all()))
        lines.append(Line(facts, row))
    return Table(_("Networks"), lines)


def tie_table(ties):
    """Return the relations that are not money, in words, with both ends and their direction."""
    lines = []
    for tie in ties:
        levels = ", ".join(_level(word) for word in tie.levels.split(",") if word.strip())
        lines.append(
            Line(
                [
                    Fact.of(_("From"), tie.owner),
                    Fact.of(_("Relation"), tie.get_kind_display()),
                    Fact.of(_("To"), tie.programme, tie.publication),
                    Fact.of(_("Year"), tie.year),
                    Fact.of(_("Levels"), levels),
                ],
                tie,
            )
        )
    return Table(_("Relations to programmes and agendas"), lines)


def _level(word):
    words = {"local": _("local"), "regional": _("regional"), "national": _("national"), "european": _("European")}
    return words.get(word.strip(), word.strip())


def city_page(city, beside=()):
    """All that is known of a city: its networks first, then what was held there and who has its seat there.

    `beside` are cities in the same networks.
    """
    outside = city.gazetteer and Reference(city.gazetteer, Certainty.EXTERNAL)
    coordinates = ""
    if city.latitude is not None:
        degrees = [formats.number_format(each, 5) for each in (city.latitude, city.longitude)]
        coordinates = _("%(latitude)sN, %(longitude)sE") % {
            "latitude": f"{degrees[0]}°\u00a0",
            "longitude": f"{degrees[1]}°\u00a0",
        }
    organisations = list(city.organisations.all())
    meetings = in_time(city.meetings.all())
    return Page(
        record=city,
        kind=_("city"),
        places=surroundings_map(city, beside),
        facts=[
            Fact.of(_("Country"), city.country, row=outside or city),
            *other_names(city, outside or city),
            Fact.of(_("Coordinates"), coordinates, row=outside),
            Fact.of(_("GeoNames id"), str(city.geonames_id or ""), row=outside),
        ],
        sections=[
            membership_table(city.memberships.all()),
            beside_table(_("Cities in the same networks"), city, beside, _("Networks in common")),
            record_table(_("Meetings here"), _("Meeting"), meetings),
            record_table(_("Organisations with their seat here"), _("Organisation"), organisations),
            participation_table(_("Projects"), city.participations.all(), "project"),
            *contact_sections(each for organisation in organisations for each in organisation.contacts.all()),
        ],
    )


def contact_sections(contacts):
    """Return how to reach somebody, and apart from it persons whom a source only names."""
    contacts = list(contacts)
    named = [each for each in contacts if not (each.unit or each.street or each.postal_code or each.town)]
    return [
        Contacts(_("Contact"), [each for each in contacts if each not in named]),
        Contacts(_("Person named"), named),
    ]


def participation_table(title, participations, *ends):
    """Return who takes part in which project, as what, and for which country."""
    labels = {"project": _("Project"), "participant": _("Participant")}
    participations = sorted(
        participations,
        key=lambda row: (row.Role.values.index(row.role), *(sort_key(str(getattr(row, end))) for end in ends)),
    )
    lines = []
    for row in participations:
        facts = [Fact.of(labels[end], getattr(row, end)) for end in ends]
        facts.append(Fact.of(_("Role"), row.get_role_display()))
        if any(each.organisation_id and each.country for each in participations):
            acts_for = row.country if row.organisation_id else None
            silence = _("no country stated") if row.organisation_id else _("itself a country or city")
            facts.append(Fact.of(_("Acts for"), acts_for, silence=silence))
        lines.append(Line(facts, row))
    return Table(title, lines)


def organisation_page(organisation):
    """All that is known of an organisation: what it is in, what it carries, what it pays, how to reach it."""
    grants = list(organisation.grants.all())
    return Page(
        record=organisation,
        kind=_("organisation"),
        facts=[
            *other_names(organisation, organisation),
            Fact.of(_("Kind"), known(organisation, "kind"), row=on(organisation, "kind")),
            *([Fact.of(_("Acronym"), organisation.acronym, row=organisation)] if organisation.acronym else []),
            Fact.of(_("Country"), organisation.country, row=organisation),
            Fact.of(_("Seat"), organisation.city, row=on(organisation, "city")),
            Fact.of(
                _("Pays as"),
                *(grant.funder_page for grant in grants[:1]),
                silence=_("no grant in the sources"),
                note=_("funder"),
            ),
        ],
        sections=[
            membership_table(organisation.memberships.all()),
            participation_table(_("Projects"), organisation.participations.all(), "project"),
            record_table(_("Programmes it runs"), _("Programme"), list(organisation.programmes_run.all())),
            record_table(
                _("Methods and practices it developed"), _("Practice"), list(organisation.practices_developed.all())
            ),
            *contact_sections(organisation.contacts.all()),
        ],
    )


def theme_page(theme):
    """What a theme belongs to and what uses it."""
    theme_set = theme.theme_set
    return Page(
        record=theme,
        kind=theme_set.get_kind_display(),
        facts=[
            Fact.of(_("Theme set"), theme_set, row=theme_set, note=extent_of(theme_set)),
            Fact.of(_("Place in the list"), str(theme.position), row=theme),
        ],
        sections=[
            record_table(
                _("Networks"), _("Network"), [*theme_set.first("networks"), *theme_set.first("networks_of_actors")]
            ),
            record_table(
                _("Projects"), _("Project"), [*theme_set.first("projects"), *theme_set.first("projects_of_actors")]
            ),
            Table(
                _("Members with this focus"),
                [
                    Line(
                        [
                            Fact.of(_("Member"), row.member),
                            Fact.of(_("Network"), row.network),
                            Fact.of(_("Since"), row.since),
                        ],
                        row,
                    )
                    for row in theme.memberships.all()
                ],
            ),
            record_table(_("Methods and practices"), _("Practice"), list(theme.practices.all())),
        ],
    )
