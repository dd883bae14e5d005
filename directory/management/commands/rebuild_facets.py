"""`manage.py rebuild_facets`: write every index anew from the records."""

from django.core.management.base import BaseCommand

from directory.imports.progress import Progress
from directory.writes import rebuild


class Command(BaseCommand):
    """Needed after raw SQL only; every other write keeps the indexes true by itself."""

    help = (
        "Write the facets and words of every record anew, and take what has been changed since into one snapshot. "
        "Needed after raw SQL, which nothing notices; worth a while each month where a lot is edited."
    )

    def handle(self, *args, **options):
        """Rebuild, showing how far it is."""
        progress = Progress(self.stderr)
        rebuild(report=lambda index, done, total: progress.show(index.name, done, total))
        progress.end()
        self.stdout.write(self.style.SUCCESS("Every index is new."))
