"""What the lists must show, worked out record by record from the rows alone, without any index."""

from django.utils.timezone import localdate

from directory.search import fold, tokens
from meetings.models import Meeting
from networks.models import City, Network, Organisation, Theme
from practices.models import Practice
from projects.models import Funder, Programme, Project


def public_rows(rows, *ends):
    """Return the rows whose other ends visitors may see."""
    return [row for row in rows.all() if all((end := getattr(row, name)) is None or end.published for name in ends)]


def addresses(*records):
    """Return the addresses of those related records that visitors may see."""
    return {each.slug for each in records if each is not None and each.published}


def frames(programme):
    """Return a programme and all above it."""
    return [programme, *frames(programme.parent)] if programme else []


def terms(record):
    """Return the addresses of the terms of an owner's sets."""
    sets = [each for each in (record.themes, record.actor_types) if each and each.published]
    return addresses(*(term for each in sets for term in each.terms.all()))


def years(*dates):
    """Return the years that known dates touch, from the first possible day to the last."""
    known = [each for each in dates if each]
    return {str(year) for year in range(known[0].earliest.year, known[-1].latest.year + 1)} if known else set()


def at_present(record):
    """Return where a record stands today."""
    today, begun, over = localdate(), record.started, record.ended
    if (over and over.latest < today) or record.status == "completed":
        return {"ended"}
    if begun and begun.earliest > today:
        return {"upcoming"}
    if record.status == "ongoing" or (begun and over and begun.latest <= today <= over.earliest):
        return {"ongoing"}
    return {"upcoming"} if record.status == "planned" else {"unknown"}


def own_words(record):
    """Return the words of a record's own searched text."""
    return set(tokens(fold(record.search_text)))


def words_of(*records):
    """Return the words of related records that visitors may see."""
    return {word for each in records if each is not None and each.published for word in own_words(each)}


def network(record):
    """What a network is found by."""
    cities = [row.city for row in public_rows(record.memberships, "city", "organisation")]
    return {
        "kind": {record.kind},
        "scope": {record.scope} - {""},
        "parent": addresses(record.parent),
        "country": {str(record.country).lower()} - {""},
        "city": addresses(*cities),
        "theme": terms(record),
        "status": {record.status},
        "now": at_present(record),
        "year": years(record.started, record.ended),
        "word": own_words(record),
    }


def project(record):
    """What a project is found by."""
    grants = public_rows(record.grants, "funder")
    taking_part = public_rows(record.participations, "organisation", "city")
    sets = [each for each in (record.themes, record.actor_types) if each and each.published]
    sums = {}
    for row in grants:
        if row.amount is not None:
            sums[row.currency] = sums.get(row.currency, 0) + row.amount
    return {
        "kind": {record.kind},
        "status": {record.status},
        "now": at_present(record),
        "funder": addresses(*(row.funder for row in grants)),
        "programme": addresses(*(frame for row in grants for frame in frames(row.programme))),
        "country": {str(row.country).lower() for row in taking_part} - {""},
        "city": addresses(
            *(city for row in taking_part for city in (row.city, row.organisation and row.organisation.city))
        ),
        "theme": terms(record),
        "year": years(record.started, record.ended),
        "partner": addresses(*(row.organisation for row in taking_part)),
        "currency": set(sums),
        "sums": sums,
        "word": own_words(record)
        | {word for row in grants for word in tokens(row.search_text)}
        | words_of(*(row.funder for row in grants), *(row.organisation for row in taking_part))
        | words_of(*(term for each in sets for term in each.terms.all()))
        | words_of(*(each for each in sets if terms(record) & addresses(*each.terms.all()))),
    }


def meeting(record):
    """What a meeting is found by."""
    return {
        "kind": {record.kind},
        "network": addresses(record.network),
        "project": addresses(record.project),
        "city": addresses(record.city),
        "year": years(record.date, record.until),
        "status": {record.status},
        "word": own_words(record) | words_of(record.city, record.network, record.project),
    }


def city(record):
    """What a city is found by."""
    rows = public_rows(record.memberships, "network")
    focuses = [row.focus for row in rows if row.focus and row.focus.theme_set.published]
    return {
        "country": {str(record.country).lower()} - {""},
        "network": addresses(*(row.network for row in rows)),
        "focus": addresses(*focuses),
        "word": own_words(record),
    }


def organisation(record):
    """What an organisation is found by."""
    return {
        "kind": {record.kind},
        "country": {str(record.country).lower()} - {""},
        "city": addresses(record.city),
        "word": own_words(record),
    }


def funder(record):
    """What a funder is found by."""
    grants = public_rows(record.grants, "project")
    return {
        "programme": addresses(*(frame for row in grants for frame in frames(row.programme))),
        "country": {str(record.country).lower()} - {""},
        "word": own_words(record),
    }


def programme(record):
    """What a programme is found by."""
    return {"kind": {record.kind}, "word": own_words(record)}


def theme(record):
    """What a theme is found by."""
    return {"set": addresses(record.theme_set), "word": own_words(record) | words_of(record.theme_set)}


def practice(record):
    """What a practice is found by."""
    themes = [each for each in record.themes.all() if each.theme_set.published]
    return {
        "kind": {record.kind},
        "country": {str(record.country).lower()} - {""},
        "sector": {record.sector},
        "theme": addresses(*themes),
        "standing": {record.standing},
        "word": own_words(record),
    }


KINDS = {
    Network: network,
    Project: project,
    Meeting: meeting,
    City: city,
    Organisation: organisation,
    Funder: funder,
    Programme: programme,
    Theme: theme,
    Practice: practice,
}


def facts(model):
    """Return {key: what the record is found by} for all records of a model that visitors may see."""
    records = [each for each in model._base_manager.all() if each.published]
    if model is Theme:
        records = [each for each in records if each.theme_set.published]
    if model is Funder:
        records = [each for each in records if public_rows(each.grants, "project")]
    return {each.pk: KINDS[model](each) for each in records}


def fits(facts, chosen):
    """Whether a record has what is chosen: `chosen` maps a parameter to its values as in an address."""
    for name, values in chosen.items():
        group = name.removesuffix("_not")
        if name == "q":
            if not set(values[0].split()) <= facts["word"]:
                return False
        elif name in ("year_from", "year_to"):
            first = name == "year_from"
            if not any((year >= values[0]) if first else (year <= values[0]) for year in facts["year"]):
                return False
        elif name in ("amount_from", "amount_to"):
            sums = [facts["sums"][code] for code in chosen["currency"] if code in facts["sums"]]
            if not any(total >= int(values[0]) if name == "amount_from" else total <= int(values[0]) for total in sums):
                return False
        elif bool(facts[group] & set(values)) == name.endswith("_not"):
            return False
    return True
