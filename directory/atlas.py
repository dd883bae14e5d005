"""The earth drawn flat: windows on it, each in a projection that suits it, and the coasts and borders in them.

The data come from Natural Earth; `directory/data/README.md` tells how. They are kept with far more detail than any one
window shows: each point knows the area that it adds, and a window leaves out points that add less than is seen.
"""

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy

RADIUS = 6371.0
# A degree along a meridian, in kilometres.
DEGREE = RADIUS * numpy.pi / 180
# What is seen further away than so many degrees from the middle would be bent too much: the whole earth is shown.
FARTHEST = 50
# As wide as a map is drawn at the desk, in pixels, and in the units of its paths.
PIXELS, UNITS = 560, 1000
# Smaller things, in square pixels, are left out of a coast or a border.
SEEN = 0.8
# Windows whose coasts a process keeps: some hundred kilobytes.
MOST_WINDOWS = 64


@dataclass(frozen=True)
class Azimuthal:
    """Lambert's equal-area projection about a point, as Europe's statistical maps use it; in kilometres, y downwards."""

    longitude: float
    latitude: float

    def place(self, longitudes, latitudes):
        """Return where some degrees lie."""
        east, north, middle = _radians(longitudes - self.longitude, latitudes, self.latitude)
        depth = 1 + numpy.sin(middle) * numpy.sin(north) + numpy.cos(middle) * numpy.cos(north) * numpy.cos(east)
        scale = RADIUS * numpy.sqrt(2 / numpy.maximum(depth, 1e-9))
        x = scale * numpy.cos(north) * numpy.sin(east)
        y = scale * (numpy.cos(middle) * numpy.sin(north) - numpy.sin(middle) * numpy.cos(north) * numpy.cos(east))
        return x, -y

    def degrees(self, x, y):
        """Return the longitudes, counted from the middle, and latitudes of some places."""
        middle = numpy.radians(self.latitude)
        distance = numpy.maximum(numpy.hypot(x, y), 1e-9)
        angle = 2 * numpy.arcsin(numpy.minimum(distance / (2 * RADIUS), 1))
        rise = numpy.cos(angle) * numpy.sin(middle) - y * numpy.sin(angle) * numpy.cos(middle) / distance
        east = numpy.arctan2(
            x * numpy.sin(angle),
            distance * numpy.cos(middle) * numpy.cos(angle) + y * numpy.sin(middle) * numpy.sin(angle),
        )
        return numpy.degrees(east), numpy.degrees(numpy.arcsin(numpy.clip(rise, -1, 1)))


@dataclass(frozen=True)
class EqualEarth:
    """The projection of B. Šavrič, T. Patterson and B. Jenny for maps of the whole earth; in kilometres, y downwards."""

    longitude: float = 0.0

    def place(self, longitudes, latitudes):
        """Return where some degrees lie."""
        east, north = _radians(_turned(longitudes - self.longitude), latitudes)
        t = numpy.arcsin(numpy.sqrt(3) / 2 * numpy.sin(north))
        square = t * t
        sixth = square**3
        stretch = 1.340264 - 3 * 0.081106 * square + sixth * (7 * 0.000893 + 9 * 0.003796 * square)
        x = RADIUS * 2 * numpy.sqrt(3) * east * numpy.cos(t) / (3 * stretch)
        y = RADIUS * t * (1.340264 - 0.081106 * square + sixth * (0.000893 + 0.003796 * square))
        return x, -y


def _radians(*degrees):
    return [numpy.radians(each) for each in degrees]


def _turned(longitudes):
    """Return longitudes between −180 and 180; those already there stay as they are."""
    outside = numpy.abs(longitudes) > 180
    return numpy.where(outside, (longitudes + 180) % 360 - 180, longitudes)


@dataclass(frozen=True)
class Window:
    """A part of the earth as a map shows it: a projection, and a rectangle of it in kilometres."""

    projection: Azimuthal | EqualEarth
    left: float
    top: float
    width: float
    # How high it is beside its width, by name: the style sheet knows the names.
    form: str

    @property
    def height(self):
        """How high the rectangle is, in kilometres."""
        return self.width * FORMS[self.form]

    @property
    def whole(self):
        """Whether it shows the whole earth."""
        return isinstance(self.projection, EqualEarth)

    @property
    def viewbox(self):
        """The size of the paths, as an SVG says it."""
        return f"0 0 {UNITS} {round(UNITS * FORMS[self.form])}"

    def share(self, longitudes, latitudes):
        """Return where some degrees lie, as shares of the width and of the height from the upper left corner."""
        x, y = self.projection.place(numpy.asarray(longitudes, float), numpy.asarray(latitudes, float))
        return (x - self.left) / self.width, (y - self.top) / self.height

    @cached_property
    def bounds(self):
        """West, south, east and north of all that it shows, west and east counted on beyond 180 where need be."""
        middle = self.projection.longitude
        if self.whole:
            return middle - 180, -90, middle + 180, 90
        along = numpy.linspace(0, 1, 25)
        sides = numpy.concatenate(
            [[along, 0 * along], [along, 0 * along + 1], [0 * along, along], [0 * along + 1, along]], axis=1
        )
        east, north = self.projection.degrees(self.left + sides[0] * self.width, self.top + sides[1] * self.height)
        # A little more, so that the edge along which coasts are cut is not seen.
        air_east, air_north = numpy.ptp(east) / 30, numpy.ptp(north) / 30
        west, east = east.min() + middle - air_east, east.max() + middle + air_east
        south, north = max(north.min() - air_north, -90), min(north.max() + air_north, 90)
        for pole in (-90, 90):
            across, down = self.share(middle, pole)
            if 0 <= across <= 1 and 0 <= down <= 1:
                west, east, south, north = middle - 180, middle + 180, min(south, pole), max(north, pole)
        return west, south, east, north


