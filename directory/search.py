"""Finding a record by words as people type them: accents, case and grouping of digits do not matter."""

import re
import unicodedata
from functools import lru_cache
from itertools import product
from math import prod

from django.utils.translation import gettext as _

# 1 940 289, 1.940.289 and 1,940,289 are one number, whichever space stands between.
GROUPED_NUMBER = re.compile(r"(?<![\d.,-])\d{1,3}(?:[ .,]\d{3})+(?![\d-])")
# Signs that no alphabet sorts; "{|}" stand for å, ä and ö.
UNSORTED = re.compile(r"[^\w\s{|}-]")
# Letters that are no accented ones, and are typed without a key of their own.
OTHER_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})
SWEDISH_LETTERS = str.maketrans({"å": "{", "ä": "|", "ö": "}", "æ": "|", "ø": "}"})
# A word is letters and digits; what may stand inside a number or a name is listed.
PART = re.compile(r"[^\W_]+")
DIGIT = re.compile(r"\d")
CHUNK = re.compile(r"[^\W_]+(?:[-./:_][^\W_]+)*")
JOINED = re.compile(r"(?<![^\W_])[^\W_]+(?:[-./:_][^\W_]+)+")
# Between the parts of a number, such as 2021-02939_Vinnova; “5G-nätverk” is two words.
JOINT = re.compile(r"[-./:]")
CURRENCY = {"kr", "kronor", "sek"}
LONGEST_QUERY = 100
# Spellings of a name without its accents that are looked up; a name with more of these letters must be typed right.
MOST_VARIANTS = 200
MOST_WORDS = 8


class Letters(dict):
    """What becomes of each letter once its marks stand apart from it: other letters are typed for it, marks go."""

    def __missing__(self, code):
        letter = chr(code)
        found = self[code] = None if unicodedata.combining(letter) else OTHER_LETTERS.get(code, letter)
        return found


LETTERS = Letters()


@lru_cache(maxsize=1024)
def fold(text):
    """Return `text` in lower case, without marks on letters, with single spaces and ungrouped numbers."""
    plain = str(text).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).translate(LETTERS)
    plain = " ".join(plain.split())
    return GROUPED_NUMBER.sub(lambda number: re.sub(r"[ .,]", "", number[0]), plain)


def searchable(*texts):
    """Return the folded texts on one line, for a column that is searched by `contains`."""
    return " ".join(filter(None, (fold(text) for text in texts if text)))


def sort_key(text):
    """Return a key that sorts byte by byte as Swedish does: a–z, å, ä, ö; other accents as their letter."""
    swedish = unicodedata.normalize("NFC", str(text).casefold()).translate(SWEDISH_LETTERS)
    return fold(UNSORTED.sub("", swedish))[:200]


def sort_keys(text):
    """Return the sort keys of a text as it may have been meant by somebody who types no å, ä or ö."""
    variants = [{"a": "a{|", "o": "o}"}.get(letter, letter) for letter in sort_key(text)]
    count = prod(map(len, variants))
    return ["".join(letters) for letters in product(*variants)] if count <= MOST_VARIANTS else [sort_key(text)]


def tokens(text):
    """Return the words of a folded text: its runs of letters and digits, and whole what joins digits, as 2014-01234."""
    found = set(PART.findall(text))
    if DIGIT.search(text):
        found.update(chunk for chunk in JOINED.findall(text) if DIGIT.search(chunk))
        found.difference_update([word for word in found if word[0] == "0" and not word.strip("0")])
    return found


def words(query, most=MOST_WORDS):
    """Return the folded words of a query, each once, at most eight; a number with its parts is one word.

    The currency beside an amount is none: whoever copies “1 940 289 kr” means the number.
    """
    found = []
    for chunk in CHUNK.findall(fold(query[:LONGEST_QUERY])):
        is_number = chunk.strip("0") and all(any(map(str.isdigit, part)) for part in JOINT.split(chunk))
        found.extend([chunk] if is_number else [part for part in PART.findall(chunk) if part.strip("0")])
    if any(len(word) > 3 and word.isdigit() for word in found):
        found = [word for word in found if word not in CURRENCY]
    return list(dict.fromkeys(found))[:most]


def replaced(query, word, other):
    """Return a query with another word in place of one, which is given folded; its other words stay as they are."""
    return re.sub(
        r"[^\W_]+", lambda typed: other if fold(typed[0]) == word else typed[0], unicodedata.normalize("NFC", query)
    )


def unsearched(query):
    """Yield a sentence when a query has no word at all, or more words than are searched."""
    if query.strip() and not words(query):
        yield _("The search holds no letter or number; it finds nothing.")
    if len(words(query, None)) > MOST_WORDS:
        yield _("Only the first %(count)d words are searched.") % {"count": MOST_WORDS}
