"""Whether two spellings name one place: accents, transliteration, prefixes and shortened names told apart from other places."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

# How GeoNames writes letters in ASCII; others leave the mark out.
WRITTEN_OUT = str.maketrans({"ö": "oe", "ä": "ae", "ü": "ue", "å": "aa", "ø": "oe", "ß": "ss", "æ": "ae"})
PLAIN = str.maketrans({"ø": "o", "ß": "ss", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "β": "ss"})
# Words that say what sort of body or part it is, not which place.
COMMON = frozenset(
    """
    city town ville comune commune municipality municipal municipio ajuntament ayuntamiento gemeente gemeinde
    kommune kommun kommuna stad stadt marktgemeinde stadtgemeinde concello concelho camara urad mesto obcina
    opcina of the de di da do del della dei delle du des la le les el los las sur sul in im an am der die das den
    van saint sankt santa san sint sveti und and
    """.split()  # noqa: SIM905 (a list of so many words is read more easily so)
)
WORD, APOSTROPHE = re.compile(r"\w+"), re.compile(r"['’‘`´]")
CLOSE = 0.85


@lru_cache(maxsize=4096)
def squashed(name):
    """Return a name's letters and digits alone, without marks on letters."""
    return "".join(_words(name, PLAIN))


def _words(name, table):
    plain = name.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.translate(table))
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return WORD.findall(APOSTROPHE.sub("", plain))


@lru_cache(maxsize=4096)
def agreement(name, other):
    """Return 2 where two names are spelled alike, 1 where one is a shorter or close spelling of the other, else 0."""
    if name and name.casefold() == other.casefold():
        return 2
    best = 0
    for table in (PLAIN, WRITTEN_OUT):
        mine = _words(name, table)
        for other_table in (PLAIN, WRITTEN_OUT):
            theirs = _words(other, other_table)
            if mine and "".join(mine) == "".join(theirs):
                return 2
            telling, others = {*mine} - COMMON, {*theirs} - COMMON
            shorter, longer = sorted((telling, others), key=len)
            if (shorter and shorter <= longer and max(map(len, shorter)) > 3) or SequenceMatcher(
                None, "".join(mine), "".join(theirs)
            ).ratio() >= CLOSE:
                best = 1
    return best


def well_cased(full, locality):
    """Return the name of a place as a register spells it best: not in capitals throughout."""
    if squashed(full) == squashed(locality) and not full.isupper():
        return full
    return locality or full
