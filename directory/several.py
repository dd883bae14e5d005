"""A column that holds several of some named values, few enough for a line of text."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class SeveralChoices(forms.TypedMultipleChoiceField):
    """Boxes to tick; what is ticked becomes one text."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options):
        """Give the values with spaces between."""
        super().__init__(**{"coerce": str, "empty_value": "", **options})

    def prepare_value(self, value):
        """Tick what the text names."""
        return value.split() if isinstance(value, str) else value

    def clean(self, value):
        """Return the text."""
        return " ".join(super().clean(value))

    def has_changed(self, initial, data):
        """Compare as sets: the order of boxes means nothing."""
        return set((initial or "").split()) != set(data or ())


class SeveralField(models.CharField):
    """Values of a `TextChoices`, with spaces between; empty means that none is named."""

    def __init__(self, *args, values=None, **options):
        """Take the `TextChoices` as `values`; a migration needs none."""
        self.values = values
        super().__init__(*args, **{"max_length": 200, "blank": True, **options})

    def validate(self, value, model_instance):
        """Refuse a value that is none of the choices."""
        super().validate(value, model_instance)
        if wrong := set(value.split()) - set(self.values.values):
            raise ValidationError(_("“%(value)s” is none of the choices."), params={"value": ", ".join(sorted(wrong))})

    def formfield(self, **options):
        """Offer boxes to tick."""
        for name in ("max_length", "empty_value", "widget"):
            options.pop(name, None)
        return SeveralChoices(
            **{
                "choices": self.values.choices,
                "label": self.verbose_name,
                "required": not self.blank,
                "help_text": self.help_text,
                **options,
            }
        )
