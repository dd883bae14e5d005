"""What the page of a call for practices tells."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.facts import Fact, Line, Page, Table, Text, Value, on, record_table
from networks.facts import other_names
from practices.calls import State
from practices.models import Practice
from practices.moments import told


@dataclass
class CallPage(Page):
    """A call's page: above the facts it says whether anything can be sent, and where."""

    state: str = ""
    state_words: str = ""
    nominate: str = ""


def call_page(call):
    """Whether it is open, what it seeks, by what nominations are judged, what is asked, what came of it."""
    questions = list(call.questions.all())
    return CallPage(
        record=call,
        state=call.state(),
        state_words=state_words(call),
        nominate=reverse("calls:nominate", args=[call.slug]) if call.accepts() else "",
        kind=call._meta.verbose_name,
        facts=[
            *other_names(call, call),
            Fact.of(_("State"), "" if call.state() == State.UNKNOWN else call.state().label, row=call),
            Fact.of(_("Opens"), told(call.opens_at, call.time_zone), row=call),
            Fact.of(_("Closes"), told(call.closes_at, call.time_zone), row=call),
            Fact.of(_("Countries"), *call.countries, row=call, silence=_("not limited")),
            Fact.of(_("Kinds of practice"), *call.kind_labels, row=call, silence=_("every kind")),
            Fact.of(_("Themes"), *call.themes.all(), row=call),
            Fact.of(_("Run by"), call.organiser, row=on(call, "organiser")),
            Fact.of(
                _("Nominations are sent"), _("elsewhere") if call.elsewhere else _("here"), row=on(call, "elsewhere")
            ),
            Fact.of(_("Project"), call.project, row=call),
            *([] if call.elsewhere else _promises(call)),
        ],
        sections=[
            Text(_("Guidance"), call.guidance, call),
            _criteria(list(call.criteria.all())),
            Table(
                _("What is asked"), [Line([Fact.of(_("Question"), each.text), _answered(each)]) for each in questions]
            ),
            record_table(_("Selected practices"), _("Practice"), list(_selected(call))),
            Table(_("Nominated practices"), [Line([Fact.of(_("Practice"), title)]) for title in _titles(call)]),
        ],
    )


def state_words(call):
    """Say whether anything can be sent to a call, and until or since when."""
    state = call.state()
    if state == State.CLOSED:
        return _("Closed since %(moment)s. Nothing more is accepted.") % {
            "moment": told(call.closes_at, call.time_zone)
        }
    if call.elsewhere:
        return _("This call is run by others: nothing can be sent to it here.")
    if state == State.COMING:
        return _("Opens %(moment)s. Nothing can be sent before.") % {"moment": told(call.opens_at, call.time_zone)}
    if state == State.OPEN:
        return _("Open until %(moment)s.") % {"moment": told(call.closes_at, call.time_zone)}
    return _("When the call is open is not stated, so nothing can be sent to it here.")


def _promises(call):
    """What somebody who nominates may count on."""
    reviewers = ngettext("%(count)d reviewer at least", "%(count)d reviewers at least", call.reviewers_wanted)
    kept = ngettext("%(count)d day after the decision", "%(count)d days after the decision", call.retention_days)
    titles = _("all of them") if call.titles_public else _("only those that are selected")
    return [
        Fact.of(_("Each nomination is read by"), reviewers % {"count": call.reviewers_wanted}),
        Fact.of(_("Titles that are public"), titles),
        Fact.of(_("Contacts of nominators are kept"), kept % {"count": call.retention_days}),
    ]


def share(weight, whole):
    """Return a weight as a share of all, in per cent, no more exact than readers need."""
    percent = round(100 * weight / whole, 1)
    number = number_format(percent, decimal_pos=0 if percent == int(percent) else 1)
    return _("%(number)s%%") % {"number": number}


def _criteria(criteria):
    whole = sum(each.weight for each in criteria)
    lines = [
        Line(
            [
                Fact.of(_("Criterion"), each.name),
                Fact.of(_("Weight"), share(each.weight, whole)),
                Fact.of(_("What it means"), each.help, silence=_("the name says it")),
            ]
        )
        for each in criteria
    ]
    return Table(_("How nominations are judged"), lines)


def _answered(question):
    """How a question is answered."""
    words = capfirst(question.get_kind_display())
    if question.kind == question.Kind.CHOICE:
        words = ", ".join(shown for _kept, shown in question.choices)
    extra = "" if question.required else _("need not be answered")
    return Fact(str(_("Answer")), (Value(words, note=extra),))


def _selected(call):
    """The practices that nominations to the call became."""
    return Practice.objects.public().filter(nominations__round=call).for_cards().distinct().in_order()


def _titles(call):
    """The titles of what was nominated, where the call promised to list them."""
    if not call.titles_public:
        return []
    return sorted(call.nominations.titled_in_public().values_list("title", flat=True), key=str.casefold)
