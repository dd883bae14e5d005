"""Every public page: walked by its links, read by a strict parser, in both languages."""

import ast
import os
import re
import shutil
import sys
import traceback
from functools import cache
from io import BytesIO, StringIO
from pathlib import Path
from subprocess import run
from urllib.parse import urljoin, urlsplit

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test import Client

from directory.pages import LISTS
from tests.pages import Page

# Two languages of: the home page, the search page, what is new, 5 explaining pages, 2 of figures, the map, the timeline,
# the way to compare, the shared members, 11 lists, and every published record with its page of changes.
PAGES = 2 * (1 + 1 + 1 + 5 + 2 + 1 + 1 + 1 + 1 + 11)


@cache
def walk():
    """Follow every link from both home pages and return address → answer, each asked without a cookie.

    From an address with choices in it only those without are followed: from choice to choice there is no end.

    Walked once for all tests here; each of them fills the directory, so that any can be the first.
    """
    seen, todo = {}, ["/sv/", "/en/", "/sv/search/", "/en/search/"]
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen[address] = response = Client().get(address)
        if not response["Content-Type"].startswith("text/html"):
            continue
        response.page = Page(response)
        for link in response.page.all("a"):
            target = urlsplit(urljoin(f"http://testserver{address}", link.get("href")))
            if target.netloc == "testserver" and not ("?" in address and target.query):
                todo.append(target._replace(scheme="", netloc="", fragment="").geturl())
    return seen


def html_pages():
    """Return address → parsed page for every HTML page."""
    return {address: answer.page for address, answer in walk().items() if hasattr(answer, "page")}


def records():
    """Count the published records that have a page."""
    return sum(each.model.objects.public().count() for each in LISTS)


def test_every_link_leads_to_a_page_with_one_heading_and_a_title(directory):
    seen = walk()
    pages = html_pages()
    plain = {address for address in pages if "?" not in address}

    assert {address: answer.status_code for address, answer in seen.items() if answer.status_code != 200} == {}
    assert len(plain) == PAGES + 2 * 2 * records()
    assert [address for address, page in pages.items() if page.errors] == []
    assert [address for address, page in pages.items() if len(page.all("h1")) != 1] == []
    assert [address for address, page in pages.items() if not page.texts("title")[0]] == []


def test_no_page_asks_another_site_or_sets_a_cookie(directory):
    for address, answer in walk().items():
        assert answer.cookies == {}, address
        assert "Cookie" not in answer.get("Vary", ""), address
    for address, page in html_pages().items():
        loaded = [each.get("src") for tag in ("img", "script", "iframe", "source") for each in page.all(tag)]
        loaded += [each.get("href") for each in page.all("link") if each.get("rel") not in ("alternate", "search")]
        assert [each for each in loaded if not each.startswith("/static/")] == [], address
        assert page.all("style") == [], address
        assert [each for each in page.root.iter() if isinstance(each.tag, str) and each.get("style")] == [], address


def test_no_page_in_one_language_speaks_the_other(directory):
    """A page in Swedish holds no English sentence of the interface, and the other way round."""
    with Path(settings.LOCALE_PATHS[0], "sv/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    pairs = [
        (m.id, m.string)
        for m in catalogue
        if isinstance(m.id, str) and len(m.id) > 25 and "%" not in m.id and "<" not in m.id
    ]
    for address, page in html_pages().items():
        language = address.split("/")[1]
        words = page.words_in(language)
        wrong = [pair for pair in pairs if pair[0] != pair[1] and pair[0 if language == "sv" else 1] in words]
        assert wrong == [], address


def test_ids_are_unique_on_every_page(directory):
    for address, page in html_pages().items():
        ids = [each.get("id") for each in page.root.iter() if isinstance(each.tag, str) and each.get("id")]
        assert sorted(ids) == sorted(set(ids)), address


def test_the_language_switch_stays_on_the_page(client, directory):
    page = Page(client.get("/sv/networks/?kind=city-network&page=1"))

    assert page.all("a", hreflang="en")[0].get("href") == "/en/networks/?kind=city-network&page=1"
    assert [each.get("href") for each in page.all("link", rel="alternate")] == [
        "http://testserver/sv/networks/?kind=city-network&page=1",
        "http://testserver/en/networks/?kind=city-network&page=1",
        "http://testserver/sv/networks/?kind=city-network&page=1",
    ]


@pytest.mark.parametrize(("asked", "language"), [("sv", "sv"), ("en-GB,sv;q=0.5", "en"), ("fr", "sv"), ("", "sv")])
def test_the_front_door_opens_in_the_browsers_language(client, asked, language):
    response = client.get("/", headers={"accept-language": asked})

    assert (response.status_code, response["Location"], response["Vary"]) == (302, f"/{language}/", "Accept-Language")


