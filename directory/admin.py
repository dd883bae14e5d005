"""What editing has in common everywhere: the site, forms of records with a page, and of their rows."""

import re

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import (
    AdminURLFieldWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.forms.models import BaseInlineFormSet
from django.utils import formats
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override
from django.views.decorators.http import require_http_methods

from directory.bases import Row, Sourced
from directory.careful import PARAGRAPHS, Careful
from directory.deletion import Deleting
from directory.front import Desk
from directory.imports.admin import ImportAdmin
from directory.imports.models import Import
from directory.merge_desk import Merging
from directory.past_admin import WithPast
from directory.publishing import PublishedByModerators
from directory.readers import ReaderWord
from directory.readers_admin import ReaderWordAdmin
from directory.search import fold, words
from directory.signin import gave_second_factor, sign_in
from directory.sources import Source
from directory.visits import PageViews, kinds
from directory.working import Working
from directory.written import WRITTEN_DATES, FigureForm

NAMES = (_("Names and address"), {"fields": (("name_sv", "name_en"), "slug", ("other_names", "identifiers"))})
STATE = (_("State"), {"fields": ("published", ("verified_at", "verified_by", "edited_at"), "views")})
SOURCED = (
    _("Source"),
    {"fields": (("source", "certainty"), "inferred_fields", ("locator", "quote"), ("note_sv", "note_en"))},
)


class Choices(AutocompleteJsonView):
    """Records that a form's field can be set to, found by search."""

    def process_request(self, request):
        """Refuse what leads to a record from elsewhere, which no form sets; raises `PermissionDenied`."""
        term, model_admin, field, key = super().process_request(request)
        if not isinstance(field, models.Field):
            raise PermissionDenied
        return term, model_admin, field, key


class AdminSite(Desk, admin.AdminSite):
    """The desk of those who keep the directory true."""

    site_header = _("Urban Networks")
    site_title = _("Urban Networks")
    index_title = _("What the directory holds")
    site_url = "/"

    def __init__(self, *args, **options):
        """Register sources here: this module is read before there is a site that they could register with."""
        super().__init__(*args, **options)
        self.register(Source, SourceAdmin)
        self.register(Import, ImportAdmin)
        self.register(ReaderWord, ReaderWordAdmin)

    def has_permission(self, request):
        """Whether somebody of the staff has given the second factor too."""
        return super().has_permission(request) and gave_second_factor(request)

    def admin_view(self, view, cacheable=False):
        """Answer 405 to methods that no form and no link uses."""
        return require_http_methods(["GET", "HEAD", "POST"])(super().admin_view(view, cacheable))

    def autocomplete_view(self, request):
        """Find what a field can be set to."""
        return Choices.as_view(admin_site=self)(request)

    def login(self, request, extra_context=None):
        """Lead on whoever may not see a page of the desk yet."""
        return sign_in(request, ready=self.has_permission(request))


class Grouped(forms.DecimalField):
    """A number as people group it; one whose commas can only be a decimal sign is not read as a hundred times more."""

    def to_python(self, value):
        """Refuse groups of other than three digits; raises `ValidationError`."""
        separator = formats.get_format("THOUSAND_SEPARATOR")
        if (
            separator == ","
            and "," in str(value)
            and not re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", str(value).strip())
        ):
            raise ValidationError(_("Write decimals after a full stop: 1940289.50 or 1,940,289.50."))
        return super().to_python(value)


class KeysOnly:
    """A choice found by search of which the address or a tampered form may name nonsense: that chooses nothing."""

    def optgroups(self, name, value, attrs=None):
        """Ask the database only for what can be a key in it."""
        keys = [each for each in value if str(each).isdecimal() and len(str(each)) < 19]
        return super().optgroups(name, keys, attrs)


class AutocompleteMultiple(KeysOnly, AutocompleteSelectMultiple):
    """Choices found by search."""

    def value_from_datadict(self, data, files, name):
        """Shorten what is too long for a key, so that it is refused before SQLite chokes on it."""
        chosen = super().value_from_datadict(data, files, name) or []
        return [each if len(each) < 19 else f"{each[:12]}…" for each in chosen]


class Autocomplete(KeysOnly, AutocompleteSelect):
    """A choice found by search; shows what its row has loaded already and asks the database for no more."""

    loaded = None

    def optgroups(self, name, value, attrs=None):
        """Return the empty choice and the chosen record."""
        if self.loaded is None or [str(each) for each in value] != [str(self.loaded.pk)]:
            return super().optgroups(name, value, attrs)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, self.loaded.pk, str(self.loaded), True, len(empty))
        return [(None, [*empty, chosen], 0)]


