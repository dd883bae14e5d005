"""What lists add up to: every number agrees with the list that its label leads to, and every sum with the rows."""

import random
import re
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.db.models import Count, Sum
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory import statistics, sums
from directory.pages import LISTS
from projects.filters import ProjectFilter
from projects.models import Grant, Project
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

pytestmark = pytest.mark.django_db
SECTIONS = [each.model.section for each in LISTS]


def found(query=""):
    """Return the filters of the list of projects at an address."""
    return ProjectFilter(QueryDict(query))


def page(address):
    """Return a page that is right: status, one heading, no mistake in its HTML, no number cut by its language."""
    answer = Client().get(address)
    read = Page(answer)
    assert (answer.status_code, len(read.all("h1")), read.errors) == (200, 1, []), address
    for each in read.all("rect"):
        assert re.fullmatch(r"\d{1,3}(\.\d)?%", each.get("width")), address
    return read


def chart(read, title):
    """Return the rows of the table with a title: (label, count, address)."""
    [table] = [each for each in read.all("table") if title in read.texts_of(each, "h3")]
    rows = []
    for row in read.all("tr", table)[1:]:
        label, cell = read.all("th", row)[0], read.all("td", row)[0]
        links = [each.get("href") for each in label.iter("a")]
        rows.append((read.text(label), int(re.sub(r"\D", "", read.text(cell))), *links))
    return rows


def texts_of(self, element, tag):
    return [self.text(each) for each in element.iter(tag)]


Page.texts_of = texts_of


def counted(address):
    """Return how many results a list says that it has."""
    return int(re.sub(r"\D", "", page(address).texts("h2")[0]))


@pytest.fixture
def world(db):
    """Projects with money in two currencies, of one year or several, and of nothing stated; and something of the rest."""
    draw = random.Random(4)
    seats = ["SE", "SE", "NO"]
    funders = [make_organisation(name_sv=f"Betalare {number}", country=seats[number]) for number in range(3)]
    programme = make_programme()
    themes = make_theme_set()
    terms = [make_theme(theme_set=themes) for _ in range(2)]
    for number in range(14):
        project = make_project(
            status=draw.choice(["completed", "ongoing", "unknown"]),
            kind=draw.choice(["project", "eu-project"]),
            started=draw.choice([None, "2009", "2014-08", "2016-21"]) if number else None,
            ended=draw.choice([None, "2017", "2018-02-01"]) if number else None,
            themes=draw.choice([None, themes]),
        )
        for _ in range(draw.choice([0, 1, 2])):
            make_grant(
                project=project,
                funder=draw.choice(funders),
                programme=draw.choice([None, programme]),
                amount=Decimal(draw.randrange(1, 10 ** draw.randrange(4, 12))) / 100,
                currency=draw.choice(["SEK", "SEK", "EUR"]),
            )
        make_participation(project=project, country=draw.choice(["SE", "NO"]))
        if number < 3:
            make_participation(project=project, country="LV")
    network = make_network(started="2014", ended="2016", country="SE", themes=themes)
    make_network(kind="national-network", parent=network, country="NO", status="ongoing")
    city = make_city(country="SE")
    make_membership(network=network, city=city, focus=terms[0])
    make_meeting(network=network, city=city, date="2015", until="2016", status="held")
    make_meeting(kind="series", network=network)
    make_meeting(project=project)
    make_publication(year="2016", project=project)
    make_practice(country="SE").themes.add(terms[1])
    make_round(countries="SE,LV", kinds="tool", project=project)


@pytest.mark.parametrize("query", ["", "status=completed", "country=se", "kind=eu-project&country=no", "year=2016"])
def test_sums_from_the_index_are_those_of_the_rows(world, query):
    filters = found(query)

    told = {each.currency: (each.records, each.hundredths) for each in sums.amounts(filters.reading, filters.found)}

    rows = Grant.objects.filter(project__in=list(filters.found), amount__isnull=False).order_by().values("currency")
    summed = rows.annotate(sum=Sum("amount"), projects=Count("project", distinct=True))
    assert told == {row["currency"]: (row["projects"], int(Decimal(row["sum"]) * 100)) for row in summed}
    assert told


def test_sums_know_what_changed_after_the_amounts_were_laid_out(db):
    grants = [make_grant(amount=amount, currency=currency) for amount in (7, 20, 400) for currency in ("SEK", "EUR")]
    for each in grants[:2]:
        make_participation(project=each.project, country="SE")
    make_grant(amount=1000, currency="EUR", project=grants[0].project)

    def told():
        filters = found("country=se")
        return {each.currency: each.hundredths for each in sums.amounts(filters.reading, filters.found)}

    assert told() == {"SEK": 700, "EUR": 100_700}
    column = found().reading.columns["currency"]
    grants[0].amount, grants[0].currency = 3, "NOK"
    grants[0].save()
    grants[1].amount = 50
    grants[1].save()
    assert told() == {"NOK": 300, "EUR": 105_000}
    assert found().reading.columns["currency"] is column


