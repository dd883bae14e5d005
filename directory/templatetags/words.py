"""The few words templates need that Django has not."""

import re
from itertools import takewhile

from django import template
from django.template.base import Node, render_value_in_context
from django.template.loader import render_to_string
from django.template.loader_tags import BlockNode
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from directory.addresses import query_prefix

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
    if not (drawn := _marks.get(key)):
        if len(_marks) >= MOST_MARKS:
            _marks.clear()
        drawn = _marks[key] = render_to_string("components/mark.html", {"row": row})
    return drawn


@register.simple_tag(takes_context=True)
def others(context, *names):
    """Write the page's query without some parameters, ready for another one to follow: `?q=water&`, or `?`."""
    return query_prefix(context["request"], *names)


# As many pieces as a process keeps: each of a few hundred letters.
MOST_PIECES = 1000
# Stands where a value will be put: no template writes it.
PLACE = re.compile("\x00([a-z_]+)\x00")
_pieces = {}


class Once(Node):
    """A piece of a page that is drawn once in each language, and into which some values are put each time."""

    # A page that extends another looks for blocks each time, and need not look here.
    child_nodelists = ()

    def __init__(self, nodelist, depends, values):
        """Take what is drawn; what it depends on; and the values by their names, which only stand in it."""
        self.nodelist, self.depends, self.values = nodelist, depends, values

    def render(self, context):
        """Put the values into the piece."""
        key = (self, get_language(), *(each.resolve(context) for each in self.depends))
        piece = _pieces.get(key)
        if piece is None:
            with context.push(**{name: mark_safe(f"\x00{name}\x00") for name in self.values}):  # noqa: S308
                piece = PLACE.split(self.nodelist.render(context))
            if len(_pieces) >= MOST_PIECES:
                _pieces.clear()
            _pieces[key] = piece
        if len(piece) == 1:
            return piece[0]
        values = {name: render_value_in_context(each.resolve(context), context) for name, each in self.values.items()}
        return "".join(values[each] if place % 2 else each for place, each in enumerate(piece))


@register.tag
def once(parser, token):
    """Draw a piece once in each language: `{% once section with query name=record.name %} … {{ query }} … {% endonce %}`.

    Before `with` stands all that the piece depends on; after it the values that only stand in it, as they are.
    """
    _once, *words = token.split_contents()
    depends = list(takewhile(lambda word: word != "with", words))
    named = [word.partition("=") for word in words[len(depends) + 1 :]]
    values = {name: parser.compile_filter(value or name) for name, _equals, value in named}
    nodelist = parser.parse(["endonce"])
    parser.delete_first_token()
    if nodelist.get_nodes_by_type(BlockNode):
        raise template.TemplateSyntaxError(
            "A block cannot stand in what is drawn once: no page could put its own there."
        )
    return Once(nodelist, [parser.compile_filter(each) for each in depends], values)


@register.filter
def leaps(page):
    """Return where one can go from a page of many: `ways` in words, and each page's number as it stands in an address."""
    last = page.paginator.num_pages
    sense = {"first": page.number > 2, "previous": page.number > 1, "next": page.number < last}
    sense["last"] = page.number < last - 1
    ways = " ".join(word for word, makes_sense in sense.items() if makes_sense)
    return {"ways": ways, "previous": str(page.number - 1), "next": str(page.number + 1), "last": str(last)}


@register.filter
def in_places(cards):
    """Write drawn cards as items of a list, each with its place on the page as its anchor."""
    # By hand, as Django's own joining takes five times as long, a fiftieth of a page.
    items = (f'<li id="place-{place}">{conditional_escape(card)}</li>' for place, card in enumerate(cards, 1))
    return mark_safe("\n      ".join(items))  # noqa: S308 – what is no HTML is escaped
