"""Ways around: suggested names, letters, tidy addresses, what is new, corrections, pages that lead nowhere."""

from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.lists import PER_PAGE
from directory.pages import changed_lately
from directory.search import replaced
from networks.models import City, Network
from projects.models import Project
from tests.factories import (
    make_city,
    make_grant,
    make_meeting,
    make_network,
    make_organisation,
    make_programme,
    make_project,
    make_source,
)
from tests.pages import Page
from tests.test_lists import full_row


def suggested(client, query):
    """Return (kind, name) of what is suggested for a query."""
    page = Page(client.get("/en/search/suggest/", {"q": query}))
    return [
        (page.text(page.all("span", each, class_="suggestion-kind")[0]), page.text(page.all("span", each, class_="suggestion-name")[0]))
        for each in page.all("a", role="option")
    ]  # fmt: skip


def test_names_that_begin_so_come_before_those_that_hold_the_word_later(client, db):
    make_city(name_sv="Malmö")
    make_network(name_sv="Nätverket Malmö")
    make_project(name_sv="Samverkan i Storamalmöregionen")
    make_city(name_sv="Lund")

    assert suggested(client, "malmo") == [
        ("city", "Malmö"),
        ("network", "Nätverket Malmö"),
        ("project", "Samverkan i Storamalmöregionen"),
    ]


def test_no_kind_crowds_out_another_and_few_are_suggested(client, db):
    for number in range(20):
        make_project(name_sv=f"Stad {number:02}")
    make_city(name_sv="Stadsby")

    found = suggested(client, "stad")

    assert len(found) == 8
    assert found[:3] == [("project", "Stad 00"), ("city", "Stadsby"), ("project", "Stad 01")]


def test_every_typed_word_counts_and_the_last_may_be_unfinished(client, db):
    make_project(name_sv="Kreativa städer")
    make_project(name_sv="Kreativa byar")

    assert suggested(client, "kreativa stä") == [("project", "Kreativa städer")]


def test_a_slip_of_the_hand_gives_the_nearest_name(client, db):
    make_city(name_sv="Norrköping")
    make_city(name_sv="Linköping")

    assert suggested(client, "norkoping") == [("city", "Norrköping")]


@pytest.mark.parametrize("query", ["", "n", " n ", "!!", "x" * 101, "qqqqq"])
def test_where_nothing_can_be_meant_nothing_is_suggested(client, db, query):
    make_city(name_sv="Norrköping")

    assert suggested(client, query) == []


def test_a_hidden_record_is_not_suggested(client, db):
    make_city(name_sv="Hemlig", published=False)
    make_city(name_sv="Hemvist")

    assert suggested(client, "hem") == [("city", "Hemvist")]


def test_a_name_in_the_other_language_says_which_it_is(client, db):
    make_city(name_sv="Staden")

    page = Page(client.get("/en/search/suggest/?q=sta"))

    assert [each.get("lang") for each in page.all("span", class_="suggestion-name")] == ["sv"]


def test_suggestions_are_no_page_for_search_engines_and_are_kept_like_pages(client, db):
    make_city(name_sv="Norrköping")

    first = client.get("/en/search/suggest/?q=norr")
    again = client.get("/en/search/suggest/?q=norr", headers={"if-none-match": first["ETag"]})

    assert (first["X-Robots-Tag"], first["Cache-Control"], again.status_code) == ("noindex", "public, no-cache", 304)


# Each asks for the version before and after, as the readings of all lists are at hand; and the
# names of each kind suggested: networks, projects, cities, organisations, funders.
@pytest.mark.parametrize("rows", [1, 3])
def test_suggestions_ask_the_same_number_of_queries_for_one_row_and_for_three(db, rows):
    for number in range(rows):
        make_network(name_sv=f"Staden {number}")
        make_city(name_sv=f"Staden {number}")
        make_grant(
            project=make_project(name_sv=f"Staden {number}"), funder=make_organisation(name_sv=f"Staden {number}")
        )
    # The orders of names are read once at a version, and serve the lists too.
    Client().get("/en/search/suggest/?q=stad")

    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/en/search/suggest/?q=staden")

    assert len(Page(answer).all("a", role="option")) == min(5 * rows, 8)
    assert len(asked) == 7


@pytest.fixture
def alphabet(db):
    """Four pages of networks, of which three begin with each of many letters, and some hidden ones."""
    for letter in "ABCDEFGHIKLMNOPRSTUVWXYZÅÖ":
        for number in range(4):
            make_network(name_sv=f"{letter}-nät {number}", published=number != 2)


