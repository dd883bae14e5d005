"""The admin in a real browser: accessible, narrow, in both colours, at peace with the Content-Security-Policy."""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from meetings.models import Meeting
from networks.models import City, Network
from projects.models import Project

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)",
)


@pytest.fixture
def open_desk(open_page, live_server):
    """Return a context manager that opens a page of the admin for a signed-in editor."""
    editor = get_user_model().objects.create_superuser("anna", password="a long pass phrase")
    client = Client()
    client.force_login(editor)

    @contextmanager
    def opened(address="", **settings):
        with open_page(**settings) as page:
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url + "/"}
            page.context.add_cookies([cookie])
            if address:
                page.goto(address)
            yield page

    return opened


def admin_address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def violations(page):
    """Return what axe finds, as (rule, element)."""
    # What the rules load to look at style sheets that import others is itself in conflict with the policy.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    return [(each["id"], node["html"][:120]) for each in found for node in each["nodes"]]


NOT_ADDED = ("funder", "import", "logentry", "nomination", "readerword")


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def kinds_of_page():
    """Return the address of one page of each kind in the admin."""
    network = Network.objects.order_by("pk").first().pk
    return [
        "/admin/",
        "/admin/duplicates/",
        admin_address(Network, "changelist"),
        f"{admin_address(Meeting, 'changelist')}?task=unverified&q=a",
        admin_address(Network, "change", network),
        admin_address(Project, "add"),
        admin_address(Network, "delete", network),
        admin_address(Network, "history", network),
        admin_address(Network, "preview", network),
        "/admin/password_change/",
    ]


@pytest.mark.look
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_each_kind_of_page_is_accessible_in_every_setting(open_desk, scheme, width):
    City.objects.create(slug="tvilling", name_sv="Norrkoping", country="SE", source=City.objects.first().source)

    with open_desk(viewport={"width": width, "height": 900}, color_scheme=scheme) as page:
        for address in kinds_of_page():
            page.goto(address)
            assert (address, overflow(page), violations(page)) == (address, 0, [])


@pytest.mark.look
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_is_accessible(open_page, scheme):
    with open_page("/admin/login/", viewport={"width": 320, "height": 900}, color_scheme=scheme) as page:
        assert (overflow(page), violations(page)) == (0, [])


@pytest.mark.look
def test_no_list_and_no_form_is_in_conflict_with_the_policy_or_too_wide_for_a_phone(open_desk):
    walked = 0
    # What the console says, or a request to another host, fails when the page is closed.
    with open_desk(viewport={"width": 320, "height": 900}) as page:
        for model in admin.site._registry:
            record = model._default_manager.order_by("pk").first()
            addresses = [admin_address(model, "changelist")]
            addresses += [admin_address(model, "change", record.pk)] if record else []
            # Funders become such by a grant, imports begin with a file, visitors write for themselves, and so does the log.
            addresses += [admin_address(model, "add")] if model._meta.model_name not in NOT_ADDED else []
            for address in addresses:
                answer = page.goto(address)
                assert (address, answer.status, overflow(page)) == (address, 200, 0)
                walked += 1

    assert walked >= 53


@pytest.mark.look
def test_colours_chosen_by_the_system_keep_every_control_in_sight(open_desk):
    with open_desk("/admin/", forced_colors="active") as page:
        card = page.locator(".task").first

        assert card.evaluate("each => getComputedStyle(each).borderTopWidth") == "1px"
        assert violations(page) == []


def test_the_reading_follows_what_is_typed(open_desk):
    network = Network.objects.get(slug="seismic")
    with open_desk(admin_address(Network, "change", network.pk), locale="en-GB") as page:
        reading = page.locator("#id_started + .reading")
        expect(reading).to_have_text("Read as: 2013 (2013)")

        page.locator("#id_started").fill("våren 2014")
        expect(reading).to_have_text("Read as: spring 2014 (2014-21)")
        page.locator("#id_started").fill("början av 2014")
        expect(reading).to_contain_text("names a part of a time that has no date of its own")
        page.locator("#id_started").fill("")
        expect(reading).to_be_hidden()


