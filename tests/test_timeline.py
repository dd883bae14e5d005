"""The timeline: what the sources date is drawn no sharper than they do, and the counts are those of the lists."""

import re
from urllib.parse import parse_qsl, urlencode

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from directory import timeline
from directory.axis import Axis, Dates, Drawing
from directory.dates import EDTF
from tests.factories import (
    make_city,
    make_meeting,
    make_membership,
    make_network,
    make_project,
    make_theme,
    make_theme_set,
)
from tests.pages import Page
from tests.test_hostile import NASTY
from tests.test_lists import full_row

EXACT = ["2014-08-21", "1952-01-01", "2016-02-29"]
IMPRECISE = [
    "2014", "2014-08", "2014-21", "2014-22", "2014-23", "2014-24", "201X", "20XX", "2014~", "2014?", "2014%",
    "2014-08~", "2014-08?", "2014-08%", "2014-21~", "201X?", "20XX~", "2014-08-21~", "2014-08-21?", "2014-08-21%",
]  # fmt: skip
SVG = "{http://www.w3.org/2000/svg}"
SIGNS = [f"{SVG}{tag}" for tag in ("use", "rect", "line", "text")]


def show(client, query="", language="en"):
    """Return the timeline at an address, which must be a page without errors."""
    answer = client.get(f"/{language}/timeline/{query}")
    page = Page(answer)
    assert (answer.status_code, page.errors) == (200, []), query
    return page


def rows(page):
    """Return {name of a record: (dates in words, its signs)} of the table, in order."""
    found = {}
    for row in page.all("tr", page.all("table", class_="timeline")[0].find("tbody")):
        signs = [
            (each.get("class"), each.get("x") or each.get("x1"), each.get("width") or each.get("x2") or "")
            for each in row.iter()
            if each.tag in SIGNS and not each.get("class", "break").startswith("break")
        ]
        found[page.text(row.find("th").find("a"))] = (page.text(row.find("td")), signs)
    return found


def names(page):
    """Return the names of all records on a page: of the table, and of the undated."""
    dated = list(rows(page)) if page.all("table", class_="timeline") else []
    undated = [page.text(each.find("a")) for part in page.all("section", class_="undated") for each in part.iter("li")]
    return dated + undated


def total(page):
    """Return how many records a page says that there are."""
    return int(re.match(r"[\d,]+", page.text(page.all("h2", id="count")[0]))[0].replace(",", ""))


def drawing(*dates, window=(None, None), today=None, of=0):
    """Return the signs of one of some (start, end, lasting) on the axis that fits all of them."""
    dates = [
        Dates(EDTF(start) if start else None, EDTF(end) if end else None, lasting) for start, end, lasting in dates
    ]
    axis = Axis(dates, window, today)
    return axis, [(sign.name, sign.at, sign.width or sign.to) for sign in Drawing(dates[of], axis).signs]


# No date is drawn sharper than it is


@pytest.mark.parametrize("date", IMPRECISE)
def test_no_imprecise_date_is_drawn_as_a_point(client, db, date):
    make_meeting(name_sv="Möte", date=date)
    make_meeting(name_sv="Till", until=date)
    make_network(name_sv="Nät", started=date)
    make_network(name_sv="Slut", ended=date)
    make_project(name_sv="Båda", started=date, ended=date)

    found = {name: {sign for sign, _at, _width in signs} for name, (_words, signs) in rows(show(client)).items()}

    assert set(found) == {"Möte", "Till", "Nät", "Slut", "Båda"}
    assert [name for name, signs in found.items() if "point" in signs] == []
    assert [name for name, signs in found.items() if "within" not in signs] == []
    assert [name for name, signs in found.items() if ("doubt" in signs) != (date[-1] in "~?%")] == []


@pytest.mark.parametrize("date", EXACT)
def test_an_exact_day_is_a_point_of_the_shape_of_its_kind(client, db, date):
    make_meeting(name_sv="Möte", date=date)

    page = show(client)

    assert [sign for sign, _at, _width in rows(page)["Möte"][1]] == ["point"]
    assert [each.get("href") for each in page.all(f"{SVG}use", page.all("tbody")[-1], class_="point")] == [
        "#point-meeting"
    ]


