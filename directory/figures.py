"""Rows that networks, projects and meetings have alike: figures, links, and statements that differ."""

import re
from functools import reduce
from operator import or_

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from directory.bases import (
    Bilingual,
    Checked,
    Row,
    RowQuerySet,
    Sourced,
    address,
    bounds_in_order,
    long_text,
    original,
    short_text,
)
from directory.dates import EDTFField
from directory.facts import grouped
from directory.sources import Source
from directory.versions import kept


class Measure(models.TextChoices):
    """What is counted."""

    PERSONS = "persons", gettext_lazy("persons")
    PARTICIPANTS = "participants", gettext_lazy("participants")
    CITIES = "cities", gettext_lazy("cities")
    MUNICIPALITIES = "municipalities", gettext_lazy("municipalities")
    COUNTRIES = "countries", gettext_lazy("countries")
    UNIVERSITIES = "universities", gettext_lazy("universities")
    ORGANISATIONS = "organisations", gettext_lazy("organisations")
    NETWORKS = "networks", gettext_lazy("national networks")
    MEETINGS = "meetings", gettext_lazy("meetings")
    FOCUS_GROUPS = "focus-groups", gettext_lazy("focus group meetings")
    SUB_PROJECTS = "sub-projects", gettext_lazy("sub-projects")
    BUDGET = "budget-in-euro", gettext_lazy("euro in total budget")


COUNTED = {
    Measure.PERSONS: ngettext_lazy("%(number)s person", "%(number)s persons", "many"),
    Measure.PARTICIPANTS: ngettext_lazy("%(number)s participant", "%(number)s participants", "many"),
    Measure.CITIES: ngettext_lazy("%(number)s city", "%(number)s cities", "many"),
    Measure.MUNICIPALITIES: ngettext_lazy("%(number)s municipality", "%(number)s municipalities", "many"),
    Measure.COUNTRIES: ngettext_lazy("%(number)s country", "%(number)s countries", "many"),
    Measure.UNIVERSITIES: ngettext_lazy("%(number)s university", "%(number)s universities", "many"),
    Measure.ORGANISATIONS: ngettext_lazy("%(number)s organisation", "%(number)s organisations", "many"),
    Measure.NETWORKS: ngettext_lazy("%(number)s national network", "%(number)s national networks", "many"),
    Measure.MEETINGS: ngettext_lazy("%(number)s meeting", "%(number)s meetings", "many"),
    Measure.FOCUS_GROUPS: ngettext_lazy("%(number)s focus group meeting", "%(number)s focus group meetings", "many"),
    Measure.SUB_PROJECTS: ngettext_lazy("%(number)s sub-project", "%(number)s sub-projects", "many"),
    Measure.BUDGET: ngettext_lazy("%(number)s euro in total budget", "%(number)s euro in total budget", "many"),
}


class Qualifier(models.TextChoices):
    """How exact a count is."""

    EXACT = "exact", pgettext_lazy("a count", "exactly")
    ABOUT = "about", pgettext_lazy("a count", "about")
    JUST_OVER = "just_over", pgettext_lazy("a count", "just over")
    MORE_THAN = "more_than", pgettext_lazy("a count", "more than")
    LESS_THAN = "less_than", pgettext_lazy("a count", "less than")
    RANGE = "range", pgettext_lazy("a count", "between two numbers")


def amount(qualifier, value, minimum, maximum):
    """Return a count in words of the active language: “about 60”, “30–50”."""
    if qualifier == Qualifier.RANGE:
        return f"{grouped(minimum)}–{grouped(maximum)}"
    return {
        Qualifier.EXACT: "%(number)s",
        Qualifier.ABOUT: _("about %(number)s"),
        Qualifier.JUST_OVER: _("just over %(number)s"),
        Qualifier.MORE_THAN: _("more than %(number)s"),
        Qualifier.LESS_THAN: _("less than %(number)s"),
    }[qualifier] % {"number": grouped(value)}


