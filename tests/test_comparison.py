"""Records side by side: aligned questions, what is said of each, what they share, the same as CSV; and how to choose them."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.lists import PER_PAGE
from networks.models import Membership
from tests import factories as make
from tests.pages import Page, without
from tests.test_details import grow, owned
from tests.test_lists import full_row

SILENT = "not stated in the source"


class Comparison(Page):
    """The page of records side by side."""

    def rows(self):
        """Return {question: (state in words, answers)}, each answer as its cell of the CSV would be."""
        table = {}
        for line in self.all("tr")[1:]:
            head, *cells = list(line)
            question = self.texts_in(head, "span", class_="question")[0]
            state = self.texts_in(head, "span", class_="state")
            table[question] = (state[0] if state else "", [self.answer(cell) for cell in cells])
        return table

    def texts_in(self, root, tag, **attributes):
        """Return the words of every element of a tag within another."""
        return [self.text(each) for each in self.all(tag, root, **attributes)]

    def answer(self, cell):
        """Return what a reader sees in a cell: the answers one after the other, each with what qualifies it."""
        parts = []
        for fact in self.all("div", class_="answer", root=cell)[0]:
            own = self.texts_in(fact, "span", class_="own-label")
            values = self.all("li", fact) if self.all("ul", fact, class_="values") else [fact]
            values = [value for value in values if not self.within_a_mark(fact, value)]
            texts = "; ".join(map(self.value, values))
            parts.append(f"{own[0]} {texts}" if own else texts)
        return "; ".join(parts)

    def within_a_mark(self, root, element):
        """Whether an element is part of what a mark opens."""
        return any(element in list(mark.iter()) for mark in self.all("details", root))

    def value(self, element):
        """Return one value as plain words: the source's own words in quotes, a word of its mark in brackets."""
        sure = [f"({word})" for word in self.texts_in(element, "span", class_="mark-word")]
        plain = without(
            element, lambda each: {"mark", "original", "own-label"} & set((each.get("class") or "").split())
        )
        for quote in self.all("q", plain, class_="wording"):
            quote.text = f"“{quote.text}”"
        return " ".join([self.text(plain), *sure])

    def names(self):
        """Return the names that head the columns."""
        return self.texts_in(self.all("thead")[0], "a")

    def common(self):
        """Return {question: sentences} of what the records have in common."""
        if not self.all("section", class_="in-common"):
            return {}
        section = self.all("section", class_="in-common")[0]
        return {
            self.text(each.find("dt")): [self.text(sentence) for sentence in each.find("dd")]
            for each in self.all("div", section)
        }

    def remarks(self):
        """Return the sentences on what cannot be shown."""
        return self.texts("p", class_="remark")


def compared(client, *names, **more):
    """Return the English page of a comparison."""
    answer = client.get("/en/compare/", {"id": names, **more})
    assert answer.status_code == 200
    page = Comparison(answer)
    assert page.errors == []
    return page


def as_csv(client, **query):
    """Return a comparison as rows of cells."""
    answer = client.get("/en/compare/", {**query, "format": "csv"})
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode(), newline="")))


def test_two_networks_are_held_against_each_other_question_by_question(client, db):
    make.make_network(slug="a", name_sv="A", verb="founded", started="1997", status="ongoing")
    make.make_network(slug="b", name_sv="B", verb="ran", started="1997", ended="2013", kind="bilateral-network")

    page = compared(client, "network:a", "network:b")
    rows = page.rows()

    assert page.names() == ["A", "B"]
    assert {each: rows[each] for each in ("Kind", "Reach", "Status", "Period", "Themes", "Members")} == {
        "Kind": ("differs", ["city network", "bilateral network"]),
        "Reach": ("same for both", ["European", "European"]),
        "Status": ("stated for 1 of 2", ["ongoing", SILENT]),
        "Period": ("differs", ["Founded: 1997", "Ran: 1997–2013"]),
        "Themes": ("stated for none", [SILENT, SILENT]),
        "Members": ("stated for none", [SILENT, SILENT]),
    }


def test_the_same_year_under_two_verbs_is_not_the_same_answer(client, db):
    make.make_network(slug="a", verb="founded", started="1997")
    make.make_network(slug="b", verb="launched", started="1997")

    rows = compared(client, "network:a", "network:b").rows()

    assert rows["Period"] == ("differs", ["Founded: 1997", "Launched: 1997"])