def test_a_season_is_drawn_from_its_first_day_to_its_last():
    axis, signs = drawing(("2014-21", None, False))

    assert (axis.first, axis.last) == (2012, 2016)
    assert signs == [("within", f"{20 * (2 + 59 / 365):.2f}%", f"{20 * 92 / 365:.2f}%")]


def test_a_span_is_solid_only_where_it_was_under_way_for_sure():
    _axis, years = drawing(("2013", "2016", True))
    _axis, days = drawing(("2014-07-02", "2016-06-30", True))

    assert [name for name, _at, _width in years] == ["within", "sure", "within"]
    assert [round(float(width.rstrip("%")) * 6 / 100, 1) for _name, _at, width in years] == [1, 2, 1]
    assert [name for name, _at, _width in days] == ["sure"]


@pytest.mark.parametrize(
    ("start", "end"), [("2014", "2014"), ("2014", "2014-06"), ("2014-05-01", "2014"), ("201X", "2012")]
)
def test_nothing_is_solid_where_the_dates_leave_open_that_it_was_short(start, end):
    _axis, signs = drawing((start, end, True))

    assert {name for name, _at, _width in signs} <= {"within", "brackets"}


def test_what_a_source_does_not_state_is_a_line_without_an_end_and_a_word(client, db):
    make_network(name_sv="Öppet", started="2012", status="ongoing")
    make_network(name_sv="Till", ended="2016-03-15")
    make_meeting(name_sv="Möte", date="2014-08-21")
    make_meeting(name_sv="Mötestid", until="2014-08")

    found = rows(show(client))

    assert found["Öppet"][0] == "from 2012, end not stated ongoing"
    assert {sign for sign, _at, _width in found["Öppet"][1]} == {"open", "onwards", "within"}
    assert ("open", "100%") in {(sign, to) for sign, _at, to in found["Öppet"][1]}
    assert found["Till"][0] == "until 15 March 2016, start not stated"
    assert [sign for sign, _at, _width in found["Till"][1]] == ["open", "since", "point"]
    assert [sign for sign, _at, _width in found["Möte"][1]] == ["point"]
    assert "start not stated" in found["Mötestid"][0]


def test_a_time_too_short_to_be_seen_is_set_in_brackets():
    _axis, alone = drawing(("2014-08", None, False))
    _axis, among_others = drawing(("2014-08", None, False), ("2004", "2023", True))

    assert [name for name, _at, _width in alone] == ["within"]
    assert [name for name, _at, _width in among_others] == ["within", "brackets"]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_place_is_written_as_svg_reads_it_and_lies_on_the_axis(client, db, language):
    for date in IMPRECISE + EXACT:
        make_network(started=date)
        make_meeting(until=date)

    page = show(client, language=language)
    places = [each.get(name) for each in page.root.iter() for name in ("x", "x1", "x2", "width") if each.get(name)]
    percents = [place for place in places if place.endswith("%")]

    assert len(percents) > 100
    assert [place for place in percents if not re.fullmatch(r"\d+(\.\d+)?%", place)] == []
    assert [place for place in percents if not 0 <= float(place[:-1]) <= 100] == []


def test_every_sign_on_the_page_is_explained_and_no_other(client, db):
    make_meeting(date="2014-08-21")
    plain = show(client)
    make_network(started="2013~", ended="2016")
    make_project(started="1952")
    full = show(client)

    def legend(page):
        [found] = page.all("ul", class_="signs-legend")
        return [page.text(each) for each in found if page.text(each) != "today"]

    assert legend(plain) == ["an exact day"]
    assert len(legend(full)) == 6


# The axis


