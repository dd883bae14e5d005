"""Pairs of moderators who decide on the same nomination at once: `python -m tests.deciding PAIRS`; prints what came of it."""

import json
import re
import sys
import threading
from functools import partial

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402

from directory.signin import SECOND_FACTOR  # noqa: E402
from practices.models import Nomination, Step  # noqa: E402
from tests.crowd import at_once  # noqa: E402
from tests.judging import at, judged_round, nominated, reviewed  # noqa: E402

OUTCOMES = ("selected", "not-selected")


def deciding(pairs):
    """Let two moderators decide differently on each of so many nominations; count who was heard, told and lost."""
    make = get_user_model().objects.create_superuser
    users = [make(f"decider-{number}") for number in (0, 1)]
    call, scorers = judged_round(), [make(f"scorer-{number}") for number in (0, 1)]
    nominations = [nominated(round=call) for _pair in range(pairs)]
    for each in nominations:
        for scorer in scorers:
            reviewed(each, scorer, 5, 3)
    start, answers = threading.Barrier(2), [{}, {}]

    def decide(number):
        client = Client(headers={"accept-language": "en"})
        client.force_login(users[number])
        session = client.session
        session[SECOND_FACTOR] = str(users[number].pk)
        session.save()
        for each in nominations:
            page = client.get(at(each, "decision")).content.decode()
            seen = re.search(r'name="seen" value="(\w+)"', page)[1]
            words = {"reason_sv": "Sv.", "reason_en": f"by {number}", "seen": seen}
            start.wait(60)
            answer = client.post(at(each, "decision"), {"outcome": OUTCOMES[number], **words})
            # The desk begins every message with a capital letter.
            told = f"Decider-{1 - number} has decided" in answer.content.decode()
            answers[number][each.pk] = answer.status_code, told
            start.wait(60)

    at_once(*(partial(decide, number) for number in (0, 1)))
    decided = Nomination.objects.in_bulk([each.pk for each in nominations])
    heard = [(key, number) for number in (0, 1) for key, answer in answers[number].items() if answer[0] == 302]
    right = sum(
        (decided[key].status, decided[key].reason_en) == (OUTCOMES[number], f"by {number}") for key, number in heard
    )
    told = sum(answer == (409, True) for each in answers for answer in each.values())
    steps = Step.objects.filter(nomination__in=decided, after__in=OUTCOMES).count()
    return {"pairs": pairs, "heard": len(heard), "as she decided": right, "told": told, "steps": steps}


if __name__ == "__main__":
    print(json.dumps(deciding(int(sys.argv[1]))))