def related(model):
    """Return the names of the foreign keys that an editor sets."""
    return [field.name for field in model._meta.fields if field.many_to_one and field.editable]


class Choosing:
    """Forms in which other records are found by search, never in a list of all of them."""

    formfield_overrides = {
        **PARAGRAPHS,
        # As the public page writes it: a number copied from there can be put back.
        models.DecimalField: {"localize": True, "form_class": Grouped},
        models.URLField: {"assume_scheme": "https", "widget": AdminURLFieldWidget},
        **WRITTEN_DATES,
    }

    def get_autocomplete_fields(self, request):
        """Every relation that an editor sets."""
        return [*related(self.model), *(field.name for field in self.opts.many_to_many)]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Find the other record by search."""
        kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Find the other records by search."""
        kwargs.setdefault("widget", AutocompleteMultiple(db_field, self.admin_site, using=kwargs.get("using")))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class DirectoryAdmin(Careful, WithPast, Deleting, Choosing, admin.ModelAdmin):
    """What lists and forms of records and of rows have alike.

    `columns` and `filters` are what a list is decided by, `facts` the form's fields as on the public page.
    """

    columns = filters = facts = ()
    save_on_top = True
    list_per_page = 50
    show_full_result_count = False
    search_help_text = _("Case and accents do not matter; every word must be found.")

    def get_list_select_related(self, request):
        """Every foreign key, for names in columns."""
        return related(self.model)


