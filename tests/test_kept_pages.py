"""Pages that are kept: what comes from memory is what would be made anew, in the form that the browser takes."""

import gzip

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories import make_network

ADDRESS = "/en/networks/"
# Asking for the version is all that a kept page asks.
KEPT = 1

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ask(directory):
    """Return a function that asks one server for a page and returns its answer and how many queries that took."""
    server = Client()

    def asked(**headers):
        with CaptureQueriesContext(connection) as queries:
            answer = server.get(ADDRESS, headers=headers)
        return answer, len(queries)

    return asked


def test_a_page_is_kept_plain_and_compressed_for_whoever_takes_it_so(ask):
    made, plain = ask()[0], ask()
    ask(**{"accept-encoding": "br, gzip;q=0.8"})
    packed = ask(**{"accept-encoding": "gzip"})

    assert (plain[0].content, plain[0].get("Content-Encoding"), plain[1]) == (made.content, None, KEPT)
    assert (gzip.decompress(packed[0].content), packed[0]["Content-Encoding"], packed[1]) == (
        made.content,
        "gzip",
        KEPT,
    )
    assert int(packed[0]["Content-Length"]) == len(packed[0].content) < len(made.content) / 3
    assert {each["Vary"] for each in (made, plain[0], packed[0])} == {"Accept-Encoding"}


def test_either_form_is_still_good_while_the_directory_stands_still(ask):
    tag = ask(**{"accept-encoding": "gzip"})[0]["ETag"]
    again = [
        ask(**{"if-none-match": each, **more})[0]
        for each in (tag, tag[2:])
        for more in ({}, {"accept-encoding": "gzip"})
    ]
    make_network()

    assert tag.startswith('W/"')
    assert [(each.status_code, each["ETag"], each.content) for each in again] == [(304, tag, b"")] * 4
    assert ask(**{"if-none-match": tag})[0].status_code == 200


def test_a_page_that_holds_for_a_second_travels_compressed_and_one_with_a_secret_does_not(directory):
    packed, plain = (
        Client(headers={"accept-encoding": "gzip"}).get(f"/en/{path}") for path in ("calls/", "words/suggest/")
    )

    assert (packed["Content-Encoding"], packed["Cache-Control"], packed.get("ETag")) == ("gzip", "no-cache", None)
    assert b"<h1" in gzip.decompress(packed.content)
    assert (plain.get("Content-Encoding"), plain["Cache-Control"]) == (None, "no-store")
    assert b"<h1" in plain.content
