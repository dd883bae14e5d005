"""Where the records of a list are: on a map, and the same places in a table."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import isfinite

from django import forms
from django.core.paginator import InvalidPage, Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries
from pyroaring import BitMap

from directory import atlas
from directory.addresses import address_without
from directory.bases import in_language, language_now
from directory.facts import grouped
from directory.index import INDEXES
from directory.maps import Map, Spot, box_text
from directory.ways import Way

PER_PAGE = 100
# How many places or countries a sentence names before it says that there are more.
NAMED = 6
# No window asked for is closer, in kilometres across.
CLOSEST = 25.0


@dataclass(frozen=True)
class Place(Spot):
    """A city as the map knows it; one without coordinates is in the table and in a sentence, but on no map."""

    key: int = 0
    country: str = ""

    @property
    def placed(self):
        """Whether its coordinates are known."""
        return self.latitude is not None

    @property
    def country_name(self):
        """The country's name in the reader's language."""
        return str(countries.name(self.country)) if self.country else ""

    @property
    def coordinates(self):
        """Degrees north and east, in words; "" where they are not known."""
        if not self.placed:
            return ""
        degrees = [f"{number_format(round(each, 2), 2)}°\u00a0" for each in (self.latitude, self.longitude)]
        return _("%(latitude)sN, %(longitude)sE") % {"latitude": degrees[0], "longitude": degrees[1]}


def gazetteer(filters):
    """Return (key, slug, name, country, longitude, latitude) of each city that visitors see, by key, in order of name.

    `filters` are those of any list that has cities; one query at a version and language.
    """
    model = cities_of(filters)
    index = next(each for each in INDEXES.values() if each.model is model)
    kept, language = filters.reading.beside(index).kept, language_now()
    if ("gazetteer", language) not in kept:
        rows = model.objects.using(filters.reading.using).public().in_order(language)
        found = {}
        for key, slug, swedish, english, country, *degrees in rows.values_list(
            "pk", "slug", "name_sv", "name_en", "country", "longitude", "latitude"
        ):
            name = in_language(language, sv=swedish, en=english)
            found[key] = (key, slug, name, country, *(each if each is None else float(each) for each in degrees))
        kept["gazetteer", language] = found
    return kept["gazetteer", language]


def cities_of(filters):
    """Return the model of the cities that a list's records are in, or that they are."""
    return filters.filters["city"].target(filters.reading) if "city" in filters.filters else filters.model


def counted(filters):
    """Return {key of a city: how many of the found records are there}, for those where any is."""
    if "city" not in filters.filters:
        return dict.fromkeys(filters.found, 1)
    group = filters.filters["city"].group
    values = list(filters.reading.groups[group])
    counts = filters.reading.count(group, filters.found, values)
    return {int(value): count for value, count in counts.items() if count}


def places(filters):
    """Return the places of what a list's filters leave, by name in the reader's language."""
    counts = counted(filters)
    rows = [row for key, row in gazetteer(filters).items() if key in counts]
    same = Counter(row[2] for row in rows)
    return [
        Place(
            name=f"{name} ({country})" if same[name] > 1 and country else name,
            slug=slug,
            longitude=longitude,
            latitude=latitude,
            count=counts[key],
            key=key,
            country=country,
        )
        for key, slug, name, country, longitude, latitude in rows
    ]


def nowhere(filters):
    """Return those of the found records that no city is known of."""
    if "city" not in filters.filters:
        return BitMap()
    group, kept = filters.reading.groups[filters.filters["city"].group], filters.reading.kept
    if "somewhere" not in kept:
        known = (group[str(key)] for key in gazetteer(filters) if str(key) in group)
        kept["somewhere"] = BitMap.union(BitMap(), *known)
    return filters.found - kept["somewhere"]


