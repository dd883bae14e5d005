"""Every component of the pages in all its states, for whoever works on the look of the site."""

from datetime import date
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from directory.bases import Certainty, in_language, language_now
from directory.comparison import Comparable, ComparisonPage, Tray
from directory.differences import Difference
from directory.facts import Contacts, Fact, Line, Links, Reference, Table, Text, Value
from directory.guarded import GuardedForm, PlainText
from directory.latest import EDITED, VERIFIED, Change
from directory.lists import LETTERS, PLACE, Found, corrections, drawn, panel, ways
from directory.places import MapPage
from directory.sources import Source
from directory.statistics import StatisticsPage, Sum
from directory.suggestions import suggested
from directory.sums import amount, summary
from directory.timeline import Along, TimelinePage

COLOURS = ["paper", "surface", "ink", "muted", "line", "hair", "accent", "tint", "found", "copper", "moss"]
KINDS = ["network", "project", "meeting", "city", "funder", "practice"]
CITIES = ["Norrköping", "Linköping", "Göteborg"]
# What a component needs around it to look as it does on a page.
AROUND = {
    "choice": "filters options",
    "compare_bar": "choose",
    "drawing": "timeline-page",
    "facts": "fact-box",
    "figure": "picture",
    "group": "filters",
    "suggested": "suggestions",
    "sums": "table-scroll",
    "years": "timeline-page",
}


def words(swedish, english):
    """Return a text in the reader's language."""
    return in_language(language_now(), sv=swedish, en=english)


def source(number, **fields):
    """Return a source that is in no database, with its number on the page."""
    made = Source(slug="sample", name_sv="Internationella nätverk", name_en="International networks", **fields)
    made.number = number
    return made


class SampleForm(GuardedForm):
    """A field of every sort."""

    line = PlainText(
        label=gettext_lazy("Name"), help_text=gettext_lazy("One or two sentences of our own, from the facts.")
    )
    several = forms.MultipleChoiceField(
        label=gettext_lazy("City"),
        required=False,
        choices=[(each, each) for each in CITIES],
        widget=forms.CheckboxSelectMultiple,
    )
    one = forms.ChoiceField(label=gettext_lazy("Order"), choices=[("", gettext_lazy("Name, A to Ö"))])
    box = forms.BooleanField(label=gettext_lazy("Show"))


