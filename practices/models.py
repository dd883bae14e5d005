"""Methods and practices that others may repeat, and the calls by which they are sought."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from directory.bases import (
    Bilingual,
    Listed,
    Sourced,
    bounds_in_order,
    long_text,
    readable,
    refuse_circle,
    short_text,
    web_addresses,
)
from directory.dates import EDTFField
from directory.facts import Fact
from meetings.models import Meeting
from networks.models import Organisation, Theme
from practices.calls import Criterion, NominationRound, Question
from practices.choices import Kind, Sector
from practices.mail_texts import MailText
from practices.nominations import Nomination, NominatorContact, Review, Step
from practices.querysets import PracticeQuerySet
from practices.reviewers import Reviewer
from projects.models import Project

__all__ = [
    "Criterion",
    "MailText",
    "Nomination",
    "NominationRound",
    "NominatorContact",
    "Practice",
    "Question",
    "Review",
    "Reviewer",
    "Step",
]


class Practice(Listed, Sourced):
    """A way of working: a method that a source describes, or a practice nominated as worth repeating."""

    Kind, Sector = Kind, Sector

    class Standing(models.TextChoices):
        """The most that is known of how the practice came into the directory, the least of it first.

        One that a source describes may be selected too: that it is described, its source says.
        """

        DESCRIBED = "described", _("described in a source")
        NOMINATED = "nominated", _("nominated")
        SELECTED = "selected", _("selected")

    section = "practices"
    shape = "practice"
    dated = "since"
    compared = True
    rising = ("standing",)

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    sector = models.CharField(_("sector"), max_length=15, choices=Sector, default=Sector.UNKNOWN)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.DESCRIBED)
    country = CountryField(_("country"), blank=True)
    since = EDTFField(_("in use since"), help_text=_("No more precise than the source: how long it has lived."))
    since_wording = short_text(_("in use since, in the source's words"))
    purpose_sv = long_text(_("purpose in Swedish"))
    purpose_en = long_text(_("purpose in English"))
    description_sv = long_text(_("description in Swedish"))
    description_en = long_text(_("description in English"))
    evidence_sv = long_text(_("what is known of its results, in Swedish"))
    evidence_en = long_text(_("what is known of its results, in English"))
    evidence_links = long_text(
        _("evidence"),
        validators=[readable, web_addresses],
        help_text=_("Web addresses of what shows that it works, one on each line."),
    )
    developer = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="practices_developed",
        verbose_name=_("developed by"),
    )
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="adaptations", verbose_name=_("based on")
    )
    themes = models.ManyToManyField(Theme, blank=True, related_name="practices", verbose_name=_("themes"))
    projects = models.ManyToManyField(Project, blank=True, related_name="practices", verbose_name=_("projects"))
    meetings = models.ManyToManyField(Meeting, blank=True, related_name="practices", verbose_name=_("meetings"))

    purpose = Bilingual()
    description = Bilingual()
    evidence = Bilingual()
    objects = PracticeQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        constraints = [
            *Sourced.Meta.constraints,
            models.CheckConstraint(
                name="practice_is_not_based_on_itself",
                condition=models.Q(based_on__isnull=True) | ~models.Q(based_on=models.F("id")),
                violation_error_message=_("A practice cannot be based on itself."),
            ),
            bounds_in_order("since"),
        ]

    def clean(self):
        """Refuse that a practice should in the end be based on itself; raises `ValidationError`."""
        super().clean()
        refuse_circle(self, "based_on")

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), self.get_kind_display()),
            Fact.of(_("Developed by"), self.developer),
            Fact.of(_("Standing"), self.get_standing_display()),
        ]
