"""Views of pages: who is counted and who not, added up rightly by threads and processes, and told in the open."""

import json
import os
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory import visits
from directory.versions import token
from directory.visits import MOST_WAITING, PageViews, Waiting, add, is_person, waiting
from networks.models import Network
from tests.factories import make_city, make_grant, make_network, make_organisation, make_project
from tests.pages import Page

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def nothing_waits():
    """Begin with nothing noted, and leave nothing to the next test."""
    waiting.__init__()
    yield
    waiting.__init__()


def visitor(agent=BROWSER, **headers):
    """Return a browser."""
    return Client(headers={"user-agent": agent, **headers})


def told():
    """Return {section: {address: views}} as the database has them, after what waits was added."""
    assert waiting.flush()
    found = {}
    for row in PageViews.objects.all():
        slug = visits.kinds()[row.section].objects.get(pk=row.record).slug
        found.setdefault(row.section, {})[slug] = row.views
    return found


@pytest.mark.django_db
def test_a_page_that_is_read_is_counted_in_both_languages_together():
    make_network(slug="nat")
    client = visitor()

    for address in ("/sv/networks/nat/", "/en/networks/nat/", "/en/networks/nat/?x=1"):
        assert client.get(address).status_code == 200

    assert told() == {"networks": {"nat": 3}}


@pytest.mark.django_db(transaction=True)
def test_what_is_answered_from_memory_or_not_at_all_is_counted_too():
    make_network(slug="nat")
    client = visitor()
    first = client.get("/sv/networks/nat/")

    with CaptureQueriesContext(connection) as kept:
        client.get("/sv/networks/nat/")
        asked = [each["sql"] for each in kept]
    answer = client.get("/sv/networks/nat/", headers={"if-none-match": first["ETag"]})

    assert (asked, answer.status_code) == (["SELECT token FROM directory_version"], 304)
    assert told() == {"networks": {"nat": 3}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/sv/", "/sv/networks/", "/sv/networks/?q=nat", "/sv/about/marks/", "/sv/statistics/views/", "/sv/networks/no/"]
    + ["/sv/networks/nat", "/sv/networks/dold/", "/admin/networks/network/", "/sv/networks/nat/edit/", "/healthz"],
)
def test_no_other_page_is_counted(address):
    make_network(slug="nat")
    make_network(slug="dold", published=False)

    visitor().get(address)

    assert told() == {}


@pytest.mark.django_db
def test_a_page_that_only_a_tag_asks_for_must_be_one_that_is_there():
    make_network(slug="nat")
    make_network(slug="dold", published=False)
    tag = {"if-none-match": visitor().get("/sv/networks/nat/")["ETag"]}

    asked = [visitor().get(f"/sv/networks/{slug}/", headers=tag).status_code for slug in ("dold", "aldrig", "nat")]

    assert asked == [304, 304, 304]
    assert told() == {"networks": {"nat": 2}}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["head", "post", "options"])
def test_only_reading_is_counted(method):
    make_network(slug="nat")

    getattr(visitor(), method)("/sv/networks/nat/")

    assert told() == {}


@pytest.mark.django_db
def test_staff_are_not_counted_and_their_session_is_not_read(admin_user):
    make_network(slug="nat")
    client = visitor()
    client.force_login(admin_user)

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/sv/networks/nat/").status_code == 200

    assert told() == {}
    assert [each["sql"] for each in asked if "django_session" in each["sql"]] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{"sec-purpose": "prefetch"}, {"sec-purpose": "prefetch;prerender"}, {"purpose": "prefetch"}]
)
def test_what_a_browser_fetches_in_advance_is_not_counted(headers):
    make_network(slug="nat")

    visitor(**headers).get("/sv/networks/nat/")

    assert told() == {}


