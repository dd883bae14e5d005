"""Every write to the directory, by whatever door: it moves the version and keeps the indexes true, or nothing happens.

Records and rows are `Kept`; their querysets are `KeptQuerySet`s. Only raw SQL and `_raw_delete()` go past them, and
whoever uses those says `rebuild()` afterwards.
"""

from collections import defaultdict
from contextlib import contextmanager
from functools import partial

from django.apps import apps
from django.db import connections, models, router, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import m2m_changed, post_migrate, post_save, pre_delete, pre_save

from directory import acts, former_addresses
from directory.index import INDEXES, among, in_batches
from directory.versions import Version

# For each model: (index, path from the index's record to it, field), as `Index.watched` gives them.
WATCHED = defaultdict(set)


def start():
    """Let changes of related records reach the indexes; called once, when all models are loaded."""
    for index in INDEXES.values():
        for model, path, field in index.watched():
            WATCHED[model._meta.concrete_model].add((index, path, field))
    pre_save.connect(_about_to_save)
    post_save.connect(_saved)
    pre_delete.connect(_about_to_delete)
    m2m_changed.connect(_related)
    post_migrate.connect(_migrated, sender=apps.get_app_config("directory"))


class Changes:
    """The records, by index, that one write has touched so far."""

    def __init__(self, version, using):
        self.version, self.using = version, using
        self.touched = defaultdict(set)

    def touch(self, model, keys, fields=None):
        """Note records of `model` as changed, and those that are found by one of their `fields` (None: by any)."""
        concrete = model._meta.concrete_model
        for index in INDEXES.values():
            if index.model._meta.concrete_model is concrete:
                self.touched[index].update(keys)
        for index, path, field in WATCHED[concrete]:
            if fields is None or field is None or field in fields:
                for batch in in_batches(keys):
                    found = index.model._base_manager.using(self.using).filter(**among(f"{path}__pk", batch))
                    self.touched[index].update(found.order_by().values_list("pk", flat=True))

    def settle(self):
        """Bring the indexes up to date with everything touched."""
        for index, keys in self.touched.items():
            index.note(keys, self.version, self.using)
        self.touched.clear()


@contextmanager
def writing(using="default"):
    """One write: everything inside is done and indexed together, or not at all. Yields its `Changes`.

    Moves and locks the version first; inside another `writing()` it is part of that one.
    """
    connection = connections[using]
    if getattr(connection, "changes", None):
        yield connection.changes
        return
    with transaction.atomic(using):
        connection.changes = changes = Changes(Version.move(using), using)
        try:
            yield changes
            changes.settle()
        finally:
            connection.changes = None


def rebuild(using="default", report=lambda index, done, total: None):
    """Write every index anew from the records, as is needed after raw SQL; minutes at a million records."""
    with writing(using) as changes:
        changes.touched.clear()
        for index in INDEXES.values():
            index.renew(changes.version, using, report=partial(report, index))


class Kept(models.Model):
    """A record or row whose every change moves the version."""

    class Meta:
        abstract = True

    def save_base(self, *args, using=None, **options):
        """Save in one write with the indexes."""
        using = using or router.db_for_write(type(self), instance=self)
        with writing(using):
            super().save_base(*args, using=using, **options)

    def delete(self, using=None, **options):
        """Delete in one write with the indexes."""
        using = using or router.db_for_write(type(self), instance=self)
        with writing(using):
            return super().delete(using=using, **options)


