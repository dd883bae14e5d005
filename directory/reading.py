"""What one reader sees of an index: the records at one version, counted and cut into pages in memory.

A `Reading` says the same as long as it is there: the next version is a new one that shares what stayed the same, so that
threads need no lock but for what is read from the database when it is first asked for. Readings of committed versions serve the whole process; inside a transaction, where rows
may be seen that never come to be, each connection has its own.
"""

from bisect import insort
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import date
from time import sleep

import numpy
from django.db import connections
from pyroaring import BitMap

from directory.columns import Column, keys_of, places_of
from directory.index import Entry
from directory.memory import give_back
from directory.orders import by_name, put_in_place
from directory.postings import EVERYTHING, LANGUAGES
from directory.stored import Groups, Stored, order_at, read_small, snapshot_number
from directory.versions import Version, is_current, token

# So many values are counted one by one only where the records are a good part of all.
MANY = 16
# With fewer records a column is made at once.
AT_ONCE = 20_000
# Fewer places than these along an order are soon looked through, one by one.
FAR = 5000
# More changed records are looked up in their new places one by one no longer; nor fewer, where all are not so many times
# as many: a small directory is put in order sooner.
FEW_MOVES, MANY_MORE = 50, 50
_shared = {}
# One after the other, so that the memory of making one serves the next; and after the first page of a process.
_background = ThreadPoolExecutor(1, "columns", initializer=sleep, initargs=(1,))


def reading(index, using="default"):
    """Return the reading of the version that is present now: at most one small query when nothing has changed."""
    connection = connections[using]
    private = connection.in_atomic_block and not getattr(connection, "steady", False)
    readings = connection.__dict__.setdefault("readings", {}) if private else _shared.setdefault(using, {})
    found = readings.get(index.name)
    if found and is_current(found.token, using):
        return found
    for _attempt in range(3):
        new = _next(found, index, using)
        if whole := new.token == token(using):
            break
    # One during which the version moved is of two: whoever made a page of it makes it again. And inside an unfinished
    # write the version has moved, and what it will hold is not all there yet.
    if whole and not getattr(connection, "changes", None):
        readings[index.name] = new
    return new


def _next(before, index, using):
    """Return a reading of the present version, from the one before if it is of the same history."""
    version = Version.objects.using(using).first() or Version(token="")
    snapshot = snapshot_number(index, using)
    if not before or before.token not in version.trail.split() or before.snapshot != snapshot:
        before = Reading(index, snapshot, using)
    entries = Entry.objects.using(using).filter(index=index.name, version__gt=before.number)
    return before.at(version, dict(entries.values_list("record", "terms")))


