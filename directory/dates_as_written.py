"""Dates as people write them, in Swedish and English: “våren 2014”, “oct 2021”, “21/8 2014”, “cirka 2012”.

Both languages are read whatever the page's is, so that a form opened in one can be sent in the other. Nothing is read as
more than it says: what could be two dates, or says less or more than a date of ours can, is refused with a sentence.
"""

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.dates import EDTF

LONGEST = 100
MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "januari january jan",
            "februari february feb",
            "mars march mar",
            "april apr",
            "maj may",
            "juni june jun",
            "juli july jul",
            "augusti august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
SEASONS = {
    name: number
    for number, names in {
        21: "var varen spring",
        22: "sommar sommaren summer",
        23: "host hosten autumn fall",
        24: "vinter vintern winter",
    }.items()
    for name in names.split()
}
ABOUT = re.compile(
    r"(?:cirka|circa|ca\.?|c:a|c\.|omkring|kring|runt|ungefar|about|around|approx\.?|approximately|~|≈)\s*"
)
UNCERTAIN = re.compile(r"(?:troligen|sannolikt|kanske|mojligen|probably|possibly|perhaps|maybe)\s+")
UNCERTAIN_AFTER = re.compile(r"\s*(?:\?|\((?:osaker|osakert|uncertain)\))$")
# Words around a date that say nothing of it.
AROUND = re.compile(r"(?:i|in|on|den|the|under|during|ar|ar:|year|the year)\s+")

YEAR = r"(?P<year>\d{4})"
FORMS = [
    re.compile(form)
    for form in (
        rf"{YEAR}",
        rf"(?P<word>[a-z]+)\.?,? (?:of |ar |in )?{YEAR}",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|:e|:a|\.)? (?:of )?(?P<word>[a-z]+)\.?,? {YEAR}",
        rf"(?P<word>[a-z]+)\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {YEAR}",
        rf"(?P<first>\d{{1,2}})(?P<sign>[/.])(?P<second>\d{{1,2}})(?:(?P=sign)| ){YEAR}",
        rf"{YEAR}-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})",
    )
]
DECADE = re.compile(r"(?:the )?(?P<decade>\d{3})0(?:s|-talet|'s|talet)")
CENTURY = re.compile(r"(?:the years|aren) (?P<century>\d\d)00-(?P=century)99")

NOT_READ = gettext_lazy(
    "“%(value)s” is not a date that we can read. Write for example 2014, spring 2014, October 2021, 21 August 2014, "
    "about 2012, 2012? or the 2010s."
)
TWO_DATES = gettext_lazy(
    "“%(value)s” can be two dates, as day and month can change places. Write the month as a word, or as in 2014-08-05."
)
PART_OF = gettext_lazy(
    "“%(value)s” names a part of a time that has no date of its own. Give the whole of it, such as the year, and put "
    "these words in the field for the source's own words."
)
ONE_SIDED = gettext_lazy(
    "“%(value)s” says only that it was before or after a date; that is no date of its own. Leave the field empty, and "
    "put these words in the field for the source's own words."
)
A_SPAN = gettext_lazy("“%(value)s” is a span of time. Write its beginning and its end in the two fields for them.")
DECADE_OR_CENTURY = gettext_lazy(
    "“%(value)s” can be ten years or a hundred. Write %(decade)s for the ten years or %(century)s for the hundred."
)
# The first that is found says why; the number of a month that there is not is no span.
WORDS_THAT_SAY_WHY = [
    (re.compile(r"\b\d{4}\s*(?:-\s*\d{4}|(?:/|till|to|och|and)\s*\d{2,4})\b"), A_SPAN),
    (re.compile(r"\b(?:borjan|mitten|slutet|tidigt|sent|beginning|start|end|mid|middle|early|late)\b"), PART_OF),
    (re.compile(r"\b(?:fore|efter|innan|sedan|senast|fran|before|after|since|until|till|by|from)\b"), ONE_SIDED),
]


class Unreadable(ValueError):
    """What was typed is no date that we can keep; its text is the sentence that says why."""


