"""Fixtures that several test files share."""

import io
import os

import pytest
from django.core.management import call_command
from django.utils import translation

# Playwright's synchronous interface runs inside an event loop, where Django would refuse to ask its database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def directory(db):
    """The directory filled from the fixtures."""
    call_command("load_directory", stdout=io.StringIO())


@pytest.fixture(autouse=True)
def swedish():
    """Begin every test in the site's own language, whatever the one before it left active."""
    with translation.override("sv"):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the system's Chromium; as root it starts only without its sandbox."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "args": ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run"],
    }
