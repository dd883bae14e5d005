"""A table out of an uploaded file, CSV or XLSX: read right, asked about, or refused with a sentence; never guessed."""

import csv
import io
import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from directory.imports.encodings import Asked, Choice, Question, decoded, excerpt, lines_of
from directory.imports.xlsx import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, OLD_OFFICE, ZIP, read_apart

LARGEST_FILE = 5 * 2**20
SEPARATORS = {",": gettext_lazy("comma"), ";": gettext_lazy("semicolon"), "\t": gettext_lazy("tab")}
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
# A spreadsheet runs a cell that begins so. Our files put an apostrophe before it, and before one that has its own.
LIVE = re.compile(r"'*[=+\-@\t\r]")
MOST_SENTENCES = 10


class Refused(Exception):
    """The file is no table that can be imported; `sentences` say why and what to do."""

    def __init__(self, *sentences):
        super().__init__(*sentences)
        self.sentences = [str(each) for each in sentences]


@dataclass
class Table:
    """The rows of a file as `(line, {column: text})`, and remarks on how it was read."""

    rows: list
    remarks: list = field(default_factory=list)


def read_table(name, content, known, encoding="", separator=""):
    """Return the `Table` in the file `name`; `known` are its `Headings`.

    `encoding` and `separator` are the editor's answers. Raises `Refused`, or `Asked` with a question.
    """
    if len(content) > LARGEST_FILE:
        raise Refused(_("The file is larger than %(size)d MB: divide it.") % {"size": LARGEST_FILE // 2**20})
    if content.startswith((ZIP, OLD_OFFICE)) or name.lower().endswith(WORKBOOKS):
        return _from_workbook(content, known)
    return _from_text(content, known, encoding, separator)


class Headings(dict):
    """Leads from each heading, folded by `heading`, to its column; `names` are the columns as an editor calls them."""

    def __init__(self, found, names=()):
        super().__init__(found)
        self.names = names or dict.fromkeys(found.values())


def heading(text):
    """Return a heading as it is compared: case and spaces do not matter."""
    return " ".join(str(text).casefold().split())


def quiet(text):
    """Return a text that no spreadsheet runs, from which `plain` brings back the same."""
    return f"'{text}" if LIVE.match(text) else text


def plain(text):
    """Return the text that `quiet` was given; any other comes back as it is."""
    return text[1:] if text.startswith("'") and LIVE.match(text) else text


# CSV


def _from_text(content, known, encoding, separator):
    try:
        text = decoded(content, encoding)
    except UnicodeError:
        raise Refused(
            _("The file is no text in an encoding that we know. Save it as “CSV UTF-8”, or as XLSX.")
        ) from None
    if "\x00" in text:
        line = len(lines_of(text[: text.index("\x00")]))
        raise Refused(
            _("Line %(line)d holds a NUL character, which no text has. Save the file as “CSV UTF-8”.") % {"line": line}
        )
    lines = io.StringIO(text, newline="")
    first, skipped = _first_line(lines)
    if not first.strip():
        raise Refused(_("The file is empty."))
    said = re.fullmatch(r"sep=([,;\t])\s*", first)
    if said:
        separator, start = said[1], skipped + 1
        first, more = _first_line(lines)
        skipped = start + more
    separator = separator if separator in SEPARATORS else _separator(first, text, known)
    lines = io.StringIO(text, newline="")
    for _line in range(skipped):
        lines.readline()
    rows = list(_csv_rows(lines, separator, skipped))
    headings = rows[0][1]
    for line, cells in rows[1:]:
        if len(cells) > len(headings):
            raise Refused(_too_many(line, len(cells), len(headings)))
        if len(cells) < len(headings):
            raise Refused(
                _("Line %(line)d has fewer cells (%(cells)d) than the header (%(headings)d). Is the file cut off?")
                % {"line": line, "cells": len(cells), "headings": len(headings)}
            )
    return _table([(line, [plain(each.strip()) for each in cells]) for line, cells in rows], known)


def _first_line(lines):
    """Return the next line with something in it, and how many empty ones stood before."""
    skipped = 0
    for line in lines:
        if line.strip():
            return line, skipped
        skipped += 1
    return "", skipped


def _csv_rows(lines, separator, before):
    """Yield (number of its first line, cells) of each row that is not empty; raises `Refused`."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_FILE))
    count = 0
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Refused(
                _(
                    "From line %(line)d on, a quotation mark opens or closes where it cannot. Write one that belongs to "
                    "the text twice, and put the whole cell between quotation marks."
                )
                % {"line": line}
            ) from None
        if max(map(len, cells), default=0) > LONGEST_CELL:
            raise Refused(
                _("A cell in line %(line)d is longer than %(most)d letters. Is a quotation mark missing?")
                % {"line": line, "most": LONGEST_CELL}
            )
        if any(each.strip() for each in cells):
            count += 1
            if count > MOST_ROWS + 1:
                raise Refused(_sentences()["rows"] % {"most": MOST_ROWS})
            yield line, [each.replace("\r\n", "\n").replace("\r", "\n") for each in cells]


def _separator(first, text, known):
    """Return what stands between the cells, as the header shows it; raises `Asked` where it shows two ways."""
    found = {}
    for mark in SEPARATORS:
        cells = next(csv.reader([first], delimiter=mark))
        found[mark] = sum(heading(each) in known for each in cells)
    fitting = [mark for mark, count in found.items() if count]
    if heading(first) in known:
        return "\t"
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise Refused(_("The first line names no column that can be imported."), _known_columns(known))
    choices = [
        Choice(mark, str(SEPARATORS[mark]), [excerpt(" | ".join(next(csv.reader([first], delimiter=mark))))])
        for mark in fitting
    ]
    raise Asked(
        Question("separator", _("What stands between the cells? Choose the line that is divided right."), choices)
    )


# XLSX


def _from_workbook(content, known):
    answer = read_apart(content)
    if "refused" in answer:
        raise Refused(_sentences()[answer["refused"]] % answer)
    table = _table([(line, cells) for line, cells in answer["rows"]], known)
    if answer["others"]:
        table.remarks.append(
            ngettext(
                "The sheet “%(sheet)s” was read; %(count)d other sheet was not.",
                "The sheet “%(sheet)s” was read; %(count)d other sheets were not.",
                answer["others"],
            )
            % {"sheet": answer["sheet"], "count": answer["others"]}
        )
    return table


def _sentences():
    """Return what is said of a file that is refused, by the code of the reason."""
    return {
        "none": _("The file is no XLSX workbook. Open it in your spreadsheet program and save it as XLSX or CSV."),
        "other": _("This is another kind of spreadsheet. Save it as XLSX or CSV."),
        "old": _("This is a workbook in the old format (.xls). Save it as XLSX or CSV."),
        "locked": _("The workbook is protected by a password. Save it without one."),
        "macro": _("The workbook holds macros. Save it as XLSX, without macros."),
        "nested": _("The workbook holds another file. Copy the table into a new workbook and save that."),
        "broken": _("The workbook is damaged and cannot be read. Save it anew as XLSX, or as CSV."),
        "too-much": _(
            "The workbook is far larger inside than a table needs. Copy the table alone into a new workbook and save that."
        ),
        "sheets": _("The workbook has no visible sheet, or more than %(most)s. Keep the one with the table."),
        "merged": _("The cells %(cells)s are merged, so it is not clear which rows they speak for. Divide them."),
        "columns": _(
            "The sheet is used as far as the cell %(cell)s; a table may have %(most)s columns. Clear the rest."
        ),
        "rows": _("The table has more than %(most)s rows: divide it."),
        "cells": _(
            "The workbook has more than %(most)s cells. Copy the table alone into a new workbook and save that."
        ),
        "formula": _(
            "The cell %(cell)s holds a formula. Replace formulas by their values (copy, then paste values only)."
        ),
        "error": _("The cell %(cell)s holds the error “%(text)s”. Correct it or empty it."),
        "long": _("The cell %(cell)s is longer than %(most)s letters."),
    }


# Both


def _table(rows, known):
    """Return the `Table` of rows of which the first is the header; raises `Refused` with all that is wrong with it."""
    if not rows:
        raise Refused(_("The file is empty."))
    (first, headings), *rows = rows
    while headings and not headings[-1] and not any(len(cells) >= len(headings) and cells[-1] for _n, cells in rows):
        rows = [(line, cells[: len(headings) - 1]) for line, cells in rows]
        headings = headings[:-1]
    sentences = list(_wrong_headings(headings, known))
    if len(headings) > MOST_COLUMNS:
        sentences = [_("The table has more than %(most)d columns.") % {"most": MOST_COLUMNS}]
    if sentences:
        raise Refused(*sentences[:MOST_SENTENCES], _known_columns(known))
    if not rows:
        raise Refused(_("The file has a header in line %(line)d and no row below it.") % {"line": first})
    columns = [known[heading(each)] for each in headings]
    table = Table([])
    for line, cells in rows:
        if len(cells) > len(columns):
            raise Refused(_too_many(line, len(cells), len(columns)))
        table.rows.append((line, dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))))
    return table


def _wrong_headings(headings, known):
    seen = {}
    for number, text in enumerate(headings, start=1):
        column = known.get(heading(text))
        if not text:
            yield _("Column %(number)d has no heading.") % {"number": number}
        elif column is None:
            yield _("No column is called “%(heading)s”.") % {"heading": text[:60]}
        elif column in seen:
            yield _("“%(heading)s” names the same column as “%(other)s”: keep one.") % {
                "heading": text[:60],
                "other": seen[column][:60],
            }
        else:
            seen[column] = text


def _known_columns(known):
    return _("The columns that can be imported are: %(names)s.") % {"names": ", ".join(known.names)}


def _too_many(line, cells, headings):
    return _(
        "Line %(line)d has more cells (%(cells)d) than the header (%(headings)d). A cell with a separator in its text "
        "belongs between quotation marks."
    ) % {"line": line, "cells": cells, "headings": headings}
