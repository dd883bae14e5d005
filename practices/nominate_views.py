"""The pages by which somebody nominates a practice, confirms, sees how it goes, withdraws and erases it."""

from datetime import timedelta
from functools import wraps

from django.db import IntegrityError, transaction
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.guarded import DAY, HOUR, NOT_OURS, guarded
from directory.throttle import Throttle
from practices import moments, own_data, secret_links
from practices.call_facts import state_words
from practices.calls import NominationRound, State
from practices.erasing import erase
from practices.mails import send
from practices.nominate_forms import NewNomination, NominatorStep, PracticeStep, SendStep, steps_of
from practices.nominations import ALLOWED, ENDED, Nomination, NominatorContact, Status
from practices.similar import similar_nominations, similar_practices
from practices.steps import NotAllowed, take

# How many nominations of a call may be begun in a day and be unfinished, and how many may wait for staff, before no more are taken.
MOST_UNFINISHED, MOST_WAITING = 2000, 1000
# Who sent in time may confirm so much later: mail is not always quick.
TO_CONFIRM = timedelta(days=2)
# Letters that ask for a confirmation, to one address and to all.
LETTERS_TO_ONE, LETTERS_TO_ALL = (3, DAY), (200, HOUR)

only_forms = require_http_methods(["GET", "HEAD", "POST"])


def by_secret(view):
    """Find the nomination that a secret link leads to; a link that leads to none is answered as any wrong address."""

    @wraps(view)
    def found(request, secret, **options):
        rows = Nomination.objects.select_related("round", "practice")
        nomination = get_object_or_404(rows, secret_hash=secret_links.digest(secret))
        nomination.secret = secret
        return view(request, nomination, **options)

    return only_forms(guarded(found))


def page_of(nomination, name="status", query=""):
    """Return the address of one of a nomination's pages."""
    return reverse(f"nominations:{name}", args=[nomination.secret]) + query


def refused(request, call, typed=(), nomination=None):
    """Say why nothing can be sent to a call, with what was typed, to be copied; 410 when it is over, else 403.

    Whoever has begun a nomination can still erase it.
    """
    context = {"record": call, "sentence": state_words(call), "typed": typed, "nomination": nomination}
    return render(request, "nominate/refused.html", context, status=410 if call.state() == State.CLOSED else 403)


def typed_in(form):
    """Return (label, what was typed) of a form, for copying."""
    return [(field.label, words) for field in form.shown if field.value() and (words := in_words(field))]


def written(nomination):
    """Return (step, [(label, answer in words)]) of everything that a nomination has so far."""
    found = []
    for step in steps_of(nomination.round)[:-1]:
        form = step(None, nomination.round, nomination)
        found.append((step, [(field.label, in_words(field)) for field in form.shown]))
    return found


