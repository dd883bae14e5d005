"""The hub of a project: what it gathered and gives out, each part counted as the list that it leads to."""

from dataclasses import dataclass, field

from django.http import QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from directory.facts import Fact, Value, grouped
from directory.lists import RecordList
from directory.prepared import for_cards
from directory.sitemaps import Records
from meetings.models import Meeting
from meetings.views import MeetingList
from networks.views import OrganisationList, ThemeList
from practices.views import CallList, PracticeList
from projects.models import Project
from projects.views import PublicationList

# How many records of each part the page shows; the list has all.
SHOWN = 3
# With more sub-projects than this the address of a list would grow too long: the project stands alone then.
MOST_PARTS = 12


@dataclass(frozen=True)
class Shelf:
    """One part of every hub: the records of a list in which the filter `name` leads to the project.

    `also` are the values of further filters of that list, and `silence` is what is said where the sources name nothing.
    """

    title: Promise
    of: type[RecordList]
    silence: Promise
    name: str = "project"
    also: dict = field(default_factory=dict)


SHELVES = [
    Shelf(gettext_lazy("Calls for practices"), CallList, gettext_lazy("The sources name no call of the project.")),
    Shelf(
        gettext_lazy("Methods"),
        PracticeList,
        gettext_lazy("The sources describe no method of the project."),
        also={"standing": ["described"]},
    ),
    Shelf(
        gettext_lazy("Best practices"),
        PracticeList,
        gettext_lazy("The sources name no best practice of the project yet."),
        also={"standing": ["nominated", "selected"]},
    ),
    Shelf(
        gettext_lazy("Publications"), PublicationList, gettext_lazy("The sources name no publication of the project.")
    ),
    Shelf(gettext_lazy("Themes"), ThemeList, gettext_lazy("The sources name no theme of the project."), name="set"),
    Shelf(
        gettext_lazy("Meetings and series of meetings"),
        MeetingList,
        gettext_lazy("The sources name no meeting of the project."),
        # Series are shown only where kinds are asked for by name.
        also={"kind": Meeting.Kind.values},
    ),
    Shelf(
        gettext_lazy("Partners"), OrganisationList, gettext_lazy("The sources name no organisation that takes part.")
    ),
]


class Filled:
    """A shelf with what one hub has on it: the records that its list shows at the address that it leads to."""

    def __init__(self, shelf, slugs):
        """Ask the shelf's list for what leads to any of the records with these addresses."""
        self.title, self.of, self.silence, query = shelf.title, shelf.of, shelf.silence, QueryDict(mutable=True)
        # What is chosen is read from the query only when it is asked for: by then it holds what the list knows.
        self.filters = shelf.of.filterset_class(query)
        for name, values in {shelf.name: slugs, **shelf.also}.items():
            query.setlist(name, list(self.filters.filters[name].known(self.filters.reading, values)))
        self.count = len(self.filters.found) if query.getlist(shelf.name) else 0
        self.address = f"{reverse(f'{shelf.of.model.section}:list')}?{query.urlencode()}"

    @property
    def fact(self):
        """How many there are, as a way to the list; or that the sources name none."""
        words = _("%(count)s in the list") % {"count": grouped(self.count)}
        return Fact(self.title, (Value(words, self.address),) if self.count else (), _("none in the sources"))

    @property
    def records(self):
        """The first few, in the order of the list."""
        keys = self.filters.keys(self.of.default_order, 0, SHOWN) if self.count else []
        found = {record.pk: record for record in for_cards(self.of.model).filter(pk__in=keys)} if keys else {}
        return [found[key] for key in keys if key in found]


class Hubs(Records):
    """The hubs in one language, for search engines."""

    def __init__(self, language):
        """Begin with the projects."""
        super().__init__(Project, language)

    def items(self):
        """Return the addresses of those that have one."""
        return super().items().with_hub()

    def location(self, item):
        """Return the path of one."""
        return f"{super().location(item)}hub/"


class HubPage(View):
    """The page of a project that gathers what it shares; only of those of which a call or a practice is known."""

    def get(self, request, slug):
        """Show the shelves; 404 for a project that has no hub."""
        project = get_object_or_404(Project.objects.public().with_hub().select_related("source", "themes"), slug=slug)
        parts = Project.objects.public().filter(parent=project).select_related("themes").in_order()
        parts = list(parts[: MOST_PARTS + 1])
        gathered = [project, *(parts if len(parts) <= MOST_PARTS else [])]
        sets = {each.themes_id: each.themes.slug for each in gathered if each.themes_id}
        shelves = [
            Filled(shelf, list(sets.values()) if shelf.name == "set" else [each.slug for each in gathered])
            for shelf in SHELVES
        ]
        context = {
            "project": project,
            "record": project,
            "parts": gathered[1:],
            "shelves": shelves,
            "facts": [each.fact for each in shelves],
        }
        return render(request, "hub.html", context)
