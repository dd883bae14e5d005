"""The leak hunt: nothing that visitors must not see is in any byte that they can ask for, nor can they guess at it."""

import html
import re
from collections import Counter
from io import StringIO
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.test import Client
from django.urls import resolve, reverse
from django.utils import translation

from directory.exports import EXPORTS
from directory.narrowing import AnyOf, Related
from directory.pages import LISTS
from directory.visits import kinds
from tests.planted import PLANTED, Planted
from tests.test_permissions import addresses

pytestmark = pytest.mark.django_db

LINK = re.compile(rb'(?:href|action|src)="([^"]*)"|<loc>([^<]*)</loc>')
# Public addresses that no page leads to on purpose: behind secret links, or only sent to.
UNLINKED = ("nominations/", "i18n/", "/file/", "about/components/", "/edit/")
FEW = 4
# Stands for any word that is in no record: as long as those that were planted.
NOWHERE = "wvjwvjwvjwvj"


@pytest.fixture
def planted(settings, tmp_path):
    """A directory with a word in every field that visitors must not see."""
    settings.MEDIA_ROOT = tmp_path
    return Planted()


def asked(client, address):
    """Return all the bytes of an answer: status, headers, content."""
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    head = "\n".join(f"{name}: {value}" for name, value in sorted(answer.items()))
    return f"{answer.status_code}\n{head}\n\n".encode() + content


def choices():
    """Yield every address by which a list shows what it has otherwise: filters, orders, formats, other views, words."""
    for each in LISTS:
        section = each.model.section
        views = [f"/sv/{section}/?", *(f"{reverse(way)}?of={section}&" for way in each.ways)]
        narrowed = []
        filters = each.filterset_class(QueryDict())
        for name, narrowing in filters.filters.items():
            if isinstance(narrowing, AnyOf):
                group = filters.group(name)
                narrowed += [f"{name}={quote(choice.value)}" for choice in group.choices[:3]]
                narrowed += [f"{name}_q=a", f"{name}_not={group.choices[0].value if group.choices else 'x'}"]
            elif name.endswith(("_from", "_to")):
                narrowed.append(f"{name}=1900")
        yield from (f"{view}{query}" for view in views for query in (*narrowed, "q=a", "q=1"))
        yield from (f"{views[0]}order={order}" for order in each().orders("a"))
        yield from (f"{language}{views[0][3:]}format={form}" for language in ("/sv", "/en") for form in EXPORTS)
        yield f"{views[0]}letter=q"
    yield from ("/sv/search/suggest/?q=a", "/en/words/sent/", "/sv/nothing/here/", "/sv/networks/?page=99")


def route(address):
    """Return the pattern that an address belongs to, as tests/permissions.txt writes it."""
    language = address[1:3] if address[1:3] in ("sv", "en") and address[3:4] == "/" else "sv"
    with translation.override(language):
        found = "/" + resolve(urlsplit(address).path).route
    return found.replace(f"/{language}/", "/<language>/", 1)


def crawl():
    """Return {address: its bytes} of all that visitors can reach by links, the sitemap, and every choice in a list."""
    client, found, alike = Client(), {}, Counter()
    todo = ["/", "/sv/", "/en/", "/sitemap.xml", "/robots.txt", "/healthz", "/readyz", *choices()]
    while todo:
        address = todo.pop()
        if address in found:
            continue
        found[address] = asked(client, address)
        for match in LINK.finditer(found[address]):
            target = urlsplit(urljoin(f"http://testserver{address}", html.unescape((match[1] or match[2]).decode())))
            # From choice to choice there is no end: the choices were asked for above.
            followed = "?" not in address or not target.query
            if target.query and followed:
                # A few of each sort of choice on each page are enough: their values were asked for above, too.
                sort = (target.path, *sorted(parse_qs(target.query)))
                followed, alike[sort] = alike[sort] < FEW, alike[sort] + 1
            if target.netloc == "testserver" and followed and not target.path.startswith(("/static/", "/admin/")):
                todo.append(target._replace(scheme="", netloc="", fragment="").geturl())
    return found


def leaks(found, planted):
    """Return {word: (where it was planted, an address whose bytes hold it)}."""
    return {
        each.decode().lower(): (planted.words.get(each.decode().lower()), address)
        for address, content in found.items()
        for each in PLANTED.findall(content)
        # All that were planted are there; the signature of a form may look like one by chance.
        if each.decode().lower() in planted.words
    }


