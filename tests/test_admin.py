"""The editors' desk: forms that tell every broken rule, lists that are searched as visitors search."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import html5lib
import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import localdate

from meetings.models import Meeting
from networks.models import Contact, Membership, Network, Organisation
from projects.models import Funder, Project, Publication
from tests import factories

pytestmark = pytest.mark.django_db

EARLIER = datetime(2020, 1, 1, tzinfo=UTC)
MAKERS = {
    "directory_source": factories.make_source,
    "networks_city": factories.make_city,
    "networks_organisation": factories.make_organisation,
    "networks_contact": factories.make_contact,
    "networks_themeset": factories.make_theme_set,
    "networks_theme": factories.make_theme,
    "networks_network": factories.make_network,
    "networks_membership": factories.make_membership,
    "projects_project": factories.make_project,
    "projects_participation": factories.make_participation,
    "projects_programme": factories.make_programme,
    "projects_grant": factories.make_grant,
    "projects_funder": lambda: Funder.objects.get(pk=factories.make_grant().funder_id),
    "projects_tie": factories.make_tie,
    "projects_publication": factories.make_publication,
    "meetings_meeting": factories.make_meeting,
    "practices_practice": factories.make_practice,
    "practices_nominationround": factories.make_round,
}


@pytest.fixture
def desk(admin_user):
    """A superuser's browser that asks for English."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(admin_user)
    return client


def address(record, page="change"):
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}", args=[record.pk])


def list_address(model, page="changelist"):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def filled(desk, url):
    """Return what a browser would send if the form at `url` were sent back as it is."""
    response = desk.get(url)
    assert response.status_code == 200
    page = html5lib.parse(response.content.decode(), namespaceHTMLElements=False)
    form = next(each for each in page.iter("form") if (each.get("id") or "").endswith("_form"))
    data = {}
    for field in form.iter():
        name = field.get("name")
        if not name or "__prefix__" in name:
            continue
        if field.tag == "textarea":
            data[name] = (field.text or "").replace("\n", "\r\n")
        elif field.tag == "select":
            chosen = [each.get("value") for each in field.iter("option") if each.get("selected") is not None]
            data[name] = chosen if field.get("multiple") is not None else (chosen or [""])[0]
        elif field.get("type") == "checkbox" and field.get("value"):
            data[name] = data.get(name, []) + [field.get("value")] * (field.get("checked") is not None)
        elif field.get("type") == "checkbox":
            data.update({name: "on"} if field.get("checked") is not None else {})
        elif field.tag == "input" and field.get("type") not in ("submit", "file"):
            data[name] = field.get("value") or ""
    return data


def with_row(data, prefix, **fields):
    """Return the form's data with one more row among those of `prefix`."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in {"certainty": "stated", **fields}.items()}
    return {**data, **row, f"{prefix}-TOTAL_FORMS": str(number + 1)}


def errors(response):
    """Return every error of the form and of its rows, as (field, sentence)."""
    assert response.status_code == 200
    forms = [response.context["adminform"].form]
    for each in response.context["inline_admin_formsets"]:
        forms += each.formset.forms
    found = [(name, text) for form in forms for name, texts in form.errors.items() for text in texts]
    for each in response.context["inline_admin_formsets"]:
        found += [("", text) for text in each.formset.non_form_errors()]
    return found


def refusal(desk, record, **changes):
    """Return the errors of sending a record's form with some fields changed."""
    url = address(record)
    return errors(desk.post(url, {**filled(desk, url), **changes}))


def refused_row(desk, record, prefix, **fields):
    """Return the errors of sending a record's form with one more row."""
    url = address(record)
    return errors(desk.post(url, with_row(filled(desk, url), prefix, **fields)))


def listed(desk, model, **query):
    """Return the records that a list in the admin shows."""
    return list(desk.get(list_address(model), query).context["cl"].result_list)


def run(desk, model, action, *records):
    """Return the answer to an action on some records of a list."""
    data = {"action": action, "_selected_action": [record.pk for record in records]}
    return desk.post(list_address(model), data, follow=True)


def queries(desk, url):
    """Return how many queries a page takes when nothing is remembered from another."""
    ContentType.objects.clear_cache()
    with CaptureQueriesContext(connection) as context:
        assert desk.get(url).status_code == 200
    return len(context)


# The desk


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_who_may_only_look_sees_lists_and_forms(django_user_model, name):
    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(reader)
    record = MAKERS[name]()

    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 200
    assert client.get(address(record)).status_code == 200
    assert client.post(address(record), {}).status_code == 403


def test_every_model_has_its_place_at_the_desk():
    registered = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}

    others = {"auth_user", "auth_group", "admin_logentry", "directory_import", "directory_readerword"}
    others |= {"practices_nomination", "practices_reviewer", "practices_mailtext"}
    assert registered == {*MAKERS, *others}


def test_the_desk_is_the_directorys_own(desk):
    context = desk.get(reverse("admin:index")).context

    assert (context["site_header"], context["site_title"], context["site_url"]) == (
        "Urban Networks",
        "Urban Networks",
        "/",
    )


@pytest.mark.parametrize("page", ["auth_user_changelist", "auth_user_add", "auth_group_changelist"])
def test_users_and_groups_are_kept_at_the_same_desk(desk, page):
    assert desk.get(reverse(f"admin:{page}")).status_code == 200


