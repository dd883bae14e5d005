"""Ways from one place at the editors' desk to others: to the form of a record or a row, and to lists of those like it."""

from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import CASCADE
from django.urls import reverse
from django.utils.text import capfirst

# An address with more keys would be refused on its way.
MOST_KEYS = 200


def foreign_keys(model):
    """Return the names of the foreign keys that an editor sets."""
    return [field.name for field in model._meta.fields if field.many_to_one and field.editable]


def owner_of(model):
    """Return the foreign key to the record in whose form rows of `model` are edited; None where they have their own."""
    if model in admin.site._registry:
        return None
    keys = [field for field in model._meta.fields if field.many_to_one and field.related_model in admin.site._registry]
    return next((field for field in keys if field.remote_field.on_delete is CASCADE), None)


def form_of(record):
    """Return where a record or a row is edited: in its own form or in that of its owner; "" where nowhere."""
    if owner := owner_of(type(record)):
        record = getattr(record, owner.name)
    options = record._meta
    if record is None or type(record) not in admin.site._registry:
        return ""
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])


def list_of(field, keys):
    """Return the list of all that lead by a foreign key to records with some keys; "" where there is none."""
    model, path, owner = field.model, field.name, owner_of(field.model)
    if owner:
        model, path = owner.related_model, f"{owner.related_query_name()}__{field.name}"
    if model not in admin.site._registry or len(keys) > MOST_KEYS:
        return ""
    options, target = model._meta, field.related_model._meta.pk.name
    lookup = f"{path}__{target}__exact" if len(keys) == 1 else f"{path}__{target}__in"
    query = urlencode({lookup: ",".join(map(str, keys))}, safe=",")
    return f"{reverse(f'admin:{options.app_label}_{options.model_name}_changelist')}?{query}"


def named(record):
    """Return {"kind", "name", "address"} of a record or a row, as a page names it with a link to its form."""
    return {"kind": capfirst(record._meta.verbose_name), "name": str(record), "address": form_of(record)}


def nameable(rows):
    """Return those of some rows that the desk may name: all, unless the model's queryset says otherwise by this verb."""
    return rows.nameable() if hasattr(rows, "nameable") else rows


class Findable:
    """Lists that can be narrowed to all that lead to one record, also by way of rows edited in the record's form."""

    def lookup_allowed(self, lookup, value, request):
        """Allow what `list_of` writes, besides what the list's own filters do."""
        relation, _, rest = lookup.partition("__")
        for each in self.model._meta.related_objects:
            if each.name == relation and owner_of(each.related_model) == each.field:
                names = [field.name for field in each.related_model._meta.fields if field.is_relation]
                return rest.split("__")[0] in names and rest.split("__")[1:] in (["id", "exact"], ["id", "in"])
        return super().lookup_allowed(lookup, value, request)
