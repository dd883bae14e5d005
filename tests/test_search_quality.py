"""Search measured on real texts: 2,531 Swedish research projects as their register tells of them (SweCRIS).

What must be found is worked out from the register's own rows by patterns, without the directory's index or folding.
"""

import csv
import os
import random
import re
import unicodedata
from collections import namedtuple
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.http import QueryDict
from django.utils.http import urlencode

from directory.lexicon import Lexicon
from directory.search import fold
from directory.sources import Source
from directory.writes import rebuild, writing
from networks.filters import CityFilter, NetworkFilter, OrganisationFilter
from networks.models import City, Network, Organisation
from projects.filters import ProjectFilter
from projects.models import Grant, Participation, Project
from tests.factories import make_city, make_network, make_organisation
from tests.pages import Page

REGISTERS_DIR = Path(os.environ.get("REGISTERS_DIR") or Path(settings.BASE_DIR).parent / "shared" / "data")
REGISTER = REGISTERS_DIR / "swecris_projects.csv"
# What a name can hold; a few of the register's are longer.
LONGEST_NAME = 250
ALPHABET = "abcdefghijklmnopqrstuvwxyz"

Query = namedtuple("Query", "typed must may example", defaults=(None, None))
NOTHING = "(?!)"

# Every project whose row has `must` is to be found, and none whose row has not `may` (`must`, if not given). With
# “ & ” between them all patterns are asked for. Rows are lower case and without accents; an example is one to be found.
QUERIES = [
    # A part of a compound is enough: the last, the first, one in the middle.
    Query("nätverk", "natverk", example="2024-03550_RJ"),
    Query("omställning", "omstallning", example="2022-02752_Vinnova"),
    Query("avlopp", "avlopp", example="2025-01418_RJ"),
    Query("bibliotek", "bibliotek", example="2012-05236_VR"),
    Query("kulturarv", "kulturarv", example="2012-04141_RJ"),
    Query("spel", "spel", example="2018-03772_VR"),
    Query("bil", r"\bbil|bil\b", example="2022-02776_Formas"),
    Query("klimatomställning", "klimatomstallning", example="2022-03758_Vinnova"),
    # The definite, the plural, the genitive and the base form find each other, and compounds with them.
    Query("nätverket", "natverk", example="2024-02373_VR"),
    Query("mötet", r"\bmote(n|t|na|ts)?\b", r"mote|\bmot(a|s)"),
    Query("möten", r"\bmote(n|t|na|ts)?\b", r"moten|\bmot(e|a|s)"),
    Query("städer", r"\bstad(en|er|erna|ernas|ens|s)?\b", "stad", example="2022-02850_Formas"),
    Query("städernas", r"\bstad(en|er|erna|ernas|ens|s)?\b", "stad", example="2019-02127_RJ"),
    Query("böcker", r"\bbok(en)?\b|bocker", "bok|bock"),
    Query("bok", r"bok\b|\bbok|bock(er|erna)\b", "bok|bock", example="2017-03417_RJ"),
    Query("fötter", r"\bfot(en)?\b|fotter", r"\bfot(en|s|as)?\b|fott"),
    Query("fot", r"\bfot|fotter", r"\bfot|fot\b|fott", example="2021-04048_RJ"),
    Query("museer", "museum|museer|museet", "muse"),
    Query("museum", "museum|museer|museet", "muse"),
    Query("universiteten", "universitet", "universit", example="2019-01311_RJ"),
    Query("kommunernas", "kommun", example="2019-00242_Formas"),
    Query("medborgarna", r"\bmedborgar(e|en|na|nas|es)?\b", "medborg", example="2024-01776_VR"),
    Query("bostäder", "bostad", example="2023-00130_Formas"),
    Query("cyklar", "cykel|cyklar", "cykel|cykl", example="2019-00242_Formas"),
    Query("cykel", "cykel|cyklar", "cykel|cykl", example="2010-01245_RJ"),
    Query("regler", r"\bregel(n|verk)?\b|\bregler(na)?\b", "regel|regl"),
    Query("vattnet", "vatten|vattnet", "vatt", example="2018-01174_Formas"),
    Query("hållbart", "hallbar", example="2016-01825_Formas"),
    Query("öppen", r"\b(oppen|oppna|oppet)\b", "opp"),
    Query("energin", "energi", example="2024-00562_Formas"),
    Query("människors", r"\bmannisk(a|an|or|ors|orna)\b", "mannisk"),
    Query("barnens", r"\bbarn(en|ens|et|ets|s)?\b", "barn", example="2018-01317_Forte"),
    Query("planerade", r"\bplanera(d|de|r|s|t|ts)?\b", "planer"),
    Query("laboratorier", r"\blaboratori(um|et|er|erna)\b", "laborator"),
    Query("skolor", r"\bskol(a|an|or|orna)\b", "skol", example="2021-04163_VR"),
    # English.
    Query("networks", r"\bnetworks?\b", "network", example="2024-02438_RJ"),
    Query("cities", r"\b(city|cities)\b", "cities|citi", example="2022-02752_Vinnova"),
    Query("city", r"\b(city|cities)\b", r"\bcity|\bciti", example="2021-03767_RJ"),
    Query("universities", r"\buniversit(y|ies)\b", "univers", example="2014-01782_Vinnova"),
    Query("financing", r"\bfinanc(e|ed|ing|es)\b", "financ", example="2023-01722_RJ"),
    Query("studies", r"\bstud(y|ies|ied)\b", "stud"),
    Query("children", r"\bchild(ren)?\b", "child"),
    Query("women", r"\bwom[ae]n\b", "wom[ae]n", example="2023-00737_VR"),
    Query("policies", r"\bpolic(y|ies)\b", "polic"),
    Query("batteries", r"\bbatter(y|ies)\b", "batter", example="P2019-90077_Energi"),
    Query("analyses", r"\banalys[ei]s\b", "analy"),
    Query("organization", r"\borgani[sz]ations?\b", "organi[sz]"),
    Query("digitalisation", r"\bdigitali[sz]ation\b", "digitali[sz]", example="2021-01922_Vinnova"),
    Query("behavior", r"\bbehaviou?rs?\b", "behaviou?r", example="2024-02461_Formas"),
    Query("center", r"\bcent(er|re)s?\b", r"center|\bcentre", example="2011-03859_RJ"),
    # The language of the visitor is not that of the record.
    Query("vindenergi", "vindenergi", example="2023-01648_Formas"),
    Query("wind energy", r"\bwind & \benergy\b", "wind & energ", example="2023-01648_Formas"),
    # Accents and capitals do not matter.
    Query("NORRKÖPING", "norrkoping", example="2021-03767_RJ"),
    Query("norrkoping", "norrkoping", example="2021-03767_RJ"),
    Query("malmo", "malmo"),
    Query("umea", "umea", example="2024-00343_SNSB"),
    Query("poincare", "poincare"),
    Query("Schrodinger", "schrodinger"),
    # What only looks like a form of the word, or holds it by chance, is not meant.
    Query("smart", "smart"),
    Query("units", r"\bunits?\b", r"units|\bunit"),
    Query("mentor", "mentor"),
    Query("internet", "internet"),
    Query("planet", "planet"),
    Query("market", "market"),
    Query("transfer", "transfer"),
    Query("risken", r"\brisk(en|er|erna|s)?\b", r"\brisk|risken|riska\b"),
    Query("ring", r"\bring"),
    Query("centrum", "centrum|centret", "centrum|centr|centers"),
    # Short words are looked for as they stand.
    Query("eu", r"(?<![^\W_])eu(?![^\W_])", example="2009-01629_VR"),
    Query("ai", r"(?<![^\W_])ai(?![^\W_])", example="2019-02127_RJ"),
    Query("it", r"(?<![^\W_])it(?![^\W_])"),
    Query("6g", r"(?<![^\W_])6g", example="2024-02435_RJ"),
    # One slip of the hand is put right, in a long word two.
    Query("norrkopng", "norrkoping", example="2021-03767_RJ"),
    Query("kilmat", "klimat", example="2024-02461_Formas"),
    Query("nätvrek", "natverk", example="2024-02373_VR"),
    Query("teknlogi", "teknologi"),
    Query("sjävkörande", "sjalvkorande"),
    Query("sustaniable", "sustainable", "sustain"),
    Query("sjävkörnde", "sjalvkorande"),
    # All words are to be found, each in any field: titles, texts, who pays, who takes part.
    Query("formas städer", r"\bformas\b & \bstad(en|er|erna|s)?\b", "form & stad", example="2022-02850_Formas"),
    Query("chalmers batteri", "chalmers & batteri"),
    Query("energimyndigheten vattenkraft", "energimyndighet & vattenkraft", example="P2021-90030_Energi"),
    Query("riksbankens kulturarv", "riksbankens & kulturarv", example="2012-04141_RJ"),
    Query("lunds universitet 2017", r"\blunds\b & universitet & \b2017", "lund & universit & 2017", "2017-04900_RJ"),
    Query("stads nätverk", "stads & natverk", "stad & natverk"),
    # Acronyms.
    Query("sefma", "sefma", example="2025-01318_Vinnova"),
    Query("BibCap", "bibcap", example="2019-05221_RJ"),
    Query("kth", r"\bkth|kth\b", example="2019-05221_RJ"),
    # References whole, without the funder, in part.
    Query("2021-03767_RJ", "2021-03767_rj", example="2021-03767_RJ"),
    Query("2021-03767", "2021-03767", example="2021-03767_RJ"),
    Query("03767", r"\b03767", example="2021-03767_RJ"),
    Query("P44650-1", "p44650-1", example="P44650-1_Energi"),
    Query("44650", "44650", example="P44650-1_Energi"),
    Query("81/13", "81/13", example="81/13 P_SNSB"),
    Query("RMP14-1599:1", "rmp14-1599:1", example="RMP14-1599:1_RJ"),
    # Amounts however their digits are grouped.
    Query("2002397", "2002397", example="2021-03767_RJ"),
    Query("2 002 397", "2002397", example="2021-03767_RJ"),
    Query("2.002.397", "2002397", example="2021-03767_RJ"),
    Query("2\u00a0002\u00a0397 kr", "2002397", example="2021-03767_RJ"),
    # What was typed is text and nothing else.
    Query("%", NOTHING),
    Query("_", NOTHING),
    Query("'", NOTHING),
    Query('"6g-antenner"', r"\b6g & \bantenner", r"\b6g & antenn", example="2025-01318_Vinnova"),
    Query("5G-nätverk", r"\b5g & natverk"),
    Query("'; DROP TABLE--", "drop & table"),
    Query("städ*", "stad"),
    # Nonsense finds nothing, beside a word too.
    Query("qwxzkv", NOTHING),
    Query("xyzzy plugh", NOTHING),
    Query("nätverk qwxzkv", NOTHING),
]

