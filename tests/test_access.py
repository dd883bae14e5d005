"""What the law and readers ask of every page beyond its facts: the statement, the languages, what crawlers may read."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from directory.components import Samples
from directory.pages import LISTS
from tests import factories as make
from tests.pages import Page

COMPONENTS = "/en/about/components/"


def test_the_statement_says_what_the_law_asks_for(client, db, settings):
    settings.SITE_OWNER, settings.SITE_EMAIL = "Staden", "hej@example.org"

    page = Page(client.get("/en/accessibility/"))

    assert page.errors == []
    assert "Urban Networks is partially compliant with the law." in page.words
    assert "on 25 November 2026. Nobody from outside has audited it." in page.words
    assert {"mailto:hej@example.org", "https://www.digg.se/tdosanmalan"} <= set(page.links)
    assert "Staden" in page.words
    assert page.texts("h2") == [
        "What we aim at",
        "What we have tested, and how",
        "What we know is lacking",
        "Report a barrier",
        "If you are not content with the answer",
        "About this statement",
    ]


@pytest.mark.parametrize("owner", ["", "Staden"])
def test_the_statement_stands_though_there_is_no_address_to_write_to(client, db, settings, owner):
    settings.SITE_OWNER, settings.SITE_EMAIL = owner, ""

    page = Page(client.get("/en/accessibility/"))

    assert [each for each in page.links if "mailto" in each] == []
    assert "has not yet given an address to write to" in page.words
    assert "https://www.digg.se/tdosanmalan" in page.links


def test_every_page_leads_to_the_statement(client, db):
    for address in ("/sv/", "/sv/networks/", "/sv/nothing/here/"):
        assert "/sv/accessibility/" in Page(client.get(address)).links


@pytest.mark.parametrize("signed_in", [False, True])
def test_only_staff_see_the_components(client, db, django_user_model, signed_in):
    if signed_in:
        client.force_login(django_user_model.objects.create_user("visitor"))

    assert client.get(COMPONENTS).status_code == 404


def test_whoever_develops_the_site_sees_the_components(client, db, settings):
    settings.DEBUG = True

    assert client.get(COMPONENTS).status_code == 200


def test_staff_see_every_component_with_samples_and_nobody_keeps_the_page(admin_client, directory):
    answer = admin_client.get(COMPONENTS)

    page = Page(answer)
    files = {each.stem for each in (settings.BASE_DIR / "templates" / "components").glob("*.html")}
    sections = {each.get("aria-labelledby"): each for each in page.all("section", class_="specimen")}
    silent = [name for name, each in sections.items() if "No sample yet" in page.text(each)]
    assert page.errors == []
    assert {name.removeprefix("section-") for name in sections if name.startswith("section-")} == files
    assert silent == []
    assert [each for each in vars(Samples) if not each.startswith("_") and each not in {*files, "filtered"}] == []
    assert len(page.cards()) == len(LISTS)
    styles = {each.get("href").rpartition("/")[2] for each in page.all("link", rel="stylesheet")}
    assert {"compare.css", "map.css", "statistics.css", "timeline.css"} <= styles
    assert ("no-store" in answer["Cache-Control"], "ETag" in answer, answer["X-Robots-Tag"]) == (True, False, "noindex")


def test_components_are_shown_though_the_directory_is_empty(admin_client, db):
    page = Page(admin_client.get(COMPONENTS))

    assert (page.status, page.errors, page.cards()) == (200, [], [])


def test_a_translated_name_says_so_and_gives_the_original(client, db):
    swedish = make.make_source(language="sv", name_sv="Dokumentet", name_en="The document")
    make.make_network(slug="nat", source=swedish, name_sv="Nätet", name_en="The net")

    english, original = (Page(client.get(f"/{code}/networks/nat/")) for code in ("en", "sv"))

    sentence = "The name is translated, by us or by common use. In the language of its source it is Nätet."
    assert [each for each in english.texts("p", class_="remark") if "translated" in each] == [sentence]
    assert [(english.text(each), each.get("lang")) for each in english.all("q")] == [("Nätet", "sv")]
    assert [(english.text(each), each.get("lang")) for each in english.all("cite")] == [("Dokumentet", "sv")]
    assert (original.all("q"), original.all("cite")) == ([], [])


@pytest.mark.parametrize(
    ("language", "name_sv", "name_en"),
    [
        ("sv", "Nätet", ""),
        ("sv", "Innocities - net", "INNOCITIES - net"),
        ("en", "Nätet", "The net"),
        ("", "Nätet", "The net"),
    ],
)
def test_a_name_in_the_language_of_its_source_is_not_called_translated(client, db, language, name_sv, name_en):
    source = make.make_source(language=language, name_sv="Dokumentet", name_en="")
    make.make_network(slug="nat", source=source, name_sv=name_sv, name_en=name_en)

    page = Page(client.get("/en/networks/nat/"))

    assert (page.all("q"), page.all("cite")) == ([], [])


def test_a_work_in_another_language_than_the_source_bears_its_own_title(client, db):
    source = make.make_source(language="sv")
    make.make_publication(slug="bok", language="en", source=source, name_sv="Boken", name_en="The book")

    swedish, english = (Page(client.get(f"/{code}/publications/bok/")) for code in ("sv", "en"))

    assert [swedish.text(each) for each in swedish.all("q")] == ["The book"]
    assert english.all("q") == []


def test_translated_names_in_the_fact_box_have_their_originals_beside_them(client, db):
    source = make.make_source(language="sv")
    themes = make.make_theme_set(source=source)
    for swedish, english in (("musik", "music"), ("film", "film")):
        make.make_theme(theme_set=themes, name_sv=swedish, name_en=english)
    make.make_network(slug="nat", themes=themes, source=source)

    page = Page(client.get("/en/networks/nat/"))

    [box] = page.all("section", class_="fact-box")
    [opened] = [each for each in page.all("details", box) if "original" in each.get("class")]
    assert page.text(opened) == "translated In the language of the source: musik"
    assert [(each.text, each.get("lang")) for each in page.all("q", opened)] == [("musik", "sv")]


def test_a_translated_label_of_a_link_gives_the_original(client, db):
    network = make.make_network(slug="nat")
    make.make_link(network, label_en="Read more", source=make.make_source(language="sv"))

    page = Page(client.get("/en/networks/nat/"))

    assert [(each.text, each.get("lang")) for each in page.all("q")] == [("Läs mer", "sv")]


def test_every_part_that_is_in_the_other_language_says_so(client, db):
    network = make.make_network(slug="nat", name_sv="Nätet", summary_sv="Ett nät.")
    organisation = make.make_organisation(slug="org", name_sv="Staden")
    make.make_contact(organisation=organisation, person="A. Person", role_sv="samordnare")
    make.make_figure(network, scope_sv="i norr")

    pages = [Page(client.get(f"/en/{each}/")) for each in ("networks/nat", "organisations/org")]

    for page, swedish in zip(pages, (["Nätet", "Ett nät.", "i norr"], ["Staden", "samordnare"]), strict=True):
        assert [each for each in swedish if each in page.words_in("en").partition("Urban Networks")[2]] == []
        assert [each for each in swedish if each not in page.words] == []


@pytest.mark.parametrize(
    "path", ["", "networks/?kind=city-network&page=1", "map/?of=projects&q=stad", "accessibility/"]
)
def test_every_page_names_itself_in_both_languages_and_for_everybody_else(client, db, path):
    page = Page(client.get(f"/en/{path}"))

    assert {each.get("hreflang"): each.get("href") for each in page.all("link", rel="alternate")} == {
        "sv": f"http://testserver/sv/{path}",
        "en": f"http://testserver/en/{path}",
        "x-default": f"http://testserver/sv/{path}",
    }
    assert [each.get("href") for each in page.all("a", hreflang="sv") if each.get("lang")] == [f"/sv/{path}"]


def test_numbers_and_dates_are_written_as_each_language_does(client, db):
    network = make.make_network(slug="nat", started="2014-08-21", verb="founded")
    make.make_figure(network, value=12500)

    swedish, english = (Page(client.get(f"/{code}/networks/nat/")).words for code in ("sv", "en"))

    assert ("21 augusti 2014" in swedish, "12 500 deltagare" in swedish) == (True, True)
    assert ("21 August 2014" in english, "12,500 participants" in english) == (True, True)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_lists_run_from_a_to_o_with_dots_as_the_names_of_swedish_places_do(client, db, language):
    for name in ("Åmål", "Ängelholm", "Örebro", "Zürich", "Arvika"):
        make.make_city(name_sv=name)

    cards = Page(client.get(f"/{language}/cities/")).cards()

    assert cards == ["Arvika", "Zürich", "Åmål", "Ängelholm", "Örebro"]


def test_crawlers_are_told_where_the_records_are_and_nothing_of_drafts(client, db):
    make.make_network(slug="oppet")
    make.make_network(slug="dolt", published=False)

    robots = client.get("/robots.txt").content.decode()
    index = re.findall("<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode())
    addresses = [
        each.removeprefix("http://testserver")
        for file in index
        for each in re.findall("<loc>(.*?)</loc>", client.get(file).content.decode())
    ]

    assert "Sitemap: http://testserver/sitemap.xml" in robots
    assert len(index) == 2 * (1 + len(LISTS))
    assert [each for each in addresses if each.startswith("/sv/networks/")] == [
        "/sv/networks/",
        "/sv/networks/overlap/",
        "/sv/networks/oppet/",
    ]
    assert {"/en/map/", "/en/timeline/", "/en/statistics/", "/en/about/licence/"} <= {*addresses}
    assert {Client().get(each).status_code for each in addresses} == {200}


def test_every_public_record_is_in_the_map_for_crawlers(client, directory):
    for each in LISTS:
        text = client.get(f"/sitemap-{each.model.section}-en.xml").content.decode()
        with translation.override("en"):
            pages = {record.get_absolute_url() for record in each.model.objects.public()}
        assert set(re.findall("<loc>http://testserver(.*?)</loc>", text)) == pages
    assert client.get("/sitemap-nothing-en.xml").status_code == 404


def test_the_map_for_crawlers_costs_one_query_a_list_and_two_a_file(db, django_assert_num_queries):
    for _ in range(3):
        make.make_city()

    with django_assert_num_queries(2 * len(LISTS)):
        Client().get("/sitemap.xml")
    with django_assert_num_queries(2):
        Client().get("/sitemap-cities-sv.xml")
    assert reverse("accessibility") == "/sv/accessibility/"
