"""A directory with a word of its own in every field that visitors must not see, for the leak hunt.

Every model there is gets one, whoever made it: what cannot be filled by what its fields say stops the test with its name.
"""

import hashlib
import re
from datetime import timedelta

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.utils.timezone import now
from django_countries.fields import CountryField

from directory.acts import act
from directory.bases import Listed
from directory.dates import EDTFField
from directory.derived import DerivedField
from directory.history import Remembered
from directory.several import SeveralField
from directory.sources import Source
from directory.visits import kinds
from networks.models import Contact
from practices.models import Criterion, NominationRound, Question
from tests import factories as make
from tests.people import person
from tests.test_admin import MAKERS

PLANTED = re.compile(rb"qxz[a-z]{9}", re.IGNORECASE)
# What follows from the records or from the code: nobody writes a word into it.
NOT_WRITTEN = {
    *("auth.Permission", "auth.Group", "contenttypes.ContentType"),
    *("directory.Entry", "directory.Posting", "directory.Version", "directory.PageViews"),
}
# Texts that the code reads, so that a word of ours in them would break a page rather than be shown.
READ_BY_CODE = {"time_zone", "inferred_fields", "touches", "many"}


def makers():
    """Return {model: what makes a record or a row of it}."""
    found = {apps.get_model(*name.split("_")): maker for name, maker in MAKERS.items()}
    found |= {Source: make.make_source, NominationRound: make.make_open_round}
    found |= {Criterion: make.make_criterion, Question: make.make_question}
    for owned, maker in (
        (make.FIGURES, make.make_figure),
        (make.LINKS, make.make_link),
        (make.DISCREPANCIES, make.make_discrepancy),
    ):
        for owner, model in owned.items():
            name = owner._meta.model_name
            found[model] = lambda maker=maker, name=name, owner=owner, **fields: maker(
                fields.pop(name, None) or found[owner](), **fields
            )
    return {model: maker for model, maker in found.items() if not model._meta.proxy}


def word(*parts):
    """Return the word that stands for a place: always the same, found nowhere else, of letters alone."""
    digest = hashlib.sha256(":".join(parts).encode()).digest()
    return "qxz" + "".join(chr(ord("a") + byte % 26) for byte in digest[:9])