class ListedAdmin(PublishedByModerators, Merging, Working, DirectoryAdmin):
    """Records with a page; `texts` are the form's pairs of longer texts."""

    texts = ()
    readonly_fields = ("verified_at", "verified_by", "edited_at", "views")
    actions = ("verify", "publish", "unpublish", "merge_two")
    # Opens the search box; what is searched is said by the model.
    search_fields = ("search_text",)

    @property
    def sourced(self):
        """Whether the records are themselves drawn from a source."""
        return issubclass(self.model, Sourced)

    def get_list_display(self, request):
        """The name, what an editor decides by, and how far the record can be trusted."""
        return (
            "listed_name",
            *self.columns,
            *(["source"] if self.sourced else []),
            "state",
            "verified",
            "views",
        )

    def get_list_filter(self, request):
        """What an editor looks for: the kind of record first, then what is left to do."""
        verified = ("verified_at", admin.EmptyFieldListFilter)
        trust = ["source", "certainty"] if self.sourced else []
        return (*self.task_filters, *self.filters, "published", verified, *trust)

    def get_queryset(self, request):
        """Load along how often visitors have read each record's page."""
        rows = PageViews.objects.filter(section=self.model.section, record=OuterRef("pk"))
        # Several kinds may share an address, and only one of them has pages there.
        rows = rows if kinds().get(self.model.section) is self.model else rows.none()
        return super().get_queryset(request).annotate(page_views=Subquery(rows.values("views")[:1]))

    @admin.display(description=_("page views"), ordering="page_views")
    def views(self, record):
        """How often visitors have read the page: no staff, no robots."""
        return formats.number_format(getattr(record, "page_views", None) or 0, force_grouping=True)

    @admin.display(description=_("name"), ordering="sort_sv")
    def listed_name(self, record):
        """The name in the editor's language."""
        return record.name

    def get_fieldsets(self, request, obj=None):
        """Group the fields as the public page does."""
        facts = [(_("Facts"), {"fields": self.facts})] if self.facts else []
        texts = (_("Texts"), {"fields": (("summary_sv", "summary_en"), *self.texts)})
        return [NAMES, *facts, texts, *([SOURCED] if self.sourced else []), STATE]

    def get_prepopulated_fields(self, request, obj=None):
        """Propose an address for a new record only: links to an old one would break."""
        return {} if obj else {"slug": ("name_sv",)}

    def get_search_results(self, request, queryset, search_term):
        """Search as visitors do."""
        return queryset.search(search_term), False

    def get_view_on_site_url(self, obj=None):
        """Lead only to a page that visitors may see."""
        public = obj is not None and self.model.objects.public().filter(pk=obj.pk).exists()
        return obj.get_absolute_url() if public else None

    def save_related(self, request, form, formsets, change):
        """Remember the moment at which a person changed the record or one of its rows, and no other."""
        super().save_related(request, form, formsets, change)
        rows = (each.new_objects or each.changed_objects or each.deleted_objects for each in formsets)
        if form.has_changed() or any(rows):
            form.instance.edited_at = now()
            form.instance.save(update_fields=["edited_at"])

    def save_formset(self, request, form, formset, change):
        """Remember a change of rows on the records at their other ends too."""
        super().save_formset(request, form, formset, change)
        if issubclass(formset.model, Row):
            changed = [each for each in formset.initial_forms if each.has_changed()]
            rows = [*formset.new_objects, *(each.instance for each in changed)]
            before = [end for each in changed for end in earlier_ends(each)]
            mark_edited([*before, *(end for row in rows for end in ends_of(row))])

    @admin.action(description=_("Mark as verified today"), permissions=["change"])
    def verify(self, request, queryset):
        """Say who went through the records today; this is no edit."""
        count = self._change(request, queryset, verified_at=localdate(), verified_by=request.user)
        text = ngettext(
            "%(count)d record is verified as of today.", "%(count)d records are verified as of today.", count
        )
        self.message_user(request, text % {"count": count})

    @admin.action(description=_("Publish"), permissions=["publish"])
    def publish(self, request, queryset):
        """Show the records to visitors."""
        records = queryset.filter(published=False)
        count = self._change(request, records, published=True, edited_at=now())
        text = ngettext("%(count)d record was published.", "%(count)d records were published.", count)
        self.message_user(request, text % {"count": count})

    @admin.action(description=_("Withdraw from the public pages"), permissions=["publish"])
    def unpublish(self, request, queryset):
        """Hide the records from visitors."""
        records = queryset.filter(published=True)
        count = self._change(request, records, published=False, edited_at=now())
        text = ngettext("%(count)d record was withdrawn.", "%(count)d records were withdrawn.", count)
        self.message_user(request, text % {"count": count})

    def _change(self, request, records, **values):
        """Set values on many records, with a line in the history of each; return how many there were."""
        changed = self.model.objects.filter(pk__in=[record.pk for record in records])
        with override(None):
            message = [{"changed": {"fields": [str(self.opts.get_field(next(iter(values))).verbose_name)]}}]
        LogEntry.objects.log_actions(request.user.pk, changed, CHANGE, message, single_object=False)
        return changed.update(**values)


def ends_of(row):
    """Yield (model, primary key) of the records whose pages tell the row: all that it names but its sources."""
    for name in related(type(row)):
        key = getattr(row, f"{name}_id")
        if key and name not in row.sources:
            yield row._meta.get_field(name).related_model, key


def earlier_ends(form):
    """Yield (model, primary key) of the records that the form's row named before it was changed."""
    for name in {*related(form._meta.model)} - {*form._meta.model.sources}:
        if form.initial.get(name):
            yield form._meta.model._meta.get_field(name).related_model, form.initial[name]


def mark_edited(ends):
    """Remember the moment at which a person changed a row that records are told by; one query for each kind."""
    keys = {}
    for model, key in ends:
        keys.setdefault(model, set()).add(key)
    for model, chosen in keys.items():
        model.objects.filter(pk__in=chosen).update(edited_at=now())


