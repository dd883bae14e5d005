"""The fixtures: true to their documents, loaded any number of times, the same when dumped and read again."""

import json
import os
import re
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from directory.bases import Sourced
from directory.dates import EDTF, EDTFField
from directory.figures import Discrepancy, Figure, Link, Qualifier
from directory.sources import Source
from meetings.models import Meeting
from networks.models import City, Contact, Network
from tests.factories import make_source

FOLDER = Path(settings.FIXTURE_DIRS[0])
FILES = sorted(FOLDER.glob("*.json"))
SOURCES_DIR = Path(os.environ.get("SOURCES_DIR") or Path(settings.BASE_DIR).parent / "shared" / "seeds")
APPS = ["directory", "networks", "projects", "meetings", "practices"]
MOST_WORDS = 12
WORDING = ("wording", "date_wording", "started_wording", "ended_wording")
NUMERALS = {3: "tre", 4: "fyra", 5: "fem", 10: "tio"}
QUALIFYING = {Qualifier.ABOUT: "cirka", Qualifier.JUST_OVER: "drygt"}


def objects():
    """Return (model, fields) for every object of the fixtures, in the order in which they are loaded."""
    rows = [row for file in FILES for row in json.loads(file.read_text(encoding="utf-8"))]
    return [(apps.get_model(row["model"]), row["fields"]) for row in rows]


def name_of(fields):
    """Return what stands for an object in a failing test's message."""
    return fields.get("key") or fields["slug"]


def statements():
    """Yield (object, address of its source, place, quote) for whatever a source is said to say."""
    for model, fields in objects():
        for part in ("first_", "second_") if issubclass(model, Discrepancy) else ("",):
            if f"{part}source" in fields:
                place, quote = fields.get(f"{part}locator", ""), fields.get(f"{part}quote", "")
                yield f"{model.__name__} {name_of(fields)}", fields[f"{part}source"][0], place, quote


def from_documents():
    """Return the statements whose source is one of the documents."""
    with_file = {fields["slug"] for model, fields in objects() if model is Source and fields.get("file_name")}
    return [each for each in statements() if each[1] in with_file]


def folded(text):
    """Return a text with every run of white space, no-break spaces among them, as one space."""
    return " ".join(text.split())


def sentences(text):
    """Return the sentences of a document: whatever ends in a full stop, a question or an exclamation mark."""
    found = (each for line in text.splitlines() for each in re.split(r"(?<=[.!?])\s+", folded(line)))
    return {each.rstrip(".!?") for each in found if each.endswith((".", "!", "?"))}


@pytest.fixture
def documents():
    """The documents by the address of their source."""
    if not SOURCES_DIR.is_dir():
        pytest.skip(f"The source documents are not here: set SOURCES_DIR to their folder ({SOURCES_DIR} is none).")
    named = {fields["slug"]: fields.get("file_name") for model, fields in objects() if model is Source}
    return {slug: (SOURCES_DIR / name).read_text(encoding="utf-8") for slug, name in named.items() if name}


def dump():
    """Return all records of the directory as dumpdata writes them, by natural keys."""
    out = StringIO()
    call_command("dumpdata", *APPS, natural_foreign=True, natural_primary=True, indent=1, stdout=out)
    return out.getvalue()


def load(**options):
    """Run the loading command and return what it says."""
    out = StringIO()
    call_command("load_directory", stdout=out, no_color=True, **options)
    return out.getvalue()


def load_files():
    """Load every file as an operator would who knows only `loaddata`."""
    call_command("loaddata", *(file.stem for file in FILES), verbosity=0)


def test_every_file_of_the_folder_with_the_documents_is_a_source(documents):
    assert len(documents) == 5
    assert {Path(name).name for name in SOURCES_DIR.glob("*.txt")} == {
        fields["file_name"] for model, fields in objects() if model is Source and fields.get("file_name")
    }


def test_every_quote_stands_in_its_document(documents):
    texts = {slug: folded(text) for slug, text in documents.items()}
    missing = [(name, quote) for name, source, place, quote in from_documents() if folded(quote) not in texts[source]]

    assert missing == []


def test_every_wording_stands_in_its_document(documents):
    texts = {slug: folded(text) for slug, text in documents.items()}
    missing = [
        (name_of(fields), fields[field])
        for model, fields in objects()
        for field in WORDING
        if fields.get(field) and folded(fields[field]) not in texts[fields["source"][0]]
    ]

    assert missing == []


