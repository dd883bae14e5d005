"""People at the desk for tests, and how they sign in."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group, User
from django.test import Client

from directory.roles import ROLES
from tests.pages import Page

PASSWORD = "a long pass phrase"
LOGIN, DESK = "/admin/login/", "/admin/"
WRONG = "The username and/or password you specified are not correct."
TOO_MANY = "Too many failed login attempts. Try again later."


def person(name="anna", role="", **fields):
    """Make an account of the staff, with a role if one is given."""
    user = User.objects.create_user(name, password=PASSWORD, **{"is_staff": True, **fields})
    assert role in ("", *ROLES)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def give_app(user):
    """Set up an authenticator app for the account; return its key."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def code(secret):
    """Return what the app with this key shows now: the middle of what is accepted, so that the clock may move on."""
    accepted = list(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, accepted[len(accepted) // 2]))


def has_app(user):
    """Whether the account has an authenticator app."""
    return Authenticator.objects.filter(user=user, type="totp").exists()


def english():
    """Return a browser that asks for English."""
    return Client(headers={"accept-language": "en"})


def give_password(guest, name="anna", password=PASSWORD, **options):
    """Send the form of the sign-in."""
    return guest.post(LOGIN, {"login": name, "password": password}, **options)


def way(response):
    """Return the addresses that an answer led through, and where it ended."""
    return [address for address, _status in response.redirect_chain]


def inside(guest):
    """Whether a browser may see the desk."""
    return guest.get(DESK).status_code == 200


def signed_in(user=None):
    """Return a browser in which the whole way was gone, with the app's code."""
    user = user or person()
    secret, guest = give_app(user), english()
    give_password(guest, user.username)
    guest.post("/admin/login/code/", {"code": code(secret)})
    assert inside(guest)
    return guest


def said(response):
    """Return the errors that the page shows."""
    page = Page(response)
    return [page.text(each) for tag in ("p", "li") for each in page.all(tag) if is_error(page, each)]


def is_error(page, element):
    """Whether an element of a page is an error."""
    return "errornote" in (element.get("class") or "") or any(
        element in list(each) for each in page.all("ul", class_="errorlist")
    )


class NoBackend:
    """A mail server that is away."""

    def __init__(self, **options):
        pass

    def send_messages(self, messages):
        """Fail as the network would."""
        raise OSError("no route to host")
