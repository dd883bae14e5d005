"""Countries are ISO 3166 codes; their names come with the package that knows the codes."""

from django.utils.translation import override
from django_countries import countries


def country_names(code):
    """Return the names of a country in Swedish and English, for search; () for no code."""
    if not code:
        return ()
    names = []
    for language in ("sv", "en"):
        with override(language):
            names.append(str(countries.name(code)))
    return tuple(names)
