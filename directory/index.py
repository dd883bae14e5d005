"""Which records have which value: kept in the database, true with every commit, read by `directory.reading`.

Of each record that visitors see the *terms* are known: `group value`, such as `country SE` or `word stadsnat`. A
snapshot holds, per group and value, the bitmap of the records that had it; an entry per record changed since says
which terms it has now. So for every term: records = (snapshot − changed) ∪ changed records whose entry has it. A
write replaces the entries of what it touches, in its own transaction, from the rows as they are then: no old value is
needed, nothing can be applied twice, and a rollback takes all of it back. Terms hold keys of related records, never
their names, so that renaming a funder touches no project.
"""

import gc
from array import array
from collections import defaultdict
from contextlib import contextmanager
from functools import cached_property

from django.db import models
from pyroaring import BitMap

from directory.postings import EVERYTHING, ORDER, Posting, unpacked, write_everything, write_group, write_orders

BATCH, LARGE_BATCH = 500, 2000
# A write that touches more records goes straight into the snapshot: entries are for what people change by hand.
MANY = 1000
INDEXES = {}


class Entry(models.Model):
    """The terms of a record changed since the snapshot; none when visitors may not see it, or it is gone."""

    index = models.CharField(max_length=30)
    record = models.BigIntegerField()
    version = models.BigIntegerField()
    terms = models.TextField()

    # Follows from the records (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Meta:
        constraints = [models.UniqueConstraint(name="one_entry_per_record", fields=["index", "record"])]
        # For the reader that asks what changed since its version.
        indexes = [models.Index(name="directory_entry_since", fields=["index", "version"])]

    def __str__(self):
        """What a log shows."""
        return f"{self.index} {self.record}"


def in_batches(keys, size=BATCH):
    """Yield lists of keys, few enough for one query."""
    keys = sorted(keys)
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def among(path, keys):
    """Return the condition that a key is one of some, or lies between them where few others do.

    A database that has not counted its rows for a while would go through all of them for a list of keys.
    """
    first, last = min(keys), max(keys)
    near = last - first < 2 * len(keys)
    return {f"{path}__gte": first, f"{path}__lte": last} if near else {f"{path}__in": keys}


@contextmanager
def without_tidying():
    """Look for no rubbish meanwhile: where millions of small things are made that all stay, it would be a third of the time."""
    wanted = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if wanted:
            gc.enable()


