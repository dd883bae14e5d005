"""Forms that anybody may send: what is refused, what is said, and that nothing typed is lost."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.utils import translation

from directory import guarded, throttle
from directory.guarded import GuardedForm, PlainText
from directory.throttle import Throttle, client_digest
from tests.crowd import processes
from tests.nominating import Clock

HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}


class Letter(GuardedForm):
    """A form with a line, a text and addresses."""

    purpose = "letter"
    with_links = ("links",)
    limits_of_one, limits_of_all = ((3, 600),), ((5, 3600),)

    title = PlainText()
    text = PlainText(rows=4, required=False)
    links = PlainText(rows=2, required=False)


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes when it is told to."""
    return Clock(monkeypatch, guarded, throttle)


def request(address="192.0.2.1", **headers):
    """Return a request that sends a form from an address."""
    return RequestFactory().post("/", headers={**HERE, **headers}, REMOTE_ADDR=address)


def sent(clock, data=None, *, after=10, stamp=None, address="192.0.2.1", **fields):
    """Fill in a form, and send it so many seconds after its page was made."""
    stamp = Letter(request()).fresh_stamp if stamp is None else stamp
    clock.pass_by(seconds=after)
    return Letter(request(address), {"title": "Ett namn", "stamp": stamp, **fields})


def said(form):
    """Return what a form says in English of all its errors."""
    with translation.override("en"):
        form.is_valid()
        return [str(error) for errors in form.errors.values() for error in errors]


def test_form_that_somebody_fills_in_is_taken(db, clock):
    form = sent(clock, text="Se https://example.org och www.example.org.", links="https://a.se\n" * 9)

    assert (said(form), form.status) == ([], 200)


