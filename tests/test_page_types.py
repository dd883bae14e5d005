"""One page of every type, in every setting that readers have: what axe finds, what the keyboard meets, what fits."""

import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = pytest.mark.skipif(
    not Path(CHROMIUM).exists(),
    reason="no Chromium is here (on Debian: apt-get install chromium; elsewhere set CHROMIUM)",
)

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
    "networks/overlap/",
    "projects/",
    "projects/?year_from=x&amount_to=1&page=1",
    "projects/innocities/",
    "projects/buicasus/",
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
    "practices/innocities-partnership-model/",
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
    "new/",
    "about/",
    "about/marks/",
    "about/licence/",
    "about/privacy/",
    "accessibility/",
]
# Pages that say that there is nothing to show, with the status that the browser's console tells of.
ERRORS = {"nothing/here/": 404, "networks/?page=99": 404, "networks/?q=%00": 400}
# How many of them are in the address tree: one that falls out of it must not go unnoticed.
FEWEST = 50
SETTINGS = [
    (width, scheme, scripts) for width in (320, 768, 1440) for scheme in ("light", "dark") for scripts in (True, False)
]
# As axe judges by default, and by the rules of WCAG 2.2 that it leaves out then.
# Contrast takes most of its time and is the same without scripts as with them.
RULES = {
    scripts: {
        "resultTypes": ["violations"],
        "rules": {"target-size": {"enabled": True}, "color-contrast": {"enabled": scripts}},
    }
    for scripts in (True, False)
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
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) trouble.push("focus is not seen: " + name);
    const [place] = stop.getClientRects();
    const top = document.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
    if (!top || !(stop.contains(top) || top.contains(stop) || label?.contains(top))) {
      trouble.push("is covered by " + top?.outerHTML.slice(0, 60) + ": " + name);
    }
    const target = label?.contains(stop) ? label.getBoundingClientRect() : place;
    const sentence = style.display === "inline" && stop.closest("p, li, dd, q, td, th")?.innerText.trim() !== stop.innerText.trim();
    if (target.height < 23.5 || (target.width < 23.5 && !sentence)) {
      trouble.push(`is ${target.width} by ${target.height} px: ` + name);
    }
  }
  document.activeElement.blur();
  scrollTo(0, 0);
  return trouble;
}"""


def is_built(address):
    """Whether the address tree has a page for this type now; some addresses are read as a record's where it has not."""
    try:
        found = resolve(f"/sv/{urlsplit(address).path}")
    except Resolver404:
        return False
    return found.kwargs.get("slug") not in ("overlap", "views")


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


def look(page, address, scripts=True):
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
    for each in Axe().run(page, options=RULES[scripts]).response["violations"]:
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
            trouble += [(address, each) for each in look(page, address, scripts)]
            trouble += [(address, each) for each in loaded if each[0] != 200]
            if answered != status:
                trouble.append((address, answered))

    assert trouble == []
