"""Two editors at once: the second is told, her text is kept, and nothing that anybody wrote is ever lost."""

import json
import subprocess
import sys

import pytest
from django.contrib import admin
from django.test import Client

from directory.readers import ReaderWord
from networks.admin import CityAdmin
from networks.models import City, Membership, Network
from practices.models import MailText, Practice, Reviewer
from tests import factories
from tests.judging import reviewer
from tests.pages import Page
from tests.test_admin import MAKERS, address, errors, filled, list_address, with_row

pytestmark = pytest.mark.django_db

# Here for time; `python -m tests.race 200` says the same of two hundred, in half a minute of a processor.
PAIRS = 40
REFUSED = (
    "Nothing was saved: somebody else changed this record while you had it open. What you typed is still here, and what "
    "you did not touch is as it is stored now. Look at the differences, and save again if yours is right."
)


def clashes(answer):
    """Return what an answer tells that somebody else changed: heading and cells of each row, in order."""
    assert answer.status_code == 200
    page = Page(answer)
    assert page.errors == []
    [told] = page.all("section", class_="clashes")
    found = [page.text(each) for each in told if each.tag == "h3" or each.tag == "p"]
    return found, [[page.text(cell) for cell in row] for row in told.iter("tr")][1:]


def again(answer):
    """Return what a browser would send if the form that came back were sent as it is."""

    class Fixed:
        def get(self, url):
            return answer

    return filled(Fixed(), "")


# Forms


def test_second_of_two_editors_is_told_and_nothing_is_lost(desk):
    network = factories.make_network(name_en="Saw", started="2014", status="unknown", country="SE")
    url = address(network)
    second = filled(desk, url)
    desk.post(url, {**filled(desk, url), "name_en": "First wrote", "status": "ongoing"})

    answer = desk.post(url, {**second, "name_en": "Second wrote", "country": "NO"})

    network.refresh_from_db()
    assert (network.name_en, network.status, network.country) == ("First wrote", "ongoing", "SE")
    assert errors(answer) == [("__all__", REFUSED)]
    assert clashes(answer)[1] == [
        ["Name in English", "Saw", "First wrote", "Second wrote"],
        ["Status", "not stated", "ongoing", "nothing; the form has what it is now"],
    ]
    sent = again(answer)
    assert (sent["name_en"], sent["status"], sent["country"]) == ("Second wrote", "ongoing", "NO")


def test_what_was_typed_is_saved_when_it_is_sent_again_knowingly(desk):
    network = factories.make_network(name_en="Saw", summary_en="Saw")
    url = address(network)
    second = filled(desk, url)
    desk.post(url, {**filled(desk, url), "name_en": "First wrote", "summary_en": "First wrote"})
    answer = desk.post(url, {**second, "name_en": "Second wrote"})

    assert desk.post(url, again(answer)).status_code == 302

    network.refresh_from_db()
    assert (network.name_en, network.summary_en) == ("Second wrote", "First wrote")


def test_third_editor_between_the_message_and_the_second_try_is_not_lost_either(desk):
    network = factories.make_network(name_en="Saw")
    url = address(network)
    second = filled(desk, url)
    Network.objects.filter(pk=network.pk).update(locator="first")
    answer = desk.post(url, {**second, "locator": "second"})
    Network.objects.filter(pk=network.pk).update(locator="third")

    answer = desk.post(url, again(answer))

    network.refresh_from_db()
    assert (network.locator, clashes(answer)[1]) == ("third", [["Place in the source", "first", "third", "second"]])


def test_message_says_by_whom_the_latest_change_is(desk, django_user_model):
    other = Client(headers={"accept-language": "en"})
    other.force_login(django_user_model.objects.create_superuser("eva", first_name="Eva", last_name="Ek"))
    network = factories.make_network()
    url = address(network)
    second = filled(desk, url)
    other.post(url, {**filled(other, url), "name_en": "First wrote"})

    answer = desk.post(url, {**second, "name_en": "Second wrote"})

    assert clashes(answer)[0][0].startswith("The latest change in its history is by Eva Ek, ")


