"""What an import did to which records, as its page tells it."""

from collections import defaultdict
from itertools import chain

from django.apps import apps
from django.urls import reverse
from django.utils.text import capfirst

from directory.bases import Listed
from directory.imports.models import digest
from directory.index import in_batches

MOST_NAMED = 50


class Touched:
    """Records of one kind that an import made or changed: the first of them, and how many there are."""

    def __init__(self, model, did, keys):
        self.kind, self.did, self.count = capfirst(str(model._meta.verbose_name_plural)), did, len(keys)
        self.records = [
            (record, reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[record.pk]))
            for record in model._base_manager.filter(pk__in=sorted(keys)[:MOST_NAMED])
        ]
        self.more = self.count - min(self.count, MOST_NAMED)


def _prints(made):
    """Return {model: {did: {key: print}}} of the records that an import made or changed."""
    found = defaultdict(lambda: {"made": {}, "changed": {}})
    for part in made.journal.order_by("pk").iterator():
        for did, by_label in part.told().items():
            for label, rows in by_label.items():
                for key, print_of, *_old in rows:
                    prints = found[apps.get_model(label)]
                    prints["made" if key in prints["made"] else did][key] = print_of
    return found


def mark(made):
    """Remember the moment at which a person changed the records of an import, and those at the ends of its rows."""
    # The admin's module, which lists imports too, is not there yet when this one is read.
    from directory.admin import ends_of, mark_edited

    for model, by_did in _prints(made).items():
        for batch in in_batches({**by_did["made"], **by_did["changed"]}):
            rows = model._base_manager.filter(pk__in=batch)
            mark_edited([(model, key) for key in batch] if issubclass(model, Listed) else chain(*map(ends_of, rows)))


def touched(made):
    """Return what an import added and changed, kind by kind."""
    return [
        Touched(model, did, keys) for model, by_did in _prints(made).items() for did, keys in by_did.items() if keys
    ]


def edited(made):
    """Return the records of an import that somebody has changed since: they stay as they are when it is taken back."""
    found = []
    for model, by_did in _prints(made).items():
        prints = {**by_did["made"], **by_did["changed"]}
        for batch in in_batches(prints):
            rows = model._base_manager.filter(pk__in=batch)
            found += [record for record in rows if digest(record) != prints[record.pk]]
    return found
