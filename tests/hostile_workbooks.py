"""Workbooks that nobody means well with, or that a spreadsheet program writes in its own way; made when asked for."""

import io
import zipfile
from datetime import date, datetime

import openpyxl

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
    "</Types>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
    "</Relationships>"
)
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)


def inline(cell, text):
    """Return the XML of a cell with a text."""
    return f'<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'


def raw(sheet, before="", **parts):
    """Return a workbook whose one sheet is the given XML, with other parts beside it."""
    rows = before + (sheet if sheet.startswith("<worksheet") else SHEET.format(sheet))
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS.format(kind="officeDocument", target="xl/workbook.xml"),
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": rows,
            **parts,
        }
    )


def packed(parts):
    """Return a zip file of the parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def book(*rows, **sheets):
    """Return a workbook as a spreadsheet program writes it; formats are given as (value, number format)."""
    made = openpyxl.Workbook()
    made.active.title = "Blad1"
    for sheet, lines in ((made.active, rows), *((made.create_sheet(name), lines) for name, lines in sheets.items())):
        for number, row in enumerate(lines, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column)
                value, cell.number_format = value if isinstance(value, tuple) else (value, cell.number_format)
                cell.value = value
    return saved(made)


def saved(made):
    """Return a workbook's bytes."""
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def far_cell():
    """One cell where the sheet ends."""
    made = openpyxl.Workbook()
    made.active["A1"] = "namn"
    made.active["XFD1048576"] = 1
    return saved(made)


def far_row():
    """A row where the sheet ends, below five that are empty."""
    made = openpyxl.Workbook()
    made.active["A1"] = "namn"
    made.active["A1048576"] = "Malmö"
    return saved(made)


def many_sheets(count):
    """A workbook of very many sheets."""
    return packed(
        {"[Content_Types].xml": TYPES, **{f"xl/worksheets/sheet{number}.xml": SHEET for number in range(count)}}
    )


def gigabyte():
    """A file of a megabyte that unpacks to a gigabyte."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _number in range(1024):
                part.write(b" " * 2**20)
    return file.getvalue()


def lying():
    """A part that says it is small and is not."""
    content = bytearray(raw(f"<row r='1'>{inline('A1', 'namn')}</row>" + " " * 2**20))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return bytes(content).replace(size.to_bytes(4, "little"), (300).to_bytes(4, "little"))


def merged():
    """Two rows that share one cell."""
    made = openpyxl.Workbook()
    for row in (["namn", "ort"], ["A", "Malmö"], ["B", None]):
        made.active.append(row)
    made.active.merge_cells("B2:B3")
    return saved(made)


def wide():
    """As many columns as a sheet can have."""
    return book([f"namn {number}" for number in range(16384)])


def million():
    """A million cells."""
    row = "".join(f"<c><v>{number * 7919 % 10**9}</v></c>" for number in range(1_000_000))
    return raw(f"<row>{row}</row>")


def entities():
    """A billion laughs."""
    names = "abcdefghi"
    entity = '<!ENTITY a "ha ha ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip(names, names[1:], strict=False)
    )
    return raw(f'<row r="1">{inline("A1", "&i;")}</row>', before=f"<!DOCTYPE x [{entity}]>")


def outside():
    """An entity that names a file of the machine."""
    before = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
    return raw(f'<row r="1">{inline("A1", "&a;")}</row>', before=before)


def hidden_declaration():
    """Entities in an encoding in which a look at the bytes would not find them."""
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "ha">]>' + SHEET.format(
        f'<row r="1">{inline("A1", "&a;")}</row>'
    )
    return raw("", **{"xl/worksheets/sheet1.xml": text.encode("utf-16")})


def many_styles():
    """Half a million styles."""
    styles = f'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs>{"<xf/>" * 500_000}</cellXfs></styleSheet>'
    return raw(f"<row r='1'>{inline('A1', 'namn')}</row>", **{"xl/styles.xml": styles})


def many_texts():
    """Half a million shared texts."""
    texts = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{"".join(f"<si><t>{number * 7919}</t></si>" for number in range(500_000))}</sst>'
    return raw(f"<row r='1'>{inline('A1', 'namn')}</row>", **{"xl/sharedStrings.xml": texts})


def deep():
    """A text within a hundred thousand brackets."""
    return raw("<row>" * 100_000 + "</row>" * 100_000)


def formula():
    """A cell that is worked out."""
    return book(["namn", "ort"], ["A", "Malmö"], ["B", "=CONCATENATE(A2,1)"])


def failed():
    """A cell that holds an error."""
    return raw(f'<row r="1">{inline("A1", "namn")}</row><row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>')


def ordinary():
    """Dates and numbers as a spreadsheet keeps them."""
    return book(
        ["namn", "ort", "år"],
        ["dag", "Malmö", (date(2014, 8, 21), "yyyy-mm-dd")],
        ["svensk dag", "Göteborg", (datetime(2014, 8, 21), "[$-41D]d mmmm yyyy;@")],
        ["månad", "Łódź", (date(2021, 10, 1), "mmm-yy")],
        ["år", "Iğdır", (date(2014, 1, 1), "yyyy")],
        ["klockslag", "x", (datetime(2014, 8, 21, 14, 30), "yyyy-mm-dd hh:mm")],
        ["tal", "x", 1997.0],
        ["decimal", "x", 0.1 + 0.2],
        ["stort", "x", 1e15],
        ["sant", "x", True],
        ["text", "två\nrader", "'=1+1"],
    )