# What is suggested for a word that nothing holds.
SUGGESTED = {
    "norrkopng": ["Norrköping"],
    "kilmat": ["klimat"],
    "nätvrek": ["nätverk"],
    "teknlogi": ["teknologi"],
    "sjävkörande": ["självkörande"],
    "sustaniable": ["Sustainable"],
    "sjävkörnde": ["självkörande"],
    "qwxzkv": [],
    "nätverk": [],
}

# Word typed → a word of a record that it means.
MEANT = """
mötena möten, nätverken stadsnätverk, städer storstad, staden städer, handböcker handbok, museet stadsmuseum,
skolan skolor, skola skolgård, skolor förskola, arbete arbetsmarknad, arbetet arbete, universitetet universitet,
laboratorier laboratorium, centret centrum, centra centrum, center centre, centres center, cyklar elcykel,
cykel elcyklar, cykeln cyklar, vattnet dricksvatten, nyckel nycklar, regel regler, medborgare medborgardialog,
forskare forskarna, planer översiktsplan, parker stadspark, energi energin, strategin strategier, landet länder,
hållbar hållbarhet, planerade planering, utvecklade utveckling, kommun kommunernas, huset hus, byggnader byggnad,
studies study, policies policy, women woman, neighbourhood neighborhood, urbanisation urbanization, möss mus,
rötter rot, sensor sensorer, laser lasrar, fibrer fiber, gata gator, kartor karta, idéer idé, sjöar sjö, enkla enkel,
öppna öppen, invånare invånarna, människors människan, analysis analyses, batteries battery, hav havet, bilar elbilar
"""
NOT_MEANT = """
mötet mot, möten motor, city capacity, cities citizens, smart arbetsmarknad, mentor experiment, mentor development,
units communities, center percent, center century, center central, centre koncentration, parties particular,
genome genomföra, market mark, planet planering, sensor sense, transfer transform, risken elektrisk, skapa kunskap,
ring lagring, state statistics, internet international, halls förhållande, partner parten, it digital, eu neuro,
ai air, media medicin, order bord, solar aerosol, laser glas, member membrane, forest föreslå, start starka,
plant planering, sport spor, water watt, fötter foton, generators degeneration, mikrorna akademiker,
bildning bilden, organization organic, digitalisation digital
"""


