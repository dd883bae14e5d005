"""Records and their values, drawn by chance, and what each value has, by hand."""

from pyroaring import BitMap

RECORDS, VALUES = 2000, 60


def by_hand(has):
    """Return {value: bitmap} of what `has` tells of every record."""
    found = {}
    for record, values in has.items():
        for value in values:
            found.setdefault(value, BitMap()).add(record)
    return found


def drawn(chance, records):
    """Return {record: values}, frequent values and seldom ones."""
    return {
        record: {f"v{int(VALUES * chance.random() ** 4):02}" for _ in range(chance.randrange(4))} for record in records
    }