class Samples:
    """What the components are shown with: each method returns {state: what the template gets} of one component."""

    def __init__(self, request, lists):
        """Make the rows that several components show."""
        self.request, self.lists = request, lists
        dated = source(1, language="sv", last_updated="2023-09-22", reviewed="yes", publisher="Norrköpings kommun")
        unreviewed = source(
            2, language="sv", reviewed="no", notice_sv="Ingen har granskat.", notice_en="Nobody looked."
        )
        self.silent = source(3, language="sv", reviewed="no", published=False)
        quote = {"quote": "togs upp i nätverket 2017", "locator": "¶ 2"}
        reason = words("Läst ur rubriken.", "Read from the heading.")
        self.rows = {
            "stated": Reference(dated, Certainty.STATED, **quote),
            "inferred, with the reason": Reference(dated, Certainty.INFERRED, note=reason, **quote),
            "from outside": Reference(dated, Certainty.EXTERNAL),
            "from a source nobody reviewed": Reference(unreviewed, Certainty.STATED, **quote),
            "inferred and not reviewed": Reference(self.silent, Certainty.INFERRED, note=reason),
        }
        self.stated, self.unreviewed = self.rows["stated"], unreviewed
        translated = Value("music", "#", self.stated, original=in_language("sv", sv="musik"))
        self.answers = [
            Fact("a value", (Value("Sweden", row=self.stated),)),
            Fact(
                "several", tuple(Value(each, "#", row) for each, row in zip(CITIES, self.rows.values(), strict=False))
            ),
            Fact("a record", (Value("Norrköping", "#", self.stated, shape="city"),)),
            Fact("a count", (Value("just over 500", row=self.stated, wording="drygt 500", note="in Sweden"),)),
            Fact("translated", (translated,)),
            Fact("another site", (Value("https://www.example.org/", "https://www.example.org/"),)),
            Fact("another language", (Value("hantverk och folklig konst", lang="sv"),)),
            Fact("silence"),
            Fact("silence of its own", silence=_("no date on the page")),
        ]

    def filtered(self, query):
        """Return the panel of the first list, narrowed."""
        of = self.lists[0]()
        return panel(of, self.request, of.filterset_class(QueryDict(query)))

    def _asked(self, page, query=""):
        """Return another way to look at the lists, as its address asks for it."""
        lists = [each for each in self.lists if page.name in each.ways]
        return page(lists=lists, request=SimpleNamespace(GET=QueryDict(query), path=reverse(page.name)))

    def _timeline(self):
        """Return what the timeline draws of the first few records of all kinds."""
        page = self._asked(TimelinePage)
        along = Along(page.strands)
        return {**page.drawn(along, Paginator(along, 20).page(1)), "kinds": page.kinds()}

    def card(self):
        """One of each kind."""
        found = [(each.model, Found(each.filterset_class(QueryDict()), "name")[:1]) for each in self.lists]
        return {model.section: cards[0] for model, cards in found if cards}

    def chart(self):
        """What people ask of the whole directory first."""
        charts = self._asked(StatisticsPage).overview()["charts"]
        return {chart.key: {"chart": chart, "shape": shape} for shape, chart in charts}

    def choice(self):
        """As the filters have it."""
        group = SimpleNamespace(name="sample")
        return {
            state: {"group": group, "choice": {"value": state, "label": "Sverige", "count": 12, "chosen": chosen}}
            for state, chosen in (("not chosen", False), ("chosen", True))
        }

    def chosen(self):
        """What is chosen, and what is said of it."""
        query = "kind=city-network&country_not=se&country=nowhere&q=netwrok"
        remark = _("The list cannot be had in the format “%(format)s”.") % {"format": "doc"}
        return {"all": {**self.filtered(query), "form_remarks": [remark], "undated": 3, "request": self.request}}

    def compare_add(self):
        """Beside a record alone, one of the first list that others are like; its parts are made up."""
        kind = Comparable(self.lists[0], None, alike=("parent", "city", "theme", "kind"))
        page = ComparisonPage(request=SimpleNamespace(GET=QueryDict("add=urban")))
        some = kind.model.objects.public().in_order()[:20]
        records = sorted(some, key=lambda record: not kind.suggestions(record))[:1]
        if not records:
            return {}
        beside = {"kind": kind, "sides": SimpleNamespace(records=records), "parts": 10}
        return {"a search, records alike, parts": {**page.offered(kind, records), **beside}}

    def compare_bar(self):
        """Nothing ticked."""
        return {"": {}}

    def contacts(self):
        """Whole, and next to nothing."""
        organisation = SimpleNamespace(name="Norrköpings kommun", get_absolute_url="#")
        whole = {"unit": "Internationella enheten", "person": "A. Person", "role": words("samordnare", "coordinator")}
        address = {"street": "Rådhuset", "postal_code": "601 81", "town": "Norrköping"}
        made = {**vars(self.stated), "organisation": organisation, "get_certainty_display": "stated"}
        rows = [SimpleNamespace(**made, **whole, **address), SimpleNamespace(**made, unit="Växel")]
        return {"whole, and next to nothing": {"section": Contacts("", rows)}}

    def difference(self):
        """Each way in which a value can change."""
        short = {"changed": ("2014", "2015"), "added": ("", "2015"), "taken away": ("2014", "")}
        long = f"{_('The sources name none.')} " * 4
        pairs = {**short, "word by word": (long, f"{long}2015")}
        return {state: {"difference": Difference("", "", *pair)} for state, pair in pairs.items()}

    def discrepancy(self):
        """Two statements."""
        sides = {
            "first": words("Tio nätverk.", "Ten networks."),
            "first_source": self.stated.source,
            "first_quote": "tio nationella nätverk",
            "first_locator": "¶ 1",
            "second": words("Elva nätverk.", "Eleven networks."),
            "second_source": self.unreviewed,
        }
        title, note = words("Antal nätverk", "Number of networks"), words("Vi räknar tio.", "We count ten.")
        return {"with our note": {"discrepancy": SimpleNamespace(title=title, note=note, **sides)}}

    def drawing(self):
        """The first few records of all kinds, where any has a date."""
        drawn = self._timeline()
        return {"of all kinds": drawn} if drawn["axis"] else {}

    def facts(self):
        """A box of facts; the values of each are a component of their own."""
        return {"as a card has them": {"facts": self.answers[:3], "label": "A box of facts"}}

    def field(self):
        """Every sort of field, and one that something is wrong with."""
        form, wrong = SampleForm(self.request, prefix="empty"), SampleForm(self.request, {}, prefix="wrong")
        fields = {field.label: {"field": field} for field in form.shown}
        return {**fields, "with an error": {"field": wrong["line"]}}

    def figure(self):
        """The picture of the start page."""
        return {"": {}}

    def filters(self):
        """The whole form."""
        of = self.lists[0]
        orders = (("name", _("Name, A to Ö"), True),)
        return {
            "with a choice": {
                **self.filtered(f"{of.model.shape}=&kind=city-network"),
                "orders": orders,
                "order": "name",
            }
        }

    def empty(self):
        """With something chosen, and without."""
        sentence, whole = _("Nothing fits all that is chosen."), _("show the whole list")
        return {
            "with a choice": {"sentence": sentence, "narrowed": True, "whole": whole, "path": "#"},
            "without": {"sentence": _("The sources name none.")},
        }

    def guard(self):
        """Out of sight, until a program has filled it in."""
        return {"": {"form": SampleForm(self.request, {"homepage": "https://www.example.org/"})}}

    def group(self):
        """Every group of the first list, as it is drawn."""
        filters = self.lists[0].filterset_class(QueryDict())
        bounds = [("sample_from", _("from"), "2014", ""), ("sample_to", _("to"), "x", _("Enter a whole number."))]
        empty = {"name": "sample", "label": "No choices, bounds", "choices": False, "more": None, "bounds": bounds}
        searched = {"name": "other", "label": "More than are shown", "choices": False, "more": 1200, "query": "zzz"}
        return {
            "with choices": drawn(filters, next(iter(filters.groups()))),
            "with bounds": {"group": empty, "choices": PLACE},
            "with a search of its own": {"group": searched, "choices": PLACE},
        }

    def latest(self):
        """All that can be done to a record, and nothing done."""
        model, name, day = self.lists[0].model, words("Eurocities", "Eurocities"), date(2026, 11, 25)
        changes = [Change(model, name, "#", day, done) for done in ((EDITED,), (VERIFIED,), (EDITED, VERIFIED))]
        return {
            "with days": {"changes": changes},
            "under their day": {"changes": changes, "under_day": True},
            "none": {"changes": []},
        }

    def letters(self):
        """The whole alphabet."""
        return {"": {"letters": LETTERS, "request": self.request}}

    def links(self):
        """With an address and without."""
        made = {**vars(self.stated), "get_certainty_display": "stated"}
        label, swedish = words("Läs mer", "Read more"), in_language("sv", sv="Läs mer")
        rows = [
            SimpleNamespace(**made, label=label, url="https://www.example.org/", original_label=""),
            SimpleNamespace(**made, label=label, url=None, original_label=swedish),
            SimpleNamespace(**made, label=label, url=None, kind="picture", original_label=""),
        ]
        return {"with an address, without, of a picture": {"section": Links("", rows)}}

    def map(self):
        """Of the places of the first list that has a map, where any is known."""
        drawn = self._asked(MapPage).map
        return {"single places, and places close together": {"map": drawn}} if drawn else {}

    def mark(self):
        """Every certainty."""
        return {state: {"row": row} for state, row in self.rows.items()}

    def notice(self):
        """In the words of an editor, or ours."""
        return {"of an editor": {"source": self.unreviewed}, "ours": {"source": self.silent}}

    def pages(self):
        """At the beginning, in the middle, at the end."""
        paginator = Paginator(range(250), 25)
        return {
            state: {"page": paginator.page(number), "request": self.request}
            for state, number in (("first", 1), ("in the middle", 5), ("last", 10))
        }

    def search_box(self):
        """With what may have been meant."""
        return {"with what may have been meant": {"sought": "norrköping"}}

    def source(self):
        """With a page of its own, or withdrawn."""
        return {"published": {"source": self.stated.source}, "withdrawn": {"source": self.silent}}

    def suggested(self):
        """For the beginning of a name, and for what begins none."""
        return {
            "names that begin so": {"suggested": suggested(self.lists, "no")},
            "no name begins so": {"suggested": []},
        }

    def suggestions(self):
        """For a word that nothing holds."""
        pairs = corrections([("norkoping", ["norrkoping"]), ("zzz", [])], "norkoping zzz")
        return {"with and without a near word": {"suggestions": pairs, "request": self.request}}

    def summary(self):
        """Of the first list."""
        of = self.lists[0]
        return {"": {"summary": summary(of.filterset_class(QueryDict())), "ways": ways(of, self.request)}}

    def sums(self):
        """Of the whole directory, and with enough amounts to compare."""
        told = self._asked(StatisticsPage).overview()
        euro, *spread = (amount(hundredths, "EUR") for hundredths in (1_200_000, 100_000, 250_000, 600_000))
        compared = [Sum(euro, "4", *spread, "#"), Sum(amount(50_000, "SEK"), "1", "", "", "", "")]
        return {
            "of the whole directory": {"sums": told["sums"], "spread": told["spread"]},
            "enough to compare, and too few": {"sums": compared, "spread": True},
        }

    def table(self):
        """Lines with sources."""
        lines = [Line(self.answers[:4], row) for row in self.rows.values()]
        return {"with sources": {"section": Table("", lines), "id": "table"}}

    def text(self):
        """Paragraphs, with and without a source."""
        text = words("Ett stycke.\n\nEtt stycke till.", "A paragraph.\n\nOne more paragraph.")
        return {
            "from a source nobody reviewed": {"section": Text("", text, self.rows["from a source nobody reviewed"])},
            "ours": {"section": Text("", text, None)},
        }

    def trail(self):
        """The longest."""
        above = SimpleNamespace(name=words("SEiSMiC", "SEiSMiC"), get_absolute_url="#")
        return {
            "with a record above": {"list_title": _("Networks"), "list_address": "#", "above": above, "here": "Here"}
        }

    def tray(self):
        """With two of the first list, where it has any."""
        of = self.lists[0]
        query = "&".join(f"id={each.compared_as}" for each in of.model.objects.public().in_order()[:2])
        tray = Tray(of, SimpleNamespace(GET=QueryDict(query), path=self.request.path))
        return {"two chosen": {"tray": tray}} if tray else {}

    def values(self):
        """Every sort of value, and silence."""
        return {fact.label: {"fact": fact} for fact in self.answers}

    def ways(self):
        """Of the first list."""
        return {"on the list itself": {"ways": ways(self.lists[0], self.request)}}

    def wrong(self):
        """Above a form that was sent empty."""
        return {"": {"form": SampleForm(self.request, {}, prefix="wrong")}}

    def years(self):
        """Of all kinds together."""
        return {"of all kinds": self._timeline()}


def specimens(request, lists):
    """Return (component, classes of what it stands in, its states as HTML) for each template among the components, in order."""
    samples, found = Samples(request, lists), []
    for file in sorted((settings.BASE_DIR / "templates" / "components").glob("*.html")):
        states = getattr(samples, file.stem, dict)()
        template = f"components/{file.name}"
        shown = [
            (state, render_to_string(template, each, request) if isinstance(each, dict) else each)
            for state, each in states.items()
        ]
        found.append((file.stem, AROUND.get(file.stem, ""), shown))
    return found


class ComponentsPage(View):
    """A page for staff, and for whoever develops the site; nothing for anybody else."""

    lists = ()

    def get(self, request):
        """Show every component."""
        if not (settings.DEBUG or admin.site.has_permission(request)):
            raise Http404
        context = {"specimens": specimens(request, self.lists), "tokens": COLOURS + KINDS}
        response = render(request, "about/components.html", context)
        response["X-Robots-Tag"] = "noindex"
        return response
