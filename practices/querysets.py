"""What can be asked of practices."""

from directory.bases import ListedQuerySet


class PracticeQuerySet(ListedQuerySet):
    """Methods and practices."""

    def for_cards(self):
        """Load what a card shows: who developed it."""
        return super().for_cards().select_related("developer")

    def for_detail(self):
        """Load the whole page: what it is based on, what was adapted from it, where it is used and shown."""
        return (
            self.for_cards()
            .select_related("based_on__developer")
            .with_rows("adaptations", "themes", "projects", "meetings")
        )
