"""What each role may do: as the table says, whatever migrations bring; and nobody rises by herself."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from django.utils import translation

from directory.people import LAST
from directory.roles import ADMINISTRATOR, RIGHTS, ROLES, give_rights, may, migrated
from networks.models import Membership, Network
from tests import factories as make
from tests.people import PASSWORD, give_app, has_app, person
from tests.test_admin import address, filled, list_address, run

pytestmark = pytest.mark.django_db


def desk(user):
    """A browser of somebody at the desk who reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def rights(role):
    return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


# The table


def test_each_role_holds_what_the_table_says_of_networks_memberships_people_and_the_log():
    names = ("network", "membership", "user", "logentry")
    found = {role: sorted(each for each in rights(role) if each.partition("_")[2] in names) for role in ROLES}

    viewer = {"view_membership", "view_network"}
    editor = viewer | {"add_membership", "add_network", "change_membership", "change_network", "delete_membership"}
    moderator = editor | {"delete_network", "publish_network"}
    people = {"add_user", "change_user", "delete_user", "view_logentry", "view_user"}
    assert found == {
        "viewer": sorted(viewer),
        "editor": sorted(editor),
        "moderator": sorted(moderator),
        "administrator": sorted(moderator | people),
    }


def test_each_role_may_what_the_one_before_it_may():
    for lower, higher in zip(ROLES, ROLES[1:], strict=False):
        assert rights(lower) < rights(higher)


def test_the_rows_of_the_index_are_nobodys():
    assert [
        each for each in rights(ADMINISTRATOR) if each.endswith(("_entry", "_posting", "_version", "_session"))
    ] == []


def test_a_permission_that_a_later_migration_brings_is_given_by_the_table():
    kind = ContentType.objects.get_for_model(Network)
    for codename in ("merge_network", "recover_network", "import_network", "undo_network", "review_network"):
        Permission.objects.create(content_type=kind, codename=codename, name=codename)
    Group.objects.get(name="viewer").permissions.add(Permission.objects.get(codename="delete_network"))

    migrated(sender=[each for each in apps.get_app_configs() if each.models_module][-1], using="default")
    give_rights()

    assert {
        role: sorted(
            rights(role)
            & {"merge_network", "recover_network", "import_network", "undo_network", "review_network", "delete_network"}
        )
        for role in ROLES
    } == {
        "viewer": [],
        "editor": ["import_network"],
        "moderator": sorted(
            ["delete_network", "import_network", "merge_network", "recover_network", "review_network", "undo_network"]
        ),
        "administrator": sorted(
            ["delete_network", "import_network", "merge_network", "recover_network", "review_network", "undo_network"]
        ),
    }
    assert Group.objects.count() == len(ROLES)


def test_the_page_about_roles_shows_the_table():
    with translation.override("en"):
        rows = [
            f"| {each.words} | "
            + " | ".join("yes" if ROLES.index(role) >= ROLES.index(each.role) else "–" for role in ROLES)
            + " |"
            for each in RIGHTS
        ]

    text = (settings.BASE_DIR / "docs" / "roles.md").read_text()

    assert re.findall(r"^\| .* \|$", text, re.MULTILINE)[1:] == rows
    assert may("editor", "delete", Membership)


# Publishing


def test_what_an_editor_adds_is_a_draft_whatever_the_form_sends():
    editor = desk(person(role="editor"))
    page = list_address(Network, "add")
    data = {
        **filled(editor, page),
        "slug": "nytt",
        "name_sv": "Nytt",
        "kind": "city-network",
        "scope": "european",
        "source": make.make_source().pk,
    }
    assert "published" not in data

    answer = editor.post(page, {**data, "published": "on"})

    assert answer.status_code == 302
    assert not Network.objects.get(slug="nytt").published


def test_a_draft_is_shown_as_one_before_it_is_saved():
    page = desk(person(role="editor")).get(list_address(Network, "add")).content.decode()

    assert 'alt="False"' in page
    assert 'name="published"' not in page


