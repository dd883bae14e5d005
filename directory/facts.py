"""What a page says of a record, ready to be drawn: facts with their sources, tables, texts, discrepancies.

Everything a visitor reads about a record passes through here, so that one component can draw every fact: a value or
the words for silence, its qualifier, how sure it is, and the mark that opens its source.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from django.urls import reverse
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_countries.fields import Country

from directory.bases import FIRST_FEW, Certainty, Listed, Words, original
from directory.dates import EDTF
from directory.search import fold


@dataclass(frozen=True)
class Reference:
    """Where a fact comes from that has no row of its own, such as a city's coordinates."""

    source: object
    certainty: str = Certainty.STATED
    locator: str = ""
    quote: str = ""
    note: str = ""

    def get_certainty_display(self):
        """How sure the fact is, in words."""
        return Certainty(self.certainty).label


@dataclass(frozen=True)
class Value:
    """One answer to one question: its words, where they lead, and the row it was drawn from."""

    text: str
    url: str = ""
    row: object = None
    lang: str = ""
    shape: str = ""
    wording: str = ""
    note: str = ""
    original: str = ""

    def __post_init__(self):
        """Leave out the source's words where they are what is said already."""
        if fold(self.wording) == fold(self.text):
            object.__setattr__(self, "wording", "")

    @property
    def leaves_site(self):
        """Whether the link leads to another site."""
        return self.url.startswith(("http://", "https://"))


def on(row, field):
    """Return where the value of one field of `row` comes from, with the certainty of just that field."""
    if row.certainty == Certainty.STATED and row.infers(field):
        return Reference(row.source, Certainty.INFERRED, row.locator, row.quote, row.note)
    return row


def value_of(thing, row=None, **extra):
    """Return a `Value` for a record, date, country or text; None for what is unknown."""
    if thing is None or thing == "" or (isinstance(thing, Country) and not thing.code):
        return None
    if isinstance(thing, Value):
        return thing
    if isinstance(thing, Listed):
        name = thing.name
        translated = original(thing, "name", getattr(thing, "language", "") or row.source.language) if row else ""
        return Value(name, thing.get_absolute_url(), row, name.lang, thing.shape, original=translated, **extra)
    if isinstance(thing, EDTF):
        return Value(thing.display(), row=row, **extra)
    if isinstance(thing, Country):
        return Value(str(thing.name), row=row, **extra)
    return Value(thing, row=row, lang=thing.lang if isinstance(thing, Words) else "", **extra)


def few(records):
    """Return the first few of some records, with a word that there are more where that is so."""
    records = list(records)
    return [*records[: FIRST_FEW - 1], _("and others")] if len(records) >= FIRST_FEW else records


def known(record, name):
    """Return a choice in words, or "" where the choice is that nothing is known."""
    return "" if getattr(record, name) == "unknown" else getattr(record, f"get_{name}_display")()


@dataclass(frozen=True)
class Fact:
    """A question a reader has of a record, and what the sources answer; no values means that they are silent.

    `question` is what is asked of every record of the kind, where the label says more than that or says it in the
    words of this one: “Founded” answers for the period.
    """

    label: str
    values: tuple = ()
    silence: str = ""
    question: str = ""

    @property
    def originals(self):
        """The names in the language of the source of those values that are translated."""
        return [value.original for value in self.values if value.original]

    @classmethod
    def of(cls, label, *things, row=None, silence="", question="", **extra):
        """Return the fact made of `things`, leaving out what is unknown and what visitors may not see."""
        shown = [thing for thing in things if not isinstance(thing, Listed) or thing.visible]
        values = tuple(value for thing in shown if (value := value_of(thing, row, **extra)) is not None)
        if not values and len(shown) < len(things):
            silence = _("not shown here")
        return cls(str(label), values, silence, str(question))


@dataclass(frozen=True)
class Line:
    """One line of a table: its facts, one for each column, and the row they were drawn from."""

    facts: list
    row: object = None


@dataclass(frozen=True)
class Table:
    """Several records of one sort on the same questions."""

    template: ClassVar[str] = "components/table.html"
    title: str
    lines: list
    # Where the same records can be seen otherwise, as a `Value`.
    onward: Value | None = None

    @property
    def columns(self):
        """The questions, as column headings."""
        return [fact.label for fact in self.lines[0].facts]

    @property
    def sourced(self):
        """Whether any line says where it comes from."""
        return any(line.row for line in self.lines)


