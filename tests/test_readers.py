"""What readers tell the editors: stored once and shown to nobody else, answered once, closed, forgotten."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import IntegrityError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from directory import guarded, readers, throttle
from directory.readers import ReaderContact, ReaderWord
from directory.roles import ROLES
from directory.versions import token
from tests import factories as make
from tests.nominating import Clock
from tests.pages import Page
from tests.people import person
from tests.test_admin import filled

pytestmark = pytest.mark.django_db

HERE = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
ADMIN = "/admin/directory/readerword/"


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes when it is told to."""
    return Clock(monkeypatch, guarded, throttle)


def form_at(address):
    """Return the fields of the form on a page as a browser would send them."""
    page = Page(Client().get(address))
    [form] = page.all("form", class_="guarded")
    fields = {
        each.get("name"): each.get("value") or "" for each in page.all("input", form) if each.get("type") != "radio"
    }
    return {**fields, **{each.get("name"): each.text or "" for each in page.all("textarea", form)}}


def send(clock, address, *, seconds=10, headers=HERE, **fields):
    """Fill in the form on a page and send it so many seconds later."""
    filled = {**form_at(address), **fields}
    clock.pass_by(seconds=seconds)
    return Client().post(address, filled, headers=headers)


def make_word(**fields):
    """Make a word that waits, with an address to answer to if one is given."""
    email = fields.pop("email", "")
    word = ReaderWord(**{"kind": "correction", "language": "en", "text": "It is wrong.", **fields})
    readers.keep(word, email)
    return word


def desk(role="editor"):
    """A browser of somebody at the desk who reads English, and the account."""
    user, client = person(role, role=role), Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def told(response):
    return [str(each) for each in response.context["messages"]]


def save(client, word, **fields):
    """Fill in a word's form at the desk and send it."""
    address = f"{ADMIN}{word.pk}/change/"
    return client.post(address, {**filled(client, address), **fields}, follow=True)


def lines(response):
    """Return the lines of a list at the desk."""
    page = Page(response)
    return [row for table in page.all("table", id="result_list") for row in page.all("tr", table)][1:]


# The forms


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_record_page_has_one_quiet_link_to_the_form_about_it(directory, language):
    addresses = ["networks/seismic", "funders/vinnova", "themes/musik", "sources/innocities-card", "cities/norrkoping"]
    for address in addresses:
        page = Page(Client().get(f"/{language}/{address}/"))
        links = [each for each in page.all("a") if (each.get("href") or "").startswith(f"/{language}/words/?about=")]

        assert [each.get("rel") for each in links] == ["nofollow"], address
        assert Client().get(links[0].get("href")).status_code == 200


def test_the_form_offers_the_facts_of_that_page_and_names_the_record(directory):
    page = Page(Client().get("/en/words/?about=project:innocities&fact=Status"))

    facts = Page(Client().get("/en/projects/innocities/")).facts()
    offered = page.texts("option")
    assert page.errors == []
    assert offered[0] == "something else, or the page as a whole"
    assert [each for each in facts if each not in offered] == []
    assert "Approach and implementation" in offered
    assert [page.text(each) for each in page.all("option") if each.get("selected") is not None] == ["Status"]
    assert "/en/projects/innocities/" in page.links


def test_what_a_reader_says_is_stored_once_with_record_and_fact(clock):
    make.make_network(slug="nat", name_en="The net")
    fields = {"fact": "Kind", "text": "It is a project.", "source": "https://example.org/a", "email": "a@example.org"}

    first = send(clock, "/en/words/?about=network:nat", **fields)
    again = send(clock, "/en/words/?about=network:nat", **fields)

    assert (first.status_code, first["Location"], again.status_code) == (302, "/en/words/sent/", 302)
    word = ReaderWord.objects.get()
    assert (word.kind, word.about, word.fact, word.text) == ("correction", "network:nat", "Kind", "It is a project.")
    assert (word.source, word.language, word.status) == ("https://example.org/a", "en", "waiting")
    assert word.contact.email == "a@example.org"
    assert Client().get("/en/words/sent/").status_code == 200


