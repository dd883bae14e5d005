"""Queries that pages ask again and again, each time for other keys: their SQL is put together once.

Django puts a query together anew each time it is asked, which takes longer than SQLite or PostgreSQL need to answer it.
"""

from functools import cache

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Prefetch
from django.db.models.lookups import Exact, In
from django.db.models.query import ModelIterable, get_related_populators


class _Prepared(ModelIterable):
    """Loads what a query means, with the SQL that the first query of its kind was turned into.

    Such queries differ in their last condition only, and there only in its values: the keys of the records whose
    rows are loaded along, or the address of one record. Whatever else is asked goes Django's own way.
    """

    ready = None

    def __iter__(self):
        """Yield the records, with the related ones that the query selects along."""
        condition = self.queryset.query.where
        while getattr(condition, "children", None):
            condition = condition.children[-1]
        if not isinstance(condition, In | Exact) or self.queryset.query.annotations:
            yield from super().__iter__()
            return
        values = condition.rhs if isinstance(condition, In) else [condition.rhs]
        key = (self.queryset.db, type(condition), len(values), self.queryset.query.high_mark)
        if key not in self.ready:
            self.ready[key] = self.prepare(values)
        if not self.ready[key] or self.queryset._known_related_objects:
            yield from super().__iter__()
            return
        sql, fixed, compiler, model, columns, populators, converters = self.ready[key]
        first, last = compiler.klass_info["select_fields"][0], compiler.klass_info["select_fields"][-1] + 1
        with connections[self.queryset.db].cursor() as cursor:
            cursor.execute(sql, [*fixed, *values])
            rows = cursor.fetchall()
        for row in compiler.apply_converters(rows, converters) if converters else rows:
            record = model.from_db(self.queryset.db, columns, row[first:last])
            for populator in populators:
                populator.populate(row, record)
            yield record

    def prepare(self, values):
        """Return the query as SQL and what its rows are made into; None if its last values are not those."""
        compiler = self.queryset.query.get_compiler(using=self.queryset.db)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            return None
        fixed = list(parameters[: -len(values)])
        if list(parameters[len(fixed) :]) != list(values) or compiler.annotation_col_map:
            return None
        first, *_others, last = compiler.klass_info["select_fields"]
        columns = [column[0].target.attname for column in compiler.select[first : last + 1]]
        populators = get_related_populators(compiler.klass_info, compiler.select, self.queryset.db)
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return sql, fixed, compiler, compiler.klass_info["model"], columns, populators, converters


def prepared(queryset):
    """Return a queryset that is put together once, and so what it loads along; for one that serves every request."""
    queryset = queryset._chain()
    queryset._iterable_class = type("Prepared", (_Prepared,), {"ready": {}})
    for each in queryset._prefetch_related_lookups:
        if isinstance(each, Prefetch) and each.queryset is not None:
            each.queryset = prepared(each.queryset)
    return queryset


@cache
def for_detail(model):
    """Return the query for the public records of a model with what their own pages show."""
    return prepared(model.objects.public().for_detail())


@cache
def for_timeline(model):
    """Return the query for the public records of a model with what lines along the years show."""
    return prepared(model.objects.public().order_by().for_timeline())


@cache
def for_cards(model):
    """Return the query for the public records of a model with what cards in a list show."""
    return prepared(model.objects.public().order_by().for_cards())