def test_a_figure_is_added_in_one_field_and_read_at_once(open_desk):
    network = Network.objects.get(slug="sern")
    with open_desk(admin_address(Network, "change", network.pk), locale="en-GB") as page:
        page.locator("#figures-group").get_by_role("button", name="Add another Figure").click()
        row = page.locator("#figures-0")
        row.get_by_label("What is counted").select_option("cities")
        page.locator("#id_figures-0-count").fill("drygt 60")

        expect(row.locator(".reading").first).to_have_text("Read as: just over 60")
        row.locator(".select2-selection").click()
        page.locator(".select2-results__option[data-select2-id]").first.click()
        page.get_by_role("button", name="Save and continue editing").first.click()
        expect(page.locator("#figures-0 summary").first).to_have_text("just over 60 cities")


def test_rows_are_closed_under_their_words_and_open_with_an_error(open_desk):
    network = Network.objects.get(slug="seismic")
    with open_desk(admin_address(Network, "change", network.pk), locale="en-GB", java_script_enabled=False) as page:
        rows = page.locator("#figures-group details.row:visible")
        states = rows.evaluate_all("rows => rows.map(row => row.open)")
        assert states == [False] * len(states)
        rows.nth(1).locator("summary").click()
        page.locator("#id_figures-1-count").fill("minst 9")
        page.locator("#id_name_en").fill("Renamed")
        page.get_by_role("button", name="Save and continue editing").first.click()

        assert rows.evaluate_all("rows => rows.map(row => row.open)") == [number == 1 for number in range(len(states))]
        expect(page.locator("#figures-1 .errorlist")).to_contain_text("“minst 9” is neither an exact count")
        expect(page.locator("#id_name_en")).to_have_value("Renamed")


@pytest.mark.look
def test_both_languages_stand_side_by_side_at_the_desk_and_one_below_the_other_on_a_phone(open_desk):
    network = Network.objects.get(slug="seismic")
    for width, beside in ((1280, True), (320, False)):
        with open_desk(admin_address(Network, "change", network.pk), viewport={"width": width, "height": 900}) as page:
            swedish, english = (page.locator(f"#id_description_{code}").bounding_box() for code in ("sv", "en"))

            assert (swedish["y"] == english["y"]) is beside
            assert (english["y"] >= swedish["y"] + swedish["height"]) is not beside


def test_a_draft_is_previewed_with_what_is_typed_then_saved_and_looked_at(open_desk):
    network = Network.objects.get(slug="sern")
    Network.objects.filter(pk=network.pk).update(published=False)
    with open_desk(admin_address(Network, "change", network.pk), locale="en-GB") as page:
        page.locator("#id_name_en").fill("A better name")
        with page.context.expect_page() as opened:
            page.get_by_role("button", name="Preview").first.click()
        expect(opened.value.get_by_role("heading", level=1)).to_have_text("A better name")
        expect(opened.value.locator(".preview")).to_contain_text("nothing of this is saved")
        assert Network.objects.get(pk=network.pk).name_en == network.name_en

        page.get_by_role("checkbox", name="Published").check()
        page.get_by_role("button", name="Save and look at the page").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("A better name")
        expect(page.locator(".preview")).to_have_count(0)


def test_a_task_is_taken_from_the_desk_and_done(open_desk):
    with open_desk("/admin/", locale="en-GB") as page:
        task = page.locator("#task-differing")
        task.get_by_role("link", name="1 projects").click()
        expect(page.locator("#result_list tbody tr")).to_have_count(1)
        page.locator("#result_list th.field-listed_name a").click()
        page.get_by_role("button", name="Save as verified today").first.click()
        expect(page.get_by_text("Verified as of today.")).to_be_visible()
