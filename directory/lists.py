"""A list page: filters, what is chosen, order, pages; all of it in the address."""

from urllib.parse import urlencode

from django import forms
from django.core.paginator import InvalidPage, Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import get_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import View

from directory.addresses import AddressForm, address_instead, address_without, query_without
from directory.bases import language_now
from directory.comparison import Tray
from directory.exports import EXPORTS
from directory.marking import marked, plain
from directory.prepared import for_cards
from directory.search import replaced, sort_key
from directory.sums import summary

ORDERS = {
    "name": gettext_lazy("Name, A to Ö"),
    "-name": gettext_lazy("Name, Ö to A"),
    "date": gettext_lazy("Date, oldest first"),
    "-date": gettext_lazy("Date, newest first"),
    "relevance": gettext_lazy("Best match first"),
}
PER_PAGE = 25
# Shorter lists are read faster than a row of letters.
LETTERS, PAGES_WITHOUT_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ", 2
# As many drawn cards as a process keeps of each list and language: about 10 MB.
MOST_CARDS = 6000


class ListForm(AddressForm):
    """How the list is shown, read from the address: its order, its page, its format, the letter to leaf to."""

    order = forms.ChoiceField(required=False)
    format = forms.ChoiceField(required=False, choices=[(name, name) for name in EXPORTS])
    page = forms.IntegerField(required=False, min_value=1)
    letter = forms.CharField(required=False)

    def __init__(self, data, *, orders):
        """Offer the orders that make sense for the list."""
        super().__init__(data)
        if "order" in self.fields:
            self.fields["order"].choices = [(value, ORDERS[value]) for value in orders]
        self.is_valid()

    def clean_letter(self):
        """Return the sort key of one letter of the alphabet, whatever accents or case it has; raises `ValidationError`."""
        typed = self.cleaned_data["letter"]
        letter = sort_key(typed)
        if typed and letter not in [sort_key(each) for each in LETTERS]:
            raise forms.ValidationError("no letter")
        return letter

    def page_number(self):
        """Return the number of the page; 1 when none is asked for, 0 (which no list has) when it is no number."""
        return 0 if "page" in self.errors else self.cleaned_data.get("page") or 1

    def remarks(self):
        """Say in a sentence which wish cannot be met."""
        if "order" in self.errors:
            yield _("The list cannot be put in the order “%(order)s”.") % {"order": self.data["order"]}
        if "format" in self.errors:
            yield _("The list cannot be had in the format “%(format)s”.") % {"format": self.data["format"]}
        if "letter" in self.errors:
            yield _("The alphabet has no letter “%(letter)s”.") % {"letter": self.data["letter"]}
        elif self.cleaned_data.get("letter"):
            yield _("Only a list in the order of names can be opened at a letter.")


class Found:
    """The records that filters leave, in an order; a slice of it is drawn as cards, whatever its place.

    A card is drawn once per version of the directory, and the searched words are marked in it each time.
    """

    def __init__(self, filters, order):
        """Ask nothing yet."""
        self.filters, self.order = filters, order

    def __len__(self):
        """How many there are."""
        return len(self.filters.found)

    def place(self, letter):
        """Return the place of the first one whose name begins with a letter or stands after it; the last if none does.

        Asks one query and, once at a version, for the order of all names.
        """
        backwards, language = self.order == "-name", language_now()
        # In the reverse order the names of a letter begin where the next letter's end; keys sort byte by byte.
        key = chr(ord(letter) + 1) if backwards else letter
        return max(min(self.filters.before(key, language, backwards), len(self) - 1), 0)

    def __getitem__(self, place):
        """Return the cards from one place to another."""
        keys = self.filters.keys(self.order, place.start or 0, place.stop)
        kept = self.filters.reading.kept.setdefault(("cards", get_language()), {})
        cards = {key: kept.get(key) for key in keys}
        if missing := [key for key, card in cards.items() if not card]:
            make_room(kept)
            for record in for_cards(self.filters.model).filter(pk__in=missing):
                card = render_to_string("components/card.html", {"record": record, "level": 3, "choose": True})
                cards[record.pk] = kept[record.pk] = card
        texts = list(self.filters.marked())
        if not texts:
            return [card for card in cards.values() if card]
        folded = self.filters.reading.kept.setdefault(("folded", get_language()), {})
        make_room(folded)
        for key, card in cards.items():
            if card and key not in folded:
                folded[key] = plain(card)
        return [marked(card, texts, folded.get(key)) for key, card in cards.items() if card]


