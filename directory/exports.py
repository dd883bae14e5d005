"""Every list is its own export: what the filters leave, as a file."""

import csv
import json

from django.db.models import DecimalField, IntegerField
from django.http import StreamingHttpResponse

# Records that an export holds in memory at a time.
AT_ONCE = 500


class Echo:
    """A file that hands back what is written, so that rows leave as they are made."""

    def write(self, value):
        """Return the text instead of keeping it."""
        return value


def columns_of(model):
    """Return the names of the columns that an export of `model` has: everything of the record that readers see."""
    hidden = {"id", "published", "verified_by", "edited_at", "search_text", "sort_sv", "sort_en", "file"}
    return [field.name for field in model._meta.concrete_fields if field.name not in hidden and field.serialize]


def with_columns(model, keys, columns):
    """Yield the records of some keys in their order, with what the columns name; a query for each batch."""
    related = [name for name in columns if model._meta.get_field(name).many_to_one]
    rows = model.objects.public().select_related(*related) if related else model.objects.public()
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        found = rows.order_by().in_bulk(some)
        yield from (found[key] for key in some if key in found)


def cells_of(record, columns):
    """Return one record's values as JSON can hold them; null is unknown, or a record that is not for visitors.

    Another record is told by its address; a source always, as on the pages. Several countries have spaces between.
    """
    cells = {}
    for name in columns:
        value = getattr(record, name)
        if hasattr(value, "natural_key"):
            value = value.slug if value.visible or name in record.sources else None
        elif getattr(record._meta.get_field(name), "multiple", False):
            value = " ".join(each.code for each in value)
        elif value is not None and not isinstance(value, bool | int):
            value = str(value)
        cells[name] = value if value != "" else None
    return cells


def inert(text):
    """Return a text that a spreadsheet does not run: it takes these first characters for the start of a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_response(model, keys):
    """Return the records as CSV (RFC 4180), UTF-8, one header line; empty cells mean “not stated” or not shown.

    A text that a spreadsheet would run as a formula has an apostrophe before it; numbers, and all of JSON, have none.
    """
    columns = columns_of(model)
    numbers = {name for name in columns if isinstance(model._meta.get_field(name), DecimalField | IntegerField)}
    writer = csv.writer(Echo())

    def lines():
        yield writer.writerow([*columns, "page"])
        for record in with_columns(model, keys, columns):
            cells = cells_of(record, columns)
            texts = {name: "" if value is None else str(value) for name, value in cells.items()}
            row = [text if name in numbers else inert(text) for name, text in texts.items()]
            yield writer.writerow([*row, record.get_absolute_url()])

    return _download(lines(), "text/csv; charset=utf-8", f"{model.section}.csv")


def texts_response(rows, name):
    """Return rows of texts as CSV in the same form, as the file `name`."""
    writer = csv.writer(Echo())
    return _download((writer.writerow(map(inert, row)) for row in rows), "text/csv; charset=utf-8", f"{name}.csv")


def json_response(model, keys):
    """Return the records as a JSON array of objects (RFC 8259); null means “not stated” or not shown."""
    columns = columns_of(model)

    def lines():
        yield "["
        for number, record in enumerate(with_columns(model, keys, columns)):
            cells = {**cells_of(record, columns), "page": record.get_absolute_url()}
            yield (",\n" if number else "\n") + json.dumps(cells, ensure_ascii=False)
        yield "\n]\n"

    return _download(lines(), "application/json", f"{model.section}.json")


def _download(lines, content_type, name):
    response = StreamingHttpResponse(lines, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


EXPORTS = {"csv": csv_response, "json": json_response}
