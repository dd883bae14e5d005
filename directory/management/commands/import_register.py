"""`manage.py import_register`: bring a register's records into the directory, or up to date."""

import csv
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import override

from directory.imports.plan import REFUSED, STATES, load, rehearse
from directory.imports.progress import Progress
from directory.imports.readers import Problem
from directory.imports.registers import registers, rows_of, sha256

# Reasons that a summary gives; the report has every line's.
MOST_REASONS = 10


class Command(BaseCommand):
    """All or nothing, unless parts are asked for; saying it again changes nothing."""

    help = (
        "Import a register. All or nothing: a run that is stopped leaves the directory as it was. Saying it again "
        "changes nothing; a newer file changes what it says otherwise, but nothing that was edited here since, and "
        "never another source's record."
    )

    def add_arguments(self, parser):
        """Offer which register, which file, and how."""
        parser.add_argument("name", choices=list(registers()), help="the register")
        parser.add_argument("file", type=Path, help="its file")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
        parser.add_argument("--report", type=Path, metavar="FILE", help="write what becomes of each line to a CSV file")
        parser.add_argument(
            "--in-parts", type=int, metavar="N", help="keep each N lines for good; if stopped, say it again to go on"
        )

    def handle(self, name, file, dry_run=False, report=None, in_parts=None, **options):
        """Import, and say what became of the lines."""
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        if in_parts is not None and in_parts < 1:
            raise CommandError("--in-parts needs a number of lines above 0.")
        mapping = registers()[name]()
        self.counts, self.reasons = Counter(), Counter()
        with override("en"):  # as all that a command says
            self.go(mapping, name, file, dry_run, report, in_parts)

    def go(self, mapping, name, file, dry_run, report, in_parts):
        """Import the file."""
        try:
            total = sum(1 for _row in rows_of(file, mapping))
            with ExitStack() as stack:
                self.report = (
                    stack.enter_context(report.open("w", encoding="utf-8-sig", newline="")) if report else None
                )
                if self.report:
                    self.report = csv.writer(self.report)
                    self.report.writerow(["line", "state", "label", "changes", "problems"])
                progress = Progress(self.stderr)
                hear = self.listener(name, total, progress)
                if dry_run:
                    rehearse(mapping, lambda: rows_of(file, mapping), hear=hear)
                else:
                    digest = sha256(file)
                    load(
                        mapping,
                        lambda: rows_of(file, mapping),
                        file_name=file.name,
                        sha256=digest,
                        parts=in_parts,
                        hear=hear,
                        in_full=bool(report),
                    )
                progress.end()
        except Problem as problem:
            raise CommandError(f"Nothing was imported. {problem.sentence}") from problem
        self.tell(dry_run)

    def listener(self, name, total, progress):
        """Return what is told each outcome: it counts, reports and draws."""

        def hear(outcome):
            self.counts[outcome.state] += 1
            if outcome.problems:
                word = "" if outcome.state == REFUSED else "(not refused) "
                for column, sentence in outcome.problems:
                    self.reasons[f"{word}{column + ': ' if column else ''}{sentence}"] += 1
            if self.report:
                changes = "; ".join(f"{label}: {before} → {after}" for label, before, after in outcome.changes)
                problems = "; ".join(
                    f"{column}: {sentence}" if column else sentence for column, sentence in outcome.problems
                )
                self.report.writerow([outcome.line, outcome.state, outcome.label, changes, problems])
            done = self.counts.total()
            if done % 100 == 0 or done == total:
                progress.show(name, done, total)

        return hear

    def tell(self, dry_run):
        """Sum up."""
        words = ", ".join(f"{self.counts[state]:,} {state}" for state in STATES)
        self.stdout.write(self.style.SUCCESS(f"{self.counts.total():,} lines: {words}."))
        for reason, count in self.reasons.most_common(MOST_REASONS):
            self.stdout.write(f"  {count:,} × {reason}")
        if len(self.reasons) > MOST_REASONS:
            self.stdout.write(f"  and {len(self.reasons) - MOST_REASONS} more; --report FILE gives them all")
        if dry_run:
            self.stdout.write("Nothing was written.")
