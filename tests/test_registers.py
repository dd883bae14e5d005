"""The real registers: all rows accounted for, loaded twice to no effect, and nothing said that they do not say."""

import csv
import io
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db.models import Count, Q
from django.http import QueryDict

from directory.imports.registers import registers, rows_of
from networks.filters import NetworkFilter
from networks.models import City, Membership, Network, NetworkDiscrepancy, NetworkLink, Organisation
from networks.place_names import agreement, squashed, well_cased
from projects.models import Grant, Participation, Programme, Project, ProjectFigure, ProjectLink

REGISTERS_DIR = Path(os.environ.get("REGISTERS_DIR") or Path(settings.BASE_DIR).parent / "shared" / "data")
FILES = {name: REGISTERS_DIR / f"{name.replace('-', '_')}.csv" for name in registers()}
TOLD = ["etmun-networks", "etmun-memberships", "keep-projects", "keep-partners", "swecris-projects"]

pytestmark = pytest.mark.django_db


def missing():
    """Leave a test out, loudly, where the registers are not."""
    if not all(path.is_file() for path in FILES.values()):
        pytest.skip(f"The real registers are not here: set REGISTERS_DIR to their folder ({REGISTERS_DIR} has none).")


def imported(name, file=None, *options):
    """Import a register, and return (new, changed, same, refused) and the reasons."""
    out = io.StringIO()
    call_command("import_register", name, str(file or FILES[name]), *options, stdout=out, stderr=io.StringIO())
    first, *reasons = out.getvalue().splitlines()
    return tuple(
        int(number.replace(",", "")) for number in re.findall(r"[\d,]+(?= (?:new|cha|same|ref))", first)
    ), reasons


def counts():
    """Return how many records and rows there are, and what is kept of those that the fixtures brought."""
    return {
        model.__name__: model.objects.count() for model in (City, Organisation, Network, Membership, Project, Grant)
    }


def test_every_column_of_a_file_is_read_or_said_to_be_left_out():
    missing()
    for name, path in FILES.items():
        mapping = registers()[name]()
        with path.open(encoding=mapping.encoding, newline="") as file:
            head = next(csv.reader(file, delimiter=mapping.delimiter))
        assert list(mapping.check_header(head)) == []
        assert {column.name for column in mapping.columns} | set(mapping.unread) == set(head)


def test_the_five_registers_load_on_an_empty_directory_and_again_to_no_effect():
    missing()
    first = {name: imported(name) for name in TOLD}

    assert {name: sum(states) for name, (states, _reasons) in first.items()} == {
        "etmun-networks": 58,
        "etmun-memberships": 16376,
        "keep-projects": 1134,
        "keep-partners": 5295,
        "swecris-projects": 2531,
    }
    assert {name: states[3] for name, (states, _reasons) in first.items()} == {
        "etmun-networks": 0,
        "etmun-memberships": 32,
        "keep-projects": 1,
        "keep-partners": 0,
        "swecris-projects": 0,
    }
    assert first["keep-projects"][1] == ["  1 × A project cannot end before it starts."]
    before = counts()
    # The one project that was refused with its dates is known by its partners since.
    assert [imported(name)[0][:2] for name in TOLD] == [(0, 0)] * 5
    assert counts() == before
    assert Network.objects.filter(source__slug="etmun").count() == 59
    assert Project.objects.filter(source__slug="keep-eu").count() == 1111
    assert Project.objects.filter(source__slug="swecris").count() == 2531
    call_command("check_facets", stdout=io.StringIO())
    check_what_is_said()


def check_what_is_said():
    """Compare what stands in the directory with what the registers' lines say."""
    avec = Network.objects.get(identifiers="ETMUN: 00535")
    assert (avec.name_sv, avec.other_names, avec.started) == ("Alliance of European Cultural Cities", "AVEC", "1997")
    assert (avec.scope, avec.kind, avec.inferred_fields, avec.summary_sv) == (
        "transnational",
        "city-network",
        "kind",
        "",
    )
    assert [each.url for each in NetworkLink.objects.filter(network__identifiers="ETMUN: 01963").order_by("key")] == [
        "http://www.lesrencontres.eu/",
        "http://www.likeculture.eu/reseau.html",
    ]
    # A place with another name was not taken for the member; a shorter or another spelling was.
    assert City.objects.get(name_sv="Acharnon").geonames_id is None
    assert {each.name_sv for each in City.objects.filter(geonames_id__in=[2711537, 3165524, 2925533])} == {
        "Göteborg",
        "Turin",
        "Frankfurt am Main",
    }
    # Croatia, as most lines say, not the Costa Rica of one.
    assert City.objects.get(geonames_id=3193935).country == "HR"
    lille = City.objects.get(geonames_id=2998324)
    assert {"Lille Métropole", "Métropole européenne de Lille"} <= {each.name_sv for each in lille.organisations.all()}
    assert (
        not Membership.objects.values("network", "city")
        .filter(city__isnull=False)
        .annotate(rows=Count("pk"))
        .filter(rows__gt=1)
        .exists()
    )
    twice = Membership.objects.get(network__identifiers="ETMUN: 04080", city__name_sv="Mairena Del Alcor")
    assert (twice.since, twice.note_en) == (
        "2009",
        "Status in the register: 2030ADAPT, 2020. The register has several lines, with the years 2009, 2018; the earliest stands here.",
    )

    two_leads = Project.objects.get(identifiers="keep.eu: 2014 - 2020 INTERREG V-A Sweden - Norway / CriseIT")
    leads = two_leads.participations.filter(role="lead")
    assert {(str(row.organisation), str(row.organisation.country), str(row.organisation.city)) for row in leads} == {
        ("Karlstads universitet", "SE", "Karlstad"),
        ("Høgskolen i Hedmark", "NO", "Elverum"),
    }
    assert ProjectLink.objects.filter(project=two_leads).count() == 1
    grant = two_leads.grants.get()
    assert (str(grant.funder.name_en), grant.currency, grant.inferred_fields) == ("European Union", "EUR", "currency")
    assert str(grant.programme) == "2014 - 2020 INTERREG V-A Sweden - Norway"
    assert Grant.objects.filter(source__slug="keep-eu").count() == 1110
    assert Programme.objects.count() == 65
    assert ProjectFigure.objects.filter(measure="budget-in-euro").exclude(certainty="inferred").count() == 0
    assert not Project.objects.exclude(summary_sv="", summary_en="", approach_sv="", results_sv="").exists()

    project = Project.objects.get(identifiers="SweCRIS: 2016-01854_Vinnova")
    grant = project.grants.get()
    assert (project.slug, project.started, project.ended) == ("2016-01854-vinnova", "2016-07-01", "2018-06-30")
    assert (grant.reference, str(grant.funder), grant.amount, grant.currency) == (
        "2016-01854",
        "Vinnova",
        3970000,
        "SEK",
    )
    assert grant.funder.identifiers == "Organisationsnummer: 202100-5216"
    assert Grant.objects.filter(source__slug="swecris", amount=None, currency="").count() == 3
    assert Participation.objects.filter(source__slug="swecris", role="coordinator").count() == 2531
    assert Organisation.objects.filter(Q(name_sv="Uppsala universitet")).count() == 1


