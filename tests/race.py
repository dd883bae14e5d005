"""Pairs of editors who send the same form at the same moment: `python -m tests.race PAIRS`; prints what became of it."""

import json
import sys
import threading
from functools import partial

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402

from directory.acts import remembered  # noqa: E402
from directory.signin import SECOND_FACTOR  # noqa: E402
from directory.sources import Source  # noqa: E402
from tests.crowd import at_once  # noqa: E402
from tests.factories import make_source  # noqa: E402
from tests.test_admin import address, filled  # noqa: E402


def race(pairs):
    """Let two editors change one record so many times; count what was saved, told and lost."""
    users = [get_user_model().objects.create_superuser(f"racer-{number}") for number in (1, 2)]
    source = make_source(slug="race")
    url, start, answers = address(source), threading.Barrier(2), [{}, {}]

    def edit(number):
        client = Client(headers={"accept-language": "en"})
        client.force_login(users[number])
        session = client.session
        session[SECOND_FACTOR] = str(users[number].pk)
        session.save()
        for turn in range(pairs):
            start.wait(60)
            data = filled(client, url)
            start.wait(60)
            answer = client.post(url, {**data, "publisher": f"{turn} by {number}"})
            answers[number][turn] = answer.status_code, f"{turn} by {number}" in answer.content.decode()

    at_once(*(partial(edit, number) for number in (0, 1)))
    kept = set(remembered(Source).objects.filter(id=source.pk).values_list("publisher", flat=True))
    saved = [(turn, number) for number in (0, 1) for turn in range(pairs) if answers[number][turn][0] == 302]
    told = sum(answers[number][turn] == (200, True) for number in (0, 1) for turn in range(pairs))
    # A text is lost if it was said to be saved and no version holds it, or if both of a pair were saved.
    lost = sum(f"{turn} by {number}" not in kept for turn, number in saved) + len(saved) - len(dict(saved))
    report = {"pairs": pairs, "saved": len(saved), "told": told, "lost": lost}
    return {**report, "versions": remembered(Source).objects.filter(id=source.pk).count()}


if __name__ == "__main__":
    print(json.dumps(race(int(sys.argv[1]))))
