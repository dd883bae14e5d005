"""What the text of a cell says: each reader returns a value, or raises `Problem` with a sentence for an editor.

A reader is never asked about an empty cell: that says nothing.
"""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from django.core.exceptions import ValidationError
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_countries import countries

from directory import dates_as_written
from directory.bases import readable, web_address
from directory.dates import EDTF
from directory.search import fold

# As the fields' validator has it, whose pattern hides behind a proxy that takes longer than the search.
UNREADABLE = re.compile(readable.regex.pattern)
SEPARATORS = re.compile(r"[,\s'’]")
GROUPED = re.compile(r"-?\d{1,3}(?:[,\u00a0\u202f '’]\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?")
# What registers call countries beside their names in ISO 3166 in English and Swedish.
OTHER_COUNTRIES = {
    "turkey": "TR",
    "macedonia": "MK",
    "russian federation": "RU",
    "czech republic": "CZ",
    "uk": "GB",
    "usa": "US",
    "great britain": "GB",
}


class Problem(Exception):
    """What is wrong with a line, as a sentence, and the column in which it stands; "" for the line as a whole."""

    def __init__(self, sentence, column=""):
        super().__init__(sentence)
        self.sentence, self.column = sentence, column


def text(cell):
    """A line of text."""
    return paragraphs(" ".join(cell.split()))


def paragraphs(cell):
    """Text with its line breaks."""
    if UNREADABLE.search(cell):
        raise Problem(force_str(readable.message))
    return cell


def edtf(cell):
    """A date as precise as people write it, as in the fields of the desk: EDTF, “oktober 2021”, “circa 2012”."""
    try:
        return dates_as_written.read(cell)
    except dates_as_written.Unreadable as problem:
        raise Problem(str(problem)) from None


@lru_cache(maxsize=1000)
def year(cell):
    """A year and nothing more exact; a spreadsheet may have written it as 1997.0."""
    found = re.fullmatch(r"(\d{4})(?:\.0+)?", cell)
    if not found or found[1] == "0000":
        raise Problem(_("“%(value)s” is not a year: write four digits.") % {"value": cell})
    return EDTF(found[1])


def day(form):
    """A day of the calendar, written as `form` says in the signs of `strftime`."""

    @lru_cache(maxsize=1000)
    def read(cell):
        try:
            return EDTF(datetime.strptime(cell, form).strftime("%Y-%m-%d"))
        except ValueError:
            sample = datetime(2014, 8, 21).strftime(form)
            raise Problem(
                _("“%(value)s” is not a day written like %(sample)s.") % {"value": cell, "sample": sample}
            ) from None

    return read


def whole(cell):
    """A whole number, grouped or not; 12.0 is 12."""
    number = amount(cell)
    if number != int(number):
        raise Problem(_("“%(value)s” is not a whole number.") % {"value": cell})
    return int(number)


def amount(cell):
    """A number with a point before its decimals, and with commas or spaces between groups of three."""
    if not GROUPED.fullmatch(cell):
        raise Problem(
            _("“%(value)s” is not a number that can only mean one thing: write 1234567.50.") % {"value": cell}
        )
    try:
        return Decimal(SEPARATORS.sub("", cell))
    except InvalidOperation:
        raise Problem(_("“%(value)s” is not a number.") % {"value": cell}) from None


@cache
def _countries():
    found = {}
    for language in ("sv", "en"):
        with override(language):
            found.update({fold(name): code for code, name in countries})
    return {**OTHER_COUNTRIES, **found}


@lru_cache(maxsize=1000)
def country(cell):
    """A country by its code in ISO 3166 or by its name; the code in capital letters."""
    code = cell.strip().upper()
    if code in countries.countries:
        return code
    found = _countries().get(fold(cell).replace(" & ", " and "))
    if not found:
        raise Problem(_("“%(value)s” is not a country that we know.") % {"value": cell})
    return found


def address(cell):
    """A web address; the protocol may be left out."""
    cell = cell if re.match(r"[a-z]+:", cell) else f"https://{cell}"
    try:
        web_address(cell)
    except ValidationError as error:
        raise Problem(force_str(error.message)) from None
    return cell


def choice(choices, **also):
    """One of a field's choices: as stored, or by its word in either language; `also` maps a register's words."""

    @cache
    def known():
        found = {}
        for language in ("sv", "en"):
            with override(language):
                found.update({fold(label): value for value, label in choices.choices})
        return {**found, **{fold(value): value for value in choices.values}, **{fold(k): v for k, v in also.items()}}

    def read(cell):
        if fold(cell) not in known():
            words = ", ".join(str(label) for label in choices.labels)
            raise Problem(_("“%(value)s” is none of: %(words)s.") % {"value": cell, "words": words})
        return known()[fold(cell)]

    return read


def truth(cell):
    """Yes or no."""
    words = {"yes": True, "ja": True, "true": True, "1": True, "no": False, "nej": False, "false": False, "0": False}
    if fold(cell) not in words:
        raise Problem(_("“%(value)s” is neither yes nor no.") % {"value": cell})
    return words[fold(cell)]


class Record:
    """Another record, by its address, key or name; which one it is, is asked for a batch of lines at once."""

    def __init__(self, model):
        self.model = model

    def __call__(self, cell):
        """The text itself."""
        return text(cell)
