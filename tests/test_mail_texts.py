"""Staff word the mails about nominations anew, and cannot word them so that they no longer work."""

import pytest
from django.urls import reverse

from directory.seen import GONE
from practices.mails import MAILS, facts_of, worded
from practices.models import MailText
from tests.pages import Page
from tests.test_admin import errors, filled
from tests.test_lost_updates import again

pytestmark = pytest.mark.django_db
NEW = reverse("admin:practices_mailtext_add", urlconf="directory.urls")
EMPTY = {"subject_sv": "", "subject_en": "", "body_sv": "", "body_en": ""}


def test_own_words_take_the_place_of_ours_in_their_language_alone(desk):
    answer = desk.post(NEW, {**EMPTY, "name": "receipt", "subject_sv": "Tack för $title"})

    assert answer.status_code == 302
    assert worded("receipt", "sv", {"title": "Odla"})[0] == "Tack för Odla"
    assert worded("receipt", "en", {"title": "Odla", "reference": "N1"})[0] == "We have received your nomination N1"


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("body_sv", "Hej $nobody $link", "This mail knows no $nobody; it knows $call, $link, $reference."),
        ("subject_en", "About $title", "This mail knows no $title; it knows $call, $link, $reference."),
        ("body_en", "Please confirm.", "The text needs $link: without it the mail is of no use."),
    ],
)
def test_a_wording_that_does_not_work_is_refused_and_kept(desk, field, text, sentence):
    answer = desk.post(NEW, {**EMPTY, "name": "confirm", field: text})

    assert answer.context["adminform"].form.errors == {field: [sentence]}
    assert text in answer.content.decode()
    assert not MailText.objects.exists()


def test_each_mail_is_worded_once_and_stays_what_it_is(desk):
    text = MailText.objects.create(name="confirm", subject_en="Please confirm $reference")
    offered = [each.get("value") for each in Page(desk.get(NEW)).all("option")]
    url = reverse("admin:practices_mailtext_change", args=[text.pk])
    page = Page(desk.get(url))
    desk.post(url, {**filled(desk, url), "name": "selected", "subject_en": "Confirm, please"})

    text.refresh_from_db()
    assert offered == [name for name in MAILS if name != "confirm"]
    assert "to a nominator, asking for the address to be confirmed" in page.words
    assert "Somebody, probably you, nominated a practice" in page.words
    assert (text.name, text.subject_en) == ("confirm", "Confirm, please")


def test_what_was_typed_into_a_text_that_was_deleted_meanwhile_comes_again_as_a_new_one(desk):
    text = MailText.objects.create(name="receipt", subject_en="Thanks")
    url = reverse("admin:practices_mailtext_change", args=[text.pk])
    typed = {**filled(desk, url), "body_sv": "Tack! $link"}
    text.delete()

    answer = desk.post(url, typed)
    shown, sent = errors(answer), again(answer)
    desk.post(NEW, sent)

    assert shown == [("__all__", str(GONE))]
    assert list(MailText.objects.values_list("name", "subject_en", "body_sv")) == [("receipt", "Thanks", "Tack! $link")]


def test_what_never_was_a_text_is_not_begun_anew(desk):
    answer = desk.post("/admin/practices/mailtext/999/change/", {**EMPTY, "body_sv": "Hej."}, follow=True)

    assert (answer.status_code, MailText.objects.count()) == (200, 0)


@pytest.mark.parametrize("name", sorted(MAILS))
def test_our_own_words_name_no_fact_that_a_mail_does_not_know(name):
    facts = dict.fromkeys(facts_of(name), "x")

    assert all("$" not in part for language in ("sv", "en") for part in worded(name, language, facts))
