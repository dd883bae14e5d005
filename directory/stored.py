"""What a snapshot holds, group by group: large ones are read when first asked for, as many a process never is."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from tempfile import TemporaryFile
from threading import Lock
from weakref import finalize

import numpy
from django.db.models import Exists, OuterRef
from pyroaring import BitMap

from directory.lexicon import Lexicon
from directory.memory import give_back
from directory.postings import EVERYTHING, ORDER, SMALL, WITHOUT_RUNS, Posting, as_bytes, may_hold, packed, unpacked

# After so many values were read, the memory that they passed through is worth giving back.
MANY = 10_000


class Stored:
    """One group of a snapshot, shared by all readings that follow it."""

    def __init__(self, index, group, snapshot, using):
        """Ask nothing yet; `snapshot` is the version it was written at."""
        # The part that every snapshot has is read too: it tells which one it is, where others may be of one before.
        parts = Posting.objects.using(using).filter(index=index.name)
        self.parts = parts.filter(group__in=(group, EVERYTHING)).order_by("group", "part")
        self.group = group
        self.understood = as_lexicon if index.facets[group].on_file else as_bitmaps
        self.snapshot, self.kept, self.lock = snapshot, None, Lock()

    def contents(self):
        """Return (what the group holds, whether it is what this snapshot has).

        Another snapshot may have taken its place meanwhile: what that one has is returned and never kept. The version
        has moved then, and whoever makes a page of it makes it again.
        """
        with self.lock:
            if self.kept is not None:
                return self.kept, True
            versions = set()
            with as_bytes(self.parts.db):
                parts = _noting(self.parts.iterator(chunk_size=1), versions)
                found = self.understood(part for part in parts if part.group == self.group)
            if len(found) > MANY:
                give_back()
            if right := (versions or {0}) == {self.snapshot}:
                self.kept = found
            return found, right


def snapshot_number(index, using):
    """Return the version at which the snapshot that is there now was written; 0 where there is none."""
    everything = Posting.objects.using(using).filter(index=index.name, group=EVERYTHING)
    return everything.values_list("version", flat=True).first() or 0


def read_at_once(index, groups, snapshot, using):
    """Return {group: `Stored`} of some groups; in one query all are read that are not large.

    A group without a part has no value: the parts of a snapshot are written together.
    """
    stored, versions, large = {group: Stored(index, group, snapshot, using) for group in groups}, set(), set()
    parts = Posting.objects.using(using).filter(index=index.name)
    more = Exists(parts.filter(group=OuterRef("group"), part=1))
    firsts = parts.filter(group__in=groups, part=0).annotate(more=more)
    with as_bytes(using):
        for first in _noting(firsts.iterator(chunk_size=1), versions):
            if first.more:
                large.add(first.group)
            else:
                stored[first.group].kept = as_bitmaps([first])
    for group, each in stored.items():
        if versions - {snapshot}:
            each.kept = None
        elif each.kept is None and group not in large:
            each.kept = as_bitmaps([])
    return stored


def order_at(snapshot, index, language, using):
    """Return the keys of all records in the order of a language as they were at a snapshot; None if it keeps none."""
    parts = Posting.objects.using(using).filter(index=index.name, group=ORDER, values=language, version=snapshot)
    with as_bytes(using):
        keys = parts.values_list("bits", flat=True).first()
    return None if keys is None else numpy.frombuffer(keys, numpy.uint32)


def _noting(parts, versions):
    for part in parts:
        if part.group == EVERYTHING:
            versions.add(part.version)
        yield part


def as_bitmaps(parts):
    """Return the `Bitmaps` of some postings."""
    return Bitmaps({value: _held(data) for part in parts for value, data in part.held()})


def _size(data):
    """Return how many records a bitmap holds, packed or not.

    A small one without runs is its containers' heads of eight bytes, and two for each record (RoaringFormatSpec).
    """
    if data.__class__ is not bytes:
        return len(data)
    return (
        (len(data) - 8 - 8 * data[4]) // 2 if data.startswith(WITHOUT_RUNS) and len(data) > 4 else len(unpacked(data))
    )


def _held(data):
    return data if len(data) < SMALL else unpacked(data)


class Bitmaps(Mapping):
    """Maps values to bitmaps; a small one takes a third of the memory packed, and is unpacked each time, in 1 µs."""

    def __init__(self, held, counted=None):
        """Take {value: bitmap, or bytes of a packed one}, and how many records each value has where that is known."""
        self.held, self.counted = held, counted

    def __getitem__(self, value):
        """Return the records of a value."""
        found = self.held[value]
        return unpacked(found) if found.__class__ is bytes else found

    def __contains__(self, value):
        """Whether any record has the value."""
        return value in self.held

    def __iter__(self):
        """Yield the values."""
        return iter(self.held)

    def __len__(self):
        """How many values there are."""
        return len(self.held)

    def sizes(self):
        """Return {value: how many records have it}; counted once, and followed from then on."""
        if self.counted is None:
            self.counted = {value: _size(data) for value, data in self.held.items()}
        return self.counted

    def overlaid(self, changed, added):
        """Return the bitmaps without what the changed records had, and with what they have as {value: bitmap}."""
        if not changed:
            return self
        meeting = ((value, self[value]) for value in may_hold(changed, self.held))
        new = {value: records - changed for value, records in meeting if records.intersect(changed)}
        for value, records in added.items():
            new[value] = (new[value] if value in new else self.get(value, BitMap())) | records
        gone = {value for value, records in new.items() if not records}
        held = self.held | {value: _held(packed(records)) for value, records in new.items() if records}
        if self.counted is None:
            return Bitmaps(_without(held, gone))
        counted = self.counted | {value: len(records) for value, records in new.items()}
        return Bitmaps(_without(held, gone), _without(counted, gone))


def _without(held, gone):
    return {value: each for value, each in held.items() if value not in gone} if gone else held


def as_lexicon(parts):
    """Return the lexicon of some postings.

    The bitmaps are copied to a file that has no name and goes with the process: of a hundred megabytes only what is
    searched for is ever read again.
    """
    words, sizes = [], []
    with ExitStack() as opened:
        file = opened.enter_context(TemporaryFile())
        for part in parts:
            if part.sizes:
                words.append(part.values)
                sizes.append(numpy.frombuffer(part.sizes, numpy.uint32))
                file.write(part.bits)
        if not words:
            return Lexicon.of({})
        file.flush()
        # All went well: the file is closed with the lexicon.
        opened.pop_all()
    ends = numpy.concatenate([[0], numpy.cumsum(numpy.concatenate(sizes))]).astype(numpy.uint32)

    def records(number):
        start = int(ends[number])
        return unpacked(os.pread(file.fileno(), int(ends[number + 1]) - start, start))

    lexicon = Lexicon("\n".join(words), records)
    finalize(lexicon, file.close)
    return lexicon


class Groups(Mapping):
    """Maps the name of each group to {value: bitmap}, as they are at one version."""

    def __init__(self, stored, changed, added, before=None):
        """Take the groups of the snapshot, the records changed since, and what those have by group and value.

        `before` has those groups that were read at an earlier version, brought up to date.
        """
        self.stored, self.changed, self.added, self.at_hand = stored, changed, added, before or {}

    def __getitem__(self, name):
        """Return a group."""
        if (found := self.at_hand.get(name)) is not None:
            return found
        values, right = self.stored[name].contents()
        found = values.overlaid(self.changed, self.added.get(name, {}))
        if right:
            self.at_hand[name] = found
        return found

    def __contains__(self, name):
        """Whether there is such a group."""
        return name in self.stored

    def __iter__(self):
        """Yield the names."""
        return iter(self.stored)

    def __len__(self):
        """How many there are."""
        return len(self.stored)
