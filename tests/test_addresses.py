"""Links of a list to itself with something else chosen: nothing else of the address is lost."""

from urllib.parse import parse_qsl

import pytest
from django import forms
from django.http import QueryDict
from django.test import RequestFactory

from directory.addresses import AddressForm, address_instead, address_without, query_prefix, query_without
from networks.filters import NetworkFilter

CHOSEN = "kind=city-network&theme=a&q=v%C3%A5gor+%26+b&theme=b&theme_not=c&page=3&letter=x&box=1"


@pytest.fixture
def request_for():
    """Return a function that asks for the list of networks with a query."""
    return lambda query=CHOSEN: RequestFactory().get(f"/sv/networks/?{query}")


def told(address):
    """Return the parameters of an address as a set."""
    return set(parse_qsl(address.removeprefix("?"), keep_blank_values=True))


@pytest.mark.parametrize(
    ("name", "value", "gone"),
    [
        ("theme", "a", {("theme", "a")}),
        ("theme", None, {("theme", "a"), ("theme", "b")}),
        ("q", None, {("q", "vågor & b")}),
        ("theme", "unheard-of", set()),
        ("unheard-of", None, set()),
    ],
)
def test_what_is_taken_away_goes_alone_and_the_place_in_the_list_with_it(request_for, name, value, gone):
    places = {("page", "3"), ("letter", "x"), ("box", "1")}

    assert told(address_without(request_for(), name, value)) == told(CHOSEN) - places - gone


def test_a_value_is_found_whatever_space_was_typed_around_it(request_for):
    assert address_without(request_for("theme=+a+&theme=b"), "theme", "a") == "?theme=b"


def test_without_anything_left_the_address_is_that_of_the_list(request_for):
    assert address_without(request_for("theme=a&page=2"), "theme") == "/sv/networks/"


@pytest.mark.parametrize(
    ("query", "name", "value", "address"),
    [
        ("theme=a&page=2", "theme", "a", "?theme_not=a"),
        ("theme_not=a&q=x", "theme_not", "a", "?q=x&theme=a"),
        ("theme=a&theme_not=b", "theme", "a", "?theme_not=b&theme_not=a"),
        ("theme=%C3%A5+%26", "theme", "å &", "?theme_not=%C3%A5+%26"),
        ("q=x", "q", "x", None),
    ],
)
def test_a_value_is_left_out_instead_or_the_other_way_about(request_for, query, name, value, address):
    assert address_instead(request_for(query), NetworkFilter(QueryDict(query)), name, value) == address


def test_other_parameters_stay_as_they_were_typed(request_for):
    query = query_without(request_for(), "page", "letter", "box", "kind")

    assert query == "theme=a&theme=b&q=v%C3%A5gor+%26+b&theme_not=c"
    assert query_prefix(request_for(), "page", "letter", "box", "kind") == f"?{query}&"
    assert query_prefix(request_for("page=2"), "page") == "?"


class TwoQuestions(AddressForm):
    """A form of two fields."""

    one = forms.IntegerField(required=False)
    two = forms.CharField(required=False)


@pytest.mark.parametrize(
    ("query", "read", "wrong"),
    [("", {}, []), ("one=1", {"one": 1}, []), ("one=x&two=y", {"two": "y"}, ["one"]), ("three=3", {}, [])],
)
def test_only_what_stands_in_the_address_is_read(query, read, wrong):
    form = TwoQuestions(QueryDict(query))

    assert (form.is_valid(), form.cleaned_data, list(form.errors)) == (not wrong, read, wrong)
    assert list(TwoQuestions.base_fields) == ["one", "two"]