def test_no_page_has_inline_script_or_style(desk):
    pages = [reverse("admin:index")]
    for name, make in MAKERS.items():
        pages += [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_change", args=[make().pk])]
        pages += [reverse(f"admin:{name}_add")] if name != "projects_funder" else []

    walked = 0
    for page in pages:
        html = desk.get(page).content.decode()
        inline = re.findall(r"<script(?![^>]*(?:src=|application/json))|<style|\sstyle=|\son\w+=\"", html)
        assert (page, inline) == (page, [])
        walked += 1

    assert walked == 54


def test_language_is_switched_in_the_header(desk):
    index = reverse("admin:index")

    answer = desk.post(reverse("set_language"), {"language": "sv", "next": index})

    assert (answer.status_code, answer.url) == (302, index)
    assert desk.get(index).context["LANGUAGE_CODE"] == "sv"


def test_language_switch_leads_back_to_the_same_list():
    url = f"{reverse('admin:login')}?next=/admin/networks/city/?q=a"

    page = html5lib.parse(Client().get(url).content.decode(), namespaceHTMLElements=False)

    form = next(each for each in page.iter("form") if each.get("id") == "language-form")
    fields = {each.get("name"): each.get("value") for each in form.iter("input")}
    assert (form.get("action"), form.get("method"), fields["next"]) == (reverse("set_language"), "post", url)
    assert "csrfmiddlewaretoken" in fields
    assert [(each.get("value"), each.text) for each in form.iter("button")] == [
        ("sv", "Svenska"),
        ("en", "English"),
    ]


def test_record_with_a_page_can_be_viewed_on_the_site(desk):
    for name in sorted(MAKERS):
        record = MAKERS[name]()
        url = desk.get(address(record)).context.get("absolute_url")
        if hasattr(record, "slug"):
            assert (name, url) == (name, record.get_absolute_url())
            assert (name, desk.get(url).status_code) == (name, 200)
        else:
            assert (name, url) == (name, None)


def test_hidden_record_has_no_way_to_a_public_page(desk):
    network = factories.make_network(published=False)
    funder = factories.make_grant(project=factories.make_project(published=False)).funder

    assert desk.get(address(network)).context["absolute_url"] is None
    assert desk.get(address(Funder.objects.get(pk=funder.pk))).context["absolute_url"] is None


# Lists


def test_list_shows_published_and_hidden_records(desk):
    shown = factories.make_network(name_sv="Aa")
    hidden = factories.make_network(name_sv="Bb", published=False)

    assert listed(desk, Network) == [shown, hidden]
    assert listed(desk, Network, published__exact=0) == [hidden]


def test_list_finds_what_is_left_to_verify(desk):
    factories.make_network(verified_at=date(2026, 1, 1))
    left = factories.make_network()

    assert listed(desk, Network, verified_at__isempty=1) == [left]


def test_search_ignores_case_and_accents_and_wants_every_word(desk):
    found = factories.make_network(name_sv="Réseau för Örebro")
    factories.make_network(name_sv="Réseau")

    assert listed(desk, Network, q="OREBRO reseau") == [found]


def test_search_looks_where_visitors_search(desk):
    city = factories.make_city(name_sv="Umeå")
    found = factories.make_meeting(city=city)
    factories.make_meeting()

    assert listed(desk, Meeting, q="umea") == [found]


def test_membership_is_found_by_the_names_that_it_ties(desk):
    found = factories.make_membership(
        network=factories.make_network(name_sv="Nätverket"), city=factories.make_city(name_sv="Norrköping")
    )
    factories.make_membership(network=found.network)

    assert listed(desk, Membership, q="natverket norrkoping") == [found]
    assert listed(desk, Membership, q="norrkoping göteborg") == []


def test_contact_is_found_by_a_person_as_typed(desk):
    found = factories.make_contact(person="Åsa Ek", organisation=factories.make_organisation(name_sv="Vävnad"))
    factories.make_contact()

    assert listed(desk, Contact, q="Åsa vavnad") == [found]


@pytest.mark.parametrize("typed", ["1940289", "1 940 289", "1.940.289"])
def test_grant_is_found_by_its_amount_however_grouped(desk, typed):
    found = factories.make_grant(amount=Decimal(1940289), currency="SEK")
    factories.make_grant(amount=Decimal(1940000), currency="SEK")

    assert listed(desk, type(found), q=typed) == [found]


def test_choices_of_other_records_are_found_by_folded_search(desk):
    found = factories.make_network(name_sv="Örnätverket")
    factories.make_network()
    field = {"app_label": "networks", "model_name": "membership", "field_name": "network"}

    answer = desk.get(reverse("admin:autocomplete"), {**field, "term": "ornat"})

    assert answer.json()["results"] == [{"id": str(found.pk), "text": "Örnätverket"}]


@pytest.mark.parametrize(
    ("model", "field", "status"),
    [
        ("practice", "nominations", 403),
        ("nominationround", "nominations", 403),
        ("nominationround", "criteria", 403),
        ("practice", "name_sv", 403),
        ("practice", "themes", 200),
        ("nominationround", "project", 200),
    ],
)
def test_choices_are_found_only_for_what_a_form_sets(desk, model, field, status):
    asked = {"app_label": "practices", "model_name": model, "field_name": field, "term": "k"}

    assert desk.get(reverse("admin:autocomplete"), asked).status_code == status


def test_series_of_a_meeting_is_chosen_among_series(desk):
    series = factories.make_meeting(kind="series", name_sv="Serie")
    factories.make_meeting(name_sv="Serie som inte är en")
    field = {"app_label": "meetings", "model_name": "meeting", "field_name": "parent"}

    answer = desk.get(reverse("admin:autocomplete"), {**field, "term": "serie"})

    assert answer.json()["results"] == [{"id": str(series.pk), "text": "Serie"}]


def test_no_form_lists_all_other_records(desk):
    factories.make_network(name_sv="Ett nätverk som ingen valt")

    for name in MAKERS:
        if name != "projects_funder":
            assert "Ett nätverk som ingen valt" not in desk.get(reverse(f"admin:{name}_add")).content.decode()


def test_funders_are_organisations_with_a_grant(desk):
    funder = factories.make_grant().funder
    factories.make_organisation()

    assert [each.pk for each in listed(desk, Funder)] == [funder.pk]
    assert desk.get(list_address(Funder, "add")).status_code == 403


# What moves the dates


def test_saving_without_a_change_moves_nothing(desk):
    source = factories.make_source()
    themes = factories.make_theme_set(source=source)
    network = factories.make_network(
        source=source,
        started="2014-21~",
        country="SE",
        themes=themes,
        other_names="Nätverket\nNV ",
        description_sv="Ett stycke.\n\nEtt till.",
        edited_at=EARLIER,
    )
    factories.make_membership(network=network, focus=factories.make_theme(theme_set=themes), since="2010")
    factories.make_figure(network, note_sv="En rad.\nEn till.")
    url = address(network)

    answer = desk.post(url, filled(desk, url))

    assert answer.status_code == 302
    assert Network.objects.get().edited_at == EARLIER
    assert LogEntry.objects.get().get_change_message() == "No fields changed."


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_form_can_be_sent_back_as_it_is(desk, name):
    url = address(MAKERS[name]())

    answer = desk.post(url, filled(desk, url))

    assert answer.status_code == 302
    assert LogEntry.objects.get().get_change_message() == "No fields changed."


def test_changing_a_field_moves_the_day_of_the_edit(desk):
    network = factories.make_network(edited_at=EARLIER)
    url = address(network)

    desk.post(url, {**filled(desk, url), "name_en": "The network"})

    network.refresh_from_db()
    assert (network.name_en, network.edited_at > EARLIER, network.verified_at) == ("The network", True, None)


@pytest.mark.parametrize("change", [{"figures-0-count": "70"}, {"figures-0-DELETE": "on"}])
def test_changing_a_row_moves_the_day_of_the_edit(desk, change):
    network = factories.make_network(edited_at=EARLIER)
    factories.make_figure(network)
    url = address(network)

    desk.post(url, {**filled(desk, url), **change})

    network.refresh_from_db()
    assert network.edited_at > EARLIER


def test_adding_a_row_moves_the_day_of_the_edit(desk):
    network = factories.make_network(edited_at=EARLIER)
    url = address(network)

    desk.post(
        url,
        with_row(
            filled(desk, url),
            "memberships",
            city=factories.make_city().pk,
            role="member",
            source=network.source_id,
        ),
    )

    network.refresh_from_db()
    assert (network.memberships.count(), network.edited_at > EARLIER) == (1, True)


def test_verifying_names_the_day_and_the_person_and_is_no_edit(desk, admin_user):
    chosen, other = factories.make_network(edited_at=EARLIER), factories.make_network()

    answer = run(desk, Network, "verify", chosen)

    chosen.refresh_from_db()
    other.refresh_from_db()
    assert (chosen.verified_at, chosen.verified_by, chosen.edited_at) == (localdate(), admin_user, EARLIER)
    assert (other.verified_at, other.verified_by) == (None, None)
    assert [str(each) for each in answer.context["messages"]] == ["1 record is verified as of today."]
    assert LogEntry.objects.get().get_change_message() == "Changed verified on."


def test_publishing_and_withdrawing_touch_only_what_they_change(desk):
    hidden = factories.make_network(published=False, edited_at=EARLIER)
    shown = factories.make_network(edited_at=EARLIER)

    run(desk, Network, "publish", hidden, shown)
    hidden.refresh_from_db()
    shown.refresh_from_db()

    assert (hidden.published, hidden.edited_at > EARLIER) == (True, True)
    assert (shown.published, shown.edited_at) == (True, EARLIER)

    run(desk, Network, "unpublish", shown)
    shown.refresh_from_db()

    assert (shown.published, shown.edited_at > EARLIER) == (False, True)


def test_person_is_removed_in_one_place(desk):
    contact = factories.make_contact(
        unit="Kansli",
        person="Åsa Ek",
        role_sv="samordnare",
        role_en="coordinator",
        town="Umeå",
        quote="Kontakt: Åsa Ek",
    )
    other = factories.make_contact(person="Bo Al", quote="Bo Al")

    answer = run(desk, Contact, "remove_person", contact)

    contact.refresh_from_db()
    other.refresh_from_db()
    assert (contact.person, contact.role_sv, contact.role_en, contact.quote) == ("", "", "", "")
    assert (contact.unit, contact.town) == ("Kansli", "Umeå")
    assert (other.person, other.quote) == ("Bo Al", "Bo Al")
    assert [str(each) for each in answer.context["messages"]] == ["The person was removed from 1 contact."]
    assert not LogEntry.objects.filter(object_repr__contains="Åsa").exists()


def emptied(desk, contact, url, prefix=""):
    """Return the contact as it is after its person was emptied in a form."""
    assert desk.post(url, {**filled(desk, url), f"{prefix}person": ""}).status_code == 302
    contact.refresh_from_db()
    return {name: getattr(contact, name) for name in ("person", "role_sv", "role_en", "quote", "unit")}


@pytest.mark.parametrize("form", ["contact", "organisation"])
@pytest.mark.parametrize(("quote", "left"), [("Kontakt: ÅSA EK", ""), ("kansliet i Umeå", "kansliet i Umeå")])
def test_person_whose_name_is_emptied_goes_with_role_and_quote(desk, form, quote, left):
    role = {"role_sv": "samordnare", "role_en": "coordinator"}
    contact = factories.make_contact(unit="Kansli", person="Åsa Ek", quote=quote, **role)

    if form == "contact":
        found = emptied(desk, contact, address(contact))
    else:
        found = emptied(desk, contact, address(contact.organisation), "contacts-0-")

    assert found == {"person": "", "role_sv": "", "role_en": "", "quote": left, "unit": "Kansli"}
    page = Client().get(contact.organisation.get_absolute_url()).content.decode()
    assert ("åsa ek" in page.casefold(), "samordnare" in page) == (False, False)


def test_role_stays_where_no_person_was_emptied(desk):
    contact = factories.make_contact(person="", role_sv="samordnare", quote="samordnare")
    url = address(contact)

    desk.post(url, {**filled(desk, url), "town": "Umeå"})

    contact.refresh_from_db()
    assert (contact.town, contact.role_sv, contact.quote) == ("Umeå", "samordnare", "samordnare")


def ends(row):
    """Return the records that a row ties, by the name of the relation."""
    names = [field.name for field in row._meta.fields if field.many_to_one and field.name not in row.sources]
    return {name: getattr(row, name) for name in names if getattr(row, name)}


def edited(*records):
    """Return for each record whether it was changed here; before, every one is set to have been long ago."""
    return [type(each).objects.get(pk=each.pk).edited_at != EARLIER for each in records]


def age(*records):
    """Let the records have been changed long ago."""
    for each in records:
        type(each).objects.filter(pk=each.pk).update(edited_at=EARLIER)


def make_focused_membership():
    theme = factories.make_theme()
    return factories.make_membership(network=factories.make_network(themes=theme.theme_set), focus=theme)


# How to make a row, and how many records it ties.
ROWS = {
    "membership": (make_focused_membership, 3),
    "contact": (factories.make_contact, 1),
    "participation": (factories.make_participation, 2),
    "grant": (lambda: factories.make_grant(programme=factories.make_programme()), 3),
    "tie": (factories.make_tie, 2),
}


@pytest.mark.parametrize("name", ROWS)
def test_changing_a_row_in_its_own_form_moves_the_day_of_what_it_ties(desk, name):
    make, number = ROWS[name]
    row, other = make(), make()
    tied = list(ends(row).values())
    age(*tied, *ends(other).values())
    url = address(row)

    desk.post(url, filled(desk, url))
    untouched = edited(*tied)
    desk.post(url, {**filled(desk, url), "locator": "¶ 1"})

    assert (len(tied), untouched, edited(*tied)) == (number, [False] * number, [True] * number)
    assert edited(*ends(other).values()) == [False] * number


@pytest.mark.parametrize("name", ROWS)
def test_row_that_gets_another_end_moves_the_day_of_the_old_and_the_new(desk, name):
    make, number = ROWS[name]
    row, other = make(), make()
    end = next(name for name in ends(row) if name != "network")
    old, new = ends(row)[end], ends(other)[end]
    age(old, new)
    url = address(row)

    assert desk.post(url, {**filled(desk, url), end: new.pk}).status_code == 302

    assert edited(old, new) == [True, True]


def test_adding_a_row_in_its_own_form_moves_the_day_of_what_it_ties(desk):
    network, city = factories.make_network(edited_at=EARLIER), factories.make_city(edited_at=EARLIER)
    url = list_address(Membership, "add")
    row = {"network": network.pk, "city": city.pk, "role": "member", "source": network.source_id}

    assert desk.post(url, {**filled(desk, url), **row, "certainty": "stated"}).status_code == 302

    assert edited(network, city) == [True, True]


@pytest.mark.parametrize("name", ROWS)
def test_deleting_a_row_moves_the_day_of_what_it_tied(desk, name):
    make, number = ROWS[name]
    row, first, second = make(), make(), make()
    one, many = list(ends(row).values()), [*ends(first).values(), *ends(second).values()]
    age(*one, *many)

    desk.post(address(row, "delete"), {"post": "yes"})
    assert edited(*one, *many) == [True] * number + [False] * 2 * number

    data = {"action": "delete_selected", "_selected_action": [first.pk, second.pk], "post": "yes"}
    desk.post(list_address(type(row)), data)
    assert edited(*many) == [True] * 2 * number


def test_removing_a_person_moves_the_day_of_the_organisation(desk):
    contact, other = factories.make_contact(person="Åsa Ek"), factories.make_contact()
    age(contact.organisation, other.organisation)

    run(desk, Contact, "remove_person", contact, other)

    assert edited(contact.organisation, other.organisation) == [True, False]


@pytest.mark.parametrize("change", ["locator", "city", "DELETE"])
def test_changing_a_row_in_a_networks_form_moves_the_day_of_its_other_ends(desk, change):
    row, new = factories.make_membership(key="a"), factories.make_city()
    stays = factories.make_membership(key="b", network=row.network)
    age(row.city, new, stays.city)
    url = address(row.network)
    value = {"locator": "¶ 1", "city": new.pk, "DELETE": "on"}[change]

    assert desk.post(url, {**filled(desk, url), f"memberships-0-{change}": value}).status_code == 302

    assert edited(row.city, new, stays.city) == [True, change == "city", False]


def test_networks_form_shows_and_saves_ties(desk):
    tie = factories.make_tie(network=factories.make_network())
    network, programme = tie.network, factories.make_programme()
    url = address(network)
    data = filled(desk, url)

    assert (data["ties-0-programme"], data["ties-0-kind"]) == (str(tie.programme_id), "linked-to")

    row = {"kind": "contributed-to", "programme": programme.pk, "source": network.source_id}
    assert desk.post(url, with_row({**data, "ties-0-kind": "aligned-with"}, "ties", **row)).status_code == 302
    assert sorted(network.ties.values_list("kind", "programme")) == [
        ("aligned-with", tie.programme_id),
        ("contributed-to", programme.pk),
    ]


@pytest.mark.parametrize("model", [Network, Project])
def test_new_record_is_saved_with_its_tie(desk, model):
    programme = factories.make_programme()
    url = list_address(model, "add")
    new = {"name_sv": "Nytt", "slug": "nytt", "source": programme.source_id, "certainty": "stated"}
    kind = {Network: {"kind": "city-network", "scope": "global"}, Project: {"kind": "project"}}[model]
    row = {"kind": "linked-to", "programme": programme.pk, "source": programme.source_id}

    answer = desk.post(url, with_row({**filled(desk, url), **new, **kind, "status": "unknown"}, "ties", **row))

    assert answer.status_code == 302
    assert [each.programme for each in model.objects.get().ties.all()] == [programme]


def test_address_is_proposed_for_a_new_record_only(desk):
    network = factories.make_network()

    new = desk.get(list_address(Network, "add")).context["adminform"].prepopulated_fields
    old = desk.get(address(network)).context["adminform"].prepopulated_fields

    assert [(each["field"].name, [name.name for name in each["dependencies"]]) for each in new] == [
        ("slug", ["name_sv"])
    ]
    assert old == []


# Rules


def test_network_cannot_be_its_own_parent(desk):
    network = factories.make_network()

    assert refusal(desk, network, parent=network.pk) == [("__all__", "A network cannot be part of itself.")]


@pytest.mark.parametrize(
    "make", [factories.make_network, factories.make_project, factories.make_programme, factories.make_meeting]
)
def test_parents_make_no_circle(desk, make):
    kind = {"kind": "series"} if make is factories.make_meeting else {}
    above = make(**kind)
    below = make(parent=above, **kind)

    assert refusal(desk, above, parent=below.pk) == [("parent", "This choice would make a circle.")]


def test_second_national_network_of_a_country_is_refused(desk):
    parent = factories.make_network()
    national = {"kind": "national-network", "scope": "national", "parent": parent}
    factories.make_network(country="SE", **national)
    other = factories.make_network(country="NO", **national)

    assert refusal(desk, other, country="SE") == [
        ("__all__", "This network already has a national network for that country.")
    ]


@pytest.mark.parametrize("missing", ["parent", "country"])
def test_national_network_needs_parent_and_country(desk, missing):
    network = factories.make_network(
        kind="national-network", scope="national", parent=factories.make_network(), country="SE"
    )

    assert refusal(desk, network, **{missing: ""}) == [
        ("__all__", "A national network needs the network it is part of, and its country.")
    ]


def test_sub_project_number_needs_a_parent(desk):
    assert refusal(desk, factories.make_project(), number="4") == [
        ("__all__", "A number belongs to a sub-project: choose the project it is part of.")
    ]


def test_second_sub_project_of_a_number_is_refused(desk):
    parent = factories.make_project()
    factories.make_project(parent=parent, number=4)
    other = factories.make_project(parent=parent, number=5)

    assert refusal(desk, other, number="4") == [("__all__", "This project already has a sub-project with that number.")]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (factories.make_network, "A network cannot end before it starts."),
        (factories.make_project, "A project cannot end before it starts."),
    ],
)
def test_end_before_start_is_refused(desk, make, sentence):
    assert refusal(desk, make(), started="2014-08", ended="2014-07") == [("__all__", sentence)]