def test_no_quote_is_a_whole_sentence(documents):
    """The label of a link is the fact itself and may be all that stands there."""
    whole = {slug: sentences(text) for slug, text in documents.items()}
    labels = {f"{model.__name__} {name_of(fields)}" for model, fields in objects() if issubclass(model, Link)}

    assert [
        (name, quote)
        for name, source, place, quote in from_documents()
        if name not in labels and folded(quote).rstrip(".!?") in whole[source]
    ] == []


def test_no_sentence_of_ours_is_a_sentence_of_a_document(documents):
    theirs = set().union(*(sentences(text) for text in documents.values()))
    texts = [
        (name_of(fields), text)
        for model, fields in objects()
        for field, text in fields.items()
        if field.endswith("_sv") and isinstance(text, str) and not issubclass(model, Link)
    ]

    assert [(name, text) for name, text in texts if sentences(text) & theirs] == []


def test_quotes_have_at_most_twelve_words():
    assert [(name, quote) for name, source, place, quote in statements() if len(quote.split()) > MOST_WORDS] == []


def test_every_row_from_a_document_says_where_and_in_which_words():
    rows = from_documents()

    assert len(rows) > 150
    assert [name for name, source, place, quote in rows if not (place and quote)] == []


def test_every_row_has_a_source_that_the_fixtures_hold():
    sources = {fields["slug"] for model, fields in objects() if model is Source}
    unsourced = [
        (model.__name__, name_of(fields))
        for model, fields in objects()
        if (issubclass(model, Sourced) and "source" not in fields)
        or (issubclass(model, Discrepancy) and not {"first_source", "second_source"} <= set(fields))
    ]

    assert {model for model, fields in objects() if not issubclass(model, (Sourced, Discrepancy))} == {Source}
    assert unsourced == []
    assert {source for name, source, place, quote in statements()} <= sources


def test_what_no_document_says_is_told_to_come_from_outside(directory):
    outside = Source.objects.filter(file_name="")

    assert {each.publisher_certainty for each in outside} == {"external"}
    for city in City.objects.exclude(latitude=None, geonames_id=None):
        assert city.gazetteer in outside, city.slug


def test_an_inferred_row_gives_its_reason_in_both_languages():
    inferred = [fields for model, fields in objects() if fields.get("certainty") == "inferred"]

    assert inferred
    assert [name_of(fields) for fields in inferred if not (fields.get("note_sv") and fields.get("note_en"))] == []


def test_every_text_for_readers_is_there_in_both_languages():
    one_sided = [
        (name_of(fields), field)
        for model, fields in objects()
        for field, text in fields.items()
        if field.endswith(("_sv", "_en"))
        and text
        and not fields.get(field[:-3] + ("_en" if field.endswith("_sv") else "_sv"))
    ]

    assert one_sided == []


def test_objects_are_known_by_natural_keys_alone(directory):
    rows = [row for file in FILES for row in json.loads(file.read_text(encoding="utf-8"))]

    assert [row for row in rows if "pk" in row or "id" in row["fields"]] == []
    for model in {model for model, fields in objects()}:
        for record in model.objects.all():
            assert model.objects.get_by_natural_key(*record.natural_key()) == record


def test_no_object_stands_in_the_fixtures_twice():
    found = Counter((model, name_of(fields)) for model, fields in objects())

    assert [each for each, times in found.items() if times > 1] == []


def test_every_record_would_pass_the_admins_form(directory):
    for model in {model for model, fields in objects()}:
        for record in model.objects.all():
            record.full_clean()


def test_figures_say_what_their_words_say():
    figures = [fields for model, fields in objects() if issubclass(model, Figure)]

    assert len(figures) > 10
    for fields in figures:
        name, words, qualifier = name_of(fields), fields["wording"].split(), Qualifier(fields["qualifier"])
        if qualifier == Qualifier.RANGE:
            assert fields.get("value") is None, name
            assert fields["minimum"] < fields["maximum"], name
            assert f"{fields['minimum']}-{fields['maximum']}" in words, name
        else:
            assert not {"minimum", "maximum"} & set(fields), name
            assert {str(fields["value"]), NUMERALS.get(fields["value"])} & set(words), name
        said = [each for each, word in QUALIFYING.items() if word in words]
        assert said == ([qualifier] if qualifier in QUALIFYING else []), name


def test_a_persons_name_stands_in_one_place_only():
    """Whoever asks to be removed is removed by emptying one field."""
    everything = "\n".join(file.read_text(encoding="utf-8") for file in FILES)
    persons = [fields["person"] for model, fields in objects() if model is Contact and fields.get("person")]

    assert len(persons) == len(set(persons)) == 2
    for person in persons:
        assert everything.count(person) == 1, person
        assert everything.count(person.split()[-1]) == 1, person
        assert f'"person": "{person}"' in everything, person