def test_more_currencies_than_are_counted_one_by_one_are_counted_too(db):
    for number in range(18):
        grant = make_grant(amount=number + 1, currency=f"AA{chr(65 + number)}")
        make_participation(project=grant.project, country="SE" if number < 7 else "NO")

    read = Page(Client().get("/en/projects/?country=se"))

    assert read.status == 200
    assert {each.currency: each.hundredths for each in sums.amounts(found().reading, found("country=se").found)} == {
        f"AA{chr(65 + number)}": 100 * (number + 1) for number in range(7)
    }


def test_sums_are_exact_beyond_what_a_float_holds(db):
    for amount in ("999999999999.99", "999999999999.98", "0.01"):
        make_grant(amount=amount, currency="SEK")

    [told] = sums.amounts(found().reading, found().found)

    assert told.hundredths == 199_999_999_999_998


def test_smallest_median_and_largest_are_those_of_the_sorted_amounts(world):
    filters = found()

    told = {each.currency: each for each in sums.amounts(filters.reading, filters.found, spread=True)}

    assert set(told) == {"SEK", "EUR"}
    for currency, each in told.items():
        grants = Grant.objects.filter(currency=currency).order_by().values("project")
        ordered = sorted(int(row["sum"] * 100) for row in grants.annotate(sum=Sum("amount")))
        middle = len(ordered) // 2
        median = ordered[middle] if len(ordered) % 2 else Decimal(ordered[middle - 1] + ordered[middle]) / 2
        assert len(ordered) >= sums.FEW
        assert (each.smallest, each.median, each.largest) == (ordered[0], median, ordered[-1])


def test_the_median_of_an_even_number_is_halfway_between_the_two_in_the_middle(db):
    for amount in (1, 2, 4, 100):
        make_grant(amount=amount, currency="SEK")

    [told] = sums.amounts(found().reading, found().found, spread=True)

    assert (told.smallest, told.median, told.largest) == (100, 300, 10_000)


def test_of_two_amounts_no_median_is_told(db):
    for amount in (10, 20):
        make_grant(amount=amount, currency="SEK")

    [told] = sums.amounts(found().reading, found().found, spread=True)

    assert (told.records, told.hundredths, told.median) == (2, 3000, None)


def test_years_without_a_filter_of_years_are_read_as_that_filter_reads_them(db):
    draw = random.Random(2)
    for _ in range(40):
        dates = {
            "started": draw.choice([None, "2009", "2014-08", "2016-21", "201X"]),
            "ended": draw.choice([None, "2020", "2021-02-01", "202X"]),
        }
        make_project(**dates)
        make_network(**dates)
    as_filtered = found()

    by_days = sums._years_by_days(as_filtered.reading)

    assert by_days == sums.years(as_filtered)
    assert len(by_days) > 10


def test_the_line_above_a_list_says_what_it_adds_up_to(world):
    project = make_project(slug="ett", name_sv="Ensamt", started="2007", ended="2023-06")
    make_grant(project=project, amount="1940289", currency="SEK")
    make_grant(project=project, amount="0.50", currency="EUR")
    make_participation(project=project, country="SE")

    def line(address):
        return [read.text(each) for read in [page(address)] for each in read.all("p", class_="count")]

    money = "1,940,289 kronor (SEK) in the stated amount of 1 project · 0.50 EUR in the stated amount of 1 project"
    assert line("/en/projects/?q=ensamt") == [f"1 project · 1 country · 2007–2023 · {money} More in figures"]
    assert line("/en/projects/?q=zzz9") == []
    assert line("/en/networks/") == ["2 networks · 2 countries · 2014–2016 More in figures"]
    assert line("/en/themes/") == []


