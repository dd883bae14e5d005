"""One version for the whole directory, moved by every write: a reader that asks for it knows whether anything changed."""

import secrets
from contextlib import contextmanager

from django.db import connections, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

# How many characters of past tokens are kept: about two hundred writes. A reader further behind starts anew.
TRAIL = 2000
_kept = {}


class Version(models.Model):
    """The present version of the directory: the one row that every write changes first and holds until it is done.

    The number orders the changes. It can come again, after a rollback or from a restored backup; the token cannot,
    so readers, and the caches behind them, go by the token.
    """

    number = models.BigIntegerField(default=0)
    token = models.CharField(max_length=10)
    trail = models.CharField(max_length=TRAIL, blank=True)

    # Means nothing in another database (directory/management/commands/dumpdata.py).
    not_dumped = True

    def __str__(self):
        """What a log shows."""
        return self.token

    @classmethod
    def move(cls, using):
        """Lock the version, move it, and return its new number; the lock is held until the transaction ends."""
        rows, token = cls.objects.using(using), secrets.token_hex(5)
        connections[using].pinned = None
        trail = Substr(Concat("token", Value(" "), "trail"), 1, TRAIL)
        if not rows.update(number=F("number") + 1, token=token, trail=trail):
            rows.bulk_create([cls(pk=1, token="")], ignore_conflicts=True)
            rows.update(number=F("number") + 1, token=token, trail=trail)
        return rows.values_list("number", flat=True).get()


def token(using="default"):
    """Return the token of the present version; empty before the first write. One small query."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT token FROM directory_version")
        return (cursor.fetchone() or ("",))[0]


@contextmanager
def pinned(version, using="default"):
    """Take a version for the present one meanwhile; whoever makes a page of it asks afterwards whether it still is."""
    connections[using].pinned = version
    try:
        yield
    finally:
        connections[using].pinned = None


def is_current(version, using="default"):
    """Whether a version is the one that is pinned, or else the present one; at most one small query."""
    return version == getattr(connections[using], "pinned", None) or version == token(using)


def kept(using="default"):
    """Return a mapping for whatever holds as long as the present version does; at most one small query.

    A token never comes again, so what is kept under one that was rolled back is never met again either. And a page for
    which a version was pinned that is no longer the present one is made again, so what is kept under that is not shown.
    """
    if getattr(connections[using], "changes", None):
        return {}  # the version has moved, and what it will hold is not all there yet
    now = getattr(connections[using], "pinned", None) or token(using)
    found = _kept.get(using, {})
    if now not in found:
        # With the one before, for whoever still makes a page of that.
        found = _kept[using] = dict([*found.items()][-1:]) | {now: {}}
    return found[now]


@contextmanager
def steady(using="default"):
    """Let no writer move the version meanwhile; nothing may be written inside, so that all that is seen is committed."""
    connection = connections[using]
    with transaction.atomic(using):
        Version.objects.using(using).select_for_update().first()
        connection.steady = True
        try:
            yield
        finally:
            connection.steady = False
