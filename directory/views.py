"""The list and the pages of sources."""

from django.apps import apps
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.bases import MOST_ROWS, Listed, Row
from directory.details import RecordDetail
from directory.facts import Fact, Line, Page, Table, Text, Value, value_of
from directory.figures import Discrepancy
from directory.filters import SourceFilter
from directory.lists import RecordList
from directory.sources import Source


def drawn_from(model, source):
    """Return the public records or rows of `model` that are from a source."""
    from_it = Q()
    for name in model.sources:
        from_it |= Q(**{name: source})
    return model.objects.public().filter(from_it) if model.sources else model.objects.none()


def touched_by(source):
    """Return the pages, as “section/address”, that a discrepancy with a statement from a source touches.

    Asks one query.
    """
    first, *others = (
        drawn_from(model, source).order_by().values_list("touches", flat=True) for model in Discrepancy.__subclasses__()
    )
    return {page for touches in first.union(*others) for page in touches.split()}


def citing(source):
    """Yield (model, records): those that are from a source, or have a row from it, or a discrepancy.

    Asks one query, and each of the querysets is one more.
    """
    touched = touched_by(source)
    for model in apps.get_models():
        if not issubclass(model, Listed) or model._meta.proxy:
            continue
        addresses = [page.partition("/")[2] for page in touched if page.startswith(f"{model.section}/")]
        cites = Q(slug__in=addresses) | Q(pk__in=drawn_from(model, source).values("pk"))
        for relation in model._meta.related_objects:
            rows = relation.related_model
            if issubclass(rows, Row) and relation.field.name not in rows.sources:
                cites |= Q(pk__in=drawn_from(rows, source).values(relation.field.name))
        yield model, model.objects.public().filter(cites).in_order()


def _citing_line(record, source):
    """Say where in a source a record stands, or that the source is cited for single facts only."""
    own = getattr(record, "source_id", None) == source.pk
    silence = "" if own else _("cited for single facts only")
    place, quote = (record.locator, record.quote) if own else ("", "")
    return Line(
        [
            Fact(capfirst(record._meta.verbose_name), (value_of(record),)),
            Fact.of(_("Place in the source"), place and Value(place, lang=source.language), silence=silence),
            Fact.of(_("Words of the source"), quote and Value(quote, lang=source.language), silence=silence),
        ]
    )


def source_page(source):
    """What a source is, how old and how sure, and the records that were drawn from it, whole or in a row.

    Of a register, no more of each kind than a page can show.
    """
    sections = [Text(_("Notice"), source.notice if source.unreviewed else "", None)]
    for model, records in citing(source):
        lines = [_citing_line(record, source) for record in records[:MOST_ROWS]]
        sections.append(Table(capfirst(model._meta.verbose_name_plural), lines))
    return Page(
        record=source,
        kind=_("source"),
        facts=[
            Fact.of(_("File"), source.file_name),
            Fact.of(_("Web address"), source.url and Value(source.url, source.url)),
            Fact.of(_("Publisher"), source.publisher, note=source.get_publisher_certainty_display()),
            Fact.of(_("Language"), source.get_language_display()),
            Fact.of(_("Last updated, as the source says"), source.last_updated, silence=_("no date on the page")),
            Fact.of(_("As of"), source.as_of),
            Fact.of(_("Reviewed"), source.get_reviewed_display()),
        ],
        sections=sections,
    )


class SourceList(RecordList):
    """All sources."""

    model = Source
    filterset_class = SourceFilter
    title = gettext_lazy("Sources")
    intro = gettext_lazy(
        "The documents that every fact here was drawn from, with their dates and what is known of their review."
    )


class SourceDetail(RecordDetail):
    """One source."""

    model = Source
    page = staticmethod(source_page)
