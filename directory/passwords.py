"""What is too easy to guess for a password, however long it is."""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyzåäö", "qwertyuiopåasdfghjklöäzxcvbnm")
OF_THE_SITE = ("urbannetworks", "urbananatverk", "urbananätverk")


class GuessedPasswordValidator:
    """Refuses common passwords with something hung on, repeated pieces, runs along the keyboard and the site's name.

    Nothing has to be mixed in: any other long enough password is good.
    """

    def __init__(self):
        self.common = CommonPasswordValidator().passwords

    def validate(self, password, user=None):
        """Refuse what guessing programs try first; raises `ValidationError`."""
        letters = re.sub(r"[\W_]", "", password.casefold())
        for name in OF_THE_SITE:
            letters = letters.replace(name, "")
        # What is left when a repeated piece counts once, and a number at either end not at all.
        core = re.sub(r"^\d+|\d+$", "", re.sub(r"^(.+?)\1+$", r"\1", letters))
        run = any(letters in row or letters in row[::-1] for row in RUNS)
        if run or len(set(letters)) < 5 or len(core) < 5 or core in self.common:
            raise ValidationError(
                _("This password is easy to guess. Take a sentence that only you would think of."),
                code="password_guessed",
            )

    def get_help_text(self):
        """What is asked, before it is refused."""
        return _("Not a common password, a repeated word, a row of keys or the name of the site.")
