"""The list and the pages of methods and practices."""

from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from directory.details import RecordDetail
from directory.lists import RecordList
from practices import facts, filters
from practices.models import Practice


class PracticeList(RecordList):
    """All methods and practices."""

    model = Practice
    filterset_class = filters.PracticeFilter
    title = _("Methods and practices")
    intro = _(
        "Ways of working that others may repeat: methods that a source describes, and practices nominated or selected."
    )

    def silence(self, filters):
        """Say that the sources name no best practice where none is known at all, and lead to where one can be nominated."""
        asked = set(filters.values("standing"))
        if not asked or not asked <= {Practice.Standing.NOMINATED, Practice.Standing.SELECTED}:
            return super().silence(filters)
        if any(filters.reading.groups["standing"].get(each) for each in asked):
            return super().silence(filters)
        return say("No best practice is named in the sources yet: nothing here is nominated or selected."), None


class PracticeDetail(RecordDetail):
    """One method or practice."""

    model = Practice
    page = staticmethod(facts.practice_page)
