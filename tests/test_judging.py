"""Judging at the desk: the list and what waits, each step's page, the blindness of reviewers, exports, publication."""

import csv
import io
import json
import subprocess
import sys
from datetime import timedelta

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from directory.sources import Source
from practices.erasing import erase
from practices.judging import CHECKS
from practices.models import Nomination, Practice, Review, Reviewer
from tests import factories as make
from tests.judging import LIST, at, desk, judged_round, nominated, reviewed, reviewer
from tests.pages import Page
from tests.people import person

pytestmark = pytest.mark.django_db
CANARY = "canary-5f1c"
ALL_YES = dict.fromkeys(CHECKS, "yes")


@pytest.fixture
def chief():
    """The browser of a moderator who reviews nothing."""
    return desk(person("chief", role="moderator"))


def told(answer):
    """Return the messages that a page shows."""
    return [str(each) for each in answer.context["messages"]]


def points(nomination, *numbers, comment="", **fields):
    """Return what a browser sends as a review."""
    data = {"comment": comment, **fields}
    for each, number in zip(nomination.round.criteria.all(), numbers, strict=True):
        data |= {f"points_{each.key}": number, f"comment_{each.key}": ""}
    return data


# The list and the desk


def test_the_list_shows_what_was_received_and_no_draft(chief):
    shown = [nominated(status) for status in ("submitted", "under-review", "selected")]
    for status in ("draft", "unconfirmed"):
        nominated(status)

    found = chief.get(LIST).context["cl"].result_list

    assert {each.pk for each in found} == {each.pk for each in shown}


def waiting_for(user, **wanted):
    """Return the numbers that the desk shows a user, and those of the lists that they lead to, by what waits."""
    client = desk(user)
    left = client.get("/admin/").context["left"]
    numbers = {each["task"].name: each["lists"] for each in left}
    return {
        name: (int(lists[0]["number"]), len(client.get(lists[0]["address"]).context["cl"].result_list))
        for name, lists in numbers.items()
        if "waits=" in lists[0]["address"]
    }


def test_the_desk_counts_what_waits_as_its_lists_do():
    long_ago = now() - timedelta(days=22)
    nominated("submitted")
    nominated("submitted", confirmed_at=long_ago)
    bare, ready, half = nominated(), nominated(), nominated()
    one, two = reviewer("one").user, reviewer("two", role="moderator").user
    for each in (one, two):
        reviewed(ready, each, 5, 5)
    reviewed(half, one, 5, 5)
    make.make_review(nomination=half, reviewer=two, assigned_at=long_ago)
    make.make_review(nomination=bare, reviewer=one, conflict="declared", conflict_note="Mine.")
    nominated("selected")

    assert waiting_for(person("chief", role="moderator")) == {
        "eligibility": (2, 2),
        "reviewers": (1, 1),
        "decision": (1, 1),
        "late": (2, 2),
    }
    assert waiting_for(two) == {"eligibility": (2, 2), "reviewers": (1, 1), "mine": (1, 1), "late": (2, 2)}
    assert waiting_for(one) == {}
    assert waiting_for(person("ed", role="editor")) == {}


def test_filters_offer_only_what_nominations_that_one_may_know_of_have():
    one, viewer = reviewer("one").user, person("eye", role="viewer")
    for name, country in (("First", "LV"), ("Second", "FI")):
        asked = nominated(country=country, round=judged_round(name_sv=name))
        make.make_review(nomination=asked, reviewer=one)
    nominated(country="NO", round=judged_round(name_sv="Third"))
    nominated("draft", country="DK", round=judged_round(name_sv="Fourth", published=False))

    found = [offered(desk(user)) for user in (one, viewer)]

    assert found == [
        ({"First", "Second"}, {"Latvia", "Finland"}),
        ({"First", "Second", "Third"}, {"Latvia", "Finland", "Norway"}),
    ]


def offered(client):
    """Return the calls and the countries that the filters of the list offer."""
    changelist = client.get(LIST).context["cl"]
    return tuple(
        {str(each["display"]) for each in [*spec.choices(changelist)][1:]} for spec in changelist.filter_specs[-2:]
    )


