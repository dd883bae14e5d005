"""Several lists narrowed by one address, each by its own filters, as if they were one."""

from types import SimpleNamespace

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.filters import RecordFilter
from directory.narrowing import FOUND_IN_GROUP, SHOWN, AmountBound, AnyOf, AtPresent, Choices, YearBound, Years
from directory.search import sort_key, unsearched, words


class Together:
    """The filters of several lists, all read from one address; it can be asked what `RecordFilter` can be.

    A list without a filter that is in use could only be shown as if it were not: so it is left out.
    """

    def __init__(self, lists, data):
        """Read the values in `data`, a QueryDict."""
        self.lists, self.data = lists, data
        self.filters = {}
        for each in lists:
            for name, filter in each.filterset_class.base_filters.items():
                self.filters.setdefault(name, filter)

    @cached_property
    def asked(self):
        """The names of the filters that the address uses."""
        return [name for name in self.filters if any(value.strip() for value in self.data.getlist(name))]

    @cached_property
    def left_out(self):
        """The lists that cannot be narrowed by all of that, each with the labels of the filters that it lacks."""
        found = {}
        for each in self.lists:
            lacking = [name for name in self.asked if name not in each.filterset_class.base_filters]
            if lacking:
                found[each] = list(dict.fromkeys(str(self.filters[name].label) for name in lacking))
        return found

    @cached_property
    def parts(self):
        """The filters of each list that is shown.

        As in the search across everything, a word gives way to others only when no list holds it.
        """
        shown = [each for each in self.lists if each not in self.left_out]
        parts = {each: each.filterset_class(self.data, corrected=False) for each in shown}
        if words(self.typed) and not any(part.found for part in parts.values()):
            parts = {each: each.filterset_class(self.data) for each in shown}
        return parts

    @property
    def found(self):
        """As many as the records of all lists that are shown."""
        return range(sum(len(part.found) for part in self.parts.values()))

    @cached_property
    def reading(self):
        """Somewhere to keep what is drawn, for as long as the version of the first list."""
        part = next(iter(self.parts.values()), None)
        names = tuple(each.model.section for each in self.parts)
        return SimpleNamespace(kept=part.reading.kept.setdefault(("together", names), {}) if part else {})

    @cached_property
    def shared(self):
        """The names of the filters that several lists have and mean alike; each list has kinds of its own."""
        has = [each.filterset_class.base_filters for each in self.lists]
        return [name for name in self.filters if name != "kind" and sum(name in each for each in has) > 1]

    def groups(self):
        """Yield the groups of choices that several of the lists have, each with what it would leave of all."""
        for name in self.shared:
            if isinstance(self.filters[name], AnyOf):
                parts = [part for part in self.parts.values() if name in part.filters]
                if parts:
                    yield self._group(name, parts)

    def _group(self, name, parts):
        offered = [part.group(name) for part in parts]
        met = {}
        for group in offered:
            for choice in group.choices:
                before = met.setdefault(choice.value, choice)
                met[choice.value] = before._replace(chosen=before.chosen or choice.chosen)
        counts = dict.fromkeys(met, 0)
        for part, group in zip(parts, offered, strict=True):
            for value, count in self._counts(part, group, met).items():
                counts[value] += count
        choices = [choice._replace(count=counts[choice.value]) for choice in met.values()]
        long = any(group.more is not None for group in offered)
        choices = self._in_order(name, choices, long)
        more = None
        if long:
            chosen = sum(choice.chosen for choice in choices)
            choices = choices[: (FOUND_IN_GROUP if offered[0].query else SHOWN) + chosen]
            held = {value for part in parts for value in part.reading.groups[part.filters[name].group]}
            more = len(held) - len(choices)
        bounds = next((group.bounds for group in offered if group.bounds), ())
        return offered[0]._replace(choices=choices, more=more, bounds=bounds)

    @staticmethod
    def _counts(part, group, values):
        """Return {value: how many records of one list it would leave}; another list's values are counted too."""
        counts = {choice.value: choice.count for choice in group.choices}
        each = part.filters[group.name]
        known = each.known(part.reading, [value for value in values if value not in counts])
        if known:
            counted = each.counts(part, part.left_to(group.name), list(known.values()))
            counts |= {value: counted[held] for value, held in known.items()}
        return counts

    def _in_order(self, name, choices, long):
        """Put the choices of several lists in one order, as a list would have them."""
        each = self.filters[name]
        if isinstance(each, Years):
            return sorted(choices, key=lambda choice: choice.value, reverse=True)
        if isinstance(each, Choices | AtPresent):
            return choices
        by_name = sorted(choices, key=lambda choice: sort_key(choice.label))
        return sorted(by_name, key=lambda choice: (not choice.chosen, -choice.count)) if long else by_name

    @property
    def typed(self):
        """The words that are searched for, as they were typed."""
        return self.data.get("q", "")

    def chosen(self):
        """Yield (filter name, group label, value, value's label, known) for everything in use, each once.

        What a list that is left out knows is known: a visitor must be able to take it back.
        """
        parts = [*self.parts.values(), *(each.filterset_class(self.data) for each in self.left_out)]
        met = {}
        for part in parts:
            for name, group, value, label, known in part.chosen():
                before = met.get((name, value))
                if not before or (known and not before[4]):
                    met[name, value] = (name, group, value, label, known)
        yield from sorted(met.values(), key=lambda each: list(self.filters).index(each[0]))

    def remarks(self):
        """Say in a sentence which lists are left out, and what in the address no record can have."""
        for each, labels in self.left_out.items():
            named = ", ".join(f"“{label}”" for label in labels)
            yield _("%(list)s are left out: they cannot be narrowed by %(filters)s.") % {
                "list": each.title,
                "filters": named,
            }
        yield from RecordFilter.unknown_values(self.chosen())
        errors = (error for part in self.parts.values() for each in part.form.errors.values() for error in each)
        yield from dict.fromkeys(errors)
        yield from unsearched(self.typed)

    def suggestions(self):
        """Yield (word typed, nearest words) for each word that nothing holds."""
        found = {}
        for part in self.parts.values():
            for word, nearest in part.suggestions():
                found[word] = list(dict.fromkeys([*found.get(word, []), *nearest]))
        yield from found.items()

    def unshown(self):
        """Yield (name, value) of what narrows the lists without a place of its own in the form."""
        drawn = AnyOf | YearBound | AmountBound
        placed = {name for name in self.shared if self.parts and isinstance(self.filters[name], drawn)} | {"q"}
        for name in self.asked:
            if name not in placed:
                for value in self.data.getlist(name):
                    if value.strip():
                        yield name, value.strip()

    def undated(self):
        """Return how many records a chosen year leaves out only because their dates are not known; None if unset."""
        counts = [count for part in self.parts.values() if (count := part.undated()) is not None]
        return sum(counts) if counts else None

    def notes(self):
        """Return what each list has to say of the values chosen in it."""
        return [note for each, part in self.parts.items() for note in each().notes(part)]


class AllKinds:
    """What stands in the place of a list where several are shown together."""

    model = None
    title = gettext_lazy("All kinds")

    def notes(self, together):
        """Say what readers should know of the values they chose."""
        return together.notes()
