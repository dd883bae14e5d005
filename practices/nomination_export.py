"""Nominations with their answers as a table for staff: never who sent them, and scores only for those who may see them."""

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from directory.imports.files import UNWRITABLE, csv_file, xlsx_file
from practices import scores, sight
from practices.told import outcome_of


def moment(when):
    """Return a moment as a table holds it; "" for none."""
    return localtime(when).strftime("%Y-%m-%d %H:%M") if when else ""


def table(nominations, user):
    """Return the rows of the table, the first with the headings; a column for each question of the calls."""
    rows = nominations.select_related("round").prefetch_related(
        "themes", "round__questions", "round__criteria", "reviews__reviewer__reviewer"
    )
    found = list(rows.select_related("contact"))
    questions = {question.key: question for each in found for question in each.round.questions.all()}
    headings = [
        _("Reference"),
        _("Call"),
        _("Status"),
        _("Received"),
        _("Language"),
        _("Name of the practice"),
        _("Kind"),
        _("Country"),
        _("Sector"),
        _("Themes"),
        _("Developed by"),
        _("Description"),
        _("Web addresses"),
        *(str(each) for each in questions.values()),
        _("Scores given"),
        _("Weighted mean"),
        _("Decided"),
        _("Reason in Swedish"),
        _("Reason in English"),
    ]
    return [headings, *(cells(each, questions, user) for each in found)]


def cells(nomination, questions, user):
    """Return one nomination as a row of texts."""
    nomination.all_reviews = list(nomination.reviews.all())
    seen = sight.sees_scores(user, nomination, nomination.all_reviews)
    mean = scores.rounded(outcome_of(nomination).mean) if seen else None
    asked = {each.key for each in nomination.round.questions.all()}
    answers = [
        str(each.told(nomination.answers.get(key, ""))) if key in asked else "" for key, each in questions.items()
    ]
    row = [
        nomination.reference,
        nomination.round.name,
        nomination.get_status_display(),
        moment(nomination.confirmed_at),
        nomination.get_language_display(),
        nomination.title,
        nomination.get_kind_display(),
        nomination.country.name,
        nomination.get_sector_display(),
        ", ".join(str(each) for each in nomination.themes.all()),
        nomination.developer,
        nomination.description,
        nomination.links,
        *answers,
        str(len(sight.given(nomination.all_reviews))),
        "" if mean is None else str(mean),
        moment(nomination.decided_at),
        nomination.reason_sv,
        nomination.reason_en,
    ]
    return [UNWRITABLE.sub("\ufffd", str(text)) for text in row]


def file_of(nominations, user, form):
    """Return the table as the bytes of a file: `form` is csv or xlsx."""
    rows = table(nominations, user)
    return csv_file(rows) if form == "csv" else xlsx_file(**{_("Nominations"): rows})
