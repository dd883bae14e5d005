"""Taking generated records away again, a million as quickly as the database can; see `networks.generated`.

Nothing here names a model: whatever comes from the generated source goes, with the rows that hang on it, unless a
real record would be left pointing at nothing.
"""

from graphlib import TopologicalSorter

from django.apps import apps
from django.db import router
from django.db.models import CASCADE, Q

from directory.bases import Listed
from directory.sources import Source
from networks.generated import SOURCE

NAMED = 10


def real_records():
    """Return the listed models that hold a record which was not generated."""
    models = [model for model in apps.get_models() if issubclass(model, Listed) and not model._meta.proxy]
    return [model for model in models if model._base_manager.exclude(_generated(model)).exists()]


def in_the_way():
    """Return the real records that point at generated ones and are not to go with them, a few of each sort."""
    going = _going()
    found = []
    for model, condition in going.items():
        for field in _relations(model):
            if field.related_model in going and field.remote_field.on_delete is not CASCADE:
                pointing = model._base_manager.filter(**{f"{field.name}__in": _rows(field.related_model, going)})
                found += pointing.exclude(condition)[:NAMED]
    return list(dict.fromkeys(found))


def remove_generated():
    """Delete all generated records and the rows that hang on them; yield each model and how many it lost.

    No signal is sent and nothing is checked: ask `in_the_way()` first, in the same transaction.
    """
    going = _going()
    for model in reversed(going):
        rows = _rows(model, going)
        if not model._base_manager.exclude(going[model]).exists():
            # SQLite empties a whole table at once, where no other table points at it.
            rows = model._base_manager.all()
        yield model, rows._raw_delete(router.db_for_write(model))


def _going():
    """Return for each model, those first that others point at, the condition on which a row of it goes."""
    models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    pointed_at = {model: {field.related_model for field in _relations(model)} - {model} for model in models}
    going = {}
    for model in TopologicalSorter(pointed_at).static_order():
        condition = _generated(model)
        for field in _relations(model):
            if field.related_model in going and field.remote_field.on_delete is CASCADE:
                condition |= Q(**{f"{field.name}__in": _rows(field.related_model, going)})
        if condition:
            going[model] = condition
    return going


def _relations(model):
    """Return the foreign keys of a model."""
    return [field for field in model._meta.concrete_fields if field.remote_field]


def _generated(model):
    """Return the condition that a row comes from the generated source, or is that; empty where rows have no source."""
    if model is Source:
        return Q(slug=SOURCE)
    names = [field.name for field in _relations(model) if field.related_model is Source]
    return Q(source__in=Source.objects.filter(slug=SOURCE).values("pk")) if "source" in names else Q()


def _rows(model, going):
    return model._base_manager.filter(going[model])