@dataclass(frozen=True)
class Text:
    """Paragraphs about one subject, in our words."""

    template: ClassVar[str] = "components/text.html"
    title: str
    text: str
    row: object

    @property
    def lines(self):
        """One line, so that a text counts as something to show only when it is filled."""
        return [Line([], self.row)] if self.text else []


@dataclass(frozen=True)
class Links:
    """Ways out of the sources' texts."""

    template: ClassVar[str] = "components/links.html"
    title: str
    links: list

    @property
    def lines(self):
        """One line a link."""
        return [Line([], link) for link in self.links]


@dataclass(frozen=True)
class Contacts:
    """Where an organisation is reached."""

    template: ClassVar[str] = "components/contacts.html"
    title: str
    contacts: list

    @property
    def lines(self):
        """One line a contact."""
        return [Line([], contact) for contact in self.contacts]


@dataclass
class Page:
    """All that one record's page says."""

    record: Listed
    facts: list
    sections: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    above: Listed | None = None
    kind: str = ""
    # Where all that it shares is gathered, as a `Value`, or None.
    hub: Value | None = None
    # Where it takes place: a `directory.maps.Map`, or None.
    places: object = None

    def __post_init__(self):
        """Leave out sections with nothing in them, and a parent nobody may see."""
        self.sections = [section for section in self.sections if section.lines]
        if self.above is not None and not self.above.visible:
            self.above = None

    def rows(self):
        """Yield every row that something on the page was drawn from, in reading order."""
        if hasattr(self.record, "source"):
            yield self.record
        for fact in self.facts:
            yield from (value.row for value in fact.values if value.row)
        for section in self.sections:
            for line in section.lines:
                if line.row:
                    yield line.row
                yield from (value.row for fact in line.facts for value in fact.values if value.row)

    def sources(self, discrepancies=()):
        """Number the sources in reading order, on every row of the page and on its discrepancies; return them."""
        found = [row.source for row in self.rows()]
        for each in discrepancies:
            found += [each.first_source, each.second_source]
        return numbered(found)


def numbered(found):
    """Number sources in the order in which they are met, each wherever it was loaded; return each once."""
    sources = {}
    for source in found:
        source.number = sources.setdefault(source.pk, (len(sources) + 1, source))[0]
    return [source for number, source in sources.values()]


def in_time(records):
    """Return dated records in the order of their first possible day, the undated last."""
    return sorted(records, key=lambda each: (getattr(each, f"{each.dated}_earliest") or date.max, each.sort_sv))


def record_table(title, label, records, onward=None):
    """Return a table of listed records: the name and what their cards tell."""
    lines = [
        Line([Fact.of(label, record), *record.brief()], getattr(record, "source_id", None) and record)
        for record in records
    ]
    return Table(str(title), lines, onward)


def all_side_by_side(record, parts):
    """Return the way to the page that compares the parts of a record; None where there is nothing to compare."""
    if len(parts) < 2:
        return None
    words = _("Compare all %(count)d side by side") % {"count": len(parts)}
    return Value(words, f"{reverse('compare')}?parent={record.compared_as}")


def grouped(number):
    """Return a number with its thousands grouped as the active language does."""
    if isinstance(number, int):
        return f"{number:,}".replace(",", formats.get_format("THOUSAND_SEPARATOR"))
    return formats.number_format(number, use_l10n=True, force_grouping=True)


def money(amount, currency):
    """Return an amount with its currency as the active language writes it; "" when the source gives none."""
    if amount is None:
        return ""
    number = grouped(int(amount) if amount == int(amount) else amount)
    if currency == "SEK":
        return _("%(amount)s kronor (SEK)") % {"amount": number}
    return _("%(amount)s %(currency)s") % {"amount": number, "currency": currency}


def figure_facts(figures):
    """Return a fact for every qualified count, with the source's own words beside it."""
    return [
        Fact.of(
            capfirst(figure.get_measure_display()),
            Value(str(figure), row=figure, wording=figure.wording, note=_figure_note(figure)),
        )
        for figure in figures
    ]


def _figure_note(figure):
    if not figure.as_of:
        return figure.scope
    return ", ".join(filter(None, [figure.scope, _("as of %(date)s") % {"date": figure.as_of.display()}]))
