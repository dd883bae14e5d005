"""Counting record by record: the same as by looking at every record, however few or many there are."""

from collections import Counter
from random import Random

import pytest
from pyroaring import BitMap

from directory.columns import AmountColumn, Column, keys_of

RECORDS = 3000


def laid_out(each_has):
    """Return the column of a group of which `each_has` tells every record's values."""
    bitmaps = {}
    for key in range(1, RECORDS):
        for value in each_has(key):
            bitmaps.setdefault(value, BitMap()).add(key)
    sizes = sorted(((len(records), value) for value, records in bitmaps.items()), reverse=True)
    return Column(bitmaps, sizes, 1)


chance = Random(7)
FEW_COMBINATIONS = {key: {f"v{key % 5}", f"v{key % 3}"} if key % 7 else set() for key in range(RECORDS)}
# Up to nine values each: some have more than lie side by side.
MANY_COMBINATIONS = {key: {f"v{chance.randrange(400)}" for _ in range(key % 10)} for key in range(RECORDS)}


@pytest.mark.parametrize("has", [FEW_COMBINATIONS, MANY_COMBINATIONS], ids=["few combinations", "many combinations"])
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("count", [0, 1, 5, 80, 700, RECORDS])
def test_tally_agrees_with_looking_at_every_record(has, together, count, monkeypatch):
    # Where every record has a combination of its own, values lie side by side.
    monkeypatch.setattr("directory.columns.MANY", RECORDS if together else 1)
    column = laid_out(has.__getitem__)
    # The last ones came after the column was made.
    some = chance.sample(range(1, RECORDS + 50), count)

    places, tally = column.tally(keys_of(BitMap(some)))

    told = dict(zip((column.values[place] for place in places), tally.tolist(), strict=True))
    assert told == Counter(value for key in some for value in has.get(key, ()))
    assert (column.codes is None) == (not together)


@pytest.mark.parametrize("largest", [10**5, 10**12, 2**63])
def test_amounts_are_added_up_exactly_in_each_currency(largest):
    # Some records have amounts in two currencies, and some came after the column was made.
    amounts = {key: {} for key in range(1, RECORDS)}
    for key, currency in ((key, currency) for key in amounts for currency in ("SEK", "EUR", "NOK")):
        if chance.random() < {"SEK": 0.6, "EUR": 0.1, "NOK": 0.02}[currency]:
            amounts[key][currency] = 7 * chance.randrange(largest // 7)
    bitmaps = {}
    for key, each in amounts.items():
        for currency, amount in each.items():
            digits = [bit for bit in range(amount.bit_length()) if amount >> bit & 1]
            for digit in ["any", *digits]:
                bitmaps.setdefault(f"{currency}:{digit}", BitMap()).add(key)
    column = AmountColumn(bitmaps, sorted(((len(each), value) for value, each in bitmaps.items()), reverse=True), 1)

    for currency in ("SEK", "EUR", "NOK"):
        having = bitmaps[f"{currency}:any"]
        for some in (having, BitMap([*having][::7]), BitMap([*having, RECORDS + 9])):
            assert column.total(currency, some) == sum(amounts.get(key, {}).get(currency, 0) for key in some)


def test_a_currency_that_few_of_all_records_have_takes_no_array():
    bitmaps = {"SEK:any": BitMap(range(RECORDS)), "SEK:1": BitMap(range(RECORDS))}
    bitmaps |= {"NOK:any": BitMap([7, RECORDS]), "NOK:0": BitMap([7, RECORDS])}

    column = AmountColumn(bitmaps, [], 1)

    assert [*column.amounts] == ["SEK"]
