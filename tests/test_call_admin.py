"""Editing calls: what they promised stays as it was, their hours are those of their own time zone, copies are drafts."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils.timezone import now

from practices.models import Criterion, NominationRound
from tests import factories as make
from tests.judging import desk, judged_round, nominated
from tests.pages import Page
from tests.people import person
from tests.test_admin import address, errors, filled, list_address, listed, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return desk(person("chief", role="moderator"))


def with_criterion(data, **fields):
    number = int(data["criteria-TOTAL_FORMS"])
    row = {f"criteria-{number}-{name}": each for name, each in {"weight": 1, "position": 1, **fields}.items()}
    return {**data, **row, "criteria-TOTAL_FORMS": str(number + 1)}


def test_a_call_gets_criteria_and_questions_in_its_form(chief):
    call = make.make_round()
    url = address(call)
    data = with_criterion(filled(chief, url), name_sv="Nytta", name_en="Use", weight=3)

    assert chief.post(url, data).status_code == 302

    assert list(Criterion.objects.values_list("round", "name_sv", "weight")) == [(call.pk, "Nytta", 3)]


def test_a_criterion_without_weight_is_refused(chief):
    url = address(make.make_round())

    found = errors(chief.post(url, with_criterion(filled(chief, url), name_sv="Nytta", weight=0)))

    assert "A criterion without weight would judge nothing." in [sentence for _field, sentence in found]


def test_what_a_call_promised_stays_once_somebody_has_nominated(chief):
    call = judged_round(weights=(3, 1))
    url = address(call)
    before = filled(chief, url)
    nominated(round=call)

    after = filled(chief, url)
    answer = chief.post(url, {**before, "titles_public": "on", "criteria-0-weight": "5", "criteria-0-DELETE": "on"})

    call.refresh_from_db()
    assert answer.status_code == 302
    assert (call.titles_public, [each.weight for each in call.criteria.all()]) == (False, [3, 1])
    assert ("criteria-0-weight" in before, "titles_public" in after) == (True, False)
    assert "criteria-0-weight" not in after


def test_a_call_without_criteria_gets_them_once_although_somebody_has_nominated(chief):
    call = make.make_open_round()
    nominated("submitted", round=call)
    url = address(call)
    data = with_criterion(with_criterion(filled(chief, url), name_sv="Nytta"), name_sv="Bevis", weight=2)

    first = chief.post(url, data, follow=True)
    again = chief.post(url, with_criterion(filled(chief, url), name_sv="Mera"), follow=True)
    quiet = chief.post(url, filled(chief, url), follow=True)

    assert list(call.criteria.order_by("weight").values_list("name_sv", flat=True)) == ["Nytta", "Bevis"]
    assert [len(answer.context["messages"]) for answer in (first, again, quiet)] == [1, 2, 1]


def test_a_call_gets_no_criteria_once_a_review_is_given(chief):
    nomination = nominated(round=make.make_open_round())
    make.make_review(nomination=nomination, reviewer=person("rut"), given_at=now())
    url = address(nomination.round)

    chief.post(url, with_criterion(filled(chief, url), name_sv="Nytta"))

    assert not Criterion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"criteria-0-weight": "5"}, True),
        ({"criteria-0-DELETE": "on"}, True),
        ({"titles_public": "on"}, True),
        ({"retention_days": "3650"}, True),
        ({"name_en": "New name"}, False),
        ({}, False),
    ],
)
def test_whoever_changed_promises_meanwhile_is_told_that_they_stayed(chief, changes, warned):
    call = judged_round(weights=(3, 1))
    make.make_question(round=call)
    url = address(call)
    before = filled(chief, url)
    nominated(round=call)

    stale = chief.post(url, {**before, **changes}, follow=True)
    fresh = chief.post(url, {**filled(chief, url), "name_en": "Newer name"}, follow=True)

    told = [[str(each) for each in answer.context["messages"]] for answer in (stale, fresh)]
    assert [[each.startswith("Somebody nominated, or") for each in sentences] for sentences in told] == [
        [False, True] if warned else [False],
        [False],
    ]


@pytest.mark.parametrize(("name", "value"), [("retention_days", 3650), ("reviewers_wanted", 2)])
def test_neither_days_nor_reviewers_that_were_promised_change_once_somebody_has_nominated(chief, name, value):
    call = judged_round(retention_days=180, reviewers_wanted=3)
    url = address(call)
    chief.post(url, {**filled(chief, url), name: 9})
    free = filled(chief, url)
    first = min(each.act for each in NominationRound.history.all())
    nominated(round=call)

    chief.post(url, {**free, name: value})
    bound = chief.get(reverse("admin:practices_nominationround_restore", args=[call.pk, first]))

    call.refresh_from_db()
    assert (free[name], getattr(call, name), name in filled(chief, url)) == ("9", 9, False)
    assert len(bound.context["problems"]) == 1


def test_what_a_call_promised_does_not_come_back_from_its_past_either(chief):
    call = judged_round(weights=(3, 1))
    url = address(call)
    chief.post(url, {**filled(chief, url), "criteria-0-weight": "5"})
    found = min(each.act for each in Criterion.history.all())
    version = reverse("admin:practices_nominationround_restore", args=[call.pk, found])
    free = chief.get(version)
    nominated(round=call)

    bound = chief.get(version)
    chief.post(version, {"seen": bound.context["seen"]})

    assert free.context["told"]
    assert (free.context["problems"], [str(each) for each in bound.context["problems"]]) == (
        [],
        [
            "Somebody has nominated to this call: its criteria, its questions and its promises about reviewers, titles and contacts stay as they are."
        ],
    )
    assert [each.weight for each in call.criteria.all()] == [5, 1]


def test_calls_are_not_merged_once_somebody_has_nominated(chief):
    one, other = judged_round(), judged_round()
    url = f"{reverse('admin:practices_nominationround_merge')}?ids={one.pk},{other.pk}"
    before = chief.get(url).status_code
    nominated(round=other)

    assert (before, chief.get(url).status_code) == (200, 403)


def test_hours_are_read_and_shown_in_the_calls_own_time_zone(chief):
    call = make.make_round(time_zone="Europe/Riga")
    url = address(call)
    typed = {
        "opens_at_0": "2026-10-01",
        "opens_at_1": "09:00:00",
        "closes_at_0": "2026-10-25",
        "closes_at_1": "23:59:59",
    }

    chief.post(url, {**filled(chief, url), **typed})

    call.refresh_from_db()
    # Riga went from summer time (UTC+3) to UTC+2 early on 25 October.
    assert (call.opens_at, call.closes_at) == (
        datetime(2026, 10, 1, 6, tzinfo=UTC),
        datetime(2026, 10, 25, 21, 59, 59, tzinfo=UTC),
    )
    again = filled(chief, url)
    assert [again[name] for name in ("closes_at_0", "closes_at_1")] == ["2026-10-25", "23:59:59"]
    assert chief.post(url, again).status_code == 302
    assert NominationRound.objects.get().closes_at == call.closes_at


def test_the_preview_reads_hours_in_the_calls_own_time_zone(chief):
    call = make.make_round(time_zone="America/New_York")
    typed = {"closes_at_0": "2026-10-01", "closes_at_1": "12:00:00"}

    page = Page(chief.post(address(call, "preview"), {**filled(chief, address(call)), **typed}))

    assert (page.status, "12:00 (America/New_York, UTC−4)" in page.words) == (200, True)


@pytest.mark.parametrize("zone", ["Nowhere/Land", "", "\x00", "../etc/passwd"])
def test_a_time_zone_that_is_none_is_told_beside_its_field(chief, zone):
    url = address(make.make_round())

    found = errors(chief.post(url, {**filled(chief, url), "time_zone": zone}))

    assert {field for field, _sentence in found} == {"time_zone"}


def test_a_call_is_duplicated_as_a_draft_without_dates_and_nominations(chief):
    call = judged_round(weights=(3, 1), slug="best-2026", name_sv="Bäst", titles_public=True)
    call.themes.add(make.make_theme(slug="food"))
    make.make_question(round=call, text_sv="Varför?")
    nominated(round=call)

    run(chief, NominationRound, "duplicate", call)

    made = NominationRound.objects.get(slug="best-2026-2")
    assert (made.published, made.opens_at, made.closes_at, made.titles_public) == (False, None, None, True)
    assert [(each.weight, each.position) for each in made.criteria.all()] == [(3, 1), (1, 2)]
    assert [each.text_sv for each in made.questions.all()] == ["Varför?"]
    assert [each.slug for each in made.themes.all()] == ["food"]
    assert (made.nominations.count(), call.criteria.count()) == (0, 2)


def test_a_call_that_is_gone_is_not_duplicated(chief):
    make.make_round()

    answer = run(chief, NominationRound, "duplicate", NominationRound(pk=999999))

    assert [str(each) for each in answer.context["messages"]] == [
        "Nothing was duplicated: what you chose had been deleted meanwhile."
    ]
    assert (answer.redirect_chain, NominationRound.objects.count()) == ([(list_address(NominationRound), 302)], 1)


def test_who_may_only_look_duplicates_nothing():
    call = make.make_round()

    run(desk(person("eye", role="viewer")), NominationRound, "duplicate", call)

    assert NominationRound.objects.count() == 1


@pytest.mark.parametrize(("state", "expected"), [("open", 1), ("unknown", 1), ("closed", 0), ("nonsense", 2), ("", 2)])
def test_calls_are_found_by_their_state(chief, state, expected):
    make.make_open_round()
    make.make_round()

    assert len(listed(chief, NominationRound, state=state)) == expected


def test_the_list_leads_to_the_nominations_of_a_call(chief):
    call = judged_round()
    nominated(round=call)
    nominated("draft", round=call)

    page = chief.get(list_address(NominationRound)).content.decode()

    link = f"{reverse('admin:practices_nomination_changelist')}?round__id__exact={call.pk}"
    assert f'<a href="{link}">1</a>' in page
    assert len(chief.get(link).context["cl"].result_list) == 1