def test_meeting_cannot_end_before_it_starts(desk):
    assert refusal(desk, factories.make_meeting(), date="2014-22", until="2014-05-31") == [
        ("__all__", "A meeting cannot end before it starts.")
    ]


def test_series_cannot_feed_itself(desk):
    series = factories.make_meeting(kind="series")

    assert refusal(desk, series, feeds=series.pk) == [("__all__", "A series cannot feed itself.")]


def test_practice_cannot_be_based_on_itself(desk):
    practice = factories.make_practice()

    assert refusal(desk, practice, based_on=practice.pk) == [("__all__", "A practice cannot be based on itself.")]


@pytest.mark.parametrize("half", ["latitude", "longitude"])
def test_half_of_the_coordinates_is_refused(desk, half):
    city = factories.make_city(gazetteer=factories.make_source())

    assert refusal(desk, city, **{half: "58.5"}) == [("__all__", "Give both coordinates or neither.")]


@pytest.mark.parametrize("facts", [{"latitude": "58.5", "longitude": "16.1"}, {"geonames_id": "2694762"}])
def test_coordinates_and_code_need_a_gazetteer(desk, facts):
    assert refusal(desk, factories.make_city(), **facts) == [
        ("__all__", "Say which gazetteer the coordinates and the code come from.")
    ]


