"""The past of a record, read from its versions and those of its rows: what each person did, step by step."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.acts import ADDED, CHANGED, DELETED, FORGOTTEN, FOUND, RECOVERED, RESTORED, columns, remembered, states
from directory.bases import Row
from directory.differences import Names, differences, fields_of, want_names

# So many versions of a kind are read; a record that has more tells of the latest.
MOST_VERSIONS = 500
REASONS = {
    RESTORED: gettext_lazy("An earlier version was restored."),
    RECOVERED: gettext_lazy("It was recovered after it had been deleted."),
    FORGOTTEN: gettext_lazy("A person was removed, here and in all earlier versions."),
}


@dataclass(frozen=True)
class Version:
    """How a record was after an act; of a deletion, before it."""

    model: type
    key: int
    number: int
    act: int
    at: datetime
    user: int | None
    reason: str | None
    kind: str
    state: dict

    @property
    def found(self):
        """Whether it is what somebody found, written before her own version."""
        return self.reason == FOUND

    @property
    def there(self):
        """Whether there was a record after the act."""
        return self.kind != DELETED


def read(queryset):
    """Return the `Version` of each row of a history, in the order of the queryset."""
    model = queryset.model.instance_type
    names = columns(model)
    kept = ["history_id", "act", "history_date", "history_user_id", "history_change_reason", "history_type"]
    return [
        Version(model, row["id"], *(row[name] for name in kept), {name: row[name] for name in (*names, "many")})
        for row in queryset.values(*dict.fromkeys([*names, *kept, "many"]))
    ]


@cache
def rows_of(model, owned=False):
    """Return {model of rows: names of the foreign keys to `model`} of what its pages tell; `owned`, of what goes with it."""
    found = {}
    for relation in model._meta.concrete_model._meta.related_objects:
        rows, name = relation.related_model, relation.field.name
        if issubclass(rows, Row) and name not in rows.sources and not (owned and relation.on_delete != models.CASCADE):
            found.setdefault(rows, []).append(name)
    return found


def leads_to(names, key):
    """Return the condition that one of some foreign keys is `key`."""
    condition = Q()
    for name in names:
        condition |= Q(**{f"{name}_id": key})
    return condition


def timelines(record, kinds=None):
    """Return {(model, key): its versions, the oldest first} of a record and of rows that were ever its own.

    Asks one query for the record and one for each kind of row.
    """
    model = type(record)._meta.concrete_model
    own = remembered(model).objects.filter(id=record.pk)
    queries = [own]
    for rows, names in rows_of(model).items() if kinds is None else kinds.items():
        history = remembered(rows).objects
        queries.append(history.filter(id__in=history.filter(leads_to(names, record.pk)).order_by().values("id")))
    found = {}
    for query in queries:
        for version in reversed(read(query.order_by("-history_id")[:MOST_VERSIONS])):
            found.setdefault((version.model, version.key), []).append(version)
    return found


@dataclass(frozen=True)
class Told:
    """What happened to one record or row in a step."""

    model: type
    kind: str
    label: str
    differences: list


@dataclass
class Step:
    """What one person did in one step, or what somebody found that no person had done."""

    act: int
    at: datetime
    user: str
    reason: str
    found: bool
    first: bool = False
    told: list = field(default_factory=list)

    @property
    def why(self):
        """The reason in words, where it is more than an edit."""
        return REASONS.get(self.reason, "" if self.found else self.reason or "")


def pairs(versions):
    """Yield (version before, version) of one record; the first has None before it."""
    before = None
    for version in versions:
        yield before, version
        before = version


def belongs(model, state, owner, key):
    """Whether a row in some state is told on the page of its owner."""
    return any(state[f"{name}_id"] == key for name in rows_of(owner).get(model, ()))


def label_of(model, state, owner, key, names):
    """Return what a row is called on the page of its owner: “membership: Norrköping”."""
    others = []
    for end in model.ends:
        target = model._meta.get_field(end)
        other = state[target.attname]
        if other is not None and (target.related_model._meta.concrete_model, other) != (owner, key):
            others.append(names(target.related_model, other))
    text = ", ".join(others)
    if not text:
        row = model(**{name: value for name, value in state.items() if name != "many"})
        for name in rows_of(owner).get(model, ()):
            if state[f"{name}_id"] == key:
                setattr(row, name, owner(pk=key))
        text = str(row)
    return _("%(kind)s: %(name)s") % {"kind": model._meta.verbose_name, "name": text}


def changes_in(record, found):
    """Yield (state before, version) of everything in timelines that is told of a record."""
    owner = type(record)._meta.concrete_model
    for (model, key), versions in found.items():
        itself = (model, key) == (owner, record.pk)
        for before, version in pairs(versions):
            if before is None and version.kind == CHANGED and not version.found:
                continue  # what was before is not read any more, or was there before anything was remembered
            if before is None and version.found:
                continue  # what somebody found is told as what was before her own change
            old = before.state if before and before.there else None
            if itself or any(state and belongs(model, state, owner, record.pk) for state in (old, version.state)):
                yield old, version


def steps(record):
    """Return all that was done to a record and its rows, the latest first."""
    timeline = timelines(record)
    changes = list(changes_in(record, timeline))
    names, users = Names(), get_user_model()
    for old, version in changes:
        want_names(version.model, version.state, names)
        if old:
            want_names(version.model, old, names)
        names.want(users, version.user)
    names.load()
    found = {}
    for old, version in changes:
        who = names(users, version.user) if version.user else ""
        found.setdefault(
            (version.act, version.found), Step(version.act, version.at, who, version.reason, version.found)
        ).told.append(tell(record, old, version, names))
    done = sorted(found.values(), key=lambda step: (step.act, not step.found), reverse=True)
    if done and is_whole(record, timeline):
        done.append(Step(done[-1].act - 1, done[-1].at, "", FOUND, found=True, first=True))
    return done


def tell(record, old, version, names, fields=None):
    """Return what happened in a version to a record or to one of its rows, in some of its fields or in all."""
    model, owner, new = version.model, type(record)._meta.concrete_model, version.state if version.there else None
    kind = ADDED if old is None else DELETED if new is None else CHANGED
    if model is owner:
        # A whole record is no difference.
        return Told(model, kind, "", differences(model, old, new, names, fields) if kind == CHANGED else [])
    label, fields = label_of(model, version.state, owner, record.pk, names), fields or fields_of(model)
    if kind != CHANGED:
        # That it is a row of this record is said by where it is told.
        back = [name for name in rows_of(owner)[model] if version.state[f"{name}_id"] == record.pk]
        fields = [each for each in fields if each.name not in back]
    return Told(model, kind, label, differences(model, old, new, names, fields))


def is_whole(record, timeline):
    """Whether the record was there before anybody changed it here, and all that was done since is read."""
    own = timeline.get((type(record)._meta.concrete_model, record.pk), [])
    counts = Counter(model for (model, _key), versions in timeline.items() for _version in versions)
    return not (own and own[0].kind == ADDED) and all(count < MOST_VERSIONS for count in counts.values())


def as_of(versions, act, now):
    """Return the state of a record after an act, by its versions, the oldest first, and how it is `now`; None for none."""
    earlier = [version for version in versions if version.act <= act]
    if earlier:
        return earlier[-1].state if earlier[-1].there else None
    if not versions:
        return now
    return None if versions[0].kind == ADDED else versions[0].state


def present(model, keys):
    """Return {key: state} of records as they are."""
    return states(model, keys)
