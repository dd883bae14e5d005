"""How staff get to the desk, and everybody else does not: the second factor, and sessions that end."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from directory import sessions, signin
from tests.pages import Page
from tests.people import (
    DESK,
    LOGIN,
    PASSWORD,
    WRONG,
    code,
    english,
    give_app,
    give_password,
    has_app,
    inside,
    person,
    said,
    signed_in,
    way,
)

pytestmark = pytest.mark.django_db

# The second factor


def test_who_has_no_second_factor_is_led_to_set_it_up_and_back_to_where_she_wanted(guest):
    person(role="editor")
    wanted = "/admin/networks/city/?q=a"

    answer = guest.post(f"{LOGIN}?next={wanted}", {"login": "anna", "password": PASSWORD, "next": wanted}, follow=True)

    page = Page(answer)
    assert (page.errors, page.texts("h1")) == ([], ["Set up your second factor"])
    secret = page.texts("code", class_="key")[0]
    assert not inside(guest)
    codes = Page(guest.post("/admin/account/app/", {"code": code(secret)}, follow=True))
    assert (codes.errors, codes.texts("h1"), len(codes.texts("code"))) == ([], ["Recovery codes"], 10)
    assert wanted in codes.links
    assert guest.get(wanted).status_code == 200


def test_a_wrong_code_sets_nothing_up(guest):
    person()
    give_password(guest)
    guest.get("/admin/account/app/")

    answer = guest.post("/admin/account/app/", {"code": "000000"})

    assert said(answer) == ["Incorrect code."]
    assert not has_app(User.objects.get())
    assert not inside(guest)


def test_password_and_code_together_open_the_desk(guest):
    secret = give_app(person())

    answer = guest.post(LOGIN, {"login": "anna", "password": PASSWORD, "next": "/admin/networks/"}, follow=True)
    assert way(answer) == ["/admin/login/code/"]
    assert not inside(guest)

    answer = guest.post("/admin/login/code/", {"code": code(secret)})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/networks/")
    assert inside(guest)


def test_a_recovery_code_works_once(guest):
    user = person()
    give_app(user)
    [recovery, *_] = (
        Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "ab" * 40, "used_mask": 0})
        .wrap()
        .get_unused_codes()
    )

    answers = []
    for each in (guest, english()):
        give_password(each)
        each.post("/admin/login/code/", {"code": recovery})
        answers.append(inside(each))

    assert answers == [True, False]


def test_the_same_code_of_the_app_works_once():
    secret = give_app(person())
    digits, answers = code(secret), []
    for each in (english(), english()):
        give_password(each)
        each.post("/admin/login/code/", {"code": digits})
        answers.append(inside(each))

    assert answers == [True, False]


def test_a_session_of_the_password_alone_can_neither_use_nor_remove_a_factor_that_was_set_up_elsewhere(guest):
    user = person()
    guest.force_login(user, second_factor=False)
    give_app(user)

    for address in ("app/remove/", "codes/", "codes/new/", "codes/file/"):
        for method in (guest.get, guest.post):
            answer = method(f"/admin/account/{address}")
            assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, LOGIN), address
    answer = guest.get(DESK, follow=True)

    assert Page(answer).texts("h1") == ["The second factor"]
    assert way(answer)[-1].startswith("/admin/again/code/")
    assert has_app(user)


def test_who_gives_the_code_later_gets_in(guest):
    user = person()
    guest.force_login(user, second_factor=False)
    secret = give_app(user)

    answer = guest.post(f"/admin/again/code/?next={DESK}", {"code": code(secret)})

    assert (answer.status_code, answer["Location"]) == (302, DESK)
    assert inside(guest)


def test_setting_up_a_factor_ends_the_sessions_that_had_none(guest):
    user = person()
    elsewhere = english()
    elsewhere.force_login(user)
    assert inside(elsewhere)
    give_password(guest)
    secret = Page(guest.get("/admin/account/app/")).texts("code", class_="key")[0]

    guest.post("/admin/account/app/", {"code": code(secret)})

    assert (inside(guest), inside(elsewhere)) == (True, False)


def test_moving_to_another_telephone_closes_the_desk_until_it_is_set_up():
    guest = signed_in()
    assert Page(guest.get("/admin/account/app/remove/")).texts("h1") == ["Move to another telephone"]

    guest.post("/admin/account/app/remove/")

    assert Authenticator.objects.count() == 0
    assert Page(guest.get(DESK, follow=True)).texts("h1") == ["Set up your second factor"]


def test_the_mark_of_one_account_opens_nothing_for_another(guest):
    anna, eva = person(), person("eva")
    guest.force_login(eva, second_factor=False)
    session = guest.session
    session[signin.SECOND_FACTOR] = str(anna.pk)
    session.save()

    assert not inside(guest)


# Nobody else


def test_nobody_signs_up(guest):
    data = {"username": "new", "email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for address in ("/admin/sign-up/", "/admin/signup/", "/accounts/signup/", "/accounts/login/", "/signup/"):
        assert guest.post(address, data, follow=True).status_code in (404, 200)
    assert User.objects.count() == 0
    assert guest.get("/admin/sign-up/").status_code == 404
    assert not signin.AccountAdapter().is_open_for_signup(None)


def test_no_social_account_no_code_by_mail_and_no_passkey_is_a_way_in():
    assert [each for each in configured.INSTALLED_APPS if each.startswith("allauth")] == [
        "allauth",
        "allauth.account",
        "allauth.mfa",
    ]
    assert configured.MFA_SUPPORTED_TYPES == ["totp", "recovery_codes"]


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_who_is_not_staff_or_no_longer_is_answered_like_nobody(guest, fields):
    person(**fields)

    known, unknown = give_password(guest), give_password(guest, "nobody")

    assert (said(known), said(unknown)) == ([WRONG], [WRONG])
    assert "_auth_user_id" not in guest.session


def test_an_account_that_is_closed_is_out_at_once():
    user = person()
    guest = signed_in(user)

    User.objects.update(is_staff=False)

    assert not inside(guest)


# Sessions


def later(monkeypatch, seconds):
    now = time.time()
    monkeypatch.setattr(sessions.time, "time", lambda: now + seconds)


def test_a_session_ends_after_twelve_hours_whatever_is_done_in_it(monkeypatch):
    guest = signed_in()

    later(monkeypatch, sessions.LONGEST - 60)
    before = inside(guest)
    later(monkeypatch, 120)

    assert (before, inside(guest)) == (True, False)
    assert configured.SESSION_COOKIE_AGE == 7200


def test_a_session_in_use_lives_on_and_one_left_alone_ends(monkeypatch):
    guest = signed_in()
    [session] = Session.objects.filter(session_key=guest.session.session_key)

    later(monkeypatch, sessions.MOVED_EVERY + 1)
    assert inside(guest)
    moved = Session.objects.get(pk=session.pk)
    assert moved.expire_date > session.expire_date
    Session.objects.update(expire_date=session.expire_date.replace(year=2020))

    assert not inside(guest)


def test_signing_out_everywhere_ends_all_sessions_of_hers_and_no_others():
    anna, eva = person(), person("eva")
    here, there, hers = signed_in(anna), english(), english()
    there.force_login(anna), hers.force_login(eva)

    answer = here.post("/admin/account/sign-out-everywhere/", follow=True)

    assert (inside(here), inside(there), inside(hers)) == (False, False, True)
    assert "You are signed out everywhere." in answer.content.decode()
    assert here.get("/admin/account/sign-out-everywhere/").status_code == 405


def test_the_key_of_a_session_changes_with_the_sign_in(guest):
    secret = give_app(person())
    give_password(guest)
    before = guest.cookies["sessionid"].value

    guest.post("/admin/login/code/", {"code": code(secret)})

    assert guest.cookies["sessionid"].value != before


def test_who_has_no_second_factor_yet_can_still_sign_out(guest):
    person()
    give_password(guest)

    answer = guest.post("/admin/logout/")

    assert (answer.status_code, answer["Location"]) == (302, LOGIN)
    assert "_auth_user_id" not in guest.session


# Around


def test_public_pages_set_no_cookie_and_read_no_session_of_staff(directory):
    guest = signed_in()
    guest.cookies.clear()
    guest.cookies["sessionid"] = "x" * 32

    for address in ("/sv/", "/sv/networks/", "/en/nothing/", "/en/networks/nothing/"):
        answer = guest.get(address)
        assert (answer.cookies.output(), "Cookie" in answer.get("Vary", "")) == ("", False), address


def test_the_forms_of_the_sign_in_are_protected(client):
    user = person(email="anna@example.org")
    give_app(user)
    guarded = Client(enforce_csrf_checks=True)
    guarded.force_login(user)

    for name in (
        "account_login",
        "account_logout",
        "account_reset_password",
        "account_change_password",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "sign_out_everywhere",
    ):
        assert (name, guarded.post(reverse(name)).status_code) == (name, 403)


def test_every_page_of_the_sign_in_keeps_the_policy_and_is_not_kept(guest, settings):
    settings.EMAIL_HOST = "mail.example.org"
    user = person()
    entering = english()
    give_app(user)
    give_password(entering)
    inner = signed_in(person("eva"))
    new = english()
    person("ny")
    give_password(new, "ny")
    pages = [
        (guest, "account_login"),
        (entering, "mfa_authenticate"),
        (guest, "account_reset_password"),
        (guest, "account_reset_password_done"),
        (guest, "account_reset_password_from_key_done"),
        (new, "mfa_activate_totp"),
        (inner, "account_logout"),
        (inner, "account_reauthenticate"),
        (inner, "mfa_reauthenticate"),
        (inner, "account_change_password"),
        (inner, "mfa_index"),
        (inner, "mfa_deactivate_totp"),
        (inner, "mfa_generate_recovery_codes"),
    ]

    for each, name in pages:
        answer = each.get(reverse(name))
        html = answer.content.decode()
        page = Page(answer)
        assert (name, page.status, page.errors, len(page.texts("h1"))) == (name, 200, [], 1)
        assert (name, re.findall(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=\"", html)) == (name, [])
        assert html.count('method="post"') == html.count("csrfmiddlewaretoken"), name
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["X-Frame-Options"] == "DENY"
        assert "no-store" in answer["Cache-Control"], name
