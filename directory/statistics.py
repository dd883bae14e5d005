"""What the records of a list, or of the whole directory, add up to: counts, sums and years, as tables with bars.

Everything is told by the index, as the lists themselves are, so each number agrees with the list that its label leads to.
"""

from collections import namedtuple

from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from pyroaring import BitMap

from directory import sums
from directory.facts import grouped
from directory.narrowing import AnyOf, AtPresent, Currencies
from directory.visits import counted, most_read
from directory.ways import Way, WayForm

# Rows of one table, before it says that there are more.
MOST = 12
# Among more values than these it is not counted how many of them some records have.
MOST_ASKED = 20_000
# Years stand alone as long as there are no more than this; after that decades, and so on.
MOST_YEARS = 24
# Of fewer records a share in per cent would say more than is known.
FEWEST_FOR_SHARES = 10
# The classes of size that amounts are counted in: from 0, and from each of these.
SIZES = [10**power for power in range(4, 10)]
MOST_CURRENCIES = 5
MOST_READ = 50

# `share` is in whole per cent or empty, `bar` the part of the longest bar; `address` leads to the list of those records.
Row = namedtuple("Row", "label count share bar address")
Sum = namedtuple("Sum", "sum records smallest median largest address")
# `rest` says how many values are not shown, None that it was not counted; `silent` is the row of the records that none is stated for.
Chart = namedtuple("Chart", "key title unit rows rest silent note shares")

# What people ask of the whole directory first: (section, filter, title).
ASKED = [
    ("networks", "country", gettext_lazy("Networks by country")),
    ("cities", "network", gettext_lazy("Member cities by network")),
    ("projects", "funder", gettext_lazy("Projects by funder")),
    ("projects", "year", gettext_lazy("Projects by year")),
    ("meetings", "year", gettext_lazy("Meetings by year")),
    ("cities", "country", gettext_lazy("Cities by country")),
]
# What the sources may be silent of: (section, filter, what it is called here).
COVERED = [
    ("networks", "year", gettext_lazy("Networks: when they began or ended")),
    ("networks", "country", gettext_lazy("Networks: a country of their own")),
    ("networks", "theme", gettext_lazy("Networks: themes or actor groups")),
    ("projects", "year", gettext_lazy("Projects: when they began or ended")),
    ("projects", "funder", gettext_lazy("Projects: a funder")),
    ("projects", "currency", gettext_lazy("Projects: an amount of money")),
    ("projects", "country", gettext_lazy("Projects: a participating country")),
    ("meetings", "year", gettext_lazy("Meetings: a date")),
    ("meetings", "city", gettext_lazy("Meetings: a city")),
    ("organisations", "country", gettext_lazy("Organisations: a country")),
    ("publications", "year", gettext_lazy("Publications: a year")),
    ("practices", "country", gettext_lazy("Practices: a country")),
]


