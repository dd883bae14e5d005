"""`manage.py forget_nominators`: forget those who nominated or wrote to us when their time is over; to be run every day."""

from django.core.management.base import BaseCommand

from directory import readers
from practices.erasing import forget, scrub


class Command(BaseCommand):
    """Deletes contacts after their last day, and drafts that nobody came back to; safe to run any number of times."""

    help = (
        "Forget nominators whose time is over, and nominations that were begun or not confirmed a month ago. "
        "Run it every day; running it twice does no harm."
    )

    def handle(self, **options):
        """Forget, and say how many; never whom."""
        contacts, drafts = forget()
        addresses, words = readers.forget()
        self.stdout.write(f"Forgotten: {contacts} nominators, {drafts} unfinished nominations.")
        self.stdout.write(f"Forgotten: {addresses} readers, {words} of their words that were closed a year ago.")
        if not scrub():
            self.stderr.write("Their bytes are not cleared away yet: others hold the database. Run this again.")
