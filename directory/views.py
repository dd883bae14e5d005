"""The list and the pages of sources."""

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.bases import Listed
from directory.details import RecordDetail
from directory.facts import Fact, Line, Page, Table, Text, Value
from directory.filters import AnyOf, RecordFilter
from directory.lists import RecordList
from directory.sources import Source


class SourceFilter(RecordFilter):
    """Which sources: whether editors went through them."""

    reviewed = AnyOf(
        label=gettext_lazy("Reviewed"),
        choices=lambda: Source.Reviewed.choices,
        condition=lambda values: Q(reviewed__in=values),
    )


def rows_of(source, kind):
    """Yield (model, public rows) for the models of `kind` that some row of `source` was drawn into."""
    for relation in Source._meta.related_objects:
        model = relation.related_model
        if issubclass(model, kind) and not model._meta.proxy and relation.field.name != "gazetteer":
            yield model, model.objects.public().filter(**{relation.field.name: source})


def source_page(source):
    """What a source is, how old and how sure, and every record that was drawn from it."""
    sections = [Text(_("Notice"), source.notice if source.unreviewed else "", None)]
    for model, rows in rows_of(source, Listed):
        lines = [
            Line(
                [
                    Fact.of(capfirst(model._meta.verbose_name), row),
                    Fact.of(_("Place in the source"), row.locator and Value(row.locator, lang=source.language)),
                    Fact.of(_("Words of the source"), row.quote and Value(row.quote, lang=source.language)),
                ]
            )
            for row in rows.order_by("sort_sv", "slug")
        ]
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
