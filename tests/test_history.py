"""The past of every record: who did what, any version back, what was deleted back with all that went with it."""

import io
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from directory.acts import act, remembered
from directory.bases import Checked
from directory.derived import derived_fields
from directory.differences import compared
from directory.sources import Source
from directory.versions import Version
from networks.models import City, Contact, Membership, Network, NetworkFigure, Organisation, Theme
from practices.models import Practice
from projects.models import Grant, Project
from tests import factories
from tests.pages import Page
from tests.test_admin import MAKERS, address, filled, list_address, run, with_row

pytestmark = pytest.mark.django_db

EARLIER = datetime(2020, 1, 1, tzinfo=UTC)
ALL = [model for model in apps.get_models() if issubclass(model, Checked) and not model._meta.proxy]


def versions(model=None):
    """Return how many versions there are, of one kind or in all."""
    return sum(remembered(each).objects.count() for each in ([model] if model else ALL))


def kinds(model, **of):
    """Return (kind, reason) of the versions of a kind, the oldest first."""
    rows = remembered(model).objects.filter(**of).order_by("history_id")
    return list(rows.values_list("history_type", "history_change_reason"))


def send(desk, record, **changes):
    """Send a record's form with some fields changed."""
    url = address(record)
    answer = desk.post(url, {**filled(desk, url), **changes})
    assert answer.status_code == 302
    record.refresh_from_db()


def past(desk, record):
    """Return the headings and the texts of a record's history, the latest step first."""
    page = Page(desk.get(address(record, "history")))
    return [page.text(each) for each in page.all("section", class_="step")]


def ways_back(desk, record):
    """Return the addresses to restore a version, the latest first."""
    return [
        link for link in Page(desk.get(address(record, "history"))).links if "/history/" in link and link[-2].isdigit()
    ]


def confirm(desk, url):
    """Read what would be done at an address, do it, and return both answers."""
    asked = desk.get(url)
    assert asked.status_code == 200
    page = Page(asked)
    seen = [each.get("value") for each in page.all("input", name="seen")]
    return page, desk.post(url, {"seen": seen[0] if seen else ""})


def whole(record):
    """Return all columns of a record but the moment of its last edit."""
    values = type(record)._base_manager.filter(pk=record.pk).values().get()
    return {name: value for name, value in values.items() if name != "edited_at"}


def recover_address(model):
    """Return the address to recover the record of a kind that was deleted last."""
    return reverse(
        f"admin:{model._meta.app_label}_{model._meta.model_name}_recover",
        args=[remembered(model).objects.filter(history_type="-").latest("history_id").pk],
    )


# What is remembered


def test_every_kind_of_record_and_row_is_remembered_without_what_follows_from_its_columns():
    for model in ALL:
        left_out = {"edited_at", *(field.name for field in derived_fields(model))}
        assert {field.name for field in remembered(model).tracked_fields} == {
            field.name for field in model._meta.concrete_fields
        } - left_out


def test_who_may_see_a_record_needs_no_permission_of_its_own_for_its_versions():
    assert {remembered(model)._meta.default_permissions for model in ALL} == {()}
    assert list(Permission.objects.filter(codename__contains="historical")) == []


def test_loading_generating_and_writing_outside_an_act_leave_no_history(directory):
    call_command("load_directory", "--overwrite", stdout=io.StringIO())
    call_command("loaddata", "01_sources", verbosity=0)
    call_command("generate_records", projects=20, beside_real_records=True, stdout=io.StringIO(), stderr=io.StringIO())
    City.objects.first().save()
    City.objects.update(locator="x")

    assert versions() == 0


def test_dumping_the_directory_leaves_its_history_out(desk):
    send(desk, factories.make_network(), name_en="A")
    out = io.StringIO()

    call_command("dumpdata", "networks", stdout=out)

    assert (versions() > 0, "historical" in out.getvalue()) == (True, False)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_saving_without_a_change_writes_no_version_and_moves_nothing(desk, name):
    record = MAKERS[name]()
    url = address(record)
    data, token = filled(desk, url), Version.objects.get().token

    assert desk.post(url, data).status_code == 302

    assert (versions(), Version.objects.get().token) == (0, token)


