"""The sign-in in a real browser, in both languages: without scripts, by keyboard words, and as narrow as a telephone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.people import PASSWORD, code, give_app, person
from tests.test_browser import pytestmark  # noqa: F401

LABELS = {"en": ("Username", "Password", "Authenticator code"), "sv": ("Användarnamn", "Lösenord", "Autentiseringskod")}


def send(page):
    """Press the button of the page's form."""
    page.locator(".submit-row input[type=submit]").click()


@pytest.mark.parametrize(("locale", "scripts"), [("en", False), ("sv", True)])
def test_an_editor_sets_up_her_second_factor_and_comes_to_where_she_wanted(open_page, locale, scripts):
    person(role="editor")
    name, password, digits = LABELS[locale]

    with open_page("/sv/cities/norrkoping/edit/", locale=locale, java_script_enabled=scripts) as page:
        page.get_by_label(name).fill("anna")
        page.get_by_label(password).fill(PASSWORD)
        send(page)
        page.get_by_label(digits).fill(code(page.locator("code.key").inner_text()))
        send(page)
        expect(page.locator(".codes code")).to_have_count(10)
        page.locator("a.button").click()

        expect(page).to_have_url(re.compile(r"/admin/networks/city/\d+/change/"))


def test_she_signs_in_with_the_code_and_signs_out_everywhere(open_page):
    secret = give_app(person(role="editor"))

    with open_page("/admin/", locale="en") as page:
        page.get_by_label("Username").fill("anna")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("Incorrect code.")).to_be_visible()
        page.get_by_label("Code").fill(code(secret))
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("link", name="anna").click()
        page.get_by_role("button", name="Sign out everywhere").click()

        expect(page.get_by_text("You are signed out everywhere.")).to_be_visible()
        expect(page.get_by_label("Username")).to_be_visible()


@pytest.mark.look
def test_every_page_of_the_sign_in_is_accessible_and_fits_a_telephone(open_page):
    person("ny"), person(role="administrator")
    wide = {"width": 1280, "height": 900}
    narrow = {"width": 320, "height": 640}
    for viewport, scheme in ((narrow, "light"), (wide, "dark")):
        with open_page("/admin/login/", locale="sv", viewport=viewport, color_scheme=scheme) as page:
            fits(page)
            for address in (
                "/admin/password/",
                "/admin/password/sent/",
                "/admin/password/chosen/",
                "/admin/password/1-abc/",
            ):
                page.goto(address)
                fits(page)
            page.goto("/admin/login/")
            page.get_by_label("Användarnamn").fill("ny")
            page.get_by_label("Lösenord").fill(PASSWORD)
            send(page)
            secret = page.locator("code.key").inner_text()
            fits(page)
            if viewport is narrow:
                page.get_by_label("Autentiseringskod").fill("000000")
                send(page)
                expect(page.locator(".errorlist")).to_be_visible()
                fits(page)
                continue
            page.get_by_label("Autentiseringskod").fill(code(secret))
            send(page)
            for address in (
                "account/codes/",
                "account/",
                "password_change/",
                "again/",
                "again/code/",
                "account/app/remove/",
                "account/codes/new/",
                "logout/",
            ):
                page.goto(f"/admin/{address}")
                for each in (wide, narrow):
                    page.set_viewport_size(each)
                    fits(page)


def fits(page):
    """Look for what shuts somebody out, and for what is wider than the window."""
    found = Axe().run(page)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]] == [], page.url
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0, page.url