def test_a_value_that_is_none_is_kept_as_it_was_typed(desk):
    network = factories.make_network(started="2014")
    url = address(network)
    second = filled(desk, url)
    desk.post(url, {**filled(desk, url), "started": "2015"})

    answer = desk.post(url, {**second, "started": "when it was spring"})

    assert clashes(answer)[1] == [["Started", "2014", "2015", "when it was spring"]]
    assert again(answer)["started"] == "when it was spring"


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_form_refuses_what_it_was_not_drawn_from(desk, name):
    record = MAKERS[name]()
    url, field = address(record), "locator" if hasattr(record, "locator") else "publisher"
    second = filled(desk, url)
    desk.post(url, {**filled(desk, url), field: "first"})

    answer = desk.post(url, {**second, field: "second"})

    record.refresh_from_db()
    assert (getattr(record, field), errors(answer)) == ("first", [("__all__", REFUSED)])


# What is edited without a history: who makes one, the field, and what is stored, saved first and typed second.
UNREMEMBERED = {
    ReaderWord: (lambda: ReaderWord.objects.create(kind="correction", text="It is wrong."), "answer", ""),
    MailText: (lambda: MailText.objects.create(name="receipt", body_sv="One\n$link"), "subject_en", ""),
    Reviewer: (lambda: reviewer(organisation="Saw"), "organisation", "Saw"),
}


@pytest.mark.parametrize("model", UNREMEMBERED)
def test_what_has_no_history_is_held_to_what_was_seen_too(desk, model):
    make, field, saw = UNREMEMBERED[model]
    url = address(make())
    second = filled(desk, url)
    assert desk.post(url, {**filled(desk, url), field: "First"}).status_code == 302

    stale = desk.post(url, second)
    answer = desk.post(url, {**second, field: "Second"})

    assert (errors(stale), errors(answer)) == ([("__all__", REFUSED)], [("__all__", REFUSED)])
    assert again(stale)[field] == "First"
    assert [row[1:] for row in clashes(answer)[1]] == [[saw or "–", "First", "Second"]]
    assert getattr(model.objects.get(), field) == "First"
    assert desk.post(url, again(answer)).status_code == 302
    assert getattr(model.objects.get(), field) == "Second"


def test_lines_and_choices_that_nobody_touched_are_no_change(desk):
    text = MailText.objects.create(name="receipt", body_sv="One\n$link")
    made = reviewer()
    Reviewer.objects.update(countries="FR,LV")
    forms = {
        address(text): {"body_sv": "Three\r\n$link"},
        address(made): {"languages": ["sv"], "countries": ["SE", "FR"]},
    }

    found = []
    for url, typed in forms.items():
        second = filled(desk, url)
        desk.post(url, {**filled(desk, url), **typed})
        found += [row[1:] for row in clashes(desk.post(url, second))[1]]

    text.refresh_from_db()
    made.refresh_from_db()
    assert text.body_sv == "Three\n$link"
    assert (made.languages, [each.code for each in made.countries]) == ("sv", ["FR", "SE"])
    untouched = "nothing; the form has what it is now"
    assert [row[-1] for row in found] == [untouched, untouched, untouched]


def test_a_choice_of_many_is_held_to_what_was_seen_too(desk):
    practice = factories.make_practice()
    first, second = factories.make_theme(name_sv="Ett"), factories.make_theme(name_sv="Två")
    url = address(practice)
    data = filled(desk, url)
    practice.themes.add(first)

    answer = desk.post(url, {**data, "themes": [second.pk]})

    assert list(Practice.objects.get().themes.all()) == [first]
    assert clashes(answer)[1] == [["Themes", "–", "Ett", "Två"]]


@pytest.mark.parametrize(
    "seen", ["", "nonsense", "[]", '{"record": 1, "rows": {}}', '{"record": {}, "rows": {"a": 1}}', None]
)
def test_a_form_that_does_not_say_what_it_was_drawn_from_is_no_way_around(desk, seen):
    network = factories.make_network(name_en="Stored")
    url = address(network)
    data = {name: text for name, text in filled(desk, url).items() if name != "seen"}

    answer = desk.post(url, {**data, "name_en": "Typed", **({} if seen is None else {"seen": seen})})

    network.refresh_from_db()
    assert (network.name_en, errors(answer)) == ("Stored", [("__all__", REFUSED)])
    assert desk.post(url, again(answer)).status_code == 302
    network.refresh_from_db()
    assert network.name_en == "Typed"


