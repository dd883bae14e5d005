"""Who nominated: written to over a real mail server, and after erasing nowhere, byte by byte."""

import logging
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from io import StringIO

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from directory import guarded
from directory.logs import Discreet
from practices import erasing
from practices.models import Nomination, NominatorContact
from tests import factories as make
from tests.nominating import Nominator

CANARY = "kanariefagel.ozola"


class Letters:
    """Keeps the mails that the server takes."""

    def __init__(self):
        """None yet."""
        self.kept = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 – the server asks for this name
        """Take a mail."""
        self.kept.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 OK"


@pytest.fixture
def letters(settings):
    """A mail server on loopback that the site hands its mails to."""
    handler = Letters()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield handler.kept
    controller.stop()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_mails_go_over_a_real_server_in_the_nominators_language(db, monkeypatch, letters, language):
    import email
    from email import policy

    monkeypatch.setattr(guarded, "SHORTEST", 0)
    call = make.make_open_round(name_sv="Grannars kraft", name_en="Power of neighbours")
    ilze = Nominator(language=language).nominates(call)
    read = [email.message_from_string(content, policy=policy.default) for _to, content in letters]
    assert [to for to, _content in letters] == [["ilze@example.org"]]
    body = read[0].get_content()
    assert ("Grannars kraft" if language == "sv" else "Power of neighbours") in body
    assert read[0]["Auto-Submitted"] == "auto-generated"
    assert Nomination.objects.get().reference in read[0]["Subject"]
    assert len(body.splitlines()) < 12

    link = next(word for word in body.split() if "/confirm/" in word)
    ilze.opens(link.removeprefix("http://testserver")).sends(key=link.partition("key=")[2])

    assert (Nomination.objects.get().status, len(letters)) == ("submitted", 2)


def test_staff_word_mails_anew(db, monkeypatch, letters):
    from practices.models import MailText

    monkeypatch.setattr(guarded, "SHORTEST", 0)
    MailText.objects.create(name="confirm", subject_sv="Hej $reference", body_sv="Tryck: $link $nothing")
    Nominator().nominates(make.make_open_round())

    assert f"Hej {Nomination.objects.get().reference}" in letters[0][1]
    assert "$nothing" in letters[0][1]


def test_log_has_neither_secret_links_nor_addresses():
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Discreet())
    log = logging.Logger("test")
    log.addHandler(handler)

    try:
        raise ValueError(f"no such mailbox: {CANARY}@example.org")
    except ValueError:
        log.exception("Not found: %s", f"/sv/nominations/{'0' * 40}/confirm/?key=abc:def for {CANARY}@example.org")

    written = stream.getvalue()
    assert "Not found: /sv/nominations/…/confirm/?key=… for …@…" in written
    assert CANARY not in written


def test_contacts_are_in_no_dump(db):
    make.make_contact_of_nominator(name=CANARY, email=f"{CANARY}@example.org")
    make.make_practice(name_sv="Inte hemlig")
    out, err = StringIO(), StringIO()

    call_command("dumpdata", stdout=out)
    call_command("dumpdata", use_base_manager=True, stdout=out)
    call_command("dumpdata", "practices.NominatorContact", stdout=out, stderr=err)

    assert "Inte hemlig" in out.getvalue()
    assert CANARY not in out.getvalue()
    assert "practices.nomination" not in [word.strip('",') for word in out.getvalue().split()]
    assert "Not dumped" in err.getvalue()


def in_files(folder, words):
    """Return the files that hold some bytes."""
    return sorted(file.name for file in folder.rglob("*") if file.is_file() and words.encode() in file.read_bytes())


SCRIPT = f"""
import django, logging; django.setup()
from django.test import Client
from tests import factories as make
from tests.nominating import WHO, Nominator
from directory import guarded
from django.test.utils import setup_test_environment
from pathlib import Path
import os
setup_test_environment()
guarded.SHORTEST = 0
call = make.make_open_round(slug="call")
ilze = Nominator().nominates(call, {{**WHO, "name": "{CANARY}", "email": "{CANARY}@example.org"}}).confirms()
assert ilze.status == 200, ilze.status
from django.db import connection
before = Path(os.environ["MARK"]); before.write_text(ilze.secret)
Client().get("/sv/nominations/" + ilze.secret + "/nothing/")
assert ilze.client.post(ilze.own("erase/")).status_code == 200
"""