def test_the_first_edit_keeps_what_was_there_and_then_each_leaves_one_version(desk, admin_user):
    network = factories.make_network(name_en="First")

    send(desk, network, name_en="Second")
    send(desk, network, name_en="Third")

    rows = remembered(Network).objects.order_by("history_id")
    assert list(rows.values_list("name_en", "history_type", "history_change_reason", "history_user")) == [
        ("First", "~", "found", None),
        ("Second", "~", "", admin_user.pk),
        ("Third", "~", "", admin_user.pk),
    ]


def test_a_new_record_and_its_rows_are_one_act(desk):
    programme = factories.make_programme()
    new = {"name_sv": "Nytt", "slug": "nytt", "source": programme.source_id, "certainty": "stated", "status": "unknown"}
    row = {"kind": "linked-to", "programme": programme.pk, "source": programme.source_id}
    url = list_address(Project, "add")

    answer = desk.post(url, with_row({**filled(desk, url), **new, "kind": "project"}, "ties", **row))

    tie = Project.objects.get().ties.get()
    acts = {model.objects.get().act for model in (remembered(Project), remembered(type(tie)))}
    assert (answer.status_code, kinds(Project), kinds(type(tie)), len(acts)) == (302, [("+", "")], [("+", "")], 1)


def test_what_an_import_changed_between_two_edits_is_kept_as_what_was_found(desk):
    network = factories.make_network(name_en="First")
    send(desk, network, name_en="Second")
    Network.objects.filter(pk=network.pk).update(locator="imported")

    send(desk, network, status="ongoing")

    assert kinds(Network) == [("~", "found"), ("~", ""), ("~", "found"), ("~", "")]
    assert "by an import or a command" in past(desk, network)[1]


@pytest.mark.parametrize(
    ("action", "field"), [("verify", "verified_at"), ("publish", "published"), ("unpublish", "published")]
)
def test_actions_leave_versions_of_what_they_changed_and_of_nothing_else(desk, action, field):
    chosen = factories.make_network(published=action != "publish")
    factories.make_network()

    run(desk, Network, action, chosen)

    before, after = remembered(Network).objects.order_by("history_id").values()
    changed = {name for name in after if before[name] != after[name]} - {"history_id", "act"}
    expected = {field, "verified_by_id"} if action == "verify" else {field}
    assert changed == expected | {"history_user_id", "history_change_reason"}


def test_a_chosen_relation_to_many_is_remembered(desk):
    practice, theme = factories.make_practice(), factories.make_theme()

    send(desk, practice, themes=[theme.pk])

    assert list(remembered(Practice).objects.order_by("history_id").values_list("many", flat=True)) == [
        {"themes": [], "projects": [], "meetings": []},
        {"themes": [theme.pk], "projects": [], "meetings": []},
    ]


def test_what_is_rolled_back_was_never_done(admin_user):
    network = factories.make_network(name_en="First")

    with transaction.atomic():
        with act(admin_user):
            Network.objects.filter(pk=network.pk).update(locator="Second")
        assert versions() == 2
        transaction.set_rollback(True)

    assert versions() == 0


