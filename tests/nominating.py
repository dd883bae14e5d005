"""Nominating as a browser without scripts does it, for the tests."""

import re
from datetime import timedelta

from django.core import mail
from django.test import Client
from django.utils import timezone

from tests.pages import Page

HERE = {"origin": "http://testserver", "sec-fetch-site": "same-origin"}
PRACTICE = {
    "called": "Grannhjälpen",
    "kind": "method",
    "developer": "Riga NGO-hus",
    "description": "Grannar hjälper grannar, i tio år nu.",
}
PLACE = {"country": "LV", "sector": "civil-society"}
WHO = {
    "name": "Ilze Ozola",
    "email": "ilze@example.org",
    "organisation": "NGO-hus",
    "credit": "both",
    "consent": "on",
}


class Clock:
    """A clock that goes when it is told to; `modules` read it as `now`."""

    def __init__(self, monkeypatch, *modules, moment=None):
        """Stop it."""
        self.moment = moment or timezone.now()
        for module in modules:
            monkeypatch.setattr(module, "now", lambda: self.moment)

    def pass_by(self, **time):
        """Let time go by."""
        self.moment += timedelta(**time)


class Nominator:
    """Somebody at a browser: `page` is the page in front of her, `at` its address."""

    def __init__(self, clock=None, language="sv", address="192.0.2.1"):
        """Open a browser."""
        self.client, self.clock, self.language = Client(headers=HERE, REMOTE_ADDR=address), clock, language
        self.at, self.page, self.secret, self.status = "", None, "", 0

    def opens(self, address):
        """Open an address."""
        return self._shown(self.client.get(address, follow=True), address)

    def _shown(self, response, address):
        self.at = response.redirect_chain[-1][0] if getattr(response, "redirect_chain", None) else address
        self.page, self.status, self.response = Page(response), response.status_code, response
        if found := re.search(r"/nominations/([0-9a-f]{40})/", self.at):
            self.secret = found[1]
        return self

    @property
    def stamp(self):
        """The stamp of the form in front of her."""
        return self.page.all("input", name="stamp")[0].get("value")

    def sends(self, after=10, **data):
        """Fill in the form in front of her and send it after so many seconds."""
        stamps = [each.get("value") for each in self.page.all("input", name="stamp")]
        if self.clock:
            self.clock.pass_by(seconds=after)
        data = {**({"stamp": stamps[0]} if stamps else {}), **data}
        return self._shown(self.client.post(self.at, data, follow=True), self.at)

    def own(self, name=""):
        """Return the address of one of her pages."""
        return f"/{self.language}/nominations/{self.secret}/{name}"

    def begins(self, call, **practice):
        """Fill in the first step."""
        return self.opens(f"/{self.language}/calls/{call.slug}/nominate/").sends(**{**PRACTICE, **practice})

    def fills(self, call, who=WHO, **practice):
        """Fill in every step of a call without questions, up to the last."""
        self.begins(call, **practice).sends(**PLACE).sends(links="https://example.org/report")
        return self.sends(**who)

    def nominates(self, call, who=WHO, **practice):
        """Fill in every step and send."""
        return self.fills(call, who, **practice).sends()

    def confirms(self):
        """Open the link in the latest mail and press the button."""
        return self.opens(link_in(mail.outbox[-1])).sends(key=re.search(r"key=(.*)", link_in(mail.outbox[-1]))[1])


def link_in(message):
    """Return the path of the link in a mail."""
    return re.search(r"https?://[^/\s]+(/\S+)", message.body)[1]
