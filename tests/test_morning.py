"""An editor's morning at the desk, in a real browser and in both languages: what she came for, from sign-in to the page."""

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from networks.models import Network
from tests.factories import make_network
from tests.people import PASSWORD, code, give_app, person

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)",
)
DRAFT = "Nätverket i vardande"
WORDS = {
    "sv": {
        "date": "våren 2014",
        "count": "drygt 500",
        "read": "Läses som: drygt 500",
        "shown": "drygt 500 deltagare",
        "taken back": "50 poster togs bort",
        "published": "Posten blev synlig för besökare.",
    },
    "en": {
        "date": "spring 2014",
        "count": "just over 500",
        "read": "Read as: just over 500",
        "shown": "just over 500 participants",
        "taken back": "50 records were removed",
        "published": "The record was added to what visitors see.",
    },
}
# A kind that there is not, a month that there is not, a source that there is not.
MISTAKES = [
    "fel-1;Fel 1;stadsnät;european;2014;innocities-card",
    "fel-2;Fel 2;city-network;european;2014-13;innocities-card",
    "fel-3;Fel 3;city-network;european;2014;nowhere",
]


def sign_in(page, secret):
    """Give the password, and the code of the telephone."""
    page.locator("#id_login").fill("anna")
    page.locator("#id_password").fill(PASSWORD)
    page.locator(".submit-row input").click()
    page.locator("#id_code").fill(code(secret))
    page.locator(".submit-row input").click()


def choose(page, field, words):
    """Choose a record in a field that is searched."""
    page.locator(f"#{field} + .select2 .select2-selection").click()
    page.locator(".select2-search__field").fill(words)
    page.locator(".select2-results__option--highlighted", has_text=words).click()


def save(page):
    """Save the form and come to the list."""
    page.locator("[name=_save]").first.click()
    expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_morning_at_the_desk(open_page, tmp_path, language):
    words, draft = WORDS[language], make_network(name_sv=DRAFT, slug="vardande", published=False)
    secret = give_app(person("anna", role="moderator"))
    rows = [f"stad-{number};Städer {number};city-network;european;2014;innocities-card" for number in range(47)]
    file = tmp_path / "nätverk.csv"
    file.write_text("\n".join(["slug;name_sv;kind;scope;started;source", *rows, *MISTAKES]), encoding="utf-8")

    with open_page("/admin/", ["422 (Unprocessable"], locale=language, viewport={"width": 1440, "height": 900}) as page:
        sign_in(page, secret)

        # What waits: a draft, whose date is corrected and which gets a figure with its source.
        page.locator("#task-drafts .numbers a").first.click()
        page.get_by_role("link", name=DRAFT).click()
        page.locator("#id_started").fill(words["date"])
        page.locator("#figures-group .add-row a").click()
        page.locator("#id_figures-0-measure").select_option("participants")
        page.locator("#id_figures-0-count").fill(words["count"])
        expect(page.locator("#figures-0").get_by_text(words["read"])).to_be_visible()
        choose(page, "id_figures-0-source", "Innocities")
        save(page)

        # A table from a colleague: three mistakes are told, repaired there, and all of it is taken back again.
        page.goto(reverse("admin:directory_import_new", args=["networks"]))
        page.locator("input[type=file]").set_input_files(file)
        page.locator("#content form [type=submit]").first.click()
        page.get_by_role("group", name=re.compile(r"\b49\b")).locator("[name$=kind]").fill("city-network")
        page.get_by_role("group", name=re.compile(r"\b50\b")).locator("[name$=started]").fill("2014-12")
        page.get_by_role("group", name=re.compile(r"\b51\b")).locator("[name$=source]").fill("innocities-card")
        page.locator("[name=step][value=check]").first.click()
        page.locator("[name=step][value=confirm]").first.click()
        expect(page.get_by_role("heading", name=re.compile(r": 50$"))).to_be_visible()
        page.locator("a[href$='/undo/']").click()
        page.locator("#content form [type=submit]").click()
        expect(page.get_by_text(words["taken back"])).to_be_visible()

        # The draft is published, and the page says what she wrote.
        page.goto(reverse("admin:networks_network_change", args=[draft.pk]))
        page.locator("#id_published").check()
        save(page)
        page.goto(f"/{language}/networks/vardande/")
        expect(page.get_by_text(words["date"]).first).to_be_visible()
        expect(page.get_by_text(words["shown"])).to_be_visible()
        page.goto(f"/{language}/networks/vardande/changes/")
        expect(page.get_by_text(words["published"])).to_be_visible()

    assert not Network.objects.filter(slug__startswith="stad-").exists()
