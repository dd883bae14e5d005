"""Make somebody who manages the desk and its people, and say what to do next."""

import getpass
import os
import sys

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from directory.roles import ADMINISTRATOR


class Command(BaseCommand):
    """Ask for what is missing; with every option given, ask nothing."""

    help = "Makes an administrator: somebody who may do everything at the desk and lets others in."

    def add_arguments(self, parser):
        """What can be said at once."""
        parser.add_argument("--name", help="the user name, such as anna")
        parser.add_argument("--email", help="where a mail with a new password can be sent; may be empty")
        parser.add_argument(
            "--link",
            action="store_true",
            help="print a link, good for one hour, by which she chooses the password herself; otherwise it is asked "
            "for, or read from the environment variable ADMINISTRATOR_PASSWORD",
        )
        default = f"{'https' if settings.HTTPS else 'http'}://{settings.ALLOWED_HOSTS[0]}"
        parser.add_argument("--site", default=default, help=f"where the site is, if not at {default}")

    @transaction.atomic
    def handle(self, *args, name=None, email=None, link=False, site="", **options):
        """Make the account with its role."""
        name = name if name is not None else self.ask("User name", "--name")
        email = email if email is not None else self.ask("Email address (may be left empty)", "--email")
        user = User(username=name, email=email, is_staff=True)
        try:
            user.clean_fields(exclude=["password"])
            user.validate_unique()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if link:
            user.set_unusable_password()
        else:
            user.set_password(self.password(user))
        user.save()
        user.groups.add(Group.objects.get(name=ADMINISTRATOR))
        self.stdout.write(self.style.SUCCESS(f"{name} is an administrator."))
        if link:
            key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
            self.stdout.write("Within an hour she chooses her password here:")
            self.stdout.write(f"  {site.rstrip('/')}{reverse('account_reset_password_from_key', kwargs=key)}")
        self.stdout.write(
            f"Next: have an authenticator app ready on a telephone and sign in at {site.rstrip('/')}{reverse('admin:index')}.\n"
            "The first page asks to set up the second factor, and then gives recovery codes to keep. "
            "Colleagues are added under Users, each with a role."
        )

    @staticmethod
    def ask(what, option):
        """Ask whoever sits at the keyboard; raises `CommandError` where nobody does."""
        if not sys.stdin.isatty():
            raise CommandError(f"Nobody is here to be asked: say {option}.")
        return input(f"{what}: ").strip()

    def password(self, user):
        """Return a password that meets the policy, asked for until it does."""
        given = os.environ.get("ADMINISTRATOR_PASSWORD")
        if given is None and not sys.stdin.isatty():
            raise CommandError("Nobody is here to be asked: say --link, or set ADMINISTRATOR_PASSWORD.")
        while True:
            password = given if given is not None else getpass.getpass("Password (a sentence is a good one): ")
            try:
                validate_password(password, user)
            except ValidationError as error:
                if given is not None:
                    raise CommandError(" ".join(error.messages)) from None
                self.stderr.write("\n".join(error.messages))
                continue
            if given is not None or getpass.getpass("The same once more: ") == password:
                return password
            self.stderr.write("The two were not the same.")