def test_the_registers_change_nothing_that_the_fixtures_say(directory):
    missing()
    from tests.test_imports import state_of_directory

    before = state_of_directory()
    vinnova = Organisation.objects.get(slug="vinnova")
    for name in TOLD:
        imported(name)
    after = state_of_directory()

    assert {model: set(before[model]) - set(after[model]) for model in before} == {model: set() for model in before}
    assert Organisation.objects.filter(name_sv="Vinnova").count() == 1
    assert Grant.objects.filter(funder=vinnova, source__slug="swecris").count() == 560
    # The network of the fixtures is the register's too, which gives its address; neither says when it began.
    assert [(row.source.slug, row.url) for row in NetworkLink.objects.filter(network__slug="nordic-city-network")][
        -1
    ] == (
        "etmun",
        "http://www.nordiccitynetwork.com/in-english/",
    )
    assert (
        NetworkDiscrepancy.objects.filter(Q(first_source__slug="etmun") | Q(second_source__slug="etmun")).count() == 0
    )
    # The city of the fixtures is the register's, by its GeoNames id.
    goteborg = City.objects.get(geonames_id=2711537)
    assert (goteborg.slug, goteborg.source.slug) == ("goteborg", "swedish-network")
    assert [row.source.slug for row in goteborg.memberships.all()] == ["etmun"] * 9
    assert [imported(name)[0][:2] for name in TOLD] == [(0, 0)] * 5
    call_command("check_facets", stdout=io.StringIO())


def test_a_year_of_another_source_is_laid_beside_the_registers(directory):
    missing()
    Network.objects.get(slug="nordic-city-network").delete()
    network = Network.objects.get(slug="eunivercities")
    network.name_sv = network.name_en = "Union of Baltic Cities"
    network.save()

    imported("etmun-networks")
    imported("etmun-networks")

    found = NetworkDiscrepancy.objects.get(second_source__slug="etmun")
    assert (found.network, found.first_en, found.second_en, found.note_en) == (network, "2012", "1991", "")
    network.refresh_from_db()
    assert network.started == "2012"


def test_memberships_alone_make_the_networks_that_they_name_and_the_networks_complete_them(tmp_path):
    missing()
    mapping = registers()["etmun-memberships"]()
    part = tmp_path / "members.csv"
    lines = [cells for _number, cells in rows_of(FILES["etmun-memberships"], mapping) if cells["Network_Name"] == "UBC"]
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)

    imported("etmun-memberships", part)
    assert [(each.name_sv, each.started) for each in Network.objects.all()] == [("UBC", None)]
    states, _reasons = imported("etmun-networks")

    assert states == (57, 1, 0, 0)
    ubc = Network.objects.get(identifiers="ETMUN: 17030")
    assert (ubc.name_sv, ubc.other_names, ubc.started) == ("Union of Baltic Cities", "UBC", "1991")
    assert imported("etmun-memberships", part)[0][:2] == (0, 0)
    assert len(NetworkFilter(QueryDict("kind=city-network")).found) == 58


@pytest.mark.parametrize(
    ("name", "other", "agree"),
    [
        ("Göteborg", "Goeteborg", 2),
        ("Östersund", "OEstersund", 2),
        ("Łódź", "Lodz", 2),
        ("‘s-Hertogenbosch", "'s-Hertogenbosch", 2),
        ("Frankfurt", "Frankfurt am Main", 1),
        ("Gemeente Assen", "Assen", 1),
        ("Sveta Nedelja", "Sveta Nedjelja", 1),
        ("Torino", "Turin", 0),
        ("Steinfeld", "Bad Ischl", 0),
        ("Santa Maria", "Santa Rosa", 0),
        ("", "Rome", 0),
    ],
)
def test_names_agree_by_their_letters(name, other, agree):
    assert agreement(name, other) == agree


def test_names_are_taken_as_they_are_spelled_best():
    assert well_cased("PESCHIERA BORROMEO", "Peschiera Borromeo") == "Peschiera Borromeo"
    assert well_cased("Aix en Provence", "Aix En Provence") == "Aix en Provence"
    assert well_cased("Municipality of Acharnon", "Acharnon") == "Acharnon"
    assert squashed("L'Isla (Senglea)") == "lislasenglea"
