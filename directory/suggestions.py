"""Names that somebody may be about to type: the nearest few of all kinds of records, from the index of titles."""

from dataclasses import dataclass
from itertools import chain, zip_longest

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape

from directory.bases import in_language, language_now
from directory.marking import marked
from directory.search import words

# As many as fit beside a keyboard on a phone, and as many letters as say anything.
MOST, FEWEST_LETTERS = 8, 2


@dataclass(frozen=True)
class Suggestion:
    """A record that may be meant: what it is, its name with the typed letters marked, its address."""

    model: type
    name: str
    lang: str
    address: str


def suggested(lists, query):
    """Return up to eight records of some lists whose names are nearest to what was typed so far, the best first.

    Those whose name begins so come before those that hold such words later; no kind crowds out another. Where none
    does, the nearest spelling counts. Asks for the version once a list, and one query for each kind that is named.
    """
    typed = words(query)
    if sum(map(len, typed)) < FEWEST_LETTERS:
        return []
    found = {each: each.filterset_class(QueryDict()) for each in lists}
    best = _best(found, lambda filters: typed) or _best(found, lambda filters: _nearest(filters, typed))
    texts = [*typed, *(word for _each, _key, meant in best for word in meant)]
    names = {each: _names(each.model, [key for one, key, _meant in best if one is each]) for each in found}
    return [
        Suggestion(
            each.model, marked(escape(name), texts), name.lang, reverse(f"{each.model.section}:detail", args=[slug])
        )
        for each, key, _meant in best
        for slug, name in names[each].get(key, ())
    ]


def _best(found, meaning):
    """Return (list, key, words meant) of the best few, tier by tier and in each of them one of every list in turn."""
    tiers, best, language = [[], [], []], [], language_now()
    for each, filters in found.items():
        meant = meaning(filters)
        for tier, records in zip(tiers, filters.titled(meant), strict=True):
            if records:
                tier.append([(each, key, meant) for key in filters.reading.page(records, language, 0, MOST)])
    for tier in tiers:
        best += [pick for pick in chain.from_iterable(zip_longest(*tier)) if pick][: MOST - len(best)]
    return best


def _nearest(filters, typed):
    """Return the typed words, each one that no name holds put right; none if a word is too far from all."""
    titles, meant = filters.reading.groups["title"], []
    for word in typed:
        near = [word] if titles.beginning(word) else titles.nearest(word)[:1]
        if not near:
            return []
        meant += near
    return meant


def _names(model, keys):
    """Return {key: [(address, name in the reader's language)]} of public records; one query, none for no keys."""
    rows = model.objects.public().filter(pk__in=keys).order_by().values_list("pk", "slug", "name_sv", "name_en")
    language = language_now()
    return {key: [(slug, in_language(language, sv=sv, en=en))] for key, slug, sv, en in rows} if keys else {}