@pytest.mark.parametrize(
    "query", ["waits=nonsense", "status=draft", "waits=mine&status=x", "country=LV", "round__id__exact=0"]
)
def test_nonsense_in_the_filters_breaks_nothing(chief, query):
    nominated("draft")
    nominated()

    answer = chief.get(f"{LIST}?{query}", follow=True)

    assert answer.status_code == 200
    assert all(each.status != "draft" for each in answer.context["cl"].result_list)


@pytest.mark.parametrize(
    "query",
    [
        "reviews__comment__contains=a",
        "reviews__scores__contains=a",
        "secret_hash__startswith=0",
        "contact__email__startswith=i",
        "round__nominations__contact__email__startswith=i",
        "decided_by__password__startswith=m",
    ],
)
def test_nothing_is_guessed_by_filters_of_ones_own(chief, query):
    make.make_contact_of_nominator(nomination=nominated())

    assert chief.get(f"{LIST}?{query}").status_code in (302, 400)


def queries(client, url):
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as context:
        assert client.get(url).status_code == 200
    return len(context)


def test_the_list_takes_as_many_queries_for_three_as_for_one(chief):
    call = judged_round()
    nominated(round=call)
    one = queries(chief, LIST)
    for name in ("a", "b"):
        nomination = nominated(round=call)
        reviewed(nomination, reviewer(name).user, 5, 5)

    # Session, user, rights of the user and of her groups, count, rows, the calls of the filter.
    assert (one, queries(chief, LIST)) == (8, 8)


def test_the_page_takes_as_many_queries_for_three_reviews_as_for_one(chief):
    nomination = nominated("selected")
    reviewed(nomination, reviewer("a").user, 5, 5)
    one = queries(chief, at(nomination))
    for name in ("b", "c"):
        reviewed(nomination, reviewer(name).user, 5, 5)

    assert queries(chief, at(nomination)) == one


# Who nominated


def test_the_contact_is_shown_to_moderators_only(chief):
    nomination = nominated()
    make.make_contact_of_nominator(nomination=nomination, name="Ilze Ozola", email="ilze@example.org")
    made = reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)
    people = {role: desk(person(role, role=role)) for role in ("viewer", "editor", "administrator")}
    people |= {"reviewer": desk(made.user), "moderator": chief}

    shown = {name for name, each in people.items() if "ilze@example.org" in each.get(at(nomination)).content.decode()}

    assert shown == {"moderator", "administrator"}
    for name, client in people.items():
        for page in ("/admin/", LIST):
            assert "Ozola" not in client.get(page).content.decode(), (name, page)


# Steps


def test_a_nomination_is_checked_and_goes_to_review(chief):
    nomination = nominated("submitted")

    answer = chief.post(at(nomination, "eligibility"), ALL_YES, follow=True)

    nomination.refresh_from_db()
    assert (nomination.status, told(answer)) == ("under-review", ["The nomination is “in review” now."])
    assert [each["answer"] for each in nomination.checks.values()] == [True] * len(CHECKS)


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({}, {*CHECKS}),
        ({**ALL_YES, "kind": "perhaps"}, {"kind"}),
        ({**ALL_YES, "kind": "no"}, {"reason_sv", "reason_en"}),
        ({**ALL_YES, "kind": "no", "reason_sv": "Fel sort."}, {"reason_en"}),
        ({**ALL_YES, "reason_sv": "Fel sort."}, {"reason_sv"}),
        ({**ALL_YES, "kind_note": "bell \x07"}, {"kind_note"}),
    ],
)
def test_a_check_with_something_missing_is_shown_again_with_what_was_typed(chief, data, wrong):
    nomination = nominated("submitted")

    answer = chief.post(at(nomination, "eligibility"), {"whole_note": "typed before", **data})

    nomination.refresh_from_db()
    assert (answer.status_code, set(answer.context["form"].errors), nomination.status) == (422, wrong, "submitted")
    assert "typed before" in answer.content.decode()


def test_two_who_check_at_once_are_told(chief):
    nomination = nominated("submitted")
    chief.post(at(nomination, "eligibility"), ALL_YES, follow=True)

    answer = chief.post(at(nomination, "eligibility"), {**ALL_YES, "kind_note": "typed by the second"})

    assert (answer.status_code, told(answer)) == (
        409,
        ["The nomination is “in review”: this cannot be done with it."],
    )
    assert "typed by the second" in answer.content.decode()


