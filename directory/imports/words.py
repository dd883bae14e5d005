"""What an import says of records, in words."""

from django.utils.translation import override

from directory.dates import EDTF
from directory.figures import Discrepancy
from directory.imports.mapping import Field, Told


def in_words(record, name):
    """Return the value of a field as an editor reads it; "" for nothing."""
    field = record._meta.get_field(name)
    if field.choices:
        return str(getattr(record, f"get_{name}_display")() or "")
    if field.is_relation and not field.is_cached(record):
        return str(getattr(record, field.attname) or "")
    value = getattr(record, name)
    if isinstance(value, EDTF):
        return value.display()
    return "" if value is None else str(value)


def doubt_note(told, found):
    """Return the note, in Swedish and English, of a record that may be one of those that were found."""
    name = told.fields.get("name_sv", "")
    return (
        f"Kan vara samma som en annan post med namnet ”{name}”: registret räcker inte för att avgöra det.",
        f"May be the same as another record called “{name}”: the register is not enough to tell.",
    )


def discrepancy(mapping, record, name, theirs, mine):
    """Return the `Told` of a discrepancy: a record's own statement and that of the register, without a note."""
    model = next(
        each
        for each in Discrepancy.__subclasses__()
        if each._meta.get_field(each.ends[0]).related_model is record._meta.concrete_model
    )
    fields = {
        "key": f"{mapping.name}-{record.slug}-{name}"[:120],
        model.ends[0]: record,
        "first_source_id": record.source_id,
        "first_locator": record.locator,
        "first_quote": record.quote,
    }
    for language in ("sv", "en"):
        with override(language):
            fields[f"title_{language}"] = f"{record.name}: {record._meta.get_field(name).verbose_name}"[:250]
            fields[f"first_{language}"] = EDTF(theirs).display()
            fields[f"second_{language}"] = EDTF(mine).display()
    return Told(model, (Field("key", fields["key"]),), fields, only_new=True)
