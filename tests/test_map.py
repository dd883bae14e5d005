"""The map: it shows the places of what a list shows, no marker covers another, and every one is a link with a name."""

import random
from itertools import combinations
from math import hypot
from urllib.parse import parse_qs, urlsplit

import numpy
import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from directory import atlas
from directory.bases import MOST_ROWS
from directory.maps import APART, WIDTHS, Map, Spot, closer_map
from directory.narrowing import AnyOf
from directory.pages import LISTS
from directory.places import PER_PAGE
from directory.sources import Source
from directory.writes import writing
from meetings.generated import generate
from networks.models import City
from tests.bruteforce import facts, fits
from tests.factories import (
    make_city,
    make_meeting,
    make_membership,
    make_network,
    make_organisation,
    make_participation,
    make_project,
)
from tests.pages import Page
from tests.test_lists import full_row

# As the parser calls what belongs to an SVG.
SVG = "{http://www.w3.org/2000/svg}"
MAPPED = [each for each in LISTS if "map" in each.ways]
PLACED = {
    "norrkoping": ("Norrköping", 58.594, 16.183),
    "linkoping": ("Linköping", 58.411, 15.622),
    "bryssel": ("Bryssel", 50.85, 4.349),
    "suva": ("Suva", -18.14, 178.44),
    "apia": ("Apia", -13.83, -171.76),
}


def place(slug, **fields):
    """Make a city where it really is."""
    name, latitude, longitude = PLACED[slug]
    fields = {"latitude": str(latitude), "longitude": str(longitude), "country": "SE", **fields}
    gazetteer = Source.objects.filter(slug="orter").first() or Source.objects.create(slug="orter", name_sv="Orter")
    return make_city(slug=slug, name_sv=name, gazetteer=gazetteer, **fields)


def spots(*slugs):
    """Return places on no page."""
    return [Spot(PLACED[slug][0], slug, PLACED[slug][2], PLACED[slug][1]) for slug in slugs]


def shown(answer, width):
    """Return the addresses of the places that a map shows at one width, those in groups too."""
    if not answer.context["map"]:
        return set()
    markers = [each for each in answer.context["map"].markers if each.width in ("", width)]
    found = [spot.slug for each in markers for spot in each.spots]
    assert len(found) == len(set(found))
    return set(found)


def table(page):
    """Return {name of the place: (country, count or None)} of the table."""
    lines = {}
    for row in [each for each in page.all("tr") if each.find("th").get("scope") == "row"]:
        name, *cells = page.text(row.find("th").find("div").find("a")), *row.iter("td")
        texts = [page.text(list(cell)[-1]) for cell in cells]
        lines[name] = (texts[0], int(texts[1].rpartition(" ")[2]) if len(texts) > 1 else None)
    return lines


@pytest.fixture
def crowded(db):
    """Generated records, some of their cities without coordinates."""
    with writing():
        generate(80, 4, lambda done: None)
    for city in City.objects.order_by("slug")[::5]:
        city.latitude = city.longitude = None
        city.save()


def random_query(draw, each):
    """Return {parameter: values} that narrow a list at random, by values that some record has."""
    known = list(facts(each.model).values())
    names = [
        name
        for name, filter in each.filterset_class.base_filters.items()
        if isinstance(filter, AnyOf) and name not in ("city", "currency") and any(found.get(name) for found in known)
    ]
    chosen = {}
    for name in draw.sample(names, min(len(names), draw.randint(1, 2))):
        values = sorted({value for found in known for value in found[name]})
        chosen[name] = draw.sample(values, min(len(values), draw.randint(1, 3)))
    return chosen


