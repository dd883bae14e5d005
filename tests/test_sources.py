"""Pages of sources: links between a source and the pages that cite it run in both directions."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.bases import Listed, Row
from directory.sources import Source
from networks.models import City, Contact, Membership, NetworkDiscrepancy, NetworkFigure
from projects.models import Grant
from tests import factories as make
from tests.pages import Page
from tests.test_details import grow

# A theme set is read as the list of its terms and has no page that could cite anything.
SETS = "/sv/themes/?set="


def tabled(address):
    """Return the address of every line of the tables on a page, in order."""
    html = Client().get(address).content.decode()
    return re.findall(r'<th scope="row">.*?href="([^"]+)"', html, re.DOTALL)


def cited(address):
    """Return the addresses of the sources that a page cites."""
    box = Client().get(address).content.decode().partition('<section class="sources"')[2].partition("</section>")[0]
    return set(re.findall(r'href="(/sv/sources/[^"]+)"', box))


def test_every_page_that_a_source_leads_to_cites_it(directory):
    led_to = 0
    for source in Source.objects.public():
        for address in tabled(source.get_absolute_url()):
            if not address.startswith(SETS):
                assert source.get_absolute_url() in cited(address), (source, address)
                led_to += 1

    assert led_to > 100


def test_every_record_and_row_leads_from_its_source_to_its_page(directory):
    pages = {source.pk: set(tabled(source.get_absolute_url())) for source in Source.objects.public()}
    tried = set()
    for model in apps.get_models():
        if issubclass(model, (Listed, Row)) and not model._meta.proxy and model.sources:
            for each in model.objects.public():
                owners = (
                    [each]
                    if isinstance(each, Listed)
                    else [
                        getattr(each, field.name)
                        for field in model._meta.fields
                        if field.many_to_one
                        and field.name not in model.sources
                        and issubclass(field.related_model, Listed)
                    ]
                )
                for name in model.sources:
                    for owner in owners:
                        if owner is not None and owner.visible and getattr(each, f"{name}_id"):
                            assert owner.get_absolute_url() in pages[getattr(each, f"{name}_id")], (each, owner)
                            tried.add(model)

    assert {Membership, Grant, NetworkFigure, Contact, City, NetworkDiscrepancy} <= tried


def test_a_city_is_led_to_by_its_gazetteer(db):
    gazetteer = make.make_source()
    city = make.make_city(gazetteer=gazetteer, country="SE")

    assert tabled(gazetteer.get_absolute_url()) == [city.get_absolute_url()]


def test_a_discrepancy_leads_to_every_page_that_it_touches(db):
    city, other, third = make.make_city(slug="stad"), make.make_city(slug="stad-2"), make.make_source(slug="tredje")
    row = make.make_discrepancy(make.make_network(), touches="cities/stad\nsources/tredje\ncities/ingen")
    pages = {each.get_absolute_url() for each in (row.network, city, third)}

    for source in (row.first_source, row.second_source):
        assert set(tabled(source.get_absolute_url())) == pages
    assert other.get_absolute_url() not in pages


def test_a_record_stands_once_with_its_place_where_it_is_itself_from_the_source(db):
    source = make.make_source()
    own = make.make_network(name_sv="Aa", source=source, locator="Rubrik ¶ 1", quote="ett nät")
    other = make.make_network(name_sv="Bb")
    for network in (own, own, other, other):
        make.make_figure(network, source=source)

    page = Page(Client().get(source.get_absolute_url()))

    (table,) = page.all("table")
    lines = [[page.text(cell) for cell in (*row.iter("th"), *row.iter("td"))] for row in table.find("tbody")]
    assert [line[0] for line in lines] == ["NätverkAa", "NätverkBb"]
    assert ("Rubrik ¶ 1" in lines[0][1], "ett nät" in lines[0][2]) == (True, True)
    assert "uppgift saknas i källan" not in " ".join(lines[1])


def test_a_source_leads_to_nothing_of_a_draft(db):
    source, network = make.make_source(), make.make_network(published=False)
    city = make.make_city()
    make.make_membership(network=network, city=city, source=source)
    make.make_figure(network, source=source)
    make.make_meeting(published=False, source=source)
    make.make_publication(source=source, project=make.make_project(network=network))
    make.make_contact(organisation=make.make_organisation(city=city), source=source, shown=False)
    make.make_discrepancy(network, first_source=source, touches=f"cities/{city.slug}")
    make.make_city(published=False, gazetteer=source)

    sections = {each.split("/")[2] for each in tabled(source.get_absolute_url())}

    assert sections == {"publications"}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_source_takes_as_many_queries_for_three_rows_as_for_one(db, rows):
    source = make.make_source()
    for _ in range(rows):
        grow("sources", source, 1)
        membership = make.make_membership(source=source, organisation=make.make_organisation(city=make.make_city()))
        make.make_grant(source=source, programme=make.make_programme(parent=make.make_programme()))
        make.make_tie(source=source)
        make.make_participation(source=source)
        make.make_contact(source=source)
        make.make_figure(membership.network, source=source)
        make.make_link(membership.network, source=source)

    with CaptureQueriesContext(connection) as queries:
        assert Client().get(source.get_absolute_url()).status_code == 200

    # The version before and after, the source, the pages that discrepancies touch, eleven kinds of records; and three for the
    # pages with discrepancies, three for those of the source.
    assert len(queries) == 21