def test_vocabularies_and_leading_roles_of_different_labels_answer_one_question(client, db):
    fields = make.make_theme(theme_set=make.make_theme_set(kind="fields", stated_count=7), name_sv="Musik").theme_set
    for slug, role in (("a", "coordinator"), ("b", "lead")):
        project = make.make_project(slug=slug, themes=fields if slug == "a" else None)
        make.make_participation(project=project, role=role, organisation=make.make_organisation(name_sv=f"Org {slug}"))

    rows = compared(client, "project:a", "project:b").rows()

    assert rows["Led by"] == ("differs", ["Coordinator: Org a", "Lead: Org b"])
    assert rows["Themes"][1][0].startswith("Fields (7 stated")
    assert rows["Themes"][1][0].endswith("): Musik")
    assert rows["Themes"][1][1] == SILENT


def test_where_some_are_silent_the_words_say_whether_the_others_agree(client, db):
    for slug, status, scope in (("a", "ongoing", "nordic"), ("b", "ongoing", "global"), ("c", "unknown", "nordic")):
        make.make_network(
            slug=slug, status=status, scope=scope, started="2001" if slug != "c" else None, verb="founded"
        )
    make.make_network(slug="d", status="completed", started="2002", verb="founded")

    three = compared(client, "network:a", "network:b", "network:c").rows()
    four = compared(client, "network:a", "network:b", "network:c", "network:d").rows()

    assert (three["Kind"][0], three["Reach"][0]) == ("same for all", "differs")
    assert three["Status"][0] == "stated for 2 of 3, the same for these"
    assert four["Status"][0] == "stated for 3 of 4, and differs"
    assert four["Period"][0] == "stated for 3 of 4, and differs"


def test_only_what_differs_can_be_asked_for_and_is_told_how_much_that_is(client, db):
    make.make_network(slug="a", scope="nordic")
    make.make_network(slug="b", scope="global", status="ongoing")
    source = {
        each: Comparison(client.get("/en/compare/?id=network:a&id=network:b")).rows()[each] for each in ("Source",)
    }

    page = compared(client, "network:a", "network:b", only="differences")
    links = {page.text(each): each for each in page.all("a", page.all("div", class_="narrow")[0])}

    assert source["Source"][0] == "differs"
    assert set(page.rows()) == {"Reach", "Status", "Source"}
    assert links["Only the 3 that differ or are stated for some"].get("aria-current") == "true"
    back = next(each for text, each in links.items() if text.startswith("All "))
    assert back.get("href") == "?id=network%3Aa&id=network%3Ab"


WRONG = [
    (["x"], "“x” names no record"),
    (["network:"], "“network:” names no record"),
    (["meeting:m"], "“meeting:m” cannot be compared"),
    (["network:zzz"], "There is no record “network:zzz”"),
    (["network:hidden"], "There is no record “network:hidden”"),
    (["network:' OR 1=1"], "There is no record “network:' OR 1=1”"),
    (["city:c"], "“city:c” is left out: it is of another kind"),
    (["networks:a"], "“networks:a” is named more than once"),
    (["network:c", "network:d", "network:e"], "“network:e” is left out: at most 4"),
]


@pytest.mark.parametrize(("names", "sentence"), WRONG)
def test_a_wrong_name_is_told_in_a_sentence_and_the_rest_is_shown(client, db, names, sentence):
    for slug in "abcde":
        make.make_network(slug=slug, name_sv=slug.upper())
    make.make_network(slug="hidden", name_sv="Dolt", published=False)
    make.make_city(slug="c")

    page = compared(client, "network:a", "network:b", *names)

    assert [each[: len(sentence)] for each in page.remarks()] == [sentence]
    assert page.names()[:2] == ["A", "B"]
    assert len(page.names()) == min(
        4, 2 + sum(name[8:] in "cde" and name[:8] == "network:" and name[8:] != "" for name in names)
    )
    assert "Dolt" not in page.words


@pytest.mark.parametrize(
    "query", ["", "?id=", "?id=x&id=network:zzz", "?parent=network:zzz", "?parent=x", "?format=csv"]
)
def test_a_comparison_of_nothing_offers_ways_in(client, db, query):
    parent = make.make_network(name_sv="Moder", slug="moder")
    for country in ("SE", "NO"):
        make.make_network(parent=parent, kind="national-network", country=country)

    answer = client.get(f"/en/compare/{query}")
    page = Comparison(answer)

    assert (answer.status_code, page.errors, page.all("table")) == (200, [], [])
    assert {"/en/networks/", "/en/projects/", "/en/cities/", "/en/practices/"} <= set(page.links)
    assert "/en/compare/?parent=network:moder" in page.links
    assert len(page.remarks()) == query.count("x") + query.count("zzz")


