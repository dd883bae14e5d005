"""Counts as people write them, in Swedish and English: “drygt 500”, “30–50”, “cirka 60”, “fler än 10”, “1 200”.

As with dates, both languages are read whatever the page's is, and what says something else is refused with a sentence.
"""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.dates_as_written import LONGEST, Unreadable, plain
from directory.facts import grouped
from directory.figures import Qualifier, amount

WORDS = {
    Qualifier.EXACT: "exakt|precis|exactly",
    Qualifier.ABOUT: r"cirka|circa|ca\.?|c:a|omkring|ungefar|runt|about|around|approx\.?|approximately|~|≈",
    Qualifier.JUST_OVER: "drygt|strax over|just over|slightly over|slightly more than|a little over|a little more than",
    Qualifier.MORE_THAN: "fler an|mer an|over|more than|>",
    Qualifier.LESS_THAN: "farre an|mindre an|under|less than|fewer than|<",
}
# The longer words first: “mer än” must not be looked for in what “strax över” begins.
PREFIX = re.compile(
    "|".join(rf"(?P<{qualifier.value}>(?:{words})(?=[\s\d]))" for qualifier, words in WORDS.items()) + r"|(?P<none>)"
)
NUMBER = r"(\d{1,3}(?:([ ,])\d{3})(?:\2\d{3})*|\d+)"
ONE = re.compile(NUMBER, re.ASCII)
TWO = re.compile(
    r"(?:mellan |between |fran |from )?" + NUMBER + r"(?: ?- ?| till | to | och | and )" + NUMBER.replace(r"\2", r"\4"),
    re.ASCII,
)
TENS = {
    f"{word}tal": number
    for word, number in {
        "tio": 10, "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70,
        "attio": 80, "nittio": 90, "hundra": 100,
    }.items()
}  # fmt: skip
SPELLED = {
    word: number
    for number, words in enumerate(
        ["ett en one", "tva two", "tre three", "fyra four", "fem five", "sex six", "sju seven", "atta eight",
         "nio nine", "tio ten", "elva eleven", "tolv twelve"],
        start=1,
    )
    for word in words.split()
}  # fmt: skip

# What the columns of a figure hold.
LARGEST = 2**63 - 1

NOT_READ = gettext_lazy(
    "“%(value)s” is not a count that we can read. Write only the count, for example 12, about 60, just over 500, more "
    "than 10, less than 5 or 30–50. What is counted and the source's own words have fields of their own."
)
AT_LEAST = gettext_lazy(
    "“%(value)s” is neither an exact count nor one of those that we keep: about, just over, more than, less than. "
    "Choose the one that claims no more than the source, and put these words in the field for the source's own words."
)
TOO_LARGE = gettext_lazy("“%(value)s” is larger than any count that we keep.")
SHRINKING = gettext_lazy("“%(value)s”: a range begins with its smaller number.")
BOUNDED = re.compile(
    r"(minst|hogst|knappt|nastan|narmare|upp till|at least|at most|almost|nearly|up to|some)\b|\d+ ?\+"
)


class Count(NamedTuple):
    """A count as a figure keeps it: a number with its qualifier, or the two ends of a range."""

    qualifier: str
    value: int | None = None
    minimum: int | None = None
    maximum: int | None = None

    @classmethod
    def of(cls, figure):
        """Return the count of a figure."""
        return cls(*(getattr(figure, name) for name in cls._fields))

    def display(self):
        """Return the count as people write it in the active language, and as pages do."""
        return amount(*self)


def read(text):
    """Return the `Count` that `text` says; raises `Unreadable` with a sentence for whoever typed it."""
    typed = " ".join(str(text).split())
    if len(typed) > LONGEST:
        raise Unreadable(NOT_READ % {"value": f"{typed[:30]}…"})
    words = plain(typed)
    if two := TWO.fullmatch(words):
        first, last = _number(two[1], typed), _number(two[3], typed)
        if first >= last:
            raise Unreadable(SHRINKING % {"value": typed})
        return Count(Qualifier.RANGE, None, first, last)
    prefix = PREFIX.match(words)
    number, qualifier = words[prefix.end() :].strip(), prefix.lastgroup
    if qualifier == "none" and (tens := re.fullmatch(r"(?:ett )?(\w+)", number)) and tens[1] in TENS:
        return Count(Qualifier.ABOUT, TENS[tens[1]])
    if not ONE.fullmatch(number) and number not in SPELLED:
        raise Unreadable((AT_LEAST if BOUNDED.match(words) else NOT_READ) % {"value": typed})
    return Count(Qualifier.EXACT if qualifier == "none" else qualifier, _number(number, typed))


def _number(digits, typed):
    """Return the number that digits or a word say; raises `Unreadable` for one that no column can hold."""
    number = SPELLED.get(digits) or int(re.sub("[ ,]", "", digits))
    if number > LARGEST:
        raise Unreadable(TOO_LARGE % {"value": typed})
    return number


def reading(text):
    """Return (whether it was read, a sentence that shows how `text` was read or says why it was not)."""
    if not str(text or "").strip():
        return True, ""
    try:
        count = text if isinstance(text, Count) else read(text)
    except Unreadable as error:
        return False, str(error)
    if count.qualifier == Qualifier.RANGE:
        words = _("a range from %(minimum)s to %(maximum)s")
        return True, _("Read as: %(words)s") % {
            "words": words % {"minimum": grouped(count.minimum), "maximum": grouped(count.maximum)}
        }
    shown = f"{Qualifier(count.qualifier).label} {grouped(count.value)}"
    return True, _("Read as: %(words)s") % {"words": shown}