def test_map_table_and_list_show_the_same_places_under_ten_random_filters(client, crowded):
    draw, placed = random.Random(7), dict(City.objects.values_list("slug", "latitude"))
    seen = 0

    for number in range(10):
        each = MAPPED[number % len(MAPPED)]
        section, chosen = each.model.section, random_query(draw, each)
        records = {key: found for key, found in facts(each.model).items() if fits(found, chosen)}
        if section == "meetings" and "kind" not in chosen:
            records = {key: found for key, found in records.items() if found["kind"] != {"series"}}
        slugs = dict(City.objects.values_list("pk", "slug"))
        expected = {}
        for key, found in records.items():
            for slug in {slugs[key]} if section == "cities" else found["city"]:
                expected[slug] = expected.get(slug, 0) + 1

        answer = client.get("/en/map/", {"of": section, **chosen})
        rows = []
        for page in answer.context["rows"].paginator.page_range:
            rows += client.get("/en/map/", {"of": section, **chosen, "page": page}).context["lines"]

        assert {place.slug: place.count for place, _address, _narrows in rows} == expected, (section, chosen)
        for width in WIDTHS:
            assert shown(answer, width) == {slug for slug in expected if placed[slug] is not None}
        nowhere = sum(not found.get("city", True) for found in records.values())
        said = [each for each in answer.context["sentences"] if "cannot be placed" in each]
        assert [sentence.split()[0] for sentence in said] == [f"{nowhere:,}"] * bool(nowhere)
        for place_, address, narrows in rows[:3]:
            if section != "cities":
                assert narrows
                assert client.get(address).context["page"].paginator.count == place_.count, address
        seen += len(expected)
    assert seen > 15


def test_every_marker_is_a_link_with_a_name_and_the_table_says_the_same(client, db):
    here, there = place("norrkoping"), place("bryssel", country="BE")
    for city in (here, here, there):
        make_membership(city=city)

    page = Page(client.get("/en/map/?of=networks"))
    view = page.all(f"{SVG}svg", class_="map-view")[0]
    links = {each.get("aria-label"): each.get("href") for each in page.all(f"{SVG}a", view)}

    assert page.errors == []
    assert links == {
        "Norrköping: 2 networks": "/en/networks/?city=norrkoping",
        "Bryssel: 1 network": "/en/networks/?city=bryssel",
    }
    assert (view.get("role"), page.text(page.all(f"{SVG}title", view)[0])) == ("group", "Map of 2 places: Networks")
    assert table(page) == {"Bryssel": ("Belgium", 1), "Norrköping": ("Sweden", 2)}


def test_a_city_on_the_map_of_cities_leads_to_its_own_page(client, db):
    place("norrkoping")

    page = Page(client.get("/en/map/?of=cities"))

    view = page.all(f"{SVG}svg", class_="map-view")[0]
    assert [(each.get("aria-label"), each.get("href")) for each in page.all(f"{SVG}a", view)] == [
        ("Norrköping", "/en/cities/norrkoping/")
    ]
    assert table(page) == {"Norrköping": ("Sweden", None)}


def test_projects_are_where_their_participants_are(client, db):
    here, there = place("norrkoping"), place("bryssel")
    project = make_project()
    make_participation(project=project, city=here)
    make_participation(project=project, organisation=make_organisation(city=there))
    make_participation(project=make_project(), organisation=make_organisation(city=there, published=False))

    assert {name: count for name, (_country, count) in table(Page(client.get("/en/map/?of=projects"))).items()} == {
        "Norrköping": 1,
        "Bryssel": 1,
    }


def test_what_no_map_can_show_is_told_with_counts_and_countries(client, db):
    make_membership(city=make_city(name_sv="Okänd ort"))
    make_network(country="FR")
    make_network(country="FR")
    make_network()

    page = Page(client.get("/en/map/?of=networks"))

    assert page.texts("p", class_="remark") == [
        "1 place is in the table but not on the map, for its coordinates are not known: Okänd ort (1).",
        "3 networks of 4 found cannot be placed: no city of theirs is known here. "
        "By the country that these name: France 2.",
    ]
    assert page.all(f"{SVG}svg", class_="map-view") == []
    assert table(page) == {"Okänd ort": ("not stated in the source", 1)}


def test_a_hidden_city_is_on_no_map(client, db):
    hidden = place("norrkoping", published=False)
    make_membership(city=hidden, network=make_network(slug="nat"))
    make_meeting(city=hidden)

    of = ["map/?of=networks", "map/?of=meetings", "map/?of=cities", "networks/nat/"]
    answers = [client.get(f"/en/{address}") for address in of]

    assert all("Norrköping" not in each.content.decode() for each in answers)
    assert Page(answers[1]).texts("p", class_="remark")[0].startswith("1 meeting of 1 found cannot be placed")
    assert Page(answers[0]).texts("p", class_="remark") == [
        "1 network of 1 found cannot be placed: no city of theirs is known here."
    ]