def test_nothing_planted_in_what_is_not_public_is_found_and_all_of_it_once_it_is_published(planted):
    hidden = crawl()
    found = leaks(hidden, planted)
    visited = {route(address) for address in hidden if "/nothing/" not in address}
    planted.publish()
    shown = leaks(crawl(), planted)

    print(
        f"leak hunt | {len(planted.words)} words, {len(hidden)} addresses | found {len(found)}"
        f" | control {len(planted.shown & shown.keys())} of {len(planted.shown)}"
    )
    assert found == {}
    assert {planted.words[each] for each in planted.shown - shown.keys()} == set()
    public = [each for each in addresses() if not each.startswith("/admin/")]
    assert [each for each in public if each not in visited and not any(name in each for name in UNLINKED)] == []


def questions(planted):
    """Yield (address with {} in it, a hidden word to put there) for every way to ask after something by its name."""
    for each in planted.words:
        yield "/sv/search/?q={}", each
    for model, record in planted.hidden.items():
        names = [record.name_sv, record.name_en, record.slug]
        for name in names:
            yield "/en/search/suggest/?q={}", name
            yield "/en/search/?q={}", name[:-1]
            for of in LISTS:
                yield f"/sv/{of.model.section}/?q={{}}", name
                yield from ((f"{reverse(way)}?of={of.model.section}&q={{}}", name) for way in of.ways)
        for of in LISTS:
            filters = of.filterset_class(QueryDict())
            for name, narrowing in filters.filters.items():
                if isinstance(narrowing, Related) and narrowing.target(filters.reading)._meta.concrete_model is model:
                    yield f"/sv/{of.model.section}/?{name}={{}}", record.slug
                    yield f"/sv/{of.model.section}/?{name}_not={{}}&format=json", record.slug
                    yield f"/sv/{of.model.section}/?{name}_q={{}}", record.name_sv
        for page in ("", "changes/", "hub/", "file/", "nominate/"):
            yield f"/sv/{model.section}/{{}}/{page}", record.slug
        yield f"/sv/compare/?id={model._meta.model_name}:{{}}", record.slug
        yield f"/en/words/?about={model._meta.model_name}:{{}}", record.slug


def test_whoever_asks_after_something_hidden_learns_no_more_than_of_something_that_is_not_there(planted):
    client, nothing, differing, tried = Client(), {}, [], 0
    for address, name in questions(planted):
        other = NOWHERE[: len(name)]
        if (address, len(name)) not in nothing:
            answer = asked(client, address.format(other))
            nothing[address, len(name)] = re.sub(re.escape(other).encode(), b"*", answer, flags=re.IGNORECASE)
        answer = asked(client, address.format(name))
        if re.sub(re.escape(name).encode(), b"*", answer, flags=re.IGNORECASE) != nothing[address, len(name)]:
            differing.append((address, planted.words.get(name, name)))
        tried += 1

    print(f"leak hunt, by asking | {tried} questions | {len(differing)} answers differ")
    assert tried > 1000
    assert differing == []


def test_an_answer_does_differ_once_what_is_asked_after_is_public(planted):
    planted.publish()
    client, learned = Client(), set()
    for address, name in questions(planted):
        if name in planted.shown:
            other = NOWHERE[: len(name)]
            answers = [
                re.sub(re.escape(each).encode(), b"*", asked(client, address.format(each)), flags=re.IGNORECASE)
                for each in (name, other)
            ]
            if answers[0] != answers[1]:
                learned.add(name)

    paged = [record for model, record in planted.hidden.items() if model in kinds().values()]
    assert learned >= {name for record in paged for name in (record.name_sv, record.slug)}


def test_what_visitors_entrusted_to_us_is_in_no_dump(planted):
    dump = StringIO()
    call_command("dumpdata", "directory", "practices", stdout=dump)

    found = leaks({"dump": dump.getvalue().encode()}, planted)
    labels = {place.split(".")[1] for place, _address in found.values() if place}
    assert labels & {"ReaderWord", "ReaderContact", "Nomination", "NominatorContact", "Review", "Step"} == set()
    assert "Practice" in labels


def test_every_place_has_a_word_of_its_own(planted):
    assert len(planted.words) == len(set(planted.words.values()))
    assert urlencode({"q": NOWHERE}) == f"q={NOWHERE}"
    for label in ("practices.NominatorContact", "practices.Review", "directory.ReaderWord", "directory.ReaderContact"):
        assert [place for place in planted.words.values() if place.startswith(label)] != [], label
