"""Records along the years: what the sources date, drawn no sharper than they do, and beside it what they do not date."""

from itertools import pairwise

import numpy
from django import forms
from django.core.paginator import InvalidPage, Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from pyroaring import BitMap

from directory.addresses import address_without
from directory.axis import Axis, Dates, Drawing, percent
from directory.bases import language_now
from directory.columns import keys_of
from directory.facts import grouped, known
from directory.lists import OWN, panel
from directory.prepared import for_timeline
from directory.together import AllKinds, Together
from directory.ways import Way, WayForm

PER_PAGE = 100
# Of more columns than these, several years share one; of more empty years than those, a gap is told instead.
MOST_COLUMNS, MOST_EMPTY = 32, 3
# Fewer records than these leave the column partly empty, so that one alone looks like few.
FULL_COLUMN = 4
# The smallest part of a column that can still be seen, in percent.
LEAST_SEEN = 2
# Where a record whose beginning no source states comes among the days, and one that no source dates at all.
END_ONLY, UNDATED = 10**7, 10**7 + 1


class TimelineForm(WayForm):
    """Which list's records are shown, or all, and which page of them."""

    page = forms.IntegerField(required=False, min_value=1)

    def page_number(self):
        """Return the number of the page; 1 when none is asked for, 0 (which there never is) when it is no number."""
        return 0 if "page" in self.errors else self.cleaned_data["page"] or 1


class Strand:
    """The records that one list's filters leave, the dated ones in the order of time and then the others by name."""

    def __init__(self, each, filters):
        """Tell the dated from the undated."""
        self.model, self.list, self.filters, self.reading = each.model, each, filters, filters.reading
        self.undated = filters.found & self.reading.groups["year"].get("unknown", BitMap())
        self.dated = filters.found - self.undated

    def __len__(self):
        """How many there are."""
        return len(self.dated) + len(self.undated)

    def by_day(self):
        """Return (days, how many of the dated records can begin on each at the earliest), the days in order."""
        days, places = self.reading.first_days()
        counts = numpy.bincount(places[keys_of(self.dated)], minlength=len(days) + 1)
        return numpy.append(days, END_ONLY), counts

    def years(self):
        """Return the years that dates of these records touch."""
        years = [year for year in self.reading.groups["year"] if year != "unknown"]
        return [year for year, count in self.reading.count("year", self.filters.found, years).items() if count]

    def touching(self, start, size):
        """Return how many of the records touch a year, or any of several in a row."""
        held = self.reading.groups["year"]
        years = [held[str(year)] for year in range(start, start + size) if str(year) in held]
        return self.filters.found.intersection_cardinality(BitMap.union(BitMap(), *years))

    def keys(self, start, stop):
        """Return the keys from one place to another."""
        language, dated = language_now(), len(self.dated)
        return [
            *self.reading.page(self.dated, f"date {language}", start, stop),
            *self.reading.page(self.undated, language, max(start - dated, 0), max(stop - dated, 0)),
        ]

    def lines(self, start, stop):
        """Return (day, record) from one place to another; one query."""
        keys = self.keys(start, stop)
        found = for_timeline(self.model).filter(pk__in=keys).in_bulk() if keys else {}
        return [(first_day(found[key]), found[key]) for key in keys if key in found]


def first_day(record):
    """Return the first day on which a record can have begun, as a number that orders."""
    start, end = getattr(record, record.dated), getattr(record, record.dated_until)
    return start.earliest.toordinal() if start else END_ONLY if end else UNDATED


