"""Dates and counts as people write them: read for what they say and no more, shown back, and kept as they were."""

import html5lib
import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from directory.dates import EDTF
from directory.dates_as_written import Unreadable, read, reading, write
from directory.figures import Qualifier
from directory.figures_as_written import Count
from directory.figures_as_written import read as read_count
from directory.figures_as_written import reading as reading_of_count
from networks.models import Network, NetworkFigure
from tests.factories import make_figure, make_network
from tests.test_admin import address, desk, filled, refusal, with_row  # noqa: F401 – a fixture and what forms need

DATES = {
    "2014": "2014",
    " 2014-08 ": "2014-08",
    "2014-08-21": "2014-08-21",
    "2014-8-5": "2014-08-05",
    "2014-21": "2014-21",
    "201X": "201X",
    "2012~": "2012~",
    "våren 2014": "2014-21",
    "vår 2014": "2014-21",
    "VÅREN 2014": "2014-21",
    "varen 2014": "2014-21",
    "sommaren 2014": "2014-22",
    "hösten år 2014": "2014-23",
    "vintern 2014": "2014-24",
    "spring 2014": "2014-21",
    "summer of 2014": "2014-22",
    "fall 2014": "2014-23",
    "under våren 2014": "2014-21",
    "oktober 2021": "2021-10",
    "oct 2021": "2021-10",
    "Okt. 2021": "2021-10",
    "in October, 2021": "2021-10",
    "i maj 2014": "2014-05",
    "år 2014": "2014",
    "the year 2014": "2014",
    "21 augusti 2014": "2014-08-21",
    "den 21 aug. 2014": "2014-08-21",
    "August 21, 2014": "2014-08-21",
    "21st of August 2014": "2014-08-21",
    "1:a maj 2014": "2014-05-01",
    "21/8 2014": "2014-08-21",
    "21.8.2014": "2014-08-21",
    "8/21/2014": "2014-08-21",
    "5/5 2014": "2014-05-05",
    "cirka 2012": "2012~",
    "ca 2012": "2012~",
    "ca. 2012": "2012~",
    "c:a 2012": "2012~",
    "omkring 2012": "2012~",
    "around October 2012": "2012-10~",
    "ca våren 2012": "2012-21~",
    "~2012": "2012~",
    "2012?": "2012?",
    "oktober 2012?": "2012-10?",
    "troligen 2012": "2012?",
    "2012 (osäkert)": "2012?",
    "about 2012?": "2012%",
    "2010-talet": "201X",
    "the 2010s": "201X",
    "cirka 2010-talet": "201X~",
    "åren 1900–1999": "19XX",
}
TWO_DATES = "can be two dates, as day and month can change places."
PART = "names a part of a time that has no date of its own."
ONE_SIDED = "says only that it was before or after a date;"
SPAN = "is a span of time."
TENS = "can be ten years or a hundred. Write 190X for the ten years or 19XX for the hundred."
NOT_READ = "is not a date that we can read."
REFUSED = {
    "5/8 2014": TWO_DATES,
    "8.5.2014": TWO_DATES,
    "början av 2014": PART,
    "slutet av oktober 2014": PART,
    "early 2014": PART,
    "mid-2014": PART,
    "före 2014": ONE_SIDED,
    "since 2014": ONE_SIDED,
    "senast 2014": ONE_SIDED,
    "2014–2016": SPAN,
    "2014 till 2016": SPAN,
    "vintern 2013/14": SPAN,
    "1900-talet": TENS,
    "the 1900s": TENS,
    "90-talet": NOT_READ,
    "maj": NOT_READ,
    "14": NOT_READ,
    "2014-13": NOT_READ,
    "31 februari 2014": NOT_READ,
    "5 våren 2014": NOT_READ,
    "vt 2014": NOT_READ,
    "201²": NOT_READ,
    "٢٠١٤": NOT_READ,
    "nonsense": NOT_READ,
    "<b>2014</b>": NOT_READ,
}


@pytest.mark.parametrize(("typed", "date"), DATES.items())
def test_a_date_is_read_as_people_write_it_in_both_languages(typed, date):
    assert read(typed) == date


@pytest.mark.parametrize(("typed", "why"), REFUSED.items())
def test_what_says_more_or_less_than_a_date_is_refused_with_the_reason(typed, why):
    with translation.override("en"), pytest.raises(Unreadable) as refused:
        read(typed)

    assert str(refused.value).startswith(f"“{typed}” {why}")


years = st.integers(1, 9999).map("{:04}".format)
months = st.integers(1, 12).map("{:02}".format)
days = st.dates().map(str)
edtf = st.builds(
    "{}{}".format,
    st.one_of(
        years,
        st.builds("{}-{}".format, years, st.one_of(months, st.sampled_from(["21", "22", "23", "24"]))),
        days,
        st.integers(0, 999).map("{:03}X".format),
        st.integers(0, 99).map("{:02}XX".format),
    ),
    st.sampled_from(["", "~", "?", "%"]),
)


