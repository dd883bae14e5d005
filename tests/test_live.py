"""What a script adds, in a real browser: lists that change in place, names suggested while somebody types."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from directory.lists import PER_PAGE
from tests.factories import make_network

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)",
)
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
# Let every answer take its time.
SLOW = """() => {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (...what) { setTimeout(() => send.apply(this, what), 300); };
}"""


@pytest.fixture
def many(directory):
    """Enough networks in the directory for several pages."""
    for number in range(PER_PAGE * 3):
        make_network(name_sv=f"{'ABCÅÖ'[number % 5]}-nätet {number:02}", scope="nordic")


def heard(page):
    """Return a list that fills with what a screen reader is told by the page's status."""
    page.evaluate(
        """() => {
          window.heard = [];
          const status = document.getElementById("status");
          new MutationObserver(() => { if (status.textContent) heard.push(status.textContent); })
            .observe(status, { childList: true, characterData: true, subtree: true });
        }"""
    )
    return lambda: page.evaluate("heard")


def stay(page):
    """Mark the document, so that a page loaded anew can be told from one that changed in place."""
    page.evaluate("window.marked = true")
    return lambda: page.evaluate("window.marked === true")


def focused(page):
    """Return the id of the element that has the focus."""
    return page.evaluate("document.activeElement.id")


def test_a_choice_refreshes_the_list_in_place_and_is_said_once(open_page):
    with open_page("/en/networks/", viewport=DESK) as page:
        told, here = heard(page), stay(page)
        choice = page.get_by_role("checkbox", name="national network")
        choice.focus()
        page.keyboard.press("Space")

        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        expect(page).to_have_url(re.compile(r"/en/networks/\?kind=national-network$"))
        expect(choice).to_be_checked()
        expect(choice).to_be_focused()
        expect(page.get_by_role("link", name="Remove Kind: national network")).to_be_visible()
        expect(page.get_by_role("button", name="Show")).to_be_hidden()
        expect(page.get_by_role("status")).to_have_text("10 results")
        assert (
            page.get_by_role("navigation", name="Ways to look at it")
            .get_by_role("link")
            .all()[1]
            .get_attribute("href")
            .endswith("?of=networks&kind=national-network")
        )
        assert page.get_by_role("link", name="Svenska").get_attribute("href") == "/sv/networks/?kind=national-network"
        assert (told(), here()) == (["10 results"], True)


def test_back_and_forward_ask_the_server_again(open_page):
    with open_page("/en/networks/", viewport=DESK) as page:
        here = stay(page)
        page.get_by_role("checkbox", name="national network").check()
        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        page.get_by_role("searchbox", name="Words").fill("turkiye")
        expect(page.get_by_role("heading", name="1 result")).to_be_visible()
        expect(page).to_have_url(re.compile(r"\?q=turkiye&kind=national-network$"))

        with page.expect_response(re.compile("kind=national-network$")):
            page.go_back()
        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        expect(page.get_by_role("searchbox", name="Words")).to_have_value("")
        page.go_back()
        expect(page.get_by_role("heading", name="15 results")).to_be_visible()
        expect(page.get_by_role("checkbox", name="national network")).not_to_be_checked()
        assert page.get_by_role("link", name="Svenska").get_attribute("href") == "/sv/networks/"
        page.go_forward()
        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        expect(page.get_by_role("checkbox", name="national network")).to_be_checked()
        assert here()


def test_a_list_left_for_a_record_is_there_again_on_the_way_back(open_page):
    with open_page("/en/networks/", viewport=DESK) as page:
        page.get_by_role("checkbox", name="national network").check()
        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        page.get_by_role("article").first.get_by_role("link").first.click()
        expect(page).to_have_url(re.compile("/en/networks/[a-z-]+/$"))

        page.go_back()

        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        expect(page.get_by_role("checkbox", name="national network")).to_be_checked()


def test_typing_is_not_disturbed_and_is_one_step_of_the_history(open_page):
    with open_page("/en/networks/", viewport=DESK) as page:
        words = page.get_by_role("searchbox", name="Words")
        words.press_sequentially("seis", delay=20)
        expect(page).to_have_url(re.compile(r"\?q=seis$"))
        # While an answer is on its way somebody goes on typing.
        page.evaluate(SLOW)
        words.press_sequentially("mic", delay=20)
        page.wait_for_timeout(350)
        words.press_sequentially(" sweden", delay=20)

        expect(page).to_have_url(re.compile(r"\?q=seismic(\+|%20)sweden$"))
        expect(words).to_have_value("seismic sweden")
        expect(words).to_be_focused()
        page.go_back()
        expect(page).to_have_url(re.compile(r"/en/networks/$"))
        expect(words).to_have_value("")


