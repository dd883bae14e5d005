"""`manage.py restore`: put back what a backup holds."""

import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from directory.backup_engines import ENGINES, Unusable
from directory.backups import MEDIA, UNFINISHED, backup, read, saying_why, unpack
from directory.writes import writing


class Command(BaseCommand):
    """Checks the backup first, keeps the present state aside, and then changes everything or nothing."""

    help = (
        "Put the database and the uploaded files of a backup in the place of the present ones, which are kept aside in "
        "a backup of their own first. A damaged backup, or one of another engine or a later release, is refused."
    )

    def add_arguments(self, parser):
        """Take the file; scripts say --yes."""
        parser.add_argument("file")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args, file, yes=False, **options):
        """Restore, or say why nothing was changed."""
        start, path = time.perf_counter(), Path(file).resolve()
        try:
            manifest = self.checked(path)
            self.stdout.write(f"{path.name}: {manifest.in_words()}.")
            if not yes:
                self.ask()
            self.restore(path, manifest)
        except Unusable as error:
            raise CommandError(str(error)) from error
        seconds = time.perf_counter() - start
        self.stdout.write(self.style.SUCCESS(f"The directory is as it was at {manifest.made}, after {seconds:.1f} s."))

    def checked(self, path):
        """Return the manifest of a backup that can be put back here."""
        manifest = read(path)
        if manifest.engine != connection.vendor:
            raise Unusable(
                f"The backup is of {manifest.engine}, and this site runs on {connection.vendor}. Nothing was changed."
            )
        known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
        if later := sorted(set(manifest.migrations) - known):
            raise Unusable(
                f"The backup is of a later release, which has the migration {later[0]}: "
                "install that release first. Nothing was changed."
            )
        return manifest

    def ask(self):
        """Go on only after a yes."""
        if not sys.stdin.isatty():
            raise Unusable("Nobody can be asked here: say --yes. Nothing was changed.")
        if input("Put this in the place of the present directory? Type yes: ").strip().lower() != "yes":
            raise Unusable("Nothing was changed.")

    def restore(self, path, manifest):
        """Unpack beside what is there, check, keep aside, and put in place."""
        engine, media = ENGINES[connection.vendor](connection), Path(settings.MEDIA_ROOT)
        with (
            saying_why("Nothing was changed"),
            tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=path.parent) as place,
        ):
            database = Path(place, manifest.database)
            unpack(path, manifest.database, database)
            counts = engine.check(database)
            if any(count not in (None, manifest.counts.get(table)) for table, count in counts.items()):
                raise Unusable(f"{path} is damaged: its tables have other numbers of rows than it says.")
            self.keep_aside(engine, path.parent)
            # On the disk of the uploaded files, so that they only have to be renamed in the end.
            media.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=media) as files:
                for name in manifest.media:
                    unpack(path, name, Path(files, name.removeprefix(MEDIA)))
                engine.restore(database)
                self.put_files(Path(files), media, manifest)
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("The backup is of an earlier release: bringing it up to date …")
            call_command("migrate", verbosity=0)
        # Servers that run go by the version, which must be one that none of them has ever met.
        with writing():
            pass

    def keep_aside(self, engine, folder):
        """Write a backup of what is there now; what cannot be read any more is moved out of the way."""
        try:
            if not connection.introspection.table_names():
                self.stdout.write("The present database is empty; there is nothing to keep.")
                return
            kept, _manifest = backup(folder, label="before-restore")
        except (Unusable, DatabaseError) as error:
            kept = engine.put_aside()
            self.stderr.write(f"The present database cannot be read ({error}); restart the servers afterwards.")
        self.stdout.write(f"What was there is kept in {kept}")

    def put_files(self, files, media, manifest):
        """Move the unpacked files in place; uploaded files that the backup does not know go, as they are kept aside."""
        held = {media / name.removeprefix(MEDIA) for name in manifest.media}
        for file in [each for each in media.rglob("*") if each.is_file() and files not in each.parents]:
            if file not in held:
                file.unlink()
        for target in held:
            target.parent.mkdir(parents=True, exist_ok=True)
            (files / target.relative_to(media)).replace(target)
