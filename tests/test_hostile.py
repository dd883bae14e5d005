"""Bad input: 400, 404, or an empty list with a sentence; never a 500 and never a traceback."""

from urllib.parse import quote
from wsgiref.util import setup_testing_defaults

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.pages import LISTS
from directory.wsgi import application
from tests.pages import Page

TRIES = 2000
NAMES = sorted(
    {name for each in LISTS for name in each.filterset_class.base_filters} | {"order", "page", "format", "x"}
)
PATHS = ["", "search/", *(f"{each.model.section}/" for each in LISTS)]
NASTY = [
    "", " ", "\x00", "%00", "\ufffd", "\ud800".encode("utf-8", "surrogatepass"), "'", "' OR 1=1 --", "\\", "%", "_", "*",
    "[]", "{{7*7}}", "<script>", "../../etc/passwd", "null", "None", "0", "-1", "1e309", "NaN", "9" * 40, "2014", "0000",
    "99999", "se", "SE", "é" * 30, "\u202e", "\u200b", "a" * 101, "x " * 60, "seismic", "norrkoping", "²", "٣", "2014-21",
]  # fmt: skip
values = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.binary(max_size=12))
queries = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=6)


@settings(
    max_examples=TRIES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    language=st.sampled_from(["sv", "en"]),
    path=st.one_of(st.sampled_from(PATHS), st.tuples(st.sampled_from(PATHS), st.text(max_size=12))),
    query=queries,
)
def test_no_address_brings_the_site_down(directory, language, path, query):
    path = path if isinstance(path, str) else path[0] + quote(path[1].encode("utf-8", "replace"), safe="") + "/"
    pairs = "&".join(
        f"{name}={quote(value if isinstance(value, bytes) else value.encode('utf-8', 'replace'))}"
        for name, value in query
    )
    client = Client(raise_request_exception=False)

    answer = client.get(f"/{language}/{path}?{pairs}")

    assert answer.status_code in (200, 301, 302, 400, 404)
    if not answer.streaming:
        assert b"Traceback" not in answer.content


@pytest.mark.parametrize(
    "address", ["/sv/?" + "q=" + "x" * 2000, "/sv/networks/?q=%00", "/sv/networks/\x00/", "/admin/?q=%00"]
)
def test_what_no_form_sends_is_refused_with_400(db, address):
    assert Client().get(address).status_code == 400


@pytest.mark.parametrize("https", [False, True])
@pytest.mark.parametrize("host", ["foreign.example", "foreign.example:8000", "no host at all", ""])
@pytest.mark.parametrize("path", ["/", "/sv/", "/en/search/", "/en/nothing/", "/healthz", "/readyz", "/admin/"])
def test_a_foreign_host_is_refused_with_400(settings, path, host, https):
    settings.SECURE_SSL_REDIRECT = https

    answer = Client().get(path, headers={"host": host, "accept-language": "en"})

    heading = "Förfrågan kan inte läsas" if path == "/sv/" else "The request cannot be read"
    assert (answer.status_code, Page(answer).texts("h1")) == (400, [heading])


def test_a_foreign_host_is_refused_with_400_by_the_server_too(db):
    environ = {"HTTP_HOST": "foreign.example", "PATH_INFO": "/sv/"}
    setup_testing_defaults(environ)
    said = []

    page = b"".join(application(environ, lambda status, headers: said.append(status)))

    assert said == ["400 Bad Request"]
    assert "Förfrågan kan inte läsas".encode() in page


def test_an_encoding_of_no_text_is_not_asked_for(db):
    """The host is refused before anything is asked of the database; with the encoding, not even that was reached."""
    form = "application/x-www-form-urlencoded; charset=undefined"
    environ = {"HTTP_HOST": "foreign.example", "PATH_INFO": "/sv/", "QUERY_STRING": "q=a", "CONTENT_TYPE": form}
    setup_testing_defaults(environ)
    said = []

    application(environ, lambda status, headers: said.append(status))

    assert said == ["400 Bad Request"]


def test_an_ordinary_page_prints_its_address(db):
    page = Page(Client().get("/sv/about/?q=1"))

    assert page.texts("p", class_="print-only") == ["http://testserver/sv/about/?q=1"]


@pytest.mark.parametrize("value", ["'; DROP TABLE networks_network; --", "<script>alert(1)</script>", "{% debug %}"])
def test_typed_text_comes_back_as_text(directory, value):
    answer = Client().get("/sv/search/", {"q": value})

    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


@pytest.mark.parametrize("cookie", ["csrftoken=zz", "sessionid=abcdef", "messages=x; sessionid=" + "a" * 32])
@pytest.mark.parametrize("path", ["/sv/", "/en/search/?q=x", "/sv/networks/", "/sv/networks/seismic/", "/healthz"])
def test_no_cookie_is_read_or_set_on_a_public_page(directory, path, cookie):
    answer = Client(headers={"cookie": cookie}).get(path)

    assert (answer.status_code, answer.cookies.output(), "Cookie" in answer.get("Vary", "")) == (200, "", False)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_public_pages_are_only_read(directory, method):
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    paths = [*PATHS, "about/", "networks/seismic/"]

    found = {path: getattr(client, method)(f"/sv/{path}").status_code for path in paths}

    assert set(found.values()) == {405}
