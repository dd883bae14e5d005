"""A record's own page, and the way from it to its form in the admin."""

from django.contrib import admin
from django.db import connection
from django.db.models import Prefetch, prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from directory.bases import MOST_ROWS, comparison_address
from directory.changes import ChangesPage
from directory.facts import Table
from directory.figures import Discrepancy
from directory.prepared import for_detail


def load(queryset, slug):
    """Return the record at an address with what `queryset` loads along; raises `Http404`."""
    record = get_object_or_404(queryset.prefetch_related(None), slug=slug)
    load_along(queryset, [record])
    return record


def load_all(queryset, slugs):
    """Return the records at some addresses, in that order, with what `queryset` loads along; as if they were one."""
    found = {record.slug: record for record in queryset.prefetch_related(None).filter(slug__in=slugs)}
    records = [found[slug] for slug in slugs if slug in found]
    load_along(queryset, records)
    return records


def load_along(queryset, records):
    """Load what `queryset` loads along with some records, asking nothing of relations that lead nowhere.

    Most records have a few of the many relations that a page can show. One question finds them; each of the others
    would cost more than all of that question.
    """
    # Django keeps what is to be loaded along under this name, and what was loaded under the other.
    along = {
        each.prefetch_to if isinstance(each, Prefetch) else each: each for each in queryset._prefetch_related_lookups
    }
    model = queryset.model
    related = [name for name in dict.fromkeys(path.partition("__")[0] for path in along) if is_many(model, name)]
    asked = set()
    for record, counts in zip(records, few_or_many(model, records, related), strict=True):
        loaded = record.__dict__.setdefault("_prefetched_objects_cache", {})
        for name, count in counts.items():
            if count > MOST_ROWS and along[name].queryset is not None:
                # In no other order than they came in: to sort a hundred thousand rows for a hundred takes too long.
                field = model._meta.get_field(name)
                rows = along[name].queryset.filter(**{field.remote_field.name: record}).order_by("pk")
                if field.one_to_many:
                    # Each row leads back to this record, as Django tells the rows of a relation, too.
                    rows._known_related_objects = {field.field: {record.pk: record}}
                loaded[name] = rows[:MOST_ROWS]
            elif not count:
                loaded[name] = getattr(record, name).none()
                # As if it had been asked: even the query for nothing is put together before it is left out.
                loaded[name]._result_cache = []
            else:
                asked.add(name)
    # Of records that have something already, Django asks no more.
    names = {name for name in related if name not in asked}
    prefetch_related_objects(records, *(each for path, each in along.items() if path.partition("__")[0] not in names))


def is_many(model, name):
    """Whether relation `name` can lead to several records."""
    field = model._meta.get_field(name)
    return field.one_to_many or field.many_to_many


def few_or_many(model, records, names):
    """Return {name: count} for each record of the rows that some relations lead to, seen by visitors or not; one query.

    It counts no further than one more than a page shows.
    """
    quote, questions = connection.ops.quote_name, []
    for name in names:
        field = model._meta.get_field(name)
        if field.one_to_many:
            table, column = field.related_model._meta.db_table, field.field.column
        else:
            forward = field if field.concrete else field.field
            table = forward.m2m_db_table()
            column = forward.m2m_column_name() if field.concrete else forward.m2m_reverse_name()
        rows = f"SELECT 1 FROM {quote(table)} WHERE {quote(column)} = %s LIMIT {MOST_ROWS + 1}"  # noqa: S608 – our tables
        questions.append(f"(SELECT COUNT(*) FROM ({rows}) AS few)")  # noqa: S608
    if not questions or not records:
        return [{} for _record in records]
    with connection.cursor() as cursor:
        keys = [record.pk for record in records for _question in questions]
        cursor.execute(f"SELECT {', '.join(questions * len(records))}", keys)
        counts = cursor.fetchone()
    return [dict(zip(names, counts[start:], strict=False)) for start in range(0, len(counts), len(names))]


class RecordDetail(View):
    """The page of one record: `page` turns it into facts and sections."""

    model = None
    page = None
    template_name = "detail.html"

    def get(self, request, slug):
        """Show a published record; 404 for any other."""
        record = load(for_detail(self.model), slug)
        page = self.page(record)
        discrepancies = Discrepancy.on(record)
        context = {
            "page": page,
            "record": record,
            "discrepancies": discrepancies,
            "sources": page.sources(discrepancies),
            "cut": any(
                len(rows) >= MOST_ROWS
                for rows in [
                    *record.__dict__.get("_prefetched_objects_cache", {}).values(),
                    *(section.lines for section in page.sections if isinstance(section, Table)),
                ]
            ),
            "most": MOST_ROWS,
            "compare": comparison_address(record) if record.compared else "",
        }
        return render(request, self.template_name, context)


def edit(model):
    """Return a view that sends staff from a record's address to its form."""

    def go(request, slug):
        record = get_object_or_404(model, slug=slug)
        options = model._meta
        return redirect(reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk]))

    return admin.site.admin_view(go)


def record_urls(list_view, detail_view):
    """Return the addresses of one kind of record: its list, its pages, and the way to the form.

    Lists and pages are only read: without the exemption a POST would be called a form left open for too long.
    """
    return [
        path("", csrf_exempt(list_view.as_view()), name="list"),
        path("<slug:slug>/", csrf_exempt(detail_view.as_view()), name="detail"),
        path("<slug:slug>/changes/", csrf_exempt(ChangesPage.as_view(model=detail_view.model)), name="changes"),
        path("<slug:slug>/edit/", edit(detail_view.model), name="edit"),
    ]