def test_an_overtaken_request_is_dropped(open_page):
    with open_page("/en/networks/", viewport=DESK) as page:
        told = heard(page)
        slow = []
        page.route("**/networks/?kind=national-network", lambda route: slow.append(route))
        page.get_by_role("checkbox", name="national network").check()
        page.wait_for_timeout(100)
        page.get_by_role("checkbox", name="bilateral network").check()

        expect(page.get_by_role("link", name="Remove Kind: bilateral network")).to_be_visible()
        assert len(slow) == 1
        page.unroute_all(behavior="ignoreErrors")
        expect(page.get_by_role("status")).to_have_text(re.compile(" results?$"))
        page.wait_for_timeout(200)
        expect(page.get_by_role("checkbox", name="national network")).to_be_checked()
        assert len(told()) == 1


def test_without_an_answer_a_sentence_says_so_and_the_form_stays(open_page):
    with open_page("/en/networks/", ["ERR_INTERNET_DISCONNECTED"], viewport=DESK) as page:
        page.context.set_offline(True)
        page.get_by_role("checkbox", name="national network").check()

        expect(page.get_by_role("status")).to_contain_text("The list could not be refreshed: no answer came.")
        expect(page.get_by_role("status")).to_be_in_viewport()
        expect(page.get_by_role("checkbox", name="national network")).to_be_checked()
        expect(page.get_by_role("heading", name="15 results")).to_be_visible()
        page.context.set_offline(False)
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("10 results")
        expect(page.get_by_role("button", name="Show")).to_be_hidden()


def test_what_the_server_refuses_is_shown_by_the_browser(open_page):
    with open_page("/en/networks/", ["400 (Bad Request)"], viewport=DESK) as page:
        page.get_by_role("searchbox", name="Words").evaluate("field => { field.removeAttribute('maxlength') }")
        page.get_by_role("searchbox", name="Words").fill("x" * 2100)

        expect(page.get_by_role("status")).to_contain_text("the directory did not understand")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("The request cannot be read")


def test_chips_and_pages_keep_the_reader_where_reading_goes_on(open_page, many):
    with open_page("/en/networks/?scope=nordic&kind=city-network", viewport=DESK) as page:
        told, here = heard(page), stay(page)
        page.get_by_role("link", name="Next").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("Page 2 of", exact=False).first).to_be_visible()
        expect(page.locator("#count")).to_be_focused()
        expect(page.locator("#count")).to_be_in_viewport()
        # Each step waits for what is said of the one before: words that come at once take the place of those not said yet.
        expect(page.get_by_role("status")).to_have_text("Page 2 of 4")
        page.get_by_role("link", name="Remove Kind: city network").focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"\?scope=nordic$"))
        expect(page.get_by_role("link", name="Remove Reach: Nordic")).to_be_focused()
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+ results$"))
        fewer = page.get_by_role("status").text_content()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/en/networks/$"))
        expect(page.locator("#count")).to_be_focused()
        expect(page.get_by_role("status")).to_have_text(f"{PER_PAGE * 3 + 15} results")
        assert told() == ["Page 2 of 4", fewer, f"{PER_PAGE * 3 + 15} results"]
        assert here()


def test_boxes_keep_their_place_and_the_sheet_stays_open(open_page):
    with open_page("/en/networks/", viewport={"width": 360, "height": 500}) as page:
        page.get_by_text("Filters", exact=True).click()
        box = page.locator("#group-country .options")
        page.locator("#group-country input[type=checkbox]").last.check()
        expect(page).to_have_url(re.compile(r"\?country="))
        expect(page.locator(".chip")).to_have_count(1)

        expect(page.locator(".filter-sheet")).to_have_attribute("open", "")
        assert box.evaluate("each => each.scrollTop") > 0


def test_on_the_phone_the_button_leads_from_the_sheet_to_the_results(open_page):
    with open_page("/en/networks/", viewport=PHONE) as page:
        page.get_by_text("Filters", exact=True).click()
        page.get_by_role("checkbox", name="national network").check()
        expect(page).to_have_url(re.compile("kind=national-network"))
        page.get_by_role("button", name="Show").click()

        expect(page.locator("#count")).to_be_focused()
        expect(page.locator("#count")).to_be_in_viewport()
        expect(page.get_by_role("button", name="Show")).to_be_hidden()


@pytest.mark.parametrize("way", ["map", "timeline", "statistics"])
def test_the_other_ways_to_look_are_refreshed_in_place_too(open_page, way):
    with open_page(f"/en/{way}/?of=networks", viewport=DESK) as page:
        here = stay(page)
        page.get_by_role("checkbox", name="national network").check()

        expect(page.get_by_role("heading", name="10 results")).to_be_visible()
        expect(page).to_have_url(re.compile(rf"/en/{way}/\?kind=national-network&of=networks$"))
        expect(page.get_by_role("link", name="List", exact=True)).to_have_attribute(
            "href", re.compile(r"/en/networks/\?kind=national-network$")
        )
        assert here()


