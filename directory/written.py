"""Fields of forms in which dates and counts are typed as people write them, with the reading shown back beside."""

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from directory import dates_as_written, figures_as_written
from directory.dates import EDTF, EDTFField
from directory.dates_as_written import LONGEST, Unreadable
from directory.figures_as_written import Count

READERS = {"date": dates_as_written, "count": figures_as_written}


class AsWritten(AdminTextInputWidget):
    """A line of text with its reading behind it: the server's, brought up to date by a script while one types."""

    def __init__(self, kind):
        """Read what is typed as a `date` or as a `count`."""
        super().__init__()
        self.kind = kind

    def render(self, name, value, attrs=None, renderer=None):
        """Draw the field, and what is in it as it is read."""
        address = reverse("admin:reading", args=[self.kind])
        field = super().render(name, value, {**(attrs or {}), "data-reading": address, "size": 24}, renderer)
        read, sentence = READERS[self.kind].reading(value)
        # What is not read is told as the field's error.
        return format_html('{}<span class="reading" aria-live="polite">{}</span>', field, sentence if read else "")


class Written(forms.CharField):
    """A text that is read as something else; unchanged as long as it says the same."""

    def __init__(self, *args, **options):
        """Leave room for words, whatever the column is made for."""
        super().__init__(*args, **{**options, "max_length": LONGEST, "widget": AsWritten(self.kind)})

    def to_python(self, value):
        """Read what was typed; raises `ValidationError` with a sentence for the editor."""
        value = super().to_python(value)
        if value in self.empty_values:
            return None
        try:
            return READERS[self.kind].read(value)
        except Unreadable as error:
            raise ValidationError(str(error)) from error

    def run_validators(self, value):
        """Ask no more of what was read: the validators of a text look at words."""

    def has_changed(self, initial, data):
        """Compare what is said, not how."""
        try:
            return self.to_python(data) != (initial or None)
        except ValidationError:
            return True


class WrittenDate(Written):
    """A date as people write it."""

    kind = "date"

    def prepare_value(self, value):
        """Show the stored date in words, and what was typed as it was typed."""
        return dates_as_written.write(value) if isinstance(value, EDTF) else value


class WrittenCount(Written):
    """A count as people write it."""

    kind = "count"

    def prepare_value(self, value):
        """Show the stored count in words, and what was typed as it was typed."""
        return value.display() if isinstance(value, Count) else value


WRITTEN_DATES = {EDTFField: {"form_class": WrittenDate}}


class FigureForm(forms.ModelForm):
    """A figure whose qualifier and numbers are one field, as the source puts them."""

    # What the one field decides of the record.
    stands_for = {"count": Count._fields}

    count = WrittenCount(
        label=_("Count"),
        help_text=_(
            "As people write it: 12, about 60, just over 500, more than 10, less than 5, 30–50. Claim no more than the source."
        ),
    )

    def __init__(self, *args, **options):
        """Show the count that the figure has."""
        super().__init__(*args, **options)
        if not self.instance._state.adding:
            self.initial["count"] = Count.of(self.instance)

    def clean(self):
        """Hand the figure its qualifier and its numbers."""
        super().clean()
        if count := self.cleaned_data.get("count"):
            for name, value in count._asdict().items():
                setattr(self.instance, name, value)


@require_safe
def reading(request, kind):
    """Answer how one text is read, for the script beside the field."""
    if kind not in READERS:
        raise Http404
    read, sentence = READERS[kind].reading(request.GET.get("text", ""))
    return JsonResponse({"read": read, "sentence": sentence})
