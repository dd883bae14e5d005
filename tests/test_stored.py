"""The snapshot: merged with what changed, and read group by group when it is asked for."""

import io
from random import Random

import numpy
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from directory.index import INDEXES
from directory.orders import by_name
from directory.postings import Posting, merged, packed, unpacked, write_group
from directory.reading import Reading, _shared, reading
from directory.stored import SMALL, Bitmaps, as_bitmaps, order_at, snapshot_number
from directory.versions import Version
from directory.writes import rebuild, writing
from projects.filters import ProjectFilter
from projects.models import Project
from tests import factories

RECORDS, VALUES = 2000, 60


def by_hand(has):
    """Return {value: bitmap} of what `has` tells of every record."""
    found = {}
    for record, values in has.items():
        for value in values:
            found.setdefault(value, BitMap()).add(record)
    return found


def drawn(chance, records):
    """Return {record: values}, frequent values and seldom ones."""
    return {
        record: {f"v{int(VALUES * chance.random() ** 4):02}" for _ in range(chance.randrange(4))} for record in records
    }


@pytest.fixture(params=[1, 2, 3])
def chance(request):
    """Chance, which is the same each time."""
    return Random(request.param)


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 1])
def test_a_snapshot_is_what_its_records_have_whatever_share_of_them_changed(chance, share):
    before = drawn(chance, range(RECORDS))
    changed = BitMap(chance.sample(range(RECORDS), int(share * RECORDS)) + [*range(RECORDS, RECORDS + 50)])
    now = drawn(chance, changed)
    old = {value: packed(records) for value, records in sorted(by_hand(before).items())}
    gone = changed & BitMap(range(RECORDS))

    ordered, held = merged(old, {value: [*records] for value, records in by_hand(now).items()}, gone)

    told = by_hand({**before, **now})
    assert ordered == sorted(told)
    assert {value: unpacked(held[value]) for value in ordered} == told


PLACE = {"index": "project", "group": "theme", "version": 1}


def parts_in_order():
    return list(Posting.objects.filter(index="project", group="theme").order_by("part"))


def test_a_group_brought_up_to_date_again_and_again_is_what_its_records_have(db, chance, monkeypatch):
    monkeypatch.setattr("directory.postings.PART", 4)
    Posting.objects.filter(index="project", group="theme").delete()
    postings, has = Posting.objects.filter(index="project"), {}
    for version in range(1, 25):
        old = chance.sample(sorted(has), min(len(has), chance.choice([0, 0, 3, 40])))
        now = drawn(chance, [*old, *range(100 * version, 100 * version + chance.choice([0, 2, 60]))])
        added = {value: [*records] for value, records in by_hand(now).items()}

        write_group(postings, {**PLACE, "version": version}, added, BitMap(old))

        has |= now
        parts, told = parts_in_order(), by_hand(has)
        held = [pair for part in parts for pair in part.held()]
        assert [value for value, _records in held] == sorted(told)
        assert {value: unpacked(records) for value, records in held} == told
        assert [part.part for part in parts] == list(range(len(parts)))
        assert all(len(part.values.split("\n")) <= 8 for part in parts)


def test_a_part_that_no_change_meets_stays_where_it_is_and_others_make_room(db, monkeypatch):
    monkeypatch.setattr("directory.postings.PART", 2)
    Posting.objects.filter(index="project", group="theme").delete()
    postings = Posting.objects.filter(index="project")
    write_group(postings, PLACE, {value: [1] for value in "bcdefg"}, BitMap())
    before = {part.values: part.pk for part in parts_in_order()}
    assert [*before] == ["b\nc", "d\ne", "f\ng"]

    with CaptureQueriesContext(connection) as queries:
        write_group(postings, {**PLACE, "version": 2}, {value: [2] for value in ("b", "ba", "bb", "bc", "h")}, BitMap())

    parts = parts_in_order()
    assert [part.values for part in parts] == ["b\nba", "bb\nbc", "c", "d\ne", "f\ng\nh"]
    assert [part.part for part in parts] == [0, 1, 2, 3, 4]
    assert (parts[3].pk, parts[3].version) == (before["d\ne"], 1)
    assert not any(
        f'"id" = {before["d" + chr(10) + "e"]}' in each["sql"] and "SELECT" in each["sql"] for each in queries
    )


