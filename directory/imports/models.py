"""What an import did, kept so that it can be taken back."""

import json
import zlib
from collections import defaultdict
from decimal import Decimal
from functools import cache
from hashlib import blake2b

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from directory.derived import DerivedField
from directory.index import in_batches
from directory.writes import writing

# Changed along with rows at their other end; no edit of the record itself.
NOT_COMPARED = {"edited_at"}


@cache
def compared_columns(model):
    """Return the columns by which a record is seen to have been changed."""
    fields = [each for each in model._meta.concrete_fields if not isinstance(each, DerivedField)]
    return [each.attname for each in fields if not each.primary_key and each.name not in NOT_COMPARED]


def digest(record):
    """Return a short print of a record's columns: another one, and somebody has changed it."""
    values = record.__dict__
    told = []
    for name in compared_columns(type(record)):
        value = values.get(name)
        if isinstance(value, Decimal | float):
            value = f"{value:.6f}"
        told.append("" if value is None else str(value))
    return blake2b("\x1f".join(told).encode(), digest_size=6).hexdigest()


class Import(models.Model):
    """One import: who did it, from which file, what became of its lines, and how to take it back."""

    mapping = models.CharField(_("register"), max_length=60)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="imports", verbose_name=_("imported by")
    )
    made_at = models.DateTimeField(_("imported"), default=now)
    file_name = models.CharField(_("file name"), max_length=250, blank=True)
    sha256 = models.CharField(_("SHA-256 of the file"), max_length=64, blank=True)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    same = models.PositiveIntegerField(_("same"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    undone_at = models.DateTimeField(_("taken back"), null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="imports_undone",
        verbose_name=_("taken back by"),
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-made_at", "-pk"]
        permissions = [("undo_import", "Can take imports back")]

    def __str__(self):
        """Which register, and from which file."""
        return f"{self.mapping} – {self.file_name}" if self.file_name else self.mapping

    @classmethod
    def begin(cls, mapping, user, file_name, sha256, using):
        """Begin an import inside the write that does it."""
        made = cls(mapping=mapping, user=user, file_name=file_name[-250:], sha256=sha256)
        made.save(using=using)
        return made

    def finish(self, counts):
        """Note what became of the lines."""
        for state in ("new", "changed", "same", "refused"):
            setattr(self, state, counts[state])
        self.save(using=self._state.db)

    def note_made(self, model, records):
        """Note records that the import made."""
        self._part().setdefault("made", {})[model._meta.label] = [[each.pk, digest(each)] for each in records]

    def note_changed(self, model, records):
        """Note records that the import changed: (record, what its columns held before)."""
        self._part().setdefault("changed", {})[model._meta.label] = [
            [record.pk, digest(record), old] for record, old in records if record.pk
        ]

    def _part(self):
        if not hasattr(self, "noted"):
            self.noted = {}
        return self.noted

    def close_part(self):
        """Keep what was noted of a batch."""
        if self._part():
            packed = zlib.compress(json.dumps(self.noted, cls=DjangoJSONEncoder, separators=(",", ":")).encode())
            Journal.objects.using(self._state.db).create(made_by=self, packed=packed)
        self.noted = {}

    @staticmethod
    def prints(model, using):
        """Return {key: print} of every record of a model as imports wrote it last."""
        found = {}
        for part in Journal.objects.using(using).filter(made_by__undone_at=None).order_by("pk").iterator():
            for did in ("made", "changed"):
                found.update((row[0], row[1]) for row in part.told().get(did, {}).get(model._meta.label, ()))
        return found

    def undo(self, user=None):
        """Take the import back as one step; return an `Undone` that names what stays, and why."""
        using, undone = self._state.db, Undone()
        with writing(using) as changes:
            made, changed = defaultdict(dict), defaultdict(dict)
            for part in self.journal.order_by("pk").iterator():
                told = part.told()
                for label, rows in told.get("made", {}).items():
                    made[label].update((pk, print_of) for pk, print_of in rows)
                for label, rows in told.get("changed", {}).items():
                    for pk, print_of, old in rows:
                        if pk in made[label]:
                            made[label][pk] = print_of
                        else:
                            before = changed[label].get(pk, (None, {}))[1]
                            changed[label][pk] = (print_of, {**old, **before})
            for label, rows in changed.items():
                self._restore(apps.get_model(label), rows, undone, using)
            for model in reversed(in_order([apps.get_model(label) for label in made])):
                self._remove(model, made[model._meta.label], undone, changes, using)
            self.undone_at, self.undone_by = now(), user
            self.save(using=using)
        return undone

    def _restore(self, model, rows, undone, using):
        """Give changed records their former values, but for those that somebody changed after the import."""
        for batch in in_batches(rows):
            records, names = [], set()
            for record in model._base_manager.using(using).filter(pk__in=batch):
                print_of, old = rows[record.pk]
                if digest(record) != print_of:
                    undone.keep(record, _("edited since"))
                    continue
                for attname, value in old.items():
                    field = model._meta.get_field(attname)
                    setattr(record, attname, value if field.is_relation else field.to_python(value))
                    names.add(field.name)
                records.append(record)
            if records:
                model._base_manager.using(using).bulk_update(records, sorted(names))
            undone.restored += len(records)

    def _remove(self, model, prints, undone, changes, using):
        """Remove records that the import made, but for those that were edited since or that others refer to."""
        for batch in in_batches(prints):
            going = {}
            for record in model._base_manager.using(using).filter(pk__in=batch):
                if digest(record) == prints[record.pk]:
                    going[record.pk] = record
                else:
                    undone.keep(record, _("edited since"))
            for pk in referred_to(model, list(going), using):
                undone.keep(going.pop(pk), _("others refer to it"))
            if going:
                changes.touch(model, list(going))
                rows = model._base_manager.using(using).filter(pk__in=list(going))
                rows._raw_delete(using)
            undone.removed += len(going)


class Undone:
    """What taking an import back did: how many records went or got their former values, and which stay."""

    def __init__(self):
        self.removed = self.restored = 0
        self.kept = []

    def keep(self, record, reason):
        """Note a record that stays as it is."""
        self.kept.append((record, reason))


class Journal(models.Model):
    """What one batch of an import made and changed, packed: keys, prints, and former values."""

    made_by = models.ForeignKey(Import, models.CASCADE, related_name="journal")
    packed = models.BinaryField()

    def __str__(self):
        """What a log shows."""
        return f"{self.made_by_id}.{self.pk}"

    def told(self):
        """Return what was packed."""
        return json.loads(zlib.decompress(bytes(self.packed)))


def in_order(wanted):
    """Return models so that each comes after those that it refers to."""
    ordered, left = [], list(dict.fromkeys(wanted))
    while left:
        for model in left:
            needs = {each.related_model for each in model._meta.concrete_fields if each.is_relation} - {model}
            if not needs & set(left):
                break
        ordered.append(model)
        left.remove(model)
    return ordered


def referred_to(model, keys, using):
    """Return those of some records' keys to which any record refers."""
    found = set()
    for relation in model._meta.related_objects:
        through = relation.through if relation.many_to_many else relation.related_model
        name = relation.field.m2m_reverse_field_name() if relation.many_to_many else relation.field.attname
        rows = through._base_manager.using(using).filter(**{f"{name}__in": keys})
        found.update(rows.order_by().values_list(name, flat=True))
    return found & set(keys)
