"""Let somebody in again who lost the telephone and the recovery codes."""

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from directory.people import reset_second_factor


class Command(BaseCommand):
    """Take the second factor away; make sure first that it is she who asks."""

    help = "Takes away the second factor of an account and ends its sessions; the next sign-in sets up another."

    def add_arguments(self, parser):
        """Whose it is."""
        parser.add_argument("name", help="the user name")

    def handle(self, *args, name, **options):
        """Take it away."""
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account called {name}.")
        reset_second_factor(user)
        self.stdout.write(
            f"{name} has no second factor now and is signed out everywhere. "
            "The next sign-in asks for the password and leads to setting up another."
        )
