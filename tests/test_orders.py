"""The orders of names: kept with a snapshot, mended by what changed since, or asked for anew."""

import io

import numpy
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from directory.index import INDEXES
from directory.orders import by_name
from directory.reading import _shared, reading
from directory.stored import order_at, snapshot_number
from directory.versions import Version
from directory.writes import rebuild
from projects.models import Project
from tests import factories


def test_the_order_of_the_snapshot_is_read_and_mended_by_what_changed_since(transactional_db):
    names = ["Ödeshöl", "Aska", "Zebra", "Ålö", "Ärla", "Mitt", *(f"Nummer {number:03}" for number in range(200))]
    projects = [factories.make_project(name_sv=name, name_en=name) for name in names]
    rebuild()
    kept = order_at(snapshot_number(INDEXES["project"], "default"), INDEXES["project"], "sv", "default")
    with CaptureQueriesContext(connection) as queries:
        order = reading(INDEXES["project"]).order("sv")
    assert order.tolist() == kept.tolist() == by_name(Project, "sv", "default").tolist()
    assert not any("projects_project" in each["sql"] for each in queries)

    projects[0].name_sv = "Bortom"
    projects[0].save()
    projects[1].delete()
    added = factories.make_project(name_sv="Öja")
    connection.__dict__.pop("readings", None)
    _shared.clear()

    with CaptureQueriesContext(connection) as queries:
        mended = reading(INDEXES["project"]).order("sv")
    assert not any("_agg(" in each["sql"] or "group_concat(" in each["sql"] for each in queries)
    assert mended.tolist() == by_name(Project, "sv", "default").tolist()
    assert (mended[0], mended[-1]) == (projects[0].pk, added.pk)
    assert not numpy.array_equal(mended, kept)


def test_a_write_of_many_among_more_leaves_the_order_to_the_reader(transactional_db, monkeypatch):
    for number in range(9):
        factories.make_project(name_sv=f"Nummer {number}")
    rebuild()
    monkeypatch.setattr("directory.index.MANY", 1)
    few = Project.objects.filter(name_sv__lt="Nummer 3")
    few.update(published=False)

    index, snapshot = INDEXES["project"], snapshot_number(INDEXES["project"], "default")
    assert snapshot == Version.objects.get().number
    assert order_at(snapshot, index, "sv", "default") is None
    assert reading(index).order("sv").tolist() == by_name(Project, "sv", "default").tolist()

    Project.objects.update(published=True)
    assert (
        order_at(Version.objects.get().number, index, "sv", "default").tolist()
        == by_name(Project, "sv", "default").tolist()
    )


def test_an_order_that_is_not_that_of_the_records_is_noticed(transactional_db):
    one, _other = [factories.make_project(name_sv=name) for name in ("Aa", "Bb")]
    rebuild()
    call_command("check_facets", stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE projects_project SET sort_sv = 'z' WHERE id = %s", [one.pk])
    _shared.clear()

    errors = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_facets", stdout=io.StringIO(), stderr=errors)

    assert "project: the order of the names in the language “sv” differs" in errors.getvalue()


def test_an_order_that_is_asked_for_while_the_next_version_is_read_is_in_nobodys_way(transactional_db, monkeypatch):
    project = factories.make_project(name_sv="Aska")
    before = reading(INDEXES["project"])
    before.order("sv")

    def meanwhile(order, *_rest):
        """Stand for another thread, which still shows the version before, and tells its list by dates."""
        before.order("-date sv")
        return order

    monkeypatch.setattr("directory.reading.put_in_place", meanwhile)
    project.name_sv = "Bortom"
    project.save()

    now = reading(INDEXES["project"])
    assert now.token != before.token
    assert ([*now.orders], [*before.orders]) == (["sv"], ["sv", "-date sv"])


def test_an_order_that_is_read_while_others_write_is_right_for_those_who_come_after(transactional_db):
    projects = [factories.make_project(name_sv=f"{letter}{letter}", name_en="") for letter in "abcde"]
    others = [factories.make_project(name_sv=f"m{number:03}") for number in range(200)]
    rebuild()
    _shared.clear()

    def rename(project, name):
        project.name_sv = name
        project.save()

    rename(projects[4], "zz1")
    before = reading(INDEXES["project"])
    rename(projects[1], "zz0")
    before.order("sv")
    rename(others[0], "zz2")

    assert reading(INDEXES["project"]).order("sv").tolist() == by_name(Project, "sv", "default").tolist()
