"""What practices can be narrowed by, in the order visitors ask."""

from django.utils.translation import gettext_lazy as _

from directory.filters import RecordFilter
from directory.narrowing import Choices, Countries, Related
from practices.models import Practice


class PracticeFilter(RecordFilter):
    """Which practices: what they are, where, in which sector, about what, and how they came here."""

    model = Practice

    kind = Choices("kind", Practice.Kind, label=_("Kind"))
    country = Countries("country", label=_("Country"))
    sector = Choices("sector", Practice.Sector, label=_("Sector"), offered=True)
    theme = Related("themes", label=_("Theme"))
    standing = Choices("standing", Practice.Standing, label=_("Standing"), offered=True)