class Figure(Row, Sourced):
    """A count as its source qualifies it; only exact figures of one scope may ever be added up."""

    measure = models.CharField(gettext_lazy("what is counted"), max_length=20, choices=Measure)
    qualifier = models.CharField(gettext_lazy("how exact"), max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    value = models.PositiveBigIntegerField(gettext_lazy("number"), null=True, blank=True)
    minimum = models.PositiveBigIntegerField(gettext_lazy("from"), null=True, blank=True)
    maximum = models.PositiveBigIntegerField(gettext_lazy("to"), null=True, blank=True)
    wording = short_text(gettext_lazy("the source's own words"), help_text=gettext_lazy("For example “drygt 500”."))
    scope_sv = short_text(gettext_lazy("what it covers, in Swedish"))
    scope_en = short_text(gettext_lazy("what it covers, in English"))
    as_of = EDTFField(gettext_lazy("as of"))

    scope = Bilingual()
    objects = RowQuerySet.as_manager()

    class Meta(Sourced.Meta):
        abstract = True
        verbose_name = gettext_lazy("figure")
        verbose_name_plural = gettext_lazy("figures")
        ordering = ["measure", "key"]
        constraints = [
            *Sourced.Meta.constraints,
            bounds_in_order("as_of"),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_number_or_range",
                condition=Q(qualifier=Qualifier.RANGE, value__isnull=True, minimum__isnull=False, maximum__isnull=False)
                | Q(~Q(qualifier=Qualifier.RANGE), value__isnull=False, minimum__isnull=True, maximum__isnull=True),
                violation_error_message=gettext_lazy("Give one number, or for a range its two ends and no number."),
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_range_grows",
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lt=F("maximum")),
                violation_error_message=gettext_lazy("A range begins with its smaller number."),
            ),
        ]

    def __str__(self):
        """The count in words: “just over 500 participants”."""
        return COUNTED[self.measure] % {"number": self.amount(), "many": self.maximum or self.value or 0}

    def amount(self):
        """Return the number with its qualifier, which is as large as the number: “about 60”, “30–50”."""
        return amount(self.qualifier, self.value, self.minimum, self.maximum)


class Link(Row, Sourced):
    """A labelled way out of a document; plain text as long as its address is not known."""

    class Kind(models.TextChoices):
        """What the label stood beside."""

        PAGE = "page", gettext_lazy("read more")
        PICTURE = "picture", gettext_lazy("picture, by its text alternative")

    kind = models.CharField(gettext_lazy("kind"), max_length=10, choices=Kind, default=Kind.PAGE)
    label_sv = short_text(gettext_lazy("label in Swedish"), blank=False)
    label_en = short_text(gettext_lazy("label in English"))
    url = address(
        gettext_lazy("web address"),
        help_text=gettext_lazy("Empty while the address is not known: the label then stands as plain text."),
    )

    label = Bilingual()

    @property
    def original_label(self):
        """The label in the language of its source, where the one shown is translated."""
        return original(self, "label", self.source.language)

    objects = RowQuerySet.as_manager()

    class Meta(Sourced.Meta):
        abstract = True
        verbose_name = gettext_lazy("link")
        verbose_name_plural = gettext_lazy("links")
        ordering = ["key"]

    def __str__(self):
        """The label as readers see it."""
        return str(self.label)


