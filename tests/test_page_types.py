"""One page of every type, in every setting that readers have: what axe finds, what the keyboard meets, what fits."""

import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import expect

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = [
    pytest.mark.look,
    pytest.mark.skipif(
        not Path(CHROMIUM).exists(),
        reason="no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)",
    ),
]

# One address of each type of page, behind the language. What is not in the address tree yet is not walked.
PAGE_TYPES = [
    "",
    "search/",
    "search/?q=norrkoping",
    "search/?q=norkoping",
    "search/?q=zzzzzzzz",
    "networks/",
    "networks/?kind=national-network&country=se&country=hu&q=seismic",
    "networks/?kind_not=national-network&theme=nowhere",
    "networks/?q=zzzzzzzz",
    "networks/?order=size&format=doc",
    "networks/seismic/",
    "networks/seismic-se/",
    "networks/seismic/changes/",
    "networks/overlap/",
    "projects/",
    "projects/?year_from=x&amount_to=1&page=1",
    "projects/innocities/",
    "projects/buicasus/",
    "projects/buicasus/hub/",
    "meetings/",
    "meetings/?year=2014",
    "meetings/seismic-se-focus-groups/",
    "cities/",
    "cities/norrkoping/",
    "cities/goteborg/",
    "organisations/",
    "organisations/vinnova/",
    "funders/",
    "funders/vinnova/",
    "programmes/",
    "programmes/fp7/",
    "themes/",
    "themes/?set=seismic-themes",
    "themes/musik/",
    "publications/",
    "publications/jpi-agenda-2015/",
    "practices/",
    "practices/?standing=selected",
    "practices/innocities-partnership-model/",
    "calls/",
    "calls/?state=closed&country=nowhere",
    "calls/buicasus-best-practices/",
    "sources/",
    "sources/innocities-card/",
    "map/",
    "map/?of=networks&kind=city-network",
    "timeline/",
    "timeline/?of=meetings&year=2014",
    "statistics/",
    "statistics/?of=projects",
    "statistics/views/",
    "compare/",
    "compare/?id=network:seismic",
    "compare/?id=network:seismic&id=network:sern",
    "compare/?id=city:norrkoping&id=city:linkoping&id=city:nowhere",
    "compare/?"
    + "&".join(f"id=network:seismic-{each}" for each in ["se", "nl", "hu", "at", "de", "gb", "tr", "cz", "be", "it"]),
    "words/",
    "words/?about=project:innocities",
    "words/suggest/",
    "words/sent/",
    "new/",
    "about/",
    "about/marks/",
    "about/licence/",
    "about/privacy/",
    "accessibility/",
]
# Pages that say that there is nothing to show, with the status that the browser's console tells of.
ERRORS = {
    "nothing/here/": 404,
    "calls/buicasus-best-practices/nominate/": 403,
    "networks/?page=99": 404,
    "networks/?q=%00": 400,
}
# How many of them are in the address tree: one that falls out of it must not go unnoticed.
FEWEST = 56
SETTINGS = [
    (width, scheme, scripts) for width in (320, 768, 1440) for scheme in ("light", "dark") for scripts in (True, False)
]
# As axe judges by default, and by the rules of WCAG 2.2 that it leaves out then.
# Contrast takes most of its time: it is judged at both ends of the widths, for no colour follows the width or a script.
RULES = {
    contrast: {
        "resultTypes": ["violations"],
        "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": contrast}},
    }
    for contrast in (True, False)
}

