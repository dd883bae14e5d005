"""What can be asked of projects, their participants, funders, programmes and publications."""

from django.db.models import Exists, OuterRef, Prefetch, Q

from directory.bases import FIRST_FEW, ListedQuerySet, RowQuerySet

# A call in a programme in a fund in a framework programme: no source names more than three.
MOST_FRAMES = 4


class ProjectQuerySet(ListedQuerySet):
    """Projects and sub-projects."""

    def for_cards(self):
        """Load what a card shows: who pays and who leads."""
        return super().for_cards().select_related("parent").with_rows("grants", "participations")

    def for_timeline(self):
        """Load the length too, which the source may give in place of dates."""
        return super().for_timeline("duration_sv", "duration_en")

    def for_detail(self):
        """Load the whole page: participants with contacts, grants, parts, figures, ties, publications, meetings."""
        return (
            self.select_related("source", "parent", "themes__source", "actor_types__source")
            .with_rows("figures", "links", "ties", "publications", "practices", "grants", "children", "meetings")
            .prefetch_related(
                Prefetch("participations", self.related("participations").for_cards().with_contacts()),
                Prefetch("network", self.related("network").for_cards().with_rows("ties")),
            )
            .with_terms()
        )

    def with_terms(self):
        """Load the terms of the theme set and of the actor groups."""
        terms = self.related("themes").related("terms").order_by("position")
        return self.prefetch_related(Prefetch("themes__terms", terms), Prefetch("actor_types__terms", terms))


class ParticipationQuerySet(RowQuerySet):
    """Who takes part in which project."""

    def with_contacts(self):
        """Load the shown contacts of the organisations."""
        contacts = self.related("organisation").related("contacts").for_cards()
        return self.prefetch_related(Prefetch("organisation__contacts", contacts))


# The programme of a grant and the frames above it, as far up as frames may stand.
FRAMES = ["__".join(["programme", *["parent"] * above]) for above in range(MOST_FRAMES)]


class GrantQuerySet(RowQuerySet):
    """Who pays what to whom."""

    def for_cards(self):
        """Load both ends and the frames that the money comes through."""
        return super().for_cards().select_related(FRAMES[-1])

    def under(self, addresses):
        """Grants under a published programme with one of the addresses, or under a part of one."""
        found = Q()
        for frame in FRAMES:
            found |= Q(**{f"{frame}__slug__in": addresses, f"{frame}__published": True})
        return self.filter(found)


class TieQuerySet(RowQuerySet):
    """Relations that are not money."""


class ProgrammeQuerySet(ListedQuerySet):
    """Frames under which money is given or work is aligned."""

    def for_cards(self):
        """Load what a card shows: what it is part of and who runs it."""
        return super().for_cards().select_related("parent", "operator")

    def for_detail(self):
        """Load the whole page: parts, ties, publications."""
        return self.for_cards().with_rows("children", "ties", "publications")


class FunderQuerySet(ListedQuerySet):
    """Organisations that have given a grant visitors may see."""

    def public(self):
        """Only those with a grant to a published project."""
        return super().public().filter(Exists(self.related("grants").filter(funder=OuterRef("pk"))))

    def for_cards(self):
        """Load what a card shows: the first that was paid for, and under what."""
        return super().for_cards().select_related("city").with_first("grants", count=FIRST_FEW)

    def for_detail(self):
        """Load the whole page."""
        return super().for_cards().select_related("city").with_rows("grants")


class PublicationQuerySet(ListedQuerySet):
    """Books, guides and agendas."""

    def for_cards(self):
        """Load what a card shows: whose it is."""
        return super().for_cards().select_related("project", "programme")

    def for_detail(self):
        """Load the whole page: the ties that lead to it, and the network that its project runs."""
        return self.for_cards().select_related("project__network").with_rows("ties")
