"""Methods and practices that others may repeat."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from directory.bases import Bilingual, Listed, Sourced, long_text
from directory.facts import Fact
from meetings.models import Meeting
from networks.models import Organisation, Theme
from practices.querysets import PracticeQuerySet
from projects.models import Project


class Practice(Listed, Sourced):
    """A way of working: a method that a source describes, or a practice nominated as worth repeating."""

    class Kind(models.TextChoices):
        """What sort of practice it is."""

        METHOD = "method", _("method")
        TOOL = "tool", _("tool")
        PROGRAMME = "programme", pgettext_lazy("practice", "programme")
        APPROACH = "approach", _("approach")
        FRAMEWORK = "framework", _("framework")
        PLATFORM = "platform", _("platform")
        PARTNERSHIP_MODEL = "partnership-model", _("partnership model")
        MODEL = "model", _("model")

    class Sector(models.TextChoices):
        """The part of society in which the practice is at home."""

        PUBLIC = "public", _("public sector")
        PRIVATE = "private", _("private sector")
        CIVIL_SOCIETY = "civil-society", _("civil society")
        UNKNOWN = "unknown", pgettext_lazy("sector", "not stated")

    class Standing(models.TextChoices):
        """How the practice came into the directory."""

        DESCRIBED = "described", _("described in a source")
        NOMINATED = "nominated", _("nominated")
        SELECTED = "selected", _("selected")

    section = "practices"
    shape = "practice"
    compared = True

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    sector = models.CharField(_("sector"), max_length=15, choices=Sector, default=Sector.UNKNOWN)
    standing = models.CharField(_("standing"), max_length=10, choices=Standing, default=Standing.DESCRIBED)
    country = CountryField(_("country"), blank=True)
    purpose_sv = long_text(_("purpose in Swedish"))
    purpose_en = long_text(_("purpose in English"))
    description_sv = long_text(_("description in Swedish"))
    description_en = long_text(_("description in English"))
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
        ]

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Kind"), self.get_kind_display()),
            Fact.of(_("Developed by"), self.developer),
            Fact.of(_("Standing"), self.get_standing_display()),
        ]
