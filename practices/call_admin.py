"""Editing calls for practices, and the list of those who review what is nominated."""

from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.admin.utils import unquote
from django.db.models import Count, DateTimeField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries.filters import CountryFilter

from directory.acts import act
from directory.admin import ListedAdmin, RowInline
from directory.bases import new_key
from directory.careful import CarefulForms
from practices import judging
from practices.calls import Criterion, NominationRound, Question, State
from practices.moments import told
from practices.nominations import Nomination, Review, Status
from practices.publication import free_slug
from practices.reviewers import Language, accounts, name_of


class PromisedInline(RowInline):
    """What a call promised to those who nominate: it stays as it is once somebody has."""

    def get_fieldsets(self, request, obj=None):
        """All fields at once: such a row has no source of its own."""
        return [(None, {"fields": self.facts})]

    def has_add_permission(self, request, obj=None):
        """As long as nobody has nominated."""
        return super().has_add_permission(request, obj) and self.takes_more(obj)

    def takes_more(self, call):
        """Whether rows can still be added to a call."""
        return not nominated(call)

    def has_change_permission(self, request, obj=None):
        """As long as nobody has nominated."""
        return super().has_change_permission(request, obj) and not nominated(obj)

    def has_delete_permission(self, request, obj=None):
        """As long as nobody has nominated."""
        return super().has_delete_permission(request, obj) and not nominated(obj)


def nominated(call):
    """Whether somebody has nominated to a call; asked once for each time that it is loaded."""
    if call is None or call.pk is None:
        return False
    if "has_nominations" not in call.__dict__:
        call.has_nominations = call.nominations.exists()
    return call.has_nominations


def without_criteria(call):
    """Whether a call with nominations has nothing to judge them by, and none is judged; asked once for each loading."""
    if "lacks_criteria" not in call.__dict__:
        judged = Review.objects.filter(nomination__round=call, given_at__isnull=False)
        call.lacks_criteria = not call.criteria.exists() and not judged.exists()
    return call.lacks_criteria


class CriterionInline(PromisedInline):
    """What nominations are judged by."""

    model = Criterion
    facts = (("name_sv", "name_en"), ("help_sv", "help_en"), ("weight", "position"))

    def takes_more(self, call):
        """Also where those who nominated were promised none: without, nothing could ever be scored."""
        return super().takes_more(call) or without_criteria(call)


class QuestionInline(PromisedInline):
    """What everybody who nominates is asked."""

    model = Question
    facts = (
        ("text_sv", "text_en"),
        ("help_sv", "help_en"),
        "kind",
        ("choices_sv", "choices_en"),
        ("required", "position"),
    )


# How many read each nomination, whether its title is public, how long its nominator is known.
PROMISES = ("reviewers_wanted", "titles_public", "retention_days")
PROMISED = gettext_lazy(
    "Somebody has nominated to this call: its criteria, its questions and its promises about reviewers, titles and contacts stay as they are."
)

STAYED = gettext_lazy(
    "Somebody nominated, or gave the call its criteria, while you had the form open: what the call promised stayed as it was, and what you changed of that was not saved."
)


def promise_moves(piece):
    """Whether going back would change what a call itself promises."""
    return bool(piece.now and piece.then) and any(piece.now.get(each) != piece.then.get(each) for each in PROMISES)


class StateFilter(admin.SimpleListFilter):
    """Calls by the clock."""

    title = gettext_lazy("state of the call")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        """Coming, open, closed, not stated."""
        return State.choices

    def queryset(self, request, queryset):
        """Keep those whose state it is at this moment."""
        if self.value() not in State.values:
            return queryset
        moment = now()
        return queryset.filter(pk__in=[each.pk for each in queryset if each.state(moment) == self.value()])


