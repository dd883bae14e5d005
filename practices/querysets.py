"""What can be asked of practices."""

from django.db.models import Prefetch

from directory.bases import ListedQuerySet
from practices.nominations import Nomination, Status


class PracticeQuerySet(ListedQuerySet):
    """Methods and practices."""

    def for_cards(self):
        """Load what a card shows: who developed it."""
        return super().for_cards().select_related("developer")

    def for_detail(self):
        """Load the whole page: what it is based on, what was adapted from it, where it is used and shown, who named it."""
        chosen = Nomination.objects.filter(status=Status.SELECTED).select_related("round").order_by("decided_at", "pk")
        return (
            self.for_cards()
            .select_related("based_on__developer")
            .with_rows("adaptations", "themes", "projects", "meetings")
            .prefetch_related(Prefetch("nominations", chosen))
        )