def test_names_are_suggested_while_somebody_types(open_page):
    with open_page("/en/networks/", viewport=DESK) as page:
        search = page.get_by_role("combobox", name="Search the whole directory")
        expect(search).to_have_attribute("aria-expanded", "false")
        search.press_sequentially("norr", delay=20)

        options = page.locator(".suggestions").get_by_role("option")
        expect(options.first).to_have_text(re.compile(r"Norrköping\s+city"))
        expect(search).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        expect(search).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
        expect(search).to_be_focused()
        page.keyboard.press("ArrowUp")
        expect(search).not_to_have_attribute("aria-activedescendant", re.compile("."))
        page.keyboard.press("ArrowUp")
        expect(options.last).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Home")
        expect(page.locator("[aria-selected=true]")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(options.first).to_be_hidden()
        expect(search).to_have_value("norr")
        expect(search).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("ArrowDown")
        expect(options.first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/en/cities/norrkoping/$"))


def test_suggestions_are_said_and_enter_without_a_choice_searches(open_page):
    with open_page("/en/", viewport=DESK) as page:
        search = page.get_by_role("combobox")
        search.press_sequentially("seismic", delay=20)
        expect(page.get_by_role("option").first).to_be_visible()
        expect(page.get_by_role("status")).to_have_text(re.compile(": choose with the arrow keys.$"))
        search.press_sequentially("zzzz", delay=20)
        expect(page.locator(".suggestions").get_by_role("option")).to_have_count(0)
        expect(page.get_by_role("status")).to_have_text("No name begins so. Press Enter to search all texts.")
        search.fill("seismic")
        page.keyboard.press("Enter")

        expect(page).to_have_url(re.compile(r"/en/search/\?q=seismic$"))


def test_a_suggestion_is_pressed_with_a_finger(open_page):
    with open_page("/sv/", viewport=PHONE, has_touch=True) as page:
        page.get_by_role("combobox").press_sequentially("norr", delay=20)
        page.get_by_role("option").first.tap()

        expect(page).to_have_url(re.compile("/sv/cities/norrkoping/$"))


def test_what_an_input_method_puts_together_is_asked_for_when_it_is_whole(open_page):
    with open_page("/sv/", viewport=DESK) as page:
        asked = []
        page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
        search = page.get_by_role("combobox")
        search.focus()
        search.evaluate(
            """field => {
              field.dispatchEvent(new CompositionEvent("compositionstart"));
              field.value = "norrko\u0308p";
              field.dispatchEvent(new InputEvent("input", { isComposing: true, bubbles: true }));
            }"""
        )
        page.wait_for_timeout(400)
        assert asked == []
        search.evaluate("field => { field.dispatchEvent(new CompositionEvent('compositionend')) }")

        expect(page.get_by_role("option").first).to_contain_text("Norrköping")


@pytest.mark.look
def test_open_suggestions_are_accessible_and_fit(open_page):
    for width in (320, 768, 1440):
        for scheme in ("light", "dark"):
            settings = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme}
            for address in ("/en/", "/en/networks/"):
                with open_page(address, **settings) as page:
                    page.get_by_role("combobox").first.press_sequentially("se", delay=20)
                    page.get_by_role("option").first.wait_for()
                    page.keyboard.press("ArrowDown")
                    overflow = page.evaluate(
                        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                    )
                    found = Axe().run(page)

                    assert overflow == 0, (address, settings)
                    assert [each["id"] for each in found.response["violations"]] == [], found.generate_report()


def test_without_a_script_the_search_box_and_the_list_are_plain(open_page):
    with open_page("/en/networks/", java_script_enabled=False, viewport=DESK) as page:
        expect(page.get_by_role("combobox", name="Search the whole directory")).to_have_count(0)
        expect(page.get_by_role("button", name="Show")).to_be_visible()
        page.get_by_role("checkbox", name="national network").check()
        page.get_by_role("button", name="Show").click()
        expect(page).to_have_url(re.compile(r"/en/networks/\?kind=national-network$"))
        page.get_by_role("searchbox", name="Search the whole directory").fill("norr")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/en/search/\?q=norr$"))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_letter_opens_the_list_where_its_names_begin(open_page, many, scripts):
    with open_page("/sv/networks/?scope=nordic", java_script_enabled=scripts, viewport=DESK) as page:
        page.locator(".letters").get_by_role("link", name="Å", exact=True).click()

        expect(page).to_have_url(re.compile(r"/sv/networks/\?scope=nordic&page=2#place-\d+$"))
        expect(page.locator("li:target h3")).to_have_text("Å-nätet 03")
        expect(page.locator("li:target")).to_be_in_viewport()
