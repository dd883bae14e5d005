"""The import engine: what lines tell of is found, compared, written at once, and taken back."""

import csv
import io
import json
import signal
import subprocess
import sys
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.utils.translation import override

from bench.registers import write
from directory.imports import readers
from directory.imports.mapping import Alike, Column, Field, Identifier, Mapping, Name, Told
from directory.imports.models import Import, Journal
from directory.imports.plan import Moved, load, plan
from directory.imports.readers import Problem, Record, choice, country, edtf
from directory.imports.registers import registers, rows_of
from directory.sources import Source
from directory.versions import token
from networks.models import City, Membership, Network, NetworkDiscrepancy, Organisation
from projects.models import Grant, Participation, Project
from tests.factories import make_city, make_membership, make_network, make_organisation, make_project, make_source

pytestmark = pytest.mark.django_db

REGISTER = Told(Source, (Field("slug", "register"),), {"slug": "register", "name_sv": "Registret"}, only_new=True)


class Networks(Mapping):
    """A table of networks, as an editor sends it."""

    name = "networks"
    model = Network
    overwrites = thorough = True
    columns = [
        Column("address", field="slug", required=True),
        Column("name", field="name_sv"),
        Column("kind", choice(Network.Kind), field="kind"),
        Column("scope", choice(Network.Scope), field="scope"),
        Column("started", edtf, field="started"),
        Column("ended", edtf, field="ended"),
        Column("country", country, field="country"),
        Column("part of", Record(Network), field="parent"),
        Column("source", Record(Source), field="source"),
    ]


class Memberships(Mapping):
    """A register of which city is in which network."""

    name = "memberships"
    model = Membership
    source = REGISTER
    columns = [Column("network", required=True), Column("city", required=True), Column("id", readers.whole)]

    def tell(self, line):
        """A membership, its network and its city."""
        yield REGISTER
        network = Told(
            Network,
            (Identifier("Register", line["network"]), Name((line["network"],), any_country=True)),
            {
                "name_sv": line["network"],
                "identifiers": f"Register: {line['network']}",
                "kind": Network.Kind.CITY,
                "scope": Network.Scope.TRANSNATIONAL,
                "source": REGISTER,
            },
            only_new=True,
        )
        yield network
        place = (55.6, 13.0)
        ways = (Name((line["city"],), "SE", line["id"], place),)
        fields = {"name_sv": line["city"], "country": "SE", "source": REGISTER}
        if line["id"]:
            ways = (Field("geonames_id", line["id"]), *ways)
            fields |= {"geonames_id": line["id"], "gazetteer": REGISTER}
            fields |= {"latitude": Decimal("55.6"), "longitude": Decimal("13.0")}
        city = Told(City, ways, fields)
        yield city
        key = f"{line['network']}-{line['city']}".lower()
        yield Told(Membership, (Field("key", key),), {"key": key, "network": network, "city": city, "source": REGISTER})


class Founded(Mapping):
    """A register that says when networks began."""

    name = "founded"
    model = Network
    source = REGISTER
    disputed = ("started",)
    columns = [Column("name", required=True), Column("year", readers.year)]

    def tell(self, line):
        """A network."""
        yield REGISTER
        fields = {"name_sv": line["name"], "started": line["year"], "kind": "city-network", "scope": "global"}
        yield Told(Network, (Name((line["name"],), any_country=True),), {**fields, "source": REGISTER})


def rows(*cells, names):
    """Return rows as `plan` takes them."""
    return [(number, dict(zip(names, each, strict=True))) for number, each in enumerate(cells, start=2)]


def members(*cells):
    """Return rows of memberships."""
    return rows(*[(*map(str, each), "", "")[:3] for each in cells], names=("network", "city", "id"))


def said(planned):
    """Return (state, problems) of each line."""
    return [(each.state, [sentence for _column, sentence in each.problems]) for each in planned.outcomes]


def state_of_directory():
    """Return all that the directory holds, as texts."""
    return {
        model: sorted(str(sorted(values.items())) for values in model.objects.values())
        for model in (Source, Network, City, Organisation, Membership, NetworkDiscrepancy, Project, Grant)
    }


