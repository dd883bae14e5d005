"""Who may import, see imports and take them back."""

import pytest
from django.urls import reverse

from directory.imports.models import Import
from directory.imports.uploads import Upload
from networks.models import Network
from tests import factories
from tests.importing import GOOD, choose, editor, shown, step
from tests.pages import Page

pytestmark = pytest.mark.django_db


NEEDED = ["add_network", "change_network", "add_import"]


@pytest.mark.parametrize("missing", NEEDED)
def test_who_may_not_do_it_by_hand_may_not_import_it(django_user_model, missing):
    client = editor(django_user_model, *({*NEEDED, "view_network"} - {missing}))

    assert client.get(reverse("admin:directory_import_new", args=["networks"])).status_code == 403
    assert choose(client, GOOD).status_code == 403
    for what in ("template", "records"):
        address = reverse("admin:directory_import_file", args=["networks", what, "csv"])
        assert client.get(address).status_code == 403
    page = client.get(reverse("admin:networks_network_changelist"))
    assert reverse("admin:directory_import_new", args=["networks"]) not in Page(page).links


def test_who_may_is_led_there_from_the_list_of_records(django_user_model):
    client = editor(django_user_model, *NEEDED, "view_network", "view_city")

    page = client.get(reverse("admin:networks_network_changelist"))
    assert reverse("admin:directory_import_new", args=["networks"]) in Page(page).links
    page = client.get(reverse("admin:networks_city_changelist"))
    assert [link for link in Page(page).links if "import" in link] == []


def test_another_editors_file_is_not_here(desk, skl, django_user_model):
    url = choose(desk, GOOD).request["PATH_INFO"]

    client = editor(django_user_model, *NEEDED, "view_import")

    assert client.get(url).status_code == 302
    assert client.post(url, {"step": "remove"}).status_code == 302
    assert Upload.objects.count() == 1


def test_rights_that_were_lost_meanwhile_are_missed_at_every_step(django_user_model, skl):
    client = editor(django_user_model, *NEEDED)
    page = choose(client, GOOD)
    django_user_model.objects.get().user_permissions.clear()

    assert client.post(page.request["PATH_INFO"], {"step": "confirm", "print": shown(page)}).status_code == 403
    assert list(Network.objects.all()) == []


def test_who_may_not_publish_imports_drafts_and_leaves_what_is_published(django_user_model, skl):
    factories.make_network(slug="uc", name_sv="UC", kind="city-network", scope="european", source=skl)
    client = editor(django_user_model, *NEEDED)
    lines = (
        GOOD.replace("source", "source;published").replace("skl\n", "skl;yes\n")
        + "uc;UC2;city-network;european;skl;no\n"
    )

    page = choose(client, lines)

    assert "You may not publish" in Page(page).root.find(".//div[@id='content-main']")[1].text
    step(client, page, step="confirm")
    assert list(Network.objects.order_by("slug").values_list("slug", "name_sv", "published")) == [
        ("sern", "SERN", False),
        ("uc", "UC2", True),
    ]


def test_imports_are_seen_and_taken_back_by_those_who_may(desk, skl, django_user_model):
    step(desk, choose(desk, GOOD), step="confirm")
    made = Import.objects.get()
    change, undo = (reverse(f"admin:directory_import_{name}", args=[made.pk]) for name in ("change", "undo"))
    client = editor(django_user_model, "view_import")

    assert (client.get(change).status_code, client.get(undo).status_code, client.post(undo).status_code) == (
        200,
        403,
        403,
    )
    assert undo not in Page(client.get(change)).links
    assert client.get(reverse("admin:directory_import_delete", args=[made.pk])).status_code == 403
    assert client.get(reverse("admin:directory_import_add")).status_code == 403
    assert Network.objects.count() == 1


def test_nobody_sees_imports_without_the_right(desk, skl, django_user_model):
    step(desk, choose(desk, GOOD), step="confirm")
    client = editor(django_user_model, "view_network")

    for url in ("changelist", "change"):
        args = [Import.objects.get().pk] if url == "change" else []
        assert client.get(reverse(f"admin:directory_import_{url}", args=args)).status_code == 403


def test_what_is_no_import_is_404(desk):
    for url in ("new/cities/", "new/networks/nonsense.csv", "new/networks/template.ods", "999/undo/"):
        assert desk.get(f"/admin/directory/import/{url}").status_code == 404