def test_a_form_sent_twice_is_stored_once(clock):
    address = "/en/words/suggest/"
    filled = {**form_at(address), "name": "X", "record_kind": "project", "text": "One."}
    clock.pass_by(seconds=9)

    for _ in range(2):
        assert Client().post(address, filled, headers=HERE).status_code == 302

    assert list(ReaderWord.objects.values_list("kind", "record_kind", "name", "text", "language")) == [
        ("suggestion", "project", "X", "One.", "en")
    ]


@pytest.mark.parametrize(
    ("address", "fields", "other"),
    [
        ("/en/words/suggest/", {"name": "X", "record_kind": "project", "text": "One."}, {"text": "Two."}),
        ("/en/words/?about=network:nat", {"fact": "Kind", "text": "One."}, {"fact": "Status"}),
        ("/en/words/?about=network:nat", {"text": "One."}, {"email": "a@example.org"}),
    ],
)
def test_a_page_that_a_browser_goes_back_to_takes_other_words_too(clock, address, fields, other):
    make.make_network(slug="nat")
    filled = {**form_at(address), **fields}
    clock.pass_by(seconds=9)
    Client().post(address, filled, headers=HERE)

    asked = Client().post(address, {**filled, **other}, headers=HERE)

    page = Page(asked)
    assert (asked.status_code, ReaderWord.objects.count(), page.errors) == (422, 1, [])
    assert "press the button once more" in page.words
    [stamp] = [each.get("value") for each in page.all("input", name="stamp")]
    for _ in range(2):
        assert Client().post(address, {**filled, **other, "stamp": stamp}, headers=HERE).status_code == 302
    words = list(ReaderWord.objects.order_by("pk"))
    assert len(words) == 2
    kept = {
        "text": words[1].text,
        "fact": words[1].fact,
        "email": words[1].contact.email if words[1].wants_answer else "",
    }
    assert {name: kept[name] for name in other} == other


def test_no_address_is_kept_where_none_was_given(clock):
    send(clock, "/sv/words/suggest/", record_kind="other", name="Nätet", text="Det finns.")

    assert (ReaderWord.objects.count(), ReaderContact.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("fields", "name", "sentence"),
    [
        ({"text": ""}, "text", "This field is required."),
        ({"text": "\u200b"}, "text", "There is nothing to read in this; please type it again."),
        ({"text": "a\x07b"}, "text", "invisible control character"),
        ({"text": "http://a.se http://b.se http://c.se"}, "text", "At most 2 web addresses"),
        ({"source": "javascript:alert(1)"}, "source", "Give a web address that begins with https:// or http://."),
        ({"email": "no address"}, "email", "Enter a valid email address."),
        ({"fact": "No such fact"}, "fact", "Select a valid choice."),
    ],
)
def test_bad_input_is_named_beside_its_field_and_nothing_typed_is_lost(clock, fields, name, sentence):
    make.make_network(slug="nat")
    typed = {"fact": "Kind", "text": "Mine.", "source": "https://example.org/", "email": "a@example.org", **fields}

    answer = send(clock, "/en/words/?about=network:nat", **typed)

    page = Page(answer)
    assert (answer.status_code, ReaderWord.objects.count()) == (422, 0)
    assert page.errors == [] or "\x07" in typed["text"]
    assert sentence in page.texts("p", id=f"id_{name}_error")[0]
    kept = {each.get("name"): each.get("value") for each in page.all("input")}
    assert kept["email"] == typed["email"]
    assert kept["source"] == typed["source"]
    if name != "text":
        assert page.texts("textarea") == ["Mine."]


@pytest.mark.parametrize(
    "address",
    ["?about=network:nowhere", "?about=network:hidden", "?about=nothing", "?about=user:1", "?about=themeset:a-set"],
)
def test_there_is_no_form_about_what_visitors_cannot_see(address):
    make.make_network(slug="hidden", published=False)
    make.make_theme_set(slug="a-set")

    assert Client().get(f"/en/words/{address}").status_code == 404
    assert Client().post(f"/en/words/{address}", {}, headers=HERE).status_code == 404