def test_bytes_of_an_erased_nominator_are_in_no_file(tmp_path):
    """On SQLite the database, its log of changes and the site's own log are read byte by byte, the process still alive."""
    folder = tmp_path / "data"
    folder.mkdir()
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder}/directory.sqlite3",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "EMAIL_URL": "smtp://127.0.0.1:9",
        "MARK": str(tmp_path / "secret"),
    }
    run = {"cwd": settings.BASE_DIR, "env": environment, "check": True, "capture_output": True}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], **run)
    stop_before = SCRIPT.rpartition("assert")[0] + "input()\n" + "assert" + SCRIPT.rpartition("assert")[2] + "input()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", stop_before],
        cwd=settings.BASE_DIR,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=(tmp_path / "data" / "site.log").open("w"),
        text=True,
    )
    try:
        mark = tmp_path / "secret"
        import time

        for _ in range(600):
            if mark.exists() or process.poll() is not None:
                break
            time.sleep(0.1)
        time.sleep(0.5)
        assert process.poll() is None, (folder / "site.log").read_text()
        # The control: before erasing the search does find her.
        assert in_files(folder, CANARY) != []
        process.stdin.write("\n")
        process.stdin.flush()
        found = True
        for _ in range(100):
            time.sleep(0.1)
            found = in_files(folder, CANARY)
            if not found:
                break
        assert process.poll() is None, (folder / "site.log").read_text()
        assert found == []
        assert in_files(folder, mark.read_text()) == []
        with sqlite3.connect(folder / "directory.sqlite3") as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        process.stdin.close()
        process.wait(30)


@pytest.mark.django_db(transaction=True)
def test_dead_rows_are_cleared_away():
    nomination = make.make_contact_of_nominator(name=CANARY).nomination

    erasing.erase(nomination)

    assert not NominatorContact.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s)", [NominatorContact._meta.db_table])
        assert cursor.fetchone() == (0,)


HOLD = """
import django, sys; django.setup()
from django.db import connection
from practices.models import NominatorContact
cursor = connection.cursor()
cursor.execute("BEGIN")
if connection.vendor == "postgresql":
    cursor.execute("LOCK TABLE practices_nominatorcontact IN SHARE UPDATE EXCLUSIVE MODE")
NominatorContact.objects.count()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(environment):
    """A database that another process reads and, on PostgreSQL, clears away dead rows of."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", HOLD], cwd=settings.BASE_DIR, env=environment, **pipes) as process:
        assert process.stdout.readline() == "held\n"
        yield
        process.stdin.close()


@pytest.mark.django_db(transaction=True)
def test_who_erases_while_others_hold_the_database_is_told_so_and_her_bytes_go_later(elsewhere, tmp_path):
    environment = {**elsewhere, "MARK": str(tmp_path / "secret"), "EMAIL_URL": "smtp://127.0.0.1:9"}
    run = {"cwd": settings.BASE_DIR, "env": environment, "capture_output": True, "text": True}
    forget = [sys.executable, "manage.py", "forget_nominators"]

    with held(environment):
        erased = subprocess.run([sys.executable, "-c", SCRIPT], **run)
        told = subprocess.run(forget, **run)
    later = subprocess.run(forget, **run)

    assert erased.returncode == 0, erased.stderr
    assert "not cleared away yet" in erased.stderr
    assert CANARY not in erased.stderr
    assert (told.returncode, later.returncode) == (0, 0)
    assert "Run this again" in told.stderr
    assert later.stderr == ""


# SQLite overwrites what is deleted, and its files are read byte by byte above: for it this is no test left out.
if connection.vendor == "sqlite":
    del test_dead_rows_are_cleared_away
