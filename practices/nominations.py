"""Nominations: what somebody proposes to a call, who she is, and what becomes of it."""

import re
import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from directory.bases import Bilingual, long_text, readable, short_text, web_addresses
from directory.roles import NOMINATIONS
from networks.models import Theme
from practices.calls import NominationRound
from practices.choices import Kind, Sector
from practices.conflicts import REASONS

MOST_LINKS = 5
# No letter or digit that could be read as another.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
REFERENCE = re.compile(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}")


class Status(models.TextChoices):
    """How far a nomination has come."""

    DRAFT = "draft", pgettext_lazy("nomination", "draft")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("nomination", "waits for the address to be confirmed")
    SUBMITTED = "submitted", pgettext_lazy("nomination", "received")
    UNDER_REVIEW = "under-review", pgettext_lazy("nomination", "in review")
    SELECTED = "selected", pgettext_lazy("nomination", "selected")
    NOT_SELECTED = "not-selected", pgettext_lazy("nomination", "not selected")
    INELIGIBLE = "ineligible", pgettext_lazy("nomination", "outside the call")
    WITHDRAWN = "withdrawn", pgettext_lazy("nomination", "withdrawn")


# The only steps there are (practices/steps.py takes them).
ALLOWED = {
    Status.DRAFT: {Status.UNCONFIRMED},
    # Back to the draft: to change something, or to give another address.
    Status.UNCONFIRMED: {Status.SUBMITTED, Status.DRAFT, Status.WITHDRAWN},
    Status.SUBMITTED: {Status.UNDER_REVIEW, Status.INELIGIBLE, Status.WITHDRAWN},
    Status.UNDER_REVIEW: {Status.SELECTED, Status.NOT_SELECTED, Status.INELIGIBLE, Status.WITHDRAWN},
    Status.SELECTED: set(),
    Status.NOT_SELECTED: set(),
    Status.INELIGIBLE: set(),
    Status.WITHDRAWN: set(),
}
# Statuses that staff have to do with: before them the address is not confirmed.
SENT = [each for each in Status if each not in (Status.DRAFT, Status.UNCONFIRMED)]
ENDED = [each for each, following in ALLOWED.items() if not following]