def test_wrong_wishes_are_named_and_the_whole_is_shown(client, db):
    for slug in "ab":
        make.make_network(slug=slug)

    page = compared(client, "network:a", "network:b", only="colours", format="xls", add="x" * 101)

    assert page.names() != []
    assert [("colours" in each, "xls" in each) for each in page.remarks()] == [
        (True, False),
        (False, True),
        (False, False),
    ]


def test_the_plural_of_a_kind_and_every_kind_that_is_compared_are_taken(client, db):
    makers = (make.make_network, make.make_project, make.make_city, make.make_practice)
    for section, maker in zip(("networks", "projects", "cities", "practices"), makers, strict=True):
        slugs = [maker(slug=f"{section}-{number}").slug for number in (1, 2)]

        page = compared(client, *(f"{section}:{slug}" for slug in slugs))

        assert (len(page.names()), page.remarks()) == (2, []), section


def test_one_record_alone_is_shown_with_a_search_and_those_most_like_it(client, db):
    home = make.make_network(name_sv="Hem", slug="hem")
    near, far = make.make_network(name_sv="Nära", slug="nara"), make.make_network(name_sv="Fjärran", slug="fjarran")
    for city in (make.make_city(), make.make_city()):
        make.make_membership(network=home, city=city)
        make.make_membership(network=near, city=city)
    make.make_membership(network=far)

    page = compared(client, "network:hem")
    offers = page.all("div", class_="offers")[0]
    offered = [(page.text(each), each.get("href")) for each in page.all("a", offers)]

    assert page.texts("h1") == ["Compare Hem with others"]
    assert offered[0] == ("Nära", "/en/compare/?id=network:hem&id=network:nara")
    assert page.texts_in(offers, "span", class_="why")[0] == "shares: Member city, Kind"
    assert [state for state, _cells in page.rows().values() if state] == []


def test_a_search_for_another_keeps_what_is_chosen_and_finds_its_own_kind_only(client, db):
    make.make_network(name_sv="Stadsnätet", slug="a")
    make.make_network(name_sv="Stadsnätet två", slug="b")
    make.make_network(name_sv="Annat", slug="c")
    make.make_city(name_sv="Stadsnätet")

    page = compared(client, "network:a", "network:c", add="stadsnatet")
    form = page.all("form")[-1]
    found = [(page.text(each), each.get("href")) for each in page.all("a", page.all("div", class_="offers")[0])]

    kept = [each.get("value") for each in page.all("input", form, name="id")]
    assert (form.get("method"), form.get("action"), kept) == ("get", "/en/compare/#add", ["network:a", "network:c"])
    assert found[0] == ("Stadsnätet två", "/en/compare/?id=network:a&id=network:c&id=network:b")
    assert [text for text, _address in found if text == "Annat"] == []
    assert "No other record holds all these words" in compared(client, "network:a", add="zzzqqq").words


def test_four_chosen_leave_no_room_and_each_can_be_taken_out(client, db):
    for slug in "abcd":
        make.make_network(slug=slug, name_sv=slug.upper())

    page = compared(client, *(f"network:{slug}" for slug in "abcd"))
    chips = [each.get("href") for each in page.all("a", class_="chip")]

    assert page.all("section", id="add") == []
    assert chips[1] == "/en/compare/?id=network:a&id=network:c&id=network:d"


def test_what_both_have_is_named_and_what_neither_source_gives_is_not_guessed(client, db):
    a, b = make.make_network(slug="a", name_sv="A"), make.make_network(slug="b", name_sv="B")
    for name in ("Malmö", "Norrköping"):
        city = make.make_city(name_sv=name)
        make.make_membership(network=a, city=city)
        make.make_membership(network=b, city=city)
    make.make_membership(network=a, organisation=make.make_organisation(), role="organiser")
    for network in (a, b):
        make.make_meeting(network=network)

    page = compared(client, "network:a", "network:b")

    assert page.common() == {
        "Members": ["Both have Malmö and Norrköping."],
        "Meetings": ["None of those that the sources name is shared."],
    }
    assert page.texts("p", class_="untold") == [
        "It cannot be told of these, because one record alone has them stated: Organised by."
    ]


