"""Two records of the same thing are made one in one step, and nothing is lost on the way."""

import io
import time
from itertools import combinations

import html5lib
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import translation

from directory.merging import Merge
from directory.relations import rows_of
from directory.sources import Source
from directory.visits import PageViews
from meetings.models import Meeting, MeetingDiscrepancy
from networks.models import City, Membership, Network, NetworkDiscrepancy, Organisation, Theme, ThemeSet
from practices.models import Practice
from projects.models import Funder, Grant, Participation, Programme, Project, Publication, Tie
from tests import factories
from tests.test_admin import EARLIER, desk, list_address, run  # noqa: F401 – `desk` is a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    """What the engine says is compared in English."""
    with translation.override("en"):
        yield


def merge_address(kept, other):
    return f"{list_address(type(kept), 'merge')}?ids={kept.pk},{other.pk}"


def sent(desk, url):  # noqa: F811
    """Return what a browser sends if the page of a merge is confirmed as it is."""
    page = html5lib.parse(desk.get(url).content.decode(), namespaceHTMLElements=False)
    form = next(each for each in page.iter("form") if each.get("id") == "merge_form")
    fields = [each for each in form.iter("input") if each.get("name")]
    return {
        each.get("name"): each.get("value")
        for each in fields
        if each.get("type") == "hidden" or each.get("checked") is not None
    }


def merge(desk, kept, other, without=(), **choices):  # noqa: F811
    """Merge two records with the page's own choices but for some, check the indexes, and return the answer."""
    url = merge_address(kept, other)
    data = {**sent(desk, url), **choices}
    answer = desk.post(url, {name: value for name, value in data.items() if name not in without}, follow=True)
    call_command("check_facets", stdout=io.StringIO())
    return answer


def problems(kept, other, taken=None):
    return [(each.sentence, each.records) for each in Merge(kept, other, taken).problems()]


def two(make, **fields):
    """Make two records of one source."""
    source = factories.make_source()
    return make(source=source, **fields), make(source=source, **fields)


# What moves


def test_all_that_leads_to_a_city_moves(desk):  # noqa: F811
    kept, other = factories.make_city(), factories.make_city()
    membership = factories.make_membership(city=other)
    meeting = factories.make_meeting(city=other)
    seat = factories.make_organisation(city=other)
    taking_part = factories.make_participation(city=other)

    answer = merge(desk, kept, other)

    assert answer.redirect_chain == [(reverse("admin:networks_city_change", args=[kept.pk]), 302)]
    assert list(City.objects.all()) == [kept]
    assert [
        Membership.objects.get(),
        Meeting.objects.get(),
        Organisation.objects.get(),
        Participation.objects.get(),
    ] == [membership, meeting, seat, taking_part]
    found = [Membership, Meeting, Organisation, Participation]
    assert [model.objects.get().city for model in found] == [kept] * 4


MAKERS = {
    Source: factories.make_source,
    City: factories.make_city,
    Organisation: factories.make_organisation,
    ThemeSet: factories.make_theme_set,
    Theme: factories.make_theme,
    Network: factories.make_network,
    Programme: factories.make_programme,
    Project: factories.make_project,
    Publication: factories.make_publication,
    Meeting: factories.make_meeting,
    Practice: factories.make_practice,
}


@pytest.mark.parametrize("model", MAKERS, ids=lambda model: model.__name__)
def test_every_kind_is_merged(desk, model):  # noqa: F811
    kept, other = MAKERS[model](), MAKERS[model]()

    answer = merge(desk, kept, other)

    assert answer.status_code == 200
    assert not model.objects.filter(pk=other.pk).exists()
    page = "themes/?set={}" if model is ThemeSet else f"{model.section}/{{}}/"
    assert Client().get(f"/sv/{page.format(other.slug)}").url == f"/sv/{page.format(kept.slug)}"