def holding(words):
    """Return the tables that hold some words in any column."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(words.casefold() in str(value).casefold() for row in cursor.fetchall() for value in row):
                found.append(table)
    return found


@pytest.mark.parametrize("door", ["action", "form", "organisation"])
def test_a_person_who_is_removed_is_in_no_table_any_more(desk, door):
    contact = factories.make_contact(unit="Kansli", person="Åsa Ek", role_sv="samordnare", quote="Åsa Ek", town="Umeå")
    send(desk, contact, town="Luleå")
    send(desk, contact.organisation, acronym="X", **{"contacts-0-street": "Storgatan"})
    assert holding("Åsa Ek") == ["networks_contact", "networks_historicalcontact"]

    if door == "action":
        run(desk, Contact, "remove_person", contact)
    elif door == "form":
        send(desk, contact, person="")
    else:
        send(desk, contact.organisation, **{"contacts-0-person": ""})

    assert (holding("Åsa Ek"), holding("samordnare")) == ([], [])
    assert set(remembered(Contact).objects.values_list("town", "quote")) == {("Umeå", ""), ("Luleå", "")}
    assert "A person was removed, here and in all earlier versions." in past(desk, contact)[0]


def test_a_person_who_was_renamed_goes_under_both_names(desk):
    contact = factories.make_contact(person="Åsa Ek", quote="Åsa Ek")
    send(desk, contact, person="Åsa Al")
    send(desk, contact, quote="")

    run(desk, Contact, "remove_person", contact)

    assert (holding("Åsa Ek"), holding("Åsa Al")) == ([], [])


def test_no_version_brings_a_removed_person_back(desk):
    contact = factories.make_contact(person="Åsa Ek", town="Umeå")
    send(desk, contact, town="Luleå")
    run(desk, Contact, "remove_person", contact)

    confirm(desk, ways_back(desk, contact)[-1])

    contact.refresh_from_db()
    assert (contact.town, contact.person) == ("Umeå", "")


@pytest.mark.parametrize("door", ["contact", "organisation"])
def test_a_person_in_what_was_deleted_can_be_removed_from_it_too(desk, door):
    contact = factories.make_contact(unit="Kansli", person="Åsa Ek", quote="Åsa Ek")
    organisation = contact.organisation
    desk.post(address(contact if door == "contact" else organisation, "delete"), {"post": "yes"})
    assert holding("Åsa Ek") == ["networks_historicalcontact"]
    url = recover_address(Contact if door == "contact" else Organisation)
    seen = Page(desk.get(url)).all("input", name="seen")[0].get("value")

    answer = desk.post(url, {"seen": seen, "forget": "Remove the person"})

    assert (answer.status_code, holding("Åsa Ek"), Contact.objects.count()) == (302, [], 0)
    assert Page(desk.get(url)).all("input", name="forget") == []
    confirm(desk, url)
    assert Contact.objects.values("unit", "person", "quote").get() == {"unit": "Kansli", "person": "", "quote": ""}


# The page of a record's history


def test_history_tells_who_did_what_in_words(desk, admin_user):
    network = factories.make_network(started="2014-21", status="unknown", country="SE")
    other = factories.make_network(name_sv="Ovan", name_en="Above")
    admin_user.first_name, admin_user.last_name = "Eva", "Ek"
    admin_user.save()

    send(desk, network, started="2015", status="ongoing", country="", parent=other.pk)

    latest, first = past(desk, network)
    assert latest.split(" – Eva Ek ")[1] == (
        "Part of Above (was empty) Country Sweden (now empty) Status not stated → ongoing "
        "Started spring 2014 → 2015 Restore this version".removesuffix(" Restore this version")
    )
    assert first == "As it was before anybody changed it here Restore this version"


def test_history_tells_of_rows_with_the_record_and_on_the_page_of_their_other_end(desk):
    network, city = factories.make_network(), factories.make_city(name_sv="Umeå")
    row = factories.make_membership(network=network, city=city)
    figure = factories.make_figure(network, value=60)

    send(desk, network, **{"memberships-0-since": "2010", "figures-0-count": "70"})
    send(desk, network, **{"memberships-0-DELETE": "on"})

    deleted, changed, *_first = past(desk, network)
    assert "Deleted – membership: Umeå" in deleted
    assert "Changed – membership: Umeå Since 2010 (was empty)" in changed
    assert "Changed – figure: 70 participants Number 60 → 70" in changed
    assert f"Deleted – membership: {network}" in past(desk, city)[0]
    assert (type(figure), Membership.objects.filter(pk=row.pk).exists()) == (NetworkFigure, False)


def test_long_texts_are_told_word_by_word():
    assert compared("one two three", "one 2 three four") == [
        ("same", "one "),
        ("gone", "two"),
        ("new", "2"),
        ("same", " three"),
        ("new", " four"),
    ]


def test_history_of_a_record_nobody_touched_says_so(desk):
    page = Page(desk.get(address(factories.make_network(), "history")))

    assert "Nobody has changed this record here since it was loaded." in page.text(page.root)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_kind_has_a_history_that_breaks_no_rule_of_the_page(desk, name):
    record = MAKERS[name]()
    field = "locator" if hasattr(record, "locator") else "publisher"
    send(desk, record, **{field: "<b>"})

    page = Page(desk.get(address(record, "history")))

    assert (page.status, page.errors, len(page.all("section", class_="step"))) == (200, [], 2)
    assert page.all("b") == []


def test_history_takes_as_many_queries_for_three_rows_as_for_one(desk, django_assert_num_queries):
    network = factories.make_network()
    factories.make_membership(network=network)
    send(desk, network, **{"memberships-0-locator": "1"})
    desk.get(address(network, "history"))

    # Session, user, record; its versions and those of five kinds of rows; names of networks, sources, cities, persons.
    with django_assert_num_queries(13):
        desk.get(address(network, "history"))
    for _each in range(2):
        factories.make_membership(network=network)
    send(desk, network, **{f"memberships-{number}-locator": "2" for number in range(3)})
    with django_assert_num_queries(13):
        desk.get(address(network, "history"))


# Going back


def test_any_version_is_restored_in_one_step_and_that_is_a_version_itself(desk):
    network = factories.make_network(name_en="First", started="2014", edited_at=EARLIER)
    first = whole(network)
    send(desk, network, name_en="Second", started="2015-21")
    second = whole(network)
    send(desk, network, name_en="Third", started="")

    page, answer = confirm(desk, ways_back(desk, network)[0])
    assert (answer.status_code, whole(network)) == (302, second)
    assert [page.text(each) for each in page.all("dt")] == ["Name in English", "Started"]
    confirm(desk, ways_back(desk, network)[-1])

    assert whole(network) == first
    network.refresh_from_db()
    assert network.edited_at > EARLIER
    assert kinds(Network)[-2:] == [("~", "restored"), ("~", "restored")]
    assert "An earlier version was restored." in past(desk, network)[0]


def test_columns_that_follow_from_others_are_right_after_a_restore(desk):
    network = factories.make_network(name_sv="Örat", started="2014-21")
    before = Network.objects.filter(pk=network.pk).values(
        "search_text", "sort_sv", "started_earliest", "started_latest"
    )
    first = before.get()
    send(desk, network, name_sv="Annat", started="1999")
    assert before.get() != first

    confirm(desk, ways_back(desk, network)[0])

    assert before.get() == first
    call_command("check_facets", stdout=io.StringIO())


def test_rows_come_back_as_they_were_with_their_record(desk):
    network = factories.make_network()
    changed, gone = (factories.make_figure(network, value=number, key=f"k-{number}") for number in (60, 61))
    untouched = factories.make_membership(network=network)
    first = [whole(each) for each in (changed, gone, untouched)]
    row = {"measure": "cities", "count": "7", "source": network.source_id}
    url = address(network)
    data = {**filled(desk, url), "figures-0-count": "99", "figures-1-DELETE": "on"}
    assert desk.post(url, with_row(data, "figures", **row)).status_code == 302
    assert sorted(network.figures.values_list("value", flat=True)) == [7, 99]

    page, _answer = confirm(desk, ways_back(desk, network)[0])

    assert [whole(each) for each in (changed, gone, untouched)] == first
    assert network.figures.count() == 2
    assert sorted(each.split(" – ")[0] for each in page.texts("h3")) == ["Added", "Changed", "Deleted"]


def test_a_restored_row_moves_the_day_of_the_edit_at_both_its_ends(desk):
    row = factories.make_membership()
    send(desk, row.network, **{"memberships-0-since": "2014"})
    Network.objects.update(edited_at=EARLIER)
    City.objects.update(edited_at=EARLIER)

    confirm(desk, ways_back(desk, row.network)[0])

    assert (Network.objects.get().edited_at > EARLIER, City.objects.get().edited_at > EARLIER) == (True, True)


def test_relations_to_many_come_back_with_a_version(desk):
    practice, theme = factories.make_practice(), factories.make_theme()
    practice.themes.add(theme)
    send(desk, practice, themes=[])

    confirm(desk, ways_back(desk, practice)[0])

    assert list(practice.themes.all()) == [theme]


def test_looking_at_a_restore_changes_nothing(desk):
    network = factories.make_network()
    send(desk, network, name_en="Second")
    before, token = versions(), Version.objects.get().token

    desk.get(ways_back(desk, network)[0])

    assert (versions(), Version.objects.get().token) == (before, token)


def test_a_restore_that_somebody_else_overtook_is_shown_anew(desk):
    network = factories.make_network(name_en="First")
    send(desk, network, name_en="Second")
    url = ways_back(desk, network)[0]
    seen = Page(desk.get(url)).all("input", name="seen")[0].get("value")
    Network.objects.filter(pk=network.pk).update(locator="x")

    answer = desk.post(url, {"seen": seen})

    network.refresh_from_db()
    assert (answer.status_code, network.name_en) == (200, "Second")
    assert "Nothing was done: the record was changed meanwhile." in Page(answer).text(Page(answer).root)


def test_a_version_that_leads_to_what_is_gone_says_so_and_is_not_restored(desk):
    above = factories.make_network(name_sv="Ovan")
    network = factories.make_network(parent=above)
    send(desk, network, parent="")
    desk.post(address(above, "delete"), {"post": "yes"})

    page, answer = confirm(desk, ways_back(desk, network)[0])

    network.refresh_from_db()
    assert (answer.status_code, network.parent) == (200, None)
    assert page.texts("li")[-1].endswith("leads to “Ovan (deleted)”, which is gone. Recover that first.")


def test_a_version_that_breaks_a_rule_now_says_which(desk):
    parent = factories.make_project()
    first = factories.make_project(parent=parent, number=4)
    send(desk, first, number="5")
    factories.make_project(parent=parent, number=4)

    page, answer = confirm(desk, ways_back(desk, first)[0])

    assert answer.status_code == 200
    assert page.texts("li")[-1].endswith("This project already has a sub-project with that number.")


# Deleted and recovered


def make_full_network():
    """Make a network with every kind of row, and a practice."""
    network = factories.make_network(themes=factories.make_theme_set())
    focus = factories.make_theme(theme_set=network.themes)
    rows = [
        factories.make_membership(network=network, focus=focus, since="2014-21"),
        factories.make_membership(network=network, organisation=factories.make_organisation()),
        factories.make_figure(network),
        factories.make_link(network),
        factories.make_discrepancy(network),
        factories.make_tie(network=network),
    ]
    return network, rows


def test_a_deleted_record_comes_back_whole_with_the_rows_that_went_with_it(desk):
    network, rows = make_full_network()
    gone_before = factories.make_figure(network, key="before")
    send(
        desk,
        network,
        **{"figures-1-DELETE": "on"} if network.figures.last() == gone_before else {"figures-0-DELETE": "on"},
    )
    left = [each for each in [network, *rows, gone_before] if type(each)._base_manager.filter(pk=each.pk).exists()]
    before = [whole(each) for each in left]
    desk.post(address(network, "delete"), {"post": "yes"})
    assert not Network.objects.filter(pk=network.pk).exists()

    listed = Page(desk.get(list_address(Network, "deleted")))
    assert listed.texts("th")[-1] == str(network)
    _page, answer = confirm(desk, recover_address(Network))

    assert (answer.status_code, [whole(each) for each in left], len(left)) == (302, before, 7)
    assert network.figures.count() == 1
    assert kinds(Network)[-2:] == [("-", ""), ("+", "recovered")]
    assert "It was recovered after it had been deleted." in past(desk, Network.objects.get(pk=network.pk))[0]
    assert Client().get(network.get_absolute_url()).status_code == 200
    call_command("check_facets", stdout=io.StringIO())


def test_many_that_were_deleted_at_once_come_back_one_by_one(desk):
    first, second = factories.make_city(), factories.make_city()
    data = {"action": "delete_selected", "_selected_action": [first.pk, second.pk], "post": "yes"}
    desk.post(list_address(City), data)

    confirm(desk, recover_address(City))

    assert list(City.objects.all()) == [second]
    left = Page(desk.get(list_address(City, "deleted")))
    [names] = left.all("div", id="content-main")
    assert [left.text(each) for each in names.iter("th") if each.get("scope") == "row"] == [str(first)]


def test_a_deleted_theme_comes_back_to_the_practices_that_had_chosen_it(desk):
    practice, theme = factories.make_practice(), factories.make_theme()
    practice.themes.add(theme)
    desk.post(address(theme, "delete"), {"post": "yes"})
    assert (list(practice.themes.all()), kinds(Practice)) == ([], [("~", "found"), ("~", "")])

    confirm(desk, recover_address(Theme))

    assert list(practice.themes.all()) == [theme]


def test_a_row_deleted_by_itself_is_recovered_by_itself(desk):
    grant = factories.make_grant(amount=5, currency="SEK")
    before = whole(grant)
    desk.post(address(grant, "delete"), {"post": "yes"})

    confirm(desk, recover_address(Grant))

    assert whole(grant) == before


def test_a_record_whose_address_was_taken_is_not_recovered_and_why(desk):
    city = factories.make_city(slug="umea", name_sv="Umeå")
    desk.post(address(city, "delete"), {"post": "yes"})
    factories.make_city(slug="umea", name_sv="Nya Umeå")

    page, answer = confirm(desk, recover_address(City))

    assert (answer.status_code, City.objects.count()) == (200, 1)
    assert page.texts("li")[-1] == "Another record has the address “umea” now: “Nya Umeå”."


def test_a_record_with_a_row_that_leads_to_what_is_gone_is_not_recovered_and_why(desk):
    row = factories.make_membership(city=factories.make_city(name_sv="Umeå"))
    desk.post(address(row.network, "delete"), {"post": "yes"})
    desk.post(address(row.city, "delete"), {"post": "yes"})

    page, answer = confirm(desk, recover_address(Network))

    assert (answer.status_code, Network.objects.count(), Membership.objects.count()) == (200, 0, 0)
    assert page.texts("li")[-1].endswith("leads to “Umeå (deleted)”, which is gone. Recover that first.")
    confirm(desk, recover_address(City))
    assert confirm(desk, recover_address(Network))[1].status_code == 302
    assert Membership.objects.get().pk == row.pk


def test_a_list_leads_to_what_was_deleted_from_it(desk):
    assert list_address(City, "deleted") in Page(desk.get(list_address(City))).links
    page = Page(desk.get(list_address(City, "deleted")))
    assert "Nothing of this kind has been deleted here." in page.text(page.root)


# Who may


def somebody(user_model, *codenames):
    """Return the browser of somebody with some permissions."""
    user = user_model.objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def test_to_look_at_the_past_one_needs_to_see_to_restore_to_change_and_to_recover_to_add(desk, django_user_model):
    city, gone = factories.make_city(name_en="First"), factories.make_city()
    send(desk, city, name_en="Second")
    desk.post(address(gone, "delete"), {"post": "yes"})
    restore, recover = ways_back(desk, city)[0], recover_address(City)

    reader = somebody(django_user_model, "view_city")

    assert [reader.get(url).status_code for url in (address(city, "history"), list_address(City, "deleted"))] == [
        200,
        200,
    ]
    assert ways_back(reader, city) == []
    assert [reader.post(url, {}).status_code for url in (restore, recover)] == [403, 403]
    assert [reader.get(url).status_code for url in (restore, recover)] == [403, 403]


def test_rows_that_one_may_not_change_are_not_restored_with_the_record(desk, django_user_model):
    network = factories.make_network()
    factories.make_figure(network)
    send(desk, network, **{"figures-0-count": "70"})
    editor = somebody(django_user_model, "view_network", "change_network")

    page, answer = confirm(editor, ways_back(desk, network)[0])

    assert (answer.status_code, network.figures.get().value) == (200, 70)
    assert page.texts("li")[-1] == "Your account may not change “figure: 60 participants”."


@pytest.mark.parametrize("page", ["deleted/{}/", "x/history/1/", "1/history/{}/", "{}/history/1/"])
def test_an_address_of_the_past_that_makes_no_sense_is_not_found(desk, page):
    assert desk.get(list_address(City) + page.format(10**30)).status_code == 404


def test_versions_of_organisations_are_the_same_for_funders(desk):
    funder = MAKERS["projects_funder"]()
    send(desk, funder, acronym="F")

    organisation = Organisation.objects.get(pk=funder.pk)
    assert (len(past(desk, funder)), len(past(desk, organisation))) == (2, 2)
    confirm(desk, ways_back(desk, funder)[0])
    organisation.refresh_from_db()
    assert organisation.acronym == ""


def test_sources_too_come_back(desk):
    source = factories.make_source()
    desk.post(address(source, "delete"), {"post": "yes"})

    confirm(desk, recover_address(Source))

    assert Source.objects.get() == source


# What visitors see of it


def told(record):
    """Return the words of a record's public page of changes, without the explanation."""
    page = Page(Client().get(f"{record.get_absolute_url().replace('/sv/', '/en/')}changes/"))
    assert (page.status, page.errors) == (200, [])
    return [page.text(each) for each in page.all("div", class_="change")], page.words


