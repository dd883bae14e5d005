"""A refused deletion says what blocks it and leads there; any other says what goes along."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory import deletion
from directory.sources import Source
from meetings.models import Meeting
from networks.models import City, Membership, Network, Organisation
from practices.models import NominationRound, Practice
from projects.models import Funder, Project
from tests import factories
from tests.test_admin import address, desk, list_address, run  # noqa: F401 – `desk` is a fixture

pytestmark = pytest.mark.django_db


def groups(found):
    """Return {sentence: (the first few, how many more)} of what blocks or goes along."""
    return {each.sentence: ([one["name"] for one in each.few], each.more) for each in found}


def test_what_blocks_is_grouped_counted_and_linked(desk):  # noqa: F811
    city = factories.make_city()
    meeting = factories.make_meeting(city=city)
    rows = [factories.make_membership(city=city) for _ in range(7)]

    answer = desk.get(address(city, "delete"))
    page = answer.content.decode()

    assert groups(answer.context["protected"]) == {
        "7 memberships have it as “city”.": ([str(row) for row in rows[:5]], 2),
        "1 meeting has it as “city”.": ([meeting.name_sv], 0),
    }
    for sentence in groups(answer.context["protected"]):
        assert sentence in page
    assert f'<a href="{address(rows[0])}">' in page
    assert f'<a href="{address(meeting)}">{meeting.name_sv}</a>' in page
    assert f"“{city.name_sv}” cannot be deleted, because others need it." in page
    assert "and 2 more" in page


def test_list_of_all_that_blocks_opens(desk):  # noqa: F811
    city = factories.make_city()
    rows = {factories.make_membership(city=city) for _ in range(7)}
    factories.make_membership()

    [group] = desk.get(address(city, "delete")).context["protected"]

    assert group.all == f"{list_address(Membership)}?city__id__exact={city.pk}"
    assert set(desk.get(group.all).context["cl"].result_list) == rows


def test_rows_without_a_form_of_their_own_lead_to_their_owner(desk):  # noqa: F811
    source, network = factories.make_source(), factories.make_network()
    factories.make_network()
    factories.make_figure(network, source=source)
    factories.make_discrepancy(network, second_source=source)

    found = desk.get(address(source, "delete")).context["protected"]

    assert groups(found) == {
        "1 figure has it as “source”.": (["60 participants"], 0),
        "1 discrepancy has it as “source of the second”.": (["Antal"], 0),
    }
    assert [each.few[0]["address"] for each in found] == [address(network)] * 2
    for each in found:
        assert list(desk.get(each.all).context["cl"].result_list) == [network]


def test_one_kind_that_leads_there_twice_is_told_twice(desk):  # noqa: F811
    theme_set = factories.make_theme_set()
    factories.make_network(themes=theme_set, actor_types=theme_set)

    assert sorted(groups(desk.get(address(theme_set, "delete")).context["protected"])) == [
        "1 network has it as “actor groups”.",
        "1 network has it as “theme set”.",
    ]


def test_what_would_go_along_is_told_too(desk):  # noqa: F811
    network = factories.make_network()
    project = factories.make_project(network=network)
    row = factories.make_membership(network=network)

    answer = desk.get(address(network, "delete"))

    assert groups(answer.context["protected"]) == {"1 project has it as “network it runs”.": ([project.name_sv], 0)}
    assert groups(answer.context["deleted_objects"]) == {"1 membership has it as “network”.": ([str(row)], 0)}
    assert "Would be deleted along with it" in answer.content.decode()


def test_deletion_that_nothing_blocks_says_what_goes_along(desk):  # noqa: F811
    network = factories.make_network()
    for _ in range(7):
        factories.make_membership(network=network)
    url = address(network, "delete")

    answer = desk.get(url)

    [group] = answer.context["deleted_objects"]
    assert (group.sentence, len(group.few), group.more) == ("7 memberships have it as “network”.", 5, 2)
    assert answer.context["protected"] == []
    assert "Will be deleted along with it" in answer.content.decode()
    assert desk.post(url, {"post": "yes"}).url == list_address(Network)
    assert (Network.objects.count(), Membership.objects.count()) == (0, 0)


def test_pairs_of_a_relation_between_many_are_no_obstacle(desk):  # noqa: F811
    practice, theme = factories.make_practice(), factories.make_theme()
    practice.themes.add(theme)

    answer = desk.get(address(theme, "delete"))

    assert "Nothing else will be deleted along with it." in answer.content.decode()
    assert desk.post(address(theme, "delete"), {"post": "yes"}).status_code == 302
    assert Practice.objects.get() == practice


def test_deletion_that_is_posted_anyway_is_answered_alike(desk):  # noqa: F811
    meeting = factories.make_meeting(city=factories.make_city())

    answer = desk.post(address(meeting.city, "delete"), {"post": "yes"})

    assert groups(answer.context["protected"]) == {"1 meeting has it as “city”.": ([meeting.name_sv], 0)}
    assert (City.objects.count(), LogEntry.objects.count()) == (1, 0)


def test_what_blocks_several_is_told_together(desk):  # noqa: F811
    first, second = factories.make_city(), factories.make_city()
    meetings = {factories.make_meeting(city=each) for each in (first, first, second)}
    factories.make_meeting()

    answer = run(desk, City, "delete_selected", first, second)

    [group] = answer.context["protected"]
    assert (group.sentence, group.more) == ("3 meetings have it as “city”.", 0)
    assert group.all == f"{list_address(Meeting)}?city__id__in={first.pk},{second.pk}"
    assert set(desk.get(group.all).context["cl"].result_list) == meetings
    assert "cannot be deleted, because others need them" in answer.content.decode()


def test_several_are_deleted_anyway_only_if_nothing_blocks(desk):  # noqa: F811
    blocked, free = factories.make_city(), factories.make_city()
    factories.make_meeting(city=blocked)
    data = {"action": "delete_selected", "post": "yes"}

    answer = desk.post(list_address(City), {**data, "_selected_action": [blocked.pk, free.pk]})
    assert groups(answer.context["protected"]) != {}
    assert City.objects.count() == 2

    assert desk.post(list_address(City), {**data, "_selected_action": [free.pk]}).status_code == 302
    assert list(City.objects.all()) == [blocked]


def test_confirmation_of_several_says_what_goes_along(desk):  # noqa: F811
    network = factories.make_network()
    factories.make_link(network)

    page = run(desk, Network, "delete_selected", network).content.decode()

    assert "Will be deleted along with them" in page
    assert "1 link has it as “network”." in page


@pytest.mark.parametrize("door", ["form", "action"])
def test_what_comes_in_the_way_meanwhile_is_told(desk, monkeypatch, door):  # noqa: F811
    city = factories.make_meeting(city=factories.make_city()).city
    answers = iter([([], []), deletion.consequences(City.objects.filter(pk=city.pk), [city.pk])])
    monkeypatch.setattr(deletion, "consequences", lambda *_: next(answers))

    if door == "form":
        answer = desk.post(address(city, "delete"), {"post": "yes"})
        assert [each.sentence for each in answer.context["protected"]] == ["1 meeting has it as “city”."]
    else:
        data = {"action": "delete_selected", "post": "yes", "_selected_action": [city.pk]}
        page = desk.post(list_address(City), data, follow=True).content.decode()
        assert "Nothing was deleted: something else needs it now." in page
    assert (City.objects.count(), LogEntry.objects.count()) == (1, 0)


def test_organisation_that_pays_is_kept_by_its_grants(desk):  # noqa: F811
    grant = factories.make_grant()

    [group] = desk.get(address(grant.funder, "delete")).context["protected"]

    assert (group.sentence, group.few[0]["address"]) == ("1 grant has it as “funder”.", address(grant))
    assert desk.get(address(Funder.objects.get(), "delete")).status_code == 403


def test_other_lists_are_not_narrowed_by_just_anything(desk):  # noqa: F811
    factories.make_figure(factories.make_network())
    url = reverse("admin:networks_network_changelist")

    assert desk.get(url, {"figures__quote__contains": "a"}).status_code == 400
    assert desk.get(url, {"figures__source__quote__contains": "a"}).status_code == 400
    assert desk.get(url, {"figures__source__id__exact": "x"}, follow=True).redirect_chain == [(f"{url}?e=1", 302)]


@pytest.mark.parametrize("door", ["form", "action"])
def test_what_nobody_has_sent_yet_counts_and_is_not_named(desk, door):  # noqa: F811
    call = factories.make_round()
    hidden = [factories.make_nomination(round=call, status=status) for status in ("draft", "unconfirmed")]

    def asked():
        return (
            desk.get(address(call, "delete")) if door == "form" else run(desk, NominationRound, "delete_selected", call)
        )

    before = asked()
    sent = factories.make_nomination(round=call)
    after = asked()

    names = [groups(answer.context["protected"]) for answer in (before, after)]
    assert names == [
        {"2 nominations have it as “call for practices”.": ([], 2)},
        {"3 nominations have it as “call for practices”.": ([str(sent)], 2)},
    ]
    for each in hidden:
        for answer in (before, after):
            assert each.title not in answer.content.decode()
            assert each.reference not in answer.content.decode()


@pytest.mark.parametrize("model", [Source, City, Organisation, Network, Project])
def test_queries_do_not_follow_the_number_of_what_blocks(desk, model):  # noqa: F811
    makers = {
        Source: lambda source: factories.make_network(source=source),
        City: lambda city: factories.make_membership(city=city),
        Organisation: lambda body: factories.make_participation(organisation=body),
        Network: lambda network: factories.make_membership(network=network),
        Project: lambda project: factories.make_participation(project=project),
    }
    record = getattr(factories, f"make_{model._meta.model_name}")()

    def count(more):
        for _ in range(more):
            makers[model](record)
        with CaptureQueriesContext(connection) as context:
            assert desk.get(address(record, "delete")).status_code == 200
        # The count, and the state of a record's own rows, which are few.
        assert not [query for query in context if "LIMIT" not in query["sql"] and "_membership" in query["sql"]][2:]
        return len(context)

    count(7)
    assert count(0) == count(30)


def test_nothing_but_the_first_few_is_loaded(desk):  # noqa: F811
    city, network = factories.make_city(), factories.make_network()
    Membership.objects.bulk_create(Membership(network=network, city=city, source=city.source) for _ in range(3000))

    with CaptureQueriesContext(connection) as context:
        [group] = desk.get(address(city, "delete")).context["protected"]

    assert (group.count, len(group.few), group.more) == (3000, 5, 2995)
    assert len(context) < 30