def test_of_three_it_is_told_who_shares_what_and_for_whom_it_cannot_be_told(client, db):
    networks = [make.make_network(slug=slug, name_sv=slug.upper()) for slug in "abcd"]
    cities = [make.make_city(name_sv=name) for name in ("Umeå", "Lund", "Visby")]
    for network, members in zip(networks, ((0, 1), (0, 1), (0,)), strict=False):
        for number in members:
            make.make_membership(network=network, city=cities[number])

    three = compared(client, "network:a", "network:b", "network:c").common()
    four = compared(client, "network:a", "network:b", "network:c", "network:d").common()

    assert three["Members"] == ["All 3 have Umeå.", "A and B have Lund."]
    assert four["Members"] == ["A, B and C have Umeå.", "A and B have Lund.", "For D it cannot be told."]


def test_that_nothing_is_shared_is_said_of_those_alone_whose_sources_speak(client, db):
    for slug in "abc":
        network = make.make_network(slug=slug, name_sv=slug.upper())
        if slug != "c":
            make.make_membership(network=network)

    common = compared(client, "network:a", "network:b", "network:c").common()

    assert common["Members"] == ["A and B share none that the sources name.", "For C it cannot be told."]


def test_themes_of_the_same_name_are_shared_and_funders_and_programmes_are_named(client, db):
    payer, call = make.make_organisation(name_sv="Vinnova"), make.make_programme(name_sv="Utlysningen", kind="call")
    for slug in "ab":
        project = make.make_project(slug=slug, themes=make.make_theme(name_sv="Civilsamhälle").theme_set)
        make.make_grant(project=project, funder=payer, programme=call)

    common = compared(client, "project:a", "project:b").common()

    assert common["Themes"] == ["Both have Civilsamhälle."]
    assert (common["Funder"], common["Call"]) == (["Both have Vinnova."], ["Both have Utlysningen."])


def test_members_of_the_same_name_that_are_two_records_are_not_shared(client, db):
    for slug in "ab":
        make.make_membership(network=make.make_network(slug=slug), city=make.make_city(name_sv="Saint-Denis"))

    page = compared(client, "network:a", "network:b")

    assert page.common()["Members"] == ["None of those that the sources name is shared."]
    assert page.rows()["Members"][0] == "differs"


def test_the_ten_national_networks_stand_side_by_side_on_one_framework(client, directory):
    page = Comparison(client.get("/en/compare/?parent=network:seismic"))
    rows = page.rows()
    frame = page.all("div", class_="side-by-side-many")[0]

    assert (page.status, page.errors, len(page.names())) == (200, [], 10)
    assert (frame.get("role"), frame.get("tabindex"), frame.get("aria-label")) == ("region", "0", "All answers")
    assert {"Organised by", "Persons", "Themes", "Meetings", "Source"} <= set(rows)
    assert rows["Country"][0] == "differs"
    assert rows["Country"][1].count(SILENT) == 0
    for question in ("Organised by", "Persons", "Themes", "Meetings"):
        assert (rows[question][0], rows[question][1].count(SILENT)) == ("stated for 1 of 10", 9), question
    assert "/en/compare/?parent=network:seismic" in Page(client.get("/en/networks/seismic/")).links


CASES = [
    {"parent": "network:seismic"},
    {"parent": "network:seismic", "only": "differences"},
    {"id": ["network:seismic", "network:sern", "network:creative-cities", "network:eunivercities"]},
    {"id": ["project:innocities", "project:seismic", "project:buicasus"]},
    {"id": ["city:norrkoping", "city:linkoping"]},
    {"id": ["city:norrkoping"]},
]


@pytest.mark.parametrize("query", CASES)
def test_the_file_has_the_cells_of_the_page(client, directory, query):
    page = Comparison(client.get("/en/compare/", query))

    heading, *lines = as_csv(client, **query)

    several = len(page.names()) > 1
    assert heading == ["Question", *page.names(), *(["Compared"] if several else [])]
    assert len(lines) == len(page.rows())
    for line, (question, (state, answers)) in zip(lines, page.rows().items(), strict=True):
        for cell, told in zip(line, [question, *answers, *([state] if several else [])], strict=True):
            assert " ".join(cell.removeprefix("'").split()) == told


def test_a_practice_is_compared_too_and_its_file_agrees(client, directory):
    names = [each.get("value") for each in Page(client.get("/en/practices/")).all("input", name="id")]

    page = compared(client, *names)
    lines = as_csv(client, id=names)[1:]

    assert len(page.names()) == 4
    assert [line[1:-1] for line in lines] == [answers for _state, answers in page.rows().values()]


