"""Generated meetings, and everything that is generated at once; see `networks.generated`."""

from directory.bases import Status
from meetings.models import Meeting
from networks.generated import BATCH, World
from projects.generated import Projects

# One meeting on so many projects, and not more than so many.
PROJECTS_A_MEETING, MOST = 50, 20_000
KINDS = {
    Meeting.Kind.SERIES: (5, "Mötesserien {Many}", "The series {Many}"),
    Meeting.Kind.FOCUS_GROUP: (35, "Fokusgrupp om {many} i {city}", "Focus group on {many} in {city}"),
    Meeting.Kind.START_UP: (15, "Uppstart av {the} i {city}", "Start of {the} in {city}"),
    Meeting.Kind.NATIONAL: (20, "Nationellt möte om {many}", "National meeting on {many}"),
    Meeting.Kind.SEMINAR: (20, "Seminarium i {city}: {adjective} {many}", "Seminar in {city}: {adjective} {many}"),
    Meeting.Kind.ARENA: (5, "Arenan för {many} och {more}", "The arena for {many} and {more}"),
}


# A meeting is told of by the day on which it begins, a project by the day on which it ends.
STATUS = {
    Status.PLANNED: Meeting.Status.PLANNED,
    Status.ONGOING: Meeting.Status.HELD,
    Status.COMPLETED: Meeting.Status.HELD,
    Status.UNKNOWN: Meeting.Status.UNKNOWN,
}


class Meetings:
    """Writes generated meetings into a generated world."""

    def __init__(self, world):
        """Begin without any."""
        self.world, self.random = world, world.random
        self.projects, self.written, self.series = 0, 0, []

    def write(self, projects):
        """Write some meetings, most of them of one of the projects or of a network."""
        self.projects += len(projects)
        count = min(-(-self.projects // PROJECTS_A_MEETING), MOST) - self.written
        kinds = self.random.choices([*KINDS], [share for share, *_names in KINDS.values()], k=count)
        cities = self.world.cities.draw(count)
        words = self.world.phrasebook.texts(cities)
        projects = self.random.sample(projects, count)
        numbers = range(self.written + 1, self.written + count + 1)
        meetings = [self.meeting(*each) for each in zip(numbers, kinds, cities, words, projects, strict=True)]
        Meeting.objects.bulk_create(meetings, batch_size=BATCH)
        self.series += [meeting for meeting in meetings if meeting.kind == Meeting.Kind.SERIES]
        self.written += count
        return meetings

    def meeting(self, number, kind, city, words, project):
        """Return an unsaved meeting."""
        summary = (
            "Ett påhittat möte där {group} talar om {goal}.",
            "A made-up meeting at which {group} speak of {goal}.",
        )
        date, until, status = self.random.choice(self.world.spans)
        in_series = self.series and kind != Meeting.Kind.SERIES and self.random.random() < 0.3
        of_network = self.random.random() < 0.4
        return self.world.listed(
            Meeting,
            number,
            words,
            KINDS[kind][1:],
            summary,
            kind=kind,
            parent=self.random.choice(self.series) if in_series else None,
            network=self.world.networks.one() if of_network else None,
            project=None if of_network else project,
            city=city if self.random.random() < 0.9 else None,
            date=date,
            status=STATUS[status],
            until=until if kind == Meeting.Kind.SERIES else None,
            published=self.world.published(),
        )


def generate(projects, seed, advance):
    """Write a whole generated directory in the current transaction; call `advance` with the projects written so far."""
    world, written = World(projects, seed), 0
    meetings = Meetings(world)
    for chunk in Projects(world).write(projects):
        meetings.write(chunk)
        written += len(chunk)
        advance(written)
