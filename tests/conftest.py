"""Fixtures that several test files share."""

import os
import subprocess
import sys
from contextlib import contextmanager
from random import Random
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from tests import factories
from tests.filled import fill

# Playwright's synchronous interface runs inside an event loop, where Django would refuse to ask its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Leave nobody in the test database of PostgreSQL, which is not dropped under a server's thread that lags behind."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            connection.close()
            connection.close_pool()


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of processes that share a database with each other: for SQLite a file, made for them."""
    address = f"sqlite:///{tmp_path}/shared.sqlite3"
    if connection.vendor == "postgresql":
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    if connection.vendor == "sqlite":
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], check=True, env=environment)
    return environment


@pytest.fixture
def directory(db):
    """The directory filled from the fixtures."""
    fill()


@pytest.fixture
def desk(admin_user):
    """A superuser's browser that asks for English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(admin_user)
    return client


@pytest.fixture
def skl(db):
    """A source that rows can name."""
    return factories.make_source(slug="skl", name_sv="SKL")


@pytest.fixture(autouse=True)
def swedish():
    """Begin every test in the site's own language, whatever the one before it left active."""
    with translation.override("sv"):
        yield


@pytest.fixture(autouse=True)
def whole_sign_in(monkeypatch):
    """Let `force_login` stand for a whole sign-in: with the second factor, unless a test says `second_factor=False`."""
    from directory.signin import SECOND_FACTOR

    force_login = Client.force_login

    def signed_in(client, user, backend=None, second_factor=True):
        force_login(client, user, backend)
        if second_factor:
            session = client.session
            session[SECOND_FACTOR] = str(user.pk)
            session.save()

    monkeypatch.setattr(Client, "force_login", signed_in)


@pytest.fixture
def guest(client):
    """A browser that asks for English."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium; as root it starts only without its sandbox."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"],
    }


@pytest.fixture
def open_page(browser, live_server, transactional_db, directory):
    """Return a context manager that opens a page with given settings and watches its console and requests."""

    @contextmanager
    def opened(address="", expected=(), **settings):
        context = browser.new_context(base_url=live_server.url, **{"locale": "sv-SE", **settings})
        page = context.new_page()
        trouble = []
        page.on(
            "console", lambda message: trouble.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: trouble.append(str(error)))
        host = urlsplit(live_server.url).netloc
        page.on(
            "request", lambda request: trouble.append(request.url) if urlsplit(request.url).netloc != host else None
        )
        if address:
            page.goto(address)
        yield page
        assert [each for each in trouble if not any(word in each for word in expected)] == []
        context.close()

    return opened


@pytest.fixture(params=[1, 2, 3])
def chance(request):
    """Chance, which is the same each time."""
    return Random(request.param)