def test_what_changed_nothing_in_a_part_leaves_it_as_it_is(db):
    Posting.objects.filter(index="project", group="theme").delete()
    postings = Posting.objects.filter(index="project")
    write_group(postings, PLACE, {"a": [1, 2], "b": [3]}, BitMap())

    write_group(postings, {**PLACE, "version": 2}, {"a": [2]}, BitMap([2]))

    assert [part.version for part in parts_in_order()] == [1]


def test_the_order_of_the_snapshot_is_read_and_mended_by_what_changed_since(transactional_db):
    names = ["Ödeshöl", "Aska", "Zebra", "Ålö", "Ärla", "Mitt", *(f"Nummer {number:03}" for number in range(200))]
    projects = [factories.make_project(name_sv=name, name_en=name) for name in names]
    rebuild()
    kept = order_at(snapshot_number(INDEXES["project"], "default"), INDEXES["project"], "sv", "default")
    with CaptureQueriesContext(connection) as queries:
        order = reading(INDEXES["project"]).order("sv")
    assert order.tolist() == kept.tolist() == by_name(Project, "sv", "default").tolist()
    assert not any("projects_project" in each["sql"] for each in queries)

    projects[0].name_sv = "Bortom"
    projects[0].save()
    projects[1].delete()
    added = factories.make_project(name_sv="Öja")
    connection.__dict__.pop("readings", None)
    _shared.clear()

    mended = reading(INDEXES["project"]).order("sv")
    assert mended.tolist() == by_name(Project, "sv", "default").tolist()
    assert (mended[0], mended[-1]) == (projects[0].pk, added.pk)
    assert not numpy.array_equal(mended, kept)


def test_a_write_of_many_among_more_leaves_the_order_to_the_reader(transactional_db, monkeypatch):
    for number in range(9):
        factories.make_project(name_sv=f"Nummer {number}")
    rebuild()
    monkeypatch.setattr("directory.index.MANY", 1)
    few = Project.objects.filter(name_sv__lt="Nummer 3")
    few.update(published=False)

    index, snapshot = INDEXES["project"], snapshot_number(INDEXES["project"], "default")
    assert snapshot == Version.objects.get().number
    assert order_at(snapshot, index, "sv", "default") is None
    assert reading(index).order("sv").tolist() == by_name(Project, "sv", "default").tolist()

    Project.objects.update(published=True)
    assert (
        order_at(Version.objects.get().number, index, "sv", "default").tolist()
        == by_name(Project, "sv", "default").tolist()
    )


