"""How staff sign in: a password, then a second factor; few tries, no sign-up, and the same answer whoever asks."""

import ipaddress
import logging
import threading
import time
from functools import wraps

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.account.views import LoginView, PasswordResetView
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from directory.sessions import end_sessions

log = logging.getLogger(__name__)

# What a session remembers: whose second factor was given in it, and where its owner wanted to go before that.
SECOND_FACTOR, WANTED = "second_factor", "wanted"
# Whoever signed in so many seconds ago is not asked for the password again before a change of the sign-in itself.
JUST_SIGNED_IN = 300

# What every page of the sign-in knows of the desk that it leads to.
DESK = {"site_header": _("Urban Networks"), "site_title": _("Urban Networks"), "site_url": "/"}


class StaffOnly(ModelBackend):
    """Lets staff in and nobody else; an account that is not staff is answered like one that does not exist."""

    def user_can_authenticate(self, user):
        """Whether the account is active and of the staff; asked again with every request."""
        return super().user_can_authenticate(user) and user.is_staff


class AccountAdapter(DefaultAccountAdapter):
    """What allauth asks of this site about accounts."""

    def is_open_for_signup(self, request):
        """Accounts are made by administrators."""
        return False

    def get_client_ip(self, request):
        """The address that tries are counted by: the last in the header of a trusted proxy, or that of the connection.

        Only the last was written by the proxy itself; whatever stands before it may be made up.
        """
        told = request.headers.get(settings.CLIENT_HEADER, "") if settings.CLIENT_HEADER else ""
        for address in (told.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
            try:
                return str(ipaddress.ip_address(address))
            except ValueError:
                continue
        return "unknown"

    def _get_login_attempts_cache_key(self, request, **credentials):
        """Count failed tries by name *and* address: by name alone, anybody could lock the owner out."""
        return f"{self.get_client_ip(request)}:{credentials.get('username', '').casefold()}"

    def is_reauthentication_required(self, *, app, **options):
        """Ask for the password again, but not of somebody who has just given it."""
        return time.time() - self.request.session.get("since", 0) > JUST_SIGNED_IN

    def get_password_change_redirect_url(self, request):
        """Go back to the page about one's sign-in."""
        return reverse("mfa_index")

    def send_mail(self, template_prefix, email, context):
        """Send a mail without waiting for it, so that nobody learns from the delay whether there is an account."""
        if not settings.EMAIL_HOST:
            log.warning("A mail could not be sent: no mail server is named (EMAIL_URL).")
            return
        request = self.request
        message = self.render_mail(template_prefix, email, {"request": request, "email": email, **DESK, **context})
        threading.Thread(target=deliver, args=[message]).start()


def deliver(message):
    """Hand a mail to the mail server; what fails is in the log, where the operator sees it."""
    try:
        message.send()
    except Exception:
        log.exception("A mail could not be handed to the mail server (EMAIL_URL).")


class MFAAdapter(DefaultMFAAdapter):
    """What allauth asks of this site about second factors."""

    def get_totp_issuer(self):
        """What an authenticator app calls the site."""
        return str(DESK["site_title"])

    def get_totp_label(self, user):
        """What an authenticator app calls the account."""
        return user.get_username()


class ResetForm(ResetPasswordForm):
    """Finds those who may choose a new password: active staff, by the address that an administrator has entered."""

    def clean_email(self):
        """Find them; nobody is told whether anybody was found."""
        email = self.cleaned_data["email"]
        self.users = list(get_user_model().objects.filter(email__iexact=email, is_active=True, is_staff=True))
        return email


class Forgotten(PasswordResetView):
    """Where somebody who forgot the password asks for a mail; without a mail server it says so."""

    def get_context_data(self, **extra):
        """Tell whether mail can be sent from here."""
        return super().get_context_data(can_mail=bool(settings.EMAIL_HOST), **extra)

    def post(self, request, *args, **options):
        """Send the mail; where none can be sent, say the same as before, and tell the operator."""
        if settings.EMAIL_HOST:
            return super().post(request, *args, **options)
        log.warning("Somebody forgot the password, and no mail server is named: manage.py changepassword sets one.")
        return self.get(request, *args, **options)


enter = never_cache(LoginView.as_view(extra_context=DESK))


def gave_second_factor(request):
    """Whether the second factor of this very user was given in this session."""
    return request.session.get(SECOND_FACTOR) == str(request.user.pk)


class SetUp(ActivateTOTPView):
    """Where a second factor is set up; who has shown its first code has given it, and what was begun without it ends."""

    def form_valid(self, form):
        """Keep it."""
        response = super().form_valid(form)
        remember_second_factor(None, self.request, self.request.user)
        end_sessions(self.request.user, but=self.request.session.session_key)
        return response


def remember_second_factor(sender, request, user, **_):
    """The second factor was given."""
    request.session[SECOND_FACTOR] = str(user.pk)


def forget_second_factor(sender, request, user, **_):
    """A second factor was taken away: its owner must set up another, and what was begun elsewhere ends."""
    request.session.pop(SECOND_FACTOR, None)
    end_sessions(user, but=request.session.session_key)


@never_cache
def sign_in(request, ready):
    """Lead whoever is at the door of the desk on: to the password, to the second factor, or inside when `ready`."""
    if not request.user.is_authenticated:
        return enter(request)
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = reverse("admin:index")
    if ready:
        return redirect(wanted)
    if has_second_factor(request.user):
        return redirect_to_login(wanted, reverse("mfa_reauthenticate"))
    request.session[WANTED] = wanted
    return redirect("mfa_activate_totp")


def has_second_factor(user):
    """Whether the user has set up an authenticator app."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def with_second_factor(view):
    """Let only those change a second factor who have given it in this session."""

    @wraps(view)
    def guarded(request, *args, **options):
        if request.user.is_authenticated and not gave_second_factor(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request, *args, **options)

    return guarded


def closed(request):
    """Nobody signs up: 404."""
    raise Http404