def test_a_moderator_asks_reviewers_and_takes_one_off(chief):
    nomination = nominated(developer="Avise")
    rut, tied = reviewer("rut"), reviewer("tied", organisation="Avise")

    answer = chief.post(at(nomination, "reviewers"), {"reviewer": [rut.pk, tied.pk]}, follow=True)
    review = Review.objects.get(reviewer=rut.user)
    again = chief.post(at(nomination, "reviewers"), {"reviewer": [rut.pk]})
    off = chief.post(at(nomination, "reviewers"), {"off": review.pk}, follow=True)

    assert told(answer) == [
        "tied, Avise was not asked: a conflict of interest. "
        "The reviewer belongs to the organisation that developed the practice.",
        f"{rut} was asked, but no mail could be sent: tell them yourself.",
        "1 reviewer was asked.",
    ]
    assert (again.status_code, told(again)) == (422, ["Nobody was asked: choose at least one of the reviewers."])
    assert told(off) == ["rut reviews it no longer."]
    assert list(Review.objects.values_list("reviewer__username", "conflict")) == [("tied", "found")]


@pytest.mark.parametrize("chosen", [[], ["0"], ["x"], ["9" * 30]])
def test_nobody_is_asked_by_nonsense(chief, chosen):
    nomination = nominated()
    reviewer("rut")

    assert chief.post(at(nomination, "reviewers"), {"reviewer": chosen}).status_code == 422
    assert not Review.objects.exists()


def test_a_reviewer_scores(chief):
    nomination, made = nominated(), reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)
    client = desk(made.user)

    answer = client.post(at(nomination, "review"), points(nomination, 4, 2, comment="On the whole good."), follow=True)

    assert told(answer) == ["Your scores are given. Thank you."]
    assert "Weighted mean: 3.50 of 5, from 1 review." in Page(answer).words
    again = client.get(at(nomination, "review"), follow=True)
    assert told(again) == ["You have given your scores: you may have read those of others since."]


@pytest.mark.parametrize("numbers", [("", 3), (6, 3), (0, 3), ("x", 3), (4.5, 3)])
def test_points_beyond_the_scale_are_refused_and_the_rest_is_kept(numbers):
    nomination, made = nominated(), reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)

    answer = desk(made.user).post(at(nomination, "review"), points(nomination, *numbers, comment="typed before"))

    assert (answer.status_code, len(answer.context["form"].errors)) == (422, 1)
    assert "typed before" in answer.content.decode()
    assert Review.objects.get().given_at is None


def test_what_a_criterion_counts_is_told_as_on_the_page_of_its_call(client):
    nomination, made = nominated(round=judged_round(weights=(2, 1))), reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)

    page = Page(desk(made.user).get(at(nomination, "review")))
    call = Page(client.get(f"/en/calls/{nomination.round.slug}/"))

    quiet = [each for each in page.texts("p", class_="quiet") if each.startswith("Counts")]
    assert quiet == ["Counts for 66.7%.", "Counts for 33.3%."]
    assert [each in call.words for each in ("66.7%", "33.3%")] == [True, True]
    assert "moderators who do not review it see them only when all are given" in page.words


def test_a_reviewer_declares_a_conflict_and_sees_the_nomination_no_more():
    nomination, made = nominated(), reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)
    client = desk(made.user)

    empty = client.post(at(nomination, "review"), {"declare": "x", "conflict-note": " "})
    answer = client.post(at(nomination, "review"), {"declare": "x", "conflict-note": "My brother."}, follow=True)

    assert (empty.status_code, told(answer)) == (422, ["Thank you for saying so. You do not review it."])
    assert list(Review.objects.values_list("conflict", "conflict_note")) == [("declared", "My brother.")]
    assert [client.get(at(nomination, step)).status_code for step in ("change", "review")] == [404, 404]


def test_a_reviewer_knows_of_no_nomination_but_hers():
    mine, other = nominated(title="Mine to review"), nominated(title="Somebody else's")
    made = reviewer("rut")
    make.make_review(nomination=mine, reviewer=made.user)
    client = desk(made.user)

    assert [each.pk for each in client.get(LIST).context["cl"].result_list] == [mine.pk]
    assert client.get(at(mine)).status_code == 200
    assert [client.get(at(other, step)).status_code for step in ("change", "review")] == [404, 404]
    assert [
        client.get(at(mine, step)).status_code for step in ("eligibility", "reviewers", "decision", "publication")
    ] == [403] * 4
    for page in ("/admin/", LIST, f"{LIST}?q=somebody", "/admin/practices/"):
        assert "Somebody else" not in client.get(page).content.decode(), page
    assert client.get("/admin/networks/network/").status_code == 403


