"""The snapshot in the database: merged with what changed, part by part."""

import gc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pyroaring import BitMap

from directory.index import Index
from directory.postings import SMALL, Posting, as_bytes, may_hold, merged, packed, unpacked, write_group
from directory.writes import rebuild
from tests import factories
from tests.bitmaps import RECORDS, by_hand, drawn

PLACE = {"index": "project", "group": "theme", "version": 1}


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


@pytest.mark.parametrize("many", [0, 1, 5, 400])
def test_no_bitmap_that_holds_a_changed_record_is_passed_over(chance, many):
    highest, sizes = 300_000, [1, 2, 30, 400]
    held = {f"{size} {number}": chance.sample(range(highest), size) for number in range(90) for size in sizes}
    # Half of them are all that a bitmap holds.
    records = BitMap(chance.sample([held[f"1 {number}"][0] for number in range(90)], min(many // 2, 80)))
    records |= BitMap(chance.sample(range(highest), many - len(records)))
    held |= {"a run": [*range(65_000, 66_000)], "rows of bits": [*range(0, highest, 3)]}
    held = {value: packed(BitMap(keys)) for value, keys in held.items()}
    assert min(map(len, held.values())) < SMALL < max(map(len, held.values()))

    found = may_hold(records, held)

    assert len(found) == len(set(found))
    assert {value for value, data in held.items() if unpacked(data).intersect(records)} <= set(found)
    assert len(found) < len(held) / 2 if many < 400 else found
    assert bool(found) == bool(many)


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


def test_a_part_of_a_snapshot_gives_back_what_was_put_in():
    held = {"a": packed(BitMap([7])), "b": packed(BitMap(range(0, 900, 3)))}

    part = Posting.of(["a", "b"], held, index="project", group="theme", part=0)

    assert dict(part.held()) == held
    assert list(Posting.of([], {}, index="project", group="all", part=0).held()) == []


def test_a_reading_that_breaks_off_leaves_a_connection_that_can_be_used(transactional_db):
    factories.make_project()
    rebuild()

    def broken_off():
        with as_bytes("default"):
            for _part in Posting.objects.order_by("pk").iterator(chunk_size=1):
                raise OSError("The disk is full.")

    with pytest.raises(OSError, match="disk"):
        broken_off()

    assert Posting.objects.filter(group="all").exists()


def test_python_tidies_again_after_a_snapshot_even_one_that_failed(db, monkeypatch):
    factories.make_project()
    rebuild()
    assert gc.isenabled()
    monkeypatch.setattr(Index, "terms", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        rebuild()
    assert gc.isenabled()


if connection.vendor == "postgresql":

    def test_bytes_come_as_they_are_only_when_they_are_asked_for_so(db):
        def form():
            with connection.cursor() as cursor:
                cursor.execute("SELECT '\\x00ff'::bytea")
                return cursor.cursor.pgresult.fformat(0), bytes(cursor.fetchone()[0])

        with as_bytes("default"):
            meanwhile = form()

        assert (form(), meanwhile) == ((0, b"\x00\xff"), (1, b"\x00\xff"))
