"""Bringing back: an earlier version of a record with its rows, or a record that was deleted with what went with it."""

from collections import defaultdict
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext as _

from directory.acts import ADDED, CHANGED, DELETED, FORGOTTEN, RECOVERED, RESTORED, act, forget, remembered
from directory.bases import Listed
from directory.differences import Names, differences, want_names
from directory.past import Told, as_of, label_of, leads_to, present, read, rows_of, timelines
from directory.seen import digest


@dataclass(frozen=True)
class Piece:
    """A record or row as it is and as it will be; None where there is none."""

    model: type
    key: int
    now: dict | None
    then: dict | None

    @property
    def permission(self):
        """What somebody must be allowed to do to bring it about."""
        action = "add" if self.now is None else "delete" if self.then is None else "change"
        return f"{self.model._meta.app_label}.{action}_{self.model._meta.model_name}"


class Plan:
    """What will be written to bring back a version of a record, and what stands in the way."""

    def __init__(self, model, key, pieces, reason):
        """Take the record itself first, then its rows."""
        self.model, self.key, self.pieces, self.reason = model, key, pieces, reason
        self.names = Names()
        for piece in pieces:
            for state in filter(None, (piece.now, piece.then)):
                want_names(piece.model, state, self.names)
        self.names.load()

    def label(self, piece):
        """Return what a record or row of the plan is called."""
        state = piece.then or piece.now
        if issubclass(piece.model, Listed):
            record = piece.model(**{name: value for name, value in state.items() if name != "many"})
            return _("%(kind)s: %(name)s") % {"kind": piece.model._meta.verbose_name, "name": record}
        return label_of(piece.model, state, self.model, self.key, self.names)

    def told(self):
        """Return what will change, to be shown before it is done."""
        found = []
        for piece in self.pieces:
            kind = ADDED if piece.now is None else DELETED if piece.then is None else CHANGED
            itself = (piece.model, piece.key) == (self.model, self.key)
            told = differences(piece.model, piece.now, piece.then, self.names)
            found.append(Told(piece.model, kind, "" if itself else self.label(piece), told))
        return found

    def problems(self, user):
        """Return a sentence for all that stands in the way."""
        found = []
        for piece in self.pieces:
            if not user.has_perm(piece.permission):
                found.append(_("Your account may not change “%(name)s”.") % {"name": self.label(piece)})
            elif piece.then is not None:
                found += self.problems_of(piece)
        return found

    def problems_of(self, piece):
        """Return a sentence for what stands in the way of one record or row."""
        made = {(each.model, each.key) for each in self.pieces if each.then is not None}
        found = [
            _("“%(name)s” leads to “%(other)s”, which is gone. Recover that first.")
            % {"name": self.label(piece), "other": self.names(model, key)}
            for model, key in targets(piece.model, piece.then)
            if (model, key) not in made and not model._base_manager.filter(pk=key).exists()
        ]
        for field in piece.model._meta.concrete_fields:
            value = piece.then.get(field.attname)
            if field.unique and not field.primary_key and value not in (None, ""):
                other = piece.model._base_manager.filter(**{field.attname: value}).exclude(pk=piece.key).first()
                if other:
                    words = {"field": field.verbose_name, "value": value, "other": other}
                    found.append(_("Another record has the %(field)s “%(value)s” now: “%(other)s”.") % words)
        return found or self.broken_rules(piece)

    def broken_rules(self, piece):
        """Return the sentences of the rules that a record or row would break."""
        record = self.record_of(piece)
        made = {(each.model, each.key) for each in self.pieces if each.now is None}
        left_out = []
        for field in piece.model._meta.concrete_fields:
            target = (field.related_model, getattr(record, field.attname)) if field.is_relation else None
            if target in made:
                left_out.append(field.name)
                other = next(each for each in self.pieces if (each.model, each.key) == target)
                setattr(record, field.name, self.record_of(other))
        try:
            record.full_clean(exclude=left_out, validate_unique=False)
        except ValidationError as error:
            fields = {field.name: field.verbose_name for field in piece.model._meta.concrete_fields}
            return [
                _("“%(name)s”: %(sentence)s")
                % {
                    "name": self.label(piece) + ("" if name == NON_FIELD_ERRORS else f", {fields[name]}"),
                    "sentence": text,
                }
                for name, texts in error.message_dict.items()
                for text in texts
            ]
        return []

    @staticmethod
    def record_of(piece):
        """Return the record with the values that it will have, saved or not."""
        values = {name: value for name, value in piece.then.items() if name != "many"}
        if piece.now is None:
            return piece.model(**values)
        record = piece.model._base_manager.get(pk=piece.key)
        for name, value in values.items():
            setattr(record, name, value)
        return record

    def carry_out(self, user):
        """Write all of it as one act; return the record."""
        with act(user, self.reason):
            for piece in self.pieces:
                if piece.then is None:
                    piece.model._base_manager.get(pk=piece.key).delete()
            for piece in self.pieces:
                if piece.then is not None:
                    record = self.record_of(piece)
                    record.save(force_insert=piece.now is None)
                    for name, keys in piece.then["many"].items():
                        getattr(record, name).set(keys)
            self.mark_edited()
        return self.model._base_manager.filter(pk=self.key).first()

    def persons(self):
        """Return the pieces of a recovery that name a person."""
        found = []
        for piece in self.pieces:
            names = getattr(piece.model, "personal", ())
            if piece.now is None and any(piece.then[name] for name in names):
                found.append(piece)
        return found

    def forget_persons(self, user):
        """Empty the names of persons in all versions of what was deleted, for good."""
        with act(user, FORGOTTEN):
            for piece in self.persons():
                forget(piece.model, piece.key, piece.model.personal, piece.model.naming)

    def mark_edited(self):
        """Remember the moment on every record, and on all that its rows tie or tied."""
        keys = defaultdict(set)
        for piece in self.pieces:
            keys[piece.model].add(piece.key)
            for end in getattr(piece.model, "ends", ()):
                field = piece.model._meta.get_field(end)
                for state in filter(None, (piece.now, piece.then)):
                    keys[field.related_model].add(state[field.attname])
        keys[self.model].add(self.key)
        for model, chosen in keys.items():
            if issubclass(model, Listed):
                model.objects.filter(pk__in=chosen - {None}).update(edited_at=now())