def test_a_decision_needs_its_reason_in_both_languages(chief):
    nomination = nominated()
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 3)
    page = chief.get(at(nomination, "decision"))
    data = {"outcome": "selected", "reason_sv": "Väl belagd.", "seen": page.context["form"]["seen"].value()}

    short = chief.post(at(nomination, "decision"), data)
    whole = chief.post(at(nomination, "decision"), {**data, "reason_en": "Well proven."}, follow=True)

    nomination.refresh_from_db()
    assert "Weighted mean: 4.50 of 5, from 2 reviews." in Page(page).words
    assert (short.status_code, set(short.context["form"].errors)) == (422, {"reason_en"})
    assert (nomination.status, told(whole)) == (
        "selected",
        [
            "No mail could be sent to the nominator: say yourself what became of the nomination.",
            "The nomination is “selected” now.",
        ],
    )


def test_the_second_who_decides_reads_who_was_first_and_keeps_her_words(chief):
    nomination = nominated()
    for name in ("one", "two"):
        reviewed(nomination, reviewer(name).user, 5, 3)
    second = desk(person("second", role="administrator"))
    seen = {"seen": second.get(at(nomination, "decision")).context["form"]["seen"].value()}
    words = {"reason_sv": "Sv.", "reason_en": "typed by the second", **seen}
    chief.post(at(nomination, "decision"), {"outcome": "selected", **words})

    answer = second.post(at(nomination, "decision"), {"outcome": "not-selected", **words})

    nomination.refresh_from_db()
    assert (answer.status_code, nomination.status, nomination.decided_by.username) == (409, "selected", "chief")
    assert told(answer) == ["chief has decided on the nomination meanwhile: it is “selected”."]
    assert "typed by the second" in answer.content.decode()


@pytest.mark.parametrize(
    ("status", "step", "sentence"),
    [
        ("under-review", "eligibility", "It was checked already."),
        ("submitted", "reviewers", "Reviewers are asked between the check and the decision."),
        ("submitted", "decision", "The nomination is “received”: this cannot be done with it."),
        ("under-review", "decision", "0 of the 2 reviews that the call promises are given."),
        ("under-review", "publication", "Only what was selected is published."),
        ("under-review", "review", "This nomination is not assigned to you."),
    ],
)
def test_a_page_of_a_step_that_cannot_be_taken_says_why(chief, status, step, sentence):
    nomination = nominated(status)

    answer = chief.get(at(nomination, step), follow=True)

    assert (answer.redirect_chain, told(answer)) == ([(at(nomination), 302)], [sentence])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_the_same_moment_one_is_heard_and_the_other_told(elsewhere):
    command = [sys.executable, "-m", "tests.deciding", "10"]
    report = json.loads(subprocess.run(command, check=True, env=elsewhere, capture_output=True).stdout)

    assert report == {"pairs": 10, "heard": 10, "as she decided": 10, "told": 10, "steps": 10}


# Blindness


