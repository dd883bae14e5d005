"""Words as people type them."""

import pytest

from directory.search import fold, sort_key, words
from networks.models import City, Network, Organisation
from projects.models import Project
from tests.factories import make_city, make_grant, make_network, make_organisation, make_project, make_theme_set
from tests.pages import Page


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("NORRKÖPING", "norrkoping"),
        ("Norrko\u0308ping", "norrkoping"),
        ("Réseau  des\u00a0villes", "reseau des villes"),
        ("1 940 289", "1940289"),
        ("1\u00a0940\u00a0289 kronor", "1940289 kronor"),
        ("1,940,289", "1940289"),
        ("1.940.289", "1940289"),
        ("2021-02939", "2021-02939"),
        ("602 42", "602 42"),
        ("2013 2016", "2013 2016"),
        ("Straße", "strasse"),
    ],
)
def test_folding_keeps_what_people_mean(typed, folded):
    assert fold(typed) == folded


def test_a_query_keeps_at_most_eight_words_of_a_hundred_characters():
    assert words("a b c d e f g h i j") == list("abcdefgh")
    assert words("x" * 300) == ["x" * 100]


def test_names_sort_as_swedish_does_on_every_engine(db):
    names = ["Örebro", "Åmål", "Zinkgruvan", "Ängelholm", "åre", "Évry", "Esbo", "A Coruña", "Aachen", "Malmö", "Malmo"]
    for name in names:
        make_city(name_sv=name)

    found = list(City.objects.in_order().values_list("name_sv", flat=True))

    assert found == [
        "A Coruña", "Aachen", "Esbo", "Évry", "Malmo", "Malmö", "Zinkgruvan", "Åmål", "åre", "Ängelholm", "Örebro",
    ]  # fmt: skip


def test_a_sort_key_has_no_punctuation_to_stumble_over():
    assert sort_key("”Åre” – (Sweden)") == "{re sweden"


@pytest.mark.parametrize("query", ["NORRKÖPING", "norrkoping", "norr", "köping", "Norrkoping ", "norrköping\u00a0"])
def test_a_city_is_found_however_it_is_typed(db, query):
    make_city(name_sv="Norrköping")
    make_city(name_sv="Linköping" if query not in ("köping",) else "Malmö")

    assert [str(city) for city in City.objects.search(query)] == ["Norrköping"]


def test_a_city_is_found_by_its_name_in_the_other_language(db):
    make_city(name_sv="Göteborg", name_en="Gothenburg")
    make_city(name_sv="Malmö")

    assert [city.name_sv for city in City.objects.search("gothenburg")] == ["Göteborg"]
    assert [city.name_sv for city in City.objects.search("goteborg")] == ["Göteborg"]


def test_part_of_a_compound_is_enough(db):
    make_network(name_sv="Stadsnätverk")
    make_network(name_sv="Annat")

    assert [str(network) for network in Network.objects.search("natverk")] == ["Stadsnätverk"]


def test_every_word_must_match_somewhere(db):
    make_network(name_sv="Kreativa städer", other_names="UCCN")
    make_network(name_sv="Kreativa byar")

    assert [str(network) for network in Network.objects.search("kreativa uccn")] == ["Kreativa städer"]


@pytest.mark.parametrize(
    "query", ["1 940 289", "1\u00a0940\u00a0289", "1940289", "1,940,289", "2021-02939", "02939", "vinnova"]
)
def test_a_project_is_found_once_by_amount_reference_and_funder(db, query):
    project = make_project(name_sv="Innocities")
    funder = make_organisation(name_sv="Vinnova")
    make_grant(project=project, funder=funder, reference="2021-02939", amount="1940289.00", currency="SEK")
    make_grant(project=project, funder=funder, reference="2021-02939")
    make_grant()

    assert [str(found) for found in Project.objects.search(query)] == ["Innocities"]