class Reading:
    """The records of one index at one version.

    `groups` maps each facet's name to its `Bitmaps` or `Words`; `everything` is the bitmap of all public records; `kept`
    is for whatever holds as long as this version does.
    """

    def __init__(self, index, snapshot, using):
        """Take what the snapshot alone gives; whatever entries there are came after it."""
        self.index, self.using, self.snapshot, self.number, self.token = index, using, snapshot, -1, None
        self.tail, self.orders, self.columns, self.history = {}, {}, {}, []
        stored = {name: Stored(index, name, snapshot, using) for name in index.facets}
        read_small(index, {name: each for name, each in stored.items() if not index.facets[name].on_file}, using)
        self.groups = Groups(stored, BitMap(), {})

    def at(self, version, entries):
        """Return the reading of a later version, with the terms of the records changed since."""
        new = copy(self)
        new.token, new.number, new.tail = version.token, version.number, self.tail | entries
        new.kept, new.orders = {}, {}
        if entries:
            changed, added = BitMap(entries), _inverted(entries)
            # Words are put together anew when they are asked for.
            read = {
                name: each.overlaid(changed, added[name])
                for name, each in [*self.groups.at_hand.items()]
                if not self.index.facets[name].on_file
            }
            held = _inverted(new.tail) if self.tail else added
            new.groups = Groups(self.groups.data, BitMap(new.tail), held, read)
            new.history = [*self.history, (new.number, changed)]
        new.everything = new.groups[EVERYTHING].get("", BitMap())
        for language in self.orders.keys() & LANGUAGES if len(entries) <= FEW_MOVES else ():
            order = put_in_place(self.orders[language], entries, self.index.model, language, self.using)
            new.orders |= {} if order is None else {language: order}
        return new

    def values(self, group):
        """Return {value: bitmap} of a group, of words too."""
        return self.groups[group].all() if self.index.facets[group].on_file else self.groups[group]

    def beside(self, index):
        """Return the reading of another index on the same database."""
        return reading(index, self.using)

    def order(self, key):
        """Return the keys of all records, hidden ones too, as an array in one order: `sv`, `en`, `date sv`, `-date en` …"""
        if key not in self.orders:
            way, _space, language = key.rpartition(" ")
            if way:
                self.orders[key] = self._by_day(self.order(language), newest_first=way == "-date")
            else:
                self.orders[key] = self._by_name(language)
        return self.orders[key]

    def _by_name(self, language):
        """Return the order of names: that of the snapshot, where few of many records changed since, or the present one."""
        order, model, few = None, self.index.model, len(self.tail) <= FEW_MOVES
        if few and len(self.tail) * MANY_MORE < len(self.everything):
            order = order_at(self.snapshot, self.index, language, self.using)
        if order is not None and self.tail:
            order = put_in_place(order, self.tail, model, language, self.using)
            # Another record that was moved meanwhile still stands in its old place, and those beside it by that; in the
            # present order all stand right, and to put one of them in its place again changes nothing.
            order = None if token(self.using) != self.token else order
        return by_name(model, language, self.using) if order is None else order

    def _public(self, key, start, stop):
        """Return the keys from one place to another among the public records of an order, which holds the others too."""
        order = self.order(key)
        if ("gaps", key) not in self.kept:
            public = numpy.zeros(self._size(order), bool)
            public[keys_of(self.everything)] = True
            hidden = numpy.flatnonzero(~public[order])
            # How many public records come before each hidden one.
            self.kept["gaps", key] = hidden - numpy.arange(len(hidden))
        places = numpy.arange(start, stop)
        return order[places + numpy.searchsorted(self.kept["gaps", key], places, side="right")].tolist()

    def _by_day(self, order, newest_first):
        """Sort by the first day that a record's date can mean, the undated last; stable, so names decide the rest."""
        known, places = self.first_days()
        # Records that visitors do not see are in the order too.
        beyond = numpy.full(self._size(order) - len(places), len(known), numpy.int32)
        places = numpy.concatenate([places, beyond])
        if newest_first:
            places = numpy.where(places < len(known), len(known) - 1 - places, len(known))
        return order[numpy.argsort(places[order], kind="stable")]

    def first_days(self):
        """Return (the first days that dates can mean, in order; the place among them of each record's, by key).

        Days are ordinals; a record whose beginning is not stated has the place after the last.
        """
        if "first days" not in self.kept:
            found = {
                date.fromisoformat(value[2:]).toordinal(): records
                for value, records in self.values("day").items()
                if value.startswith("a:")
            }
            known = sorted(found)
            places = numpy.full(self.everything.max() + 1 if self.everything else 0, len(known), numpy.int32)
            for place, day in enumerate(known):
                places[keys_of(found[day])] = place
            self.kept["first days"] = numpy.array(known, numpy.int64), places
        return self.kept["first days"]

    def rank(self, key):
        """Return an array of each record's place in an order, by key."""
        if ("rank", key) not in self.kept:
            order = self.order(key)
            rank = numpy.zeros(self._size(order), numpy.uint32)
            rank[order] = numpy.arange(len(order), dtype=numpy.uint32)
            self.kept["rank", key] = rank
        return self.kept["rank", key]

    def before(self, records, key, record):
        """Return how many of some records stand before one, which need not be among them, in an order."""
        rank = self.rank(key)
        # One that came meanwhile has no place yet; the page is then made again, as the version has moved.
        place = rank[record] if record < len(rank) else len(rank)
        return int(numpy.count_nonzero(rank[keys_of(records)] < place))

    def page(self, records, key, start, stop, backwards=False):
        """Return the keys from place `start` to `stop` of some records in an order, or in its reverse."""
        count = len(records)
        stop = min(stop, count)
        if backwards:
            return self.page(records, key, count - stop, count - start)[::-1]
        if start >= stop:
            return []
        if count == len(self.everything):
            return self._public(key, start, stop)
        order = self.order(key)
        # Walk from the nearer end, twice as far as records that stand evenly need; where that is too short, look all up.
        way, first, last = (-1, count - stop, count - start) if start > count - stop else (1, start, stop)
        far = max(256, 2 * last * len(order) // count)
        if far < FAR:
            met = [*filter(records.__contains__, order[::way][:far].tolist())][first:last]
            if len(met) == stop - start:
                return met[::way]
        places = self.rank(key).take(self._keys(records))
        return order.take(numpy.sort(numpy.partition(places, (start, stop - 1))[start:stop])).tolist()

    def _size(self, order):
        """Return one more than the highest key: of an order, or of a record gone since that a reader still sees."""
        return max(int(order.max(initial=0)), self.everything.max() if self.everything else 0) + 1

    def count(self, group, records, values):
        """Return {value: how many of the records have it} for some values of a group."""
        bits, none = self.groups[group], BitMap()
        if records is self.everything:
            return {value: len(bits.get(value, none)) for value in values}
        column = self.column_for(group, records) if len(values) > MANY else None
        if isinstance(column, Column):
            held, places, tally = self._tally(column, group, records)
            counted = {held[place]: count for place, count in zip(places.tolist(), tally.tolist(), strict=True)}
            return {value: counted.get(value, 0) for value in values}
        return {value: records.intersection_cardinality(bits.get(value, none)) for value in values}

    def most_frequent(self, group, records, most):
        """Return the values that most of the records have, up to `most` of them, as {value: count}.

        Among values of the same count those that more public records have come first.
        """
        if records is self.everything:
            return {value: size for size, value in self.by_size(group)[:most]}
        column = self.column_for(group, records)
        if not column:
            counted = self._count_by_value(group, records, most)
        else:
            values, places, tally = self._tally(column, group, records)
            some = tally >= (numpy.partition(tally, -most)[-most] if len(tally) > most else 0)
            counted = [
                (values[place], count) for place, count in zip(places[some].tolist(), tally[some].tolist(), strict=True)
            ]
        return dict(sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[1])[:most])

    def by_size(self, group):
        """Return (size, value) of a group, the value that most public records have first."""
        if ("sizes", group) not in self.kept:
            sizes = self.groups[group].sizes().items()
            self.kept["sizes", group] = sorted(((size, value) for value, size in sizes), reverse=True)
        return self.kept["sizes", group]

    def _count_by_value(self, group, records, most):
        """Count from the largest value down, until no other can be among the most frequent."""
        counted, bits = [], self.groups[group]
        for size, value in self.by_size(group):
            if len(counted) == most and size < counted[-1][1]:
                break
            insort(counted, (value, records.intersection_cardinality(bits[value])), key=lambda pair: -pair[1])
            del counted[most:]
        return counted

    def column_for(self, group, records):
        """Return the column of a group where it counts some records sooner than bitmaps do, once it is there.

        It is made on first use, in the background where that takes more than a moment.
        """
        bitmaps = self.groups[group]
        if 2 * len(records) > len(self.everything) or not bitmaps:
            return None
        if group not in self.columns:
            # Whoever comes first makes it; the others count value by value meanwhile.
            self.columns[group] = None
            if len(self.everything) > AT_ONCE:
                _background.submit(self._make_column, group, bitmaps, self.by_size(group))
            else:
                self._make_column(group, bitmaps, self.by_size(group))
        column = self.columns[group]
        return column if column and len(records) * column.worth <= len(self.everything) else None

    def _make_column(self, group, bitmaps, by_size):
        self.columns[group] = self.index.facets[group].column(bitmaps, by_size, self.number)
        if len(self.everything) > AT_ONCE:
            give_back()

    def changed_since(self, column):
        """Return the records that changed after a column was made."""
        return BitMap.union(BitMap(), *(some for number, some in self.history if number > column.number))

    def _tally(self, column, group, records):
        """Return (values, places of those that any of the records has, how many have each).

        What is asked last is kept: a page counts the years for their choices and for its summary.
        """
        return self._last(("tally", group), records, lambda: self._tally_anew(column, group, records))

    def _keys(self, records):
        """Return the keys of some records, to look up places by; those asked for last are kept, for the next group."""
        return self._last("keys", records, lambda: places_of(records))

    def _last(self, key, records, find):
        """Return what was found for the records that were asked for last, or find it."""
        asked, found = self.kept.get(key, (None, None))
        if asked is not records:
            found = find()
            self.kept[key] = records, found
        return found

    def _tally_anew(self, column, group, records):
        """Tally by the column, and by what was changed since it was made."""
        new = records & self.changed_since(column)
        places, tally = column.tally(places_of(records - new) if new else self._keys(records))
        if not new:
            return column.values, places, tally
        more = {value: new.intersection_cardinality(each) for value, each in self.groups.added[group].items()}
        dense = numpy.array([more.pop(value, 0) for value in column.values], tally.dtype)
        dense[places] += tally
        dense = numpy.concatenate([dense, numpy.array(list(more.values()), tally.dtype)])
        return [*column.values, *more], numpy.arange(len(dense)), dense


def _inverted(entries):
    """Return {group: {value: bitmap}} from the terms of each record; any group may be asked for."""
    found = defaultdict(lambda: defaultdict(BitMap))
    for record, terms in entries.items():
        for term in filter(None, terms.split("\n")):
            group, _space, value = term.partition(" ")
            found[group][value].add(record)
    return found
