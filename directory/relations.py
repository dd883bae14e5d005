"""How records hang together, as the models say: what leads to a record, and what rules that follows."""

from django.db import models
from django.utils.translation import gettext as _

from directory.derived import DerivedField


def leads_to(record, other, name):
    """Whether the way along the foreign key `name` leads from a record to another."""
    above, seen = getattr(record, name), {record.pk}
    while above is not None and above.pk not in seen:
        if above.pk == other.pk:
            return True
        seen.add(above.pk)
        above = getattr(above, name)
    return False


def rows_of(field, record):
    """Return the rows that lead to a record by a foreign key."""
    return field.model._base_manager.filter(**{field.name: record.pk})


def compared(field):
    """Return the columns by which two rows are told apart, but for the foreign key `field`."""
    return [
        each.attname
        for each in field.model._meta.concrete_fields
        if not each.primary_key and each.name not in (field.name, "key") and not isinstance(each, DerivedField)
    ]


def unique_with(field):
    """Yield (other columns, condition, sentence) of each rule by which only one row may lead to a record."""
    if field.unique:
        yield [], None, _("Only one of these can belong to the same record.")
    for rule in field.model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and field.name in rule.fields:
            names = [name for name in rule.fields if name != field.name]
            yield names, rule.condition, rule.violation_error_message