def test_search_does_not_betray_a_hidden_name(db):
    hidden = make_theme_set(name_sv="Hemlig", published=False)
    make_network(name_sv="Öppet", themes=hidden)
    secret = make_organisation(name_sv="Hemligt bolag", published=False)
    make_grant(project=make_project(name_sv="Projekt"), funder=secret)

    assert list(Project.objects.public().search("hemligt")) == []
    assert list(Network.objects.public().search("hemlig")) == []


def test_search_does_not_betray_a_hidden_grant(db):
    funder = make_organisation()
    make_grant(project=make_project(), funder=funder, reference="2021-777", amount="424242", currency="SEK")

    def found():
        return [Project.objects.public().search(query).count() for query in ("2021-777", "424242")]

    assert found() == [1, 1]
    Organisation.objects.filter(pk=funder.pk).update(published=False)
    assert found() == [0, 0]


@pytest.mark.parametrize("query", ["Norrköping", "norrkoping", "NORRKÖPING"])
def test_the_exact_name_comes_first_however_it_is_typed(client, db, query):
    make_city(name_sv="Linköping", summary_sv="Nära Norrköping.")
    make_city(name_sv="Norrköpings hamn")
    make_city(name_sv="Norrkopings varv")
    make_city(name_sv="Norrköping")

    found = Page(client.get("/sv/cities/", {"q": query})).cards()

    assert found == ["Norrköping", "Norrkopings varv", "Norrköpings hamn", "Linköping"]


def test_a_search_without_letters_matches_nothing_and_says_so(client, db):
    make_network()

    page = Page(client.get("/sv/networks/?q=%CC%88"))

    assert (page.cards(), page.texts("p", class_="remark")) == (
        [],
        ["Sökningen har varken bokstav eller siffra; den ger inga träffar."],
    )


def test_more_words_than_are_searched_are_told(client, db):
    make_network(name_sv="a b c d e f g h")

    found = Page(client.get("/sv/networks/?q=a+b+c+d+e+f+g+h+i"))
    everywhere = Page(client.get("/sv/search/?q=a+b+c+d+e+f+g+h+i"))
    eight = Page(client.get("/sv/networks/?q=a+b+c+d+e+f+g+h"))

    assert found.texts("p", class_="remark") == ["Bara de första 8 orden används i sökningen."]
    assert everywhere.texts("p", class_="remark") == ["Bara de första 8 orden används i sökningen."]
    assert eight.texts("p", class_="remark") == []


def test_every_group_of_a_search_leads_to_a_list_of_as_many(client, directory):
    for query in ("seismic", "moten", "norrkoping", "nätverk"):
        page = Page(client.get("/sv/search/", {"q": query}))
        groups = [each for each in page.all("section") if (each.get("aria-labelledby") or "").startswith("found-")]
        for group in groups:
            count = page.text(group.find("h2").find("span"))
            more = [each.get("href") for each in group.iter("a") if "?q=" in each.get("href")]
            assert len(more) == (int(count) > 5)
            for address in more:
                everything = Page(client.get(address))
                assert everything.texts("h2")[0] == f"{count} träffar"
                assert everything.all("p", class_="remark") == []
        assert groups != []


def test_like_wildcards_are_plain_characters(db):
    make_network(name_sv="Hundra procent")

    assert list(Network.objects.search("%")) == []
    assert list(Network.objects.search("_")) == []


def test_the_exact_name_comes_first_then_names_that_begin_so(client, db):
    for name in ["Ett nätverk av städer", "Nätverket", "Nätverk"]:
        make_network(name_sv=name)

    found = Page(client.get("/sv/networks/", {"q": "nätverk"})).cards()

    assert found == ["Nätverk", "Nätverket", "Ett nätverk av städer"]


def test_search_text_follows_a_renaming(db):
    city = make_city(name_sv="Gammal")
    city.name_sv = "Ny"
    city.save()

    assert (City.objects.search("gammal").count(), City.objects.search("ny").count()) == (0, 1)