def test_the_line_above_a_list_leads_to_the_figures_of_what_is_chosen(world):
    read = page("/en/projects/?country=se&order=-name")

    assert "/en/statistics/?of=projects&country=se" in [each for each in read.links if each]


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("query", ["", "&country=se", "&q=zzz9"])
def test_every_label_leads_to_a_list_of_as_many_records(world, section, query):
    read = page(f"/en/statistics/?of={section}{query}")
    checked = 0

    for table in read.all("table", class_="chart"):
        for _label, count, *address in chart(read, read.texts_of(table, "h3")[0]):
            if address:
                assert (address[0], counted(address[0])) == (address[0], count)
                checked += 1
    for row in [row for table in read.all("table", class_="sums") for row in read.all("tr", table)[1:]]:
        for address in [each.get("href") for each in row.iter("a")]:
            assert read.text(row.find("td")) == f"Stated for{counted(address)} projects"
            checked += 1

    assert checked or query
    assert [each.get("rel") for each in read.all("a") if each.get("rel") == "nofollow"] == ["nofollow"] * checked


def test_a_list_that_finds_nothing_has_no_tables_and_a_way_back(world):
    read = page("/en/statistics/?of=projects&q=zzz9")

    assert (read.all("table"), read.texts("h2")) == ([], ["0 results"])
    assert "/en/statistics/?of=projects" in read.links


def test_what_is_chosen_already_has_no_link_that_would_widen_the_list(world):
    read = page("/en/statistics/?of=projects&country=se")

    rows = chart(read, "Country")

    assert [row for row in rows if len(row) > 2] == []
    assert counted("/en/projects/?country=se") == next(count for label, count in rows if label == "Sweden")


def test_records_without_a_value_are_counted_as_not_stated(world):
    everything = Project.objects.count()

    read = page("/en/statistics/?of=projects")

    for title, without in (
        ("Funder", Project.objects.filter(grants__isnull=True)),
        ("Status", Project.objects.filter(status="unknown")),
        ("Theme or actor group", Project.objects.filter(themes__isnull=True, actor_types__isnull=True)),
        ("Year", Project.objects.filter(started__isnull=True, ended__isnull=True)),
    ):
        silent = [count for label, count, *_ in chart(read, title) if label == "not stated in the source"]
        assert silent == [without.count()] != [0], title
    assert everything == 14


def test_a_group_that_is_nowhere_stated_is_named_in_one_line(db):
    make_project(name_sv="Ett")

    read = page("/en/statistics/?of=projects")

    [said] = [each for each in read.texts("p", class_="remark") if each.startswith("Not stated for any")]
    assert "Funder" in said
    assert "Kind" not in said
    assert [each for each in read.texts("h3") if each == "Funder"] == []


def test_many_years_are_told_by_decades_and_years_without_records_are_no_hole(db):
    make_project(started="1994", ended="1996")
    make_project(started="1996", ended="1998")
    few = chart(page("/en/statistics/?of=projects"), "Year")
    make_project(started="2031")
    many = chart(page("/en/statistics/?of=projects"), "Year")

    assert [row[:2] for row in few] == [("1994", 1), ("1995", 1), ("1996", 2), ("1997", 1), ("1998", 1)]
    assert [row[:2] for row in many] == [
        ("1990–1999", 2),
        ("2000–2009", 0),
        ("2010–2019", 0),
        ("2020–2029", 0),
        ("2030–2039", 1),
    ]
    assert [len(row) for row in many] == [3, 2, 2, 2, 3]
    assert counted(many[0][2]) == 2


def test_more_values_than_a_table_shows_are_numbered(db):
    for number in range(statistics.MOST + 3):
        make_grant(funder=make_organisation(name_sv=f"Betalare {number}"))
    hidden = make_organisation(name_sv="Dold", published=False)
    make_grant(funder=hidden)
    make_meeting(city=make_city(name_sv="Dold stad", published=False))

    read = page("/en/statistics/?of=projects")

    assert len(chart(read, "Funder")) == statistics.MOST + 1  # and one row for what is not stated
    assert read.texts("p", class_="rest") == ["and 3 more"]
    assert "Dold" not in page("/en/statistics/?of=meetings").words


def test_sizes_of_amounts_add_up_and_lead_to_their_lists(db):
    for amount in ("9999.99", "10000", "99999.99", "123456", "5000000000"):
        make_grant(amount=amount, currency="SEK")

    rows = chart(page("/en/statistics/?of=projects"), "Amounts in SEK, by size")

    assert [row[:2] for row in rows if row[1]] == [
        ("below 10,000", 1),
        ("10,000 to below 100,000", 2),
        ("100,000 to below 1,000,000", 1),
        ("1,000,000,000 or more", 1),
    ]
    assert [counted(row[2]) for row in rows] == [row[1] for row in rows]


def test_shares_are_told_of_many_records_only(db):
    for _ in range(statistics.FEWEST_FOR_SHARES - 1):
        make_network()
    assert "Share" not in page("/en/statistics/?of=networks").texts("th")

    make_network(kind="project-network")

    read = page("/en/statistics/?of=networks")
    assert [read.text(each) for each in read.all("tr") if "9" in read.text(each)] == ["city network990%"]


