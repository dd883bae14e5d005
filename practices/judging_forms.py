"""The forms by which staff judge nominations: eligibility, scores, a conflict of interest, the decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.bases import readable
from directory.careful import Paragraphs
from practices.call_facts import share
from practices.judging import CHECKS
from practices.nominations import Status

YES, NO = "yes", "no"
# What the points mean, so that two reviewers mean the same by a three.
POINTS = {
    1: _("1 – not at all"),
    2: _("2 – hardly"),
    3: _("3 – partly"),
    4: _("4 – largely"),
    5: _("5 – fully"),
}
WHY = _("Write it so that both the nominator and the public can read it: it says nothing of persons or of scores.")


class PlainText(Paragraphs):
    """Some lines of text without invisible characters."""

    def __init__(self, *, rows=2, longest=4000, **options):
        """Take how many rows are shown, and the longest text."""
        widget = forms.Textarea(attrs={"rows": rows, "class": "vLargeTextField"})
        super().__init__(**{"widget": widget, "max_length": longest, "validators": [readable], **options})


def reason(label, **options):
    """Return the field for a public reason in one language."""
    return PlainText(label=label, rows=4, help_text=WHY, **options)


class Plain(forms.Form):
    """A form whose labels are sentences, without a colon after them."""

    def __init__(self, *args, **options):
        super().__init__(*args, **{"label_suffix": "", **options})


class CheckForm(Plain):
    """Whether a nomination belongs to the call: a yes or a no to each question, and why where it is no."""

    reason_sv = reason(_("Reason in Swedish, where the nomination is left out"), required=False)
    reason_en = reason(_("Reason in English, where the nomination is left out"), required=False)

    def __init__(self, *args, **options):
        """Ask each question."""
        super().__init__(*args, **options)
        choices = [(YES, _("yes")), (NO, _("no"))]
        for name, question in CHECKS.items():
            self.fields[name] = forms.ChoiceField(label=question, choices=choices, widget=forms.RadioSelect)
            self.fields[f"{name}_note"] = PlainText(label=_("Note, for the desk only"), required=False)
        self.order_fields([each for name in CHECKS for each in (name, f"{name}_note")])

    @property
    def questions(self):
        """Each question with its note, for the page."""
        return [(self[name], self[f"{name}_note"]) for name in CHECKS]

    @property
    def checks(self):
        """What was found, as it is kept."""
        data = self.cleaned_data
        return {name: {"answer": data[name] == YES, "note": data[f"{name}_note"]} for name in CHECKS}

    def clean(self):
        """Ask for the reason, in both languages, where an answer is no; and for none where all are yes."""
        data = super().clean()
        answers = [data.get(name) for name in CHECKS]
        for name in ("reason_sv", "reason_en"):
            if NO in answers and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Leaving a nomination out needs a reason that its nominator is told."))
            if NO not in answers and None not in answers and data.get(name):
                self.add_error(name, _("All answers are yes, so nothing is left out: take the reason away."))
        return data


class ScoreForm(Plain):
    """What a reviewer thinks of a nomination, criterion by criterion."""

    comment = PlainText(label=_("Comment on the whole"), required=False, rows=4)

    def __init__(self, *args, criteria, **options):
        """Ask for points, and a comment, by each criterion."""
        super().__init__(*args, **options)
        self.criteria = list(criteria)
        for each in self.criteria:
            self.fields[f"points_{each.key}"] = forms.TypedChoiceField(
                label=str(each.name),
                help_text=str(each.help),
                choices=list(POINTS.items()),
                coerce=int,
                widget=forms.RadioSelect,
            )
            self.fields[f"comment_{each.key}"] = PlainText(label=_("Comment"), required=False)
        names = [each.key for each in self.criteria]
        self.order_fields([each for name in names for each in (f"points_{name}", f"comment_{name}")])

    @property
    def rows(self):
        """Each criterion with its two fields and its share of the weights, for the page."""
        whole = sum(each.weight for each in self.criteria)
        return [
            (each, self[f"points_{each.key}"], self[f"comment_{each.key}"], share(each.weight, whole))
            for each in self.criteria
        ]

    @property
    def scores(self):
        """The points and comments, as they are kept."""
        data = self.cleaned_data
        return {
            each.key: {"points": data[f"points_{each.key}"], "comment": data[f"comment_{each.key}"]}
            for each in self.criteria
        }


class ConflictForm(Plain):
    """What a reviewer has to do with a nomination, so that she should not score it."""

    note = PlainText(label=_("What you have to do with it"), help_text=_("Moderators read it, nobody else."))


class DecisionForm(Plain):
    """Whether a nomination is selected, and why."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Status.SELECTED.value, Status.SELECTED.label),
            (Status.NOT_SELECTED.value, Status.NOT_SELECTED.label),
        ],
        widget=forms.RadioSelect,
    )
    reason_sv = reason(_("Reason in Swedish"))
    reason_en = reason(_("Reason in English"))
