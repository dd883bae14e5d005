"""The sorts of filter that a list can have: what each reads, what a visitor can choose, what a choice keeps."""

from collections import namedtuple
from functools import reduce
from operator import and_

import django_filters
from django import forms
from django.db.models import Count
from django.utils.formats import number_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_countries import countries
from pyroaring import BitMap

from directory import facets, sums
from directory.bases import language_now
from directory.former_addresses import Moved, present
from directory.index import INDEXES
from directory.search import LONGEST_QUERY, fold, words

# A group with more values shows its most frequent ones and a box to search the others.
SHORT = 12
SHOWN = 10
FOUND_IN_GROUP = 50

Choice = namedtuple("Choice", "value label count chosen")
# `more` says how many values are not shown, or is None where all are; `bounds` are filters for a range of the values.
Group = namedtuple("Group", "name label choices more query bounds")


class ValuesField(forms.MultipleChoiceField):
    """Any values; a value that is no choice is kept, so that the page can name it."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value):
        """Leave out what a form sends for a choice that nobody made, and space around a value."""
        return list(dict.fromkeys(each.strip() for each in super().to_python(value) if each.strip()))

    def validate(self, value):
        """Take every value: an unknown one matches nothing, which is no error."""


class Narrowing(django_filters.Filter):
    """A filter that the index answers. `group` is the name of what it asks in the index, its own if not given."""

    facet = None

    def __init__(self, *, group=None, **options):
        """Leave an unset filter out of the way."""
        super().__init__(required=False, **options)
        self._group = group

    @property
    def group(self):
        """The name of the group in the index."""
        return self._group or self.field_name

    def records(self, filters, value):
        """Return the bitmap of the records that fit a value; `filters` knows the reading and the other values."""
        raise NotImplementedError

    def chosen(self, filters, value):
        """Yield (value, label, known) of what narrows the list."""
        yield str(value), str(value), True


class AnyOf(Narrowing):
    """Keeps records that have any of the chosen values.

    `paths` lead from a record to its values; rows on the way count only if visitors see them.
    """

    field_class = ValuesField

    can_be_excluded = True
    can_be_searched = False
    # Whether what it keeps changes by the clock alone, so that no page with its counts can be kept.
    by_the_clock = False

    def __init__(self, *paths, label, **options):
        """Take the paths to the values."""
        super().__init__(label=label, **options)
        self.facet = facets.Facet(*paths)

    def known(self, reading, values):
        """Return {value of the address: value in the index} for those values that a record has."""
        held = reading.groups[self.group]
        return {value: value for value in values if value in held}

    def records(self, filters, values):
        """Return the records that have any of the known values; none known among several chosen leaves nothing."""
        held = filters.reading.groups[self.group]
        found = [held[value] for value in self.known(filters.reading, values).values() if value in held]
        return found[0] if len(found) == 1 else BitMap.union(BitMap(), *found)

    def chosen(self, filters, values):
        """Yield each value, with its own label where it is known."""
        known = self.known(filters.reading, values)
        labels = self.labels(filters.reading, known.values())
        for value in values:
            yield value, labels[known[value]][1] if known.get(value) in labels else value, value in known

    def labels(self, reading, held):
        """Return {value in the index: (value of the address, label)} for values that visitors may see."""
        kept = reading.kept.setdefault(("labels", self.field_name, language_now()), {})
        if missing := [value for value in held if value not in kept]:
            kept.update({**dict.fromkeys(missing), **self.find_labels(reading, missing)})
        return {value: label for value in held if (label := kept[value])}

    def every(self, reading):
        """Return the values to show of a short group, in their order, or None when there are too many."""
        key = ("every", self.field_name, language_now())
        if key not in reading.kept:
            reading.kept[key] = self.find_every(reading)
        return reading.kept[key]

    def find_labels(self, reading, held):
        """Find the labels of values that were not met before at this version and in this language."""
        raise NotImplementedError

    def find_every(self, reading):
        """Find the values of a short group."""
        return None

    def counts(self, filters, records, values):
        """Return {value: how many of the records have it}."""
        return filters.reading.count(self.group, records, values)

    def matching(self, reading, query):
        """Return the values whose label holds a text that a visitor types into a long group's search box."""
        return []

    def named(self, reading, word):
        """Return the records with a value whose name holds a searched word."""
        return BitMap()

    def offer(self, filters, records, query, bounds=()):
        """Return what a visitor sees of the group: choices with the count of `records` that each would leave."""
        reading, chosen = filters.reading, filters.values(self.field_name)
        known, shown = self.known(reading, chosen), self.every(reading)
        count, long = {}, shown is None
        if long:
            if not query:
                # More than are shown, as some may be records that visitors do not see.
                count = reading.most_frequent(self.group, records, SHOWN + 5)
            shown = list(dict.fromkeys([*known.values(), *(self.matching(reading, query) if query else count)]))
        if missing := [value for value in shown if value not in count]:
            count = {**count, **self.counts(filters, records, missing)}
        labels = self.labels(reading, shown)
        choices = [
            Choice(address, label, count[value], address in known)
            for value, (address, label) in labels.items()
            if count[value] or address in known
        ]
        if long:
            del choices[(FOUND_IN_GROUP if query else SHOWN) + len(known) :]
        more = len(reading.groups[self.group]) - len(choices) if long else None
        return Group(self.field_name, self.label, choices, more, query, bounds)


