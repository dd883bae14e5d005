"""The entry point for a production web server (PEP 3333)."""

import gc
import os
import re
from threading import Thread

import django
from django.core.wsgi import get_wsgi_application
from django.urls import resolve

# As many seconds a server that is slow to answer may hold up the start.
LONGEST_WAIT = 5

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
# What is loaded now stays as long as the process: to look for rubbish in it would only make the start longer.
gc.disable()
django.setup()

from directory.reading import read_ahead  # noqa: E402 – models can be loaded now, and not before

# The database is read while pages are loaded, and not when the first visitor waits for one. If it is away, so be it.
ahead = Thread(target=read_ahead, daemon=True)
ahead.start()
site = get_wsgi_application()
resolve("/healthz")
ahead.join(LONGEST_WAIT)
gc.freeze()
gc.enable()


def application(environ, start_response):
    """Serve the site; what is sent is read as UTF-8, as our forms send it, whatever a program calls it.

    Some names of encodings are those of no encoding, and would break the request before any page of ours is asked.
    """
    environ["CONTENT_TYPE"] = re.sub(r";\s*charset=[^;]*", "", environ.get("CONTENT_TYPE", ""), flags=re.IGNORECASE)
    return site(environ, start_response)