def test_the_axis_has_round_years_and_at_least_a_few():
    one, _signs = drawing(("2014-08-21", None, False))
    many, _signs = drawing(("2003", "2016", True))

    assert (one.first, one.last, one.step) == (2012, 2016, 1)
    assert (many.first, many.last, many.step) == (2002, 2017, 2)
    assert [tick.label for tick in many.ticks][:3] == ["2002", "2004", "2006"]


def test_an_outlier_breaks_the_axis_and_squashes_nothing():
    axis, signs = drawing(("1952", None, False), ("2013", "2016", True), ("2012-05", "2015", True), of=1)

    assert axis.left_out == [("1953", "2011")]
    assert len(axis.breaks) == 1
    assert sum(float(width.rstrip("%")) for _name, _at, width in signs) > 50


def test_a_date_that_can_mean_a_whole_century_is_cut_off_and_squashes_nothing():
    axis, signs = drawing(("20XX", None, False), ("2013", "2016", True))
    alone, _signs = drawing(("20XX", None, False))

    assert (axis.first, axis.last) == (2012, 2017)
    assert signs == [("earlier", "0%", ""), ("later", "100%", ""), ("within", "0%", "100%")]
    assert (alone.first, alone.last) == (2000, 2099)


def test_years_that_are_asked_for_cut_the_axis(client, db):
    make_network(name_sv="Lång", started="1990", ended="2030")
    make_network(name_sv="Kort", started="2014", ended="2016")

    page = show(client, "?year_from=2010&year_to=2019")
    [heading] = [page.text(each) for each in page.all("span", page.all("thead")[-1])]

    assert "2010–2019" in heading
    assert [sign for sign, _at, _width in rows(page)["Lång"][1]] == ["earlier", "later", "sure"]


@pytest.mark.parametrize(
    "window", [(None, None), (1, 9999), (2014, 2014), (3000, 1), (9999, None), (None, 1), (None, 2013)]
)
@pytest.mark.parametrize(
    ("start", "end"), [("0001", "9999"), ("0001-01-01", None), (None, "9999-12-31"), ("00XX", "99XX"), ("2014", "2014")]
)
def test_no_calendar_is_too_long_for_the_axis(start, end, window):
    axis, signs = drawing((start, end, True), window=window, today=localdate())

    assert axis.ticks
    assert all(0 <= float(at.rstrip("%")) <= 100 for _name, at, _width in signs)


def test_today_is_drawn_only_where_something_goes_on():
    past, _signs = drawing(("2013", "2016", True), today=localdate())
    going_on, _signs = drawing(("2013", None, True), today=localdate())

    assert (past.today_at, bool(going_on.today_at)) == ("", True)


# What is found


@pytest.fixture
def world(db):
    """A few of every kind, with and without dates, narrowed by what several of them have."""
    city, other = make_city(name_sv="Malmö", slug="malmo"), make_city(name_sv="Oslo", slug="oslo")
    themes = make_theme_set()
    make_theme(theme_set=themes, name_sv="Musik", slug="musik")
    network = make_network(name_sv="Alfa", slug="alfa", started="2013", ended="2016", themes=themes, country="SE")
    make_membership(network=network, city=city)
    make_network(name_sv="Beta", started="2004", status="ongoing")
    make_network(name_sv="Gamma", status="completed", themes=themes)
    make_network(name_sv="Dold", started="2014", published=False)
    make_project(name_sv="Delta", started="2014-21", ended="2016", themes=themes, status="ongoing")
    make_project(name_sv="Epsilon", ended="2015-06", status="completed")
    series = make_meeting(name_sv="Serien", kind="series", date="2014", network=network)
    make_meeting(name_sv="Zeta", date="2014-03-01", city=city, network=network, parent=series, status="held")
    make_meeting(name_sv="Eta", date="2014", city=other, status="planned")
    make_meeting(name_sv="Theta", city=other)


