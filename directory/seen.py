"""What an editor saw when her form was drawn, held against what is stored when she sends it back.

A form carries the stored values that it was drawn from, its record's and each row's. Sent back, they are compared under
the lock of every write: where somebody else wrote meanwhile, nothing is saved, what she typed stays in the form, what
she did not touch is brought up to date, and each difference is told.
"""

import hashlib
import json
import re
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from directory.differences import Difference, Names, in_words

FIELD = "seen"
# A form says nothing of what it was drawn from: whoever sends it decides knowingly at the second time.
UNKNOWN = object()


def digest(thing):
    """Return a short word that stands for values."""
    text = json.dumps(thing, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def text_of(record, field):
    """Return a stored value as a text that no language changes; None for none."""
    return None if field.value_from_object(record) is None else field.value_to_string(record)


def snapshot(form):
    """Return {field: text, or keys} of all that an editor can decide of the record of an unbound form."""
    model = form._meta.model
    found = {
        field.name: text_of(form.instance, field)
        for field in model._meta.concrete_fields
        if field.editable and not field.primary_key
    }
    for field in model._meta.many_to_many:
        if field.name in form.fields:
            found[field.name] = sorted(each.pk for each in form.initial.get(field.name, ()))
    return found


def drawn_from(form, formsets):
    """Return what an unbound form and its rows were drawn from, to go with it."""
    rows = {
        formset.prefix: {str(each.instance.pk): snapshot(each) for each in formset.initial_forms}
        for formset in formsets
    }
    return {"record": snapshot(form), "rows": rows}


def told_by(data):
    """Return what a form that was sent says that it was drawn from; `UNKNOWN` if it does not, or nonsense."""
    try:
        told = json.loads(data.get(FIELD, ""))
        if not all(isinstance(state, dict) for rows in told["rows"].values() for state in rows.values()):
            return UNKNOWN
        return told if isinstance(told["record"], dict) else UNKNOWN
    except (ValueError, KeyError, TypeError, AttributeError):
        return UNKNOWN


def value(model, name, text):
    """Return the value that a text of a snapshot stands for; None for nonsense."""
    field = model._meta.get_field(name)
    try:
        if field.many_to_many:
            return [int(each) for each in text or ()]
        return None if text is None else (field.target_field if field.is_relation else field).to_python(text)
    except (ValidationError, ValueError, TypeError):
        return None


def stand_in(form, name):
    """Return the form's field that stands for a field of the record together with others; None where none does."""
    return next((whole for whole, names in getattr(form, "stands_for", {}).items() if name in names), None)


def bare(widget):
    """Return the widget that a related choice is wrapped around, or the widget itself."""
    return getattr(widget, "widget", widget)


def as_sent(widget, name, value):
    """Yield (name, values) as a browser would send a value."""
    widget = bare(widget)
    if isinstance(widget, forms.MultiWidget):
        for suffix, part, each in zip(widget.widgets_names, widget.widgets, widget.decompress(value), strict=True):
            yield from as_sent(part, name + suffix, each)
    elif isinstance(widget, forms.CheckboxInput):
        yield name, ["on"] if value else []
    else:
        shown = widget.format_value(value)
        yield name, [str(each) for each in shown] if isinstance(shown, list) else [str("" if shown is None else shown)]


def names_of(widget, name):
    """Yield the names under which a browser sends a widget's value."""
    widget = bare(widget)
    if isinstance(widget, forms.MultiWidget):
        for suffix, part in zip(widget.widgets_names, widget.widgets, strict=True):
            yield from names_of(part, name + suffix)
    else:
        yield name


@dataclass(frozen=True)
class Clash:
    """One field: what she saw, what is stored now, what she typed (None where she did not touch it)."""

    label: str
    saw: str
    now: str
    typed: str | None

    @property
    def pieces(self):
        """What stays, goes and comes from what she saw to what is stored, where the texts are long."""
        return Difference("", self.label, self.saw, self.now).pieces


@dataclass(frozen=True)
class Clashes:
    """What somebody else did to the record (`label` is "") or to one of its rows: changed, added or deleted."""

    label: str
    done: str
    fields: list


CHANGED, ADDED, DELETED = "changed", "added", "deleted"


class Merge:
    """What was sent, to be shown again: with her texts, and brought up to date where she did not touch it."""

    def __init__(self, request):
        """Take a copy of what was sent."""
        self.files, self.data, self.names = request.FILES, request.POST.copy(), Names()

    def sent(self, form, name):
        """Return what was sent for a field, as its widget reads it."""
        return form.fields[name].widget.value_from_datadict(self.data, self.files, form.add_prefix(name))

    def touched(self, form, name, saw):
        """Whether she typed another value than she saw."""
        if whole := stand_in(form, name):
            return self.touched_whole(form, whole, saw)
        if name not in form.fields or form.fields[name].disabled:
            return False
        initial = value(form._meta.model, name, saw.get(name))
        return form.fields[name].has_changed(initial, self.sent(form, name))

    def touched_whole(self, form, whole, saw):
        """Whether she typed anything else into a field that stands for several than what she saw of them."""
        try:
            typed = form.fields[whole].clean(self.sent(form, whole))
        except ValidationError:
            return True
        model = form._meta.model
        return any(getattr(typed, name, None) != value(model, name, saw.get(name)) for name in form.stands_for[whole])

    def compare(self, form, saw, now):
        """Return (field, saw, now, typed) of what somebody else changed; bring up to date what she did not touch."""
        found = []
        for name in now:
            if saw.get(name) == now[name]:
                continue
            mine = self.touched(form, name, saw)
            found.append((name, saw.get(name), now[name], self.typed(form, name) if mine else None))
            self.want(form._meta.model, name, *found[-1][1:])
            shown = stand_in(form, name) or name
            if not mine and shown in form.fields:
                self.put(form, shown, form[shown].value())
        return found

    def typed(self, form, name):
        """Return the value that was typed, or the text where it is none or stands for several."""
        if whole := stand_in(form, name):
            return self.sent(form, whole)
        sent = self.sent(form, name)
        try:
            clean = form.fields[name].clean(sent)
        except ValidationError:
            return sent if isinstance(sent, str) else ""
        if form._meta.model._meta.get_field(name).many_to_many:
            return [each.pk for each in clean]
        return getattr(clean, "pk", clean)

    def put(self, form, name, value):
        """Let a field of the form that is shown again have a value."""
        for key, values in as_sent(form.fields[name].widget, form.add_prefix(name), value):
            self.data.setlist(key, values)
            if not values:
                del self.data[key]

    def want(self, model, name, *texts):
        """Ask for the names of records among some values."""
        field = model._meta.get_field(name)
        if field.is_relation:
            for text in texts:
                for key in text if isinstance(text, list) else [text]:
                    self.names.want(field.related_model, value(model, name, key) if isinstance(key, str) else key)

    def clash(self, form, name, saw, now, typed):
        """Return one difference in words."""
        model, field = form._meta.model, form._meta.model._meta.get_field(name)
        words = [in_words(field, value(model, name, text), self.names) for text in (saw, now)]
        try:
            mine = None if typed is None else in_words(field, typed, self.names)
        except (ValueError, TypeError, AttributeError):
            mine = str(typed)  # what she typed is no such value
        return Clash(capfirst(field.verbose_name), *words, mine)

    def in_a_sentence(self, form, *change):
        """Return one difference as a sentence, for a list that has no place for a table."""
        clash = self.clash(form, *change)
        words = {"name": form.instance, "field": clash.label, "saw": clash.saw, "now": clash.now, "typed": clash.typed}
        if clash.typed is None:
            return _("“%(name)s”, %(field)s: you saw “%(saw)s”, now it is “%(now)s”, and so it stands here.") % words
        return (
            _(
                "“%(name)s”, %(field)s: you saw “%(saw)s”, now it is “%(now)s”, you typed “%(typed)s”. Nothing was saved; save again if yours is right."
            )
            % words
        )


class Sent(Merge):
    """A form that was sent, beside the same form as it would be drawn now; `told` says what it was drawn from."""

    def __init__(self, request, form, formsets):
        """Take the form and its rows, unbound."""
        super().__init__(request)
        self.form, self.formsets, self.clashes = form, formsets, []
        self.told, self.now = told_by(request.POST), drawn_from(form, formsets)

    def conflicts(self):
        """Whether somebody else changed anything of it; then `clashes` and `data` are ready."""
        if self.told is UNKNOWN:
            self.told = self.now
        elif self.told["record"] == self.now["record"] and all(
            self.told["rows"].get(prefix, {}) == rows for prefix, rows in self.now["rows"].items()
        ):
            return False
        pending = [("", CHANGED, self.form, self.compare(self.form, self.told["record"], self.now["record"]))]
        for formset in self.formsets:
            pending += self.rows_of(formset)
        self.names.load()
        self.clashes = [
            Clashes(label() if callable(label) else label, done, [self.clash(form, *each) for each in found])
            for label, done, form, found in pending
            if found or done != CHANGED
        ]
        return True

    def rows_of(self, formset):
        """Return what happened to the rows of one kind, and write her rows anew beside those that there are now."""
        prefix, found = formset.prefix, []
        saw, now = self.told["rows"].get(prefix, {}), self.now["rows"].get(prefix, {})
        try:
            initial, total = (int(self.data[f"{prefix}-{name}_FORMS"]) for name in ("INITIAL", "TOTAL"))
        except (KeyError, ValueError):
            return []
        if saw == now or not initial <= total <= formset.absolute_max:
            return []
        key_name = formset.model._meta.pk.name
        sent = {self.data.get(f"{prefix}-{index}-{key_name}", ""): index for index in range(initial)}
        rows = []
        for form in formset.initial_forms:
            key = str(form.instance.pk)
            if key in sent:
                form.prefix = f"{prefix}-{sent[key]}"
                if clashes := self.compare(form, saw.get(key, now[key]), now[key]):
                    found.append((str(form.instance), CHANGED, form, clashes))
                rows.append(self.taken(prefix, sent[key]))
            else:
                found.append((str(form.instance), ADDED, form, []))
                rows.append({
                    name.removeprefix(f"{form.prefix}-"): values
                    for field in form.fields
                    for name, values in as_sent(form.fields[field].widget, form.add_prefix(field), form[field].value())
                })  # fmt: skip
        count, blank = len(rows), formset.empty_form
        for key, index in sent.items():
            if key in now:
                continue
            blank.prefix = f"{prefix}-{index}"
            state = saw.get(key, {})
            mine = [name for name in state if self.touched(blank, name, state)]
            for name in mine:
                self.want(formset.model, name, state[name], self.typed(blank, name))
            fields = [(name, state[name], None, self.typed(blank, name)) for name in mine]
            found.append((self.name_of(formset.model, state), DELETED, formset.empty_form, fields))
            if mine and f"{prefix}-{index}-DELETE" not in self.data:
                row = self.taken(prefix, index)
                rows.append({name: values for name, values in row.items() if name != key_name})
        rows += [self.taken(prefix, index) for index in range(initial, total)]
        self.write(prefix, rows, count)
        return found

    def name_of(self, model, state):
        """Return a function that names a row that is gone by the records that it tied."""
        ends = [(model._meta.get_field(end).related_model, state.get(end)) for end in model.ends]
        ends = [(end, int(key)) for end, key in ends if str(key).isdecimal()]
        for end, key in ends:
            self.names.want(end, key)
        words = {"kind": model._meta.verbose_name}
        return lambda: (
            _("%(kind)s: %(name)s")
            % {
                **words,
                "name": ", ".join(
                    self.names(*each) for each in ends if each != (type(self.form.instance), self.form.instance.pk)
                ),
            }
        )

    def taken(self, prefix, index):
        """Return {name: values} of what was sent for one row."""
        start = f"{prefix}-{index}-"
        return {name.removeprefix(start): self.data.getlist(name) for name in self.data if name.startswith(start)}

    def write(self, prefix, rows, initial):
        """Replace all rows of a kind; the first `initial` of them are those that there are."""
        for name in [name for name in self.data if re.match(rf"{re.escape(prefix)}-\d+-", name)]:
            del self.data[name]
        for index, row in enumerate(rows):
            for name, values in row.items():
                if values:
                    self.data.setlist(f"{prefix}-{index}-{name}", values)
        self.data[f"{prefix}-INITIAL_FORMS"], self.data[f"{prefix}-TOTAL_FORMS"] = str(initial), str(len(rows))


REFUSED = _(
    "Nothing was saved: somebody else changed this record while you had it open. What you typed is still here, and what "
    "you did not touch is as it is stored now. Look at the differences, and save again if yours is right."
)
# Of what has no past that it could come back from.
GONE = _(
    "Nothing was saved: somebody deleted this while you had it open. What you typed is still here. Save again, and it is "
    "made anew."
)


class Refused:
    """Mixin for a form that is shown again because of what somebody else did, however right it is by itself."""

    refusal = REFUSED

    def full_clean(self):
        """Add the reason to the form's own errors."""
        super().full_clean()
        if self.is_bound:
            self.add_error(None, self.refusal)
