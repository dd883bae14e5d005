"""A backup holds everything, tells when it is damaged, and is put back whole or not at all, on both engines."""

import hashlib
import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import threading
import zipfile
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection

numbers = count(1)
POSTGRES = connection.vendor == "postgresql"
pytestmark = pytest.mark.skipif(
    POSTGRES and not shutil.which("pg_dump"),
    reason="no pg_dump is here (on Debian: apt-get install postgresql-client)",
)


class Site:
    """A site with a database and a folder of its own, driven by `manage.py` as an operator does."""

    def __init__(self, folder, template=None):
        """Take a copy of another site's database, or none."""
        self.folder, self.media, self.backups = folder, folder / "media", folder / "backups"
        self.name = f"backup_{os.getpid()}_{next(numbers)}"
        if POSTGRES:
            address = urlsplit(os.environ["DATABASE_URL"])
            self.url = urlunsplit(address._replace(path=f"/{self.name}"))
            self.on_server(f"CREATE DATABASE {self.name}" + (f" TEMPLATE {template.name}" if template else ""))
        else:
            self.file = folder / "directory.sqlite3"
            self.url = f"sqlite:///{self.file}"
            if template:
                shutil.copy(template.file, self.file)

    def on_server(self, sql):
        """Say something to the server, outside of any transaction."""
        with connection.Database.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
            session.execute(sql)

    def environment(self, **more):
        """What the site is started with."""
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "directory.settings",
            "SECRET_KEY": "only-for-tests-" * 4,
            "ALLOWED_HOSTS": "localhost",
            "DATABASE_URL": self.url,
            "MEDIA_ROOT": str(self.media),
            "STATIC_ROOT": str(self.folder / "static"),
            **more,
        }

    def manage(self, *words, environment=None, **options):
        """Run a command; return (status, all that it said)."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=settings.BASE_DIR,
            env=self.environment(**(environment or {})),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
            **options,
        )
        return done.returncode, done.stdout

    def backup(self, **options):
        """Write a backup and return its path."""
        status, told = self.manage("backup", self.backups, **options)
        assert status == 0, told
        return Path(told.splitlines()[0])

    def ask(self, sql):
        """Return the rows that a question has as its answer."""
        with closing(self.connect()) as session:
            return session.execute(sql).fetchall()

    def say(self, sql):
        """Change the database behind the site's back."""
        with closing(self.connect()) as session:
            session.execute(sql)
            session.commit()

    def connect(self):
        """Return a connection of one's own."""
        return connection.Database.connect(self.url) if POSTGRES else sqlite3.connect(self.file, timeout=30)

    def digest(self):
        """Return a digest of all that the database holds and how it is laid out, but for the version that moves."""
        if POSTGRES:
            told = subprocess.run(
                ["pg_dump", self.url, "--no-owner"], capture_output=True, text=True, check=True
            ).stdout
            told = re.sub(r"COPY public.directory_version.*?\\\.", "", told, flags=re.DOTALL)
            lines = [line for line in told.splitlines() if not line.startswith(("--", "\\"))]
            # The server writes a condition that it has read back with its casts in other places.
            lines = [
                re.sub(r"::(text|character varying)(\[\])?|[()]", "", line)
                if line.lstrip().startswith(("CREATE ", "CONSTRAINT "))
                else line
                for line in lines
            ]
        else:
            with closing(sqlite3.connect(self.file)) as session:
                lines = [line for line in session.iterdump() if '"directory_version"' not in line]
        return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()

    def names(self):
        """Return the names of the networks."""
        return sorted(row[0] for row in self.ask("SELECT name_sv FROM networks_network"))


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A site that holds the records of the fixtures."""
    site = Site(tmp_path_factory.mktemp("filled"))
    for words in (["migrate", "--verbosity", "0"], ["load_directory"]):
        status, told = site.manage(*words)
        assert status == 0, told
    if not POSTGRES:
        site.ask("PRAGMA wal_checkpoint(TRUNCATE)")
    yield site
    if POSTGRES:
        for name in range(1, next(numbers)):
            site.on_server(f"DROP DATABASE IF EXISTS backup_{os.getpid()}_{name} WITH (FORCE)")


@pytest.fixture
def site(filled, tmp_path):
    """A site of its own, with the records of the fixtures and one uploaded file."""
    site = Site(tmp_path, filled)
    (site.media / "publications").mkdir(parents=True)
    (site.media / "publications" / "guide.pdf").write_bytes(b"%PDF-1.7 guide")
    return site


def left_behind(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_backup_is_put_back_byte_for_byte(site):
    before = site.digest()
    file = site.backup()
    site.say("UPDATE networks_network SET name_sv = 'Ett annat'")
    site.say("DELETE FROM networks_membership")
    (site.media / "publications" / "guide.pdf").write_bytes(b"another")
    (site.media / "publications" / "later.pdf").write_bytes(b"later")
    assert site.digest() != before

    status, told = site.manage("restore", file, "--yes")

    assert status == 0, told
    assert site.digest() == before
    assert [path.relative_to(site.media).as_posix() for path in site.media.rglob("*") if path.is_file()] == [
        "publications/guide.pdf"
    ]
    assert (site.media / "publications" / "guide.pdf").read_bytes() == b"%PDF-1.7 guide"
    assert site.manage("check_facets")[0] == 0


def test_backup_is_put_back_in_an_empty_place(site, tmp_path):
    file = site.backup()
    (tmp_path / "empty").mkdir()
    empty = Site(tmp_path / "empty")

    status, told = empty.manage("restore", file, "--yes")

    assert status == 0, told
    assert "there is nothing to keep" in told
    assert empty.digest() == site.digest()
    assert (empty.media / "publications" / "guide.pdf").read_bytes() == b"%PDF-1.7 guide"


def test_file_has_the_time_in_its_name_and_nobody_else_reads_it(site):
    file = site.backup()

    assert re.fullmatch(r"urban-networks-\d{4}-\d\d-\d\d-\d{6}\.zip", file.name)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert left_behind(site.backups) == [file.name]


def test_any_program_opens_it(site):
    with zipfile.ZipFile(site.backup()) as archive:
        assert archive.testzip() is None
        database = "database.dump" if POSTGRES else "database.sqlite3"
        assert archive.namelist() == [database, "media/publications/guide.pdf", "manifest.json"]


def test_what_was_there_is_kept_aside_and_can_be_put_back(site):
    file = site.backup()
    site.say("UPDATE networks_network SET name_sv = 'Ett annat'")
    changed = site.digest()

    _status, told = site.manage("restore", file, "--yes")
    kept = Path(re.search(r"What was there is kept in (.+)", told).group(1))

    assert kept.name.startswith("before-restore-")
    assert site.digest() != changed
    assert site.manage("restore", kept, "--yes")[0] == 0
    assert site.digest() == changed


def test_servers_that_run_notice(site):
    file = site.backup()
    before = site.ask("SELECT token FROM directory_version")

    site.manage("restore", file, "--yes")

    assert site.ask("SELECT token FROM directory_version") != before


def test_connection_that_is_open_sees_what_was_put_back(site):
    file = site.backup()
    names = site.names()
    with closing(site.connect()) as session:
        session.execute("UPDATE networks_network SET name_sv = 'Ett annat'")
        session.commit()
        assert site.manage("restore", file, "--yes")[0] == 0
        seen = sorted(row[0] for row in session.execute("SELECT name_sv FROM networks_network"))

    assert seen == names


@pytest.mark.parametrize(
    "damage", ["first byte", "byte in the middle", "byte of the seal", "cut end", "empty", "no zip"]
)
def test_damage_is_seen_before_anything_is_touched(site, damage):
    file = site.backup()
    data = bytearray(file.read_bytes())
    place = {"first byte": 0, "byte in the middle": len(data) // 2, "byte of the seal": len(data) - 1}
    if damage in place:
        data[place[damage]] ^= 1
    else:
        data = {"cut end": data[:-1], "empty": b"", "no zip": b"nothing" * 100}[damage]
    file.write_bytes(data)
    before = site.digest()

    status, told = site.manage("restore", file, "--yes")

    assert (status, told) == (
        1,
        f"CommandError: {file} is damaged or no backup: it is not as it was written. Nothing was changed.\n",
    )
    assert site.digest() == before
    assert left_behind(site.backups) == [file.name]


def resealed(file, change):
    """Write an archive anew with another manifest, as whoever wrote it would have."""
    with zipfile.ZipFile(file) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held["manifest.json"] = change(held["manifest.json"].decode()).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in held.items():
            archive.writestr(name, data)
        archive.comment = b"0" * 64
    data = file.read_bytes()[:-64]
    file.write_bytes(data + hashlib.sha256(data).hexdigest().encode())


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda text: text.replace("networks.0001_initial", "networks.9999_later"), "is of a later release"),
        (lambda text: text.replace('"format": 1', '"format": 2'), "in a form that this one does not know"),
        (lambda text: re.sub(r'(guide.pdf": ")..', r"\1zz", text), "guide.pdf is not as it was written"),
        (lambda text: text.replace("media/publications/guide", "media/../../guide"), "would leave its folder"),
        (lambda text: "{}", "is no backup of this site"),
        (lambda text: "[", "is no backup of this site"),
        (
            lambda text: re.sub(r'"engine": "\w+"', f'"engine": "{"sqlite" if POSTGRES else "postgresql"}"', text),
            f"The backup is of {'sqlite' if POSTGRES else 'postgresql'}, and this site runs on {connection.vendor}.",
        ),
    ],
    ids=["later release", "other form", "other file", "outside", "nothing in it", "no manifest", "other engine"],
)
def test_what_cannot_be_put_back_here_is_refused(site, change, sentence):
    file = site.backup()
    resealed(file, change)
    before = site.digest()

    status, told = site.manage("restore", file, "--yes")

    assert status == 1
    assert sentence in told
    assert "Traceback" not in told
    assert site.digest() == before
    assert left_behind(site.backups) == [file.name]


def test_file_that_is_not_there_is_said(site):
    status, told = site.manage("restore", site.folder / "none.zip", "--yes")

    assert (status, "none.zip cannot be read: No such file" in told) == (1, True)


def test_nobody_is_overrun(site):
    file = site.backup()
    before = site.digest()

    status, told = site.manage("restore", file)

    assert (status, "Nobody can be asked here: say --yes." in told) == (1, True)
    assert site.digest() == before


def test_backup_of_an_earlier_release_is_brought_up_to_date(site):
    assert site.manage("migrate", "practices", "zero", "--verbosity", "0")[0] == 0
    file = site.backup()
    assert site.manage("migrate", "--verbosity", "0")[0] == 0

    status, told = site.manage("restore", file, "--yes")

    assert (status, "bringing it up to date" in told) == (0, True)
    assert site.ask("SELECT COUNT(*) FROM practices_practice") == [(0,)]
    assert site.manage("check_facets")[0] == 0


WRITER = """
import django, sys
django.setup()
from networks.models import Network
from directory.sources import Source
source = Source.objects.first()
for number in range(100_000):
    slug = f"{sys.argv[1]}-{number}"
    Network.objects.create(slug=slug, name_sv=slug, kind="city-network", scope="global", source=source)
    print(slug, flush=True)
