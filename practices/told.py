"""What the desk tells of a nomination: what was sent, who did what when, and, to those who may see it, the scores."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from practices import scores, sight
from practices.choices import Kind, Sector
from practices.judging import CHECKS
from practices.nominations import Review, Status
from practices.reviewers import name_of


@dataclass(frozen=True)
class Event:
    """Something that happened to a nomination: when, what, and whose doing; "" for the nominator's."""

    at: datetime
    what: str
    who: str
    note: str = ""


def sent(nomination):
    """Return (question, answer, language) of what the nominator wrote about the practice; "" where she left it out.

    The language is that of her own words, "" where the answer is in the reader's.
    """
    own, questions = nomination.language, nomination.round.questions.all()
    return [
        (_("Kind"), Kind(nomination.kind).label, ""),
        (_("Country"), nomination.country.name, ""),
        (_("Sector"), Sector(nomination.sector).label, ""),
        (_("Themes"), ", ".join(str(each) for each in nomination.themes.all()), ""),
        (_("Developed by"), nomination.developer, own),
        (_("Description"), nomination.description, own),
        *(
            (
                str(each.text),
                each.told(nomination.answers.get(each.key, "")),
                own if each.kind == each.Kind.TEXT else "",
            )
            for each in questions
        ),
    ]


def of_checks(nomination):
    """Return (question, truth, note) of the eligibility check; nothing where it is not made."""
    return [
        (question, nomination.checks[name]["answer"], nomination.checks[name]["note"])
        for name, question in CHECKS.items()
        if name in nomination.checks
    ]


def events(nomination):
    """Return all that happened to a nomination, the latest first; never what somebody scored."""
    found = []
    for step in nomination.steps.select_related("by"):
        before, after = Status(step.before).label, Status(step.after).label
        what, note = _("from “%(before)s” to “%(after)s”") % {"before": before, "after": after}, step.note
        if step.before == step.after:
            # The note is the name of who was taken off, or nothing where it was forgotten.
            what, note = _("Reviewers changed"), note and _("%(name)s reviews it no longer.") % {"name": note}
        found.append(Event(step.at, what, name_of(step.by), note))
    for each in nomination.all_reviews:
        words = {"name": name_of(each.reviewer)}
        if each.conflict == Review.Conflict.FOUND and not each.given_at:
            what = _("%(name)s cannot review it: a conflict of interest was found") % words
        else:
            what = _("%(name)s was asked to review it") % words
        found.append(Event(each.assigned_at, what, name_of(each.assigned_by)))
        if each.given_at:
            found.append(Event(each.given_at, _("%(name)s gave their scores") % words, name_of(each.reviewer)))
    return sorted(found, key=lambda each: each.at, reverse=True)


def outcome_of(nomination):
    """Return what the reviews of a nomination come to."""
    return scores.outcome(sight.given(nomination.all_reviews), nomination.round.criteria.all())


def table_of(outcome, criteria):
    """Return, for each review of an outcome, (review, its mean, [(criterion, points, comment)])."""
    criteria = list(criteria)
    return [
        (
            review,
            mean,
            [(each, scores.points(review, each), review.scores[each.key].get("comment", "")) for each in criteria],
        )
        for review, mean in outcome.rows
    ]


def everything(nomination, user):
    """Return what the page of a nomination tells a user, by her rights and by what she may know of the reviews."""
    judge = user.has_perm("practices.judge_nomination")
    outcome = outcome_of(nomination) if sight.sees_scores(user, nomination, nomination.all_reviews) else None
    mine = sight.own(user, nomination.all_reviews)
    see_all = user.has_perm("practices.view_nomination")
    contact = getattr(nomination, "contact", None) if user.has_perm("practices.view_nominatorcontact") else None
    return {
        "checks": of_checks(nomination) if see_all else [],
        "reviews": nomination.all_reviews if see_all else [mine] if mine else [],
        "names_conflicts": judge,
        "mine": mine,
        "outcome": outcome,
        "table": table_of(outcome, nomination.round.criteria.all()) if outcome else [],
        "events": events(nomination) if see_all else [],
        "contact": contact,
        "may_contact": user.has_perm("practices.view_nominatorcontact"),
    }