# No two sets of the fixtures have other positions.
@pytest.mark.parametrize("model", [each for each in MAKERS if each is not ThemeSet], ids=lambda model: model.__name__)
def test_every_relation_moves(directory, model):
    """Of the filled directory: the first two that nothing speaks against have together what both had."""
    pairs = combinations(model.objects.order_by("pk"), 2)
    found = next(each for kept, other in pairs if not (each := Merge(kept, other, [])).problems())
    of_both = {
        field: rows_of(field, found.kept).count() + rows_of(field, found.other).count() for field in found.relations
    }
    dropped = {each.field: len(each.same) for each in found.moving}

    found.do(found.fingerprint)

    after = {field: rows_of(field, found.kept).count() for field in found.relations}
    assert after == {field: count - dropped.get(field, 0) for field, count in of_both.items()}
    assert not model.objects.filter(pk=found.other.pk).exists()
    call_command("check_facets", stdout=io.StringIO())


def test_relations_between_many_move_from_both_ends(desk):  # noqa: F811
    theme, gone = two(factories.make_theme)
    practice, other = factories.make_practice(), factories.make_practice()
    practice.themes.add(theme)
    other.themes.add(theme, gone)
    meeting = factories.make_meeting()
    other.meetings.add(meeting)

    merge(desk, practice, other)
    assert (set(practice.themes.all()), set(practice.meetings.all())) == ({theme, gone}, {meeting})

    merge(desk, theme, gone)
    assert list(practice.themes.all()) == [theme]
    page = Client().get(f"/sv/practices/?theme={theme.slug}").content.decode()
    assert practice.name_sv in page


def test_what_nobody_has_sent_yet_moves_without_being_named(desk):  # noqa: F811
    one, other = factories.make_theme(), factories.make_theme()
    draft, sent_one = (factories.make_nomination(status=status) for status in ("draft", "submitted"))
    for each in (draft, sent_one):
        each.themes.add(other)

    page = desk.get(merge_address(one, other)).content.decode()
    merge(desk, one, other)

    assert (draft.title in page, sent_one.title in page) == (False, True)
    assert {*one.nominations.all()} == {draft, sent_one}


def test_funder_and_organisation_are_one(desk):  # noqa: F811
    grants = [factories.make_grant(), factories.make_grant()]
    kept, other = (Funder.objects.get(pk=grant.funder_id) for grant in grants)

    merge(desk, kept, other)

    assert set(Grant.objects.values_list("funder", flat=True)) == {kept.pk}
    assert Client().get(f"/sv/funders/{other.slug}/").url == f"/sv/funders/{kept.slug}/"
    assert Client().get(f"/sv/organisations/{other.slug}/").url == f"/sv/organisations/{kept.slug}/"


def test_row_that_would_be_said_twice_is_dropped_and_told(desk):  # noqa: F811
    kept, other = factories.make_city(), factories.make_city()
    membership = factories.make_membership(city=kept, since="2014")
    again = {"network": membership.network, "source": membership.source, "city": other}
    factories.make_membership(**again, since="2014")
    different = factories.make_membership(**again, since="2015")

    page = desk.get(merge_address(kept, other)).content.decode()
    merge(desk, kept, other)

    assert "1 more says the same as one of the record that stays, and is dropped." in page
    assert set(Membership.objects.all()) == {membership, different}
    assert {each.city for each in Membership.objects.all()} == {kept}


def test_names_and_identifiers_are_united_and_found(desk):  # noqa: F811
    kept = factories.make_organisation(name_sv="Verket", other_names="Myndigheten", identifiers="ROR: 1", acronym="V")
    other = factories.make_organisation(
        name_sv="Verket för innovation",
        name_en="Agency",
        other_names="MYNDIGHETEN\nByrån",
        identifiers="ROR: 1\nISNI: 2",
    )

    merge(desk, kept, other, of_name_en="kept")

    kept.refresh_from_db()
    assert kept.other_names.splitlines() == ["Myndigheten", "MYNDIGHETEN", "Byrån", "Verket för innovation", "Agency"]
    assert kept.identifiers == "ROR: 1\nISNI: 2"
    assert list(Organisation.objects.search("verket innovation agency")) == [kept]
    assert "/sv/organisations/" + kept.slug in Client().get("/sv/organisations/?q=innovation").content.decode()


