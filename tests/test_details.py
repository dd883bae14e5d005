"""Every record's page: silence in words and never as a hole, a fixed number of queries, nothing of a draft."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from directory.bases import Sourced
from directory.facts import Fact
from networks.models import Contact, ThemeSet
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
    "calls": make.make_round,
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
            "calls": "call",
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
            make.make_membership(city=make.make_membership(network=record).city)
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
        elif section == "calls":
            record.themes.add(more["theme"])
            make.make_criterion(round=record)
            make.make_question(round=record)
            make.make_nomination(round=record, practice=make.make_practice(standing="selected"))
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


# The version before and after; the record, one question which relations lead anywhere, and a query for each sort of row
# that it shows or that its lines load along; once a version, which pages have discrepancies (three);
# and three for the discrepancies of a record that has any. Networks and cities: three more for those beside them.
QUERIES = {
    "networks": 26,
    "projects": 26,
    "meetings": 15,
    "cities": 16,
    "organisations": 14,
    "funders": 8,
    "programmes": 11,
    "themes": 18,
    "publications": 8,
    "practices": 18,
    "calls": 16,
    "sources": 21,
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


def test_a_term_is_not_named_while_its_vocabulary_is_withdrawn(client, db):
    theme = make.make_theme(name_sv="Dolt tema")
    network = make.make_network(slug="nat", themes=theme.theme_set)
    make.make_membership(network=network, city=make.make_city(slug="stad"), focus=theme)

    def named():
        return ["Dolt tema" in Page(client.get(address)).words for address in ("/sv/networks/nat/", "/sv/cities/stad/")]

    assert named() == [True, True]
    ThemeSet.objects.filter(pk=theme.theme_set_id).update(published=False)
    assert named() == [False, False]


def test_only_the_fields_that_a_row_infers_are_marked_so(client, db):
    network = make.make_network(slug="nat", inferred_fields="scope", note_sv="Läst ur namnet.", started="2004")

    page = Page(client.get("/sv/networks/nat/"))
    box = page.all("section", class_="fact-box")[0]
    inferred = [
        page.text(each.find("dt")) for each in box.iter("div") if page.all("details", each, class_="mark-inferred")
    ]

    assert inferred == ["Räckvidd"]
    network.inferred_fields = "scope scoop"
    with pytest.raises(ValidationError, match="kind, scope, status"):
        network.full_clean()
    network.inferred_fields, network.note_sv = "scope", ""
    with pytest.raises(ValidationError, match="skäl"):
        network.full_clean()


INFERABLE = {
    "networks": lambda names: make.make_network(status="ongoing", **names),
    "organisations": lambda names: make.make_organisation(kind="company", city=make.make_city(), **names),
    "projects": lambda names: make.make_project(status="ongoing", network=make.make_network(), **names),
    "publications": lambda names: make.make_publication(**names),
    "grants": lambda names: make.make_grant(amount=1, currency="SEK", **names).project,
    "memberships": lambda names: _tandem(names),
    "calls for practices": lambda names: make.make_round(organiser=make.make_organisation(), **names),
}


def _tandem(names):
    row = make.make_membership(tandem="par", **names)
    make.make_membership(network=row.network, tandem="par")
    return row.network


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (model._meta.verbose_name_plural, name)
        for model in apps.get_models()
        if issubclass(model, Sourced) and not model._meta.proxy
        for name in model.inferable
    ],
)
def test_every_field_that_can_be_inferred_alone_shows_it(client, db, kind, name):
    with translation.override("en"):
        record = INFERABLE[str(kind)]({"inferred_fields": name, "note_sv": "Skäl."})

    page = Page(client.get(record.get_absolute_url()))

    assert len(page.all("details", class_="mark-inferred")) == (name != "tandem")
    assert page.words.count("slutsats") >= 1


def test_a_withdrawn_source_is_named_without_a_link(client, db):
    source = make.make_source(slug="kalla", name_sv="Undandragen", published=False)
    network = make.make_network(slug="nat", source=source)
    make.make_discrepancy(network, first_source=source)

    page = Page(client.get("/sv/networks/nat/"))

    assert page.words.count("Undandragen") >= 3
    assert [each for each in page.links if "/sources/kalla/" in each] == []


def test_what_is_hidden_is_not_told_as_silence_of_the_source(client, db):
    programme = make.make_programme(published=False, kind="call")
    project = make.make_project(slug="p", parent=make.make_project(published=False))
    make.make_grant(project=project, programme=programme, reference="2021-1", amount="5", currency="SEK")

    facts = Page(client.get("/sv/projects/p/")).facts()

    assert (facts["Ingår i"], facts["Diarienummer"]) == ("visas inte här", "2021-1")
    assert (facts["Utlysning"], facts["Ansökningsomgång"]) == ("visas inte här", "uppgift saknas i källan")


@pytest.mark.parametrize(
    ("verb", "started", "ended", "told"),
    [
        ("founded", "1997", None, {"Grundat": "1997"}),
        ("founded", "1997", "2013", {"Grundat": "1997", "Avslutat": "2013"}),
        ("launched", None, "2013", {"Lanserat": "uppgift saknas i källan", "Avslutat": "2013"}),
        ("ran", "2013", None, {"Pågick": "från 2013, slut ej uppgivet"}),
        ("ran", "2013", "2016", {"Pågick": "2013–2016"}),
        ("", "2013", "2016", {"Period": "2013–2016"}),
    ],
)
def test_a_network_has_its_span_under_the_verb_of_its_source(client, db, verb, started, ended, told):
    make.make_network(slug="nat", verb=verb, started=started, ended=ended)

    facts = Page(client.get("/sv/networks/nat/")).facts()

    assert {
        label: facts[label] for label in ("Grundat", "Lanserat", "Pågick", "Period", "Avslutat") if label in facts
    } == told


def test_money_under_a_part_of_a_part_stands_on_the_page_of_the_whole_and_in_its_list(client, db):
    top = make.make_programme(slug="topp")
    low = make.make_programme(parent=make.make_programme(parent=make.make_programme(parent=top)))
    make.make_grant(project=make.make_project(name_sv="Djupt"), programme=low)

    page = Page(client.get("/sv/programmes/topp/"))

    assert [page.text(each).split()[0] for each in page.all("td") + page.all("th") if "Djupt" in page.text(each)] != []
    assert Page(client.get("/sv/projects/?programme=topp")).cards() == ["Djupt"]
    with pytest.raises(ValidationError, match="Som mest kan 4 program"):
        make.make_programme(parent=low).clean()


def test_participants_stand_by_role_and_then_by_name(client, db):
    project = make.make_project(slug="p")
    for name, role in (("Östra", "partner"), ("Alfa", "partner"), ("Åkeri", "partner"), ("Zeta", "lead")):
        make.make_participation(project=project, organisation=make.make_organisation(name_sv=name), role=role)

    page = Page(client.get("/sv/projects/p/"))
    names = [page.text(each).removeprefix("Deltagare") for each in page.all("th") if each.get("scope") == "row"]

    assert names == ["Zeta", "Alfa", "Åkeri", "Östra"]


def test_meetings_stand_in_the_order_of_their_dates(client, db):
    network = make.make_network(slug="nat")
    for name, date in (("A", "2016-03-15"), ("B", None), ("C", "2014-08-21"), ("D", "2014-21")):
        make.make_meeting(network=network, name_sv=f"Möte {name}", date=date)

    page = Page(client.get("/sv/networks/nat/"))

    assert [page.text(each)[-1] for each in page.all("th") if each.get("scope") == "row"] == ["D", "C", "A", "B"]


def test_a_contact_that_says_nothing_is_no_heading(client, db):
    make.make_contact(organisation=make.make_organisation(slug="org"))

    page = Page(client.get("/sv/organisations/org/"))

    assert (page.all("address"), [each for each in page.texts("h2") if each in ("Kontakt", "Person som nämns")]) == (
        [],
        [],
    )


def test_a_person_who_is_only_named_is_no_contact(client, db):
    organisation = make.make_organisation(slug="org")
    make.make_contact(organisation=organisation, person="Namn Namnsson", role_sv="samordnare")

    named = Page(client.get("/sv/organisations/org/")).texts("h2")
    make.make_contact(organisation=organisation, town="Orten")
    both = Page(client.get("/sv/organisations/org/")).texts("h2")

    assert [each for each in named if each in ("Kontakt", "Person som nämns")] == ["Person som nämns"]
    assert [each for each in both if each in ("Kontakt", "Person som nämns")] == ["Kontakt", "Person som nämns"]


def test_an_ongoing_project_of_an_undated_source_says_so(client, db):
    make.make_project(slug="utan", status="ongoing")
    make.make_project(slug="med", status="ongoing", source=make.make_source(last_updated="2023"))

    said = [Page(client.get(f"/sv/projects/{slug}/")).texts("p", class_="remark") for slug in ("utan", "med")]

    assert said == [["Beskrivs som pågående i en källa utan datum."], []]


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
