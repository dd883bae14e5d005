"""The registers that can be imported, found by name, and reading their files."""

import csv
import hashlib

from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _

from directory.imports.mapping import Mapping
from directory.imports.readers import Problem

csv.field_size_limit(10_000_000)


def registers():
    """Return {name: mapping class} of all that the apps' modules `registers` declare."""
    autodiscover_modules("registers")
    found, left = {}, [Mapping]
    while left:
        for each in left.pop().__subclasses__():
            left.append(each)
            if each.name and each.__module__.endswith(".registers"):
                found[each.name] = each
    return dict(sorted(found.items()))


def sha256(path):
    """Return the SHA-256 of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def rows_of(path, mapping):
    """Yield (line number, {column: text}) of a file, as the mapping says that it is written; raises `Problem`."""
    with open(path, encoding=mapping.encoding, newline="") as file:
        try:
            reader = csv.reader(file, delimiter=mapping.delimiter, strict=True)
            head = [name.strip() for name in next(reader, [])]
            problems = [sentence for _column, sentence in mapping.check_header(head)]
            if problems:
                raise Problem(" ".join(problems))
            for cells in reader:
                if any(cells):
                    yield reader.line_num, dict(zip(head, cells, strict=False))
        except UnicodeDecodeError as error:
            sentence = _("The file is not written in %(encoding)s, which this register is: %(error)s.")
            raise Problem(sentence % {"encoding": mapping.encoding, "error": error.reason}) from error
        except csv.Error as error:
            sentence = _("Line %(line)d cannot be read as CSV: %(error)s.")
            raise Problem(sentence % {"line": reader.line_num, "error": error}) from error
