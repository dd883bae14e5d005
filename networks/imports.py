"""Networks and memberships as tables that editors fill in."""

from directory.imports.own import NAMED, SOURCED, SUMMED_UP, OwnRows, OwnTable, columns_of
from networks.models import Membership, Network


class Networks(OwnTable):
    """Networks of every kind."""

    name = "networks"
    label = Network._meta.verbose_name_plural
    model = Network
    columns = columns_of(
        Network,
        *NAMED,
        *("kind", "scope", "parent", "country", "status"),
        *("verb", "started", "started_wording", "ended", "ended_wording"),
        *("themes", "actor_types"),
        *SUMMED_UP,
        *("description_sv", "description_en"),
        *SOURCED,
        "published",
    )


class Memberships(OwnRows):
    """Who is in which network."""

    name = "memberships"
    label = Membership._meta.verbose_name_plural
    model = Membership
    recognised_by = ("key",)
    ties = (("network", "city"), ("network", "organisation"))
    columns = columns_of(
        Membership,
        *("key", "network", "city", "organisation", "role", "since", "until", "focus", "tandem"),
        *SOURCED,
    )
