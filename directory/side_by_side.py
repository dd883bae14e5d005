"""Records side by side: the facts of their own pages, question by question, and what they have in common."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from directory.bases import MOST_ROWS, Certainty
from directory.facts import Fact, Table, Value, few, numbered
from directory.figures import Discrepancy
from directory.search import fold, sort_key
from directory.templatetags.words import lang

# So many of the groups that have something in common are told of each question.
MOST_GROUPS = 12


def key_of(value):
    """Return what makes two answers the same: the record that they lead to, or else their words."""
    return value.url if value.shape else fold(f"{value.text} {value.note}".strip())


@dataclass
class Cell:
    """What one record answers to one question.

    `facts` are drawn; `said` is what is held against the other records' answers; `things` are the answers that other
    records can share; `cut` says that there are more than were loaded.
    """

    question: str
    facts: list = field(default_factory=list)
    said: set = field(default_factory=set)
    things: dict = field(default_factory=dict)
    cut: bool = False

    def take(self, fact):
        """Take a fact of the record's page; where it answers in words of its own, they are part of the answer."""
        own = "" if fact.label == self.question else fact.label
        fact = Fact(fact.label, _marked_once(fact.values), fact.silence)
        if fact.values:
            self.facts = [each for each in self.facts if each.values]
        if fact.values or not self.facts:
            self.facts.append(Fact(own if fact.values else "", fact.values, fact.silence))
        self.said |= {(own, key_of(value)) for value in fact.values}
        self.things.update({key_of(value): value for value in fact.values})

    def take_table(self, table, record):
        """Take the records that a table of the page names: how many, and the first few of them."""
        lines = (_named(line, record) for line in table.lines)
        # The same record may be named for two reasons.
        named = {(value.note, key_of(value)): value for value in lines if value}
        self.cut = len(table.lines) >= MOST_ROWS
        words = _("more than %(count)d named") if self.cut else _("%(count)d named")
        self.facts = [each for each in self.facts if each.values]
        self.facts.append(Fact.of(words % {"count": len(named)}, *_marked_once(few(named.values()))))
        self.said |= named.keys()
        self.things.update({key: value for (_note, key), value in named.items()})

    @property
    def shown(self):
        """What is drawn: the facts, or the silence of a page that has none of them."""
        return self.facts or [Fact("")]

    def texts(self):
        """Yield the answers as plain words, each with what qualifies it."""
        for fact in self.shown:
            values = "; ".join(map(_text, fact.values)) or fact.silence or _("not stated in the source")
            yield f"{fact.label}: {values}" if fact.label else values

    def __str__(self):
        """The whole cell as one text."""
        return "; ".join(self.texts())


def _marked_once(values):
    """Leave the mark of several values that are all stated in one row to the last of them."""
    values = [Value(value) if isinstance(value, str) else value for value in values]
    for place, (value, following) in enumerate(pairwise(values)):
        row = value.row
        if row is not None and row is following.row and row.certainty == Certainty.STATED and not value.wording:
            values[place] = replace(value, row=None)
    return tuple(values)


def _named(line, record):
    """Return what a line of a table is about, with the line's source: where it begins with the record itself, its other end."""
    first = next(iter(line.facts[0].values), None)
    if first is None or first.url != record.get_absolute_url():
        return first and Value(first.text, first.url, line.row, first.lang, first.shape, note=first.note)
    relation = next(iter(line.facts[1].values), None)
    others = (value for fact in line.facts[1:] for value in fact.values if value.shape)
    other = next(others, None)
    note = str(relation.text) if relation else ""
    return other and Value(other.text, other.url, line.row, other.lang, other.shape, note=note)


def _text(value):
    """Return a value as plain words: with its note, the source's own words and how sure it is where it is not stated."""
    note = f"({value.note})" if value.note else ""
    wording = f"“{value.wording}”" if value.wording else ""
    return " ".join(filter(None, [str(value.text), note, wording, sureness(value.row)]))