def test_verifying_meanwhile_stands_in_nobodys_way(desk):
    network = factories.make_network()
    url = address(network)
    data = filled(desk, url)
    desk.post(list_address(Network), {"action": "verify", "_selected_action": [network.pk]})

    assert desk.post(url, {**data, "name_en": "Typed"}).status_code == 302

    network.refresh_from_db()
    assert (network.name_en, network.verified_at is not None) == ("Typed", True)


def test_a_mistake_of_ones_own_does_not_take_away_what_was_seen(desk):
    network = factories.make_network(name_en="Saw")
    url = address(network)
    answer = desk.post(url, {**filled(desk, url), "started": "nonsense"})
    Network.objects.filter(pk=network.pk).update(locator="first")

    answer = desk.post(url, {**again(answer), "started": "2014"})

    assert errors(answer) == [("__all__", REFUSED)]


def test_record_deleted_meanwhile_is_told_with_what_was_typed_and_the_way_back(desk):
    network = factories.make_network(name_en="Saw")
    url = address(network)
    data = filled(desk, url)
    desk.post(address(network, "delete"), {"post": "yes"})

    answer = desk.post(url, {**data, "name_en": "A long text that she typed"})

    page = Page(answer)
    assert (page.status, page.texts("dt"), page.texts("dd")) == (
        409,
        ["Name in English"],
        ["A long text that she typed"],
    )
    [way] = [link for link in page.links if "/deleted/" in link]
    seen = Page(desk.get(way)).all("input", name="seen")[0].get("value")
    desk.post(way, {"seen": seen})
    assert Network.objects.get().name_en == "Saw"


# Rows


def test_row_that_another_changed_is_told_and_what_was_typed_elsewhere_is_kept(desk):
    network = factories.make_network()
    figure, other = factories.make_figure(network, key="a"), factories.make_figure(network, key="b")
    url = address(network)
    second = filled(desk, url)
    desk.post(url, {**filled(desk, url), "figures-0-count": "70", "figures-0-locator": "first"})

    answer = desk.post(url, {**second, "figures-0-count": "80", "figures-1-count": "90"})

    assert [each.value for each in (type(figure).objects.get(pk=figure.pk), type(other).objects.get(pk=other.pk))] == [
        70,
        60,
    ]
    headings, rows = clashes(answer)
    assert headings[1:] == ["70 participants"]
    assert rows == [
        ["Place in the source", "–", "first", "nothing; the form has what it is now"],
        ["Number", "60", "70", "80"],
    ]
    assert desk.post(url, again(answer)).status_code == 302
    assert sorted(network.figures.values_list("value", "locator")) == [(80, "first"), (90, "")]


def test_row_that_another_added_is_told_and_stands_in_the_form(desk):
    network, city = factories.make_network(), factories.make_city(name_sv="Umeå")
    url = address(network)
    mine = {"measure": "cities", "count": "7", "source": network.source_id}
    second = with_row(filled(desk, url), "figures", **mine)
    row = {"city": city.pk, "role": "member", "source": network.source_id}
    desk.post(url, with_row(filled(desk, url), "memberships", **row))

    answer = desk.post(url, second)

    assert clashes(answer)[0][1:] == [f"Umeå – {network}", "This row was added; it stands below."]
    assert (network.figures.count(), again(answer)["memberships-0-city"]) == (0, str(city.pk))
    assert desk.post(url, again(answer)).status_code == 302
    assert (network.figures.get().value, network.memberships.get().city) == (7, city)


def test_row_that_another_deleted_comes_again_as_new_if_it_was_changed_and_not_if_it_was_not(desk):
    network = factories.make_network()
    for number in (1, 2, 3):
        factories.make_membership(
            network=network, key=f"k-{number}", city=factories.make_city(name_sv=f"Stad {number}")
        )
    url = address(network)
    second = {**filled(desk, url), "memberships-1-since": "2014", "memberships-2-since": "2015"}
    desk.post(url, {**filled(desk, url), "memberships-0-DELETE": "on", "memberships-1-DELETE": "on"})

    answer = desk.post(url, second)

    headings, rows = clashes(answer)
    assert headings[1:] == [
        "membership: Stad 1",
        "This row was deleted.",
        "membership: Stad 2",
        "This row was deleted. As you changed it, it stands below as a new row: save to add it again, or take it away.",
    ]
    assert rows == [["Since", "–", "–", "2014"]]
    sent = again(answer)
    assert (sent["memberships-INITIAL_FORMS"], sent["memberships-TOTAL_FORMS"]) == ("1", "2")
    assert desk.post(url, sent).status_code == 302
    assert sorted(Membership.objects.values_list("city__name_sv", "since")) == [("Stad 2", "2014"), ("Stad 3", "2015")]