def test_name_that_gives_way_is_an_other_name(desk):  # noqa: F811
    kept, other = two(factories.make_city)

    merge(desk, kept, other, of_name_sv="other")

    assert [City.objects.get().name_sv, City.objects.get().other_names] == [other.name_sv, kept.name_sv]


def test_views_and_former_addresses_are_taken_along(desk):  # noqa: F811
    kept, other = two(factories.make_city)
    older = other.slug
    City.objects.filter(pk=other.pk).update(slug="newer")
    other.refresh_from_db()
    PageViews.objects.create(section="cities", record=kept.pk, views=3)
    PageViews.objects.create(section="cities", record=other.pk, views=4, since=EARLIER)

    merge(desk, kept, other)

    assert list(PageViews.objects.values_list("record", "views", "since")) == [(kept.pk, 7, EARLIER)]
    for slug in (older, "newer"):
        assert Client().get(f"/en/cities/{slug}/").url == f"/en/cities/{kept.slug}/"


def test_views_of_the_other_alone_are_taken_along(desk):  # noqa: F811
    kept, other = two(factories.make_city)
    PageViews.objects.create(section="cities", record=other.pk, views=4)

    merge(desk, kept, other)

    assert list(PageViews.objects.values_list("record", "views")) == [(kept.pk, 4)]


def test_discrepancies_go_on_touching_the_page(desk):  # noqa: F811
    kept, other = two(factories.make_organisation)
    touches = f"organisations/{kept.slug}\nfunders/{other.slug}\norganisations/{other.slug}"
    row = factories.make_discrepancy(factories.make_meeting(), touches=touches)

    merge(desk, kept, other)

    row.refresh_from_db()
    assert row.touches == f"organisations/{kept.slug}\nfunders/{kept.slug}"


def test_merge_is_an_edit_and_stands_in_both_histories(desk, admin_user):  # noqa: F811
    kept, other = two(factories.make_network, description_sv="Lika.")
    Network.objects.filter(pk=other.pk).update(description_sv="Annat.")
    factories.make_membership(network=other)

    merge(desk, kept, other)

    kept.refresh_from_db()
    assert kept.edited_at is not None
    entries = LogEntry.objects.order_by("object_id").values_list("user", "object_id", "action_flag", "change_message")
    assert list(entries) == [
        (
            admin_user.pk,
            str(kept.pk),
            2,
            f"Merged with “{other.name_sv}” (networks/{other.slug}). Moved: 1 membership."
            f" “name in Swedish” was also “{other.name_sv}”. “description in Swedish” was also “Annat.”.",
        ),
        (admin_user.pk, str(other.pk), 3, f"Merged into “{kept.name_sv}”."),
    ]


# What differs


def test_the_one_that_stays_keeps_its_values_and_is_filled_up(desk):  # noqa: F811
    kept, other = two(factories.make_network)
    Network.objects.filter(pk=kept.pk).update(description_sv="Vår.", scope="nordic")
    Network.objects.filter(pk=other.pk).update(description_sv="Deras.", description_en="Theirs.", scope="global")
    [kept, other] = Network.objects.order_by("pk")

    merge(desk, kept, other)

    [network] = Network.objects.all()
    assert (network.description_sv, network.description_en, network.scope) == ("Vår.", "Theirs.", "nordic")


def test_value_of_the_other_is_taken_where_it_is_chosen(desk):  # noqa: F811
    kept, other = factories.make_network(description_sv="Vår."), factories.make_network(description_sv="Deras.")

    merge(desk, kept, other, of_description_sv="other")

    assert Network.objects.get().description_sv == "Deras."


