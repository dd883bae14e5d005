"""What staff do with a nomination, step by step: check it, ask reviewers, score it, decide.

Each is done whole or not at all, under the nomination's lock, and is refused with a sentence where it may not be done.
"""

from contextlib import contextmanager

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.writes import writing
from practices import sight
from practices.conflicts import REASONS, found
from practices.mails import send
from practices.nominations import Nomination, Review, Status, Step
from practices.reviewers import name_of
from practices.steps import NotAllowed, lock, move

# What is looked at before anybody is asked to review: all must be answered with yes.
CHECKS = {
    "kind": gettext_lazy("Is it a practice of a kind that the call asks for?"),
    "country": gettext_lazy("Does it come from a country, and touch a theme, that the call asks for?"),
    "whole": gettext_lazy("Are the questions answered so that somebody from outside understands the practice?"),
    "evidence": gettext_lazy("Does it exist, as far as the links and the description tell?"),
    "new": gettext_lazy("Is it in the library, or nominated to this call, for the first time?"),
}


@contextmanager
def locked(nomination):
    """Lock a nomination; yield it and its reviews as they are stored now. Raises `NotAllowed` where it is erased."""
    with transaction.atomic():
        kept = lock(nomination)
        yield kept, list(kept.reviews.select_related("reviewer__reviewer"))


def must_be(nomination, *statuses):
    """Refuse what is not to be done with a nomination in its status; raises `NotAllowed`."""
    if nomination.status in statuses:
        return
    decided = {"name": nomination.decided_by, "status": nomination.get_status_display()}
    if nomination.decided_by:
        raise NotAllowed(_("%(name)s has decided on the nomination meanwhile: it is “%(status)s”.") % decided)
    raise NotAllowed(_("The nomination is “%(status)s”: this cannot be done with it.") % decided)


def check(nomination, checks, *, by, reason_sv="", reason_en=""):
    """Write down what was looked at, {check: {"answer": truth, "note": text}}; let it be reviewed, or leave it out.

    Left out, it needs the reason that its nominator is told. `told` of what is returned is false where no mail could
    tell her.
    """
    eligible = all(each["answer"] for each in checks.values())
    with writing(), locked(nomination) as (kept, _reviews):
        must_be(kept, Status.SUBMITTED)
        if eligible:
            move(kept, Status.UNDER_REVIEW, by=by, checks=checks)
        else:
            move(kept, Status.INELIGIBLE, by=by, checks=checks, reason_sv=reason_sv, reason_en=reason_en)
    kept.told = eligible or tell_nominator("ineligible", kept)
    return kept


def assign(nomination, reviewers, *, by, link=""):
    """Ask reviewers about a nomination; return those who were, and sentences on those who could not be asked or told.

    One with a conflict of interest stays on the list, with the reason, so that it is known that she was thought of.
    """
    asked, refused = [], []
    with locked(nomination) as (kept, reviews):
        must_be(kept, Status.UNDER_REVIEW)
        for each in reviewers:
            words = {"name": each}
            if sight.own(each.user, reviews):
                refused.append(_("%(name)s has the nomination already.") % words)
                continue
            if sight.may_have_seen(each.user, kept, reviews):
                refused.append(_("%(name)s has been able to read the scores already, and was not asked.") % words)
                continue
            conflict = found(each.user, kept)
            review = Review(nomination=kept, reviewer=each.user, assigned_by=by)
            if conflict:
                review.conflict, review.conflict_note = Review.Conflict.FOUND, conflict
                refused.append(
                    _("%(name)s was not asked: a conflict of interest. %(reason)s")
                    % {**words, "reason": REASONS[conflict]}
                )
            else:
                asked.append(each)
            review.save()
    for each in asked:
        address = each.user.email
        if not address or not send("assigned", kept, to=address, language=each.language, link=link):
            refused.append(_("%(name)s was asked, but no mail could be sent: tell them yourself.") % {"name": each})
    return asked, refused


def look_again(reviewer):
    """Look anew for conflicts of interest of a reviewer, as her organisation has changed; return what she loses.

    Only what is waited for is looked at: what is given stays, and so does what was found before.
    """
    lost = []
    for each in Nomination.objects.filter(status=Status.UNDER_REVIEW, reviews__reviewer=reviewer.user):
        with locked(each) as (kept, reviews):
            mine = sight.own(reviewer.user, sight.outstanding(reviews))
            if mine and (conflict := found(mine.reviewer, kept)):
                mine.conflict, mine.conflict_note = Review.Conflict.FOUND, conflict
                mine.save()
                lost.append(kept)
    return lost