@pytest.fixture
def english():
    """Say sentences in English."""
    with override("en"):
        yield


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (readers.year, "1997.0", "1997"),
        (readers.year, "1997", "1997"),
        (readers.day("%Y/%m/%d"), "2017/01/09", "2017-01-09"),
        (readers.amount, "1,520,267.24", Decimal("1520267.24")),
        (readers.amount, "784443.6", Decimal("784443.6")),
        (readers.amount, "1 940 289", Decimal(1940289)),
        (readers.whole, "12.0", 12),
        (readers.country, "Czech Republic", "CZ"),
        (readers.country, "UNITED KINGDOM", "GB"),
        (readers.country, "Sverige", "SE"),
        (readers.country, "no", "NO"),
        (readers.address, "www.ubc.net", "https://www.ubc.net"),
        (readers.truth, "Yes", True),
        (readers.text, "  two\n words ", "two words"),
        (choice(Network.Kind), "Stadsnätverk", "city-network"),
        (choice(Network.Kind), "national-network", "national-network"),
    ],
)
def test_readers_return_what_a_cell_says(reader, cell, value):
    assert reader(cell) == value


@pytest.mark.parametrize(
    ("reader", "cell", "sentence"),
    [
        (readers.year, "97", "“97” is not a year: write four digits."),
        (readers.year, "1997.5", "“1997.5” is not a year: write four digits."),
        (readers.day("%Y/%m/%d"), "2017/02/30", "“2017/02/30” is not a day written like 2014/08/21."),
        (readers.amount, "1,52", "“1,52” is not a number that can only mean one thing: write 1234567.50."),
        (readers.whole, "1.5", "“1.5” is not a whole number."),
        (readers.country, "Atlantis", "“Atlantis” is not a country that we know."),
        (readers.truth, "perhaps", "“perhaps” is neither yes nor no."),
        (readers.text, "a\x07b", "This text holds an invisible control character; please type it again."),
    ],
)
def test_readers_refuse_with_a_sentence(reader, cell, sentence, english):
    with pytest.raises(Problem) as refused:
        reader(cell)

    assert refused.value.sentence == sentence


def test_a_plan_says_what_would_change_and_writes_nothing(english):
    source = make_source(slug="ours", name_sv="Vår")
    make_network(slug="a", name_sv="A", name_en="A", source=source, started="2012")
    before, version = state_of_directory(), token()
    names = ("address", "name", "kind", "scope", "started", "ended", "country", "part of", "source")
    planned = plan(
        Networks(),
        rows(
            ("a", "A", "", "", "2013", "", "", "", ""),
            ("b", "B", "city network", "global", "", "", "", "A", "Vår"),
            ("a", "", "", "", "2013", "", "", "", ""),
            ("c", "C", "sort of", "global", "2012-13", "", "", "nowhere", "ours"),
            ("d", "D", "city-network", "global", "2012", "2010", "", "", "ours"),
            names=names,
        ),
    )

    assert [(each.line, each.state, each.label, each.changes) for each in planned.outcomes[:2]] == [
        (2, "changed", "a", [("Started", "2012", "2013")]),
        (
            3,
            "new",
            "b",
            [
                ("Address", "", "b"),
                ("Name in Swedish", "", "B"),
                ("Kind", "", "city network"),
                ("Scope", "", "global"),
                ("Part of", "", "A"),
                ("Source", "", "Vår"),
            ],
        ),
    ]
    assert [each.problems for each in planned.outcomes[2:]] == [
        [("", "An earlier line tells otherwise of the same record.")],
        [
            (
                "kind",
                "“sort of” is none of: network of a project, national network, city network, "
                "city–university network, bilateral network.",
            ),
            (
                "started",
                "“2012-13” is not a date that we can read. Write for example 2014, spring 2014, October 2021, "
                "21 August 2014, about 2012, 2012? or the 2010s.",
            ),
            ("part of", "No network is called “nowhere”."),
        ],
        [("", "A network cannot end before it starts.")],
    ]
    assert planned.counts == {"new": 1, "changed": 1, "same": 0, "refused": 3}
    assert (state_of_directory(), token()) == (before, version)


def test_an_import_is_one_write_that_says_who_did_it_and_writes_no_refused_line(english):
    editor = User.objects.create_user("editor")
    planned = plan(Memberships(), members(("UBC", "Malmö", 7), ("UBC", ""), ("UBC", "Lund")))

    made = planned.apply(editor, "members.csv", "ab" * 32)

    assert [each.name_sv for each in City.objects.order_by("pk")] == ["Malmö", "Lund"]
    assert [(str(each), each.source.slug) for each in Membership.objects.all()] == [
        ("Lund – UBC", "register"),
        ("Malmö – UBC", "register"),
    ]
    assert (made.user, made.mapping, made.file_name, made.sha256) == (editor, "memberships", "members.csv", "ab" * 32)
    assert (made.new, made.changed, made.same, made.refused) == (2, 0, 0, 1)
    call_command("check_facets", stdout=io.StringIO())