def plain(text):
    """Return a text in lower case, without accents, with single spaces."""
    text = text.lower()
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return " ".join(text.split())


def words_of(text):
    """Return the words of a text, plain."""
    return re.findall(r"[^\W_]+", plain(text))


class Row:
    """A row of the register."""

    def __init__(self, cells):
        self.reference = cells["projectId"]
        self.slug = re.sub(r"[^a-z0-9]+", "-", self.reference.lower())
        self.titles = [cells["projectTitleSv"][:LONGEST_NAME], cells["projectTitleEn"][:LONGEST_NAME]]
        self.abstracts = [cells["projectAbstractSv"], cells["projectAbstractEn"]]
        self.funder, self.coordinator = (
            tuple(cells[f"{part}Organisation{column}"] for column in ("Id", "NameSv", "NameEn"))
            for part in ("funding", "coordinating")
        )
        self.amount = Decimal(cells["fundingsSek"]) if cells["fundingsSek"] else None
        amount = "" if self.amount is None else f"{self.amount:.0f}"
        texts = [*self.titles, *self.abstracts, *self.funder[1:], *self.coordinator[1:], self.reference, amount]
        self.text = plain(" ".join(texts))
        self.own_words = {word for text in (*self.titles, *self.abstracts) for word in words_of(text)}

    def has(self, patterns):
        """Whether all patterns are found in the row."""
        return all(re.search(pattern, self.text) for pattern in patterns.split(" & "))


