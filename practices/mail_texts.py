"""Texts of the mails about nominations, as staff may word them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from directory.bases import long_text, short_text


class MailText(models.Model):
    """Staff's own wording of a mail; what is empty here is said in the words that `practices.mails` has."""

    rights = "mails"

    name = models.SlugField(_("mail"), max_length=40, unique=True)
    subject_sv = short_text(_("subject in Swedish"))
    subject_en = short_text(_("subject in English"))
    body_sv = long_text(_("text in Swedish"))
    body_en = long_text(_("text in English"))

    class Meta:
        verbose_name = _("mail text")
        verbose_name_plural = _("mail texts")
        ordering = ["name"]

    def __str__(self):
        """Which mail it is."""
        return self.name
