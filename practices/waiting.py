"""What waits to be done with nominations: each a filter of their list, and a number on the desk that is the list's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import admin
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from practices.nominations import ACTIVE, OUTSTANDING, SENT, Nomination, Review, Status

# After so long, somebody should be asked again.
LONG = timedelta(days=21)
JUDGE, REVIEW = "practices.judge_nomination", "practices.review_nomination"


def counted(condition):
    """Return how many reviews of a nomination meet a condition, for a query of nominations."""
    reviews = Review.objects.filter(condition & ACTIVE, nomination=OuterRef("pk")).order_by()
    return Coalesce(Subquery(reviews.values("nomination").annotate(count=Count("pk")).values("count")), 0)


def with_counts(nominations):
    """Say with each nomination how many reviewers have it, and how many have given their scores."""
    return nominations.annotate(asked=counted(Q()), given=counted(Q(given_at__isnull=False)))


def review_of(user, condition):
    """Return whether a user has a review of the nomination that meets a condition."""
    return Exists(Review.objects.filter(condition, nomination=OuterRef("pk"), reviewer=user))


def eligibility(user):
    """Keep what was received and not looked at."""
    return Q(status=Status.SUBMITTED)


def reviewers(user):
    """Keep what has fewer reviewers than the call wants."""
    return Q(status=Status.UNDER_REVIEW, asked__lt=F("round__reviewers_wanted"))


def mine(user):
    """Keep what the user was asked to score and has not."""
    return Q(status=Status.UNDER_REVIEW) & review_of(user, OUTSTANDING)


def decision(user):
    """Keep what has all its scores and is not the user's own to review."""
    ready = Q(status=Status.UNDER_REVIEW, given__gte=F("round__reviewers_wanted"), given=F("asked"))
    return ready & ~review_of(user, Q())


def late(user):
    """Keep what somebody was asked to score long ago, or what nobody has looked at for long."""
    then = now() - LONG
    waited = Exists(Review.objects.filter(OUTSTANDING, nomination=OuterRef("pk"), assigned_at__lt=then))
    return (Q(status=Status.UNDER_REVIEW) & waited) | Q(status=Status.SUBMITTED, confirmed_at__lt=then)


@dataclass(frozen=True)
class Wait:
    """Something that waits: its filter for a user, and the right that those have whom it concerns."""

    name: str
    title: Promise
    hint: Promise
    keeps: Callable
    right: str = JUDGE


WAITS = [
    Wait("eligibility", _("Nominations to check"), _("Do they belong to the call?"), eligibility),
    Wait("reviewers", _("Nominations without reviewers"), _("Fewer are asked than the call promises."), reviewers),
    Wait("mine", _("Nominations for you to score"), _("You were asked to review them."), mine, REVIEW),
    Wait("decision", _("Nominations to decide"), _("All scores are given."), decision),
    Wait(
        "late",
        _("Nominations that have waited long"),
        _("Received, or given to a reviewer, more than three weeks ago."),
        late,
    ),
]


def of(user):
    """Return what can wait for a user."""
    return [each for each in WAITS if user.has_perm(each.right)]


def numbers(nominations, user):
    """Return [(what waits, how many)] of some nominations for a user; one query."""
    waits = of(user)
    if not waits:
        return []
    kept = {f"waits_{each.name}": Case(When(each.keeps(user), then=1), default=0) for each in waits}
    found = with_counts(nominations.order_by()).annotate(**kept)
    counts = found.aggregate(**{each.name: Coalesce(Sum(f"waits_{each.name}"), 0) for each in waits})
    return [(each, counts[each.name]) for each in waits]


class WaitFilter(admin.SimpleListFilter):
    """What waits to be done."""

    title = _("what waits")
    parameter_name = "waits"

    def lookups(self, request, model_admin):
        """Offer what can wait for this user."""
        return [(each.name, each.title) for each in of(request.user)]

    def queryset(self, request, queryset):
        """Keep what waits."""
        chosen = next((each for each in of(request.user) if each.name == self.value()), None)
        return queryset.filter(chosen.keeps(request.user)) if chosen else queryset


class StatusFilter(admin.SimpleListFilter):
    """How far nominations have come, of those that staff have to do with."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        """Offer what comes after the confirmation."""
        return [(each.value, each.label) for each in SENT]

    def queryset(self, request, queryset):
        """Keep those of a status."""
        return queryset.filter(status=self.value()) if self.value() in SENT else queryset


def sent_to(user):
    """Return the nominations that a user may know of: all that were received, or those that she was asked to review."""
    sent = Nomination.objects.sent()
    if user.has_perm("practices.view_nomination"):
        return sent
    if not user.has_perm(REVIEW):
        return sent.none()
    return sent.filter(review_of(user, ACTIVE))
