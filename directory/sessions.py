"""Sessions of staff, which end: after a while without a request, after half a day, and everywhere at once."""

import time

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from directory.caching import for_staff

# Seconds after which a session ends whatever is done in it, and how often a request moves the end that idleness
# brings (settings.SESSION_COOKIE_AGE).
LONGEST, MOVED_EVERY = 12 * 60 * 60, 300


def begin(sender, request, user, **_options):
    """Remember when a session began."""
    request.session["since"] = request.session["seen"] = time.time()


class EndSessions(MiddlewareMixin):
    """Ends a session that is too old, and keeps one alive that is in use; only pages of staff read it."""

    def process_request(self, request):
        """Look at the clock; a write once in a few minutes is all that it costs."""
        if not (request.path.startswith("/admin/") or for_staff(request.path)):
            return
        now, since = time.time(), request.session.get("since")
        if since is None:
            return
        if now - since > LONGEST:
            logout(request)
        elif now - request.session["seen"] > MOVED_EVERY:
            request.session["seen"] = now


def end_sessions(user, but=None):
    """End every session of a user, except the one whose key is `but`; there are as many as staff are at work."""
    for session in Session.objects.exclude(session_key=but):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


@require_POST
def sign_out_everywhere(request):
    """End all sessions of whoever asks, this one too."""
    if request.user.is_authenticated:
        end_sessions(request.user)
        logout(request)
        messages.success(request, _("You are signed out everywhere."))
    return redirect("admin:login")