class KeptQuerySet(models.QuerySet):
    """Writes many records as faithfully as one."""

    def update(self, **values):
        """Change the records in one write with the indexes."""
        with writing(self.db) as changes:
            keys = list(self.order_by().values_list("pk", flat=True))
            fields = {self.model._meta.get_field(name).name for name in values}
            acts.about_to_change(self.db, self.model, keys)
            with former_addresses.followed(self.model, keys if "slug" in fields else (), self.db):
                changes.touch(self.model, keys, fields)
                count = super().update(**values)
                changes.touch(self.model, keys, fields)
        return count

    def bulk_update(self, *args, **options):
        """Change the records, batch by batch, in one write with the indexes."""
        with writing(self.db):
            return super().bulk_update(*args, **options)

    def bulk_create(self, objs, *args, **options):
        """Add the records in one write with the indexes; those that are there already are found by natural key."""
        objs = list(objs)
        there = options.get("update_conflicts") or options.get("ignore_conflicts")
        with writing(self.db) as changes:
            if there:
                keys = self._keys_of(objs)
                acts.about_to_change(self.db, self.model, keys)
                changes.touch(self.model, keys)
            made = super().bulk_create(objs, *args, **options)
            keys = self._keys_of(objs) if there else [each.pk for each in objs]
            acts.made(self.db, self.model, keys)
            changes.touch(self.model, keys, None if there else {"pk"})
            if hasattr(self.model, "slug"):
                former_addresses.follow(self.model, {each.slug: ("", each.slug) for each in objs}, self.db)
        return made

    def _keys_of(self, objs):
        """Return the keys of those of `objs` that the database holds, by the one field of their natural key."""
        name = "slug" if hasattr(self.model, "slug") else "key"
        rows = self.model._base_manager.using(self.db)
        return [
            key
            for batch in in_batches(getattr(each, name) for each in objs)
            for key in rows.filter(**{f"{name}__in": batch}).values_list("pk", flat=True)
        ]

    def delete(self):
        """Delete the records in one write with the indexes."""
        with writing(self.db):
            return super().delete()

    delete.queryset_only = True


def _about_to_save(sender, instance, using, update_fields=None, **_):
    """Find what the old row led to; `loaddata` calls no method of the model, only signals."""
    if not issubclass(sender, Kept):
        return
    acts.about_to_change(using, sender, [instance.pk])
    fields = {field for _index, _path, field in WATCHED[sender._meta.concrete_model]}
    fields |= {"slug"} if hasattr(sender, "slug") and (update_fields is None or "slug" in update_fields) else set()
    compared = fields - {None, "pk"}
    alone = not getattr(connections[using], "changes", None)
    with writing(using) as changes:
        old = (
            sender._base_manager.using(using).filter(pk=instance.pk).values("pk", *compared).first() if fields else None
        )
        attname = {name: sender._meta.get_field(name).attname for name in compared}
        moved = {name for name in compared if old and old[name] != getattr(instance, attname[name])}
        instance.moved = moved if old else {"pk"}
        instance.left = old["slug"] if "slug" in moved else ""
        if old:
            changes.touch(sender, [instance.pk], instance.moved)
        if alone:
            # The row is saved when this write is over: what it led to is brought up to date once more after that.
            instance.led_to = dict(changes.touched)


def _saved(sender, instance, using, **_):
    if issubclass(sender, Kept):
        acts.made(using, sender, [instance.pk])
        with writing(using) as changes:
            moved, left = instance.__dict__.pop("moved"), instance.__dict__.pop("left")
            changes.touch(sender, [instance.pk], moved)
            for index, keys in instance.__dict__.pop("led_to", {}).items():
                changes.touched[index].update(keys)
            if left or ("pk" in moved and hasattr(sender, "slug")):
                former_addresses.follow(sender, {instance.pk: (left, instance.slug)}, using)


def _about_to_delete(sender, instance, using, **_):
    if issubclass(sender, Kept):
        acts.about_to_delete(using, instance)
        with writing(using) as changes:
            changes.touch(sender, [instance.pk])


def _related(sender, instance, action, reverse, model, pk_set, using, **_):
    """Note the owners of a relation that is changed from either of its ends."""
    owner = model if reverse else type(instance)
    if not issubclass(owner, Kept):
        return
    keys = pk_set if reverse else [instance.pk]
    with writing(using) as changes:
        if action == "pre_clear" and reverse:
            name = next(field.name for field in owner._meta.many_to_many if field.remote_field.through is sender)
            instance.cleared = list(
                owner._base_manager.using(using).filter(**{name: instance.pk}).values_list("pk", flat=True)
            )
        keys = keys if keys is not None else instance.cleared
        acts.about_to_change(using, owner, keys)
        changes.touch(owner, keys, ())


def _migrated(using, plan=(), **_):
    """Write the indexes anew after migrations, which may have changed rows behind their back."""
    executor = MigrationExecutor(connections[using])
    if plan and not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        rebuild(using)
