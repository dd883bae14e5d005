"""One walk through the lines of an import: in it records are found or made, compared, and written or not.

Lines are taken in batches. For each the columns are read, the mapping tells of records, these are looked up together,
and then taken line by line; a line that is refused leaves nothing. So memory does not grow with the file.
"""

from collections import defaultdict
from copy import copy
from dataclasses import dataclass
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from directory import bulk
from directory.bases import Listed, Row
from directory.dates import EDTF
from directory.imports import rules
from directory.imports.known import Doubt, Shelf, has
from directory.imports.mapping import Field, Name, Told, record_columns
from directory.imports.models import Import, digest, in_order
from directory.imports.readers import Problem
from directory.imports.slugs import give_slugs
from directory.imports.words import discrepancy, doubt_note, in_words

BATCH = 1000
NEW, CHANGED, SAME, REFUSED = STATES = ("new", "changed", "same", "refused")


@dataclass(slots=True)
class Outcome:
    """What becomes of one line: `changes` are (field's label, before, after), `problems` (column, sentence)."""

    line: int
    state: str
    label: str
    changes: list
    problems: list


class Walk:
    """One walk through the lines of an import; `into` is the Import that it writes, None for a rehearsal.

    With `in_full`, outcomes tell every change in words.
    """

    def __init__(self, mapping, using="default", into=None, in_full=True):
        self.mapping, self.using, self.into, self.in_full = mapping, using, into, in_full
        self.shelves, self.slugs, self.unique, self.prints = {}, defaultdict(set), {}, {}
        self.ours, self.once, self.parts, self.done = None, {}, 0, set()

    def take(self, rows):
        """Yield the outcome of each row, in order."""
        rows = iter(rows)
        while batch := list(islice(rows, BATCH)):
            yield from self.batch(batch)

    def shelf(self, model):
        """Return what is known of the records of a model."""
        model = model._meta.concrete_model
        if model not in self.shelves:
            self.shelves[model] = Shelf(model, self.using)
        return self.shelves[model]

    def batch(self, rows):
        """Return the outcomes of some rows, written if this is no rehearsal."""
        self.made, self.changed, self.loaded = defaultdict(list), {}, {}
        lines = [self.mapping.read(number, cells) for number, cells in rows]
        self.find_records(lines)
        telling = []
        for line, problems in lines:
            told = []
            if not problems:
                try:
                    told = list(self.mapping.tell(line))
                except Problem as problem:
                    problems.append((problem.column, problem.sentence))
            telling.append(told)
        self.look_up([each for told in telling for each in told])
        if self.ours is None and self.mapping.source and any(telling):
            self.ours = getattr(self.recognise(self.mapping.source)[0], "pk", None)
        self.load_compared(each for told in telling for each in told)
        outcomes = [self.outcome(line, problems, told) for (line, problems), told in zip(lines, telling, strict=True)]
        self.settle()
        return outcomes

    def find_records(self, lines):
        """Put the records in place that cells name, by address or key and else by name."""
        for column in record_columns(self.mapping):
            model, asked = column.reader.model, [(line, problems) for line, problems in lines if line[column.name]]
            unique = "slug" if issubclass(model, Listed) else "key"
            shelf, found = self.shelf(model), {}
            for cell in {line[column.name] for line, _problems in asked}:
                ways = [Field(unique, cell)] + ([Name((cell,), any_country=True)] if unique == "slug" else [])
                shelf.look_up(ways, [None] * len(ways))
                found[cell] = next((each for way in ways if (each := shelf.find(way, None, None))), None)
            keys = {each.pk for each in found.values() if each and not isinstance(each, Doubt) and each.pk}
            there = model._base_manager.using(self.using).in_bulk(keys)
            for line, problems in asked:
                cell, known = line[column.name], found[line[column.name]]
                if known is None or isinstance(known, Doubt):
                    sentence = (
                        _("No %(kind)s is called “%(value)s”.")
                        if known is None
                        else _(
                            "More than one %(kind)s is called “%(value)s”: write the address of the one that is meant."
                        )
                    )
                    words = {"kind": model._meta.verbose_name, "value": cell}
                    problems.append((column.name, sentence % words))
                line[column.name] = getattr(known, "instance", None) or there.get(getattr(known, "pk", None))

    def look_up(self, told):
        """Ask for all that is needed to recognise some records."""
        by_model = defaultdict(lambda: ([], []))
        for each in told:
            ways, owners = by_model[each.model]
            ways.extend(each.by)
            owners.extend([each] * len(each.by))
        for model, (ways, owners) in by_model.items():
            self.shelf(model).look_up(ways, owners)

    def recognise(self, told):
        """Return (what is known of a told record or None, the records that leave a doubt)."""
        shelf, doubtful = self.shelf(told.model), ()
        for way in told.by:
            found = shelf.find(way, told, self.ours)
            if isinstance(found, Doubt):
                doubtful = found.found
            elif found:
                if isinstance(way, Name) and way.geonames_id:
                    found.taken = way.geonames_id
                return found, ()
        return None, doubtful

    def load_compared(self, told):
        """Load the records whose fields are compared; each once in a walk."""
        wanted = defaultdict(set)
        for each in told:
            if not each.only_new:
                known, _doubt = self.recognise(each)
                if known and known.pk and known.told is None:
                    wanted[each.model].add(known.pk)
        for model, keys in wanted.items():
            self.loaded[model] = model._base_manager.using(self.using).in_bulk(keys)

    def outcome(self, line, problems, told):
        """Find or make what a line tells of, and return what becomes of the line."""
        changes, pending, mine, state = [], [], {}, SAME
        label = str(self.mapping.label_of(line))
        try:
            own = next((each for each in reversed(told) if each.model is self.mapping.model), None)
            for each in told:
                main = each is own
                done = self.one(each, mine, pending, main)
                if done == NEW and main:
                    state = NEW
                elif done in (NEW, CHANGED) and state == SAME:
                    state = CHANGED
        except Problem as problem:
            problems.append((problem.column, problem.sentence))
        if problems:
            return Outcome(line.number, REFUSED, label, [], problems)
        for finish in pending:
            finish(changes, problems)
        return Outcome(line.number, state, label, changes, problems)

    def one(self, told, mine, pending, main):
        """Find, compare or make one record, and note what to do if the whole line is taken; return its state."""
        if told is self.mapping.source and id(told) in self.once:
            mine[id(told)] = self.once[id(told)]
            return SAME
        known, doubtful = self.recognise(told)
        values = {name: mine[id(value)] if isinstance(value, Told) else value for name, value in told.fields.items()}
        if known is None:
            instance = self.build(told, values, doubtful)
            known = mine[id(told)] = Pending(instance)
            pending.append(lambda changes, problems: self.make(told, known, mine, changes, main))
            return NEW
        mine[id(told)] = known
        if hash(told.by) in self.done:
            return SAME
        if told is self.mapping.source:
            self.once[id(told)], self.ours = known, known.pk
        if told.only_new:
            return SAME
        print_of = self.print_of(told, mine) if main else True
        if known.told is not None:
            if main and known.told not in (True, print_of):
                raise Problem(_("An earlier line tells otherwise of the same record."))
            return SAME
        record = self.loaded.get(told.model, {}).get(known.pk) or known.instance
        pending.append(lambda changes, problems: setattr(known, "told", print_of))
        if has(told.model, "source") and known.source != self.ours and not self.mapping.overwrites:
            return self.dispute(told, record, mine[id(self.mapping.source)], pending)
        return self.compare(told, record, values, pending)

    @staticmethod
    def print_of(told, mine):
        """Return what is told of a record as one number, to see whether another line tells otherwise."""
        return hash(tuple(_plain(mine.get(id(value), value)) for value in told.fields.values()))

    def build(self, told, values, doubtful):
        """Return a new record, not yet written; raises `Problem` where a rule forbids it."""
        instance = bulk.fresh(told.model)
        self.put(told, instance, values)
        if doubtful and has(told.model, "note_sv") and not instance.note_sv:
            instance.note_sv, instance.note_en = doubt_note(told, doubtful)
        return instance

    def put(self, told, instance, values):
        """Give a record its told values; raises `Problem` where one does not fit or a rule forbids it."""
        for name, value in values.items():
            try:
                if isinstance(value, models.Model):
                    setattr(instance, name, value)
                elif hasattr(value, "reference"):
                    reference = value.reference
                    attname = told.model._meta.get_field(name).attname
                    setattr(instance, name if isinstance(reference, models.Model) else attname, reference)
                else:
                    rules.fits(instance, name, value)
                    setattr(instance, name, value)
            except ValidationError as error:
                raise Problem(" ".join(error.messages), told.columns.get(name, "")) from None
        for sentence in rules.broken(instance, values):
            raise Problem(sentence)
        if self.mapping.thorough:
            for name, sentence in rules.thoroughly(instance):
                raise Problem(sentence, told.columns.get(name, ""))
            for sentence in rules.shared(instance, self.using, self.unique):
                raise Problem(sentence)

    def make(self, told, pending, mine, changes, main):
        """Take a new record into what will be written."""
        shelf = self.shelf(told.model)
        known = pending.known = shelf.add(told, pending.instance)
        known.told = self.print_of(told, mine) if main and not told.only_new else True
        if told is self.mapping.source:
            self.once[id(told)] = known
            self.ours = pending.instance
        if known.source is None and has(told.model, "source"):
            known.source = self.ours
        self.made[told.model].append((known, told))
        if not self.in_full:
            return
        if main:
            for name in told.fields:
                if after := in_words(pending.instance, name):
                    changes.append((_label(told.model, name), "", after))
        else:
            changes.append((capfirst(str(told.model._meta.verbose_name)), "", str(pending.instance)))

    def compare(self, told, record, values, pending):
        """Note what differs on a record of this register's own; return its state."""
        before = {}
        for name, value in values.items():
            field = told.model._meta.get_field(name)
            now = record.__dict__[field.attname]
            value = value.reference if hasattr(value, "reference") else value
            value = value.pk if isinstance(value, models.Model) else value
            if _same(now, value, field):
                continue
            before[name] = now
        if not before:
            return SAME
        if record.pk and not self.mapping.overwrites and not self.stands(record):
            sentence = _("This was edited or verified here since: %(fields)s was left as it is.")
            names = ", ".join(_label(told.model, name) for name in before)
            pending.append(lambda changes, problems: problems.append(("", sentence % {"fields": names})))
            return SAME
        words = {name: in_words(record, name) for name in before}
        old = {told.model._meta.get_field(name).attname: now for name, now in before.items()}
        trial = copy(record)
        self.put(told, trial, {name: values[name] for name in before})

        def finish(changes, problems):
            record.__dict__.update(trial.__dict__)
            self.changed.setdefault(record, {}).update(old)
            changes.extend((_label(told.model, name), words[name], in_words(record, name)) for name in before)

        pending.append(finish)
        return CHANGED

    def stands(self, record):
        """Whether a record is as an import wrote it last, so that nobody has changed it since."""
        model = type(record)
        if model not in self.prints:
            self.prints[model] = Import.prints(model, self.using)
        return self.prints[model].get(record.pk) == digest(record)

    def dispute(self, told, record, source, pending):
        """Lay a statement that differs from another source's beside it, once; return the state."""
        state = SAME
        for name in self.mapping.disputed:
            mine, theirs = told.fields.get(name), getattr(record, name, None)
            if not mine or not theirs or not _apart(mine, theirs):
                continue
            row = discrepancy(self.mapping, record, name, theirs, mine)
            self.look_up([row])
            if self.recognise(row)[0]:
                continue
            instance = self.build(row, {**row.fields, "second_source": source}, ())
            pending.append(
                lambda changes, problems, row=row, each=instance: self.make(row, Pending(each), {}, changes, False)
            )
            state = CHANGED
        return state

    def settle(self):
        """Write what a batch has made and changed, and note it for taking back."""
        give_slugs(self.made, self.slugs, self.using)
        if self.into is None:
            return
        try:
            self.write()
        except IntegrityError as error:
            raise Problem(_("The database refused it: %(error)s") % {"error": error}) from error

    def write(self):
        """Write a batch, records before those that refer to them."""
        for model in in_order(self.made):
            some = self.made[model]
            bulk.add(model, [known.instance for known, _told in some], self.using)
            self.into.note_made(model, [known.instance for known, _told in some])
            for known, _told in some:
                known.pk, known.instance = known.instance.pk, None
                if isinstance(known.source, models.Model):
                    known.source = known.source.pk
            if issubclass(model, Row) and model is not self.mapping.model:
                # Of rows beside the line's own, which nothing refers to, no more is kept than that they were told.
                self.done.update(hash(told.by) for _known, told in some)
                self.shelf(model).forget()
        if isinstance(self.ours, models.Model):
            self.ours = self.ours.pk
        by_model = defaultdict(list)
        for record, old in self.changed.items():
            by_model[type(record)].append((record, old))
        for model, some in by_model.items():
            names = {model._meta.get_field(name).name for _record, old in some for name in old}
            records = [record for record, _old in some if record.pk]
            model._base_manager.using(self.using).bulk_update(records, sorted(names), batch_size=BATCH)
            self.into.note_changed(model, some)
        self.into.close_part()
        self.parts += 1
        if self.made and self.parts & (self.parts - 1) == 0:
            bulk.count_anew(self.made, self.using)


class Pending:
    """A new record that a line tells of, as long as the line may still be refused."""

    def __init__(self, instance):
        self.instance, self.known = instance, None

    @property
    def reference(self):
        """The record itself, which has no key yet."""
        return self.instance


def _label(model, name):
    return capfirst(str(model._meta.get_field(name).verbose_name))


def _plain(value):
    """Return what stands for a told value where it is told again."""
    if isinstance(value, Pending):
        value = value.known or value.instance
    if isinstance(value, models.Model) and value.pk:
        return type(value), value.pk
    return id(value) if hasattr(value, "reference") or isinstance(value, models.Model) else value


def _same(now, value, field):
    """Whether a column holds what is told; an empty text and nothing are the same."""
    if field.is_relation or isinstance(now, bool):
        return now == value
    if now in (None, "") or value in (None, ""):
        return now in (None, "") and value in (None, "")
    if isinstance(field, models.DecimalField):
        return now == round(value, field.decimal_places)
    return str(now) == str(value)


def _apart(one, other):
    """Whether two dates cannot both be true."""
    one, other = EDTF(one), EDTF(other)
    return one.earliest > other.latest or other.earliest > one.latest
