"""Finding a record by words as people type them: accents, case and grouping of digits do not matter."""

import re
import unicodedata

from django.db.models import Case, When

# 1 940 289, 1.940.289 and 1,940,289 are one number, whichever space stands between.
GROUPED_NUMBER = re.compile(r"(?<![\d.,-])\d{1,3}(?:[ .,]\d{3})+(?![\d-])")
SWEDISH_LETTERS = str.maketrans({"å": "{", "ä": "|", "ö": "}", "æ": "|", "ø": "}"})
LONGEST_QUERY = 100
MOST_WORDS = 8


def fold(text):
    """Return `text` in lower case, without marks on letters, with single spaces and ungrouped numbers."""
    plain = unicodedata.normalize("NFKD", str(text).casefold())
    plain = " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
    return GROUPED_NUMBER.sub(lambda number: re.sub(r"[ .,]", "", number[0]), plain)


def searchable(*texts):
    """Return the folded texts on one line, for a column that is searched by `contains`."""
    return " ".join(filter(None, (fold(text) for text in texts if text)))


def sort_key(text):
    """Return a key that sorts byte by byte as Swedish does: a–z, å, ä, ö; other accents as their letter."""
    swedish = unicodedata.normalize("NFC", str(text).casefold()).translate(SWEDISH_LETTERS)
    return fold(re.sub(r"[^\w\s{|}-]", "", swedish))[:200]


def words(query):
    """Return the folded words of a query, at most eight."""
    return fold(query[:LONGEST_QUERY]).split()[:MOST_WORDS]


def relevance(query, column):
    """Return an expression that ranks the exact name first, then names that begin with the query, then the rest."""
    key = sort_key(query)
    return Case(When(**{column: key}, then=0), When(**{f"{column}__startswith": key}, then=1), default=2)