class RoundAdmin(ListedAdmin):
    """Calls for practices. What they promised is fixed from the first nomination on."""

    columns = ("state_now", "closes", "project", "organiser", "nominations_sent")
    filters = (StateFilter, ("countries", CountryFilter), "project")
    facts = (
        ("opens_at", "closes_at", "time_zone"),
        ("countries", "kinds"),
        "themes",
        ("organiser", "project"),
        ("elsewhere", "url"),
        ("reviewers_wanted", "titles_public", "retention_days"),
    )
    texts = (("guidance_sv", "guidance_en"),)
    inlines = (CriterionInline, QuestionInline)
    actions = (*ListedAdmin.actions, "duplicate")

    @admin.display(description=gettext_lazy("open"))
    def state_now(self, call):
        """Whether practices can be nominated."""
        return call.state().label

    @admin.display(description=gettext_lazy("closes"), ordering="closes_at")
    def closes(self, call):
        """The deadline in the call's own time zone."""
        return told(call.closes_at, call.time_zone) or _("not stated")

    @admin.display(description=gettext_lazy("nominations"))
    def nominations_sent(self, call):
        """How many were received, with the way to them."""
        address = f"{reverse('admin:practices_nomination_changelist')}?round__id__exact={call.pk}"
        return format_html('<a href="{}">{}</a>', address, call.received) if call.received else "0"

    def get_queryset(self, request):
        """Count along what was received for each."""
        sent = Nomination.objects.sent().filter(round=OuterRef("pk")).order_by().values("round")
        counts = Subquery(sent.annotate(count=Count("pk")).values("count"))
        return super().get_queryset(request).annotate(received=Coalesce(counts, 0))

    def formfield_for_dbfield(self, db_field, request, **options):
        """Name both halves of a moment: the label of the whole belongs to neither."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if isinstance(db_field, DateTimeField) and field:
            for widget, half in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                widget.attrs["aria-label"] = f"{capfirst(db_field.verbose_name)}, {half}"
        return field

    def get_readonly_fields(self, request, obj=None):
        """Leave the promises as they were given to those who have nominated."""
        fields = super().get_readonly_fields(request, obj)
        return (*fields, *PROMISES) if nominated(obj) else fields

    def response_change(self, request, obj):
        """Say so where what was promised stayed although other promises were sent."""
        response = super().response_change(request, obj)
        if nominated(obj) and self.promised_otherwise(request, obj):
            self.message_user(request, STAYED, messages.WARNING)
        return response

    def promised_otherwise(self, request, obj):
        """Whether a form that was drawn when more could be promised says other promises than the stored ones."""
        if "retention_days" not in request.POST:
            counts = [request.POST.get(f"criteria-{each}_FORMS") for each in ("INITIAL", "TOTAL")]
            return counts[0] != counts[1] and not without_criteria(obj)
        stored = self.get_object(request, str(obj.pk))
        # As the form was drawn: with the fields and rows that could be changed then.
        stored.has_nominations = False
        form = self.get_form(request, stored, change=True)(request.POST, instance=stored)
        formsets, _inlines = self._create_formsets(request, stored, change=True)
        promised = (Question,) if without_criteria(obj) else (Criterion, Question)
        rows = [each for each in formsets if each.model in promised]
        return not {*PROMISES}.isdisjoint(form.changed_data) or any(each.has_changed() for each in rows)

    def problems(self, request, plan):
        """Leave what was promised as it was when the call goes back to an earlier version, too."""
        found, call = super().problems(request, plan), NominationRound.objects.filter(pk=plan.key).first()
        if nominated(call) and any(each.model in (Criterion, Question) or promise_moves(each) for each in plan.pieces):
            found.append(PROMISED)
        return found

    def has_merge_permission(self, request, kept=None, other=None):
        """Two calls are not merged once somebody has nominated: she was promised one of them."""
        return super().has_merge_permission(request, kept, other) and not (nominated(kept) or nominated(other))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Read and show moments in the call's own time zone, whatever the server's is."""
        with self.clock(request, object_id):
            response = super().changeform_view(request, object_id, form_url, extra_context)
            return response.render() if hasattr(response, "render") else response

    def clock(self, request, object_id):
        """Return a context in which moments are read and shown in the call's own time zone."""
        return timezone.override(ZoneInfo(self.zone(request, object_id)))

    def zone(self, request, object_id):
        """Return the name of the time zone that is typed, or else stored, or else that of a new call."""
        typed = request.POST.get("time_zone", "")
        if typed in available_timezones():
            return typed
        key = unquote(object_id or "")
        stored = self.model.objects.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
        return stored.time_zone if stored else self.model._meta.get_field("time_zone").default

    @admin.action(description=gettext_lazy("Duplicate as a new draft"), permissions=["add"])
    def duplicate(self, request, queryset):
        """Make drafts with the same criteria and questions, and without dates; lead to the last of them."""
        made = None
        for call in queryset.prefetch_related("themes", "criteria", "questions"):
            made = copied(call, request.user)
            self.message_user(request, _("“%(name)s” is a new draft, without dates.") % {"name": made})
        if made is None:
            words = _("Nothing was duplicated: what you chose had been deleted meanwhile.")
            return self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(reverse("admin:practices_nominationround_change", args=[made.pk]))