def test_deleting_a_row_that_another_changed_is_asked_once_more(desk):
    network = factories.make_network()
    factories.make_figure(network)
    url = address(network)
    second = {**filled(desk, url), "figures-0-DELETE": "on"}
    desk.post(url, {**filled(desk, url), "figures-0-count": "70"})

    answer = desk.post(url, second)

    assert (network.figures.count(), clashes(answer)[1][0][0]) == (1, "Number")
    assert desk.post(url, again(answer)).status_code == 302
    assert network.figures.count() == 0


def test_rows_whose_numbers_make_no_sense_are_no_fault_of_ours(desk):
    network = factories.make_network()
    url = address(network)
    data = filled(desk, url)
    factories.make_figure(network)

    for total in ("x", "-1", ""):
        assert desk.post(url, {**data, "figures-TOTAL_FORMS": total}).status_code in (200, 400)


# Lists


def sent_list(desk, model):
    """Return what a list says that it was drawn from."""
    page = Page(desk.get(list_address(model)))
    return page.all("input", name="seen")[0].get("value")


def act_on(desk, model, seen, *records, **data):
    """Return the messages after an action on some records of a list that was drawn before."""
    data = {"action": "unpublish", "_selected_action": [record.pk for record in records], "seen": seen, **data}
    answer = desk.post(list_address(model), data, follow=True)
    return [str(each) for each in answer.context["messages"]]


def test_an_action_leaves_out_what_was_changed_since_its_list_was_drawn(desk):
    changed, same = factories.make_city(name_sv="Umeå"), factories.make_city()
    seen = sent_list(desk, City)
    changed.locator = "x"
    changed.save()

    told = act_on(desk, City, seen, changed, same)

    assert told == [
        "“Umeå” was changed since you saw it; nothing was done with it. Look at it again.",
        "1 record was withdrawn.",
    ]
    assert sorted(City.objects.values_list("pk", "published")) == [(changed.pk, True), (same.pk, False)]
    assert act_on(desk, City, sent_list(desk, City), changed) == ["1 record was withdrawn."]


def test_an_action_on_changed_and_deleted_records_only_does_nothing(desk):
    changed, gone = factories.make_city(name_sv="Umeå"), factories.make_city()
    seen = sent_list(desk, City)
    changed.locator = "x"
    changed.save()
    City.objects.filter(pk=gone.pk).delete()

    assert act_on(desk, City, seen, changed, gone) == [
        "“Umeå” was changed since you saw it; nothing was done with it. Look at it again.",
        "Of what you chose, 1 had been deleted meanwhile.",
    ]


def test_a_record_whose_rows_were_edited_has_changed(desk):
    network = factories.make_network()
    factories.make_figure(network)
    seen = sent_list(desk, Network)
    url = address(network)
    desk.post(url, {**filled(desk, url), "figures-0-count": "70"})

    assert act_on(desk, Network, seen, network)[-1].endswith("nothing was done with it. Look at it again.")
    network.refresh_from_db()
    assert network.published


def test_an_action_on_all_pages_is_for_the_directory_as_it_was(desk, monkeypatch):
    monkeypatch.setattr(CityAdmin, "list_per_page", 1)
    first, second = factories.make_city(), factories.make_city()
    seen = sent_list(desk, City)
    second.save()

    told = act_on(desk, City, seen, first, select_across="1")

    assert told == ["Nothing was done: the directory has changed since this list was drawn. Look at it again."]
    assert City.objects.filter(published=True).count() == 2
    assert act_on(desk, City, sent_list(desk, City), first, select_across="1") == ["2 records were withdrawn."]


@pytest.mark.parametrize("seen", ["nonsense", "[]", "1"])
def test_nonsense_about_what_a_list_showed_is_no_fault_of_ours(desk, seen):
    assert act_on(desk, City, seen, factories.make_city()) == ["1 record was withdrawn."]


