"""Two records of the same thing are made one: what the one says is kept, what leads to the other leads to it.

A `Merge` knows beforehand what will happen and what stands in the way; `Merge.do` does it in one write, or nothing.
"""

import hashlib
from collections import namedtuple
from copy import copy
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import F
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from directory import former_addresses
from directory.around import nameable
from directory.bases import Row
from directory.dates import EDTF
from directory.derived import DerivedField
from directory.figures import Discrepancy
from directory.relations import compared, leads_to, rows_of, unique_with
from directory.search import fold
from directory.visits import PageViews
from directory.writes import writing

# Lines that are united; and what no editor chooses, as it follows from which record stays.
UNITED = ("other_names", "identifiers", "note_sv", "note_en")
SETTLED = ("slug", "published", *UNITED)
# Names that the record does not have any more are found as its other names.
NAMES = ("name_sv", "name_en", "acronym")
# Of these no difference is told to readers: names are kept as other names, our own words and places in sources are no
# statements.
UNTOLD = (
    *NAMES,
    *("summary_sv", "summary_en", "source", "gazetteer", "locator", "quote", "certainty", "inferred_fields"),
)
# So many rows are saved one by one, each with its history; more of them at once.
EACH = 100
# As many rows of a kind are named.
FEW = 5

Difference = namedtuple("Difference", "field kept other told")
# `same` are the keys of rows that say the same as a row of the record that stays.
Moving = namedtuple("Moving", "model field count same few")
# A sentence, and the records or rows that it speaks of.
Problem = namedtuple("Problem", "sentence records")


class Refused(Exception):
    """Nothing was merged: `problems` says why."""

    def __init__(self, problems):
        super().__init__([problem.sentence for problem in problems])
        self.problems = problems


class Changed(Exception):
    """Nothing was merged: one of the records is not any more what the editor was shown."""


