"""Forms that anybody may send without an account: guarded against other sites, programs and floods, without a puzzle.

No cookie is set. What a form refuses it says in a sentence, and keeps what was typed.
"""

import re
import secrets
from functools import wraps
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.shortcuts import render
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt

from directory.bases import readable
from directory.throttle import Throttle, client_digest

# Seconds: nobody reads a form in less, and after a day the page is looked through again.
SHORTEST, LONGEST = 3, 24 * 60 * 60
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
VISIBLE = re.compile(r"[^\W_]", re.UNICODE)

TOO_QUICK = _("That was quicker than anybody reads. What you wrote is kept: please press the button once more.")
TOO_OLD = _(
    "The page was open for more than a day. What you wrote is kept: look through it and press the button again."
)
NOT_OURS = _("The form did not come from this page as we sent it. What you wrote is kept: press the button once more.")
SENT_BEFORE = _(
    "Something else was sent with this page before, and that is kept. What you wrote now is not sent yet: press the button once more."
)
TRAPPED = _("Leave the last box empty: it is there to stop programs.")
TOO_MANY_OF_YOURS = _(
    "There came more from your connection than we take at once. What you wrote is kept: wait %(wait)s and press the button again."
)
TOO_MANY = _(
    "More is being sent to us just now than we can take. What you wrote is kept: wait %(wait)s and press the button again."
)


class OtherWords(Exception):
    """A page that was sent and stored before is sent again, saying something else."""


def origin_of(address):
    """Return scheme and host of an address; "" of what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def from_here(request):
    """Whether the browser says that a page of ours sends the form; one that says nothing at all is not believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    if origin := request.headers.get("Origin"):
        return origin in ours
    if referrer := request.headers.get("Referer"):
        return origin_of(referrer) in ours
    return site == "same-origin"


def guarded(view):
    """Let a view be sent forms by anybody, but by our own pages only; nobody keeps or lists its pages."""

    @wraps(view)
    def answer(request, *args, **options):
        if request.method == "POST" and not from_here(request):
            response = render(request, "from_elsewhere.html", status=403)
        else:
            response = view(request, *args, **options)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex"
        return response

    return csrf_exempt(answer)


