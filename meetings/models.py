"""Meetings and the series that hold them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from directory.bases import (
    Bilingual,
    Listed,
    Sourced,
    bounds_in_order,
    long_text,
    not_its_own_parent,
    refuse_circle,
    short_text,
)
from directory.dates import EDTF, EDTFField, period
from directory.facts import Fact
from directory.figures import Discrepancy, Figure, Link
from meetings.querysets import MeetingQuerySet
from networks.models import City, Network
from projects.models import Project


class Meeting(Listed, Sourced):
    """A meeting that a source names; a series is a meeting that holds others."""

    class Kind(models.TextChoices):
        """What sort of meeting it is."""

        SERIES = "series", _("series of meetings")
        FOCUS_GROUP = "focus-group", _("focus group")
        START_UP = "start-up", _("start-up meeting")
        NATIONAL = "national-meeting", _("national meeting")
        SEMINAR = "international-seminar", _("international seminar")
        ARENA = "arena", _("meeting arena")

    class Status(models.TextChoices):
        """Whether the source says that the meeting took place."""

        PLANNED = "planned", pgettext_lazy("status of a meeting", "planned")
        HELD = "held", pgettext_lazy("status of a meeting", "held")
        UNKNOWN = "unknown", pgettext_lazy("status of a meeting", "the source does not say whether it was held")

    section = "meetings"
    shape = "meeting"
    dated = "date"
    dated_until = "until"
    searched = ("search_text", "city__search_text", "network__search_text", "project__search_text")

    kind = models.CharField(_("kind"), max_length=25, choices=Kind)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("series"),
        limit_choices_to={"kind": "series"},
    )
    feeds = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fed_by",
        verbose_name=_("feeds"),
        help_text=_("The series into which its discussions are carried."),
    )
    network = models.ForeignKey(
        Network, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("network")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("project")
    )
    city = models.ForeignKey(
        City, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name=_("city")
    )
    date = EDTFField(_("date"), help_text=_("The day or the period's beginning, no more precise than the source."))
    until = EDTFField(_("until"), help_text=_("The end of a period."))
    date_wording = short_text(_("date in the source's words"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UNKNOWN)
    purpose_sv = long_text(_("purpose in Swedish"))
    purpose_en = long_text(_("purpose in English"))
    outcome_sv = long_text(_("outcome in Swedish"))
    outcome_en = long_text(_("outcome in English"))

    purpose = Bilingual()
    outcome = Bilingual()
    objects = MeetingQuerySet.as_manager()

    class Meta(Listed.Meta, Sourced.Meta):
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            *Sourced.Meta.constraints,
            not_its_own_parent(_("A meeting cannot be part of itself.")),
            models.CheckConstraint(
                name="meeting_feeds_another",
                condition=Q(feeds__isnull=True) | ~Q(feeds=models.F("id")),
                violation_error_message=_("A series cannot feed itself."),
            ),
            bounds_in_order("date", "until"),
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(date_earliest__isnull=True)
                | Q(until_latest__isnull=True)
                | Q(date_earliest__lte=models.F("until_latest")),
                violation_error_message=_("A meeting cannot end before it starts."),
            ),
        ]

    def clean(self):
        """Refuse a circle of series, and of series that feed each other; raises `ValidationError`."""
        refuse_circle(self)
        refuse_circle(self, "feeds")

    @property
    def when(self):
        """Its date or its period in words."""
        if self.until:
            return period(self.date, self.until)
        return EDTF(self.date).display() if self.date else ""

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Date"), self.when),
            Fact.of(_("City"), self.city),
            Fact.of(_("Kind"), f"{self.get_kind_display()}, {self.get_status_display()}"),
        ]


class MeetingFigure(Figure):
    """A count that a source gives of a meeting or a series."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="figures", verbose_name=_("meeting"))


class MeetingLink(Link):
    """A way out of a document's text on a meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="links", verbose_name=_("meeting"))


class MeetingDiscrepancy(Discrepancy):
    """Two statements on a meeting or a series that do not agree."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="discrepancies", verbose_name=_("meeting"))
    ends = ("meeting",)
