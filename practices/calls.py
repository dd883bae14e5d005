"""Calls for practices: when they are open, what they ask, and by what nominations are judged."""

from datetime import timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from directory.bases import (
    Bilingual,
    Listed,
    ListedQuerySet,
    Row,
    RowQuerySet,
    Sourced,
    address,
    language_now,
    long_text,
    short_text,
)
from directory.facts import Fact, few
from directory.several import SeveralField
from networks.models import Organisation, Theme
from practices.choices import Kind
from practices.moments import told
from projects.models import Project


def is_time_zone(name):
    """Refuse a name that the calendar of time zones does not know; raises `ValidationError`."""
    if name not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone: write one such as Europe/Stockholm."), params={"name": name}
        )


class State(models.TextChoices):
    """Whether practices can be nominated, by the clock."""

    OPEN = "open", pgettext_lazy("call", "open")
    COMING = "coming", pgettext_lazy("call", "coming")
    CLOSED = "closed", pgettext_lazy("call", "closed")
    UNKNOWN = "unknown", pgettext_lazy("call", "not stated")


def state_between(opens, closes, at):
    """Return the `State` at a moment; the second of the deadline itself is still in time."""
    if closes and at >= closes + timedelta(seconds=1):
        return State.CLOSED
    if opens and at < opens:
        return State.COMING
    return State.OPEN if opens and closes else State.UNKNOWN


class RoundQuerySet(ListedQuerySet):
    """Calls for practices."""

    def for_cards(self):
        """Load what a card shows: who runs the call, and for which project."""
        return super().for_cards().select_related("project", "organiser")

    def for_detail(self):
        """Load the whole page."""
        return self.for_cards().with_rows("themes", "criteria", "questions")


class NominationRound(Listed, Sourced):
    """A call for practices: for a while anybody may nominate what is worth repeating, and reviewers select."""

    section = "calls"
    shape = "call"
    inferable = ("organiser", "elsewhere")

    opens_at = models.DateTimeField(
        _("opens"), null=True, blank=True, help_text=_("Empty where the source does not say.")
    )
    closes_at = models.DateTimeField(
        _("closes"),
        null=True,
        blank=True,
        help_text=_("The last second in which a nomination is accepted. Empty where the source does not say."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        default="Europe/Stockholm",
        validators=[is_time_zone],
        help_text=_("In which readers see when it opens and closes, such as Europe/Riga."),
    )
    elsewhere = models.BooleanField(
        _("run elsewhere"), default=False, help_text=_("Nominations are sent to others; none is accepted here.")
    )
    url = address(_("web address"), help_text=_("Where a call that is run elsewhere can be read."))
    countries = CountryField(
        _("countries"), multiple=True, blank=True, help_text=_("From where practices may come; none means everywhere.")
    )
    kinds = SeveralField(
        _("kinds"), values=Kind, help_text=_("What sorts of practice are sought; none means every sort.")
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="rounds", verbose_name=_("themes"))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("project")
    )
    organiser = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="rounds", verbose_name=_("run by")
    )
    guidance_sv = long_text(_("guidance in Swedish"), help_text=_("What somebody who nominates should know and do."))
    guidance_en = long_text(_("guidance in English"), help_text=_("What somebody who nominates should know and do."))
    reviewers_wanted = models.PositiveSmallIntegerField(
        _("reviewers for each nomination"), default=2, validators=[MinValueValidator(2)]
    )
    titles_public = models.BooleanField(
        _("all nominated titles are public"),
        default=False,
        help_text=_("Promised from the start: it cannot be switched on once something has been nominated."),
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days that contacts are kept"), default=180, help_text=_("Counted from the decision on a nomination.")
    )

    guidance = Bilingual()
    objects = RoundQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("call for practices")
        verbose_name_plural = _("calls for practices")
        # As every record's, under names that PostgreSQL and SQLite both take.
        indexes = [
            models.Index(name="practices_round_sv", fields=["sort_sv", "slug"]),
            models.Index(name="practices_round_en", fields=["sort_en", "slug"]),
            models.Index(name="practices_round_edited", fields=["-edited_at"], condition=Q(edited_at__isnull=False)),
            models.Index(
                name="practices_round_verified", fields=["-verified_at"], condition=Q(verified_at__isnull=False)
            ),
        ]
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="round_opens_before_it_closes",
                condition=Q(opens_at__isnull=True) | Q(closes_at__isnull=True) | Q(opens_at__lt=F("closes_at")),
                violation_error_message=_("A call cannot close before it opens."),
            ),
        ]

    def clean(self):
        """Refuse a promise made too late to those who have nominated; raises `ValidationError`."""
        promised = type(self).objects.filter(pk=self.pk, titles_public=True)
        if self.pk and self.titles_public and self.nominations.exists() and not promised.exists():
            sentence = _("Something has been nominated already, by people who were not told that titles are public.")
            raise ValidationError({"titles_public": sentence})

    def state(self, at=None):
        """Return the `State` at a moment, now if none is given."""
        return state_between(self.opens_at, self.closes_at, at or now())

    def accepts(self, at=None):
        """Whether practices can be nominated here."""
        return self.published and not self.elsewhere and self.state(at) == State.OPEN

    def local(self, moment):
        """Return a moment in the call's own time zone."""
        return moment and moment.astimezone(ZoneInfo(self.time_zone))

    @property
    def kind_labels(self):
        """The sorts of practice that are sought, in words."""
        return [Kind(each).label for each in self.kinds.split()]

    def brief(self):
        """The facts people decide by, in a card or a line; none that the clock changes, as cards are kept."""
        return [
            Fact.of(_("Closes"), told(self.closes_at, self.time_zone)),
            Fact.of(_("Countries"), *few(self.countries)),
            Fact.of(_("Run by"), self.organiser),
        ]


