"""Tables of our own kinds, as editors fill them in: a column for each field, called and explained as on its form."""

from types import SimpleNamespace

from django.apps import apps
from django.db import models
from django.template.defaultfilters import slugify
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext as _
from django_countries.fields import CountryField

from directory.bases import Listed
from directory.dates import EDTFField
from directory.imports.mapping import Alike, Column, Mapping
from directory.imports.readers import Record, choice, country, edtf, paragraphs, text, truth, whole
from directory.index import in_batches

NAMED = ("slug", "name_sv", "name_en", "other_names", "identifiers")
SUMMED_UP = ("summary_sv", "summary_en")
SOURCED = ("source", "certainty", "inferred_fields", "locator", "quote", "note_sv", "note_en")


def reader_of(field):
    """Return what reads the cells of a field."""
    if field.many_to_one:
        return Record(field.related_model)
    if isinstance(field, CountryField):
        return country
    if field.choices:
        values, labels = zip(*field.choices, strict=True)
        return choice(SimpleNamespace(choices=field.choices, values=values, labels=labels))
    kinds = {EDTFField: edtf, models.BooleanField: truth, models.IntegerField: whole, models.TextField: paragraphs}
    return next((reader for kind, reader in kinds.items() if isinstance(field, kind)), text)


def columns_of(model, *names):
    """Return a column for each of some fields."""
    fields = [model._meta.get_field(name) for name in names]
    return [
        Column(each.name, reader_of(each), field=each.name, label=each.verbose_name, help=each.help_text)
        for each in fields
    ]


class OwnTable(Mapping):
    """Records with a page, recognised by their address; without one, a line tells of the record named so.

    Who may not publish imports drafts, and leaves what is published as it is.
    """

    overwrites = thorough = True

    def __init__(self, may_publish=True):
        self.may_publish, self.there = may_publish, set()

    @classmethod
    def has_published(cls):
        """Whether the lines say what visitors may see."""
        return any(column.field == "published" for column in cls.columns)

    @property
    def is_of_records(self):
        """Whether the lines tell of records with a page, and not of rows between them."""
        return issubclass(self.model, Listed)

    def gather(self, lines):
        """Find out which of the records are there."""
        slugs = {line.get("slug") for line in lines} if self.is_of_records else ()
        for batch in in_batches(slugs):
            self.there.update(self.model.objects.filter(slug__in=batch).order_by().values_list("slug", flat=True))

    def read(self, number, cells):
        """Read the line, with the address that a new record of its name gets where it gives none."""
        line, problems = super().read(number, cells)
        if self.is_of_records and not line["slug"]:
            line["slug"] = slugify(line.get("name_sv") or "")[:100] or None
            if not line["slug"]:
                problems.append(("slug", _("Give the record's address, or the Swedish name of a new record.")))
        return line, problems

    def tell(self, line):
        """Yield the record that the line tells of."""
        for told in super().tell(line):
            if self.is_of_records and not self.may_publish:
                told.fields.pop("published", None)
                if line["slug"] not in self.there:
                    told.fields["published"] = False
            yield told

    def label_of(self, line):
        """The name, or else the address."""
        return line.text.get("name_sv") or line.text.get("name_en") or line.text.get("slug") or ""


class OwnRows(OwnTable):
    """Rows that tie records together, recognised by their key or else by the records that they tie.

    `ties` names the pairs of fields of which one tells a row from others.
    """

    ties = ()

    def tell(self, line):
        """Yield the row that the line tells of."""
        for told in super().tell(line):
            told.by += tuple(Alike(names) for names in self.ties if all(told.fields.get(name) for name in names))
            yield told

    def label_of(self, line):
        """What the row ties."""
        names = dict.fromkeys(name for names in self.ties for name in names)
        return " – ".join(filter(None, (line.text.get(name) for name in names))) or line.text.get("key") or ""


def own_tables():
    """Return our tables by name, in the order of the apps."""
    autodiscover_modules("imports")
    found, left = {}, [OwnTable]
    while left:
        each = left.pop(0)
        left += each.__subclasses__()
        if each.model:
            found[each.name] = each
    apps_in_order = [each.label for each in apps.get_app_configs()]
    ordered = sorted(found.values(), key=lambda table: apps_in_order.index(table.model._meta.app_label))
    return {each.name: each for each in ordered}


def table_of(model):
    """Return the table whose lines tell of records of a model; None where there is none."""
    return next((each for each in own_tables().values() if each.model is model), None)