@pytest.mark.parametrize(
    ("fields", "words", "status"),
    [
        ({"after": 2}, "quicker than anybody reads", 422),
        ({"after": 24 * 3600 + 1}, "open for more than a day", 422),
        ({"stamp": ""}, "did not come from this page", 422),
        ({"stamp": "x:y"}, "did not come from this page", 422),
        ({"homepage": "https://spam.example/"}, "Leave the last box empty", 422),
        ({"homepage": "x" * 501}, "Leave the last box empty", 422),
        ({"text": "https://a.se http://b.se www.c.se"}, "At most 2 web addresses", 422),
        ({"title": "ett\x07namn"}, "invisible control character", 422),
        ({"title": "\u200b\u2060"}, "nothing to read", 422),
        ({"title": ""}, "required", 422),
        ({"title": "x" * 251}, "at most 250", 422),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_counted(db, clock, fields, words, status):
    form = sent(clock, **fields)

    (sentence,) = said(form)
    assert words in sentence
    assert (form.status, Throttle.objects.count()) == (status, 0)


def test_line_stays_one_line_and_a_text_keeps_its_lines(db, clock):
    form = sent(clock, title="Ett\r\nBcc: namn ", text="Rad ett\r\nRad två")

    assert said(form) == []
    assert [form.cleaned_data[name] for name in ("title", "text")] == ["Ett Bcc: namn", "Rad ett\nRad två"]


def test_stamp_of_another_sort_of_form_is_none(db, clock):
    class Other(Letter):
        purpose = "other"

    form = sent(clock, stamp=Other(request()).fresh_stamp)

    assert "did not come from this page" in said(form)[0]


def test_stale_form_is_taken_when_sent_once_more(db, clock):
    stale = sent(clock, after=30 * 3600)
    assert "more than a day" in said(stale)[0]

    again = sent(clock, stamp=stale.fresh_stamp)

    assert (said(again), again.nonce) == ([], stale.nonce)


def test_quick_form_is_taken_as_soon_as_it_is_old_enough(db, clock):
    quick = sent(clock, after=1)
    assert said(quick)

    assert said(sent(clock, stamp=quick.fresh_stamp, after=2)) == []


def test_one_address_is_limited_and_others_are_not(db, clock):
    forms = [sent(clock) for _ in range(4)]
    assert [(said(form), form.status)[1] for form in forms] == [200, 200, 200, 429]
    assert "wait ten minutes" in said(sent(clock))[0]

    assert said(sent(clock, address="192.0.2.2")) == []
    assert said(sent(clock, after=601)) == []


def test_addresses_of_one_household_count_as_one(db, clock):
    digests = {client_digest(request(f"2001:db8:1:2::{number}")) for number in (1, 2)}

    assert len(digests) == 1
    assert client_digest(request("2001:db8:1:3::1")) not in digests


def test_addresses_of_four_numbers_stay_apart_on_a_socket_of_both_kinds(db, clock):
    assert client_digest(request("::ffff:192.0.2.1")) == client_digest(request("192.0.2.1"))
    assert client_digest(request("::ffff:192.0.2.1")) != client_digest(request("::ffff:192.0.2.2"))


def test_all_together_are_limited_and_who_is_refused_alone_does_not_count(db, clock):
    for _ in range(20):
        said(sent(clock, after=4))
    others = [sent(clock, after=4, address=f"198.51.100.{number}") for number in range(3)]

    assert [(said(form), form.status)[1] for form in others] == [200, 200, 429]
    assert "More is being sent to us" in said(others[2])[0]


def test_counts_end_and_are_thrown_away(db, clock):
    said(sent(clock))
    before = set(Throttle.objects.values_list("pk", flat=True))
    said(sent(clock, after=2 * 3600, address="192.0.2.9"))

    assert len(before) == 2
    assert set(Throttle.objects.values_list("pk", flat=True)) & before == {"counted:letter::3600"}


def test_no_address_is_kept(db, clock):
    said(sent(clock, address="203.0.113.77"))

    assert not Throttle.objects.filter(cache_key__contains="203.0.113").exists()


def taken(form):
    """Return whether a form that is taken comes for the first time."""
    assert said(form) == []
    return form.first_time()


def test_what_is_sent_twice_comes_once(db, clock):
    first, second = sent(clock), sent(clock)
    again = sent(clock, stamp=first.fresh_stamp)

    assert [taken(first), taken(again), taken(second)] == [True, False, True]


def test_other_words_with_the_stamp_of_words_that_are_stored_are_asked_for_once_more(db, clock):
    first = sent(clock)
    assert taken(first)

    for _ in range(2):
        other = sent(clock, stamp=first.fresh_stamp, text="Och mer.", address="192.0.2.2")
        assert said(other) == []
        with pytest.raises(guarded.OtherWords):
            other.first_time()
    other.ask_once_more()

    assert "was sent with this page before" in said(other)[0]
    once_more = sent(clock, stamp=other.fresh_stamp, after=0, text="Och mer.", address="192.0.2.3")
    assert taken(once_more)
    # What was said is not told by what is remembered of it.
    assert not Throttle.objects.filter(value__contains="mer").exists()


@pytest.mark.django_db(transaction=True)
def test_counts_of_many_at_once_are_exact(elsewhere):
    first, second = processes(elsewhere, "count", "count")

    assert sorted(first + second) == list(range(1, 81))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Referer": "http://testserver/sv/calls/"}, 200),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://testserver"}, 403),
        ({"Origin": "null"}, 403),
        ({"Referer": "http://evil.example/http://testserver/"}, 403),
        ({"Referer": "http://[x/"}, 403),
        ({}, 403),
    ],
)
def test_form_is_taken_from_our_own_pages_only(db, headers, status):
    view = guarded.guarded(lambda request: HttpResponse("taken"))

    response = view(RequestFactory().post("/sv/calls/", headers=headers))

    assert (response.status_code, response["Cache-Control"]) == (status, "no-store")
    assert (b"taken" in response.content) == (status == 200)


@override_settings(CSRF_TRUSTED_ORIGINS=["https://directory.example"])
def test_origin_that_the_operator_trusts_is_ours(db):
    view = guarded.guarded(lambda request: HttpResponse("taken"))

    assert view(RequestFactory().post("/", headers={"Origin": "https://directory.example"})).status_code == 200
