"""The page of records side by side, and how records are chosen for it: all of it in the address."""

from dataclasses import dataclass

import numpy
from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from directory.addresses import AddressForm
from directory.bases import MOST_ROWS, comparison_address
from directory.columns import keys_of
from directory.details import load_all
from directory.exports import texts_response
from directory.former_addresses import Moved, present
from directory.prepared import for_detail
from directory.reading import reading
from directory.search import LONGEST_QUERY, unsearched
from directory.side_by_side import SideBySide

# Records that are chosen one by one; parts of a whole that are shown at once; what a search or a suggestion offers.
MOST, MOST_PARTS, MOST_OFFERED = 4, 30, 8


@dataclass(frozen=True)
class Comparable:
    """A kind of record that can be laid side by side.

    `list` is the view of its list, `page` turns a record into what its own page says, `always` are questions that are
    asked even where no record answers, `alike` names the filters whose values make two records worth comparing.
    """

    list: type
    page: object
    always: tuple = ()
    alike: tuple = ()

    @property
    def model(self):
        """The model of the records."""
        return self.list.model

    @property
    def word(self):
        """The kind's name in an address, as network."""
        return self.model._meta.model_name

    @property
    def has_parts(self):
        """Whether records of the kind can be parts of another."""
        return any(each.name == "parent" for each in self.model._meta.fields)

    def pages(self, slugs):
        """Return what the pages of the public records at some addresses say, in that order."""
        return [self.page(record) for record in load_all(for_detail(self.model), slugs)]

    def suggestions(self, record):
        """Return (record, what it has in common by the labels of the filters): those most like a record.

        What few records have in common counts for more than what many have.
        """
        index, filters = self.list.filterset_class.index, self.list.filterset_class.base_filters
        held, shared = reading(index).groups, {}
        values = index.terms([record.pk]).get(record.pk, {})
        for group in self.alike:
            others = [held[group].get(value) or () for value in sorted(values.get(group, ()))]
            shared[group] = [each for each in others if len(each) > 1]
        keys = [keys_of(others) for groups in shared.values() for others in groups]
        if not keys:
            return []
        weights = numpy.concatenate([numpy.full(len(each), 1 / len(each)) for each in keys])
        scores = numpy.bincount(numpy.concatenate(keys), weights)
        scores[record.pk] = 0
        best = [int(key) for key in numpy.argsort(-scores, kind="stable")[:MOST_OFFERED] if scores[key]]
        found = self.model.objects.public().order_by().in_bulk(best)
        return [
            (
                found[key],
                [filters[group].label for group in self.alike if any(key in each for each in shared[group])],
            )
            for key in best
            if key in found
        ]

    def matching(self, query, but):
        """Return (the records that a search finds first, how many there are besides those at some addresses)."""
        filters = self.list.filterset_class(QueryDict(urlencode({"q": query})))
        keys = filters.keys("relevance", 0, MOST_OFFERED + len(but))
        found = self.model.objects.public().order_by().in_bulk(keys)
        records = [found[key] for key in keys if key in found and found[key].slug not in but]
        return records[:MOST_OFFERED], len(filters.found)

    @property
    def counts_parts(self):
        """Whether the index knows of each record how many parts it has."""
        return "parent" in self.list.filterset_class.base_filters

    def parts(self, record):
        """Return how many parts a record has that can be compared at once."""
        held = reading(self.list.filterset_class.index).groups["parent"] if self.counts_parts else {}
        return len(held.get(str(record.pk), ()))

    def wholes(self):
        """Return (record, count) of those with most parts, which can be compared at once."""
        if not self.counts_parts:
            return []
        sizes = reading(self.list.filterset_class.index).by_size("parent")[:3]
        counts = {int(key): count for count, key in sizes if count > 1}
        found = self.model.objects.public().order_by().in_bulk(list(counts))
        return [(found[key], count) for key, count in counts.items() if key in found]


class NamesField(forms.MultipleChoiceField):
    """What an address names, each as it stands there: what is none or stands twice is told."""

    def to_python(self, value):
        """Leave out what is empty, and space around a name."""
        return [each.strip() for each in super().to_python(value) if each.strip()]

    def validate(self, value):
        """Take every name."""


class ComparisonForm(AddressForm):
    """Which records are compared, and how, read from the address."""

    id = NamesField(required=False)
    parent = forms.CharField(required=False)
    add = forms.CharField(required=False, max_length=LONGEST_QUERY)
    only = forms.ChoiceField(required=False, choices=[("differences", "")])
    format = forms.ChoiceField(required=False, choices=[("csv", "")])

    def __init__(self, data):
        """Read the address at once."""
        super().__init__(data)
        self.is_valid()

    def remarks(self):
        """Say in a sentence which wish cannot be met."""
        if "only" in self.errors:
            yield _("The comparison cannot be narrowed to “%(only)s”; all questions are shown.") % {
                "only": self.data["only"]
            }
        if "format" in self.errors:
            yield _("The comparison cannot be had in the format “%(format)s”.") % {"format": self.data["format"]}
        yield from self.errors.get("add", ())
        yield from unsearched(self.cleaned_data.get("add", ""))