@given(edtf, st.sampled_from(["sv", "en"]), st.sampled_from(["sv", "en"]))
def test_a_date_shown_in_one_language_is_read_as_the_same_in_either(date, shown, sent):
    with translation.override(shown):
        written = write(EDTF(date))
    with translation.override(sent):
        assert read(written) == date


@given(edtf)
def test_a_date_is_read_as_pages_show_it_or_refused(date):
    with translation.override("sv"):
        shown = EDTF(date).display()
    try:
        found = read(shown)
    except Unreadable:
        return
    assert found == date


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_with_a_sentence(text):
    for read_it in (reading, reading_of_count):
        read_well, sentence = read_it(text)
        assert read_well is True or "”" in sentence


@pytest.mark.parametrize(
    ("date", "in_swedish", "in_english"),
    [
        ("2014-21", "våren 2014", "spring 2014"),
        ("2021-10~", "omkring oktober 2021", "about October 2021"),
        ("2014-08-21?", "21 augusti 2014?", "21 August 2014?"),
        ("201X", "2010-talet", "the 2010s"),
        ("190X", "190X", "190X"),
    ],
)
def test_a_date_is_shown_as_people_write_it(date, in_swedish, in_english):
    assert write(EDTF(date)) == in_swedish
    with translation.override("en"):
        assert write(EDTF(date)) == in_english


# Counts

COUNTS = {
    "12": Count("exact", 12),
    "exakt 12": Count("exact", 12),
    "tre": Count("exact", 3),
    "1 200": Count("exact", 1200),
    "1\u00a0200": Count("exact", 1200),
    "1,200": Count("exact", 1200),
    "12 345 678": Count("exact", 12345678),
    "0": Count("exact", 0),
    "cirka 60": Count("about", 60),
    "c:a 60": Count("about", 60),
    "about 60": Count("about", 60),
    "~60": Count("about", 60),
    "ett femtiotal": Count("about", 50),
    "drygt 500": Count("just_over", 500),
    "just over 500": Count("just_over", 500),
    "fler än 10": Count("more_than", 10),
    "mer än 1 000": Count("more_than", 1000),
    "över 10": Count("more_than", 10),
    "over 10": Count("more_than", 10),
    ">10": Count("more_than", 10),
    "mindre än 5": Count("less_than", 5),
    "färre än 5": Count("less_than", 5),
    "fewer than 5": Count("less_than", 5),
    "30–50": Count("range", None, 30, 50),
    "30 - 50": Count("range", None, 30, 50),
    "mellan 30 och 50": Count("range", None, 30, 50),
    "30 to 50": Count("range", None, 30, 50),
    "1 200–1 500": Count("range", None, 1200, 1500),
}
NO_COUNT = "is not a count that we can read."
BOUND = "is neither an exact count nor one of those that we keep:"
REFUSED_COUNTS = {
    "minst 10": BOUND,
    "at most 10": BOUND,
    "10+": BOUND,
    "knappt 500": BOUND,
    "drygt 500 personer": NO_COUNT,
    "1,5": NO_COUNT,
    "1.200": NO_COUNT,
    "1 20": NO_COUNT,
    "1,200 300": NO_COUNT,
    "-5": NO_COUNT,
    "många": NO_COUNT,
    "över": NO_COUNT,
    "overly 5": NO_COUNT,
    f"{2**63}": "is larger than any count that we keep.",
}


@pytest.mark.parametrize(("typed", "count"), COUNTS.items())
def test_a_count_is_read_as_people_write_it_in_both_languages(typed, count):
    assert read_count(typed) == count


@pytest.mark.parametrize(("typed", "why"), REFUSED_COUNTS.items())
def test_what_is_no_count_of_ours_is_refused_with_the_reason(typed, why):
    with translation.override("en"), pytest.raises(Unreadable) as refused:
        read_count(typed)

    assert str(refused.value).startswith(f"“{typed}” {why}")


numbers = st.integers(0, 2**63 - 1)
counts = st.one_of(
    st.tuples(st.sampled_from([each for each in Qualifier.values if each != "range"]), numbers).map(
        lambda parts: Count(*parts)
    ),
    st.lists(numbers, min_size=2, max_size=2, unique=True).map(lambda ends: Count("range", None, *sorted(ends))),
)


@given(counts, st.sampled_from(["sv", "en"]), st.sampled_from(["sv", "en"]))
def test_a_count_shown_in_one_language_is_read_as_the_same_in_either(count, shown, sent):
    with translation.override(shown):
        written = count.display()
    with translation.override(sent):
        assert read_count(written) == count


# Forms


def shown_beside(page, name):
    """Return what a form's field holds, and the reading that stands behind it."""
    tree = html5lib.parse(page.content.decode(), namespaceHTMLElements=False)
    box = next(each for each in tree.iter("div") if any(child.get("name") == name for child in each))
    field = next(child for child in box if child.get("name") == name)
    return field.get("value"), next(child.text for child in box if child.get("class") == "reading")