def test_beside_a_chosen_city_others_are_counted_but_no_list_is_promised(client, db):
    network = make_network()
    for slug in ("norrkoping", "bryssel"):
        make_membership(city=place(slug), network=network)
    make_membership(city=City.objects.get(slug="bryssel"))

    answer = client.get("/en/map/?of=networks&city=norrkoping&order=-name&page=1&box=zz")

    assert [(each.slug, each.count, address, narrows) for each, address, narrows in answer.context["lines"]] == [
        ("bryssel", 1, "/en/cities/bryssel/", False),
        ("norrkoping", 1, "/en/networks/?city=norrkoping", True),
    ]


def test_places_too_close_are_one_marker_that_opens_a_closer_map(client, db):
    for slug in ("norrkoping", "linkoping", "bryssel"):
        make_membership(city=place(slug))

    far = client.get("/en/map/?of=networks&kind=city-network")
    [group] = [each for each in far.context["map"].markers if each.many and each.width != "narrow"]
    close = client.get(group.address)

    assert group.told == (
        "Linköping +1: 2 places close together, shown closer. Linköping: 1 network; Norrköping: 1 network."
    )
    assert parse_qs(urlsplit(group.address).query) == {
        "of": ["networks"],
        "kind": ["city-network"],
        "box": ["15.622,58.411,16.183,58.594"],
    }
    assert [each.many for each in close.context["map"].markers] == [0, 0]
    assert set(table(Page(close))) == shown(close, "wide") ^ {"linkoping", "norrkoping", "Linköping", "Norrköping"}
    assert "2 of 3 places lie in this part of the map." in Page(close).words
    assert "/en/map/?kind=city-network&of=networks" in Page(close).links
    assert set(table(Page(client.get(close.context["wider"])))) >= {"Linköping", "Norrköping"}


def test_places_that_no_window_parts_lead_to_the_table(client, db):
    place("norrkoping")
    make_city(name_sv="Samma", slug="samma", latitude="58.594", longitude="16.183", gazetteer=Source.objects.first())

    [marker] = client.get("/en/map/?of=cities").context["map"].markers

    assert marker.address.endswith("#places")
    assert set(table(Page(client.get(marker.address)))) == {"Norrköping", "Samma"}


@pytest.mark.parametrize(
    "box",
    [
        "x",
        "1,2,3",
        "1,2,3,4,5",
        "1,60,2,50",
        "1,2,3,nan",
        "1,2,nan,3",
        "1,2,3,inf",
        "200,1,210,2",
        "1,-91,2,3",
        "1,2,3,1e999",
    ],
)
def test_a_part_of_the_map_that_is_none_is_named_and_the_whole_is_shown(client, db, box):
    place("norrkoping")

    page = Page(client.get("/en/map/", {"of": "cities", "box": box}))

    assert page.status == 200
    assert page.texts("p", class_="remark") == [
        f"“{box}” is no part of the map: it takes four numbers, west, south, east and north in degrees. The whole is shown."
    ]
    assert set(table(page)) == {"Norrköping"}


@pytest.mark.parametrize("box", ["-180,-90,180,90", "0,0,0,0", "170,-20,-170,-10", "0,89,1,90", "-180,-90,-180,-90"])
def test_any_other_part_of_the_map_is_drawn(client, db, box):
    place("norrkoping")

    page = Page(client.get("/en/map/", {"of": "cities", "box": box}))

    assert (page.status, page.errors, len(page.all(f"{SVG}svg", class_="map-view"))) == (200, [], 1)
    assert page.texts("p", class_="remark") == []
    assert "Show the whole map" in page.words


def test_removing_a_filter_shows_the_whole_map_again(client, db):
    place("norrkoping")

    page = Page(client.get("/en/map/?of=cities&country=se&box=1,50,30,60&page=1"))

    assert [each.get("href") for each in page.all("a", class_="chip")] == ["?of=cities"]
    [ways] = page.all("nav", class_="ways")
    assert [each.get("href") for each in page.all("a", ways)] == [
        "/en/cities/?country=se",
        "/en/map/?of=cities&country=se",
        "/en/statistics/?of=cities&country=se",
    ]