def new_reference():
    """Return a short name for a nomination that tells nothing and can be read out on the telephone."""
    letters = "".join(secrets.choice(LETTERS) for _each in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def few_web_addresses(text):
    """Refuse more than a few lines, and a line that is no web address; raises `ValidationError`."""
    lines = text.split()
    if len(lines) > MOST_LINKS:
        raise ValidationError(
            _("Give at most %(count)s web addresses, one on each line."), params={"count": MOST_LINKS}
        )
    web_addresses(text)


class NominationQuerySet(models.QuerySet):
    """Nominations, which visitors never see as rows."""

    def sent(self):
        """Those whose nominator confirmed her address: all that staff have to do with."""
        return self.filter(status__in=SENT)

    def nameable(self):
        """Those that the desk names beside other records: what is not sent is nobody's business."""
        return self.sent()

    def titled_in_public(self):
        """Those whose titles their call promised to list."""
        return self.sent().filter(round__titles_public=True, round__published=True).exclude(status=Status.WITHDRAWN)


class Nomination(models.Model):
    """A practice that somebody proposes to a call as worth repeating."""

    # Whose rights these are is said by directory/roles.py.
    rights = NOMINATIONS

    # Told to nobody by a dump (directory/management/commands/dumpdata.py).
    not_dumped = True

    round = models.ForeignKey(
        NominationRound, models.PROTECT, related_name="nominations", verbose_name=_("call for practices")
    )
    reference = models.CharField(_("reference"), max_length=12, unique=True, default=new_reference, editable=False)
    # Of the secret in the link that the nominator has, its digest alone is kept.
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=15, choices=Status, default=Status.DRAFT, editable=False)
    language = models.CharField(
        _("language"), max_length=2, default="sv", choices=[("sv", _("Swedish")), ("en", _("English"))]
    )
    title = short_text(_("name of the practice"), blank=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    country = CountryField(_("country"), blank=True)
    sector = models.CharField(_("sector"), max_length=15, choices=Sector, default=Sector.UNKNOWN)
    themes = models.ManyToManyField(Theme, blank=True, related_name="nominations", verbose_name=_("themes"))
    description = long_text(_("description"))
    developer = short_text(_("developed by"))
    links = long_text(_("web addresses"), validators=[readable, few_web_addresses], help_text=_("One on each line."))
    # {key of the question: answer}
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    credit_name = short_text(_("name in the credit"))
    credit_organisation = short_text(_("organisation in the credit"))
    anonymous = models.BooleanField(_("no credit in public"), default=False)
    created_at = models.DateTimeField(_("begun"), default=now, editable=False)
    changed_at = models.DateTimeField(_("changed"), default=now, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="nominations_decided",
        verbose_name=_("decided by"),
    )
    # What was looked at before the review, {check: {"answer": truth, "note": text}} (practices/judging.py).
    checks = models.JSONField(_("eligibility"), default=dict, blank=True, editable=False)
    reason_sv = long_text(_("reason in Swedish"), help_text=_("The nominator reads it, and so may everybody."))
    reason_en = long_text(_("reason in English"), help_text=_("The nominator reads it, and so may everybody."))
    practice = models.ForeignKey(
        "practices.Practice",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="nominations",
        verbose_name=_("published as"),
    )

    reason = Bilingual()
    objects = NominationQuerySet.as_manager()

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["-created_at", "-pk"]
        # To see any, to score those assigned to oneself, to do all the rest with them (directory/roles.py).
        default_permissions = ("view", "review", "judge")
        base_manager_name = "objects"
        # For the lists of the desk, and for the public count of a call.
        indexes = [models.Index(name="practices_nomination_status", fields=["round", "status"])]
        constraints = [
            models.CheckConstraint(
                name="nomination_confirmed_when_sent",
                condition=Q(status__in=["draft", "unconfirmed", "withdrawn"]) | Q(confirmed_at__isnull=False),
                violation_error_message=_("A nomination is received when its nominator has confirmed the address."),
            ),
            models.CheckConstraint(
                name="nomination_decided_with_time",
                condition=~Q(status__in=["selected", "not-selected"]) | Q(decided_at__isnull=False),
                violation_error_message=_("A decision needs its time."),
            ),
        ]

    def __str__(self):
        """The reference and the title; never who nominated."""
        return f"{self.reference} {self.title}"

    @property
    def credit(self):
        """Who is named in public as the one who nominated; "" where she wished not to be, or is forgotten."""
        return "" if self.anonymous else ", ".join(filter(None, [self.credit_name, self.credit_organisation]))


class NominatorContact(models.Model):
    """Who nominated: read by few, kept for a while, never told on."""

    # Told to nobody by a dump (directory/management/commands/dumpdata.py).
    not_dumped = True
    # The rights to see it are others than those to nominations (directory/roles.py).
    of_visitors = True

    nomination = models.OneToOneField(
        Nomination, models.CASCADE, related_name="contact", verbose_name=_("nomination"), primary_key=True
    )
    name = short_text(_("name"), blank=False)
    email = models.EmailField(_("e-mail address"), max_length=254)
    organisation = short_text(_("organisation"))
    consent_text = long_text(_("what the nominator agreed to"))
    consented_at = models.DateTimeField(_("agreed"), default=now)
    # When the one mail that an unconfirmed address gets was handed over.
    asked_at = models.DateTimeField(_("asked to confirm"), null=True, blank=True, editable=False)
    keep_until = models.DateField(
        _("kept until"), null=True, blank=True, help_text=_("The last day; empty as long as nothing is decided.")
    )

    # Told to nobody by a dump (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Meta:
        verbose_name = _("nominator")
        verbose_name_plural = _("nominators")
        default_permissions = ("view",)
        base_manager_name = "objects"
        # For the command that forgets those whose time is over.
        indexes = [models.Index(name="practices_contact_keep_until", fields=["keep_until"])]

    def __str__(self):
        """The nomination alone: this text ends up in logs."""
        return self.nomination.reference


class Step(models.Model):
    """A step that a nomination took: from where to where, whose doing, when."""

    # Told to nobody by a dump (directory/management/commands/dumpdata.py).
    not_dumped = True

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="steps", verbose_name=_("nomination"))
    before = models.CharField(_("from"), max_length=15, choices=Status)
    after = models.CharField(_("to"), max_length=15, choices=Status)
    # Nobody: the nominator herself.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="nomination_steps",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("when"), default=now)
    note = long_text(_("note"))

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["at", "pk"]
        default_permissions = ("view",)

    def __str__(self):
        """What a log shows."""
        return f"{self.before} → {self.after}"


# Reviews of those who have no interest of their own, and of these the ones that are waited for.
ACTIVE = Q(conflict="none")
OUTSTANDING = ACTIVE & Q(given_at=None)


class Review(models.Model):
    """What one reviewer thinks of a nomination, criterion by criterion, or why she may not say."""

    # Told to nobody by a dump (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Conflict(models.TextChoices):
        """Whether the reviewer has an interest of her own."""

        NONE = "none", _("none")
        DECLARED = "declared", _("declared by the reviewer")
        FOUND = "found", _("found by the directory")

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="reviews", verbose_name=_("nomination"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("reviewer")
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reviews_assigned",
        verbose_name=_("assigned by"),
    )
    assigned_at = models.DateTimeField(_("assigned"), default=now)
    conflict = models.CharField(_("conflict of interest"), max_length=10, choices=Conflict, default=Conflict.NONE)
    # In the reviewer's own words, or a word of `conflicts.REASONS`.
    conflict_note = long_text(_("what the conflict is"))
    # {key of the criterion: {"points": 1–5, "comment": text}}
    scores = models.JSONField(_("scores"), default=dict, blank=True)
    comment = long_text(_("comment"))
    given_at = models.DateTimeField(_("given"), null=True, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["assigned_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                name="one_review_of_a_reviewer",
                fields=["nomination", "reviewer"],
                violation_error_message=_("This reviewer has the nomination already."),
            ),
            models.CheckConstraint(
                name="review_without_conflict",
                condition=Q(given_at__isnull=True) | Q(conflict="none"),
                violation_error_message=_("Who has a conflict of interest gives no scores."),
            ),
        ]

    @property
    def conflict_words(self):
        """What the conflict is, as a reader reads it."""
        return REASONS.get(self.conflict_note, self.conflict_note)

    def __str__(self):
        """What a log shows; never scores."""
        return f"{self.nomination.reference} {self.reviewer}"