def test_difference_is_kept_as_a_discrepancy_with_both_sources(desk):  # noqa: F811
    kept = factories.make_network(scope="nordic", locator="Rubrik", quote="ord")
    other = factories.make_network(scope="global", status="ongoing")

    merge(desk, kept, other, without=["tell_status"])

    [row] = NetworkDiscrepancy.objects.all()
    assert (row.network, row.title_en, row.first_en, row.first_source, row.second_en, row.second_source) == (
        *(kept, "Scope", "Nordic", kept.source),
        *("global", other.source),
    )
    assert (row.title_sv, row.first_sv, row.first_locator, row.first_quote) == ("Räckvidd", "nordiskt", "Rubrik", "ord")


def test_discrepancy_begins_with_what_stands_on_the_page_now(desk):  # noqa: F811
    kept = factories.make_meeting(status="held")
    other = factories.make_meeting(status="planned")

    merge(desk, kept, other, of_status="other")

    [row] = MeetingDiscrepancy.objects.all()
    assert (row.first_en, row.first_source, row.second_en) == ("planned", other.source, "held")


def test_difference_between_records_without_discrepancies_is_kept_in_the_note(desk):  # noqa: F811
    kept, other = factories.make_organisation(country="SE"), factories.make_organisation(country="NO")

    merge(desk, kept, other)

    note = f"“{other.name_sv}”, now one with this, had “Norway” as “country” (source: {other.source.name_sv})."
    assert Organisation.objects.get().note_en == note


def test_value_from_another_source_is_said_to_be(desk):  # noqa: F811
    kept, other = factories.make_organisation(), factories.make_organisation(country="NO")

    merge(desk, kept, other)

    organisation = Organisation.objects.get()
    assert (str(organisation.country), organisation.source) == ("NO", kept.source)
    assert organisation.note_en == f"“country” comes from “{other.source.name_sv}”."


def test_code_that_only_one_may_have_is_taken_over(desk):  # noqa: F811
    source = factories.make_source()
    kept, other = factories.make_city(), factories.make_city(geonames_id=5, gazetteer=source)

    assert merge(desk, kept, other).status_code == 200

    assert (City.objects.get().geonames_id, City.objects.get().gazetteer) == (5, source)


# What stands in the way


def test_two_national_networks_of_one_country_stand_in_the_way(desk):  # noqa: F811
    kept, other = two(factories.make_network)
    first, second = (
        factories.make_network(kind="national-network", parent=parent, country="SE") for parent in (kept, other)
    )
    factories.make_network(kind="national-network", parent=other, country="NO")
    factories.make_network(parent=other, country="SE")

    sentence = "This network already has a national network for that country."
    assert problems(kept, other) == [(sentence, [first, second])]
    answer = merge(desk, kept, other)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert sentence in page
    assert reverse("admin:networks_network_change", args=[second.pk]) in page
    assert Network.objects.count() == 6
    assert LogEntry.objects.count() == 0


def test_positions_of_terms_stand_in_the_way():
    kept, other = two(factories.make_theme_set)
    first, second = (factories.make_theme(theme_set=each) for each in (kept, other))

    assert problems(kept, other) == [("Another term of the set has this position.", [first, second])]

    Theme.objects.filter(pk=second.pk).update(position=2)
    found = Merge(kept, other)
    found.do(found.fingerprint)
    assert list(kept.terms.order_by("position")) == [first, second]


def test_numbers_of_sub_projects_stand_in_the_way():
    kept, other = two(factories.make_project)
    first, second = (factories.make_project(parent=each, number=4) for each in (kept, other))
    factories.make_project(parent=other)

    assert problems(kept, other) == [("This project already has a sub-project with that number.", [first, second])]