def sureness(row):
    """Return in a word, in brackets, how sure a fact is that its source does not plainly state."""
    words = {Certainty.INFERRED: _("inferred"), Certainty.EXTERNAL: _("from outside")}
    return f"({words[row.certainty]})" if row is not None and row.certainty in words else ""


@dataclass
class Row:
    """One question with the answers of all records; `state` is a word for CSS, `words` says the same to readers."""

    question: str
    cells: list
    state: str = ""
    words: str = ""

    def __post_init__(self):
        """Find out whether the answers are the same."""
        stated = [cell for cell in self.cells if cell.said]
        same = len({frozenset(cell.said) for cell in stated}) == 1 and not any(cell.cut for cell in stated)
        numbers = {"count": len(stated), "total": len(self.cells)}
        if len(self.cells) < 2:
            return
        if not stated:
            self.state, self.words = "none", _("stated for none")
        elif len(stated) == len(self.cells):
            everywhere = _("same for both") if len(stated) == 2 else _("same for all")
            self.state, self.words = ("same", everywhere) if same else ("differs", _("differs"))
        elif len(stated) == 1:
            self.state, self.words = "some", _("stated for %(count)d of %(total)d") % numbers
        elif same:
            self.state, self.words = "some", _("stated for %(count)d of %(total)d, the same for these") % numbers
        else:
            self.state, self.words = "differs", _("stated for %(count)d of %(total)d, and differs") % numbers

    @property
    def tells_apart(self):
        """Whether the records are not known to be the same in this."""
        return self.state in ("differs", "some")

    @property
    def answers(self):
        """The number of records that answer."""
        return sum(bool(cell.said) for cell in self.cells)


def answers_of(page, discrepancies):
    """Return {question: cell} of one record's page, in the order of the page: its facts, what its tables name, its source."""
    cells, record = {}, page.record

    def cell(question):
        return cells.setdefault(question, Cell(question))

    for fact in page.facts:
        cell(fact.question or fact.label).take(fact)
    for section in page.sections:
        if isinstance(section, Table):
            cell(section.title).take_table(section, record)
    if discrepancies:
        address = f"{record.get_absolute_url()}#differing"
        titles = [Value(str(each.title), address, lang=each.title.lang) for each in discrepancies]
        cell(_("The sources differ")).take(Fact(_("The sources differ"), tuple(titles)))
    source = record.source
    note = source.get_reviewed_display() if source.unreviewed else ""
    url = source.get_absolute_url() if source.visible else ""
    name = Value(str(source.name), url, lang=source.name.lang, note=str(note))
    silence = _("no date on the page")
    for fact in (
        Fact.of(_("Source"), name),
        Fact.of(_("Source last updated"), source.last_updated, silence=silence),
    ):
        cell(fact.label).take(fact)
    return cells


def in_page_order(orders):
    """Return the questions of several pages, each once, so that none stands before one that precedes it on its page."""
    questions = []
    for order in orders:
        place = 0
        for question in order:
            if question in questions:
                place = max(place, questions.index(question) + 1)
            else:
                questions.insert(place, question)
                place += 1
    return questions