@pytest.mark.parametrize("letter", ["A", "m", "å", "Ö", "É", "ä", "Q", "j"])
@pytest.mark.parametrize("order", ["", "-name"])
def test_a_letter_leads_to_where_its_names_begin(client, alphabet, letter, order):
    names = sorted(Network.objects.public(), key=lambda each: each.sort_sv, reverse=bool(order))
    key = {"É": "e", "å": "{", "ä": "|", "Ö": "}"}.get(letter, letter.lower())
    fits = [each.sort_sv[0] <= key if order else each.sort_sv[0] >= key for each in names]

    answer = client.get(
        "/sv/networks/", {"letter": letter, "kind": "city-network", **({"order": order} if order else {})}
    )
    target = urlsplit(answer["Location"])
    page = Page(client.get(answer["Location"]))

    assert answer.status_code == 302
    assert "letter" not in parse_qs(target.query)
    assert parse_qs(target.query)["kind"] == ["city-network"]
    place = int(target.fragment.removeprefix("place-"))
    assert page.cards()[place - 1] == str(names[fits.index(True)])


def test_a_letter_counts_only_what_the_filters_leave(client, alphabet):
    make_network(name_sv="Sök detta", kind="bilateral-network")

    answer = client.get("/sv/networks/?kind=bilateral-network&letter=b")

    assert answer["Location"] == "/sv/networks/?kind=bilateral-network#place-1"


def test_a_letter_after_all_names_leads_to_the_last_one(client, db):
    for number in range(PER_PAGE + 1):
        make_network(name_sv=f"A {number:02}")

    assert client.get("/sv/networks/?letter=z")["Location"] == "/sv/networks/?page=2#place-1"
    assert client.get("/sv/networks/?letter=z&city=nowhere")["Location"] == "/sv/networks/?city=nowhere#place-1"


@pytest.mark.parametrize("letter", ["zz", "1", "%", "ж", "😀"])
def test_what_is_no_letter_is_named(client, db, letter):
    page = Page(client.get("/en/networks/", {"letter": letter}))

    assert page.texts("p", class_="remark") == [f"The alphabet has no letter “{letter}”."]


def test_a_list_in_another_order_has_no_letters(client, alphabet):
    page = Page(client.get("/en/networks/?letter=b&order=date"))

    assert page.texts("p", class_="remark") == ["Only a list in the order of names can be opened at a letter."]
    assert page.all("nav", class_="letters") == []


def test_letters_stand_above_long_lists_and_keep_the_filters(client, alphabet):
    page = Page(client.get("/sv/networks/?kind=city-network&page=2"))
    short = Page(client.get("/sv/networks/?kind=national-network"))
    [letters] = page.all("nav", class_="letters")

    assert [page.text(each) for each in page.all("a", letters)] == list("ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ")
    assert page.all("a", letters)[-1].get("href") == "?kind=city-network&letter=%C3%96"
    assert short.all("nav", class_="letters") == []


def test_a_letter_asks_one_query_for_its_place(db, alphabet):
    # The version before and after, and the first record at the letter.
    Client().get("/sv/networks/")
    with CaptureQueriesContext(connection) as asked:
        Client().get("/sv/networks/?letter=m")

    assert len(asked) == 3


@pytest.mark.parametrize(
    ("address", "tidier"),
    [
        ("/sv/networks/?q=&order=", "/sv/networks/"),
        ("/sv/networks/?q=&kind=a&kind=&kind=b&order=-name", "/sv/networks/?kind=a&kind=b&order=-name"),
        ("/sv/search/?q=", "/sv/search/"),
        ("/sv/map/?of=networks&q=", "/sv/map/?of=networks"),
        ("/sv/networks/?q=%20", None),
    ],
)
def test_empty_parameters_do_not_stay_in_the_address(client, db, address, tidier):
    answer = client.get(address)

    assert (answer.status_code, answer.get("Location")) == ((302, tidier) if tidier else (200, None))


def test_words_put_a_list_in_the_order_of_the_best_match_until_another_is_chosen(client, db):
    make_city(name_sv="Bymalmö")
    make_city(name_sv="Malmö")

    def chosen(address):
        page = Page(client.get(address))
        return [(each.get("value"), page.text(each)) for each in page.all("option") if each.get("selected") is not None]

    assert chosen("/en/cities/") == [("", "Name, A to Ö")]
    assert chosen("/en/cities/?q=malmo") == [("", "Best match first")]
    assert chosen("/en/cities/?q=malmo&order=name") == [("name", "Name, A to Ö")]


def test_a_correction_replaces_the_misspelt_word_alone(client, db):
    make_network(name_sv="Kreativa nätverket i Norrköping")

    for address in ("/en/networks/?q=Kreativa+norkoping&kind=city-network", "/en/search/?q=Kreativa+norkoping"):
        page = Page(client.get(address))
        [link] = [each for each in page.all("a") if page.text(each) == "Norrköping"]
        query = parse_qs(link.get("href").removeprefix("?"))
        assert query["q"] == ["Kreativa Norrköping"]
        assert query.get("kind") == (["city-network"] if "networks" in address else None)