class Along:
    """Records of one or several lists by the first day that they can mean, then by kind and by name; the undated last.

    A slice costs the rows in it, wherever it lies: how many of each list come before a place is counted by days.
    """

    def __init__(self, strands):
        """Ask nothing yet."""
        self.strands = strands

    def __len__(self):
        """How many there are."""
        return sum(map(len, self.strands))

    @property
    def dated(self):
        """How many of them some source dates."""
        return sum(len(strand.dated) for strand in self.strands)

    @cached_property
    def counts(self):
        """How many records of each strand (rows) can begin on each day (columns), the undated in the last column."""
        by_day = [strand.by_day() for strand in self.strands]
        days = numpy.unique(numpy.concatenate([days for days, _counts in by_day]))
        table = numpy.zeros((len(by_day), len(days) + 1), numpy.int64)
        for row, (own, counts) in enumerate(by_day):
            table[row, numpy.searchsorted(days, own)] = counts
            table[row, -1] = len(self.strands[row].undated)
        return table

    def before(self, place):
        """Return how many records of each strand come before a place in the whole."""
        ends = self.counts.sum(axis=0).cumsum()
        day = int(numpy.searchsorted(ends, place, side="right"))
        met = self.counts[:, :day].sum(axis=1).tolist()
        left = place - sum(met)
        for row, count in enumerate(self.counts[:, day].tolist() if day < len(ends) else []):
            met[row] += min(count, left)
            left -= min(count, left)
        return met

    def __getitem__(self, place):
        """Return (day, record) from one place to another; a query for each list that has any there."""
        if not self.strands:
            return []
        starts, stops = self.before(place.start), self.before(min(place.stop, len(self)))
        lines = [
            line
            for strand, start, stop in zip(self.strands, starts, stops, strict=True)
            for line in strand.lines(start, stop)
        ]
        # The order is stable: within a day the lists, and within a list the names, stay as they are.
        return sorted(lines, key=lambda line: line[0])


