"""The steps of the form by which somebody nominates a practice: what each asks, and how it is kept."""

import secrets

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_countries import countries

from directory.bases import language_now
from directory.guarded import DAY, HOUR, MINUTE, GuardedForm, PlainText
from practices import secret_links
from practices.choices import Kind, Sector
from practices.nominations import NominatorContact, Status, few_web_addresses
from practices.steps import NotAllowed, lock

CREDITS = {
    "both": gettext_lazy("with my name and organisation"),
    "name": gettext_lazy("with my name"),
    "organisation": gettext_lazy("with my organisation"),
    "none": gettext_lazy("without naming me"),
}
CHOOSE = gettext_lazy("Choose …")


class NominationStep(GuardedForm):
    """One step: filled from a nomination, and put into it again."""

    # A template that is handed the step itself means it, and not a form made of nothing.
    do_not_call_in_templates = True
    key = ""
    title = ""
    purpose = "draft"
    limits_of_one = ((80, 10 * MINUTE), (400, DAY))
    limits_of_all = ((4000, HOUR),)

    def __init__(self, request, call, nomination=None, data=None):
        """Ask what the call asks, filled with what the nomination has."""
        self.call, self.nomination = call, nomination
        super().__init__(request, data, initial=self.kept(nomination) if nomination else {})
        self.adapt()

    @classmethod
    def asked(cls, call):
        """Whether the call has anything to ask in this step."""
        return True

    @property
    def says_otherwise(self):
        """Whether what was typed is something else than the nomination has."""
        return not set(self.answers).isdisjoint(self.changed_data)

    def adapt(self):
        """Fit the fields to the call."""

    def kept(self, nomination):
        """Return what the nomination has in this step, as the form shows it."""
        return {name: getattr(nomination, name) for name in self.base_fields if hasattr(nomination, name)}

    def change(self, nomination):
        """Put what was typed into a draft as it is stored now; raises `NotAllowed` where it is a draft no more."""
        with transaction.atomic():
            kept = lock(nomination)
            if kept.status != Status.DRAFT:
                raise NotAllowed
            self.put_into(kept)
        nomination.secret = getattr(kept, "secret", nomination.secret)

    def put_into(self, nomination):
        """Put what was typed into a nomination and save it."""
        for name in self.base_fields:
            if name in self.cleaned_data and hasattr(nomination, name):
                setattr(nomination, name, self.cleaned_data[name])
        nomination.changed_at = now()
        nomination.save()

    @classmethod
    def complete(cls, nomination):
        """Whether the nomination has what must not be missing."""
        return True


class PracticeStep(NominationStep):
    """What the practice is."""

    key, title = "practice", gettext_lazy("The practice")
    most_links = 0

    called = PlainText(
        label=gettext_lazy("What is the practice called?"), help_text=gettext_lazy("The name that people know it by.")
    )
    kind = forms.ChoiceField(label=gettext_lazy("What sort of practice is it?"), widget=forms.RadioSelect)
    developer = PlainText(
        label=gettext_lazy("Who developed it?"),
        required=False,
        help_text=gettext_lazy("An organisation or a group, as it calls itself."),
    )
    description = PlainText(
        rows=10,
        label=gettext_lazy("What is done, for whom, and what has come of it?"),
        max_length=6000,
        help_text=gettext_lazy("In your own words, up to 6,000 characters. Web addresses come in a later step."),
    )

    def adapt(self):
        """Offer the kinds that the call seeks."""
        wanted = self.call.kinds.split()
        self.fields["kind"].choices = [each for each in Kind.choices if not wanted or each[0] in wanted]

    def kept(self, nomination):
        """Return the name under another name: `title` is the step's own."""
        return {**super().kept(nomination), "called": nomination.title}

    def put_into(self, nomination):
        """Keep the name as the title."""
        nomination.title = self.cleaned_data["called"]
        super().put_into(nomination)


