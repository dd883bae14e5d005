"""Files to fill in: what they hold comes back, and every rule of the four kinds is told by its column."""

import csv
import io

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from directory.imports.files import explanation, headings
from directory.imports.own import own_tables
from directory.imports.readers import paragraphs, text
from directory.imports.uploads import known_headings
from meetings.models import Meeting
from networks.models import Membership, Network
from projects.models import Project
from tests import factories
from tests.importing import choose, outcomes, step

pytestmark = pytest.mark.django_db
TABLES = {"networks": Network, "memberships": Membership, "projects": Project, "meetings": Meeting}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_named_once_and_explained_in_both_languages(name, language):
    table = own_tables()[name]()

    with translation.override(language):
        names = headings(table)
        explained = explanation(table)

    assert len(set(names)) == len(names)
    assert [row[0] for row in explained[1:]] == names
    unexplained = {
        column.reader for column, row in zip(table.columns, explained[1:], strict=True) if not row[1] and not row[2]
    }
    assert unexplained <= {text, paragraphs}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", TABLES)
def test_an_empty_file_comes_back_as_a_table_without_rows(desk, name, form):
    address = reverse("admin:directory_import_file", args=[name, "template", form])
    answer = desk.get(address)

    page = choose(desk, answer.content, name, f"x.{form}")

    assert answer["Content-Disposition"] == f'attachment; filename="{name}-template.{form}"'
    assert page.context["sentences"] == ["The file has a header in line 1 and no row below it."]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("name", TABLES)
def test_the_records_that_are_there_come_back_unchanged(desk, directory, name, form, language):
    client = Client(headers={"accept-language": language})
    client.force_login(desk.get("/admin/").wsgi_request.user)
    address = reverse("admin:directory_import_file", args=[name, "records", form])
    count = TABLES[name].objects.count()

    page = choose(client, client.get(address).content, name, f"x.{form}")

    assert page.context["preview"].counts == {"new": 0, "changed": 0, "same": count, "refused": 0}, [
        each for each in page.context["preview"].plan.outcomes if each.state != "same"
    ][:3]


def test_no_text_is_a_formula_in_a_file_of_records(desk, skl):
    for start in ("=1+1", "+1", "-1", "@x", "'=1"):
        factories.make_network(name_sv=start, source=skl, quote=start)
    address = reverse("admin:directory_import_file", args=["networks", "records", "xlsx"])

    book = openpyxl.load_workbook(io.BytesIO(desk.get(address).content))
    lines = csv.reader(io.StringIO(desk.get(address.replace("xlsx", "csv")).content.decode("utf-8-sig")), delimiter=";")

    assert [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"] == []
    assert [cell for row in lines for cell in row if cell.startswith(("=", "+", "-", "@"))] == []


# The rules of the four kinds


def refused(desk, name, **cells):
    """Return the problems of a file of one row."""
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([cells.keys(), cells.values()])
    return outcomes(choose(desk, file.getvalue(), name))[0][2]


def test_every_rule_is_told_by_its_column(desk, skl):
    network = {"slug": "x", "name_sv": "X", "kind": "city-network", "scope": "european", "source": "skl"}
    meeting = {"slug": "x", "name_sv": "X", "kind": "arena", "source": "skl"}
    project = {"slug": "x", "name_sv": "X", "source": "skl"}
    factories.make_network(slug="there", name_sv="There")
    cases = [
        (("networks", {**network, "slug": "", "name_sv": ""}), [("slug", "Give the record's address, or the Swedish name of a new record.")]),
        (("networks", {**network, "slug": "å ä"}), "slug"),
        (("networks", {**network, "source": "nowhere"}), [("source", "No source is called “nowhere”.")]),
        (("networks", {**network, "source": ""}), [("source", "This field cannot be blank.")]),
        (("networks", {**network, "country": "Atlantis"}), [("country", "“Atlantis” is not a country that we know.")]),
        (("networks", {**network, "started": "2014-13"}), "started"),
        (("networks", {**network, "started": "2014", "ended": "2013"}), [("", "A network cannot end before it starts.")]),
        (("networks", {**network, "kind": "national-network"}), [("", "A national network needs the network it is part of, and its country.")]),
        (("networks", {**network, "certainty": "inferred"}), [("", "An inferred fact needs its reason, in the Swedish note.")]),
        (("networks", {**network, "inferred_fields": "slug", "note_sv": "x"}), "inferred_fields"),
        (("networks", {**network, "published": "maybe"}), [("published", "“maybe” is neither yes nor no.")]),
        (("networks", {**network, "name_sv": "x" * 300}), "name_sv"),
        (("networks", {**network, "name_en": "a\x07b"}), [("name_en", "This text holds an invisible control character; please type it again.")]),
        (("projects", {**project, "number": "3"}), [("", "A number belongs to a sub-project: choose the project it is part of.")]),
        (("projects", {**project, "number": "0"}), "number"),
        (("meetings", {**meeting, "kind": ""}), [("kind", "This field cannot be blank.")]),
        (("meetings", {**meeting, "date": "2014", "until": "2013"}), [("", "A meeting cannot end before it starts.")]),
        (("memberships", {"network": "there", "source": "skl"}), [("", "Choose exactly one member: a city or an organisation.")]),
    ]  # fmt: skip

    for (name, cells), problems in cases:
        found = refused(desk, name, **cells)
        if isinstance(problems, str):
            assert [column for column, _sentence in found] == [problems], (name, cells, found)
        else:
            assert found == problems, (name, cells)


def test_a_new_record_gets_its_address_from_its_name_and_is_known_by_it_again(desk, skl):
    lines = "name_sv;kind;scope;source\nÖresunds städer;city-network;european;skl\n"
    step(desk, choose(desk, lines), step="confirm")

    assert Network.objects.get().slug == "oresunds-stader"
    assert outcomes(choose(desk, lines)) == [(2, "same", [])]


def test_a_membership_is_known_by_what_it_ties(desk, skl):
    city = factories.make_city(slug="malmo", name_sv="Malmö")
    factories.make_network(slug="sern", name_sv="SERN")
    lines = "network;city;since;source\nSERN;Malmö;{};skl\n"
    step(desk, choose(desk, lines.format("2014"), "memberships"), step="confirm")

    row = Membership.objects.get()
    assert (row.city, row.since, row.role) == (city, "2014", "member")
    assert (row.city.edited_at is not None, row.network.edited_at is not None) == (True, True)
    page = choose(desk, lines.format("2015"), "memberships")
    assert page.context["preview"].plan.outcomes[0].changes == [("Since", "2014", "2015")]
    assert page.context["preview"].plan.outcomes[0].label == "SERN – Malmö"


def test_headings_are_known_in_both_languages_and_by_their_short_names():
    known = known_headings(own_tables()["networks"])

    assert {known["name_sv"], known["name in swedish"], known["namn på svenska"]} == {"name_sv"}
