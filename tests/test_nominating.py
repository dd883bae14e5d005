"""Nominating a practice: step by step, without account, script or cookie; confirmed by mail; withdrawn; erased."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.utils.timezone import localdate

from directory import guarded, throttle
from practices import calls, erasing, nominate_forms, nominate_views, steps
from practices.models import Nomination, NominatorContact, Step
from practices.nominations import ALLOWED, Status
from practices.secret_links import digest
from practices.steps import NotAllowed, take
from tests import factories as make
from tests.nominating import PLACE, PRACTICE, WHO, Clock, Nominator, link_in
from tests.pages import Page
from tests.people import person


@pytest.fixture(autouse=True)
def mail_server(settings):
    """A server that keeps what it is handed."""
    settings.EMAIL_HOST = "mail.example.org"


@pytest.fixture
def clock(monkeypatch):
    """A clock for everything that asks for the time."""
    return Clock(monkeypatch, guarded, throttle, calls, nominate_forms, nominate_views, steps, erasing)


@pytest.fixture
def call(db, clock):
    """An open call for Latvia and Sweden."""
    return make.make_open_round(countries="LV,SE", kinds="method tool")


def test_nomination_is_kept_step_by_step_and_counts_when_it_is_confirmed(call, clock):
    ilze = Nominator(clock).begins(call)
    assert "step=place" in ilze.at
    ilze.sends(**PLACE).sends(links="https://example.org/a\nhttps://example.org/b").sends(**WHO)
    assert "step=check" in ilze.at
    (nomination,) = Nomination.objects.all()
    assert (nomination.status, len(mail.outbox)) == (Status.DRAFT, 0)

    ilze.sends()
    nomination.refresh_from_db()
    assert (nomination.status, [each.to for each in mail.outbox]) == (Status.UNCONFIRMED, [["ilze@example.org"]])
    assert "ilze@example.org" in ilze.page.words

    ilze.confirms()
    nomination.refresh_from_db()
    assert (nomination.status, nomination.confirmed_at) == (Status.SUBMITTED, clock.moment)
    assert {name: str(getattr(nomination, name)) for name in ("title", "kind", "country", "sector", "developer")} == {
        "title": PRACTICE["called"],
        "kind": "method",
        "country": "LV",
        "sector": "civil-society",
        "developer": PRACTICE["developer"],
    }
    assert nomination.links.splitlines() == ["https://example.org/a", "https://example.org/b"]
    assert nomination.credit == "Ilze Ozola, NGO-hus"
    assert [(step.before, step.after, step.by) for step in nomination.steps.all()] == [
        ("draft", "unconfirmed", None),
        ("unconfirmed", "submitted", None),
    ]
    assert len(mail.outbox) == 2
    assert nomination.reference in mail.outbox[1].subject
    assert link_in(mail.outbox[1]) == ilze.own()
    assert not ilze.client.cookies


def test_first_mail_says_nothing_that_a_stranger_wrote(call, clock):
    Nominator(clock).nominates(call, called="Buy cheap pills")

    assert "pills" not in mail.outbox[0].subject + mail.outbox[0].body


def test_draft_survives_a_reload_and_another_browser(call, clock):
    ilze = Nominator(clock).begins(call).sends(**PLACE)

    other = Nominator(clock).opens(f"{ilze.own()}?step=practice")

    assert other.page.all("input", name="called")[0].get("value") == PRACTICE["called"]
    assert PRACTICE["description"] in other.page.text(other.page.all("textarea")[0])


def test_mistake_is_said_beside_its_field_and_nothing_typed_is_lost(call, clock):
    ilze = Nominator(clock).begins(call).sends(**PLACE).sends(links="https://example.org")

    ilze.sends(**{**WHO, "email": "ilze@", "consent": ""})

    assert ilze.status == 422
    assert (
        ilze.page.texts("p", class_="field-error")
        == [
            "Fel: Detta är ingen e-postadress: den ser ut som namn@example.org.",
            "Fel: Utan detta får vi inte spara din adress, och då kan vi inte ta emot nomineringen.",
        ]
        or len(ilze.page.texts("p", class_="field-error")) == 2
    )
    assert ilze.page.all("input", name="name")[0].get("value") == "Ilze Ozola"
    assert ilze.page.all("input", name="email")[0].get("value") == "ilze@"


@pytest.mark.parametrize(
    ("step", "wrong", "field"),
    [
        ("practice", {"kind": "platform"}, "kind"),
        ("practice", {"called": ""}, "called"),
        ("practice", {"description": "see https://spam.example"}, "description"),
        ("place", {"country": "NO"}, "country"),
        ("place", {"sector": "unheard-of"}, "sector"),
        ("place", {"themes": "unheard-of"}, ""),
        ("evidence", {"links": "javascript:alert(1)"}, "links"),
        ("evidence", {"links": "https://city.example@elsewhere.example/"}, "links"),
        ("evidence", {"links": "\n".join(["https://example.org/"] * 6)}, "links"),
        ("nominator", {"credit": "organisation", "organisation": ""}, "organisation"),
        ("nominator", {"name": "\u200b"}, "name"),
    ],
)
def test_each_step_refuses_what_it_cannot_mean(call, clock, step, wrong, field):
    ilze = Nominator(clock).begins(call)
    right = {"practice": PRACTICE, "place": PLACE, "evidence": {}, "nominator": WHO}[step]

    ilze.opens(f"{ilze.own()}?step={step}").sends(**{**right, **wrong})

    marked = (
        [link.get("href") for link in ilze.page.all("a", root=ilze.page.all("div", class_="wrong")[0])] if field else []
    )
    assert (ilze.status, marked) == ((422, [f"#id_{field}"]) if field else (200, []))


def test_questions_of_the_call_are_asked_and_answers_kept(call, clock):
    text = make.make_question(round=call, position=1)
    choice = make.make_question(round=call, kind="choice", choices_sv="Ja\nNej", choices_en="Yes\nNo", position=2)
    scale = make.make_question(round=call, kind="scale", required=False, position=3)
    ilze = Nominator(clock, "en").begins(call).sends(**PLACE)

    ilze.sends(**{f"answer-{text.key}": "", f"answer-{choice.key}": "Yes", f"answer-{scale.key}": "9"})
    assert (ilze.status, len(ilze.page.texts("p", class_="field-error"))) == (422, 3)
    ilze.sends(**{f"answer-{text.key}": "Tio år.", f"answer-{choice.key}": "Nej", f"answer-{scale.key}": ""})

    assert Nomination.objects.get().answers == {text.key: "Tio år.", choice.key: "Nej"}
    ilze.opens(f"{ilze.own()}?step=check")
    assert "Tio år." in ilze.page.words
    assert "No" in ilze.page.texts("dd")


def test_nothing_is_sent_while_something_is_missing(call, clock):
    ilze = Nominator(clock).begins(call)
    stamp = ilze.stamp

    ilze.opens(f"{ilze.own()}?step=check").sends(stamp=stamp)

    assert ilze.status == 422
    assert [link.get("href") for link in ilze.page.all("a", root=ilze.page.all("div", class_="wrong")[0])] == [
        "?step=place",
        "?step=nominator",
    ]
    assert (Nomination.objects.get().status, mail.outbox) == (Status.DRAFT, [])


def test_what_is_much_alike_is_shown_before_sending_and_stops_nobody(call, clock):
    make.make_practice(slug="known", name_sv="Grannhjälpen i Riga")
    make.make_practice(slug="hidden", name_sv="Grannhjälpen Riga", published=False)
    make.make_practice(slug="other", name_sv="Solpaneler")
    make.make_nomination(round=call, title="Grannhjalpen Riga")
    make.make_nomination(title="Grannhjälpen Riga")

    ilze = Nominator(clock).fills(call, called="Riga Grannhjälp")

    (box,) = ilze.page.all("section", class_="alike")
    assert [link.get("href") for link in ilze.page.all("a", root=box)] == ["/sv/practices/known/"]
    assert "Grannhjalpen Riga" not in ilze.page.words
    assert len(ilze.page.all("li", root=box)) == 2

    call.titles_public = True
    call.save()
    ilze.opens(ilze.at)
    assert "Grannhjalpen Riga" in ilze.page.words
    ilze.sends()
    assert Nomination.objects.get(title="Riga Grannhjälp").status == Status.UNCONFIRMED


def test_promised_titles_are_told_as_soon_as_they_are_confirmed_and_no_longer_when_withdrawn(call, clock, client):
    type(call).objects.update(titles_public=True)
    address = f"/sv/calls/{call.slug}/"
    ilze = Nominator(clock).fills(call)
    ilze.sends()
    unconfirmed = PRACTICE["called"] in Page(client.get(address)).words
    ilze.confirms()
    confirmed = PRACTICE["called"] in Page(client.get(address)).words
    take(Nomination.objects.get(), Status.WITHDRAWN)

    assert (unconfirmed, confirmed) == (False, True)
    assert PRACTICE["called"] not in Page(client.get(address)).words


def test_sending_twice_stores_once(call, clock):
    ilze = Nominator(clock).opens(f"/sv/calls/{call.slug}/nominate/")
    stamp, at = ilze.stamp, ilze.at
    ilze.sends(**PRACTICE)
    ilze.client.post(at, {**PRACTICE, "stamp": stamp})
    assert Nomination.objects.count() == 1

    ilze.sends(**PLACE).sends().sends(**WHO)
    stamp, at = ilze.stamp, ilze.at
    ilze.sends()
    ilze.client.post(at, {"stamp": stamp})
    assert (Nomination.objects.count(), Step.objects.count(), len(mail.outbox)) == (1, 1, 1)

    link = link_in(mail.outbox[0])
    ilze.confirms()
    for _ in range(2):
        ilze.opens(link)
    assert (Step.objects.count(), len(mail.outbox)) == (2, 2)


def test_first_step_that_is_gone_back_to_is_changed(call, clock):
    ilze = Nominator(clock).opens(f"/sv/calls/{call.slug}/nominate/")
    stamp, at = ilze.stamp, ilze.at
    ilze.sends(**PRACTICE)
    ilze.client.post(at, {**PRACTICE, "called": "Ett bättre namn", "stamp": stamp})

    assert Nomination.objects.get().title == "Ett bättre namn"


def test_first_step_that_is_gone_back_to_begins_another_nomination_when_the_first_is_sent(call, clock):
    ilze = Nominator(clock).opens(f"/sv/calls/{call.slug}/nominate/")
    stamp, at = ilze.stamp, ilze.at
    ilze.sends(**PRACTICE).sends(**PLACE).sends().sends(**WHO).sends()

    same = ilze.client.post(at, {**PRACTICE, "stamp": stamp})
    assert (same.status_code, Nomination.objects.count()) == (302, 1)
    other = ilze._shown(ilze.client.post(at, {**PRACTICE, "called": "Ett annat", "stamp": stamp}), at)
    assert (other.status, Nomination.objects.count()) == (422, 1)
    assert other.page.all("input", name="called")[0].get("value") == "Ett annat"
    other.sends(after=0, **{**PRACTICE, "called": "Ett annat"})

    assert list(Nomination.objects.order_by("pk").values_list("title", "status")) == [
        (PRACTICE["called"], "unconfirmed"),
        ("Ett annat", "draft"),
    ]


def test_step_that_is_gone_back_to_after_sending_says_that_it_is_too_late(call, clock):
    ilze = Nominator(clock, "en").begins(call)
    at = f"{ilze.own()}?step=practice"
    stamp = ilze.opens(at).stamp
    ilze.opens(f"{ilze.own()}?step=place").sends(**PLACE).sends().sends(**WHO).sends()

    same = ilze.client.post(at, {**PRACTICE, "stamp": stamp})
    other = ilze._shown(ilze.client.post(at, {**PRACTICE, "description": "Mer än så.", "stamp": stamp}), at)

    assert (same.status_code, other.status) == (200, 409)
    assert "what you wrote now is not in it" in other.page.words
    assert "Mer än så." in other.page.words
    assert Nomination.objects.get().description == PRACTICE["description"]


def test_addresses_that_are_typed_with_lines_between_are_the_same_when_gone_back_to(call, clock):
    ilze = Nominator(clock, "en").begins(call).sends(**PLACE)
    at, stamp, typed = ilze.at, ilze.stamp, "https://example.org/a\r\n\r\n https://example.org/b\r\n"
    ilze.sends(links=typed).sends(**WHO).sends()

    same = ilze.client.post(at, {"links": typed, "stamp": stamp})
    other = ilze.client.post(at, {"links": "https://example.org/c", "stamp": stamp})

    assert Nomination.objects.get().links == "https://example.org/a\nhttps://example.org/b"
    assert (same.status_code, other.status_code) == (200, 409)


def test_step_saved_beside_the_sending_or_the_erasing_changes_nothing(call, clock):
    nomination = make.make_nomination(round=call, status=Status.DRAFT)
    step = nominate_forms.EvidenceStep(None, call, nomination)
    step.cleaned_data = {"links": "https://example.org"}
    take(Nomination.objects.get(), Status.UNCONFIRMED)

    with pytest.raises(NotAllowed):
        step.change(nomination)
    assert Nomination.objects.get().status == Status.UNCONFIRMED

    Nomination.objects.all().delete()
    with pytest.raises(NotAllowed):
        step.change(nomination)
    assert not Nomination.objects.exists()


def test_opening_the_link_confirms_nothing(call, clock):
    ilze = Nominator(clock).nominates(call)

    for method in (ilze.client.get, ilze.client.head):
        assert method(link_in(mail.outbox[0])).status_code == 200

    assert Nomination.objects.get().status == Status.UNCONFIRMED


def test_whoever_has_the_draft_alone_cannot_confirm(call, clock):
    ilze = Nominator(clock).nominates(call)

    for key in ("", "1-0:forged", ilze.secret):
        assert ilze.client.post(ilze.own("confirm/"), {"key": key}).status_code == 403

    assert Nomination.objects.get().status == Status.UNCONFIRMED


def test_key_that_was_mailed_to_somebody_else_confirms_nothing(call, clock):
    ilze = Nominator(clock).nominates(call)
    Nominator(clock).nominates(call, {**WHO, "email": "janis@example.org"})
    key = parse_qs(urlsplit(link_in(mail.outbox[1])).query)["key"][0]

    assert ilze.client.post(ilze.own("confirm/"), {"key": key}).status_code == 403
    assert [each.status for each in Nomination.objects.all()] == [Status.UNCONFIRMED] * 2


def test_another_address_gets_a_mail_of_its_own_and_the_first_link_is_worthless(call, clock):
    ilze = Nominator(clock).nominates(call, {**WHO, "email": "wrong@example.org"})
    old = link_in(mail.outbox[0])
    ilze.opens(ilze.own())
    ilze.client.post(ilze.own("change/"))
    ilze.opens(f"{ilze.own()}?step=nominator").sends(**WHO).sends()

    assert [each.to for each in mail.outbox] == [["wrong@example.org"], ["ilze@example.org"]]
    assert ilze.client.get(old).status_code == 404
    assert ilze.confirms().status == 200
    assert Nomination.objects.get().status == Status.SUBMITTED


def test_same_address_is_written_to_once_however_often_it_is_sent(call, clock):
    ilze = Nominator(clock).nominates(call)
    for _ in range(3):
        ilze.client.post(ilze.own("change/"))
        ilze.opens(f"{ilze.own()}?step=check").sends()
        ilze.client.post(ilze.own("mail/"))

    assert len(mail.outbox) == 1


def test_mail_that_could_not_be_sent_is_sent_when_asked_again(call, clock, settings):
    settings.EMAIL_BACKEND = "tests.people.NoBackend"
    ilze = Nominator(clock).nominates(call)
    assert NominatorContact.objects.get().asked_at is None
    assert ilze.client.post(ilze.own("mail/")).status_code == 503

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ilze.client.post(ilze.own("mail/"))

    assert len(mail.outbox) == 1


def test_letters_that_could_not_be_sent_are_not_counted(call, clock, settings):
    settings.EMAIL_BACKEND = "tests.people.NoBackend"
    ilze = Nominator(clock).nominates(call)
    for _ in range(5):
        ilze.client.post(ilze.own("mail/"))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    ilze.client.post(ilze.own("mail/"))

    assert len(mail.outbox) == 1


def test_one_address_gets_few_letters_from_all_nominations(call, clock):
    for number in range(5):
        Nominator(clock, address=f"198.51.100.{number}").nominates(call, called=f"Namn {number}")

    assert len(mail.outbox) == 3


def test_withdrawn_nomination_is_out_and_says_so(call, clock):
    ilze = Nominator(clock).nominates(call).confirms()
    assert ilze.client.get(ilze.own("withdraw/")).status_code == 200
    assert Nomination.objects.get().status == Status.SUBMITTED

    ilze.client.post(ilze.own("withdraw/"))

    assert Nomination.objects.get().status == Status.WITHDRAWN
    assert NominatorContact.objects.get().keep_until == clock.moment.date() + timedelta(days=180)
    assert ilze.client.post(ilze.own("withdraw/")).status_code == 302


def test_own_data_is_all_there_is(call, clock):
    ilze = Nominator(clock).nominates(call).confirms()

    response = ilze.client.get(ilze.own("data/"))

    told = json.loads(response.content)
    assert response["Cache-Control"] == "no-store"
    assert told["nominator"]["email"] == "ilze@example.org"
    assert told["description"] == PRACTICE["description"]
    assert [step["to"] for step in told["steps"]] == ["unconfirmed", "submitted"]
    fields = {field.name for field in Nomination._meta.get_fields() if field.concrete}
    # Among what is not hers: what the desk noted when it checked the nomination.
    inner = {"id", "round", "secret_hash", "changed_at", "decided_by", "practice", "decided_at", "checks"}
    renamed = {
        "created_at",
        "confirmed_at",
        "credit_name",
        "credit_organisation",
        "anonymous",
        "reason_sv",
        "reason_en",
    }
    assert fields - inner - renamed <= set(told)


@pytest.mark.parametrize("published", [False, True])
def test_erasing_leaves_nothing_of_her(call, clock, published):
    ilze = Nominator(clock).nominates(call).confirms()
    practice = make.make_practice() if published else None
    Nomination.objects.update(practice=practice)
    assert ilze.client.get(ilze.own("erase/")).status_code == 200
    assert NominatorContact.objects.exists()

    assert ilze.client.post(ilze.own("erase/")).status_code == 200

    assert not NominatorContact.objects.exists()
    assert Nomination.objects.count() == int(published)
    if published:
        nomination = Nomination.objects.get()
        assert (nomination.credit, nomination.description, nomination.links) == ("", "", "")


def test_link_that_nobody_was_given_leads_nowhere(call, clock):
    ilze = Nominator(clock).begins(call)
    assert Nomination.objects.get().secret_hash == digest(ilze.secret)

    for secret in ("0" * 40, digest(ilze.secret), str(Nomination.objects.get().pk)):
        assert ilze.client.get(f"/sv/nominations/{secret}/").status_code == 404


# The deadline


# Clocks go back at 3:00 on 25 October 2026: 2:30 comes twice.
@pytest.mark.parametrize(
    ("closes", "zone", "words"),
    [
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Stockholm", "02:30 (Europe/Stockholm, UTC+2)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Stockholm", "02:30 (Europe/Stockholm, UTC+1)"),
        (datetime(2026, 10, 25, 21, 59, 59, tzinfo=UTC), "Europe/Riga", "23:59:59 (Europe/Riga, UTC+2)"),
    ],
)
def test_deadline_holds_to_the_second_when_clocks_go_back(db, clock, closes, zone, words):
    clock.moment = closes - timedelta(hours=2)
    call = make.make_round(opens_at=closes - timedelta(days=9), closes_at=closes, time_zone=zone)
    ilze = Nominator(clock, "en").fills(call)
    late = Nominator(clock, "en", "192.0.2.2").fills(call, called="Too late")
    ilze.opens(f"/en/calls/{call.slug}/")
    assert words in ilze.page.facts()["Closes"]
    ilze.opens(f"{ilze.own()}?step=check")
    clock.moment = closes - timedelta(seconds=10)
    assert ilze.sends(after=10.9).status == 200
    assert Nomination.objects.get(title=PRACTICE["called"]).status == Status.UNCONFIRMED

    clock.moment = closes - timedelta(seconds=9)
    late.sends(after=10)

    assert (late.status, Nomination.objects.get(title="Too late").status) == (410, Status.DRAFT)
    assert f"Closed since 25 October 2026 at {words}" in late.page.words
    assert PRACTICE["description"] in late.page.words
    # Who sent in time may still confirm.
    assert ilze.confirms().status == 200
    assert Nomination.objects.get(title=PRACTICE["called"]).status == Status.SUBMITTED


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"closes_at": datetime(2026, 1, 1, tzinfo=UTC)}, 410, "Closed since"),
        ({"opens_at": datetime(2199, 1, 1, tzinfo=UTC)}, 403, "Opens"),
        ({}, 403, "not stated"),
        ({"elsewhere": True}, 403, "run by others"),
    ],
)
def test_call_that_is_not_open_takes_nothing_and_says_why(db, clock, fields, status, words):
    call = make.make_round(**fields)
    ilze = Nominator(clock, "en").opens(f"/en/calls/{call.slug}/nominate/")
    assert ilze.status == status

    ilze.sends(**PRACTICE)

    assert ilze.status == status
    assert words in ilze.page.words
    assert PRACTICE["description"] in ilze.page.words
    assert not Nomination.objects.exists()


def test_first_step_after_the_deadline_gives_back_what_was_typed(call, clock):
    ilze = Nominator(clock).opens(f"/sv/calls/{call.slug}/nominate/")
    clock.moment = call.closes_at

    ilze.sends(after=1, **PRACTICE)

    assert ilze.status == 410
    assert PRACTICE["description"] in ilze.page.words
    assert not Nomination.objects.exists()


def test_draft_after_the_deadline_is_given_back_in_words_and_can_be_erased(call, clock):
    ilze = Nominator(clock).begins(call).sends(**PLACE)
    clock.moment = call.closes_at + timedelta(seconds=1)

    ilze.opens(ilze.own())

    assert ilze.status == 410
    assert ("Lettland" in ilze.page.words, "LV" in ilze.page.words.split()) == (True, False)
    assert ilze.own("erase/") in [each.get("href") for each in ilze.page.all("a")]


def test_page_says_until_when_an_address_can_be_confirmed_after_the_deadline(call, clock):
    closes = datetime(2026, 10, 24, 12, tzinfo=UTC)
    clock.moment = closes - timedelta(hours=1)
    call.opens_at, call.closes_at, call.time_zone = closes - timedelta(days=9), closes, "Europe/Riga"
    call.save()
    ilze = Nominator(clock, "en").nominates(call)
    # Clocks go back in the night between.
    until, found = "confirmed until 26 October 2026 at 14:00 (Europe/Riga, UTC+2)", []

    for moment in (closes + timedelta(seconds=1), closes + timedelta(days=2), closes + timedelta(days=2, seconds=1)):
        found.append(until in ilze.opens(ilze.own()).page.words)
        clock.moment = moment
        ilze.opens(ilze.own())
        confirming = ilze.client.get(link_in(mail.outbox[0])).status_code
        found.append((until in ilze.page.words, "takes no part" in ilze.page.words, confirming))

    assert found == [False, (True, False, 200), True, (True, False, 200), True, (True, True, 410)]


def test_unpublished_call_is_not_there(call, clock):
    call.published = False
    call.save()

    assert Nominator(clock).opens(f"/sv/calls/{call.slug}/nominate/").status == 404


# Steps


def test_only_the_steps_of_the_table_are_taken(db):
    for before in Status:
        for after in Status:
            nomination = make.make_nomination(status=before, decided_at=datetime(2026, 1, 1, tzinfo=UTC))
            if after in ALLOWED[before]:
                take(nomination, after)
                assert nomination.steps.get().after == after
            else:
                with pytest.raises(NotAllowed):
                    take(nomination, after)
                assert (Nomination.objects.get(pk=nomination.pk).status, nomination.steps.count()) == (before, 0)


# Forgetting


@pytest.mark.parametrize(("days", "kept"), [(179, 1), (180, 1), (181, 0)])
def test_contacts_are_forgotten_when_their_time_is_over(call, clock, days, kept):
    nomination = make.make_contact_of_nominator(nomination=make.make_nomination(round=call)).nomination
    take(nomination, Status.UNDER_REVIEW)
    take(nomination, Status.NOT_SELECTED)
    for _ in range(2):
        erasing.forget(localdate(clock.moment) + timedelta(days=days))

    assert (NominatorContact.objects.count(), Nomination.objects.count()) == (kept, 1)


@pytest.mark.parametrize(("status", "credit"), [(Status.NOT_SELECTED, ""), (Status.SELECTED, "Ilze Ozola")])
def test_name_in_the_credit_goes_with_the_contact_unless_it_is_in_public(call, clock, status, credit):
    nomination = make.make_nomination(round=call, credit_name="Ilze Ozola")
    make.make_contact_of_nominator(nomination=nomination)
    make.make_review(nomination=nomination, reviewer=person("rut"), conflict="found", conflict_note="own")
    take(nomination, Status.UNDER_REVIEW)
    take(nomination, status)

    erasing.forget(localdate(clock.moment) + timedelta(days=181))

    nomination.refresh_from_db()
    assert (nomination.credit_name, nomination.reviews.get().conflict_note) == (credit, "")


def test_contacts_without_a_decision_are_kept_and_unfinished_nominations_are_not(call, clock):
    Nominator(clock).nominates(call)
    make.make_contact_of_nominator(nomination=make.make_nomination(round=call), email="other@example.org")
    clock.pass_by(days=31)

    assert erasing.forget() == (0, 1)
    assert erasing.forget() == (0, 0)
    assert NominatorContact.objects.get().email == "other@example.org"
