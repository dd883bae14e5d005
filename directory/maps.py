"""Places drawn on a map: markers that never cover each other, each a link with a name, and the land below them.

A map is drawn by the server for two widths, the phone's and the desk's. Markers keep their size in pixels at any width,
so that on the phone more of them stand together as one.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from math import hypot
from urllib.parse import urlencode

import numpy
from django.urls import reverse
from django.utils.translation import gettext as _

from directory import atlas
from directory.facts import grouped

# For each width: how wide the map is at least then, in pixels.
WIDTHS = {"narrow": 272, "wide": 544}
# Markers stand apart by as much, in pixels, so that each can be hit.
APART = 30
SMALLEST, LARGEST = 6, 13
GROUP = 12
# How wide a letter of a label is, about, and how high a line of it.
LETTER, LINE = 6.7, 16
MOST_LABELS = 40
# How many members of a group are named by it.
NAMED = 3
# The shapes that the kinds of records have, in a square from −1 to 1.
SHAPES = {
    "network": "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0-1 0Z",
    "project": "M0-1.15 1.15 0 0 1.15-1.15 0Z",
    "meeting": "M0-1.1 1.1.9H-1.1Z",
    "city": "M-.88-.88H.88V.88H-.88Z",
    "organisation": "M0-1.1 1.05-.1V1H-1.05V-.1Z",
}


@dataclass(frozen=True)
class Spot:
    """A place on a map, and how many records it stands for, which its size shows."""

    name: str
    slug: str
    longitude: float
    latitude: float
    count: int = 1
    # Whether it is the place that the page is about.
    here: bool = False

    @property
    def lang(self):
        """The language of the name."""
        return getattr(self.name, "lang", "")

    @property
    def address(self):
        """The place's own page."""
        return reverse("cities:detail", args=[self.slug])


@dataclass(frozen=True)
class Marker:
    """One spot, or several that would cover each other, as a map draws them."""

    spots: tuple
    x: float
    y: float
    size: float
    shape: str
    # Where it leads, and the words of that link: whom it stands for, and that a group opens a closer map.
    address: str
    told: str
    # At which of the widths it is drawn: both where empty.
    width: str = ""
    # At which widths its label has room, and on which side of it.
    labelled: tuple = ()
    before: bool = False

    @property
    def path(self):
        """The shape of a single one, in its own size."""
        return SHAPES[self.shape]

    @property
    def many(self):
        """How many spots a group stands for, 0 where it is a single one."""
        return len(self.spots) if len(self.spots) > 1 else 0

    @property
    def here(self):
        """Whether it holds the place that the page is about."""
        return self.spots[0].here

    @property
    def label(self):
        """What stands beside it."""
        return label_of(self.spots)

    @property
    def lang(self):
        """The language of the label."""
        return self.spots[0].lang

    @property
    def labels(self):
        """The classes of the label: where it is seen, and its side."""
        seen = "" if len(self.labelled) == 2 else self.labelled[0] if self.labelled else "asked"
        return " ".join(filter(None, ["spot-name", seen and f"name-{seen}", "name-before" if self.before else ""]))

    @property
    def offset(self):
        """How far the label begins from the middle."""
        return round((self.size + 5) * (-1 if self.before else 1), 1)


def label_of(spots):
    """Return what stands beside the marker of some spots: the name of the first, and how many more there are."""
    return f"{spots[0].name} +{len(spots) - 1}" if len(spots) > 1 else str(spots[0].name)


def page_of(spot):
    """Return the address of a spot's own page."""
    return spot.address


def name_of(spot):
    """Return the name of a spot."""
    return str(spot.name)


def box_text(box):
    """Return a window as an address writes it."""
    return ",".join(f"{each:.3f}".rstrip("0").rstrip(".") for each in box)


def closer_map(**query):
    """Return a function from a window to the address of the map page that shows it, for some filters."""
    address = f"{reverse('map')}?{urlencode(query, doseq=True)}"
    return lambda box: f"{address}&box={box_text(box)}"


def near(middle, spots, distance):
    """Return those of some spots that lie no more than so many kilometres from one."""
    if not spots:
        return []
    degrees = [numpy.array([getattr(each, name) for each in spots]) for name in ("longitude", "latitude")]
    away = numpy.hypot(*atlas.Azimuthal(middle.longitude, middle.latitude).place(*degrees))
    return [spot for spot, far in zip(spots, away.tolist(), strict=True) if far <= distance]