@pytest.mark.django_db
def test_a_form_shows_a_date_in_words_with_its_reading(desk):  # noqa: F811
    network = make_network(started="2014-21", ended="2016~")

    page = desk.get(address(network))

    assert shown_beside(page, "started") == ("spring 2014", "Read as: spring 2014 (2014-21)")
    assert shown_beside(page, "ended") == ("about 2016", "Read as: about 2016 (2016~)")


@pytest.mark.django_db
@pytest.mark.parametrize("date", ["2014-21~", "190X", "20XX?", "2014-08-05%", "0009-01"])
def test_a_form_opened_in_one_language_and_sent_in_another_changes_nothing(desk, date):  # noqa: F811
    network = make_network(started=date, edited_at=None)
    make_figure(network, qualifier="range", value=None, minimum=1200, maximum=15000, as_of=date)
    url = address(network)
    data = filled(desk, url)

    assert desk.post(url, data, headers={"accept-language": "sv"}).status_code == 302

    network.refresh_from_db()
    assert (network.started, network.edited_at) == (date, None)
    assert NetworkFigure.objects.values_list("qualifier", "value", "minimum", "maximum", "as_of").get() == (
        *("range", None, 1200, 15000),
        date,
    )


@pytest.mark.django_db
def test_what_was_typed_is_kept_as_typed_beside_its_reading_when_another_field_is_refused(desk):  # noqa: F811
    url = address(make_network())

    page = desk.post(url, {**filled(desk, url), "started": "oct 2021", "ended": "början av 2022"})

    assert shown_beside(page, "started") == ("oct 2021", "Read as: October 2021 (2021-10)")
    assert shown_beside(page, "ended") == ("början av 2022", None)
    assert Network.objects.get().started is None


@pytest.mark.django_db
def test_a_date_is_saved_as_it_was_read_and_the_sources_words_stay_the_editors(desk):  # noqa: F811
    url = address(make_network())

    desk.post(url, {**filled(desk, url), "started": "cirka våren 2014"})

    assert Network.objects.values_list("started", "started_wording").get() == ("2014-21~", "")


@pytest.mark.django_db
def test_a_date_that_is_emptied_is_unknown(desk):  # noqa: F811
    url = address(make_network(started="2014"))

    desk.post(url, {**filled(desk, url), "started": " "})

    assert Network.objects.get().started is None


@pytest.mark.django_db
def test_a_figure_is_one_field_and_its_columns_follow(desk):  # noqa: F811
    network = make_network()
    url = address(network)
    row = {"measure": "persons", "count": "drygt 500", "source": network.source_id}

    assert desk.post(url, with_row(filled(desk, url), "figures", **row)).status_code == 302
    figures = NetworkFigure.objects.values_list("qualifier", "value", "minimum", "maximum", "wording")
    assert figures.get() == ("just_over", 500, None, None, "")

    page = desk.get(url)
    assert shown_beside(page, "figures-0-count") == ("just over 500", "Read as: just over 500")

    desk.post(url, {**filled(desk, url), "figures-0-count": "30–50"})
    assert figures.get() == ("range", None, 30, 50, "")


@pytest.mark.django_db
def test_a_figure_that_is_typed_otherwise_and_says_the_same_is_no_change(desk):  # noqa: F811
    network = make_network()
    make_figure(network, qualifier="about")
    url = address(network)

    desk.post(url, {**filled(desk, url), "figures-0-count": "c:a 60"})

    assert Network.objects.get().edited_at is None


@pytest.mark.django_db
def test_a_text_longer_than_any_date_is_refused(desk):  # noqa: F811
    assert refusal(desk, make_network(), started="2014 " * 30)[0][0] == "started"


# What the script asks


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        ("date", "våren 2014", {"read": True, "sentence": "Read as: spring 2014 (2014-21)"}),
        ("count", "drygt 500", {"read": True, "sentence": "Read as: just over 500"}),
        ("count", "30–50", {"read": True, "sentence": "Read as: a range from 30 to 50"}),
        ("date", "", {"read": True, "sentence": ""}),
        ("date", "x" * 3000, {"read": False, "sentence": None}),
    ],
)
def test_the_server_says_how_a_text_is_read(desk, kind, text, answer):  # noqa: F811
    found = desk.get(f"/admin/reading/{kind}/", {"text": text})

    said = found.json()
    if answer["sentence"] is None:
        assert said["sentence"].startswith(f"“{'x' * 30}…” is not a date")
        said["sentence"] = None
    assert (found.status_code, said) == (200, answer)
    assert "no-store" in found["Cache-Control"]


@pytest.mark.django_db
def test_only_staff_can_ask_how_a_text_is_read(django_user_model):
    client = Client()
    assert client.get("/admin/reading/date/?text=2014").status_code == 302

    client.force_login(django_user_model.objects.create_user("visitor"))
    assert client.get("/admin/reading/date/?text=2014").status_code == 302


@pytest.mark.django_db
def test_nothing_else_is_read_or_sent(desk):  # noqa: F811
    assert desk.get("/admin/reading/price/?text=2014").status_code == 404
    assert desk.post("/admin/reading/date/", {"text": "2014"}).status_code == 405
