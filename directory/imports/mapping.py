"""What a register's lines tell of: a mapping is the one thing to write for another register.

A subclass of `Mapping` in an app's `registers.py` names its columns and says, for one line, which records and rows it
tells of. Finding those that are there already, comparing, writing and taking back is the same for all of them.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from directory.imports.readers import Problem, Record, text


class Column:
    """A column of a file: what stands in its head, how its cells are read, and the field that it fills, if just one."""

    def __init__(self, name, reader=text, *, field="", label="", help="", required=False):
        self.name, self.reader, self.field, self.required = name, reader, field, required
        self.label, self.help = label or name, help


@dataclass(frozen=True, slots=True)
class Field:
    """Recognises a record by the value of a field of its own that no two share: address, key, GeoNames id."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Identifier:
    """Recognises a record by a line of its identifiers, as “register: value”."""

    register: str
    value: str

    def __str__(self):
        return f"{self.register}: {self.value}"


@dataclass(frozen=True, slots=True)
class Name:
    """Recognises a record by one of its names and its country; another GeoNames id or a far place speak against it.

    With `any_country`, a record whose country is not known may be meant too, and by a line that names none.
    """

    names: tuple
    country: str = ""
    geonames_id: int | None = None
    place: tuple | None = None
    any_country: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """Recognises a row by several of the fields that are told of it, such as network and city; the first is a relation."""

    names: tuple


@dataclass(frozen=True, slots=True)
class Through:
    """Recognises a record by a row of its own: a value found along `path`, and a name found along `also_path`."""

    path: str
    value: str
    also_path: str
    also: str


@dataclass(eq=False, slots=True)
class Told:
    """A record or row that a line tells of.

    `by` are ways to recognise it, the surest first. A value among `fields` may be another `Told`, a record found by a
    `Record` column, or plain. With `only_new`, a record that is there is left as it is: the line only refers to it.
    `columns` names the column that a field's problems belong to.
    """

    model: type
    by: tuple
    fields: dict
    only_new: bool = False
    columns: dict = field(default_factory=dict)


class Line(dict):
    """The values read from a line, by column; an empty cell is None. `text` holds the cells as they stand."""

    def __init__(self, number, text):
        super().__init__()
        self.number, self.text = number, text


class Mapping:
    """A register, or a table of our own, and how it is read.

    `source` is the `Told` of the Source that everything comes from. A record that comes from another source is never
    changed, unless the mapping `overwrites`, as an editor's own table does; where a field named in `disputed` states
    otherwise, the two statements are laid side by side as a discrepancy. `unread` says of each column that is left
    out why. `recognised_by` names the fields by which the default `tell` recognises a record of `model`.
    """

    name = ""
    label = ""
    model = None
    columns = ()
    unread = {}
    source = None
    encoding = "utf-8-sig"
    delimiter = ","
    overwrites = False
    thorough = False
    disputed = ()
    recognised_by = ("slug",)

    def check_header(self, names):
        """Yield (column, sentence) for what the head of a file lacks, repeats or has too much."""
        known = {column.name for column in self.columns} | set(self.unread)
        for column in self.columns:
            if column.required and column.name not in names:
                yield column.name, _("The column “%(name)s” is missing.") % {"name": column.name}
        for name in dict.fromkeys(names):
            if name not in known:
                yield name, _("The column “%(name)s” is not known here.") % {"name": name}
            elif list(names).count(name) > 1:
                yield name, _("The column “%(name)s” stands there more than once.") % {"name": name}

    def read(self, number, cells):
        """Return the `Line` and its problems, as (column, sentence)."""
        line, problems = Line(number, cells), []
        for column in self.columns:
            cell = (cells.get(column.name) or "").replace("\u00a0", " ").strip()
            line[column.name] = None
            try:
                if cell:
                    line[column.name] = column.reader(cell)
                elif column.required:
                    raise Problem(_("This cell must not be empty."))
            except Problem as problem:
                problems.append((column.name, problem.sentence))
        return line, problems

    def gather(self, lines):
        """Look through all lines once beforehand, where several lines together tell of one record."""

    def label_of(self, line):
        """What a reader of the report knows the line by."""
        return next((cell for cell in line.text.values() if cell), "")

    def tell(self, line):
        """Yield what the line tells of, each `Told` after those that it refers to; the last of `model` is the line's own.

        Raises `Problem`. Here: one record of `model`, whose fields are the columns' own; an empty cell says nothing.
        """
        fields = {
            column.field: line[column.name] for column in self.columns if column.field and line[column.name] is not None
        }
        by = tuple(Field(name, fields[name]) for name in self.recognised_by if fields.get(name))
        if self.source is not None:
            yield self.source
            fields["source"] = self.source
        yield Told(self.model, by, fields, columns={each.field: each.name for each in self.columns if each.field})


def record_columns(mapping):
    """Return the columns that name another record."""
    return [column for column in mapping.columns if isinstance(column.reader, Record)]
