"""Where facts come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.bases import (
    Bilingual,
    Certainty,
    Listed,
    ListedQuerySet,
    address,
    bounds_in_order,
    long_text,
    short_text,
)
from directory.dates import EDTFField
from directory.facts import Fact


class Source(Listed):
    """A document, page or register that facts are drawn from."""

    class Reviewed(models.TextChoices):
        """Whether the publisher's editors have gone through the text."""

        YES = "yes", _("reviewed by its publisher's editors")
        NO = "no", _("not reviewed by its publisher's editors")
        NOT_SAID = "not-said", _("the source does not say whether it was reviewed")

    section = "sources"
    shape = "source"
    sources = ()
    dated = "last_updated"

    file_name = short_text(_("file name"))
    url = address(_("web address"))
    publisher = short_text(_("publisher"))
    publisher_certainty = models.CharField(
        _("how sure the publisher is"), max_length=10, choices=Certainty, default=Certainty.STATED
    )
    language = models.CharField(
        _("language"), max_length=2, blank=True, choices=[("sv", _("Swedish")), ("en", _("English"))]
    )
    last_updated = EDTFField(_("last updated, as the source says"))
    as_of = EDTFField(_("as of"), help_text=_("When the facts were collected, if that is known."))
    reviewed = models.CharField(_("reviewed"), max_length=10, choices=Reviewed, default=Reviewed.NOT_SAID)
    notice_sv = long_text(
        _("notice in Swedish"), help_text=_("Shown beside every text from this source as long as it is not reviewed.")
    )
    notice_en = long_text(
        _("notice in English"), help_text=_("Shown beside every text from this source as long as it is not reviewed.")
    )

    notice = Bilingual()
    objects = ListedQuerySet.as_manager()

    class Meta(Listed.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [bounds_in_order("last_updated", "as_of")]

    @property
    def dated_at_all(self):
        """Whether anything tells how old the source is."""
        return bool(self.last_updated or self.as_of)

    @property
    def unreviewed(self):
        """Whether readers must be told that no editor went through the text: it says so, or we say it in a notice."""
        return self.reviewed == self.Reviewed.NO or bool(self.reviewed == self.Reviewed.NOT_SAID and self.notice_sv)

    def brief(self):
        """The facts people decide by, in a card or a line."""
        return [
            Fact.of(_("Publisher"), self.publisher),
            Fact.of(_("Last updated"), self.last_updated, silence=_("no date on the page")),
            Fact.of(_("Reviewed"), self.get_reviewed_display()),
        ]