def test_visitors_see_when_and_what_was_changed_and_not_by_whom(desk, admin_user):
    network, city = factories.make_network(started="2014-21"), factories.make_city(name_sv="Umeå")
    send(desk, network, started="2015", note_sv="Osäkert.")
    row = {"city": city.pk, "role": "member", "source": network.source_id}
    desk.post(address(network), with_row(filled(desk, address(network)), "memberships", **row))

    changes, words = told(network)

    rest = f"Source {network.source} (was empty) Certainty stated in the source (was empty)"
    assert changes[0] == f"Added – Membership: Umeå {rest} City Umeå (was empty) Role member (was empty)"
    assert changes[1:] == ["Note in Swedish Osäkert. (was empty) Started spring 2014 → 2015"]
    assert (admin_user.username in words, Client().get(network.get_absolute_url() + "changes/").cookies) == (False, {})
    assert told(city)[0][0].startswith(f"Added – Membership: {network}")


def test_a_record_nobody_changed_says_so_to_visitors(db):
    assert (
        "Nothing that visitors see has been changed here since the record was loaded" in told(factories.make_city())[1]
    )


def test_a_records_page_leads_to_its_changes(desk):
    address = factories.make_city().get_absolute_url()

    assert f"{address}changes/" in Page(Client().get(address)).links


