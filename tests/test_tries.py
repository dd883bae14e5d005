"""What keeps guessers out and lets owners in: few tries, good passwords, mails, and the commands of the operator."""

import io
import logging
import re

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import translation

from directory import signin
from tests import factories as make
from tests.pages import Page
from tests.people import (
    DESK,
    LOGIN,
    PASSWORD,
    TOO_MANY,
    WRONG,
    code,
    english,
    give_app,
    give_password,
    inside,
    person,
    said,
    signed_in,
    way,
)

pytestmark = pytest.mark.django_db

# Tries


def test_an_attacker_is_stopped_after_five_tries_and_the_owner_gets_in_from_elsewhere(guest):
    give_app(person())

    answers = [said(give_password(guest, password=f"guess number {number}")) for number in range(7)]
    right = said(give_password(guest))
    owner = give_password(english(), REMOTE_ADDR="192.0.2.7")

    assert answers == [[WRONG]] * 5 + [[TOO_MANY]] * 2
    assert right == [TOO_MANY]
    assert (owner.status_code, owner["Location"]) == (302, "/admin/login/code/")


def test_a_colleague_behind_the_same_address_still_gets_in(guest):
    person(), person("eva")
    for number in range(7):
        give_password(guest, password=f"guess number {number}")

    assert give_password(english(), "eva").status_code == 302


def test_one_password_tried_on_many_names_is_stopped_after_twenty(guest):
    answers = [said(give_password(guest, f"name{number}")) for number in range(22)]

    assert answers == [[WRONG]] * 20 + [[TOO_MANY]] * 2


def test_known_and_unknown_names_take_the_same_answers(guest):
    person()

    known, unknown = (
        [said(give_password(each, name, "wrong guess here")) for _ in range(7)]
        for each, name in ((english(), "anna"), (english(), "nobody"))
    )

    assert known == unknown


def test_a_made_up_address_in_a_header_resets_no_count(guest):
    person()

    answers = [
        said(
            give_password(
                guest,
                password="wrong",
                headers={"x-forwarded-for": f"192.0.2.{number}", "x-real-ip": f"192.0.2.{number}"},
            )
        )
        for number in range(6)
    ]

    assert answers[-1] == [TOO_MANY]


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("203.0.113.9, 192.0.2.1", "192.0.2.1"),
        ("192.0.2.1, nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
        ("2001:db8::1", "2001:db8::1"),
    ],
)
def test_behind_a_proxy_the_last_address_in_its_header_counts(rf, settings, told, counted):
    settings.CLIENT_HEADER = "X-Forwarded-For"

    assert signin.AccountAdapter().get_client_ip(rf.get("/", headers={"x-forwarded-for": told})) == counted


def test_behind_a_proxy_attackers_do_not_lock_the_owner_out(settings, guest):
    settings.CLIENT_HEADER = "X-Forwarded-For"
    person()
    for number in range(6):
        give_password(guest, password="wrong", headers={"x-forwarded-for": f"198.51.100.{number}, 203.0.113.9"})
    attacker = said(give_password(guest, headers={"x-forwarded-for": "203.0.113.9"}))

    owner = give_password(english(), headers={"x-forwarded-for": "192.0.2.1"})

    assert (attacker, owner.status_code) == ([TOO_MANY], 302)


def test_wrong_codes_are_stopped_after_five(guest):
    secret = give_app(person())
    give_password(guest)

    answers = [said(guest.post("/admin/login/code/", {"code": "000000"})) for _ in range(6)]
    right = guest.post("/admin/login/code/", {"code": code(secret)})

    assert answers == [["Incorrect code."]] * 5 + [[TOO_MANY]]
    assert (said(right), inside(guest)) == ([TOO_MANY], False)


def test_tries_are_counted_where_every_process_counts():
    assert configured.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"


