"""What must work: each system that the documents describe, tried on the pages that the fixtures fill.

The numbers are those of the systems in the design; a test says in its name what a visitor or an editor sees.
"""

from decimal import Decimal
from functools import cache

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import translation

from directory.pages import LISTS
from directory.sources import Source
from meetings.models import Meeting
from networks.models import City, Contact, Membership, Network, NetworkLink, Organisation, Theme, ThemeSet
from practices.models import Practice
from projects.models import Grant, Programme, Project, Publication
from tests.filled import fill
from tests.pages import Page, without, without_marks
from tests.test_admin import address, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("directory")]
both_languages = pytest.mark.parametrize("language", ["sv", "en"])

SILENCE = {"sv": "uppgift saknas i källan", "en": "not stated in the source"}
COUNTRIES = {"SE", "NL", "HU", "AT", "DE", "GB", "TR", "CZ", "BE", "IT"}


@pytest.fixture(scope="module")
def directory(django_db_setup, django_db_blocker):
    """The directory filled from the fixtures, once for all tests here; each test's own changes are undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill()
        yield
        transaction.set_rollback(True)


def read(where, language="en"):
    """Return a page as a visitor without cookies gets it."""
    page = Page(Client().get(f"/{language}/{where}"))
    assert page.status == 200, where
    assert page.errors == [], where
    return page


def addresses():
    """Return the addresses of every page, without the language."""
    lists = [f"{each.model.section}/" for each in LISTS]
    records = [f"{each.model.section}/{record.slug}/" for each in LISTS for record in each.model.objects.public()]
    words = ["search/?q=norrk", "about/", "about/marks/", "about/licence/", "about/privacy/"]
    return ["", *words, *lists, *records]


@cache
def site(language):
    """Return every page as the fixtures fill it; read once for the tests that look at all of them."""
    return {where: read(where, language) for where in addresses()}


def page_of(record, language="en"):
    """Return the page of a record."""
    return read(f"{record.section}/{record.slug}/", language)


def cards(where, language="en"):
    """Return the names on a list, in order."""
    return read(where, language).cards()


def title(record, language="en"):
    """Return a record's name in one language."""
    with translation.override(language):
        return str(record)


def link_to(record, language="en"):
    """Return the address of a record's page."""
    return f"/{language}/{record.section}/{record.slug}/"


def section(page, heading):
    """Return the section under a heading; None where the page has no such heading."""
    for each in page.all("section"):
        if each.find("h2") is not None and page.text(each.find("h2")) == heading:
            return each
    return None


def table(page, heading):
    """Return the lines of the table under a heading: column → cell."""
    lines = []
    for row in section(page, heading).find(".//tbody").iter("tr"):
        cells = [each for each in row if each.tag in ("th", "td")]
        lines.append({page.text(each.find("span")): without(each, is_label) for each in cells})
    return lines


def is_label(element):
    return "cell-label" in (element.get("class") or "")


def words(element):
    """Return the words of a cell or an answer, without source marks."""
    return Page.text(without_marks(element))


def words_of(line):
    """Return a line of a table in words, without the column of the sources."""
    return {column: words(cell) for column, cell in line.items() if column not in ("Source", "Källa")}


def links(element):
    """Return the addresses that an element links to, those in source marks left out."""
    return [each.get("href") for each in without_marks(element).iter("a")]


def certainty(cell):
    """Return the words that a source mark says unopened: "inferred", "from outside" or nothing."""
    return " ".join(Page.text(each) for each in cell.iter("span") if each.get("class") == "mark-word")


def fact(page, label):
    """Return the answer to one question of the fact box."""
    for each in page.all("section", class_="fact-box")[0].iter("dt"):
        if page.text(each) == label:
            return next(pair.find("dd") for pair in page.root.iter("div") if pair.find("dt") is each)
    raise KeyError(label)


def get(model, slug):
    return model.objects.get(slug=slug)


def refusal(record):
    """Return the English sentences with which a record is refused."""
    with translation.override("en"):
        try:
            record.full_clean()
        except ValidationError as error:
            return sorted(error.messages)
    return []


# S01 National-network directory


@both_languages
def test_s01_seismic_lists_ten_national_networks_each_linked_with_its_country(language):
    parent = get(Network, "seismic")
    heading, column = {"sv": ("Nationella nätverk", "Räckvidd"), "en": ("National networks", "Reach")}[language]
    lines = table(page_of(parent, language), heading)
    children = {link_to(each, language): each for each in parent.children.all()}

    assert {each.country.code for each in children.values()} == COUNTRIES
    assert len(lines) == len(children) == 10
    with translation.override(language):
        for line in lines:
            [link] = [each for cell in line.values() for each in links(cell) if "/networks/" in each]
            assert words(line[column]) == children.pop(link).country.name


@both_languages
def test_s01_each_national_network_links_back(language):
    parent = get(Network, "seismic")
    label = {"sv": "Ingår i", "en": "Part of"}[language]
    for child in parent.children.all():
        assert links(fact(page_of(child, language), label)) == [link_to(parent, language)], child.slug


def test_s01_networks_are_filtered_by_country_and_by_kind():
    swedish = title(get(Network, "seismic-se"))

    assert cards("networks/?country=se") == [swedish]
    assert len(cards("networks/?kind=national-network")) == 10
    assert set(cards("networks/?country=se&country=tr&kind=national-network")) == {
        swedish,
        title(get(Network, "seismic-tr")),
    }
    assert cards("networks/?country=se&kind=city-network") == []


def test_s01_a_network_cannot_be_its_own_parent():
    network = get(Network, "sern")
    network.parent = network

    assert "A network cannot be part of itself." in refusal(network)