class BoxField(forms.CharField):
    """A window of the map: west, south, east and north in degrees, with commas between."""

    def clean(self, value):
        """Return the four numbers, or None where nothing is asked for."""
        text = super().clean(value)
        if not text:
            return None
        try:
            west, south, east, north = map(float, text.split(","))
        except ValueError:
            raise forms.ValidationError("") from None
        within = all(map(isfinite, (west, south, east, north))) and max(abs(west), abs(east)) <= 180
        if not within or not -90 <= south <= north <= 90:
            raise forms.ValidationError("")
        return west, south, east, north


class MapForm(forms.Form):
    """How the map is shown, read from the address: its window, and the page of the table."""

    box = BoxField(required=False)
    page = forms.IntegerField(required=False, min_value=1)

    def __init__(self, data):
        """Read the address."""
        super().__init__(data)
        self.is_valid()

    def page_number(self):
        """Return the number of the page; 1 when none is asked for, 0 (which no table has) when it is no number."""
        return 0 if "page" in self.errors else self.cleaned_data["page"] or 1

    def remarks(self):
        """Say in a sentence which wish cannot be met."""
        if "box" in self.errors:
            yield _(
                "“%(box)s” is no part of the map: it takes four numbers, west, south, east and north in degrees. The whole is shown."
            ) % {"box": self.data["box"]}


