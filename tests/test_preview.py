"""The public page before it is public: as visitors would see it, for staff alone, and without a trace."""

import html5lib
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from directory.versions import Version
from directory.visits import waiting
from meetings.models import Meeting
from networks.models import Membership, Network
from projects.models import Publication
from tests import factories
from tests.pages import Page
from tests.test_admin import MAKERS, address, desk, filled, with_row  # noqa: F401 – a fixture and what forms need

pytestmark = pytest.mark.django_db
BROWSER = {"user-agent": "Mozilla/5.0"}


def preview_address(record):
    return address(record, "preview")


def banner(page):
    return page.texts("p", class_="preview")


def test_draft_is_seen_as_visitors_would_see_it(desk):  # noqa: F811
    draft = factories.make_network(name_sv="Utkastet", published=False, started="2014-21")
    city = factories.make_city(name_sv="Umeå")
    factories.make_membership(network=draft, city=city)

    found = desk.get(preview_address(draft))
    page = Page(found)

    assert (page.status, page.errors) == (200, [])
    assert banner(page) == [
        "Preview of a draft: it is not public. Visitors would see this page if the draft were published now. To the form"
    ]
    assert page.texts("h1") == ["Utkastet"]
    assert "spring 2014" in page.words
    # The rows of a draft are hidden with it; here they are seen as they will be.
    assert city.get_absolute_url().replace("/sv/", "/en/") in page.links
    # But for its banner the page is the public one.
    shown = banner(page)
    Network.objects.filter(pk=draft.pk).update(published=True)
    public = Page(Client(headers={"accept-language": "en"}).get(draft.get_absolute_url().replace("/sv/", "/en/")))
    assert (public.words, banner(public), bool(shown)) == (page.words, [], True)


def test_preview_leaves_nothing_behind(desk):  # noqa: F811
    draft = factories.make_network(published=False)
    version, views = Version.objects.values("number", "token").get(), dict(waiting.views)

    answer = desk.get(preview_address(draft), headers=BROWSER)

    draft.refresh_from_db()
    assert (answer.status_code, draft.published, draft.edited_at) == (200, False, None)
    assert Version.objects.values("number", "token").get() == version
    assert (dict(waiting.views), LogEntry.objects.count()) == (views, 0)
    assert "no-store" in answer["Cache-Control"]
    assert (answer["X-Robots-Tag"], answer.has_header("ETag")) == ("noindex", False)
    assert Client().get(draft.get_absolute_url()).status_code == 404
    assert draft.slug not in Client().get("/sitemap-networks.xml").content.decode()


def test_what_is_typed_is_seen_and_not_saved(desk):  # noqa: F811
    network = factories.make_network(name_en="Old name")
    url, city = address(network), factories.make_city(name_sv="Umeå")
    data = {**filled(desk, url), "name_en": "New name", "started": "våren 2014"}
    data = with_row(data, "memberships", city=city.pk, role="member", source=network.source_id)

    page = Page(desk.post(preview_address(network), data))

    assert (page.errors, page.texts("h1")) == ([], ["New name"])
    assert ("spring 2014" in page.words, "Umeå" in page.words) == (True, True)
    assert banner(page)[0].startswith("Preview: nothing of this is saved.")
    network.refresh_from_db()
    assert (network.name_en, network.started, network.edited_at) == ("Old name", None, None)
    assert (Membership.objects.count(), LogEntry.objects.count()) == (0, 0)
    assert [str(each) for each in desk.get(url).context["messages"]] == []


def test_what_cannot_be_saved_comes_back_as_the_form_that_saves(desk):  # noqa: F811
    network = factories.make_network()
    url = address(network)

    answer = desk.post(preview_address(network), {**filled(desk, url), "started": "nonsense", "name_en": "Kept"})

    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    form = next(each for each in tree.iter("form") if each.get("id") == "network_form")
    fields = {each.get("name"): each.get("value") for each in form.iter("input")}
    assert (answer.status_code, form.get("action")) == (200, url)
    assert (fields["started"], fields["name_en"]) == ("nonsense", "Kept")
    assert "is not a date that we can read" in answer.content.decode()


def test_file_that_was_chosen_is_not_kept_for_a_preview(desk, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path
    publication = factories.make_publication()
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7", "application/pdf")

    answer = desk.post(preview_address(publication), {**filled(desk, address(publication)), "file": file})

    assert answer.status_code == 200
    assert ([*tmp_path.rglob("*")], Publication.objects.get().file.name) == ([], "")


def test_every_kind_of_record_with_a_page_has_a_preview(desk):  # noqa: F811
    found = {}
    for name, make in MAKERS.items():
        record = make()
        if hasattr(record, "slug"):
            found[name] = desk.get(preview_address(record)).status_code

    # A theme set is read as the list of its terms.
    assert found == {name: 404 if name == "networks_themeset" else 200 for name in found}
    assert len(found) == 12


def test_public_record_says_that_it_is_public(desk):  # noqa: F811
    assert banner(Page(desk.get(preview_address(factories.make_network())))) == [
        "Preview: this page is public already, as it is saved. To the form"
    ]


@pytest.mark.parametrize(
    ("may", "answers"), [((), (403, 403)), (("view_network",), (200, 403)), (("change_network",), (200, 200))]
)
def test_who_may_see_and_who_may_change_may_preview(django_user_model, may, answers):
    network = factories.make_network(published=False)
    staff = django_user_model.objects.create_user("staff", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename__in=may))
    client = Client()
    client.force_login(staff)
    url = preview_address(network)

    assert (client.get(url).status_code, client.post(url, {}).status_code) == answers


def test_others_are_asked_to_sign_in(django_user_model):
    url = preview_address(factories.make_network(published=False))
    visitor = Client()
    assert visitor.get(url).status_code == 302

    visitor.force_login(django_user_model.objects.create_user("visitor"))
    assert visitor.get(url).status_code == 302


def test_there_is_no_preview_of_nothing(desk):  # noqa: F811
    for key in ("9999999", "abc", "9" * 30):
        assert desk.get(reverse("admin:networks_network_preview", args=[key])).status_code == 404
    assert desk.put(preview_address(factories.make_network())).status_code == 405


def test_saving_can_lead_to_the_page_or_to_its_preview(desk):  # noqa: F811
    shown, draft = factories.make_meeting(), factories.make_meeting(published=False)
    leads_to = {}
    for meeting in (shown, draft):
        url = address(meeting)
        leads_to[meeting] = desk.post(url, {**filled(desk, url), "name_en": "Named", "_look": "1"}).url

    assert leads_to == {shown: shown.get_absolute_url().replace("/sv/", "/en/"), draft: preview_address(draft)}
    assert list(Meeting.objects.values_list("name_en", flat=True)) == ["Named", "Named"]