def test_the_loading_command_tells_every_file(db):
    said = load()

    assert [file.stem for file in FILES if file.stem not in said] == []
    assert "The directory is filled." in said


def test_loading_a_second_time_changes_nothing(db):
    load()
    first = dump()

    said = load()

    assert dump() == first
    assert "nothing was changed" in said


def test_a_second_loading_undoes_no_edit_and_brings_no_person_back(db):
    load()
    edit_a_network_and_remove_a_person()
    edited = dump()

    load()

    assert dump() == edited


def test_overwriting_resets_a_network_but_brings_no_person_back(db):
    load()
    first = dump()
    contact = edit_a_network_and_remove_a_person()
    Contact.objects.exclude(pk=contact.pk).first().delete()
    contacts = list(Contact.objects.values())

    load(overwrite=True)

    assert Network.objects.get(slug="sern").name_sv == "SERN"
    assert list(Contact.objects.values()) == contacts
    assert without_contacts(dump()) == without_contacts(first)


def test_overwriting_a_directory_with_another_address_stops_with_a_sentence_and_changes_nothing(db):
    load()
    Network.objects.filter(slug="seismic-at").update(slug="seismic-austria")
    edited = dump()

    with pytest.raises(CommandError, match="another address"):
        load(overwrite=True)

    assert dump() == edited


def edit_a_network_and_remove_a_person():
    """Do what an editor does in the admin, and return the contact without its person."""
    network = Network.objects.get(slug="sern")
    network.name_sv = "Sweden Emilia Romagna Network"
    network.save()
    contact = Contact.objects.exclude(person="").first()
    contact.person = ""
    contact.save()
    return contact


def without_contacts(text):
    """Return the dumped records that are no contacts."""
    return [each for each in json.loads(text) if each["model"] != "networks.contact"]


def test_loaddata_fills_an_empty_database_and_a_second_time_gives_the_same_rows(db):
    load_files()
    first = dump()

    load_files()

    assert dump() == first
    assert len(json.loads(first)) == len(objects())


def test_a_dump_loaded_into_an_empty_database_gives_the_same_dump(transactional_db, tmp_path):
    load_files()
    first = dump()
    file = tmp_path / "dump.json"
    file.write_text(first, encoding="utf-8")

    call_command("flush", interactive=False, verbosity=0)
    assert json.loads(dump()) == []
    call_command("loaddata", file, verbosity=0)

    assert dump() == first


def test_bounds_in_the_database_follow_from_the_dates_straight_after_loaddata(db):
    load_files()
    checked = 0
    for model in {model for model, fields in objects()}:
        for field in (each for each in model._meta.fields if isinstance(each, EDTFField)):
            names = (field.name, f"{field.name}_earliest", f"{field.name}_latest")
            for value, earliest, latest in model.objects.values_list(*names):
                checked += value is not None
                wanted = (EDTF(value).earliest, EDTF(value).latest) if value else (None, None)
                assert (earliest, latest) == wanted, (model, field.name, value)

    written = [
        fields[each.name]
        for model, fields in objects()
        for each in model._meta.fields
        if isinstance(each, EDTFField) and fields.get(each.name)
    ]
    assert checked == len(written) > 20


def test_bounds_in_the_database_follow_from_the_dates_straight_after_bulk_create(db):
    source = make_source()
    bounds = {
        "2014": (date(2014, 1, 1), date(2014, 12, 31)),
        "2014-21": (date(2014, 3, 1), date(2014, 5, 31)),
        "2016-02": (date(2016, 2, 1), date(2016, 2, 29)),
        "2014-08-21": (date(2014, 8, 21), date(2014, 8, 21)),
        "2012~": (date(2012, 1, 1), date(2012, 12, 31)),
        "2021-10?": (date(2021, 10, 1), date(2021, 10, 31)),
    }

    Meeting.objects.bulk_create(
        Meeting(slug=f"meeting-{number}", name_sv="Möte", kind="focus-group", source=source, date=value)
        for number, value in enumerate(bounds)
    )

    rows = Meeting.objects.values_list("date", "date_earliest", "date_latest")
    assert {str(value): (earliest, latest) for value, earliest, latest in rows} == bounds
    assert {value: (EDTF(value).earliest, EDTF(value).latest) for value in bounds} == bounds


def test_the_readme_names_every_file():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert [file.stem for file in FILES if f"`{file.stem}`" not in readme] == []