class RowAdmin(DirectoryAdmin):
    """Rows without a page; search asks the names of the records that they tie."""

    def get_list_display(self, request):
        """The row in words, what an editor decides by, and where it comes from."""
        return ("__str__", *self.columns, "source", "certainty")

    def get_list_filter(self, request):
        """What sort of row, and how far it can be trusted."""
        return (*self.filters, "source", "certainty")

    def get_fieldsets(self, request, obj=None):
        """Separate what is said from where it is said."""
        return [(None, {"fields": self.facts}), SOURCED]

    def get_search_results(self, request, queryset, search_term):
        """Keep rows in which every word is part of some column: as typed, or folded where the column is."""
        typed = {fold(word): word for word in search_term.split()}
        for word in words(search_term):
            condition = Q()
            for path in self.search_fields:
                if path.endswith("search_text"):
                    condition |= Q(**{f"{path}__contains": word})
                else:
                    condition |= Q(**{f"{path}__icontains": typed.get(word, word)})
            queryset = queryset.filter(condition)
        return queryset, False

    def save_model(self, request, obj, form, change):
        """Remember the change on the records that the row ties, and on those that it tied before."""
        super().save_model(request, obj, form, change)
        if form.has_changed():
            mark_edited([*ends_of(obj), *earlier_ends(form)])

    def delete_model(self, request, obj):
        """Remember the loss on the records that the row tied."""
        super().delete_model(request, obj)
        mark_edited(ends_of(obj))

    def delete_queryset(self, request, queryset):
        """Remember the loss on the records that the rows tied."""
        ends = [end for row in queryset for end in ends_of(row)]
        super().delete_queryset(request, queryset)
        mark_edited(ends)


class RowFormSet(BaseInlineFormSet):
    """Rows whose choices are named without a query each."""

    def add_fields(self, form, index):
        """Hand each choice the record that the row was loaded with."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            choice = getattr(field.widget, "widget", None)
            if isinstance(choice, Autocomplete) and form.instance._meta.get_field(name).is_cached(form.instance):
                choice.loaded = getattr(form.instance, name)


class RowInline(Choosing, admin.StackedInline):
    """Rows edited with the record that they belong to; subclasses say `model` and, if need be, `facts`."""

    facts = ()
    formset = RowFormSet
    extra = 0
    show_change_link = True
    template = "admin/edit_inline/rows.html"

    def get_fieldsets(self, request, obj=None):
        """Separate what is said from where it is said."""
        return [(None, {"fields": self.facts}), SOURCED]

    def get_queryset(self, request):
        """Load each row with the records that its form names."""
        return super().get_queryset(request).select_related(*related(self.model))


class FigureInline(RowInline):
    """Counts as their sources qualify them."""

    form = FigureForm
    facts = (
        ("measure", "count"),
        ("wording", "as_of"),
        ("scope_sv", "scope_en"),
    )


class LinkInline(RowInline):
    """Ways out of the record's document."""

    facts = ("kind", ("label_sv", "label_en"), "url")


class DiscrepancyInline(RowInline):
    """Statements that do not agree, side by side."""

    def get_fieldsets(self, request, obj=None):
        """Give each statement its own source."""
        return [
            (None, {"fields": (("title_sv", "title_en"),)}),
            (
                _("First statement"),
                {"fields": (("first_sv", "first_en"), "first_source", ("first_locator", "first_quote"))},
            ),
            (
                _("Second statement"),
                {"fields": (("second_sv", "second_en"), "second_source", ("second_locator", "second_quote"))},
            ),
            (_("Our note"), {"fields": (("note_sv", "note_en"), "touches")}),
        ]


class PartsInline(admin.TabularInline):
    """Records with pages of their own that belong to this one: to see, and to open."""

    extra = 0
    template = "admin/edit_inline/parts.html"
    can_delete = False
    show_change_link = True
    view_on_site = False

    def get_readonly_fields(self, request, obj=None):
        """Nothing is edited from outside a record's own form."""
        return self.fields

    def has_add_permission(self, request, obj):
        """A part is added in its own form, where all its rules are checked."""
        return False

    def has_change_permission(self, request, obj=None):
        """A part is changed in its own form."""
        return False


class SourceAdmin(ListedAdmin):
    """Documents that facts are drawn from."""

    columns = ("publisher", "last_updated", "reviewed")
    filters = ("reviewed", "language")
    facts = (
        ("publisher", "publisher_certainty"),
        ("file_name", "url"),
        "language",
        ("last_updated", "as_of"),
        "reviewed",
    )
    texts = (("notice_sv", "notice_en"),)