class MapPage(Way):
    """Where the records of a list are."""

    name = "map"
    template_name = "map.html"

    @cached_property
    def map_form(self):
        """What the address asks of the map."""
        return MapForm(self.request.GET)

    @cached_property
    def box(self):
        """The window that the address asks for, or None."""
        return self.map_form.cleaned_data.get("box")

    def get(self, request):
        """Show the map that the address asks for; 404 for a page of the table that does not exist."""
        try:
            self.rows = Paginator(self.shown, PER_PAGE).page(self.map_form.page_number())
        except InvalidPage:
            first = address_without(request, "page")
            return render(request, "no_such_page.html", {"first": first, "model": self.list.model}, status=404)
        return super().get(request)

    @cached_property
    def places(self):
        """The places of what is found."""
        return places(self.filters)

    @cached_property
    def map(self):
        """The map of those whose coordinates are known; None where there is none."""
        placed = [place for place in self.places if place.placed]
        if not placed:
            return None
        return Map(
            spots=placed,
            shape=self.list.model.shape,
            title=self.title(placed),
            closer=self.closer,
            window=window_of(self.box) if self.box else None,
            address=self.address,
            told=self.told,
        )

    @cached_property
    def shown(self):
        """The places in the table: those in the window that is asked for, or all of them."""
        if not (self.box and self.map):
            return self.places
        return [self.map.spots[number] for number in self.map.seen]

    def context(self):
        """Return what the template draws."""
        return {
            **super().context(),
            "map": self.map,
            "form_remarks": [*self.form.remarks(), *self.map_form.remarks()],
            "rows": self.rows,
            "lines": [(place, self.address(place), self.narrows(place)) for place in self.rows],
            "are_cities": self.are_cities,
            "places": len(self.places),
            "box": self.box,
            "whole": self.own_address(),
            "wider": self.wider(),
            "sentences": [*self.without_coordinates(), *self.without_place()],
        }

    @property
    def are_cities(self):
        """Whether the records are places themselves."""
        return "city" not in self.filters.filters

    def title(self, placed):
        """Say what the map shows."""
        return ngettext("Map of %(count)s place: %(list)s", "Map of %(count)s places: %(list)s", len(placed)) % {
            "count": grouped(len(placed)),
            "list": self.list.title,
        }

    def told(self, place):
        """Name a place and what is there."""
        return str(place.name) if self.are_cities else f"{place.name}: {self.kinds(place.count)}"

    def kinds(self, count):
        """Return a number with the name of what the list shows, as “5 networks”."""
        options = self.list.model._meta
        return f"{grouped(count)} {options.verbose_name if count == 1 else options.verbose_name_plural}"

    def narrows(self, place):
        """Whether the list can be narrowed to just those records that are counted for a place.

        Where a city is chosen already the list would show what is in that city or in another, not in both.
        """
        chosen = [] if self.are_cities else self.filters.values("city")
        return not self.are_cities and (not chosen or place.slug in chosen)

    def address(self, place):
        """Return where a marker leads: to the list narrowed to the place, or to the place's own page."""
        if not self.narrows(place):
            return place.address
        query = self.query()
        query.setlist("city", [place.slug])
        return f"{reverse(f'{self.list.model.section}:list')}?{query.urlencode()}"

    def query(self):
        """Return the filters in the address, without what belongs to this page alone."""
        query = self.request.GET.copy()
        for name in ("of", "page", "box", "order", "format"):
            query.pop(name, None)
        return query

    def own_address(self, **more):
        """Return the address of this page, with another window or none."""
        query = self.query()
        for name, value in {"of": self.list.model.section, **more}.items():
            query[name] = value
        return f"{reverse(self.name)}?{query.urlencode(safe=',')}"

    def closer(self, box):
        """Return the address of a closer window; where no window shows places apart, it ends at the table."""
        address = self.own_address(box=box_text(box))
        return f"{address}#places" if window_of(box).width <= CLOSEST * 1.01 else address

    def wider(self):
        """Return the address of a window three times as wide, or of the whole where that would be seen; None at the whole."""
        if not (self.box and self.map):
            return None
        west, south, east, north = self.map.window.bounds
        across, high = east - west, north - south
        if across * 2 >= 180 or high * 2 >= 90:
            return None
        west, east = ((each + 180) % 360 - 180 for each in (west - across / 2, east + across / 2))
        return self.closer((west, max(south - high / 2, -89), east, min(north + high / 2, 89)))

    def without_coordinates(self):
        """Name the places that no map can show."""
        lost = [place for place in self.places if not place.placed]
        if lost:
            named = [place.name if self.are_cities else f"{place.name} ({grouped(place.count)})" for place in lost]
            yield ngettext(
                "%(count)s place is in the table but not on the map, for its coordinates are not known: %(names)s.",
                "%(count)s places are in the table but not on the map, for their coordinates are not known: %(names)s.",
                len(lost),
            ) % {"count": grouped(len(lost)), "names": enumerated(named)}

    def without_place(self):
        """Say how many of the found records no city is known of, and which countries they name."""
        lost = nowhere(self.filters)
        if not lost:
            return
        sentence = _("%(kinds)s of %(total)s found cannot be placed: no city of theirs is known here.") % {
            "kinds": self.kinds(len(lost)),
            "total": grouped(len(self.filters.found)),
        }
        named = self.countries_of(lost)
        more = _("By the country that these name: %(names)s.") % {"names": enumerated(named)} if named else ""
        yield f"{sentence} {more}".rstrip()

    def countries_of(self, records):
        """Return the countries that some records name, each with how many do, those of most records first."""
        if "country" not in self.filters.filters:
            return []
        reading, field = self.filters.reading, self.filters.filters["country"]
        counts = reading.most_frequent(field.group, records, NAMED + 1)
        labels = field.labels(reading, counts)
        return [f"{labels[code][1]} {grouped(count)}" for code, count in counts.items() if code in labels]


def window_of(box):
    """Return the window that shows a box, with air around it."""
    west, south, east, north = box
    across = east - west if east >= west else east - west + 360
    if across >= 180:
        return atlas.whole_earth()
    # The corners, and the middles of the sides, which bend.
    longitudes = [west, west, west + across, west + across, west + across / 2, west + across / 2]
    return atlas.window_on(longitudes, [south, north, south, north, south, north], least=CLOSEST)


def enumerated(names):
    """Return some names with commas between, no more than a sentence can hold."""
    text, more = ", ".join(map(str, names[:NAMED])), len(names) - NAMED
    return text if more <= 0 else _("%(names)s and others") % {"names": text}
