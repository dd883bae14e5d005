"""Writers, readers and several processes at once: no reader ever sees a count that disagrees with the list behind it."""

import threading

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.http import QueryDict

from directory import reading as readings
from directory.reading import reading
from directory.versions import Version, is_current, kept, pinned, token
from networks.filters import CityFilter
from networks.models import City
from tests.crowd import processes
from tests.factories import make_city

pytestmark = pytest.mark.django_db(transaction=True)


def found(**chosen):
    """Return the keys of the cities that a list shows."""
    query = QueryDict(mutable=True)
    query.update(chosen)
    return set(CityFilter(query).found)


def address(connection):
    """Return how PostgreSQL is reached beside the pool."""
    kept = ("host", "port", "user", "password", "dbname")
    return {name: value for name, value in connection.get_connection_params().items() if name in kept}


def in_a_thread(work):
    """Run some work on a connection of its own and return what it returns."""
    results = []

    def run():
        try:
            results.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return results[0]


def test_another_connection_sees_a_write_once_it_is_committed_and_not_before():
    city = make_city(country="SE")
    assert found(country="se") == {city.pk}

    with transaction.atomic():
        other = make_city(country="SE")
        assert found(country="se") == {city.pk, other.pk}
        if connection.vendor == "postgresql":
            assert in_a_thread(lambda: found(country="se")) == {city.pk}

    assert in_a_thread(lambda: found(country="se")) == {city.pk, other.pk}


def test_while_a_page_is_made_of_a_version_that_one_is_taken_for_present_until_the_page_writes_itself():
    make_city(country="SE")
    made_of = token()

    with pinned(made_of):
        in_a_thread(lambda: make_city(country="SE"))
        assert (is_current(made_of), is_current("another"), made_of == token()) == (True, False, False)
        make_city(country="SE")
        assert (is_current(made_of), is_current(token())) == (False, True)

    with pinned("another"):
        assert (is_current("another"), len(found(country="se"))) == (True, 3)
    assert not is_current("another")


def test_a_page_made_of_an_older_version_is_of_that_one_as_long_as_its_reading_is_at_hand():
    make_city(country="SE")
    found(country="se")
    made_of = token()
    make_city(country="SE")

    with pinned(made_of):
        assert (len(found(country="se")), reading(CityFilter.index).token) == (1, made_of)
    assert (len(found(country="se")), reading(CityFilter.index).token) == (2, token())
    newest = reading(CityFilter.index)
    with pinned(made_of):
        assert reading(CityFilter.index) is newest


def test_whoever_still_makes_a_page_of_the_version_before_takes_nothing_from_the_present_one():
    make_city(country="SE")
    before = token()
    kept()["what"] = "before"
    make_city(country="SE")
    kept()["what"] = "now"

    with pinned(before):
        assert kept()["what"] == "before"
    assert kept()["what"] == "now"


def test_what_is_rolled_back_was_never_there():
    city = make_city(country="SE")

    with transaction.atomic():
        make_city(country="SE")
        assert len(found(country="se")) == 2
        transaction.set_rollback(True)

    assert found(country="se") == {city.pk}


def test_a_number_that_comes_again_after_a_rollback_is_not_taken_for_the_old_one():
    make_city(country="SE")
    with transaction.atomic():
        make_city(country="NO")
        inside, number = found(country="no"), Version.objects.get().number
        transaction.set_rollback(True)

    after = make_city(country="FR")

    assert Version.objects.get().number == number
    assert (len(inside), found(country="no"), found(country="fr")) == (1, set(), {after.pk})


def test_a_restored_backup_is_read_anew():
    old = make_city(country="SE")
    backup = list(City.objects.filter(pk=old.pk).values())[0], Version.objects.values().get()
    make_city(country="SE")
    assert len(found(country="se")) == 2

    City.objects.exclude(pk=old.pk).delete()
    Version.objects.filter(pk=backup[1]["id"]).update(
        **{name: backup[1][name] for name in ("number", "token", "trail")}
    )

    assert found(country="se") == {old.pk}


def test_writers_wait_for_each_other_so_that_versions_come_in_the_order_of_commits(elsewhere):
    [versions] = processes(elsewhere, "order")

    assert len(versions) == 2
    assert versions == sorted(set(versions))


def test_two_processes_with_writers_and_readers_show_no_count_that_disagrees_with_its_rows(elsewhere):
    reports = processes(elsewhere, "crowd", "crowd")

    for report in reports:
        assert report["wrong"] == []
        assert report["listed"] == report["rows"]
        assert report["written"] > 10
        # The pages were not all of one version, nor all made before anything happened.
        assert len(set(report["read"])) > 3


def test_a_write_between_the_reading_of_terms_and_of_the_order_leaves_no_record_in_a_wrong_place(monkeypatch):
    alingsas, *_others = [make_city(name_sv=name) for name in ("Alingsås", "Borås", "Eslöv")]
    assert reading(CityFilter.index).page(reading(CityFilter.index).everything, "sv", 0, 9)
    put_in_place, later = readings.put_in_place, ["Danderyd", "Ystad"]

    def interrupted(*args):
        if later:
            make_city(name_sv=later.pop(0))
            alingsas.name_sv = "Ängelholm"
            alingsas.save()
        return put_in_place(*args)

    make_city(name_sv="Dorotea")
    monkeypatch.setattr(readings, "put_in_place", interrupted)
    now = reading(CityFilter.index)

    shown = City.objects.in_bulk(now.page(now.everything, "sv", 0, 9))
    assert [shown[key].name_sv for key in now.page(now.everything, "sv", 0, 9)] == [
        *["Borås", "Danderyd", "Dorotea", "Eslöv", "Ystad", "Ängelholm"]
    ]


def test_a_reading_that_was_handed_out_stays_as_it_was():
    key = make_city(country="SE").pk
    before = reading(CityFilter.index)

    City.objects.all().delete()

    assert (set(before.everything), set(reading(CityFilter.index).everything)) == ({key}, set())


# SQLite has no server that can close a connection, and counts the values of a statement otherwise.
if connection.vendor == "postgresql":

    def test_a_pooled_connection_that_its_server_closed_is_replaced_before_it_is_used():
        make_city(country="SE")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            number = cursor.fetchone()[0]
        # Back to the pool, as at the end of a page; then its server goes.
        connection.close()
        with psycopg.connect(**address(connection)) as other:
            assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [number]).fetchone() == (True,)

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            assert cursor.fetchone()[0] != number
        assert len(found(country="se")) == 1

    def test_a_statement_may_have_more_values_than_the_protocol_counts():
        city = make_city(country="SE", name_sv="100 %")
        with connection.cursor() as cursor:
            asked = ", ".join(["%s"] * 70_000)
            cursor.execute(f"SELECT name_sv, '5 %%' FROM networks_city WHERE id IN ({asked})", [city.pk] * 70_000)
            assert cursor.fetchall() == [("100 %", "5 %")]
