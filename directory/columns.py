"""What each record has of a group, laid out record by record: the quick way to count where few records are left."""

import ctypes
from contextlib import suppress

import numpy

# As many different combinations as are counted first, and taken apart into values afterwards.
MANY = 65_536
# Fewer records than this part, as its inverse, of what there is to be met are sorted by it; more are counted in an array
# of all of it.
SPARSE = 4


def keys_of(records):
    """Return the keys of a bitmap as an array."""
    return numpy.frombuffer(records.to_array(), numpy.uint32) if records else numpy.zeros(0, numpy.uint32)


class Column:
    """The combination of values that each record has, by its key.

    Records share combinations: a theme set, a funder with its programme. So a record costs a number of two bytes, and
    counting is one look for each record and then one for each combination met. Where nearly every record has a
    combination of its own, its values lie side by side instead, and `codes` is None.
    """

    def __init__(self, bitmaps, by_size, number):
        """Lay out the bitmaps of a group, its values largest first, as they are at version `number`."""
        self.values, self.number = [value for _size, value in by_size], number
        size = max(bitmaps[value].max() for value in self.values) + 1
        # Sums of random numbers tell combinations apart; two with the same sum would be seen below.
        marks = numpy.random.default_rng(1).integers(1, 2**63, len(self.values), numpy.uint64)
        sizes, sums = numpy.zeros(size, numpy.int32), numpy.zeros(size, numpy.uint64)
        for value, mark in zip(self.values, marks, strict=True):
            keys = keys_of(bitmaps[value])
            sizes[keys] += 1
            sums[keys] += mark
        place = numpy.cumsum(sizes, dtype=numpy.int32) - sizes
        starts, held = place.copy(), numpy.zeros(int(sizes.sum()), numpy.min_scalar_type(len(self.values)))
        for value_number, value in enumerate(self.values):
            keys = keys_of(bitmaps[value])
            held[place[keys]] = value_number
            place[keys] += 1
        self.codes, self.starts, self.held = None, starts, held
        self.sizes = sizes.astype(numpy.min_scalar_type(int(sizes.max())))
        _sums, first, codes = numpy.unique(sums, return_index=True, return_inverse=True)
        if len(first) > MANY or not numpy.array_equal(sizes[first][codes], sizes):
            return
        if numpy.array_equal(held, held[_places(starts[first][codes], sizes)]):
            self.codes = codes.astype(numpy.min_scalar_type(len(first)))
            self.sizes, self.held = sizes[first], held[_places(starts[first], sizes[first])]
            self.starts = numpy.cumsum(self.sizes, dtype=numpy.int32) - self.sizes

    @property
    def worth(self):
        """The largest part of all records, as its inverse, that is counted here sooner than by bitmaps.

        Among many values bitmaps must go through many before they know the most frequent.
        """
        worth = 40 if self.codes is None else 8
        return worth // 4 if len(self.values) > 1000 else worth

    def tally(self, keys):
        """Return (places in `values` of those that the records with these keys have, how many have each); keys in order."""
        known = len(self.sizes if self.codes is None else self.codes)
        if len(keys) and keys[-1] >= known:
            keys = keys[keys < known]
        if self.codes is None:
            met, times = keys, None
        else:
            codes = self.codes[keys]
            if len(keys) * SPARSE < len(self.sizes):
                met, times = numpy.unique(codes, return_counts=True)
            else:
                counts = numpy.bincount(codes, minlength=len(self.sizes))
                met = numpy.flatnonzero(counts)
                times = counts[met]
            times = numpy.repeat(times, self.sizes[met])
        held = self.held[_places(self.starts[met], self.sizes[met])]
        if len(held) * SPARSE < len(self.values):
            places, number = numpy.unique(held, return_inverse=True)
            return places, numpy.bincount(number, times, minlength=len(places)).astype(numpy.int64)
        tally = numpy.bincount(held, times, minlength=len(self.values)).astype(numpy.int64)
        places = numpy.flatnonzero(tally)
        return places, tally[places]


def _places(starts, sizes):
    """Return the places of stretches that begin at `starts`, one after the other."""
    places = numpy.repeat((starts - numpy.cumsum(sizes, dtype=numpy.int32) + sizes).astype(numpy.int32), sizes)
    places += numpy.arange(len(places), dtype=numpy.int32)
    return places


def give_back():
    """Give memory that was only passed through back to the system, which glibc does not do by itself for a while."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