def test_s01_a_second_national_network_of_a_country_is_refused():
    first = get(Network, "seismic-se")
    second = Network(
        slug="another",
        name_sv="Ett till",
        kind=first.kind,
        scope=first.scope,
        parent=first.parent,
        country=first.country,
        source=first.source,
    )

    with pytest.raises(ValidationError, match="nationellt nätverk för det landet|national network for that country"):
        second.full_clean()


# S02 Preparatory focus groups


@both_languages
def test_s02_three_focus_groups_show_season_city_and_purpose(language):
    labels, season, purpose = {
        "sv": (("Datum", "Stad"), "våren 2014", "Syfte"),
        "en": (("Date", "City"), "spring 2014", "Purpose"),
    }[language]
    groups = Meeting.objects.filter(kind="focus-group")
    cities = set()
    for each in groups:
        page = page_of(each, language)
        assert page.facts()[labels[0]].startswith(season), each.slug
        assert links(fact(page, labels[1])) == [link_to(each.city, language)]
        assert section(page, purpose) is not None, each.slug
        cities.add(each.city.slug)

    assert cities == {"goteborg", "stockholm", "malmo"}
    assert len(cards("meetings/?kind=focus-group", language)) == len(groups) == 3


@both_languages
def test_s02_their_series_counts_three_meetings_and_about_sixty_persons_in_total(language):
    meetings, persons, about, outcome = {
        "sv": ("Möten", "Personer", "cirka 60 personer (de tre mötena sammanlagt)", "Utfall"),
        "en": ("Meetings", "Persons", "about 60 persons (in total over the three meetings)", "Outcome"),
    }[language]
    series = get(Meeting, "seismic-se-focus-groups")
    page = page_of(series, language)

    assert page.facts()[meetings] == f"3 {meetings.lower()} tre förberedande fokusgruppsmöten"
    assert page.facts()[persons] == f"{about} sammanlagt cirka 60 personer"
    assert section(page, outcome) is not None
    assert {
        each
        for line in table(page, {"sv": "Seriens möten", "en": "Meetings of the series"}[language])
        for cell in line.values()
        for each in links(cell)
        if "/meetings/" in each
    } == {link_to(each, language) for each in Meeting.objects.filter(kind="focus-group")}


@both_languages
def test_s02_no_attendance_is_shown_for_a_single_focus_group(language):
    for each in Meeting.objects.filter(kind="focus-group"):
        page = page_of(each, language)
        assert not {"Persons", "Participants", "Personer", "Deltagare"} & set(page.facts())
        assert "60" not in page.words
        assert not each.figures.exists()


# S04 Guiding themes


@both_languages
@pytest.mark.parametrize(
    ("slug", "count"),
    [
        ("seismic-se-themes", 4),
        ("ccn-fields", 7),
        ("eunivercities-areas", 5),
        ("sern-areas", 5),
        ("buicasus-themes", 2),
    ],
)
def test_s04_a_theme_set_has_its_owner_and_as_many_terms_as_its_source_states(language, slug, count):
    theme_set = get(ThemeSet, slug)
    terms = read(f"themes/?set={slug}", language)
    owners = {*theme_set.networks.all(), *theme_set.projects.all()}

    assert theme_set.stated_count == len(terms.cards()) == count
    assert owners
    for owner in owners:
        assert link_to(owner, language) in terms.links
    with translation.override(language):
        extent = theme_set.get_extent_display()
    for owner in owners:
        label = next(each for each in page_of(owner, language).facts() if extent in each)
        assert f"({count} {'uppges' if language == 'sv' else 'stated'}, {extent})" in label


def test_s04_complete_lists_and_open_lists_are_told_apart():
    extents = dict(ThemeSet.objects.values_list("slug", "extent"))

    assert {extents[each] for each in ("seismic-se-themes", "ccn-fields", "eunivercities-areas")} == {"complete"}
    assert {extents[each] for each in ("seismic-themes", "buicasus-themes")} == {"open"}


@both_languages
def test_s04_each_theme_page_lists_what_uses_it(language):
    for theme in Theme.objects.select_related("theme_set"):
        page = page_of(theme, language)
        for owner in theme.theme_set.owners:
            assert link_to(owner, language) in page.links, (theme.slug, owner.slug)
        for membership in theme.memberships.all():
            assert link_to(membership.member, language) in page.links


def test_s04_networks_and_projects_are_filtered_by_theme():
    assert cards("networks/?theme=musik") == [title(get(Network, "creative-cities"))]
    assert set(cards("networks/?theme=musik&theme=energi-och-miljo")) == {
        title(get(Network, "creative-cities")),
        title(get(Network, "sern")),
    }
    assert title(get(Project, "buicasus")) in cards("projects/?theme=rumslig-segregation")
    assert cards("projects/?theme=new-urban-space") == [title(get(Project, "seismic"))]


# S05 Meeting programme


@both_languages
def test_s05_meetings_stand_in_the_order_of_their_dates(language):
    page = read("meetings/", language)
    dated = [get(Meeting, each.rstrip("/").rsplit("/", 1)[1]) for each in meeting_links(page)]

    assert [each.date for each in dated] == ["2014-21", "2014-21", "2014-21", "2014-08-21", "2016-03-15"]


def meeting_links(page):
    """Return the addresses of the meetings on a list, in order."""
    return [each.find("h3").find("a").get("href") for each in page.all("article", class_="card")]


def test_s05_city_kind_year_and_status_combine():
    focus_group, start = title(get(Meeting, "fokusgrupp-stockholm")), title(get(Meeting, "startmote-2014"))
    national = title(get(Meeting, "natverksmote-goteborg-2016"))

    assert set(cards("meetings/?city=stockholm")) == {focus_group, start}
    assert cards("meetings/?city=stockholm&kind=focus-group") == [focus_group]
    assert cards("meetings/?city=stockholm&year=2014&status=held&kind=start-up") == [start]
    assert cards("meetings/?year=2016") == [national]
    assert cards("meetings/?status=unknown") == [national]
    assert cards("meetings/?city=goteborg&year=2016&status=held") == []


