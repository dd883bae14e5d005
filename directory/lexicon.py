"""The words that records hold, and which of them a typed word means: parts of compounds, inflections, near misses."""

import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from itertools import chain

import numpy
import snowballstemmer
from pyroaring import BitMap
from rapidfuzz import process
from rapidfuzz.distance import OSA

SWEDISH, ENGLISH = snowballstemmer.stemmer("swedish"), snowballstemmer.stemmer("english")
# Plurals that change the word itself, as folded stems: böcker, fötter, museer …
CHANGING = [("bok", "bock"), ("fot", "fott"), ("rot", "rott"), ("not", "nott"), ("mus", "moss"), ("lus", "loss")]
CHANGING += [("dotter", "dottr"), ("moder", "modr"), ("fader", "fadr"), ("museum", "muse"), ("centrum", "centr")]
NEAREST = 3


@lru_cache(maxsize=10_000)
def stems(word):
    """Return the stems of a folded word, read as Swedish and as English."""
    found = {SWEDISH.stemWord(word), ENGLISH.stemWord(word)}
    if word.endswith("et") and len(word) > 6:
        found.add(word[:-2])  # Snowball keeps “nätverket”
    for stem in found:
        for one, other in CHANGING:
            for old, new in ((one, other), (other, one)):
                if stem.endswith(old):
                    found.add(stem.removesuffix(old) + new)
    return found


def forms(word):
    """Yield (text to look for, stem that a word holding it must share or None) for a folded word.

    What is cut off by two letters at most may stand anywhere in a word; a stem that lost more asks for the same stem.
    """
    yield word, None
    if len(word) < 3 or not word.isalpha():
        return
    if len(word) > 4 and word[-1] in "nrst":
        yield word[:-1], None
    for stem in stems(word) - {word}:
        if len(stem) > 3 and 0 < len(word) - len(stem) <= 2 and not stem.endswith("i"):
            yield stem, None
        elif len(stem) > 2:
            yield stem.removesuffix("i"), stem


class Lexicon:
    """Sorted words, each with the records that hold it."""

    def __init__(self, words, records):
        """Take the sorted words, one a line, and a function from a word's number to its bitmap."""
        self.text = f"\n{words}\n".encode() if words else b"\n"
        self.starts = numpy.flatnonzero(numpy.frombuffer(self.text, numpy.uint8) == 10).astype(numpy.uint32)
        self.records = records
        self.letters = int(self.starts[self.place(b":")])

    def __len__(self):
        return len(self.starts) - 1

    def word(self, number):
        """Return a word by its number."""
        return self.text[self.starts[number] + 1 : self.starts[number + 1]]

    def place(self, word):
        """Return the number of the first word that does not sort before `word`."""
        return bisect_left(range(len(self)), word, key=self.word)

    def records_from(self, text):
        """Return the records of all words that begin with `text`."""
        return BitMap.union(BitMap(), *map(self.records, range(self.place(text), self.place(text + b"\xff"))))

    def holding(self, text):
        """Return the numbers of the words that hold `text`.

        A number is looked for at the beginning of words, four letters and more anywhere, three at either end, and
        fewer as the whole word: a shorter part says too little.
        """
        text = text.encode()
        if text[:1].isdigit():
            return range(self.place(text), self.place(text + b"\xff"))
        if len(text) < 3:
            number = self.place(text)
            return [number] if number < len(self) and self.word(number) == text else []
        part = re.escape(text)
        pattern = part if len(text) > 3 else b"\n%b|%b\n" % (part, part)
        found = [
            match.start() + (match[0][:1] == b"\n") for match in re.compile(pattern).finditer(self.text, self.letters)
        ]
        return numpy.unique(numpy.searchsorted(self.starts, numpy.array(found, numpy.uint32), side="left") - 1).tolist()

    def matching(self, word):
        """Return the numbers of the words that a typed, folded word means."""
        numbers = set()
        for text, stem in forms(word):
            found = self.holding(text)
            numbers.update(n for n in found if stem in stems(self.word(n).decode())) if stem else numbers.update(found)
        return numbers

    @cached_property
    def by_length(self):
        """The words that are all letters, by their length."""
        words = {}
        for word in self.text.decode().split():
            if word.isalpha():
                words.setdefault(len(word), []).append(word)
        return words

    def nearest(self, word):
        """Return (distance, word) of the few words that one slip of the hand, or two in a long word, turns into `word`."""
        if len(word) < 4 or not word.isalpha():
            return []
        for most in (1, 2) if len(word) > 5 else (1,):
            near = chain.from_iterable(self.by_length.get(len(word) + step, ()) for step in range(-most, most + 1))
            found = process.extract(word, list(near), scorer=OSA.distance, score_cutoff=most, limit=None)
            if found:
                return [(distance, text) for text, distance, _position in found]
        return []


class Words:
    """The words of one group at one version: those of the snapshot, and those of the records changed since."""

    def __init__(self, old, new, changed):
        self.old, self.new, self.changed = old, new, changed

    def records(self, word):
        """Return the records that hold a word which the typed one means."""
        found = BitMap.union(BitMap(), *map(self.old.records, self.old.matching(word))) - self.changed
        return BitMap.union(found, *map(self.new.records, self.new.matching(word)))

    def all(self):
        """Return {word: records} of every word, for a check."""
        words = {}
        for lexicon, gone in ((self.old, self.changed), (self.new, BitMap())):
            for number in range(len(lexicon)):
                word = lexicon.word(number).decode()
                words[word] = words.get(word, BitMap()) | (lexicon.records(number) - gone)
        return {word: records for word, records in words.items() if records}

    def beginning(self, word):
        """Return the records that hold a word beginning with the folded text typed."""
        text = word.encode()
        old, new = (lexicon.records_from(text) for lexicon in (self.old, self.new))
        return (old - self.changed) | new

    def nearest(self, word):
        """Return up to three words nearest to a misspelt one, those that stand in most records first."""
        found = sorted([*self.old.nearest(word), *self.new.nearest(word)])
        count = {text: -len(self.records(text)) for distance, text in found if distance == found[0][0]}
        return sorted(count, key=lambda text: (count[text], text))[:NEAREST]
