"""What one reader sees of an index: the records at one version, counted and cut into pages in memory.

A `Reading` says the same as long as it is there: the next version is a new one that shares what stayed the same, so that
threads need no lock but for what is read from the database when it is first asked for. Readings of committed versions serve the whole process; inside a transaction, where rows
may be seen that never come to be, each connection has its own.
"""

from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from heapq import heappush, heappushpop
from time import sleep

import numpy
from django.db import connections
from pyroaring import BitMap

from directory.columns import Column, keys_of, places_of
from directory.index import Entry
from directory.lexicon import Lexicon, Words
from directory.memory import give_back
from directory.orders import by_name, put_in_place
from directory.postings import EVERYTHING, LANGUAGES
from directory.stored import Groups, Stored, order_at, read_at_once, snapshot_number
from directory.versions import Version, is_current, token

# So many values are counted one by one only where the records are a good part of all.
MANY = 16
# With fewer records a column is made at once.
AT_ONCE = 20_000
# Meeting a record by walking along an order takes as many times as long as looking one up there; and where as small a
# part of all is looked for, as its inverse, one may walk for long.
SPARSE = 16
# So many records in a row are looked up by an array, fewer one by one.
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
        before = Reading.of_snapshot(index, snapshot, using)
    entries = Entry.objects.using(using).filter(index=index.name, version__gt=before.number)
    terms = {record: frozenset(terms.split("\n")) for record, terms in entries.values_list("record", "terms")}
    return Reading(before, version, {record: each - {""} for record, each in terms.items()})