@pytest.mark.parametrize("way", ["part of the other", "whole of the other", "further away"])
def test_part_and_whole_are_not_merged(way):
    kept, other = two(factories.make_network)
    if way == "part of the other":
        kept.parent = other
    elif way == "whole of the other":
        other.parent = kept
    else:
        kept.parent = factories.make_network(parent=other)
    kept.save()
    other.save()

    sentence = "One of the two is above the other along “part of”: change that first."
    assert problems(kept, other) == [(sentence, [kept, other])]


def test_focus_outside_of_the_themes_stands_in_the_way():
    theme = factories.make_theme()
    kept, other = factories.make_network(), factories.make_network(themes=theme.theme_set)
    row = factories.make_membership(network=other, focus=theme)

    assert problems(kept, other, ["themes"]) == []
    assert problems(kept, other, []) == [("Choose one of the network's own themes or fields.", [row])]


def test_what_would_break_a_rule_of_the_record_is_refused(desk):  # noqa: F811
    kept, other = two(factories.make_network)
    Network.objects.filter(pk=kept.pk).update(
        started="2014", started_earliest="2014-01-01", started_latest="2014-12-31"
    )
    Network.objects.filter(pk=other.pk).update(ended="2010", ended_earliest="2010-01-01", ended_latest="2010-12-31")
    [kept, other] = Network.objects.order_by("pk")
    factories.make_membership(network=other)

    answer = merge(desk, kept, other)

    assert answer.status_code == 409
    assert "A network cannot end before it starts." in answer.content.decode()
    assert Network.objects.count() == 2
    assert Membership.objects.get().network == other


def test_change_between_the_question_and_the_answer_is_noticed(desk):  # noqa: F811
    kept, other = two(factories.make_network)
    membership = factories.make_membership(network=other)
    url = merge_address(kept, other)

    for change in (
        lambda: Network.objects.filter(pk=other.pk).update(description_sv="Nytt."),
        lambda: Network.objects.filter(pk=kept.pk).update(published=False),
        lambda: Membership.objects.filter(pk=membership.pk).update(tandem="par"),
        lambda: factories.make_membership(network=kept),
    ):
        data = sent(desk, url)
        change()
        answer = desk.post(url, data)
        assert answer.status_code == 409
        assert "One of the two was changed meanwhile" in answer.content.decode()
        assert Network.objects.count() == 2

    assert desk.post(url, sent(desk, url)).status_code == 302


def test_choices_are_kept_when_the_page_is_shown_again(desk):  # noqa: F811
    kept, other = factories.make_network(scope="nordic"), factories.make_network(scope="global")
    url = merge_address(kept, other)
    data = {**sent(desk, url), "of_scope": "other", "fingerprint": "old"}
    del data["tell_scope"]

    rows = desk.post(url, data).context["rows"]

    assert [(row["chosen"], row["tell"]) for row in rows if row["field"].name == "scope"] == [("other", False)]


def test_record_deleted_meanwhile_is_said(desk):  # noqa: F811
    kept, other = two(factories.make_city)
    url = merge_address(kept, other)
    data = sent(desk, url)
    other.delete()

    answer = desk.post(url, data, follow=True)

    assert answer.redirect_chain == [(list_address(City), 302)]
    assert "The address does not name two records that are there" in answer.content.decode()


# The doors


def test_action_leads_to_the_page_for_exactly_two(desk):  # noqa: F811
    first, second, third = (factories.make_city() for _ in range(3))

    assert run(desk, City, "merge_two", first, second).redirect_chain == [(merge_address(first, second), 302)]
    for chosen in ([first], [first, second, third]):
        answer = run(desk, City, "merge_two", *chosen)
        assert "Choose exactly two records to merge." in answer.content.decode()


