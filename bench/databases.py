"""The databases of the bench: filled once and kept in `data/bench/`, and measured in a copy that may be changed."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager

import psycopg

from bench import HOME
from tests.postgres import binaries

# Stands for a size: the fixtures, instead of so many generated projects.
FIXTURES = 0


def environment(address):
    """Return the environment of a process that serves or asks the database at an address, as in production."""
    settings = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "bench.settings", "STATIC_ROOT": f"{HOME}/static"}
    settings |= {"SECRET_KEY": "only-for-the-bench" * 3, "ALLOWED_HOSTS": "127.0.0.1", "HTTPS": "off", "DEBUG": "off"}
    # What a developer sets for Python, as to write no bytecode, is not of production.
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | settings


def manage(address, *arguments):
    """Run a management command."""
    subprocess.run([sys.executable, "manage.py", *arguments], check=True, env=environment(address), stdout=sys.stderr)


def fill(address, size):
    """Fill an empty database."""
    manage(address, "migrate", "--verbosity", "0")
    manage(address, *(["load_directory"] if size == FIXTURES else ["generate_records", "--projects", str(size)]))


@contextmanager
def sqlite():
    """Yield a context manager that hands out the address of a copy of the database of a size."""

    def cleared(name):
        for file in HOME.glob(f"{name}.sqlite3*"):
            file.unlink()
        return HOME / f"{name}.sqlite3"

    @contextmanager
    def copy(size):
        kept = HOME / f"{size}.sqlite3"
        if not kept.exists():
            part = cleared("part")
            fill(f"sqlite:///{part}", size)
            with sqlite3.connect(part) as connection:
                connection.executescript("VACUUM; ANALYZE;")
            connection.close()
            part.rename(kept)
        yield f"sqlite:///{shutil.copyfile(kept, cleared('work'))}"
        cleared("work")

    yield copy


@contextmanager
def postgresql():
    """Start a server on a data folder that is kept, and yield the same for its databases."""
    data, account = HOME / "postgresql", {}
    # The path of a socket must be short.
    socket = tempfile.mkdtemp(prefix="urban-networks-")
    data.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() == 0:
        account = {"user": "postgres", "group": "postgres", "extra_groups": []}
        for folder in (data, socket):
            shutil.chown(folder, "postgres", "postgres")

    def run(program, *arguments):
        command = [binaries() / program, "-D", data, *arguments]
        subprocess.run(command, check=True, cwd=socket, stdout=subprocess.DEVNULL, **account)

    def do(sentence, database="postgres"):
        with psycopg.connect(f"postgres://postgres@/{database}?host={socket}", autocommit=True) as connection:
            return connection.execute(sentence)

    @contextmanager
    def copy(size):
        kept = f"size_{size}"
        if not do(f"SELECT FROM pg_database WHERE datname = '{kept}'").rowcount:
            do("DROP DATABASE IF EXISTS part")
            do("CREATE DATABASE part")
            fill(f"postgres://postgres@/part?host={socket}", size)
            do("VACUUM ANALYZE", "part")
            do(f"ALTER DATABASE part RENAME TO {kept}")
        do("DROP DATABASE IF EXISTS work")
        do(f"CREATE DATABASE work TEMPLATE {kept} STRATEGY FILE_COPY")
        yield f"postgres://postgres@/work?host={socket}"
        do("DROP DATABASE work WITH (FORCE)")

    if not (data / "PG_VERSION").exists():
        run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
    # Nothing is tidied while something is measured; it was when the database was filled.
    options = f"-c listen_addresses='' -c unix_socket_directories={socket} -c autovacuum=off"
    run("pg_ctl", "-w", "-s", "-l", f"{socket}/log", "-o", options, "start")
    try:
        yield copy
    finally:
        run("pg_ctl", "-w", "-s", "-m", "fast", "stop")
        shutil.rmtree(socket)


def postmaster():
    """Return the number of PostgreSQL's first process."""
    return int((HOME / "postgresql" / "postmaster.pid").read_text().split()[0])