def test_too_many_requests_are_answered_with_a_sentence(guest):
    answers = [guest.post(LOGIN, {}) for _ in range(31)]

    assert [each.status_code for each in answers] == [200] * 30 + [429]
    assert Page(answers[-1]).texts("h1") == ["Too many tries"]


# Forgotten passwords


@pytest.fixture
def mails(settings, monkeypatch):
    """A site that can send mail, and sends it at once."""
    settings.EMAIL_HOST = "mail.example.org"
    monkeypatch.setattr(signin.threading.Thread, "start", lambda thread: thread.run())
    return mail.outbox


def test_a_link_by_mail_leads_to_a_new_password_and_ends_every_session(guest, mails):
    user = person(email="anna@example.org")
    elsewhere = signed_in(user)

    asked = guest.post("/admin/password/", {"email": "Anna@example.org"}, follow=True)
    [message] = mails
    [link] = re.findall(r"http://testserver(/\S+)", message.body)
    form = guest.get(link, follow=True)
    chosen = guest.post(
        way(form)[-1], {"password1": "quite another phrase", "password2": "quite another phrase"}, follow=True
    )

    assert Page(asked).texts("h1") == ["See your mail"]
    assert message.to == ["anna@example.org"]
    assert Page(form).texts("h1") == ["Choose a password"]
    assert Page(chosen).texts("h1") == ["Your password is changed"]
    assert not inside(elsewhere)
    assert said(give_password(guest)) == [WRONG]
    assert way(guest.post(LOGIN, {"login": "anna", "password": "quite another phrase"}, follow=True)) == [
        "/admin/login/code/"
    ]
    assert Page(english().get(link)).texts("h1") == ["Choose a password"]
    assert "This link is no longer good" in said(english().get(link))[0]


def test_nobody_learns_whether_there_is_an_account(guest, mails):
    person(email="anna@example.org"), person("out", email="out@example.org", is_active=False)
    person("no", email="no@example.org", is_staff=False)

    answers = [
        guest.post("/admin/password/", {"email": f"{name}@example.org"}, follow=True)
        for name in ("anna", "out", "no", "who")
    ]

    assert [message.to for message in mails] == [["anna@example.org"]]
    assert {way(each)[0] for each in answers} == {"/admin/password/sent/"}
    assert len({Page(each).words if Page(each).all("main") else each.content for each in answers}) == 1


def test_a_mail_server_that_is_away_is_in_the_log_and_tells_nobody_that_there_is_an_account(
    guest, mails, settings, caplog
):
    person(email="anna@example.org")
    settings.EMAIL_BACKEND = "tests.people.NoBackend"

    answer = guest.post("/admin/password/", {"email": "anna@example.org"})

    assert (answer.status_code, answer["Location"]) == (302, "/admin/password/sent/")
    assert [each.getMessage() for each in caplog.records] == [
        "A mail could not be handed to the mail server (EMAIL_URL)."
    ]


def test_without_a_mail_server_the_page_and_the_log_say_so(guest, caplog):
    person(email="anna@example.org")

    with caplog.at_level(logging.WARNING):
        asked, sent = guest.get("/admin/password/"), guest.post("/admin/password/", {"email": "anna@example.org"})

    for answer in (asked, sent):
        assert "No mail can be sent from this site." in answer.content.decode()
        assert b'<input type="email"' not in answer.content
    assert "no mail server is named" in caplog.text
    assert mail.outbox == []


# Passwords


@pytest.mark.parametrize(
    "password",
    [
        "å ä ö med mellanslag",
        "en lång mening om ingenting " * 9 + "!",
        "correcthorsebatterystaple ",
        "1837 abrikoser 42",
    ],
)
def test_long_passwords_with_spaces_are_welcome(guest, password):
    user = person()
    user.set_password(password)
    user.save()

    validate_password(password, user)
    assert give_password(guest, password=password).status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "elevenchars",
        "123456789012",
        "passwordpassword",
        "password2026!",
        "aaaaaaaaaaaaaaaa",
        "zyxwvutsrqpon",
        "qwertyuiopåasdf",
        "Urban Networks 2026",
        "anna.andersson",
    ],
)
def test_short_common_and_personal_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, User(username="anna.andersson"))


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one():
    user = person()
    guest, elsewhere = signed_in(user), english()
    elsewhere.force_login(user)
    assert inside(elsewhere)

    new = {"oldpassword": PASSWORD, "password1": "quite another phrase", "password2": "quite another phrase"}
    answer = guest.post("/admin/password_change/", new, follow=True)

    assert Page(answer).texts("h1") == ["Your sign-in"]
    assert (inside(guest), inside(elsewhere)) == (True, False)


