"""What records are indexed by: each facet reads columns along paths and says which values a record has."""

from pyroaring import BitMap

from directory.columns import AmountColumn, Column
from directory.search import PART, fold, tokens


class Facet:
    """A group of values; `reads` are tuples of ORM paths, and each tuple read gives rows to `values`."""

    # Whether there are so many values, each asked for so seldom, that their records stay in a file.
    on_file = False
    # How what each record has is laid out, to be counted record by record.
    column = Column

    def __init__(self, *reads):
        """Take the paths; one given alone is read alone."""
        self.reads = tuple((read,) if isinstance(read, str) else tuple(read) for read in reads)

    def values(self, rows):
        """Return the values, as texts, that the rows of one record amount to."""
        return {str(value) for row in rows for value in row if value not in (None, "")}


class Parts(Facet):
    """Several values in one text, with spaces or commas between."""

    def values(self, rows):
        """Return each of them."""
        return {part for row in rows for text in row if text for part in str(text).replace(",", " ").split()}


class Moments(Facet):
    """Two moments between which something holds, as `from|until`; empty where one is not known."""

    def values(self, rows):
        """Return the pair."""
        return {"|".join(each.isoformat() if each else "" for each in row) for row in rows}


class Everyone(Facet):
    """The one value that every public record has."""

    def values(self, rows):
        """Return the empty value."""
        return {""}


class Texts(Facet):
    """The words of some texts."""

    on_file = True

    def values(self, rows):
        """Return the folded words."""
        return {word for row in rows for text in row if text for word in tokens(fold(text))}


class Folded(Texts):
    """The words of texts that are folded already."""

    def values(self, rows):
        """Return the words."""
        return {word for row in rows for text in row if text for word in tokens(text)}


class Beginnings(Texts):
    """The first word of each text."""

    def values(self, rows):
        """Return the first words."""
        found = (PART.search(fold(text)) for row in rows for text in row if text)
        return {first[0] for first in found if first}


class Days(Facet):
    """The first and last days that the beginning and the end of a record can mean, as `a:2014-08-01` to `d:2016-…`."""

    on_file = True

    def values(self, rows):
        """Return each day that is known, with the letter of its column."""
        return {f"{letter}:{day}" for row in rows for letter, day in zip("abcd", row, strict=False) if day}


class Amount(Facet):
    """The sum of exact amounts in each currency, in hundredths; read as (amount, currency).

    Its binary digits are values, such as `SEK:7`, and `SEK:any` says that there is a sum. So a range takes as many
    operations on bitmaps as a number has digits, however many records there are.
    """

    column = AmountColumn

    def values(self, rows):
        """Return the digits of each currency's sum."""
        sums = {}
        for amount, currency in rows:
            if amount is not None:
                sums[currency] = sums.get(currency, 0) + int(amount * 100)
        digits = {
            f"{currency}:{bit}" for currency, sum in sums.items() for bit in range(sum.bit_length()) if sum >> bit & 1
        }
        return digits | {f"{currency}:any" for currency in sums}


class Span(Facet):
    """The years that a record's dates touch; read as the first and last days of its beginning and of its end."""

    def values(self, rows):
        """Return each year, or `unknown` where neither beginning nor end is known."""
        for row in rows:
            first, first_latest, last_earliest, last = (*row, None, None)[:4]
            begins, ends = first or last_earliest, last or first_latest
            if begins and ends:
                return {str(year) for year in range(begins.year, ends.year + 1)}
        return {"unknown"}


def at_least(values, currency, number):
    """Return the records whose amount is `number` or more, from the bitmaps of a group of digits."""
    none = BitMap()
    equal, more = values.get(f"{currency}:any", none), BitMap()
    highest = max(
        (int(name.partition(":")[2]) for name in values if name.startswith(f"{currency}:") and name[4:] != "any"),
        default=0,
    )
    for bit in range(max(highest + 1, number.bit_length()) - 1, -1, -1):
        digit = values.get(f"{currency}:{bit}", none)
        if number >> bit & 1:
            equal = equal & digit
        else:
            more |= equal & digit
            equal = equal - digit
    return more | equal
