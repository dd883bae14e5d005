"""The desk: the admin's first page, which says what is left to do, and the pages that it leads to."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from directory import duplicates, tasks
from directory.bases import Listed, Row
from directory.imports.models import Import
from directory.preview import admin_name
from directory.written import reading

# How many lines of the log are looked at, and how many records of them are shown.
READ, SHOWN = 40, 8
# The groups of models on the first page: short name, title, what belongs there.
GROUPS = [
    ("records", gettext_lazy("Records"), (Listed,)),
    ("rows", gettext_lazy("Rows that tie records"), (Row,)),
    ("done", gettext_lazy("What was done"), (Import, LogEntry)),
]


class Desk:
    """The pages of the site of those who keep the directory true, beside those of its models."""

    index_template = "admin/desk.html"

    def get_urls(self):
        """Add the possible duplicates, and the reading of what people write."""
        return [
            path("reading/<str:kind>/", self.admin_view(reading), name="reading"),
            path("duplicates/", self.admin_view(require_safe(self.duplicates)), name="duplicates"),
            path("duplicates/apart/", self.admin_view(require_POST(self.set_apart)), name="apart"),
            *super().get_urls(),
        ]

    def get_app_list(self, request, app_label=None):
        """Put the models together as editors think of them: records, the rows that tie them, work done, the rest."""
        groups = super().get_app_list(request, app_label)
        if app_label:
            return groups
        models, ours = [each for group in groups for each in group["models"]], []
        for name, title, bases in GROUPS:
            some = [each for each in models if issubclass(each["model"], bases)]
            address = f"{reverse('admin:index', current_app=self.name)}#desk-all"
            group = {
                "name": str(title),
                "app_label": name,
                "app_url": address,
                "has_module_perms": True,
                "models": some,
            }
            ours += [{**group, "models": sorted(some, key=lambda each: each["name"].casefold())}] if some else []
        grouped = tuple(base for _name, _title, bases in GROUPS for base in bases)
        rest = [
            {**group, "models": [each for each in group["models"] if not issubclass(each["model"], grouped)]}
            for group in groups
        ]
        return [*ours, *(group for group in rest if group["models"])]

    def index(self, request, extra_context=None):
        """Show what is left to do, and what was done lately."""
        seen = [model for model, model_admin in self._registry.items() if model_admin.has_view_permission(request)]
        left = self.left(seen)
        desk = {
            "title": _("The desk"),
            "left": [each for each in left if each["lists"]],
            "done": [each["task"].title for each in left if not each["lists"]],
            **recent(request.user, seen),
        }
        return super().index(request, {**desk, **(extra_context or {})})

    def left(self, seen):
        """Return each task with the lists in which something of it is left, of the models that the editor may see."""
        numbers, found = tasks.numbers(), []
        for task in tasks.TASKS:
            lists = [
                {
                    "name": model._meta.verbose_name_plural,
                    "number": number_in_words(number),
                    "address": f"{reverse(list_name(model))}?task={task.name}",
                }
                for model in tasks.kinds()
                if model in seen and (number := numbers.get((task.name, model), 0))
            ]
            found.append({"task": task, "lists": lists})
        return [each for each in found if each["lists"] or any(tasks_of(model, each["task"]) for model in seen)]

    def duplicates(self, request):
        """Show possible duplicates side by side, of each kind that the editor may see."""
        kinds = []
        for model in duplicates.compared():
            model_admin = self._registry.get(model)
            if model_admin and model_admin.has_view_permission(request) and (pairs := duplicates.pairs(model)):
                kinds.append(
                    {
                        "label": model._meta.label_lower,
                        "name": model._meta.verbose_name_plural,
                        "pairs": side_by_side(model, pairs),
                        "may_change": model_admin.has_change_permission(request),
                    }
                )
        context = {**self.each_context(request), "title": _("Possible duplicates"), "kinds": kinds}
        return TemplateResponse(request, "admin/duplicates.html", context)

    def set_apart(self, request):
        """Remember that the two records sent are different."""
        kinds = {model._meta.label_lower: model for model in duplicates.compared()}
        model, keys = kinds.get(request.POST.get("model")), request.POST.getlist("key")
        if (
            model not in self._registry
            or len(set(keys)) != 2
            or not all(each.isdecimal() and len(each) < 19 for each in keys)
        ):
            raise Http404
        if not self._registry[model].has_change_permission(request):
            raise PermissionDenied
        records = [get_object_or_404(model, pk=key) for key in keys]
        duplicates.set_apart(model, *(record.pk for record in records), request.user)
        return HttpResponseRedirect(reverse("admin:duplicates"))


def tasks_of(model, task):
    """Whether records of a model can have a task."""
    return issubclass(model, Listed) and task in tasks.of(model)


def list_name(model, page="changelist"):
    """Return the name of a page in the admin on the records of a model."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def number_in_words(number):
    """Return a number, or that it is larger than any that is counted."""
    if number > tasks.MOST:
        return _("more than %(number)s") % {"number": formats.number_format(tasks.MOST, force_grouping=True)}
    return formats.number_format(number, force_grouping=True)


def recent(user, seen):
    """Return the records that the editor and that anybody changed last, of models that she may see; two queries."""
    entries = LogEntry.objects.select_related("content_type", "user").order_by("-pk")
    types = [each.pk for each in ContentType.objects.get_for_models(*seen, for_concrete_models=False).values()]
    entries = entries.filter(content_type__in=types)
    return {"mine": each_once(entries.filter(user=user)), "lately": each_once(entries)}


def each_once(entries):
    """Return the latest entry of each of the records that were changed last."""
    latest = {}
    for entry in entries[:READ]:
        latest.setdefault((entry.content_type_id, entry.object_id), entry)
    return list(latest.values())[:SHOWN]


def side_by_side(model, pairs):
    """Return possible duplicates of a kind, each with what can be done about it; one query."""
    records = model.objects.in_bulk({key for pair in pairs for key in pair})
    shown = []
    for pair in pairs:
        both = [records[key] for key in pair if key in records]
        if len(both) == 2:
            shown.append({"records": [described(each) for each in both], "merge": merge_address(model, pair)})
    return shown


def described(record):
    """Return a record with what tells it from another of nearly its name."""
    options = record._meta
    facts = [getattr(record, "when", ""), *(str(fact.name) for fact in [getattr(record, "country", None)] if fact)]
    return {
        "record": record,
        "address": reverse(admin_name(record, "change"), args=[record.pk]),
        "kind": capfirst(options.verbose_name),
        "facts": [*filter(None, facts), record.slug],
        "state": "" if record.published else gettext_lazy("draft"),
    }


def merge_address(model, pair):
    """Return where two records are merged into one; "" as long as there is no such page."""
    try:
        return f"{reverse(list_name(model, 'merge'))}?ids={','.join(map(str, pair))}"
    except NoReverseMatch:
        return ""