class Index:
    """What the records of one model can be found by: facets, each reading its values along paths of the ORM.

    `facets` maps the group's name to an object with `reads`, tuples of paths that are read together, and
    `values(rows)`, which turns the rows read for a record into the values it has. A first hop to rows reads only
    those that visitors see. `visible_by` names paths, to be watched only, that decide whether a record is public.
    """

    def __init__(self, name, model, facets, visible_by=()):
        self.name, self.model, self.facets, self.visible_by = name, model, facets, visible_by
        INDEXES[name] = self

    @cached_property
    def sources(self):
        """The queries that terms are read by: {name: [(facet's name, paths)]}; "" reads the records' own columns."""
        sources = {"": []}
        for name, facet in self.facets.items():
            for paths in facet.reads:
                field = self.model._meta.get_field(paths[0].partition("__")[0])
                apart = paths[0] if field.many_to_many or "__" in paths[0] else ""
                key = field.name if self.reads_rows(field) else apart
                sources.setdefault(key, []).append((name, paths))
        return sources

    @staticmethod
    def reads_rows(field):
        """Whether the relation leads to rows that tie the record to others."""
        return field.one_to_many and hasattr(field.related_model, "ends")

    def query(self, source, keys, using):
        """Return (queryset, path to the record's key, what its paths leave out) for one of the sources."""
        field = source and self.model._meta.get_field(source.partition("__")[0])
        if field and self.reads_rows(field):
            rows = field.related_model.objects.using(using).public().filter(**among(field.field.attname, keys))
            return rows.order_by(), field.field.attname, f"{source}__"
        records = self.model.objects.using(using).public().filter(**among("pk", keys)).order_by()
        return records.filter(**{f"{source}__isnull": False}) if source else records, "pk", ""

    def terms(self, keys, using="default"):
        """Return {key: {group: values}} of those records that visitors see; a query for each source."""
        rows, public, wanted = {name: defaultdict(list) for name in self.facets}, [], set(keys)
        for source, reads in self.sources.items():
            queryset, owner, cut = self.query(source, keys, using)
            paths, slots = [owner], []
            for name, read in reads:
                slots.append((rows[name], slice(len(paths), len(paths) + len(read))))
                paths += (path.removeprefix(cut) for path in read)
            for row in queryset.values_list(*paths):
                key = row[0]
                for found, part in slots:
                    found[key].append(row[part])
                if not source and key in wanted:
                    public.append(key)
        each = [(name, facet.values, rows[name]) for name, facet in self.facets.items()]
        return {key: {name: values(found.get(key, ())) for name, values, found in each} for key in public}

    def watched(self):
        """Yield (model, path from the record to it, field): a change of that field may change the record's terms.

        The field is None where any change may, and "pk" where that the related record comes or goes.
        """
        reads = [path for facet in self.facets.values() for paths in facet.reads for path in paths]
        for path in [*reads, *self.visible_by]:
            model, hops = self.model, []
            for hop in path.split("__"):
                field = model._meta.get_field(hop)
                if hops and field.concrete:
                    yield model, "__".join(hops), hop
                if not field.is_relation:
                    break
                model, hops = field.related_model, [*hops, hop]
                where = "__".join(hops)
                if field.one_to_many or field.many_to_many:
                    yield model, where, "pk"
                if field.one_to_many:
                    yield model, where, None if self.reads_rows(field) else field.field.name
                for end in getattr(model, "ends", ()):
                    if end != field.field.name:
                        yield model._meta.get_field(end).related_model, f"{where}__{end}", "published"

    def note(self, keys, version, using):
        """Write down what some records can be found by now."""
        if len(keys) > MANY:
            self.renew(version, using, keys)
            return
        found, entries = self.terms(keys, using) if keys else {}, []
        for key in keys:
            terms = sorted(f"{group} {value}" for group, values in found.get(key, {}).items() for value in values)
            entries.append(Entry(index=self.name, record=key, version=version, terms="\n".join(terms)))
        Entry.objects.using(using).bulk_create(
            entries, update_conflicts=True, unique_fields=["index", "record"], update_fields=["version", "terms"]
        )

    @without_tidying()
    def renew(self, version, using, keys=None, report=lambda done, total: None):
        """Write a new snapshot: the old one with some records and all entries brought up to date, or all anew."""
        postings = Posting.objects.using(using).filter(index=self.name)
        entries = Entry.objects.using(using).filter(index=self.name)
        changed = BitMap(entries.values_list("record", flat=True)) if keys is not None else BitMap()
        changed |= BitMap(self.model._base_manager.using(using).values_list("pk", flat=True) if keys is None else keys)
        now, done = defaultdict(dict), 0
        for batch in in_batches(changed, LARGE_BATCH):
            for key, groups in self.terms(batch, using).items():
                one = (key,)
                for group, values in groups.items():
                    records = now[group]
                    for value in values:
                        # Most words are in one record only, and need no array.
                        held = records.setdefault(value, one)
                        if held is not one:
                            if held.__class__ is tuple:
                                held = records[value] = array("I", held)
                            held.append(key)
            report(done := done + len(batch), len(changed))
        if keys is None:
            postings._raw_delete(using)
        before = (data for part in postings.filter(group=EVERYTHING) for _value, data in part.held())
        public, place = BitMap.union(BitMap(), *map(unpacked, before)), {"index": self.name, "version": version}
        gone, seen = public & changed, now.pop(EVERYTHING, {}).get("", ())
        for group in {*postings.values_list("group", flat=True), *now} - {EVERYTHING, ORDER}:
            write_group(postings, {**place, "group": group}, now.pop(group, {}), gone)
        write_everything(postings, place, (public - changed) | BitMap(seen))
        postings.filter(group=ORDER)._raw_delete(using)
        # It would take a good part of the time that a smaller change takes; a reader asks for the order then.
        if 2 * len(changed) >= self.model._base_manager.using(using).count():
            write_orders(postings, place, self.model)
        entries._raw_delete(using)
