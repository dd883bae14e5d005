"""Numbers of reviews as the pages of the desk show them."""

from django import template
from django.utils.formats import number_format

from practices.scores import rounded

register = template.Library()


@register.filter
def shown(number):
    """Return a mean, rounded half up to two decimals here and nowhere before, as the active language writes it."""
    return number_format(rounded(number), decimal_pos=2)
