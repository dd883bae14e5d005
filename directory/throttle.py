"""Where tries are counted, and what was sent is known again: in the database, which all processes of the server share.

The sign-in counts here by Django's cache; the forms that anybody may send by `Throttle.count` and `Throttle.remember`,
which are exact.
"""

import ipaddress
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.timezone import localdate, now


class Throttle(models.Model):
    """A count, or a value, that ends by itself, as Django's database cache keeps it; a model, so that migrations make its table."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "directory_throttle"
        default_permissions = ()

    def __str__(self):
        """The key of the count."""
        return self.cache_key

    @classmethod
    def count(cls, key, seconds):
        """Count one more under a key and return how many there were within the `seconds` since the first."""
        with transaction.atomic():
            row = cls._locked(key, seconds)
            row.value = str(int(row.value or 0) + 1)
            row.save()
        return int(row.value)

    @classmethod
    def remember(cls, key, value, seconds):
        """Remember a value under a key for so many `seconds`, unless one is remembered; return that one, "" for none."""
        with transaction.atomic():
            row = cls._locked(key, seconds)
            before, row.value = row.value, row.value or value
            row.save()
        return before

    @classmethod
    def _locked(cls, key, seconds):
        """Return the row of a key, locked so that no two count the same; its value is "" where it begins.

        Those that have ended go when a new one begins.
        """
        moment, key = now(), f"counted:{key}"
        until = moment + timedelta(seconds=seconds)
        rows = cls.objects.select_for_update()
        row = rows.filter(pk=key).first()
        if row is None:
            ended = cls.objects.select_for_update(skip_locked=True).filter(expires__lte=moment)
            ended = ended.filter(cache_key__startswith="counted:").exclude(pk=key)[:500]
            cls.objects.filter(pk__in=[each.pk for each in ended]).delete()
            cls.objects.bulk_create([cls(cache_key=key, value="", expires=until)], ignore_conflicts=True)
            row = rows.get(pk=key)
        if row.expires <= moment:
            row.value, row.expires = "", until
        return row

    @classmethod
    def count_back(cls, key):
        """Count one less under a key: what was counted has not happened after all."""
        with transaction.atomic():
            row = cls.objects.select_for_update().filter(pk=f"counted:{key}").first()
            if row:
                row.value = str(max(0, int(row.value) - 1))
                row.save()


def client_address(request):
    """Return the address that tries are counted by: the last in the header of a trusted proxy, or the connection's.

    Only the last was written by the proxy itself; whatever stands before it may be made up.
    """
    told = request.headers.get(settings.CLIENT_HEADER, "") if settings.CLIENT_HEADER else ""
    for address in (told.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            found = ipaddress.ip_address(address)
            # A socket of both kinds writes an address of four numbers as one of the new kind.
            return str(getattr(found, "ipv4_mapped", None) or found)
        except ValueError:
            continue
    return "unknown"


def client_digest(request):
    """Return what stands for a visitor's address today: tomorrow another, and from neither can the address be told.

    Of an IPv6 address the first half counts: a household has all the rest.
    """
    address = client_address(request)
    if ":" in address:
        network = ipaddress.ip_network(f"{address}/64", strict=False)
        address = str(network.network_address)
    return salted_hmac(f"directory.throttle {localdate()}", address, algorithm="sha256").hexdigest()[:32]
