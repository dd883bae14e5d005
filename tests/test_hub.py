"""The hub of a project: what it gathers, that its counts are those of the lists, and who has none."""

import re

import pytest
from django.test import Client

from practices.hub import MOST_PARTS, SHOWN
from tests import factories as make
from tests.pages import Page

pytestmark = pytest.mark.django_db


def make_hub(rows=1, **fields):
    """Make a project with so many of everything that a hub gathers, half of it by way of a sub-project."""
    themes = make.make_theme_set()
    project = make.make_project(themes=themes, **fields)
    part = make.make_project(parent=project, number=1)
    for _ in range(rows):
        make.make_theme(theme_set=themes)
        for owner in (project, part):
            for standing in ("described", "nominated", "selected"):
                make.make_practice(standing=standing).projects.add(owner)
            make.make_publication(project=owner)
            make.make_meeting(project=owner)
            make.make_meeting(project=owner, kind="series")
            make.make_participation(project=owner)
            make.make_round(project=owner)
    return project


def page_of(project, language="en"):
    return Page(Client().get(f"/{language}/projects/{project.slug}/hub/"))


def counts(page):
    """Return {title: (number, address)} of the box; of a shelf with nothing on it (0, its words)."""
    [box] = page.all("section", class_="fact-box")
    found = {}
    for label, answer in zip(page.all("dt", box), page.all("dd", box), strict=True):
        ways, words = page.all("a", answer), page.text(answer)
        found[page.text(label)] = (int(re.sub(r"\D", "", words)), ways[0].get("href")) if ways else (0, words)
    return found


def test_a_hub_gathers_what_the_project_and_its_parts_share():
    page = page_of(make_hub(2))

    assert {title: number for title, (number, _address) in counts(page).items()} == {
        "Calls for practices": 4,
        "Methods": 4,
        "Best practices": 8,
        "Publications": 4,
        "Themes": 2,
        "Meetings and series of meetings": 8,
        "Partners": 4,
    }


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_count_is_that_of_the_list_that_it_leads_to(directory, language):
    make_hub(SHOWN + 1, slug="pilot")
    checked = 0
    for slug in ("buicasus", "innocities", "seismic", "buicasus-4", "pilot"):
        page = Page(Client().get(f"/{language}/projects/{slug}/hub/"))
        for number, address in counts(page).values():
            if number:
                found = Page(Client().get(address))
                assert found.texts("h2", id="count")[0].split()[0] == str(number), address
                assert found.all("a", class_="chip-unknown") == [], address
                checked += 1

    assert checked == 19


def test_a_hub_shows_the_first_few_of_each_and_leads_to_the_rest():
    page = page_of(make_hub(SHOWN + 1))

    assert len(page.cards()) == 7 * SHOWN
    assert [each for each in page.texts("a") if each.startswith("Show all")] == [
        f"Show all {number} in the list" for number in (8, 8, 16, 8, 4, 16, 8)
    ]


def test_where_a_shelf_is_empty_the_hub_says_what_the_sources_do_not():
    project = make.make_project()
    make.make_practice(standing="selected").projects.add(project)

    page = page_of(project)

    assert page.texts("p", class_="silence") == [
        "The sources name no call of the project.",
        "The sources describe no method of the project.",
        "The sources name no publication of the project.",
        "The sources name no theme of the project.",
        "The sources name no meeting of the project.",
        "The sources name no organisation that takes part.",
    ]
    assert [address for number, address in counts(page).values() if not number] == ["none in the sources"] * 6


def test_the_hub_of_the_documents_says_that_no_best_practice_is_named(directory):
    page = Page(Client().get("/en/projects/buicasus/hub/"))

    assert page.errors == []
    assert "The sources name no best practice of the project yet." in page.words
    assert "BuiCaSuS collection of best practices" in page.cards()
    assert "Knowledge hub of BuiCaSuS" in page.cards()
    assert {"Avise", "MSI"} <= set(page.cards())


def test_a_project_with_a_call_alone_has_a_hub():
    project = make.make_round(name_en="The call", project=make.make_project()).project

    assert page_of(project).cards() == ["The call"]
    assert "Its hub" in Page(Client().get(f"/en/projects/{project.slug}/")).texts("a")


def test_only_a_project_of_which_a_practice_or_a_call_is_known_has_a_hub():
    hidden = make.make_project()
    make.make_practice(published=False).projects.add(hidden)
    make.make_round(published=False, project=hidden)
    draft = make.make_project(published=False)
    make.make_practice().projects.add(draft)

    for project in (make.make_project(), hidden, draft):
        assert page_of(project).status == 404
        assert f"/{project.slug}/hub/" not in Client().get("/sitemap-hubs-en.xml").content.decode()
    assert Client().get("/en/projects/nothing/hub/").status_code == 404
    assert "Its hub" not in Page(Client().get(f"/en/projects/{hidden.slug}/")).texts("a")


def test_the_projects_page_and_the_sitemap_lead_to_the_hub():
    project = make_hub(slug="pilot")

    assert "/en/projects/pilot/hub/" in Page(Client().get(project.get_absolute_url().replace("/sv/", "/en/"))).links
    assert "http://testserver/sv/projects/pilot/hub/" in Client().get("/sitemap-hubs-sv.xml").content.decode()
    assert "/en/projects/pilot/" in page_of(project).links


def test_nothing_of_a_draft_is_in_a_hub():
    project = make.make_project()
    make.make_practice(name_en="Open").projects.add(project)
    part = make.make_project(parent=project, number=2, published=False, name_en="Hidden part")
    make.make_practice(name_en="Hidden practice", published=False).projects.add(project)
    make.make_practice(name_en="Of a hidden part").projects.add(part)
    make.make_publication(name_en="Hidden book", published=False, project=project)
    make.make_participation(project=project, organisation=make.make_organisation(published=False, name_en="Hidden org"))

    page = page_of(project)

    assert page.cards() == ["Open"]
    assert "idden" not in page.words


def test_a_project_with_more_parts_than_an_address_holds_stands_alone():
    project = make_hub(name_en="Whole")
    for number in range(2, MOST_PARTS + 2):
        make.make_project(parent=project, number=number)

    page = page_of(project)

    assert "With its sub-projects" not in page.words
    assert counts(page)["Methods"][0] == 1


# The version before and after; the project and its parts; for each of seven shelves its cards; the order of names of six lists, asked for the first time in this language; and five for
# whose the themes are.
QUERIES = 22


@pytest.mark.parametrize("rows", [1, 3])
def test_a_hub_asks_the_same_number_of_queries_for_one_row_and_for_three(django_assert_num_queries, rows):
    project = make_hub(rows)
    page_of(project)

    with django_assert_num_queries(QUERIES):
        page_of(project, "sv")