FORMS = {"tall": 1.2, "square": 1.0, "wide": 0.7, "whole": 0.5}


def middle_of(longitudes, latitudes):
    """Return the degrees in the middle of some places, and how many degrees to each side they lie at most.

    East and west are counted over the widest gap between them, so that Fiji and Samoa are neighbours.
    """
    order = numpy.sort(longitudes % 360)
    gaps = numpy.diff(order, append=order[0] + 360)
    west = order[(gaps.argmax() + 1) % len(order)]
    middle = west + (360 - gaps.max()) / 2
    return (middle + 180) % 360 - 180, (latitudes.min() + latitudes.max()) / 2


def window_on(longitudes, latitudes, least=600.0, form="", air=0.09):
    """Return the window that holds some places with air around them, `least` kilometres wide or more.

    Its form is the one that the places fill best, if none is given.
    """
    longitudes, latitudes = numpy.asarray(longitudes, float), numpy.asarray(latitudes, float)
    projection = Azimuthal(*(round(float(each), 3) for each in middle_of(longitudes, latitudes)))
    x, y = projection.place(longitudes, latitudes)
    if numpy.hypot(x, y).max() > 2 * RADIUS * numpy.sin(numpy.radians(FARTHEST / 2)):
        return whole_earth()
    wide, high = numpy.ptp(x), numpy.ptp(y)
    if not form:
        few = max(wide, high) < least / 2
        form = "square" if few or 0.75 * wide <= high <= 1.08 * wide else "tall" if high > wide else "wide"
    width = max(wide, high / FORMS[form], least / (1 + 2 * air)) * (1 + 2 * air)
    left, top = (x.min() + x.max() - width) / 2, (y.min() + y.max() - width * FORMS[form]) / 2
    return Window(projection, *(round(float(each), 1) for each in (left, top, width)), form)


def whole_earth():
    """Return the window that shows all of the earth but Antarctica."""
    projection = EqualEarth()
    width = 2 * projection.place(numpy.array(180.0), numpy.array(0.0))[0]
    top = projection.place(numpy.array(0.0), numpy.array(84.0))[1]
    return Window(projection, float(-width / 2), float(top), float(width), "whole")


class Lines:
    """Coasts or borders: points in degrees, cut into lines; of each point the area that it adds is known."""

    def __init__(self, step, sizes, longitudes, latitudes, ranks):
        """Take the lines as the file has them: each number is what is added to the one before."""
        self.longitudes, self.latitudes = numpy.cumsum(longitudes) * step, numpy.cumsum(latitudes) * step
        self.ranks = numpy.array([int(rank, 36) for rank in ranks], numpy.uint8)
        ends = numpy.cumsum(sizes)
        self.parts = list(zip(ends - sizes, ends, strict=True))
        self.bounds = numpy.array(
            [
                [self.longitudes[a:b].min(), self.latitudes[a:b].min(), self.longitudes[a:b].max(), self.latitudes[a:b].max()]
                for a, b in self.parts
            ]
        )  # fmt: skip

    def within(self, bounds, rank):
        """Yield (longitudes, latitudes) of the lines that meet some bounds, with those points alone that are seen."""
        west, south, east, north = bounds
        for turn in (-360, 0, 360):
            meets = (self.bounds[:, 0] + turn < east) & (self.bounds[:, 2] + turn > west)
            meets &= (self.bounds[:, 1] < north) & (self.bounds[:, 3] > south)
            for number in numpy.flatnonzero(meets):
                a, b = self.parts[number]
                kept = self.ranks[a:b] >= rank
                kept[0] = kept[-1] = True
                yield self.longitudes[a:b][kept] + turn, self.latitudes[a:b][kept]


@lru_cache(1)
def world():
    """Return the coasts and the borders of the earth."""
    data = json.loads((Path(__file__).parent / "data" / "world.json").read_text())
    return Lines(data["step"], **data["land"]), Lines(data["step"], **data["borders"])


