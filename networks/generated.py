"""Generated records, for measuring at scale: their source, and the cities, bodies, themes and networks among them.

All of it comes from one source whose notice tells every reader that it is made up. Its slugs and keys begin with `g-`.
"""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from directory.bases import Status
from directory.sources import Source
from networks.generated_words import Phrasebook, Urn, towns
from networks.models import City, Membership, Network, Organisation, Theme, ThemeSet

SOURCE = "generated-records"
BATCH = 2000
# Records are drawn as if told on this day: were it the real one, the same seed would give others tomorrow.
TOLD_ON = date(2026, 6, 1)
FIRST_YEAR, LAST_YEAR = 1995, 2027
UNPUBLISHED = 0.01

# Where and with what sound towns are made up: degrees north and east of about the middle; the first has the most.
COUNTRIES = [
    ("SE", "swedish", 60, 15),
    ("DE", "germanic", 51, 10),
    ("NO", "nordic", 61, 9),
    ("DK", "nordic", 56, 9),
    ("FI", "finnic", 62, 26),
    ("NL", "germanic", 52, 6),
    ("IT", "romance", 43, 12),
    ("ES", "romance", 40, -4),
    ("FR", "romance", 47, 2),
    ("GB", "islands", 53, -2),
    ("PL", "slavic", 52, 19),
    ("AT", "germanic", 47, 14),
    ("BE", "germanic", 51, 5),
    ("PT", "romance", 40, -8),
    ("LV", "baltic", 57, 25),
    ("LT", "baltic", 55, 24),
    ("EE", "finnic", 59, 26),
    ("IE", "islands", 53, -8),
    ("HU", "south", 47, 19),
    ("GR", "south", 39, 22),
    ("CZ", "slavic", 50, 15),
    ("RO", "romance", 46, 25),
    ("CH", "germanic", 47, 8),
    ("IS", "nordic", 65, -18),
    ("SI", "slavic", 46, 15),
    ("HR", "slavic", 45, 16),
    ("BG", "slavic", 43, 25),
    ("SK", "slavic", 49, 20),
    ("LU", "germanic", 50, 6),
    ("CY", "south", 35, 33),
]

# How many of a hundred organisations are of a kind, and what such a body is called.
BODIES = {
    Organisation.Kind.MUNICIPALITY: (22, "{Place} kommun", "Municipality of {place}"),
    Organisation.Kind.COMPANY: (20, "{Place} {bare} AB", "{Place} {bare} Ltd"),
    Organisation.Kind.CIVIL_SOCIETY: (18, "Föreningen {Bare} i {place}", "{Bare} Association of {place}"),
    Organisation.Kind.UNIVERSITY: (12, "{Place} universitet", "{Place} University"),
    Organisation.Kind.RESEARCH_CENTRE: (8, "Centrum för forskning om {many}", "Centre for Research on {many}"),
    Organisation.Kind.UNKNOWN: (7, "{Place} {bare}", "{Place} {bare}"),
    Organisation.Kind.COMPETENCE_CENTRE: (5, "Kompetenscentrum för {many}", "Competence Centre for {many}"),
    Organisation.Kind.AUTHORITY: (5, "Myndigheten för {many}", "Agency for {many}"),
    Organisation.Kind.INTERNATIONAL: (2, "Världsförbundet för {many}", "World Federation for {many}"),
    Organisation.Kind.EU_INSTITUTION: (1, "Europeiska byrån för {many}", "European Bureau for {many}"),
}
PAYING = [Organisation.Kind.AUTHORITY, Organisation.Kind.CIVIL_SOCIETY, Organisation.Kind.EU_INSTITUTION]