class Named:
    """The records that the names in an address, as network:sern, lead to: those of one kind, and why not the others."""

    def __init__(self, kinds, names, most=None):
        """Look the names up; one query for each kind that is named."""
        self.kinds, self.remarks, self.kind, self.slugs = kinds, [], None, []
        wanted = {}
        for name in names:
            kind, slug = self.parse(name)
            if kind and (kind, slug) in wanted.values():
                self.say(_("“%(name)s” is named more than once; it is shown once."), name)
            elif kind:
                wanted[name] = kind, slug
        there = {kind: self.found(kind, [slug for each, slug in wanted.values() if each is kind]) for kind in kinds}
        self.lead_on({name: (kind, slug) for name, (kind, slug) in wanted.items() if slug not in there[kind]})
        for name, (kind, slug) in wanted.items():
            if slug not in there[kind]:
                self.say(_("There is no record “%(name)s” in the directory."), name)
            elif self.kind not in (None, kind):
                self.say(
                    _("“%(name)s” is left out: it is of another kind than the first, and only one kind is compared."),
                    name,
                )
            elif most and len(self.slugs) == most:
                self.say(_("“%(name)s” is left out: at most %(most)d records are chosen at a time."), name, most=most)
            else:
                self.kind = kind
                self.slugs.append(slug)

    @staticmethod
    def lead_on(lost):
        """Raise `Moved` where names that lead to no record hold former addresses: {name: (kind, address)}."""
        moved = {}
        for kind in {kind for kind, _slug in lost.values()}:
            found = present(kind.model.objects.public(), [slug for each, slug in lost.values() if each is kind])
            moved |= {
                name: f"{kind.word}:{found[slug]}"
                for name, (each, slug) in lost.items()
                if each is kind and slug in found
            }
        if moved:
            raise Moved(["id", "parent"], moved)

    def parse(self, name):
        """Return the kind and the address in a name; None and a remark where it is of no kind that is compared."""
        word, colon, slug = name.partition(":")
        kind = next((each for each in self.kinds if word in (each.word, each.model.section)), None)
        if not colon or not slug:
            self.say(_("“%(name)s” names no record: write the kind and the address, as in network:seismic."), name)
        elif not kind:
            self.say(_("“%(name)s” cannot be compared: only networks, projects, cities and practices can."), name)
        return (kind, slug) if colon and slug else (None, "")

    def say(self, sentence, name, **more):
        """Keep what is to be told of a name."""
        self.remarks.append(sentence % {"name": name, **more})

    @staticmethod
    def found(kind, slugs):
        """Return the addresses among some at which there is a public record."""
        if not slugs:
            return set()
        return set(kind.model.objects.public().order_by().filter(slug__in=slugs).values_list("slug", flat=True))


