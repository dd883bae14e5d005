"""Conflicts of interest that the system finds by itself between a reviewer and a nomination.

A reviewer who has one is told so and cannot score. What is compared are names of organisations and mail addresses; a tie
that these do not show, the reviewer has to declare.
"""

from django.utils.translation import gettext_lazy as _

from directory.search import fold

# What can be found, by the word that is kept with the review: each reader reads it in her own language.
REASONS = {
    "own": _("It is the reviewer's own nomination."),
    "nominator": _("The reviewer belongs to the same organisation as the nominator."),
    "developer": _("The reviewer belongs to the organisation that developed the practice."),
    "address": _("The reviewer's mail address is of the same organisation as the nominator's."),
}
# Where anybody can have an address: the same domain says nothing there. The large ones of the countries that we serve.
PUBLIC_MAIL_HOSTS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "outlook.fr",
        "outlook.es",
        "hotmail.com",
        "hotmail.se",
        "hotmail.fr",
        "hotmail.es",
        "hotmail.co.uk",
        "live.com",
        "live.se",
        "live.fr",
        "msn.com",
        "yahoo.com",
        "yahoo.se",
        "yahoo.fr",
        "yahoo.es",
        "yahoo.co.uk",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "pm.me",
        "tutanota.com",
        "tuta.com",
        "gmx.com",
        "gmx.net",
        "gmx.de",
        "gmx.at",
        "web.de",
        "t-online.de",
        "telia.com",
        "bredband.net",
        "comhem.se",
        "bahnhof.se",
        "spray.se",
        "passagen.se",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "sfr.fr",
        "telefonica.net",
        "terra.es",
        "inbox.lv",
        "mail.com",
        "fastmail.com",
        "zoho.com",
        "mail.ru",
        "yandex.com",
    ]
)
# Words that many organisations have in their names, which alone tell none from another.
COMMON = frozenset(
    [
        "ab",
        "aktiebolag",
        "association",
        "asociacion",
        "biedriba",
        "fonden",
        "foundation",
        "fundacion",
        "forening",
        "foreningen",
        "group",
        "ideell",
        "inc",
        "kommun",
        "ltd",
        "network",
        "natverk",
        "of",
        "och",
        "and",
        "the",
        "region",
        "stiftelsen",
        "stiftelse",
        "universitet",
        "university",
        "gmbh",
        "ek",
        "for",
    ]
)


def domain(address):
    """Return the part of a mail address after the @, in small letters; "" where it has none."""
    return address.strip().casefold().rpartition("@")[2] if "@" in address else ""


def mailbox(address):
    """Return a mail address as two people compare it: in small letters, without a label after +."""
    name, at, host = address.strip().casefold().rpartition("@")
    return f"{name.partition('+')[0]}{at}{host}" if at else ""


def same_domain(one, other):
    """Whether two mail addresses are of one organisation: the same domain, or one within the other, and no public host."""
    one, other = domain(one), domain(other)
    if not one or not other or {one, other} & PUBLIC_MAIL_HOSTS:
        return False
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def telling(name):
    """Return the words of an organisation's name, folded."""
    text = "".join(letter if letter.isalnum() else " " for letter in fold(name))
    return text.split()


def same_organisation(one, other):
    """Whether two names are of one organisation: the words of one stand in a row in the other, not all of them common."""
    short, long = sorted((telling(one), telling(other)), key=len)
    if not set(short) - COMMON or len("".join(short)) < 3:
        return False
    return any(long[start : start + len(short)] == short for start in range(len(long) - len(short) + 1))


def found(reviewer, nomination):
    """Return the word of `REASONS` for the conflict of interest between a user and a nomination; "" for none."""
    profile = getattr(reviewer, "reviewer", None)
    contact = getattr(nomination, "contact", None)
    organisation = profile.organisation if profile else ""
    if contact and mailbox(reviewer.email) and mailbox(reviewer.email) == mailbox(contact.email):
        return "own"
    if contact and organisation and same_organisation(organisation, contact.organisation):
        return "nominator"
    if organisation and same_organisation(organisation, nomination.developer):
        return "developer"
    if contact and same_domain(reviewer.email, contact.email):
        return "address"
    return ""