def targets(model, state):
    """Yield (model, key) of the records that a state of a record leads to."""
    for field in model._meta.concrete_fields:
        if field.is_relation and state.get(field.attname) is not None:
            yield field.related_model, state[field.attname]
    for field in model._meta.many_to_many:
        for key in state["many"].get(field.name, ()):
            yield field.related_model, key


def plan_to_restore(record, number):
    """Return the `Plan` that gives a record and its own rows the state after the act of a number."""
    model, owned = type(record)._meta.concrete_model, rows_of(type(record), owned=True)
    found = timelines(record, owned)
    keys = defaultdict(set, {model: {record.pk}})
    for rows, names in owned.items():
        keys[rows].update(rows._base_manager.filter(leads_to(names, record.pk)).values_list("pk", flat=True))
    for of, key in found:
        keys[of].add(key)
    pieces = []
    for of, some in keys.items():
        there = present(of, some)
        for key in sorted(some):
            then = as_of(found.get((of, key), []), number, there.get(key))
            piece = Piece(of, key, there.get(key), then)
            if piece.now != piece.then and (of is model or is_own(piece, owned, record.pk)):
                pieces.append(piece)
    return Plan(model, record.pk, pieces, RESTORED)


def is_own(piece, owned, key):
    """Whether a row is or will be that of the record."""
    return any(state[f"{name}_id"] == key for state in (piece.now, piece.then) if state for name in owned[piece.model])


def deleted(model):
    """Return the last version of each record that is gone, the latest first, as a queryset of its history."""
    history = remembered(model).objects
    last = history.order_by().values("id").annotate(last=models.Max("history_id")).values("last")
    there = model._base_manager.order_by().values("pk")
    return history.filter(history_id__in=last, history_type=DELETED).exclude(id__in=there).order_by("-history_id")


def plan_to_recover(version):
    """Return the `Plan` that brings back a deleted record with the rows and the relations that went with it."""
    model, pieces = version.model, [Piece(version.model, version.key, None, version.state)]
    for rows, names in rows_of(model, owned=True).items():
        history = remembered(rows).objects.filter(act=version.act, history_type=DELETED)
        gone = read(history.filter(leads_to(names, version.key)).order_by("history_id"))
        there = present(rows, [row.key for row in gone])
        pieces += [Piece(rows, row.key, None, row.state) for row in gone if row.key not in there]
    for relation in model._meta.related_objects:
        if relation.many_to_many and remembered(relation.related_model):
            pieces += choosers(relation, version)
    return Plan(model, version.key, pieces, RECOVERED)


def choosers(relation, version):
    """Yield what brings a deleted record back among the many that others had chosen."""
    model, name = relation.related_model, relation.field.name
    changed = read(remembered(model).objects.filter(act=version.act, history_type=CHANGED))
    there = present(model, {each.key for each in changed})
    for each in changed:
        earlier = remembered(model).objects.filter(id=each.key, history_id__lt=each.number).order_by("-history_id")
        before = earlier.values_list("many", flat=True).first() or {}
        if each.key in there and version.key in set(before.get(name, ())) - set(each.state["many"][name]):
            state = there[each.key]
            many = {**state["many"], name: sorted([*state["many"][name], version.key])}
            yield Piece(model, each.key, state, {**state, "many": many})


def fingerprint(plan):
    """Return what a plan was drawn from, to be compared when it is confirmed."""
    return digest([[piece.model._meta.label, piece.key, piece.now, piece.then] for piece in plan.pieces])