def test_a_former_address_leads_to_the_form_about_the_record():
    network = make.make_network(slug="old")
    network.slug = "new"
    network.save()

    answer = Client().get("/en/words/?about=network:old")

    assert (answer.status_code, answer["Location"]) == (301, "/en/words/?about=network:new")


def test_a_form_is_sent_by_our_own_pages_only_and_no_page_of_it_is_kept(clock):
    answer = send(clock, "/en/words/", text="Hello.", headers={"Origin": "https://elsewhere.example"})
    page = Client().get("/en/words/")

    assert (answer.status_code, ReaderWord.objects.count()) == (403, 0)
    assert (page["Cache-Control"], page["X-Robots-Tag"], page.cookies) == ("no-store", "noindex", {})


def test_no_more_wait_than_the_editors_can_read(clock, monkeypatch):
    monkeypatch.setattr(readers, "MOST_WAITING", 2)

    answers = [send(clock, "/en/words/", text=f"Number {number}.") for number in range(3)]

    assert ([each.status_code for each in answers], ReaderWord.objects.count()) == ([302, 302, 429], 2)
    assert "wait until tomorrow and press the button again" in Page(answers[-1]).words


def test_two_suggestions_in_the_same_words_are_two(clock):
    for name in ("Network A", "Network B", "Network B"):
        send(clock, "/en/words/suggest/", name=name, record_kind="network", text="Please add it.")

    assert sorted(ReaderWord.objects.values_list("name", flat=True)) == ["Network A", "Network B"]


def test_of_a_flood_from_one_and_from_many_connections_little_is_stored_and_honest_people_come_through(clock):
    make.make_network(slug="nat")
    address, honest = "/en/words/?about=network:nat", 0
    old = form_at(address)
    for number in range(200):
        robot = {**old, "text": f"Buy {number}", "source": "https://spam.example/", "homepage": "x" * (number % 2)}
        clock.pass_by(seconds=0 if number % 3 else 1)
        where = "192.0.2.1" if number < 100 else f"198.51.100.{number}"
        Client(REMOTE_ADDR=where).post(address, robot, headers=HERE if number % 5 else {})
        if number % 40 == 39:
            filled = {**form_at(address), "text": f"Honest {number}."}
            clock.pass_by(seconds=20)
            honest += Client(REMOTE_ADDR=f"203.0.113.{number}").post(address, filled, headers=HERE).status_code == 302
    stored = ReaderWord.objects.filter(text__startswith="Buy").count()

    print(f"readers' words under a flood | 200 tried | honest lost {5 - honest} | spam stored {stored}")
    assert (honest, ReaderWord.objects.filter(text__startswith="Honest").count()) == (5, 5)
    assert stored < 5


def test_a_word_moves_no_version_so_that_every_kept_page_stays(clock):
    before = token()

    send(clock, "/en/words/", text="Hello.", email="a@example.org")

    assert (ReaderWord.objects.count(), token()) == (1, before)


def test_the_database_holds_no_answer_of_nobody():
    with pytest.raises(IntegrityError):
        ReaderWord.objects.create(kind="correction", language="sv", text="X", status="accepted")


# The desk


def test_the_desk_counts_the_words_that_wait_and_leads_to_them():
    make_word(text="One.")
    make_word(text="Two.")
    ReaderWord.objects.filter(text="Two.").update(
        status="closed", answered_at=timezone.now(), answered_by=person("x", role="editor")
    )
    client = desk()

    page = Page(client.get("/admin/"))
    [task] = page.all("article", id="task-readers")
    [link] = page.all("a", task)

    assert page.text(link) == "1 words of readers"
    assert len(lines(client.get(link.get("href")))) == 1


@pytest.mark.parametrize("role", ROLES)
def test_editors_and_those_above_them_read_the_words_and_nobody_sees_an_address(role):
    word = make_word(email="canary@example.org", text="Something.")
    client = desk(role)

    for address in (ADMIN, f"{ADMIN}{word.pk}/change/", f"{ADMIN}{word.pk}/history/", f"{ADMIN}?q=canary", "/admin/"):
        answer = client.get(address)
        allowed = role not in ("viewer", "reviewer") or address == "/admin/"
        assert answer.status_code == (200 if allowed else 403), address
        assert b"canary@" not in answer.content
    assert client.get(f"{ADMIN}add/").status_code == 403
    assert (b"task-readers" in client.get("/admin/").content) == (role not in ("viewer", "reviewer"))


