"""Who is where with whom: networks through the members they share, cities through the networks they are both in."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch

from directory.bases import FIRST_FEW
from networks.models import City, Membership, Network

# As many others as a record's page names, and as many networks as one table holds against each other.
MOST_BESIDE, MOST_ACROSS = 6, 30
# Into as many steps the shades of the table are divided.
SHADES = 5


@dataclass(frozen=True)
class Beside:
    """A record that another one has something in common with: how many, and the first few of them."""

    record: object
    count: int
    first: list


def networks_beside(network):
    """Return the networks that share most members with a network, the most first; three queries, one if none does."""
    members = [row for row in network.memberships.all() if row.role == Membership.Role.MEMBER]
    if not members:
        return []
    shared = Membership.objects.public().shared_with(network)
    counted = dict(shared.most_frequent("network", MOST_BESIDE))
    return _beside(Network, counted, shared, "member")


def cities_beside(city):
    """Return the cities that are in most of a city's networks, the most first; three queries, one if none is."""
    if not city.memberships.all():
        return []
    shared = Membership.objects.public().of_fellows(city)
    counted = dict(shared.most_frequent("city", MOST_BESIDE))
    return _beside(City, counted, shared, "network")


def _beside(model, counted, shared, end):
    if not counted:
        return []
    first = Prefetch("memberships", shared.for_cards().in_order_of(end)[: 2 * FIRST_FEW], to_attr="first_shared")
    records = model.objects.public().order_by().prefetch_related(first).in_bulk(list(counted))
    return [
        Beside(records[key], count, list(dict.fromkeys(getattr(row, end) for row in records[key].first_shared)))
        for key, count in counted.items()
        if key in records
    ]


@dataclass(frozen=True)
class Meeting:
    """Where the row of one network meets the column of another: how many members both have, and how dark that is."""

    count: int
    shade: int
    address: str
    itself: bool


class Overlap:
    """Some networks held against each other, those with most members first."""

    def __init__(self, filters, address):
        """Take the filters that say which networks, and a function that returns where two of them are compared."""
        self.found, self.address = filters.found, address
        sizes = self.sizes(filters.reading)
        named = [(key, count) for key, count in sizes if key in self.found]
        # Those of which the sources name no member.
        self.unnamed = len(self.found) - len(named)
        # How many there would be if the table could hold them.
        self.named = len(named)
        kept = dict(named[:MOST_ACROSS])
        networks = Network.objects.public().order_by().in_bulk(list(kept))
        self.networks = [networks[key] for key in kept if key in networks]

    @staticmethod
    def sizes(reading):
        """Return (key, how many members) of all networks that have any, most first; asked once a version."""
        if "sizes of networks" not in reading.kept:
            members = Membership.objects.public().of_members()
            reading.kept["sizes of networks"] = list(members.most_frequent("network", None))
        return reading.kept["sizes of networks"]

    def rows(self):
        """Yield (network, meetings): how many members it shares with each of the networks; one query."""
        members = defaultdict(set)
        rows = Membership.objects.public().of_members().filter(network__in=[each.pk for each in self.networks])
        for network, city, organisation in rows.order_by().values_list("network", "city", "organisation"):
            members[network].add((city, organisation))
        counts = {
            (one.pk, other.pk): len(members[one.pk] & members[other.pk])
            for one in self.networks
            for other in self.networks
        }
        most = max((count for (one, other), count in counts.items() if one != other), default=0)
        for place, one in enumerate(self.networks):
            meetings = []
            for column, other in enumerate(self.networks):
                count, itself = counts[one.pk, other.pk], one is other
                shade = 0 if itself else -(-count * SHADES // max(most, SHADES))
                # The same address on both sides of the diagonal.
                pair = (one, other) if place < column else (other, one)
                meetings.append(Meeting(count, shade, "" if itself else self.address(*pair), itself))
            yield one, meetings
