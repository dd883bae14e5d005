"""What one person does in one step, and what it changed: the only thing that history is written of.

Whatever is written while an `act` is open is compared with what was there before, record by record, when it is over.
Loading, generating and importing open none, so they leave no history; what they changed is noted as the version that
the next person found, before hers.
"""

from collections import defaultdict
from contextlib import contextmanager

from django.db import connections, transaction
from django.db.models import Max
from django.utils.timezone import now

from directory.index import in_batches
from directory.versions import Version

# Reasons that our own code gives; others may give theirs. A version without a person is what was found.
FOUND, RESTORED, RECOVERED, FORGOTTEN = "found", "restored", "recovered", "forgotten"
ADDED, CHANGED, DELETED = "+", "~", "-"
LONGEST_REASON = 100


def remembered(model):
    """Return the model of the versions of `model`'s records; None where there are none."""
    return getattr(getattr(model._meta.concrete_model, "history", None), "model", None)


def columns(model):
    """Return the names of the columns that a version holds: all but those that follow from others."""
    return [field.attname for field in remembered(model).tracked_fields]


def states(model, keys, using="default"):
    """Return {key: {column: value, "many": {relation: keys}}} of the records that there are."""
    found, names = {}, columns(model)
    for batch in in_batches(keys):
        rows = model._base_manager.using(using).filter(pk__in=batch).order_by().values("pk", *names)
        found.update({row["pk"]: {**{name: row[name] for name in names}, "many": {}} for row in rows})
        for field in model._meta.many_to_many:
            owner, other = field.m2m_column_name(), field.m2m_reverse_name()
            ties = field.remote_field.through._base_manager.using(using).filter(**{f"{owner}__in": batch})
            for state in (found[key] for key in batch if key in found):
                state["many"][field.name] = []
            for key, value in ties.order_by(other).values_list(owner, other):
                found[key]["many"][field.name].append(value)
    return found


def latest(model, keys, using="default"):
    """Return {key: the state of its latest version, None where that is the deletion}."""
    found, names, history = {}, columns(model), remembered(model).objects.using(using)
    for batch in in_batches(keys):
        last = history.filter(id__in=batch).order_by().values("id").annotate(last=Max("history_id")).values("last")
        for row in history.filter(history_id__in=last).order_by().values(*names, "many", "history_type"):
            found[row["id"]] = None if row.pop("history_type") == DELETED else row
    return found


class Act:
    """The records that one act has touched so far, each as it was before."""

    def __init__(self, user, reason, start, using):
        self.user, self.reason, self.start, self.using = user, reason, start, using
        self.before, self.to_forget = defaultdict(dict), []

    def about_to_change(self, model, keys):
        """Note how records are, before they are written for the first time."""
        before = self.before[model]
        if new := [key for key in keys if key not in before]:
            found = states(model, new, self.using)
            before.update({key: found.get(key) for key in new})

    def settle(self):
        """Write a version of every record that is not as it was, and forget what is to be forgotten."""
        number, moment = Version.objects.using(self.using).values_list("number", flat=True).first() or 0, now()
        for model, before in self.before.items():
            after = states(model, before, self.using)
            changed = [key for key in sorted(before) if before[key] != after.get(key)]
            known, history = latest(model, changed, self.using), remembered(model)
            versions = []
            for key in changed:
                old, new = before[key], after.get(key)
                common = {"history_date": moment}
                if old and new and known.get(key) != old:
                    versions.append(
                        history(**old, **common, history_type=CHANGED, history_change_reason=FOUND, act=self.start)
                    )
                common |= {
                    "history_user": self.user,
                    "history_change_reason": self.reason[:LONGEST_REASON],
                    "act": number,
                }
                kind = ADDED if old is None else DELETED if new is None else CHANGED
                versions.append(history(**(new or old), **common, history_type=kind))
            history.objects.using(self.using).bulk_create(versions, batch_size=500)
        for model, key, names, naming in self.to_forget:
            forget_now(model, key, names, naming, self.using)


def current(using="default"):
    """Return the act that is open on a connection, or None."""
    return getattr(connections[using], "act", None)


@contextmanager
def act(user=None, reason="", using="default"):
    """One step of one person: all of it is done and remembered, or nothing is. Yields the `Act`.

    Takes the lock that every write takes before anything is read, so that what is read inside is true until the end;
    it moves no version by itself. Inside another act it is part of that one.
    """
    if running := current(using):
        running.reason = running.reason or reason
        yield running
        return
    connection = connections[using]
    with transaction.atomic(using):
        version = Version.objects.using(using).select_for_update().first()
        connection.act = running = Act(user, reason, version.number if version else 0, using)
        try:
            yield running
            running.settle()
        finally:
            connection.act = None


def about_to_change(using, model, keys):
    """Let the act that is open, if any, note how records are before they are written."""
    model = model._meta.concrete_model
    if (running := current(using)) and remembered(model):
        running.about_to_change(model, [key for key in keys if key is not None])


def about_to_delete(using, record):
    """Let the act note a record that goes, and those that name it among many others: no signal tells of them."""
    if not current(using):
        return
    about_to_change(using, type(record), [record.pk])
    for relation in record._meta.related_objects:
        if relation.many_to_many and remembered(relation.related_model):
            owners = relation.related_model._base_manager.using(using).filter(**{relation.field.name: record.pk})
            about_to_change(using, relation.related_model, owners.values_list("pk", flat=True))


def made(using, model, keys):
    """Let the act note records that were not there before."""
    model = model._meta.concrete_model
    if (running := current(using)) and remembered(model):
        for key in keys:
            running.before[model].setdefault(key)


def forget(model, key, names, naming):
    """Empty columns in all that is remembered of a record, and those of `naming` that hold what the first ever held.

    What is remembered of the act that is open is included.
    """
    task = (model, key, names, naming)
    if running := current():
        running.to_forget.append(task)
        running.reason = running.reason or FORGOTTEN
    else:
        forget_now(*task)


def forget_now(model, key, names, naming, using="default"):
    """Do what `forget` says with the versions that are written."""
    versions = remembered(model).objects.using(using).filter(id=key)
    words = {word.casefold() for word in versions.order_by().values_list(names[0], flat=True) if word}
    for version in versions.only("history_id", *names, *naming):
        for name in naming:
            if any(word in getattr(version, name).casefold() for word in words):
                setattr(version, name, "")
        for name in names:
            setattr(version, name, "")
        version.save(update_fields=[*names, *naming], using=using)