# What the keyboard can reach on a page, and what is wrong with it: too small, unseen when it has the focus, or covered.
STOPS = """() => {
  const reached = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const trouble = [];
  for (const stop of document.querySelectorAll(reached)) {
    if (!stop.checkVisibility({visibilityProperty: true}) || stop.disabled) continue;
    const name = stop.outerHTML.slice(0, 120);
    stop.focus();
    const style = getComputedStyle(stop), label = stop.labels?.[0];
    if (document.activeElement !== stop) trouble.push("takes no focus: " + name);
    const spot = stop.tagName === "a" && stop.querySelector(".spot-area"); // of a place on a map the sign itself is outlined
    const outlined = spot ? parseFloat(getComputedStyle(spot).strokeWidth) : style.outlineStyle !== "none" && parseFloat(style.outlineWidth);
    if (!(outlined >= 2)) trouble.push("focus is not seen: " + name);
    const [place] = (spot || stop).getClientRects();
    const top = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
    if (!top || !(stop.contains(top) || top.contains(stop) || label?.contains(top))) {
      trouble.push("is covered by " + top?.outerHTML.slice(0, 60) + ": " + name);
    }
    const target = label?.contains(stop) ? label.getBoundingClientRect() : place;
    const sentence = style.display === "inline" && stop.closest("p, li, dd, q, td, th")?.innerText.trim() !== stop.textContent.trim();
    if (target.height < 23.5 || (target.width < 23.5 && !sentence)) {
      trouble.push(`is ${target.width} by ${target.height} px: ` + name);
    }
  }
  document.activeElement.blur();
  scrollTo(0, 0);
  return trouble;
}"""


def is_built(address):
    """Whether the address tree has a page for this type now."""
    try:
        resolve(f"/sv/{urlsplit(address).path}")
    except Resolver404:
        return False
    return True


@cache
def addresses():
    """Return the addresses of all types of page that there are now, with the status of each."""
    return {**{each: 200 for each in PAGE_TYPES if is_built(each)}, **ERRORS}


def test_the_types_of_pages_are_no_fewer_than_they_were():
    assert len(addresses()) >= FEWEST


