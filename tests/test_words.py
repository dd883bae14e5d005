"""The few words of templates that are ours."""

import pytest
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils.translation import override

from directory.templatetags import words


@pytest.fixture(autouse=True)
def nothing_drawn():
    """Begin without what other pages drew."""
    words._pieces.clear()


def drawn(text, request=None, **context):
    """Return what a template draws."""
    return engines["django"].from_string(text).render(context, request)


def test_piece_is_drawn_once_and_gets_its_values_each_time():
    template, asked = (
        engines["django"].from_string("{% once with query %}{{ ask }}: {{ query }}, {{ query }}{% endonce %}"),
        [],
    )

    found = [template.render({"ask": lambda: asked.append(1) or "q", "query": query}) for query in ("one", "two")]

    assert (found, asked) == (["q: one, one", "q: two, two"], [1])


def test_values_are_escaped_and_what_is_not_there_is_nothing():
    template = engines["django"].from_string("{% once with query %}[{{ query }}]{% endonce %}")

    assert [template.render(each) for each in ({"query": '<b a="&">'}, {"query": "\\1 {{ x }}"}, {})] == [
        "[&lt;b a=&quot;&amp;&quot;&gt;]",
        "[\\1 {{ x }}]",
        "[]",
    ]


def test_piece_is_drawn_anew_for_what_it_depends_on_and_in_each_language():
    template = engines["django"].from_string(
        "{% load i18n %}{% once section.name %}{% translate 'Search' %} {{ section.name }}{% endonce %}"
    )
    found = []

    for language in ("sv", "en", "sv"):
        with override(language):
            found += [template.render({"section": {"name": name}}) for name in ("a", "b")]

    assert found == ["Sök a", "Sök b", "Search a", "Search b", "Sök a", "Sök b"]


def test_two_pieces_of_one_page_are_two():
    assert drawn("{% once %}one{% endonce %} {% once %}two{% endonce %}") == "one two"


def test_a_block_in_a_piece_is_refused():
    with pytest.raises(TemplateSyntaxError, match="block"):
        engines["django"].from_string("{% load words %}{% once %}{% block here %}{% endblock %}{% endonce %}")


def test_only_so_many_pieces_are_kept(monkeypatch):
    monkeypatch.setattr(words, "MOST_PIECES", 3)
    template = engines["django"].from_string("{% once place %}{{ place }}{% endonce %}")

    assert [template.render({"place": place}) for place in range(9)] == [str(place) for place in range(9)]
    assert len(words._pieces) == 3


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("", "?"),
        ("page=2", "?"),
        ("q=v%C3%A5gor+%26+b&page=2&theme=a&theme=b", "?q=v%C3%A5gor+%26+b&amp;theme=a&amp;theme=b&amp;"),
        ("q=%22%3E%3Cscript%3E", "?q=%22%3E%3Cscript%3E&amp;"),
    ],
)
def test_links_keep_the_other_parameters(query, others):
    request = RequestFactory().get(f"/sv/networks/?{query}")

    assert drawn("{% others 'page' %}", request) == others
    assert drawn("{% others 'page' as query %}{{ query }}", request) == others