def test_second_city_of_a_code_is_refused(desk):
    gazetteer = factories.make_source()
    factories.make_city(geonames_id=2694762, gazetteer=gazetteer)
    other = factories.make_city(gazetteer=gazetteer)

    assert refusal(desk, other, geonames_id="2694762") == [
        ("geonames_id", "City with this GeoNames id already exists.")
    ]


def test_second_record_at_an_address_is_refused(desk):
    factories.make_city(slug="umea")

    assert refusal(desk, factories.make_city(), slug="umea") == [("slug", "City with this Address already exists.")]


def test_second_term_at_a_position_is_refused(desk):
    first = factories.make_theme()
    second = factories.make_theme(theme_set=first.theme_set)

    assert refusal(desk, second, position=first.position) == [("__all__", "Another term of the set has this position.")]


@pytest.mark.parametrize("name", sorted(name for name in MAKERS if name != "directory_source"))
def test_inferred_fact_needs_its_reason(desk, name):
    assert refusal(desk, MAKERS[name](), certainty="inferred") == [
        ("__all__", "An inferred fact needs its reason, in the Swedish note.")
    ]


@pytest.mark.parametrize("written", ["nonsense", "2014-13", "2014-02-30", "31/9/2014"])
def test_date_that_cannot_be_read_is_refused(desk, written):
    ((field, sentence),) = refusal(desk, factories.make_network(ended="2016"), started=written)

    assert (field, sentence.split(".")[0]) == ("started", f"“{written}” is not a date that we can read")


