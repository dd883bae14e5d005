"""Mails about nominations: few, plain, in the nominator's language, and worded anew by staff where they wish."""

from dataclasses import dataclass
from string import Template

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from directory.letters import hand_over
from practices.mail_texts import MailText


@dataclass(frozen=True)
class Mail:
    """What a mail says unless staff word it otherwise; `$name` stands for a fact."""

    title: Promise
    subject: Promise
    body: Promise


# Each mail by its name; facts that every mail knows: $title, $reference, $call.
MAILS = {
    "confirm": Mail(
        _("to a nominator, asking for the address to be confirmed"),
        # No word of the nomination: whoever gets this may never have asked for it.
        _("Confirm your nomination $reference"),
        _(
            "Somebody, probably you, nominated a practice to the call “$call” and gave this address.\n\nTo confirm, open the page below and press the button:\n$link\n\nIf it was not you, do nothing: the nomination is forgotten after a month, and we do not write to you again."
        ),
    ),
    "receipt": Mail(
        _("to a nominator whose address is confirmed"),
        _("We have received your nomination $reference"),
        _(
            "Thank you. “$title” is nominated to the call “$call”. Its reference is $reference.\n\nHere you see how it goes, and can withdraw or erase it. Keep the address to yourself:\n$link"
        ),
    ),
    "assigned": Mail(
        _("to a reviewer who is asked about a nomination"),
        _("A nomination for you to review: “$title”"),
        _(
            "You are asked to review “$title”, nominated to the call “$call”.\n\nYour scores are given here, and so is a conflict of interest, if you have one:\n$link"
        ),
    ),
    "ineligible": Mail(
        _("to a nominator whose nomination is outside the call"),
        _("Your nomination $reference is outside the call"),
        _(
            "“$title” was nominated to the call “$call”. It cannot be reviewed there:\n\n$reason\n\nThe address in our receipt leads to your nomination. There you can erase it."
        ),
    ),
    "selected": Mail(
        _("to a nominator whose nomination is selected"),
        _("Your nomination $reference is selected"),
        _(
            "“$title”, nominated to the call “$call”, is selected:\n\n$reason\n\nIt will be in the library of practices, with the credit that you wished. The address in our receipt leads to your nomination."
        ),
    ),
    "not-selected": Mail(
        _("to a nominator whose nomination is not selected"),
        _("Your nomination $reference is not selected"),
        _(
            "“$title” was nominated to the call “$call”. It was reviewed and not selected:\n\n$reason\n\nThank you for letting others know of it. The address in our receipt leads to your nomination. There you can erase it."
        ),
    ),
}


def facts_of(name):
    """Return the names of the facts that a mail knows: those of its own words, and what stands for the nomination.

    What asks for a confirmation knows no word that was typed: it goes to whoever was named.
    """
    mail = MAILS[name]
    found = {*Template(str(mail.subject)).get_identifiers(), *Template(str(mail.body)).get_identifiers()}
    return found | {"reference", "call"} | (set() if name == "confirm" else {"title"})


def worded(name, language, facts):
    """Return (subject, body) of a mail in a language: staff's words where there are some, else ours."""
    mail, own = MAILS[name], MailText.objects.filter(name=name).first()
    with override(language):
        subject, body = str(mail.subject), str(mail.body)
    if own:
        subject = getattr(own, f"subject_{language}") or subject
        body = getattr(own, f"body_{language}") or body
    subject, body = (Template(text).safe_substitute(facts) for text in (subject, body))
    return " ".join(subject.split()), body


def send(name, nomination, *, to="", language="", **facts):
    """Send a mail about a nomination, to its nominator if nobody else is given; return whether it was handed over.

    A nominator who is forgotten gets none.
    """
    from practices.nominations import NominatorContact

    contact = None if to else NominatorContact.objects.filter(nomination=nomination).first()
    address, language = to or (contact and contact.email), language or nomination.language
    if not address:
        return False
    with override(language):
        call = str(nomination.round.name)
    known = {"title": nomination.title, "reference": nomination.reference, "call": call, **facts}
    subject, body = worded(name, language, known)
    return hand_over(subject, body, address)