def make_room(kept):
    """Forget the pieces drawn first when too many are kept."""
    if len(kept) > MOST_CARDS:
        for key in list(kept)[: MOST_CARDS // 4]:
            kept.pop(key, None)


# Stands where a count, or the choices, will be put: no template writes it.
PLACE = "\x00"


def drawn(filters, group):
    """Return a group as HTML: it and its choices are drawn once per version, and the counts are put in each time."""
    kept = filters.reading.kept.setdefault(("drawn", get_language()), {})
    separator, choices = get_format("THOUSAND_SEPARATOR"), []
    for choice in group.choices:
        value, _label, count, chosen = choice
        key = (group.name, value, chosen)
        # Another thread may make room at any moment.
        if not (piece := kept.get(key)):
            context = {"group": group, "choice": choice._replace(count=PLACE)}
            piece = kept[key] = render_to_string("components/choice.html", context).split(PLACE)
        choices.append(f"{count:,}".replace(",", separator).join(piece))
    # Its label follows from its name, and would be translated only to be looked up.
    around = (group.name, bool(choices), group.more, group.query, *(each[2:] for each in group.bounds))
    if not (piece := kept.get(around)):
        make_room(kept)
        shell = {"group": group._replace(choices=bool(choices)), "choices": PLACE}
        piece = kept[around] = render_to_string("components/group.html", shell).split(PLACE)
    return mark_safe("".join(choices).join(piece))  # noqa: S308 – drawn by templates of ours, and numbers


def panel(of, request, filters):
    """Return what every page draws that a list's filters narrow: the choices, what is chosen, what is to be said.

    `of` is the list whose filters they are; the page may be the list itself or show the same records otherwise.
    """
    chips = [
        {
            "group": group,
            "label": label,
            "known": known,
            "without": address_without(request, name, value),
            "instead": instead,
            # Whether the other way about it is let in or left out; None where it has no other way.
            "turn": ("in" if name.endswith("_not") else "out") if instead else None,
        }
        for name, group, value, label, known in filters.chosen()
        for instead in (address_instead(request, filters, name, value),)
    ]
    remarks = list(filters.remarks())
    return {
        "list": of,
        "model": of.model,
        "filters": filters,
        "groups": [drawn(filters, group) for group in filters.groups()],
        "chips": chips,
        "narrowed": bool(chips or remarks),
        "remarks": remarks,
        "notes": of.notes(filters),
        "suggestions": corrections(filters.suggestions(), filters.typed),
        "unshown": list(filters.unshown()),
        "undated": filters.undated(),
    }


# What is no filter: it belongs to one page alone.
OWN = ("page", "order", "format", "of", "box", "id", "letter")
WAYS = {
    "map": gettext_lazy("Map"),
    "timeline": gettext_lazy("Timeline"),
    "statistics": gettext_lazy("Statistics"),
    "overlap": gettext_lazy("Shared members"),
}


def ways(of, request, here=""):
    """Return what leads from a list to the other ways to look at it, and back, with the same filters.

    `here` is the name of one, empty at the list; `first` is the query that leads to the list, `further` the same after
    another parameter.
    """
    query = query_without(request, *OWN)
    return {
        "section": of.model.section,
        "others": [(name, WAYS[name]) for name in of.ways],
        "here": here,
        "first": f"?{query}" if query else "",
        "further": f"&{query}" if query else "",
    }


def corrections(suggestions, query):
    """Return (word, [(nearest word, the query with it)]) for each misspelt word of a query; its other words stay."""
    return [(word, [(each, replaced(query, word, each)) for each in nearest]) for word, nearest in suggestions]


def tidy(request):
    """Return the way to the page's address without empty parameters, which a form sends for what is not filled in.

    None if it has none: so that the same page has the same address, whoever shares it.
    """
    query = request.GET
    if "" not in (value for _name, values in query.lists() for value in values):
        return None
    kept = query.copy()
    for name, values in query.lists():
        kept.setlist(name, [value for value in values if value])
    kept = kept.urlencode()
    return HttpResponseRedirect(f"{request.path}?{kept}" if kept else request.path)


class RecordList(View):
    """The list of one kind of record."""

    model = None
    filterset_class = None
    title = ""
    intro = ""
    default_order = "name"
    # The other ways to look at what the list finds.
    ways = ("statistics",)
    template_name = "list.html"

    def get(self, request):
        """Show the page that the address asks for; 404 for a page that does not exist."""
        if tidier := tidy(request):
            return tidier
        filters = self.filterset_class(request.GET)
        query = filters.form.cleaned_data.get("q", "")
        orders = self.orders(query)
        form = ListForm(request.GET, orders=orders)
        usual = "relevance" if query else self.default_order
        order = form.cleaned_data.get("order") or usual
        if form.cleaned_data.get("format"):
            keys = filters.keys(order, 0, len(filters.found))
            return EXPORTS[form.cleaned_data["format"]](self.model, keys)
        if form.cleaned_data.get("letter") and order in ("name", "-name"):
            return self.opened_at(form.cleaned_data["letter"], request, Found(filters, order))
        try:
            page = Paginator(Found(filters, order), PER_PAGE).page(form.page_number())
        except InvalidPage:
            first = address_without(request, "page")
            return render(request, "no_such_page.html", {"first": first, "model": self.model}, status=404)
        return render(request, self.template_name, self.context(request, filters, form, (orders, order, usual), page))

    @staticmethod
    def opened_at(letter, request, found):
        """Send the reader to the page, and the place on it, where the names of a letter begin."""
        number, place = divmod(found.place(letter), PER_PAGE)
        query = query_without(request, "letter", "page")
        query = "&".join(filter(None, [query, f"page={number + 1}" if number else ""]))
        return HttpResponseRedirect(f"{request.path}{'?' if query else ''}{query}#place-{place + 1}")

    def context(self, request, filters, form, orders, page):
        """Return what the template draws; `orders` are all, the one it is in, and the one it is in when none is asked for."""
        orders, order, usual = orders
        narrowed, tray = panel(self, request, filters), Tray(self, request)
        cards, kept = tray.ticked(page.object_list)
        return {
            **narrowed,
            "unshown": [*narrowed["unshown"], *tray.unshown()],
            "tray": tray,
            "kept": kept,
            "cards": cards,
            "ways": ways(self, request),
            # The usual order has no name in the address: so it changes to the best matches when words are searched for.
            "order": order,
            "usual_order": usual,
            "orders": tuple(("" if value == usual else value, ORDERS[value], value == order) for value in orders),
            "summary": summary(filters),
            "form_remarks": [*form.remarks(), *tray.remarks],
            "page": page,
            "silence": ("", None) if page.object_list else self.silence(filters),
            "letters": LETTERS if "name" in order and page.paginator.num_pages > PAGES_WITHOUT_LETTERS else "",
            "exports": EXPORTS,
        }

    def everything(self, query):
        """Return the address of the list of all that a search for `query` finds."""
        return f"{reverse(f'{self.model.section}:list')}?{urlencode({'q': query})}"

    def notes(self, filters):
        """Say what readers should know of the values they chose."""
        return []

    def silence(self, filters):
        """Return what the sources leave unsaid where nothing is found, and where to go on, as a `Value` or None."""
        return "", None

    def orders(self, query):
        """Return the orders this list can be put in."""
        dated = ["date", "-date"] if self.model.dated else []
        return ["name", "-name", *dated, *(["relevance"] if query else [])]