def test_visitors_see_nothing_of_hidden_records_nor_of_what_was_hidden(desk):
    hidden, other = factories.make_network(name_sv="Hemligt", published=False), factories.make_network(name_sv="Annat")
    network = factories.make_network()
    send(desk, network, parent=hidden.pk)
    member = factories.make_membership(network=hidden, city=factories.make_city())
    send(desk, hidden, **{"memberships-0-since": "2014"})
    send(desk, other, summary_sv="Allmänt")
    run(desk, Network, "unpublish", other)
    send(desk, other, summary_sv="Utkast")
    factories.make_figure(other)
    send(desk, other, **{"figures-0-count": "77"})
    send(desk, other, summary_sv="Färdigt")
    run(desk, Network, "publish", other)

    assert told(network)[0] == ["Part of a record that is not shown (was empty)"]
    assert told(member.city)[0] == []
    assert told(other)[0] == ["Summary in Swedish Allmänt → Färdigt", "Summary in Swedish Allmänt (was empty)"]
    for language in ("sv", "en"):
        assert Client().get(f"/{language}/networks/{hidden.slug}/changes/").status_code == 404
    assert Client().get("/sv/networks/no-such/changes/").status_code == 404


def test_visitors_see_nothing_of_contacts_nor_of_internal_fields(desk):
    contact = factories.make_contact(unit="Kansli", person="Åsa Ek")
    send(desk, contact, person="Bo Al", street="Storgatan")
    send(desk, contact.organisation, identifiers="register: 1", acronym="X")

    assert told(contact.organisation)[0] == ["Acronym X (was empty)"]


