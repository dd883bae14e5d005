"""`manage.py check_facets`: compare what the indexes say with what the records say."""

from collections import defaultdict

import numpy
from django.core.management.base import BaseCommand, CommandError

from directory.index import INDEXES, in_batches
from directory.orders import by_name
from directory.postings import LANGUAGES
from directory.reading import reading


class Command(BaseCommand):
    """Reads every record; changes nothing."""

    help = "Compare every count, every word and every kept order of names with the records. Changes nothing."

    def handle(self, *args, **options):
        """Say what differs, or that nothing does."""
        wrong = [sentence for index in INDEXES.values() for sentence in self.differences(index)]
        for sentence in wrong:
            self.stderr.write(sentence)
        if wrong:
            raise CommandError(f"{len(wrong)} differences. Raw SQL may have been used: say manage.py rebuild_facets.")
        self.stdout.write(self.style.SUCCESS("Every count, every word and every kept order agrees with the records."))

    def differences(self, index):
        """Yield a sentence for each group in which the index has other records for some value than there are."""
        now, found = reading(index), defaultdict(lambda: defaultdict(set))
        for batch in in_batches(index.model._base_manager.values_list("pk", flat=True)):
            for key, groups in index.terms(batch).items():
                for group, values in groups.items():
                    for value in values:
                        found[group][value].add(key)
        for group in index.facets:
            held = now.values(group)
            wrong = [value for value in {*held, *found[group]} if set(held.get(value, ())) != found[group][value]]
            if wrong:
                yield f"{index.name}, {group}: {len(wrong)} values differ, such as “{sorted(wrong)[0]}”"
        for language in LANGUAGES:
            if not numpy.array_equal(now.order(language), by_name(index.model, language, now.using)):
                yield f"{index.name}: the order of the names in the language “{language}” differs"
