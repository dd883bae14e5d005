"""How the bytes of a text file are to be read: known for certain, or asked for with what each reading would look like."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

# What programs in our countries write, beside UTF-8.
LIKELY = {
    "cp1252": _("Windows, Western Europe (Windows-1252)"),
    "cp1250": _("Windows, Central Europe (Windows-1250)"),
    "cp1254": _("Windows, Turkish (Windows-1254)"),
    "cp1257": _("Windows, Baltic (Windows-1257)"),
    "cp1251": _("Windows, Cyrillic (Windows-1251)"),
    "mac_roman": _("Macintosh (Mac Roman)"),
    "cp850": _("DOS (code page 850)"),
}
AS_IT_IS, TWICE = "utf-8", "utf-8-twice"
# UTF-8 that was once read as Windows-1252 and saved so: “Ã¶” for “ö”.
GARBLED = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d"
    "\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u017e\u0178]{1,3}"
)
LINES_SHOWN, LETTERS_SHOWN = 5, 70


@dataclass
class Choice:
    """One of the answers to a question about a file, with the first lines as they would read."""

    value: str
    label: str
    sample: list


@dataclass
class Question:
    """What only the editor can say of a file: `about` its encoding or its separator."""

    about: str
    sentence: str
    choices: list


class Asked(Exception):
    """The file cannot be read without an answer to `question`."""

    def __init__(self, question):
        super().__init__(question.about)
        self.question = question


def decoded(content, answer=""):
    """Return the text of a file; `answer` is what the editor chose. Raises `Asked`, or `UnicodeError` for no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _by_answer(content, answer, content.count(b"\n", 0, error.start) + 1)
    repaired = GARBLED.sub(_once, text)
    if repaired == text or answer == AS_IT_IS:
        return text
    if answer == TWICE:
        return repaired
    readings = {AS_IT_IS: text, TWICE: repaired}
    labels = {AS_IT_IS: _("As the file stands"), TWICE: _("Repaired: letters that were once read wrongly and saved so")}
    where = [number for number, line in enumerate(lines_of(text)) if GARBLED.sub(_once, line) != line]
    sentence = _("The file seems to hold letters that another program has garbled. Which of these reads right?")
    raise Asked(_question(sentence, readings, labels, where))


def _by_answer(content, answer, line):
    """Decode what is not UTF-8 as the editor said, or ask."""
    readings = {}
    for name in LIKELY:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", text):
            readings[name] = text
    if answer in readings:
        return readings[answer]
    if not readings:
        raise UnicodeError(line)
    lines = content.splitlines()
    where = [number for number, each in enumerate(lines) if not each.isascii()]
    # The likeliest first: of what is usual here, the reading with the fewest signs among its letters.
    order = sorted(readings, key=lambda name: _signs(readings[name]))
    # Encodings that read this file alike are one choice.
    distinct = {readings[name]: name for name in reversed(order)}
    readings = {name: readings[name] for name in order if distinct[readings[name]] == name}
    sentence = _("Line %(line)d is not UTF-8, so the file does not say how its letters are meant. Which reads right?")
    raise Asked(_question(sentence % {"line": line}, readings, LIKELY, where))


def _signs(text):
    """Count what is beyond ASCII and neither a letter nor usual between words."""
    return sum(not (letter.isascii() or letter.isalpha() or letter in "–—’‘“”„…•·€°§ ") for letter in text)


def _question(sentence, readings, labels, where):
    choices = []
    for name, text in readings.items():
        lines = lines_of(text)
        sample = [excerpt(lines[number]) for number in where[:LINES_SHOWN] if number < len(lines)]
        choices.append(Choice(name, str(labels[name]), sample))
    return Question("encoding", str(sentence), choices)


def lines_of(text):
    """Return the lines of a text, whatever ends them."""
    return re.split("\r\n|\r|\n", text)


def excerpt(line):
    """Return the part of a line around its first letter beyond ASCII, short enough to compare at a glance."""
    first = next((place for place, letter in enumerate(line) if not letter.isascii()), 0)
    start = max(0, first - LETTERS_SHOWN // 2)
    part = line[start : start + LETTERS_SHOWN]
    return f"{'…' if start else ''}{part}{'…' if len(line) > start + LETTERS_SHOWN else ''}"


def _once(found):
    """Return the letters that a garbled run stands for, or the run itself where it stands for none."""
    text, data = found[0], bytearray()
    for letter in text:
        try:
            data += letter.encode("cp1252")
        except UnicodeEncodeError:
            data.append(ord(letter))
    for length in range(len(data), 1, -1):
        try:
            return bytes(data[:length]).decode("utf-8") + text[length:]
        except UnicodeDecodeError:
            continue
    return text