@pytest.mark.parametrize("published", [True, False])
def test_an_editor_changes_a_record_and_leaves_it_as_public_as_it_was(published):
    network = make.make_network(published=published)
    editor = desk(person(role="editor"))

    answer = editor.post(
        address(network),
        {**filled(editor, address(network)), "name_en": "New name", "published": "" if published else "on"},
    )

    network.refresh_from_db()
    assert (answer.status_code, network.name_en, network.published) == (302, "New name", published)


@pytest.mark.parametrize(("action", "published"), [("publish", False), ("unpublish", True)])
def test_who_may_not_publish_is_not_offered_it_and_refused_when_it_is_sent(action, published):
    network = make.make_network(published=published)
    editor, moderator = desk(person(role="editor")), desk(person("eva", role="moderator"))

    offered = [f'value="{action}"' in each.get(list_address(Network)).content.decode() for each in (editor, moderator)]
    run(editor, Network, action, network)
    network.refresh_from_db()
    left = network.published
    run(moderator, Network, action, network)
    network.refresh_from_db()

    assert (offered, left, network.published) == ([False, True], published, not published)


def test_a_moderator_publishes_in_the_form():
    moderator = desk(person(role="moderator"))
    network = make.make_network(published=False)

    moderator.post(address(network), {**filled(moderator, address(network)), "published": "on"})

    network.refresh_from_db()
    assert network.published


# People


def account(user, page="change"):
    return reverse(f"admin:auth_user_{page}", args=[user.pk])


def sentences(answer):
    return [text for texts in answer.context["adminform"].form.errors.values() for text in texts]


def test_an_administrator_lets_a_colleague_in_with_a_role_and_nothing_more():
    chief = desk(person("chief", role="administrator"))
    group = Group.objects.get(name="editor")
    data = {
        "username": "ny",
        "email": "ny@example.org",
        "groups": [group.pk],
        "usable_password": "false",
        "is_superuser": "on",
        "is_staff": "",
    }

    answer = chief.post(reverse("admin:auth_user_add"), data)

    user = User.objects.get(username="ny")
    assert answer.status_code == 302
    assert (
        user.is_staff,
        user.is_superuser,
        user.has_usable_password(),
        [each.name for each in user.groups.all()],
    ) == (True, False, False, ["editor"])


def test_no_form_makes_a_superuser_or_hands_out_single_rights():
    other = person("other", role="editor")
    chief = desk(person("chief", role="administrator"))

    chief.post(
        account(other),
        {**filled_user(chief, other), "is_superuser": "on", "user_permissions": [Permission.objects.first().pk]},
    )

    other.refresh_from_db()
    assert (other.is_superuser, other.user_permissions.count()) == (False, 0)


def filled_user(client, user):
    return {**filled(client, account(user)), "groups": [each.pk for each in user.groups.all()], "is_active": "on"}


def test_nobody_gives_rights_that_she_does_not_have():
    strong = Group.objects.create(name="strong")
    strong.permissions.add(Permission.objects.get(codename="add_session"))
    other = person("other")
    chief = desk(person("chief", role="administrator"))

    answer = chief.post(account(other), {**filled_user(chief, other), "groups": [strong.pk]})
    group = chief.post(
        reverse("admin:auth_group_add"),
        {"name": "new", "permissions": [Permission.objects.get(codename="add_session").pk]},
    )

    assert len(sentences(answer)) == 1
    assert other.groups.count() == 0
    assert len(sentences(group)) == 1
    assert not Group.objects.filter(name="new").exists()
    assert chief.get(reverse("admin:auth_group_change", args=[strong.pk])).context["has_change_permission"] is False


@pytest.mark.parametrize("page", ["change", "delete", "password_change"])
def test_an_administrator_cannot_touch_a_superuser(admin_user, page):
    chief = desk(person("chief", role="administrator"))
    before = admin_user.password

    answer = chief.post(
        account(admin_user, page),
        {"post": "yes", "password1": "quite another phrase", "password2": "quite another phrase"},
    )

    admin_user.refresh_from_db()
    assert (answer.status_code, admin_user.password) == (403, before)


