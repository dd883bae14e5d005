"""The entry point for a production web server (PEP 3333)."""

import gc
import os
import re

from django.core.wsgi import get_wsgi_application
from django.urls import resolve

from directory.memory import share_one_heap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
share_one_heap()
# What is loaded now stays as long as the process: to look for rubbish in it would only make the start longer.
gc.disable()
site = get_wsgi_application()
# Loads all pages now, and not when the first visitor waits for one.
resolve("/healthz")
gc.freeze()
gc.enable()


def application(environ, start_response):
    """Serve the site; what is sent is read as UTF-8, as our forms send it, whatever a program calls it.

    Some names of encodings are those of no encoding, and would break the request before any page of ours is asked.
    """
    environ["CONTENT_TYPE"] = re.sub(r";\s*charset=[^;]*", "", environ.get("CONTENT_TYPE", ""), flags=re.IGNORECASE)
    return site(environ, start_response)
