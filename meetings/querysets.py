"""What can be asked of meetings and series."""

from directory.bases import ListedQuerySet


class MeetingQuerySet(ListedQuerySet):
    """Meetings, and the series that hold them."""

    def single(self):
        """Meetings proper: a series never counts as a meeting."""
        return self.exclude(kind="series")

    def for_cards(self):
        """Load what a card shows: where it was and whose it is."""
        return super().for_cards().select_related("city", "network", "project", "parent")

    def for_detail(self):
        """Load the whole page: figures, links, its meetings, where discussions were carried."""
        return self.for_cards().select_related("feeds").with_rows("figures", "links", "fed_by", "practices", "children")