def test_deleting_many_leaves_out_what_was_changed_since_it_was_asked(desk):
    changed, same = factories.make_city(), factories.make_city()
    data = {"action": "delete_selected", "_selected_action": [changed.pk, same.pk], "seen": sent_list(desk, City)}
    asked = Page(desk.post(list_address(City), data))
    seen = asked.all("input", name="seen")[0].get("value")
    assert sorted(json.loads(seen)) == sorted([str(changed.pk), str(same.pk)])
    changed.locator = "x"
    changed.save()

    desk.post(list_address(City), {**data, "seen": seen, "post": "yes"})

    assert list(City.objects.all()) == [changed]


@pytest.fixture
def quick_list(desk, monkeypatch, settings):
    """The list of cities, edited in place."""
    own = admin.site._registry[City]
    monkeypatch.setattr(type(own), "list_editable", ["locator", "certainty"])
    monkeypatch.setattr(type(own), "get_list_display", lambda self, request: ("listed_name", "locator", "certainty"))
    return list_address(City)


def drawn_list(desk, url):
    """Return what a browser would send if the list were sent back as it is."""
    page = Page(desk.get(url))
    [form] = page.all("form", id="changelist-form")
    data = {"_save": "Save"}
    for field in form.iter():
        if field.get("name") and field.tag == "input" and field.get("type") not in ("submit", "checkbox"):
            data[field.get("name")] = field.get("value") or ""
        elif field.tag == "select" and field.get("name") != "action":
            data[field.get("name")] = next(each.get("value") for each in field if each.get("selected") is not None)
    return data


def test_list_that_is_edited_in_place_refuses_what_it_was_not_drawn_from(desk, quick_list):
    one, _two = factories.make_city(name_sv="A", locator="saw"), factories.make_city(name_sv="B", locator="saw")
    data = drawn_list(desk, quick_list)
    City.objects.filter(pk=one.pk).update(locator="first", certainty="external")

    answer = desk.post(quick_list, {**data, "form-0-locator": "second", "form-1-locator": "second"})

    assert sorted(City.objects.values_list("locator", "certainty")) == [("first", "external"), ("saw", "stated")]
    page = Page(answer)
    assert [page.text(each) for listed in page.all("ul", class_="errorlist") for each in listed] == [
        "“A”, Place in the source: you saw “saw”, now it is “first”, you typed “second”. "
        "Nothing was saved; save again if yours is right.",
        "“A”, Certainty: you saw “stated in the source”, now it is “known from outside the documents”, "
        "and so it stands here.",
    ]
    assert [each.get("value") for each in page.all("input") if (each.get("name") or "").endswith("-locator")] == [
        "second",
        "second",
    ]


def test_list_edited_in_place_leaves_alone_what_was_not_touched_in_it(desk, quick_list):
    one, _two = factories.make_city(name_sv="A", locator="saw"), factories.make_city(name_sv="B", locator="saw")
    data = drawn_list(desk, quick_list)
    City.objects.filter(pk=one.pk).update(locator="first")

    assert desk.post(quick_list, {**data, "form-1-locator": "second"}).status_code == 302

    assert list(City.objects.values_list("locator", flat=True)) == ["first", "second"]


# Deletion


def test_a_record_that_changed_since_its_deletion_was_asked_is_not_deleted(desk):
    network = factories.make_network()
    figure = factories.make_figure(network)
    url = address(network, "delete")
    for write in (lambda: Network.objects.update(locator="x"), lambda: type(figure).objects.update(locator="x")):
        seen = Page(desk.get(url)).all("input", name="seen")[0].get("value")
        write()
        answer = desk.post(url, {"post": "yes", "seen": seen}, follow=True)
        told = [str(each) for each in answer.context["messages"]]
        assert told == [
            "Nothing was deleted: somebody changed the record meanwhile. This is what would be deleted now."
        ]

    seen = Page(desk.get(url)).all("input", name="seen")[0].get("value")
    assert desk.post(url, {"post": "yes", "seen": seen}).status_code == 302
    assert Network.objects.count() == 0


# Racing


@pytest.mark.django_db(transaction=True)
def test_no_update_is_lost_of_pairs_that_race(elsewhere):
    """Each pair draws the same form and sends it at once, in threads on connections of their own."""
    command = [sys.executable, "-m", "tests.race", str(PAIRS)]
    report = json.loads(subprocess.run(command, check=True, env=elsewhere, capture_output=True).stdout)

    assert report == {"pairs": PAIRS, "saved": PAIRS, "told": PAIRS, "lost": 0, "versions": PAIRS + 1}
