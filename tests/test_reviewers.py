"""The list of reviewers: an organisation that changes, and a form that is open while its reviewer is deleted."""

import pytest

from directory.seen import GONE
from practices.models import Review, Reviewer
from tests import factories as make
from tests.judging import desk, nominated, reviewed, reviewer
from tests.people import person
from tests.test_admin import address, errors, filled
from tests.test_judging import told
from tests.test_lost_updates import again

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return desk(person("chief", role="moderator"))


def test_another_organisation_ends_what_a_reviewer_may_no_longer_review(chief):
    made = reviewer("rut", organisation="Tilts")
    ours = nominated(developer="Avise, Paris")
    theirs, old, over = nominated(developer="Change"), nominated(developer="Avise"), nominated(developer="Avise")
    for each in (ours, theirs):
        make.make_review(nomination=each, reviewer=made.user)
    reviewed(old, made.user, 5, 5)
    make.make_review(nomination=over, reviewer=made.user)
    over.status = "withdrawn"
    over.save()
    url = address(made)

    quiet = chief.post(url, {**filled(chief, url), "countries": ["FR"]}, follow=True)
    answer = chief.post(url, {**filled(chief, url), "organisation": "Avise"}, follow=True)

    made.refresh_from_db()
    sentence = f"{made} has a conflict of interest in what they were asked to review, and reviews it no longer: {ours.reference}. Ask somebody else."
    assert (sentence in told(answer), len(told(quiet)), len(told(answer))) == (True, 1, 2)
    conflicts = {each.nomination: (each.conflict, each.conflict_note) for each in Review.objects.all()}
    assert conflicts == {ours: ("found", "developer"), **dict.fromkeys((theirs, old, over), ("none", ""))}


def test_another_organisation_does_not_undo_a_conflict_that_was_found(chief):
    made, nomination = reviewer("rut", organisation="Avise"), nominated(developer="Avise")
    make.make_review(nomination=nomination, reviewer=made.user, conflict="found", conflict_note="developer")
    url = address(made)

    chief.post(url, {**filled(chief, url), "organisation": "Tilts"})

    assert Reviewer.objects.get().organisation == "Tilts"
    assert list(Review.objects.values_list("conflict", "conflict_note")) == [("found", "developer")]


def test_what_was_typed_of_a_reviewer_who_was_deleted_meanwhile_comes_again_as_a_new_one(chief):
    made = reviewer("rut", organisation="Tilts")
    url = address(made)
    typed = {**filled(chief, url), "organisation": "Avise", "languages": ["en"], "countries": ["FR"]}
    made.delete()

    answer = chief.post(url, typed)
    found, sent = errors(answer), again(answer)
    chief.post("/admin/practices/reviewer/add/", sent)

    assert found == [("__all__", str(GONE))]
    assert 'action="/admin/practices/reviewer/add/"' in answer.content.decode()
    [kept] = Reviewer.objects.all()
    assert (kept.user, kept.organisation, kept.languages) == (made.user, "Avise", "en")
    assert [each.code for each in kept.countries] == ["FR"]