def test_no_cell_of_the_file_runs_in_a_spreadsheet(client, db):
    make.make_network(slug="a", name_sv="=1+1", other_names="@SUM(A1)")
    make.make_network(slug="b", name_sv="B")

    lines = as_csv(client, id=["network:a", "network:b"])

    assert lines[0][1] == "'=1+1"
    assert [cell for line in lines for cell in line if cell[:1] in "=+-@\t\r" and cell] == []


def test_a_whole_without_parts_and_one_with_very_many_are_told_of(client, db, monkeypatch):
    parent = make.make_network(slug="moder")
    for number, country in enumerate(("SE", "NO", "DK")):
        make.make_network(parent=parent, kind="national-network", country=country, name_sv=f"N{number}")
    make.make_city(slug="stad")
    monkeypatch.setattr("directory.comparison.MOST_PARTS", 2)

    many = Comparison(client.get("/en/compare/?parent=network:moder&id=city:stad"))
    none = Comparison(client.get("/en/compare/?parent=city:stad"))

    assert many.names() == ["N0", "N1"]
    assert [("2 by name" in each, "one by one" in each) for each in many.remarks()] == [(True, False), (False, True)]
    assert (none.names() if none.all("table") else [], len(none.remarks())) == ([], 1)


def test_more_rows_than_a_page_can_show_are_not_called_the_same(client, db, monkeypatch):
    monkeypatch.setattr("directory.details.MOST_ROWS", 2)
    monkeypatch.setattr("directory.side_by_side.MOST_ROWS", 2)
    cities = [make.make_city(name_sv=f"Stad {number}") for number in range(3)]
    for slug in "ab":
        network = make.make_network(slug=slug)
        for city in cities:
            make.make_membership(network=network, city=city)

    page = compared(client, "network:a", "network:b")

    assert page.rows()["Members"][0] == "differs"
    assert page.rows()["Members"][1][0].startswith("more than 2 named: ")
    assert page.common()["Members"][-1].startswith("There are more than 2")


@pytest.mark.parametrize("rows", [3, 6])
def test_of_very_many_rows_none_is_asked_for_alone(db, monkeypatch, rows):
    monkeypatch.setattr("directory.details.MOST_ROWS", rows - 1)
    cities = [make.make_city(slug=slug) for slug in "ab"]
    for city in cities:
        for _number in range(rows):
            make.make_meeting(city=city)

    with CaptureQueriesContext(connection) as page:
        Client().get("/en/cities/a/")
    with CaptureQueriesContext(connection) as both:
        Client().get("/en/compare/?id=city:a&id=city:b")

    # The version (2), the record, or which there are and the records; the
    # relations; the meetings of each city; and once a version, here for the page, which pages have discrepancies (3).
    assert (len(page), len(both)) == (8, 7)


def test_nothing_of_a_draft_is_compared_or_offered(client, db):
    shown, hidden = make.make_network(slug="a"), make.make_network(name_sv="Dolt nätverk", published=False)
    city = make.make_city(name_sv="Dold stad", published=False)
    for network in (shown, hidden):
        make.make_membership(network=network, city=make.make_city(slug=f"c-{network.pk}"))
        make.make_membership(network=network, city=city)
    make.make_network(slug="b")

    for address in (
        "?id=network:a",
        "?id=network:a&id=network:b",
        "?id=network:a&add=dolt",
        "?id=network:a&format=csv",
    ):
        answer = client.get(f"/en/compare/{address}")
        text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
        assert ("Dolt nätverk" in text, "Dold stad" in text) == (False, False), address


def test_the_sources_are_numbered_over_all_records_and_a_mark_tells_which(client, db):
    one, other = make.make_source(name_sv="Ett"), make.make_source(name_sv="Annat")
    make.make_network(slug="a", source=one)
    make.make_network(slug="b", source=other)

    page = compared(client, "network:a", "network:b")
    listed = page.all("section", class_="sources")[0]

    assert [page.text(each).partition(" – ")[0] for each in page.all("li", listed)] == ["Ett", "Annat"]
    kinds = [page.text(each) for each in page.all("summary", page.all("tr")[1])]
    assert kinds == ["Source 1", "Source 2"]


# Lists, pages and search: how records are chosen.


def test_a_list_offers_a_box_on_each_card_in_one_form(client, db):
    make.make_network(name_sv="Nätet", slug="a")

    page = Page(client.get("/en/networks/"))
    [form] = page.all("form", class_="choose")
    [label] = page.all("label", form, class_="pick")

    assert (form.get("action"), form.get("method"), page.text(label)) == ("/en/compare/", "get", "Compare Nätet")
    assert [(each.get("name"), each.get("value")) for each in page.all("input", form)] == [("id", "network:a")]
    assert page.texts("button")[-1] == "Compare the chosen"