@pytest.mark.parametrize("written", ["javascript:alert(1)", "ftp://example.org/a.pdf", "data:text/html,a"])
def test_only_web_addresses_are_accepted(desk, written):
    source = factories.make_source()
    network = factories.make_network()
    link = {"kind": "page", "label_sv": "Läs mer", "url": written, "source": source.pk}

    assert {field for field, _ in refusal(desk, source, url=written)} == {"url"}
    assert {field for field, _ in refused_row(desk, network, "links", **link)} == {"url"}
    assert network.links.count() == 0


def test_control_character_is_refused(desk):
    assert refusal(desk, factories.make_network(), name_sv="Nät\x0bverk\x02") == [
        ("name_sv", "This text holds an invisible control character; please type it again.")
    ]


ONE_MEMBER = "Choose exactly one member: a city or an organisation."
TOGETHER = "Give the amount together with its currency, or neither."


def test_membership_is_of_exactly_one_member(desk):
    row = factories.make_membership()
    organisation = factories.make_organisation()

    assert refusal(desk, row, organisation=organisation.pk) == [("__all__", ONE_MEMBER)]
    assert refusal(desk, row, city="") == [("__all__", ONE_MEMBER)]


def test_membership_in_a_networks_form_is_of_exactly_one_member(desk):
    network = factories.make_network()
    both = {"city": factories.make_city().pk, "organisation": factories.make_organisation().pk}
    row = {"role": "member", "source": network.source_id}

    assert refused_row(desk, network, "memberships", **row, **both) == [("__all__", ONE_MEMBER)]
    assert refused_row(desk, network, "memberships", **row) == [("__all__", ONE_MEMBER)]