@pytest.mark.parametrize(
    ("agent", "person"),
    [
        (BROWSER, True),
        ("Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 21) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36", True),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1", True),
        ("Lynx/2.9.2 libwww-FM/2.14", True),
        ("", False),
        (" ", False),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", False),
        ("Mozilla/5.0 (compatible; bingbot/2.0)", False),
        ("Mozilla/5.0 HeadlessChrome/120", False),
        ("curl/8.5.0", False),
        ("Wget/1.21", False),
        ("python-requests/2.32", False),
        ("Go-http-client/2.0", False),
        ("Java/17.0.1", False),
        ("Baiduspider-render/2.0", False),
        ("facebookexternalhit/1.1 (+https://example.org)", False),
    ],
)
def test_programs_that_say_what_they_are_are_no_persons(agent, person):
    assert is_person(agent) is person


@pytest.mark.django_db
def test_robots_are_not_counted():
    make_network(slug="nat")

    for agent in ("", "ExampleBot/1.0", "curl/8"):
        visitor(agent).get("/sv/networks/nat/")

    assert told() == {}


@pytest.mark.django_db
def test_a_request_writes_nothing_and_asks_nothing_for_being_counted():
    make_network(slug="nat")
    visitor("ExampleBot").get("/sv/networks/nat/")
    with CaptureQueriesContext(connection) as uncounted:
        visitor("ExampleBot").get("/sv/networks/nat/?n=1")

    with CaptureQueriesContext(connection) as counted:
        visitor().get("/sv/networks/nat/?n=2")

    assert len(counted) == len(uncounted)
    assert [each["sql"] for each in counted if not each["sql"].startswith("SELECT")] == []
    assert PageViews.objects.count() == 0


@pytest.mark.django_db
def test_adding_views_moves_no_version_and_writes_nothing_when_nothing_was_read():
    make_network(slug="nat")
    before = token()

    with CaptureQueriesContext(connection) as asked:
        waiting.flush()
    visitor().get("/sv/networks/nat/")

    assert (len(asked), told(), token()) == (0, {"networks": {"nat": 1}}, before)


@pytest.mark.django_db
def test_a_new_address_keeps_what_was_counted():
    network = make_network(slug="nat")
    add({("networks", "nat"): 3})

    Network.objects.filter(pk=network.pk).update(slug="natet")
    add({("networks", "natet"): 4})

    assert told() == {"networks": {"natet": 7}}


@pytest.mark.django_db
def test_a_funder_and_the_same_organisation_are_two_pages():
    organisation = make_organisation(slug="betalaren")
    make_grant(funder=organisation)

    visitor().get("/sv/organisations/betalaren/")
    for _ in range(2):
        visitor().get("/sv/funders/betalaren/")

    assert told() == {"organisations": {"betalaren": 1}, "funders": {"betalaren": 2}}


@pytest.mark.django_db
def test_a_record_that_is_gone_takes_no_view_of_another_with_it():
    make_network(slug="nat")
    gone = make_network(slug="borta")
    for slug in ("nat", "borta"):
        visitor().get(f"/sv/networks/{slug}/")
    gone.delete()

    assert told() == {"networks": {"nat": 1}}


@pytest.mark.django_db
def test_what_cannot_be_added_now_is_added_the_next_time(monkeypatch, caplog):
    make_network(slug="nat")
    visitor().get("/sv/networks/nat/")
    with monkeypatch.context() as away:
        away.setattr(visits, "found", lambda views: (_ for _ in ()).throw(OperationalError("locked")))
        assert waiting.flush() is False
    visitor().get("/sv/networks/nat/")

    assert told() == {"networks": {"nat": 2}}
    assert [each.getMessage() for each in caplog.records] == ["1 page views could not be added now; they are kept."]


@pytest.mark.django_db
def test_all_of_a_batch_is_added_or_nothing(monkeypatch):
    make_network(slug="nat")
    make_city(slug="stad")
    views = {("networks", "nat"): 1, ("cities", "stad"): 1}
    calls = []

    def fails_second(keys):
        calls.append(keys)
        if len(calls) == 4:
            raise OperationalError("full")
        return [list(keys)]

    monkeypatch.setattr(visits, "in_batches", fails_second)
    with pytest.raises(OperationalError):
        add(views)

    assert PageViews.objects.count() == 0


