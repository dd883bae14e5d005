"""Time drawn to scale: years side by side, and what dates that sources give look like on them.

A date is drawn no sharper than it is. Only an exact day without doubt is a point; whatever else a source says is the
time within which it lies, and what it does not say is a line without an end.
"""

from dataclasses import dataclass
from datetime import MAXYEAR, date
from itertools import pairwise

# Years without any date are left out where an axis would be longer than this, if they are so many in a row and more than
# this part of it.
LONG_AXIS, LONG_SILENCE, LARGE_PART = 30, 12, 1 / 4
MOST_BREAKS = 2
# The width of a break, in percent of the axis.
BREAK = 4
FEWEST_YEARS = 5
# As many labelled years as stand beside each other on a phone.
MOST_TICKS = 7
STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000)
# A time that is shorter, in percent of the axis, would look like a line: it is set in brackets.
SHORT = 1.2
# A label that would begin further right than this does not fit; one nearer to the last would cover it.
LAST_LABEL, LABEL_WIDTH = 90, 11


def percent(number):
    """Return a number as SVG reads it, in whatever language the page is."""
    return f"{number:.2f}".rstrip("0").rstrip(".") + "%"


def share_of_year(day, after=False):
    """Return the year with the part of it that is over when a day begins, or when it is `after`, over."""
    length = (date(day.year, 12, 31) - date(day.year, 1, 1)).days + 1
    return day.year + (day.timetuple().tm_yday - (not after)) / length


@dataclass(frozen=True)
class Stretch:
    """Years of the axis without a break, both counted in, and where the first begins."""

    first: int
    last: int
    left: float


@dataclass(frozen=True)
class Tick:
    """A line of the axis at the beginning of a year; without a label where there is no room."""

    year: int
    at: str
    label: str


class Axis:
    """Years that hold all dates of some records, as wide as each other; long silences between are broken off.

    `window` are the first and last year that the reader asked for, each perhaps None: what lies outside is cut off.
    `today` is a day that the axis reaches, or None.
    """

    def __init__(self, dates, window=(None, None), today=None):
        """Fit the years to the dates of the records."""
        stated = [one for each in dates for one in each.stated]
        # A date that can mean any year of a century would leave no room for the others; it is cut off instead.
        stated = [one for one in stated if one.latest.year - one.earliest.year < LONG_SILENCE] or stated
        years = {bound.year for one in stated for bound in (one.earliest, one.latest)}
        if today and any(each.goes_on for each in dates):
            years.add(today.year)
        years = _cut(years or {(today or date.today()).year}, *window)
        self.runs = _without_silences(_filled(stated, years))
        _widen(self.runs)
        total = sum(last - first + 1 for first, last in self.runs)
        self.step = next((step for step in STEPS if total <= step * MOST_TICKS), STEPS[-1])
        _round(self.runs, self.step, today)
        self._lay_out()
        self.today = today if today and self.first <= today.year <= self.last else None

    def _lay_out(self):
        """Give every stretch its place."""
        total = sum(last - first + 1 for first, last in self.runs)
        self.year_width = (100 - BREAK * (len(self.runs) - 1)) / total
        self.stretches, left = [], 0.0
        for first, last in self.runs:
            self.stretches.append(Stretch(first, last, left))
            left += (last - first + 1) * self.year_width + BREAK
        self.left_out = [(str(before[1] + 1), str(after[0] - 1)) for before, after in pairwise(self.runs)]

    @property
    def first(self):
        """The first year."""
        return self.runs[0][0]

    @property
    def last(self):
        """The last year."""
        return self.runs[-1][1]

    def at(self, moment):
        """Return the place of a moment, a year with its part, in percent; below 0 or above 100 beyond the edges."""
        if moment < self.first:
            return -1.0
        for stretch in self.stretches:
            if moment < stretch.first:
                return stretch.left - BREAK / 2
            if moment <= stretch.last + 1:
                return stretch.left + (moment - stretch.first) * self.year_width
        return 101.0

    @property
    def breaks(self):
        """The places where years are left out."""
        return [percent(stretch.left - BREAK / 2) for stretch in self.stretches[1:]]

    @property
    def today_at(self):
        """The place of today, or ""."""
        return percent(self.at(share_of_year(self.today))) if self.today else ""

    @property
    def today_late(self):
        """Whether today lies so far to the right that its label stands to the left of it."""
        return bool(self.today) and self.at(share_of_year(self.today)) > LAST_LABEL - LABEL_WIDTH

    @property
    def first_label(self):
        """The first year as text."""
        return str(self.first)

    @property
    def last_label(self):
        """The last year as text."""
        return str(self.last)

    @property
    def ticks(self):
        """The lines at round years, and at the first year of a stretch that has none."""
        ticks, last = [], -LABEL_WIDTH
        for stretch in self.stretches:
            years = [year for year in range(stretch.first, stretch.last + 1) if year % self.step == 0]
            for year in years or [stretch.first]:
                place = self.at(year)
                fits = place <= LAST_LABEL and place - last >= LABEL_WIDTH
                ticks.append(Tick(year, percent(place), str(year) if fits else ""))
                last = place if fits else last
        return ticks