def test_a_long_table_has_pages_while_the_map_shows_all(client, db):
    source = Source.objects.create(slug="orter", name_sv="Orter")
    for number in range(PER_PAGE + 2):
        make_city(
            slug=f"ort-{number:03}", name_sv=f"Ort {number:03}", source=source, gazetteer=source,
            latitude=str(40 + number / 10), longitude=str(number / 10),
        )  # fmt: skip

    first, second = client.get("/en/map/?of=cities"), client.get("/en/map/?of=cities&page=2")
    beyond = client.get("/en/map/?of=cities&page=3")

    assert (len(table(Page(first))), list(table(Page(second)))) == (PER_PAGE, ["Ort 100", "Ort 101"])
    assert len(shown(first, "wide")) == len(shown(second, "narrow")) == PER_PAGE + 2
    assert "The table shows 101 to 102 of 102 places, by name; the map shows all of them." in Page(second).words
    assert (beyond.status_code, "?of=cities" in Page(beyond).links) == (404, True)
    assert client.get("/en/map/?of=cities&page=x").status_code == 404


@pytest.mark.parametrize("section", [each.model.section for each in MAPPED])
def test_a_map_of_nothing_says_so(client, db, section):
    page = Page(client.get(f"/en/map/?of={section}&q=zzz"))

    assert (page.status, page.errors, page.all(f"{SVG}svg", class_="map-view")) == (200, [], [])
    assert "Nothing that fits all that is chosen has a place." in page.words


# As a list asks them: the version and the reading (8), perhaps the days (2), the labels of each group; no cards, but
# what the map knows of cities (1), for which the index of cities is read too where that is not the list's own (6).
QUERIES = {"networks": 24, "projects": 28, "meetings": 21, "cities": 13, "organisations": 19}


@pytest.mark.parametrize("section", QUERIES)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_map_asks_the_same_number_of_queries_for_one_row_and_for_three(db, section, rows):
    source = Source.objects.create(slug="orter", name_sv="Orter")
    for number in range(rows):
        row = full_row()
        City.objects.filter(pk=row["city"].pk).update(latitude=50 + number, longitude=number, gazetteer=source)
    connections["default"].__dict__.pop("readings", None)

    with CaptureQueriesContext(connection) as first:
        answer = Client().get(f"/en/map/?of={section}")
    with CaptureQueriesContext(connection) as again:
        Client().get(f"/en/map/?of={section}&page=1")

    assert len(shown(answer, "wide")) == rows
    assert (len(first), len(again)) == (QUERIES[section], 2)


def test_a_network_shows_where_its_cities_are_and_asks_nothing_more(client, db):
    network = make_network(slug="nat")
    make_membership(network=network, city=place("norrkoping"))
    make_membership(network=network, city=make_city(name_sv="Utan plats"))
    alone = Page(client.get("/en/networks/nat/"))
    make_membership(network=network, city=place("linkoping"), role="organiser")
    make_membership(network=network, city=place("suva", published=False))

    page = Page(client.get("/en/networks/nat/"))

    assert alone.all(f"{SVG}svg", class_="map-view") == []
    [view] = page.all(f"{SVG}svg", class_="map-view")
    assert {each.get("href") for each in page.all(f"{SVG}a", view) if "box" not in each.get("href")} == {
        "/en/cities/norrkoping/",
        "/en/cities/linkoping/",
    }
    assert page.errors == []


def test_a_city_shows_the_cities_nearby_that_it_shares_networks_with(client, db):
    here = place("norrkoping")
    shared, hidden = make_network(slug="nat"), make_network(published=False)
    for slug, network in (("linkoping", shared), ("suva", shared), ("bryssel", hidden)):
        make_membership(network=network, city=place(slug))
        make_membership(network=network, city=here)

    page = Page(client.get("/en/cities/norrkoping/"))

    [view] = page.all(f"{SVG}svg", class_="map-view")
    assert {each.get("aria-label") for each in page.all(f"{SVG}a", view) if "close" not in each.get("aria-label")} == {
        "Norrköping",
        "Linköping",
    }
    assert len(page.all(f"{SVG}svg", view, class_="spot-here")) >= 1


def test_a_page_of_very_many_members_draws_no_more_than_it_lists(client, db):
    network, source = make_network(slug="nat"), Source.objects.create(slug="orter", name_sv="Orter")
    for number in range(MOST_ROWS + 5):
        make_membership(
            network=network, source=source,
            city=make_city(latitude=str(number / 2), longitude=str(number), source=source, gazetteer=source),
        )  # fmt: skip

    answer = client.get("/en/networks/nat/")

    assert len(answer.context["page"].places.spots) == MOST_ROWS
    assert Page(answer).errors == []