@pytest.mark.django_db
def test_no_more_pages_wait_than_a_process_can_hold(monkeypatch):
    monkeypatch.setattr(visits, "MOST_WAITING", 3)

    for number in range(9):
        waiting.add("networks", f"n{number % 5}")

    assert MOST_WAITING == 10_000
    assert waiting.views == {("networks", "n0"): 2, ("networks", "n1"): 2, ("networks", "n2"): 2}
    waiting.add("nothing", "n0")
    assert waiting.count == 6


@pytest.mark.django_db
def test_many_pages_are_added_in_few_queries():
    for number in range(30):
        make_city(slug=f"c{number}")
    add({("cities", f"c{number}"): 1 for number in range(30)})

    with CaptureQueriesContext(connection) as asked:
        add({("cities", f"c{number}"): 1 + number % 2 for number in range(30)})

    # The keys; a savepoint; the rows, locked; one update for each count; the savepoint's end.
    assert len(asked) == 6
    assert sorted(PageViews.objects.values_list("views", flat=True)) == [2] * 15 + [3] * 15


@pytest.mark.django_db(transaction=True)
def test_two_threads_that_add_at_once_add_up():
    networks = [make_network(slug=f"n{number}").slug for number in range(20)]
    start, wrong = threading.Barrier(4), []

    def work(order):
        mine = Waiting()
        try:
            start.wait(10)
            for _ in range(5):
                for slug in order:
                    mine.add("networks", slug)
                while not mine.flush():
                    time.sleep(0.01)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[networks[:: 1 if even else -1]]) for even in (0, 1, 0, 1)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert wrong == []
    assert set(PageViews.objects.values_list("views", flat=True)) == {20}
    assert PageViews.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_threads_that_note_while_others_add_lose_no_view():
    make_network(slug="nat")
    done = threading.Event()

    def note():
        for _ in range(3000):
            waiting.add("networks", "nat")

    def flush():
        try:
            while not done.is_set():
                waiting.flush()
        finally:
            connections.close_all()

    noting = [threading.Thread(target=note) for _ in range(3)]
    flushing = threading.Thread(target=flush)
    for each in [*noting, flushing]:
        each.start()
    for each in noting:
        each.join()
    done.set()
    flushing.join()

    assert told() == {"networks": {"nat": 9000}}


@pytest.fixture
def elsewhere(tmp_path):
    """An environment with a database of its own, for processes that serve pages."""
    address = f"sqlite:///{tmp_path}/views.sqlite3"
    if connection.vendor == "postgresql":
        # Beside the tests' own database, which is emptied after each of them.
        name = f"{connection.settings_dict['NAME']}_views"
        given = urlsplit(os.environ["DATABASE_URL"])
        address = given._replace(path=f"/{name}").geturl()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {name}")
            cursor.execute(f"CREATE DATABASE {name}")
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    run("from django.core.management import call_command; call_command('migrate', verbosity=0)", environment).wait()
    yield environment
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(code, environment):
    """Start a process that runs some code with the site set up."""
    command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    return subprocess.Popen(command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True)


@pytest.mark.django_db(transaction=True)
def test_two_processes_add_up_by_their_own_threads_and_at_their_end(elsewhere):
    run("from tests.factories import make_network; make_network(slug='nat')", elsewhere).wait()
    serve = f"""
import time
from django.conf import settings
from django.test import Client
from directory.visits import PageViews
settings.VIEWS_ADDED_EVERY = 0.2
client = Client(headers={{"user-agent": {BROWSER!r}}})
for each in range(30):
    assert client.get(f"/sv/networks/nat/?n={{each}}").status_code == 200
until = time.monotonic() + 20
while not PageViews.objects.filter(views__gte=30).exists() and time.monotonic() < until:
    time.sleep(0.05)
assert PageViews.objects.filter(views__gte=30).exists()
settings.VIEWS_ADDED_EVERY = 600
time.sleep(0.5)
for each in range(7):
    client.get("/sv/networks/nat/")
"""
    processes = [run(serve, elsewhere) for _ in range(2)]
    for each in processes:
        each.communicate(timeout=120)

    told = run(
        "import json; from directory.visits import PageViews; print(json.dumps(list(PageViews.objects.values_list('views'))))",
        elsewhere,
    )

    assert [each.returncode for each in processes] == [0, 0]
    assert json.loads(told.communicate()[0]) == [[74]]


