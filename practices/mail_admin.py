"""Wording the mails about nominations anew, beside the words that they have without it."""

from string import Template

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from directory.careful import PARAGRAPHS, CarefulForms
from practices.mail_texts import MailText
from practices.mails import MAILS, facts_of


class MailTextForm(forms.ModelForm):
    """A mail's own words in both languages; `$name` stands for a fact of the nomination that the mail is about."""

    def __init__(self, *args, **options):
        """Offer the mails that nobody has worded yet."""
        super().__init__(*args, **options)
        if "name" in self.fields:
            worded = set(MailText.objects.values_list("name", flat=True))
            left = [(name, mail.title) for name, mail in MAILS.items() if name not in worded]
            self.fields["name"] = forms.ChoiceField(label=self.fields["name"].label, choices=left)

    def clean(self):
        """Refuse facts that the mail does not know, and a text that leaves out the link by which it works."""
        data = super().clean()
        name = self.instance.name or data.get("name")
        if name not in MAILS:
            return data
        allowed, linked = facts_of(name), "link" in Template(str(MAILS[name].body)).get_identifiers()
        for field in ("subject_sv", "subject_en", "body_sv", "body_en"):
            text = data.get(field) or ""
            if unknown := set(Template(text).get_identifiers()) - allowed:
                sentence = _("This mail knows no %(unknown)s; it knows %(known)s.")
                words = {"unknown": _signs(unknown), "known": _signs(allowed)}
                self.add_error(field, ValidationError(sentence, params=words))
            elif linked and text and field.startswith("body") and "link" not in Template(text).get_identifiers():
                self.add_error(field, ValidationError(_("The text needs $link: without it the mail is of no use.")))
        return data


def _signs(names):
    return ", ".join(f"${name}" for name in sorted(names))


class MailTextAdmin(CarefulForms, admin.ModelAdmin):
    """The mails that are worded anew; which mail a wording is of stays."""

    form = MailTextForm
    formfield_overrides = PARAGRAPHS
    list_display = ("mail", "subject_sv", "subject_en")
    show_full_result_count = False

    def get_fieldsets(self, request, obj=None):
        """Set each language's words above those that the mail has without them."""
        ours = [("our_words_sv",), ("our_words_en",)] if obj else [(), ()]
        return [
            (None, {"fields": ["mail" if obj else "name"]}),
            (gettext_lazy("In Swedish"), {"fields": ["subject_sv", "body_sv", *ours[0]]}),
            (gettext_lazy("In English"), {"fields": ["subject_en", "body_en", *ours[1]]}),
        ]

    def get_readonly_fields(self, request, obj=None):
        """Fix the mail once it is chosen."""
        return ("mail", "our_words_sv", "our_words_en") if obj else ()

    @admin.display(description=gettext_lazy("mail"), ordering="name")
    def mail(self, text):
        """Which mail it is, in words."""
        return MAILS[text.name].title if text.name in MAILS else text.name

    @admin.display(description=gettext_lazy("without words of your own"))
    def our_words_sv(self, text):
        """What the mail says in Swedish where nothing is written above."""
        return _said(text.name, "sv")

    @admin.display(description=gettext_lazy("without words of your own"))
    def our_words_en(self, text):
        """What the mail says in English where nothing is written above."""
        return _said(text.name, "en")


def _said(name, language):
    if name not in MAILS:
        return "–"
    with override(language):
        return f"{MAILS[name].subject}\n\n{MAILS[name].body}"