def copied(call, user):
    """Return a draft like a call: all but its dates, its nominations and what was verified of it."""
    with act(user):
        rows, themes = [*call.criteria.all(), *call.questions.all()], list(call.themes.all())
        made = NominationRound.objects.get(pk=call.pk)
        made.pk, made._state.adding = None, True
        made.slug, made.published = free_slug(NominationRound, call.slug, "call"), False
        made.opens_at = made.closes_at = made.verified_at = made.verified_by = None
        made.edited_at = now()
        made.save()
        made.themes.set(themes)
        for row in rows:
            row.pk, row._state.adding, row.key, row.round = None, True, new_key(), made
            row.save()
        LogEntry.objects.log_actions(user.pk, [made], ADDITION, [{"added": {}}], single_object=True)
    return made


class ReviewerForm(forms.ModelForm):
    """A reviewer, whose account has the role already."""

    def __init__(self, *args, **options):
        """Offer the accounts with the role that are not on the list, by name."""
        super().__init__(*args, **options)
        if "user" in self.fields:
            self.fields["user"].queryset = accounts().filter(reviewer=None).order_by("username")
            self.fields["user"].label_from_instance = name_of


def waited_for(reviewer):
    """Return a sentence on the reviews that a reviewer still owes; "" where she owes none."""
    # Also where a conflict was found: without her organisation it would be found no more.
    owed = reviewer.user.reviews.filter(given_at=None, nomination__status=Status.UNDER_REVIEW)
    references = ", ".join(owed.order_by("nomination__reference").values_list("nomination__reference", flat=True))
    if not references:
        return ""
    sentence = _("%(name)s cannot be deleted as long as they have these nominations to review: %(references)s.")
    return sentence % {"name": reviewer, "references": references}


class LanguageFilter(admin.SimpleListFilter):
    """Which language reviewers read, whatever else they read."""

    title = gettext_lazy("language")
    parameter_name = "language"

    def lookups(self, request, model_admin):
        """Offer the languages in which nominations are written."""
        return Language.choices

    def queryset(self, request, queryset):
        """Keep those who read it."""
        return queryset.filter(languages__contains=self.value()) if self.value() in Language.values else queryset


class ReviewerAdmin(CarefulForms, admin.ModelAdmin):
    """Those who review nominations. The account stays whose it is; another one is another reviewer."""

    form = ReviewerForm
    list_display = ("person", "organisation", "languages_named", "countries_named")
    list_filter = (LanguageFilter,)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_name", "user__last_name", "organisation")
    fields = ("user", "organisation", "languages", "countries")
    show_full_result_count = False

    def get_readonly_fields(self, request, obj=None):
        """Fix the account once it is chosen."""
        return ("user",) if obj else ()

    def save_model(self, request, obj, form, change):
        """Look for conflicts of interest anew where she belongs to another organisation now, and say which there are."""
        super().save_model(request, obj, form, change)
        lost = judging.look_again(obj) if change and "organisation" in form.changed_data else []
        if lost:
            sentence = _(
                "%(name)s has a conflict of interest in what they were asked to review, and reviews it no longer: %(references)s. Ask somebody else."
            )
            words = {"name": obj, "references": ", ".join(sorted(each.reference for each in lost))}
            self.message_user(request, sentence % words, messages.WARNING)

    def get_deleted_objects(self, objs, request):
        """Let none go who is waited for: the directory finds her conflicts by what the list says of her."""
        *found, protected = super().get_deleted_objects(objs, request)
        return *found, [*protected, *filter(None, map(waited_for, objs))]

    @admin.display(description=gettext_lazy("reviewer"), ordering="user__username")
    def person(self, reviewer):
        """Who it is."""
        return name_of(reviewer.user)

    @admin.display(description=gettext_lazy("languages"), ordering="languages")
    def languages_named(self, reviewer):
        """The languages' names."""
        return ", ".join(str(Language(each).label) for each in reviewer.languages.split())

    @admin.display(description=gettext_lazy("countries"))
    def countries_named(self, reviewer):
        """The countries' names."""
        return ", ".join(each.name for each in reviewer.countries)
