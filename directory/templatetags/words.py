"""The few words templates need that Django has not."""

from django import template
from django.utils.html import format_html
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def lang(text_or_code):
    """Write a `lang` attribute where a text is not in the language of the page; takes a text of ours or a code."""
    code = getattr(text_or_code, "lang", text_or_code)
    active = (get_language() or "").split("-")[0]
    return format_html(' lang="{}"', code) if code and code != active else ""
