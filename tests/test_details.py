"""Every record's page: silence in words and never as a hole, a fixed number of queries, nothing of a draft."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from directory.facts import Fact
from networks.models import Contact
from tests import factories as make
from tests.pages import Page
from tests.test_lists import full_row

BARE = {
    "networks": make.make_network,
    "projects": make.make_project,
    "meetings": make.make_meeting,
    "cities": make.make_city,
    "organisations": make.make_organisation,
    "funders": lambda: make.make_grant().funder_page,
    "programmes": make.make_programme,
    "themes": make.make_theme,
    "publications": make.make_publication,
    "practices": make.make_practice,
    "sources": make.make_source,
}


@pytest.mark.parametrize("section", BARE)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_record_with_nothing_but_its_name_has_no_empty_label_heading_or_list(client, db, section, language):
    with translation.override(language):
        page = Page(client.get(BARE[section]().get_absolute_url()))

    silent = [each for each in page.facts().values() if each in ("uppgift saknas i källan", "not stated in the source")]
    assert page.status == 200
    assert page.errors == []
    assert silent != [] or section == "themes"
    for tag in ("h1", "h2", "h3", "dt", "dd", "th", "td", "li", "summary", "legend", "a", "p", "q", "span", "address"):
        empty = [
            each
            for each in page.all(tag)
            if not page.text(each) and each.get("aria-hidden") != "true" and not list(each.iter("input"))
        ]
        assert empty == [], tag
    for tag in ("ul", "ol", "dl", "table", "section"):
        assert [each for each in page.all(tag) if not len(each)] == [], tag
    headings = page.texts("h2")
    assert len(headings) <= 3, headings


def owned(section, row):
    """Give the record of one section `row` more of everything that its page shows."""
    return row[
        {
            "networks": "parent",
            "projects": "whole",
            "meetings": "series",
            "cities": "city",
            "organisations": "organisation",
            "programmes": "frame",
            "themes": "theme",
            "practices": "practice",
        }[section]
    ]


def grow(section, record, rows):
    """Tie `rows` more of everything to one record, so that every table of its page has that many lines."""
    for number in range(rows):
        more = full_row()
        if section == "networks":
            make.make_network(
                parent=record, kind="national-network", scope="national", country=["SE", "NO", "DK"][number]
            )
            make.make_membership(network=record)
            make.make_membership(network=record, organisation=more["organisation"], role="organiser")
            project = make.make_project(network=record)
            make.make_grant(project=project, programme=more["programme"])
            make.make_participation(project=project, role="coordinator")
            make.make_publication(project=project)
            more["practice"].projects.add(project)
            make.make_discrepancy(project)
            meeting = make.make_meeting(network=record, city=more["city"])
            make.make_discrepancy(meeting)
            for make_row in (make.make_figure, make.make_link, make.make_discrepancy):
                make_row(record)
            make.make_tie(network=record, programme=more["programme"], publication=make.make_publication())
        elif section == "projects":
            child = make.make_project(parent=record, number=number + 2)
            make.make_grant(project=child)
            make.make_participation(project=child, role="lead")
            for made in (record, child):
                make.make_discrepancy(made)
            make.make_grant(project=record, programme=more["programme"])
            make.make_participation(project=record, role="coordinator", organisation=more["organisation"], country="SE")
            make.make_contact(organisation=more["organisation"], unit="Enhet")
            make.make_participation(project=record, city=more["city"])
            make.make_publication(project=record)
            make.make_discrepancy(make.make_meeting(project=record))
            more["practice"].projects.add(record)
            for make_row in (make.make_figure, make.make_link):
                make_row(record)
            make.make_tie(project=record)
            make.make_tie(network=record.network)
            make.make_discrepancy(record.network)
        elif section == "meetings":
            meeting = make.make_meeting(parent=record, city=more["city"])
            for made in (record, meeting):
                make.make_discrepancy(made)
            make.make_discrepancy(record.network)
            make.make_meeting(kind="series", feeds=record)
            more["practice"].meetings.add(record)
            for make_row in (make.make_figure, make.make_link):
                make_row(record)
        elif section == "cities":
            make.make_membership(city=record, network=more["network"], tandem="par")
            make.make_participation(city=record)
            make.make_contact(organisation=make.make_organisation(city=record), unit="Enhet")
            make.make_discrepancy(make.make_meeting(city=record, parent=more["series"]))
            make.make_discrepancy(more["series"])
        elif section == "organisations":
            make.make_membership(organisation=record, network=more["network"], tandem="par")
            make.make_participation(organisation=record, project=more["project"])
            make.make_grant(funder=record)
            make.make_programme(operator=record)
            make.make_practice(developer=record)
            make.make_contact(organisation=record, unit="Enhet")
        elif section == "funders":
            make.make_grant(funder=record, programme=more["programme"])
        elif section == "programmes":
            make.make_grant(programme=make.make_programme(parent=record))
            make.make_grant(programme=record)
            make.make_tie(programme=record)
            make.make_publication(programme=record)
        elif section == "themes":
            make.make_network(themes=record.theme_set)
            make.make_network(actor_types=record.theme_set)
            for name in ("themes", "actor_types"):
                project = make.make_project(**{name: record.theme_set})
                make.make_grant(project=project)
                make.make_participation(project=project)
            make.make_membership(network=more["network"], focus=record)
            more["practice"].themes.add(record)
        elif section == "publications":
            make.make_tie(publication=record)
        elif section == "practices":
            make.make_practice(based_on=record)
            record.themes.add(more["theme"])
            record.projects.add(more["project"])
            record.meetings.add(more["meeting"])
        elif section == "sources":
            for maker in (
                make.make_city, make.make_organisation, make.make_theme_set, make.make_theme, make.make_network, make.make_project,
                make.make_programme, make.make_publication, make.make_meeting, make.make_practice,
            ):  # fmt: skip
                maker(source=record)
            for owner in (make.make_network(), make.make_project(), make.make_meeting()):
                make.make_discrepancy(owner, first_source=record)


def record_of(section):
    """Make the record whose page is asked for, with the single relations that a page may load along."""
    row = full_row()
    if section == "funders":
        return make.make_grant(programme=row["programme"]).funder_page
    if section == "publications":
        return make.make_publication(project=row["project"], programme=row["programme"])
    if section == "sources":
        return make.make_source()
    return owned(section, row)


# The record, a query for each sort of row that it shows or that its lines load along, and three for discrepancies.
QUERIES = {
    "networks": 17,
    "projects": 20,
    "meetings": 9,
    "cities": 10,
    "organisations": 11,
    "funders": 5,
    "programmes": 9,
    "themes": 15,
    "publications": 5,
    "practices": 15,
    "sources": 14,
}


@pytest.mark.parametrize("section", BARE)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_asks_the_same_number_of_queries_for_one_row_and_for_three(db, section, rows):
    record = record_of(section)
    grow(section, record, rows)

    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(record.get_absolute_url())

    assert (answer.status_code, len(queries)) == (200, QUERIES[section])


@pytest.mark.parametrize("section", BARE)
def test_a_draft_has_no_page(client, db, section):
    record = BARE[section]()
    record.published = False
    record.save()

    assert client.get(record.get_absolute_url()).status_code == 404


def test_nothing_of_a_draft_is_on_any_page(client, db):
    row = full_row()
    hidden = {}
    for name in (
        "city",
        "organisation",
        "parent",
        "network",
        "frame",
        "programme",
        "whole",
        "project",
        "series",
        "meeting",
        "practice",
        "theme",
        "themes",
    ):
        record = row[name]
        type(record).objects.filter(pk=record.pk).update(published=False)
        hidden[name] = record
        for other in row.values():
            if hasattr(other, "get_absolute_url") and other.slug not in [each.slug for each in hidden.values()]:
                answer = client.get(other.get_absolute_url())
                words = Page(answer).text(Page(answer).root)
                assert [each for each in hidden.values() if f"{each.name_sv} " in f"{words} "] == [], (other, name)


def test_staff_go_from_a_page_to_its_form_and_visitors_to_the_sign_in(client, admin_client, db):
    network = make.make_network(slug="nat")

    visitor = (
        client.get("/sv/networks/nat/edit/")
        if "_auth_user_id" not in client.session
        else Client().get("/sv/networks/nat/edit/")
    )
    staff = admin_client.get("/sv/networks/nat/edit/")

    assert (visitor.status_code, visitor["Location"]) == (302, "/admin/login/?next=/sv/networks/nat/edit/")
    assert (staff.status_code, staff["Location"]) == (302, f"/admin/networks/network/{network.pk}/change/")


def test_a_notice_stands_beside_every_text_of_an_unreviewed_source_and_goes_with_its_flag(client, db):
    source = make.make_source(reviewed="no", notice_sv="Skrivet av gruppen själv.")
    make.make_project(slug="p", source=source, summary_sv="Kort.", results_sv="Resultat.", effects_sv="Effekt.")

    def notices(address):
        return [
            each
            for each in Page(client.get(address)).texts("p", class_="notice")
            if "Skrivet av gruppen själv." in each
        ]

    before = [len(notices(address)) for address in ("/sv/projects/p/", "/sv/projects/", "/sv/search/?q=kort")]
    source.reviewed = "yes"
    source.save()
    after = [len(notices(address)) for address in ("/sv/projects/p/", "/sv/projects/", "/sv/search/?q=kort")]

    assert before[0] >= 3
    assert before[1:] == [1, 1]
    assert after == [0, 0, 0]


def test_a_contact_is_shown_until_it_is_hidden_and_a_person_goes_alone(client, db):
    organisation = make.make_organisation(slug="org")
    contact = make.make_contact(organisation=organisation, unit="Kontoret", person="Namn Namnsson", town="Orten")

    def box():
        return [
            Page(client.get("/sv/organisations/org/")).text(each)
            for each in Page(client.get("/sv/organisations/org/")).all("address")
        ]

    assert "Namn Namnsson" in box()[0]
    assert "elefon" not in box()[0]
    Contact.objects.filter(pk=contact.pk).update(person="")
    assert "Namn Namnsson" not in box()[0]
    assert "Kontoret" in box()[0]
    Contact.objects.filter(pk=contact.pk).update(shown=False)
    assert box() == []


def test_a_discrepancy_stands_on_every_page_it_touches(client, db):
    network, other = make.make_network(slug="nat"), make.make_network(slug="nat-2")
    source = make.make_source(slug="kalla")
    touched, apart = make.make_city(slug="stad"), make.make_city(slug="stad-2")
    make.make_discrepancy(
        network, title_sv="När det började", second_source=source, touches="cities/stad\r\nmeetings/inget"
    )

    shown = {
        record.slug: Page(client.get(record.get_absolute_url())).texts("h3") == ["När det började"]
        for record in (network, other, touched, apart, source)
    }

    assert shown == {"nat": True, "nat-2": False, "stad": True, "stad-2": False, "kalla": True}


def test_a_discrepancy_of_a_draft_stands_nowhere(client, db):
    network = make.make_network(published=False)
    make.make_discrepancy(network, touches="cities/stad")
    city = make.make_city(slug="stad")

    assert "Källorna skiljer sig åt" not in Page(client.get(city.get_absolute_url())).words


def test_a_link_is_text_until_its_address_is_known(client, db):
    network = make.make_network(slug="nat")
    link = make.make_link(network, label_sv="Läs mer om nätet")

    before = Page(client.get("/sv/networks/nat/")).texts("ul", class_="links")[0]
    type(link).objects.filter(pk=link.pk).update(url="https://example.org/")
    anchors = [
        each for each in Page(client.get("/sv/networks/nat/")).all("a") if each.get("href") == "https://example.org/"
    ]

    assert before.startswith("Läs mer om nätet (adressen är inte bevarad)")
    assert [(each.text, each.get("rel")) for each in anchors] == [("Läs mer om nätet", "noopener")]


def test_a_text_in_the_other_language_says_which(client, db):
    make.make_network(slug="nat", name_sv="Bara svenska", name_en="", summary_sv="Svensk text.")

    page = Page(client.get("/en/networks/nat/"))

    assert [(each.get("lang"), page.text(each)) for each in page.all("h1")] == [("sv", "Bara svenska")]
    assert [each.get("lang") for each in page.all("p", class_="lead")] == ["sv"]


def test_a_fact_of_nothing_is_silence():
    assert Fact.of("Land", None, "").values == ()
