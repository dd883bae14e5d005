"""Files that editors upload: read right, asked about, or refused in time with a sentence that helps."""

import csv
import io
import subprocess
import sys

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from directory.imports import xlsx
from directory.imports.encodings import Asked
from directory.imports.tables import Headings, Refused, heading, plain, quiet, read_table
from tests import hostile_workbooks as workbooks

KNOWN = Headings(
    {heading(name): column for name, column in (("namn", "name"), ("name", "name"), ("ort", "city"), ("år", "year"))}
)
# Seconds and megabytes that a hostile file may take.
MOST_SECONDS, MOST_MEMORY = 2, 200


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def read(content, name="table.csv", **answers):
    return read_table(name, content if isinstance(content, bytes) else content.encode(), KNOWN, **answers)


def rows(content, name="table.csv", **answers):
    return [(line, *cells.values()) for line, cells in read(content, name, **answers).rows]


def refusal(content, name="table.csv", **answers):
    with pytest.raises(Refused) as refused:
        read(content, name, **answers)
    return refused.value.sentences


def question(content, **answers):
    with pytest.raises(Asked) as asked:
        read(content, **answers)
    return asked.value.question


# CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_is_certain_is_read_without_a_question(encoding, separator, end):
    lines = [["namn", "ort"], ["Malmö", "Iğdır"], ["Łódź", "Åbo"]]

    content = end.join(separator.join(cells) for cells in lines).encode(encoding)

    assert rows(content) == [(2, "Malmö", "Iğdır"), (3, "Łódź", "Åbo")]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Malmö"),
        ("cp1250", "Łódź"),
        ("cp1254", "Iğdır"),
        ("cp1257", "Šiauliai Rīga"),
        ("cp1251", "София"),
        ("mac_roman", "Malmö Åre"),
        ("cp850", "Malmö Åre"),
    ],
)
def test_an_encoding_that_is_not_certain_is_asked_for_and_shown(encoding, text):
    content = f"namn;ort\nA;{text}\n".encode(encoding)

    asked = question(content)

    choice = next(each for each in asked.choices if each.sample == [f"A;{text}"])
    assert (asked.about, asked.sentence) == (
        "encoding",
        "Line 2 is not UTF-8, so the file does not say how its letters are meant. Which reads right?",
    )
    assert len({tuple(each.sample) for each in asked.choices}) == len(asked.choices) > 1
    assert rows(content, encoding=choice.value) == [(2, "A", text)]


def test_letters_that_were_garbled_before_are_asked_about():
    content = "namn;ort\nMalmÃ¶;GÃ¶teborg\nÅbo;LinkÃ¶ping\n".encode()

    asked = question(content)

    assert [(each.value, each.sample) for each in asked.choices] == [
        ("utf-8", ["MalmÃ¶;GÃ¶teborg", "Åbo;LinkÃ¶ping"]),
        ("utf-8-twice", ["Malmö;Göteborg", "Åbo;Linköping"]),
    ]
    assert rows(content, encoding="utf-8-twice") == [(2, "Malmö", "Göteborg"), (3, "Åbo", "Linköping")]
    assert rows(content, encoding="utf-8") == [(2, "MalmÃ¶", "GÃ¶teborg"), (3, "Åbo", "LinkÃ¶ping")]


def test_an_answer_that_was_not_offered_is_no_answer():
    assert question("namn;ort\nA;Malmö\n".encode("cp1252"), encoding="utf-7").about == "encoding"


def test_a_header_that_can_be_divided_in_two_ways_is_asked_about():
    content = "namn,ort;år\nA,B;C\n"

    asked = question(content)

    assert (asked.about, [(each.value, each.sample) for each in asked.choices]) == (
        "separator",
        [(",", ["namn | ort;år"]), (";", ["namn,ort | år"])],
    )


def test_the_first_line_of_a_spreadsheet_may_say_the_separator():
    assert rows("sep=;\r\nnamn;ort\r\nA;B\r\n") == [(3, "A", "B")]


def test_a_single_column_may_hold_every_separator():
    assert rows("namn\nA, B; C\n") == [(2, "A, B; C")]


def test_quoted_cells_keep_their_quotes_and_lines_and_the_count_goes_on():
    content = 'namn;ort\n\n"a ""b"";\r\nc";"x"\r\nd;e\n'

    assert rows(content) == [(3, 'a "b";\nc', "x"), (5, "d", "e")]


def test_columns_without_anything_at_the_end_are_no_columns():
    assert rows("namn;ort;;\nA;B;;\n;;;\nC;;;\n") == [(2, "A", "B"), (4, "C", "")]


