"""The few words templates need that Django has not."""

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def lang(text_or_code):
    """Write a `lang` attribute where a text is not in the language of the page; takes a text of ours or a code."""
    code = getattr(text_or_code, "lang", text_or_code)
    active = (get_language() or "").split("-")[0]
    return format_html(' lang="{}"', code) if code and code != active else ""


# As many drawn marks as a process keeps: about 2 MB.
MOST_MARKS = 1000
_marks = {}


@register.simple_tag
def mark(row):
    """Draw the mark of a row: its source, certainty, place and words. The same mark is drawn only once."""
    source = row.source
    # Everything that the component shows: so a mark that is kept is right whatever has changed since.
    key = (
        *(get_language(), source.slug, source.number, source.published, source.language, source.last_updated),
        *(source.name_sv, source.name_en, source.reviewed, source.notice_sv, source.notice_en),
        *(row.certainty, row.quote, row.locator, row.note, getattr(row.note, "lang", "")),
    )
    if key not in _marks:
        if len(_marks) >= MOST_MARKS:
            _marks.clear()
        _marks[key] = render_to_string("components/mark.html", {"row": row})
    return _marks[key]