def test_the_overview_agrees_with_every_list(world):
    read = page("/en/statistics/")
    [table] = read.all("table", class_="kinds")

    links = [each for each in read.all("a", table) if not each.get("href").startswith("?")]

    assert [each.get("href") for each in links] == [f"/en/{section}/" for section in SECTIONS]
    for each in links:
        assert int(read.text(each).split()[0]) == counted(each.get("href"))
    for title in ("Projects by funder", "Meetings by year", "Member cities by network", "Networks by country"):
        linked = [row for row in chart(read, title) if len(row) > 2]
        assert linked
        assert [counted(row[2]) for row in linked] == [row[1] for row in linked]


def test_the_overview_says_for_how_many_something_is_stated(world):
    read = page("/en/statistics/")
    [table] = read.all("table", class_="covered")
    told = {read.text(row.find("th")): read.text(row.find("td")) for row in read.all("tr", table)[1:]}

    with_amount = Grant.objects.values("project").distinct().count()
    assert told["Projects: an amount of money"] == f"{with_amount} of 14"
    assert told["Meetings: a date"] == "1 of 2"
    assert told["Networks: when they began or ended"] == "1 of 2"


def test_an_empty_directory_has_its_figures_too(db):
    read = page("/en/statistics/")

    assert [each for each in read.texts("td", class_="amount") if not each.startswith("0")] == []


@pytest.mark.parametrize("of", ["zzz", "%00x", "statistics", "Projects", "admin"])
def test_a_list_that_is_none_is_named_and_the_whole_directory_shown(db, of):
    answer = Client().get(f"/en/statistics/?of={of}&country=se")

    if "%00" in of:
        assert answer.status_code == 400
        return
    assert (answer.status_code, Page(answer).texts("h1")) == (200, ["The directory in figures"])
    assert Page(answer).texts("p", class_="remark") == [f"“{of}” cannot be shown here."]


def test_pages_and_orders_are_no_part_of_the_figures(world):
    read = page("/en/statistics/?of=projects&page=99&order=zzz&format=csv&status=completed")

    assert "/en/projects/?status=completed" in read.links
    assert [each for each in read.links if each.startswith("/en/") and "page=" in each and "hreflang" not in each] == [
        each
        for each in read.links
        if each == "/en/statistics/?of=projects&page=99&order=zzz&format=csv&status=completed"
    ]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_numbers_are_grouped_as_the_language_does(db, language):
    for amount in ("1940289", "1000000", "2000000"):
        make_grant(amount=amount, currency="SEK")

    read = page(f"/{language}/statistics/?of=projects")

    assert {"sv": "4\xa0940\xa0289", "en": "4,940,289"}[language] in "".join(read.root.itertext())


# What a list asks (tests/test_lists.py) but for the order of names and the cards: a table needs no name that the
# list's own choices have not shown.
QUERIES = {
    "networks": 17,
    "projects": 21,
    "meetings": 14,
    "cities": 12,
    "organisations": 12,
    "funders": 10,
    "programmes": 8,
    "themes": 10,
    "publications": 10,
    "practices": 14,
    "calls": 12,
    "sources": 8,
}
# The version before and after (2), six for each reading of twelve, and the names of networks, funders, themes and cities.
OVERVIEW = 78


def full_row():
    """Make one more of every kind, each tied to the others."""
    from tests.test_lists import full_row as row

    made = row()
    make_grant(project=made["project"], amount="10", currency="SEK")


def forget():
    """Forget what a test before this one has read: a new process has not."""
    connections["default"].__dict__.pop("readings", None)


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("rows", [1, 3])
def test_figures_ask_the_same_number_of_queries_for_one_row_and_for_three(db, section, rows):
    make_source()
    for _ in range(rows):
        full_row()
    forget()

    with CaptureQueriesContext(connection) as first:
        page(f"/sv/statistics/?of={section}")
    with CaptureQueriesContext(connection) as again:
        page(f"/sv/statistics/?of={section}&n=1")

    assert (len(first), len(again)) == (QUERIES[section], 2)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_overview_asks_the_same_number_of_queries_for_one_row_and_for_three(db, rows):
    for _ in range(rows):
        full_row()
    forget()

    with CaptureQueriesContext(connection) as first:
        page("/sv/statistics/")
    with CaptureQueriesContext(connection) as again:
        page("/sv/statistics/?n=1")

    # Asked again: the version before and after.
    assert (len(first), len(again)) == (OVERVIEW, 2)