def test_an_order_that_is_not_that_of_the_records_is_noticed(transactional_db):
    one, _other = [factories.make_project(name_sv=name) for name in ("Aa", "Bb")]
    rebuild()
    call_command("check_facets", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET sort_sv = 'z' WHERE id = %s", [one.pk])
    _shared.clear()

    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_facets", stdout=io.StringIO(), stderr=errors)

    assert "project: the order of the names in the language “sv” differs" in errors.getvalue()


def test_a_part_of_a_snapshot_gives_back_what_was_put_in():
    held = {"a": packed(BitMap([7])), "b": packed(BitMap(range(0, 900, 3)))}

    part = Posting.of(["a", "b"], held, index="project", group="theme", part=0)

    assert dict(part.held()) == held
    assert list(Posting.of([], {}, index="project", group="all", part=0).held()) == []


def test_bitmaps_are_right_after_records_changed_be_they_packed_or_not(chance):
    before = drawn(chance, range(RECORDS))
    # Some stand in a row, which a bitmap may hold as a run.
    before |= {record: before.get(record, set()) | {"row"} for record in range(100, 180)}
    held = {value: packed(records) for value, records in (by_hand(before) | {"row": BitMap(range(100, 180))}).items()}
    bitmaps = as_bitmaps([Posting.of([*held], held, index="project", group="theme", part=0)])
    for many in (300, 1, 4, 2, 300, 1):
        changed = BitMap(chance.sample(range(RECORDS), many))
        now = drawn(chance, changed)
        before |= now

        bitmaps = bitmaps.overlaid(changed, by_hand(now))

        assert dict(bitmaps) == by_hand(before)
        assert bitmaps.sizes() == {value: len(records) for value, records in by_hand(before).items()}
        assert {len(packed(each)) < SMALL for each in bitmaps.held.values() if isinstance(each, BitMap)} <= {False}
        assert {len(each) < SMALL for each in bitmaps.held.values() if isinstance(each, bytes)} == {True}
    assert "v00" in bitmaps
    assert "nothing" not in bitmaps


def test_a_group_that_was_empty_knows_how_many_have_the_values_that_came_since():
    empty = Bitmaps({})
    assert empty.sizes() == {}

    grown = empty.overlaid(BitMap([1, 2]), {"a": BitMap([1, 2])})
    emptied = grown.overlaid(BitMap([1, 2]), {})

    assert (grown.sizes(), emptied.sizes()) == ({"a": 2}, {})
    assert emptied.overlaid(BitMap([1]), {"b": BitMap([1])}).sizes() == {"b": 1}


@pytest.fixture
def world(transactional_db, monkeypatch):
    """A project in two countries, of which the index has a snapshot in which every value has a part of its own."""
    monkeypatch.setattr("directory.postings.PART", 1)
    project = factories.make_project(name_sv="Kvadrox")
    for country in ("SE", "FI"):
        factories.make_participation(country=country, project=project)
    rebuild()


def of_country(held):
    """Return how many projects have each country."""
    return {country: len(records) for country, records in held.groups["country"].items()}


def test_what_was_not_read_before_another_snapshot_came_is_not_kept(world):
    index = ProjectFilter.index
    before = reading(index)
    factories.make_participation(country="NO")
    rebuild()

    # Of the snapshot that is there now: whoever makes a page of it finds that the version moved.
    assert of_country(before) == {"SE": 1, "FI": 1, "NO": 1}
    assert len(before.words["word"].records("kvadrox")) == 1
    assert (before.groups.stored["country"].kept, before.words["word"].stored.kept) == (None, None)
    assert "country" not in before.groups.at_hand
    assert of_country(reading(index)) == {"SE": 1, "FI": 1, "NO": 1}
    assert reading(index).groups.stored["country"].kept is not None


def test_a_snapshot_that_is_rolled_back_leaves_nothing_with_those_who_read_before(world):
    index = ProjectFilter.index
    before, token = reading(index), Version.objects.get().token
    try:
        with writing() as changes:
            factories.make_participation(country="NO")
            INDEXES["project"].renew(changes.version, "default")
            assert of_country(before)["NO"] == 1
            raise InterruptedError
    except InterruptedError:
        pass

    assert Version.objects.get().token == token
    assert reading(index) is before
    assert of_country(before) == {"SE": 1, "FI": 1}


def test_groups_that_are_asked_for_late_know_what_changed_since_the_snapshot(world):
    index = ProjectFilter.index
    reading(index)
    factories.make_participation(country="NO", project=factories.make_project(name_sv="Trigzul"))

    now = reading(index)

    assert "country" not in now.groups.at_hand
    assert of_country(now) == {"SE": 1, "FI": 1, "NO": 1}
    assert len(now.words["word"].records("trigzul")) == 1
    assert len(ProjectFilter(QueryDict("country=no")).found) == 1


@pytest.mark.parametrize("stand", ["first", "last", "anywhere"])
@pytest.mark.parametrize("count", [3, 400, 9000, 25_000])
def test_a_page_is_a_slice_of_the_order_wherever_its_records_stand_in_it(chance, stand, count):
    order = chance.sample(range(1, 30_001), 30_000)
    few = {"first": order[:count], "last": order[-count:], "anywhere": chance.sample(order, count)}[stand]
    read = Reading.__new__(Reading)
    read.everything, read.kept = BitMap(order), {}
    read.orders = {"sv": numpy.array(order, numpy.uint32)}
    records = BitMap(few)
    sorted_ = [key for key in order if key in records]

    for start in {0, 1, count // 2, count - 2}:
        for backwards in (False, True):
            shown = read.page(records, "sv", start, start + 25, backwards)
            assert shown == (sorted_[::-1] if backwards else sorted_)[start : start + 25]