def test_s05_a_meeting_dated_by_its_season_falls_under_its_year():
    assert {title(each) for each in Meeting.objects.filter(kind="focus-group")} <= set(cards("meetings/?year=2014"))
    assert cards("meetings/?year=2013") == []


@both_languages
def test_s05_a_meeting_of_unknown_status_is_not_called_held(language):
    status, held, unknown = {
        "sv": ("Status", "har hållits", "källan säger inte om det hölls"),
        "en": ("Status", "held", "the source does not say whether it was held"),
    }[language]

    assert page_of(get(Meeting, "startmote-2014"), language).facts()[status] == held
    assert page_of(get(Meeting, "natverksmote-goteborg-2016"), language).facts()[status] == unknown


@both_languages
def test_s05_meetings_that_were_only_planned_are_a_count_on_their_series(language):
    label, planned = {"sv": ("Möten", "möten (planerade"), "en": ("Meetings", "meetings (planned")}[language]
    counted = page_of(get(Meeting, "seismic-se-meetings"), language).facts()[label]

    assert counted.startswith(f"4 {planned}")
    assert "ytterligare fyra möten" in counted
    assert Meeting.objects.single().filter(date=None).count() == 0
    assert Meeting.objects.single().count() == 5


# S06 National → international flow


@both_languages
def test_s06_the_swedish_meetings_feed_the_international_seminars_and_these_say_so(language):
    feeds, fed = {"sv": ("Förs vidare till", "Tar emot från"), "en": ("Feeds", "Fed by")}[language]
    swedish, international = (
        get(Meeting, "seismic-se-meetings"),
        get(Meeting, "seismic-international-seminars"),
    )

    assert international.network == get(Network, "seismic")
    assert links(fact(page_of(swedish, language), feeds)) == [link_to(international, language)]
    assert links(fact(page_of(international, language), fed)) == [link_to(swedish, language)]


# S07 Platform that brings actor groups together


@both_languages
@pytest.mark.parametrize(
    ("model", "slug", "groups"),
    [
        (Network, "seismic", ["medborgarorganisationer", "myndigheter", "privata företag"]),
        (Project, "innocities", ["kommuner", "näringsliv", "akademi", "civilsamhälle"]),
    ],
)
def test_s07_actor_groups_are_shown_as_their_own_source_names_them(language, model, slug, groups):
    page = page_of(get(model, slug), language)
    label = next(each for each in page.facts() if each.startswith(("Actor groups", "Aktörsgrupper")))
    terms = Theme.objects.filter(name_sv__in=groups, theme_set__slug=f"{slug}-actors").order_by("position")

    assert [each.name_sv for each in terms] == groups
    assert links(fact(page, label)) == [link_to(each, language) for each in terms]
    assert page.facts()[label].split() == " ".join(title(each, language) for each in terms).split()


def test_s07_lists_filter_on_actor_groups():
    assert cards("networks/?theme=myndigheter") == [title(get(Network, "seismic"))]
    assert cards("projects/?theme=kommuner") == [title(get(Project, "innocities"))]
    assert set(cards("projects/?theme=kommuner&theme=myndigheter")) == {
        title(get(Project, "innocities")),
        title(get(Project, "seismic")),
    }


# S08 Influencing research agendas, S09 Two-way dissemination


RELATIONS = {
    "sv": ("Relationer till program och agendor", ("Från", "Relation", "Till", "År", "Nivåer")),
    "en": ("Relations to programmes and agendas", ("From", "Relation", "To", "Year", "Levels")),
}


@both_languages
def test_s08_seismic_contributed_to_jpi_urban_europe_with_the_agenda_of_2015_as_its_object(language):
    heading, (start, relation, end, year, levels) = RELATIONS[language]
    contributed = {"sv": "bidrog till", "en": "contributed to"}[language]
    network, agenda = get(Network, "seismic"), get(Publication, "jpi-agenda-2015")
    programme = get(Programme, "jpi-urban-europe")

    for record in (network, agenda):
        [line] = [each for each in table(page_of(record, language), heading) if words(each[relation]) == contributed]
        assert links(line[start]) == [link_to(network, language)]
        assert links(line[end]) == [link_to(programme, language), link_to(agenda, language)]
    assert page_of(agenda, language).facts()[year] == "2015"


@both_languages
@pytest.mark.parametrize("end", [(Network, "seismic"), (Programme, "jpi-urban-europe")])
def test_s09_both_ends_show_typed_and_directed_relations_in_words(language, end):
    heading, columns = RELATIONS[language]
    silent = SILENCE[language]
    jpi = "JPI Urban Europe"
    agenda = title(get(Publication, "jpi-agenda-2015"), language)
    levels = {"sv": "lokal, regional, nationell, europeisk", "en": "local, regional, national, European"}[language]
    linked, contributed, disseminated, transferred = {
        "sv": ("kopplat till", "bidrog till", "spred kunskap från", "resultat fördes över till"),
        "en": ("linked to", "contributed to", "disseminated for", "outcomes transferred to"),
    }[language]

    lines = [words_of(each) for each in table(page_of(get(*end), language), heading)]

    assert [
        tuple(each[column].replace(f"{jpi}{agenda}", f"{jpi} {agenda}") for column in columns) for each in lines
    ] == [
        ("SEiSMiC", linked, jpi, silent, silent),
        ("SEiSMiC", contributed, f"{jpi} {agenda}", silent, silent),
        ("SEiSMiC", disseminated, jpi, silent, levels),
        ("SEiSMiC", transferred, jpi, "2016", silent),
    ]