class Choices(AnyOf):
    """Keeps records whose column has any of some named values; `offered` lists values that no record has, too."""

    def __init__(self, path, choices, *, label, offered=False):
        """Take the path to the column and its `TextChoices`."""
        super().__init__(path, label=label)
        self.choices, self.offered = choices, offered

    def known(self, reading, values):
        """Take every value that is offered."""
        held = self.choices.values if self.offered else reading.groups[self.group]
        return {value: value for value in values if value in held}

    def find_labels(self, reading, held):
        """Return the labels of the choices."""
        named = dict(self.choices.choices)
        return {value: (value, named.get(value, value)) for value in held}

    def find_every(self, reading):
        """Return all values that occur, in the order of the choices."""
        return [value for value in self.choices.values if value in reading.groups[self.group]]


class Countries(AnyOf):
    """Keeps records with any of some countries; in the address the ISO codes are in lower case."""

    def known(self, reading, values):
        """Return the codes as the index has them."""
        return {
            value: value.upper() for value in values if value.islower() and value.upper() in reading.groups[self.group]
        }

    def find_labels(self, reading, held):
        """Return the countries' names in the reader's language."""
        return {code: (code.lower(), str(countries.name(code))) for code in held}

    def find_every(self, reading):
        """Return a short list by name."""
        held = reading.groups[self.group]
        return sorted(held, key=lambda code: str(countries.name(code))) if len(held) <= SHORT else None

    def matching(self, reading, query):
        """Return the countries whose name holds the text."""
        held = reading.groups[self.group]
        return sorted(code for code in held if fold(query) in fold(countries.name(code)))[:FOUND_IN_GROUP]


class Related(AnyOf):
    """Keeps records that lead to any of some other records, of which the index keeps keys and the address slugs.

    `apart` names the relation whose name tells apart related records of the same name.
    """

    def __init__(self, *paths, label, apart=""):
        """Take the paths to the related records."""
        super().__init__(*paths, label=label)
        self.apart = apart

    def target(self, reading):
        """Return the model of the related records."""
        model = reading.index.model
        for hop in self.facet.reads[0][0].split("__"):
            model = model._meta.get_field(hop).related_model
        return model

    def known(self, reading, values):
        """Find the keys of addresses; a hidden record is not known. Raises `Moved` where an address is a former one."""
        moved = reading.kept.setdefault(("moved", self.group), {})
        kept, name = reading.kept.setdefault(("keys", self.group), {}), self.group
        if missing := [value for value in values if value not in kept]:
            rows = self.target(reading).objects.using(reading.using).public().filter(slug__in=missing).order_by()
            found = {slug: str(key) for slug, key in rows.values_list("slug", "pk")}
            if len(kept) > 10_000:
                kept.clear()
            if lost := [value for value in missing if value not in found]:
                moved.update(present(self.target(reading).objects.using(reading.using).public(), lost))
            kept.update({value: found.get(value) for value in values if value not in kept})
        if former := {value: moved[value] for value in values if value in moved}:
            raise Moved([self.field_name, f"{self.field_name}_not"], former)
        return {value: kept[value] for value in values if kept[value] in reading.groups[name]}

    def find_labels(self, reading, held):
        """Return addresses and names in the reader's language; one query, or two where names must be told apart."""
        return dict(self._named(reading, held, language_now()))

    def _named(self, reading, keys, language):
        columns = ["pk", "slug", f"name_{language}", "name_sv", "name_en"]
        if self.apart:
            columns += [f"{self.apart}__name_{language}", f"{self.apart}__name_sv"]
        records = self.target(reading).objects.using(reading.using).public().order_by()
        rows = list(records.filter(pk__in=keys).values_list(*columns))
        same = set()
        if self.apart:
            names = records.filter(name_sv__in={row[3] for row in rows}).values("name_sv").annotate(count=Count("pk"))
            same = set(names.filter(count__gt=1).values_list("name_sv", flat=True))
        for key, slug, name, swedish, english, *more in rows:
            label = name or swedish or english
            yield str(key), (slug, f"{label} ({more[0] or more[1]})" if swedish in same else label)

    def find_every(self, reading):
        """Return a short list by name."""
        held = reading.groups[self.group]
        if len(held) > SHORT:
            return None
        rows = self.target(reading).objects.using(reading.using).public().filter(pk__in=list(held))
        return [str(key) for key in rows.in_order().values_list("pk", flat=True)]

    def matching(self, reading, query):
        """Return the keys of related records whose words match."""
        found = self.found(reading, words(query))
        return [value for _size, value in reading.by_size(self.group) if int(value) in found][:FOUND_IN_GROUP]

    def found(self, reading, words):
        """Return the related records that hold all of some words."""
        if not words:
            return BitMap()
        index = next(each for each in INDEXES.values() if each.model is self.target(reading))
        return reduce(and_, map(reading.beside(index).groups["word"].records, words))

    def named(self, reading, word):
        """Return the records that lead to a record in which the word is found."""
        held = reading.groups[self.group]
        found = (held.get(str(key)) for key in self.found(reading, [word]))
        return BitMap.union(BitMap(), *filter(None, found))


