"""The address of a list, from which those of its links are made: with a filter less, in another form, on another page."""

from urllib.parse import quote_plus

from django import forms


class AddressForm(forms.Form):
    """What an address asks for, with only those fields that stand in it: what is not asked for costs nothing."""

    def __init__(self, data):
        """Take the fields that the address holds."""
        self.base_fields = {name: field for name, field in self.base_fields.items() if name in data}
        super().__init__(data)


def parameters(request):
    """Return [(name, value, both as they stand in an address)] of the page's query; worked out once for each request."""
    if not hasattr(request, "parameters"):
        request.parameters = [
            (name, value, f"{quote_plus(name)}={quote_plus(value)}")
            for name, values in request.GET.lists()
            for value in values
        ]
    return request.parameters


def query_without(request, *names):
    """Return the page's query without some parameters, whatever their values."""
    return "&".join(text for name, _value, text in parameters(request) if name not in names)


def query_prefix(request, *names):
    """Return the same ready for another parameter to follow: `?q=water&`, or `?` where nothing is left."""
    query = query_without(request, *names)
    return f"?{query}&" if query else "?"


# Another selection begins at its first page, is a whole map, and was opened at no letter.
PLACES = ("page", "box", "letter")


def address_without(request, name, value=None):
    """Return the page's address without one parameter, or without one of its values; always page 1 and the whole map."""
    kept = [
        text
        for each, one, text in parameters(request)
        if each not in PLACES and (each != name or (value is not None and one.strip() != value))
    ]
    return f"?{'&'.join(kept)}" if kept else request.path


def address_instead(request, filters, name, value):
    """Return the page's address with a chosen value left out instead, or the other way about; None if it cannot."""
    other = name.removesuffix("_not") if name.endswith("_not") else f"{name}_not"
    if other not in filters.filters:
        return None
    without = address_without(request, name, value).partition("?")[2]
    return f"?{without}{'&' if without else ''}{other}={quote_plus(value)}"