def take_off(nomination, review, *, by):
    """Ask a reviewer no longer, as long as she has given nothing."""
    with locked(nomination) as (kept, reviews):
        must_be(kept, Status.UNDER_REVIEW)
        mine = next((each for each in reviews if each.pk == review.pk), None)
        if mine is None or mine not in sight.outstanding(reviews):
            raise NotAllowed(_("Only a reviewer who is still waited for can be taken off."))
        mine.delete()
        # Who it was; in words it is told to each reader in her own language.
        note = name_of(mine.reviewer)
        Step.objects.create(nomination=kept, before=kept.status, after=kept.status, by=by, note=note)


def mine_to_give(user, nomination, reviews):
    """Return the review that a user has to give; raises `NotAllowed`. What the directory finds by now is kept."""
    must_be(nomination, Status.UNDER_REVIEW)
    mine = sight.own(user, reviews)
    if mine is None:
        raise NotAllowed(_("This nomination is not assigned to you."))
    if mine.conflict != Review.Conflict.NONE:
        raise NotAllowed(_("You have a conflict of interest here, and so cannot score."))
    if mine.given_at:
        raise NotAllowed(_("You have given your scores: you may have read those of others since."))
    if not nomination.round.criteria.exists():
        raise NotAllowed(_("The call has no criteria yet, so nothing can be scored. Ask a moderator for them."))
    return mine


def give(nomination, scores, *, by, comment=""):
    """Give a reviewer's scores, {criterion: {"points": 1–5, "comment": text}}, once and for all."""
    conflict = ""
    with locked(nomination) as (kept, reviews):
        mine = mine_to_give(by, kept, reviews)
        conflict = found(by, kept)
        if conflict:
            mine.conflict, mine.conflict_note = Review.Conflict.FOUND, conflict
        else:
            mine.scores, mine.comment, mine.given_at = scores, comment, now()
        mine.save()
    if conflict:
        raise NotAllowed(_("Nothing was scored: a conflict of interest. %(reason)s") % {"reason": REASONS[conflict]})


def declare(nomination, note, *, by):
    """Let a reviewer say that she has an interest of her own, and what it is."""
    with locked(nomination) as (kept, reviews):
        mine = mine_to_give(by, kept, reviews)
        mine.conflict, mine.conflict_note = Review.Conflict.DECLARED, note
        mine.save()


def why_not_decide(user, nomination, reviews):
    """Return a sentence on why a user may not decide on a nomination in review; "" if she may."""
    mine = sight.own(user, reviews)
    if mine and mine.conflict == Review.Conflict.NONE:
        return _("You review this nomination, so somebody else decides on it.")
    if sight.interested(user, nomination, reviews):
        return _("You have a conflict of interest here, so somebody else decides on it.")
    if sight.outstanding(reviews):
        return _("Somebody has not given their scores yet: wait, or take them off.")
    if not sight.complete(nomination, reviews):
        counts = {"given": len(sight.given(reviews)), "wanted": nomination.round.reviewers_wanted}
        return _("%(given)d of the %(wanted)d reviews that the call promises are given.") % counts
    return ""


def decide(nomination, status, *, by, reason_sv, reason_en, seen=None):
    """Select a nomination or not, with the reason in both languages; `seen` is the `picture` that it was decided on.

    `told` of what is returned is false where no mail could tell the nominator.
    """
    # What the page of the call says of it follows with the version, which every write locks before anything else.
    with writing(), locked(nomination) as (kept, reviews):
        must_be(kept, Status.UNDER_REVIEW)
        if refused := why_not_decide(by, kept, reviews):
            raise NotAllowed(refused)
        if seen is not None and seen != sight.picture(kept, reviews):
            raise NotAllowed(_("The reviews have changed since you opened the page: look at them again."))
        move(kept, status, by=by, reason_sv=reason_sv, reason_en=reason_en)
    kept.told = tell_nominator(status, kept)
    return kept


def tell_nominator(name, nomination):
    """Write to the nominator what became of her nomination, and why; return whether a mail is on its way."""
    reason = getattr(nomination, f"reason_{nomination.language}") or str(nomination.reason)
    return send(name, nomination, reason=reason)