class Years(AnyOf):
    """Keeps records whose dates touch any of the chosen years; undated ones match none."""

    can_be_excluded = False

    def __init__(self, start, end=None):
        """Take the names of the EDTF fields that begin and end the record."""
        super().__init__(label=gettext_lazy("Year"))
        self.facet = facets.Span(
            [f"{name}_{bound}" for name in (start, end) if name for bound in ("earliest", "latest")]
        )

    def known(self, reading, values):
        """Take every year of the calendar: one without records is no mistake."""
        return {
            value: value
            for value in values
            if value.isascii() and value.isdigit() and len(value) == 4 and value != "0000"
        }

    def find_labels(self, reading, held):
        """Return the years themselves."""
        return {year: (year, year) for year in held}

    def find_every(self, reading):
        """Return the years at hand, the latest first."""
        return sorted(reading.groups[self.group].keys() - {"unknown"}, key=int, reverse=True)


class YearBound(Narrowing):
    """Keeps records whose dates touch the given year or a later one (`earliest`), or an earlier one.

    Dates are spans, so that both bounds together keep what touches a year between them.
    """

    field_class = forms.IntegerField

    def __init__(self, *, label, earliest):
        """Take which of the two bounds it is."""
        super().__init__(label=label, group="year", min_value=1, max_value=9999)
        self.earliest = earliest

    def records(self, filters, bound):
        """Return the records of all the years on this side of the bound."""
        years = filters.reading.groups["year"].items()
        found = (
            bits
            for year, bits in years
            if (year != "unknown" and (int(year) >= bound) == self.earliest) or year == str(bound)
        )
        return BitMap.union(BitMap(), *found)


class Currencies(AnyOf):
    """Keeps records with an amount in any of some currencies; the bounds of amounts go by them."""

    can_be_excluded = False

    def __init__(self, amount, currency, *, label):
        """Take the paths to the amounts and to their currencies."""
        super().__init__(label=label)
        self.facet = facets.Amount([amount, currency])

    def known(self, reading, values):
        """Return the value that says that there is an amount, for each currency at hand."""
        return {value: f"{value}:any" for value in values if f"{value}:any" in reading.groups[self.group]}

    def find_labels(self, reading, held):
        """Return the codes of ISO 4217."""
        return {value: (value.removesuffix(":any"), value.removesuffix(":any")) for value in held}

    def counts(self, filters, records, values):
        """Return how many records each currency would leave; bounds of amounts mean others in another currency."""
        if not {"amount_from", "amount_to"} & filters.narrowed.keys():
            return super().counts(filters, records, values)
        labels = self.labels(filters.reading, values)
        return {value: len(filters.choosing("currency", [labels[value][0]]).found) for value in values}

    def find_every(self, reading):
        """Return the currencies, the most frequent first."""
        return [value for _size, value in reading.by_size(self.group) if value.endswith(":any")]