def _cut(years, first, last):
    """Return the years between those that the reader asked for, with these where dates lie beyond them."""
    low = max(first or min(years), min(years))
    high = max(min(last or max(years), max(years)), low)
    return {year for year in years if low <= year <= high} | {low, high}


def _filled(stated, years):
    """Return the years, and those within which an imprecise date lies: no break may cut through it."""
    low, high = min(years), max(years)
    within = {year for one in stated for year in range(max(one.earliest.year, low), min(one.latest.year, high) + 1)}
    return sorted(years | within)


def _without_silences(years):
    """Return runs of years such that a few outliers do not squash all the rest."""
    gaps = sorted(((after - before - 1, before, after) for before, after in pairwise(years)), reverse=True)
    total, breaks = years[-1] - years[0] + 1, []
    for length, before, after in gaps[:MOST_BREAKS]:
        if total <= LONG_AXIS or length < max(LONG_SILENCE, total * LARGE_PART):
            break
        total -= length
        breaks.append((before, after))
    edges = [years[0], *(year for pair in sorted(breaks) for year in pair), years[-1]]
    return [[first, last] for first, last in zip(edges[::2], edges[1::2], strict=True)]


def _widen(runs):
    """Add years at both ends until there are a few: a single year drawn alone would say nothing of time."""
    for _ in range(FEWEST_YEARS):
        if sum(last - first + 1 for first, last in runs) < FEWEST_YEARS:
            runs[0][0], runs[-1][1] = max(runs[0][0] - 1, 1), min(runs[-1][1] + 1, MAXYEAR)


