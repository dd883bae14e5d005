"""What can be asked of meetings and series."""

from django.db.models import Prefetch

from directory.bases import ListedQuerySet


class MeetingQuerySet(ListedQuerySet):
    """Meetings, and the series that hold them."""

    def single(self):
        """Meetings proper: a series never counts as a meeting."""
        return self.exclude(kind="series")

    def for_cards(self):
        """Load what a card shows: where it was and whose it is."""
        return super().for_cards().select_related("city", "network", "project", "parent")

    def with_series(self):
        """Load the series with the discrepancies that touch its meetings too."""
        return self.prefetch_related(Prefetch("parent", self.related("parent").with_rows("discrepancies")))

    def for_detail(self):
        """Load the whole page: figures, links, the series or its meetings, where discussions were carried."""
        return (
            self.for_cards()
            .select_related("feeds")
            .with_rows("figures", "links", "discrepancies", "fed_by", "practices")
            .with_series()
            .prefetch_related(
                Prefetch("children", self.related("children").for_cards().with_rows("discrepancies")),
                Prefetch("network", self.related("network").with_rows("discrepancies")),
            )
        )
