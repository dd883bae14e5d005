"""What changed lately: records that somebody edited or verified here, and sources by the dates they carry."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import F, Value
from django.urls import reverse
from django.utils.timezone import localtime

from directory.bases import in_language, language_now
from directory.sources import Source

EDITED, VERIFIED = "edited", "verified"


@dataclass(frozen=True)
class Change:
    """A record that was edited or verified on a day, or both (`done`)."""

    model: type
    name: str
    address: str
    day: date
    done: tuple

    @property
    def edited(self):
        """Whether what the record says was changed."""
        return EDITED in self.done

    @property
    def verified(self):
        """Whether somebody compared it with its source."""
        return VERIFIED in self.done


def changes(models, most):
    """Return the latest changes to public records of some models, the newest first, each record once a day.

    Asks two queries, each of which reads no more than `most` rows of an index for each model.
    """
    sections = {model.section: model for model in models if not model._meta.proxy}
    found = {}
    for done, column in ((EDITED, "edited_at"), (VERIFIED, "verified_at")):
        for section, slug, swedish, english, at in _latest(sections.values(), column, most):
            day = localtime(at).date() if isinstance(at, datetime) else at
            # What was verified has a day and no hour: it stands at the end of its day.
            hour = at if isinstance(at, datetime) else None
            old = found.get((day, section, slug))
            found[day, section, slug] = (hour or (old and old[0]), swedish, english, (*(old[3] if old else ()), done))
    language = language_now()
    newest = sorted(found.items(), key=lambda each: (each[0][0], each[1][0] is not None, each[1][0] or 0), reverse=True)
    return [
        Change(
            model=sections[section],
            name=in_language(language, sv=swedish, en=english),
            address=reverse(f"{section}:detail", args=[slug]),
            day=day,
            done=done,
        )
        for (day, section, slug), (_hour, swedish, english, done) in newest[:most]
    ]


def _latest(models, column, most):
    """Return (section, address, Swedish name, English name, when) of the latest in a column; one query."""
    parts = []
    for model in models:
        records = model.objects.public().filter(**{f"{column}__isnull": False}).order_by(f"-{column}", "-pk")
        rows = model.objects.filter(pk__in=records.values("pk")[:most]).order_by()
        parts.append(rows.values_list(Value(model.section), "slug", "name_sv", "name_en", column))
    first, *others = parts
    return first.union(*others, all=True).order_by(f"-{column}")[:most]


def by_day(changes):
    """Return (day, its changes) for changes in their order."""
    return [(day, list(some)) for day, some in groupby(changes, key=lambda change: change.day)]


def sources_by_date(most):
    """Return sources by when they say that they were last updated, the newest first, the undated last."""
    newest = [F(f"last_updated_{bound}").desc(nulls_last=True) for bound in ("latest", "earliest")]
    return list(Source.objects.public().order_by(*newest, f"sort_{language_now()}", "slug")[:most])
