"""What differs between two states of a record, in words: labels, values before and after, long texts word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.contrib.auth import get_user_model
from django.db import models
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django_countries.fields import Country, CountryField

from directory.acts import remembered
from directory.bases import Listed, in_language, language_now
from directory.dates import EDTF, EDTFField
from directory.index import in_batches

# Texts longer than this are compared word by word, and those of very many words line by line.
SHORT, MOST_WORDS = 60, 4000
SAME, GONE, NEW = "same", "gone", "new"


class Names:
    """What other records are called, asked for all at once; with `public`, of those that visitors see."""

    def __init__(self, public=False):
        """Begin with none."""
        self.public, self.wanted, self.found = public, {}, {}

    def want(self, model, key):
        """Ask for the name of one record, to be loaded with the others."""
        model = model._meta.concrete_model
        if key is not None and (model, key) not in self.found:
            self.wanted.setdefault(model, set()).add(key)

    def load(self):
        """Find what was asked for; a query for each kind, and one more for those of a kind that are gone."""
        for model, keys in self.wanted.items():
            for batch in in_batches(keys):
                records = model.objects.public() if self.public else model._base_manager.all()
                for record in records.filter(pk__in=batch).order_by():
                    self.found[model, record.pk] = self.name_of(record)
            gone = {key for key in keys if (model, key) not in self.found}
            if gone and not self.public and remembered(model) and issubclass(model, Listed):
                rows = remembered(model).objects.filter(id__in=gone).order_by("history_id")
                for key, swedish, english in rows.values_list("id", "name_sv", "name_en"):
                    name = in_language(language_now(), sv=swedish, en=english)
                    self.found[model, key] = _("%(name)s (deleted)") % {"name": name}
        self.wanted = {}

    @staticmethod
    def name_of(record):
        """Return what a record, row or person is called."""
        full_name = isinstance(record, get_user_model()) and record.get_full_name()
        return full_name or str(record)

    def known(self, model, key):
        """Whether a name was found."""
        return (model._meta.concrete_model, key) in self.found

    def __call__(self, model, key):
        """Return a name that was loaded."""
        absent = _("a record that is not shown") if self.public else _("a record that is gone")
        return self.found.get((model._meta.concrete_model, key), absent)


@dataclass(frozen=True)
class Difference:
    """One field of which the value is another: in words before and after, long texts as pieces."""

    name: str
    label: str
    before: str
    after: str

    @property
    def lang(self):
        """The language of the values, where the field has one of its own."""
        return self.name[-2:] if self.name.endswith(("_sv", "_en")) else ""

    @property
    def pieces(self):
        """What stays, goes and comes of two longer texts, as (how, text); nothing for short ones."""
        if not self.before or not self.after or max(len(self.before), len(self.after)) <= SHORT:
            return []
        return compared(self.before, self.after)


def compared(before, after):
    """Return (how, text) pieces that lead from one text to another, word by word."""
    first, second = (re.findall(r"\s+|\S+", text) for text in (before, after))
    if max(len(first), len(second)) > MOST_WORDS:
        first, second = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces = []
    for how, start, end, other_start, other_end in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if how == "equal":
            pieces.append((SAME, "".join(first[start:end])))
        else:
            gone, new = "".join(first[start:end]), "".join(second[other_start:other_end])
            pieces += [(kind, text) for kind, text in ((GONE, gone), (NEW, new)) if text]
    return pieces


def want_names(model, state, names, fields=None):
    """Ask for the names of all records that a state of a record leads to, by some of its fields or by all."""
    for field in fields or fields_of(model):
        if field.is_relation:
            value = value_in(state, field)
            for key in value or () if field.many_to_many else [value]:
                names.want(field.related_model, key)


def in_words(field, value, names):
    """Return a stored value as a reader understands it; "" for one that is empty."""
    if field.many_to_many:
        return ", ".join(sorted(names(field.related_model, key) for key in value or ()))
    if value is None or value == "":
        return ""
    if field.is_relation:
        return names(field.related_model, value)
    if isinstance(field, EDTFField):
        return EDTF(value).display()
    if isinstance(field, CountryField):
        return str(Country(value).name)
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(field, models.DecimalField):
        return formats.number_format(value.normalize() if value != value.to_integral() else value.quantize(1))
    return str(value)


def fields_of(model):
    """Return the fields that differences are told of, in the order of the model: what a person decides."""
    keyless = [field for field in model._meta.concrete_fields if not field.primary_key and field.name != "key"]
    tracked = {field.attname for field in remembered(model).tracked_fields}
    return [*(field for field in keyless if field.attname in tracked), *model._meta.many_to_many]


def value_in(state, field):
    """Return a field's value in a state; None for an empty one, and without a state."""
    if state is None:
        return None
    value = state["many"].get(field.name) if field.many_to_many else state[field.attname]
    return None if value in ("", []) else value


def differences(model, before, after, names, fields=None):
    """Return the `Difference` of each field whose value is another; a state is None where there is no record."""
    found = []
    for field in fields or fields_of(model):
        old, new = value_in(before, field), value_in(after, field)
        if old != new:
            told = Difference(
                field.name, str(capfirst(field.verbose_name)), in_words(field, old, names), in_words(field, new, names)
            )
            found.append(told)
    return found