class SideBySide:
    """Some records of one kind on the same questions; `pages` are what their own pages say."""

    def __init__(self, pages, always=()):
        """Lay the pages side by side; `always` are questions that are asked even if no page answers."""
        self.records = [page.record for page in pages]
        differing = Discrepancy.on_each(self.records)
        answers = [answers_of(page, differing[f"{page.record.section}/{page.record.slug}"]) for page in pages]
        differ = _("The sources differ")
        last = [differ, _("Source"), _("Source last updated")]
        questions = in_page_order(each for each in answers)
        asked = [each for each in questions if each not in last]
        asked += [str(each) for each in always if str(each) not in asked]
        asked += [each for each in last if each in questions]
        agreed = Cell(differ, [Fact("", silence=_("no difference is known"))])
        silent = {question: agreed if question == differ else Cell(question) for question in asked}
        self.rows = [Row(question, [each.get(question, silent[question]) for each in answers]) for question in asked]
        self.sources = numbered(self._sources())

    def _sources(self):
        for row in self.rows:
            for cell in row.cells:
                yield from (value.row.source for fact in cell.facts for value in fact.values if value.row)
        yield from (record.source for record in self.records)

    def lines(self, only_differing=False):
        """Return the rows, or only those in which the records are not known to be the same."""
        return [row for row in self.rows if row.tells_apart or not only_differing]

    def texts(self, only_differing=False):
        """Yield the table as rows of plain words, the heading first."""
        several = len(self.records) > 1
        yield [_("Question"), *(str(record.name) for record in self.records), *([_("Compared")] if several else [])]
        for row in self.lines(only_differing):
            yield [row.question, *map(str, row.cells), *([str(row.words)] if several else [])]

    def in_common(self):
        """Return (what is told of each question whose answers are records, the questions of which nothing can be told)."""
        told, untold = [], []
        for row in self.rows:
            links = any(value.url for cell in row.cells for value in cell.things.values())
            if not links or row.question in (_("Source"), _("The sources differ")):
                continue
            if row.answers < 2:
                untold.append(row.question)
            else:
                told.append((row.question, list(self._shared(row))))
        return told, untold

    def _shared(self, row):
        """Yield sentences on who shares which answers, and on what is not known."""
        having = defaultdict(list)
        for number, cell in enumerate(row.cells):
            for key in cell.things:
                having[key].append(number)
        groups = defaultdict(list)
        for key, numbers in having.items():
            if len(numbers) > 1:
                groups[tuple(numbers)].append(row.cells[numbers[0]].things[key])
        largest = sorted(groups, key=lambda numbers: (-len(numbers), -len(groups[numbers]), numbers))
        for numbers in largest[:MOST_GROUPS]:
            yield self._have(numbers, groups[numbers])
        if len(largest) > MOST_GROUPS:
            yield _("Others share some, too.")
        cut = any(cell.cut for cell in row.cells)
        stating = [number for number, cell in enumerate(row.cells) if cell.said]
        silent = [number for number, cell in enumerate(row.cells) if not cell.said]
        if cut:
            yield _("There are more than %(count)d; only as many of each were compared.") % {"count": MOST_ROWS}
        elif not groups and not silent:
            yield _("None of those that the sources name is shared.")
        elif not groups:
            yield format_html(_("{names} share none that the sources name."), names=self._names(stating))
        if len(silent) > 3:
            yield _("For the other %(count)d it cannot be told.") % {"count": len(silent)}
        elif silent:
            yield format_html(_("For {names} it cannot be told."), names=self._names(silent))

    def _have(self, numbers, things):
        things = enumerated([_link(value) for value in sorted(things, key=lambda value: sort_key(value.text))])
        if len(numbers) < len(self.records):
            return format_html(_("{names} have {things}."), names=self._names(numbers), things=things)
        if len(numbers) == 2:
            return format_html(_("Both have {things}."), things=things)
        return format_html(_("All {count} have {things}."), count=len(numbers), things=things)

    def _names(self, numbers):
        names = [self.records[number].name for number in numbers]
        return enumerated([format_html("<span{}>{}</span>", lang(name), name) for name in names])


def _link(value):
    if not value.url:
        return format_html("<span{}>{}</span>", lang(value.lang), value.text)
    return format_html('<a href="{}"{}>{}</a>', value.url, lang(value.lang), value.text)


def enumerated(parts):
    """Return some pieces of HTML as a sentence names several things: with commas, and a word before the last."""
    *most, last = parts
    if not most:
        return last
    return format_html(
        _("{first} and {last}"), first=format_html_join(", ", "{}", ((each,) for each in most)), last=last
    )