@dataclass
class Map:
    """A map of some spots, drawn when it is asked for.

    `address` and `told` return where the marker of a spot leads and the words of that link; `closer` returns the address
    of a map of the same for a window, (west, south, east, north). They are asked only for what is drawn.
    """

    spots: list
    shape: str
    title: str
    closer: object
    window: atlas.Window | None = None
    address: object = page_of
    told: object = name_of
    # How wide a window that is fitted is at least, in kilometres, and its form, if that is not left to the places.
    least: float = 600
    form: str = ""

    def __post_init__(self):
        """Fit the window to the spots where none is given."""
        if self.window is None:
            self.window = atlas.window_on(*self._degrees, least=self.least, form=self.form)

    @property
    def _degrees(self):
        return [[getattr(spot, name) for spot in self.spots] for name in ("longitude", "latitude")]

    @cached_property
    def paths(self):
        """The land, the borders and the net."""
        return atlas.drawn(self.window)

    @cached_property
    def _shares(self):
        return numpy.stack(self.window.share(*self._degrees), axis=1)

    @cached_property
    def seen(self):
        """The places among the spots of those that lie in the window."""
        inside = ((self._shares >= 0) & (self._shares <= 1)).all(axis=1)
        return numpy.flatnonzero(inside).tolist()

    @cached_property
    def largest(self):
        """The largest count among the spots."""
        return max((self.spots[number].count for number in self.seen), default=1)

    @cached_property
    def markers(self):
        """The markers for both widths, the largest first, so that small ones are on top."""
        order = sorted(self.seen, key=lambda number: (-self.spots[number].here, -self.spots[number].count, number))
        groups = {width: self._together(order, pixels) for width, pixels in WIDTHS.items()}
        both = {tuple(each) for each in groups["narrow"]} & {tuple(each) for each in groups["wide"]}
        labels = {"narrow": self._labels(groups["narrow"], WIDTHS["narrow"], {})}
        # A marker that is drawn at both has its label on one side.
        labels["wide"] = self._labels(groups["wide"], WIDTHS["wide"], labels["narrow"])
        drawn = []
        for width in ("wide", "narrow"):
            for group in map(tuple, groups[width]):
                if group in both and width == "narrow":
                    continue
                sides = {each: labels[each][group] for each in WIDTHS if labels[each].get(group)}
                if group not in both:
                    sides = {each: side for each, side in sides.items() if each == width}
                side = sides.get(width) or next(iter(sides.values()), "")
                drawn.append(self._marker(group, "" if group in both else width, side, sides))
        return drawn

    def _marker(self, group, width, side, sides):
        spots = tuple(self.spots[number] for number in group)
        x, y = self._shares[group[0]]
        single = len(spots) == 1
        return Marker(
            spots,
            round(float(x) * 100, 2),
            round(float(y) * 100, 2),
            self.size(group),
            self.shape,
            self.address(spots[0]) if single else self.closer(box_of(spots)),
            self.told(spots[0]) if single else self._told_together(spots),
            width,
            tuple(each for each, chosen in sides.items() if chosen == side),
            side == "before" if side else bool(x > 0.66),
        )

    def size(self, group):
        """Return the radius of a marker: the area of a single one shows its count."""
        if len(group) > 1:
            return GROUP + min(len(str(len(group))) - 1, 3) * 2
        share = self.spots[group[0]].count / self.largest
        return round(max(SMALLEST, LARGEST * share**0.5) if self.largest > 1 else 7.5, 1)

    def _told_together(self, spots):
        """Say whom a group stands for: the first of them, and how many more there are."""
        names, more = "; ".join(map(self.told, spots[:NAMED])), len(spots) - NAMED
        if more > 0:
            names = _("%(names)s; and %(count)s more") % {"names": names, "count": grouped(more)}
        return _("%(label)s: %(count)s places close together, shown closer. %(names)s.") % {
            "label": label_of(spots),
            "count": grouped(len(spots)),
            "names": names,
        }

    def _together(self, order, pixels):
        """Return lists of spots that are drawn as one at a width, each led by its largest.

        A spot joins the first one that stands too near; only the cells around it are looked at.
        """
        points = (self._shares * (pixels, pixels * atlas.FORMS[self.window.form])).tolist()
        cells, groups = defaultdict(list), []
        for number in order:
            x, y = points[number]
            column, row = int(x // APART), int(y // APART)
            near = (
                group
                for across in (column, column - 1, column + 1)
                for down in (row, row - 1, row + 1)
                for group in cells.get((across, down), ())
            )
            for group in near:
                if hypot(points[group[0]][0] - x, points[group[0]][1] - y) < APART:
                    group.append(number)
                    break
            else:
                groups.append([number])
                cells[column, row].append(groups[-1])
        return groups

    def _labels(self, groups, pixels, wanted):
        """Return {group: side} for those whose label has room at a width, the largest first, on the side wanted if it can."""
        high = pixels * atlas.FORMS[self.window.form]
        taken = [(*self._point(group, pixels), self.size(group)) for group in groups]
        taken = [(x - size, y - size, x + size, y + size) for x, y, size in taken]
        sides = {}
        for group in groups[:MOST_LABELS]:
            (x, y), size = self._point(group, pixels), self.size(group)
            length = LETTER * len(label_of([self.spots[number] for number in group]))
            sides_of_it = [("after", x + size + 4), ("before", x - size - 6 - length)]
            for side, left in sorted(sides_of_it, key=lambda each: each[0] != wanted.get(tuple(group), "after")):
                box = (left, y - LINE / 2, left + length, y + LINE / 2)
                fits = box[0] >= 2 and box[2] <= pixels - 2 and box[1] >= 0 and box[3] <= high
                if fits and not any(_overlap(box, each) for each in taken):
                    sides[tuple(group)] = side
                    taken.append(box)
                    break
        return sides

    def _point(self, group, pixels):
        x, y = self._shares[group[0]].tolist()
        return x * pixels, y * pixels * atlas.FORMS[self.window.form]


def box_of(spots):
    """Return west, south, east and north of some spots; west is the larger number where they lie on both sides of 180°."""
    east, north = (numpy.array([getattr(each, name) for each in spots]) for name in ("longitude", "latitude"))
    middle, _latitude = atlas.middle_of(east, north)
    turned = (east - middle + 180) % 360 - 180
    west, east = ((float(each) + middle + 180) % 360 - 180 for each in (turned.min(), turned.max()))
    return float(west), float(north.min()), float(east), float(north.max())


def _overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
