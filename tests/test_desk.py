"""The admin's first page: what is left to do, in numbers that are those of the lists behind them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from directory import tasks
from directory.duplicates import Apart, pairs
from networks.models import City, Network, Organisation
from tests import factories
from tests.pages import Page
from tests.test_admin import address, desk, filled, list_address, listed  # noqa: F401 – a fixture and tools

pytestmark = pytest.mark.django_db
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)
DESK = "/admin/"


def done(make, **fields):
    """Make a record with which nothing is left to do."""
    name = f"Post {next(factories.numbers)}"
    return make(**{"name_sv": name, "name_en": name, "verified_at": localdate(), **fields})


def numbers(client):
    """Return {task: {list: (number, address)}} as the desk shows it."""
    page = Page(client.get(DESK))
    assert page.errors == []
    found = {}
    for item in page.all("article", class_="task"):
        links = [each for each in page.all("a", item) if "task=" in each.get("href")]
        found[item.get("id").removeprefix("task-")] = {
            page.text(each).rsplit(" ", 1)[-1]: (page.text(each).rsplit(" ", 1)[0], each.get("href")) for each in links
        }
    return found


def left(desk, model, task):  # noqa: F811
    """Return the records that a list shows as left to do."""
    return set(listed(desk, model, task=task))


# Tasks


def test_each_task_keeps_what_is_left_to_do_and_nothing_else(desk):  # noqa: F811
    source = done(factories.make_source)
    make = {"source": source}
    ready = done(factories.make_network, **make)
    draft = done(factories.make_network, published=False, **make)
    untranslated = done(factories.make_network, name_en="", **make)
    half = done(factories.make_network, summary_en="One language.", **make)
    never = done(factories.make_network, verified_at=None, **make)
    old = done(factories.make_network, verified_at=localdate() - timedelta(days=366), **make)
    done(factories.make_network, verified_at=localdate() - timedelta(days=365), **make)
    inferred = done(factories.make_network, certainty="inferred", note_sv="Skälet.", **make)
    external = done(factories.make_network, certainty="external", **make)
    differing, noted = done(factories.make_network, **make), done(factories.make_network, **make)
    factories.make_discrepancy(differing, first_source=source, second_source=source)
    factories.make_discrepancy(noted, first_source=source, second_source=source, note_en="We know.")
    addressless, addressed = done(factories.make_network, **make), done(factories.make_network, **make)
    factories.make_link(addressless, source=source)
    factories.make_link(addressed, source=source, url="https://example.org")
    twins = [done(factories.make_network, name_sv=name, name_en=name, **make) for name in ("Örnar", "ornar")]

    found = {task.name: left(desk, Network, task.name) for task in tasks.of(Network)}

    assert found == {
        "drafts": {draft},
        "differing": {differing},
        "duplicates": set(twins),
        "unstated": {inferred, external},
        "addressless": {addressless},
        "untranslated": {untranslated, half},
        "unverified": {never, old},
    }
    assert ready not in set().union(*found.values())


def test_meetings_that_are_over_and_called_planned_are_left_to_do(desk):  # noqa: F811
    today, make = localdate(), factories.make_meeting
    over = make(status="planned", date=str(today - timedelta(days=1)))
    long_over = make(status="planned", date="2014-21", until="2015")
    make(status="planned", date="2014", until=str(today))
    make(status="planned", date=f"{today.year}")
    make(status="planned")
    make(status="held", date="2014")

    assert left(desk, type(over), "passed") == {over, long_over}


def test_a_list_offers_only_tasks_that_make_sense_for_it(desk):  # noqa: F811
    offered = {
        model._meta.model_name: [task.name for task in tasks.of(model)]
        for model in admin.site._registry
        if hasattr(model, "slug")
    }

    common = ["unstated", "untranslated", "unverified"]
    rows = ["drafts", "differing", "duplicates", "unstated", "addressless", "untranslated", "unverified"]
    assert offered == {
        "source": ["drafts", "duplicates", "untranslated", "unverified"],
        "city": ["drafts", "duplicates", *common],
        "organisation": ["drafts", "duplicates", *common],
        "themeset": ["drafts", *common],
        "theme": ["drafts", *common],
        "network": rows,
        "project": rows,
        "programme": ["drafts", "duplicates", *common],
        "funder": [],
        "publication": ["drafts", "duplicates", *common],
        "meeting": ["drafts", "differing", "passed", *rows[3:]],
        "practice": ["drafts", "duplicates", *common],
        "nominationround": ["drafts", *common],
    }


def test_a_task_that_is_none_of_the_list_keeps_everything(desk):  # noqa: F811
    network = factories.make_network()

    assert left(desk, Network, "passed") == {network}
    assert left(desk, Network, "nonsense") == {network}


# The desk


def test_numbers_on_the_desk_are_those_of_the_lists_that_they_lead_to(desk):  # noqa: F811
    source = factories.make_source()
    for make in (factories.make_city, factories.make_organisation, factories.make_programme, factories.make_practice):
        make(source=source, published=False)
        make(source=source, name_sv="Samma namn")
        make(source=source, name_sv="Samma namn")
    meeting = factories.make_meeting(source=source, status="planned", date="2014")
    factories.make_link(meeting, source=source)
    factories.make_discrepancy(factories.make_project(source=source), first_source=source, second_source=source)

    shown = {
        (task, name): (number, len(desk.get(url).context["cl"].result_list))
        for task, lists in numbers(desk).items()
        for name, (number, url) in lists.items()
    }

    assert {key: (str(count), count) for key, (_number, count) in shown.items()} == shown
    assert shown["duplicates", "cities"] == ("2", 2)
    assert shown["passed", "meetings"] == ("1", 1)
    assert len(shown) == 25


def test_the_desk_follows_every_write(desk):  # noqa: F811
    network = done(factories.make_network, source=done(factories.make_source), published=False)
    assert set(numbers(desk)) == {"drafts"}

    network.published = True
    network.save()
    assert set(numbers(desk)) == set()


def test_what_nothing_is_left_of_is_said_in_a_line(desk):  # noqa: F811
    done(factories.make_source)

    said = Page(desk.get(DESK)).words

    assert "Nothing is left of: Words of readers that wait; Nominations to check; " in said
    assert "; Drafts that wait; Sources that differ, without our note;" in said


def test_a_large_number_is_not_counted_to_its_end(desk, monkeypatch):  # noqa: F811
    monkeypatch.setattr(tasks, "MOST", 2)
    source = done(factories.make_source)
    for _ in range(4):
        done(factories.make_network, source=source, published=False)

    assert [number for number, _url in numbers(desk)["drafts"].values()] == ["more than 2"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_takes_as_many_queries_for_three_records_as_for_one(desk, admin_user, count):  # noqa: F811
    for _ in range(count):
        network = factories.make_network(published=False)
        desk.post(address(network), {**filled(desk, address(network)), "name_en": "x"})
    ContentType.objects.clear_cache()

    with CaptureQueriesContext(connection) as first:
        desk.get(DESK)
    with CaptureQueriesContext(connection) as second:
        desk.get(DESK)

    # Session, user, version; three for each of eight kinds that are compared: version, names, what was set apart; one for
    # all numbers; the words of readers, the nominations; content types, two logs. As long as nothing is written, the numbers are kept.
    assert (len(first), len(second)) == (33, 7)


def test_an_editor_sees_only_what_she_may_see(django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_city"))
    client = Client(headers={"accept-language": "en"})
    client.force_login(reader)
    city = factories.make_city(published=False)
    network = factories.make_network(published=False)
    for record in (city, network):
        LogEntry.objects.log_actions(reader.pk, [record], 2, "x")

    page = Page(client.get(DESK))

    assert numbers(client) == {
        "drafts": {"cities": ("1", "/admin/networks/city/?task=drafts")},
        "untranslated": {"cities": ("1", "/admin/networks/city/?task=untranslated")},
        "unverified": {"cities": ("1", "/admin/networks/city/?task=unverified")},
    }
    assert (city.name in page.words, network.name in page.words) == (True, False)
    assert "without our note" not in page.words


def test_the_desk_leads_back_to_what_was_changed_last(desk, admin_user, django_user_model):  # noqa: F811
    other = django_user_model.objects.create_user("bo")
    mine, gone, theirs = factories.make_network(), factories.make_network(), factories.make_network()
    LogEntry.objects.log_actions(admin_user.pk, [mine], 1, "x")
    LogEntry.objects.log_actions(admin_user.pk, [mine], 2, "x")
    LogEntry.objects.log_actions(admin_user.pk, [gone], 3, "x")
    LogEntry.objects.log_actions(other.pk, [theirs], 2, "x")

    page = Page(desk.get(DESK))
    lists = [[page.text(item) for item in page.all("li", each)] for each in page.all("ul", class_="log")]
    said = [[re.sub(r" \d\d? \w{3} \d{4} \d\d:\d\d", "", text) for text in each] for each in lists]

    assert said == [
        [f"{gone} Network, deleted", f"{mine} Network, changed"],
        [f"{theirs} Network, changed, bo", f"{gone} Network, deleted, admin", f"{mine} Network, changed, admin"],
    ]
    assert (address(mine) in page.links, address(gone) in page.links) == (True, False)


def test_models_stand_as_editors_think_of_them(desk):  # noqa: F811
    groups = desk.get(DESK).context["app_list"]

    assert [(group["name"], [each["object_name"] for each in group["models"]]) for group in groups] == [
        (
            "Records",
            [
                *("NominationRound", "City", "Funder", "Meeting", "Network", "Organisation", "Practice", "Programme"),
                *("Project", "Publication", "Source", "ThemeSet", "Theme"),
            ],
        ),
        ("Rows that tie records", ["Contact", "Grant", "Membership", "Participation", "Tie"]),
        ("From readers", ["ReaderWord"]),
        ("What was done", ["Import", "LogEntry"]),
        ("Authentication and Authorization", ["Group", "User"]),
        ("Methods and practices", ["MailText", "Nomination", "Reviewer"]),
    ]


# Verified


def test_the_button_verifies_and_is_no_edit(desk, admin_user):  # noqa: F811
    network = factories.make_network(edited_at=EARLIER)
    url = address(network)

    answer = desk.post(url, {**filled(desk, url), "_verify": "1"}, follow=True)

    network.refresh_from_db()
    assert (network.verified_at, network.verified_by, network.edited_at) == (localdate(), admin_user, EARLIER)
    assert answer.redirect_chain == [(url, 302)]
    assert "Verified as of today." in [str(each) for each in answer.context["messages"]]
    assert "Changed verified on." in [each.get_change_message() for each in LogEntry.objects.all()]


def test_the_button_saves_what_was_typed_too_which_is_an_edit(desk):  # noqa: F811
    network = factories.make_network(edited_at=EARLIER)
    url = address(network)

    desk.post(url, {**filled(desk, url), "name_en": "Named", "_verify": "1"})

    network.refresh_from_db()
    assert (network.name_en, network.verified_at, network.edited_at > EARLIER) == ("Named", localdate(), True)


def test_what_is_refused_is_not_verified(desk):  # noqa: F811
    network = factories.make_network()
    url = address(network)

    assert desk.post(url, {**filled(desk, url), "started": "nonsense", "_verify": "1"}).status_code == 200

    network.refresh_from_db()
    assert network.verified_at is None


def test_saving_moves_no_day_of_verification(desk):  # noqa: F811
    network = factories.make_network(verified_at=date(2020, 1, 1))
    url = address(network)

    desk.post(url, {**filled(desk, url), "name_en": "Named"})

    network.refresh_from_db()
    assert network.verified_at == date(2020, 1, 1)


def test_a_list_says_what_is_a_draft_and_what_was_verified_long_ago(desk):  # noqa: F811
    factories.make_network(name_sv="A", published=False)
    factories.make_network(name_sv="B", verified_at=date(2020, 1, 2))
    factories.make_network(name_sv="C", verified_at=localdate())

    page = Page(desk.get(list_address(Network)))
    rows = [page.text(each) for each in page.all("td", class_="field-verified")]

    assert page.texts("td", class_="field-state") == ["draft", "published", "published"]
    assert (rows[0], rows[1].split(", ")[1], len(rows[2].split(", "))) == ("never", "more than a year ago", 1)


# Possible duplicates


def alike(*names, make=factories.make_city, **fields):
    """Return whether some records of these names are found to be possible duplicates, as pairs of names."""
    source = factories.make_source(name_sv="Källan som ingen liknar")
    records = {each.pk: each for each in (make(name_sv=name, source=source, **fields) for name in names)}
    model = type(next(iter(records.values())))
    return [(records[one].name_sv, records[two].name_sv) for one, two in pairs(model)]


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        ("Göteborg", "Göteborg", True),
        ("Göteborg", "GOTEBORG", True),
        ("Norrköping", "Norköping", True),
        ("Norrköping", "Norrkoepnig", False),
        ("Orebro", "Örebro", True),
        ("Malmö", "Malung", False),
        ("Sala", "Sävar", False),
        ("Lund", "Lind", False),
        ("Projekt 2014", "Projekt 2015", False),
        ("Europeiska stadsnätverket", "Europeisk stadsnätverk", False),
        ("Europeiska stadsnätverket", "Europeiska stadnätverkett", True),
        ("Xeiska stadsnätverket", "Yeiska stadsnätverket", True),
    ],
)
def test_names_that_are_the_same_or_nearly_so_are_possible_duplicates(one, two, found):
    assert alike(one, two) == ([(one, two)] if found else [])


def test_the_same_name_in_another_country_is_another_place():
    factories.make_city(name_sv="Valencia", country="ES")
    factories.make_city(name_sv="Valencia", country="VE")

    assert pairs(City) == []


def test_a_name_is_found_beside_the_other_language():
    one = factories.make_organisation(name_sv="Göteborgs stad", name_en="City of Gothenburg")
    two = factories.make_organisation(name_sv="City of Gothenburg")

    assert pairs(Organisation) == [(one.pk, two.pk)]


def test_a_twin_among_many_is_found():
    for number in range(60):
        factories.make_city(name_sv=f"Stad{chr(97 + number % 26)}{chr(97 + number // 26)}vik")
    one, two = factories.make_city(name_sv="Kristinehamn"), factories.make_city(name_sv="Kristinehanm")
    # These begin differently, far from each other in the alphabet.
    other, another = factories.make_city(name_sv="Askersund"), factories.make_city(name_sv="Uskersund")

    assert {(one.pk, two.pk), (other.pk, another.pk)} <= set(pairs(City))


def test_what_was_found_to_be_different_does_not_come_back(desk, admin_user):  # noqa: F811
    one, two, three = (factories.make_city(name_sv="Falun") for _ in range(3))
    assert pairs(City) == [(one.pk, two.pk), (one.pk, three.pk), (two.pk, three.pk)]

    answer = desk.post("/admin/duplicates/apart/", {"model": "networks.city", "key": [two.pk, one.pk]})

    assert (answer.status_code, answer.url) == (302, "/admin/duplicates/")
    assert pairs(City) == [(one.pk, three.pk), (two.pk, three.pk)]
    assert list(Apart.objects.values_list("model", "first", "second", "found_by")) == [
        ("networks.city", one.pk, two.pk, admin_user.pk)
    ]
    desk.post("/admin/duplicates/apart/", {"model": "networks.city", "key": [one.pk, two.pk]})
    assert Apart.objects.count() == 1


def test_pairs_stand_side_by_side_with_what_can_be_done(desk):  # noqa: F811
    one = factories.make_project(name_sv="Stadslyftet", name_en="City lift", started="2014")
    two = factories.make_project(name_sv="Stadslyftet", published=False)
    with CaptureQueriesContext(connection) as context:
        page = Page(desk.get("/admin/duplicates/"))

    (pair,) = page.all("ul", class_="pairs")[0].findall("li")
    assert page.errors == []
    assert page.text(pair) == (
        f"City lift Stadslyftet / City lift from 2014, end not stated · {one.slug} "
        f"Stadslyftet {two.slug} · draft Merge them They are different: City lift, Stadslyftet"
    )
    assert {address(one), address(two)} <= set(page.links)
    assert [each for each in page.links if "merge" in each] == [f"/admin/projects/project/merge/?ids={one.pk},{two.pk}"]
    # Session, user; version, names and what was set apart for each of eight kinds; the records of the one pair.
    assert len(context) == 27


def test_who_may_only_look_sets_nothing_apart(django_user_model):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_city"))
    client = Client(headers={"accept-language": "en"})
    client.force_login(reader)
    one, two = factories.make_city(name_sv="Falun"), factories.make_city(name_sv="Falun")
    factories.make_network(name_sv="Nätverket", source=one.source)
    factories.make_network(name_sv="Nätverket", source=one.source)

    page = Page(client.get("/admin/duplicates/"))
    answer = client.post("/admin/duplicates/apart/", {"model": "networks.city", "key": [one.pk, two.pk]})

    assert (page.texts("h2"), "They are different" in page.words) == (["Cities (1)"], False)
    assert (answer.status_code, Apart.objects.count()) == (403, 0)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"model": "networks.city"},
        {"model": "auth.user", "key": ["1", "2"]},
        {"model": "networks.city", "key": ["1"]},
        {"model": "networks.city", "key": ["1", "1"]},
        {"model": "networks.city", "key": ["1", "x"]},
        {"model": "networks.city", "key": ["1", "9" * 40]},
        {"model": "networks.city", "key": ["999998", "999999"]},
    ],
)
def test_nonsense_sets_nothing_apart(desk, sent):  # noqa: F811
    factories.make_city()

    assert desk.post("/admin/duplicates/apart/", sent).status_code == 404
    assert desk.get("/admin/duplicates/apart/").status_code == 405
    assert Apart.objects.count() == 0