@pytest.mark.parametrize(
    ("content", "sentences"),
    [
        ("", ["The file is empty."]),
        ("\n \n", ["The file is empty."]),
        ("namn;ort\n", ["The file has a header in line 1 and no row below it."]),
        (
            "namn;ort\nA;B\nC;D;E\n",
            [
                "Line 3 has more cells (3) than the header (2). A cell with a separator in its text belongs between quotation marks."
            ],
        ),
        ("namn;ort\nA;B\nC\n", ["Line 3 has fewer cells (1) than the header (2). Is the file cut off?"]),
        (
            'namn;ort\nA;B\n"C;D\nE;F\n',
            [
                "From line 3 on, a quotation mark opens or closes where it cannot. Write one that belongs to the text twice, and put the whole cell between quotation marks."
            ],
        ),
        (
            'namn;ort\n"A"B;C\n',
            [
                "From line 2 on, a quotation mark opens or closes where it cannot. Write one that belongs to the text twice, and put the whole cell between quotation marks."
            ],
        ),
        (
            "namn;ort\nA;B\nC\x00;D\n",
            ["Line 3 holds a NUL character, which no text has. Save the file as “CSV UTF-8”."],
        ),
        (
            "namn;ort\nA;B\n".encode("utf-16-le"),
            ["Line 1 holds a NUL character, which no text has. Save the file as “CSV UTF-8”."],
        ),
        (
            b"\xff\xfen",
            ["The file is no text in an encoding that we know. Save it as “CSV UTF-8”, or as XLSX."],
        ),
        (
            bytes(range(1, 256)),
            ["The file is no text in an encoding that we know. Save it as “CSV UTF-8”, or as XLSX."],
        ),
        (
            "namn;ort;Name;;Land\nA;B;C;D;E\n",
            [
                "“Name” names the same column as “namn”: keep one.",
                "Column 4 has no heading.",
                "No column is called “Land”.",
                "The columns that can be imported are: name, city, year.",
            ],
        ),
        (
            "Malmö;Sverige\n",
            [
                "The first line names no column that can be imported.",
                "The columns that can be imported are: name, city, year.",
            ],
        ),
        (
            f"namn;ort\nA;{'x' * 40_000}\n",
            ["A cell in line 2 is longer than 32767 letters. Is a quotation mark missing?"],
        ),
        ("namn;ort\nA;" + "x" * 5 * 2**20, ["The file is larger than 5 MB: divide it."]),
        ("namn;ort\n" + "A;B\n" * 5_001, ["The table has more than 5000 rows: divide it."]),
    ],
    ids=range(16),
)
def test_what_is_no_table_is_refused_with_its_line(content, sentences):
    assert refusal(content) == sentences


def test_five_thousand_rows_are_read():
    assert len(read("namn;ort\n" + "A;B\n" * 5_000).rows) == 5_000


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=30).map(str.strip)