QUERIES = [
    "", "q=delta", "q=malmö", "q=musik", "year=2014", "year=2014&year=2004", "year_from=2015", "year_to=2013",
    "year_from=2014&year_to=2014", "status=completed", "status=held", "status=unknown", "city=malmo", "city=malmo&city=oslo",
    "theme=musik", "theme_not=musik", "country=se", "network=alfa", "kind=series", "now=ended", "theme=musik&network=alfa",
    "year=2014&status=ongoing", "q=zzz", "year=1200", "funder=nobody", "kind=arena&kind=city-network", "q=epsylon",
]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_counts_equal_the_lists(client, world, query):
    page = show(client, f"?{query}")
    counts = {page.text(each): each.find("a") for each in (page.all("ul", class_="kind-counts") or [[]])[0]}

    for words, link in counts.items():
        if link is not None:
            address = link.get("href")
            assert sorted(parse_qsl(address.partition("?")[2])) == sorted(parse_qsl(query))
            assert total(Page(client.get(address))) == int(words.split()[0]), words
        else:
            assert words.split()[0] == "0"
    assert sum(int(words.split()[0]) for words in counts) == total(page) == len(names(page))


@pytest.mark.parametrize("section", ["networks", "projects", "meetings"])
@pytest.mark.parametrize("query", QUERIES)
def test_one_list_alone_shows_what_the_list_shows(client, world, section, query):
    page = show(client, f"?of={section}&{query}")
    listed = Page(client.get(f"/en/{section}/?{query}"))

    assert sorted(names(page)) == sorted(listed.cards())
    assert [page.text(each) for each in page.all("legend")] == [listed.text(each) for each in listed.all("legend")]


def test_a_kind_that_cannot_be_narrowed_is_left_out_with_a_sentence(client, world):
    by_theme, by_network = show(client, "?theme=musik"), show(client, "?network=alfa")

    assert names(by_theme) == ["Alfa", "Delta", "Gamma"]
    assert by_theme.texts("p", class_="remark") == [
        "Meetings are left out: they cannot be narrowed by “Theme or actor group”."
    ]
    assert names(by_network) == ["Zeta"]
    assert [each.split(":")[0] for each in by_network.texts("p", class_="remark")] == [
        "1 series of meetings fits too; choose the kind “series of meetings” to see it.",
        "Networks are left out",
        "Projects are left out",
    ]


def test_no_kind_is_left_when_each_lacks_a_filter_and_the_choices_can_be_taken_back(client, world):
    page = show(client, "?theme=musik&network=alfa")

    assert (total(page), len(page.texts("p", class_="remark"))) == (0, 3)
    assert [each.get("href") for each in page.all("a", class_="chip")] == ["?network=alfa", "?theme=musik"]
    kept = {(each.get("name"), each.get("value")) for each in page.all("input", type="hidden")}
    assert kept == {("theme", "musik"), ("network", "alfa")}


def test_a_value_that_one_kind_knows_is_no_mistake(client, world):
    held, nonsense = show(client, "?status=held"), show(client, "?status=nonsense")

    assert (names(held), held.texts("p", class_="remark")) == (["Zeta"], [])
    assert nonsense.texts("p", class_="remark") == ["Nothing in the list has “nonsense” as “Status”."]


def test_a_word_gives_way_to_another_only_when_no_kind_holds_it(client, world):
    make_project(name_sv="Alfabetet Kvadrux")
    make_network(name_sv="Alfabetet Kvadrox")
    held, typo = show(client, "?q=kvadrox"), show(client, "?q=epsylon")

    assert names(held) == ["Alfabetet Kvadrox"]
    assert names(typo) == ["Epsilon"]
    assert "Nothing holds “epsylon”." in typo.words


@pytest.mark.parametrize("query", ["", "year=2014", "status=ongoing", "city=malmo", "theme=musik", "q=alfa"])
def test_every_choice_says_how_many_records_it_would_leave_of_all_kinds(client, world, query):
    page, tried = show(client, f"?{query}"), 0

    for label in page.all("label", page.all("form", class_="filters")[0]):
        for box in page.all("input", label, type="checkbox"):
            kept = [pair for pair in parse_qsl(query) if pair[0] != box.get("name")]
            after = show(client, f"?{urlencode([*kept, (box.get('name'), box.get('value'))])}")
            assert total(after) == int(page.text(page.all("span", label, class_="count")[0])), box.get("value")
            tried += 1
    assert tried >= 5


