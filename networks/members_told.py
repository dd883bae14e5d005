"""What the lines of ETMUN's register of memberships mean by a member: a city, or a body seated in one.

The register gives each line the GeoNames id of a place, and many of these are places with another name. A municipal
member is the place only where the names agree, or where lines of several networks give that name that place; else it is
looked for by its own name. Where several municipal lines of a network share a place, the one that is named most like it
is the city, and the others are municipalities of their own that are seated there.
"""

import sys
from collections import Counter, defaultdict
from typing import NamedTuple

from directory.search import fold
from networks.place_names import agreement, squashed, well_cased

MUNICIPAL = {"City", "Municipality", "Municipal Authority"}


class Said(NamedTuple):
    """What one line says of a member."""

    code: str
    full: str
    locality: str
    country: str
    municipal: bool
    geonames_id: int | None
    ascii: str

    @classmethod
    def of(cls, line):
        """Read it from a line."""
        return cls(
            sys.intern(line["Code_Network"] or ""),
            line["Full_Name"] or "",
            line["Locality_Siege"] or "",
            sys.intern(line["CountryCode"] or ""),
            line["Entity"] in MUNICIPAL,
            line["geonameId"],
            sys.intern(line["asciiName"] or ""),
        )

    @property
    def names(self):
        """The names of the member, the fuller one first."""
        return tuple(filter(None, dict.fromkeys((self.full, self.locality))))

    @property
    def called(self):
        """The name without regard to signs and accents."""
        return squashed(self.full or self.locality)


class Place(NamedTuple):
    """A city as the register knows it."""

    name: str
    country: str
    geonames_id: int | None = None
    ascii: str = ""
    others: tuple = ()
    latitude: object = None
    longitude: object = None


class Member(NamedTuple):
    """What a line's member is: `said` holds the status and year of all lines that tell of the same membership."""

    key: tuple
    is_body: bool
    place: Place | None
    country: str
    said: list
    first: Said
    doubted: str


class Members:
    """What all lines of the register say together; of most lines no more is kept than that nothing else does."""

    def __init__(self, lines):
        read = [(Said.of(line), sys.intern(line["Statut"] or ""), line["Year_of_Joining"]) for line in self._see(lines)]
        self._spell(read)
        self._settle_places(read)
        counts = Counter(self.key(said) for said, _status, _since in read)
        self.said, self.first = defaultdict(list), {}
        for said, status, since in read:
            key = self.key(said)
            if counts[key] > 1:
                self.first.setdefault(key, said)
                if (status, since) not in self.said[key]:
                    self.said[key].append((status, since))

    def _see(self, lines):
        """Yield the lines, noting where places are, in which countries, and who is said to be there."""
        self.where, self.votes, networks = {}, defaultdict(Counter), defaultdict(set)
        for line in lines:
            yield line
            place = line["geonameId"]
            if place:
                self.where[place] = (line["asciiName"] or "", line["lat_GN"], line["lng_GN"])
                self.votes[place][sys.intern(line["CountryCode"] or "")] += 1
                if line["Entity"] in MUNICIPAL:
                    for name in (line["Full_Name"], line["Locality_Siege"]):
                        networks[squashed(name or ""), place].add(line["Code_Network"])
        self.often = {pair for pair, codes in networks.items() if len(codes) > 1}

    def _spell(self, read):
        """Find what each place is called, and which places a name can mean."""
        spelled, self.meant = defaultdict(Counter), defaultdict(set)
        for said, _status, _since in read:
            if said.geonames_id and said.municipal and self.agrees(said):
                for name in said.names:
                    if agreement(name, said.ascii) == 2 or self._often(name, said):
                        spelled[said.geonames_id][well_cased(name, said.locality)] += 1
                        self.meant[squashed(name), self.country(said)].add(said.geonames_id)
                self.meant[squashed(said.ascii), self.country(said)].add(said.geonames_id)
        self.spelled = {}
        for place, found in spelled.items():
            ascii_name = self.where[place][0]
            alike = [name for name in found if agreement(name, ascii_name) == 2]
            name = max(alike, key=lambda each: (found[each], each), default=ascii_name)
            others = {fold(each): each for each in [ascii_name, *sorted(found)] if fold(each) != fold(name)}
            self.spelled[place] = (name, tuple(others.values()))

    def _settle_places(self, read):
        """Where municipal members of a network share a place, find which of them is named most like it."""
        nearest, shared = {}, set()
        for said, _status, _since in read:
            if said.municipal and (found := self.found(said)):
                place, called = (said.code, found), said.called
                near = self.agrees(said) if found == said.geonames_id else 1
                before = nearest.setdefault(place, (near, called))
                if before[1] != called:
                    shared.add(place)
                if near > before[0]:
                    nearest[place] = (near, called)
        self.nearest = {place: nearest[place][1] for place in shared}

    def _often(self, name, said):
        return (squashed(name), said.geonames_id) in self.often

    def agrees(self, said):
        """How well the member's name agrees with that of the place that it is given: 2 alike, 1 well enough, 0."""
        best = max((agreement(name, said.ascii) for name in said.names), default=0)
        return best or int(any(self._often(name, said) for name in said.names))

    def country(self, said):
        """The country of the place: what most lines say of it."""
        votes = self.votes.get(said.geonames_id) or {said.country: 1}
        return max(votes, key=lambda code: (bool(code), votes[code], code))

    def found(self, said):
        """The GeoNames id of the place that a municipal member is; None where the register leaves it in doubt."""
        if said.geonames_id and self.agrees(said):
            return said.geonames_id
        for name in said.names if said.country else ():
            meant = self.meant.get((squashed(name), said.country), ())
            if len(meant) == 1:
                return next(iter(meant))
        return None

    def key(self, said):
        """What tells the membership from others: the network, the sort of member, and which."""
        if said.municipal:
            found = self.found(said)
            if found and self.nearest.get((said.code, found), said.called) == said.called:
                return said.code, "place", found
            if not found:
                return said.code, "name", said.called, said.country
        return said.code, "body", said.called, self.country(said)

    def place(self, geonames_id):
        """The place with a GeoNames id."""
        ascii_name, latitude, longitude = self.where[geonames_id]
        name, others = self.spelled.get(geonames_id, (ascii_name, ()))
        votes = self.votes[geonames_id]
        country = max(votes, key=lambda code: (bool(code), votes[code], code))
        return Place(name, country, geonames_id, ascii_name, others, latitude, longitude)

    def member(self, line):
        """Return the `Member` that a line tells of; lines of one membership tell the same of it."""
        mine = Said.of(line)
        key = self.key(mine)
        first = self.first.get(key, mine)
        said = self.said.get(key) or [(line["Statut"] or "", line["Year_of_Joining"])]
        country, doubted, place = first.country, "", None
        if key[1] == "place":
            place = self.place(key[2])
        elif key[1] == "name":
            place, doubted = Place(well_cased(first.full, first.locality), country), first.ascii
        else:
            country = self.country(first)
            if first.geonames_id and (self.agrees(first) or agreement(first.locality, first.ascii)):
                place = self.place(first.geonames_id)
            else:
                doubted = first.ascii
        return Member(key, key[1] == "body", place, country, said, first, doubted)