# Commands


def run(command, *options, **environment):
    said = io.StringIO()
    call_command(command, *options, stdout=said)
    return said.getvalue()


def test_the_first_administrator_is_made_by_one_command_that_tells_what_is_next(monkeypatch, guest):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", PASSWORD)

    told = run("create_administrator", "--name", "anna", "--email", "anna@example.org", "--site", "http://testserver")

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, [each.name for each in user.groups.all()]) == (
        True,
        False,
        ["administrator"],
    )
    assert "anna is an administrator." in told
    assert "sign in at http://testserver/admin/." in told
    assert "set up the second factor" in told
    assert Page(guest.post(LOGIN, {"login": "anna", "password": PASSWORD}, follow=True)).texts("h1") == [
        "Set up your second factor"
    ]


def test_the_administrator_can_choose_the_password_by_a_link(guest):
    told = run("create_administrator", "--name", "anna", "--email", "", "--link", "--site", "http://testserver")
    [link] = re.findall(r"http://testserver(/admin/password/\S+)", told)

    form = guest.get(link, follow=True)
    guest.post(way(form)[-1], {"password1": PASSWORD, "password2": PASSWORD})

    assert give_password(guest).status_code == 302


@pytest.mark.parametrize(
    ("options", "password", "sentence"),
    [
        (["--name", "anna", "--email", "", "--link"], None, "A user with that username already exists."),
        (["--name", "an na", "--email", "", "--link"], None, "Enter a valid username."),
        (["--name", "eva", "--email", "nonsense", "--link"], None, "Enter a valid email address."),
        (["--name", "eva", "--email", ""], "short", "This password is too short."),
        (["--name", "eva", "--email", ""], None, "say --link, or set ADMINISTRATOR_PASSWORD."),
        (["--name", "eva"], None, "say --email."),
        (["--email", ""], None, "say --name."),
    ],
)
def test_what_is_missing_or_wrong_is_told_in_a_sentence_and_makes_nobody(monkeypatch, options, password, sentence):
    person()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    if password:
        monkeypatch.setenv("ADMINISTRATOR_PASSWORD", password)

    with translation.override("en"), pytest.raises(CommandError, match=re.escape(sentence)):
        run("create_administrator", *options)

    assert User.objects.count() == 1


def test_who_lost_the_second_factor_gets_in_again(guest):
    user = person()
    elsewhere = signed_in(user)

    told = run("reset_second_factor", "anna")

    assert "anna has no second factor now" in told
    assert not inside(elsewhere)
    give_password(guest)
    assert Page(guest.get(DESK, follow=True)).texts("h1") == ["Set up your second factor"]
    with pytest.raises(CommandError, match="There is no account called nobody."):
        run("reset_second_factor", "nobody")


def test_from_a_records_page_the_way_leads_through_the_sign_in_to_its_form(guest):
    network = make.make_network(slug="nat")
    secret = give_app(person(role="editor"))

    answer = guest.get("/sv/networks/nat/edit/")
    guest.post(answer["Location"], {"login": "anna", "password": PASSWORD, "next": "/sv/networks/nat/edit/"})
    answer = guest.post("/admin/login/code/", {"code": code(secret)}, follow=True)

    assert way(answer) == ["/sv/networks/nat/edit/", f"/admin/networks/network/{network.pk}/change/"]