@lru_cache(MOST_WINDOWS)
def drawn(window):
    """Return the paths of a window: its land, its borders, and a net of meridians and parallels."""
    land, borders = world()
    scale = window.width / PIXELS
    rank = max(0, int(numpy.log2(SEEN * scale * scale)))
    bounds = window.bounds
    rings = (_clipped(*ring, bounds) for ring in land.within(bounds, rank))
    lines = (run for line in borders.within(bounds, rank) for run in _runs(*line, bounds))
    return {
        "land": "".join(_path(window, *ring, closed=True) for ring in rings if len(ring[0]) > 3),
        "borders": "".join(_path(window, *line) for line in lines),
        "net": "".join(_path(window, *line) for line in _net(window)),
    }


def _clipped(longitudes, latitudes, bounds):
    """Return the part of a ring within some bounds, its long edges cut into short ones, for they are bent."""
    ring = numpy.stack([longitudes, latitudes], axis=1)
    for axis, bound, side in ((0, bounds[0], 1), (1, bounds[1], 1), (0, bounds[2], -1), (1, bounds[3], -1)):
        ring = _cut(ring, axis, bound, side)
    if not len(ring):
        return ring[:, 0], ring[:, 1]
    ring = numpy.concatenate([ring, ring[:1]])
    pieces = numpy.maximum(numpy.ceil(numpy.abs(numpy.diff(ring, axis=0)).max(axis=1) / 3), 1).astype(int)
    steps = numpy.arange(pieces.sum()) - numpy.repeat(numpy.cumsum(pieces) - pieces, pieces)
    share = (steps / numpy.repeat(pieces, pieces))[:, None]
    ring = numpy.repeat(ring[:-1], pieces, axis=0) * (1 - share) + numpy.repeat(ring[1:], pieces, axis=0) * share
    return ring[:, 0], ring[:, 1]


def _cut(ring, axis, bound, side):
    """Return a ring without what lies beyond one bound, as I. Sutherland and G. Hodgman cut it."""
    inside = side * (ring[:, axis] - bound) >= 0
    if inside.all() or not inside.any():
        return ring if inside.all() else ring[:0]
    following, next_inside = numpy.roll(ring, -1, axis=0), numpy.roll(inside, -1)
    crossing = inside != next_inside
    span = numpy.where(crossing, following[:, axis] - ring[:, axis], 1)
    crossed = ring + ((bound - ring[:, axis]) / span)[:, None] * (following - ring)
    # Of each edge first the place where it crosses, then its end: in the order of the ring.
    both = numpy.stack([crossed, following], axis=1).reshape(-1, 2)
    return both[numpy.stack([crossing, next_inside], axis=1).reshape(-1)]


def _runs(longitudes, latitudes, bounds):
    """Yield the stretches of a line that lie within some bounds, each with one point more at its ends."""
    west, south, east, north = bounds
    inside = (longitudes >= west) & (longitudes <= east) & (latitudes >= south) & (latitudes <= north)
    near = inside.copy()
    near[1:] |= inside[:-1]
    near[:-1] |= inside[1:]
    edges = numpy.flatnonzero(numpy.diff(near.astype(numpy.int8), prepend=0, append=0))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        yield longitudes[start:stop], latitudes[start:stop]


def _net(window):
    """Yield meridians and parallels, about six of them across the window."""
    west, south, east, north = window.bounds
    step = next(each for each in (1, 2, 5, 10, 15, 30) if each * 6 >= min(north - south, 180) or each == 30)
    along = numpy.linspace(0, 1, 25)
    for longitude in numpy.arange(numpy.ceil(west / step) * step, east, step):
        yield longitude + 0 * along, south + (north - south) * along
    for latitude in numpy.arange(numpy.ceil(south / step) * step, north, step):
        yield west + (east - west) * along, latitude + 0 * along


def _path(window, longitudes, latitudes, closed=False):
    """Return a line as SVG writes it, in whole units; "" where nothing is left of it."""
    if window.whole:
        # The line at the right edge is that at the left one, seen from the other side.
        middle = window.projection.longitude
        longitudes = numpy.clip(longitudes, middle - 180, middle + 180)
    across, down = window.share(longitudes, latitudes)
    points = numpy.stack([across * UNITS, down * UNITS * FORMS[window.form]], axis=1).round().astype(int)
    steps = numpy.diff(points, axis=0)
    steps = steps[steps.any(axis=1)]
    if len(steps) < (2 if closed else 1):
        return ""
    x, y = points[0].tolist()
    text = "".join(f"{x if x < 0 else f' {x}'}{y if y < 0 else f' {y}'}" for x, y in steps.tolist())
    return f"M{x} {y}l{text.lstrip()}{'z' if closed else ''}"