@settings(max_examples=300, deadline=None)
@given(
    cells=st.lists(st.tuples(texts, texts).filter(any), min_size=1, max_size=5),
    separator=st.sampled_from(";,\t"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example(cells=[("=1+1", "'=1"), ("''-x", "@"), ('"', 'a"b')], separator=";", encoding="utf-8")
def test_every_text_comes_back_as_it_was_written(cells, separator, encoding):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(["namn", "ort"])
    writer.writerows([map(quiet, row) for row in cells])

    found = read(file.getvalue().encode(encoding), encoding="utf-8").rows

    assert [tuple(row.values()) for _line, row in found] == cells


@given(text=st.text())
def test_no_text_of_ours_is_run_by_a_spreadsheet(text):
    assert not quiet(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain(quiet(text)) == text


# XLSX

LARGE = "The workbook is far larger inside than a table needs. Copy the table alone into a new workbook and save that."
CELLS = "The workbook has more than 200000 cells. Copy the table alone into a new workbook and save that."
NONE = "The file is no XLSX workbook. Open it in your spreadsheet program and save it as XLSX or CSV."
BROKEN = "The workbook is damaged and cannot be read. Save it anew as XLSX, or as CSV."
HOSTILE = {
    "far cell": (
        workbooks.far_cell,
        "The sheet is used as far as the cell XFD1048576; a table may have 100 columns. Clear the rest.",
    ),
    "wide": (
        workbooks.wide,
        "The sheet is used as far as the cell XFD1; a table may have 100 columns. Clear the rest.",
    ),
    "a million cells": (workbooks.million, CELLS),
    "ten thousand sheets": (lambda: workbooks.many_sheets(10_000), LARGE),
    "thirty sheets": (
        lambda: workbooks.book(["namn"], **{f"blad{number}": [["namn"]] for number in range(30)}),
        "The workbook has no visible sheet, or more than 20. Keep the one with the table.",
    ),
    "a gigabyte": (workbooks.gigabyte, LARGE),
    "a lie on its size": (workbooks.lying, BROKEN),
    "a zip inside": (
        lambda: workbooks.raw("", **{"xl/media/x.bin": workbooks.packed({"a": "b"})}),
        "The workbook holds another file. Copy the table into a new workbook and save that.",
    ),
    "entities": (workbooks.entities, NONE),
    "an entity outside": (workbooks.outside, NONE),
    "entities in UTF-16": (workbooks.hidden_declaration, NONE),
    "styles": (workbooks.many_styles, LARGE),
    "texts": (workbooks.many_texts, CELLS),
    "deep": (workbooks.deep, LARGE),
    "cut off": (lambda: workbooks.ordinary()[:3000], BROKEN),
    "only its beginning": (lambda: b"PK\x03\x04", BROKEN),
    "an old one renamed": (
        lambda: xlsx.OLD_OFFICE + b"\x00" * 2000,
        "This is a workbook in the old format (.xls). Save it as XLSX or CSV.",
    ),
    "with a password": (
        lambda: xlsx.OLD_OFFICE + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le"),
        "The workbook is protected by a password. Save it without one.",
    ),
    "macro": (
        lambda: workbooks.raw("", **{"xl/vbaProject.bin": b"x"}),
        "The workbook holds macros. Save it as XLSX, without macros.",
    ),
    "OpenDocument": (
        lambda: workbooks.packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}),
        "This is another kind of spreadsheet. Save it as XLSX or CSV.",
    ),
    "some other zip": (lambda: workbooks.packed({"a.txt": "x"}), NONE),
    "text": (lambda: b"namn;ort\nA;B\n", NONE),
    "empty": (lambda: b"", NONE),
    "no rows": (lambda: workbooks.raw(""), "The file is empty."),
    "merged": (
        workbooks.merged,
        "The cells B2:B3 are merged, so it is not clear which rows they speak for. Divide them.",
    ),
    "formula": (
        workbooks.formula,
        "The cell B3 holds a formula. Replace formulas by their values (copy, then paste values only).",
    ),
    "error": (workbooks.failed, "The cell A2 holds the error “#REF!”. Correct it or empty it."),
    "too many rows": (
        lambda: workbooks.book(["namn"], *(["A"] for _number in range(5_001))),
        "The table has more than 5000 rows: divide it.",
    ),
    "a long text": (
        lambda: workbooks.raw(
            f'<row r="1">{workbooks.inline("A1", "namn")}</row><row r="2">{workbooks.inline("A2", "x" * 40_000)}</row>'
        ),
        "The cell A2 is longer than 32767 letters.",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_in_time_and_in_little_memory(name):
    make, sentence = HOSTILE[name]
    content = make()

    seconds, memory = cost(content)

    assert refusal(content, "table.xlsx")[0] == sentence
    assert (seconds < MOST_SECONDS, memory < MOST_MEMORY) == (True, True), (seconds, memory)


def cost(content):
    """Return the seconds of work and the megabytes that reading a file takes, measured from a small process."""
    program = (
        "import resource, runpy, sys; read = runpy.run_path(sys.argv[1])['read_apart']; read(sys.stdin.buffer.read());"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN); print(used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, xlsx.__file__], input=content, capture_output=True, check=True
    )
    return tuple(map(float, done.stdout.split()))


def test_what_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(xlsx, "SECONDS", 0.01)

    assert refusal(workbooks.ordinary(), "table.xlsx") == [LARGE]


def test_what_takes_too_much_memory_is_stopped():
    program = "import runpy, sys; sys.argv = ['x']; sys.path.insert(0, '.'); from directory.imports import xlsx; xlsx.MEMORY = 30 * 2**20; xlsx.main()"
    content = workbooks.book(*([f"text {row} {column}" for column in range(30)] for row in range(2_000)))

    done = subprocess.run([sys.executable, "-c", program], input=content, capture_output=True)

    assert done.stdout == b'{"refused": "too-much"}\n'


def test_cells_are_read_as_people_see_them():
    assert rows(workbooks.ordinary(), "table.xlsx") == [
        (2, "dag", "Malmö", "2014-08-21"),
        (3, "svensk dag", "Göteborg", "2014-08-21"),
        (4, "månad", "Łódź", "2021-10"),
        (5, "år", "Iğdır", "2014"),
        (6, "klockslag", "x", "2014-08-21 14:30"),
        (7, "tal", "x", "1997"),
        (8, "decimal", "x", "0.3"),
        (9, "stort", "x", "1000000000000000"),
        (10, "sant", "x", "TRUE"),
        (11, "text", "två\nrader", "'=1+1"),
    ]


def test_empty_rows_are_passed_over_and_the_count_goes_on():
    assert rows(workbooks.far_row(), "table.xlsx") == [(1048576, "Malmö")]


def test_the_first_visible_sheet_is_read_and_the_others_are_told_of():
    table = read(workbooks.book(["namn"], ["A"], förklaring=[["x"]]), "table.xlsx")

    assert table.remarks == ["The sheet “Blad1” was read; 1 other sheet was not."]


def test_a_workbook_is_known_by_its_content_and_not_by_its_name():
    assert rows(workbooks.book(["namn"], ["A"]), "table.csv") == [(2, "A")]