def _round(runs, step, today):
    """Begin and end with a round year, but do not go on beyond this year for that."""
    runs[0][0] = max(runs[0][0] - runs[0][0] % step, 1)
    end = -(-(runs[-1][1] + 1) // step) * step - 1
    if not today or runs[-1][1] < today.year:
        end = min(end, today.year) if today else end
        runs[-1][1] = min(end, MAXYEAR)


@dataclass(frozen=True)
class Dates:
    """What the sources say of when a record was: its beginning and its end, either perhaps not stated.

    `lasting` says that it goes on from its beginning, so that an end that is not stated is open. A meeting is not: a
    date alone is when it is.
    """

    start: object
    end: object
    lasting: bool

    @classmethod
    def of(cls, record):
        """Return the dates of a listed record."""
        return cls(getattr(record, record.dated), getattr(record, record.dated_until), record.lasting)

    @property
    def stated(self):
        """The dates that are stated, in their order."""
        return [each for each in (self.start, self.end) if each]

    @property
    def goes_on(self):
        """Whether a beginning is stated and the end is open."""
        return bool(self.start and not self.end and self.lasting)


@dataclass(frozen=True)
class Sign:
    """One part of a drawing: what it means, where it begins, how wide it is, where it ends; text for a mark of doubt."""

    name: str
    at: str
    width: str = ""
    to: str = ""
    text: str = ""


def exact(stated):
    """Whether a date is one day, and no doubt about it."""
    return stated.earliest == stated.latest and not stated.doubt


DOUBTS = {"~": "~", "?": "?", "%": "~?"}


class Drawing:
    """The signs for the dates of one record on an axis."""

    def __init__(self, dates, axis):
        """Draw what is stated, and no more."""
        self.axis, self.signs = axis, []
        if dates.start and dates.end:
            self._span(dates.start, dates.end)
        elif dates.start:
            if dates.lasting:
                self._open(share_of_year(dates.start.latest, after=True), None)
            self._alone(dates.start)
        elif dates.end:
            self._open(None, share_of_year(dates.end.earliest))
            self._alone(dates.end)
        for each in dates.stated:
            if each.doubt:
                self._doubt(each)
        # What is beyond both edges, or twice beyond one, is said once.
        self.signs = list(dict.fromkeys(self.signs))

    def _span(self, start, end):
        """Draw what lies between two dates: solid where it was under way for sure, soft where it may have been."""
        begins, ends = share_of_year(start.earliest), share_of_year(end.latest, after=True)
        sure_from = begins if exact(start) else share_of_year(start.latest, after=True)
        sure_to = ends if exact(end) else share_of_year(end.earliest)
        if sure_from >= sure_to:
            self._within(begins, ends)
            return
        if begins < sure_from:
            self._block("within", begins, sure_from)
        self._block("sure", sure_from, sure_to)
        if sure_to < ends:
            self._block("within", sure_to, ends)

    def _alone(self, stated):
        """Draw one date: a point if it is exact, else the time within which it lies."""
        begins, ends = share_of_year(stated.earliest), share_of_year(stated.latest, after=True)
        if not exact(stated):
            self._within(begins, ends)
        elif self._inside(begins, ends):
            self.signs.append(Sign("point", percent(self.axis.at((begins + ends) / 2))))

    def _inside(self, begins, ends):
        """Return whether any of a time is on the axis, and say at the edge what is not."""
        left, right = self.axis.at(begins) < 0, self.axis.at(ends) > 100
        if left:
            self.signs.append(Sign("earlier", "0%"))
        if right:
            self.signs.append(Sign("later", "100%"))
        return begins < self.axis.last + 1 and ends > self.axis.first

    def _block(self, name, begins, ends):
        """Draw a time from one moment to another."""
        if self._inside(begins, ends):
            left, right = max(self.axis.at(begins), 0.0), min(self.axis.at(ends), 100.0)
            self.signs.append(Sign(name, percent(left), percent(right - left)))

    def _within(self, begins, ends):
        """Draw a time of which no more is known than that it happened within."""
        self._block("within", begins, ends)
        left, right = self.axis.at(begins), self.axis.at(ends)
        if right - left < SHORT and left >= 0 and right <= 100:
            self.signs.append(Sign("brackets", percent((left + right) / 2)))

    def _open(self, begins, ends):
        """Draw a time of which one end is not stated."""
        if ends is None and self.axis.at(begins) < 100:
            self.signs.append(Sign("open", percent(max(self.axis.at(begins), 0.0)), to="100%"))
            self.signs.append(Sign("onwards", "100%"))
        if begins is None and self.axis.at(ends) > 0:
            self.signs.append(Sign("open", "0%", to=percent(min(self.axis.at(ends), 100.0))))
            self.signs.append(Sign("since", "0%"))

    def _doubt(self, stated):
        """Write the sign of doubt over a date."""
        place = self.axis.at(share_of_year(stated.earliest))
        other = self.axis.at(share_of_year(stated.latest, after=True))
        if place <= 100 and other >= 0:
            middle = (max(place, 0.0) + min(other, 100.0)) / 2
            self.signs.append(Sign("doubt", percent(middle), text=DOUBTS[stated.doubt]))