class Figures:
    """The tables that some filters' found records give; `address` makes the address of the list of some of them."""

    def __init__(self, filters, address):
        """Count nothing yet."""
        self.filters, self.address = filters, address
        self.reading, self.found, self.model = filters.reading, filters.found, filters.model

    def chart(self, name, title):
        """Return how many of the records have each value of a filter."""
        if name == "year":
            return self.years(title)
        each = self.filters.filters[name]
        counts, met = self._counts(each)
        labels = each.labels(self.reading, counts)
        shown = [value for value in counts if value in labels and value != "unknown"]
        # A value of records that visitors do not see is neither shown nor counted.
        left_out = len(counts) - len(shown)
        rest = None if met is None else met - left_out - len(shown[:MOST])
        rows = [(labels[value][1], counts[value], self._narrowed(name, labels[value][0])) for value in shown[:MOST]]
        return self._chart(name, title, rows, rest=rest, silent=len(self.found) - self.stated(name))

    def _counts(self, each):
        """Return ({value: count} of the most frequent values, how many values there are or None for very many)."""
        values = each.every(self.reading)
        if values is not None:
            counts = {value: count for value, count in each.counts(self.filters, self.found, values).items() if count}
            return dict(sorted(counts.items(), key=lambda pair: -pair[1])), len(counts)
        # More than are shown, as some may be records that visitors do not see.
        counts = self.reading.most_frequent(each.group, self.found, MOST + 5)
        held = self.reading.groups[each.group]
        if self.found is self.reading.everything:
            return counts, len(held)
        return counts, sum(map(self.found.intersect, held.values())) if len(held) <= MOST_ASKED else None

    def stated(self, name):
        """Return for how many of the records a value of a filter is stated; for `year`, that their dates touch any."""
        if name == "year":
            touched = BitMap.union(BitMap(), *sums.years(self.filters).values())
            return self.found.intersection_cardinality(touched)
        each = self.filters.filters[name]
        if isinstance(each, AtPresent):
            return len(self.found) - self.found.intersection_cardinality(each.standings(self.reading)["unknown"])
        return self.found.intersection_cardinality(sums.stated(self.reading, each.group))

    def years(self, title):
        """Return how many of the records each year touches, or each decade where there are many years."""
        span = sums.span(self.filters, self.found)
        rows, step = [], 1
        if span:
            step = next(each for each in (1, 10, 100, 1000) if (span[1] - span[0]) // each < MOST_YEARS)
            for start in range(span[0] - span[0] % step, span[1] + 1, step):
                touched = BitMap.union(BitMap(), *self._touching(start, start + step))
                label = str(start) if step == 1 else f"{start}–{start + step - 1}"
                count = self.found.intersection_cardinality(touched)
                rows.append((label, count, self._years_address(start, start + step - 1) if count else ""))
        note = (
            _("Counted in every year that the stated dates touch; an end that is not stated is not guessed.")
            if step == 1
            else ""
        )
        if step > 1:
            note = _(
                "Counted in every stretch of years that the stated dates touch; an end that is not stated is not guessed."
            )
        silent = len(self.found) - self.stated("year")
        return self._chart("year", title, rows, silent=silent, note=note, shares=False)

    def _touching(self, start, stop):
        years = sums.years(self.filters)
        return [years[year] for year in range(start, stop) if year in years]

    def _years_address(self, first, last):
        # The filter takes years as the calendar writes them, with four digits.
        if "year" not in self.filters.filters or first < 1000:
            return ""
        if first == last:
            return self._narrowed("year", str(first))
        if {"year", "year_from", "year_to"} & self.filters.narrowed.keys() or "year_from" not in self.filters.filters:
            return ""
        return self.address(year_from=str(first), year_to=str(last))

    def _narrowed(self, name, value):
        """Return the address of the list of the found records with a value; none where a choice is made already.

        Another value would be one more that records may have, and the list would grow.
        """
        return "" if name in self.filters.narrowed else self.address(**{name: value})

    def sums(self):
        """Return what the amounts of the records add up to in each currency, never across two of them."""
        if "currency" not in self.filters.filters:
            return []
        found = []
        for each in sums.amounts(self.reading, self.found, spread=True)[:MOST_CURRENCIES]:
            spread = (each.smallest, each.median, each.largest)
            in_words = ("" if one is None else sums.amount(one, each.currency) for one in spread)
            records = sums.counted(self.model, each.records)
            address = self._narrowed("currency", each.currency)
            found.append(Sum(sums.amount(each.hundredths, each.currency), records, *in_words, address))
        return found

    def sizes(self):
        """Yield for each currency how many of the records have an amount of which size, unless they are very few."""
        if "currency" not in self.filters.filters:
            return
        for each in sums.amounts(self.reading, self.found)[:MOST_CURRENCIES]:
            if each.records < sums.FEW:
                continue
            above, rows = self._at_least(each.currency, 0), []
            for least, most in zip([0, *SIZES], [*SIZES, None], strict=True):
                larger = self._at_least(each.currency, most) if most else BitMap()
                rows.append((size(least, most), len(above - larger), self._sizes_address(each.currency, least, most)))
                above = larger
            while not rows[-1][1]:
                rows.pop()
            while not rows[0][1]:
                del rows[0]
            title = _("Amounts in %(currency)s, by size") % {"currency": each.currency}
            silent = len(self.found) - each.records
            yield self._chart(f"size-{each.currency.lower()}", title, rows, silent=silent)

    def _at_least(self, currency, number):
        return self.found & sums.at_least(self.reading, currency, number * 100)

    def _sizes_address(self, currency, least, most):
        bounds = {"amount_from": f"{least}", **({"amount_to": f"{most - 1}.99"} if most else {})}
        if {"currency", *bounds, "amount_to"} & self.filters.narrowed.keys():
            return ""
        return self.address(currency=currency, **bounds)

    def _chart(self, key, title, rows, *, rest=0, silent=0, note="", shares=True):
        total, longest = len(self.found), max((count for _label, count, _address in rows), default=0)
        shares = shares and total >= FEWEST_FOR_SHARES
        share = share_of(total) if shares else lambda count: ""
        drawn = [Row(label, count, share(count), bar(count, longest), address) for label, count, address in rows]
        if not note and sum(count for _label, count, _address in rows) > total - silent:
            note = _("One record can count on several rows.")
        silence = Row("", silent, share(silent), "", "") if silent else None
        unit = capfirst(self.model._meta.verbose_name_plural)
        return Chart(key, title, unit, drawn, rest, silence, note, shares)


def share_of(total):
    """Return a function that says in whole per cent how large a part of `total` a count is."""

    def share(count):
        percent = 100 * count / total
        rounded = "<1" if 0 < percent < 1 else 99 if 99 < percent < 100 else round(percent)
        return _("%(percent)s%%") % {"percent": rounded}

    return share


def bar(count, longest):
    """Return the length of a bar as SVG writes it; a count that is not 0 is always seen."""
    return f"{max(100 * count / longest, 0.5):.1f}%" if count else ""


def size(least, most):
    """Return a class of amounts in words."""
    if not least:
        return _("below %(number)s") % {"number": grouped(most)}
    if most is None:
        return _("%(number)s or more") % {"number": grouped(least)}
    return _("%(least)s to below %(most)s") % {"least": grouped(least), "most": grouped(most)}


def groups(filters):
    """Yield (name, label) of what a list can be counted by; amounts are summed instead."""
    if "year" not in filters.filters and sums.years(filters):
        yield "year", _("Year")
    for name, each in filters.filters.items():
        if isinstance(each, AnyOf) and not isinstance(each, Currencies) and not each.by_the_clock:
            yield name, each.label


class StatisticsPage(Way):
    """What the records of a list add up to; without a list, what the whole directory does."""

    name = "statistics"
    template_name = "statistics.html"

    @cached_property
    def whole(self):
        """Whether the address names no list that there is."""
        return not self.form.cleaned_data.get("of")

    def get(self, request):
        """Show the figures of the list that the address names, or of all."""
        if self.whole:
            return render(request, "statistics_of_all.html", self.overview())
        return super().get(request)

    def context(self):
        """Return the panel of the list, and what its records add up to."""
        figures = Figures(self.filters, self.list_address)
        charts = [figures.chart(name, label) for name, label in groups(self.filters)]
        charts += figures.sizes()
        span, amounts = sums.span_in_words(sums.span(self.filters, self.filters.found)), figures.sums()
        return {
            **super().context(),
            "counted": sums.counted(self.list.model, len(self.filters.found)),
            "address": self.list_address(),
            "dated": bool(sums.years(self.filters)),
            "span": span,
            "sums": amounts,
            "spread": any(each.smallest for each in amounts),
            "has_sums": "currency" in self.filters.filters,
            "charts": [chart for chart in charts if chart.rows],
            "silent": [chart.title for chart in charts if not chart.rows],
        }

    def overview(self):
        """Return what the whole directory adds up to: each kind, what people ask first, what the sources tell."""
        found = {each.model.section: (each, each.filterset_class(QueryDict())) for each in self.lists}
        kinds = [
            {
                "list": each,
                "count": len(filters.found),
                "span": sums.span_in_words(sums.span(filters, filters.found)),
                "address": reverse(f"{section}:list"),
            }
            for section, (each, filters) in found.items()
        ]
        figures = {section: Figures(filters, narrowing(section)) for section, (_list, filters) in found.items()}
        charts, amounts = [], figures["projects"].sums()
        for section, name, title in ASKED:
            chart = figures[section].chart(name, title)
            shape = found[section][0].model.shape
            charts.append((shape, chart._replace(key=f"{section}-{chart.key}")))
        return {
            "form_remarks": list(self.form.remarks()),
            "kinds": kinds,
            "charts": [(shape, chart) for shape, chart in charts if chart.rows],
            "sums": amounts,
            "spread": any(each.smallest for each in amounts),
            "covered": [covered(figures[section], name, title) for section, name, title in COVERED],
        }


def narrowing(section):
    """Return a function that makes the address of a whole list narrowed by some values."""

    def address(**chosen):
        query = QueryDict(mutable=True)
        query.update(chosen)
        return f"{reverse(f'{section}:list')}?{query.urlencode()}"

    return address


def covered(figures, name, title):
    """Return for how many records of a list something is stated: the whole length of the bar is all of them."""
    stated, total = figures.stated(name), len(figures.found)
    return {"title": title, "stated": stated, "total": total, "bar": bar(stated, total)}


class MostReadPage(View):
    """The records whose pages are read most, of all kinds or of one."""

    name = "most-read"
    lists = ()
    template_name = "most_read.html"

    def get(self, request):
        """Show the page that the address asks for; nobody keeps it, as views move no version of the directory."""
        form = WayForm(request.GET, lists=self.lists)
        of = form.cleaned_data.get("of", "")
        sections = {each.model.section: each for each in self.lists}
        rows = most_read([of] if of else list(sections), MOST_READ)
        longest, (since, until) = max((views for _record, views in rows), default=0), counted()
        context = {
            "rows": [(record, views, bar(views, longest)) for record, views in rows],
            "offered": [("", _("All kinds"), not of)]
            + [(section, each.title, section == of) for section, each in sections.items()],
            "of": sections.get(of),
            "form_remarks": list(form.remarks()),
            "since": since,
            "until": until,
        }
        answer = render(request, self.template_name, context)
        patch_cache_control(answer, no_store=True)
        return answer
