"""Reading the cells of an XLSX file that nobody has vouched for; run as a program of its own, so that a hostile file
takes down nothing but this process.

The file comes on standard input; the answer is one JSON object: `{"sheet", "others", "rows"}` with rows of
`[number, [text, …]]`, or `{"refused": code, …}` with what its sentence needs. Nothing of Django is imported here.
"""

import contextlib
import io
import json
import math
import os
import re
import resource
import subprocess
import sys
import warnings
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

# Seconds, and bytes of address space, that one file may take.
SECONDS, MEMORY = 8, 400 * 2**20
# What a workbook of five thousand rows never needs.
MOST_ROWS, MOST_COLUMNS, MOST_CELLS, MOST_SHEETS, LONGEST_CELL = 5_000, 100, 200_000, 20, 32_767
MOST_MEMBERS, MOST_UNPACKED, MOST_RATIO, SMALL = 100, 40 * 2**20, 100, 5 * 2**20
# Tags in one part of the file that holds no cells, such as its styles.
MOST_TAGS = 30_000
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
TEXT = re.compile(rb"<(?:\w+:)?si[\s>/]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:]+)")


class Refusal(Exception):
    """The file is not read; `facts` is the answer in its place."""

    def __init__(self, code, **facts):
        super().__init__(code)
        self.facts = {"refused": code, **facts}


def read_apart(content):
    """Read a file in a process of its own with little memory and time; return its answer."""
    command = [sys.executable, "-I", __file__]
    # Whatever the file brings about there, it learns no secret: the process is given no environment of ours. The guard
    # refuses what defusedxml would, and without it reading takes a quarter of the time.
    environment = {"OPENPYXL_LXML": "False", "OPENPYXL_DEFUSEDXML": "False"}
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the file is only its input
            command, input=content, capture_output=True, timeout=2 * SECONDS, env=environment, check=False
        )
        return json.loads(done.stdout) if done.returncode == 0 else {"refused": "too-much"}
    except (subprocess.TimeoutExpired, ValueError):
        return {"refused": "too-much"}


def read(content):
    """Return the answer for a file; raises `Refusal`."""
    import openpyxl

    merged = guard(content)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    sheets = [each for each in book.worksheets if each.sheet_state == "visible"]
    if len(book.sheetnames) > MOST_SHEETS or not sheets:
        raise Refusal("sheets", most=MOST_SHEETS)
    sheet = sheets[0]
    if sheet._worksheet_path.lstrip("/") in merged:
        raise Refusal("merged", cells=merged[sheet._worksheet_path.lstrip("/")])
    # What the file says of its own size is not believed.
    sheet.reset_dimensions()
    rows = []
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        texts = [text_of(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows.append([number, texts])
        if len(texts) > MOST_COLUMNS:
            raise Refusal("columns", most=MOST_COLUMNS, cell=cells[len(texts) - 1].coordinate)
        if len(rows) > MOST_ROWS + 1:
            raise Refusal("rows", most=MOST_ROWS)
    return {"sheet": sheet.title, "others": len(sheets) - 1, "rows": rows}


def guard(content):
    """Look at the container before anything parses it; return the first merged range of each part that has one.

    Raises `Refusal`.
    """
    if content.startswith(OLD_OFFICE):
        raise Refusal("locked" if "EncryptedPackage".encode("utf-16-le") in content else "old")
    if not content.startswith(ZIP):
        raise Refusal("none")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        parts = file.infolist()
        if len(parts) > MOST_MEMBERS:
            raise Refusal("too-much")
        total = sum(part.file_size for part in parts)
        if total > MOST_UNPACKED or total > max(SMALL, MOST_RATIO * len(content)):
            raise Refusal("too-much")
        if any(part.flag_bits & 1 for part in parts):
            raise Refusal("locked")
        if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
            raise Refusal("none")
        names = {part.filename for part in parts}
        if any(name.lower().endswith(("vbaproject.bin", ".xlsb", ".xlsm")) for name in names):
            raise Refusal("macro")
        if "[Content_Types].xml" not in names:
            raise Refusal("other" if "mimetype" in names else "none")
        return dict(filter(None, (examine(part.filename, file.read(part)) for part in parts)))


def examine(name, data):
    """Look through one part of the file by its bytes alone; return its name with its first merged range, if any."""
    if data.startswith((b"PK", OLD_OFFICE)):
        raise Refusal("nested")
    if not name.lower().endswith((".xml", ".rels")):
        return None
    # The counts below read ASCII; and no spreadsheet program declares entities.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4] or b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Refusal("none")
    if b"macroEnabled" in data and name == "[Content_Types].xml":
        raise Refusal("macro")
    cells, texts = len(CELL.findall(data)), len(TEXT.findall(data))
    if max(cells, texts) > MOST_CELLS:
        raise Refusal("cells", most=MOST_CELLS)
    if data.count(b"<") > (MOST_TAGS if not cells and not texts else 8 * MOST_CELLS):
        raise Refusal("too-much")
    found = MERGED.search(data)
    return (name, found[1].decode()) if found else None


def text_of(cell):
    """Return what stands in a cell, as people write it; raises `Refusal` for what has no plain text."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise Refusal("formula", cell=cell.coordinate)
    if cell.data_type == "e":
        raise Refusal("error", cell=cell.coordinate, text=str(value)[:20])
    if isinstance(value, str):
        if len(value) > LONGEST_CELL:
            raise Refusal("long", cell=cell.coordinate, most=LONGEST_CELL)
        return value.replace("_x000D_", "").replace("\r\n", "\n").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date):
        return day_of(value, cell.number_format)
    if isinstance(value, time | timedelta):
        return str(value)
    return number_of(value, cell.coordinate)


def day_of(value, number_format):
    """Return a date no more precise than the cell shows it: a spreadsheet keeps “oktober 2021” as its first day."""
    shown = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", number_format or "").lower()
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(sep=" ", timespec="minutes")
    if "d" in shown or not re.search(r"[my]", shown):
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m}" if "m" in shown else f"{value:%Y}"


def number_of(value, coordinate):
    """Return a number without what the machine adds: 1997, not 1997.0; 0.3, not 0.30000000000000004."""
    if isinstance(value, float) and not math.isfinite(value):
        raise Refusal("error", cell=coordinate, text=str(value))
    text = f"{Decimal(format(value, '.15g')):f}" if isinstance(value, float) else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def main():
    """Answer for the file on standard input."""
    warnings.simplefilter("ignore")
    # Neither is needed to read cells, and they are slow to load.
    sys.modules["numpy"] = sys.modules["PIL"] = None
    os.nice(5)
    for limit, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_FSIZE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    try:
        answer = read(sys.stdin.buffer.read())
    except Refusal as refusal:
        answer = refusal.facts
    except MemoryError:
        answer = {"refused": "too-much"}
    except Exception:
        # A library that stumbles over a damaged file may raise anything.
        answer = {"refused": "broken"}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
