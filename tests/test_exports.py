"""Exports: exactly what their columns name is loaded, and no cell runs in a spreadsheet."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.exports import EXPORTS
from directory.pages import LISTS
from tests import factories
from tests.test_lists import full_row

MODELS = {each.model.section: each.model for each in LISTS}


def exported(section, kind):
    """Return the records of an export, and the queries it took."""
    keys = list(MODELS[section].objects.public().in_order().values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        text = b"".join(EXPORTS[kind](MODELS[section], keys).streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline=""))) if kind == "csv" else json.loads(text), queries


def full_keys():
    """Make one more of every kind, in which no foreign key that an export tells is empty."""
    row = full_row()
    for name, other in {
        "network": {"actor_types": row["actors"]},
        "project": {"themes": row["themes"], "actor_types": row["actors"]},
        "series": {"feeds": factories.make_meeting(kind="series"), "project": row["project"], "city": row["city"]},
        "practice": {"based_on": factories.make_practice()},
        "city": {"gazetteer": factories.make_source()},
    }.items():
        for field, value in other.items():
            setattr(row[name], field, value)
        row[name].save()


@pytest.mark.parametrize("kind", ["csv", "json"])
@pytest.mark.parametrize("section", MODELS)
@pytest.mark.parametrize("rows", [1, 3])
def test_an_export_asks_one_query_for_one_row_and_for_three(db, section, kind, rows):
    for _ in range(rows):
        full_keys()

    records, queries = exported(section, kind)

    assert len(records) >= rows
    # The records, joined with those that their columns name.
    assert len(queries) == 1


@pytest.mark.parametrize("section", MODELS)
def test_an_export_loads_no_record_that_no_column_names(db, section):
    full_keys()

    records, queries = exported(section, "json")

    model = MODELS[section]
    named = [name for name in records[0] if name != "page" and model._meta.get_field(name).many_to_one]
    assert queries[0]["sql"].partition(" WHERE ")[0].count(" JOIN ") == len(named)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_text_that_begins_like_a_formula_is_told_apart_in_csv_and_raw_in_json(db, start):
    name = f'{start}HYPERLINK("http://x","y")'
    factories.make_city(name_sv=name, other_names="Ort\n=1+1")

    ((as_csv,), _), ((as_json,), _) = exported("cities", "csv"), exported("cities", "json")

    assert (as_csv["name_sv"], as_json["name_sv"]) == (f"'{name}", name)
    assert (as_csv["other_names"], as_json["other_names"]) == ("Ort\n=1+1", "Ort\n=1+1")


def test_a_negative_number_stays_a_number(db):
    factories.make_city(latitude="-12.5", longitude="-70.25", geonames_id=1, gazetteer=factories.make_source())

    ((city,), _) = exported("cities", "csv")

    assert (city["latitude"], city["longitude"], city["geonames_id"]) == ("-12.50000", "-70.25000", "1")
