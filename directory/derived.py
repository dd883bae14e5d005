"""Columns whose value follows from other columns of the same row.

`loaddata` calls neither `save()` nor a field's `pre_save()`, and `bulk_create` fires no signal. A derived column
therefore computes its value whenever the attribute is read from an instance, which is what every way of writing
a row does. What the database holds is a copy, for sorting and filtering only.
"""

from django.db import models

from directory.writes import KeptQuerySet


class Derivation:
    """The attribute of a derived column: reading computes, writing is ignored.

    In a migration the field has no `derive`: models there are rows as they once were, and hand out what is stored.
    """

    def __init__(self, field):
        self.field = field

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return self.field.derive(instance) if self.field.derive else instance.__dict__.get(self.field.attname)

    def __set__(self, instance, value):
        """Note that the column is loaded, or `save()` would leave it out; the inputs decide what is read."""
        instance.__dict__[self.field.attname] = value


class DerivedField:
    """Mixin for a field with `derive`, a function of the instance, and `inputs`, the fields that it reads."""

    descriptor_class = Derivation

    def __init__(self, *args, derive=None, inputs=(), **kwargs):
        self.derive = derive
        self.inputs = tuple(inputs)
        super().__init__(*args, **{"editable": False, "serialize": False, **kwargs})


class DerivedDateField(DerivedField, models.DateField):
    """A day that follows from another column."""


class DerivedTextField(DerivedField, models.TextField):
    """A text that follows from other columns."""


class DerivedSortKeyField(DerivedField, models.CharField):
    """A text compared byte by byte on every engine, so that an alphabet can be written into it."""

    def db_parameters(self, connection):
        """Ask PostgreSQL for the C collation; SQLite compares bytes as it is."""
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def derived_fields(model, changed=None):
    """Return the derived fields of `model`: all, or those that read any field named in `changed`."""
    fields = [field for field in model._meta.concrete_fields if isinstance(field, DerivedField)]
    return fields if changed is None else [field for field in fields if set(field.inputs) & set(changed)]


class StaleColumn(TypeError):
    """An `update()` would have left a derived column behind its inputs."""


class DerivingQuerySet(KeptQuerySet):
    """Keeps derived columns true in the two ways of writing that never touch an instance's attributes."""

    def update(self, **values):
        """Refuse to change an input without its derived columns; raises `StaleColumn`."""
        stale = [field.name for field in derived_fields(self.model, values) if field.name not in values]
        if stale:
            raise StaleColumn(f"update() cannot recompute {', '.join(stale)}: save the records, or use bulk_update().")
        return super().update(**values)

    def bulk_update(self, objs, fields, **options):
        """Write the derived columns together with the inputs named in `fields`."""
        fields = list(dict.fromkeys([*fields, *(field.name for field in derived_fields(self.model, fields))]))
        return super().bulk_update(objs, fields, **options)
