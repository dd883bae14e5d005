"""How each database engine is copied while it is used, and put back whole or not at all."""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import transaction
from django.utils.timezone import localtime


class Unusable(Exception):
    """A backup cannot be written, read or put back; the sentence says why, and what is to be done."""


class SQLite:
    """A file, copied by SQLite itself: a copy by other means lacks what stands in its log, and looks whole."""

    name, file, packed = "sqlite", "database.sqlite3", False

    def __init__(self, connection):
        """Take the connection to copy from or to."""
        self.connection = connection

    def server(self):
        """What keeps the database."""
        return f"SQLite {sqlite3.sqlite_version}"

    def dump(self, path):
        """Copy the database at one moment, check the copy, and return how many rows each table has."""
        self.connection.ensure_connection()
        path.touch(mode=0o600)
        with closing(sqlite3.connect(path)) as copy:
            self.connection.connection.backup(copy)
            # Whole in one file, whatever program opens it.
            copy.execute("PRAGMA journal_mode=DELETE")
            return self.counts(copy)

    @staticmethod
    def counts(copy):
        """Return how many rows each table of a copy has; raises `Unusable` where it is not sound."""
        found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if found != ["ok"]:
            raise Unusable(f"The database is damaged: {found[0]}.")
        tables = [row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        quoted = {table: table.replace('"', '""') for table in tables}
        return {
            table: copy.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0]  # noqa: S608 – the database's own names
            for table, name in quoted.items()
        }

    def check(self, path):
        """Return how many rows each table of an unpacked database has."""
        with closing(sqlite3.connect(path)) as copy:
            return self.counts(copy)

    def restore(self, path):
        """Copy an unpacked database over the present one in one transaction: whoever reads sees the one or the other."""
        self.connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(self.connection.connection)
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def put_aside(self):
        """Move a database that cannot be read out of the way, and return where it is now."""
        self.connection.close()
        path = Path(self.connection.settings_dict["NAME"])
        aside = path.with_name(f"{path.name}.damaged-{localtime():%Y-%m-%d-%H%M%S}")
        for ending in ("", "-wal", "-shm"):
            if Path(f"{path}{ending}").exists():
                Path(f"{path}{ending}").rename(f"{aside}{ending}")
        return aside


# What a program of PostgreSQL reads from its environment, where no list of processes shows it.
ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
# The version first, as every writer locks it first; then all tables, also those that the backup does not know.
EMPTY = """
DO $$
DECLARE found record;
BEGIN
    IF to_regclass('public.directory_version') IS NOT NULL THEN
        LOCK TABLE public.directory_version IN ACCESS EXCLUSIVE MODE;
    END IF;
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('DROP TABLE IF EXISTS public.%I CASCADE', found.tablename);
    END LOOP;
END $$;
"""


class PostgreSQL:
    """A server, copied and put back by its own programs."""

    name, file, packed = "postgresql", "database.dump", True

    def __init__(self, connection):
        """Take the connection to copy from or to."""
        self.connection = connection

    def server(self):
        """What keeps the database."""
        with self.connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {cursor.fetchone()[0]}"

    def dump(self, path):
        """Copy the database at one moment, check the copy, and return how many rows each table had at that moment."""
        self.program("pg_dump")
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={cursor.fetchone()[0]}"]
            path.touch(mode=0o600)
            self.run("pg_dump", *options, f"--file={path}")
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
            counts = {}
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT COUNT(*) FROM public.{self.connection.ops.quote_name(table)}")  # noqa: S608 – the database's own names
                counts[table] = cursor.fetchone()[0]
        if missing := counts.keys() - self.check(path).keys():
            raise Unusable(f"The copy lacks the table {min(missing)}.")
        return counts

    def check(self, path):
        """Return the tables of which a copy has the rows, None for each count: it has to be put back to count them."""
        listed = self.run("pg_restore", "--list", str(path))
        self.run("pg_restore", f"--file={os.devnull}", str(path))
        return dict.fromkeys(re.findall(r"TABLE DATA public (\S+)", listed))

    def restore(self, path):
        """Put an unpacked copy in the place of all tables in one transaction: whoever reads sees the one or the other."""
        before, script = path.with_name("before.sql"), path.with_name("restore.sql")
        before.write_text(EMPTY)
        # A script that ended too early would be taken for a whole one, so it is written to its end first.
        self.run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(path))
        stop = "--set=ON_ERROR_STOP=1"
        files = [f"--file={before}", f"--file={script}"]
        self.run("psql", "--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction", stop, *files)
        self.connection.close()
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("ANALYZE")

    def program(self, name):
        """Return the path of a program; raises `Unusable` where it is missing or older than the server."""
        path = shutil.which(name)
        if not path:
            raise Unusable(
                f"{name} is not installed here. It comes with PostgreSQL (on Debian: apt-get install postgresql-client)."
            )
        told = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
        major = int(re.search(r"\) (\d+)", told).group(1))
        self.connection.ensure_connection()
        server = self.connection.pg_version // 10_000
        if major < server:
            raise Unusable(
                f"{name} is of version {major}, and the server of version {server}: install the programs of PostgreSQL {server}."
            )
        return path

    def run(self, name, *arguments):
        """Run a program on the database and return what it says; raises `Unusable` with its own words."""
        known = self.connection.get_connection_params()
        told = {ENVIRONMENT[key]: str(value) for key, value in known.items() if key in ENVIRONMENT and value}
        done = subprocess.run(  # noqa: S603
            [self.program(name), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **told, "LC_MESSAGES": "C"},
        )
        if done.returncode:
            raise Unusable(f"{name} did not succeed: {' '.join(done.stderr.split())}")
        return done.stdout

    def put_aside(self):
        """A server's database is never moved away."""
        raise Unusable("The present database could not be kept aside, so nothing was changed.")


ENGINES = {each.name: each for each in (SQLite, PostgreSQL)}
