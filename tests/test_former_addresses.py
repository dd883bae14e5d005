"""Addresses that records had before lead to where they are now, whatever door changed them."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory.former_addresses import FormerAddress
from meetings.models import Meeting
from networks.models import City, Network, Organisation, ThemeSet
from projects.models import Funder
from tests import factories
from tests.test_admin import address, desk, filled  # noqa: F401 – `desk` is a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    """A city whose address was changed once."""
    city = factories.make_city(slug="lkpg")
    city.slug = "linkoping"
    city.save()
    return city


def answer(path, **headers):
    """Return (status, where it leads) of a public page."""
    response = Client(headers=headers).get(path)
    return response.status_code, response.get("Location", "")


def ways():
    """Return every former address and the one to which it leads."""
    models = {"networks.city": City, "networks.organisation": Organisation, "networks.network": Network}
    return {
        (row.kind, row.slug): models[row.kind].objects.get(pk=row.record).slug for row in FormerAddress.objects.all()
    }


def test_former_address_leads_to_the_present_one_in_the_readers_language(city):
    assert answer("/sv/cities/lkpg/") == (301, "/sv/cities/linkoping/")
    assert answer("/en/cities/lkpg/") == (301, "/en/cities/linkoping/")
    assert answer("/sv/cities/linkoping/") == (200, "")


def test_query_string_is_kept(city):
    assert answer("/sv/cities/lkpg/?a=1&b=%C3%A5") == (301, "/sv/cities/linkoping/?a=1&b=%C3%A5")


def test_a_browser_asks_again_before_it_follows(city):
    assert Client().get("/sv/cities/lkpg/")["Cache-Control"] == "no-cache"


def test_only_reading_is_led_on(city, desk):  # noqa: F811
    assert desk.post("/en/cities/lkpg/edit/").status_code == 404
    assert Client().head("/sv/cities/lkpg/").status_code == 301
    assert Client().post("/sv/cities/lkpg/").status_code == 405


def test_way_to_the_form_is_led_on_for_staff(city, desk):  # noqa: F811
    City.objects.filter(pk=city.pk).update(published=False)

    assert desk.get("/en/cities/lkpg/edit/").url == "/en/cities/linkoping/edit/"
    assert answer("/en/cities/lkpg/edit/")[1].startswith("/admin/login/")


def test_file_of_a_publication_is_led_on():
    publication = factories.make_publication(slug="guide")
    publication.slug = "guiden"
    publication.save()

    assert answer("/sv/publications/guide/file/") == (301, "/sv/publications/guiden/file/")


def test_hidden_and_deleted_targets_are_not_found(city):
    City.objects.filter(pk=city.pk).update(published=False)
    assert answer("/sv/cities/lkpg/") == (404, "")

    City.objects.filter(pk=city.pk).update(published=True)
    assert answer("/sv/cities/lkpg/") == (301, "/sv/cities/linkoping/")

    city.delete()
    assert answer("/sv/cities/lkpg/") == (404, "")


def test_chain_is_one_step(city):
    city.slug = "linkopings-stad"
    city.save()

    assert answer("/sv/cities/lkpg/") == (301, "/sv/cities/linkopings-stad/")
    assert answer("/sv/cities/linkoping/") == (301, "/sv/cities/linkopings-stad/")


def test_changed_back_leaves_no_loop(city):
    city.slug = "lkpg"
    city.save()

    assert answer("/sv/cities/lkpg/") == (200, "")
    assert answer("/sv/cities/linkoping/") == (301, "/sv/cities/lkpg/")
    assert ways() == {("networks.city", "linkoping"): "lkpg"}


@pytest.mark.parametrize("door", ["save", "bulk_create", "rename", "bulk_create of many"])
def test_record_that_takes_a_former_address_wins(city, door):
    if door == "save":
        new = factories.make_city(slug="lkpg")
    elif door == "rename":
        new = factories.make_city()
        City.objects.filter(pk=new.pk).update(slug="lkpg")
    else:
        more = ["lkpg", "b"] if door.endswith("many") else ["lkpg"]
        new, *_ = City.objects.bulk_create(City(slug=slug, name_sv="Ny", source=city.source) for slug in more)

    assert answer("/sv/cities/lkpg/") == (200, "")
    assert ("networks.city", "lkpg") not in ways()
    new.delete()
    assert answer("/sv/cities/lkpg/") == (404, "")


def test_records_of_another_kind_have_addresses_of_their_own(city):
    factories.make_network(slug="lkpg")

    assert answer("/sv/cities/lkpg/") == (301, "/sv/cities/linkoping/")
    assert answer("/sv/projects/lkpg/") == (404, "")


def test_change_in_the_admin_is_noted(desk):  # noqa: F811
    city = factories.make_city(slug="lkpg")
    url = address(city)

    assert desk.post(url, {**filled(desk, url), "slug": "linkoping"}).status_code == 302
    assert ways() == {("networks.city", "lkpg"): "linkoping"}


def test_change_by_update_is_noted():
    city = factories.make_city(slug="lkpg")

    City.objects.filter(slug="lkpg").update(slug="linkoping")

    assert ways() == {("networks.city", "lkpg"): "linkoping"}
    assert City.objects.get() == city


def test_changes_by_bulk_update_are_noted():
    first, second = factories.make_city(slug="a"), factories.make_city(slug="b")
    first.slug, second.slug = "c", "d"

    City.objects.bulk_update([first, second], ["slug"])

    assert ways() == {("networks.city", "a"): "c", ("networks.city", "b"): "d"}


def test_change_by_loaddata_is_noted(tmp_path):
    city = factories.make_city(slug="lkpg")
    out = io.StringIO()
    call_command("dumpdata", "networks.city", stdout=out)
    rows = json.loads(out.getvalue())
    rows[0]["fields"]["slug"] = "linkoping"
    file = tmp_path / "cities.json"
    file.write_text(json.dumps(rows))

    call_command("loaddata", file, verbosity=0)

    assert City.objects.get().pk == city.pk
    assert ways() == {("networks.city", "lkpg"): "linkoping"}


def test_saving_another_field_alone_does_not_look_at_the_address():
    city = factories.make_city(slug="lkpg")
    city.slug = "not-saved"

    city.save(update_fields=["summary_sv"])

    assert ways() == {}
    assert answer("/sv/cities/lkpg/") == (200, "")


def test_funder_and_organisation_are_led_on_together():
    grant = factories.make_grant(funder=factories.make_organisation(slug="verket"))
    funder = Funder.objects.get(pk=grant.funder_id)
    funder.slug = "vinnova"
    funder.save()

    assert answer("/sv/funders/verket/") == (301, "/sv/funders/vinnova/")
    assert answer("/sv/organisations/verket/") == (301, "/sv/organisations/vinnova/")


def test_organisation_that_pays_nobody_is_led_on_as_itself_only():
    organisation = factories.make_organisation(slug="verket")
    Organisation.objects.filter(pk=organisation.pk).update(slug="vinnova")

    assert answer("/sv/funders/verket/") == (404, "")
    assert answer("/sv/organisations/verket/") == (301, "/sv/organisations/vinnova/")


def test_discrepancy_goes_on_touching_the_page():
    city = factories.make_city(slug="lkpg")
    meeting = factories.make_meeting()
    row = factories.make_discrepancy(meeting, touches="cities/lkpg\ncities/lkpg-2\nnetworks/lkpg")

    City.objects.filter(pk=city.pk).update(slug="linkoping")

    row.refresh_from_db()
    assert row.touches == "cities/linkoping\ncities/lkpg-2\nnetworks/lkpg"
    assert row.title_sv in Client().get("/sv/cities/linkoping/").content.decode()


# In the query string


def test_filter_by_a_former_address_leads_to_the_present_one(city):
    factories.make_membership(city=city)
    factories.make_membership(city=factories.make_city(slug="b"))

    assert answer("/sv/networks/?city=lkpg&city=b&q=a") == (301, "/sv/networks/?city=linkoping&city=b&q=a")
    # What was found out is remembered with the version.
    assert answer("/sv/networks/?city=lkpg") == (301, "/sv/networks/?city=linkoping")
    assert answer("/sv/networks/?city_not=lkpg") == (301, "/sv/networks/?city_not=linkoping")
    assert answer("/sv/timeline/?city=lkpg") == (301, "/sv/timeline/?city=linkoping")
    assert answer("/sv/networks/?city=nowhere") == (200, "")


def test_set_of_themes_is_found_by_its_former_address():
    theme = factories.make_theme()
    ThemeSet.objects.filter(pk=theme.theme_set_id).update(slug="fields")

    assert answer(f"/sv/themes/?set={theme.theme_set.slug}") == (301, "/sv/themes/?set=fields")


def test_filter_by_the_former_address_of_a_hidden_record_is_unknown(city):
    factories.make_membership(city=city)
    City.objects.filter(pk=city.pk).update(published=False)

    assert answer("/sv/networks/?city=lkpg") == (200, "")


def test_comparison_of_a_former_address_leads_to_the_present_one(city):
    factories.make_city(slug="b")

    assert answer("/sv/compare/?id=city:lkpg&id=city:b") == (301, "/sv/compare/?id=city:linkoping&id=city:b")
    assert answer("/sv/cities/?id=cities:lkpg&q=a") == (301, "/sv/cities/?id=city:linkoping&q=a")
    assert answer("/sv/compare/?id=city:nowhere") == (200, "")


# Cost


def test_pages_that_are_there_pay_nothing(city):
    Client().get("/sv/cities/linkoping/")
    with CaptureQueriesContext(connection) as context:
        Client().get("/sv/cities/linkoping/")
        Client().get("/sv/cities/")

    assert [query["sql"] for query in context if "formeraddress" in query["sql"]] == []


def test_meeting_without_a_former_address_is_not_found():
    Meeting.objects.all().delete()

    assert answer("/sv/meetings/none/") == (404, "")
