"""`manage.py backup`: everything in one file."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from directory.backup_engines import Unusable
from directory.backups import backup


class Command(BaseCommand):
    """Copies the database and the uploaded files while the site runs, and checks the copy."""

    help = (
        "Write the database and the uploaded files into one file in FOLDER (backups/ if none is named), and check it. "
        "The site may run meanwhile. The file holds personal data: keep it as safe as the database."
    )

    def add_arguments(self, parser):
        """Let the folder be named."""
        parser.add_argument("folder", nargs="?", default=str(settings.BASE_DIR / "backups"))

    def handle(self, *args, folder, **options):
        """Write the backup, and say what it holds."""
        start = time.perf_counter()
        try:
            path, manifest = backup(folder)
        except Unusable as error:
            raise CommandError(str(error)) from error
        size, seconds = path.stat().st_size / 1e6, time.perf_counter() - start
        self.stdout.write(self.style.SUCCESS(f"{path}"))
        self.stdout.write(f"{size:,.1f} MB in {seconds:.1f} s, read again and whole: {manifest.in_words()}.")
