"""The snapshot: merged with what changed, and read group by group when it is asked for."""

import numpy
import pytest
from django.http import QueryDict
from pyroaring import BitMap

from directory.index import INDEXES
from directory.postings import Posting, packed
from directory.reading import Reading, reading
from directory.stored import SMALL, Bitmaps, as_bitmaps
from directory.versions import Version
from directory.writes import rebuild, writing
from projects.filters import ProjectFilter
from tests import factories
from tests.bitmaps import RECORDS, by_hand, drawn


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
        assert {len(packed(each)) < SMALL for each in bitmaps.data.values() if isinstance(each, BitMap)} <= {False}
        assert {len(each) < SMALL for each in bitmaps.data.values() if isinstance(each, bytes)} == {True}
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
    assert len(before.groups["word"].records("kvadrox")) == 1
    assert (before.groups.data["country"].kept, before.groups.data["word"].kept) == (None, None)
    assert "country" not in before.groups.at_hand
    assert of_country(reading(index)) == {"SE": 1, "FI": 1, "NO": 1}
    assert reading(index).groups.data["country"].kept is not None


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
    assert len(now.groups["word"].records("trigzul")) == 1
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