class Planted:
    """What was planted: `words` is {word: place}, `shown` those that visitors see once their record is published."""

    def __init__(self):
        """Plant in every model, the records and rows first."""
        self.words, self.shown, self.hidden, self.makers = {}, set(), {}, makers()
        self.user = person("guardian", role="editor")
        self.everything()

    def new(self, *parts):
        """Note a word for a place and return it."""
        found = word(*parts)
        self.words[found] = ".".join(parts)
        return found

    def texts(self, model, *state):
        """Return {field: word in its form} for every column of a model that people write into."""
        found = {}
        for field in model._meta.concrete_fields:
            plain = isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)
            if not plain or field.primary_key or field.choices or isinstance(field, DerivedField):
                continue
            if isinstance(field, EDTFField | CountryField | SeveralField) or field.name in READ_BY_CODE:
                continue
            if field.max_length is not None and field.max_length < len("a@.example") + 12:
                continue
            planted = self.new(model._meta.label, field.name, *state)
            if isinstance(field, models.FileField):
                continue
            if isinstance(field, models.JSONField):
                planted = {planted: planted}
            elif isinstance(field, models.BinaryField):
                planted = planted.encode()
            elif isinstance(field, models.URLField) or field.name == "evidence_links":
                planted = f"https://{planted}.example/"
            elif isinstance(field, models.EmailField):
                planted = f"{planted}@x.example"
            found[field.name] = planted
        return found

    def everything(self):
        """Plant in every model; raises `AssertionError` with the name of one that cannot be planted."""
        written = [each for each in apps.get_models() if not each._meta.proxy and each._meta.label not in NOT_WRITTEN]
        records = [each for each in written if issubclass(each, Listed)]
        rows = [each for each in written if each in self.makers and each not in records]
        for model in records:
            self.hidden[model] = self.made(model, published=False)
        self.tie()
        # What gives every sort of page something to show: a funder, and a project with a hub.
        make.make_practice().projects.add(make.make_grant().project)
        for model in rows:
            owners = [each.name for each in self.foreign(model) if each.related_model in self.hidden]
            for end in getattr(model, "ends", ()) or [each for each in owners if each != "source"]:
                record = self.hidden[model._meta.get_field(end).related_model._meta.concrete_model]
                self.made(model, state=end, **{end: record})
        self.made(Contact, state="not shown", shown=False, organisation=make.make_organisation())
        self.drafts(records)
        rest = [each for each in written if not issubclass(each, Remembered) and each not in self.makers]
        for model in sorted(rest, key=lambda each: len(list(self.foreign(each)))):
            self.filled(model)
        missed = [each._meta.label for each in written if not each._base_manager.exists()]
        assert missed == [], f"nothing is planted in {missed}"

    def made(self, model, state="", **fields):
        """Make one record or row, and let somebody change what was planted, so that its history holds words, too."""
        assert model in self.makers, f"tell tests/planted.py how a {model._meta.label} is made"
        texts = self.texts(model, state)
        first = next(name for name in (*("summary_sv", "note_sv", "help_sv"), *texts) if name in texts)
        earlier = {first: self.new(model._meta.label, first, "earlier", state)}
        record = self.makers[model](**{**texts, **earlier, **fields})
        if issubclass(model, Listed):
            # The words of a theme set, which has no page of its own, are its name and address in lists and filters.
            summed_up = ("summary_sv", "summary_en") if model in kinds().values() else ()
            self.shown |= {texts[name] for name in ("name_sv", "name_en", "slug", *summed_up)}
        if any(field.name == "file" for field in model._meta.fields):
            planted = self.new(model._meta.label, "file")
            record.file.save(f"{planted}.pdf", ContentFile(planted.encode()))
        self.change(record, **{first: texts[first]})
        return record

    def change(self, record, **fields):
        """Let somebody change a record or row."""
        for name, value in fields.items():
            setattr(record, name, value)
        with act(self.user):
            record.save()

    def tie(self):
        """Let public records lead to hidden ones and the other way about, by every relation that can be empty."""
        for model, hidden in self.hidden.items():
            public = self.makers[model]()
            for field in model._meta.concrete_fields:
                target = field.related_model and field.related_model._meta.concrete_model
                if target in self.hidden and field.null and target is not Source:
                    end = self.hidden[target]
                    model.objects.filter(pk=public.pk).update(**{field.name: end})
                    if target is not model:
                        other = self.makers[target]()
                        model.objects.filter(pk=hidden.pk).update(**{field.name: other})
            for field in model._meta.many_to_many:
                target = field.related_model._meta.concrete_model
                getattr(public, field.name).add(self.hidden[target])
                getattr(hidden, field.name).add(self.makers[target]())

    def drafts(self, records):
        """Publish records that said something else while they were drafts."""
        for model in records:
            draft = self.new(model._meta.label, "while it was a draft")
            record = self.makers[model](published=False, summary_sv=draft)
            self.change(record, summary_sv="")
            self.change(record, published=True)

    @staticmethod
    def foreign(model):
        """Yield the foreign keys that a model must have."""
        yield from (each for each in model._meta.concrete_fields if each.is_relation and not each.null)

    def filled(self, model):
        """Make one of what is neither record nor row, by what its fields say."""
        fields = dict(self.texts(model))
        for field in model._meta.concrete_fields:
            if field.is_relation and not field.null:
                # What belongs to a record belongs to a public one, whose page could tell of it.
                maker = self.makers.get(field.related_model)
                fields[field.name] = maker() if maker else field.related_model._base_manager.first()
            elif field.name in fields or field.null or field.has_default() or field.primary_key and field.auto_created:
                continue
            elif field.primary_key:
                fields[field.name] = self.new(model._meta.label, field.name)
            elif getattr(field, "flatchoices", None):
                fields[field.name] = next(value for value, _label in field.flatchoices if value)
            elif isinstance(field, models.DateField):
                fields[field.name] = now() + timedelta(days=30)
            elif isinstance(field, models.IntegerField):
                fields[field.name] = 1
        try:
            model._base_manager.bulk_create([model(**fields)])
        except Exception as error:
            raise AssertionError(f"tell tests/planted.py how a {model._meta.label} is filled: {error}") from error

    def publish(self):
        """Show every record that was hidden."""
        for model, record in self.hidden.items():
            model.objects.filter(pk=record.pk).update(published=True)