def test_the_same_import_again_changes_nothing():
    cells = members(("UBC", "Malmö", 7), ("UBC", "Lund"), ("METREX", "Malmö", 7))
    plan(Memberships(), cells).apply()
    before = state_of_directory()

    again = plan(Memberships(), cells)
    again.apply()

    assert again.counts == {"new": 0, "changed": 0, "same": 3, "refused": 0}
    assert state_of_directory() == before


def test_a_plan_that_no_longer_holds_is_not_done():
    planned = plan(Memberships(), members(("UBC", "Malmö", 7)))
    make_membership(key="ubc-malmö", network=make_network(name_sv="UBC"))
    before = state_of_directory()

    with pytest.raises(Moved):
        planned.apply()

    assert state_of_directory() == before
    assert Import.objects.count() == 0


def test_queries_do_not_grow_with_the_lines(django_assert_num_queries):
    cells = members(*[("UBC", f"Stad {number}", number) for number in range(1, 161)])
    # The source; networks by identifier and by name; cities by name and by GeoNames id; memberships by key; which
    # addresses networks and cities have.
    with django_assert_num_queries(8):
        plan(Memberships(), cells[:3])
    with django_assert_num_queries(8):
        plan(Memberships(), cells)


def test_undo_takes_back_all_that_was_made_and_changed():
    source = make_source(slug="ours")
    make_network(slug="a", name_sv="A", source=source, started="2012", country="SE")
    before = state_of_directory()
    names = ("address", "name", "kind", "scope", "started", "country", "source")
    first = plan(
        Networks(),
        rows(
            ("a", "Å", "", "", "2013", "NO", ""),
            ("b", "B", "city-network", "global", "", "", "ours"),
            names=names,
        ),
    ).apply()
    second = plan(Memberships(), members(("UBC", "Malmö", 7))).apply()
    editor = User.objects.create_user("editor")

    undone = [each.undo(editor) for each in (second, first)]

    assert [(each.removed, each.restored, each.kept) for each in undone] == [(4, 0, []), (1, 1, [])]
    assert state_of_directory() == before
    first.refresh_from_db()
    assert (first.undone_by, first.undone_at is not None) == (editor, True)
    call_command("check_facets", stdout=io.StringIO())


def test_undo_leaves_what_was_edited_since_and_what_others_refer_to(english):
    made = plan(Memberships(), members(("UBC", "Malmö", 7), ("UBC", "Lund"), ("UBC", "Kiel"))).apply()
    lund, kiel = City.objects.get(name_sv="Lund"), City.objects.get(name_sv="Kiel")
    lund.summary_sv = "En stad."
    lund.save()
    make_membership(network=make_network(), city=kiel, source=make_source())

    undone = made.undo()

    assert [(str(record), str(reason)) for record, reason in undone.kept] == [
        ("Lund", "edited since"),
        ("Kiel", "others refer to it"),
        ("Registret", "others refer to it"),
    ]
    assert sorted(City.objects.values_list("name_sv", flat=True)) == ["Kiel", "Lund"]
    assert [str(each.network) for each in Membership.objects.all() if each.network.name_sv == "UBC"] == []


def test_what_was_edited_here_is_not_overwritten_by_the_same_register(english):
    class Renamed(Memberships):
        def tell(self, line):
            for told in super().tell(line):
                if told.model is City:
                    told.fields["name_sv"] += " stad"
                yield told

    cells = members(("UBC", "Malmö", 7), ("UBC", "Lund", 8))
    plan(Memberships(), cells).apply()
    malmo = City.objects.get(name_sv="Malmö")
    malmo.name_en = "Malmo"
    malmo.save()

    planned = plan(Renamed(), members(("UBC", "Malmö", 7), ("UBC", "Lund", 8)))

    assert said(planned) == [
        ("same", ["This was edited or verified here since: Name in Swedish was left as it is."]),
        ("changed", []),
    ]
    planned.apply()
    assert sorted(City.objects.values_list("name_sv", flat=True)) == ["Lund stad", "Malmö"]


def test_another_sources_record_is_never_changed_and_a_difference_becomes_a_discrepancy_once(english):
    theirs = make_source(slug="theirs")
    make_network(slug="ncn", name_sv="Nordic City Network", source=theirs, started="2001", locator="¶ 2", quote="2001")
    make_network(slug="ubc", name_sv="UBC", source=theirs, started="1991")
    make_network(slug="silent", name_sv="Silent", source=theirs)
    before = {**state_of_directory(), NetworkDiscrepancy: None, Source: None}
    cells = rows(("nordic city network", "2004.0"), ("UBC", "1991"), ("Silent", "1999"), names=("name", "year"))

    planned = plan(Founded(), cells)
    planned.apply()
    plan(Founded(), cells).apply()

    assert [each.state for each in planned.outcomes] == ["changed", "same", "same"]
    assert {**state_of_directory(), NetworkDiscrepancy: None, Source: None} == before
    assert list(
        NetworkDiscrepancy.objects.values_list(
            "network__slug", "title_en", "first_en", "first_source__slug", "second_en", "second_source__slug", "note_sv"
        )
    ) == [("ncn", "Nordic City Network: started", "2001", "theirs", "2004", "register", "")]