class ComparisonPage(View):
    """Two to four records of one kind side by side, or all the parts of a whole."""

    kinds = ()

    @cached_property
    def form(self):
        """What the address asks for."""
        return ComparisonForm(self.request.GET)

    def get(self, request):
        """Show what can be shown of what the address names, as a page or as a file."""
        whole = self.form.cleaned_data.get("parent")
        context = self.of_parts(whole) if whole else self.of_chosen(self.form.cleaned_data.get("id", []))
        context["remarks"] = [*context.get("remarks", ()), *self.form.remarks()]
        if self.form.cleaned_data.get("format") and context.get("sides"):
            texts = context["sides"].texts(self.only_differing)
            return texts_response(texts, f"{context['kind'].model.section}-side-by-side")
        return render(request, "compare.html", {**context, "kinds": self.kinds})

    @property
    def only_differing(self):
        """Whether only those questions are wanted that the records answer differently."""
        return bool(self.form.cleaned_data.get("only"))

    def of_chosen(self, names):
        """Return what the template draws of records chosen one by one."""
        named = Named(self.kinds, names, MOST)
        if not named.kind:
            return {"remarks": named.remarks, "ways_in": list(self.ways_in())}
        # A record that is withdrawn at this very moment is there no more.
        pages = named.kind.pages(named.slugs)
        if not pages:
            return {"remarks": named.remarks, "ways_in": list(self.ways_in())}
        context = {"remarks": named.remarks, **self.sides(named.kind, pages)}
        records = context["sides"].records
        context["chosen"] = [(each, self.address(*(one for one in records if one is not each))) for each in records]
        if len(records) < MOST:
            context |= self.offered(named.kind, records)
        return context

    def of_parts(self, name):
        """Return what the template draws of all the parts of a whole."""
        named = Named(self.kinds, [name])
        if not named.kind:
            return {"remarks": named.remarks, "ways_in": list(self.ways_in())}
        kind, parts, remarks = named.kind, [], []
        whole = kind.model.objects.public().filter(slug=named.slugs[0]).first()
        if whole and kind.has_parts:
            ordered = kind.model.objects.public().in_order().filter(Q(parent=whole))
            parts = list(ordered.values_list("slug", flat=True)[: MOST_PARTS + 1])
        if len(parts) > MOST_PARTS:
            remarks.append(_("It has more parts; the first %(count)d by name are compared.") % {"count": MOST_PARTS})
        if not parts:
            sentence = _("“%(name)s” has no parts in the directory that could be compared.")
            return {"remarks": [sentence % {"name": name}], "ways_in": list(self.ways_in())}
        if self.form.cleaned_data.get("id"):
            remarks.append(
                _("Besides the parts of a whole no other records are shown; those named one by one are left out.")
            )
        pages = kind.pages(parts[:MOST_PARTS])
        return {"remarks": remarks, "whole": whole, "count": len(pages), **self.sides(kind, pages)}

    def sides(self, kind, pages):
        """Return the table, what the records have in common, and the ways to narrow it or take it along."""
        sides = SideBySide(pages, kind.always)
        several = len(pages) > 1
        told, untold = sides.in_common() if several else ((), ())
        rows = sides.lines(self.only_differing) if several else sides.rows
        return {
            "kind": kind,
            "sides": sides,
            "several": several,
            "many": len(pages) > MOST,
            "rows": rows,
            "told": told,
            "untold": untold,
            "only_differing": self.only_differing,
            "differing": len(sides.lines(only_differing=True)),
            "cut": any(cell.cut for row in rows for cell in row.cells),
            "most_rows": MOST_ROWS,
        }

    def offered(self, kind, records):
        """Return what may be added: what a search finds, and for a record alone those most like it."""
        query, slugs = self.form.cleaned_data.get("add", ""), [each.slug for each in records]
        found, count = kind.matching(query, slugs) if query else ([], 0)
        alone = len(records) == 1
        alike = kind.suggestions(records[0]) if alone else []
        chosen = urlencode([("id", each.compared_as) for each in records])
        return {
            "adding": True,
            "query": query,
            "matching": [(each, comparison_address(*records, each)) for each in found],
            "matching_count": count,
            "alike": [(each, comparison_address(*records, each), labels) for each, labels in alike],
            "parts": kind.parts(records[0]) if alone else 0,
            "parts_address": f"{reverse('compare')}?parent={records[0].compared_as}",
            "from_list": f"{reverse(f'{kind.model.section}:list')}?{chosen}",
        }

    def ways_in(self):
        """Yield (list, its address, (whole, its count, its address) of each whole whose parts can be compared)."""
        for kind in self.kinds:
            wholes = [
                (record, count, f"{reverse('compare')}?parent={record.compared_as}") for record, count in kind.wholes()
            ]
            yield kind.list, reverse(f"{kind.model.section}:list"), wholes

    @staticmethod
    def address(*records):
        """Return the address of a comparison of some records, which may be none."""
        return comparison_address(*records) if records else reverse("compare")


class Tray:
    """The records of one list that are chosen for a comparison, as they stand in the address of the list."""

    def __init__(self, of, request):
        """Look up what the address of list `of` names; no query where it names nothing."""
        form = ComparisonForm(request.GET)
        kind = Comparable(of, None)
        names = [
            each for each in form.cleaned_data.get("id", ()) if each.partition(":")[0] in (kind.word, of.model.section)
        ]
        named = Named([kind], names, MOST) if of.model.compared and names else None
        self.remarks = named.remarks if named else []
        found = {}
        if named and named.slugs:
            found = {each.slug: each for each in of.model.objects.public().order_by().filter(slug__in=named.slugs)}
        self.records = [found[slug] for slug in named.slugs if slug in found] if named else []
        self.request = request

    def __bool__(self):
        """Whether any record is chosen."""
        return bool(self.records)

    def __iter__(self):
        """Yield (record, the address of the list without it)."""
        for record in self.records:
            query = self.request.GET.copy()
            others = [each.compared_as for each in self.records if each is not record]
            query.setlist("id", others)
            query.pop("page", None)
            yield record, f"?{query.urlencode(safe=':')}" if query.urlencode() else self.request.path

    @property
    def query(self):
        """The chosen records as a part of an address."""
        return urlencode([("id", each.compared_as) for each in self.records])

    @property
    def address(self):
        """Where the chosen records are compared."""
        return comparison_address(*self.records)

    @property
    def words(self):
        """How many are chosen."""
        count = len(self.records)
        return ngettext("%(count)d chosen for comparison", "%(count)d chosen for comparison", count) % {"count": count}

    def unshown(self):
        """Yield (name, value) for a form that is to keep the chosen records."""
        for record in self.records:
            yield "id", record.compared_as

    def ticked(self, cards):
        """Return drawn cards in which the chosen records are ticked, and the names of those that no card ticks."""
        left, ticked = [each.compared_as for each in self.records], []
        for card in cards:
            for name in left:
                box = f'name="id" value="{name}"'
                if box in card:
                    card = type(card)(card.replace(box, f"{box} checked", 1))
                    left = [each for each in left if each != name]
            ticked.append(card)
        return ticked, left
