"""The rules of the database, asked of a record before it is written, so that a sentence comes instead of an error."""

import operator
from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from directory.bases import readable
from directory.derived import derived_fields

COMPARE = {"exact": operator.eq, "lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge}


def test_of(condition, model):
    """Return a function that tells whether a record fulfils a `Q` over its own columns.

    It returns None where the database too would not know.
    """
    if isinstance(condition, Q):
        tests = [test_of(child, model) for child in condition.children]
        enough, negated = condition.connector == Q.OR, condition.negated

        def every(record):
            known = True
            for test in tests:
                result = test(record)
                if result is enough:
                    return enough is not negated
                known = known and result is not None
            return None if not known else enough is negated

        return every
    path, wanted = condition
    name, _sep, lookup = path.partition("__")
    value = _value_of(model, name)
    if lookup == "isnull":
        return lambda record: (value(record) is None) is wanted
    compare = COMPARE[lookup or "exact"]
    other = _value_of(model, wanted.name) if isinstance(wanted, F) else lambda record: wanted

    def compared(record):
        one, two = value(record), other(record)
        return None if one is None or two is None else compare(one, two)

    return compared


def _value_of(model, name):
    """Return a function that reads a column; a relation to a record without a key is not empty."""
    field = model._meta.get_field(name)
    if not field.is_relation:
        return operator.attrgetter(field.attname)

    def read(record):
        key = getattr(record, field.attname)
        other = record._state.fields_cache.get(field.name) if key is None else None
        return key if other is None else -1

    return read


def _columns(condition):
    """Yield the names of the columns that a `Q` reads."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from _columns(child)
        else:
            yield child[0].partition("__")[0]
            if isinstance(child[1], F):
                yield child[1].name


@cache
def checks(model, names):
    """Return (test, sentence) of the checks of the model's table that read one of the columns named.

    A new record's other columns hold what the model begins with, which breaks no rule.
    """
    found = []
    for each in model._meta.constraints:
        if isinstance(each, models.CheckConstraint):
            read = set(_columns(each.condition))
            inputs = {name for field in derived_fields(model) if field.name in read for name in field.inputs}
            if names & (read | inputs):
                found.append((test_of(each.condition, model), each.violation_error_message))
    return found


def broken(record, names):
    """Yield the sentence of every check that a record breaks by some of its columns; asks no database."""
    for test, sentence in checks(type(record), frozenset(names)):
        if test(record) is False:
            yield str(sentence)


@cache
def _field(model, name):
    field = model._meta.get_field(name)
    checked = [] if field.is_relation else [each for each in field.validators if each is not readable]
    return field, getattr(field, "max_length", None), checked


def fits(record, name, value):
    """Raise `ValidationError` when a told value does not fit into its column."""
    field, longest, validators = _field(type(record), name)
    if value is None:
        return
    if isinstance(value, str):
        if longest and len(value) > longest:
            field.run_validators(value)
    elif validators:
        field.run_validators(value)


@cache
def unique_together(model):
    """Return (columns, condition, the same as a test, sentence) of the rules that no two records share some values."""
    return [
        (
            [model._meta.get_field(name).attname for name in each.fields],
            each.condition,
            test_of(each.condition or Q(), model),
            each.violation_error_message,
        )
        for each in model._meta.constraints
        if isinstance(each, models.UniqueConstraint) and each.fields
    ]


def shared(record, using, owners):
    """Yield the sentence of each rule that a record breaks by sharing values with another.

    `owners` remembers whose values are whose, by rule and first value; one query for each of these.
    """
    model = type(record)
    for columns, condition, applies, sentence in unique_together(model):
        values = tuple(getattr(record, column) for column in columns)
        if None in values or not applies(record):
            continue
        place = (model, tuple(columns), values[0])
        if place not in owners:
            rows = model._base_manager.using(using).filter(**{columns[0]: values[0]})
            rows = rows.filter(condition) if condition is not None else rows
            owners[place] = {tuple(found): pk for pk, *found in rows.order_by().values_list("pk", *columns)}
        owner = record.pk or id(record)
        if owners[place].setdefault(values, owner) != owner:
            yield str(sentence)


def thoroughly(record):
    """Yield (field, sentence) for what a form would refuse in a record; may ask the database."""
    # A new row's empty columns can break a rule too: it ties nothing.
    for sentence in broken(record, [each.name for each in record._meta.concrete_fields]):
        yield "", sentence
    for field in record._meta.concrete_fields:
        if field.many_to_one and not field.null and _value_of(type(record), field.name)(record) is None:
            yield field.name, str(field.error_messages["blank"])
    try:
        record.clean_fields(exclude=[each.name for each in record._meta.concrete_fields if each.is_relation])
        record.clean()
    except ValidationError as error:
        for name, errors in error.message_dict.items():
            for sentence in errors:
                yield "" if name == "__all__" else name, sentence