class Discrepancy(Row, Checked):
    """Two statements that do not agree, each with its source; neither wins in silence."""

    title_sv = short_text(gettext_lazy("title in Swedish"), blank=False)
    title_en = short_text(gettext_lazy("title in English"))
    first_sv = long_text(gettext_lazy("first statement in Swedish"), blank=False)
    first_en = long_text(gettext_lazy("first statement in English"))
    first_source = models.ForeignKey(
        "directory.Source",
        models.PROTECT,
        related_name="%(class)s_first",
        verbose_name=gettext_lazy("source of the first"),
    )
    first_locator = short_text(gettext_lazy("place of the first"))
    first_quote = short_text(gettext_lazy("words of the first"))
    second_sv = long_text(gettext_lazy("second statement in Swedish"), blank=False)
    second_en = long_text(gettext_lazy("second statement in English"))
    second_source = models.ForeignKey(
        "directory.Source",
        models.PROTECT,
        related_name="%(class)s_second",
        verbose_name=gettext_lazy("source of the second"),
    )
    second_locator = short_text(gettext_lazy("place of the second"))
    second_quote = short_text(gettext_lazy("words of the second"))
    touches = models.TextField(
        gettext_lazy("other pages it touches"),
        blank=True,
        validators=[
            RegexValidator(
                r"^\s*([a-z]+/[-\w]+(\s+|$))*$",
                gettext_lazy("Write one page on each line, such as organisations/vinnova."),
            )
        ],
        help_text=gettext_lazy("One on each line, as in the address: organisations/vinnova. It is shown there too."),
    )
    note_sv = long_text(gettext_lazy("our note in Swedish"))
    note_en = long_text(gettext_lazy("our note in English"))

    title = Bilingual()
    first = Bilingual()
    second = Bilingual()
    note = Bilingual()
    sources = ("first_source", "second_source")
    objects = RowQuerySet.as_manager()

    class Meta:
        abstract = True
        verbose_name = gettext_lazy("discrepancy")
        verbose_name_plural = gettext_lazy("discrepancies")
        ordering = ["key"]

    def __str__(self):
        """What the two statements are about."""
        return str(self.title)

    @classmethod
    def on(cls, record):
        """Return all that a record's page must show, of every owner: its own, those that touch it, those from it.

        Asks one query for each sort of owner, and none for a page that no discrepancy is shown on.
        """
        if f"{record.section}/{record.slug}" not in cls.pages():
            return []
        here = Q(touches__regex=rf"(^|\s){record.section}/{re.escape(record.slug)}(\s|$)")
        if isinstance(record, Source):
            here |= Q(first_source=record) | Q(second_source=record)
        found = []
        for model in cls.__subclasses__():
            owner = model.ends[0]
            own = Q(**{owner: record}) if isinstance(record, model._meta.get_field(owner).related_model) else Q()
            found += model.objects.public().for_cards().filter(own | here)
        return found

    @classmethod
    def on_each(cls, records):
        """Return {page, as “section/address”: all that it must show} of records of one kind that is no source.

        Asks one query for each sort of owner, and none where no discrepancy is shown on any of the pages.
        """
        found = {f"{record.section}/{record.slug}": [] for record in records}
        if not found.keys() & cls.pages():
            return found
        here = reduce(or_, (Q(touches__contains=page) for page in found))
        for model in cls.__subclasses__():
            owner = model._meta.get_field(model.ends[0])
            own = Q(**{f"{owner.name}__in": records}) if isinstance(records[0], owner.related_model) else Q()
            for each in model.objects.public().for_cards().filter(own | here):
                theirs = getattr(each, owner.name)
                for page in {f"{theirs.section}/{theirs.slug}", *each.touches.split()} & found.keys():
                    found[page].append(each)
        return found

    @classmethod
    def pages(cls):
        """Return the pages, as “section/address”, that show some discrepancy; found once a version."""
        store = kept()
        if "pages with discrepancies" not in store:
            pages = set()
            for model in cls.__subclasses__():
                owner = model._meta.get_field(model.ends[0])
                columns = [f"{owner.name}__slug", "first_source__slug", "second_source__slug", "touches"]
                for own, first, second, touches in model.objects.public().order_by().values_list(*columns):
                    pages |= {f"{owner.related_model.section}/{own}", f"sources/{first}", f"sources/{second}"}
                    pages.update(touches.split())
            store["pages with discrepancies"] = pages
        return store["pages with discrepancies"]