@contextmanager
def only_as_it_came(page, scripts):
    """Let the page that is opened meanwhile run no script where it must do without; it can be looked at afterwards."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    yield
    devtools.send("Emulation.setScriptExecutionDisabled", {"value": False})
    devtools.detach()


def look(page, address, contrast=True):
    """Return what is wrong with the page that is open."""
    trouble = []
    language = page.locator("html").get_attribute("lang")
    if language != address.split("/")[1]:
        trouble.append(f"says that its language is {language}")
    if page.locator("h1").count() != 1:
        trouble.append(f"has {page.locator('h1').count()} main headings")
    if " – " not in page.title() and len(address) > len("/sv/"):
        trouble.append(f"is called {page.title()}")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow:
        trouble.append(f"is {overflow} px too wide")
    for each in Axe().run(page, options=RULES[contrast]).response["violations"]:
        trouble += [f"{each['id']}: {node['html'][:200]}" for node in each["nodes"]]
    return trouble + page.evaluate(STOPS)


@pytest.mark.parametrize(("width", "scheme", "scripts"), SETTINGS)
def test_every_type_of_page_is_as_good_in_every_setting(open_page, width, scheme, scripts):
    expected = [f"status of {status}" for status in set(ERRORS.values())]
    turn, trouble, answers = SETTINGS.index((width, scheme, scripts)), [], []
    with open_page("/sv/", expected, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        page.on("response", lambda answer: answers.append((answer.status, urlsplit(answer.url).path)))
        # Focus that is moved by script is shown as the keyboard's once a key has been pressed.
        page.keyboard.press("Tab")
        for place, (path, status) in enumerate(addresses().items()):
            address = f"/{'sv' if (place + turn) % 2 else 'en'}/{path}"
            answers.clear()
            with only_as_it_came(page, scripts):
                page.goto(address)
            (answered, _address), *loaded = answers
            trouble += [(address, each) for each in look(page, address, contrast=scripts and width != 768)]
            trouble += [(address, each) for each in loaded if each[0] not in (200, 304)]
            if answered != status:
                trouble.append((address, answered))

    assert trouble == [], "\n".join(map(str, trouble))


# A page with each sort of thing that can be in the way: a form, chips and remarks, cards, facts, tables, prose.
BUSY = [
    "",
    "networks/?kind=national-network&country_not=se&country=nowhere",
    "networks/seismic-se/",
    "projects/innocities/",
    "accessibility/",
    "map/",
    "timeline/",
    "statistics/",
    "compare/?id=network:seismic&id=network:sern",
]


def test_readers_may_space_out_and_enlarge_the_text(open_page):
    """WCAG 1.4.4, 1.4.10 and 1.4.12: nothing is cut off or hidden at 400 per cent of a window of 1280 by 1024 pixels."""
    spaced = """() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`* {
        line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important
      } p { margin-block-end: 2em !important }`);
      document.adoptedStyleSheets = [sheet];
      const cut = [...document.querySelectorAll("body *")].filter(each => {
        const style = getComputedStyle(each);
        return style.overflow.match(/hidden|clip/) && !style.clipPath.includes("inset") && each.clientWidth
          && (each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1);
      });
      return [document.documentElement.scrollWidth - 320, ...cut.map(each => each.outerHTML.slice(0, 120))];
    }"""
    found = {}
    with open_page("/sv/", viewport={"width": 320, "height": 256}) as page:
        page.keyboard.press("Tab")
        for path in BUSY:
            page.goto(f"/sv/{path}")
            found[path] = [page.evaluate(spaced), page.evaluate(STOPS)]

    assert found == {path: [[0], []] for path in BUSY}


def test_forced_colours_keep_focus_edges_and_shapes(open_page):
    drawn = """() => {
      const seen = each => {
        const style = getComputedStyle(each);
        return [style.backgroundColor, style.borderTopStyle !== "none" && style.borderTopColor].some(
          colour => colour && colour !== getComputedStyle(document.body).backgroundColor && colour !== "rgba(0, 0, 0, 0)");
      };
      return [...document.querySelectorAll(".shape, .chip, .turn, button, input[type=search], select")].filter(
        each => each.checkVisibility() && !seen(each)).map(each => each.outerHTML.slice(0, 120));
    }"""
    current = "getComputedStyle(document.querySelector('.ways [aria-current]')).borderBottomColor"
    other = "getComputedStyle(document.querySelector('.ways a:not([aria-current])')).borderBottomColor"
    found = {}
    with open_page("/en/", forced_colors="active", color_scheme="dark") as page:
        page.keyboard.press("Tab")
        for path in BUSY:
            page.goto(f"/en/{path}")
            found[path] = [page.evaluate(STOPS), page.evaluate(drawn)]
        page.goto("/en/networks/")
        told_apart = page.evaluate(f"{current} !== {other}")

    assert found == {path: [[], []] for path in BUSY}
    assert told_apart


def test_nothing_moves_for_readers_who_ask_for_stillness(open_page):
    moving = """[...document.querySelectorAll("*")].filter(each => {
      const style = getComputedStyle(each);
      return style.animationName !== "none" || style.transitionDuration !== "0s" || style.scrollBehavior === "smooth";
    }).map(each => each.outerHTML.slice(0, 120))"""
    with open_page("/en/", reduced_motion="reduce") as page:
        for path in BUSY:
            page.goto(f"/en/{path}")
            assert page.evaluate(moving) == [], path


def test_print_leaves_out_what_is_pressed_and_adds_where_links_lead(open_page):
    behind = "each => getComputedStyle(each, '::after').content"
    with open_page("/en/networks/seismic-se/") as page:
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation")).to_have_count(0)
        expect(page.get_by_role("search")).to_have_count(0)
        expect(page.get_by_text("/en/networks/seismic-se/")).to_be_visible()
        expect(page.get_by_text("Tillgång till och omfördelning av urbana tillgångar")).to_be_visible()
        assert page.locator(".sources li a").first.evaluate(behind) == '" (/en/sources/swedish-network/)"'
        page.goto("/en/networks/?kind_not=national-network")
        expect(page.locator(".ways, .filters, .turn, .clear").filter(visible=True)).to_have_count(0)
        assert page.locator(".card h3 a").first.evaluate(behind) == '" (/en/networks/eunivercities/)"'
        page.goto("/en/accessibility/")
        tell = page.get_by_role("link", name="Tell Digg of a public body")
        assert tell.evaluate(behind) == '" (https://www.digg.se/tdosanmalan)"'


# What has the focus: its place among all elements of the page, its name, and whether a reader sees it.
FOCUSED = """() => {
  const focused = document.activeElement, style = getComputedStyle(focused);
  const spot = focused.tagName === "a" && focused.querySelector(".spot-area");
  const outlined = spot ? parseFloat(getComputedStyle(spot).strokeWidth) : style.outlineStyle !== "none" && parseFloat(style.outlineWidth);
  const place = (spot || focused).getClientRects()[0] ?? {x: -1, y: -1, width: 0, height: 0};
  const top = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
  return {
    place: [...document.querySelectorAll("*")].indexOf(focused),
    name: focused.outerHTML.slice(0, 120),
    seen: outlined >= 2 && !!top && (focused.contains(top) || top.contains(focused)),
  };
}"""


@pytest.mark.parametrize(("width", "scheme", "scripts"), [(320, "dark", False), (1440, "light", True)])
def test_the_tab_key_walks_every_type_of_page_in_reading_order_and_is_always_seen(open_page, width, scheme, scripts):
    """Real key presses on the first thirty stops; how every stop looks is asked in each setting above."""
    trouble = []
    expected = [f"status of {status}" for status in set(ERRORS.values())]
    with open_page("/sv/", expected, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        walked = [each for each in addresses() if "?" not in each or each in BUSY]
        for path in walked[width == 320 :: 2]:
            with only_as_it_came(page, scripts):
                page.goto(f"/sv/{path}")
            stops = []
            for _ in range(30):
                page.keyboard.press("Tab")
                stop = page.evaluate(FOCUSED)
                if stop["name"].startswith("<body") or stops and stop["place"] <= stops[0]["place"]:
                    break
                stops.append(stop)
            trouble += [(path, "is not seen", each["name"]) for each in stops if not each["seen"]]
            places = [each["place"] for each in stops]
            trouble += [(path, "are out of order", places)] if places != sorted(places) else []
            trouble += [(path, "are few", places)] if len(stops) < 8 else []

    assert trouble == [], "\n".join(map(str, trouble))


def press_until(page, wanted):
    """Press the tab key until what is wanted has the focus, as somebody without a mouse does."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if any(each.evaluate("each => each === document.activeElement") for each in wanted.all()):
            return
    raise AssertionError(f"the tab key does not reach {wanted}")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_city_and_the_source_of_a_fact_are_found_by_keyboard_alone(open_page, language):
    swedish = language == "sv"
    with open_page(f"/{language}/", java_script_enabled=not swedish) as page:
        press_until(page, page.get_by_label("Vad letar du efter?" if swedish else "What are you looking for?"))
        page.keyboard.type("norrkoping")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/?q=norrkoping")
        press_until(page, page.get_by_role("main").get_by_role("link", name="Norrköping", exact=True))
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{language}/cities/norrkoping/")
        press_until(page, page.locator(".sections summary").first)
        page.keyboard.press("Enter")

        opened = page.locator(".sections .mark[open]")
        expect(opened.locator("q")).to_be_visible()
        page.keyboard.press("Tab")
        assert opened.evaluate("each => each.contains(document.activeElement)")