class Criterion(Row):
    """What nominations of a call are judged by, and how much it counts; published with the call."""

    round = models.ForeignKey(
        NominationRound, models.CASCADE, related_name="criteria", verbose_name=_("call for practices")
    )
    name_sv = short_text(_("name in Swedish"), blank=False)
    name_en = short_text(_("name in English"))
    help_sv = long_text(_("explanation in Swedish"))
    help_en = long_text(_("explanation in English"))
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, help_text=_("Readers see it as a share of all the weights of the call.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    name = Bilingual()
    help = Bilingual()
    sources = ()
    ends = ("round",)
    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["round", "position", "key"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="criterion_has_weight",
                condition=Q(weight__gt=0),
                violation_error_message=_("A criterion without weight would judge nothing."),
            ),
        ]

    def __str__(self):
        """The name in the reader's language."""
        return str(self.name)


class Question(Row):
    """What a call asks of everybody who nominates."""

    class Kind(models.TextChoices):
        """What sort of answer is wanted."""

        TEXT = "text", _("text")
        CHOICE = "choice", _("one of some choices")
        SCALE = "scale", _("a scale from 1 to 5")

    round = models.ForeignKey(
        NominationRound, models.CASCADE, related_name="questions", verbose_name=_("call for practices")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    text_sv = short_text(_("question in Swedish"), blank=False)
    text_en = short_text(_("question in English"))
    help_sv = long_text(_("explanation in Swedish"))
    help_en = long_text(_("explanation in English"))
    choices_sv = long_text(_("choices in Swedish"), help_text=_("One on each line."))
    choices_en = long_text(_("choices in English"), help_text=_("One on each line, in the same order."))
    required = models.BooleanField(_("must be answered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    text = Bilingual()
    help = Bilingual()
    sources = ()
    ends = ("round",)
    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["round", "position", "key"]
        base_manager_name = "objects"
        constraints = [
            models.CheckConstraint(
                name="question_of_choices_has_some",
                condition=~Q(kind="choice") | ~Q(choices_sv=""),
                violation_error_message=_("A question with choices needs them, at least in Swedish."),
            ),
        ]

    def __str__(self):
        """The question in the reader's language."""
        return str(self.text)

    def clean(self):
        """Refuse choices that do not pair up in both languages; raises `ValidationError`."""
        swedish, english = self.choices_sv.splitlines(), self.choices_en.splitlines()
        if english and len(swedish) != len(english):
            raise ValidationError({"choices_en": _("Give as many choices in English as in Swedish, or none.")})

    @property
    def choices(self):
        """Pairs of what is kept, which is the Swedish line, and what the reader sees."""
        kept = [line.strip() for line in self.choices_sv.splitlines() if line.strip()]
        english = [line.strip() for line in self.choices_en.splitlines() if line.strip()]
        shown = english if language_now() == "en" and len(english) == len(kept) else kept
        return list(zip(kept, shown, strict=True))

    def told(self, answer):
        """Return an answer as a reader reads it."""
        return dict(self.choices).get(answer, answer) if self.kind == self.Kind.CHOICE else answer
