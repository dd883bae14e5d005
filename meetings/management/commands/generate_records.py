"""`manage.py generate_records`: made-up records by the million, to measure with, and away again."""

from django.core.management.base import BaseCommand, CommandError

from directory.bulk import long_write
from directory.sources import Source
from directory.writes import rebuild
from meetings.generated import generate
from networks.generated import SOURCE
from networks.generated_removal import NAMED, in_the_way, real_records, remove_generated

REMOVE = "manage.py generate_records --remove"
WIDTH = 40


class Command(BaseCommand):
    """Writes generated records, or removes them, all or nothing."""

    help = (
        "Fill the directory with made-up projects and what surrounds them, to measure it at scale. Their source says "
        "on every page that nothing in them is a fact. With --remove all of them go, and the rows that hang on them."
    )

    def add_arguments(self, parser):
        """Offer how many, which ones, and the way back."""
        parser.add_argument("--projects", type=int, metavar="N", help="how many projects to write")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and N give the same records (default 1)")
        parser.add_argument(
            "--beside-real-records", action="store_true", help="write although the directory holds real records"
        )
        parser.add_argument("--remove", action="store_true", help="remove all generated records again")

    def handle(self, *args, projects=None, seed=1, beside_real_records=False, remove=False, **options):
        """Write or remove, or say why neither was done."""
        if remove == (projects is not None):
            raise CommandError("Say either --projects N, how many to write, or --remove.")
        if remove:
            self.remove()
        elif projects < 1:
            raise CommandError("At least one project is needed: --projects 1000, for example.")
        else:
            self.write(projects, seed, beside_real_records)

    def write(self, projects, seed, beside_real_records):
        """Write records into a directory that holds none, or none that are generated."""
        with long_write(roomy=True):
            if Source.objects.filter(slug=SOURCE).exists():
                raise CommandError(f"Nothing was changed: generated records are here already. Remove them: {REMOVE}")
            kinds = [] if beside_real_records else real_records()
            if kinds:
                names = ", ".join(str(kind._meta.label) for kind in kinds)
                raise CommandError(
                    f"Nothing was changed: the directory holds real records ({names}). To write generated ones among "
                    "them all the same, add --beside-real-records."
                )
            progress = Progress(self.stderr, projects)
            generate(projects, seed, progress.show)
            self.stderr.write("  All are written; now the indexes ...", str)
        self.stdout.write(
            self.style.SUCCESS(f"{projects:,} projects and what surrounds them are here. Remove them: {REMOVE}")
        )

    def remove(self):
        """Remove what was generated, unless real records need it."""
        if not Source.objects.filter(slug=SOURCE).exists():
            self.stdout.write("There are no generated records; nothing was changed.")
            return
        with long_write(roomy=True):
            pointing = in_the_way()
            if pointing:
                names = ", ".join(f"{each._meta.label} {each.natural_key()[0]}" for each in pointing[:NAMED])
                more = ", and more" if len(pointing) > NAMED else ""
                raise CommandError(
                    f"Nothing was changed: real records point at generated ones ({names}{more}). Let them point at "
                    "others first, or delete them."
                )
            total = 0
            for model, count in remove_generated():
                total += count
                if count:
                    self.stdout.write(f"  {count:>11,}  {model._meta.label}")
            rebuild()
        self.stdout.write(self.style.SUCCESS(f"{total:,} generated records and rows are gone."))


class Progress:
    """How far the writing is: a line drawn over and over on a terminal, elsewhere a line for every tenth."""

    def __init__(self, stream, total):
        """Begin at nothing of `total`."""
        self.stream, self.total, self.tenths = stream, total, 0

    def show(self, done):
        """Tell that so many are done."""
        line = f"{done * 100 // self.total:3} %  {done:,} of {self.total:,} projects"
        tenths = done * 10 // self.total
        if self.stream.isatty():
            bar = "#" * (done * WIDTH // self.total)
            self.stream.write(f"\r[{bar:{WIDTH}}] {line}", str, "\n" if done == self.total else "")
            self.stream.flush()
        elif tenths > self.tenths:
            self.stream.write(f"  {line}", str)
        self.tenths = tenths