def shown(record, field):
    """Return a field's value in words; "" for what is unknown."""
    value = getattr(record, field.name)
    if getattr(field, "multiple", False):
        return ", ".join(str(each.name) for each in value)
    if field.choices and value not in (None, ""):
        return str(getattr(record, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, EDTF):
        return value.display()
    return "" if value is None else str(getattr(value, "name", value) or "")


def united(first, second):
    """Return the lines of two texts, each once."""
    lines = [line for text in (first, second) for line in text.splitlines() if line.strip()]
    return "\n".join(dict.fromkeys(lines))


class Merge:
    """What it means that `other` is the same as `kept`: read from the database, and the same in any language."""

    def __init__(self, kept, other, taken=None):
        """Take the names of the fields whose value is `other`'s; if not given, of those that only it answers."""
        self.model = kept._meta.concrete_model
        self.kept, self.other = kept, other
        usual = [each.field.name for each in self.differences if not each.kept] if taken is None else taken
        self.taken = [each.field.name for each in self.differences if each.field.name in usual]

    @cached_property
    def fields(self):
        """The fields that an editor chooses between."""
        return [
            field
            for field in self.model._meta.concrete_fields
            if field.editable and not field.primary_key and not isinstance(field, DerivedField)
            if field.name not in (*SETTLED, *self.model.rising)
        ]

    @cached_property
    def differences(self):
        """The fields in which the two differ."""
        found = []
        for field in self.fields:
            if field.value_from_object(self.kept) != field.value_from_object(self.other):
                kept, other = shown(self.kept, field), shown(self.other, field)
                told = bool(kept and other and self.sourced and field.name not in UNTOLD)
                found.append(Difference(field, kept, other, told))
        return found

    @property
    def same(self):
        """Return (field, value in words) of what both say."""
        different = {each.field for each in self.differences}
        values = [(field, shown(self.kept, field)) for field in self.fields if field not in different]
        return [(field, value) for field, value in values if value]

    @property
    def sourced(self):
        """Whether the records are themselves drawn from a source, and a difference between two is to be told."""
        return hasattr(self.kept, "source")

    @cached_property
    def discrepancies(self):
        """The model of discrepancies on such records; None where they have none."""
        models_of = {each._meta.get_field(each.ends[0]).related_model: each for each in Discrepancy.__subclasses__()}
        return models_of.get(self.model)

    @cached_property
    def relations(self):
        """The foreign keys, of any model, that lead to such records."""
        return [each.field for each in self.model._meta.related_objects if not each.many_to_many]

    @cached_property
    def many(self):
        """Return (name, model, field) of the relations that lead to several records from either end."""
        forward = [(field.name, field.related_model, field) for field in self.model._meta.many_to_many]
        back = [each for each in self.model._meta.related_objects if each.many_to_many]
        return [*forward, *((each.get_accessor_name(), each.related_model, each.field) for each in back)]

    @cached_property
    def _read(self):
        """Go through all that leads to either record, once: what will move, and a digest of everything seen."""
        digest, moving = hashlib.sha256(), []
        for record in (self.kept, self.other):
            values = [(field.name, str(field.value_from_object(record))) for field in self.model._meta.concrete_fields]
            digest.update(repr(values).encode())
        for field in self.relations:
            columns = compared(field) if issubclass(field.model, Row) else []
            held, same, count = set(), [], 0
            for record in (self.kept, self.other):
                rows = rows_of(field, record).order_by("pk").values_list("pk", *columns)
                for key, *values in rows.iterator():
                    digest.update(repr((field.name, record.pk, key, [str(value) for value in values])).encode())
                    if record is self.kept and columns:
                        held.add(tuple(values))
                    elif record is self.other:
                        count += 1
                        same += [key] if columns and tuple(values) in held else []
            if count:
                few = list(nameable(rows_of(field, self.other)).exclude(pk__in=same[:EACH]).order_by("pk")[:FEW])
                moving.append(Moving(field.model, field, count - len(same), same, few))
        for name, model, field in self.many:
            keys = [sorted(getattr(record, name).values_list("pk", flat=True)) for record in (self.kept, self.other)]
            digest.update(repr((name, keys)).encode())
            if keys[1]:
                moving.append(
                    Moving(model, field, len(keys[1]), [], list(nameable(getattr(self.other, name).all())[:FEW]))
                )
        return moving, digest.hexdigest()

    @property
    def moving(self):
        """What leads to the other record and will lead to the one that stays."""
        return self._read[0]

    @property
    def fingerprint(self):
        """What tells whether either record, or a row of one, was changed meanwhile."""
        return self._read[1]

    @cached_property
    def result(self):
        """The record that stays as it will be, not yet saved."""
        result = copy(self.kept)
        result._state = copy(self.kept._state)
        result._state.fields_cache = dict(self.kept._state.fields_cache)
        for name in self.taken:
            setattr(result, name, getattr(self.other, name))
        for name in self.model.rising:
            values = [value for value, _label in self.model._meta.get_field(name).choices]
            setattr(result, name, max(getattr(self.kept, name), getattr(self.other, name), key=values.index))
        for name in UNITED:
            if hasattr(result, name):
                setattr(result, name, united(getattr(self.kept, name), getattr(self.other, name)))
        names = [getattr(record, name, "") for record in (self.kept, self.other) for name in NAMES]
        there = {fold(getattr(result, name, "")) for name in NAMES}
        there |= {fold(line) for line in result.other_names.splitlines()}
        for name in names:
            if name and fold(name) not in there:
                there.add(fold(name))
                result.other_names = united(result.other_names, name)
        return result

    def problems(self):
        """Return what stands in the way, each with the records it is about; nothing is written to find out."""
        return [*self.circles(), *self.taken_places(), *self.broken_rows()]

    def circles(self):
        """Yield a problem for each relation along which one of the two stands above the other."""
        pair = [self.kept, self.other]
        for field in self.model._meta.concrete_fields:
            own = field.is_relation and field.related_model._meta.concrete_model is self.model
            if own and (leads_to(*pair, field.name) or leads_to(*reversed(pair), field.name)):
                sentence = _("One of the two is above the other along “%(field)s”: change that first.")
                yield Problem(sentence % {"field": field.verbose_name}, pair)

    def taken_places(self):
        """Yield a problem for each pair of rows that may not lead to the same record."""
        for field in self.relations:
            for names, condition, sentence in unique_with(field):
                found = {}
                for record in (self.kept, self.other):
                    rows = rows_of(field, record).filter(condition or models.Q()).order_by("pk")
                    for key, *values in rows.values_list("pk", *names):
                        if record is self.kept:
                            found[tuple(values)] = key
                        elif tuple(values) in found:
                            pair = field.model._base_manager.filter(pk__in=[found[tuple(values)], key])
                            yield Problem(str(sentence), list(pair.order_by("pk")))

    def broken_rows(self):
        """Yield a problem for each row that would break a rule of its own, such as a focus outside of the themes."""
        relation_taken = any(self.model._meta.get_field(name).is_relation for name in self.taken)
        for field in self.relations:
            rules = issubclass(field.model, Row) and field.model.clean is not models.Model.clean
            if rules and field.name not in field.model.sources:
                along = [each.name for each in field.model._meta.fields if each.is_relation and each is not field]
                for record in [self.kept, self.other] if relation_taken else [self.other]:
                    for row in rows_of(field, record).select_related(*along):
                        setattr(row, field.name, self.result)
                        try:
                            row.clean()
                        except ValidationError as error:
                            yield Problem(" ".join(error.messages), [row])

    def do(self, fingerprint, told=()):
        """Merge, in one write; raises `Changed` or `Refused`, and then nothing was done.

        `told` names the fields whose differing values readers go on being told. Returns what a log says of it.
        """
        try:
            with writing():
                fresh = type(self)(
                    *(self.model.objects.get(pk=each.pk) for each in (self.kept, self.other)), self.taken
                )
                if fresh.fingerprint != fingerprint:
                    raise Changed
                if problems := fresh.problems():
                    raise Refused(problems)
                return fresh._do([each for each in fresh.differences if each.told and each.field.name in told])
        except self.model.DoesNotExist:
            raise Changed from None
        except ValidationError as error:
            raise Refused([Problem(sentence, [self.kept]) for sentence in sentences(error, self.model)]) from error
        except IntegrityError as error:
            sentence = _("The database refuses what would come of it: %(reason)s")
            raise Refused([Problem(sentence % {"reason": error}, [self.kept])]) from error

    def _do(self, told):
        words = self.in_words()
        for each in self.moving:
            if not each.field.many_to_many:
                self.move(each)
        for name, _model, _field in self.many:
            getattr(self.kept, name).add(*getattr(self.other, name).all())
            getattr(self.other, name).clear()
        self.move_addresses_and_views()
        result, slug = self.result, self.other.slug
        self.tell(told)
        result.edited_at = now()
        self.other.delete()
        result.full_clean()
        result.save()
        former_addresses.lead(self.model, {slug: result.pk})
        former_addresses.change_touches(self.model, {slug: result.slug}, "default")
        return words

    def move(self, moving):
        """Let the rows of one relation lead to the record that stays; those that say the same are dropped."""
        rows = rows_of(moving.field, self.other)
        for start in range(0, len(moving.same), EACH):
            moving.model._base_manager.filter(pk__in=moving.same[start : start + EACH]).delete()
        if moving.count > EACH:
            rows.update(**{moving.field.name: self.kept.pk})
            return
        for row in rows:
            setattr(row, moving.field.name, self.kept)
            row.save()

    def move_addresses_and_views(self):
        """Let former addresses of the other record lead on, and add up how often both were read."""
        old = former_addresses.FormerAddress.objects.filter(kind=former_addresses.kind_of(self.model))
        old.filter(record=self.other.pk).update(record=self.kept.pk)
        for row in PageViews.objects.filter(section__in=former_addresses.sections_of(self.model), record=self.other.pk):
            theirs = PageViews.objects.filter(section=row.section, record=self.kept.pk)
            if before := theirs.first():
                since, at = min(before.since, row.since), max(before.counted_at, row.counted_at)
                theirs.update(views=F("views") + row.views, since=since, counted_at=at)
                row.delete()
            else:
                PageViews.objects.filter(pk=row.pk).update(record=self.kept.pk)

    def tell(self, told):
        """Keep what will be lost: as discrepancies, or in the note; and say what comes from another source."""
        lines = {"sv": [], "en": []}
        for language, found in lines.items():
            with override(language):
                for each in self.differences if self.sourced else ():
                    origin = origin_of(self.other if each.field.name in self.taken else self.kept)
                    value = shown(self.result, each.field)
                    if value and origin != origin_of(self.result) and each.field.name not in UNTOLD:
                        sentence = _("“%(field)s” comes from “%(source)s”.")
                        found.append(sentence % {"field": each.field.verbose_name, "source": origin.name})
                for each in told if not self.discrepancies else ():
                    loser = self.kept if each.field.name in self.taken else self.other
                    sentence = _(
                        "“%(record)s”, now one with this, had “%(value)s” as “%(field)s” (source: %(source)s)."
                    )
                    found.append(
                        sentence
                        % {
                            "record": loser.name,
                            "value": shown(loser, each.field),
                            "field": each.field.verbose_name,
                            "source": origin_of(loser).name,
                        }
                    )
        for language, found in lines.items():
            if found:
                name = f"note_{language}"
                setattr(self.result, name, united(getattr(self.result, name), "\n".join(found)))
        for each in told if self.discrepancies else ():
            self.discrepancies.objects.create(**self.discrepancy(each))

    def discrepancy(self, difference):
        """Return the fields of the discrepancy that keeps both statements of one difference."""
        pair = [self.kept, self.other]
        if difference.field.name in self.taken:
            pair.reverse()
        fields = {self.discrepancies.ends[0]: self.kept}
        for language in ("sv", "en"):
            with override(language):
                fields[f"title_{language}"] = capfirst(str(difference.field.verbose_name))
                for place, record in zip(("first", "second"), pair, strict=True):
                    fields[f"{place}_{language}"] = shown(record, difference.field)
        for place, record in zip(("first", "second"), pair, strict=True):
            fields |= {
                f"{place}_source": origin_of(record),
                f"{place}_locator": record.locator,
                f"{place}_quote": record.quote,
            }
        return fields

    def in_words(self):
        """Say for the log what was merged, what moved, what was dropped, and each value that did not stay."""
        page = f"{self.other.section}/{self.other.slug}"
        parts = [_("Merged with “%(name)s” (%(page)s).") % {"name": self.other, "page": page}]
        for each in self.moving:
            kind = each.model._meta.verbose_name if each.count == 1 else each.model._meta.verbose_name_plural
            parts.append(_("Moved: %(count)d %(kind)s.") % {"count": each.count, "kind": kind})
            if each.same:
                parts.append(_("Dropped as said twice: %(count)d.") % {"count": len(each.same)})
        for each in self.differences:
            lost = each.kept if each.field.name in self.taken else each.other
            if lost:
                parts.append(_("“%(field)s” was also “%(value)s”.") % {"field": each.field.verbose_name, "value": lost})
        return " ".join(parts)


def origin_of(record):
    """Return the source of a record's plain facts; those of a city are its gazetteer's."""
    return getattr(record, "gazetteer", None) or record.source


def sentences(error, model):
    """Return what a `ValidationError` says, each sentence with the name of its field."""
    if not hasattr(error, "error_dict"):
        return error.messages
    fields = {field.name: field.verbose_name for field in model._meta.fields}
    return [
        f"{capfirst(str(fields[name]))}: {text}" if name in fields else text
        for name, texts in error.message_dict.items()
        for text in texts
    ]