def test_what_is_frequent_in_one_kind_is_counted_in_all(client, db):
    cities = [make_city(name_sv=f"Stad {number:02}", slug=f"stad-{number:02}") for number in range(14)]
    for number, city in enumerate(cities):
        for _ in range(1 if number == 13 else 2):
            make_membership(city=city)
        for _ in range(3 if number == 13 else 1):
            make_meeting(city=city)

    page = show(client)
    labels = [page.text(each) for each in page.all("label") if page.text(each).startswith("Stad")]

    assert (labels[0], len(labels)) == ("Stad 13 4", 10)
    assert total(show(client, "?city=stad-13")) == 4


def test_the_joint_panel_offers_what_several_kinds_have(client, world):
    page = show(client)

    assert page.texts("legend") == ["Country", "Member city", "Theme or actor group", "Status", "At present", "Year"]
    assert [each.get("name") for each in page.all("input", type="text")] == ["year_from", "year_to"]


def test_the_ways_to_other_kinds_keep_what_these_can_be_narrowed_by(client, world):
    page = show(client, "?q=a&theme=musik&year=2014")
    [kinds] = page.all("nav", class_="kinds")

    assert [each.get("href") for each in page.all("a", kinds)] == [
        "/en/timeline/?q=a&theme=musik&year=2014",
        "/en/timeline/?of=networks&q=a&theme=musik&year=2014",
        "/en/timeline/?of=projects&q=a&theme=musik&year=2014",
        "/en/timeline/?of=meetings&q=a&year=2014",
    ]


def test_a_series_is_shown_only_when_its_kind_is_asked_for(client, world):
    assert "Serien" not in names(show(client))
    assert names(show(client, "?kind=series")) == ["Serien"]


def test_a_hidden_record_is_neither_drawn_nor_counted(client, world):
    page = show(client, "?year=2014")

    assert "Dold" not in page.words
    assert total(page) == 4


# Order and pages


def test_records_stand_by_first_possible_day_kind_and_name_then_those_of_an_end_only_then_the_undated(client, world):
    page = show(client)

    assert names(page) == ["Beta", "Alfa", "Eta", "Delta", "Zeta", "Epsilon", "Gamma", "Theta"]
    assert page.texts("h3")[-1] == "Without a stated date: 2"


