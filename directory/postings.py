"""The snapshot of an index: of each group the values and, packed, the bitmaps of the records that have them."""

from array import array
from bisect import bisect_right
from contextlib import contextmanager, nullcontext
from itertools import accumulate
from math import ceil

import numpy
from django.db import connections, models, transaction
from django.db.models import F
from pyroaring import BitMap

from directory.columns import keys_of
from directory.orders import by_name

# The bitmaps of a group are stored in rows of about this many values, so that none grows beyond a few megabytes: a row
# is divided when it has twice as many.
PART = 20_000
# More than any group has rows.
BEYOND = 1_000_000
# Bitmaps of fewer bytes are small: they stay packed in memory too, and hold no container that is a row of bits.
SMALL = 1000
# How a packed bitmap without runs begins.
WITHOUT_RUNS = (12_346).to_bytes(2, "little")
# The group that tells which records visitors see: every snapshot has it, and each has another version of it.
EVERYTHING = "all"
# The group that holds no values but the order of all records in each language: their keys, four bytes each.
ORDER, LANGUAGES = "order", ("sv", "en")


class Posting(models.Model):
    """A part of the snapshot of one group: values, one a line, and the bitmaps of the records that have them."""

    index = models.CharField(max_length=30)
    group = models.CharField(max_length=30)
    part = models.PositiveIntegerField()
    version = models.BigIntegerField()
    values = models.TextField()
    sizes = models.BinaryField()
    bits = models.BinaryField()

    # Follows from the records (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Meta:
        constraints = [models.UniqueConstraint(name="one_posting_per_part", fields=["index", "group", "part"])]

    def __str__(self):
        """What a log shows."""
        return f"{self.index} {self.group} {self.part}"

    @classmethod
    def of(cls, values, held, **place):
        """Return the part for some values of `held`, a mapping to packed bitmaps."""
        packed = [*map(held.__getitem__, values)]
        return cls(
            values="\n".join(values), sizes=array("I", map(len, packed)).tobytes(), bits=b"".join(packed), **place
        )

    def held(self):
        """Return an iterator over (value, packed bitmap)."""
        if not self.sizes:
            return iter(())
        bits, ends = bytes(self.bits), [*accumulate(array("I", bytes(self.sizes)), initial=0)]
        # By functions of C alone: there are a million words.
        return zip(self.values.split("\n"), map(bits.__getitem__, map(slice, ends, ends[1:])), strict=True)


@contextmanager
def as_bytes(using):
    """Get plain columns as the database holds them meanwhile: PostgreSQL would write bytes out in hexadecimal digits.

    Not for JSON and moments, which Django reads as text. And what is fetched row by row PostgreSQL would copy first, were
    it not in a transaction; on SQLite that would keep writers waiting.
    """
    connection = connections[using]
    with transaction.atomic(using, savepoint=False) if connection.vendor == "postgresql" else nullcontext():
        connection.in_bytes = True
        try:
            yield
        finally:
            connection.in_bytes = False


def packed(records):
    """Return some records, at least one, as bytes: a bitmap, or a lone record's four bytes."""
    return BitMap(records).serialize() if len(records) > 1 else records[0].to_bytes(4, "little")


def unpacked(data):
    """Return a bitmap, which may have been packed."""
    if data.__class__ is not bytes:
        return data
    return BitMap([int.from_bytes(data, "little")]) if len(data) == 4 else BitMap.deserialize(data)


