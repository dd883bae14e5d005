"""`manage.py loaddata`: Django's own, in one write."""

from django.core.management.commands import loaddata

from directory.writes import writing


class Command(loaddata.Command):
    """Locks the version before the first row, as every other write does, and indexes all records together."""

    def handle(self, *labels, **options):
        """Load the fixtures."""
        with writing(options["database"]):
            super().handle(*labels, **options)