def test_a_city_is_found_by_geonames_id_then_by_name_and_country_and_never_in_doubt():
    here = {"source": make_source(slug="other"), "country": "SE"}
    gazetteer = {"gazetteer": here["source"]}
    malmo = make_city(name_sv="Annat namn", geonames_id=7, **here, **gazetteer)
    lund = make_city(name_sv="LUND", **here)
    make_city(name_sv="Kiel", **{**here, "country": "DE"})
    make_city(name_sv="Falun", geonames_id=99, **here, **gazetteer)
    make_city(name_sv="Nora", latitude="60.0", longitude="20.0", **here, **gazetteer)
    for slug in ("mora-1", "mora-2"):
        make_city(slug=slug, name_sv="Mora", **here)

    cells = members(
        *[("UBC", "Malmö", 7), ("UBC", "Lund", 8), ("UBC", "Kiel", 9), ("UBC", "Falun", 10), ("UBC", "Nora", 11)],
        ("UBC", "Mora", ""),
    )
    plan(Memberships(), cells).apply()
    found = {each.key.partition("-")[2]: each.city for each in Membership.objects.all()}

    assert {name: city for name, city in found.items() if city.source.slug == "other"} == {"malmö": malmo, "lund": lund}
    own = {name: city for name, city in found.items() if city.source.slug == "register"}
    # Each is a city of its own; the editors' desk sees why where it may be another one.
    assert {name: bool(city.note_sv) for name, city in own.items()} == {
        "kiel": False,
        "falun": False,
        "nora": True,
        "mora": True,
    }
    assert plan(Memberships(), cells).counts == {"new": 0, "changed": 0, "same": 6, "refused": 0}


def test_a_date_in_a_table_is_written_as_on_the_forms(english):
    make_source(slug="ours")
    names = ("address", "name", "source", "kind", "scope", "started", "ended")
    same = ("ours", "city-network", "global")
    cells = [("a", "A", *same, "våren 2014", "cirka oktober 2021"), ("b", "B", *same, "5/8 2014", "")]
    planned = plan(Networks(), rows(*cells, names=names))

    said = {name: written for name, _before, written in planned.outcomes[0].changes}
    assert (said["Started"], said["Ended"]) == ("spring 2014", "about October 2021")
    assert [column for column, _sentence in planned.outcomes[1].problems] == ["started"]


def test_a_row_is_found_by_several_of_its_fields():
    class Table(Mapping):
        name, model, overwrites = "table", Membership, True
        columns = [Column("network", Record(Network)), Column("city", Record(City)), Column("since", edtf)]

        def tell(self, line):
            fields = {"network": line["network"], "city": line["city"], "since": line["since"]}
            yield Told(Membership, (Alike(("network", "city")),), fields)

    row = make_membership(network=make_network(slug="ubc"), city=make_city(slug="lund"))

    planned = plan(Table(), rows(("ubc", "lund", "1999"), names=("network", "city", "since")))
    planned.apply()

    assert [each.state for each in planned.outcomes] == ["changed"]
    row.refresh_from_db()
    assert row.since == "1999"


def test_a_rule_over_two_records_is_told_before_the_database_refuses(english):
    source = make_source(slug="ours")
    make_network(slug="whole", source=source)
    cells = [(slug, slug, "national-network", "national", "SE", "whole", "ours") for slug in ("first", "second")]
    planned = plan(Networks(), rows(*cells, names=("address", "name", "kind", "scope", "country", "part of", "source")))

    assert said(planned) == [
        ("new", []),
        ("refused", ["This network already has a national network for that country."]),
    ]


def test_records_written_in_bulk_are_as_if_they_were_saved():
    plan(Memberships(), members(("UBC", "Ängelholm", 7))).apply()
    city = City.objects.get()
    stored = City.objects.values("search_text", "sort_sv", "latitude", "published", "slug").get()

    city.save()

    assert City.objects.values("search_text", "sort_sv", "latitude", "published", "slug").get() == stored
    assert make_city().pk > city.pk


