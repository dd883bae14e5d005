"""Generated projects, who takes part in them, who pays and under what programme; see `networks.generated`."""

from decimal import Decimal
from itertools import count as numbers

from networks.generated import BATCH, UNPUBLISHED
from networks.generated_words import BEGINNINGS, ENDINGS, NAMES, Urn
from projects.models import Grant, Participation, Programme, Project

# How many are held in memory at once, with their rows.
CHUNK = 10_000
# One in so many is part of another project, or runs a network.
SUB_PROJECTS, RUNNING_A_NETWORK = 20, 500
# How many of a hundred grants are in each currency, and what a thousand kronor are in it.
CURRENCIES = {"SEK": (78, 1000), "EUR": (17, 100), "NOK": (5, 1000)}
LEADING = [Participation.Role.COORDINATOR, Participation.Role.COORDINATOR, Participation.Role.LEAD]
FOLLOWING = [Participation.Role.PARTNER, Participation.Role.PARTNER, Participation.Role.CO_LEAD]

# From the highest frame to the lowest: how many, their kinds, and what they are called.
FRAMES = [
    (6, [Programme.Kind.FRAMEWORK, Programme.Kind.FUND], "Ramprogrammet för {many}", "Framework Programme for {many}"),
    (18, [Programme.Kind.PROGRAMME, Programme.Kind.INITIATIVE], "Programmet {Adjective} {many}", "{Adjective} {many} Programme"),
    (36, [Programme.Kind.CALL, Programme.Kind.ROUND], "Utlysningen {Many} för {group}", "{Many} for {group}: a call"),
]  # fmt: skip


