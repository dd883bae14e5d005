"""What a snapshot holds, group by group: large ones are read when first asked for, as many a process never is."""

import os
from collections import UserDict
from contextlib import ExitStack
from tempfile import TemporaryFile
from threading import Lock
from weakref import finalize

import numpy

from directory.lexicon import Lexicon
from directory.memory import give_back
from directory.postings import EVERYTHING, ORDER, SMALL, WITHOUT_RUNS, Posting, altered, as_bytes, packed, unpacked

# After so many values were read, the memory that they passed through is worth giving back.
MANY = 10_000


class Stored:
    """One group of a snapshot, shared by all readings that follow it."""

    def __init__(self, index, group, snapshot, using):
        """Ask nothing yet; `snapshot` is the version it was written at."""
        self.index, self.snapshot, self.kept, self.lock = index, snapshot, None, Lock()
        self.parts = Posting.objects.using(using).filter(index=index.name, group=group).order_by("part")
        self.understood = as_lexicon if index.facets[group].on_file else as_bitmaps

    def contents(self):
        """Return (what the group holds, whether it is what this snapshot has).

        Another snapshot may have taken its place meanwhile: what that one has is returned and never kept. The version
        has moved then, and whoever makes a page of it makes it again.
        """
        with self.lock:
            if self.kept is not None:
                return self.kept, True
            with as_bytes(self.parts.db):
                found = self.understood(self.parts.iterator(chunk_size=1))
            if len(found) > MANY:
                give_back()
            # Asked afterwards: unless a backup is restored in between, no snapshot comes back once another is there.
            if right := snapshot_number(self.index, self.parts.db) == self.snapshot:
                self.kept = found
            return found, right


def snapshot_number(index, using):
    """Return the version at which the snapshot that is there now was written; 0 where there is none."""
    everything = Posting.objects.using(using).filter(index=index.name, group=EVERYTHING)
    return everything.values_list("version", flat=True).first() or 0


def read_small(index, stored, using):
    """Read at once those groups of {name: `Stored`} that lie in one part or have none, as most do.

    Whoever asks for this makes sure that the version does not move meanwhile, or keeps nothing of it.
    """
    parts = Posting.objects.using(using).filter(index=index.name, group__in=stored)
    small = stored.keys() - parts.filter(part=1).values_list("group", flat=True)
    found = dict.fromkeys(small, Bitmaps({}))
    with as_bytes(using):
        found |= {part.group: as_bitmaps([part]) for part in parts.filter(group__in=small).iterator(chunk_size=1)}
    for group, bitmaps in found.items():
        stored[group].kept = bitmaps


def order_at(snapshot, index, language, using):
    """Return the keys of all records in the order of a language as they were at a snapshot; None if it keeps none."""
    parts = Posting.objects.using(using).filter(index=index.name, group=ORDER, values=language, version=snapshot)
    with as_bytes(using):
        keys = parts.values_list("bits", flat=True).first()
    return None if keys is None else numpy.frombuffer(keys, numpy.uint32)


def as_bitmaps(parts):
    """Return the `Bitmaps` of some postings."""
    return Bitmaps({value: _held(data) for part in parts for value, data in part.held()})


def _size(data):
    """Return how many records a bitmap holds, packed or not.

    A small one without runs is its containers' heads of eight bytes, and two for each record (RoaringFormatSpec).
    """
    counted = data.__class__ is bytes and len(data) > 4 and data.startswith(WITHOUT_RUNS)
    return (len(data) - 8 - 8 * data[4]) // 2 if counted else len(unpacked(data))


def _held(data):
    return data if len(data) < SMALL else unpacked(data)


class Bitmaps(UserDict):
    """Maps values to bitmaps; a small one takes a third of the memory packed, and is unpacked each time, in 1 µs.

    Threads share it: it is never changed, but followed by another.
    """

    def __init__(self, held, counted=None):
        """Take {value: bitmap, or bytes of a packed one}, and how many records each value has where that is known."""
        self.data, self.counted = held, counted

    def __getitem__(self, value):
        """Return the records of a value."""
        return unpacked(self.data[value])

    def sizes(self):
        """Return {value: how many records have it}; counted once, and followed from then on."""
        if self.counted is None:
            self.counted = {value: _size(data) for value, data in self.data.items()}
        return self.counted

    def overlaid(self, gone, added):
        """Return the bitmaps without what the changed records had, and with what they have as {value: bitmap}."""
        if not gone:
            return self
        held, counted = self.data.copy(), self.sizes().copy()
        for value, records in (added | altered(self.data, gone, added)).items():
            if records:
                held[value], counted[value] = _held(packed(records)), len(records)
            else:
                del held[value], counted[value]
        return Bitmaps(held, counted)


def as_lexicon(parts):
    """Return the lexicon of some postings.

    The bitmaps are copied to a file that has no name and goes with the process: of a hundred megabytes only what is
    searched for is ever read again.
    """
    words, sizes = [], [[0]]
    with ExitStack() as opened:
        file = opened.enter_context(TemporaryFile())
        for part in parts:
            words.append(part.values)
            sizes.append(numpy.frombuffer(part.sizes, numpy.uint32))
            file.write(part.bits)
        if not words:
            return Lexicon.of({})
        file.flush()
        # All went well: the file is closed with the lexicon.
        opened.pop_all()
    ends = numpy.cumsum(numpy.concatenate(sizes), dtype=numpy.uint32)

    def records(number):
        start = int(ends[number])
        return unpacked(os.pread(file.fileno(), int(ends[number + 1]) - start, start))

    lexicon = Lexicon("\n".join(words), records)
    finalize(lexicon, file.close)
    return lexicon


class Groups(UserDict):
    """Maps the name of each group to its `Bitmaps`, or to its `Words`, as they are at one version."""

    def __init__(self, stored, changed, added, before=None):
        """Take the groups of the snapshot, the records changed since, and what those have by group and value.

        `before` has those groups that were read at an earlier version, brought up to date.
        """
        self.data, self.changed, self.added, self.at_hand = stored, changed, added, before or {}

    def __getitem__(self, name):
        """Return a group."""
        if (found := self.at_hand.get(name)) is not None:
            return found
        values, right = self.data[name].contents()
        found = values.overlaid(self.changed, self.added.get(name, {}))
        if right:
            self.at_hand[name] = found
        return found
