"""A thousand posts of programs among five of people: none of people's is lost, hardly one of the others' is kept."""

import itertools

import pytest
from django.core import mail
from django.test import Client

from directory import guarded, throttle
from practices.models import Nomination
from tests import factories as make
from tests.nominating import HERE, PRACTICE, WHO, Clock, Nominator

SPAM = {**PRACTICE, "called": "Cheap pills", "description": "The best pills in town, sent to you today."}


def posts(call, clock, stale, shared):
    """Yield (headers, data) of what programs send, over and over."""
    fresh = guarded.Signer(salt="directory.guarded.nominate").sign_object
    kinds = [
        lambda: (HERE, {**SPAM, "homepage": "https://pills.example", "stamp": shared}),
        lambda: (HERE, {**SPAM, "stamp": fresh({"nonce": "quick", "since": int(clock.moment.timestamp())})}),
        lambda: (HERE, {**SPAM, "stamp": ""}),
        lambda: (HERE, {**SPAM, "stamp": stale}),
        lambda: (HERE, {**SPAM, "description": "https://pills.example " * 30, "stamp": shared}),
        lambda: (HERE, {**SPAM, "stamp": shared}),
        lambda: ({"origin": "https://pills.example", "sec-fetch-site": "cross-site"}, {**SPAM, "stamp": shared}),
        lambda: ({}, {**SPAM, "stamp": shared}),
    ]
    for make_post in itertools.cycle(kinds):
        yield make_post()


@pytest.mark.parametrize("many", [False, True], ids=["from one address", "from many addresses"])
def test_a_flood_drowns_nobody(db, monkeypatch, settings, many):
    settings.EMAIL_HOST = "mail.example.org"
    clock = Clock(monkeypatch, guarded, throttle)
    call = make.make_open_round()
    bot = Nominator(clock).opens(f"/sv/calls/{call.slug}/nominate/")
    stale = bot.stamp
    clock.pass_by(hours=25)
    call.closes_at = clock.moment.replace(year=clock.moment.year + 1)
    call.save()
    shared = bot.opens(bot.at).stamp
    clock.pass_by(seconds=60)
    program, sent = Client(), posts(call, clock, stale, shared)

    answers = []
    for number in range(1000):
        headers, data = next(sent)
        address = f"203.0.{number % 113}.{number % 251}" if many else "203.0.113.5"
        answers.append(program.post(bot.at, data, headers=headers, REMOTE_ADDR=address).status_code)
        if number % 200 == 100:
            person = Nominator(clock, address=f"192.0.2.{number // 100}")
            name = f"Grannhjälpen {number}"
            person.nominates(call, {**WHO, "email": f"ilze{number}@example.org"}, called=name).confirms()

    honest = Nomination.objects.filter(title__startswith="Grannhjälpen").values_list("status", flat=True)
    spam = Nomination.objects.exclude(title__startswith="Grannhjälpen")
    assert (len(answers), set(answers)) == (1000, {302, 403, 422} | (set() if many else {429}))
    assert list(honest) == ["submitted"] * 5
    assert spam.count() < 5
    assert not spam.exclude(status="draft").exists()
    assert len(mail.outbox) == 10
    assert {each.to[0].partition("@")[2] for each in mail.outbox} == {"example.org"}


def test_a_patient_program_at_one_address_is_stopped_after_a_few(db, monkeypatch):
    clock = Clock(monkeypatch, guarded, throttle)
    call = make.make_open_round()

    answers = [Nominator(clock).begins(call, called=f"Pills {number}").status for number in range(50)]

    assert Nomination.objects.count() == answers.count(200) == 4


def test_unfinished_nominations_of_a_call_are_capped(db, monkeypatch):
    monkeypatch.setattr("practices.nominate_views.MOST_UNFINISHED", 1)
    clock = Clock(monkeypatch, guarded, throttle)
    call = make.make_open_round()
    Nominator(clock).begins(call)

    late = Nominator(clock, address="192.0.2.9").begins(call, called="Another")

    assert (late.status, Nomination.objects.count()) == (429, 1)
    assert PRACTICE["description"] in late.page.text(late.page.all("textarea")[0])


def test_queue_of_those_who_read_nominations_is_capped(db, monkeypatch, settings):
    settings.EMAIL_HOST = "mail.example.org"
    monkeypatch.setattr("practices.nominate_views.MOST_WAITING", 1)
    clock = Clock(monkeypatch, guarded, throttle)
    call = make.make_open_round()
    make.make_nomination(round=call)

    ilze = Nominator(clock).nominates(call).confirms()

    assert ilze.status == 429
    assert Nomination.objects.get(title=PRACTICE["called"]).status == "unconfirmed"
    monkeypatch.setattr("practices.nominate_views.MOST_WAITING", 2)
    ilze.confirms()
    assert Nomination.objects.get(title=PRACTICE["called"]).status == "submitted"
