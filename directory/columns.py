"""What each record has of a group, laid out record by record: the quick way to count where few records are left."""

import numpy

# As many different combinations as are counted first, and taken apart into values afterwards.
MANY = 65_536
# As many values of a record lie side by side where there are more combinations; those beyond lie apart.
WIDTH = 4
# As few values are soon counted one by one.
FEW = 40
# Fewer numbers than this part, as its inverse, of all that can be met are sorted to be counted; more are counted in an
# array of all of them.
FEWER = 2
# A currency of fewer records than this part of all, as its inverse, is soon added up by its digits, and has no array.
RARE = 64


def keys_of(records):
    """Return the keys of a bitmap as an array."""
    return numpy.frombuffer(records.to_array(), numpy.uint32) if records else numpy.zeros(0, numpy.uint32)


def places_of(records):
    """Return them as numpy looks up places soonest."""
    return keys_of(records).astype(numpy.intp)


class Column:
    """The values that each record has, by its key.

    Records share combinations of values: a theme set, a country with its neighbour. Where those are few, a record costs
    its combination's number, and counting is one look for each record and then one for each combination met. Where they
    are many, `codes` is None, and the values of a record lie side by side in `layers`: the first of each record, the
    second of each, up to the fourth. `held` has stretches of values, with their `starts` and `sizes`: one for each
    combination, or one for each record with more than four values, whose number plus one is in `beyond`.
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
        self.codes = None
        _sums, first, codes = numpy.unique(sums, return_index=True, return_inverse=True)
        if len(first) <= MANY and numpy.array_equal(sizes[first][codes], sizes):
            of_codes = held[_places(starts[first], sizes[first])]
            if numpy.array_equal(held, held[_places(starts[first][codes], sizes)]):
                self.codes = codes.astype(numpy.min_scalar_type(len(first)))
                self._keep(of_codes, sizes[first])
                return
        self._lay_side_by_side(held, starts, sizes)

    def _lay_side_by_side(self, held, starts, sizes):
        self.layers = []
        for number in range(min(WIDTH, int(sizes.max()))):
            # Stands where a record has no more value.
            layer = numpy.full(len(sizes), len(self.values), held.dtype)
            layer[sizes > number] = held[starts[sizes > number] + number]
            self.layers.append(layer)
        longer = numpy.flatnonzero(sizes > WIDTH)
        self.beyond = numpy.zeros(len(sizes) if len(longer) else 0, numpy.min_scalar_type(len(longer) + 1))
        if len(longer):
            self.beyond[longer] = numpy.arange(1, len(longer) + 1)
        self._keep(held[_places(starts[longer] + WIDTH, sizes[longer] - WIDTH)], sizes[longer] - WIDTH)

    def _keep(self, held, sizes):
        """Keep stretches of values one after the other: of each combination, or what records have beyond their layers."""
        self.held, self.sizes = held, sizes
        self.starts = numpy.cumsum(sizes, dtype=numpy.int32) - sizes

    @property
    def worth(self):
        """The largest part of all records, as its inverse, that is counted here sooner than by bitmaps: measured.

        What it costs here grows with the records, what it costs bitmaps with the values.
        """
        if self.codes is None:
            return 12
        return 16 if len(self.values) <= FEW else 7 if len(self.values) <= 1000 else 2

    def tally(self, keys):
        """Return (places in `values` of those that the records with these keys have, how many have each); keys in order."""
        known = len(self.layers[0] if self.codes is None else self.codes)
        if len(keys) and keys[-1] >= known:
            keys = keys[keys < known]
        if self.codes is None:
            places, tally = _counted(self._side_by_side(keys), len(self.values) + 1)
            # Not the last, which stands where a layer has no value.
            some = numpy.searchsorted(places, len(self.values))
            return places[:some], tally[:some]
        met, times = _counted(self.codes.take(keys), len(self.sizes))
        sizes = self.sizes.take(met)
        held = self.held.take(_places(self.starts.take(met), sizes))
        tally = numpy.bincount(held, times.repeat(sizes), minlength=len(self.values)).astype(numpy.int64)
        places = tally.nonzero()[0]
        return places, tally.take(places)

    def _side_by_side(self, keys):
        """Return the values of each record, one after the other; `len(self.values)` stands where a layer has none."""
        held = [layer.take(keys) for layer in self.layers]
        if len(self.beyond):
            longer = self.beyond.take(keys)
            longer = longer[numpy.flatnonzero(longer)] - 1
            held.append(self.held.take(_places(self.starts.take(longer), self.sizes.take(longer))))
        return numpy.concatenate(held)


class AmountColumn:
    """The amount of each record in each currency, by its key.

    Made of binary digits, as `directory.facets.Amount` has them; `amounts` maps each currency, but for rare ones, to its
    array and to how many hundredths one stands for there.
    """

    # As with `Column.worth`: more than half of all are summed sooner by their digits.
    worth = 2

    def __init__(self, bitmaps, by_size, number):
        """Lay out the bitmaps of the digits, as they are at version `number`."""
        self.number, self.amounts = number, {}
        for currency in {value.partition(":")[0] for value in bitmaps}:
            some = {value: each for value, each in bitmaps.items() if value.startswith(f"{currency}:")}
            stated = some[f"{currency}:any"]
            if len(stated) * RARE > stated.max():
                self.amounts[currency] = _amounts(some, stated.max() + 1)

    def total(self, currency, records):
        """Return what the amounts of some records in a currency add up to, in hundredths, exact at any number."""
        array, unit = self.amounts[currency]
        keys = places_of(records)
        some = array.take(keys if len(keys) and keys[-1] < len(array) else keys[keys < len(array)])
        if array.dtype != numpy.uint64:
            return int(some.sum(dtype=numpy.uint64)) * unit
        # The halves apart, as the sum of the whole may be more than the array can hold.
        upper, lower = some >> numpy.uint64(32), some & numpy.uint64(2**32 - 1)
        return ((int(upper.sum()) << 32) + int(lower.sum())) * unit


def _amounts(bitmaps, size):
    """Return (the amounts that binary digits stand for, by the record's key; how many hundredths one stands for)."""
    array = numpy.zeros(size, numpy.uint64)
    for value, records in bitmaps.items():
        digit = value.partition(":")[2]
        if digit != "any":
            array[keys_of(records)] += numpy.uint64(1 << int(digit))
    unit = max(int(numpy.gcd.reduce(array)), 1)
    array //= numpy.uint64(unit)
    return array.astype(numpy.min_scalar_type(int(array.max()))), unit


def _counted(numbers, all_there_are):
    """Return (the numbers that occur, in order; how often each does)."""
    if len(numbers) * FEWER < all_there_are:
        return numpy.unique(numbers, return_counts=True)
    counts = numpy.bincount(numbers, minlength=all_there_are)
    met = counts.nonzero()[0]
    return met, counts.take(met)


def _places(starts, sizes):
    """Return the places of stretches that begin at `starts`, one after the other."""
    places = (starts - sizes.cumsum(dtype=numpy.int32) + sizes).repeat(sizes)
    places += numpy.arange(len(places), dtype=places.dtype)
    return places
