"""The steps of a nomination: only those that are allowed, each written down with whose doing it was and when."""

from datetime import timedelta

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from practices.nominations import ALLOWED, ENDED, Nomination, NominatorContact, Status, Step


class NotAllowed(Exception):
    """The step does not lead from where the nomination is; its text is the sentence to show."""


def lock(nomination):
    """Return a nomination as it is stored now, locked until the transaction ends; raises `NotAllowed` if it is erased."""
    kept = Nomination.objects.select_for_update().filter(pk=nomination.pk).first()
    if kept is None:
        raise NotAllowed(_("The nomination was erased meanwhile, as its nominator wished."))
    return kept


def take(nomination, status, *, by=None, note="", **fields):
    """Take a nomination to a status and set fields along with it; raises `NotAllowed`.

    The row is locked and read again, so that of two who decide at once the second is told. `by` is nobody where the
    nominator herself takes the step.
    """
    with transaction.atomic():
        values = move(lock(nomination), status, by=by, note=note, **fields)
    for name, value in values.items():
        setattr(nomination, name, value)
    return nomination


def move(kept, status, *, by=None, note="", **fields):
    """Take a nomination that is locked already to a status; return what was set. Raises `NotAllowed`."""
    before = Status(kept.status)
    if status not in ALLOWED[before]:
        words = {"before": before.label, "after": Status(status).label}
        raise NotAllowed(_("The nomination is “%(before)s” and cannot become “%(after)s”.") % words)
    moment = now()
    values = {"status": status, "changed_at": moment, **fields}
    if status in (Status.SELECTED, Status.NOT_SELECTED):
        values = {"decided_at": moment, "decided_by": by, **values}
    for name, value in values.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(values))
    Step.objects.create(nomination=kept, before=before, after=status, by=by, at=moment, note=note)
    if status in ENDED:
        until = localdate(moment) + timedelta(days=kept.round.retention_days)
        NominatorContact.objects.filter(nomination=kept).update(keep_until=until)
    return values
