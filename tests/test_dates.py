"""Dates as sources give them: what is read, what is refused, what days they can mean, how they are said."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from directory.dates import EDTF, period
from directory.derived import StaleColumn
from networks.models import Network
from tests.factories import make_network

BOUNDS = {
    "2014": (date(2014, 1, 1), date(2014, 12, 31)),
    "2014-08": (date(2014, 8, 1), date(2014, 8, 31)),
    "2016-02": (date(2016, 2, 1), date(2016, 2, 29)),
    "2014-08-21": (date(2014, 8, 21), date(2014, 8, 21)),
    "2014-21": (date(2014, 3, 1), date(2014, 5, 31)),
    "2014-22": (date(2014, 6, 1), date(2014, 8, 31)),
    "2014-23": (date(2014, 9, 1), date(2014, 11, 30)),
    "2014-24": (date(2014, 1, 1), date(2014, 12, 31)),
    "201X": (date(2010, 1, 1), date(2019, 12, 31)),
    "19XX": (date(1900, 1, 1), date(1999, 12, 31)),
    "0001": (date(1, 1, 1), date(1, 12, 31)),
    "2012~": (date(2012, 1, 1), date(2012, 12, 31)),
    "2012-05?": (date(2012, 5, 1), date(2012, 5, 31)),
    "2012-05-01%": (date(2012, 5, 1), date(2012, 5, 1)),
}
NO_DATES = [
    "", " ", "14", "2014-13", "2014-00", "2014-20", "2014-25", "2014-8", "2014-02-30", "2014-21-01", "201X-05", "0000",
    "2014/2016", "2014-08-21T10:00", "våren 2014", "-2014", "2014~?", "２０１４", "20X4", "XXXX",
]  # fmt: skip


@pytest.mark.parametrize(("text", "bounds"), BOUNDS.items())
def test_a_date_lies_between_the_days_it_can_mean(text, bounds):
    found = EDTF(text)

    assert (found.earliest, found.latest) == bounds
    assert found == text


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="date|decade|day|month|year"):
        EDTF(text)


@given(st.text(alphabet="0123456789X-~?%/ ", max_size=12))
def test_any_string_is_read_with_bounds_in_order_or_refused(text):
    try:
        found = EDTF(text)
    except ValueError:
        return

    assert found.earliest <= found.latest


@pytest.mark.parametrize(
    ("text", "swedish", "english"),
    [
        ("2014", "2014", "2014"),
        ("2014-21", "våren 2014", "spring 2014"),
        ("2014-22", "sommaren 2014", "summer 2014"),
        ("2014-23", "hösten 2014", "autumn 2014"),
        ("2014-24", "vintern 2014", "winter 2014"),
        ("2021-10", "oktober 2021", "October 2021"),
        ("2014-08-21", "21 augusti 2014", "21 August 2014"),
        ("2012~", "omkring 2012", "about 2012"),
        ("2012?", "2012 (osäkert)", "2012 (uncertain)"),
        ("2012-05%", "omkring maj 2012 (osäkert)", "about May 2012 (uncertain)"),
        ("199X", "1990-talet", "the 1990s"),
        ("19XX", "åren 1900–1999", "the years 1900–1999"),
    ],
)
def test_a_date_is_said_no_more_precisely_than_it_is_known(text, swedish, english):
    said = {}
    for language in ("sv", "en"):
        with translation.override(language):
            said[language] = EDTF(text).display()

    assert said == {"sv": swedish, "en": english}


@pytest.mark.parametrize(
    ("started", "ended", "said"),
    [
        ("2013", "2016", "2013–2016"),
        ("2016", "2016", "2016"),
        ("2021-10", "2023-06", "October 2021 – June 2023"),
        ("2012", None, "from 2012, end not stated"),
        (None, "2016", "until 2016, start not stated"),
        (None, None, ""),
    ],
)
def test_a_period_says_in_words_which_end_is_unknown(started, ended, said):
    with translation.override("en"):
        assert period(started, ended) == said


def test_bounds_are_stored_by_every_way_of_writing(db):
    first = make_network(started="2014-21")
    second = make_network()
    second.started = "2012"
    second.save()
    third = make_network()
    third.started = "199X"
    Network.objects.bulk_update([third], ["started"])
    source = first.source
    Network.objects.bulk_create(
        [Network(slug="fourth", name_sv="Fyra", kind="city-network", scope="nordic", source=source, started="2020-02")]
    )

    stored = set(Network.objects.values_list("started", "started_earliest", "started_latest"))

    assert stored == {
        ("2014-21", date(2014, 3, 1), date(2014, 5, 31)),
        ("2012", date(2012, 1, 1), date(2012, 12, 31)),
        ("199X", date(1990, 1, 1), date(1999, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
    }


def test_update_refuses_to_leave_the_bounds_behind(db):
    network = make_network(started="2014")

    with pytest.raises(StaleColumn, match="started_earliest, started_latest"):
        Network.objects.update(started="2015")

    assert Network.objects.get(pk=network.pk).started == "2014"


def test_the_field_tells_an_editor_how_a_date_is_written(db):
    network = make_network()
    network.started = "våren 2014"

    with pytest.raises(ValidationError) as refused:
        network.clean_fields()

    said = refused.value.message_dict["started"][0]
    assert said.startswith("”våren 2014” är inget datum som vi kan läsa. Skriv 2014, ")


@pytest.mark.parametrize(
    ("name", "swedish", "english"),
    [
        ("DATE_FORMAT", "7 mars 2026", "7 March 2026"),
        ("DATETIME_FORMAT", "7 mars 2026 14:05", "7 March 2026 14:05"),
        ("SHORT_DATE_FORMAT", "2026-03-07", "7 Mar 2026"),
        ("SHORT_DATETIME_FORMAT", "2026-03-07 14:05", "7 Mar 2026 14:05"),
        ("TIME_FORMAT", "14:05", "14:05"),
    ],
)
def test_moments_are_told_alike_on_every_page_and_the_day_is_not_taken_for_the_month(name, swedish, english):
    told = []
    for language in ("sv", "en"):
        with translation.override(language):
            told.append(date_format(datetime(2026, 3, 7, 14, 5), name))

    assert told == [swedish, english]
