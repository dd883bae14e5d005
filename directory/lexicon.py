"""The words that records hold, and which of them a typed word means: parts of compounds, inflections, near misses."""

import re
from bisect import bisect_left
from functools import cache, cached_property, lru_cache
from threading import Lock

import numpy
from django.utils.module_loading import import_string
from pyroaring import BitMap
from rapidfuzz import process
from rapidfuzz.distance import OSA


def listed(words):
    """Return the words of a text as a set."""
    return frozenset(words.split())


@cache
def stemmer(language):
    """Return Snowball's stemmer of a language; with it come those of forty others, so it is loaded with the first search."""
    return import_string("snowballstemmer.stemmer")(language)


# A stemmer notes in itself where in a word it is, so that two threads would confuse each other.
_stemming = Lock()


def stem_in(language, word):
    """Return the stem of a word, read as of a language."""
    with _stemming:
        return stemmer(language).stemWord(word)


# Words that are their only form, but look like forms of others: “mot” is no “möte”, nor “center” “central”.
ALONE = listed(
    """
    mot for att och det den der dar har var vara men ett inte som med till vid hos man kan ska upp ner han hon sin
    alla allt andra under over efter inom eller aven nar sedan mellan genom samt detta dessa the and are was but not
    has had its our can may all any one two off out who how why this that these those from with which than then them
    they their there been were will would could should such each both some more most center centre central centrala
    """
)
# Words that end as inflected Swedish ones do, and are none; nor are “generator” and what has a “c” as only English has.
UNINFLECTED = listed(
    """
    market planet target proven transfer sensor laser order fiber fibre paper poster motor rotor modern genome arena
    inter ultra super upper summer proper manner matter latter member partner mentor minor author senior tailor
    generate operate estate state finite engine label appear gender human german offer differ refer border
    nature antenna internet dataset subset number power
    """
)
UNSWEDISH = re.compile(r"c(?![ehiky])|(?<!g)ators?$")
# Words that stand in others by chance: “city” says nothing in “electricity”, nor “risk” in “elektrisk”.
CHANCE = listed("city centre genom ion age ing ring ning ling ment tion sion ness able ance ence ism het lig skap risk")
# Plurals that change the word itself, as folded stems: böcker, fötter, rötter, möss, children …
CHANGING = [("bok", "bock"), ("fot", "fott"), ("rot", "rott"), ("mus", "moss"), ("child", "childr"), ("woman", "women")]
CHANGING += [pair[::-1] for pair in CHANGING]
# What British and American English spell in two ways.
SPELLINGS = [("behaviour", "behavior"), ("neighbour", "neighbor"), ("colour", "color"), ("labour", "labor")]
SPELLINGS += [("harbour", "harbor"), ("centre", "center"), ("fibre", "fiber"), ("metre", "meter")]
SPELLINGS += [pair[::-1] for pair in SPELLINGS]
AMERICAN_Z = re.compile(r"(?<=...i)z(?=(e[drs]?|ers|ing|ations?)$)")
# What Snowball keeps: of “skolan”, “energins”, “cykeln”, “nätverket”, “skolors”; and before a stem, as in “museum”,
# “analysis”, “hållbart”, “sjöar”.
KEPT = re.compile(r"((?<=...[aeiy])n|(?<=.[bdfgkmpstv]el)n|(?<=...e)t)s?$|(?<=..or)s$")
AFTER_STEM = re.compile(r"(?<=...[eir])um(et)?s?$|(?<=.....s)is$|(?<=..bar)t$|(?<=..o)ar(na)?s?$")
# A vowel that comes and goes: “cykel”, “cyklar”.
FLEETING = re.compile(r"(?<=[bdfgkmpstv])e(?=[lr]$)|(?<=tt|ck|pp)e(?=n$)")
FLED = re.compile(r"(?<=[bdfgkmpstv])(?=[lnr]$)")
# What forms of the same word do not share of their stem: “city” and “cities”, “organise” and “organize”.
VARYING = re.compile(r"(?<=[bdfgkmpstv])[lnr]$|is?$")
# What follows the stem in inflected Swedish: in nouns, in nouns and adjectives, in verbs.
NOUN = re.compile(r"(?:[ae]r|[aeo]rna|e[nt]|or)s?")
NOMINAL = re.compile(r"(?:[ae]?[nr]|e?t|a|e(?!s)|or|[aeo]rna|e?na)s?")
VERBAL = re.compile(r"(?:ade?|at|ande)s?")
# Where in other words a text means the typed one; "" is nowhere, unless they are forms of the same word.
ANYWHERE, ENDS, BEGINNING = "anywhere", "ends", "beginning"
NEAREST = 3
# A bit for each of the letters a to z, one for all others, and one for what is no letter.
OTHER = 1 << 31
BITS = numpy.array([0 if code == 10 else OTHER if code < 97 else 1 << min(code - 97, 26) for code in range(256)], "u4")