class PlainText(forms.CharField):
    """A line or, with `rows`, a text that people can read: no control characters, and not of invisible signs alone."""

    default_error_messages = {"invisible": _("There is nothing to read in this; please type it again.")}

    def __init__(self, *, rows=0, **options):
        """Take as much as a line of ours holds; a text as much as is wanted."""
        if rows:
            options["widget"] = forms.Textarea(attrs={"rows": rows})
        self.rows = rows
        super().__init__(**{"max_length": 10_000 if rows else 250, **options})
        self.validators.append(readable)

    def to_python(self, value):
        """Read lines as every system ends them; what is a line itself has no ends within."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if self.rows else " ".join(text.split())

    def validate(self, value):
        """Refuse what only looks like an answer."""
        super().validate(value)
        if value and not VISIBLE.search(value):
            raise forms.ValidationError(self.error_messages["invisible"], code="invisible")


class GuardedForm(forms.Form):
    """A form that anybody may send. `status` is that of the answer; `nonce` is the same however often it is sent.

    Where it is valid it has been counted: by address and in all, of one `purpose`, within `limits` of (how many,
    seconds). What was stored under a nonce before is not to be stored again (`first_time`): a browser that goes back
    shows the page as it was, nonce and all.
    """

    purpose = "form"
    most_links = 2
    # Fields in which addresses are wanted.
    with_links = ()
    limits_of_one = ((6, 10 * MINUTE), (30, DAY))
    limits_of_all = ((200, HOUR),)

    # Drawn by templates/components/guard.html, out of sight.
    homepage = forms.CharField(label=_("Leave this empty"), required=False)
    stamp = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)

    def __init__(self, request, data=None, **options):
        """Take the request, which tells who sends and in what language."""
        self.request, self.status = request, 200
        super().__init__(data, **{"label_suffix": "", "use_required_attribute": False, **options})
        self.nonce, self.since = self._read_stamp() if self.is_bound else (secrets.token_urlsafe(12), None)

    @property
    def signer(self):
        """What signs the stamps of this sort of form."""
        return Signer(salt=f"directory.guarded.{self.purpose}")

    def _read_stamp(self):
        """Return (nonce, when the page was made); the time is None where the stamp is not ours."""
        try:
            told = self.signer.unsign_object(str(self.data.get(self.add_prefix("stamp"), "")))
            return told["nonce"], told["since"]
        except (BadSignature, ValueError, KeyError, TypeError):
            return secrets.token_urlsafe(12), None

    @property
    def fresh_stamp(self):
        """What the page carries: the stamp that came, as long as it is good, else a new one for the same nonce."""
        moment = int(now().timestamp())
        good = self.since is not None and moment - self.since <= LONGEST
        return self.signer.sign_object({"nonce": self.nonce, "since": self.since if good else moment})

    def clean(self):
        """Look at what programs do and people do not, then count; adds sentences for the whole form."""
        found = super().clean()
        age = None if self.since is None else now().timestamp() - self.since
        if self.cleaned_data.get("homepage") or self.errors.get("homepage"):
            self.add_error(None, TRAPPED)
        elif age is None:
            self.add_error(None, NOT_OURS)
        elif age > LONGEST:
            self.add_error(None, TOO_OLD)
        elif age < SHORTEST:
            self.add_error(None, TOO_QUICK)
        self._count_links()
        if self.errors:
            self.status = 422
        else:
            self._count()
        return found

    def _count_links(self):
        """Refuse more web addresses in a text than somebody needs who has something to say."""
        for name, field in self.fields.items():
            text = self.cleaned_data.get(name)
            counted = isinstance(field, PlainText) and name not in self.with_links
            if counted and text and len(LINK.findall(text)) > self.most_links:
                few = _("At most %(count)s web addresses can stand in this text.") % {"count": self.most_links}
                self.add_error(name, few if self.most_links else _("Web addresses cannot stand in this text."))

    def _count(self):
        """Count what would be stored, and refuse what is too much; who is refused alone counts for nobody else."""
        one = client_digest(self.request)
        for sentence, limits, whose in (
            (TOO_MANY_OF_YOURS, self.limits_of_one, one),
            (TOO_MANY, self.limits_of_all, ""),
        ):
            for most, seconds in limits:
                if Throttle.count(f"{self.purpose}:{whose}:{seconds}", seconds) > most:
                    wait = (
                        _("until tomorrow") if seconds >= DAY else _("an hour") if seconds >= HOUR else _("ten minutes")
                    )
                    self.add_error(None, sentence % {"wait": wait})
                    self.status = 429
                    return

    def first_time(self):
        """Whether nothing was stored for this form yet; asked once, inside the transaction that stores.

        Raises `OtherWords` where something else was.
        """
        said = repr([self.request.get_full_path(), sorted((name, self.cleaned_data[name]) for name in self.answers)])
        said = salted_hmac("directory.guarded.said", said, algorithm="sha256").hexdigest()
        before = Throttle.remember(f"{self.purpose}:once:{self.nonce}", said, 2 * LONGEST)
        if before not in ("", said):
            raise OtherWords
        return not before

    def ask_once_more(self, sentence=SENT_BEFORE):
        """Keep what was typed apart from what was stored before; the page says so, and stands for itself from now on."""
        self.nonce, self.status = secrets.token_urlsafe(12), 422
        self.add_error(None, sentence)

    @property
    def answers(self):
        """The names of the fields that people fill in."""
        return [name for name in self.fields if name not in ("homepage", "stamp")]

    @property
    def shown(self):
        """The fields that people fill in."""
        return [self[name] for name in self.answers]

    @property
    def wrong(self):
        """The fields that something is wrong with, for the list above the form."""
        return [field for field in self.shown if field.errors]