@pytest.mark.parametrize(
    "query", ["", "of=networks&", "of=meetings&", "year_from=2014&", "status=unknown&status=ongoing&"]
)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_hold_every_record_once_in_one_order(client, world, monkeypatch, size, query):
    whole = names(show(client, f"?{query}"))
    monkeypatch.setattr(timeline, "PER_PAGE", size)

    pages = [names(show(client, f"?{query}page={number + 1}")) for number in range(-(-len(whole) // size))]

    assert [name for page in pages for name in page] == whole
    assert {len(page) for page in pages[:-1]} <= {size}


def test_the_undated_are_named_with_the_page_on_which_they_begin(client, world, monkeypatch):
    monkeypatch.setattr(timeline, "PER_PAGE", 3)

    first = show(client)
    [section] = first.all("section", class_="undated")
    [link] = [each.get("href") for each in section.iter("a")]

    assert (first.text(section.find("h3")), link) == ("Without a stated date: 2", "?page=3#undated")
    assert names(show(client, "?page=3")) == ["Gamma", "Theta"]


def test_a_project_without_dates_tells_its_length(client, db):
    make_project(name_sv="Utan", duration_sv="två år", duration_en="two years")

    page = show(client)

    assert page.all("table", class_="timeline") == []
    assert "Utan project, two years" in page.words


@pytest.mark.parametrize("page", ["0", "-1", "2", "x", "1.5", "999999999999999999999999", "٣"])
@pytest.mark.parametrize("of", ["", "of=networks&"])
def test_a_page_that_is_none_is_404_with_a_way_to_the_first(client, world, of, page):
    answer = client.get(f"/en/timeline/?{of}year=2014&page={page}")

    assert answer.status_code == 404
    assert f"?{of}year=2014" in Page(answer).links


def test_an_empty_timeline_says_so(client, db):
    page = show(client)

    assert (total(page), page.all("table")) == (0, [])
    assert "The sources name none." in page.words


@pytest.mark.parametrize(
    "name", ["of", "q", "page", "year", "year_from", "year_to", "status", "city", "city_q", "theme_not", "kind", "now"]
)
def test_no_value_brings_the_timeline_down(directory, name):
    client = Client(raise_request_exception=False)
    values = [value if isinstance(value, bytes) else value.encode() for value in NASTY]

    found = {value: client.get("/en/timeline/", {name: value}).status_code for value in values}

    assert {value: status for value, status in found.items() if status not in (200, 400, 404)} == {}


def test_a_list_without_a_timeline_is_said_to_be_none_and_all_are_shown(client, world):
    page = show(client, "?of=cities")

    assert page.texts("p", class_="remark") == ["“cities” cannot be shown here."]
    assert total(page) == 8


# All years at a glance


@pytest.mark.parametrize("query", ["", "of=projects&", "status=ongoing&"])
def test_every_year_counts_what_it_leads_to(client, world, query):
    page, tried = show(client, f"?{query}"), 0

    for link in page.all("a", page.all("ol", class_="years")[0]):
        address = link.get("href").partition("?")[2]
        assert ("rel", "nofollow") in link.items()
        assert total(show(client, f"?{address}")) == int(page.text(page.all("span", link, class_="years-count")[0]))
        tried += 1
    assert tried >= 3


def test_years_without_any_record_are_a_gap_and_many_years_share_columns(client, db):
    make_network(started="1952")
    make_network(started="2013", ended="2015")
    few = show(client)
    make_network(started="1960", ended="2015")
    many = show(client)

    def labels(page):
        return [page.text(each) for each in page.all("ol", class_="years")[0]]

    assert labels(few) == ["1 1952", "1953–2012: none⋯", "1 2013", "1 2014", "1 2015"]
    assert labels(many)[:2] + labels(many)[-1:] == ["1 1950–1959", "1 1960–1969", "2 2010–2019"]
    assert "/en/timeline/?year_from=2010&year_to=2019" in many.links


def test_the_table_of_years_says_the_same_by_kind(client, world):
    page = show(client)
    [table] = page.all("details", class_="as-table")
    cells = [[page.text(each) for each in row if isinstance(each.tag, str)] for row in page.all("tr", table)]

    assert cells[0] == ["Year", "Networks", "Projects", "Meetings", "Together"]
    assert [row[-1].removeprefix("Together") for row in cells if row[0] == "2014"] == ["4"]
    assert [[each.lstrip("abcdefghijklmnopqrstuvwxyz") for each in row[1:4]] for row in cells if row[0] == "2014"] == [
        ["1", "1", "2"]
    ]


# Queries of the timeline that is asked for first at a version: as of a list, for each of the lists that it shows. Whatever
# is asked after that costs a look at the version before and after (2), and one for each list's lines.
FIRST = {"": 44, "of=networks": 19, "of=projects": 23, "of=meetings": 18}
AGAIN = {"": 5, "of=networks": 3, "of=projects": 3, "of=meetings": 3}


@pytest.mark.parametrize("of", FIRST)
@pytest.mark.parametrize("count", [1, 3])
def test_the_timeline_asks_the_same_number_of_queries_for_one_row_and_for_three(db, of, count):
    for _ in range(count):
        full_row()
    connections["default"].__dict__.pop("readings", None)

    with CaptureQueriesContext(connection) as first:
        answer = Client().get(f"/en/timeline/?{of}")
    with CaptureQueriesContext(connection) as again:
        Client().get(f"/en/timeline/?{of}&order=name")

    assert len(names(Page(answer))) >= count
    assert (len(first), len(again)) == (FIRST[of], AGAIN[of])