def test_kinds_that_are_not_compared_have_no_box_no_bar_and_no_link(client, db):
    for section, record in (("meetings", make.make_meeting()), ("organisations", make.make_organisation())):
        for address in (f"/en/{section}/", record.get_absolute_url()):
            page = Page(client.get(address))
            assert (page.all("input", name="id"), page.all("form", class_="choose")) == ([], []), address
            assert [each for each in page.links if "/compare/" in each] == [], address


@pytest.mark.parametrize("maker", [make.make_network, make.make_project, make.make_city, make.make_practice])
def test_a_page_leads_to_a_comparison_of_its_record(client, db, maker):
    record = maker(slug="posten")

    page = Page(client.get(f"/en/{record.section}/posten/"))

    assert f"/en/compare/?id={record.compared_as}" in page.links


def test_what_is_chosen_stays_while_the_list_is_narrowed_turned_and_cleared(client, db):
    for number in range(PER_PAGE + 1):
        make.make_network(name_sv=f"Nät {number:02}", slug=f"n-{number:02}")
    chosen = "id=network%3An-00&id=network%3An-25"

    page = Page(client.get("/en/networks/?id=network:n-00&id=network:n-25&kind=city-network"))
    filters, form = page.all("form", class_="filters")[0], page.all("form", class_="choose")[0]

    assert page.texts("h3")[0] == "2 chosen for comparison"
    assert [each.get("value") for each in page.all("input", filters, name="id")] == ["network:n-00", "network:n-25"]
    boxes = page.all("input", form, type="checkbox")
    assert [each.get("value") for each in boxes if each.get("checked") is not None] == ["network:n-00"]
    assert [each.get("value") for each in page.all("input", form, type="hidden")] == ["network:n-25"]
    assert [each.get("href") for each in page.all("a", rel="next")] == [f"?{chosen}&kind=city-network&page=2"]
    tray, *chips = [each.get("href") for each in page.all("a", class_="chip")][::-1]
    assert tray == "?id=network:n-00&kind=city-network"
    assert chips[-1] == f"?{chosen}"
    assert [each.get("href") for each in page.all("a", class_="clear")][0] == f"/en/networks/?{chosen}"
    assert [each for each in page.links if "format=csv" in each] == ["?kind=city-network&format=csv"]


def test_a_list_names_what_in_its_tray_is_nothing_and_leaves_other_kinds_alone(client, db):
    make.make_network(slug="a")
    make.make_city(slug="stad")

    page = Page(client.get("/en/networks/?id=network:zzz&id=city:stad"))

    assert page.texts("p", class_="remark") == ["There is no record “network:zzz” in the directory."]
    assert (page.all("section", class_="tray"), len(page.cards())) == ([], 1)


def test_cards_are_drawn_once_whatever_is_chosen(client, db):
    make.make_network(slug="a", name_sv="Nätet")
    make.make_network(slug="b", name_sv="Nätverket")

    def ticked(query):
        page = Page(client.get(f"/en/networks/{query}"))
        return [each.get("value") for each in page.all("input", name="id") if each.get("checked") is not None]

    assert [ticked("?id=network:a"), ticked(""), ticked("?id=network:b&q=nat")] == [["network:a"], [], ["network:b"]]


def test_the_search_offers_a_form_for_each_kind_that_is_compared(client, db):
    make.make_network(name_sv="Vatten", slug="a")
    make.make_city(name_sv="Vatten", slug="b")
    make.make_meeting(name_sv="Vatten")

    page = Page(client.get("/en/search/?q=vatten"))

    forms = [[each.get("value") for each in page.all("input", form)] for form in page.all("form", class_="choose")]
    assert (page.errors, forms) == ([], [["network:a"], ["city:b"]])


def test_chosen_records_do_not_follow_to_the_map_nor_into_files(client, db):
    make.make_network(slug="a")

    page = Page(client.get("/en/networks/?id=network:a&kind=city-network"))
    ways = [each.get("href") for each in page.all("a", page.all("nav", class_="ways")[0])]

    assert [each for each in ways if "id=" in each] == []
    assert all("kind=city-network" in each for each in ways)


# Queries of a comparison that is asked for first at a version: the version before and at the end (2);
# which records there are, the records, which relations lead anywhere, a query for each sort of row that their pages
# load along; which pages have discrepancies (three), and those of all the records together (three, where any has one).
QUERIES = {"networks": 24, "projects": 27, "cities": 14, "practices": 19}