@pytest.mark.parametrize(("width", "scripts"), [(320, False), (1440, True)])
def test_a_list_is_narrowed_and_widened_by_keyboard_alone(open_page, width, scripts):
    with open_page("/en/networks/", viewport={"width": width, "height": 800}, java_script_enabled=scripts) as page:
        if width == 320:
            press_until(page, page.locator(".filter-sheet > summary"))
            page.keyboard.press("Enter")
        press_until(page, page.get_by_role("checkbox", name="national network"))
        page.keyboard.press("Space")
        if not scripts or width == 320:
            press_until(page, page.get_by_role("main").get_by_role("button", name="Show"))
            page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="10 results")).to_be_visible()

        press_until(page, page.get_by_role("link", name="Leave it out instead"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="5 results")).to_be_visible()
        press_until(page, page.get_by_role("link", name="Clear all"))
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="15 results")).to_be_visible()


def test_staff_see_every_component_without_a_fault(open_page, settings):
    """Of the samples several are the same region of a page, once in each state: that rule is for real pages."""
    settings.DEBUG = True
    rules = {**RULES[True], "rules": {**RULES[True]["rules"], "landmark-unique": {"enabled": False}}}
    with open_page("/en/") as page:
        page.keyboard.press("Tab")
        for width in (320, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto("/en/about/components/")
            found = [each["id"] for each in Axe().run(page, options=rules).response["violations"]]
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert (found, overflow, page.evaluate(STOPS)) == ([], 0, [])