def test_membership_cannot_end_before_it_starts(desk):
    network = factories.make_network()
    years = {"since": "2014", "until": "2013"}
    row = {"city": factories.make_city().pk, "role": "member", "source": network.source_id}
    sentence = [("__all__", "A membership cannot end before it starts.")]

    assert refusal(desk, factories.make_membership(), **years) == sentence
    assert refused_row(desk, network, "memberships", **row, **years) == sentence


FOCUS = [("focus", "Choose one of the network's own themes or fields.")]


def test_focus_is_one_of_the_networks_own_themes(desk):
    stranger = factories.make_theme()
    network = factories.make_network(themes=factories.make_theme_set())
    row = {"city": factories.make_city().pk, "role": "member", "source": network.source_id}

    assert refusal(desk, factories.make_membership(network=network), focus=stranger.pk) == FOCUS
    assert refused_row(desk, network, "memberships", **row, focus=stranger.pk) == FOCUS


def test_focus_follows_the_themes_chosen_in_the_same_form(desk):
    theme = factories.make_theme()
    network = factories.make_network(themes=theme.theme_set)
    factories.make_membership(network=network, focus=theme)

    assert refusal(desk, network, themes=factories.make_theme_set().pk) == FOCUS


def test_focus_is_checked_for_a_network_in_the_making(desk):
    theme = factories.make_theme()
    url = list_address(Network, "add")
    new = {
        "name_sv": "Nytt",
        "slug": "nytt",
        "kind": "city-network",
        "scope": "global",
        "status": "unknown",
        "source": theme.source_id,
        "certainty": "stated",
        "published": "on",
    }
    row = {"city": factories.make_city().pk, "role": "member", "source": theme.source_id, "focus": theme.pk}
    data = with_row({**filled(desk, url), **new}, "memberships", **row)

    assert errors(desk.post(url, data)) == FOCUS
    assert desk.post(url, {**data, "themes": theme.theme_set_id}).status_code == 302
    assert Membership.objects.get().focus == theme
    assert Network.objects.get().edited_at is not None


@pytest.mark.parametrize("half", [{"amount": "100"}, {"currency": "SEK"}])
def test_amount_and_currency_come_together(desk, half):
    project = factories.make_project()
    row = {"funder": factories.make_organisation().pk, "source": project.source_id}

    assert refusal(desk, factories.make_grant(), **half) == [("__all__", TOGETHER)]
    assert refused_row(desk, project, "grants", **row, **half) == [("__all__", TOGETHER)]


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("sv", "1 940 289,50"),
        ("sv", "1\u00a0940\u00a0289,50"),
        ("sv", "1940289.50"),
        ("en", "1,940,289.50"),
        ("en", "1940289.50"),
    ],
)
def test_an_amount_is_typed_as_its_language_writes_it(desk, language, typed):
    grant = factories.make_grant()
    url = address(grant)

    answer = desk.post(
        url, {**filled(desk, url), "amount": typed, "currency": "SEK"}, headers={"accept-language": language}
    )

    grant.refresh_from_db()
    assert (answer.status_code, grant.amount) == (302, Decimal("1940289.50"))


def test_series_that_feed_each_other_make_no_circle(desk):
    first = factories.make_meeting(kind="series")
    second = factories.make_meeting(kind="series", feeds=first)

    assert refusal(desk, first, feeds=second.pk) == [("feeds", "This choice would make a circle.")]


@pytest.mark.parametrize("typed", ["foo", "local national", "local,", "local, foo"])
def test_levels_of_a_tie_are_those_that_there_are(desk, typed):
    sentence = "Write one or more of local, regional, national, european, with commas between."

    assert refusal(desk, factories.make_tie(levels="local, european"), levels=typed) == [("levels", sentence)]


def test_a_number_that_postgresql_cannot_hold_is_refused_everywhere(desk):
    found = [
        refusal(desk, factories.make_city(gazetteer=factories.make_source()), geonames_id="999999999999")[0][0],
        refusal(desk, factories.make_theme(), position="999999999")[0][0],
        refusal(desk, factories.make_project(parent=factories.make_project()), number="99999")[0][0],
    ]

    assert found == ["geonames_id", "position", "number"]


@pytest.mark.parametrize("typed", ["sek", "x", "<b>", "12A"])
def test_a_currency_is_three_capital_letters(desk, typed):
    sentence = "Write the three capital letters of ISO 4217, such as SEK."

    assert refusal(desk, factories.make_grant(), amount="1", currency=typed) == [("currency", sentence)]