class TimelinePage(Way):
    """The records of a list along the years, or of all the lists that have dates."""

    name = "timeline"
    template_name = "timeline.html"

    @cached_property
    def form(self):
        """What the address asks of the page itself."""
        return TimelineForm(self.request.GET, lists=self.lists)

    @cached_property
    def together(self):
        """Whether the lists are shown together: none is named, or none that has a timeline."""
        return not self.form.cleaned_data.get("of")

    @cached_property
    def filters(self):
        """The filters of the list or of all, read from the address."""
        return Together(self.lists, self.request.GET) if self.together else super().filters

    @cached_property
    def strands(self):
        """The records of each list that is shown."""
        parts = self.filters.parts if self.together else {type(self.list): self.filters}
        return [Strand(each, part) for each, part in parts.items()]

    def get(self, request):
        """Show the page that the address asks for; 404 for one that does not exist."""
        along = Along(self.strands)
        try:
            page = Paginator(along, PER_PAGE).page(self.form.page_number())
        except InvalidPage:
            first = address_without(request, "page")
            model = None if self.together else self.list.model
            return render(request, "no_such_page.html", {"first": first, "model": model}, status=404)
        return render(request, self.template_name, {**self.context(), **self.drawn(along, page)})

    def context(self):
        """Return what the template draws beside the drawing: the panel, what is chosen, the ways to other lists."""
        kinds = {"kinds": self.kinds(), "choices": self.choices_of_kinds()}
        if not self.together:
            return {**super().context(), **kinds}
        return {
            **panel(AllKinds(), self.request, self.filters),
            "form_remarks": list(self.form.remarks()),
            "count": len(self.filters.found),
            **kinds,
        }

    def kinds(self):
        """Return the lists that are shown: shape, "10 networks", and the address of the list with the same filters."""
        query = self.query()
        found = []
        for strand in self.strands:
            count, options = len(strand), strand.model._meta
            word = options.verbose_name if count == 1 else options.verbose_name_plural
            address = reverse(f"{strand.model.section}:list") + (f"?{query.urlencode()}" if query else "")
            found.append(
                {
                    "shape": strand.model.shape,
                    "plural": options.verbose_name_plural,
                    "words": f"{grouped(count)} {word}",
                    "address": count and address,
                }
            )
        return found

    def query(self, **changed):
        """Return the address's parameters without those of this page, and with some changed; None takes one out."""
        query = self.request.GET.copy()
        for name in OWN:
            query.pop(name, None)
        for name, value in changed.items():
            query.pop(name, None)
            if value is not None:
                query[name] = value
        return query

    def choices_of_kinds(self):
        """Return {"label", "address", "here"} of all kinds together and of each, with those filters that each has."""
        together = Together(self.lists, self.request.GET)
        offers = [(_("All kinds"), "", {*together.shared, "q"}, self.together)]
        for each in self.lists:
            section = each.model.section
            here = not self.together and section == self.list.model.section
            offers.append((each.title, section, each.filterset_class.base_filters, here))
        return [
            {"label": label, "address": self.address(section, only=names), "here": here}
            for label, section, names, here in offers
        ]

    def address(self, section, only=None, **changed):
        """Return this page's address for a list, with the filters of now, perhaps only some, perhaps some changed."""
        query = self.query(**changed)
        for name in list(query):
            if only is not None and name not in only:
                query.pop(name)
        parts = [f"of={section}" if section else "", query.urlencode()]
        parts = "&".join(filter(None, parts))
        return f"{self.request.path}?{parts}" if parts else self.request.path

    def drawn(self, along, page):
        """Return the lines of one page on their axis, and all years at a glance."""
        dated = [record for day, record in page.object_list if day != UNDATED]
        dates = [Dates.of(record) for record in dated]
        axis = Axis(dates, self.window(), localdate()) if dates else None
        drawings = [Drawing(each, axis) for each in dates]
        undated = len(along) - along.dated
        return {
            "page": page,
            "axis": axis,
            "lines": [
                {
                    "record": record,
                    "kind": record._meta.verbose_name,
                    "signs": drawing.signs,
                    "status": known(record, "status"),
                }
                for record, drawing in zip(dated, drawings, strict=True)
            ],
            "signs": {sign.name for drawing in drawings for sign in drawing.signs},
            "undated_lines": [
                {"record": record, "kind": record._meta.verbose_name}
                for day, record in page.object_list
                if day == UNDATED
            ],
            "undated_count": undated,
            "undated_page": undated and along.dated // PER_PAGE + 1,
            "columns": self.columns(),
            "shapes": [strand.model.shape for strand in self.strands],
            "together": self.together,
        }

    def window(self):
        """Return the first and last year that the reader asked for, None where there is no such bound."""
        bounds = (strand.filters.form.cleaned_data for strand in self.strands)
        return next(((each.get("year_from"), each.get("year_to")) for each in bounds), (None, None))

    def columns(self):
        """Return how many of all records found touch each year, or each ten where there are many, and the gaps.

        Counted from the index: no row is read, however many there are.
        """
        years = sorted({int(year) for strand in self.strands for year in strand.years()})
        size = next((size for size in (1, 10, 100) if _places(years, size) <= MOST_COLUMNS), 1000)
        counts = {start: [strand.touching(start, size) for strand in self.strands] for start in _starts(years, size)}
        highest = max([FULL_COLUMN, *map(sum, counts.values())])
        chosen = {year for strand in self.strands for year in strand.filters.values("year")}
        columns, before = [], None
        for start, each in counts.items():
            empty = range(before + size, start, size) if before is not None else ()
            if len(empty) > MOST_EMPTY:
                columns.append({"gap": f"{empty[0]}–{empty[-1] + size - 1}"})
            else:
                columns += [self.column(year, size, [0] * len(self.strands), highest, chosen) for year in empty]
            columns.append(self.column(start, size, each, highest, chosen))
            before = start
        return columns

    def column(self, start, size, counts, highest, chosen):
        """Return what is drawn of one year or of several: label, address, counts, and the parts of its column."""
        section = "" if self.together else self.list.model.section
        if size == 1:
            label, narrower = str(start), {"year": start, "year_from": None, "year_to": None}
        else:
            last = start + size - 1
            label, narrower = f"{start}–{last}", {"year": None, "year_from": max(start, 1), "year_to": last}
        rects, top = [], 100.0
        for strand, count in zip(self.strands, counts, strict=True):
            if count:
                height = max(100 * count / highest, LEAST_SEEN)
                top -= height
                rects.append((strand.model.shape, percent(max(top, 0)), percent(height)))
        return {
            "label": label,
            "address": sum(counts) and self.address(section, **narrower),
            "count": grouped(sum(counts)),
            "counts": [
                (grouped(count), strand.model._meta.verbose_name_plural)
                for count, strand in zip(counts, self.strands, strict=True)
            ],
            "rects": rects,
            "here": label in chosen,
        }


def _starts(years, size):
    """Return the first years of the stretches of `size` years in which any of the years lies."""
    return sorted({year - year % size for year in years})


def _places(years, size):
    """Return how many columns and gaps it takes to show the years."""
    starts = _starts(years, size)
    empty = ((after - before) // size - 1 for before, after in pairwise(starts))
    return len(starts) + sum(number if number <= MOST_EMPTY else 1 for number in empty)
