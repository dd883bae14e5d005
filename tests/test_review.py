"""Fair review: what is allowed when, who may score, what scores come to, and who sees them."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core import mail
from django.utils.timezone import now
from django.utils.translation import override

from practices import conflicts, erasing, judging, scores, sight, steps, told
from practices.models import Nomination, Review, Reviewer, Step
from practices.nominations import ALLOWED, Status
from practices.reviewers import candidates
from practices.steps import NotAllowed, take
from tests import factories as make
from tests.judging import YES, judged_round, nominated, reviewed, reviewer, scored
from tests.people import person

pytestmark = pytest.mark.django_db
ALL_YES = dict.fromkeys(judging.CHECKS, YES)
ONE_NO = {**ALL_YES, "country": {"answer": False, "note": "From Norway."}}
REASONS = {"reason_sv": "För att.", "reason_en": "Because."}


@pytest.fixture(autouse=True)
def english():
    with override("en"):
        yield


# What scores come to


def criterion(key, weight):
    return SimpleNamespace(key=key, weight=weight)


def review(**points):
    return SimpleNamespace(given_at=True, scores={key: {"points": each, "comment": ""} for key, each in points.items()})


def test_the_weighted_mean_is_that_of_a_case_reckoned_by_hand():
    criteria = [criterion("need", 50), criterion("proof", 30), criterion("spread", 20)]
    # (50·5 + 30·3 + 20·2) / 100 = 3.8 and (50·4 + 30·4 + 20·1) / 100 = 3.4; their mean is 3.6.
    found = scores.outcome([review(need=5, proof=3, spread=2), review(need=4, proof=4, spread=1)], criteria)

    assert (found.means, found.mean, found.spread) == ([Decimal("3.8"), Decimal("3.4")], Decimal("3.6"), Decimal("0.4"))
    assert [(each.given, each.mean, each.spread) for each in found.criteria] == [
        ([5, 4], Decimal("4.5"), 1),
        ([3, 4], Decimal("3.5"), 1),
        ([2, 1], Decimal("1.5"), 1),
    ]
    assert not found.far_apart


def test_nothing_is_rounded_before_the_end():
    criteria = [criterion("a", 133), criterion("b", 67)]
    # 733/200 = 3.665 and 732/200 = 3.66: rounded first they would be 3.67 and 3.66, and their mean 3.67.
    found = scores.outcome([review(a=4, b=3), review(a=5, b=1)], criteria)

    assert found.mean == Decimal("3.6625")
    assert [str(scores.rounded(each)) for each in (*found.means, found.mean)] == ["3.67", "3.66", "3.66"]
    assert str(scores.rounded(Decimal("2.125"))) == "2.13"


def test_thirds_do_not_drift():
    thirds = [criterion("a", 1), criterion("b", 1), criterion("c", 1)]

    found = scores.outcome([review(a=5, b=4, c=4), review(a=4, b=4, c=3), review(a=1, b=5, c=5)], thirds)

    assert found.mean == Decimal(35) / 9
    assert found.spread == Decimal(2) / 3
    assert found.far_apart


def test_without_reviews_there_is_no_mean():
    assert scores.outcome([], [criterion("a", 1)]).mean is None
    assert scores.outcome([SimpleNamespace(given_at=None, scores={})], [criterion("a", 1)]).mean is None


# Steps


@pytest.mark.parametrize("before", list(Status))
@pytest.mark.parametrize("after", list(Status))
def test_only_the_steps_of_the_table_are_taken(before, after):
    nomination = make.make_nomination(status=before)
    user = person()

    try:
        take(nomination, after, by=user, note="why")
        sentence = ""
    except NotAllowed as refused:
        sentence = str(refused)

    nomination.refresh_from_db()
    steps = list(Step.objects.values_list("before", "after", "by__username", "note"))
    if after in ALLOWED[before]:
        assert (sentence, nomination.status, steps) == ("", after, [(before, after, "anna", "why")])
    else:
        refusal = f"The nomination is “{before.label}” and cannot become “{after.label}”."
        assert (sentence, nomination.status, steps) == (refusal, before, [])


STEPS = {
    "check": lambda nomination, user: judging.check(nomination, ALL_YES, by=user),
    "leave out": lambda nomination, user: judging.check(nomination, ONE_NO, by=user, **REASONS),
    "assign": lambda nomination, user: judging.assign(nomination, [], by=user),
    "give": lambda nomination, user: judging.give(nomination, scored(5, 1)(nomination.round), by=user),
    "declare": lambda nomination, user: judging.declare(nomination, "A cousin.", by=user),
    "select": lambda nomination, user: judging.decide(nomination, Status.SELECTED, by=user, **REASONS),
    "do not select": lambda nomination, user: judging.decide(nomination, Status.NOT_SELECTED, by=user, **REASONS),
}
# Where each may be done, and where that leads.
LEADS = {
    ("submitted", "check"): "under-review",
    ("submitted", "leave out"): "ineligible",
    ("under-review", "assign"): "under-review",
    ("under-review", "give"): "under-review",
    ("under-review", "declare"): "under-review",
    ("under-review", "select"): "selected",
    ("under-review", "do not select"): "not-selected",
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("status", list(Status))
def test_each_step_of_the_desk_is_taken_where_it_may_be_and_nowhere_else(status, step):
    nomination, user = nominated(status), reviewer("rut", role="moderator").user
    if step in ("give", "declare"):
        make.make_review(nomination=nomination, reviewer=user)
    elif "select" in step:
        reviewed(nomination, reviewer("one").user, 5, 5)
        reviewed(nomination, reviewer("two").user, 5, 5)

    try:
        STEPS[step](nomination, user)
        refused = ""
    except NotAllowed as error:
        refused = str(error)

    nomination.refresh_from_db()
    assert nomination.status == LEADS.get((status, step), status)
    assert bool(refused) == ((status, step) not in LEADS)
    assert not refused or (refused[-1] == "." and str(status.label) in refused)


def test_a_nomination_outside_the_call_is_left_out_with_a_reason_that_its_nominator_gets(settings):
    settings.EMAIL_HOST = "mail.example"
    nomination = nominated("submitted", language="en", title="Norwegian way")
    make.make_contact_of_nominator(nomination=nomination, email="ilze@example.org")

    judging.check(nomination, ONE_NO, by=person(), **REASONS)

    nomination.refresh_from_db()
    assert nomination.checks == ONE_NO
    [sent] = mail.outbox
    assert (sent.to, "Because." in sent.body, "Norwegian way" in sent.body) == (["ilze@example.org"], True, True)


# Who is asked


def test_those_who_read_the_language_and_know_the_country_come_first_and_then_those_with_little_to_do():
    nomination = nominated(country="LV", language="en")
    names = {
        "busy": {"countries": ["LV"]},
        "elsewhere": {"countries": ["FR"]},
        "fitting": {"countries": ["SE", "LV"]},
        "swedish": {"countries": ["LV"], "languages": "sv"},
    }
    for name, fields in names.items():
        made = reviewer(name)
        Reviewer.objects.filter(pk=made.pk).update(**{**fields, "countries": ",".join(fields["countries"])})
    make.make_review(reviewer=Reviewer.objects.get(user__username="busy").user)

    assert [each.user.username for each in candidates(nomination)] == ["fitting", "busy", "elsewhere", "swedish"]


def test_nobody_is_offered_who_has_it_already_or_lost_the_role_or_the_account():
    nomination = nominated()
    has, lost, closed, offered = (reviewer(each) for each in ("has", "lost", "closed", "offered"))
    make.make_review(nomination=nomination, reviewer=has.user)
    lost.user.groups.clear()
    closed.user.is_active = False
    closed.user.save()

    assert candidates(nomination) == [offered]


def test_who_is_asked_gets_a_mail_with_the_way_to_her_review(settings):
    settings.EMAIL_HOST = "mail.example"
    nomination = nominated(title="Open kitchens")
    made = reviewer("rut")
    Reviewer.objects.filter(pk=made.pk).update(languages="sv")

    asked, refused = judging.assign(
        nomination, [Reviewer.objects.get(pk=made.pk)], by=person(), link="https://x.example/1"
    )

    [sent] = mail.outbox
    assert ([each.pk for each in asked], refused, sent.to) == ([made.pk], [], ["rut@rut.example"])
    assert "Open kitchens" in sent.body
    assert "https://x.example/1" in sent.body


# Conflicts of interest


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Avise", "Avise, Paris", True),
        ("MSI", "Mötesplats Social Innovation (MSI)", True),
        ("Malmö universitet", "MALMO UNIVERSITET", True),
        ("Reach for Change", "Stiftelsen Reach for Change", True),
        ("Stiftelsen", "Stiftelsen Reach for Change", False),
        ("Norrköpings kommun", "Linköpings kommun", False),
        ("Change", "Reach for Changes", False),
        ("AB", "SI Communities AB", False),
        ("", "Avise", False),
        ("", "", False),
    ],
)
def test_two_names_are_of_one_organisation_where_one_stands_whole_in_the_other(one, other, same):
    assert conflicts.same_organisation(one, other) is conflicts.same_organisation(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@avise.fr", "b@Avise.FR", True),
        ("a@mail.avise.fr", "b@avise.fr", True),
        ("a@navise.fr", "b@avise.fr", False),
        ("a@gmail.com", "b@gmail.com", False),
        ("a@telia.com", "b@telia.com", False),
        ("", "b@avise.fr", False),
    ],
)
def test_two_addresses_are_of_one_organisation_where_their_domain_is_its_own(one, other, same):
    assert conflicts.same_domain(one, other) is conflicts.same_domain(other, one) is same


FOUND = {
    "her own nomination": ({"email": "Ilze+work@gmail.com"}, {"email": "ilze@gmail.com"}, {}, "own nomination"),
    "the nominator's organisation": (
        {"organisation": "Biedrība Tilts"},
        {"organisation": "Tilts"},
        {},
        "same organisation as the nominator",
    ),
    "the developer's organisation": (
        {"organisation": "Avise"},
        {},
        {"developer": "Avise, Paris"},
        "developed the practice",
    ),
    "the same domain": ({"email": "a@tilts.lv"}, {"email": "b@tilts.lv"}, {}, "mail address"),
}


@pytest.mark.parametrize("case", FOUND)
def test_a_conflict_of_interest_that_the_directory_finds_keeps_her_from_being_asked(case):
    her, contact, practice, sentence = FOUND[case]
    made = reviewer("rut", **her)
    nomination = nominated(**practice)
    make.make_contact_of_nominator(nomination=nomination, **contact)

    asked, refused = judging.assign(nomination, [made], by=person())

    kept = Review.objects.get()
    assert (asked, len(refused), kept.conflict) == ([], 1, "found")
    assert sentence in refused[0]
    assert sentence in str(kept.conflict_words)
    with override("sv"):
        assert sentence not in str(kept.conflict_words)
    with pytest.raises(NotAllowed, match="conflict of interest"):
        judging.give(nomination, scored(5, 5)(nomination.round), by=made.user)


def test_somebody_with_nothing_in_common_is_asked():
    made = reviewer("rut", email="a@gmail.com", organisation="Avise")
    nomination = nominated(developer="Reach for Change")
    make.make_contact_of_nominator(nomination=nomination, email="b@gmail.com", organisation="Tilts")

    asked, refused = judging.assign(nomination, [made], by=person())

    assert (asked, len(refused)) == ([made], 1)
    assert "no mail could be sent" in refused[0]


def test_a_conflict_that_came_after_she_was_asked_is_found_when_she_scores():
    made = reviewer("rut")
    nomination = nominated(developer="Avise")
    make.make_review(nomination=nomination, reviewer=made.user)
    Reviewer.objects.update(organisation="Avise")

    with pytest.raises(NotAllowed, match="developed the practice"):
        judging.give(nomination, scored(5, 5)(nomination.round), by=type(made.user).objects.get(pk=made.user.pk))

    assert list(Review.objects.values_list("conflict", "scores", "given_at")) == [("found", {}, None)]


def test_a_declared_conflict_ends_her_review():
    made, nomination = reviewer("rut"), nominated()
    make.make_review(nomination=nomination, reviewer=made.user)

    judging.declare(nomination, "My brother works there.", by=made.user)

    assert list(Review.objects.values_list("conflict", "conflict_note")) == [("declared", "My brother works there.")]
    with pytest.raises(NotAllowed, match="conflict of interest"):
        judging.give(nomination, scored(5, 5)(nomination.round), by=made.user)


# Scores and decisions


def test_scores_are_given_once():
    made, nomination = reviewer("rut"), nominated()
    make.make_review(nomination=nomination, reviewer=made.user)
    judging.give(nomination, scored(5, 4)(nomination.round), by=made.user, comment="Good.")

    with pytest.raises(NotAllowed, match="You have given your scores"):
        judging.give(nomination, scored(1, 1)(nomination.round), by=made.user)

    kept = Review.objects.get()
    assert ([each["points"] for each in kept.scores.values()], kept.comment) == ([5, 4], "Good.")


def test_who_was_not_asked_scores_nothing():
    nomination = nominated()

    with pytest.raises(NotAllowed, match="not assigned to you"):
        judging.give(nomination, scored(5, 5)(nomination.round), by=reviewer("rut").user)

    assert not Review.objects.exists()


def test_a_decision_waits_for_as_many_reviews_as_the_call_wants_and_for_nobody():
    nomination, chief = nominated(), person(role="moderator")
    one, two, three = (reviewer(each).user for each in ("one", "two", "three"))
    refusals = []

    def try_it():
        try:
            judging.decide(nomination, Status.SELECTED, by=chief, **REASONS)
        except NotAllowed as refused:
            refusals.append(str(refused))

    try_it()
    reviewed(nomination, one, 5, 5)
    try_it()
    waited = make.make_review(nomination=nomination, reviewer=two)
    try_it()
    judging.give(nomination, scored(4, 4)(nomination.round), by=two)
    waited = make.make_review(nomination=nomination, reviewer=three)
    try_it()
    judging.take_off(nomination, waited, by=chief)
    try_it()

    nomination.refresh_from_db()
    assert refusals == [
        "0 of the 2 reviews that the call promises are given.",
        "1 of the 2 reviews that the call promises are given.",
        "Somebody has not given their scores yet: wait, or take them off.",
        "Somebody has not given their scores yet: wait, or take them off.",
    ]
    assert (nomination.status, nomination.decided_by, nomination.reason_en) == ("selected", chief, "Because.")
    assert [each.note for each in Step.objects.filter(before="under-review", after="under-review")] == ["three"]


def test_who_was_taken_off_is_told_to_each_reader_in_her_own_language():
    nomination, made = nominated(), reviewer("rut", first_name="Rut", last_name="Berg")
    judging.take_off(nomination, make.make_review(nomination=nomination, reviewer=made.user), by=person())
    nomination.all_reviews = []

    def notes():
        return [each.note for each in told.events(nomination)]

    with override("sv"):
        swedish = notes()
    english = notes()
    Step.objects.update(note="")

    assert (swedish, english) == (["Rut Berg granskar den inte längre."], ["Rut Berg reviews it no longer."])
    assert notes() == [""]


@pytest.mark.parametrize("step", ["check", "leave out", "select"])
def test_a_step_of_the_desk_locks_the_nomination_once(monkeypatch, step):
    nomination, locks = nominated("under-review" if step == "select" else "submitted"), []
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 5)
    for module in (judging, steps):
        monkeypatch.setattr(module, "lock", lambda each, lock=steps.lock: locks.append(each) or lock(each))

    STEPS[step](nomination, person(role="moderator"))

    assert locks == [nomination]


def test_who_reviews_does_not_decide_nor_does_who_has_an_interest():
    nomination = nominated(developer="Avise")
    one, two = reviewer("one", role="moderator").user, reviewer("two").user
    declared, tied = (
        reviewer("declared", role="moderator").user,
        reviewer("tied", role="moderator", organisation="Avise"),
    )
    for each in (one, two):
        reviewed(nomination, each, 5, 5)
    make.make_review(nomination=nomination, reviewer=declared, conflict="declared", conflict_note="Mine.")

    for user, sentence in ((one, "You review"), (declared, "conflict"), (tied.user, "conflict")):
        with pytest.raises(NotAllowed, match=sentence):
            judging.decide(nomination, Status.SELECTED, by=user, **REASONS)

    nomination.refresh_from_db()
    assert nomination.status == "under-review"


def test_the_second_of_two_who_decide_is_told_who_was_first():
    nomination = nominated()
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 5)
    first, second = person("first", role="moderator"), person("second", role="moderator")
    seen = sight.picture(nomination, list(nomination.reviews.all()))
    judging.decide(nomination, Status.NOT_SELECTED, by=first, seen=seen, **REASONS)

    with pytest.raises(NotAllowed) as refused:
        judging.decide(nomination, Status.SELECTED, by=second, seen=seen, **REASONS)

    nomination.refresh_from_db()
    assert str(refused.value) == "first has decided on the nomination meanwhile: it is “not selected”."
    assert (nomination.status, nomination.decided_by) == ("not-selected", first)


def test_a_decision_is_not_made_on_reviews_that_have_changed_since():
    nomination, chief = nominated(), person(role="moderator")
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 5)
    seen = sight.picture(nomination, list(nomination.reviews.all()))
    reviewed(nomination, reviewer("three").user, 1, 1)

    with pytest.raises(NotAllowed, match="have changed since"):
        judging.decide(nomination, Status.SELECTED, by=chief, seen=seen, **REASONS)

    assert Nomination.objects.get().status == "under-review"


def test_the_nominator_is_told_the_decision_in_her_language(settings):
    settings.EMAIL_HOST = "mail.example"
    nomination = nominated(language="sv")
    make.make_contact_of_nominator(nomination=nomination, email="ilze@example.org")
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 5)

    judging.decide(nomination, Status.SELECTED, by=person(role="moderator"), **REASONS)

    [sent] = mail.outbox
    assert (sent.to, "För att." in sent.body, "Because." in sent.body) == (["ilze@example.org"], True, False)
    nomination.refresh_from_db()
    assert nomination.contact.keep_until is not None


# Who sees what


def sees(user, nomination):
    return sight.sees_scores(user, nomination, list(nomination.reviews.select_related("reviewer")))


def test_scores_are_seen_by_those_who_have_given_theirs_and_by_moderators_when_all_are_in():
    nomination = nominated()
    moderator, editor = person("moderator", role="moderator"), person("editor", role="editor")
    one, two = reviewer("one").user, reviewer("two", role="moderator").user
    mine = make.make_review(nomination=nomination, reviewer=two)
    reviewed(nomination, one, 5, 5)
    people = (one, two, moderator, editor)
    before = [sees(each, nomination) for each in people]

    judging.give(nomination, scored(3, 3)(nomination.round), by=two)

    assert mine.pk
    assert before == [True, False, False, False]
    assert [sees(each, nomination) for each in people] == [True, True, True, False]


def test_a_conflict_of_interest_hides_scores_for_good():
    nomination = nominated("selected", developer="Avise")
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 5)
    declared = reviewer("declared", role="moderator").user
    tied = reviewer("tied", role="administrator", organisation="Avise").user
    make.make_review(nomination=nomination, reviewer=declared, conflict="declared", conflict_note="Mine.")

    assert [sees(each, nomination) for each in (declared, tied)] == [False, False]


def test_who_can_have_read_the_scores_is_not_asked_any_more():
    nomination = nominated()
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 5)
    knows, new = reviewer("knows", role="moderator"), reviewer("new")

    asked, refused = judging.assign(nomination, [knows, new], by=person())

    assert (asked, [each.partition(" has ")[2] for each in refused]) == (
        [new],
        ["been able to read the scores already, and was not asked.", ""],
    )


def test_nobody_reads_the_scores_and_is_asked_then():
    """Two have given; whoever is waited for is taken off, so that all are in, and another one is asked."""
    nomination, chief = nominated(), person()
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 5)
    knows, third = reviewer("knows", role="moderator"), reviewer("third")
    waited = make.make_review(nomination=nomination, reviewer=knows.user)

    judging.take_off(nomination, waited, by=chief)
    judging.assign(nomination, [third], by=chief)
    asked, refused = judging.assign(nomination, [knows], by=chief)

    assert (asked, len(refused)) == ([], 1)
    assert "has been able to read the scores" in refused[0]


def test_nothing_is_scored_where_the_call_has_no_criteria():
    nomination, made = nominated(), reviewer("rut")
    nomination.round.criteria.all().delete()
    make.make_review(nomination=nomination, reviewer=made.user)

    with pytest.raises(NotAllowed, match="no criteria yet"):
        judging.give(nomination, {}, by=made.user)

    assert scores.outcome([Review(given_at=now())], []).rows == []


def test_what_is_done_with_an_erased_nomination_is_refused_in_words():
    nomination, made = nominated(), reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)
    erasing.erase(type(nomination).objects.get(pk=nomination.pk))
    erasing.erase(nomination)

    with pytest.raises(NotAllowed, match="erased meanwhile"):
        judging.give(nomination, {}, by=made.user)
    with pytest.raises(NotAllowed, match="erased meanwhile"):
        take(nomination, Status.WITHDRAWN)


def test_a_call_with_one_criterion_is_judged_by_it_alone():
    nomination = nominated(round=judged_round(weights=(7,)))
    reviewed(nomination, reviewer("one").user, 4)

    assert scores.outcome(list(nomination.reviews.all()), nomination.round.criteria.all()).mean == 4