def load(rows):
    """Write the register's projects into the directory, and a few records for what it has none of."""
    with writing():
        source = Source.objects.create(slug="swecris", name_sv="SweCRIS")
        bodies = {each[0]: each for row in rows for each in (row.funder, row.coordinator)}
        organisations = {
            number: Organisation(slug=f"o-{number.lower()}", name_sv=swedish, name_en=english, source=source)
            for number, swedish, english in bodies.values()
        }
        Organisation.objects.bulk_create(organisations.values())
        projects = [
            Project(
                slug=row.slug,
                name_sv=row.titles[0] or row.titles[1],
                name_en=row.titles[1],
                summary_sv=row.abstracts[0],
                summary_en=row.abstracts[1],
                source=source,
            )
            for row in rows
        ]
        Project.objects.bulk_create(projects)
        pairs = list(zip(projects, rows, strict=True))
        Grant.objects.bulk_create(
            Grant(
                project=project,
                funder=organisations[row.funder[0]],
                reference=row.reference,
                amount=row.amount,
                currency="" if row.amount is None else "SEK",
                source=source,
            )
            for project, row in pairs
        )
        Participation.objects.bulk_create(
            Participation(
                project=project, organisation=organisations[row.coordinator[0]], role="coordinator", source=source
            )
            for project, row in pairs
        )
        for swedish, english, others in [
            ("Malmö", "", ""),
            ("Norrköping", "", ""),
            ("Göteborg", "Gothenburg", ""),
            ("Köpenhamn", "Copenhagen", "København"),
            ("Łódź", "", ""),
            ("Saint-Étienne", "", ""),
        ]:
            make_city(name_sv=swedish, name_en=english, other_names=others, source=source)
        for swedish, english, others in [
            ("Nätverket för kreativa städer", "Creative Cities Network", "UCCN\nRéseau des villes créatives"),
            ("Storstadsnätverket", "Network of large cities", ""),
            ("Förbundet för små kommuner", "Association of small municipalities", "SMÅKOM"),
        ]:
            make_network(name_sv=swedish, name_en=english, other_names=others, source=source)
        make_organisation(name_sv="Sveriges Kommuner och Regioner", acronym="SKR", source=source)


