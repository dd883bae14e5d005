"""The entry point for a production web server (PEP 3333)."""

import os
import re

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "directory.settings")
site = get_wsgi_application()


def application(environ, start_response):
    """Serve the site; what is sent is read as UTF-8, as our forms send it, whatever a program calls it.

    Some names of encodings are those of no encoding, and would break the request before any page of ours is asked.
    """
    environ["CONTENT_TYPE"] = re.sub(r";\s*charset=[^;]*", "", environ.get("CONTENT_TYPE", ""), flags=re.IGNORECASE)
    return site(environ, start_response)
