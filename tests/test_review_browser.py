"""A nomination's way in a real browser, from the desk to the library, in both languages and without scripts."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from practices.judging import CHECKS
from practices.models import Practice
from tests import factories as make
from tests.judging import LIST, at, judged_round, nominated, reviewer
from tests.people import person
from tests.test_admin_pages import violations
from tests.test_browser import pytestmark  # noqa: F401

WORDS = {
    "sv": {
        "ask": "Fråga de valda granskarna",
        "conflict": "jäv",
        "mean": "Viktat medelvärde: 4,13 av 5",
        "hidden": "Du ser vad andra anser när du har gett dina egna poäng.",
        "selected": "utvald",
        "thanks": "Nominerad av",
    },
    "en": {
        "ask": "Ask the chosen reviewers",
        "conflict": "conflict of interest",
        "mean": "Weighted mean: 4.13 of 5",
        "hidden": "You see what others think when you have given your own scores.",
        "selected": "selected",
        "thanks": "Nominated by",
    },
}


def become(page, user):
    """Let the browser be somebody's who has signed in."""
    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    host = urlsplit(page.url).hostname
    page.context.clear_cookies()
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "domain": host, "path": "/"}])


def looked_at(page, scripts, name):
    """Look for what keeps people out of the page; the tool that looks is a script itself."""
    page.locator("#content h1").wait_for()
    assert (name, violations(page) if scripts else []) == (name, [])


def press(page):
    """Send the form of the page."""
    page.locator("#content form .submit-row input.default").click()


@pytest.mark.parametrize(("language", "scripts"), [("sv", False), ("en", True)])
def test_a_nomination_from_the_desk_to_the_library(open_page, language, scripts):
    words, chief = WORDS[language], person("chief", role="moderator", first_name="Eva", last_name="Ek")
    call = judged_round(weights=(3, 1), name_sv="Goda exempel 2026", name_en="Good practices 2026")
    question = make.make_question(round=call, text_sv="Vad bygger det på?", text_en="What does it build on?")
    nomination = nominated(
        "submitted",
        round=call,
        title="Öppna kök",
        description="Alla i kvarteret lagar mat tillsammans.",
        country="LV",
        developer="Tilts",
        links="https://tilts.example/kok",
        answers={question.key: "Tillit mellan grannar."},
        credit_organisation="Tilts",
    )
    make.make_contact_of_nominator(nomination=nomination, organisation="Tilts")
    one, two, tied = reviewer("one"), reviewer("two"), reviewer("tied", organisation="Biedrība Tilts")

    options = {"locale": language, "java_script_enabled": scripts}
    # The form that is sent too early, the reviewer who may not look.
    with open_page(f"/{language}/about/", expected=["422", "404"], **options) as page:
        become(page, chief)
        page.goto("/admin/")
        looked_at(page, scripts, "desk")
        page.locator("#task-eligibility .numbers a").click()
        looked_at(page, scripts, "list")
        page.get_by_role("link", name="Öppna kök").click()
        page.locator(".steps a").first.click()
        press(page)
        expect(page.locator(".errornote")).to_be_visible()
        looked_at(page, scripts, "eligibility")
        for name in CHECKS:
            page.locator(f"[name={name}][value=yes]").check()
        press(page)

        # Three are asked, one of whom comes from where the nomination does.
        page.goto(at(nomination, "reviewers"))
        looked_at(page, scripts, "reviewers")
        for each in (one, two, tied):
            page.locator(f"[name=reviewer][value='{each.pk}']").check()
        page.get_by_role("button", name=words["ask"]).click()
        expect(page.locator(".messagelist .warning").first).to_contain_text(words["conflict"])

        for user, points in ((one.user, (5, 4)), (two.user, (4, 2))):
            become(page, user)
            page.goto("/admin/")
            page.locator("#task-mine .numbers a").click()
            page.get_by_role("link", name="Öppna kök").click()
            expect(page.get_by_text(words["hidden"])).to_be_visible()
            page.locator(".steps a").first.click()
            looked_at(page, scripts, "review")
            for criterion, number in zip(call.criteria.all(), points, strict=True):
                page.locator(f"[name='points_{criterion.key}'][value='{number}']").check()
                page.locator(f"[name='comment_{criterion.key}']").fill("Väl belagt, med siffror från två år.")
            press(page)
            expect(page.locator(".mean")).to_be_visible()
        looked_at(page, scripts, "reviewed")

        become(page, tied.user)
        assert page.goto(at(nomination, "review")).status == 404

        become(page, chief)
        page.goto("/admin/")
        page.locator("#task-decision .numbers a").click()
        page.get_by_role("link", name="Öppna kök").click()
        expect(page.locator(".mean")).to_contain_text(words["mean"])
        page.goto(at(nomination, "decision"))
        page.locator("[name=outcome][value=selected]").check()
        page.locator("[name=reason_sv]").fill("Väl belagd.")
        looked_at(page, scripts, "decision")
        press(page)
        expect(page.locator(".errorlist")).to_be_visible()
        page.locator("[name=reason_en]").fill("Well proven.")
        press(page)
        page.goto(at(nomination, "publication"))
        page.locator("[name=summary_sv]").fill("Grannar lagar mat tillsammans.")
        looked_at(page, scripts, "publication")
        press(page)
        expect(page.locator(".messagelist .success")).to_be_visible()
        looked_at(page, scripts, "published")
        page.goto(f"{LIST}?status=selected")
        looked_at(page, scripts, "selected")
        page.goto(f"/admin/practices/nominationround/{call.pk}/change/")
        looked_at(page, scripts, "call")
        page.goto(f"/admin/practices/reviewer/{one.pk}/change/")
        looked_at(page, scripts, "reviewer")

        # A visitor finds it by filter and by search, and reads whom to thank.
        slug = Practice.objects.get(name_sv="Öppna kök").slug
        page.goto(f"/{language}/practices/?standing=selected&country=lv")
        page.get_by_role("main").get_by_role("link", name="Öppna kök").first.click()
        expect(page.get_by_text(words["thanks"], exact=True)).to_be_visible()
        looked_at(page, scripts, "practice")
        page.goto(f"/{language}/search/?q=oppna+kok")
        expect(page.locator(f"main a[href='/{language}/practices/{slug}/']").first).to_be_visible()
        page.goto(f"/{language}/calls/{call.slug}/")
        expect(page.locator(f"main a[href='/{language}/practices/{slug}/']").first).to_be_visible()
        looked_at(page, scripts, "call-page")