class NewNomination(PracticeStep):
    """The first step of a nomination that is not there yet; few can be begun from one place."""

    purpose = "nominate"
    limits_of_one = ((4, 10 * MINUTE), (20, DAY))
    limits_of_all = ((200, HOUR),)


class PlaceStep(NominationStep):
    """Where the practice is at home, in which part of society, and what it is about."""

    key, title = "place", gettext_lazy("Where and about what")

    country = forms.ChoiceField(label=gettext_lazy("In which country is it used?"))
    sector = forms.ChoiceField(
        label=gettext_lazy("In which part of society is it at home?"), choices=Sector.choices, widget=forms.RadioSelect
    )
    themes = forms.MultipleChoiceField(
        label=gettext_lazy("Which of the call's themes is it about?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def adapt(self):
        """Offer the countries and the themes of the call."""
        wanted = {each.code for each in self.call.countries}
        offered = [(code, name) for code, name in countries if not wanted or code in wanted]
        self.fields["country"].choices = [("", CHOOSE), *offered]
        themes = list(self.call.themes.public().in_order())
        self.fields["themes"].choices = [(theme.slug, theme.name) for theme in themes]
        if not themes:
            del self.fields["themes"]

    def kept(self, nomination):
        """Return country and themes as the form has them."""
        themes = [theme.slug for theme in nomination.themes.all()]
        return {"country": nomination.country.code, "sector": nomination.sector, "themes": themes}

    def put_into(self, nomination):
        """Keep the themes too."""
        nomination.country, nomination.sector = self.cleaned_data["country"], self.cleaned_data["sector"]
        nomination.changed_at = now()
        nomination.save()
        nomination.themes.set(self.call.themes.filter(slug__in=self.cleaned_data.get("themes", [])))

    @classmethod
    def complete(cls, nomination):
        """A country must be named."""
        return bool(nomination.country)


class AnswersStep(NominationStep):
    """What the call asks of every practice."""

    key, title = "answers", gettext_lazy("Questions of the call")

    @classmethod
    def asked(cls, call):
        """Whether the call asks anything."""
        return call.questions.exists()

    def adapt(self):
        """Ask each question as it wants to be answered."""
        for question in self.call.questions.all():
            options = {"label": str(question.text), "help_text": str(question.help), "required": question.required}
            if question.kind == question.Kind.TEXT:
                field = PlainText(rows=6, max_length=4000, **options)
            else:
                scale = question.kind == question.Kind.SCALE
                choices = [(str(each), str(each)) for each in range(1, 6)] if scale else question.choices
                none = [] if question.required else [("", _("No answer"))]
                field = forms.ChoiceField(choices=[*choices, *none], widget=forms.RadioSelect, **options)
            self.fields[f"answer-{question.key}"] = field

    def kept(self, nomination):
        """Return the answers under the names of the fields."""
        return {f"answer-{key}": answer for key, answer in nomination.answers.items()}

    def put_into(self, nomination):
        """Keep each answer by the key of its question."""
        asked = {f"answer-{question.key}": question.key for question in self.call.questions.all()}
        given = {key: self.cleaned_data[name] for name, key in asked.items() if self.cleaned_data.get(name)}
        nomination.answers, nomination.changed_at = given, now()
        nomination.save()

    @classmethod
    def complete(cls, nomination):
        """Every question that must be answered is."""
        wanted = nomination.round.questions.filter(required=True).values_list("key", flat=True)
        return all(nomination.answers.get(key) for key in wanted)


class WebAddresses(PlainText):
    """A few web addresses, one on each line however they were typed; what is none is refused."""

    default_validators = [few_web_addresses]

    def to_python(self, value):
        """Put each on a line."""
        return "\n".join(super().to_python(value).split())


class EvidenceStep(NominationStep):
    """Where others can read about the practice."""

    key, title = "evidence", gettext_lazy("Evidence")
    with_links = ("links",)

    links = WebAddresses(
        rows=5,
        label=gettext_lazy("Where can we read about it?"),
        required=False,
        max_length=2600,
        help_text=gettext_lazy(
            "Web addresses of reports, evaluations or its own pages, one on each line; at most five."
        ),
    )


class NominatorStep(NominationStep):
    """Who nominates, what may be told of her, and that she agrees."""

    key, title = "nominator", gettext_lazy("You")

    name = PlainText(label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        max_length=254,
        help_text=gettext_lazy(
            "We write to it so that you can confirm, and to say what becomes of the nomination. Only those who handle nominations see it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": gettext_lazy("This is no e-mail address: it looks like name@example.org.")},
    )
    organisation = PlainText(
        label=gettext_lazy("Your organisation"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    credit = forms.ChoiceField(
        label=gettext_lazy("If it is selected, how is it published?"), choices=CREDITS.items(), widget=forms.RadioSelect
    )
    consent = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Without this we may not keep your address, so we cannot take the nomination.")
        }
    )

    def adapt(self):
        """Say what she agrees to."""
        self.fields["consent"].label = consent_text(self.call)

    def kept(self, nomination):
        """Return the contact, where there is one; consent is asked for anew when what she would agree to has changed."""
        contact = NominatorContact.objects.filter(nomination=nomination).first()
        if contact is None:
            return {}
        named = bool(nomination.credit_name), bool(nomination.credit_organisation)
        credit = {(True, True): "both", (True, False): "name", (False, True): "organisation"}.get(named, "none")
        return {
            "name": contact.name,
            "email": contact.email,
            "organisation": contact.organisation,
            "credit": credit,
            "consent": contact.consent_text == consent_text(self.call),
        }

    def clean(self):
        """Refuse a credit with an organisation that is not named; raises `ValidationError`."""
        if self.cleaned_data.get("credit") == "organisation" and not self.cleaned_data.get("organisation"):
            self.add_error("organisation", ValidationError(_("Name the organisation that is to be credited.")))
        return super().clean()

    def put_into(self, nomination):
        """Keep who she is apart from what she nominates."""
        given = self.cleaned_data
        before = NominatorContact.objects.filter(nomination=nomination).first()
        same = before and before.email == given["email"]
        if before and before.asked_at and not same:
            # Whoever got the mail at the former address was told the old link.
            nomination.secret = secret_links.secret_of(secrets.token_urlsafe(12))
            nomination.secret_hash = secret_links.digest(nomination.secret)
        NominatorContact.objects.update_or_create(
            nomination=nomination,
            defaults={
                "name": given["name"],
                "email": given["email"],
                "organisation": given["organisation"],
                "consent_text": consent_text(self.call),
                "consented_at": now(),
                "asked_at": before.asked_at if same else None,
            },
        )
        nomination.credit_name = given["name"] if given["credit"] in ("both", "name") else ""
        nomination.credit_organisation = given["organisation"] if given["credit"] in ("both", "organisation") else ""
        nomination.anonymous = given["credit"] == "none"
        nomination.language, nomination.changed_at = language_now(), now()
        nomination.save()

    @classmethod
    def complete(cls, nomination):
        """A contact must be there."""
        return NominatorContact.objects.filter(nomination=nomination).exists()


class SendStep(NominationStep):
    """Nothing more is asked: the nomination is looked through and sent."""

    key, title = "check", gettext_lazy("Look through and send")


STEPS = [PracticeStep, PlaceStep, AnswersStep, EvidenceStep, NominatorStep, SendStep]


def steps_of(call):
    """Return the steps in which a call has something to ask."""
    return [step for step in STEPS if step.asked(call)]


def consent_text(call):
    """Return what a nominator agrees to, in the reader's language."""
    return ngettext(
        "I agree that my name, e-mail address and organisation are kept until %(count)d day after the decision, to write to me about this nomination. I can erase them at any time.",
        "I agree that my name, e-mail address and organisation are kept until %(count)d days after the decision, to write to me about this nomination. I can erase them at any time.",
        call.retention_days,
    ) % {"count": call.retention_days}