# S10 Hand-over at project end


@both_languages
def test_s10_an_ended_project_shows_its_end_and_where_its_results_went(language):
    page = page_of(get(Project, "seismic"), language)
    ended, period, transferred = {
        "sv": ("Projektet är avslutat.", "Projektets löptid", "resultat fördes över till"),
        "en": ("This project has ended.", "Project period", "outcomes transferred to"),
    }[language]
    heading, columns = RELATIONS[language]

    assert ended in page.texts("p", class_="remark")
    assert page.facts()[period].startswith("2013–2016")
    [line] = [each for each in table(page, heading) if words(each[columns[1]]) == transferred]
    assert (words(line[columns[2]]), words(line[columns[3]])) == ("JPI Urban Europe", "2016")


def test_s10_completed_projects_are_seismic_and_innocities():
    assert set(cards("projects/?status=completed")) == {
        title(get(Project, "seismic")),
        title(get(Project, "innocities")),
    }
    assert cards("networks/?status=completed") == ["SEiSMiC"]


@both_languages
def test_s10_jpi_urban_europe_is_no_network_that_succeeds_seismic(language):
    assert not any("JPI" in each for each in cards("networks/", language))
    page = page_of(get(Network, "seismic"), language)
    assert not any(word in page.words.lower() for word in ("successor", "succeeded by", "efterföljare", "ersattes av"))


# S11 Joint calls


@both_languages
def test_s11_programmes_have_kinds_and_are_filtered_by_them(language):
    for slug, kind in {
        "fp7": "framework-programme",
        "europeiska-socialfonden": "fund",
        "easi": "programme",
        "jpi-urban-europe": "programme-initiative",
        "civilsamhallets-transformation": "call",
        "civilsamhallets-innovativa-losningar": "application-round",
    }.items():
        programme = get(Programme, slug)
        assert title(programme, language) in cards(f"programmes/?kind={kind}", language)
        with translation.override(language):
            label = {"sv": "Slag", "en": "Kind"}[language]
            assert page_of(programme, language).facts()[label] == str(programme.get_kind_display())


@both_languages
def test_s11_innocities_shows_call_and_round_on_separate_rows(language):
    labels = {"sv": ("Utlysning", "Ansökningsomgång"), "en": ("Call", "Application round")}[language]
    page = page_of(get(Project, "innocities"), language)
    slugs = ("civilsamhallets-transformation", "civilsamhallets-innovativa-losningar")

    assert [links(fact(page, each)) for each in labels] == [[link_to(get(Programme, s), language)] for s in slugs]


@both_languages
@pytest.mark.parametrize(
    ("slug", "owner", "swedish", "english"),
    [
        ("europeiska-socialfonden", (Project, "buicasus"), "i linje med", "aligned with"),
        ("easi", (Project, "buicasus"), "i linje med", "aligned with"),
        ("horizon-2020", (Network, "eunivercities"), "uppgiven grund", "claimed basis"),
    ],
)
def test_s11_a_programme_lists_what_is_tied_to_it_and_how(language, slug, owner, swedish, english):
    heading, (start, relation, *_) = RELATIONS[language]
    page = page_of(get(Programme, slug), language)
    [line] = table(page, heading)

    assert links(line[start]) == [link_to(get(*owner), language)]
    assert words(line[relation]) == {"sv": swedish, "en": english}[language]
    assert section(page, {"sv": "Finansierade projekt", "en": "Projects funded"}[language]) is None


@both_languages
@pytest.mark.parametrize(
    ("slug", "project"),
    [
        ("fp7", "seismic"),
        ("civilsamhallets-transformation", "innocities"),
        ("civilsamhallets-innovativa-losningar", "innocities"),
    ],
)
def test_s11_a_programme_lists_the_projects_funded_under_it(language, slug, project):
    heading, column = {"sv": ("Finansierade projekt", "Projekt"), "en": ("Projects funded", "Project")}[language]
    [line] = table(page_of(get(Programme, slug), language), heading)

    assert links(line[column]) == [link_to(get(Project, project), language)]


# S12 Document downloads, S13 the guide


def test_s12_publications_are_filtered_by_kind_year_and_project():
    book, guide = get(Publication, "seismic-book"), get(Publication, "seismic-guide")

    assert cards("publications/?kind=book") == [title(book)]
    assert cards("publications/?year=2015") == [title(get(Publication, "jpi-agenda-2015"))]
    assert set(cards("publications/?project=seismic&year=2016")) == {title(book), title(guide)}
    assert cards("publications/?project=seismic&kind=agenda") == []


@both_languages
def test_s12_a_publication_without_a_file_says_so_and_links_nowhere(language):
    label, silence = {"sv": ("Hämta", "ingen fil i källan"), "en": ("Download", "no file in the source")}[language]
    for each in Publication.objects.all():
        page = page_of(each, language)
        assert page.facts()[label] == silence
        assert links(fact(page, label)) == []
        assert Client().get(f"{link_to(each, language)}file/").status_code == 404


