"""Public pages are kept by whoever asks again: exact, because every write moves the version of the directory.

A cache cannot be told that something changed, it must ask. So a page says `no-cache` and carries an `ETag` made of the
version, the release and the day (deadlines pass at midnight); asking again costs one small query.
"""

import hashlib
import re
from collections import OrderedDict
from copy import copy
from importlib import metadata

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponseNotModified
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags
from django.utils.text import compress_string
from django.utils.timezone import localdate

from directory.versions import pinned, steady, token

MOST_PAGES = 30
LARGEST_PAGE = 200_000
# What fits in one packet of the network is no faster for being smaller.
LEAST_COMPRESSED = 1000


def for_staff(path):
    """Whether an address behind a language is for staff alone: it needs their cookies, and nobody keeps its pages."""
    return path.endswith(("/edit/", "/about/components/"))


def _release():
    """Return a digest of all that pages are made of besides the records: code, templates, texts and settings."""
    # The package whose script pages name by a digest of the file.
    packages = [metadata.version("django-htmx")]
    digest = hashlib.sha256(repr([settings.SITE_OWNER, settings.SITE_EMAIL, settings.DEBUG, packages]).encode())
    folders = [settings.BASE_DIR / app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()]
    for folder in [*folders, *settings.TEMPLATES[0]["DIRS"], *settings.STATICFILES_DIRS, *settings.LOCALE_PATHS]:
        for file in sorted(folder.rglob("*.*")):
            if file.suffix in (".py", ".html", ".css", ".js", ".svg", ".mo"):
                digest.update(file.read_bytes())
    return digest.hexdigest()[:10]


class KeepPages:
    """Answers a page that was asked for before from memory, or 304, and makes sure that a new one is of one version.

    A page is made again, twice at most, when the version moves meanwhile: its counts and its rows would be of two.
    After that it is made while no writer can move it.
    """

    def __init__(self, get_response):
        """Keep pages of one version in this process, the most recent ones."""
        self.get_response, self.release = get_response, _release()
        # One reference, swapped whole: no thread puts a page of one version among those of another.
        self.kept = (None, OrderedDict())

    def __call__(self, request):
        """Answer, from memory where that is right."""
        language = request.path_info[1:3]
        public = request.path_info[3:4] == "/" and language in dict(settings.LANGUAGES)
        if request.method not in ("GET", "HEAD") or not public or for_staff(request.path_info):
            return self.get_response(request)
        try:
            request.get_host()
            return self.page(request)
        except (DisallowedHost, OperationalError, InterfaceError):
            # What stands behind says why the page cannot be had.
            return self.get_response(request)

    def page(self, request):
        """Return the page at one version of the directory."""
        now = token()
        tag = self.tag(now)
        if {tag, tag.removeprefix("W/")} & set(parse_etags(request.headers.get("If-None-Match", ""))):
            return self.marked(HttpResponseNotModified(), tag)
        gzip = bool(re.search(r"\bgzip\b", request.headers.get("Accept-Encoding", "")))
        key = (request.method, request.scheme, request.META.get("HTTP_HOST"), request.get_full_path(), gzip)
        version, pages = self.kept
        if version == tag and key in pages:
            return self.copied(pages[key])
        for _attempt in range(3):
            with pinned(now):
                response = self.get_response(request)
            before, now = now, token()
            if before == now:
                break
        else:
            with steady():
                before = now = token()
                with pinned(now):
                    response = self.get_response(request)
        how = response.get("Cache-Control", "")
        if response.status_code == 200 and not response.streaming and "no-store" not in how:
            self.compress(response, gzip)
            # A page that says itself how it may be kept is made of more than the directory's records.
            if not how and before == now:
                tag = self.tag(now)
                self.marked(response, tag)
                self.keep(key, tag, response)
        return response

    def tag(self, version):
        """Return the ETag of all pages at a version, today: weak, because it is the same for a page and the page compressed."""
        return f'W/"{version}-{self.release}-{localdate():%y%m%d}"'

    @staticmethod
    def compress(response, gzip):
        """Compress a page for whoever takes it so, once for all; it holds no secret that its length could give away."""
        patch_vary_headers(response, ["Accept-Encoding"])
        if gzip and len(response.content) >= LEAST_COMPRESSED:
            response.content = compress_string(response.content)
            response["Content-Encoding"], response["Content-Length"] = "gzip", str(len(response.content))

    @staticmethod
    def marked(response, tag):
        """Say how the page may be kept."""
        response["ETag"] = tag
        patch_cache_control(response, public=True, no_cache=True)
        return response

    @staticmethod
    def copied(page):
        """Return a page to hand out; what outer middleware adds to it stays its own."""
        response = copy(page)
        response.headers = copy(page.headers)
        return response

    def keep(self, key, tag, response):
        """Keep a page; those of another version go. What is seen inside a transaction may never come to be."""
        if connection.in_atomic_block or len(response.content) > LARGEST_PAGE:
            return
        version, pages = self.kept
        if version != tag:
            self.kept = tag, (pages := OrderedDict())
        pages[key] = self.copied(response)
        while len(pages) > MOST_PAGES:
            pages.popitem(last=False)
