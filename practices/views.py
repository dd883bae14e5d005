"""The lists and the pages of methods and practices, and of calls for them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from directory.details import RecordDetail
from directory.facts import Value
from directory.lists import RecordList
from practices import call_facts, facts, filters
from practices.models import NominationRound, Practice


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
        sentence = str(_("No best practice is named in the sources yet: nothing here is nominated or selected."))
        return sentence, Value(str(_("See the calls for practices")), reverse("calls:list"))


class PracticeDetail(RecordDetail):
    """One method or practice."""

    model = Practice
    page = staticmethod(facts.practice_page)


class ByTheClock:
    """A page of calls: it holds for this second only, so no copy of it is kept."""

    def dispatch(self, request, *args, **options):
        """Say so; whoever asks again gets it anew."""
        response = super().dispatch(request, *args, **options)
        response["Cache-Control"] = "no-cache"
        return response


class CallList(ByTheClock, RecordList):
    """All calls for practices."""

    model = NominationRound
    filterset_class = filters.RoundFilter
    title = _("Calls for practices")
    intro = _(
        "For a while anybody may nominate what is worth repeating; reviewers judge by criteria that are published with the call, and select."
    )


class CallDetail(ByTheClock, RecordDetail):
    """One call for practices."""

    model = NominationRound
    page = staticmethod(call_facts.call_page)
    template_name = "call.html"
