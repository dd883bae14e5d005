"""Files that editors fill in and import: an empty one to begin with, or the records that are there."""

import csv
import io
import re

from django.core.exceptions import ObjectDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from directory.imports.mapping import record_columns
from directory.imports.readers import Record, country, edtf, truth, whole
from directory.imports.tables import quiet
from directory.imports.xlsx import MOST_ROWS

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Characters that no workbook may hold, as XML 1.0 has none for them.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def headings(table):
    """Return what stands in the first line: each column as its field is called on the form."""
    return [capfirst(str(column.label)) for column in table.columns]


def explanation(table):
    """Return rows that explain the columns: what each is called, what may be written there, and an example."""
    rows = [[_("Column"), _("What may be written"), _("Example")]]
    for column, name in zip(table.columns, headings(table), strict=True):
        rule, example = _written_as(table.model, column)
        rows.append([name, " ".join(filter(None, (str(column.help), rule))), example])
    return rows


def _written_as(model, column):
    field = model._meta.get_field(column.field)
    if isinstance(column.reader, Record):
        words = _("The address or the name of a record that is there: %(kind)s.")
        return words % {"kind": column.reader.model._meta.verbose_name}, ""
    if column.reader is country:
        return _("A country's code or its name."), "SE"
    if field.choices:
        labels = [str(label) for _value, label in field.flatchoices]
        return _("One of: %(words)s.") % {"words": ", ".join(labels)}, labels[0]
    if column.field == "key":
        return _("Leave it empty in a new row; it finds a row again that is there."), ""
    if column.reader is edtf:
        return "" if column.help else str(field.formfield().help_text), "2014-08"
    if column.reader is truth:
        return _("Yes or no."), _("yes")
    return "", "1" if column.reader is whole else ""


def records_of(table):
    """Yield the rows of the records that are there, as the table's columns; at most as many as can be imported."""
    related = [column.field for column in record_columns(table)]
    for record in table.model.objects.select_related(*related).order_by("pk")[:MOST_ROWS].iterator(chunk_size=500):
        yield [written(record, column) for column in table.columns]


def written(record, column):
    """Return the text from which a column's reader brings back what the record holds."""
    field = record._meta.get_field(column.field)
    try:
        value = getattr(record, column.field)
    except ObjectDoesNotExist:
        value = None
    if value is None or value == "":
        return ""
    if field.many_to_one:
        return value.natural_key()[0]
    if field.choices and column.reader is not country:
        label = str(getattr(record, f"get_{column.field}_display")())
        return label if column.reader(label) == value else str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value)


def csv_file(rows):
    """Return rows as CSV that a spreadsheet opens by itself: semicolons, UTF-8 with its mark, no live formula."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";").writerows([quiet(text) for text in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def xlsx_file(**sheets):
    """Return sheets of rows as a workbook in which every cell is a text."""
    # Few processes ever write a workbook, and all would start later for it.
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:31])
        sheet.freeze_panes = "A2"
        for number in range(len(rows[0])):
            # As text, so that no program turns what is typed into a date or a number of its own.
            column = sheet.column_dimensions[openpyxl.utils.get_column_letter(number + 1)]
            column.width, column.number_format = 24, "@"
        for number, row in enumerate(rows):
            cells = []
            for text in row:
                cell = openpyxl.cell.WriteOnlyCell(sheet, UNWRITABLE.sub("\ufffd", text))
                # Or a text that begins with “=” would be a formula.
                cell.data_type = "s"
                cell.number_format = "@"
                cell.font = openpyxl.styles.Font(bold=number == 0)
                cells.append(cell)
            sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def file_of(table, what, form):
    """Return the bytes of a file: `what` is template or records, `form` csv or xlsx."""
    rows = [headings(table), *(records_of(table) if what == "records" else ())]
    if form == "csv":
        return csv_file(rows)
    return xlsx_file(**{capfirst(str(table.label)): rows, _("Explanation"): explanation(table)})
