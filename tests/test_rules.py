"""Rules that the database itself keeps, also against what no form lets through."""

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from directory.dates import EDTFField
from tests import factories as make

DATED = [
    (make.make_source, ["last_updated", "as_of"]),
    (make.make_network, ["started", "ended"]),
    (make.make_membership, ["since", "until"]),
    (make.make_project, ["started", "ended"]),
    (make.make_publication, ["year"]),
    (make.make_tie, ["year"]),
    (make.make_meeting, ["date", "until"]),
    (make.make_practice, ["since"]),
    (lambda: make.make_figure(make.make_network()), ["as_of"]),
    (lambda: make.make_figure(make.make_project()), ["as_of"]),
    (lambda: make.make_figure(make.make_meeting()), ["as_of"]),
]


def test_bounds_of_a_date_are_in_order_whatever_writes_them(db):
    tried = set()
    for maker, names in DATED:
        record = maker()
        table = connection.ops.quote_name(record._meta.db_table)
        for name in names:
            with pytest.raises(IntegrityError, match="bounds_in_order"), transaction.atomic():
                connection.cursor().execute(
                    f"UPDATE {table} SET {name}_earliest = '2015-01-01', {name}_latest = '2014-01-01' WHERE id = %s",
                    [record.pk],
                )
            tried.add((type(record), name))

    assert tried == {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, EDTFField)
    }
