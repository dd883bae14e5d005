"""The public page of what was changed in a record: when, and what in the fields that visitors see; never by whom."""

from django.shortcuts import get_object_or_404, render
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.views.generic import View

from directory.acts import ADDED
from directory.differences import Names, fields_of, want_names
from directory.past import Step, Told, as_of, belongs, pairs, rows_of, tell, timelines

MOST_STEPS = 100
# What no visitor sees on a page, whatever it says.
UNSEEN = {"published", "verified_by", "identifiers", "inferred_fields", "touches"}


def seen_fields(model):
    """Return the fields of which visitors see the values."""
    return [field for field in fields_of(model) if field.name not in UNSEEN]


def ends_of(model, state):
    """Yield (model, key) of the records that a row ties in some state."""
    for end in model.ends:
        field = model._meta.get_field(end)
        if state[field.attname] is not None:
            yield field.related_model, state[field.attname]


def own_changes(versions):
    """Yield (state before, version) of what visitors saw of a record: what was hidden between counts for nothing."""
    shown = [version for version in versions if version.there and version.state["published"]]
    for before, version in pairs(shown):
        if before or version.kind == ADDED or version is not versions[0]:
            yield before and before.state, version


def row_changes(record, found, versions):
    """Yield (state before, version) of what was done to rows while the record itself was shown."""
    owner, now = type(record)._meta.concrete_model, {"published": True}
    for (model, _key), some in found.items():
        for before, version in pairs(some):
            shown = as_of(versions, version.act, now)
            if not shown or not shown["published"] or (before is None and version.kind != ADDED and version.there):
                continue
            old = before.state if before and before.there else None
            if any(state and belongs(model, state, owner, record.pk) for state in (old, version.state)):
                yield old, version


def steps_for_visitors(record):
    """Return what was done to a public record in the fields that visitors see, the latest first.

    Of rows only those are told of which every end is a record that visitors see now. Asks one query for the record's
    versions, one for those of each kind of row, and one for each kind of record that is named.
    """
    kinds = {model: names for model, names in rows_of(type(record)).items() if model.changes_are_public}
    found = timelines(record, kinds)
    versions = found.pop((type(record)._meta.concrete_model, record.pk), [])
    changes = [*own_changes(versions), *row_changes(record, found, versions)]
    names = Names(public=True)
    for old, version in changes:
        for state in filter(None, (old, version.state)):
            want_names(version.model, state, names, seen_fields(version.model))
    names.load()
    steps = {}
    for old, version in changes:
        if hasattr(version.model, "ends"):
            ends = [end for state in filter(None, (old, version.state)) for end in ends_of(version.model, state)]
            here = (type(record)._meta.concrete_model, record.pk)
            if not all(names.known(*end) for end in ends if (end[0]._meta.concrete_model, end[1]) != here):
                continue
        told = tell(record, old, version, names, seen_fields(version.model))
        if told.differences or told.kind == ADDED:
            step = Step(version.act, version.at, "", "", version.found)
            steps.setdefault((version.act, version.found), step).told.append(titled(told))
    return sorted(steps.values(), key=lambda step: (step.act, not step.found), reverse=True)


def titled(told):
    """Return what is told with its label as a heading."""
    return Told(told.model, told.kind, capfirst(told.label), told.differences)


class ChangesPage(View):
    """What was changed in one record since it was loaded."""

    model = None

    def get(self, request, slug):
        """Tell the changes of a record that visitors see; 404 for any other."""
        record = get_object_or_404(self.model.objects.public(), slug=slug)
        steps = steps_for_visitors(record)
        days = {}
        for step in steps[:MOST_STEPS]:
            days.setdefault(localtime(step.at).date(), []).append(step)
        context = {"record": record, "days": list(days.items()), "cut": len(steps) > MOST_STEPS, "most": MOST_STEPS}
        response = render(request, "changes.html", context)
        # The record's own page is what a search engine should find.
        response["X-Robots-Tag"] = "noindex"
        return response