def test_a_record_that_was_first_a_draft_is_added_when_it_is_published(desk):
    network = factories.make_network(published=False)
    send(desk, network, name_en="Draft")
    run(desk, Network, "publish", network)

    assert told(network)[0] == ["The record was added to what visitors see."]


def test_verifying_is_told_with_its_day(desk):
    network = factories.make_network()
    run(desk, Network, "verify", network)

    [change] = told(network)[0]
    assert (change.startswith("Verified on"), "admin" in change) == (True, False)


def test_the_page_of_changes_asks_as_much_for_three_rows_as_for_one(desk, django_assert_num_queries):
    network = factories.make_network()
    factories.make_membership(network=network)
    send(desk, network, **{"memberships-0-locator": "1"})
    url = f"{network.get_absolute_url()}changes/"

    # The version; the record, its versions, those of five kinds of rows; sources, networks and cities; the version.
    with django_assert_num_queries(12):
        Client().get(url)
    for _each in range(2):
        factories.make_membership(network=network)
    send(desk, network, **{f"memberships-{number}-locator": "2" for number in range(3)})
    with django_assert_num_queries(12):
        Client().get(url)


def test_search_engines_are_told_to_leave_the_page_of_changes_alone(db):
    answer = Client().get(f"{factories.make_city().get_absolute_url()}changes/")

    assert answer["X-Robots-Tag"] == "noindex"


def test_every_section_with_pages_has_pages_of_changes(desk):
    for name, make in MAKERS.items():
        record = make()
        if hasattr(record, "slug") and name != "networks_themeset":
            send(desk, record, name_en=f"Changed {name}")
            assert told(record)[0][-1].startswith("Name in English"), name