def test_s12_a_file_that_staff_attach_can_be_downloaded(admin_client, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    guide = get(Publication, "seismic-guide")
    form = address(guide)
    file = SimpleUploadedFile("guide.pdf", b"%PDF-1.7 the guide")

    saved = admin_client.post(form, {**filled(admin_client, form), "file": file})
    page = page_of(guide)
    [download] = links(fact(page, "Download"))
    answer = Client().get(download)

    assert saved.status_code == 302
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 the guide"
    assert "attachment" in answer["Content-Disposition"]


@both_languages
def test_s13_the_guide_is_reached_from_seismic_and_from_the_list_of_guides(language):
    guide = get(Publication, "seismic-guide")

    assert link_to(guide, language) in page_of(get(Network, "seismic"), language).links
    assert cards("publications/?kind=guide", language) == [title(guide, language)]


# S19 Tools and methods for capacity building


@both_languages
def test_s19_four_methods_are_listed_with_kind_developer_purpose_and_origin(language):
    kind, developer, origin, purpose = {
        "sv": ("Slag", "Utvecklad av", "Bygger på", "Syfte"),
        "en": ("Kind", "Developed by", "Based on", "Purpose"),
    }[language]
    methods = Practice.objects.filter(standing="described")

    assert {each.kind for each in methods} == {"framework", "platform", "partnership-model", "model"}
    assert len(cards("practices/?standing=described", language)) == len(methods) == 4
    for each in methods:
        page = page_of(each, language)
        with translation.override(language):
            assert page.facts()[kind] == str(each.get_kind_display())
        assert {developer, origin} <= set(page.facts())
        assert (section(page, purpose) is not None) == bool(each.purpose_sv)
        assert cards(f"practices/?kind={each.kind}", language) == [title(each, language)]
    assert methods.exclude(purpose_sv="").count() >= 3


# S20 National competence centres


def test_s20_a_competence_centre_can_be_chosen_and_filtered_but_none_is_seeded(admin_client):
    page = Page(admin_client.get(address(get(Organisation, "msi"))))
    [kind] = [each for each in page.all("select") if each.get("name") == "kind"]
    empty = read("organisations/?kind=competence-centre")

    assert "competence-centre" in [each.get("value") for each in kind.iter("option")]
    assert empty.cards() == []
    assert page.all("a", class_="chip-unknown") == empty.all("a", class_="chip-unknown") == []
    assert not any("competence-centre" in each for each in empty.texts("p", class_="remark"))


def test_s20_an_organisation_made_a_competence_centre_is_found_by_that(admin_client):
    form = address(get(Organisation, "avise"))

    saved = admin_client.post(form, {**filled(admin_client, form), "kind": "competence-centre"})

    assert saved.status_code == 302
    assert cards("organisations/?kind=competence-centre") == ["Avise"]


# S21 Sub-project structure


@both_languages
def test_s21_buicasus_has_five_sub_projects_of_which_number_four_is_described(language):
    whole, part = get(Project, "buicasus"), get(Project, "buicasus-4")
    count, heading, column = {
        "sv": ("Delprojekt", "Delprojekt", "Delprojekt"),
        "en": ("Sub-projects", "Sub-projects", "Sub-project"),
    }[language]
    page = page_of(whole, language)
    [line] = table(page, heading)

    assert page.facts()[count] == f"5 {count.lower()} fem delprojekt"
    assert links(line[column]) == [link_to(part, language)]


@both_languages
def test_s21_sub_project_four_is_led_by_msi_with_avise_for_france(language):
    above, number, lead, co_lead, france = {
        "sv": ("Ingår i", "Nummer", "Ledare", "Medledare", "Frankrike"),
        "en": ("Part of", "Number", "Lead", "Co-lead", "France"),
    }[language]
    page = page_of(get(Project, "buicasus-4"), language)

    assert page.facts()[number] == "4"
    assert links(fact(page, above)) == [link_to(get(Project, "buicasus"), language)]
    assert page.facts()[lead] == "MSI"
    assert page.facts()[co_lead] == f"Avise / {france}"
    assert certainty(fact(page, co_lead)) == {"sv": "slutsats", "en": "inferred"}[language]


def test_s21_a_second_number_four_is_refused():
    first = get(Project, "buicasus-4")
    second = Project(
        slug="another",
        name_sv="Ett till",
        kind="sub-project",
        parent=first.parent,
        number=4,
        source=first.source,
    )

    assert refusal(second) == ["This project already has a sub-project with that number."]


def test_s21_a_number_without_a_parent_is_refused():
    orphan = Project(slug="orphan", name_sv="Utan", kind="sub-project", number=1, source=Source.objects.first())

    assert refusal(orphan) == ["A number belongs to a sub-project: choose the project it is part of."]


# S22 Public project card


def test_s22_the_card_of_innocities_has_the_labels_of_its_document_in_swedish():
    facts = page_of(get(Project, "innocities"), "sv").facts()

    assert {
        label: facts[label]
        for label in (
            "Diarienummer",
            "Koordinator",
            "Bidrag från Vinnova",
            "Projektets löptid",
            "Status",
            "Utlysning",
            "Ansökningsomgång",
        )
    } == {
        "Diarienummer": "2021-02939",
        "Koordinator": "SI Communities AB",
        "Bidrag från Vinnova": "1 940 289 kronor",
        "Projektets löptid": "oktober 2021 – juni 2023",
        "Status": "avslutad",
        "Utlysning": "Insatser för civilsamhällets transformation",
        "Ansökningsomgång": "Civilsamhällets innovativa lösningar för ett hållbart samhälle",
    }


def test_s22_the_card_of_innocities_speaks_english_too():
    facts = page_of(get(Project, "innocities")).facts()
    call, round_ = (
        get(Programme, "civilsamhallets-transformation"),
        get(Programme, "civilsamhallets-innovativa-losningar"),
    )

    assert facts["Reference number"] == "2021-02939"
    assert facts["Coordinator"] == "SI Communities AB"
    assert facts["Contribution from Vinnova"].startswith("1,940,289 kronor")
    assert facts["Project period"].startswith("October 2021 – June 2023")
    assert facts["Status"] == "completed"
    assert (facts["Call"], facts["Application round"]) == (title(call), title(round_))


@both_languages
def test_s22_a_project_without_a_value_says_that_the_source_is_silent(language):
    labels = {
        "sv": (
            "Diarienummer",
            "Koordinator",
            "Finansiär",
            "Bidrag",
            "Projektets löptid",
            "Utlysning",
            "Ansökningsomgång",
        ),
        "en": (
            "Reference number",
            "Coordinator",
            "Funder",
            "Contribution",
            "Project period",
            "Call",
            "Application round",
        ),
    }[language]
    facts = page_of(get(Project, "buicasus"), language).facts()

    assert {facts[each] for each in labels} == {SILENCE[language]}


def test_s22_the_amount_is_a_decimal_with_its_currency():
    grant = Grant.objects.get(key="innocities-vinnova")

    assert (grant.amount, grant.currency) == (Decimal("1940289.00"), "SEK")


@both_languages
@pytest.mark.parametrize("query", ["1940289", "1 940 289", "1\u00a0940\u00a0289", "2021-02939"])
def test_s22_amount_and_reference_number_are_found_with_and_without_grouping(language, query):
    innocities = title(get(Project, "innocities"), language)

    assert cards(f"projects/?q={query}", language) == [innocities]
    assert link_to(get(Project, "innocities"), language) in read(f"search/?q={query}", language).links


# S23 Structured project narrative


NARRATIVE = {
    "sv": (
        "Viktiga resultat som projektet gav",
        "Långsiktiga effekter som förväntas",
        "Upplägg och genomförande",
    ),
    "en": ("Important results of the project", "Expected long-term effects", "Approach and implementation"),
}


@both_languages
def test_s23_three_texts_tell_the_project_and_appear_only_when_filled(language):
    results, effects, approach = NARRATIVE[language]
    full, partial = page_of(get(Project, "innocities"), language), page_of(get(Project, "buicasus"), language)

    assert [each for each in full.texts("h2") if each in NARRATIVE[language]] == [results, effects, approach]
    assert [each for each in partial.texts("h2") if each in NARRATIVE[language]] == [approach]
    assert not set(NARRATIVE[language]) & set(page_of(get(Project, "seismic"), language).texts("h2"))


def test_s23_staff_edit_the_texts_in_the_admin(admin_client):
    project = get(Project, "seismic")
    form = address(project)

    saved = admin_client.post(
        form, {**filled(admin_client, form), "results_sv": "Ett resultat.", "results_en": "A result."}
    )

    assert saved.status_code == 302
    for language, text in (("sv", "Ett resultat."), ("en", "A result.")):
        page = page_of(project, language)
        assert text in page.text(section(page, NARRATIVE[language][0]))
        assert section(page, NARRATIVE[language][1]) is None


# S24 Innovation process and partnership model


@both_languages
def test_s24_the_partnership_model_tells_of_clusters_support_and_adaptable_programmes(language):
    model, project = get(Practice, "innocities-partnership-model"), get(Project, "innocities")
    told = page_of(model, language).words.lower()

    for stem in {
        "sv": ("kluster", "stöd", "samarbetsprogram", "anpass"),
        "en": ("cluster", "support", "adapt"),
    }[language]:
        assert stem in told, stem
    assert link_to(model, language) in page_of(project, language).links
    assert link_to(project, language) in page_of(model, language).links


# S25 Model transfer from another country


@both_languages
def test_s25_innocities_is_based_on_a_norwegian_model_of_smart_innovation_norway_and_back(language):
    origin, developer, adapted, developed = {
        "sv": ("Bygger på", "Utvecklad av", "Anpassad i", "Metoder och goda exempel som den har utvecklat"),
        "en": ("Based on", "Developed by", "Adapted in", "Methods and practices it developed"),
    }[language]
    copy, model = get(Practice, "innocities-partnership-model"), get(Practice, "norwegian-model")
    organisation = get(Organisation, "smart-innovation-norway")
    page = page_of(model, language)

    assert links(fact(page_of(copy, language), origin)) == [link_to(model, language)]
    assert model.country.code == "NO"
    assert links(fact(page, developer)) == [link_to(organisation, language)]
    assert link_to(copy, language) in links(section(page, adapted))
    assert link_to(model, language) in page_of(organisation, language).links
    assert link_to(copy, language) in page_of(get(Project, "innocities"), language).links


# S26 Reference group


@both_languages
def test_s26_the_reference_group_is_a_count_of_municipalities_without_names(language):
    label, value = {
        "sv": ("Kommuner", "10 kommuner (svenska, i referensgruppen, utan namn) tio svenska kommuner"),
        "en": (
            "Municipalities",
            "10 municipalities (Swedish, in the reference group, not named) tio svenska kommuner",
        ),
    }[language]
    project = get(Project, "innocities")

    assert page_of(project, language).facts()[label] == value
    assert not project.participations.filter(city__isnull=False).exists()
    assert not any("/cities/" in each for each in links(page_of(project, language).all("article", class_="record")[0]))


# S27 Editorial-responsibility notice


def unreviewed_records():
    """Return every record drawn from the project card that no editor reviewed."""
    source = get(Source, "innocities-card")
    return [
        record
        for each in LISTS
        if each.model is not Source
        for record in each.model.objects.public().filter(source=source)
    ]


@both_languages
def test_s27_the_notice_stands_beside_every_text_from_an_unreviewed_source(language):
    notice = get(Source, "innocities-card")
    words_of_notice = {"sv": notice.notice_sv, "en": notice.notice_en}[language]
    records = unreviewed_records()

    assert len(records) > 8
    for record in records:
        page = page_of(record, language)
        beside = [each for each in page.texts("p", class_="notice") if words_of_notice in each]
        assert beside, record.slug
        for lead in page.all("p", class_="lead"):
            parent = next(each for each in page.root.iter() if lead in list(each))
            following = list(parent)[list(parent).index(lead) + 1]
            assert following.get("class") == "notice", record.slug
        for text in page.all("div", class_="prose"):
            around = next(
                each for each in page.all("section") if text in list(each.iter()) and each.find("h2") is not None
            )
            assert [each for each in around if each.get("class") == "notice"], record.slug


@both_languages
@pytest.mark.parametrize("where", ["projects/", "search/?q=innocities"])
def test_s27_the_notice_stands_beside_the_texts_of_lists_and_search(language, where):
    page = read(where, language)
    link = link_to(get(Project, "innocities"), language)
    [card] = [each for each in page.all("article", class_="card") if links(each)[0] == link]

    assert [each for each in card.iter("p") if each.get("class") == "notice"]


def test_s27_no_notice_stands_beside_a_text_from_another_source():
    assert page_of(get(Project, "buicasus")).all("p", class_="notice") == []


def test_s27_marking_the_source_as_reviewed_removes_the_notice_from_all_its_records(admin_client):
    form = address(get(Source, "innocities-card"))

    saved = admin_client.post(form, {**filled(admin_client, form), "reviewed": "yes"})

    assert saved.status_code == 302
    assert [each.slug for each in unreviewed_records() if page_of(each).all("p", class_="notice")] == []


# S28 Last-updated date


@both_languages
def test_s28_a_source_shows_when_it_was_last_updated_or_that_no_date_stands_on_the_page(language):
    label, day, silence = {
        "sv": ("Senast uppdaterad, enligt källan", "22 september 2023", "inget datum på sidan"),
        "en": ("Last updated, as the source says", "22 September 2023", "no date on the page"),
    }[language]
    shown = {each.slug: page_of(each, language).facts()[label] for each in Source.objects.exclude(file_name="")}

    assert shown == {
        "swedish-network": silence,
        "seismic-and-jpi": silence,
        "buicasus-best-practices": silence,
        "innocities-card": day,
        "norrkoping-networks": silence,
    }


@both_languages
def test_s28_our_own_date_of_change_is_labelled_as_ours(admin_client, language):
    project = get(Project, "innocities")
    unchanged, changed = {
        "sv": ("Posten är oförändrad sedan den hämtades ur sin källa.", "Posten ändrad i katalogen den"),
        "en": (
            "Record unchanged since it was loaded from its source.",
            "Record changed in this directory on",
        ),
    }[language]
    [before] = page_of(project, language).texts("p", class_="record-history")
    form = address(project)

    admin_client.post(form, {**filled(admin_client, form), "summary_en": "A project."})
    [after] = page_of(project, language).texts("p", class_="record-history")

    assert unchanged in before
    assert changed in after


# S30 External links block


@both_languages
def test_s30_a_block_of_links_appears_only_where_there_are_links(language):
    heading = {"sv": "Läs mer", "en": "Read more"}[language]
    for model in (Network, Project, Meeting):
        for record in model.objects.all():
            block = section(page_of(record, language), heading)
            assert (block is not None) == record.links.exists(), record.slug


# S31 No-JavaScript notice


@both_languages
def test_s31_every_page_is_whole_without_scripts(language):
    pages = site(language)
    for where, page in pages.items():
        assert len(page.words) > 40, where
        # Scripts only improve, and wait until the page is there; what the client of this test read is all there is.
        scripts = page.all("script")
        assert [each for each in scripts if each.get("type") != "module" and each.get("defer") is None] == [], where
        assert [each for each in scripts if each.text] == [], where
        assert [link for link in page.links if link.startswith("javascript:")] == [], where

    assert len(pages) > 100


# S32 City memberships in networks


@both_languages
def test_s32_the_page_of_norrkoping_lists_its_networks_with_since_focus_and_certainty(language):
    heading, network, since, focus, source, inferred = {
        "sv": ("Nätverk", "Nätverk", "Sedan", "Fokus", "Källa", "slutsats"),
        "en": ("Networks", "Network", "Since", "Focus", "Source", "inferred"),
    }[language]
    silent = SILENCE[language]
    music = title(get(Theme, "musik"), language)
    lines = table(page_of(get(City, "norrkoping"), language), heading)

    assert {
        links(line[network])[0]: (words(line[since]), words(line[focus]), certainty(line[source])) for line in lines
    } == {
        link_to(get(Network, "creative-cities"), language): ("2017", music, ""),
        link_to(get(Network, "eunivercities"), language): ("2012", silent, ""),
        link_to(get(Network, "sern"), language): (silent, silent, inferred),
        link_to(get(Network, "nordic-city-network"), language): (silent, silent, inferred),
    }


def test_s32_a_member_of_the_creative_cities_has_one_field_of_that_network(admin_client):
    membership = Membership.objects.get(key="creative-cities-norrkoping")
    page = Page(admin_client.get(address(membership.network)))
    chosen = [each for each in page.all("select") if (each.get("name") or "").endswith("-focus")]

    assert chosen
    assert [each.get("multiple") for each in chosen] == [None] * len(chosen)
    membership.focus = get(Theme, "film")
    assert refusal(membership) == []
    membership.focus = get(Theme, "energi-och-miljo")
    assert refusal(membership) == ["Choose one of the network's own themes or fields."]


def test_s32_cities_are_filtered_by_network_and_members_by_field():
    assert cards("cities/?network=creative-cities") == ["Norrköping"]
    assert set(cards("cities/?network=eunivercities")) == {"Norrköping", "Linköping"}
    assert cards("cities/?network=creative-cities&focus=musik") == ["Norrköping"]
    assert cards("cities/?network=creative-cities&focus=film") == []
    assert set(cards("networks/?city=norrkoping")) == {
        title(each) for each in Network.objects.filter(memberships__city__slug="norrkoping")
    }


# S33 City–university tandem


@both_languages
def test_s33_norrkoping_linkoping_and_its_university_are_one_tandem(language):
    heading, member, tandem = {
        "sv": ("Medlemmar", "Medlem", "I tandem med"),
        "en": ("Members", "Member", "In tandem with"),
    }[language]
    members = {
        link_to(each, language)
        for each in (
            get(City, "norrkoping"),
            get(City, "linkoping"),
            get(Organisation, "linkopings-universitet"),
        )
    }
    lines = table(page_of(get(Network, "eunivercities"), language), heading)

    assert {links(line[member])[0]: set(links(line[tandem])) for line in lines} == {
        each: members - {each} for each in members
    }


@both_languages
def test_s33_each_member_of_the_tandem_shows_the_others(language):
    heading, network, tandem = {
        "sv": ("Nätverk", "Nätverk", "I tandem med"),
        "en": ("Networks", "Network", "In tandem with"),
    }[language]
    members = [get(City, "norrkoping"), get(City, "linkoping"), get(Organisation, "linkopings-universitet")]
    for each in members:
        lines = table(page_of(each, language), heading)
        [line] = [row for row in lines if links(row[network]) == [link_to(get(Network, "eunivercities"), language)]]
        assert set(links(line[tandem])) == {link_to(other, language) for other in members if other != each}


# S34 Exchange and joint EU projects


@both_languages
def test_s34_a_network_lists_its_projects_and_sern_says_nothing_of_any(language):
    heading = {"sv": "Projekt", "en": "Projects"}[language]
    with_project, without_project = (
        page_of(get(Network, "seismic"), language),
        page_of(get(Network, "sern"), language),
    )

    assert link_to(get(Project, "seismic"), language) in links(section(with_project, heading))
    assert section(without_project, heading) is None
    assert not any(f"/{language}/projects/" in each for each in links(without_project.all("article")[0]))


# S35 Platform for exchange of ideas


@both_languages
def test_s35_the_page_of_nordic_city_network_has_no_empty_heading(language):
    page = page_of(get(Network, "nordic-city-network"), language)

    assert all(page.texts("h2"))
    for each in page.all("section"):
        headings = " ".join(page.text(heading) for heading in each.iter("h2"))
        assert len(page.text(each)) > len(headings) + 10, headings
    for tag in ("dt", "dd", "th", "td", "li", "p"):
        assert [each for each in page.all(tag) if not page.text(each)] == [], tag


# S36 Contact box


@both_languages
@pytest.mark.parametrize("record", [(City, "norrkoping"), (Organisation, "norrkopings-kommun")])
def test_s36_the_contact_shows_unit_street_postal_code_town_and_person(language, record):
    page = page_of(get(*record), language)
    shown = " | ".join(page.text(without_marks(each)) for each in page.all("address"))
    person = Contact.objects.exclude(person="").get(organisation__slug="norrkopings-kommun")

    for each in ("Kontaktcenter", "Trädgårdsgatan 21", "602 42 Norrköping", person.unit, person.person):
        assert each in shown, each
    assert not any(word in page.words for word in ("Telefon", "Telephone", "Phone", "E-post", "E-mail"))


def test_s36_staff_remove_a_person_in_one_place(admin_client):
    contacts = Contact.objects.exclude(person="")
    persons = {contact.person: contact for contact in contacts}
    for person, contact in persons.items():
        assert person in page_of(contact.organisation).words

        form = address(contact)
        assert admin_client.post(form, {**filled(admin_client, form), "person": ""}).status_code == 302

    for where in addresses():
        shown = Client().get(f"/en/{where}").content.decode()
        assert [person for person in persons if person in shown] == [], where


# S37 Read-more links


@both_languages
def test_s37_labels_without_an_address_are_plain_text_that_says_so(language):
    lost, picture = {
        "sv": ("adressen är inte bevarad", "bilden är inte bevarad; detta är dess alternativtext"),
        "en": ("address not preserved", "picture not preserved; this is its text alternative"),
    }[language]
    found = 0
    for model in (Network, Project, Meeting):
        for record in model.objects.filter(links__isnull=False).distinct():
            block = section(page_of(record, language), {"sv": "Läs mer", "en": "Read more"}[language])
            assert links(block) == []
            for link in record.links.all():
                said = picture if link.kind == "picture" else lost
                assert f"{title(link, language)} ({said})" in words(block)
                found += 1

    assert found >= 9


def test_s37_a_label_that_staff_give_an_address_becomes_a_link(admin_client):
    link = NetworkLink.objects.get(key="euc-link")
    form = address(link.network)
    data = filled(admin_client, form)
    [field] = [name for name, value in data.items() if name.endswith("-label_sv") and value == link.label_sv]
    url = field.replace("label_sv", "url")

    for wrong in ("javascript:alert(1)", "ftp://example.org/", "data:text/html,x"):
        assert admin_client.post(form, {**data, url: wrong}).status_code == 200, wrong
    saved = admin_client.post(form, {**data, url: "https://example.org/network"})
    page = page_of(link.network)
    [shown] = [each for each in section(page, "Read more").iter("a") if page.text(each) == link.label_en]

    assert saved.status_code == 302
    assert shown.get("href") == "https://example.org/network"
    assert "noopener" in shown.get("rel").split()


# S38 Illustration with text alternative


@both_languages
def test_s38_every_image_has_a_text_alternative_and_none_is_required(language):
    for where, page in site(language).items():
        assert [image for image in page.all("img") if image.get("alt") is None] == [], where
        drawn = [image for image in page.all("svg") if image.get("aria-hidden") != "true"]
        assert [image for image in drawn if not (image.get("aria-label") or image.find("title"))] == [], where

    assert "Människor uppe från luften" in page_of(get(Project, "buicasus"), "sv").words
