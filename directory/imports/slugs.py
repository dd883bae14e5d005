"""Addresses for new records: from their names, with the country behind it where another has the name."""

import re
from hashlib import blake2b

from directory.bases import Listed
from directory.index import in_batches
from directory.search import fold


def slugged(text):
    """Return a text as the last part of an address: a name in another alphabet leaves nothing."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:80].strip("-")


def proposals(record, told):
    """Yield addresses for a record, the best first; the last is its own whatever others are called."""
    base = slugged(record.name_sv)
    country = str(getattr(record, "country", "") or "").lower()
    if base:
        yield base
    if base and country:
        yield f"{base}-{country}"
    ways = ";".join(str(way) for way in told.by) or record.name_sv
    yield f"{base or record._meta.model_name}-{blake2b(ways.encode(), digest_size=4).hexdigest()}"


def give_slugs(made, given, using):
    """Give each new record without an address one that no other has; `given` remembers those of this walk."""
    for model, some in made.items():
        wanting = [
            (known.instance, told) for known, told in some if issubclass(model, Listed) and not known.instance.slug
        ]
        if not wanting:
            continue
        wishes = {id(record): list(proposals(record, told)) for record, told in wanting}
        asked, there = {slug for each in wishes.values() for slug in each}, set()
        for batch in in_batches(asked):
            there.update(
                model._base_manager.using(using).filter(slug__in=batch).order_by().values_list("slug", flat=True)
            )
        for record, _told in wanting:
            free = [slug for slug in wishes[id(record)] if slug not in there and slug not in given[model]]
            last, number = wishes[id(record)][-1], 2
            while not free:
                slug = f"{last}-{number}"
                free, number = [slug] if slug not in given[model] else [], number + 1
            record.slug = free[0]
            given[model].add(free[0])
