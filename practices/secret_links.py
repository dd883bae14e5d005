"""The links by which a nominator comes back: nobody can guess them, and the database does not hold them."""

import hashlib

from django.core.signing import BadSignature, Signer
from django.utils.crypto import constant_time_compare, salted_hmac

CONFIRM = Signer(salt="practices.confirm")


def secret_of(nonce):
    """Return the secret of the nomination that begins with a form of this nonce: sent twice, it is the same."""
    return salted_hmac("practices.nomination", nonce, algorithm="sha256").hexdigest()[:40]


def digest(secret):
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _address(contact):
    return hashlib.sha256(contact.email.encode()).hexdigest()[:16]


def confirming_key(contact):
    """Return what only the mail to a contact's address holds; another address makes it worthless."""
    return CONFIRM.sign(f"{contact.pk}-{_address(contact)}")


def confirms(key, contact):
    """Whether a key was mailed to the contact's present address."""
    try:
        return constant_time_compare(CONFIRM.unsign(key), f"{contact.pk}-{_address(contact)}")
    except BadSignature:
        return False