def is_swedish(word):
    """Whether a word may be an inflected Swedish one."""
    return not UNSWEDISH.search(word) and not {word, word.removesuffix("s")} & UNINFLECTED


@lru_cache(maxsize=50_000)
def stems(word):
    """Return the stems of a folded word, read as Swedish and as English."""
    if word in ALONE:
        return frozenset()
    found, bases = {stem_in("english", AMERICAN_Z.sub("s", word))}, {word}
    if is_swedish(word):
        bases.add(KEPT.sub("", word))
        found |= {AFTER_STEM.sub("", word), *(stem_in("swedish", base) for base in bases)}
    found |= {FLEETING.sub("", base) for base in bases if len(base) > 4 and FLEETING.search(base)}
    found |= {stem.removesuffix(old) + new for stem in found for old, new in CHANGING if stem.endswith(old)}
    return frozenset(found)


def reach(word, stem):
    """Return where in other words a stem of `word` means it: the shorter it is, the more words hold it by chance.

    English joins no words; there a stem that is more than the plural's “s” shorter says nothing.
    """
    ending, is_long = word.removeprefix(stem), len(stem) > (5 if FLED.search(stem) else 4)
    if ending == "s":
        return BEGINNING if is_long else ""
    if stem in CHANCE or not is_swedish(word):
        return ""
    if ending == word:
        changed = FLEETING.sub("", word) == stem or any(stem.endswith(new) for _old, new in CHANGING)
        return ENDS if changed else ""
    if (is_long and NOMINAL.fullmatch(ending)) or (len(stem) > 5 and VERBAL.fullmatch(ending)):
        return ANYWHERE
    if len(stem) < 4 or stem.endswith("i"):
        return ""
    if NOUN.fullmatch(ending) or AFTER_STEM.sub("", word) == stem:
        return ENDS
    return BEGINNING if ending == "a" else ""


def meanings(word):
    """Yield (text, where in other words it means the folded `word`): the word, its stems, and their other spellings."""
    for each in {word, *(word.replace(old, new) for old, new in SPELLINGS)}:
        yield each, ANYWHERE
        for stem in stems(each) - {each} if each.isalpha() else ():
            if len(stem) > 2:
                yield stem, reach(each, stem)
                if len(stem) > 3 and FLED.search(stem) and re.fullmatch(rf"{stem}(e[nt]|[ae]r|[ae]rna)s?", each):
                    yield FLED.sub("e", stem), ANYWHERE


def forms(word):
    """Yield (text to look for, stem that a word holding it must share or None) for a folded word."""
    for text, where in meanings(word):
        yield (text, None) if where == ANYWHERE else (text.removesuffix("i"), text)