@pytest.mark.parametrize("section", QUERIES)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_comparison_asks_the_same_number_of_queries_for_one_row_and_for_three(db, section, rows):
    records = [owned(section, full_row()) if section != "cities" else full_row()["city"] for _number in range(2)]
    for record in records:
        grow(section, record, rows)
    connections["default"].__dict__.pop("readings", None)

    with CaptureQueriesContext(connection) as queries:
        answer = Client().get("/en/compare/", {"id": [record.compared_as for record in records]})

    assert (len(Comparison(answer).names()), len(queries)) == (2, QUERIES[section])


def test_ten_parts_are_loaded_by_as_many_queries_as_two(db):
    def asked(countries):
        parent = make.make_network()
        for country in countries:
            part = make.make_network(parent=parent, kind="national-network", country=country)
            make.make_membership(network=part)
            make.make_meeting(network=part)
        with CaptureQueriesContext(connection) as queries:
            answer = Client().get("/en/compare/", {"parent": parent.compared_as})
        return len(Comparison(answer).names()), len(queries)

    # The version (2); the whole (2) and its parts; the records and their relations (2); members, meetings; and once a
    # version, which pages have discrepancies (3).
    assert [asked(["SE", "NO"]), asked(["SE", "NO", "DK", "FI", "IS", "DE", "FR", "IT", "ES", "PT"])] == [
        (2, 12),
        (10, 12),
    ]


# Who with whom: on the pages of networks and cities.


def lines(page, title):
    """Return the rows of the table under a heading."""
    section = next(
        each for each in page.all("section") if each.find("h2") is not None and page.text(each.find("h2")) == title
    )
    table = []
    for line in page.all("tr", section)[1:]:
        cells = [without(cell, lambda each: "cell-label" in (each.get("class") or "")) for cell in line]
        table.append(["; ".join(map(page.text, page.all("li", cell) or [cell])) for cell in cells])
    return table


def test_a_network_names_those_that_share_most_members_and_which(client, db):
    network, most, fewer, none = (
        make.make_network(slug=slug, name_sv=slug.title()) for slug in ("a", "mest", "farre", "inga")
    )
    cities = [make.make_city(name_sv=f"Stad {number}") for number in range(7)]
    body = make.make_organisation(name_sv="Organet")
    for number, city in enumerate(cities):
        make.make_membership(network=network, city=city)
        make.make_membership(network=most, city=city)
        if number < 2:
            make.make_membership(network=fewer, city=city)
    for other in (network, fewer):
        make.make_membership(network=other, organisation=body)
        make.make_membership(
            network=other, organisation=make.make_organisation(slug=f"o-{other.slug}"), role="organiser"
        )
    make.make_membership(network=none, organisation=body, role="organiser")
    hidden = make.make_network(published=False)
    make.make_membership(network=hidden, city=cities[0])

    page = Page(client.get("/en/networks/a/"))

    shown = lines(page, "Networks that share most members")
    assert shown == [
        ["Mest", "7", "Stad 0; Stad 1; Stad 2; Stad 3; Stad 4; and others", "Side by side"],
        ["Farre", "3", "Organet; Stad 0; Stad 1", "Side by side"],
    ]
    assert "/en/compare/?id=network:a&id=network:mest" in page.links


def test_a_city_names_those_that_are_in_most_of_its_networks(client, db, monkeypatch):
    monkeypatch.setattr("networks.sharing.MOST_BESIDE", 2)
    city, twice, once, third = (
        make.make_city(slug=slug, name_sv=slug.title()) for slug in ("a", "twice", "once", "third")
    )
    for number, members in enumerate(((city, twice, once, third), (city, twice), (third,))):
        network = make.make_network(name_sv=f"Nät {number}")
        for member in members:
            make.make_membership(network=network, city=member)

    shown = lines(Page(client.get("/en/cities/a/")), "Cities in the same networks")

    assert shown == [["Twice", "2", "Nät 0; Nät 1", "Side by side"], ["Once", "1", "Nät 0", "Side by side"]]


# Who with whom: the table of all networks.