def test_what_a_reviewer_scored_is_nowhere_before_one_has_scored_oneself():
    """Canaries in scores and comments: on no page, export, history, list or search of somebody who has yet to score."""
    nomination = nominated(title="Judged")
    one = reviewer("one").user
    reviewed(nomination, one, 5, 4, comment=CANARY)
    Review.objects.update(comment=CANARY)
    waiting = reviewer("waiting", role="administrator").user
    make.make_review(nomination=nomination, reviewer=waiting)
    people = {
        "reviewer to score": waiting,
        "moderator": person("moderator", role="moderator"),
        "editor": person("editor", role="editor"),
        "viewer": person("viewer", role="viewer"),
        "superuser to score": person("root", is_superuser=True),
    }
    make.make_review(nomination=nomination, reviewer=people["superuser to score"])
    paths = [
        "/admin/",
        LIST,
        f"{LIST}?q={CANARY}",
        f"{LIST}?q=Judged",
        f"{LIST}?o=7",
        "/admin/practices/",
        "/admin/practices/reviewer/",
        f"/admin/practices/reviewer/{one.reviewer.pk}/change/",
        at(nomination),
        at(nomination, "history"),
        *(at(nomination, step) for step in ("eligibility", "reviewers", "review", "decision", "publication")),
        f"/admin/practices/nominationround/{nomination.round_id}/change/",
        f"/admin/practices/nominationround/{nomination.round_id}/history/",
        f"/admin/practices/nominationround/{nomination.round_id}/delete/",
        "/admin/admin/logentry/",
        "/admin/autocomplete/?app_label=practices&model_name=review&field_name=nomination",
        f"/admin/autocomplete/?app_label=practices&model_name=review&field_name=nomination&term={CANARY}",
        "/admin/autocomplete/?app_label=practices&model_name=nominatorcontact&field_name=nomination",
    ]
    found, means = [], []
    for who, user in people.items():
        client = desk(user)
        answers = [(path, client.get(path, follow=True)) for path in paths]
        answers += [
            (form, client.post(LIST, {"action": f"export_{form}", "_selected_action": [nomination.pk]}, follow=True))
            for form in ("csv", "xlsx")
        ]
        for path, answer in answers:
            text = text_of(answer)
            # A search box repeats what was typed into it; what it finds is the question there.
            told_back = f"q={CANARY}" in path and not answer.context["cl"].result_list
            found += [(who, path)] if CANARY in text and not told_back else []
            means += [(who, path)] if "4.75" in text else []

    seen = desk(one)
    control = [CANARY in seen.get(at(nomination)).content.decode(), "4.75" in seen.get(at(nomination)).content.decode()]
    assert (found, means, control) == ([], [], [True, True])


def text_of(answer):
    """Return what an answer says, a workbook's cells too."""
    if "spreadsheetml" in answer.get("Content-Type", ""):
        rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
        return "\n".join(str(cell) for row in rows for cell in row)
    return answer.content.decode()


def test_nobody_learns_by_the_log_what_was_done_with_a_nomination(chief):
    nomination, made = nominated(), reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)

    desk(made.user).post(at(nomination, "review"), points(nomination, 4, 2, comment=CANARY))

    assert Review.objects.get().comment == CANARY
    assert not LogEntry.objects.exists()


# Export


