"""What an editor sees of a plan before anything is written: row by row, with the cells to correct."""

import json
from hashlib import sha256
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.utils.text import capfirst
from django.utils.translation import pgettext_lazy

from directory.imports.plan import REFUSED, STATES, plan

ROWS_SHOWN = 100
# A text longer than this, or of several lines, is corrected in a field of several lines.
LONG = 60
WORDS = {
    "": pgettext_lazy("rows of an import", "all"),
    "new": pgettext_lazy("rows of an import", "new"),
    "changed": pgettext_lazy("rows of an import", "changed"),
    "same": pgettext_lazy("rows of an import", "same"),
    "refused": pgettext_lazy("rows of an import", "refused"),
}
WORD = {
    "new": pgettext_lazy("row of an import", "new"),
    "changed": pgettext_lazy("row of an import", "changed"),
    "same": pgettext_lazy("row of an import", "same"),
    "refused": pgettext_lazy("row of an import", "refused"),
}


class Cell:
    """A cell of a row that is refused, to be corrected in place."""

    def __init__(self, line, column, text, sentences):
        self.name = cell_name(line, column.name)
        self.label, self.text, self.sentences = capfirst(str(column.label)), text, sentences
        self.long = len(text) > LONG or "\n" in text


class Row:
    """A row of the file, what becomes of it, and what is wrong with it."""

    def __init__(self, outcome, texts, table):
        self.outcome, self.state = outcome, WORD[outcome.state]
        told = {}
        for name, sentence in outcome.problems:
            told.setdefault(name, []).append(sentence)
        # What is wrong with the row as a whole can be put right in any of its cells.
        self.sentences, self.cells = told.get("", []), []
        if outcome.state == REFUSED:
            self.cells = [
                Cell(outcome.line, column, texts.get(column.name, ""), told.get(column.name, []))
                for column in table.columns
                if column.name in told or (self.sentences and column.name in texts)
            ]


class Preview:
    """The plan for an upload as a page shows it: `state` narrows the rows, `page` is one of its pages."""

    def __init__(self, upload, table, state="", page=1):
        self.plan = plan(table, ((line, texts) for line, texts in upload.rows))
        self.counts = self.plan.counts
        self.state = state if state in STATES else ""
        outcomes = [each for each in self.plan.outcomes if self.state in ("", each.state)]
        self.page = Paginator(outcomes, ROWS_SHOWN).get_page(page)
        texts = dict(map(tuple, upload.rows))
        self.rows = [Row(each, texts[each.line], table) for each in self.page]

    @property
    def choices(self):
        """The ways to narrow the rows: (word, count, query, whether it is the present one)."""
        counts = {"": len(self.plan.outcomes), **self.counts}
        return [
            (word, counts[state], f"?{urlencode({'state': state})}" if state else "?", state == self.state)
            for state, word in WORDS.items()
        ]

    @property
    def to_write(self):
        """How many rows would add or change something."""
        return self.counts["new"] + self.counts["changed"]

    @property
    def print(self):
        """What stands for the whole plan: another one, and something else would be done than was shown."""
        told = [[each.line, each.state, each.label, each.changes, each.problems] for each in self.plan.outcomes]
        return sha256(json.dumps(told, default=str).encode()).hexdigest()


def cell_name(line, column):
    """Return the name of the form's field for a cell."""
    return f"cell:{line}:{column}"


def cells_of(data):
    """Return {(line, column): text} of the cells in what a form sent."""
    found = {}
    for name, text in data.items():
        _word, _sep, rest = name.partition("cell:")
        line, _sep, column = rest.partition(":")
        if name.startswith("cell:") and line.isdecimal():
            found[int(line), column] = text.replace("\r\n", "\n").strip()
    return found
