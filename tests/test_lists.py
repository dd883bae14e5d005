"""Every list: each filter unset, set, set twice and with nonsense; order, pages, exports, and a fixed number of queries."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from directory.lists import PER_PAGE
from directory.narrowing import AnyOf
from directory.pages import LISTS
from tests.factories import (
    make_city,
    make_grant,
    make_meeting,
    make_membership,
    make_network,
    make_organisation,
    make_participation,
    make_practice,
    make_programme,
    make_project,
    make_publication,
    make_round,
    make_source,
    make_theme,
    make_theme_set,
)
from tests.pages import Page

SECTIONS = [each.model.section for each in LISTS]


def names(client, address):
    """Return the names on a list page, as a set."""
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    return set(Page(answer).cards())


@pytest.fixture
def world(db):
    """Two or three of everything, so that every filter has something to leave out."""
    sv, no = (
        make_city(name_sv="Stad A", slug="stad-a", country="SE"),
        make_city(name_sv="Stad B", slug="stad-b", country="NO"),
    )
    themes, actors = make_theme_set(slug="teman"), make_theme_set(slug="aktorer", kind="actor-types")
    music = make_theme(theme_set=themes, name_sv="Musik", slug="musik")
    film = make_theme(theme_set=themes, name_sv="Film", slug="film")
    authority = make_theme(theme_set=actors, name_sv="Myndigheter", slug="myndigheter")
    parent = make_network(
        name_sv="Moder",
        slug="moder",
        kind="project-network",
        status="completed",
        started="2013",
        ended="2016",
        actor_types=actors,
    )
    child = make_network(
        name_sv="Dotter", slug="dotter", kind="national-network", scope="national", parent=parent, country="SE"
    )
    cities = make_network(name_sv="Stadsnät", slug="stadsnat", themes=themes, scope="nordic", status="ongoing")
    make_membership(network=cities, city=sv, focus=music)
    make_membership(network=cities, city=no, focus=film)
    make_membership(network=parent, city=no)
    organisation = make_organisation(name_sv="Organet", slug="organet", kind="university", country="SE", city=sv)
    payer = make_organisation(name_sv="Betalaren", slug="betalaren", country="SE", kind="authority")
    other_payer = make_organisation(name_sv="Givaren", slug="givaren", country="NO")
    call = make_programme(name_sv="Utlysning", slug="utlysning", kind="call")
    round_ = make_programme(name_sv="Omgång", slug="omgang", kind="application-round", parent=call)
    fund = make_programme(name_sv="Fond", slug="fond", kind="fund")
    first = make_project(
        name_sv="Ett", slug="ett", status="completed", started="2021-10", ended="2023-06", themes=themes
    )
    second = make_project(name_sv="Två", slug="tva", status="ongoing", kind="eu-project", actor_types=actors)
    third = make_project(
        name_sv="Tre", slug="tre", kind="sub-project", parent=second, number=1, started="2014", status="completed"
    )
    make_grant(project=first, funder=payer, programme=round_, amount="1940289", currency="SEK")
    make_grant(project=second, funder=other_payer, programme=fund, amount="0.50", currency="EUR")
    make_participation(project=first, organisation=organisation, country="SE")
    make_participation(project=second, country="ES")
    make_participation(project=third, city=no)
    series = make_meeting(name_sv="Serien", slug="serien", kind="series", date="2014", until="2016", network=child)
    make_meeting(name_sv="Fokus", slug="fokus", date="2014-21", city=sv, network=child, parent=series, status="held")
    make_meeting(
        name_sv="Start", slug="start", kind="start-up", date="2014-08-21", city=no, project=first, status="planned"
    )
    make_meeting(name_sv="Odaterat", slug="odaterat", kind="arena", network=parent)
    make_publication(name_sv="Boken", slug="boken", year="2016", project=first)
    make_publication(name_sv="Guiden", slug="guiden", kind="guide", project=third)
    practice = make_practice(name_sv="Metoden", slug="metoden", country="FR", sector="public", developer=organisation)
    practice.themes.add(music)
    moment = now()
    open_call = make_round(
        name_sv="Öppen", slug="oppen", opens_at=moment - timedelta(1), closes_at=moment + timedelta(1),
        countries="LV,SE", kinds="method tool", project=first,
    )  # fmt: skip
    open_call.themes.add(music)
    closed_call = make_round(
        name_sv="Stängd", slug="stangd", closes_at=moment - timedelta(1), countries="SE", kinds="tool", project=second
    )
    closed_call.themes.add(film)
    practice.projects.add(first)
    example = make_practice(
        name_sv="Exemplet", slug="exemplet", kind="tool", standing="selected", country="LV", developer=payer
    )
    example.projects.add(second)
    make_source(name_sv="Granskad", slug="granskad", reviewed="yes")
    make_source(name_sv="Ogranskad", slug="ogranskad", reviewed="no")
    return authority


# list, parameter, one value and what it leaves, another value and what both together leave
FILTERS = [
    ("networks", "kind", "city-network", {"Stadsnät"}, "national-network", {"Stadsnät", "Dotter"}),
    ("networks", "scope", "nordic", {"Stadsnät"}, "national", {"Stadsnät", "Dotter"}),
    ("networks", "parent", "moder", {"Dotter"}, "moder", {"Dotter"}),
    ("networks", "country", "se", {"Dotter"}, "no", {"Dotter"}),
    ("networks", "city", "stad-a", {"Stadsnät"}, "stad-b", {"Stadsnät", "Moder"}),
    ("networks", "theme", "musik", {"Stadsnät"}, "myndigheter", {"Stadsnät", "Moder"}),
    ("networks", "status", "completed", {"Moder"}, "unknown", {"Moder", "Dotter"}),
    ("networks", "year", "2014", {"Moder"}, "2016", {"Moder"}),
    ("projects", "kind", "eu-project", {"Två"}, "project", {"Två", "Ett"}),
    ("projects", "status", "completed", {"Ett", "Tre"}, "ongoing", {"Ett", "Tre", "Två"}),
    ("projects", "funder", "betalaren", {"Ett"}, "givaren", {"Ett", "Två"}),
    ("projects", "programme", "utlysning", {"Ett"}, "fond", {"Ett", "Två"}),
    ("projects", "country", "se", {"Ett"}, "es", {"Ett", "Två"}),
    ("projects", "city", "stad-a", {"Ett"}, "stad-b", {"Ett", "Tre"}),
    ("projects", "theme", "musik", {"Ett"}, "myndigheter", {"Ett", "Två"}),
    ("projects", "year", "2022", {"Ett"}, "2014", {"Ett", "Tre"}),
    ("projects", "partner", "organet", {"Ett"}, "organet", {"Ett"}),
    ("projects", "now", "ended", {"Ett", "Tre"}, "ongoing", {"Ett", "Tre", "Två"}),
    ("projects", "currency", "SEK", {"Ett"}, "EUR", {"Ett", "Två"}),
    ("networks", "now", "ended", {"Moder"}, "unknown", {"Moder", "Dotter"}),
    ("meetings", "kind", "series", {"Serien"}, "focus-group", {"Serien", "Fokus"}),
    ("meetings", "network", "dotter", {"Fokus"}, "moder", {"Fokus", "Odaterat"}),
    ("meetings", "project", "ett", {"Start"}, "ett", {"Start"}),
    ("meetings", "city", "stad-a", {"Fokus"}, "stad-b", {"Fokus", "Start"}),
    ("meetings", "year", "2014", {"Fokus", "Start"}, "2015", {"Fokus", "Start"}),
    ("meetings", "status", "held", {"Fokus"}, "unknown", {"Fokus", "Odaterat"}),
    ("cities", "country", "se", {"Stad A"}, "no", {"Stad A", "Stad B"}),
    ("cities", "network", "moder", {"Stad B"}, "stadsnat", {"Stad A", "Stad B"}),
    ("cities", "focus", "musik", {"Stad A"}, "film", {"Stad A", "Stad B"}),
    ("organisations", "kind", "university", {"Organet"}, "authority", {"Organet", "Betalaren"}),
    ("organisations", "country", "no", {"Givaren"}, "se", {"Givaren", "Organet", "Betalaren"}),
    ("organisations", "city", "stad-a", {"Organet"}, "stad-a", {"Organet"}),
    ("organisations", "project", "ett", {"Organet"}, "ett", {"Organet"}),
    ("funders", "programme", "omgang", {"Betalaren"}, "fond", {"Betalaren", "Givaren"}),
    ("funders", "country", "no", {"Givaren"}, "se", {"Givaren", "Betalaren"}),
    ("programmes", "kind", "call", {"Utlysning"}, "fund", {"Utlysning", "Fond"}),
    ("publications", "kind", "guide", {"Guiden"}, "book", {"Guiden", "Boken"}),
    ("publications", "year", "2016", {"Boken"}, "2017", {"Boken"}),
    ("publications", "project", "tre", {"Guiden"}, "ett", {"Guiden", "Boken"}),
    ("themes", "set", "aktorer", {"Myndigheter"}, "teman", {"Myndigheter", "Musik", "Film"}),
    ("sources", "reviewed", "no", {"Ogranskad"}, "yes", {"Ogranskad", "Granskad"}),
    ("practices", "kind", "tool", {"Exemplet"}, "method", {"Exemplet", "Metoden"}),
    ("practices", "country", "fr", {"Metoden"}, "lv", {"Metoden", "Exemplet"}),
    ("practices", "sector", "public", {"Metoden"}, "unknown", {"Metoden", "Exemplet"}),
    ("practices", "theme", "musik", {"Metoden"}, "film", {"Metoden"}),
    ("practices", "standing", "selected", {"Exemplet"}, "described", {"Exemplet", "Metoden"}),
    ("calls", "state", "open", {"Öppen"}, "closed", {"Öppen", "Stängd"}),
    ("calls", "country", "lv", {"Öppen"}, "se", {"Öppen", "Stängd"}),
    ("calls", "kind", "method", {"Öppen"}, "tool", {"Öppen", "Stängd"}),
    ("calls", "theme", "musik", {"Öppen"}, "film", {"Öppen", "Stängd"}),
    ("calls", "project", "ett", {"Öppen"}, "tva", {"Öppen", "Stängd"}),
    ("practices", "developer", "organet", {"Metoden"}, "betalaren", {"Metoden", "Exemplet"}),
    ("practices", "project", "tva", {"Exemplet"}, "ett", {"Exemplet", "Metoden"}),
]  # fmt: skip


@pytest.mark.parametrize(("section", "name", "value", "one", "second", "both"), FILTERS)
def test_a_filter_keeps_what_it_says(client, world, section, name, value, one, second, both):
    address = f"/sv/{section}/"

    unset = names(client, address)
    assert names(client, f"{address}?{name}=") == unset
    assert names(client, f"{address}?{name}={value}") == one
    assert names(client, f"{address}?{name}={value}&{name}={value}") == one
    assert names(client, f"{address}?{name}={value}&{name}={second}") == both
    assert one | both <= unset or name == "kind" and section == "meetings"


@pytest.mark.parametrize(("section", "name", "value", "one"), [row[:4] for row in FILTERS])
def test_nonsense_matches_nothing_and_is_named(client, world, section, name, value, one):
    alone = Page(client.get(f"/sv/{section}/?{name}=zzz-9"))
    beside = Page(client.get(f"/sv/{section}/?{name}=zzz-9&{name}={value}"))

    assert (alone.cards(), alone.texts("h2")[0]) == ([], "0 träffar")
    assert set(beside.cards()) == one
    for page in (alone, beside):
        assert [
            each for each in page.texts("p", class_="remark") if each.startswith("Inget i listan har ”zzz-9” som ”")
        ]


@pytest.mark.parametrize(("section", "name", "value", "one"), [row[:4] for row in FILTERS])
def test_space_around_a_value_and_nothing_else_is_no_choice(client, world, section, name, value, one):
    padded = Page(client.get(f"/sv/{section}/?{name}=%20{value}%20&{name}=%20"))
    blank = Page(client.get(f"/sv/{section}/?{name}=%20"))
    chips = [each.get("href") for each in padded.all("a", class_="chip")]

    assert set(padded.cards()) == one
    assert (blank.cards(), blank.all("a", class_="chip")) == (Page(client.get(f"/sv/{section}/")).cards(), [])
    assert len(chips) == 1
    assert set(
        Page(client.get(chips[0] if chips[0].startswith("/") else f"/sv/{section}/{chips[0]}")).cards()
    ) == names(client, f"/sv/{section}/")


def test_a_value_that_no_record_has_is_not_called_wrong(client, world):
    page = Page(client.get("/sv/networks/?status=planned&country=fr"))

    assert (page.cards(), page.texts("p", class_="remark")) == (
        [],
        ["Inget i listan har ”fr” som ”Land”.", "Inget i listan har ”planned” som ”Status”."],
    )


def test_a_list_of_meetings_says_how_many_series_fit_too(client, db):
    network = make_network(slug="nat")
    make_meeting(kind="series", network=network)
    make_meeting()

    said = [
        Page(client.get(f"/sv/meetings/{query}")).texts("p", class_="remark")
        for query in ("", "?network=nat", "?network=nat&kind=%20", "?network=nat&kind=series&kind=")
    ]

    pointer = "1 mötesserie passar också; välj slaget mötesserie för att se den."
    assert said == [[], [pointer], [pointer], []]


def test_terms_of_the_same_name_are_told_apart_by_their_vocabularies(client, db):
    for each in ("Ett", "Två"):
        theme_set = make_theme_set(name_sv=each)
        make_theme(theme_set=theme_set, name_sv="civilsamhälle")
        make_network(themes=theme_set)

    page = Page(client.get("/sv/networks/"))
    labels = [page.text(each) for each in page.all("label") if "civilsamhälle" in page.text(each)]

    assert labels == ["civilsamhälle (Ett) 1", "civilsamhälle (Två) 1"]


def test_the_list_of_a_vocabulary_says_how_many_terms_its_source_speaks_of(client, db):
    source = make_source(name_sv="Dokumentet")
    theme_set = make_theme_set(name_sv="Teman", slug="teman", stated_count=4, extent="complete", source=source)
    make_theme(theme_set=theme_set)

    said = Page(client.get("/sv/themes/?set=teman")).texts("p", class_="remark")

    assert said == ["Teman: 4 uppges, fullständig lista (Dokumentet)"]


def test_an_inferred_membership_is_marked_in_the_list_of_cities(client, db):
    city = make_city()
    make_membership(city=city, network=make_network(name_sv="Säkert"))
    make_membership(city=city, network=make_network(name_sv="Läst"), certainty="inferred", note_sv="Läst ur namnet.")

    page = Page(client.get("/sv/cities/"))
    [card] = page.all("article", class_="card")

    assert sorted(page.text(each) for each in card.iter("li")) == ["Läst (slutsats)", "Säkert"]


def test_every_filter_of_every_list_is_tested():
    declared = {
        (each.model.section, name)
        for each in LISTS
        for name, filter in each.filterset_class.base_filters.items()
        if isinstance(filter, AnyOf)
    }

    assert declared == {row[:2] for row in FILTERS}


def test_filters_combine(client, world):
    assert names(client, "/sv/meetings/?year=2014&status=held&city=stad-a&city=stad-b&q=fokus") == {"Fokus"}
    assert names(client, "/sv/meetings/?year=2014&status=held&city=stad-b") == set()


def test_unknown_parameters_are_ignored(client, world):
    assert names(client, "/sv/networks/?utm_source=x&foo=1") == {"Moder", "Dotter", "Stadsnät"}


def test_a_year_says_how_many_undated_records_it_leaves_out(client, world):
    page = Page(client.get("/sv/meetings/?year=2014"))
    without = Page(client.get("/sv/meetings/?year=2014&status=held"))

    undated = "1 post utan uppgivet datum är utelämnad, eftersom den inte hör till något år."
    assert [each for each in page.texts("p", class_="remark") if "datum" in each] == [undated]
    assert [each for each in without.texts("p", class_="remark") if "datum" in each] == []


def test_chips_name_what_is_chosen_and_remove_it_alone(client, world):
    page = Page(client.get("/sv/networks/?kind=city-network&country=se&q=stad&order=-name&page=1"))
    chips = {page.text(each): each.get("href") for each in page.all("a", class_="chip")}

    assert chips == {
        "Ta bort Slag: stadsnätverk ×": "?country=se&q=stad&order=-name",
        "Ta bort Land: Sverige ×": "?kind=city-network&q=stad&order=-name",
        "Ta bort Ord: stad ×": "?kind=city-network&country=se&order=-name",
    }
    assert [each.get("href") for each in page.all("a", class_="clear")] == ["/sv/networks/"]


def test_the_form_keeps_what_is_chosen(client, world):
    page = Page(client.get("/sv/networks/?kind=city-network&q=stad&order=-name"))
    form = page.all("form", class_="filters")[0]

    checked = [
        (each.get("name"), each.get("value")) for each in page.all("input", form) if each.get("checked") is not None
    ]
    assert checked == [("kind", "city-network")]
    assert [each.get("value") for each in page.all("input", form, name="q")] == ["stad"]
    assert [each.get("value") for each in page.all("option", form) if each.get("selected") is not None] == ["-name"]


def test_a_list_is_put_in_the_order_asked_for(client, world):
    def order(query):
        return Page(client.get(f"/sv/meetings/{query}")).cards()

    assert order("") == ["Fokus", "Start", "Odaterat"]
    assert order("?order=-date") == ["Start", "Fokus", "Odaterat"]
    assert order("?order=name") == ["Fokus", "Odaterat", "Start"]
    assert order("?order=-name") == ["Start", "Odaterat", "Fokus"]


def test_an_order_that_is_none_is_named_and_the_rest_still_works(client, world):
    page = Page(client.get("/sv/networks/?order=size&kind=city-network"))

    assert page.cards() == ["Stadsnät"]
    assert page.texts("p", class_="remark") == ["Listan kan inte ställas i ordningen ”size”."]


def test_pages_keep_the_filters_and_never_shuffle(client, db):
    for number in range(PER_PAGE * 2 + 1):
        make_network(name_sv="Samma namn", slug=f"natverk-{number:03}")
    make_network(name_sv="Annat", kind="bilateral-network")

    seen, address = [], "/sv/networks/?kind=city-network"
    while address:
        page = Page(client.get(address))
        seen += [
            each.get("href") for each in page.all("a") if (each.get("href") or "").startswith("/sv/networks/natverk-")
        ]
        following = [each.get("href") for each in page.all("a", rel="next")]
        address = f"/sv/networks/{following[0]}" if following else ""

    assert seen == [f"/sv/networks/natverk-{number:03}/" for number in range(PER_PAGE * 2 + 1)]


@pytest.mark.parametrize("page", ["0", "-1", "4", "x", "1.5", "999999999999999999999999", "٣"])
def test_a_page_that_is_none_is_404_with_a_way_to_the_first(client, db, page):
    for number in range(3):
        make_network(name_sv=f"N{number}")

    answer = client.get(f"/sv/networks/?kind=city-network&page={page}")

    assert answer.status_code == 404
    assert [each for each in Page(answer).links if each == "?kind=city-network"] == ["?kind=city-network"]


def test_an_overlong_search_is_an_empty_list_with_a_sentence(client, db):
    make_network(name_sv="x" * 100)

    page = Page(client.get(f"/sv/networks/?q={'x' * 101}"))

    assert page.cards() == []
    assert len(page.texts("p", class_="remark")) == 1


def test_a_draft_is_in_no_list_choice_or_export(client, db):
    hidden = make_city(name_sv="Hemlig stad", slug="hemlig", country="FI", published=False)
    make_membership(network=make_network(name_sv="Öppet"), city=hidden)
    make_membership(network=make_network(name_sv="Dolt nät", published=False), city=make_city(name_sv="Öppen stad"))

    for address in (
        "/sv/cities/",
        "/sv/networks/",
        "/sv/networks/?city=hemlig",
        "/sv/cities/?format=json",
        "/sv/networks/?format=csv",
        "/sv/search/?q=hemlig",
    ):
        answer = client.get(address)
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert ("Hemlig stad" in text, "Dolt nät" in text) == (False, False), address
    assert names(client, "/sv/networks/?city=hemlig") == set()


@pytest.mark.parametrize("section", SECTIONS)
def test_an_empty_list_says_so(client, db, section):
    page = Page(client.get(f"/sv/{section}/"))

    assert (page.cards(), page.texts("h2")[0]) == ([], "0 träffar")
    assert "Källorna nämner inga." in page.words


def test_a_list_exports_what_it_shows(client, world):
    query = "?kind=city-network&kind=national-network&order=-name"
    shown = Page(client.get(f"/sv/networks/{query}")).cards()

    as_csv = client.get(f"/sv/networks/{query}&format=csv")
    as_json = client.get(f"/sv/networks/{query}&format=json")

    lines = list(csv.DictReader(io.StringIO(b"".join(as_csv.streaming_content).decode())))
    found = json.loads(b"".join(as_json.streaming_content))
    assert (as_csv["Content-Type"], as_json["Content-Type"]) == ("text/csv; charset=utf-8", "application/json")
    assert as_csv["Content-Disposition"] == 'attachment; filename="networks.csv"'
    assert [each["name_sv"] for each in lines] == [each["name_sv"] for each in found] == shown
    assert (lines[1]["parent"], found[1]["parent"], found[1]["page"]) == ("moder", "moder", "/sv/networks/dotter/")
    assert (lines[1]["started"], found[1]["started"]) == ("", None)


def test_a_format_that_is_none_is_named(client, world):
    page = Page(client.get("/sv/networks/?format=doc"))

    assert page.texts("p", class_="remark") == ["Listan finns inte i formatet ”doc”."]


# section: queries of a list that is asked for first at a version. Each asks for the version before and after (2);
# reads the index: the version, the snapshot, which groups have several parts, those of all others, the entries, the order
# of names (6), and the days where the list is told by them, with the snapshot that they are of (2); the page with what
# cards show; and the names of each group of related records. Whatever is asked after that costs 2.
QUERIES = {
    "networks": 19,
    "projects": 25,
    "meetings": 18,
    "cities": 15,
    "organisations": 14,
    "funders": 13,
    "programmes": 10,
    "themes": 17,
    "publications": 12,
    "practices": 16,
    "calls": 14,
    "sources": 10,
}


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_the_same_number_of_queries_for_one_row_and_for_three(db, section, rows):
    for _ in range(rows):
        full_row()
    # Whatever a test before this one has read is a beginning that a new process has not.
    connections["default"].__dict__.pop("readings", None)

    with CaptureQueriesContext(connection) as first:
        answer = Client().get(f"/sv/{section}/")
    with CaptureQueriesContext(connection) as again:
        Client().get(f"/sv/{section}/?order=name")

    assert len(Page(answer).cards()) >= rows
    assert (len(first), len(again)) == (QUERIES[section], 2)


def full_row():
    """Make one more of every kind, each tied to the others."""
    city = make_city(country="SE")
    themes, actors = make_theme_set(), make_theme_set(kind="actor-types")
    theme = make_theme(theme_set=themes)
    make_theme(theme_set=actors)
    organisation = make_organisation(country="SE", city=city)
    parent = make_network(themes=themes, actor_types=actors, started="2014")
    network = make_network(parent=parent, themes=themes, country="SE")
    make_membership(network=network, city=city, focus=theme)
    make_membership(network=network, organisation=organisation)
    frame = make_programme(operator=organisation)
    programme = make_programme(parent=frame, operator=organisation)
    whole = make_project(network=network, themes=themes, actor_types=actors, started="2014")
    project = make_project(parent=whole, number=1, network=network)
    make_grant(project=project, funder=organisation, programme=programme)
    make_participation(project=project, organisation=organisation, country="SE", role="lead")
    series = make_meeting(kind="series", network=network)
    meeting = make_meeting(network=network, project=project, city=city, parent=series, date="2014")
    make_publication(project=project, programme=programme, year="2014")
    practice = make_practice(developer=organisation, country="SE")
    practice.themes.add(theme)
    practice.projects.add(project)
    practice.meetings.add(meeting)
    call = make_round(organiser=organisation, project=project, countries="SE", kinds="tool")
    call.themes.add(theme)
    return locals()


def test_a_bound_that_cannot_be_read_is_said_beside_its_field(client, directory):
    page = Page(client.get("/en/projects/?year_from=x&year_to=2015"))

    (wrong,) = page.all("p", class_="wrong")
    fields = {each.get("name"): (each.get("aria-invalid"), each.get("aria-describedby")) for each in page.all("input")}
    assert (wrong.get("id"), page.status) == ("wrong-year_from", 200)
    assert fields["year_from"] == ("true", "wrong-year_from")
    assert fields["year_to"] == (None, None)
    assert page.texts("p", class_="wrong")[0] in page.texts("p", class_="remark")


@pytest.mark.parametrize(
    "page", ["/sv/projects/?", "/sv/map/?of=projects&", "/sv/timeline/?", "/sv/statistics/?of=projects&"]
)
def test_nothing_because_of_a_bound_that_cannot_be_read_is_not_laid_on_the_sources(client, directory, page):
    (empty,) = Page(client.get(f"{page}year_from=x")).texts("div", class_="empty")

    assert "allt som är valt" in empty
    assert "börja om" in empty
