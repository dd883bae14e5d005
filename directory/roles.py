"""Who may do what at the desk: one table, from which the groups are made and which the tests compare cell by cell."""

from dataclasses import dataclass

from django.apps import apps
from django.contrib import admin
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from directory.bases import Listed
from directory.writes import Kept

# The roles in rising order: each may do what the ones before it may. They are the names of the groups.
VIEWER, EDITOR, MODERATOR, ADMINISTRATOR = RISING = ("viewer", "editor", "moderator", "administrator")
# A reviewer comes from outside, for the nominations that she was asked to judge: she may do that and nothing else.
REVIEWER = "reviewer"
ROLES = (*RISING, REVIEWER)
TITLES = {
    VIEWER: _("viewer: sees everything but people, changes nothing"),
    EDITOR: _("editor: adds and changes records, imports"),
    MODERATOR: _("moderator: also publishes, merges, deletes and recovers"),
    ADMINISTRATOR: _("administrator: also manages people and sees the log"),
    REVIEWER: _("reviewer: scores the nominations that are assigned to them, and sees nothing else"),
}
# What rights are about: records with a page, rows between them, what else our apps keep at the desk, people, the log,
# those who wrote to us; nominations, those who review them and the mails about them, which say so themselves as `rights`.
RECORDS, ROWS, DESK, PEOPLE, LOG, CONTACTS = "records", "rows", "desk", "people", "log", "contacts"
NOMINATIONS, REVIEWERS, MAILS = "nominations", "reviewers", "mails"


@dataclass(frozen=True)
class Right:
    """What the lowest role that has it may do: the first words of permissions' names, and the kinds they are about.

    Every higher role may do it too, and a reviewer where it is hers.
    """

    words: Promise
    role: str
    actions: frozenset
    kinds: frozenset
    reviewers: bool = False

    def held_by(self, role):
        """Whether a role has the right."""
        return self.reviewers if role == REVIEWER else RISING.index(role) >= RISING.index(self.role)


def right(words, role, actions, *kinds, **options):
    """Return a right; `actions` has spaces between."""
    return Right(words, role, frozenset(actions.split()), frozenset(kinds), **options)


RIGHTS = [
    right(_("see records, rows and what is done with them"), VIEWER, "view", RECORDS, ROWS, DESK),
    right(_("add and change records and rows"), EDITOR, "add change", RECORDS, ROWS, DESK),
    right(_("delete rows"), EDITOR, "delete", ROWS),
    right(_("import"), EDITOR, "import", RECORDS, ROWS, DESK),
    right(_("publish and withdraw records"), MODERATOR, "publish", RECORDS),
    right(_("delete, recover and merge records"), MODERATOR, "delete recover merge", RECORDS, ROWS, DESK),
    right(_("undo imports"), MODERATOR, "undo", RECORDS, ROWS, DESK),
    right(_("see nominations, who reviews them, and every step"), VIEWER, "view", NOMINATIONS, REVIEWERS, MAILS),
    right(_("check, assign, decide and publish nominations"), MODERATOR, "judge", NOMINATIONS),
    right(_("say who reviews, and what for"), MODERATOR, "add change delete", REVIEWERS),
    right(_("word the mails about nominations"), MODERATOR, "add change delete", MAILS),
    right(_("see who nominated"), MODERATOR, "view", CONTACTS),
    right(_("score the nominations assigned to oneself"), MODERATOR, "review", NOMINATIONS, reviewers=True),
    right(_("manage people and their roles"), ADMINISTRATOR, "view add change delete", PEOPLE),
    right(_("see the log of all changes"), ADMINISTRATOR, "view", LOG),
]


def kind_of(model):
    """Return what sort of thing a model is to the rights; None: no role has to do with it."""
    label = model._meta.label
    if label in ("auth.User", "auth.Group"):
        return PEOPLE
    if label == "admin.LogEntry":
        return LOG
    if getattr(model, "of_visitors", False):
        return CONTACTS
    if hasattr(model, "rights"):
        return model.rights
    if issubclass(model, Listed):
        return RECORDS
    if issubclass(model, Kept):
        return ROWS
    # What no editor meets, such as the rows of the index, stays without rights.
    ours = model._meta.app_config.path.startswith(apps.get_app_config("directory").path.rpartition("/")[0])
    return DESK if ours and (admin.site.is_registered(model) or model._meta.permissions) else None


def may(role, action, model):
    """Whether a role may do something with records of a model, as the table says."""
    kind = kind_of(model)
    return any(action in each.actions and kind in each.kinds and each.held_by(role) for each in RIGHTS)


def give_rights(using="default"):
    """Make the groups, and give each exactly what the table says, of all the permissions that there are by now."""
    from django.contrib.auth.models import Group, Permission

    given = {role: [] for role in ROLES}
    for permission in Permission.objects.using(using).select_related("content_type"):
        model = permission.content_type.model_class()
        action = permission.codename.partition("_")[0]
        for role in ROLES:
            if model is not None and may(role, action, model):
                given[role].append(permission)
    for role, permissions in given.items():
        Group.objects.using(using).get_or_create(name=role)[0].permissions.set(permissions)


def migrated(sender, using, **_options):
    """Give the rights anew after every migration.

    Permissions are made after the migrations, app by app, and later migrations bring more; a list frozen in a
    migration could name neither. So this waits for the last app.
    """
    if sender is [each for each in apps.get_app_configs() if each.models_module][-1]:
        give_rights(using)