@pytest.mark.parametrize("width", WIDTHS)
def test_of_thousands_of_places_none_is_lost_and_no_marker_covers_another(width):
    draw = random.Random(3)
    many = [
        Spot(f"Ort {n}", f"ort-{n}", draw.gauss(14, 9), draw.gauss(52, 6), draw.randint(1, 50)) for n in range(5000)
    ]

    drawn = Map(many, "network", "Karta", closer_map(of="networks"))
    markers = [each for each in drawn.markers if each.width in ("", width)]

    high = WIDTHS[width] * atlas.FORMS[drawn.window.form]
    middles = [(each.x / 100 * WIDTHS[width], each.y / 100 * high) for each in markers]
    assert sorted(spot.slug for each in markers for spot in each.spots) == sorted(each.slug for each in many)
    assert min(hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(middles, 2)) > APART - 0.2
    assert 20 < len(markers) < 400
    assert max(each.count for each in many) == max(each.spots[0].count for each in markers)


def test_the_area_of_a_marker_shows_its_count():
    some = [
        Spot(slug, slug, PLACED[slug][2], PLACED[slug][1], count) for slug, count in (("bryssel", 16), ("linkoping", 9))
    ]

    sizes = {each.label: each.size for each in Map(some, "network", "Karta", closer_map(of="networks")).markers}

    assert (sizes["linkoping"] / sizes["bryssel"]) ** 2 == pytest.approx(9 / 16, abs=0.02)


def test_a_window_holds_its_places_and_is_never_too_close():
    for some in (
        ["norrkoping"],
        ["norrkoping", "linkoping"],
        ["norrkoping", "bryssel"],
        ["suva", "apia"],
        list(PLACED),
    ):
        drawn = Map(spots(*some), "city", "Karta", closer_map(of="cities"))

        assert sorted(drawn.seen) == list(range(len(some))), some
        assert drawn.window.width >= 600
        assert drawn.window.whole == (len(some) == len(PLACED))
        assert all(len(drawn.paths[name]) < 60_000 for name in drawn.paths)


def test_neighbours_across_the_line_of_the_date_are_neighbours():
    drawn = Map(spots("suva", "apia"), "city", "Karta", closer_map(of="cities"))

    west, _south, east, _north = drawn.window.bounds
    assert drawn.window.width < 2500
    assert (west < 178.44 < east, west < 360 - 171.76 < east) == (True, True) or (west < -181.56 and east > -171.76)


def test_degrees_and_places_on_the_map_are_each_others_reverse():
    longitudes, latitudes = numpy.array([-20.0, 4.3, 16.2, 60.0]), numpy.array([35.0, 50.8, 58.6, 71.0])
    projection = atlas.Azimuthal(10.0, 55.0)

    x, y = projection.place(longitudes, latitudes)
    east, north = projection.degrees(x, y)

    assert numpy.allclose(east + 10, longitudes)
    assert numpy.allclose(north, latitudes)
    # From Norrköping to Linköping it is about 38 km.
    x, y = atlas.Azimuthal(16.183, 58.594).place(numpy.array([15.622]), numpy.array([58.411]))
    assert hypot(x[0], y[0]) == pytest.approx(38.4, abs=0.5)


def test_coasts_are_where_they_are():
    land, _borders = atlas.world()

    def on_land(longitude, latitude):
        inside = False
        for xs, ys in land.within((longitude - 0.01, -90, longitude + 0.01, 90), 0):
            for (x1, y1), (x2, y2) in zip(
                zip(xs, ys, strict=True), zip(numpy.roll(xs, -1), numpy.roll(ys, -1), strict=True), strict=True
            ):
                if (x1 > longitude) != (x2 > longitude) and latitude < y1 + (longitude - x1) / (x2 - x1) * (y2 - y1):
                    inside = not inside
        return inside

    dry, wet = (
        [(15.622, 58.411), (4.349, 50.85), (2.35, 48.86), (-3.7, 40.4)],
        [(19, 57), (-30, 45), (5, 40), (178, -30)],
    )
    assert ([on_land(*each) for each in dry], [on_land(*each) for each in wet]) == ([True] * 4, [False] * 4)