def test_the_form_leads_to_the_records_own_form():
    network = make.make_network(slug="nat")
    word = make_word(record_kind="network", record_slug="nat")
    network.slug = "new"
    network.save()

    page = Page(desk().get(f"{ADMIN}{word.pk}/change/"))

    assert f"/admin/networks/network/{network.pk}/change/" in page.links


def test_an_answer_is_mailed_once_in_the_readers_language_and_the_address_forgotten(settings):
    settings.EMAIL_HOST = "mail.example"
    make.make_network(slug="nat", name_sv="Nätet", name_en="The net")
    word = make_word(record_kind="network", record_slug="nat", email="a@example.org", language="sv")
    client = desk()

    first = save(client, word, status="accepted", answer="Rättat nu.")
    second = save(client, word, status="declined", answer="Nej.")

    [letter] = mail.outbox
    with translation.override("sv"):
        about = str(readers.gettext("Our answer to what you told us about %(name)s") % {"name": "Nätet"})
    assert (letter.to, letter.subject) == (["a@example.org"], about)
    assert ("It is wrong." in letter.body, "Rättat nu." in letter.body) == (True, True)
    word = ReaderWord.objects.get()
    assert (word.status, word.answer, word.answered_by.username) == ("accepted", "Rättat nu.", "editor")
    assert ReaderContact.objects.count() == 0
    assert told(first) == ["The answer is mailed, and the reader's address is forgotten."]
    assert told(second) == ["You have closed this word already; nothing is sent a second time."]


def test_a_word_without_an_address_is_closed_without_a_mail(settings):
    settings.EMAIL_HOST = "mail.example"
    word = make_word()

    answer = save(desk(), word, status="closed", answer="")

    assert (mail.outbox, ReaderWord.objects.get().status) == ([], "closed")
    assert told(answer) == ["The word is closed. No mail was sent."]


def test_what_is_closed_without_an_answer_forgets_the_address_and_mails_nothing(settings):
    settings.EMAIL_HOST = "mail.example"
    word = make_word(email="a@example.org")

    save(desk(), word, status="closed", answer="")

    assert (mail.outbox, ReaderContact.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"status": "accepted", "answer": ""}, "The reader waits for an answer: write one."),
        ({"status": "closed", "answer": "No."}, "Nobody gets this answer"),
        ({"status": "sold", "answer": "No."}, "Select a valid choice"),
    ],
)
def test_an_answer_that_reaches_nobody_or_is_missing_is_refused(sent, sentence):
    word = make_word(email="a@example.org")

    answer = save(desk(), word, **sent)

    assert sentence in answer.content.decode()
    assert (ReaderWord.objects.get().status, mail.outbox) == ("waiting", [])


@pytest.mark.parametrize("backend", ["", "tests.people.NoBackend"])
def test_where_no_mail_can_be_sent_the_word_waits_with_answer_and_address(settings, backend):
    settings.EMAIL_HOST = "mail.example" if backend else ""
    settings.EMAIL_BACKEND = backend or settings.EMAIL_BACKEND
    word = make_word(email="a@example.org")

    answer = save(desk(), word, status="declined", answer="No.")

    word = ReaderWord.objects.get()
    assert (word.status, word.answer, word.contact.email) == ("waiting", "No.", "a@example.org")
    assert told(answer)[0].startswith("The answer could not be mailed.")


def test_of_two_editors_the_second_is_told_that_the_word_is_closed(settings):
    settings.EMAIL_HOST = "mail.example"
    word, editor = make_word(email="a@example.org"), person("first", role="editor")

    found = [readers.answer(word, "accepted", text, editor) for text in ("Yes.", "No.")]

    assert (found, len(mail.outbox), ReaderWord.objects.get().answer) == (["mailed", "late"], 1, "Yes.")


