"""A nomination from the call to its erasing, in a real browser: without scripts in both languages, and with axe at every step."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import expect

from directory import guarded
from practices.models import Nomination, NominatorContact
from tests import factories as make
from tests.nominating import link_in

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium is here")
# Where to put pictures of every step, for those who look at them: nowhere unless it is said.
PICTURES = os.environ.get("PICTURES", "")
WORDS = {
    "sv": {
        "calls": "Utlysningar",
        "nominate": "Nominera ett arbetssätt",
        "called": "Vad kallas arbetssättet?",
        "kind": "metod",
        "what": "Vad görs, för vem, och vad har det lett till?",
        "next": "Spara och fortsätt",
        "country": "I vilket land används det?",
        "Latvia": "Lettland",
        "sector": "civilsamhälle",
        "name": "Ditt namn",
        "email": "Din e-postadress",
        "credit": "med mitt namn",
        "agree": re.compile("Jag godkänner"),
        "wrong": "Något behöver rättas",
        "alike": "Är det något av dessa?",
        "send": "Skicka nomineringen",
        "waits": "Väntar på att adressen bekräftas.",
        "confirm": "Bekräfta",
        "received": "Mottagen.",
        "withdraw": "Dra tillbaka nomineringen",
        "withdraw now": "Dra tillbaka",
        "withdrawn": "Tillbakadragen.",
        "erase": "Radera den, och allt vi vet om dig",
        "erase now": "Radera",
        "erased": "Det är raderat",
    },
    "en": {
        "calls": "Calls for practices",
        "nominate": "Nominate a practice",
        "called": "What is the practice called?",
        "kind": "method",
        "what": "What is done, for whom, and what has come of it?",
        "next": "Save and go on",
        "country": "In which country is it used?",
        "Latvia": "Latvia",
        "sector": "civil society",
        "name": "Your name",
        "email": "Your e-mail address",
        "credit": "with my name",
        "agree": re.compile("I agree"),
        "wrong": "Something has to be put right",
        "alike": "Is it one of these?",
        "send": "Send the nomination",
        "waits": "Waits for the address to be confirmed.",
        "confirm": "Confirm",
        "received": "Received.",
        "withdraw": "Withdraw the nomination",
        "withdraw now": "Withdraw",
        "withdrawn": "Withdrawn.",
        "erase": "Erase it, and all that we know about you",
        "erase now": "Erase",
        "erased": "It is erased",
    },
}


def looked_at(page, name):
    """Take a step's picture where pictures are wanted; with scripts let axe look at it, and see that it fits a phone."""
    if PICTURES:
        for width in (360, 1440):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=f"{PICTURES}/{name}-{width}-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})
    if name.startswith("scripts"):
        assert [each["id"] for each in Axe().run(page).response["violations"]] == [], name
        page.set_viewport_size({"width": 360, "height": 900})
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), name
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize(("language", "scripts"), [("sv", False), ("en", False), ("en", True)])
def test_somebody_nominates_without_account_and_script(open_page, monkeypatch, settings, language, scripts):
    settings.EMAIL_HOST = "mail.example.org"
    monkeypatch.setattr(guarded, "SHORTEST", 0)
    words, look = WORDS[language], "scripts" if scripts else language
    call = make.make_open_round(
        slug="call",
        name_sv="Grannars kraft",
        name_en="Power of neighbours",
        countries="LV,SE",
        guidance_sv="Berätta om något som har hållit i flera år.",
        guidance_en="Tell of something that has lasted for years.",
    )
    make.make_criterion(round=call, name_sv="Nytta", name_en="Benefit", weight=2)
    make.make_criterion(round=call, name_sv="Livslängd", name_en="Lasting", weight=1)
    make.make_question(round=call, text_sv="Vad behövs?", text_en="What is needed?")
    make.make_question(
        round=call, kind="choice", text_sv="Hur länge?", text_en="How long?",
        choices_sv="Ett år\nLängre", choices_en="A year\nLonger", position=2,
    )  # fmt: skip
    make.make_practice(slug="known", name_sv="Grannhjälpen i Riga")
    expected = ["422", "Unprocessable"]
    with open_page(f"/{language}/", java_script_enabled=scripts, locale=language, expected=expected) as page:
        page.get_by_role("navigation").get_by_role("link", name=words["calls"]).click()
        looked_at(page, f"{look}-0-list")
        page.get_by_role("link", name=call.name_sv if language == "sv" else call.name_en).click()
        looked_at(page, f"{look}-1-call")
        page.get_by_role("link", name=words["nominate"]).click()
        page.get_by_label(words["called"]).fill("Riga Grannhjälpen")
        page.get_by_label(words["kind"], exact=True).check()
        looked_at(page, f"{look}-2-practice")
        page.get_by_label(words["what"]).fill("Grannar hjälper grannar, i tio år nu.")
        page.get_by_role("button", name=words["next"]).click()
        page.get_by_label(words["country"]).select_option(label=words["Latvia"])
        page.get_by_label(words["sector"]).check()
        looked_at(page, f"{look}-3-place")
        page.get_by_role("button", name=words["next"]).click()
        page.get_by_label("Vad behövs?" if language == "sv" else "What is needed?").fill("Tid.")
        page.get_by_label("Längre" if language == "sv" else "Longer").check()
        looked_at(page, f"{look}-4-answers")
        page.get_by_role("button", name=words["next"]).click()
        looked_at(page, f"{look}-5-evidence")
        page.get_by_role("button", name=words["next"]).click()

        page.get_by_label(words["name"]).fill("Ilze Ozola")
        page.get_by_label(words["email"]).fill("ilze@")
        page.get_by_label(words["credit"], exact=True).check()
        page.get_by_label(words["agree"]).check()
        page.get_by_role("button", name=words["next"]).click()
        expect(page.get_by_role("alert")).to_contain_text(words["wrong"])
        expect(page.get_by_label(words["name"])).to_have_value("Ilze Ozola")
        looked_at(page, f"{look}-6-mistake")
        page.get_by_role("alert").get_by_role("link").click()
        page.reload()
        page.get_by_label(words["name"]).fill("Ilze Ozola")
        page.get_by_label(words["email"]).fill("ilze@example.org")
        page.get_by_label(words["credit"], exact=True).check()
        page.get_by_label(words["agree"]).check()
        page.get_by_role("button", name=words["next"]).click()

        expect(page.get_by_role("heading", name=words["alike"])).to_be_visible()
        looked_at(page, f"{look}-7-check")
        page.get_by_role("button", name=words["send"]).click()
        expect(page.get_by_role("status").first).to_contain_text(words["waits"])
        looked_at(page, f"{look}-8-waits")

        page.goto(link_in(mail.outbox[-1]))
        assert Nomination.objects.get().status == "unconfirmed"
        looked_at(page, f"{look}-9-confirm")
        page.get_by_role("button", name=words["confirm"], exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text(words["received"])
        looked_at(page, f"{look}-10-received")

        page.get_by_role("link", name=words["withdraw"]).click()
        looked_at(page, f"{look}-11-withdraw")
        page.get_by_role("button", name=words["withdraw now"], exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text(words["withdrawn"])
        page.get_by_role("link", name=words["erase"]).click()
        looked_at(page, f"{look}-12-erase")
        page.get_by_role("button", name=words["erase now"], exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(words["erased"])
        looked_at(page, f"{look}-13-erased")
    assert not NominatorContact.objects.exists()
    assert [each.to for each in mail.outbox] == [["ilze@example.org"]] * 2
