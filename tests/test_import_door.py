"""Importing files in the admin: every step, by those who may, and nothing written before it is confirmed."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import expect

from directory.imports.models import Import
from directory.imports.uploads import Upload
from directory.versions import token
from networks.models import Network
from tests import factories
from tests.importing import GOOD, choose, outcomes, said, step
from tests.pages import Page

pytestmark = pytest.mark.django_db


# The whole way


def test_a_file_is_chosen_looked_at_confirmed_and_taken_back(desk, skl):
    before = token()

    page = choose(desk, GOOD)

    assert (page.status_code, outcomes(page), page.context["preview"].counts) == (
        200,
        [(2, "new", [])],
        {"new": 1, "changed": 0, "same": 0, "refused": 0},
    )
    assert (list(Network.objects.all()), token()) == ([], before)

    page = step(desk, page, step="confirm")
    made = Import.objects.get()

    assert page.redirect_chain == [(reverse("admin:directory_import_change", args=[made.pk]), 302)]
    assert said(page) == ["The file was imported."]
    assert (made.mapping, made.file_name, made.user.username, made.new) == ("networks", "file.csv", "admin", 1)
    network = Network.objects.get()
    assert (network.slug, network.kind, network.source, network.published) == ("sern", "city-network", skl, True)
    assert network.edited_at is not None
    assert reverse("admin:networks_network_change", args=[network.pk]) in Page(page).links
    assert list(Upload.objects.all()) == []

    undo = reverse("admin:directory_import_undo", args=[made.pk])
    assert undo in Page(page).links
    assert desk.get(undo).context["edited"] == []
    page = desk.post(undo, follow=True)

    assert said(page) == ["The import was taken back: 1 record was removed, 0 records were changed back."]
    assert list(Network.objects.all()) == []
    assert undo not in Page(page).links


def test_a_cell_is_corrected_in_place_and_the_rest_of_the_row_is_kept(desk, skl):
    page = choose(desk, GOOD.replace("city-network;european", "city-net;european"))

    assert outcomes(page)[0][:2] == (2, "refused")
    assert [(cell.name, cell.text) for cell in page.context["preview"].rows[0].cells] == [("cell:2:kind", "city-net")]
    page = step(desk, page, step="check", **{"cell:2:kind": "city-network"})

    assert (said(page), outcomes(page)) == (["1 cell was corrected."], [(2, "new", [])])
    step(desk, page, step="confirm")
    assert Network.objects.get().kind == "city-network"


def test_what_the_file_lacks_is_asked_for_in_its_row(desk, skl):
    page = choose(desk, "slug;name_sv;kind;scope\nsern;SERN;city-network;european\n")

    row = page.context["preview"].rows[0]
    assert [(cell.label, cell.text, cell.sentences) for cell in row.cells] == [
        ("Source", "", ["This field cannot be blank."])
    ]
    page = step(desk, page, step="check", **{"cell:2:source": "skl"})
    assert outcomes(page) == [(2, "new", [])]


def test_corrections_that_are_sent_with_the_confirmation_are_looked_at_first(desk, skl):
    page = choose(desk, GOOD + "uc;UC;nonsense;european;skl\n")

    page = step(desk, page, step="confirm", leave_out="on", **{"cell:3:kind": "city-network"})

    assert said(page) == ["You corrected cells: look at what is done with them, and then confirm."]
    assert [each[:2] for each in outcomes(page)] == [(2, "new"), (3, "new")]
    assert list(Network.objects.all()) == []


def test_a_repaired_file_takes_the_place_of_the_first(desk, skl):
    page = choose(desk, GOOD.replace("city-network", "nonsense"))
    url = page.request["PATH_INFO"]

    page = desk.post(url, {"file": SimpleUploadedFile("better.csv", GOOD.encode())}, follow=True)

    assert (page.request["PATH_INFO"], outcomes(page)) == (url, [(2, "new", [])])
    assert Upload.objects.get().file_name == "better.csv"


def test_a_repaired_file_that_is_no_table_leaves_the_first_where_it_was(desk, skl):
    page = choose(desk, GOOD)
    url = page.request["PATH_INFO"]

    page = desk.post(url, {"file": SimpleUploadedFile("worse.csv", b"")})

    assert (page.status_code, page.context["sentences"]) == (422, ["The file is empty."])
    assert url in Page(page).links
    assert outcomes(desk.get(url)) == [(2, "new", [])]


def test_refused_rows_are_left_out_only_when_the_editor_says_so(desk, skl):
    page = choose(desk, GOOD + "uc;UC;nonsense;european;skl\n")

    page = step(desk, page, step="confirm")
    assert (page.status_code, said(page)) == (
        422,
        ["Rows are refused: correct them, or tick that they are left out."],
    )
    assert list(Network.objects.all()) == []

    step(desk, page, step="confirm", leave_out="on")
    assert [network.slug for network in Network.objects.all()] == ["sern"]
    assert Import.objects.get().refused == 1


def test_a_file_that_says_nothing_new_is_not_imported(desk, skl):
    step(desk, choose(desk, GOOD), step="confirm")

    page = choose(desk, GOOD)

    assert outcomes(page) == [(2, "same", [])]
    assert step(desk, page, step="confirm").status_code == 422
    assert Import.objects.count() == 1


def test_what_changed_since_it_was_shown_is_shown_again(desk, skl):
    network = factories.make_network(slug="sern", name_sv="SERN", kind="city-network", scope="nordic", source=skl)
    page = choose(desk, GOOD)
    assert page.context["preview"].plan.outcomes[0].changes == [("Scope", "Nordic", "European")]
    Network.objects.filter(pk=network.pk).update(scope="bilateral")

    page = step(desk, page, step="confirm")

    assert page.status_code == 409
    assert page.context["preview"].plan.outcomes[0].changes == [("Scope", "bilateral", "European")]
    assert (Network.objects.get().scope, Import.objects.count()) == ("bilateral", 0)

    step(desk, page, step="confirm")
    assert Network.objects.get().scope == "european"


def test_a_file_that_was_imported_is_not_imported_again(desk, skl):
    page = choose(desk, GOOD)
    step(desk, page, step="confirm")

    page = step(desk, page, step="confirm")

    assert page.redirect_chain == [(reverse("admin:directory_import_changelist"), 302)]
    assert said(page) == ["The file is no longer here: it was imported or removed, or it is older than a day."]
    assert Import.objects.count() == 1


def test_what_was_edited_since_stays_when_an_import_is_taken_back(desk, skl):
    step(desk, choose(desk, GOOD + "uc;UC;city-network;european;skl\n"), step="confirm")
    Network.objects.filter(slug="uc").update(kind="bilateral-network")
    undo = reverse("admin:directory_import_undo", args=[Import.objects.get().pk])

    page = desk.get(undo)
    assert [network.slug for network in page.context["edited"]] == ["uc"]
    page = desk.post(undo, follow=True)

    assert said(page) == [
        "The import was taken back: 1 record was removed, 0 records were changed back.",
        "“UC” stays as it is: edited since.",
    ]
    assert [network.slug for network in Network.objects.all()] == ["uc"]
    assert desk.post(undo).status_code == 200
    assert [network.slug for network in Network.objects.all()] == ["uc"]


# Questions


def test_the_encoding_is_asked_for_with_what_each_would_read(desk, skl):
    page = choose(desk, GOOD.replace("SERN", "Städernas").encode("cp1252"))

    assert (page.status_code, page.context["question"].about) == (200, "encoding")
    assert page.context["question"].choices[0].sample == ["sern;Städernas;city-network;european;skl"]
    page = step(desk, page, step="answer", about="encoding", choice="cp1252")

    assert page.context["preview"].plan.outcomes[0].label == "Städernas"
    assert bytes(Upload.objects.get().content) == b""


def test_two_questions_are_asked_one_after_the_other(desk, skl):
    page = choose(desk, "slug,name_sv;kind\nå,b;c\n".encode("cp1252"))

    page = step(desk, page, step="answer", about="encoding", choice="cp1252")
    assert page.context["question"].about == "separator"
    page = step(desk, page, step="answer", about="separator", choice=";")

    assert (page.status_code, page.context["sentences"][0]) == (422, "No column is called “slug,name_sv”.")


@pytest.mark.parametrize("choice", ["", "utf-7", "nonsense"])
def test_a_wrong_answer_is_asked_again(desk, skl, choice):
    page = choose(desk, GOOD.replace("SERN", "Städernas").encode("cp1252"))

    page = step(desk, page, step="answer", about="encoding", choice=choice)

    assert (page.status_code, page.context["question"].about) == (200, "encoding")


# Bad files and bad requests


def test_a_refused_file_is_told_and_not_kept(desk):
    page = choose(desk, "Malmö;Sverige\n")

    assert page.status_code == 422
    assert page.context["sentences"][0] == "The first line names no column that can be imported."
    assert list(Upload.objects.all()) == []


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({}, "This field is required."), ({"file": "text"}, "This field is required.")],
)
def test_a_form_without_a_file_is_told(desk, data, sentence):
    page = desk.post(reverse("admin:directory_import_new", args=["networks"]), data)

    assert (page.status_code, page.context["form"].errors["file"]) == (422, [sentence])


def test_an_empty_file_and_one_too_large_are_told(desk):
    assert choose(desk, b"").context["sentences"] == ["The file is empty."]
    assert choose(desk, b"x" * (5 * 2**20 + 1)).context["sentences"] == ["The file is larger than 5 MB: divide it."]


@pytest.mark.parametrize(
    "data",
    [
        {"step": "nonsense"},
        {"step": "answer", "about": "encoding", "choice": "cp1252"},
        {"step": "check", "cell:9:kind": "x", "cell:x:kind": "x", "cell:2:nonsense": "x", "cell:": "x"},
        {"step": "confirm", "print": ""},
        {},
    ],
)
def test_what_no_form_sends_changes_nothing(desk, skl, data):
    page = choose(desk, GOOD)

    answer = desk.post(page.request["PATH_INFO"], data, follow=True)

    assert answer.status_code in (200, 409)
    assert outcomes(answer) == [(2, "new", [])]
    assert list(Network.objects.all()) == []


def test_the_text_of_a_file_is_shown_as_text(desk, skl):
    page = choose(desk, GOOD.replace("SERN", "<script>alert(1)</script>").replace("european", "<b>x</b>"))

    assert b"<script>alert" not in page.content
    assert b"<b>x" not in page.content
    assert Page(page).errors == []


def test_a_file_waits_for_a_day(desk, skl):
    url = choose(desk, GOOD).request["PATH_INFO"]
    assert url in Page(desk.get(reverse("admin:directory_import_new", args=["networks"]))).links
    Upload.objects.update(uploaded_at=now() - timedelta(days=1))

    assert desk.get(url).status_code == 302
    choose(desk, GOOD, "projects")
    assert list(Upload.objects.filter(mapping="networks")) == []


def test_a_file_is_removed_when_the_editor_says_so(desk, skl):
    page = step(desk, choose(desk, GOOD), step="remove")

    assert said(page) == ["The file was removed; nothing was imported."]
    assert list(Upload.objects.all()) == []


def test_looking_writes_nothing(desk, skl):
    page = choose(desk, GOOD)
    urls = [page.request["PATH_INFO"], reverse("admin:directory_import_new", args=["networks"])]
    step(desk, page, step="confirm")
    page = choose(desk, GOOD)
    made = Import.objects.get()
    urls += [page.request["PATH_INFO"], reverse("admin:directory_import_changelist")]
    urls += [reverse(f"admin:directory_import_{name}", args=[made.pk]) for name in ("change", "undo")]

    for url in urls:
        with CaptureQueriesContext(connection) as context:
            desk.get(url)
        assert [each["sql"] for each in context if re.match("INSERT|UPDATE|DELETE", each["sql"])] == []


# Lists and filters


def test_the_rows_are_narrowed_and_paged(desk, skl):
    lines = "".join(f"n{number};N {number};city-network;european;skl\n" for number in range(150))
    page = choose(desk, GOOD.splitlines(True)[0] + lines + "x;X;nonsense;european;skl\n")
    url = page.request["PATH_INFO"]

    assert [(str(word), count, query) for word, count, query, _now in page.context["preview"].choices] == [
        ("all", 151, "?"),
        ("new", 150, "?state=new"),
        ("changed", 0, "?state=changed"),
        ("same", 0, "?state=same"),
        ("refused", 1, "?state=refused"),
    ]
    assert len(outcomes(page)) == 100
    assert [each[0] for each in outcomes(desk.get(url, {"page": 2}))] == list(range(102, 153))
    assert [each[:2] for each in outcomes(desk.get(url, {"state": "refused"}))] == [(152, "refused")]
    assert len(outcomes(desk.get(url, {"state": "x", "page": "-1"}))) == 51


def test_the_list_of_imports_says_who_did_what_and_when(desk, skl):
    step(desk, choose(desk, GOOD), step="confirm")
    url = reverse("admin:directory_import_changelist")

    cells = Page(desk.get(url)).texts("td", class_="field-file_name")
    with CaptureQueriesContext(connection) as one:
        desk.get(url)
    step(desk, choose(desk, GOOD.replace("sern", "uc")), step="confirm")
    with CaptureQueriesContext(connection) as two:
        desk.get(url)

    assert (cells, len(one)) == (["file.csv"], len(two))


# In a browser


def test_an_editor_imports_a_file_with_mistakes_repairs_it_and_takes_it_back(open_page, live_server, tmp_path):
    get_user_model().objects.create_superuser("anna", password="a long pass phrase")
    browser_client = Client()
    browser_client.force_login(get_user_model().objects.get())
    cookie = {"name": "sessionid", "value": browser_client.cookies["sessionid"].value, "url": live_server.url}
    rows = [f"stad-{number};Städer {number};city-network;european;2014;innocities-card" for number in range(48)]
    wrong = ["fel-1;Fel 1;stadsnät;european;2014;innocities-card", "fel-2;Fel 2;city-network;european;2014-13;nowhere"]
    file = tmp_path / "nätverk.csv"
    file.write_bytes("\n".join(["slug;name_sv;kind;scope;started;source", *rows, *wrong]).encode("cp1252"))

    with open_page(locale="en-GB", expected=["422 (Unprocessable"], viewport={"width": 1440, "height": 900}) as page:
        page.context.add_cookies([cookie])
        page.goto("/admin/networks/network/")
        page.get_by_role("link", name="Import a file").click()
        accessible(page)
        page.get_by_label("File", exact=True).set_input_files(file)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("radio").first).to_be_visible()
        accessible(page)
        page.get_by_role("radio", name=re.compile("Städer 0")).check()
        page.get_by_role("button", name="Read it so").click()
        expect(page.get_by_role("link", name="Refused 2")).to_be_visible()
        page.get_by_role("link", name="Refused 2").click()
        accessible(page)
        page.get_by_role("button", name="Import 48 rows").click()
        expect(page.get_by_text("Rows are refused: correct them, or tick that they are left out.")).to_be_visible()
        page.get_by_role("group", name="Cells of line 50").get_by_label("Kind").fill("city network")
        page.get_by_role("group", name="Cells of line 51").get_by_label("Started").fill("2014-12")
        page.get_by_role("group", name="Cells of line 51").get_by_label("Source").fill("innocities-card")
        page.get_by_role("button", name="Keep the corrections and check again").click()
        expect(page.get_by_text("3 cells were corrected.")).to_be_visible()
        page.get_by_role("button", name="Import 50 rows").click()
        expect(page.get_by_role("heading", name="Networks that were added: 50")).to_be_visible()
        accessible(page)
        page.get_by_role("link", name="Take the import back").click()
        accessible(page)
        page.get_by_role("button", name="Yes, take it back").click()
        expect(page.get_by_text("50 records were removed")).to_be_visible()
    assert Network.objects.filter(slug__startswith="stad-").count() == 0


def accessible(page):
    """Assert that what is ours of a page fits at every width and breaks no rule, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # Colours that are on their way to others would be measured.
        page.reload()
        for width in (320, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page, context="#content").response["violations"]
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            broken = [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
            assert (broken, overflow) == ([], 0), (page.url, width, scheme)