def may_hold(records, held):
    """Return those values of {value: bitmap, packed or not} that any of some records may have, and none has the others.

    A small packed bitmap without runs holds the lower half of each record's key as it is, and nothing in it begins at an
    odd byte (RoaringFormatSpec): to look through all of them at once takes a third of what unpacking each does.
    """
    found, small, sizes = [], [], []
    for value, data in held.items() if records else ():
        if data.__class__ is bytes and (len(data) == 4 or (len(data) < SMALL and data.startswith(WITHOUT_RUNS))):
            small.append(value)
            sizes.append(len(data) // 2)
        else:
            found.append(value)
    halves = numpy.frombuffer(b"".join(map(held.__getitem__, small)), "<u2")
    looked_for = numpy.zeros(1 << 16, bool)
    looked_for[keys_of(records) & 0xFFFF] = True
    met = numpy.searchsorted(numpy.cumsum(sizes), numpy.flatnonzero(looked_for[halves]), side="right")
    return found + [small[place] for place in numpy.unique(met).tolist()]


def altered(held, gone, added):
    """Return {value: its records} of the held values that may change as records go and others come; empty if none is left.

    `held` are {value: bitmap, packed or not}, `added` {value: records}.
    """
    found = {}
    for value in {*may_hold(gone, held), *held.keys() & added.keys()}:
        records = unpacked(held[value])
        if value in added or records.intersect(gone):
            found[value] = (records - gone) | BitMap(added.get(value, ()))
    return found


def merged(old, added, gone):
    """Return (values in order, {value: packed records}): the old ones without those gone, and with those added."""
    new = (added | altered(old, gone, added)).items()
    held = old | {value: packed(records) if records else b"" for value, records in new}
    held = {value: data for value, data in held.items() if data} if gone else held
    return sorted(held), held


def write_group(postings, place, added, gone):
    """Bring one group of a snapshot up to date; a part in which nothing changes stays as it is.

    Where nothing is gone only those parts are unpacked to which something is added.
    `postings` are the parts of the index, `place` says where new ones belong; `added` are {value: keys of records that
    have it now}, and `gone` the records whose old values hold no longer.
    """
    parts = postings.filter(group=place["group"]).order_by("part")
    new, at, pieces = sorted(added), 0, []
    lasts = [(key, values.rpartition("\n")[2]) for key, values in parts.values_list("pk", "values")]
    for number, (key, last) in enumerate(lasts, 1):
        end = bisect_right(new, last) if number < len(lasts) else len(new)
        mine, at = {value: added[value] for value in new[at:end]}, end
        pieces += _in_place_of(parts, key, mine, gone) if mine or gone else [key]
    if not lasts:
        pieces = _cut(*merged({}, added, gone), PART)
    stay = {piece: number for number, piece in enumerate(pieces) if isinstance(piece, int)}
    # Not by `delete`, which would read all of them once more: nobody hears of postings.
    parts.exclude(pk__in=stay)._raw_delete(parts.db)
    moved = [key for key, part in parts.values_list("pk", "part") if part != stay[key]]
    parts.filter(pk__in=moved).update(part=F("part") + BEYOND)
    for key in moved:
        parts.filter(pk=key).update(part=stay[key])
    for number, piece in enumerate(pieces):
        if number not in stay.values():
            Posting.of(*piece, **place, part=number).save(using=parts.db)


def _in_place_of(parts, key, added, gone):
    """Return what takes the place of a part: its key where nothing in it changed after all, or the pieces of new ones."""
    with as_bytes(parts.db):
        old = dict(parts.get(pk=key).held())
    ordered, held = merged(old, added, gone)
    return [key] if held == old else _cut(ordered, held, 2 * PART)


def _cut(values, held, most):
    """Return (values, `held`) for each part that some values are divided into: one for up to `most`, or as long ones."""
    size = len(values) if len(values) <= most else ceil(len(values) / ceil(len(values) / PART))
    return [(values[start : start + size], held) for start in range(0, len(values), size or 1)]


def write_everything(postings, place, records):
    """Write down which records visitors see; always anew, as it tells which snapshot is there."""
    postings.filter(group=EVERYTHING)._raw_delete(postings.db)
    held = {"": packed(records)} if records else {}
    Posting.of([*held], held, **place, group=EVERYTHING, part=0).save(using=postings.db)


def write_orders(postings, place, model):
    """Write down the order of all records of a model, public or not, in each language."""
    for part, language in enumerate(LANGUAGES):
        keys = by_name(model, language, postings.db).tobytes()
        postings.create(**place, group=ORDER, part=part, values=language, bits=keys)