@pytest.mark.parametrize("typed", ["12,5", "1940289,50", "1,2345", "1.940,50"])
def test_a_decimal_comma_in_english_is_not_read_as_a_hundred_times_more(desk, typed):
    sentence = "Write decimals after a full stop: 1940289.50 or 1,940,289.50."

    assert refusal(desk, factories.make_grant(), amount=typed, currency="SEK")[0] == ("amount", sentence)


@pytest.mark.parametrize("nonsense", ["abc", "9" * 30, "9" * 5000, "-1", "²"])
def test_a_choice_that_is_no_key_is_a_form_error(desk, nonsense):
    network, practice = factories.make_network(), factories.make_practice()

    added = desk.get(list_address(Network, "add"), {"parent": nonsense, "source": nonsense})

    assert added.status_code == 200
    assert [name for name, _ in refusal(desk, network, parent=nonsense)] == ["parent"]
    assert [name for name, _ in refusal(desk, practice, themes=nonsense)] == ["themes"]


def test_negative_amount_is_refused(desk):
    sentence = [("amount", "Ensure this value is greater than or equal to 0.")]

    found = refusal(desk, factories.make_grant(), amount="-1", currency="SEK")

    assert found[:1] == sentence


@pytest.mark.parametrize(
    "participant", [{}, {"organisation", "city"}, {"city", "country"}, {"organisation", "city", "country"}]
)
def test_participation_is_of_one_participant(desk, participant):
    project = factories.make_project()
    everyone = {
        "organisation": factories.make_organisation().pk,
        "city": factories.make_city().pk,
        "country": "SE",
    }
    chosen = {name: value if name in participant else "" for name, value in everyone.items()}
    row = {"role": "partner", "source": project.source_id, **chosen}
    sentence = (
        "Choose one participant: an organisation, a city or a country. Only an organisation may also carry a country."
    )

    assert refusal(desk, factories.make_participation(), **chosen) == [("__all__", sentence)]
    assert refused_row(desk, project, "participations", **row) == [("__all__", sentence)]


def test_tie_has_one_beginning_and_some_end(desk):
    tie = factories.make_tie()
    beginning = [("__all__", "A tie starts at exactly one network or project.")]
    end = [("__all__", "A tie leads to a programme, a publication, or a publication of a programme.")]

    assert refusal(desk, tie, network=factories.make_network().pk) == beginning
    assert refusal(desk, tie, project="") == beginning
    assert refusal(desk, tie, programme="") == end
    assert refused_row(desk, tie.project, "ties", kind="linked-to", source=tie.source_id) == end


@pytest.mark.parametrize("make", [factories.make_network, factories.make_project, factories.make_meeting])
@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        ("", "This field is required."),
        ("9–9", "“9–9”: a range begins with its smaller number."),
        ("9–1", "“9–1”: a range begins with its smaller number."),
        ("1–", "“1–” is not a count that we can read. Write only the count, for example 12,"),
        ("minst 9", "“minst 9” is neither an exact count nor one of those that we keep:"),
        (f"{2**63}", f"“{2**63}” is larger than any count that we keep."),
    ],
)
def test_figure_is_a_number_or_a_growing_range(desk, make, count, sentence):
    owner = make()

    ((field, told),) = refused_row(desk, owner, "figures", measure="persons", source=owner.source_id, count=count)

    assert (field, told[: len(sentence)]) == ("count", sentence)


def test_figure_that_becomes_wrong_is_told_beside_its_form(desk):
    network = factories.make_network()
    factories.make_figure(network)

    assert refusal(desk, network, **{"figures-0-count": ""}) == [("count", "This field is required.")]
    assert refusal(desk, network, **{"figures-0-as_of": "then"})[0][0] == "as_of"


@pytest.mark.parametrize("prefix", ["figures", "links", "memberships"])
def test_inferred_row_needs_its_reason(desk, prefix):
    network = factories.make_network()
    rows = {
        "figures": {"measure": "persons", "count": "5"},
        "links": {"kind": "page", "label_sv": "Läs mer"},
        "memberships": {"city": factories.make_city().pk, "role": "member"},
    }

    found = refused_row(desk, network, prefix, certainty="inferred", source=network.source_id, **rows[prefix])

    assert found == [("__all__", "An inferred fact needs its reason, in the Swedish note.")]


def test_rows_of_one_form_do_not_meet_in_a_key(desk):
    network = factories.make_network()
    url = address(network)
    data = filled(desk, url)
    for _ in range(3):
        data = with_row(data, "links", kind="page", label_sv="Läs mer", source=network.source_id)

    assert desk.post(url, data).status_code == 302
    assert len(set(network.links.values_list("key", flat=True))) == 3


def test_discrepancy_is_entered_with_its_two_sources(desk):
    network, other = factories.make_network(), factories.make_source()
    url = address(network)
    row = {
        "title_sv": "Antal",
        "first_sv": "Tio.",
        "first_source": network.source_id,
        "second_sv": "Elva.",
        "second_source": other.pk,
    }

    assert desk.post(url, with_row(filled(desk, url), "discrepancies", **row)).status_code == 302
    assert list(network.discrepancies.values_list("first_source", "second_source")) == [(network.source_id, other.pk)]


def test_deleting_what_others_rest_on_names_them(desk):
    meeting = factories.make_meeting(name_sv="Mötet i Umeå", city=factories.make_city())

    answer = desk.get(address(meeting.city, "delete"))

    assert answer.status_code == 200
    assert [each["name"] for group in answer.context["protected"] for each in group.few] == ["Mötet i Umeå"]
    assert desk.post(address(meeting.city, "delete"), {"post": "yes"}).status_code == 200
    assert Meeting.objects.get().city == meeting.city