def unload():
    """Take out all that was loaded, past the index, which is then written anew."""
    for model in (Grant, Participation, Project, Network, City, Organisation, Source):
        model.objects.all()._raw_delete("default")
    rebuild()


@pytest.fixture(scope="module")
def register(django_db_setup, django_db_blocker):
    """The rows of the register, loaded into the directory for the tests of this file."""
    if not REGISTER.is_file():
        pytest.skip(f"The real registers are not here: set REGISTERS_DIR to their folder ({REGISTERS_DIR} has none).")
    with REGISTER.open(encoding="utf-8", newline="") as file:
        rows = [Row(cells) for cells in csv.DictReader(file)]
    with django_db_blocker.unblock():
        load(rows)
        try:
            yield rows
        finally:
            unload()


@pytest.fixture
def found(register, db):
    """A function that searches projects as the list does, and returns (references found, suggestions)."""
    by_slug = {row.slug: row.reference for row in register}
    references = {key: by_slug[slug] for key, slug in Project.objects.values_list("pk", "slug")}

    def search(typed):
        filters = ProjectFilter(QueryDict(urlencode({"q": typed})))
        return {references[key] for key in filters.found}, dict(filters.suggestions())

    return search


def test_every_query_finds_what_it_means_and_nothing_else(register, found):
    wrong = {}
    for query in QUERIES:
        must = {row.reference for row in register if row.has(query.must)}
        may = {row.reference for row in register if row.has(query.may)} if query.may else must
        references, _suggestions = found(query.typed)
        missing, unmeant = sorted(must - references), sorted(references - must - may)
        untrue = must == set() if query.must != NOTHING else references != set()
        if missing or unmeant or untrue or (query.example and query.example not in references):
            wrong[query.typed] = {"missing": missing[:9], "unmeant": unmeant[:9], "found": len(references)}

    assert wrong == {}
    assert len({query.typed for query in QUERIES}) == 109


def test_pages_show_what_the_queries_find(client, register, found):
    named = {row.reference: " ".join((row.titles[0] or row.titles[1]).split()) for row in register}
    wrong = {}
    for number, query in enumerate(QUERIES):
        references, _suggestions = found(query.typed)
        names = [named[each] for each in references]
        if number % 3 == 0:
            page = Page(client.get("/sv/projects/", {"q": query.typed}))
            counts, shown, most = page.texts("h2")[:1], page.cards(), 25
        elif number % 3 == 1:
            page = Page(client.get("/sv/search/", {"q": query.typed}))
            sections = [each for each in page.all("section") if each.get("aria-labelledby") == "found-projects"]
            counts = [page.text(span) for each in sections for span in page.all("span", each, class_="count")]
            shown = [page.text(card.find("h3")) for each in sections for card in page.all("article", each)]
            most = 5
        else:
            continue
        told = [int(re.sub(r"\D", "", count)) for count in counts] or [0]
        if told != [len(names)] or len(shown) != min(len(names), most) or not set(shown) <= set(names):
            wrong[query.typed] = (len(names), counts, shown)

    assert wrong == {}


def test_the_nearest_words_are_suggested_as_records_spell_them(found):
    assert {typed: found(typed)[1].get(fold(typed), []) for typed in SUGGESTED} == SUGGESTED


