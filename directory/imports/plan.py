"""What an import would change, and doing it: `plan` asks and writes nothing, `Plan.apply` and `load` write.

Both are the same walk through the lines (`directory.imports.walk`).
"""

from collections import Counter
from contextlib import nullcontext
from itertools import islice

from django.utils.translation import gettext as _

from directory import bulk
from directory.imports.mapping import Mapping
from directory.imports.models import Import
from directory.imports.walk import BATCH, CHANGED, NEW, REFUSED, SAME, STATES, Outcome, Walk

__all__ = ["CHANGED", "NEW", "REFUSED", "SAME", "STATES", "Moved", "Outcome", "Plan", "load", "plan", "rehearse"]


class Moved(Exception):
    """Something changed between the plan and its doing: what would be written is not what was shown."""


class Plan:
    """What an import would do, line by line."""

    def __init__(self, mapping, rows, using="default"):
        self.mapping, self.rows, self.using = mapping, rows, using
        self.outcomes = list(Walk(mapping, using).take(rows))
        self.counts = dict.fromkeys(STATES, 0) | Counter(each.state for each in self.outcomes)

    def apply(self, user=None, file_name="", sha256=""):
        """Do it, all or nothing, and return the `Import`; raises `Moved` if something else would be done by now."""
        with bulk.long_write(self.using):
            made = Import.begin(self.mapping.name, user, file_name, sha256, self.using)
            outcomes = list(Walk(self.mapping, self.using, made).take(self.rows))
            if outcomes != self.outcomes:
                raise Moved(_("The directory has changed since this was shown. Look at the preview again."))
            made.finish(self.counts)
        return made


def plan(mapping, rows, using="default"):
    """Return the `Plan` for rows of (line number, {column: text}); writes nothing."""
    rows = list(rows)
    mapping.gather(mapping.read(*row)[0] for row in rows)
    return Plan(mapping, rows, using)


def load(mapping, rows, *, user=None, file_name="", sha256="", parts=None, hear=None, in_full=False, using="default"):
    """Import rows without holding them all, and return the `Import`.

    All or nothing; with `parts`, each so many lines are kept for good, and loading again goes on from there. `rows`
    returns them anew each time it is called; `hear` is told each outcome, its changes with `in_full` only.
    """
    if type(mapping).gather is not Mapping.gather:
        mapping.gather(mapping.read(*row)[0] for row in rows())
    counts, made, left = Counter(), None, iter(rows())
    with nullcontext() if parts else bulk.long_write(using):
        walk = Walk(mapping, using, in_full=in_full)
        while (some := list(islice(left, parts or BATCH))) or made is None:
            heard = []
            with bulk.long_write(using):
                made = walk.into = made or Import.begin(mapping.name, user, file_name, sha256, using)
                for outcome in walk.take(some):
                    counts[outcome.state] += 1
                    heard.append(outcome)
                made.finish(counts)
            for outcome in heard if hear else ():
                hear(outcome)
    return made


def rehearse(mapping, rows, *, hear=lambda outcome: None, using="default"):
    """Tell `hear` what would become of each row that `rows` returns; writes nothing."""
    if type(mapping).gather is not Mapping.gather:
        mapping.gather(mapping.read(*row)[0] for row in rows())
    for outcome in Walk(mapping, using).take(rows()):
        hear(outcome)
