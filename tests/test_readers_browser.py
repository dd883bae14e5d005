"""A reader tells the editors what is wrong, in a real browser without scripts."""

import os
import re
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from directory.readers import ReaderWord

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)",
)
# What the journey reads in each language: how the site says it is asked of the catalogue of its texts.
WAYS = {"sv": "sv-SE", "en": "en-GB"}
RULES = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def barriers(page):
    """Return what axe finds on the page."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("language", WAYS)
def test_a_reader_says_what_is_wrong_with_a_mistake_that_costs_nothing(open_page, language):
    settings = {"java_script_enabled": False, "locale": WAYS[language]}
    with open_page(f"/{language}/networks/sern/", expected=["422"], **settings) as page:
        page.locator(".doubt a").click()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.locator("select[name=fact]").select_option(index=1)
        fact = page.locator("select[name=fact]").input_value()
        page.locator("input[name=email]").fill("no address")
        page.locator("textarea[name=text]").fill("SERN grundades 2005.")
        time.sleep(3.2)
        page.locator("form.guarded button").click()

        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.locator("textarea[name=text]")).to_have_value("SERN grundades 2005.")
        expect(page.locator("select[name=fact]")).to_have_value(fact)
        page.get_by_role("alert").get_by_role("link").first.click()
        page.locator("input[name=email]").fill("reader@example.org")
        page.locator("form.guarded button").click()

        expect(page).to_have_url(re.compile(f"/{language}/words/sent/(#.*)?$"))
        assert page.context.cookies() == []
    word = ReaderWord.objects.get()
    assert (word.about, word.fact, word.text, word.language) == ("network:sern", fact, "SERN grundades 2005.", language)
    assert word.contact.email == "reader@example.org"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_new_pages_have_no_barriers(open_page, scheme):
    addresses = [
        *("/en/words/?about=project:innocities", "/sv/words/suggest/", "/en/words/sent/"),
        *("/sv/projects/buicasus/hub/", "/en/practices/?standing=selected", "/sv/practices/norwegian-model/"),
    ]
    with open_page("/en/words/", color_scheme=scheme, viewport={"width": 360, "height": 800}) as page:
        for address in addresses:
            page.goto(address)
            assert barriers(page) == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
