"""What records are indexed by: each facet reads columns along paths and says which values a record has."""

from directory.columns import AmountColumn, Column


class Facet:
    """A group of values; `reads` are tuples of ORM paths, and each tuple read gives rows to `values`."""

    # How what each record has is laid out, to be counted record by record.
    column = Column

    def __init__(self, *reads, split=lambda value: [str(value)], on_file=False):
        """Take the paths, of which one given alone is read alone, and a function from what is read there to values.

        `on_file` says that there are so many values, each asked for so seldom, that their records stay in a file.
        """
        self.reads = tuple((read,) if isinstance(read, str) else tuple(read) for read in reads)
        self.split, self.on_file = split, on_file

    def values(self, rows):
        """Return the values, as texts, that the rows of one record amount to."""
        return {each for row in rows for value in row if value not in (None, "") for each in self.split(value)}


class Days(Facet):
    """The first and last days that the beginning and the end of a record can mean, as `a:2014-08-01` to `d:2016-…`."""

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