def in_words(field):
    """Return what a field holds as a reader reads it."""
    value, choices = field.value(), dict(getattr(field.field, "choices", ()))
    if isinstance(value, list):
        return ", ".join(str(choices.get(each, each)) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(choices.get(value, value)) if value else ""


@only_forms
@guarded
def begin(request, slug):
    """The first step: nothing is kept before it is filled in well."""
    call = get_object_or_404(NominationRound.objects.public().select_related("organiser", "project"), slug=slug)
    form = NewNomination(request, call, data=request.POST if request.method == "POST" else None)
    if not call.accepts():
        return refused(request, call, typed_in(form) if form.is_bound else ())
    if form.is_bound and form.is_valid() and (nomination := begun(form)):
        return redirect(page_of(nomination, query=f"?step={steps_of(call)[1].key}"))
    return render(request, "nominate/step.html", step_context(form, steps_of(call)), status=form.status)


def begun(form):
    """Return the nomination that a first step begins, or began when it was sent before; None where the form says why not."""
    # Of the last day, so that a flood that is over keeps nobody out.
    unfinished = form.call.nominations.filter(
        status__in=[Status.DRAFT, Status.UNCONFIRMED], created_at__gt=now() - timedelta(days=1)
    )
    if unfinished.count() >= MOST_UNFINISHED:
        form.add_error(None, _("More is being sent to us just now than we can take. Try again tomorrow."))
        form.status = 429
        return None
    secret = secret_links.secret_of(form.nonce)
    nomination = Nomination(round=form.call, secret_hash=secret_links.digest(secret))
    nomination.secret = secret
    try:
        with transaction.atomic():
            form.put_into(nomination)
        return nomination
    except IntegrityError:
        # Sent twice, or gone back to and changed: it is there already.
        nomination = Nomination.objects.filter(secret_hash=nomination.secret_hash).first()
    if nomination is None:
        # Erased at this very moment.
        form.ask_once_more(NOT_OURS)
        return None
    nomination.secret = secret
    try:
        form.change(nomination)
        return nomination
    except NotAllowed:
        # On its way already, with the same words or with others.
        if not PracticeStep(form.request, form.call, nomination, form.data).says_otherwise:
            return nomination
    form.ask_once_more()
    return None


def step_context(form, steps, nomination=None):
    """Return what the page of one step draws."""
    place = next(number for number, step in enumerate(steps) if step.key == form.key)
    return {
        "form": form,
        "record": form.call,
        "nomination": nomination,
        "number": place + 1,
        "count": len(steps),
        "before": steps[place - 1] if place and nomination else None,
        "steps": [
            {
                "step": step,
                "here": step.key == form.key,
                "address": page_of(nomination, query=f"?step={step.key}") if nomination else "",
            }
            for step in steps
        ],
    }


@by_secret
def status(request, nomination):
    """A draft's steps, or how a nomination goes that was sent."""
    call, steps = nomination.round, steps_of(nomination.round)
    step = next((each for each in steps if each.key == request.GET.get("step", steps[0].key)), None)
    form = step and step(request, call, nomination, request.POST if request.method == "POST" else None)
    if nomination.status != Status.DRAFT:
        if form and form.is_bound and form.says_otherwise:
            sentence = _("The nomination was sent before, so what you wrote now is not in it.")
            return how_it_goes(request, nomination, sentence, 409, typed_in(form))
        return how_it_goes(request, nomination)
    if form is None:
        raise Http404
    if not call.accepts():
        typed = [(label, answer) for _step, answers in written(nomination) for label, answer in answers if answer]
        typed = typed_in(form) if form.is_bound and step is not SendStep else typed
        return refused(request, call, typed, nomination)
    if step is SendStep:
        return look_through(request, nomination, form, steps)
    if form.is_bound and form.is_valid():
        try:
            form.change(nomination)
        except NotAllowed:
            return status(request, nomination.secret)  # sent or erased at the same moment
        following = steps[steps.index(step) + 1]
        return redirect(page_of(nomination, query=f"?step={following.key}"))
    return render(request, "nominate/step.html", step_context(form, steps, nomination), status=form.status)


def look_through(request, nomination, form, steps):
    """Show all that was written and what is much like it; send it when she says so."""
    missing = [step for step in steps if not step.complete(nomination)]
    if form.is_bound and form.is_valid() and not missing:
        try:
            take(nomination, Status.UNCONFIRMED)
        except NotAllowed:
            return redirect(page_of(nomination))  # sent twice
        ask_to_confirm(request, nomination)
        return redirect(page_of(nomination))
    others = similar_nominations(nomination)
    context = {
        **step_context(form, steps, nomination),
        "written": written(nomination),
        "missing": missing,
        "practices": similar_practices(nomination.title),
        # Titles of others are told only where the call promised so.
        "others": others if nomination.round.titles_public else [],
        "others_count": len(others),
    }
    wrong = form.is_bound and (missing or form.errors)
    return render(request, "nominate/check.html", context, status=max(form.status, 422) if wrong else 200)


def ask_to_confirm(request, nomination):
    """Write once to the address that was given; return whether a mail has gone out, now or before."""
    contact = NominatorContact.objects.get(nomination=nomination)
    rows = NominatorContact.objects.filter(pk=contact.pk, email=contact.email)
    counts = []
    for whose, (most, seconds) in ((contact.email.casefold(), LETTERS_TO_ONE), ("", LETTERS_TO_ALL)):
        if contact.asked_at is None:
            counts.append(f"letter:{secret_links.digest(whose)}")
            if Throttle.count(counts[-1], seconds) > most:
                return False
    # Of two at once one writes; one that could not tries again when asked to.
    if not rows.filter(asked_at__isnull=True).update(asked_at=now()):
        return True
    address = page_of(nomination, "confirm", f"?key={secret_links.confirming_key(contact)}")
    if send("confirm", nomination, link=request.build_absolute_uri(address)):
        return True
    rows.update(asked_at=None)
    # While the mail server is away, nobody uses up her letters.
    for key in counts:
        Throttle.count_back(key)
    return False


def last_moment(call):
    """Return until when a nomination that was sent in time can be confirmed; None where the call does not end."""
    return call.closes_at and call.closes_at + TO_CONFIRM


def how_it_goes(request, nomination, sentence="", code=200, typed=()):
    """Show where a sent nomination is, what was done when, and what she can do; with what was typed, to be copied."""
    closed, until = nomination.round.state() == State.CLOSED, last_moment(nomination.round)
    context = {
        "until": moments.told(until, nomination.round.time_zone) if closed else "",
        "late": closed and now() > until,
        "record": nomination.round,
        "nomination": nomination,
        "begun": moments.told(nomination.created_at, nomination.round.time_zone),
        "steps": [(step, moments.told(step.at, nomination.round.time_zone)) for step in nomination.steps.all()],
        "contact": NominatorContact.objects.filter(nomination=nomination).first(),
        "waits": nomination.status == Status.UNCONFIRMED,
        "changeable": nomination.round.accepts(),
        "ended": nomination.status in ENDED,
        "sentence": sentence,
        "typed": typed,
    }
    return render(request, "nominate/status.html", context, status=code)


@by_secret
def mail(request, nomination):
    """Write the mail again that could not be sent."""
    if request.method == "POST" and nomination.status == Status.UNCONFIRMED and not ask_to_confirm(request, nomination):
        return how_it_goes(request, nomination, _("The mail could not be sent this time either. Try again later."), 503)
    return redirect(page_of(nomination))


@by_secret
def change(request, nomination):
    """Take a nomination back that is not confirmed yet, to change something or to give another address."""
    if request.method == "POST" and nomination.status == Status.UNCONFIRMED and nomination.round.accepts():
        try:
            take(nomination, Status.DRAFT)
        except NotAllowed:
            return redirect(page_of(nomination))  # confirmed at the same moment
        return redirect(page_of(nomination, query=f"?step={NominatorStep.key}"))
    return redirect(page_of(nomination))


@by_secret
def confirm(request, nomination):
    """Ask whether the nomination is hers; only the button confirms, as programs that read mail follow links."""
    contact = NominatorContact.objects.filter(nomination=nomination).first()
    key = request.POST.get("key") or request.GET.get("key", "")
    if nomination.status != Status.UNCONFIRMED:
        return redirect(page_of(nomination))
    if contact is None or not secret_links.confirms(key, contact):
        sentence = _(
            "This link does not belong to the address that the nomination has now. Use the latest mail from us."
        )
        return how_it_goes(request, nomination, sentence, 403)
    until = last_moment(nomination.round)
    if until and now() > until:
        return refused(request, nomination.round, nomination=nomination)
    if request.method == "POST":
        waiting = nomination.round.nominations.filter(status=Status.SUBMITTED).count()
        if waiting >= MOST_WAITING:
            sentence = _("More nominations are waiting than can be read. Yours is kept: confirm it again tomorrow.")
            return how_it_goes(request, nomination, sentence, 429)
        try:
            take(nomination, Status.SUBMITTED, confirmed_at=now())
        except NotAllowed:
            return redirect(page_of(nomination))  # pressed twice
        send("receipt", nomination, link=request.build_absolute_uri(page_of(nomination)))
        return redirect(page_of(nomination))
    context = {"record": nomination.round, "nomination": nomination, "key": key}
    return render(request, "nominate/confirm.html", context)


@by_secret
def withdraw(request, nomination):
    """Ask once more, then take the nomination out of the call."""
    if Status.WITHDRAWN not in ALLOWED[Status(nomination.status)]:
        return redirect(page_of(nomination))  # withdrawn already, decided on, or never sent
    if request.method == "POST":
        try:
            take(nomination, Status.WITHDRAWN)
        except NotAllowed as error:
            return how_it_goes(request, nomination, str(error), 409)
        return redirect(page_of(nomination))
    return render(request, "nominate/withdraw.html", {"record": nomination.round, "nomination": nomination})


@by_secret
def erase_all(request, nomination):
    """Ask once more, then forget who nominated and what she wrote."""
    context = {"record": nomination.round, "nomination": nomination}
    if request.method == "POST":
        erase(nomination)
        return render(request, "nominate/erased.html", {"record": nomination.round})
    return render(request, "nominate/erase.html", context)


@by_secret
def data(request, nomination):
    """Hand out all that is kept about the nomination and its nominator."""
    response = JsonResponse(own_data.of(nomination), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="nomination-{nomination.reference}.json"'
    return response