@pytest.mark.parametrize(
    ("address", "status", "swedish", "english"),
    [
        ("/{}/nothing/here/", 404, "Ingenting på den här adressen", "Nothing at this address"),
        ("/{}/networks/no-such-network/", 404, "Ingenting på den här adressen", "Nothing at this address"),
        ("/{}/networks/?q=%00", 400, "Förfrågan kan inte läsas", "The request cannot be read"),
        ("/{}/networks/?page=99", 404, "Listan har ingen sådan sida", "The list has no such page"),
        ("/{}/networks/?page=x", 404, "Listan har ingen sådan sida", "The list has no such page"),
    ],
)
def test_error_pages_speak_the_language_of_the_address(client, db, address, status, swedish, english):
    for language, heading in (("sv", swedish), ("en", english)):
        answer = client.get(address.format(language))

        assert (answer.status_code, Page(answer).texts("h1")) == (status, [heading])


def test_a_fault_of_ours_is_answered_with_a_page(client, db, monkeypatch):
    monkeypatch.setattr("directory.filters.reading", lambda index: 1 / 0)
    client.raise_request_exception = False

    answer = client.get("/en/")

    assert (answer.status_code, Page(answer).texts("h1")) == (500, ["Something went wrong here"])


@pytest.mark.parametrize("asked", ["directory.filters.reading", "directory.caching.token"])
def test_a_database_that_is_away_is_answered_with_503_and_a_time(client, db, monkeypatch, asked):
    def away(*what):
        raise OperationalError("no connection")

    monkeypatch.setattr(asked, away)
    monkeypatch.setattr("directory.filters.reading", away)

    answer = client.get("/sv/")

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert Page(answer).texts("h1") == ["Katalogen är borta en stund"]


# Which apps each app may know; `directory`, but for its doors to the whole site, knows none.
BELOW = {"networks": [], "projects": ["networks"], "meetings": ["networks", "projects"]}
BELOW["practices"] = [*BELOW, "meetings"]
DOORS = {"urls.py", "pages.py", "middleware.py"}


def test_imports_run_one_way():
    root = Path(settings.BASE_DIR)
    upward = []
    for app in ("directory", *BELOW):
        for file in root.glob(f"{app}/**/*.py"):
            known = {*BELOW} if app == "directory" and file.name in DOORS else {app, "directory", *BELOW.get(app, [])}
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                tops = {name.split(".")[0] for name in names} & {"directory", *BELOW}
                upward += [(str(file.relative_to(root)), top) for top in tops - known - {"directory"}]

    assert upward == []


def test_no_template_asks_the_database(directory):
    asked = []

    def watch(execute, sql, params, many, context):
        stack = "".join(traceback.format_stack())
        if "django/template/base.py" in stack:
            asked.append((address, sql[:120]))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        for each in LISTS:
            for address in (f"/sv/{each.model.section}/", each.model.objects.public().first().get_absolute_url()):
                assert Client().get(address).status_code == 200

    assert asked == []


def test_a_refused_form_is_answered_with_403(db):
    answer = Client(enforce_csrf_checks=True).post(
        "/admin/login/", {"username": "x"}, headers={"accept-language": "en"}
    )

    assert (answer.status_code, Page(answer).texts("h1")) == (403, ["Not allowed"])


def test_probes_tell_an_operator_how_it_stands(client, db):
    assert [(client.get(each).status_code, client.get(each).content) for each in ("/healthz", "/readyz")] == [
        (200, b"ok")
    ] * 2


def test_the_policy_allows_nothing_but_ourselves(client, db):
    policy = client.get("/sv/")["Content-Security-Policy"]

    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self'",
    ]


def test_the_migrations_match_the_models(db):
    out = StringIO()

    call_command("makemigrations", "--check", "--dry-run", stdout=out)

    assert out.getvalue() == "No changes detected\n"


def test_the_swedish_texts_are_complete_and_compiled(tmp_path):
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is not here (on Debian: apt-get install gettext)")
    root = Path(settings.BASE_DIR)
    for part in ("directory", "networks", "projects", "meetings", "practices", "templates", "locale"):
        shutil.copytree(root / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "manage.py").write_text((root / "manage.py").read_text())
    committed = read_po((root / "locale/sv/LC_MESSAGES/django.po").open("rb"))

    run(
        [sys.executable, "manage.py", "makemessages", "-l", "sv", "--no-location", "--no-obsolete"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        env=environment(tmp_path),
    )
    extracted = read_po((tmp_path / "locale/sv/LC_MESSAGES/django.po").open("rb"))

    wanted = {(each.context, each.id) for each in extracted if each.id}
    assert wanted == {(each.context, each.id) for each in committed if each.id}
    assert [
        each.id
        for each in committed
        if each.id and (each.fuzzy or not all(each.string if isinstance(each.string, tuple) else [each.string]))
    ] == []
    assert [each.id for each in committed if each.id and holes(each.id) != holes(each.string)] == []

    compiled = BytesIO()
    write_mo(compiled, committed)
    assert (root / "locale/sv/LC_MESSAGES/django.mo").read_bytes() == compiled.getvalue()


def holes(text):
    """Return what a message leaves open, such as %(count)s."""
    return set(re.findall(r"%\(\w+\)[sd]", text if isinstance(text, str) else " ".join(text)))


def environment(folder):
    """Return an environment for a command run on a copy of the code."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "directory.settings",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
    }


def test_no_lock_file_names_where_packages_come_from():
    root = Path(settings.BASE_DIR)

    assert [
        file.name
        for file in (root / "requirements").glob("*.txt")
        if re.search(r"https?://|--index|--find", file.read_text())
    ] == []
