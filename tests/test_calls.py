"""Calls for practices: open, coming and closed by the clock, and what they promise."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from practices.calls import State
from tests import factories as make

OPENS = datetime(2026, 10, 1, 8, tzinfo=UTC)
CLOSES = datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("opens", "closes", "at", "state"),
    [
        (OPENS, CLOSES, OPENS - SECOND, State.COMING),
        (OPENS, CLOSES, OPENS, State.OPEN),
        (OPENS, CLOSES, CLOSES, State.OPEN),
        (OPENS, CLOSES, CLOSES + SECOND, State.CLOSED),
        (None, CLOSES, CLOSES, State.UNKNOWN),
        (None, CLOSES, CLOSES + SECOND, State.CLOSED),
        (OPENS, None, OPENS - SECOND, State.COMING),
        (OPENS, None, OPENS, State.UNKNOWN),
        (None, None, OPENS, State.UNKNOWN),
    ],
)
def test_state_follows_from_the_clock(db, opens, closes, at, state):
    call = make.make_round(opens_at=opens, closes_at=closes)

    assert (call.state(at), call.accepts(at)) == (state, state == State.OPEN)


def test_promise_cannot_be_made_after_something_is_nominated(db):
    call = make.make_open_round()
    make.make_nomination(round=call)
    call.titles_public = True

    with pytest.raises(ValidationError, match="som inte fick veta|were not told"):
        call.full_clean()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_countries_of_a_call_are_codes_in_files_whatever_the_language(client, db, language):
    make.make_round(countries=["LV", "SE"])

    [call] = json.loads(b"".join(client.get(f"/{language}/calls/?format=json").streaming_content))

    assert call["countries"] == "LV SE"
