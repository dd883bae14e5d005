"""Handing a mail to the mail server, when it matters whether it went and nobody's address may stand in the log."""

import logging

from django.conf import settings
from django.core.mail import EmailMessage

log = logging.getLogger(__name__)


def hand_over(subject, body, address):
    """Hand a mail to the mail server; return whether it took it. What fails is logged without address or words."""
    if not settings.EMAIL_HOST:
        log.warning("A mail could not be sent: no mail server is named (EMAIL_URL).")
        return False
    try:
        EmailMessage(subject, body, to=[address], headers={"Auto-Submitted": "auto-generated"}).send()
    except Exception as error:
        # The server's answer may repeat the address; its class is enough to begin with.
        log.error("A mail could not be handed to the mail server (EMAIL_URL): %s.", type(error).__name__)
        return False
    return True