class Projects:
    """Writes generated projects into a generated world, which they refer to."""

    def __init__(self, world):
        """Write the programmes under which money is given."""
        self.world, self.random = world, world.random
        programmes = self.write_programmes()
        # Money mostly comes through the lowest frame that there is.
        self.programmes = Urn(self.random, [None, *reversed(programmes)])
        self.amounts = [_amount(self.random) for _each in range(5000)]
        self.participation_numbers, self.grant_numbers = numbers(1), numbers(1)

    def write_programmes(self):
        """Write a tree of programmes, and return them with the highest first."""
        summary = ("Påhittade pengar till {goal}.", "Made-up money for {goal}.")
        programmes, above = [], [None]
        for count, kinds, *name in FRAMES:
            level = [
                self.world.listed(
                    Programme,
                    number,
                    words,
                    name,
                    summary,
                    kind=self.random.choice(kinds),
                    parent=self.random.choice(above),
                    operator=self.world.funders.one(),
                )
                for number, words in enumerate(self.world.texts(count), start=len(programmes) + 1)
            ]
            programmes += Programme.objects.bulk_create(level, batch_size=BATCH)
            above = level
        return programmes

    def write(self, count):
        """Write `count` projects with their rows, and yield them chunk by chunk."""
        size = min(CHUNK, -(-count // 10))
        for first in range(1, count + 1, size):
            yield self.write_chunk(first, min(size, count + 1 - first))

    def write_chunk(self, first, count):
        """Write projects, the last of them parts of the others, and return them."""
        projects = self.drawn(first, count)
        whole = count - min(self.one_in(SUB_PROJECTS, count), count // 2)
        Project.objects.bulk_create(projects[:whole], batch_size=BATCH)
        parents = self.random.sample(projects[:whole], count - whole)
        for project, parent in zip(projects[whole:], parents, strict=True):
            project.kind, project.parent, project.number = Project.Kind.SUB_PROJECT, parent, 1
        Project.objects.bulk_create(projects[whole:], batch_size=BATCH)
        Participation.objects.bulk_create(self.participations(projects), batch_size=BATCH)
        Grant.objects.bulk_create(self.grants(projects), batch_size=BATCH)
        return projects

    def drawn(self, first, count):
        """Return unsaved projects; what is drawn for all at once is drawn many times faster."""
        world, choices = self.world, self.random.choices
        drawn = zip(
            range(first, first + count),
            world.texts(count),
            choices(world.spans, k=count),
            world.theme_sets.draw(count),
            choices([Project.Kind.PROJECT, Project.Kind.EU_PROJECT], [4, 1], k=count),
            choices(NAMES, k=count),
            choices(BEGINNINGS, k=count),
            choices(ENDINGS, k=count),
            choices([True, False], [1 - UNPUBLISHED, UNPUBLISHED], k=count),
            choices([True, False], [1, 7], k=count),
            strict=True,
        )
        projects = [
            world.listed(
                Project,
                number,
                words,
                name,
                (f"{beginning[0]} {ending[0]}".rstrip(), f"{beginning[1]} {ending[1]}".rstrip()),
                other_names="{Acronym}\n{Place} {bare}".format_map(words[0]) if renamed else "",
                kind=kind,
                started=started,
                ended=ended,
                status=status,
                themes_id=themes.pk,
                published=published,
            )
            for number, words, (
                started,
                ended,
                status,
            ), themes, kind, name, beginning, ending, published, renamed in drawn
        ]
        for project in self.random.sample(projects, self.one_in(RUNNING_A_NETWORK, count)):
            project.network = world.networks.one()
        return projects

    def one_in(self, share, count):
        """Draw how many of `count` there are of what one in `share` is."""
        return int(count / share + self.random.random())

    def participations(self, projects):
        """Return unsaved participations: a leading organisation each, and none, one or two others of any sort."""
        world, choices = self.world, self.random.choices
        sizes = choices([1, 2, 3], [35, 40, 25], k=len(projects))
        count = sum(sizes)
        rows = zip(
            (project.pk for project, size in zip(projects, sizes, strict=True) for _each in range(size)),
            (place for size in sizes for place in range(size)),
            world.organisations.draw(count),
            choices(["organisation", "city", "country"], [94, 4, 2], k=count),
            choices([True, False], [4, 6], k=count),
            world.countries.draw(count),
            self.participation_numbers,
            strict=False,
        )
        source, cities = world.source.pk, world.cities
        participations = []
        for project, place, organisation, sort, acting, country, number in rows:
            participant = {"organisation_id": organisation.pk, "country": country if acting else ""}
            role = FOLLOWING[number % 3] if place else LEADING[number % 3]
            if place and sort == "city":
                participant = {"city_id": cities.one().pk}
            elif place and sort == "country":
                participant, role = {"country": country}, Participation.Role.PARTNER_COUNTRY
            participations.append(
                Participation(
                    key=f"g-participation-{number}", project_id=project, role=role, source_id=source, **participant
                )
            )
        return participations

    def grants(self, projects):
        """Return unsaved grants: mostly one a project, mostly from the body that runs the programme."""
        world, choices = self.world, self.random.choices
        sizes = choices([0, 1, 2], [10, 75, 15], k=len(projects))
        count = sum(sizes)
        rows = zip(
            (project for project, size in zip(projects, sizes, strict=True) for _each in range(size)),
            self.programmes.draw(count),
            world.funders.draw(count),
            choices([True, False], [7, 3], k=count),
            choices(range(100_000), k=count),
            choices(self.amounts, k=count),
            self.grant_numbers,
            strict=False,
        )
        source = world.source.pk
        return [
            Grant(
                key=f"g-grant-{number}",
                project_id=project.pk,
                funder_id=programme.operator_id if run and programme else funder.pk,
                programme_id=programme and programme.pk,
                reference=f"{(project.started or '2020')[:4].replace('X', '0')}-{reference:05}",
                amount=amount,
                currency=currency,
                source_id=source,
            )
            for project, programme, funder, run, reference, (amount, currency), number in rows
        ]


def _amount(random):
    """Return an amount, a round one in thousands, and its currency; neither in one of twenty."""
    if random.random() < 0.05:
        return None, ""
    currency = random.choices([*CURRENCIES], [share for share, _thousand in CURRENCIES.values()])[0]
    thousands = 1 + int(random.lognormvariate(7.3, 1.1) * CURRENCIES[currency][1] / 1000)
    return Decimal(thousands * 1000), currency
