"""Forgetting: a nominator who asks for it, those whose time is over, and drafts that nobody came back to."""

import logging
import time
from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.utils.timezone import localdate, now

from directory.readers import ReaderContact, ReaderWord
from directory.writes import writing
from practices.nominations import Nomination, NominatorContact, Review, Status, Step

log = logging.getLogger(__name__)

# Days after which a draft, or a nomination that nobody confirmed, is forgotten.
UNFINISHED_DAYS = 30


def erase(nomination):
    """Erase who nominated, and all that she wrote; what was published from it stays, without her."""
    # Pages that are kept name her as long as the version does not move.
    with writing():
        kept = Nomination.objects.select_for_update().filter(pk=nomination.pk).first()
        if kept is None:
            return
        NominatorContact.objects.filter(nomination=kept).delete()
        LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(Nomination), object_id=str(kept.pk)
        ).delete()
        if kept.practice_id is None:
            kept.delete()
        else:
            Nomination.objects.filter(pk=kept.pk).update(
                credit_name="", credit_organisation="", anonymous=True, answers={}, links="", description="", checks={}
            )
            # What staff wrote beside it may name her.
            Step.objects.filter(nomination=kept).update(note="")
            for review in kept.reviews.all():
                review.conflict_note = review.comment = ""
                review.scores = {key: {**each, "comment": ""} for key, each in review.scores.items()}
                review.save(update_fields=["conflict_note", "comment", "scores"])
    scrub()


def forget(today=None):
    """Forget contacts whose last day is over, and what was never finished; return how many of each.

    The name in the credit goes too, unless it stands in public because the nomination was selected. What is forgotten stays so: to run it again changes nothing.
    """
    today = today or localdate()
    old = now() - timedelta(days=UNFINISHED_DAYS)
    unfinished = Nomination.objects.filter(status__in=[Status.DRAFT, Status.UNCONFIRMED], changed_at__lt=old)
    with transaction.atomic():
        gone = list(NominatorContact.objects.filter(keep_until__lt=today).values_list("pk", flat=True))
        contacts = NominatorContact.objects.filter(pk__in=gone).delete()[0]
        rows = Nomination.objects.filter(pk__in=gone).exclude(status=Status.SELECTED)
        rows.update(credit_name="", credit_organisation="", anonymous=True)
        Review.objects.filter(nomination__in=gone).update(conflict_note="")
        # Locked, so that none goes that is confirmed at this moment.
        locked = list(unfinished.select_for_update().values_list("pk", flat=True))
        Nomination.objects.filter(pk__in=locked).delete()
        drafts = len(locked)
    return contacts, drafts


def scrub():
    """Let the bytes of deleted rows go too, as far as the database can: they would outlive their rows.

    SQLite overwrites what is deleted (`secure_delete`), and its log of changes is emptied into the file here;
    PostgreSQL's dead rows are cleared away, but for those that an older transaction, such as a backup's, may still see.
    Returns False where others hold the database for long: the rows are gone all the same, and their bytes go when
    `manage.py forget_nominators` runs the next time. Inside a transaction there is nothing to do yet.
    """
    if connection.in_atomic_block:
        return True
    try:
        with connection.cursor() as cursor:
            done = empty_log(cursor) if connection.vendor == "sqlite" else clear_away_dead_rows(cursor)
    except OperationalError as error:
        log.warning("Bytes of deleted rows are not cleared away yet: %s", type(error.__cause__ or error).__name__)
        return False
    if not done:
        log.warning("Bytes of deleted rows are not cleared away yet: another connection reads the log of changes")
    return done


def empty_log(cursor):
    """Write SQLite's log of changes into the file and empty it; return whether no other connection kept that from being done."""
    # To wait in the database would keep everybody from writing for as long.
    (usual,) = cursor.execute("PRAGMA busy_timeout").fetchone()
    cursor.execute("PRAGMA busy_timeout = 50")
    try:
        for _attempt in range(20):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not cursor.fetchone()[0]:
                return True
            time.sleep(0.05)
        return False
    finally:
        cursor.execute(f"PRAGMA busy_timeout = {usual}")


def clear_away_dead_rows(cursor):
    """Let PostgreSQL clear the tables of those who wrote to us."""
    models = (Nomination, NominatorContact, Step, Review, ReaderWord, ReaderContact)
    tables = [connection.ops.quote_name(model._meta.db_table) for model in models]
    cursor.execute(f"VACUUM {', '.join(tables)}")
    return True
