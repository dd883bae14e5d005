"""People and nominations for the tests of review."""

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from practices.models import Reviewer
from tests import factories as make
from tests.people import person

YES = {"answer": True, "note": ""}


def desk(user):
    """Return the browser of somebody at the desk who reads English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def reviewer(name="rut", role="reviewer", organisation="", **fields):
    """Make somebody who is on the list of reviewers, with a role beside that one if another is given."""
    user = person(name, role=role, **{"email": f"{name}@{name}.example", **fields})
    user.groups.add(Group.objects.get(name="reviewer"))
    return Reviewer.objects.create(user=user, organisation=organisation or f"House of {name}", languages="sv en")


def judged_round(weights=(3, 1), **fields):
    """Make a call with a criterion for each weight."""
    call = make.make_open_round(**fields)
    for number, weight in enumerate(weights, start=1):
        make.make_criterion(round=call, key=f"{call.slug}-{number}", weight=weight, position=number)
    return call


def nominated(status="under-review", **fields):
    """Make a nomination in a status, to a call with two criteria if none is given."""
    return make.make_nomination(status=status, **{"round": fields.pop("round", None) or judged_round(), **fields})


def scored(*points, comment=""):
    """Return scores by the criteria of a call, in their order, as a function of the call."""
    return lambda call: {
        each.key: {"points": number, "comment": comment}
        for each, number in zip(call.criteria.all(), points, strict=True)
    }


def reviewed(nomination, user, *points, comment="", **fields):
    """Make a review that is given."""
    from django.utils.timezone import now

    scores = scored(*points, comment=comment)(nomination.round)
    return make.make_review(nomination=nomination, reviewer=user, scores=scores, **{"given_at": now(), **fields})


def at(nomination, step="change"):
    """Return where a nomination is seen, or a step with it taken, at the desk."""
    return reverse(f"admin:practices_nomination_{step}", args=[nomination.pk])


LIST = "/admin/practices/nomination/"
