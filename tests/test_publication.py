"""What is published from nominations beside what was there before: merged, published twice, taken back."""

import pytest

from directory.acts import act
from directory.merging import Merge
from practices.models import Nomination, Practice
from tests import factories as make
from tests.judging import at, nominated
from tests.pages import Page
from tests.people import person
from tests.test_judging import chief, publish, selected, told  # noqa: F401 – two are fixtures

pytestmark = pytest.mark.django_db


def test_whoever_publishes_twice_is_led_to_the_practice_and_takes_nothing_back_by_accident(chief, selected):  # noqa: F811
    publish(chief, selected)
    again = chief.post(at(selected, "publication"), {"name_sv": "Öppna kök", "summary_sv": "Alla äter."})

    page = Page(again)
    [form, other] = [each for each in page.all("form") if each.get("method") == "post" and not each.get("id")]
    assert (again.status_code, told(again)) == (409, ["It is public already."])
    assert ([each.get("type") for each in page.all("input", form)], page.all("a", form)[0].get("href")) == (
        ["hidden"],
        "/en/practices/oppna-kok/",
    )
    [details] = page.all("details", class_="declare")
    assert (details.get("open"), [*details.iter("form")]) == (None, [other])
    assert Practice.objects.get().published


def merged(kept, other):
    """Make two practices one, as the desk does."""
    with act(person()):
        merge = Merge(kept, other)
        merge.do(merge.fingerprint)
    return Practice.objects.get()


@pytest.mark.parametrize("standing", ["described", "nominated", "selected"])
@pytest.mark.parametrize("stays", ["older", "newer"])
def test_what_was_there_before_is_selected_and_stays(chief, client, selected, standing, stays):  # noqa: F811
    older = make.make_practice(slug="older", name_sv="Äldre", standing=standing)
    publish(chief, selected)
    newer = Practice.objects.get(slug="oppna-kok")
    practice = merged(older, newer) if stays == "older" else merged(newer, older)
    call, page = f"/en/calls/{selected.round.slug}/", f"/en/practices/{practice.slug}/"
    found = [(practice.standing, page in Page(client.get(call)).links)]

    answer = chief.get(at(selected, "publication")).content.decode()
    back = chief.post(at(selected, "publication"), {"back": "x"}, follow=True)

    practice.refresh_from_db()
    found.append((practice.standing, page in Page(client.get(call)).links))
    assert found == [("selected", True), (standing, False)]
    assert "is in the library without this nomination too" in answer
    assert told(back) == [f"“{practice}” stays in the library, and the nomination leads to it no more."]
    assert (client.get(page).status_code, Nomination.objects.get().practice) == (200, None)


def test_a_practice_that_two_nominated_stays_selected_when_one_is_taken_back(chief, client, selected):  # noqa: F811
    other = nominated("selected", round=selected.round, title="Öppna kök")
    for each in (selected, other):
        publish(chief, each)
    practice = merged(*Practice.objects.order_by("pk"))

    chief.post(at(selected, "publication"), {"back": "x"})
    kept = (client.get("/en/practices/oppna-kok/").status_code, Practice.objects.get().standing)
    chief.post(at(other, "publication"), {"back": "x"})

    assert kept == (200, "selected")
    assert list(practice.nominations.all()) == [other]
    assert client.get("/en/practices/oppna-kok/").status_code == 404


def test_what_two_nominations_became_is_hidden_with_the_second_though_the_first_was_erased(chief, client, selected):  # noqa: F811
    other = nominated("selected", round=selected.round, title="Öppna kök")
    for each in (selected, other):
        publish(chief, each)
    merged(*Practice.objects.order_by("pk"))
    chief.post(at(selected, "publication"), {"back": "x"})
    selected.delete()

    chief.post(at(other, "publication"), {"back": "x"})

    assert client.get("/en/practices/oppna-kok/").status_code == 404


def test_what_had_the_address_before_says_nothing_of_a_publication(chief, client, selected):  # noqa: F811
    former = make.make_practice(slug="oppna-kok", standing="described")
    with act(person()):
        former.delete()
    publish(chief, selected)
    practice = Practice.objects.get()
    with act(person("ed")):
        practice.slug = "kitchens"
        practice.save()

    chief.post(at(selected, "publication"), {"back": "x"})

    assert client.get("/en/practices/kitchens/").status_code == 404


def test_a_standing_long_before_the_merge_is_not_the_one_that_comes_back(chief, selected):  # noqa: F811
    older = make.make_practice(slug="older", standing="described")
    with act(person("ed")):
        older.standing = "selected"
        older.save()
    publish(chief, selected)
    practice = merged(older, Practice.objects.get(slug="oppna-kok"))

    chief.post(at(selected, "publication"), {"back": "x"})

    practice.refresh_from_db()
    assert practice.standing == "selected"


def test_calls_that_had_one_address_after_the_other_have_a_source_each(chief, selected):  # noqa: F811
    publish(chief, selected)
    first, call = Practice.objects.get(), selected.round
    old, call.slug = call.slug, "renamed"
    call.save()
    later = nominated("selected", title="Byteshyllan")
    later.round.slug = old
    later.round.save()

    for each in (later, nominated("selected", round=call, title="Lånegarderoben")):
        publish(chief, each)

    sources = [each.source.slug for each in Practice.objects.order_by("pk")]
    assert sources == [first.source.slug, f"{first.source.slug}-2", first.source.slug]


def test_the_source_of_a_call_is_not_that_of_an_older_record(chief, selected):  # noqa: F811
    older = make.make_practice(slug="older")
    publish(chief, selected)
    merged(older, Practice.objects.get(slug="oppna-kok"))

    publish(chief, nominated("selected", round=selected.round, title="Byteshyllan"))

    made = Practice.objects.exclude(pk=older.pk).get()
    assert made.source.slug == f"nominations-{selected.round.slug}"
