"""`manage.py rebuild_facets`: write every index anew from the records."""

import sys

from django.core.management.base import BaseCommand

from directory.writes import rebuild

WIDTH = 30


class Command(BaseCommand):
    """Needed after raw SQL only; every other write keeps the indexes true by itself."""

    help = (
        "Write the facets and words of every record anew, and take what has been changed since into one snapshot. "
        "Needed after raw SQL, which nothing notices; worth a while each month where a lot is edited."
    )

    def handle(self, *args, **options):
        """Rebuild, showing how far it is."""
        self.last = None
        rebuild(report=self.show)
        self.stderr.write("")
        self.stdout.write(self.style.SUCCESS("Every index is new."))

    def show(self, index, done, total):
        """Draw a bar on a terminal, and one line an index elsewhere."""
        if sys.stderr.isatty():
            filled = WIDTH * done // max(total, 1)
            self.stderr.write(f"\r{index.name:14}{'█' * filled:{WIDTH}} {done:,} of {total:,}", ending="")
        elif self.last != index.name:
            self.stderr.write(f"{index.name}: {total:,} records")
        self.last = index.name