"""


# Starts only when it is told to, so that what was acknowledged before is known to the moment.
BACKUP = """
import django, sys
django.setup()
from directory.backups import backup
print("ready", flush=True)
input()
print(backup(sys.argv[1])[0])
"""


def test_backup_while_others_write_holds_all_that_was_acknowledged_before(site):
    acknowledged, ready = [], threading.Event()

    def listen(stream):
        for line in stream:
            acknowledged.append(line.strip())
            if len(acknowledged) > 40:
                ready.set()

    def started(code, word):
        command, pipe = [sys.executable, "-c", code, word], subprocess.PIPE
        return subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=site.environment(), stdin=pipe, stdout=pipe, text=True
        )

    writers = [started(WRITER, name) for name in ("a", "b", "c")]
    listeners = [threading.Thread(target=listen, args=[each.stdout]) for each in writers]
    for each in listeners:
        each.start()
    saving = started(BACKUP, str(site.backups))
    assert (saving.stdout.readline(), ready.wait(60)) == ("ready\n", True)
    before = set(acknowledged)
    file = Path(saving.communicate("now\n")[0].strip())
    during = len(acknowledged) - len(before)
    for each in writers:
        each.kill()
    for each in listeners:
        each.join()
    for each in writers:
        each.communicate()

    assert site.manage("restore", file, "--yes")[0] == 0

    held = {row[0] for row in site.ask("SELECT slug FROM networks_network")}
    assert (len(before) > 40, during > 0, before - held) == (True, True, set())
    assert site.manage("check_facets")[0] == 0


def test_full_disk_leaves_nothing_behind(site):
    def little():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    (site.media / "large.pdf").write_bytes(os.urandom(1_000_000))
    status, told = site.manage("backup", site.backups, preexec_fn=little)

    assert status == 1
    assert f"No backup was written to {site.backups}" in told or "did not succeed" in told
    assert "Traceback" not in told
    assert left_behind(site.backups) == []


@pytest.mark.parametrize("place", ["media", "static"])
def test_backup_is_not_written_where_it_would_be_served(site, place):
    status, told = site.manage("backup", site.folder / place / "deeper")

    assert (status, "choose a folder that nothing serves" in told) == (1, True)
    assert left_behind(site.folder / place / "deeper") == []


def test_database_that_is_damaged_gives_no_backup_but_way_to_one(site):
    file = site.backup()
    before = site.digest()
    site.file.write_bytes(b"not a database at all" * 1000)

    status, told = site.manage("backup", site.backups)
    assert (status, "No backup was written" in told, left_behind(site.backups)) == (1, True, [file.name])

    status, told = site.manage("restore", file, "--yes")
    assert status == 0, told
    assert "restart the servers afterwards" in told
    assert site.digest() == before
    assert [path.read_bytes()[:5] for path in site.folder.glob("*.damaged-*")] == [b"not a"]


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        (None, "pg_dump is not installed here. It comes with PostgreSQL"),
        ("echo 'pg_dump (PostgreSQL) 9.6.24'", "pg_dump is of version 9, and the server of version"),
        ('[ "$1" = --version ] && exec /usr/bin/pg_dump --version; echo broken >&2; exit 1', "did not succeed: broken"),
    ],
    ids=["missing", "old", "failing"],
)
def test_programs_of_postgresql_that_will_not_do_are_told(site, tmp_path, script, sentence):
    programs = tmp_path / "bin"
    programs.mkdir()
    if script:
        (programs / "pg_dump").write_text(f"#!/bin/sh\n{script}\n")
        (programs / "pg_dump").chmod(0o755)

    status, told = site.manage("backup", site.backups, environment={"PATH": str(programs)})

    assert (status, sentence in told) == (1, True), told
    assert left_behind(site.backups) == []


def test_password_stands_in_no_list_of_processes(site, tmp_path):
    programs, seen = tmp_path / "bin", tmp_path / "seen"
    programs.mkdir()
    script = f'#!/bin/sh\necho "$@" >> {seen}\necho "$PGPASSWORD" >> {seen}.env\nexec /usr/bin/pg_dump "$@"\n'
    (programs / "pg_dump").write_text(script)
    (programs / "pg_dump").chmod(0o755)
    address = urlsplit(site.url)
    user = address.netloc.split("@")[0].split(":")[0]
    site.url = urlunsplit(address._replace(netloc=f"{user}:very-secret@{address.netloc.split('@')[-1]}"))

    site.backup(environment={"PATH": f"{programs}:{os.environ['PATH']}"})

    assert "very-secret" not in seen.read_text()
    assert "very-secret" in Path(f"{seen}.env").read_text()


# What the other engine does not have at all is no test left out.
if POSTGRES:
    del test_database_that_is_damaged_gives_no_backup_but_way_to_one
else:
    del test_programs_of_postgresql_that_will_not_do_are_told
    del test_password_stands_in_no_list_of_processes