def exported(client, form, *nominations):
    """Return the rows of an export, as texts."""
    keys = [each.pk for each in nominations]
    answer = client.post(LIST, {"action": f"export_{form}", "_selected_action": keys})
    assert answer.status_code == 200
    if form == "csv":
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    return [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_has_the_answers_and_the_mean_and_nobody_who_nominated(chief, form):
    call = judged_round()
    first = make.make_question(round=call, text_en="What does it build on?", text_sv="Fråga ett")
    choice = make.make_question(round=call, text_sv="Skala", kind="choice", choices_sv="Ja\nNej", choices_en="Yes\nNo")
    decided = nominated("selected", round=call, title="Decided", answers={first.key: "Trust", choice.key: "Ja"})
    make.make_contact_of_nominator(
        nomination=decided, name="Ilze Ozola", email="ilze@example.org", organisation="Tilts"
    )
    Nomination.objects.filter(pk=decided.pk).update(credit_name="Ilze Ozola", credit_organisation="Tilts")
    reviewed(decided, reviewer("one").user, 5, 3)
    other = nominated(title="Of another call")

    rows = exported(chief, form, decided, other)

    told = {row[5]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert (told["Decided"]["What does it build on?"], told["Decided"]["Skala"]) == ("Trust", "Yes")
    assert (told["Decided"]["Weighted mean"], told["Of another call"]["Weighted mean"]) == ("4.50", "")
    assert told["Of another call"]["What does it build on?"] == ""
    text = repr(rows)
    assert not any(word in text for word in ("Ilze", "ilze@", "Tilts"))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a\x07b", "\x0b=1"])
def test_an_export_runs_no_formula_and_breaks_on_no_character(chief, form, text):
    nomination = nominated(description=text, title="Plain")

    [_headings, row] = exported(chief, form, nomination)

    cell = row[11]
    assert not any(ord(letter) < 32 and letter not in "\t\n" for letter in cell)
    assert form == "xlsx" or cell[0] not in "=+-@\t\x0b"
    assert "".join(filter(str.isalnum, cell)) == "".join(filter(str.isalnum, text))


def test_a_reviewer_exports_nothing():
    nomination, made = nominated(), reviewer("rut")
    make.make_review(nomination=nomination, reviewer=made.user)
    client = desk(made.user)

    answer = client.post(LIST, {"action": "export_csv", "_selected_action": [nomination.pk]})

    assert answer.get("Content-Disposition") is None
    assert "export_csv" not in client.get(LIST).content.decode()


# The list of reviewers


def test_a_moderator_puts_an_account_with_the_role_on_the_list(chief):
    plain, asked = person("plain"), reviewer("asked").user
    fresh = reviewer("fresh").user
    Reviewer.objects.filter(user=fresh).delete()
    page = "/admin/practices/reviewer/add/"
    offered = [each.pk for each in chief.get(page).context["adminform"].form.fields["user"].queryset]
    data = {"organisation": "Avise", "languages": ["sv", "en"], "countries": ["FR", "LV"]}

    refused = chief.post(page, {**data, "user": plain.pk})
    taken = chief.post(page, {**data, "user": fresh.pk})

    assert offered == [fresh.pk]
    assert (refused.status_code, taken.status_code) == (200, 302)
    made = Reviewer.objects.get(user=fresh)
    assert (made.languages, [each.code for each in made.countries]) == ("sv en", ["FR", "LV"])
    assert asked.reviewer


def test_languages_of_reviewers_have_names_and_the_list_is_narrowed_by_one(chief):
    for languages in ("sv", "en", "sv en"):
        Reviewer.objects.filter(pk=reviewer(languages.replace(" ", "-")).pk).update(languages=languages)
    pages = [Page(chief.get(f"/admin/practices/reviewer/{query}")) for query in ("", "?language=sv", "?language=en")]

    assert [page.texts("td", class_="field-languages_named") for page in pages] == [
        ["English", "Swedish", "Swedish, English"],
        ["Swedish", "Swedish, English"],
        ["English", "Swedish, English"],
    ]


def test_a_reviewer_who_is_waited_for_is_not_deleted(chief):
    nomination, free = nominated(), reviewer("free")
    tied, asked = reviewer("tied", organisation="Avise"), reviewer("asked")
    make.make_review(nomination=nomination, reviewer=tied.user, conflict="found")
    owed = make.make_review(nomination=nomination, reviewer=asked.user)
    make.make_review(nomination=nominated("not-selected"), reviewer=free.user)
    listed, many = "/admin/practices/reviewer/", {"action": "delete_selected", "post": "yes"}

    one = chief.post(f"{listed}{tied.pk}/delete/", {"post": "yes"})
    several = chief.post(listed, {**many, "_selected_action": [tied.pk, asked.pk, free.pk]})

    sentence = "%s cannot be deleted as long as they have these nominations to review: %s."
    refusals = [sentence % (each, nomination.reference) for each in (tied, asked)]
    assert sorted(Page(one).texts("p", class_="errornote")) == refusals[:1]
    assert sorted(Page(several).texts("p", class_="errornote")) == sorted(refusals)
    assert Reviewer.objects.count() == 3
    owed.delete()
    chief.post(listed, {**many, "_selected_action": [asked.pk, free.pk]})
    assert list(Reviewer.objects.all()) == [tied]


# Publication


@pytest.fixture
def selected():
    """A selected nomination in Swedish, to a call of a project."""
    call = judged_round(name_sv="Goda exempel", name_en="Best practices", project=make.make_project(slug="hub"))
    nomination = nominated(
        "selected",
        round=call,
        title="Öppna kök",
        description="Alla äter.",
        country="LV",
        sector="civil-society",
        credit_name="Ilze Ozola",
        credit_organisation="Tilts",
    )
    nomination.themes.add(make.make_theme(slug="food"))
    return nomination


def publish(client, nomination, **fields):
    """Send the form of the publication as it is offered, with some fields changed."""
    form = client.get(at(nomination, "publication")).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value()}
    return client.post(
        at(nomination, "publication"), {**data, "summary_sv": "Alla äter tillsammans.", **fields}, follow=True
    )


def test_a_selected_nomination_becomes_a_practice_that_says_where_it_comes_from(chief, client, selected):
    meeting = make.make_meeting(slug="arena", name_sv="Arenan")
    Nomination.objects.update(links="https://example.org/shown")

    answer = publish(chief, selected, meetings=[meeting.pk])

    practice = Practice.objects.get()
    assert practice.evidence_links == "https://example.org/shown"
    assert told(answer) == ["“Öppna kök” is a practice in the library now."]
    assert (practice.slug, practice.standing, practice.kind, practice.sector, practice.country.code) == (
        "oppna-kok",
        "selected",
        "method",
        "civil-society",
        "LV",
    )
    assert (practice.source.slug, practice.source.name_en, practice.locator) == (
        f"nominations-{selected.round.slug}",
        "Nominations to “Best practices”",
        selected.reference,
    )
    assert [
        each.slug for relation in ("themes", "projects", "meetings") for each in getattr(practice, relation).all()
    ] == [
        "food",
        "hub",
        "arena",
    ]
    assert [step.user for step in history(practice)] == ["chief"]


def history(record):
    from directory.past import steps

    return steps(record)


def test_both_pages_and_those_of_the_project_and_the_meeting_show_it(chief, client, selected):
    meeting = make.make_meeting(slug="arena", name_sv="Arenan")
    publish(chief, selected, meetings=[meeting.pk])

    practice = Page(client.get("/en/practices/oppna-kok/"))
    facts = practice.facts()
    assert (facts["Selected in"], facts["Nominated by"]) == ("Best practices", "Ilze Ozola, Tilts")
    for page in (f"/en/calls/{selected.round.slug}/", "/en/projects/hub/", "/en/meetings/arena/"):
        assert "/en/practices/oppna-kok/" in Page(client.get(page)).links, page
    for link in (f"/en/calls/{selected.round.slug}/", "/en/projects/hub/", "/en/meetings/arena/"):
        assert link in practice.links


def test_who_wished_no_credit_gets_none(chief, client, selected):
    Nomination.objects.update(anonymous=True)
    publish(chief, selected)

    page = client.get("/en/practices/oppna-kok/")

    assert Page(page).facts()["Nominated by"] == "not told"
    assert "Ilze" not in page.content.decode()


def test_who_is_erased_goes_from_the_page_at_once_and_the_practice_stays(chief, client, selected):
    publish(chief, selected)
    before = "Ilze Ozola" in client.get("/en/practices/oppna-kok/").content.decode()

    erase(selected)

    page = client.get("/en/practices/oppna-kok/")
    assert (before, page.status_code, "Ilze" in page.content.decode()) == (True, 200, False)


def test_a_practice_that_nobody_nominated_says_nothing_of_it(client):
    make.make_practice(slug="a")

    assert not {"Selected in", "Nominated by"} & set(Page(client.get("/en/practices/a/")).facts())


def test_the_source_of_a_call_is_made_once(chief, selected):
    other = nominated("selected", round=selected.round, title="Öppna kök")

    publish(chief, selected)
    for record in (Source.objects.get(slug__startswith="nominations-"), selected.round):
        record.slug = f"renamed-{record.pk}"
        record.save()
    publish(chief, other)

    assert sorted(Practice.objects.values_list("slug", flat=True)) == ["oppna-kok", "oppna-kok-2"]
    assert Practice.objects.values("source").distinct().count() == 1


def test_it_is_taken_back_and_shown_again(chief, client, selected):
    publish(chief, selected)
    page = f"/en/practices/{Practice.objects.get().slug}/"
    seen = [client.get(page).status_code]

    for data in ({"back": "x"}, {"back": "x"}, {}, {}):
        chief.post(at(selected, "publication"), data)
        seen.append(client.get(page).status_code)

    assert seen == [200, 404, 404, 200, 200]
    assert Practice.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"summary_sv": ""}, {"summary_sv"}),
        ({"name_sv": ""}, {"name_sv"}),
        ({"meetings": ["999"]}, {"meetings"}),
        ({"developer": "x"}, {"developer"}),
        ({"name_en": "\u202ereversed"}, {"name_en"}),
    ],
)
def test_a_publication_with_something_wrong_is_shown_again(chief, selected, fields, wrong):
    answer = publish(chief, selected, **fields)

    assert (answer.status_code, set(answer.context["form"].errors)) == (422, wrong)
    assert not Practice.objects.exists()


def test_a_decided_nomination_that_was_not_selected_is_not_published(chief):
    nomination = nominated("not-selected")

    answer = chief.post(at(nomination, "publication"), {"name_sv": "X", "summary_sv": "Y"})

    assert (answer.status_code, Practice.objects.count()) == (409, 0)