@pytest.mark.django_db
def test_the_most_read_pages_are_told_in_order():
    make_network(slug="nat", name_sv="Nätet")
    make_city(slug="stad", name_sv="Staden")
    hidden = make_project(slug="dold", name_sv="Dolt")
    add({("networks", "nat"): 5, ("cities", "stad"): 1234, ("projects", "dold"): 7})
    hidden.published = False
    hidden.save()

    def rows(address):
        read = Page(Client().get(address))
        assert read.errors == []
        return [read.text(each) for each in read.all("tr")[1:]]

    assert rows("/en/statistics/views/") == ["StadenCities1,234", "NätetNetworks5"]
    assert rows("/sv/statistics/views/") == ["StadenStäder1\xa0234".replace("\xa0", " "), "NätetNätverk5"]
    assert rows("/en/statistics/views/?of=networks") == ["NätetNetworks5"]
    assert rows("/en/statistics/views/?of=projects") == []


@pytest.mark.django_db
def test_a_kind_that_is_none_is_named_and_all_are_shown():
    make_network(slug="nat")
    add({("networks", "nat"): 5})

    answer = Client().get("/en/statistics/views/?of=zzz")

    assert answer.status_code == 200
    assert Page(answer).texts("p", class_="remark") == ["“zzz” cannot be shown here."]
    assert len(Page(answer).all("tr")) == 2


@pytest.mark.django_db
def test_before_anything_was_counted_the_page_says_so():
    answer = Client().get("/en/statistics/views/")

    assert (answer.status_code, Page(answer).all("table")) == (200, [])
    assert "No page has been counted yet." in Page(answer).words


@pytest.mark.django_db(transaction=True)
def test_the_page_of_views_is_kept_by_nobody():
    make_network(slug="nat")
    seen = []
    for views in (1, 2):
        add({("networks", "nat"): views})
        answer = visitor().get("/en/statistics/views/")
        seen.append((answer["Cache-Control"], answer.get("ETag"), Page(answer).texts("td", class_="amount")))

    assert seen == [("no-store", None, ["1"]), ("no-store", None, ["3"])]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_views_asks_the_same_number_of_queries_for_one_row_and_for_three(rows):
    for number in range(rows):
        make_network(slug=f"n{number}")
        add({("networks", f"n{number}"): 1})

    with CaptureQueriesContext(connection) as asked:
        read = Page(Client().get("/en/statistics/views/"))

    # The version before and after; the rows; their networks; the first count and the last.
    assert (len(read.all("tr")) - 1, len(asked)) == (rows, 6)


@pytest.mark.django_db
def test_editors_see_the_views_in_lists_and_forms(admin_client):
    network = make_network(slug="nat")
    add({("networks", "nat"): 4321})

    listed = admin_client.get(reverse("admin:networks_network_changelist"), headers={"accept-language": "en"})
    form = admin_client.get(
        reverse("admin:networks_network_change", args=[network.pk]), headers={"accept-language": "en"}
    )

    assert '<td class="field-views">4,321</td>' in listed.content.decode()
    assert "4,321" in form.content.decode()


@pytest.mark.django_db
def test_editors_sort_by_views(admin_client):
    for slug, views in (("a", 1), ("b", 3), ("c", 0)):
        make_network(slug=slug)
        if views:
            add({("networks", slug): views})
    columns = admin_client.get(reverse("admin:networks_network_changelist")).context["cl"].list_display
    query = {"o": f"-{columns.index('views')}"}

    found = admin_client.get(reverse("admin:networks_network_changelist"), query).context["cl"].result_list

    assert [each.slug for each in found][:2] == ["b", "a"] or [each.slug for each in found][-2:] == ["b", "a"]


@pytest.mark.django_db
def test_the_page_on_privacy_tells_of_the_count():
    read = Page(Client().get("/en/about/privacy/"))

    assert "/en/statistics/views/" in read.links
    assert "How often the page of a record is read is counted" in read.words
