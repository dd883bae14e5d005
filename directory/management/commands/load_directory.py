"""`manage.py load_directory`: fill an empty directory from the fixtures."""

import json
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from directory.sources import Source
from directory.writes import writing


class Command(BaseCommand):
    """Loads every numbered fixture in order, all or nothing."""

    help = (
        "Load the fixtures into an empty directory. A filled directory is left as it is, so that no correction is "
        "undone. With --overwrite the fixtures' records get their first values again, except that no contact is "
        "touched: a person who was removed stays removed."
    )

    def add_arguments(self, parser):
        """Offer the one choice there is."""
        parser.add_argument(
            "--overwrite", action="store_true", help="give the fixtures' records their first values again"
        )

    def handle(self, *args, overwrite=False, **options):
        """Load, or say why nothing was loaded."""
        filled = Source.objects.exists()
        if filled and not overwrite:
            self.stdout.write("The directory is filled already; nothing was changed. (--overwrite resets its records.)")
            return
        kept = [each for each in apps.get_models() if getattr(each, "kept_on_overwrite", False)]
        files = sorted(Path(settings.FIXTURE_DIRS[0]).glob("[0-9][0-9]_*.json"))
        try:
            self.load(files, kept if filled else [])
        except IntegrityError as error:
            raise CommandError(
                "Nothing was changed: a record of the fixtures stands in the way of one that was given another address "
                f"here. Give it its old address back first. ({error})"
            ) from error
        self.stdout.write(self.style.SUCCESS("The directory is filled." if not filled else "The records were reset."))

    def load(self, files, left_out):
        """Load the files in order, all or nothing."""
        with writing():
            for number, file in enumerate(files, start=1):
                call_command("loaddata", file.stem, verbosity=0, exclude=[each._meta.label for each in left_out])
                count = len(json.loads(file.read_text(encoding="utf-8")))
                self.stdout.write(f"  {number:2} of {len(files)}  {file.stem}  {count} records")