@pytest.mark.parametrize("ids", ["", "1", "1,1", "1,2,3", "a,b", "1,999", "-1,2", "²,2", "9" * 30 + ",1", "1,2&ids=3"])
def test_address_that_names_no_two_records_says_so(desk, ids):  # noqa: F811
    answer = desk.get(f"{list_address(City, 'merge')}?ids={ids}", follow=True)

    assert answer.redirect_chain == [(list_address(City), 302)]
    assert "The address does not name two records that are there" in answer.content.decode()


@pytest.mark.parametrize("missing", ["change_city", "delete_city"])
def test_whoever_may_not_change_and_delete_may_not_merge(django_user_model, missing):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    held = {"view_city", "change_city", "delete_city"} - {missing}
    reader.user_permissions.set(Permission.objects.filter(codename__in=held))
    client = Client(headers={"accept-language": "en"})
    client.force_login(reader)
    kept, other = two(factories.make_city)
    url = merge_address(kept, other)

    assert (client.get(url).status_code, client.post(url).status_code) == (403, 403)
    assert "merge_two" not in client.get(list_address(City)).content.decode()


def test_whoever_may_change_and_delete_may_merge(django_user_model):
    editor = django_user_model.objects.create_user("editor", is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename__in=["view_city", "change_city", "delete_city"]))
    client = Client(headers={"accept-language": "en"})
    client.force_login(editor)

    assert merge(client, *two(factories.make_city)).status_code == 200


def test_looking_writes_nothing(desk):  # noqa: F811
    kept, other = two(factories.make_city)
    factories.make_membership(city=other)
    before = (LogEntry.objects.count(), list(City.objects.values()), list(Membership.objects.values()))

    assert desk.get(merge_address(kept, other)).status_code == 200
    assert desk.get(merge_address(other, kept)).status_code == 200

    assert (LogEntry.objects.count(), list(City.objects.values()), list(Membership.objects.values())) == before


def test_nonsense_is_refused_and_nothing_is_done(desk):  # noqa: F811
    kept, other = factories.make_network(scope="nordic"), factories.make_network(scope="global")
    url = merge_address(kept, other)
    data = sent(desk, url)

    assert desk.post(url, {**data, "of_scope": "neither"}).status_code == 400
    assert desk.post(url, {}).status_code == 400
    assert Network.objects.count() == 2


def test_page_leads_to_all_that_will_move(desk):  # noqa: F811
    kept, other = two(factories.make_city)
    rows = [factories.make_membership(city=other) for _ in range(7)]
    factories.make_membership(city=kept)

    [group] = desk.get(merge_address(kept, other)).context["moving"]

    assert (group["sentence"], len(group["few"]), group["more"]) == ("7 memberships (“city”)", 5, 2)
    assert set(desk.get(group["all"]).context["cl"].result_list) == set(rows)


def test_page_has_no_inline_script_or_style(desk):  # noqa: F811
    page = desk.get(merge_address(*two(factories.make_network))).content.decode()

    assert [each for each in ("<script>", "<style", " style=", " onclick=") if each in page] == []


# Many


def test_city_in_a_thousand_networks_is_merged_in_seconds(desk):  # noqa: F811
    kept, other = two(factories.make_city)
    networks = Network.objects.bulk_create(
        Network(slug=f"n-{number}", name_sv=f"N {number}", kind="city-network", scope="global", source=kept.source)
        for number in range(1000)
    )
    Membership.objects.bulk_create(Membership(network=each, city=other, source=kept.source) for each in networks)
    url = merge_address(kept, other)
    data = sent(desk, url)

    start = time.perf_counter()
    answer = desk.post(url, data)
    seconds = time.perf_counter() - start

    assert answer.status_code == 302
    assert Membership.objects.filter(city=kept).count() == 1000
    assert seconds < 20
    call_command("check_facets", stdout=io.StringIO())


def test_tie_and_publication_move(desk):  # noqa: F811
    kept, other = two(factories.make_publication)
    tie = factories.make_tie(publication=other)

    merge(desk, kept, other)

    assert Tie.objects.get(pk=tie.pk).publication == kept