@pytest.mark.parametrize("role", ROLES)
def test_roles_are_changed_in_the_code_only(role):
    chief = desk(person("chief", role="administrator"))
    group = Group.objects.get(name=role)

    assert chief.post(reverse("admin:auth_group_change", args=[group.pk]), {"name": role}).status_code == 403
    assert chief.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("changes", [{"is_active": ""}, {"groups": []}])
def test_the_last_administrator_stays(changes):
    user = person("chief", role="administrator")
    person("closed", role="administrator", is_active=False)
    chief = desk(user)
    data = {**filled_user(chief, user), **changes}
    data = {name: value for name, value in data.items() if value != ""}

    answer = chief.post(account(user), data)

    assert sentences(answer) == [LAST]
    person("second", role="administrator")
    assert chief.post(account(user), data).status_code == 302


def test_the_last_administrator_is_not_deleted_either():
    user = person("chief", role="administrator")
    chief = desk(user)

    alone = chief.post(account(user, "delete"), {"post": "yes"})
    run_alone = chief.post(
        reverse("admin:auth_user_changelist"),
        {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"},
    )
    there = User.objects.filter(pk=user.pk).exists()
    person("second", role="administrator")
    chief.post(account(user, "delete"), {"post": "yes"})

    assert (str(LAST) in alone.content.decode(), str(LAST) in run_alone.content.decode(), there) == (True, True, True)
    assert not User.objects.filter(pk=user.pk).exists()


def test_an_account_that_did_something_is_closed_and_not_deleted_with_its_lines_in_the_log():
    other = person("other", role="editor")
    LogEntry.objects.log_actions(other.pk, [make.make_network()], 2, "x", single_object=True)
    chief = desk(person("chief", role="administrator"))
    theirs = desk(other)

    deleted = chief.post(account(other, "delete"), {"post": "yes"})
    data = filled_user(chief, other)
    data.pop("is_active")
    closed = chief.post(account(other), data)

    assert (deleted.status_code, closed.status_code, LogEntry.objects.filter(user=other).count()) == (403, 302, 1)
    assert theirs.get("/admin/").status_code == 302


def test_an_administrator_takes_a_lost_second_factor_away_but_not_a_superusers(admin_user):
    other = person("other", role="editor")
    give_app(other), give_app(admin_user)

    run(desk(person("chief", role="administrator")), User, "reset_second_factors", other, admin_user)

    assert (has_app(other), has_app(admin_user)) == (False, True)


@pytest.mark.parametrize("role", ["viewer", "editor", "moderator"])
def test_addresses_of_colleagues_are_shown_to_administrators_only(role):
    colleague = person("colleague", role="editor", email="secret-address@example.org")
    network = make.make_network(verified_at="2026-01-01", verified_by=colleague)
    LogEntry.objects.log_actions(colleague.pk, [network], 2, "x", single_object=True)
    client = desk(person(role=role))

    for page in (
        "/admin/",
        list_address(Network),
        address(network),
        address(network, "history"),
        reverse("admin:auth_user_changelist"),
    ):
        assert "secret-address" not in client.get(page).content.decode(), page
    assert client.get(reverse("admin:admin_logentry_changelist")).status_code == 403
    assert PASSWORD not in client.get("/admin/").content.decode()


def test_the_log_tells_administrators_who_did_what(django_assert_max_num_queries):
    colleague = person("colleague", role="editor")
    LogEntry.objects.log_actions(
        colleague.pk, [make.make_network(name_sv="Nätet")], 2, [{"changed": {"fields": ["slug"]}}], single_object=True
    )

    page = desk(person("chief", role="administrator")).get(reverse("admin:admin_logentry_changelist")).content.decode()

    assert ("colleague" in page, "Nätet" in page, "Changed" in page) == (True, True, True)