class World:
    """Chance, words, and the records that generated projects and meetings refer to; making it writes these.

    The same seed and number of projects give the same records.
    """

    def __init__(self, projects, seed):
        """Write what surrounds a number of projects."""
        self.random = Random(seed)  # noqa: S311 (no secret)
        self.phrasebook = Phrasebook(self.random)
        self.spans = [_span(self.random) for _each in range(5000)]
        self.source = _write_source()
        self.countries = Urn(self.random, [code for code, *_rest in COUNTRIES], 1.6)
        self.cities = Urn(self.random, self.write_cities(min(300, 30 + projects // 4)))
        self.theme_sets = Urn(self.random, self.write_theme_sets(min(200, 10 + projects // 5)))
        organisations = self.write_organisations(min(20_000, max(50, projects // 50)))
        self.organisations = Urn(self.random, organisations)
        self.funders = Urn(self.random, organisations[: max(5, len(organisations) // 40)])
        self.networks = Urn(self.random, self.write_networks(max(5, projects // 1000)))

    def texts(self, count):
        """Yield the words for `count` records, each with a city drawn by chance."""
        return self.phrasebook.texts(self.cities.draw(count))

    def listed(self, model, number, words, name, summary, **fields):
        """Return an unsaved record, its name and summary made of templates and words in Swedish and English."""
        swedish, english = words
        return model(
            slug=f"g-{model._meta.model_name}-{number}",
            name_sv=name[0].format_map(swedish),
            name_en=name[1].format_map(english),
            summary_sv=summary[0].format_map(swedish),
            summary_en=summary[1].format_map(english),
            source_id=self.source.pk,
            **fields,
        )

    def published(self):
        """Draw whether visitors may see a record."""
        return self.random.random() >= UNPUBLISHED

    def write_cities(self, count):
        """Write cities; the first ones are named the most by others."""
        names = {sounds: towns(sounds) for _country, sounds, *_middle in COUNTRIES}
        for each in names.values():
            self.random.shuffle(each)
        cities = []
        places = Urn(self.random, COUNTRIES, 1.6).draw(count)
        for number, (country, sounds, north, east) in enumerate(places, start=1):
            local, swedish, english = names[sounds].pop()
            nouns, adjective = self.phrasebook.compounds.one(), self.phrasebook.adjectives.one()
            placed = self.random.random() < 0.9
            city = City(
                slug=f"g-city-{number}",
                name_sv=swedish,
                name_en=english,
                other_names="\n".join(sorted({local} - {swedish, english})),
                summary_sv=f"En påhittad stad med {adjective[0]} {nouns[0].many}.",
                summary_en=f"A made-up city with {adjective[1]} {nouns[1].many}.",
                source=self.source,
                country=country,
                latitude=_near(self.random, north) if placed else None,
                longitude=_near(self.random, east) if placed else None,
                gazetteer=self.source if placed else None,
            )
            cities.append(city)
        return City.objects.bulk_create(cities, batch_size=BATCH)

    def write_theme_sets(self, count):
        """Write vocabularies of four to eight terms, and keep the terms of each in its `drawn`."""
        kinds = [ThemeSet.Kind.THEMES, ThemeSet.Kind.THEMES, ThemeSet.Kind.FIELDS, ThemeSet.Kind.AREAS]
        name = ("Teman för {many}", "Themes for {many}")
        summary = ("En påhittad ordlista från {city}.", "A made-up vocabulary from {city}.")
        sets = [
            self.listed(ThemeSet, number, words, name, summary, kind=self.random.choice(kinds))
            for number, words in enumerate(self.texts(count), start=1)
        ]
        terms = []
        for theme_set in ThemeSet.objects.bulk_create(sets, batch_size=BATCH):
            nouns = dict.fromkeys(self.phrasebook.compounds.draw(self.random.randint(4, 8)))
            theme_set.drawn = [
                Theme(
                    slug=f"{theme_set.slug}-{position}".replace("themeset", "theme"),
                    name_sv=swedish.many.capitalize(),
                    name_en=english.many.capitalize(),
                    summary_sv=f"Ett påhittat tema om {swedish.many}.",
                    summary_en=f"A made-up theme about {english.many}.",
                    source=self.source,
                    theme_set=theme_set,
                    position=position,
                )
                for position, (swedish, english) in enumerate(nouns, start=1)
            ]
            terms += theme_set.drawn
        Theme.objects.bulk_create(terms, batch_size=BATCH)
        return sets

    def write_organisations(self, count):
        """Write bodies of every kind; the first ones, which pay for projects, are of the kinds that do."""
        paying = max(5, count // 40)
        shares = [share for share, *_names in BODIES.values()]
        kinds = self.random.choices(PAYING, k=paying) + self.random.choices([*BODIES], shares, k=count - paying)
        summary = ("En påhittad organisation som arbetar med {more}.", "A made-up organisation that works with {more}.")
        cities = self.cities.draw(count)
        organisations = []
        for number, (kind, city, words) in enumerate(
            zip(kinds, cities, self.phrasebook.texts(cities), strict=True), start=1
        ):
            seated = self.random.random() < 0.6
            country = city.country if seated else self.countries.one()
            organisation = self.listed(
                Organisation,
                number,
                words,
                BODIES[kind][1:],
                summary,
                kind=kind,
                acronym=words[0]["Acronym"] if self.random.random() < 0.25 else "",
                country="" if self.random.random() < 0.03 else country,
                city=city if seated else None,
                # The funders' pages are what is measured, so none of them is hidden.
                published=number <= paying or self.published(),
            )
            organisations.append(organisation)
        return Organisation.objects.bulk_create(organisations, batch_size=BATCH)

    def write_networks(self, count):
        """Write networks, every fifth a national one in one of the others, and who is in them."""
        kinds = [Network.Kind.CITY, Network.Kind.CITY, Network.Kind.CITY_UNIVERSITY, Network.Kind.PROJECT]
        scopes = [Network.Scope.EUROPEAN, Network.Scope.EUROPEAN, Network.Scope.NORDIC, Network.Scope.GLOBAL]
        name = ("{Place} nätverk för {many}", "{Place} Network for {many}")
        summary = (
            "Ett påhittat nätverk där {group} möts om {more}.",
            "A made-up network in which {group} meet on {more}.",
        )
        wide = [
            self.network(number, words, name, summary, kind=kind, scope=scope)
            for number, words, kind, scope in zip(
                range(1, count - count // 5 + 1),
                self.texts(count - count // 5),
                self.random.choices(kinds, k=count),
                self.random.choices(scopes, k=count),
                strict=False,
            )
        ]
        Network.objects.bulk_create(wide, batch_size=BATCH)
        # No network has two national networks for one country.
        pairs = [(parent, country) for parent in wide[: 1 + count // 25] for country in self.countries.things]
        national = [
            self.network(
                number,
                words,
                name,
                summary,
                kind=Network.Kind.NATIONAL,
                scope=Network.Scope.NATIONAL,
                parent=parent,
                country=country,
            )
            for number, words, (parent, country) in zip(
                range(len(wide) + 1, count + 1),
                self.texts(count // 5),
                self.random.sample(pairs, count // 5),
                strict=True,
            )
        ]
        networks = wide + Network.objects.bulk_create(national, batch_size=BATCH)
        memberships = [row for network in networks for row in self.members(network)]
        for number, row in enumerate(memberships, start=1):
            row.key = f"g-membership-{number}"
        Membership.objects.bulk_create(memberships, batch_size=BATCH)
        return networks

    def network(self, number, words, name, summary, **fields):
        """Return an unsaved network with a life and a vocabulary."""
        started, ended, status = self.random.choice(self.spans)
        return self.listed(
            Network,
            number,
            words,
            name,
            summary,
            status=status,
            started=started,
            ended=ended,
            verb=self.random.choice([*Network.Verb.values, ""]) if started else "",
            themes=self.theme_sets.one(),
            published=self.published(),
            **fields,
        )

    def members(self, network):
        """Return unsaved memberships: three cities or more, a few of very many, and now and then an organisation."""
        cities = self.cities.draw(min(80, int(3 * self.random.paretovariate(1.2))))
        organisations = self.organisations.draw(self.random.choice([0, 0, 1, 2]))
        roles = [Membership.Role.MEMBER, Membership.Role.MEMBER, Membership.Role.PARTNER, Membership.Role.ORGANISER]
        for member in dict.fromkeys([*cities, *organisations]):
            since, until, _status = self.random.choice(self.spans)
            yield Membership(
                network=network,
                city=member if isinstance(member, City) else None,
                organisation=member if isinstance(member, Organisation) else None,
                role=self.random.choice(roles),
                since=since if self.random.random() < 0.6 else None,
                until=until if self.random.random() < 0.1 else None,
                focus=self.random.choice(network.themes.drawn) if self.random.random() < 0.4 else None,
                source=self.source,
            )


def _write_source():
    return Source.objects.create(
        slug=SOURCE,
        name_sv="Genererade poster – påhitt, inga fakta",
        name_en="Generated records – made up, not facts",
        summary_sv="Poster som ett program har hittat på för att mäta hur katalogen klarar många poster.",
        summary_en="Records that a program made up to measure how the directory copes with many records.",
        reviewed=Source.Reviewed.NO,
        notice_sv="Ett program har hittat på posten för att mäta katalogen. Ingenting i den är ett faktum.",
        notice_en="A program made this record up to measure the directory. Nothing in it is a fact.",
        as_of=TOLD_ON.isoformat(),
    )


def _near(random, degrees):
    return Decimal(f"{degrees + random.uniform(-1.5, 1.5):.5f}")


def _span(random):
    """Return a beginning and an end as EDTF, either of them perhaps unknown, and the status."""
    # The later, the more there is to tell of.
    start = date(int(random.triangular(FIRST_YEAR, LAST_YEAR, 2021)), random.randint(1, 12), random.randint(1, 28))
    end = start + timedelta(days=int(30 * random.lognormvariate(3.2, 0.5)))
    status = Status.COMPLETED if end < TOLD_ON else Status.PLANNED if start > TOLD_ON else Status.ONGOING
    precision = random.choices([_year, _month, _day, _season, _decade], [40, 25, 20, 12, 3])[0]
    return (
        precision(start) + random.choices(["", "~", "?"], [94, 4, 2])[0] if random.random() < 0.93 else None,
        precision(end) if random.random() < 0.85 else None,
        status if random.random() < 0.92 else Status.UNKNOWN,
    )


def _year(day):
    return f"{day:%Y}"


def _month(day):
    return f"{day:%Y-%m}"


def _day(day):
    return f"{day:%Y-%m-%d}"


def _season(day):
    """Winter is told of the year that it lies in, whichever end."""
    return f"{day:%Y}-{21 + (day.month - 3) // 3 % 4}"


def _decade(day):
    return f"{day:%Y}"[:3] + "X"
