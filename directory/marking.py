"""Marks the words that were searched for in HTML that is already drawn."""

import re
import unicodedata
from functools import lru_cache

from django.utils.safestring import mark_safe

# Tags and entities stay as they are; what lies between is text.
TEXT = re.compile(r"(<[^>]*>|&[#\w]+;)")
NUMBER = re.compile(r"\d{4,}")


def _plain(letter):
    """Return one letter as search folds it, or itself where that would be more or fewer letters."""
    folded = "".join(
        each for each in unicodedata.normalize("NFKD", letter.casefold()) if not unicodedata.combining(each)
    )
    return folded if len(folded) == 1 else letter


class _Letters(dict):
    """A table for `str.translate` that learns each letter when it is met."""

    def __missing__(self, code):
        self[code] = _plain(chr(code))
        return self[code]


LETTERS = _Letters()


def plain(html):
    """Return the text of some HTML as search folds it; each character that is none is a space, so that places agree."""
    return TEXT.sub(lambda met: " " * len(met[0]), html).translate(LETTERS)


def marked(html, texts, folded=None):
    """Return HTML in which the folded texts stand in `<mark>`: long ones anywhere, those of one to three letters as
    the beginning or the end of a word; a number also where its digits are grouped. `folded` is its text, if at hand."""
    if texts:
        parts, end = [], 0
        for match in _any_of(tuple(texts)).finditer(plain(html) if folded is None else folded):
            start, stop = match.span()
            parts += [html[end:start], "<mark>", html[start:stop], "</mark>"]
            end = stop
        html = "".join([*parts, html[end:]])
    return mark_safe(html)  # noqa: S308 – drawn by templates of ours, and only marks were added between tags


@lru_cache(maxsize=256)
def _any_of(texts):
    return re.compile("|".join(_pattern(text) for text in sorted(texts, key=len, reverse=True)))


def _pattern(text):
    if NUMBER.fullmatch(text):
        return r"(?<!\d)" + r"[ .,\u00a0\u202f]?".join(text)
    whole = re.escape(text)
    return whole if len(text) > 3 else rf"\b{whole}|{whole}\b" if len(text) == 3 else rf"\b{whole}\b"
