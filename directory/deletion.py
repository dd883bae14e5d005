"""Deleting at the editors' desk: what stands in the way is said in sentences that lead there, what goes along too.

Nothing is loaded but the first few of each kind, however many there are.
"""

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.deletion import CASCADE, PROTECT, ProtectedError
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.around import Findable, foreign_keys, list_of, nameable, named

# So many of a kind are named, the others counted.
FEW = 5


class Group:
    """Records or rows of one kind that lead to what is to be deleted by one foreign key: all count, few are named."""

    def __init__(self, field, rows, keys):
        """Load the first few, and count only where there are more."""
        self.field, self.model = field, field.model
        shown = nameable(rows)
        found = list(shown.select_related(*foreign_keys(field.model)).order_by("pk")[: FEW + 1])
        self.count = len(found) if len(found) <= FEW and shown is rows else rows.count()
        self.few = [named(each) for each in found[:FEW]]
        self.more = self.count - len(self.few)
        self.all = list_of(field, keys) if keys else ""

    def __bool__(self):
        """Whether there are any."""
        return bool(self.count)

    @property
    def sentence(self):
        """How many there are, of what kind, and as what they name the record."""
        options = self.model._meta
        return ngettext(
            "%(count)d %(kind)s has it as “%(field)s”.", "%(count)d %(kinds)s have it as “%(field)s”.", self.count
        ) % {
            "count": self.count,
            "kind": options.verbose_name,
            "kinds": options.verbose_name_plural,
            "field": self.field.verbose_name,
        }

    def __str__(self):
        """What a log shows."""
        return self.sentence


def leading_to(records):
    """Yield (foreign key, rows) of all that leads to some records of one model, a queryset; asks nothing yet.

    The bare pairs of a relation between many are left out: they are no more than that, and go with either end.
    """
    for relation in records.model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            field = relation.field
            if field.model._meta.auto_created:
                continue
            yield field, field.model._base_manager.filter(**{f"{field.name}__in": records.order_by().values("pk")})


def consequences(records, keys):
    """Return (what stands in the way, what goes along) of deleting some records: groups, and those of groups.

    `keys` are the records' keys, for links. The number of queries follows from the models, not from the records.
    """
    blocking, along, steps = [], [], [(records, keys)]
    while steps:
        records, keys = steps.pop(0)
        for field, rows in leading_to(records):
            rule = field.remote_field.on_delete
            if rule is PROTECT and (group := Group(field, rows, keys)):
                blocking.append(group)
            elif rule is CASCADE and (group := Group(field, rows, keys)):
                along.append(group)
                # What goes along may itself have something in the way; its rows are too many for a link.
                steps.append((rows, []))
    return blocking, along


class Deleting(Findable):
    """Deletion that says what blocks it, or what goes along."""

    delete_confirmation_template = "admin/deletion.html"
    delete_selected_confirmation_template = "admin/deletion_of_selected.html"

    def get_deleted_objects(self, objs, request):
        """Return what will go along, counts, what may not be deleted by this person, and what stands in the way."""
        keys = [each.pk for each in objs]
        # A list of one record comes from its form, a queryset of any size from an action.
        chosen = objs.order_by().values("pk") if isinstance(objs, QuerySet) else keys
        records = self.model._base_manager.filter(pk__in=chosen)
        blocking, along = consequences(records, keys) if keys else ([], [])
        counts, refused = {self.opts.verbose_name_plural: len(keys)}, set()
        for group in along:
            name = group.model._meta.verbose_name_plural
            counts[name] = counts.get(name, 0) + group.count
            site = self.admin_site
            if site.is_registered(group.model) and not site.get_model_admin(group.model).has_delete_permission(request):
                refused.add(group.model._meta.verbose_name)
        if not all(self.has_delete_permission(request, each) for each in objs):
            refused.add(self.opts.verbose_name)
        return along, counts, refused, blocking

    def delete_view(self, request, object_id, extra_context=None):
        """Show again what stands in the way if that came between the question and the answer."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            with transaction.atomic():
                return self._delete_view(request, object_id, extra_context)

    def changelist_view(self, request, extra_context=None):
        """Say so if something came in the way of an action that deletes."""
        if "post" not in request.POST:
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except ProtectedError:
            self.message_user(request, _("Nothing was deleted: something else needs it now."), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
