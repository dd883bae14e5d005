"""Filters whose whole state is the address: repeatable, combinable, and clear about values that nobody knows."""

from collections import Counter

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_countries import countries

from directory.search import LONGEST_QUERY, unsearched


class ValuesField(forms.MultipleChoiceField):
    """Any values; a value that is no choice is kept, so that the page can name it."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value):
        """Leave out what a form sends for a choice that nobody made, and space around a value."""
        return [each.strip() for each in super().to_python(value) if each.strip()]

    def validate(self, value):
        """Take every value: an unknown one matches nothing, which is no error."""


class AnyOf(django_filters.Filter):
    """Keeps records that fit any of the chosen values.

    `choices` is a callable returning (value, label) pairs; `condition` turns a list of known values into a `Q`.
    """

    field_class = ValuesField

    def __init__(self, *, label, choices, condition, **extra):
        """Leave an unset filter out of the way; the choices are asked for once a request."""
        super().__init__(label=label, required=False, choices=choices, **extra)
        self.condition = condition

    @property
    def field(self):
        """The form field, with its choices asked for once a request and not at every look."""
        if not hasattr(self, "_field"):
            super().field.choices = list(super().field.choices)
        return self._field

    def is_known(self, value, choices):
        """Say whether `value` is one that a record could have."""
        return value in choices

    def filter(self, queryset, values):
        """Apply the known values; none known among several chosen gives an empty list."""
        if not values:
            return queryset
        choices = {str(value) for value, label in self.field.choices}
        known = [value for value in dict.fromkeys(values) if self.is_known(value, choices)]
        return queryset.filter(self.condition(known)) if known else queryset.none()


class YearFilter(AnyOf):
    """Keeps records whose dates overlap any of the chosen years; undated ones match none."""

    def __init__(self, *, start, end=None, years):
        """Take the names of the EDTF fields that begin and end the record, and a callable for the years at hand."""
        self.undated = Q(**{f"{start}_earliest__isnull": True})
        if end:
            self.undated &= Q(**{f"{end}_earliest__isnull": True})
        self.start, self.end = start, end
        super().__init__(label=gettext_lazy("Year"), choices=years, condition=self.overlaps)

    def is_known(self, value, choices):
        """Take every year of the calendar: one without records is no mistake."""
        return value.isascii() and value.isdigit() and len(value) == 4 and value != "0000"

    def overlaps(self, years):
        """Return the condition that a record's span touches one of the years."""
        condition = Q()
        for year in years:
            first, last = f"{year}-01-01", f"{year}-12-31"
            if not self.end:
                condition |= Q(**{f"{self.start}_earliest__lte": last, f"{self.start}_latest__gte": first})
                continue
            begins, ends = f"{self.start}_earliest", f"{self.end}_latest"
            both = Q(**{f"{begins}__lte": last, f"{ends}__gte": first})
            only_start = Q(**{f"{ends}__isnull": True, f"{begins}__lte": last, f"{self.start}_latest__gte": first})
            only_end = Q(**{f"{begins}__isnull": True, f"{ends}__gte": first, f"{self.end}_earliest__lte": last})
            condition |= both | only_start | only_end
        return condition


def years_of(queryset, start, end=None):
    """Return a callable for the years that the dates of some records touch, the latest first."""

    def choices():
        names = [f"{start}_earliest", f"{end or start}_latest", f"{start}_latest"]
        years = set()
        for first, last, start_latest in queryset().values_list(*names).distinct():
            first = first or last
            last = last or start_latest
            if first and last:
                years.update(range(first.year, last.year + 1))
        return [(str(year), str(year)) for year in sorted(years, reverse=True)]

    return choices


def in_use(model, field, choices):
    """Return a callable for those values of a choice field that published records have, in the field's order."""

    def used():
        found = set(model.objects.public().order_by().values_list(field, flat=True).distinct())
        return [(value, label) for value, label in choices.choices if value in found]

    return used


def records_of(queryset, *more):
    """Return a callable for (address, name) pairs of published records, in the reader's alphabet.

    The column named in `more` tells records of the same name apart.
    """

    def choices():
        names = "name_en" if (get_language() or "").startswith("en") else "name_sv"
        rows = queryset().public().in_order("name").values_list("slug", names, "name_sv", *more)
        found = [(slug, name or fallback, more) for slug, name, fallback, *more in rows]
        count = Counter(name for slug, name, more in found)
        return [(slug, f"{name} ({more[0]})" if more and count[name] > 1 else name) for slug, name, more in found]

    return choices


def countries_of(values):
    """Return a callable for the countries that occur in `values`, a callable giving ISO codes, by name."""

    def choices():
        codes = {code for code in values() if code}
        return sorted(((code.lower(), str(countries.name(code))) for code in codes), key=lambda pair: pair[1])

    return choices


def codes(values):
    """Turn the lower-case country codes of an address into ISO codes."""
    return [value.upper() for value in values]


class RecordFilter(django_filters.FilterSet):
    """The filters of one list, read from the address; the search box comes first."""

    q = django_filters.CharFilter(label=gettext_lazy("Words"), method="search", max_length=LONGEST_QUERY)

    def search(self, queryset, name, value):
        """Keep records in which every word is found."""
        return queryset.search(value)

    def filter_queryset(self, queryset):
        """Give an empty list, never an unfiltered one, where a value cannot be read."""
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset.none()

    @property
    def qs(self):
        """The filtered records; an unreadable form filters too, into nothing."""
        if not hasattr(self, "_qs"):
            self._qs = self.filter_queryset(self.queryset.all())
        return self._qs

    def values(self, name):
        """Return what is chosen in filter `name`, each value once, known or not."""
        self.form.is_valid()
        return list(dict.fromkeys(self.form.cleaned_data.get(name) or ()))

    def choosing(self, name, values):
        """Return the same filters with other values chosen in filter `name`."""
        data = self.data.copy()
        data.setlist(name, values)
        return type(self)(data, queryset=self.queryset)

    @property
    def groups(self):
        """The filters that are lists of choices, each with its form field, in the order visitors meet them."""
        return [self.form[name] for name, each in self.filters.items() if isinstance(each, AnyOf)]

    def chosen(self):
        """Yield (filter name, group label, value, value's label, known) for everything that narrows the list."""
        for name, each in self.filters.items():
            if isinstance(each, AnyOf):
                labels = {str(value): label for value, label in self.form.fields[name].choices}
                for value in self.values(name):
                    yield name, each.label, value, labels.get(value, value), each.is_known(value, labels)
        query = (self.data.get("q") or "").strip()
        if query:
            yield "q", _("Words"), query, query, True

    def remarks(self):
        """Say in a sentence what in the address no record can have."""
        for _name, group, value, _label, known in self.chosen():
            if not known:
                yield _("Nothing in the list has “%(value)s” as “%(group)s”.") % {
                    "value": value,
                    "group": group,
                }
        for errors in self.form.errors.values():
            yield from errors
        yield from unsearched(self.form.cleaned_data.get("q", ""))

    def undated(self):
        """Return how many records a chosen year leaves out only because their dates are not known; None if unset."""
        for name, each in self.filters.items():
            if isinstance(each, YearFilter) and any(each.is_known(value, ()) for value in self.values(name)):
                return self.choosing(name, []).qs.filter(each.undated).count()
        return None
