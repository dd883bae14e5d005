"""The list and the pages of methods and practices."""

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


class PracticeDetail(RecordDetail):
    """One method or practice."""

    model = Practice
    page = staticmethod(facts.practice_page)
