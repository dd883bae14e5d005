"""Who sees what of the reviews of a nomination: nobody what others think, before she has said what she thinks herself."""

import hashlib

from practices.conflicts import found
from practices.nominations import Review, Status

NO_CONFLICT = Review.Conflict.NONE


def active(reviews):
    """Return the reviews that count: of those who have no interest of their own."""
    return [each for each in reviews if each.conflict == NO_CONFLICT]


def given(reviews):
    """Return the reviews with scores."""
    return [each for each in active(reviews) if each.given_at]


def outstanding(reviews):
    """Return the reviews that are waited for."""
    return [each for each in active(reviews) if not each.given_at]


def complete(nomination, reviews):
    """Whether as many reviews as the call wants are given, and none is waited for."""
    return not outstanding(reviews) and len(given(reviews)) >= nomination.round.reviewers_wanted


def own(user, reviews):
    """Return the user's own review among some, or None."""
    return next((each for each in reviews if each.reviewer_id == user.pk), None)


def interested(user, nomination, reviews):
    """Whether the user has an interest of her own in a nomination, as she said herself or as the directory finds."""
    mine = own(user, reviews)
    return bool(mine and mine.conflict != NO_CONFLICT) or bool(found(user, nomination))


def sees_scores(user, nomination, reviews):
    """Whether the user may see the scores of all reviewers, and what they come to.

    A reviewer may once her own are given. Whoever judges without reviewing may when all are in, so that nobody who is
    asked later can have read them. Who has an interest of her own never may.
    """
    if interested(user, nomination, reviews):
        return False
    if mine := own(user, reviews):
        return bool(mine.given_at) or nomination.status != Status.UNDER_REVIEW
    if not user.has_perm("practices.judge_nomination"):
        return False
    return nomination.status != Status.UNDER_REVIEW or complete(nomination, reviews)


def may_have_seen(user, nomination, reviews):
    """Whether somebody who is no reviewer of a nomination can have read its scores already.

    Reviews that are given stay, so that this stays true when somebody else is asked later or is taken off.
    """
    judges = user.has_perm("practices.judge_nomination")
    return judges and len(given(reviews)) >= nomination.round.reviewers_wanted


def picture(nomination, reviews):
    """Return a short word for what a decision is made on: where the nomination stands, and which reviews are given."""
    told = [nomination.status, *sorted((each.pk, each.conflict, str(each.given_at)) for each in reviews)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]