@pytest.mark.parametrize(
    ("filterset", "typed", "names"),
    [
        (CityFilter, "malmo", ["Malmö"]),
        (CityFilter, "MALMÖ", ["Malmö"]),
        (CityFilter, "gothenburg", ["Göteborg"]),
        (CityFilter, "goteborgs", ["Göteborg"]),
        (CityFilter, "københavn", ["Köpenhamn"]),
        (CityFilter, "kobenhavn", ["Köpenhamn"]),
        (CityFilter, "copenhagen", ["Köpenhamn"]),
        (CityFilter, "lodz", ["Łódź"]),
        (CityFilter, "saint etienne", ["Saint-Étienne"]),
        (CityFilter, "étienne", ["Saint-Étienne"]),
        (NetworkFilter, "uccn", ["Nätverket för kreativa städer"]),
        (NetworkFilter, "reseau", ["Nätverket för kreativa städer"]),
        (NetworkFilter, "kreativ stad", ["Nätverket för kreativa städer"]),
        (NetworkFilter, "stad", ["Nätverket för kreativa städer", "Storstadsnätverket"]),
        (NetworkFilter, "city", ["Nätverket för kreativa städer", "Storstadsnätverket"]),
        (NetworkFilter, "nätverk", ["Nätverket för kreativa städer", "Storstadsnätverket"]),
        (NetworkFilter, "kommunernas förbund", ["Förbundet för små kommuner"]),
        (NetworkFilter, "municipality", ["Förbundet för små kommuner"]),
        (NetworkFilter, "småkom", ["Förbundet för små kommuner"]),
        (NetworkFilter, "kreativa kommuner", []),
        (OrganisationFilter, "skr", ["Sveriges Kommuner och Regioner"]),
        (OrganisationFilter, "lunds universitet", ["Lunds universitet"]),
        (OrganisationFilter, "energimyndighet", ["Statens energimyndighet"]),
    ],
)
def test_names_acronyms_and_other_names_are_found(register, db, filterset, typed, names):
    filters = filterset(QueryDict(urlencode({"q": typed})))

    records = filters.model.objects.filter(pk__in=list(filters.found)).order_by("sort_sv")

    assert [record.name_sv for record in records] == names
    assert filters.corrections == {}


@pytest.mark.parametrize(("typed", "best"), [("Solar Orbiter", 0), ("myfab", 0), ("vindkraft", 1), ("robot", 1)])
def test_the_exact_title_comes_first_then_titles_that_begin_so_then_titles_with_the_word(register, db, typed, best):
    titles = {row.slug: [plain(title) for title in row.titles] for row in register}
    query = plain(typed)

    def place(slug):
        tests = [
            lambda title: title == query,
            lambda title: title.startswith(query),
            lambda title: all(word in title for word in query.split()),
        ]
        return next((number for number, test in enumerate(tests) if any(map(test, titles[slug]))), len(tests))

    filters = ProjectFilter(QueryDict(urlencode({"q": typed})))
    slugs = dict(Project.objects.values_list("pk", "slug"))
    places = [place(slugs[key]) for key in filters.keys("relevance", 0, len(filters.found))]

    assert places == sorted(places)
    assert sorted(set(places)) == [*range(best, 4)]


def damaged(draw, word, vocabulary):
    """Return a word with one slip of the hand in it, which makes no other word."""
    while True:
        at, letter = draw.randrange(len(word)), draw.choice(ALPHABET)
        wrong = draw.choice(
            [
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            ]
        )
        if wrong not in vocabulary:
            return wrong


def title_words(register, least):
    """Return all words of titles that have at least some letters, in order."""
    words = {word for row in register for title in row.titles for word in words_of(title)}
    return sorted(word for word in words if len(word) >= least and word.isascii() and word.isalpha())


def test_of_five_hundred_slips_of_the_hand_95_in_100_are_put_right(register, found):
    draw = random.Random(2026)
    vocabulary = {word for row in register for word in words_of(row.text)}
    missed = []
    for word in draw.sample(title_words(register, 6), 500):
        wrong = damaged(draw, word, vocabulary)
        references, suggestions = found(wrong)
        holding = {row.reference for row in register if word in row.own_words}
        if not holding <= references and word not in map(plain, suggestions.get(wrong, [])):
            missed.append(f"{word} as {wrong}: {len(references)} found, {suggestions.get(wrong)}")

    assert len(missed) <= 25, "\n".join(missed)


def test_what_is_found_holds_the_beginning_of_the_word(register, found):
    draw = random.Random(2026)
    texts = {row.reference: row.text for row in register}
    wrong, close, all_found = {}, 0, 0
    for word in draw.sample(title_words(register, 4), 200):
        references, _suggestions = found(word)
        all_found += len(references)
        close += sum(word[:-2] in texts[each] for each in references)
        if without := [each for each in references if word[: len(word) // 2] not in texts[each]]:
            wrong[word] = sorted(without)[:9]

    assert wrong == {}
    assert close / all_found > 0.8


def test_a_word_means_its_forms_and_compounds_with_them_and_no_others():
    def means(pair):
        typed, held = map(fold, pair.split())
        return bool(Lexicon(held, None).matching(typed))

    assert [pair for pair in MEANT.split(",") if not means(pair)] == []
    assert [pair for pair in NOT_MEANT.split(",") if means(pair)] == []