@pytest.mark.parametrize("status", ["declined", "waiting"])
def test_who_comes_second_sees_what_became_of_the_word_and_her_own_text_to_copy(status):
    word = make_word()
    readers.answer(word, "accepted", "Yes, mended.", person("first", role="editor"))

    answer = save(desk(), word, status=status, answer="No: my long text.")

    page = Page(answer)
    assert (page.status, page.errors) == (409, [])
    assert told(answer) == ["A colleague has closed this word meanwhile; what you wrote was not sent."]
    assert list(zip(page.texts("dt"), page.texts("dd"), strict=True)) == [
        ("Status", "accepted: the directory says so now"),
        ("Answered by", "first"),
        ("Answer", "Yes, mended."),
        ("Answer", "No: my long text."),
    ]
    assert ReaderWord.objects.get().answer == "Yes, mended."


def test_her_text_is_shown_where_a_colleague_is_quicker_by_a_moment(monkeypatch):
    word, first = make_word(), person("first", role="editor")

    def second(*args):
        readers.answer(word, "accepted", "Yes.", first)
        return readers.answer(*args)

    monkeypatch.setattr("directory.readers_admin.answer", second)
    answer = save(desk(), word, status="declined", answer="No.")

    assert told(answer) == ["A colleague has closed this word meanwhile; what you wrote was not sent."]
    assert Page(answer).texts("dd")[-2:] == ["Yes.", "No."]


def test_only_a_word_that_waits_can_be_saved():
    word, client = make_word(), desk()

    def buttons():
        return [each.get("name") for each in Page(client.get(f"{ADMIN}{word.pk}/change/")).all("input", type="submit")]

    waiting = buttons()
    readers.answer(word, "closed", "", person("first", role="editor"))

    assert (waiting, buttons()) == (["_save", "_continue"], [])


def test_what_an_editor_writes_is_kept_while_the_word_waits():
    word = make_word(email="a@example.org")

    save(desk(), word, status="waiting", answer="Half a")

    assert list(ReaderWord.objects.values_list("status", "answer", "answered_by")) == [("waiting", "Half a", None)]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_queries_for_one_row_and_for_three(rows):
    for number in range(rows):
        make.make_network(slug=f"nat-{number}")
        make_word(text=f"{number}", record_kind="network", record_slug=f"nat-{number}", email="a@example.org")
    client = desk()

    with CaptureQueriesContext(connection) as queries:
        found = lines(client.get(ADMIN))

    assert len(found) == rows
    # The session, who asks, her rights and groups' rights (4), the number of rows and the rows (2), kinds to filter by (1).
    assert len(queries) == 7


# What is left of it


def test_the_log_says_nothing_of_words_or_addresses():
    word = make_word(email="a@example.org", text="Canary.", name="Canary")

    save(desk(), word, status="declined", answer="Canary answer")

    logged = " ".join(f"{each.object_repr} {each.change_message}" for each in LogEntry.objects.all())
    assert ("anary" in logged, "example.org" in logged) == (False, False)


def test_addresses_are_forgotten_in_time_and_closed_words_a_year_later():
    today, editor = timezone.localdate(), person("editor", role="editor")
    _kept, late = make_word(text="Kept.", email="a@example.org"), make_word(text="Late.", email="b@example.org")
    old, young = make_word(text="Old."), make_word(text="Young.")
    ReaderContact.objects.filter(word=late).update(keep_until=today - timedelta(days=1))
    for word, days in ((old, readers.KEEP_CLOSED + 2), (young, readers.KEEP_CLOSED - 2)):
        word.status, word.answered_by, word.answered_at = "closed", editor, timezone.now() - timedelta(days=days)
        word.save()

    assert [readers.forget(today), readers.forget(today)] == [(1, 1), (0, 0)]
    assert set(ReaderWord.objects.values_list("text", flat=True)) == {"Kept.", "Late.", "Young."}
    assert list(ReaderContact.objects.values_list("word__text", flat=True)) == ["Kept."]


def test_readers_words_are_in_no_history_index_or_dump():
    for model in (ReaderWord, ReaderContact):
        assert not hasattr(model, "history")
        assert model.not_dumped
    assert [each.__name__ for each in apps.get_models() if "HistoricalReader" in each.__name__] == []
