"""Which of our records a line means: everything that is known is asked in batches, never a query a line."""

from collections import defaultdict
from math import asin, cos, radians, sin, sqrt

from directory.imports.mapping import Alike, Field, Identifier, Name, Through
from directory.index import in_batches
from directory.search import fold

# Two places of one name that lie further apart than this many kilometres may be two.
FAR = 30


class Known:
    """A record of ours, or one that an earlier line made: no more of it than tells records apart."""

    __slots__ = ("country", "geonames_id", "instance", "pk", "place", "source", "taken", "told")

    def __init__(self, pk=None, instance=None, country="", geonames_id=None, place=None, source=None):
        self.pk, self.instance, self.source = pk, instance, source
        self.country, self.geonames_id, self.place = country, geonames_id, place
        # Which GeoNames id it was taken for, and what was told of it in this run.
        self.taken = self.told = None

    @property
    def reference(self):
        """What a foreign key is set to: the primary key, or the record that has none yet."""
        return self.instance if self.pk is None else self.pk


class Doubt:
    """Records that may or may not be the one that is told of."""

    def __init__(self, found):
        self.found = found


def has(model, name):
    """Whether the model has a field of that name."""
    return any(each.name == name for each in model._meta.concrete_fields)


class Shelf:
    """What is known of the records of one model."""

    def __init__(self, model, using):
        self.model, self.rows = model, model._base_manager.using(using)
        self.by_pk = {}
        self.by_field = defaultdict(dict)
        self.by_identifier = self.by_name = None
        self.by_values = {}

    def _note(self, values):
        """Return what is known of a record read from the database, made known if it was not."""
        found = self.by_pk.get(values["pk"])
        if not found:
            latitude = values.get("latitude")
            found = self.by_pk[values["pk"]] = Known(
                pk=values["pk"],
                country=values.get("country") or "",
                geonames_id=values.get("geonames_id"),
                place=None if latitude is None else (float(latitude), float(values["longitude"])),
                source=values.get("source_id"),
            )
        return found

    def _read(self, rows, *names):
        """Yield (what is known, values) of rows of the model."""
        about = [name for name in ("country", "geonames_id", "latitude", "longitude") if has(self.model, name)]
        about += ["source_id"] if has(self.model, "source") else []
        for values in rows.order_by().values("pk", *dict.fromkeys([*about, *names])).iterator():
            yield self._note(values), values

    def look_up(self, ways, told):
        """Ask for everything that some ways to recognise records need and that is not known yet."""
        fields, values = defaultdict(set), {}
        for way, each in zip(ways, told, strict=True):
            if isinstance(way, Field):
                if way.value not in self.by_field[way.name]:
                    fields[way.name].add(way.value)
            elif isinstance(way, Identifier):
                self._read_identifiers(way.register)
            elif isinstance(way, Name):
                self._read_names()
            elif isinstance(way, Through):
                self._read_through(way)
            elif isinstance(way, Alike):
                reference = each.fields.get(way.names[0])
                values.setdefault(way.names, set()).add(getattr(reference, "pk", reference))
        for name, wanted in fields.items():
            found = self.by_field[name]
            for batch in in_batches(wanted):
                for known, row in self._read(self.rows.filter(**{f"{name}__in": batch}), name):
                    found[row[name]] = known
            for value in wanted:
                found.setdefault(value, None)
        for names, keys in values.items():
            self._read_alike(names, {key for key in keys if isinstance(key, int)})

    def _read_alike(self, names, keys):
        shelf, asked = self.by_values.setdefault(names, ({}, set()))
        columns = [self.model._meta.get_field(name).attname for name in names]
        for batch in in_batches(keys - asked):
            for known, row in self._read(self.rows.filter(**{f"{columns[0]}__in": batch}), *columns):
                shelf.setdefault(tuple(row[column] or None for column in columns), []).append(known)
        asked |= keys

    def _read_through(self, way):
        paths = (way.path, way.also_path)
        if paths not in self.by_values:
            found = self.by_values[paths] = defaultdict(lambda: None)
            for known, row in self._read(self.rows.filter(**{f"{way.path}__gt": ""}), *paths):
                found[row[way.path], fold(row[way.also_path])] = known

    def _read_identifiers(self, register):
        if self.by_identifier is None:
            self.by_identifier = {"": set()}
        if register in self.by_identifier[""]:
            return
        self.by_identifier[""].add(register)
        start = f"{register}: "
        for known, row in self._read(self.rows.filter(identifiers__contains=start), "identifiers"):
            for line in row["identifiers"].splitlines():
                if line.startswith(start):
                    self.by_identifier.setdefault(line.strip(), known)

    def _read_names(self):
        if self.by_name is None:
            self.by_name = defaultdict(list)
            names = ["name_sv", "name_en", "other_names"] + (["acronym"] if has(self.model, "acronym") else [])
            for known, row in self._read(self.rows.all(), *names):
                for name in {fold(each) for key in names for each in row[key].splitlines()}:
                    self.by_name[name].append(known)

    def find(self, way, told, ours):
        """Return what is known of the record that a way recognises, a `Doubt`, or None; `ours` is the register's source."""
        if isinstance(way, Field):
            return self.by_field[way.name].get(way.value)
        if isinstance(way, Identifier):
            return self.by_identifier.get(str(way))
        if isinstance(way, Through):
            return self.by_values[way.path, way.also_path][way.value, fold(way.also)]
        if isinstance(way, Alike):
            values = tuple(_key(told.fields.get(name)) for name in way.names)
            found = self.by_values.get(way.names, ({},))[0].get(values, [])
            return found[0] if len(found) == 1 else Doubt(found) if found else None
        return self._find_name(way, ours)

    def _find_name(self, way, ours):
        """Find by name: another GeoNames id speaks against it, an unknown country or a far place leave a doubt.

        A register's own records are told apart by it: of those of the same name, only the one without an id is meant
        by a line without one.
        """
        named = {id(each): each for name in way.names for each in self.by_name.get(fold(name), ())}.values()
        named = [each for each in named if not (way.country and each.country and way.country != each.country)]
        if way.geonames_id:
            mine = {None, way.geonames_id}
            named = [each for each in named if each.geonames_id in mine and each.taken in mine]
        likely = [each for each in named if each.source != ours or each.geonames_id == way.geonames_id]
        if not way.any_country:
            likely = [each for each in likely if way.country == each.country]
        if len(likely) > 1:
            own = [each for each in likely if each.source == ours]
            likely = own if len(own) == 1 else likely
        if len(likely) == 1 and not (way.place and likely[0].place and _apart(way.place, likely[0].place) > FAR):
            return likely[0]
        return Doubt(named) if named else None

    def forget(self):
        """Know no record any longer; what is needed again is asked for again."""
        self.__init__(self.model, self.rows.db)

    def add(self, told, instance):
        """Make a new record known, so that later lines find it."""
        values = told.fields
        latitude = values.get("latitude")
        known = Known(
            instance=instance,
            country=values.get("country") or "",
            geonames_id=values.get("geonames_id"),
            place=None if latitude is None else (float(latitude), float(values["longitude"])),
            source=getattr(instance, "source_id", None),
        )
        for way in told.by:
            if isinstance(way, Field):
                self.by_field[way.name][way.value] = known
            elif isinstance(way, Identifier) and self.by_identifier is not None:
                self.by_identifier[str(way)] = known
            elif isinstance(way, Name) and self.by_name is not None:
                for name in {fold(each) for each in way.names}:
                    self.by_name[name].append(known)
            elif isinstance(way, Alike):
                shelf, _asked = self.by_values.setdefault(way.names, ({}, set()))
                shelf.setdefault(tuple(_key(values.get(name)) for name in way.names), []).append(known)
        return known


def _key(value):
    """Return what stands for a told value where rows are compared."""
    if hasattr(value, "_meta"):
        return value.pk or id(value)
    return value or None


def _apart(one, other):
    """Return the kilometres between two places, as (degrees north, degrees east)."""
    (north, east), (north2, east2) = (map(radians, one), map(radians, other))
    half = sin((north2 - north) / 2) ** 2 + cos(north) * cos(north2) * sin((east2 - east) / 2) ** 2
    return 12742 * asin(sqrt(half))
