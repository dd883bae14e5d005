"""The way from a list in the admin to the import of such records."""

from django import template
from django.urls import reverse

from directory.imports.door import may_import
from directory.imports.own import own_tables, table_of

register = template.Library()


@register.simple_tag(takes_context=True)
def import_address(context, model):
    """Return where an editor imports records of a model; "" where she cannot."""
    table = table_of(model)
    return (
        reverse("admin:directory_import_new", args=[table.name])
        if table and may_import(context["request"], table)
        else ""
    )


@register.simple_tag(takes_context=True)
def ways_in(context):
    """Return (label, address) of every import that an editor can begin."""
    return [
        (table.label, reverse("admin:directory_import_new", args=[name]))
        for name, table in own_tables().items()
        if may_import(context["request"], table)
    ]
