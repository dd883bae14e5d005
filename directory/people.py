"""Those who work at the desk, as administrators see them: accounts, roles, and the log of what was done."""

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from directory.roles import ADMINISTRATOR, ROLES, TITLES
from directory.sessions import end_sessions
from directory.signin import Authenticator

LAST = _("This is the last administrator: somebody must be left who can manage people.")


def administrators():
    """Those who can manage people: active staff with the role, and superusers."""
    return User.objects.filter(Q(groups__name=ADMINISTRATOR) | Q(is_superuser=True), is_active=True, is_staff=True)


def leave_one(users):
    """Whether somebody else would be left to manage people; two who ask at once are answered one after the other."""
    list(Group.objects.select_for_update().filter(name=ADMINISTRATOR))
    return administrators().exclude(pk__in=[each.pk for each in users]).exists()


def outranks(user, other):
    """Whether a user has every right that the other has."""
    return user.is_superuser or (not other.is_superuser and other.get_all_permissions() <= user.get_all_permissions())


def reset_second_factor(user):
    """Take away a lost second factor and end the sessions; the next sign-in sets up another."""
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)


class Roles(forms.ModelMultipleChoiceField):
    """The roles, each in words."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group):
        """What the role may do, or the name of a group that is no role."""
        return TITLES.get(group.name, group.name)


class UserAdmin(DjangoUserAdmin):
    """Accounts. Superusers are made at the command line only; nobody gives or touches rights above her own."""

    list_display = ("username", "first_name", "last_name", "email", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    filter_horizontal = ()
    actions = ("reset_second_factors",)
    fieldsets = (
        (None, {"fields": ("username", "password", ("first_name", "last_name"), "email")}),
        (_("Role"), {"fields": ("groups", "is_active", ("last_login", "date_joined"))}),
    )
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username",
                    ("first_name", "last_name"),
                    "email",
                    "groups",
                    "usable_password",
                    "password1",
                    "password2",
                ),
                "description": _(
                    "Without a password, the new colleague chooses one: “Forgot your password?” on the sign-in page sends a mail to the address given here."
                ),
            },
        ),
    )

    @admin.display(description=_("role"))
    def roles(self, user):
        """The names of the groups."""
        return ", ".join(group.name for group in user.groups.all())

    def get_queryset(self, request):
        """Load the groups along."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request, obj=None):
        """Nobody changes, or sets a password for, somebody who may do more."""
        return super().has_change_permission(request, obj) and (obj is None or outranks(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        """Nobody deletes somebody who may do more."""
        return super().has_delete_permission(request, obj) and (obj is None or outranks(request.user, obj))

    def formfield_for_manytomany(self, db_field, request, **options):
        """Offer the groups that hold no right which the giver does not have."""
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **options)
        beyond = Permission.objects.none()
        if not request.user.is_superuser:
            beyond = Permission.objects.exclude(group__user=request.user).exclude(user=request.user)
        groups = Group.objects.exclude(permissions__in=beyond)
        return Roles(groups, label=_("Role"), required=False)

    def formfield_for_dbfield(self, db_field, request, **options):
        """Show the roles without a button for new ones."""
        field = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "groups":
            field.widget = field.widget.widget
        return field

    def get_form(self, request, obj=None, **options):
        """Refuse to take the role, or the account, of the last administrator."""
        form = super().get_form(request, obj, **options)
        return type("LastAdministratorForm", (KeepsOneAdministrator, form), {}) if obj else form

    def save_model(self, request, obj, form, change):
        """Make every account one of the staff, and end the sessions of one that is closed."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_sessions(obj)

    def get_deleted_objects(self, objs, request):
        """Say that the last administrator stays."""
        found, counts, needed, protected = super().get_deleted_objects(objs, request)
        return found, counts, needed, [*protected, *([] if leave_one(objs) else [LAST])]

    @admin.action(description=_("Take away the second factor, which was lost"), permissions=["change"])
    def reset_second_factors(self, request, queryset):
        """Let colleagues who lost their telephone set up another; those who may do more are left alone."""
        reset = [user for user in queryset if outranks(request.user, user)]
        for user in reset:
            reset_second_factor(user)
            self.log_change(request, user, gettext("The second factor was taken away."))
        names = ", ".join(user.get_username() for user in reset) or "–"
        self.message_user(
            request,
            gettext("The next time they sign in, these set up a new second factor: %(names)s.") % {"names": names},
        )


class KeepsOneAdministrator:
    """A form of an account that leaves somebody to manage people."""

    def clean(self):
        """Look whether the account would stop being the last administrator's; raises `ValidationError`."""
        data = super().clean() or self.cleaned_data
        stays = data.get("is_active", self.instance.is_active) and (
            self.instance.is_superuser or ADMINISTRATOR in [group.name for group in data.get("groups", ())]
        )
        was = self.instance.pk in administrators().values_list("pk", flat=True)
        if was and not stays and not leave_one([self.instance]):
            raise ValidationError(LAST)
        return data


class GroupAdmin(DjangoGroupAdmin):
    """Roles, which are written in the code, and groups beside them with rights that their maker has."""

    filter_horizontal = ("permissions",)

    def has_change_permission(self, request, obj=None):
        """A role is changed in the code; the next migration would set it right again."""
        return super().has_change_permission(request, obj) and (obj is None or self._own(request, obj))

    def has_delete_permission(self, request, obj=None):
        """A role stays."""
        return super().has_delete_permission(request, obj) and (obj is None or self._own(request, obj))

    @staticmethod
    def _own(request, group):
        """Whether a group is no role and holds no right that the user does not have."""
        held = {
            f"{each.content_type.app_label}.{each.codename}"
            for each in group.permissions.select_related("content_type")
        }
        return group.name not in ROLES and (request.user.is_superuser or held <= request.user.get_all_permissions())

    def formfield_for_manytomany(self, db_field, request=None, **options):
        """Offer the rights that the giver has."""
        if db_field.name == "permissions" and not request.user.is_superuser:
            held = Q(group__user=request.user) | Q(user=request.user)
            options["queryset"] = Permission.objects.filter(held).distinct()
        return super().formfield_for_manytomany(db_field, request, **options)


class LogAdmin(admin.ModelAdmin):
    """What was done at the desk, by whom and when: to read."""

    list_display = ("action_time", "user", "content_type", "object_repr", "words")
    list_filter = ("action_flag", "content_type")
    list_select_related = ("user", "content_type")
    list_display_links = None
    search_fields = ("object_repr", "user__username")
    date_hierarchy = "action_time"
    show_full_result_count = False

    @admin.display(description=_("what"))
    def words(self, entry):
        """The change in words."""
        return entry.get_change_message() or entry.get_action_flag_display()

    def has_add_permission(self, request):
        """The log writes itself."""
        return False

    def has_change_permission(self, request, obj=None):
        """The log stays as it was written."""
        return False

    def has_delete_permission(self, request, obj=None):
        """So an account that has done something is closed rather than deleted: its lines would go with it."""
        return False


def take_over(site):
    """Put people and the log at the desk in our way, and nothing of what allauth keeps: addresses and secrets."""
    for model in list(site._registry):
        if model._meta.app_label in ("auth", "account", "mfa"):
            site.unregister(model)
    site.register(User, UserAdmin)
    site.register(Group, GroupAdmin)
    site.register(LogEntry, LogAdmin)