@pytest.fixture
def overlapping(db):
    """Three networks that share members, one that shares none, one of which no member is named."""
    cities = [make.make_city(name_sv=f"Stad {number}", slug=f"stad-{number}") for number in range(6)]
    body = make.make_organisation()
    members = {"a": cities[:4], "b": cities[2:4], "c": [cities[3]], "d": [cities[5]], "e": []}
    for slug, some in members.items():
        network = make.make_network(slug=slug, name_sv=slug.upper(), scope="nordic" if slug in "ab" else "global")
        for city in some:
            make.make_membership(network=network, city=city)
        if slug in "ac":
            make.make_membership(network=network, organisation=body)
        make.make_membership(network=network, organisation=make.make_organisation(), role="organiser")
    return members


def matrix(page):
    """Return {row: {column: (number, address or None)}} of the table of shared members."""
    columns = page.texts_in(page.all("thead")[0], "th")
    found = {}
    for line in page.all("tr")[1:]:
        head, *cells = list(line)
        link = [each.find("a") for each in cells]
        numbers = [
            (int(page.text(cell)), a is not None and a.get("href") or None) for cell, a in zip(cells, link, strict=True)
        ]
        found[page.text(head)] = dict(zip(columns, numbers, strict=True))
    return found


def test_the_table_counts_what_each_two_networks_share_and_leads_to_the_two(client, overlapping):
    page = Comparison(client.get("/en/networks/overlap/"))
    found = matrix(page)

    members = {
        slug: set(Membership.objects.filter(network__slug=slug, role="member").values_list("city", "organisation"))
        for slug in "abcd"
    }
    expected = {one.upper(): {other.upper(): len(members[one] & members[other]) for other in "abcd"} for one in "abcd"}
    assert (
        page.errors,
        {row: {column: cell[0] for column, cell in cells.items()} for row, cells in found.items()},
    ) == (
        [],
        expected,
    )
    assert list(found) == ["A", "B", "C", "D"]
    assert found["A"]["C"][1] == found["C"]["A"][1] == "/en/compare/?id=network:a&id=network:c"
    assert found["A"]["A"] == (5, None)
    assert page.remarks()[0].startswith("1 network is left out, because the sources name no member of it")
    shades = {cell.get("class") for cell in page.all("td") if cell.find("a") is not None}
    assert shades == {"shade-0", "shade-1", "shade-2"}


def test_the_table_obeys_the_filters_of_the_list(client, overlapping):
    narrowed = Comparison(client.get("/en/networks/overlap/?scope=nordic&of=networks"))
    nonsense = Comparison(client.get("/en/networks/overlap/?scope=zzz&of=cities"))

    assert list(matrix(narrowed)) == ["A", "B"]
    assert nonsense.all("table") == []
    assert len(nonsense.remarks()) == 2
    assert "Nothing fits all that is chosen." in nonsense.words
    assert "/en/networks/overlap/?of=networks&scope=nordic" in Page(client.get("/en/networks/?scope=nordic")).links


def test_of_very_many_networks_those_with_most_members_are_in_the_table(client, overlapping, monkeypatch):
    monkeypatch.setattr("networks.sharing.MOST_ACROSS", 2)

    page = Comparison(client.get("/en/networks/overlap/"))

    assert list(matrix(page)) == ["A", "B"]
    assert page.remarks()[0] == "The 2 with most members of 4 are shown. Narrow the choice to see others."


@pytest.mark.parametrize("rows", [1, 3])
def test_the_table_asks_the_same_number_of_queries_for_one_row_and_for_three(db, rows):
    for _number in range(rows):
        full_row()
    connections["default"].__dict__.pop("readings", None)

    with CaptureQueriesContext(connection) as queries:
        answer = Client().get("/en/networks/overlap/")
    with CaptureQueriesContext(connection) as again:
        Client().get("/en/networks/overlap/?of=networks")

    assert len(matrix(Comparison(answer))) == rows
    # Of the list itself without its page of cards (17): the sizes of networks, once a version; the networks; the members.
    assert (len(queries), len(again)) == (20, 4)


def test_no_network_takes_the_address_of_the_table(db):
    network = make.make_network()
    network.slug = "overlap"

    with pytest.raises(ValidationError, match="overlap"):
        network.full_clean()
    with pytest.raises(IntegrityError):
        network.save()


def test_a_lone_record_is_offered_those_that_have_most_in_common_with_it(client, db):
    city = make.make_city()
    lone, alike, other = (make.make_network(slug=slug, name_sv=slug.upper()) for slug in "abc")
    for network in (lone, alike):
        make.make_membership(network=network, city=city)
    make.make_membership(network=other)

    page = compared(client, "network:a")
    [offers] = page.all("div", class_="offers")

    assert [page.text(link) for link in page.all("a", offers)][:1] == ["B"]
    assert "Member city" in page.text(offers)