class Lexicon:
    """Sorted words, each with the records that hold it."""

    def __init__(self, words, records):
        """Take the sorted words, one a line, and a function from a word's number to its bitmap."""
        self.text = f"\n{words}\n".encode() if words else b"\n"
        self.starts = numpy.flatnonzero(numpy.frombuffer(self.text, numpy.uint8) == 10).astype(numpy.uint32)
        self.records = records
        self.letters = int(self.starts[self.place(b":")])

    def overlaid(self, changed, added):
        """Return the words without what the changed records had, and with what they have as {word: bitmap}."""
        return Words(self, Lexicon.of(added), changed)

    @classmethod
    def of(cls, values):
        """Return the lexicon of a mapping from words to bitmaps."""
        words = sorted(values)
        return cls("\n".join(words), lambda number: values[words[number]])

    def __len__(self):
        return len(self.starts) - 1

    def word(self, number):
        """Return a word by its number."""
        return self.text[self.starts[number] + 1 : self.starts[number + 1]]

    def place(self, word):
        """Return the number of the first word that does not sort before `word`."""
        return bisect_left(range(len(self)), word, key=self.word)

    def beginning(self, text):
        """Return the numbers of the words that begin with `text`."""
        return range(self.place(text), self.place(text + b"\xff"))

    def within(self, pattern, least=0):
        """Return the numbers of the words in which a pattern is found, after `least` letters or more."""
        found = (match.start() for match in re.compile(pattern).finditer(self.text, self.letters))
        places = numpy.fromiter(found, numpy.uint32)
        numbers = numpy.searchsorted(self.starts, places) - 1
        return numpy.unique(numbers[places > self.starts[numbers] + least]).tolist()

    def of_stem(self, stem):
        """Return the numbers of the words that have a stem and are not so much longer that they must be others."""
        start = stem if len(stem) < 4 else VARYING.sub("", stem)
        near = ((number, self.word(number)) for number in self.beginning(start.encode()))
        return [number for number, word in near if len(word) < 2 * len(stem) + 3 and stem in stems(word.decode())]

    def whole(self, text):
        """Return the number of the very word, if it is here."""
        return [number for number in self.beginning(text)[:1] if self.word(number) == text]

    def holding(self, text):
        """Return the numbers of the words that hold what was typed.

        Four letters and more are looked for anywhere, three at either end, and fewer as the whole word: a shorter
        part says too little. A number is looked for where it begins, be it behind letters.
        """
        part = text.encode()
        if text[0].isdigit():
            behind = self.within(rb"(?<=[a-z])%b" % re.escape(part)) if len(text) > 3 else []
            return [*self.beginning(part), *behind]
        if len(text) < 3:
            return self.whole(part)
        if text in CHANCE:
            return self.beginning(part)
        if len(text) == 3:
            return [*self.beginning(part), *self.within(rb"%b(?=\n)" % re.escape(part))]
        return self.within(re.escape(part))

    def matching(self, word):
        """Return the numbers of the words that a typed, folded word means."""
        numbers, wanted = set(), set(meanings(word))
        parts = [text for text, where in wanted if where == ANYWHERE and len(text) > 3 and text not in CHANCE]
        for text, where in wanted:
            if any(part in text and part != text for part in parts):
                continue
            if where == ANYWHERE:
                numbers.update(self.holding(text))
                continue
            numbers.update(self.of_stem(text))
            if where and len(text) > 3:
                numbers.update(self.beginning(text.encode()))
            if where == ENDS:
                least = 2 if FLED.search(text) else 3
                numbers.update(self.within(rf"{text}(?:{NOMINAL.pattern}|um(?:et)?s?)?\n".encode(), least))
        return numbers

    @cached_property
    def outlines(self):
        """The length of each word, and which letters it has as a number's bits; a word with digits counts as empty."""
        codes = numpy.frombuffer(self.text, numpy.uint8)
        outlines = numpy.bitwise_or.reduceat(BITS[codes], self.starts)[:-1]
        # Of the bytes of a letter only the first counts.
        lengths = numpy.add.reduceat(codes & 0xC0 != 0x80, self.starts, dtype=numpy.int32)[:-1] - 1
        return numpy.where(outlines & OTHER, 0, lengths), outlines

    def nearest(self, word):
        """Return (distance, word) of the few words that one slip of the hand, or two in a long word, turns into `word`."""
        if len(word) < 4 or not word.isalpha():
            return []
        lengths, outlines = self.outlines
        unlike = numpy.bitwise_count(outlines ^ numpy.bitwise_or.reduce(BITS[[*word.encode()]]))
        for most in (1, 2) if len(word) > 5 else (1,):
            # A slip changes at most two letters, the one for the other, and the length by one.
            likely = numpy.flatnonzero((abs(lengths - len(word)) <= most) & (unlike <= 2 * most)).tolist()
            near = [self.word(number).decode() for number in likely]
            found = process.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=None)
            if found:
                return [(distance, text) for text, distance, _position in found]
        return []


class Words:
    """The words of one group at one version: those of the snapshot, and those of the records changed since."""

    def __init__(self, old, new, changed):
        self.old, self.new, self.changed = old, new, changed

    def of(self, find, text):
        """Return the records that hold a word which `find`, a method of `Lexicon`, finds for a text."""
        old, new = (BitMap.union(BitMap(), *map(each.records, find(each, text))) for each in (self.old, self.new))
        return (old - self.changed) | new

    def records(self, word):
        """Return the records that hold a word which the typed one means."""
        return self.of(Lexicon.matching, word)

    def all(self):
        """Return {word: records} of every word, for a check."""
        words = {}
        for lexicon, gone in ((self.old, self.changed), (self.new, BitMap())):
            for number, word in enumerate(lexicon.text.decode().split("\n")[1:-1]):
                records = lexicon.records(number)
                records = records - gone if records.intersect(gone) else records
                words[word] = words[word] | records if word in words else records
        return {word: records for word, records in words.items() if records}

    def beginning(self, word):
        """Return the records that hold a word beginning with the folded text typed."""
        return self.of(Lexicon.beginning, word.encode())

    def nearest(self, word):
        """Return up to three words nearest to a misspelt one, those that stand in most records first."""
        found = {text: distance for distance, text in [*self.old.nearest(word), *self.new.nearest(word)]}
        counts = {text: len(self.of(Lexicon.whole, text.encode())) for text in found}
        ranked = sorted((found[text], -count, text) for text, count in counts.items() if count)
        return [text for distance, _count, text in ranked if distance == ranked[0][0]][:NEAREST]
