"""Generated records: marked as made up, legal, the same for one seed, and gone without a trace."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from directory.pages import LISTS
from directory.sources import Source
from meetings.models import Meeting
from networks.models import City, Membership, Network, Organisation, Theme, ThemeSet
from projects.models import Grant, Participation, Programme, Project
from tests import factories as make
from tests.pages import Page

N = 40
WRITTEN = [City, Grant, Meeting, Membership, Network, Organisation, Participation, Programme, Project, Theme, ThemeSet]
MADE_UP = "Ett program har hittat på posten för att mäta katalogen. Ingenting i den är ett faktum."


class Terminal(StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


def generate(stream=None, **options):
    """Run the command and return what it says, its progress too."""
    stream = stream or StringIO()
    call_command("generate_records", stdout=stream, stderr=stream, no_color=True, **options)
    return stream.getvalue()


def counts():
    """Return how many sources, and how many rows of every table of the apps, there are."""
    labels = ("networks", "projects", "meetings", "practices")
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in labels]
    return {model: model._base_manager.count() for model in [Source, *models]}


def names():
    """Return the address and names of every project, and the reference of every grant."""
    projects = Project.objects.order_by("slug").values_list("slug", "name_sv", "name_en", "summary_sv")
    return [*projects, *Grant.objects.order_by("key").values_list("key", "reference", "amount")]


def test_generated_records_all_have_their_source_and_its_sign(db):
    generate(projects=N)

    source = Source.objects.get()
    assert (source.slug, source.reviewed, source.notice_sv) == ("generated-records", "no", MADE_UP)
    assert Project.objects.count() == N
    for model in WRITTEN:
        rows = list(model._base_manager.all())
        assert {row.source_id for row in rows} == {source.pk}
        assert [row for row in rows if not row.natural_key()[0].startswith("g-")] == []


def test_generated_records_pass_every_rule_of_their_forms(db):
    generate(projects=N)

    for model in WRITTEN:
        for row in model._base_manager.order_by("pk")[:20]:
            row.full_clean()


def test_lists_and_pages_of_generated_records_say_that_they_are_made_up(client, db):
    generate(projects=N)

    shown = [each for each in LISTS if each.model is not Source and each.model.objects.public().exists()]
    assert len(shown) == len(LISTS) - 4  # nor are there publications, practices or calls
    for each in shown:
        for address in (f"/sv/{each.model.section}/", each.model.objects.public().first().get_absolute_url()):
            answer = client.get(address)
            assert (address, answer.status_code, MADE_UP in Page(answer).words) == (address, 200, True)


def test_the_same_seed_gives_the_same_records(db):
    generate(projects=N)
    first = names()
    generate(remove=True)
    generate(projects=N)
    second = names()
    generate(remove=True)
    generate(projects=N, seed=2)

    assert second == first
    assert names() != first


def test_generated_records_are_refused_where_real_ones_are(db):
    make.make_project()
    before = counts()

    with pytest.raises(CommandError, match=r"holds real records \(directory.Source, projects.Project\).*--beside-real"):
        generate(projects=N)
    assert counts() == before

    generate(projects=N, beside_real_records=True)
    assert counts()[Project] == N + 1


def test_generated_records_are_refused_where_some_are_already(db):
    generate(projects=1)
    before = counts()

    with pytest.raises(CommandError, match="generate_records --remove"):
        generate(projects=N, seed=2, beside_real_records=True)
    assert counts() == before


@pytest.mark.parametrize("options", [{}, {"projects": 0}, {"projects": -3}, {"projects": 1, "remove": True}])
def test_what_cannot_be_done_is_refused_in_a_sentence(db, options):
    with pytest.raises(CommandError, match=r"^(Say either|At least one)"):
        generate(**options)
    assert Source.objects.count() == 0


def test_removing_takes_all_that_was_generated_and_what_hangs_on_it(db):
    practice, source = make.make_practice(), make.make_source()
    before = counts()
    generate(projects=N, beside_real_records=True)
    practice.projects.add(Project.objects.first())
    make.make_contact(organisation=Organisation.objects.first(), source=source)
    make.make_discrepancy(Network.objects.first(), first_source=source, second_source=source)
    sub = make.make_link(Project.objects.first(), source=source)

    said = generate(remove=True)

    assert counts() == before
    assert f"{N:>11}  projects.Project\n" in said
    assert not type(sub).objects.filter(pk=sub.pk).exists()


def test_removing_is_refused_while_a_real_record_points_at_a_generated_one(db):
    generate(projects=N)
    project = make.make_project(slug="real", themes=ThemeSet.objects.first())
    city = make.make_city(slug="gazetted", gazetteer=Source.objects.get(slug="generated-records"))
    before = counts()

    with pytest.raises(CommandError, match="networks.City gazetted, projects.Project real"):
        generate(remove=True)
    assert counts() == before

    city.delete()
    project.delete()
    generate(remove=True)
    assert set(counts().values()) == {0, 2}  # the sources of the two
    assert generate(remove=True) == "There are no generated records; nothing was changed.\n"


def test_progress_is_a_line_for_every_tenth_or_one_on_a_terminal(db):
    tenths = generate(projects=N).splitlines()
    generate(remove=True)
    drawn = generate(Terminal(), projects=N)

    assert tenths[:-2] == [f"  {10 * tenth:3} %  {4 * tenth} of 40 projects" for tenth in range(1, 11)]
    assert drawn.split("\n")[0].split("\r")[6] == f"[{'#' * 24:40}]  60 %  24 of 40 projects"
