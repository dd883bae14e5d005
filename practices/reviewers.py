"""Those who review nominations: what they read, which countries they know, and where they belong."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from directory.bases import short_text
from directory.roles import REVIEWER, REVIEWERS
from directory.several import SeveralField


class Language(models.TextChoices):
    """A language in which nominations are written."""

    SWEDISH = "sv", _("Swedish")
    ENGLISH = "en", _("English")


def name_of(user):
    """Return what an account is called; "" for none."""
    return (user.get_full_name() or user.get_username()) if user else ""


class Reviewer(models.Model):
    """Somebody who was asked to review nominations; the account has the role of a reviewer, perhaps beside another."""

    # Whose rights these are is said by directory/roles.py.
    rights = REVIEWERS
    not_dumped = True

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="reviewer",
        verbose_name=_("account"),
        help_text=_("An administrator makes the account and gives it the role of a reviewer."),
    )
    organisation = short_text(
        _("organisation"),
        blank=False,
        help_text=_("Its name as nominators would write it: the reviewer is not asked about what comes from there."),
    )
    languages = SeveralField(_("languages"), values=Language, blank=False)
    countries = CountryField(
        _("countries"),
        multiple=True,
        blank=True,
        help_text=_("Those that the reviewer knows well enough to judge a practice there."),
    )

    objects = models.Manager()

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        ordering = ["user__username"]
        base_manager_name = "objects"

    def __str__(self):
        """The name, or else the user name, and the organisation."""
        return f"{name_of(self.user)}, {self.organisation}"

    def reads(self, language):
        """Whether she reads a language."""
        return language in self.languages.split()

    def knows(self, country):
        """Whether she knows a country."""
        return bool(country) and country.code in [each.code for each in self.countries]

    @property
    def language(self):
        """In which language she is written to."""
        return "sv" if self.reads("sv") else "en"


def accounts():
    """Return the accounts that may review: open ones of the staff with the role."""
    return get_user_model().objects.filter(is_active=True, is_staff=True, groups__name=REVIEWER)


def candidates(nomination):
    """Return the reviewers who could be asked about a nomination, the most fitting first: they read its language, know
    its country, have little else to do. Those who have it already are left out."""
    waiting = Count("user__reviews", filter=Q(user__reviews__given_at=None, user__reviews__conflict="none"))
    found = Reviewer.objects.filter(user__in=accounts()).exclude(user__reviews__nomination=nomination)
    reviewers = list(found.select_related("user").annotate(waiting=waiting))
    for each in reviewers:
        each.reads_it, each.knows_it = each.reads(nomination.language), each.knows(nomination.country)
    return sorted(
        reviewers, key=lambda each: (not each.reads_it, not each.knows_it, each.waiting, each.user.get_username())
    )
