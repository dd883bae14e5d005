"""A list's filters: its whole state is the address, and every choice says how many records it would leave.

They are declared once, and that one declaration is the index too.
"""

import re
from collections import defaultdict
from functools import reduce
from operator import and_

import django_filters
from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pyroaring import BitMap

from directory import facets, lexicon
from directory.bases import language_now
from directory.index import Index
from directory.narrowing import AmountBound, AnyOf, Choices, Search, Without, YearBound
from directory.postings import EVERYTHING
from directory.reading import reading
from directory.search import LONGEST_QUERY, PART, fold, sort_keys, tokens, unsearched, words
from directory.sources import Source

# About as many searched words, and records that they lead to, of two bytes each at most, a process keeps of each list.
MOST_WORDS_KEPT, MOST_RECORDS_KEPT = 2000, 8_000_000


class RecordFilter(django_filters.FilterSet):
    """The filters of one list, read from the address; the search box comes first.

    Subclasses name their `model`; where its words are (`texts`) and its titles (`titles`); the filters by whose values'
    names a search finds records too (`searched`); paths that decide whether a record is public (`visible_by`); and
    the EDTF field in which it ends (`ends`).
    """

    model = None
    texts = ("search_text",)
    titles = ("name_sv", "name_en", "other_names")
    searched = ()
    visible_by = ()
    ends = ""

    def __init_subclass__(cls, **options):
        """Give every group its exclusion, long ones their search box, and the model its index."""
        super().__init_subclass__(**options)
        declared = {"q": Search(), **cls.declared_filters}
        for name, each in cls.declared_filters.items():
            each.field_name = name
            if isinstance(each, AnyOf) and each.can_be_excluded:
                declared[f"{name}_not"] = Without(each)
        for name, each in declared.items():
            each.field_name = name
        cls.declared_filters.clear()
        cls.declared_filters.update(declared)
        indexed = {name: each.facet for name, each in declared.items() if each.facet}
        # The one value that every public record has.
        indexed[EVERYTHING] = facets.Facet("id", split=lambda _key: [""])
        indexed["word"] = facets.Facet(*cls.texts, split=tokens, on_file=True)
        indexed["title"] = facets.Facet(cls.titles, split=lambda text: tokens(fold(text)), on_file=True)
        indexed["first"] = facets.Facet(cls.titles[:2], split=lambda text: PART.findall(fold(text))[:1], on_file=True)
        if cls.model.dated:
            dates = [cls.model.dated, cls.ends] if cls.ends else [cls.model.dated]
            indexed["day"] = facets.Days(
                [f"{name}_{bound}" for name in dates for bound in ("earliest", "latest")], on_file=True
            )
        cls.index = Index(cls.__name__.removesuffix("Filter").lower(), cls.model, indexed, cls.visible_by)

    def __init__(self, data, corrected=True):
        """Read the values in `data`, a QueryDict; `corrected` says whether a word that nothing holds gives way."""
        self.data, self.corrected = data, corrected
        self.filters = self.base_filters
        self.corrections = {}

    @cached_property
    def reading(self):
        """What the index says now."""
        return reading(self.index)

    @cached_property
    def form(self):
        """The form of what the address holds: only those fields, so that an unset filter costs nothing."""
        form = forms.Form(self.data)
        form.fields = {name: each.field for name, each in self.filters.items() if name in self.data}
        form.is_valid()
        return form

    @property
    def typed(self):
        """The words that are searched for, as they were typed."""
        return self.data.get("q", "")

    def values(self, name):
        """Return what is chosen in filter `name`, known or not: a list where several can be, else a value or None."""
        chosen = self.form.cleaned_data.get(name)
        return chosen or ([] if isinstance(self.filters[name], AnyOf | Without) else None)

    def choosing(self, name, values):
        """Return the same filters with other values chosen in filter `name`."""
        data = self.data.copy()
        data.setlist(name, values)
        return type(self)(data, self.corrected)

    @cached_property
    def narrowed(self):
        """The records that each filter in use keeps, by its name; an unreadable value keeps none, never all."""
        kept = {name: BitMap() for name in self.form.errors}
        for name, value in self.form.cleaned_data.items():
            if value not in (None, "", []):
                kept[name] = self.filters[name].records(self, value)
        return kept

    def records(self, but=None):
        """Return the records that fit all that is chosen, or all but one filter."""
        kept = sorted((records for name, records in self.narrowed.items() if name != but), key=len)
        return reduce(and_, kept) if kept else self.reading.everything

    @cached_property
    def found(self):
        """The records that the list shows."""
        return self.records()

    def keys(self, order, start, stop):
        """Return the keys of the found records from one place to another in an order of the list."""
        language = language_now()
        if order in ("name", "-name"):
            return self.reading.page(self.found, language, start, stop, backwards=order == "-name")
        if order != "relevance":
            return self.reading.page(self.found, f"{order} {language}", start, stop)
        keys = []
        for tier in self.best_first:
            keys += self.reading.page(tier, language, max(start, 0), max(stop, 0))
            start, stop = start - len(tier), stop - len(tier)
        return keys

    def before(self, key, language, backwards=False):
        """Return how many of the found records have a name that sorts before a key; or, `backwards`, from it on."""
        names = self.model._base_manager.using(self.reading.using)
        at = names.filter(**{f"sort_{language}__gte": key}).in_order(language).values_list("pk", flat=True).first()
        count = len(self.found) if at is None else self.reading.before(self.found, language, at)
        return len(self.found) - count if backwards else count

    @cached_property
    def best_first(self):
        """The found records in four parts: the name is what was typed, begins with it, holds its words; all others."""
        query = self.form.cleaned_data.get("q", "")
        if not words(query):
            return [self.found]
        titled = self.found
        for word in words(query):
            meant = self.corrections.get(word) or [word]
            titled = titled & BitMap.union(*(self._kept("title", each, self._titled) for each in meant))
        first = words(query)[0]
        beginning = titled & self._kept("first", first, self.reading.groups["first"].beginning)
        keys = sort_keys(query)
        named = self.model.objects.using(self.reading.using).filter(Q(sort_sv__in=keys) | Q(sort_en__in=keys))
        exact = titled & BitMap(named.order_by().values_list("pk", flat=True))
        return [exact, beginning - exact, titled - beginning - exact, self.found - titled]

    def titled(self, typed):
        """Yield the records whose name begins as typed, others with words that do, and those that hold it elsewhere.

        `typed` are folded words; those that begin with them are meant too, as somebody is still typing.
        """
        titles, none = self.reading.groups["title"], BitMap()
        begun = [self._kept("begun", word, titles.beginning) for word in typed]
        found = reduce(and_, begun) if typed else none
        first = found & self._kept("first", typed[0], self.reading.groups["first"].beginning) if found else none
        yield first
        yield found - first
        yield reduce(and_, (self._kept("title", word, self._titled) for word in typed)) - found if typed else none

    def _titled(self, word):
        return self.reading.groups["title"].records(word)

    def _kept(self, group, word, find):
        """Return the records of a word, which is a value like any other: found once at this version."""
        kept = self.reading.kept.setdefault("words", {})
        found = kept.get((group, word))
        if found is None:
            found = find(word)
            if len(kept) > MOST_WORDS_KEPT or sum(map(len, list(kept.values()))) > MOST_RECORDS_KEPT:
                kept.clear()
            kept[group, word] = found
        return found

    def holding(self, word):
        """Return the records that hold a word, or else the words nearest to it, which are noted as corrections."""
        found = self._kept("word", word, self._holding)
        if not found and self.corrected:
            self.corrections[word] = self.reading.groups["word"].nearest(word)
            found = BitMap.union(found, *map(self._holding, self.corrections[word]))
        return found

    def _holding(self, word):
        named = (self.filters[name].named(self.reading, word) for name in self.searched)
        return BitMap.union(self.reading.groups["word"].records(word), *named)

    def marked(self):
        """Yield the folded texts that made a record fit the search, to be marked where they stand."""
        for word in words(self.form.cleaned_data.get("q", "")):
            for meant in self.corrections.get(word) or [word]:
                yield from (text for text, stem in lexicon.forms(meant) if not stem or len(text) > 3)

    def suggestions(self):
        """Yield (word typed, nearest words as their records spell them) for each word that nothing holds."""
        for word, nearest in self.corrections.items():
            yield word, [self._spelled(each) for each in nearest]

    def _spelled(self, word):
        """Return a folded word as a record that holds it writes it."""
        columns = [name for name in self.model.search_inputs if not name.startswith("summary")] + [
            "summary_sv",
            "summary_en",
        ]
        key = self.reading.groups["word"].beginning(word).min()
        texts = self.model.objects.filter(pk=key).values_list(*columns).first() or ()
        spelled = (each for text in texts for each in re.findall(r"\w+", text or "") if fold(each) == word)
        return next(spelled, word)

    def groups(self):
        """Yield the groups of choices in the order visitors meet them, each with what it would leave."""
        for name, each in self.filters.items():
            if isinstance(each, AnyOf):
                yield self.group(name)

    def group(self, name):
        """Return one group of choices, each with what it would leave."""
        query = self.data.get(f"{name}_q", "")[:LONGEST_QUERY].strip()
        wrong = self.form.errors
        bounds = tuple(
            (each.field_name, each.label, self.data.get(each.field_name, ""), " ".join(wrong.get(each.field_name, [])))
            for each in self.bounds[name]
        )
        return self.filters[name].offer(self, self.left_to(name), query, bounds)

    def left_to(self, name):
        """Return the records among which a group chooses: all that fit what is chosen in the others."""
        return self.records(but=name) if name in self.narrowed else self.found

    @cached_property
    def bounds(self):
        """The filters for a range of a group's values, by the group's name."""
        bounds = defaultdict(list)
        for each in self.filters.values():
            if isinstance(each, YearBound | AmountBound):
                bounds[each.group].append(each)
        return bounds

    def unshown(self):
        """Yield (name, value) of what narrows the list without a place of its own in the form."""
        for name in self.narrowed:
            if isinstance(self.filters[name], Without):
                for value in self.values(name):
                    yield name, value

    def chosen(self):
        """Return (filter name, group label, value, value's label, known) for everything that narrows the list."""
        return self._chosen

    @cached_property
    def _chosen(self):
        values = ((name, each, self.form.cleaned_data.get(name)) for name, each in self.filters.items())
        return [
            (name, each.label, one, label, known)
            for name, each, value in values
            if value not in (None, "", [])
            for one, label, known in each.chosen(self, value)
        ]

    def remarks(self):
        """Say in a sentence what in the address no record can have."""
        yield from self.unknown_values(self.chosen())
        for errors in self.form.errors.values():
            yield from errors
        yield from unsearched(self.form.cleaned_data.get("q", ""))

    @staticmethod
    def unknown_values(chosen):
        """Say of each chosen value that it is none."""
        for _name, group, value, _label, known in chosen:
            if not known:
                yield _("Nothing in the list has “%(value)s” as “%(group)s”.") % {"value": value, "group": group}

    def undated(self):
        """Return how many records a chosen year leaves out only because their dates are not known; None if unset."""
        years = [name for name in self.narrowed if self.filters[name].group == "year"]
        if not years:
            return None
        others = (records for name, records in self.narrowed.items() if name not in years)
        unknown = self.reading.groups["year"].get("unknown", BitMap())
        return len(reduce(and_, others, unknown))


class SourceFilter(RecordFilter):
    """Which sources: whether editors went through them."""

    model = Source

    reviewed = Choices("reviewed", Source.Reviewed, label=gettext_lazy("Reviewed"), offered=True)
