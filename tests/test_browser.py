"""The main journeys in a real browser, without scripts as with them; any console error or foreign request fails."""

import os
import re
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import expect

from networks.models import Membership
from tests.people import code, give_app

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)",
)


@pytest.mark.parametrize("scripts", [True, False])
def test_an_officer_finds_which_networks_her_city_is_in_since_when_and_from_where(open_page, scripts):
    with open_page("/", java_script_enabled=scripts) as page:
        page.get_by_label("Vad letar du efter?").fill("norrkoping")
        page.get_by_role("main").get_by_role("button", name="Sök").click()
        page.get_by_role("main").get_by_role("link", name="Norrköping", exact=True).first.click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Norrköping")
        row = page.get_by_role("row").filter(has_text="Unescos nätverk för kreativa städer")
        expect(row).to_contain_text("2017")
        expect(row).to_contain_text("musik")
        row.locator("summary").click()
        expect(row.get_by_text("togs upp i nätverket 2017")).to_be_visible()
        expect(row.get_by_text("Inget datum på sidan")).to_be_visible()
        page.get_by_role("row").filter(has_text="SERN").get_by_role("link", name="SERN").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("SERN")
        page.get_by_role("link", name="English").click()
        expect(page).to_have_url(re.compile("/en/networks/sern/$"))


def test_a_researcher_narrows_a_list_by_keyboard_alone_without_scripts(open_page):
    with open_page("/en/networks/", java_script_enabled=False, locale="en-GB") as page:
        page.get_by_role("checkbox", name="national network").focus()
        page.keyboard.press("Space")
        page.get_by_role("searchbox", name="Words").focus()
        page.keyboard.type("turkiye")
        page.keyboard.press("Enter")

        expect(page.get_by_role("heading", name="1 result")).to_be_visible()
        expect(page.get_by_role("checkbox", name="national network")).to_be_checked()
        page.get_by_role("link", name="Remove Words: turkiye").click()
        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        page.get_by_role("link", name="Clear all").click()
        expect(page.get_by_role("heading", name="15 results")).to_be_visible()


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(open_page):
    with open_page("/sv/networks/") as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Gå till innehållet")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        expect(page.get_by_role("main").get_by_role("link", name="Start")).to_be_focused()


def test_an_editor_corrects_a_record_and_sees_it_on_the_page(open_page):
    secret = give_app(get_user_model().objects.create_superuser("anna", password="a long pass phrase"))
    with open_page("/sv/cities/norrkoping/edit/") as page:
        page.get_by_label("Användarnamn").fill("anna")
        page.get_by_label("Lösenord").fill("a long pass phrase")
        page.get_by_role("button", name="Logga in").click()
        page.get_by_label("Kod").fill(code(secret))
        page.locator(".submit-row input").click()
        expect(page).to_have_url(re.compile("/admin/networks/city/"))
        membership = Membership.objects.get(key="creative-cities-norrkoping")
        page.goto(f"/admin/networks/membership/{membership.pk}/change/")

        page.locator("#id_since").fill("början av 2017")
        page.get_by_role("button", name="Spara", exact=True).first.click()
        expect(page.locator(".errorlist", has_text="början av 2017")).to_be_visible()
        page.locator("#id_since").fill("hösten 2017")
        page.get_by_role("button", name="Spara", exact=True).first.click()
        page.goto("/sv/cities/norrkoping/")

        row = page.get_by_role("row").filter(has_text="Unescos nätverk för kreativa städer")
        expect(row).to_contain_text("hösten 2017")
