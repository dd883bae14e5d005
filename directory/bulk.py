"""Putting very many new rows into a table: `COPY` on PostgreSQL, one prepared statement on SQLite.

Several times as quick as `bulk_create()`, which puts the SQL of every value together anew. For records that are new for
sure, and whose fields hold what their readers made of them.
"""

from contextlib import contextmanager
from functools import cache

from django.db import connections, models
from django.db.models.base import ModelState

from directory.dates import EDTF, EDTFField
from directory.derived import DerivedDateField, DerivedField
from directory.index import without_tidying
from directory.writes import writing

UNHURRIED = {
    "sqlite": [],
    # Foreign keys are checked with each statement: kept for the end, a million's would fill the memory.
    "postgresql": [
        "SET LOCAL statement_timeout = 0",
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        "SET CONSTRAINTS ALL IMMEDIATE",
    ],
}
# Half a gigabyte for the indexes, into which every row is sorted; with two megabytes most would be read again.
ROOMY = {"sqlite": ["PRAGMA cache_size = -500000"], "postgresql": []}
# Columns whose values go to the database as they are: texts, numbers and keys, and nothing for none.
AS_THEY_ARE = (models.CharField, models.TextField, models.IntegerField)


@contextmanager
def long_write(using="default", roomy=False):
    """One write with the time that very many rows need, and with `roomy` the memory: no visitor waits for it."""
    with without_tidying(), writing(using) as changes:
        with connections[using].cursor() as cursor:
            vendor = connections[using].vendor
            for statement in UNHURRIED[vendor] + (ROOMY[vendor] if roomy else []):
                cursor.execute(statement)
        yield changes


def count_anew(models, using):
    """Let PostgreSQL count the rows of tables that have grown: it would ask large ones as if they were small."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {connections[using].ops.quote_name(model._meta.db_table)}")


def fresh(model):
    """Return a new record of a model with nothing in it; `model()` takes ten times as long."""
    values, made = _beginnings(model)
    record = model.__new__(model)
    record.__dict__.update(values)
    for attname, default in made:
        record.__dict__[attname] = default()
    record._state = ModelState()
    return record


@cache
def _beginnings(model):
    """Return what a new record holds: values, and functions that make them."""
    empty = dict(model().__dict__)
    del empty["_state"]
    made = [
        (each.attname, each.default)
        for each in model._meta.concrete_fields
        if each.has_default() and callable(each.default)
    ]
    return empty, made


def add(model, records, using="default"):
    """Write new records in one write with the indexes, and give them their keys.

    Those that they refer to must be there already.
    """
    connection = connections[using]
    with writing(using) as changes:
        _refer(model, records)
        keys = _keys(model, len(records), connection)
        for record, key in zip(records, keys, strict=True):
            record.pk = key
        readers = _readers(model)
        rows = ([read(record, connection) for read in readers] for record in records)
        _copy(model, rows, connection)
        for record in records:
            record._state.adding, record._state.db = False, using
        changes.touch(model, keys, {"pk"})
    return records


def _refer(model, records):
    """Let foreign keys hold the keys that other records were given since."""
    attnames = {each.name: each.attname for each in model._meta.concrete_fields if each.is_relation}
    for record in records:
        for name, other in record._state.fields_cache.items():
            if other is not None and record.__dict__[attnames[name]] is None:
                record.__dict__[attnames[name]] = other.pk


def _copy(model, rows, connection):
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(each.column) for each in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 (our own names)


def _keys(model, count, connection):
    """Return new primary keys; the writer holds the lock, and PostgreSQL counts by itself."""
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [connection.ops.quote_name(table), key, count],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or [0])[0]
        return list(range(last + 1, last + 1 + count))


@cache
def _readers(model):
    """Return, for each column, a function that reads from a record what goes into it."""
    return [_reader(each) for each in model._meta.concrete_fields]


def _reader(field):
    name = field.attname
    if isinstance(field, DerivedDateField):
        return lambda record, connection: connection.ops.adapt_datefield_value(getattr(record, name))
    if isinstance(field, DerivedField):
        return lambda record, connection: getattr(record, name)
    if field.is_relation or field.primary_key:
        return lambda record, connection: record.__dict__[name]

    def prepared(record, connection):
        return field.get_db_prep_save(field.pre_save(record, True), connection)

    trusted = EDTF if isinstance(field, EDTFField) else str

    def as_it_is(record, connection):
        value = record.__dict__[name]
        if value is None or type(value) is int:
            return value
        return str(value) if isinstance(value, trusted) else prepared(record, connection)

    return as_it_is if isinstance(field, AS_THEY_ARE) and not isinstance(field, models.FileField) else prepared
