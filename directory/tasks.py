"""What is left to do for editors: each task a filter in the lists of those records that it can concern.

The desk counts what these filters keep, so that its numbers are those of the lists.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from directory import duplicates
from directory.bases import Certainty, Listed
from directory.versions import kept

# A larger number is not counted to its end: nobody does more than this in a day.
MOST = 1000
LONG_AGO = timedelta(days=365)


@dataclass(frozen=True)
class Task:
    """Something to do with records: `keeps` gives the condition for those of a model that it `concerns`."""

    name: str
    title: str
    hint: str
    keeps: Callable
    concerns: Callable = lambda model: True

    def records(self, queryset):
        """Keep the records that are left to do."""
        return queryset.filter(self.keeps(queryset.model))


def drafts(model):
    """Keep what visitors do not see."""
    return Q(published=False)


def unverified(model):
    """Keep what nobody has compared with its source for a year."""
    return Q(verified_at=None) | Q(verified_at__lt=localdate() - LONG_AGO)


def unstated(model):
    """Keep what no source states: every record has a source, but some are inferred or come from outside."""
    return ~Q(certainty=Certainty.STATED)


def with_fields(*names):
    """Return what tells whether a kind of record has some fields or relations."""
    return lambda model: set(names) <= {field.name for field in model._meta.get_fields()}


def having(name, condition):
    """Return what keeps records with a row of the relation `name` that meets a condition."""

    def keeps(model):
        relation = model._meta.get_field(name)
        return Exists(relation.related_model.objects.filter(condition, **{relation.field.name: OuterRef("pk")}))

    return keeps


def untranslated(model):
    """Keep what lacks its name or its summary in one language; a summary that nobody has written lacks nothing."""
    return Q(name_en="") | Q(~Q(summary_sv=""), summary_en="") | Q(~Q(summary_en=""), summary_sv="")


def passed(model):
    """Keep meetings that are over and still called planned."""
    over = model.objects.alias(last_day=Coalesce("until_latest", "date_latest")).filter(last_day__lt=localdate())
    return Q(status="planned", pk__in=over.order_by().values("pk"))


def alike(model):
    """Keep what may be in the directory twice."""
    return Q(pk__in=duplicates.suspected(model))


TASKS = [
    Task("drafts", _("Drafts that wait"), _("Visitors do not see them until they are published."), drafts),
    Task(
        "differing",
        _("Sources that differ, without our note"),
        _("The page shows both statements; a note tells readers what we know of it."),
        having("discrepancies", Q(note_sv="", note_en="")),
        with_fields("discrepancies"),
    ),
    Task(
        "duplicates",
        _("Possible duplicates"),
        _("Names that are the same or nearly so, within a country."),
        alike,
        lambda model: model in duplicates.compared(),
    ),
    Task(
        "passed",
        _("Meetings that are over but called planned"),
        _("Find out whether they were held."),
        passed,
        with_fields("status", "date_latest", "until_latest"),
    ),
    Task(
        "unstated",
        _("Not stated in any source"),
        _("Inferred, or known from outside the documents: a source that states it would be better."),
        unstated,
        with_fields("certainty"),
    ),
    Task(
        "addressless",
        _("Links without an address"),
        _("The label stands on the page as plain text."),
        having("links", Q(url=None)),
        with_fields("links"),
    ),
    Task(
        "untranslated",
        _("Missing translations"),
        _("The name or the summary is there in one language only."),
        untranslated,
    ),
    Task(
        "unverified",
        _("Not verified for a year"),
        _("Nobody has compared them with their source for a year, or ever."),
        unverified,
    ),
]


def of(model):
    """Return the tasks that records of a model can have; what only stands for another kind has none of its own."""
    return [] if model._meta.proxy else [task for task in TASKS if task.concerns(model)]


class TaskFilter(admin.SimpleListFilter):
    """What is left to do with the records of a list."""

    title = _("what is left to do")
    parameter_name = "task"

    def lookups(self, request, model_admin):
        """Offer the tasks that make sense for these records."""
        return [(task.name, task.title) for task in of(model_admin.model)]

    def queryset(self, request, queryset):
        """Keep the records that are left to do."""
        chosen = next((task for task in of(queryset.model) if task.name == self.value()), None)
        return chosen.records(queryset) if chosen else queryset


def kinds():
    """Return the kinds of records that there are, each once."""
    return [model for model in apps.get_models() if issubclass(model, Listed) and not model._meta.proxy]


def numbers():
    """Return {(task, model): how many are left, at most one more than `MOST`}; one query, kept for the version and day."""
    store, key = kept(), ("tasks", localdate())
    if key not in store:
        asked, questions, values = [], [], []
        for model, task in ((kind, task) for kind in kinds() for task in of(kind)):
            rows = task.records(model.objects.order_by()).values_list("pk")[: MOST + 1]
            try:
                sql, parameters = rows.query.sql_with_params()
            except EmptyResultSet:
                continue
            asked.append((task.name, model))
            questions.append(f"(SELECT COUNT(*) FROM ({sql}) AS few)")  # noqa: S608 – put together by Django
            values += parameters
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {', '.join(questions)}", values)
            store[key] = dict(zip(asked, cursor.fetchone(), strict=True))
    return store[key]
