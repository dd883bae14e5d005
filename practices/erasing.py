"""Forgetting: a nominator who asks for it, those whose time is over, and drafts that nobody came back to."""

import time
from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.utils.timezone import localdate, now

from practices.nominations import Nomination, NominatorContact, Review, Status, Step

# Days after which a draft, or a nomination that nobody confirmed, is forgotten.
UNFINISHED_DAYS = 30


def erase(nomination):
    """Erase who nominated, and all that she wrote; what was published from it stays, without her."""
    with transaction.atomic():
        kept = Nomination.objects.select_for_update().get(pk=nomination.pk)
        NominatorContact.objects.filter(nomination=kept).delete()
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Nomination), object_id=str(kept.pk)
        ).delete()
        if kept.practice_id is None:
            kept.delete()
        else:
            Nomination.objects.filter(pk=kept.pk).update(
                credit_name="", credit_organisation="", anonymous=True, answers={}, links="", description=""
            )
            # What staff wrote beside it may name her.
            Step.objects.filter(nomination=kept).update(note="")
            Review.objects.filter(nomination=kept).update(conflict_note="", comment="")
    scrub()


def forget(today=None):
    """Forget contacts whose last day is over, and what was never finished; return how many of each.

    What is forgotten stays so: to run it again changes nothing.
    """
    today = today or localdate()
    old = now() - timedelta(days=UNFINISHED_DAYS)
    unfinished = Nomination.objects.filter(status__in=[Status.DRAFT, Status.UNCONFIRMED], changed_at__lt=old)
    with transaction.atomic():
        contacts = NominatorContact.objects.filter(keep_until__lt=today)
        contacts, drafts = contacts.delete()[0], len(unfinished)
        for each in unfinished:
            each.delete()
    scrub()
    return contacts, drafts


def scrub():
    """Let the bytes of deleted rows go too, as far as the database can: they would outlive their rows.

    SQLite overwrites what is deleted (`secure_delete`), and its log of changes is emptied into the file here;
    PostgreSQL's dead rows are cleared away.
    """
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for _attempt in range(20):
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if not cursor.fetchone()[0]:
                    break
                time.sleep(0.05)  # another connection is still reading the log
        else:
            tables = [model._meta.db_table for model in (Nomination, NominatorContact, Step, Review)]
            cursor.execute(f"VACUUM {', '.join(map(connection.ops.quote_name, tables))}")