class Reading:
    """The records of one index at one version.

    `groups` maps each facet's name to {value: bitmap}, `words` each group of words to its `Words`; `everything` is
    the bitmap of all public records; `kept` is for whatever holds as long as this version does.
    """

    def __init__(self, before, version, entries):
        """Follow `before` with the terms of the records changed since."""
        self.index, self.using, self.snapshot = before.index, before.using, before.snapshot
        self.token, self.number = version.token, version.number
        self.tail = {**before.tail, **entries}
        self.kept, changed, added = {}, BitMap(entries), _inverted(entries)
        self.groups, self.words = before.groups, before.words
        if entries:
            read = {name: each.overlaid(changed, added[name]) for name, each in [*before.groups.at_hand.items()]}
            changed_since, held = BitMap(self.tail), _inverted(self.tail) if before.tail else added
            self.groups = Groups(before.groups.stored, changed_since, held, read)
            self.words = {
                name: Words(words.stored, Lexicon.of(held[name]), changed_since) for name, words in before.words.items()
            }
        self.everything = self.groups[EVERYTHING].get("", BitMap())
        few = len(entries) <= FEW_MOVES
        self.orders = {}
        for key, order in before.orders.items():
            if few and key in LANGUAGES:
                order = put_in_place(order, entries, self.index.model, key, self.using)
                self.orders |= {} if order is None else {key: order}
        self.columns, self.history = (
            before.columns,
            [*before.history, (version.number, changed)] if changed else before.history,
        )

    @classmethod
    def of_snapshot(cls, index, number, using):
        """Return the reading that the snapshot alone gives."""
        self = cls.__new__(cls)
        # Whatever entries there are came after the snapshot.
        self.index, self.using, self.snapshot, self.number, self.token = index, using, number, -1, None
        self.tail, self.orders, self.columns, self.history = {}, {}, {}, []
        on_file = [name for name, facet in index.facets.items() if facet.on_file]
        self.groups = Groups(read_at_once(index, index.facets.keys() - on_file, number, using), BitMap(), {})
        self.words = {name: Words(Stored(index, name, number, using), Lexicon.of({}), BitMap()) for name in on_file}
        return self

    def values(self, group):
        """Return {value: bitmap} of a group, of words too."""
        return self.groups[group] if group in self.groups else self.words[group].all()

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
            hidden = numpy.flatnonzero(~self._mask(self.everything, order)[order])
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
        order, from_end = self.order(key), start > count - stop
        far = (count - start if from_end else stop) * len(order) // count
        if far * SPARSE <= count or len(order) < count * SPARSE:
            if from_end:
                met = self._walk(records, order[::-1], count - stop, count - start)[::-1]
            else:
                met = self._walk(records, order, start, stop)
            if len(met) == stop - start:
                return met
        places = self.rank(key).take(self._keys(records))
        return order.take(numpy.sort(numpy.partition(places, (start, stop - 1))[start:stop])).tolist()

    def _walk(self, records, order, start, stop):
        """Go along an order until enough of the records have been met, or it is clear that they stand at its other end."""
        met, at, step, seen = [], 0, max(256, stop * len(order) // len(records)), None
        end = len(order) if step >= FAR else min(len(order), max(len(records), 4 * step))
        while len(met) < stop and at < end:
            stretch = order[at : at + step]
            if step < FAR:
                met.extend(filter(records.__contains__, stretch.tolist()))
            else:
                seen = self._mask(records, order) if seen is None else seen
                met.extend(stretch[seen[stretch]].tolist())
            at += step
        return met[start:stop]

    def _size(self, order):
        """Return one more than the highest key: of an order, or of a record gone since that a reader still sees."""
        return max(int(order.max(initial=0)), self.everything.max() if self.everything else 0) + 1

    def _mask(self, records, order):
        """Return an array that says for each key whether it is among some records."""
        mask = numpy.zeros(self._size(order), bool)
        mask[keys_of(records)] = True
        return mask

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
            some = tally >= _least(tally, most)
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
        counted, largest, bits = [], [], self.groups[group]
        for size, value in self.by_size(group):
            if len(largest) == most and size < largest[0]:
                break
            count = records.intersection_cardinality(bits[value])
            counted.append((value, count))
            if len(largest) < most:
                heappush(largest, count)
            else:
                heappushpop(largest, count)
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
        asked, found = self.kept.get(("tally", group), (None, None))
        if asked is not records:
            found = self._tally_anew(column, group, records)
            self.kept["tally", group] = records, found
        return found

    def _keys(self, records):
        """Return the keys of some records, to look up places by; those asked for last are kept, for the next group."""
        asked, keys = self.kept.get("keys", (None, None))
        if asked is not records:
            keys = places_of(records)
            self.kept["keys"] = records, keys
        return keys

    def _tally_anew(self, column, group, records):
        """Tally by the column, and by what was changed since it was made."""
        new = records & self.changed_since(column)
        places, tally = column.tally(places_of(records - new) if new else self._keys(records))
        if not new:
            return column.values, places, tally
        more = Counter(value for record in new for value in _of_group(self.tail[record], group))
        dense = numpy.array([more.pop(value, 0) for value in column.values], tally.dtype)
        dense[places] += tally
        dense = numpy.concatenate([dense, numpy.array(list(more.values()), tally.dtype)])
        return [*column.values, *more], numpy.arange(len(dense)), dense


def _least(tally, most):
    """Return the smallest of the `most` largest counts; few values are far above all others, so those are asked first."""
    for some in (tally[tally > tally.max(initial=0) // 64], tally):
        if len(some) >= most:
            return numpy.partition(some, -most)[-most]
    return 0


def _of_group(terms, group):
    """Yield the values of one group among some terms."""
    return (term[len(group) + 1 :] for term in terms if term.startswith(f"{group} "))


def _inverted(entries):
    """Return {group: {value: bitmap}} from the terms of each record; any group may be asked for."""
    found = defaultdict(lambda: defaultdict(list))
    for record, terms in entries.items():
        for term in terms:
            group, _space, value = term.partition(" ")
            found[group][value].append(record)
    bitmaps = {group: {value: BitMap(records) for value, records in each.items()} for group, each in found.items()}
    return defaultdict(dict, bitmaps)
