"""Addresses that records had before: whoever follows one is led to where the record is now.

They are noted by every write that changes an address (see `directory.writes`), and looked up only where nothing else
was found, so that no other page pays for them.
"""

from contextlib import contextmanager

from django.apps import apps
from django.db import models
from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from directory.caching import for_staff
from directory.index import INDEXES, in_batches


class FormerAddress(models.Model):
    """An address that leads to a record elsewhere; the record by its key, so that no address leads to a second one.

    The rows are in no dump, as keys mean nothing in another database.
    """

    kind = models.CharField(max_length=60)
    slug = models.CharField(max_length=100)
    record = models.BigIntegerField()

    # Its keys mean nothing in another database (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Meta:
        constraints = [models.UniqueConstraint(name="one_way_from_a_former_address", fields=["kind", "slug"])]
        # For the records that are merged into others.
        indexes = [models.Index(name="directory_former_of", fields=["kind", "record"])]

    def __str__(self):
        """What a log shows."""
        return f"{self.kind} {self.slug}"


class Moved(Exception):
    """The address of a page names records by former addresses: `values` says what to put instead, in which `names`."""

    def __init__(self, names, values):
        super().__init__(values)
        self.names, self.values = names, values


def kind_of(model):
    """Return what stands for a model: a funder and the organisation that it is have their addresses in common."""
    return model._meta.concrete_model._meta.label_lower


def sections_of(model):
    """Return the parts of addresses under which a model's records have pages."""
    concrete = model._meta.concrete_model
    return sorted(
        {each.section for each in apps.get_models() if each._meta.concrete_model is concrete and each.section}
    )


def follow(model, moves, using):
    """Note that records have other addresses now: `moves` is {key: (former, present)}, the former "" for a new record.

    A present address leads nowhere else any more, and what discrepancies say of the pages they touch is put right.
    """
    rows = FormerAddress.objects.using(using).filter(kind=kind_of(model))
    taken = {new for _old, new in moves.values()}
    for batch in in_batches(taken & set(rows.values_list("slug", flat=True)) if len(taken) > 1 else taken):
        rows.filter(slug__in=batch).delete()
    left = {old: key for key, (old, _new) in moves.items() if old and old not in taken}
    if left:
        lead(model, left, using)
        change_touches(model, {old: new for old, new in moves.values() if old in left}, using)


@contextmanager
def followed(model, keys, using):
    """Let the addresses that some records leave by what is written inside lead to their new ones."""
    before = _addresses(model, keys, using)
    yield
    after = _addresses(model, before, using)
    if moves := {key: (old, after[key]) for key, old in before.items() if old != after[key]}:
        follow(model, moves, using)


def _addresses(model, keys, using):
    rows = model._base_manager.using(using)
    return {
        key: slug for batch in in_batches(keys) for key, slug in rows.filter(pk__in=batch).values_list("pk", "slug")
    }


def lead(model, left, using="default"):
    """Let each of some addresses lead to a record: `left` is {address: key}."""
    FormerAddress.objects.using(using).bulk_create(
        [FormerAddress(kind=kind_of(model), slug=slug, record=key) for slug, key in left.items()],
        update_conflicts=True,
        unique_fields=["kind", "slug"],
        update_fields=["record"],
    )


def change_touches(model, moves, using):
    """Write present addresses into what discrepancies say of the pages they touch: `moves` is {former: present}."""
    pages = {f"{section}/{old}": f"{section}/{new}" for section in sections_of(model) for old, new in moves.items()}
    for rows in apps.get_models():
        if hasattr(rows, "touches"):
            for row in rows.objects.using(using).exclude(touches=""):
                there = row.touches.split()
                if pages.keys() & set(there):
                    row.touches = "\n".join(dict.fromkeys(pages.get(page, page) for page in there))
                    row.save(using=using, update_fields=["touches"])


def present(records, slugs):
    """Return {former address: present one} for those of `slugs` that lead to one of `records`; at most two queries."""
    rows = FormerAddress.objects.using(records.db).filter(kind=kind_of(records.model), slug__in=slugs)
    keys = dict(rows.values_list("slug", "record"))
    found = dict(records.order_by().filter(pk__in=keys.values()).values_list("pk", "slug")) if keys else {}
    return {slug: found[key] for slug, key in keys.items() if key in found}


class LeadOn(MiddlewareMixin):
    """Sends whoever follows a former address to the present one, whatever page of the record was asked for.

    A browser may not keep the answer: a new record may take the address.
    """

    def process_exception(self, request, exception):
        """Look where nothing was found, or where a former address was met in the query string."""
        address = None
        if request.method in ("GET", "HEAD") and isinstance(exception, Http404):
            address = self.page(request)
        elif isinstance(exception, Moved):
            address = self.with_present(request, exception)
        if not address:
            return None
        # What was typed is sent along (308).
        typed = request.method not in ("GET", "HEAD")
        response = HttpResponsePermanentRedirect(address, preserve_request=typed)
        response["Cache-Control"] = "no-cache"
        return response

    @staticmethod
    def page(request):
        """Return the present address of the page that was asked for; None where there is none that visitors may see."""
        match = request.resolver_match
        model = {index.model.section: index.model for index in INDEXES.values()}.get(match.namespace)
        slug = match.kwargs.get("slug")
        if not model or not slug:
            return None
        records = model.objects.all() if for_staff(request.path) else model.objects.public()
        new = present(records, [slug]).get(slug)
        query = request.META.get("QUERY_STRING", "")
        address = new and reverse(match.view_name, kwargs={**match.kwargs, "slug": new})
        return address and (f"{address}?{query}" if query else address)

    @staticmethod
    def with_present(request, moved):
        """Return the address of the same page with present addresses in its query string."""
        query = request.GET.copy()
        for name in moved.names:
            if name in query:
                query.setlist(name, [moved.values.get(value.strip(), value) for value in query.getlist(name)])
        return f"{request.path}?{query.urlencode(safe=':')}"