class AmountBound(Narrowing):
    """Keeps records with at least or at most an amount, in the chosen currencies or else in the most frequent one."""

    field_class = forms.DecimalField

    def __init__(self, *, label, at_least):
        """Take which of the two bounds it is."""
        super().__init__(label=label, group="currency", min_value=0, max_digits=14, decimal_places=2)
        self.at_least = at_least

    def currencies(self, filters):
        """Return the currencies in which the bound holds; amounts of two are never compared."""
        currency = filters.filters["currency"]
        known = currency.known(filters.reading, filters.values("currency"))
        return list(known) or [value.removesuffix(":any") for value in currency.every(filters.reading)[:1]]

    def records(self, filters, bound):
        """Return the records on this side of the bound."""
        reading, number, found = filters.reading, int(bound * 100), BitMap()
        for currency in self.currencies(filters):
            if self.at_least:
                found |= sums.at_least(reading, currency, number)
            else:
                found |= reading.groups[self.group][f"{currency}:any"] - sums.at_least(reading, currency, number + 1)
        return found

    def chosen(self, filters, bound):
        """Yield the bound with its currencies."""
        yield str(bound), f"{number_format(bound)} {'/'.join(self.currencies(filters))}", True


class AtPresent(AnyOf):
    """Keeps records by where they stand today: by their dates, and where these are silent by their stated status.

    What a date leaves open stays open: a project that ends “in 2026” has not ended for sure before 2027.
    """

    can_be_excluded = False
    STANDINGS = {
        "upcoming": pgettext_lazy("at present", "not yet begun"),
        "ongoing": pgettext_lazy("at present", "ongoing"),
        "ended": pgettext_lazy("at present", "ended"),
        "unknown": pgettext_lazy("at present", "not stated"),
    }

    def __init__(self):
        """Ask the groups `day` and `status`, which dated records with a status have."""
        super().__init__(label=gettext_lazy("At present"))
        self.facet = None

    def standings(self, reading):
        """Return {standing: records} of today; worked out once a day and version."""
        today = str(localdate())
        if ("standings", today) not in reading.kept:
            days, status = reading.values("day"), reading.groups["status"]

            def those(letter, fits):
                found = (bits for value, bits in days.items() if value[0] == letter and fits(value[2:]))
                return BitMap.union(BitMap(), *found)

            ended = those("d", lambda day: day < today) | status.get("completed", BitMap())
            upcoming = those("a", lambda day: day > today) - ended
            under_way = those("b", lambda day: day <= today) & those("c", lambda day: day >= today)
            begun_and_open = status.get("ongoing", BitMap())
            ongoing = (under_way | begun_and_open) - ended - upcoming
            upcoming |= status.get("planned", BitMap()) - ended - ongoing
            unknown = reading.everything - ended - upcoming - ongoing
            found = {"upcoming": upcoming, "ongoing": ongoing, "ended": ended, "unknown": unknown}
            reading.kept["standings", today] = found
        return reading.kept["standings", today]

    def known(self, reading, values):
        """Take the four standings."""
        return {value: value for value in values if value in self.STANDINGS}

    def records(self, filters, values):
        """Return the records that stand in any of the chosen ways."""
        standings = self.standings(filters.reading)
        return BitMap.union(BitMap(), *(standings[value] for value in values if value in standings))

    def find_labels(self, reading, held):
        """Return the standings' labels."""
        return {value: (value, str(self.STANDINGS[value])) for value in held}

    def find_every(self, reading):
        """Return all standings."""
        return list(self.STANDINGS)

    def counts(self, filters, records, values):
        """Return how many of the records stand in each way."""
        standings = self.standings(filters.reading)
        return {value: records.intersection_cardinality(standings[value]) for value in values}


class Without(Narrowing):
    """Leaves out records that have any of the chosen values of another filter."""

    field_class = ValuesField

    def __init__(self, of):
        """Take the filter whose values are left out."""
        super().__init__(label=of.label)
        self.of = of

    def records(self, filters, values):
        """Return all records but those."""
        return filters.reading.everything - self.of.records(filters, values)

    def chosen(self, filters, values):
        """Yield each value as what is not wanted."""
        for value, label, known in self.of.chosen(filters, values):
            yield value, _("not %(value)s") % {"value": label}, known


class Search(Narrowing):
    """Keeps records in which every word is found: in their own texts or in the names of what they lead to."""

    field_class = forms.CharField

    def __init__(self):
        """Take as much as the search box does."""
        super().__init__(label=gettext_lazy("Words"), max_length=LONGEST_QUERY)

    def records(self, filters, query):
        """Return the records that hold all words."""
        return (
            reduce(and_, (filters.holding(word) for word in words(query)), filters.reading.everything)
            if words(query)
            else BitMap()
        )