def plain(text):
    """Return what was typed in small letters without accents, with single spaces and one sort of dash."""
    letters = unicodedata.normalize("NFD", str(text).casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub("[‐-―−]", "-", letters).replace("’", "'").split())


def read(text):
    """Return the date that `text` says, as an `EDTF`; raises `Unreadable` with a sentence for whoever typed it."""
    typed = " ".join(str(text).split())
    if len(typed) > LONGEST:
        raise Unreadable(NOT_READ % {"value": f"{typed[:30]}…"})
    try:
        return EDTF(typed)
    except ValueError:
        pass
    words, uncertain = _without(UNCERTAIN_AFTER, plain(typed))
    words, about = _without(ABOUT, words)
    words, perhaps = _without(UNCERTAIN, words)
    doubt = {(True, True): "%", (True, False): "~", (False, True): "?"}.get((about, uncertain or perhaps), "")
    try:
        return EDTF(_date(words, typed) + doubt)
    except ValueError as error:
        raise error if isinstance(error, Unreadable) else Unreadable(_why(words, typed)) from error


def _without(pattern, words):
    """Return the words without what `pattern` finds in its place, and whether it found anything."""
    found = pattern.search(words) if pattern.pattern.endswith("$") else pattern.match(words)
    return (words, False) if not found else (words[: found.start()] + words[found.end() :], True)


def _date(words, typed):
    """Return the EDTF string, without doubt, of words that say a date; raises `ValueError`."""
    if century := CENTURY.fullmatch(words):
        return f"{century['century']}XX"
    if decade := DECADE.fullmatch(words):
        if decade["decade"].endswith("0"):
            both = {"decade": f"{decade['decade']}X", "century": f"{decade['decade'][:2]}XX"}
            raise Unreadable(DECADE_OR_CENTURY % {"value": typed, **both})
        return f"{decade['decade']}X"
    while around := AROUND.match(words):
        words = words[around.end() :]
    found = next((match.groupdict() for form in FORMS if (match := form.fullmatch(words))), None)
    if found is None:
        raise ValueError(typed)
    parts = [found["year"]]
    if word := found.get("word"):
        number = MONTHS.get(word) or (not found.get("day") and SEASONS.get(word))
        if not number:
            raise ValueError(typed)
        parts.append(number)
    if found.get("month"):
        parts.append(int(found["month"]))
    if found.get("first"):
        day, month = _in_order(int(found["first"]), int(found["second"]), typed)
        parts += [month, day]
    elif found.get("day"):
        parts.append(int(found["day"]))
    return "-".join([parts[0], *(f"{part:02}" for part in parts[1:])])


def _in_order(first, second, typed):
    """Return day and month of two numbers of which either may be either; raises `Unreadable` where both could be."""
    if first <= 12 and second <= 12 and first != second:
        raise Unreadable(TWO_DATES % {"value": typed})
    return (second, first) if second > 12 else (first, second)


def _why(words, typed):
    """Return the sentence that says why some words are no date."""
    sentence = next((why for pattern, why in WORDS_THAT_SAY_WHY if pattern.search(words)), NOT_READ)
    return sentence % {"value": typed}


def write(date):
    """Return an EDTF as people write it in the active language; as EDTF where the words would be read otherwise."""
    bare = EDTF(date.plain).display()
    written = {"": "{}", "~": "{about}", "?": "{}?", "%": "{about}?"}[date.doubt].format(
        bare, about=_("about %(date)s") % {"date": bare}
    )
    try:
        return written if read(written) == date else str(date)
    except Unreadable:
        return str(date)


def reading(text):
    """Return (whether it was read, a sentence that shows how `text` was read or says why it was not)."""
    if not str(text or "").strip():
        return True, ""
    try:
        date = text if isinstance(text, EDTF) else read(text)
    except Unreadable as error:
        return False, str(error)
    return True, _("Read as: %(words)s (%(edtf)s)") % {"words": date.display(), "edtf": str(date)}
