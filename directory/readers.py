"""What readers tell the editors: that something on a page is wrong, or that a network or a project is missing.

None of it is in the directory: no page, list, search, file or feed shows it, and it moves no version.
"""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.functional import cached_property
from django.utils.timezone import localdate, now
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from directory.bases import long_text, readable, short_text, web_address
from directory.former_addresses import present
from directory.letters import hand_over
from directory.visits import kinds as pages

# As many wait at most: nobody reads more, and a flood must not bury what people say.
MOST_WAITING = 500
# Days: an address that was given for an answer is kept so long at most, and what was closed this much longer.
KEEP_CONTACT, KEEP_CLOSED = 180, 365


def kinds():
    """Return {name: model} of the records that readers can tell of: those with a page."""
    return {model._meta.model_name: model for model in pages().values()}


def told_of(text):
    """Return (model, slug) of what stands for a record, or None where no record can be meant."""
    name, _colon, slug = text.partition(":")
    model = kinds().get(name)
    return (model, slug) if model and slug else None


class ReaderWord(models.Model):
    """What one reader told the editors, and what became of it."""

    # Told to nobody by a dump (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Kind(models.TextChoices):
        """What a reader wants."""

        CORRECTION = "correction", _("something is wrong")
        SUGGESTION = "suggestion", _("something is missing")

    class Status(models.TextChoices):
        """What the editors made of it."""

        WAITING = "waiting", _("waits")
        ACCEPTED = "accepted", _("accepted: the directory says so now")
        DECLINED = "declined", _("declined: the directory stays as it is")
        CLOSED = "closed", _("closed without an answer")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    # The record by its kind and address, which holds wherever the record goes; "" for none.
    record_kind = models.CharField(_("kind of record"), max_length=40, blank=True)
    record_slug = models.CharField(_("address of the record"), max_length=100, blank=True)
    fact = short_text(_("the fact in question"))
    name = short_text(_("name of what is missing"))
    text = long_text(_("what the reader says"), blank=False)
    source = models.CharField(
        _("where that can be read"), max_length=500, blank=True, validators=[readable, web_address]
    )
    said_at = models.DateTimeField(_("said"), default=now)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    answer = long_text(
        _("answer"), help_text=_("Mailed once, in the language that the reader read, if an address was given.")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="readers_answered",
        verbose_name=_("answered by"),
    )

    class Meta:
        verbose_name = _("word of a reader")
        verbose_name_plural = _("words of readers")
        default_permissions = ("change", "delete", "view")
        ordering = ["-said_at", "-pk"]
        # For the desk, which counts those that wait and lists them, and for the command that forgets.
        indexes = [models.Index(name="directory_readers_waiting", fields=["status", "said_at"])]
        constraints = [
            models.CheckConstraint(
                name="a_readers_word_is_answered_by_somebody",
                condition=models.Q(status="waiting", answered_at=None, answered_by=None)
                | models.Q(~models.Q(status="waiting"), answered_at__isnull=False, answered_by__isnull=False),
                violation_error_message=_("What is answered says when and by whom."),
            )
        ]

    def __str__(self):
        """Nothing of what was said, nor of who said it: this text ends up in logs."""
        return f"{self.kind} {self.pk or ''} {self.about}".strip()

    @property
    def about(self):
        """What stands for the record."""
        return f"{self.record_kind}:{self.record_slug}" if self.record_slug else self.record_kind

    @cached_property
    def record(self):
        """The record that it is about, wherever it is now; None where there is none, or none any more."""
        meant = told_of(self.about)
        if meant is None:
            return None
        records, slug = meant[0].objects.all(), meant[1]
        return records.filter(slug=slug).first() or records.filter(slug=present(records, [slug]).get(slug)).first()

    @property
    def wants_answer(self):
        """Whether the reader gave an address that an answer can still be sent to."""
        return hasattr(self, "contact")


class ReaderContact(models.Model):
    """Where a reader wants the answer; nobody reads it, and it goes with the answer."""

    # Told to nobody by a dump, and to no role (directory/roles.py).
    not_dumped, of_visitors = True, True

    word = models.OneToOneField(ReaderWord, models.CASCADE, related_name="contact", primary_key=True)
    email = models.EmailField(max_length=254)
    keep_until = models.DateField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self):
        """Nothing of the address."""
        return f"contact {self.pk}"


@transaction.atomic
def keep(word, email="", *, first_time=lambda: True):
    """Store what a reader says, unless the same waits already, to be answered to the same address if to any; return
    whether it was stored.

    `first_time` is asked inside the transaction whether this very form was not stored before.
    """
    names = ("kind", "record_kind", "record_slug", "fact", "name", "text", "source")
    same = ReaderWord.objects.filter(status=ReaderWord.Status.WAITING, **{name: getattr(word, name) for name in names})
    if email:
        same = same.filter(contact__email=email)
    if not first_time() or same.exists():
        return False
    word.save()
    if email:
        until = localdate() + timedelta(days=KEEP_CONTACT)
        ReaderContact.objects.create(word=word, email=email, keep_until=until)
    return True


def full():
    """Whether as many wait as the editors can read."""
    return ReaderWord.objects.filter(status=ReaderWord.Status.WAITING)[:MOST_WAITING].count() >= MOST_WAITING


def mail(word, email):
    """Mail the answer in the reader's language; return whether it was handed over."""
    with override(word.language):
        name = word.record.name if word.record else word.name or gettext("the directory")
        subject = gettext("Our answer to what you told us about %(name)s") % {"name": name}
        body = gettext(
            "You wrote to us:\n\n%(text)s\n\nOur answer:\n\n%(answer)s\n\nWith this mail we have forgotten your address."
        ) % {"text": word.text, "answer": word.answer}
    return hand_over(" ".join(subject.split()), body, email)


def answer(word, status, text, user):
    """Close a word with an answer; return what became of it: "mailed", "kept" (no address), "late" or "not mailed".

    The address is forgotten before the mail goes, so that no second one can. Where the mail cannot be handed over, the
    address is back and the word waits again, with what was written.
    """
    with transaction.atomic():
        word = ReaderWord.objects.select_for_update().get(pk=word.pk)
        if word.status != ReaderWord.Status.WAITING:
            return "late"
        contact = ReaderContact.objects.filter(word=word).first()
        ReaderContact.objects.filter(word=word).delete()
        word.status, word.answer, word.answered_at, word.answered_by = status, text, now(), user
        word.save(update_fields=["status", "answer", "answered_at", "answered_by"])
    if not contact or not text:
        return "kept"
    if mail(word, contact.email):
        return "mailed"
    with transaction.atomic():
        word.status, word.answered_at, word.answered_by = ReaderWord.Status.WAITING, None, None
        word.save(update_fields=["status", "answered_at", "answered_by"])
        ReaderContact.objects.create(word=word, email=contact.email, keep_until=contact.keep_until)
    return "not mailed"


def forget(today=None):
    """Forget addresses whose time is over, and what was closed long ago; return how many of each."""
    today = today or localdate()
    contacts, _each = ReaderContact.objects.filter(keep_until__lt=today).delete()
    closed = ReaderWord.objects.exclude(status=ReaderWord.Status.WAITING)
    words, _each = closed.filter(answered_at__date__lt=today - timedelta(days=KEEP_CLOSED)).delete()
    return contacts, words
