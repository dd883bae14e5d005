"""The library of methods and practices: what a page tells, how the list is narrowed, what is said of silence."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from practices.models import Practice
from tests import factories as make
from tests.pages import Page

pytestmark = pytest.mark.django_db

LIST = "/en/practices/"


def cards(query):
    return Page(Client().get(f"{LIST}?{query}")).cards()


def test_a_page_tells_all_that_is_known_of_a_practice():
    practice = make.make_practice(
        slug="row",
        name_en="Row by row",
        kind="tool",
        sector="public",
        standing="selected",
        country="LV",
        since="2004~",
        since_wording="kopš apmēram 2004",
        developer=make.make_organisation(name_en="The city"),
        based_on=make.make_practice(name_en="Elder"),
        evidence_en="Ten cities use it.",
        evidence_links="https://www.example.org/study/\nhttp://example.net/b",
    )
    make.make_practice(name_en="Younger", based_on=practice)
    practice.themes.add(make.make_theme(name_en="housing"))
    practice.projects.add(make.make_project(name_en="Pilot"))
    practice.meetings.add(make.make_meeting(name_en="Arena"))

    page = Page(Client().get("/en/practices/row/"))

    assert page.facts() == {
        "Kind": "tool",
        "Standing": "selected",
        "Sector": "public sector",
        "Country": "Latvia",
        "In use since": "about 2004 kopš apmēram 2004",
        "Developed by": "The city",
        "Based on": "Elder",
        "Themes": "housing",
        "Evidence": "example.org/study example.net/b",
    }
    assert {"https://www.example.org/study/", "http://example.net/b"} <= set(page.links)
    assert page.texts("h2")[1:-1] == [
        "What is known of its results",
        "Adapted in",
        "Projects it belongs to",
        "Shown at",
    ]
    assert [each for each in ("Younger", "Pilot", "Arena") if each not in page.words] == []


@pytest.mark.parametrize(
    "typed", ["javascript:alert(1)", "https://example.org/\nno address", "https://city.example@elsewhere.example/"]
)
def test_evidence_is_web_addresses_and_nothing_else(typed):
    practice = make.make_practice()
    practice.evidence_links = typed

    with pytest.raises(ValidationError) as refused:
        practice.full_clean()

    assert list(refused.value.message_dict) == ["evidence_links"]


def test_a_practice_cannot_come_back_to_itself_by_way_of_others():
    first = make.make_practice()
    first.based_on = make.make_practice(based_on=make.make_practice(based_on=first))

    with pytest.raises(ValidationError) as refused:
        first.full_clean()

    assert refused.value.message_dict == {"based_on": ["Valet skulle göra en cirkel."]}


def test_filters_combine():
    office, project, theme = make.make_organisation(slug="office"), make.make_project(slug="pilot"), make.make_theme()
    alike = {"kind": "tool", "sector": "public", "standing": "selected", "country": "SE", "developer": office}
    sought = make.make_practice(name_en="Sought", **alike)
    others = {"kind": "method", "sector": "private", "standing": "nominated", "country": "FR"}
    for name, value in {**others, "developer": make.make_organisation()}.items():
        other = make.make_practice(name_en=f"Other {name}", **{**alike, name: value})
        other.themes.add(theme)
        other.projects.add(project)
    make.make_practice(name_en="Other theme", **alike).projects.add(project)
    make.make_practice(name_en="Other project", **alike).themes.add(theme)
    sought.themes.add(theme)
    sought.projects.add(project)

    chosen = [
        *("kind=tool", "sector=public", "standing=selected", "country=se", "developer=office", "project=pilot"),
        f"theme={theme.slug}",
    ]

    assert cards("&".join(chosen)) == ["Sought"]
    for number, left_out in enumerate(chosen):
        name = f"Other {left_out.partition('=')[0]}"
        assert cards("&".join(chosen[:number] + chosen[number + 1 :])) == sorted(["Sought", name])
    assert cards("developer=office&developer=nobody&kind=method") == ["Other kind"]
    assert cards("developer=nobody") == []


def test_the_longest_lived_come_first_where_that_is_asked_for():
    for name, since in (("Young", "2019"), ("Unknown", None), ("Old", "1987-05")):
        make.make_practice(name_en=name, since=since)

    assert cards("order=date") == ["Old", "Young", "Unknown"]


@pytest.mark.parametrize("query", ["standing=selected", "standing=selected&standing=nominated&country=se"])
def test_where_no_best_practice_is_known_the_list_says_so(query):
    make.make_practice(country="SE")

    page = Page(Client().get(f"{LIST}?{query}"))

    [empty] = page.all("div", class_="empty")
    assert "No best practice is named in the sources yet" in page.text(empty)
    assert "/en/calls/" in [each.get("href") for each in page.all("a", empty)]


@pytest.mark.parametrize("query", ["standing=selected&country=se", "standing=described&country=fr", "country=fr"])
def test_nothing_is_said_of_the_sources_where_only_the_choice_is_too_narrow(query):
    make.make_practice(standing="selected", country="LV")
    make.make_practice(country="SE")

    page = Page(Client().get(f"{LIST}?{query}"))

    [empty] = page.all("div", class_="empty")
    assert page.text(empty).startswith("Nothing fits all that is chosen.")


def test_the_methods_of_the_documents_are_described_and_nothing_is_called_nominated(directory):
    told = Practice.objects.in_order("en").values_list("slug", "kind", "standing", "developer__slug", "since")

    assert list(told) == [
        ("buicasus-knowledge-hub", "platform", "described", None, None),
        ("norwegian-model", "model", "described", "smart-innovation-norway", None),
        ("innocities-partnership-model", "partnership-model", "described", None, None),
        ("seismic-framework", "framework", "described", None, None),
    ]