def test_deleting_many_names_what_rests_on_them(desk):
    network = factories.make_network()
    factories.make_meeting(name_sv="Mötet", network=network)

    answer = run(desk, Network, "delete_selected", network)

    assert [each["name"] for group in answer.context["protected"] for each in group.few] == ["Mötet"]


# Files


def test_file_of_a_publication_is_kept_and_downloads(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    publication = factories.make_publication(slug="guiden")
    url = address(publication)
    file = SimpleUploadedFile("Min Guide.PDF", b"%PDF-1.7", "application/pdf")

    assert desk.post(url, {**filled(desk, url), "file": file}).status_code == 302

    publication = Publication.objects.get()
    page = html5lib.parse(desk.get(url).content.decode(), namespaceHTMLElements=False)
    link = next(each for each in page.iter("a") if each.text == publication.file.name)
    assert publication.file.name == "publications/guiden.pdf"
    assert b"".join(Client().get(link.get("href")).streaming_content) == b"%PDF-1.7"


def test_file_is_taken_away_again(desk, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    publication = factories.make_publication()
    publication.file.save("a.pdf", SimpleUploadedFile("a.pdf", b"%PDF-1.7"))
    url = address(publication)

    assert desk.post(url, {**filled(desk, url), "file-clear": "on"}).status_code == 302
    assert Publication.objects.get().file.name == ""


def test_file_of_a_kind_that_runs_is_refused(desk):
    publication = factories.make_publication()
    url = address(publication)
    file = SimpleUploadedFile("a.html", b"<script>", "text/html")

    found = errors(desk.post(url, {**filled(desk, url), "file": file}))

    assert [field for field, _ in found] == ["file"]


# Cost

LISTS = {
    "directory_source": (factories.make_source, 4),
    "networks_city": (lambda: factories.make_city(gazetteer=factories.make_source()), 7),
    "networks_organisation": (lambda: factories.make_organisation(city=factories.make_city()), 6),
    "networks_contact": (factories.make_contact, 5),
    "networks_themeset": (factories.make_theme_set, 5),
    "networks_theme": (factories.make_theme, 6),
    "networks_network": (lambda: factories.make_network(parent=factories.make_network()), 6),
    "networks_membership": (lambda: factories.make_membership(focus=factories.make_theme()), 5),
    "projects_project": (lambda: factories.make_project(parent=factories.make_project()), 5),
    "projects_participation": (lambda: factories.make_participation(), 6),
    "projects_programme": (
        lambda: factories.make_programme(parent=factories.make_programme(), operator=factories.make_organisation()),
        5,
    ),
    "projects_grant": (lambda: factories.make_grant(programme=factories.make_programme()), 6),
    "projects_funder": (
        lambda: factories.make_grant(funder=factories.make_organisation(city=factories.make_city())),
        6,
    ),
    "projects_tie": (lambda: factories.make_tie(publication=factories.make_publication()), 5),
    "projects_publication": (
        lambda: factories.make_publication(project=factories.make_project(), programme=factories.make_programme()),
        5,
    ),
    "meetings_meeting": (
        lambda: factories.make_meeting(
            city=factories.make_city(), network=factories.make_network(), project=factories.make_project()
        ),
        5,
    ),
    "practices_practice": (lambda: factories.make_practice(developer=factories.make_organisation()), 6),
    "practices_nominationround": (
        lambda: factories.make_round(organiser=factories.make_organisation(), project=factories.make_project()),
        7,
    ),
}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_list_takes_as_many_queries_for_three_as_for_one(desk, name):
    make, number = LISTS[name]
    url = reverse(f"admin:{name}_changelist")
    make()

    one = queries(desk, url)
    make()
    make()

    # Session, user, count, rows; then the choices of the filters: sources, countries, theme sets, currencies.
    assert (one, queries(desk, url)) == (number, number)


def grow_network(network):
    theme = factories.make_theme(theme_set=network.themes)
    factories.make_membership(network=network, focus=theme)
    factories.make_membership(network=network, organisation=factories.make_organisation())
    factories.make_figure(network)
    factories.make_link(network)
    factories.make_discrepancy(network)
    factories.make_tie(network=network, publication=factories.make_publication())
    factories.make_network(parent=network)


def grow_project(project):
    factories.make_participation(project=project)
    factories.make_participation(project=project, city=factories.make_city())
    factories.make_grant(project=project, programme=factories.make_programme())
    factories.make_tie(project=project, publication=factories.make_publication())
    factories.make_figure(project)
    factories.make_link(project)
    factories.make_discrepancy(project)
    factories.make_project(parent=project)


def grow_series(series):
    factories.make_figure(series)
    factories.make_link(series)
    factories.make_discrepancy(series)
    factories.make_meeting(parent=series, city=factories.make_city())


def grow_funder(funder):
    factories.make_grant(funder=Organisation.objects.get(pk=funder.pk), programme=factories.make_programme())


@pytest.mark.parametrize(
    ("make", "grow", "number"),
    [
        (lambda: factories.make_network(themes=factories.make_theme_set()), grow_network, 13),
        (factories.make_project, grow_project, 13),
        (lambda: factories.make_meeting(kind="series"), grow_series, 10),
        (factories.make_organisation, lambda each: factories.make_contact(organisation=each), 7),
        (MAKERS["projects_funder"], grow_funder, 7),
        (factories.make_theme_set, lambda each: factories.make_theme(theme_set=each), 7),
    ],
    ids=["network", "project", "series", "organisation", "funder", "theme set"],
)
def test_form_takes_as_many_queries_for_three_rows_as_for_one(desk, make, grow, number):
    record = make()
    grow(record)

    one = queries(desk, address(record))
    grow(record)
    grow(record)

    # Session, user, content type, record, what it names, each kind of row, whether it has a public page.
    assert (one, queries(desk, address(record))) == (number, number)
