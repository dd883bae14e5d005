"""The filled directory, as the tests begin with it: loaded once in each process, put back as rows from then on."""

import io

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from directory.index import Entry
from directory.postings import Posting
from directory.versions import Version

APPS = ["directory", "networks", "projects", "meetings", "practices"]
_rows = {}


def fill():
    """Fill the empty directory, as `load_directory` does; nobody has read this state of it before.

    Loading asks hundreds of queries, and most tests begin with it: after the first time the rows themselves are enough.
    """
    models = [
        model
        for label in APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if not model._meta.proxy
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        if _rows:
            for model in (Version, Entry, Posting):  # migrations have written some of an empty directory
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
            for table, rows in _rows.items():
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({", ".join(["%s"] * len(rows[0]))})', rows)
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
        else:
            call_command("load_directory", stdout=io.StringIO())
            for model in models:
                cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
                _rows[model._meta.db_table] = cursor.fetchall()
            for table in [each for each, rows in _rows.items() if not rows]:
                del _rows[table]
        Version.move("default")