@pytest.fixture
def register(tmp_path):
    """A file of 2,500 generated lines in the shape of SweCRIS."""
    path = tmp_path / "projects.csv"
    write("swecris", 2500, path)
    return path


def imported(*arguments):
    """Run the command and return what it says."""
    out = io.StringIO()
    call_command("import_register", "swecris-projects", *map(str, arguments), stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_the_command_sums_up_and_reports_each_line(register, tmp_path):
    lines = register.read_text().splitlines(keepends=True)
    lines[3] = lines[3].replace("-01-01", "-13-01", 1)
    register.write_text("".join(lines[:5]))

    told = imported(register, "--report", tmp_path / "report.csv")

    assert told.splitlines() == [
        "4 lines: 3 new, 0 changed, 0 same, 1 refused.",
        told.splitlines()[1],
    ]
    assert told.splitlines()[1].endswith("is not a day written like 2014-08-21.")
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        report = list(csv.DictReader(file))
    assert [(each["line"], each["state"]) for each in report] == [
        ("2", "new"),
        ("3", "new"),
        ("4", "refused"),
        ("5", "new"),
    ]


def test_a_rehearsal_writes_nothing(register):
    assert imported(register, "--dry-run").endswith("Nothing was written.\n")
    assert (Project.objects.count(), Import.objects.count()) == (0, 0)


def test_an_import_in_parts_goes_on_where_it_was_stopped(register):
    stopped = []

    def stop(outcome):
        stopped.append(outcome)
        if len(stopped) == 1200:
            raise KeyboardInterrupt

    mapping = registers()["swecris-projects"]()
    with pytest.raises(KeyboardInterrupt):
        load(mapping, lambda: rows_of(register, mapping), parts=500, hear=stop)
    assert Project.objects.count() == 1500

    assert imported(register, "--in-parts", 500).startswith("2,500 lines: 1,000 new, 0 changed, 1,500 same, 0 refused.")
    assert Project.objects.count() == 2500
    assert [each.new for each in Import.objects.order_by("pk")] == [1500, 1000]
    Import.objects.order_by("pk")[0].undo()
    assert Project.objects.count() == 1000
    call_command("check_facets", stdout=io.StringIO())


def test_bytes_that_do_not_fit_and_missing_columns_are_refused_before_anything_is_written(tmp_path):
    path = tmp_path / "file.csv"
    path.write_bytes("projectId,projectTitleSv\n1_V,Blå\n".encode("cp1252"))
    with pytest.raises(CommandError, match="not written in utf-8"):
        imported(path)
    path.write_text("projectId,colour\n1_V,blue\n")
    with pytest.raises(CommandError, match="“coordinatingOrganisationNameSv” is missing.*“colour” is not known here"):
        imported(path)

    assert Import.objects.count() == 0


def test_no_history_is_written_by_an_import(register):
    imported(register)
    counts = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if "historical" in table:
                cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 (our own names)
                counts[table] = cursor.fetchone()[0]

    assert {table: count for table, count in counts.items() if count} == {}
    assert Journal.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_killed_leaves_nothing_and_can_be_run_again(register, elsewhere):
    def run(*job):
        return subprocess.run(
            [sys.executable, "-m", "tests.killed", *map(str, job)],
            env=elsewhere,
            capture_output=True,
            text=True,
            check=False,
        )

    for batches in (1, 3):
        killed = run("import", register, batches)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert json.loads(run("count").stdout) == [0, 0, 0, 0, 0]
    assert run("import", register, 0).returncode == 0
    assert json.loads(run("count").stdout) == [2500, 2500, 2500, 1, 1]


def test_organisations_are_found_by_number_before_name(register):
    number = make_organisation(name_sv="Ett helt annat namn", identifiers="Organisationsnummer: 202101-0100")
    text = register.read_text().splitlines(keepends=True)
    cells = next(csv.reader([text[1]]))
    cells[6], cells[7] = "202101-0100", "Universitet nummer 100"
    register.write_text(text[0] + ",".join(cells) + "\n")

    imported(register)

    assert [each.organisation for each in Participation.objects.all()] == [number]


def test_a_project_that_another_source_tells_of_under_the_same_reference_is_found(register):
    text = register.read_text().splitlines(keepends=True)
    cells = next(csv.reader([text[1]]))
    register.write_text("".join(text[:2]))
    theirs = make_project(name_sv="Vårt namn")
    funder = make_organisation(name_sv=cells[11])
    Grant.objects.create(
        key="theirs", project=theirs, funder=funder, reference=cells[0].partition("_")[0], source=make_source()
    )

    imported(register)

    assert [each.name_sv for each in Project.objects.all()] == ["Vårt namn"]
