"""The form by which a selected nomination becomes a practice in the library."""

from django import forms
from django.utils.translation import gettext_lazy as _

from directory.bases import readable
from practices.judging_forms import Plain, PlainText


def chosen(name, site, **options):
    """Return the field for a relation of a practice, found by search as in the practice's own form."""
    from directory.admin import Autocomplete, AutocompleteMultiple
    from practices.models import Practice

    field = Practice._meta.get_field(name)
    widget = (AutocompleteMultiple if field.many_to_many else Autocomplete)(field, site)
    return field.formfield(widget=widget, required=False, **options)


class PublicationForm(Plain):
    """What the practice's page says beside what was nominated; the rest is edited in the practice's own form."""

    name_sv = forms.CharField(label=_("Name in Swedish"), max_length=250, validators=[readable])
    name_en = forms.CharField(label=_("Name in English"), max_length=250, validators=[readable], required=False)
    summary_sv = PlainText(
        label=_("Summary in Swedish"), help_text=_("One or two sentences of our own, from the facts."), required=False
    )
    summary_en = PlainText(
        label=_("Summary in English"), help_text=_("One or two sentences of our own, from the facts."), required=False
    )

    def __init__(self, *args, site, **options):
        """Offer the records that the practice is tied to."""
        super().__init__(*args, **options)
        self.fields["developer"] = chosen("developer", site)
        self.fields["projects"] = chosen("projects", site)
        self.fields["meetings"] = chosen("meetings", site, help_text=_("Where it is, or was, presented."))
        for name in ("name_sv", "name_en"):
            self.fields[name].widget.attrs["class"] = "vTextField"

    def clean(self):
        """Ask for a summary in one language at least."""
        data = super().clean()
        if not data.get("summary_sv") and not data.get("summary_en") and "summary_sv" not in self.errors:
            self.add_error("summary_sv", _("Sum it up in one language at least: lists show nothing else of it."))
        return data