def test_a_word_is_replaced_however_it_was_typed():
    assert replaced("Staden Norrko\u0308ping, 2014", "norrkoping", "Linköping") == "Staden Linköping, 2014"


@pytest.mark.parametrize(
    ("address", "status", "sought"),
    [
        ("/en/networks/no-such-network/", 404, "no such network"),
        ("/en/nothing/", 404, "nothing"),
        ("/en/networks/?page=99", 404, ""),
        ("/en/networks/?q=%00", 400, ""),
    ],
)
def test_a_page_that_leads_nowhere_has_a_search_box(client, db, address, status, sought):
    answer = client.get(address)
    page = Page(answer)
    [box] = page.all("form", page.all("main")[0], role="search")

    assert answer.status_code == status
    assert (box.get("action"), page.all("input", box)[0].get("value")) == ("/en/search/", sought)


def test_what_is_new_says_so_when_nothing_was_changed(client, db):
    make_network()
    make_source(name_sv="Daterad", last_updated="2023-09")

    page = Page(client.get("/en/new/"))

    assert "No record has been changed or verified here since it was loaded from its source." in page.words
    assert [page.text(each) for each in page.all("dd")][0] == "September 2023"


def test_what_is_new_stands_day_by_day_with_what_was_done(client, db):
    city, network, project, hidden = (
        make_city(name_sv="Staden"),
        make_network(name_sv="Nätet"),
        make_project(),
        make_city(),
    )
    City.objects.filter(pk=city.pk).update(edited_at=datetime(2026, 3, 2, 12, tzinfo=UTC), verified_at=date(2026, 3, 2))
    Network.objects.filter(pk=network.pk).update(edited_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    Project.objects.filter(pk=project.pk).update(verified_at=date(2026, 3, 1))
    City.objects.filter(pk=hidden.pk).update(edited_at=datetime(2026, 3, 4, tzinfo=UTC), published=False)

    page = Page(client.get("/en/new/"))
    days = [(page.text(each.find("h2")), [page.text(line) for line in each.iter("li")]) for each in page.all("section")]

    # An hour before midnight in London it is the next day in Stockholm.
    assert days[:-1] == [
        ("3 March 2026", ["Nätet network, changed"]),
        ("2 March 2026", ["Staden city, changed and verified"]),
        ("1 March 2026", [f"{project.name} project, verified"]),
    ]
    assert [change.name for change in changed_lately(2)] == ["Nätet", "Staden"]


@pytest.mark.parametrize("rows", [1, 3])
def test_what_is_new_asks_the_same_number_of_queries_for_one_row_and_for_three(db, rows):
    for _ in range(rows):
        full_row()
    for model in (City, Network, Project):
        model.objects.update(edited_at=datetime(2026, 3, 2, tzinfo=UTC), verified_at=date(2026, 3, 2))

    # The version before and after; edited; verified; the sources.
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/en/new/")

    assert len(Page(answer).all("a", lang="sv")) >= 4 * rows
    assert len(asked) == 5


def test_a_browser_is_told_how_to_search_here(client, db):
    page = Page(client.get("/en/networks/"))
    [link] = page.all("link", rel="search")
    answer = client.get(link.get("href"))

    assert answer["Content-Type"] == "application/opensearchdescription+xml"
    assert b'template="http://testserver/en/search/?q={searchTerms}"' in answer.content


def test_every_sort_of_page_describes_itself(client, directory):
    addresses = [
        "",
        "networks/",
        "projects/",
        "search/",
        "search/?q=x",
        "new/",
        "about/",
        "about/marks/",
        "about/licence/",
    ]
    addresses += ["about/privacy/", "networks/seismic/", "networks/seismic-nl/", "cities/norrkoping/"]

    told = [Page(client.get(f"/en/{each}")).all("meta", name="description")[0].get("content") for each in addresses]

    assert sorted(told) == sorted(set(told))
    assert [each for each in told if not 10 < len(each) < 320] == []


def test_the_trail_leads_over_the_parent_of_a_record(client, db):
    source = make_source()
    call = make_programme(name_sv="Utlysningen", slug="utlysningen", source=source)
    make_programme(name_sv="Omgången", slug="omgangen", parent=call, source=source)
    series = make_meeting(name_sv="Serien", slug="serien", kind="series")
    make_meeting(name_sv="Mötet", slug="motet", parent=series)

    def trail(address):
        page = Page(client.get(address))
        return [page.text(each) for each in page.all("li", page.all("nav", class_="trail")[0])]

    assert trail("/en/programmes/omgangen/") == ["Start page", "Programmes", "Utlysningen", "Omgången"]
    assert trail("/en/meetings/motet/") == ["Start page", "Meetings", "Serien", "Mötet"]
