"""What practices can be narrowed by, in the order visitors ask."""

from datetime import datetime

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from directory import facets
from directory.filters import RecordFilter
from directory.narrowing import AnyOf, Choices, Countries, Related
from practices.calls import NominationRound, State, state_between
from practices.choices import Kind
from practices.models import Practice


class PracticeFilter(RecordFilter):
    """Which practices: what they are, where, in which sector, about what, how they came here, and whose they are."""

    model = Practice

    kind = Choices("kind", Practice.Kind, label=_("Kind"))
    country = Countries("country", label=_("Country"))
    sector = Choices("sector", Practice.Sector, label=_("Sector"), offered=True)
    theme = Related("themes", label=_("Theme"))
    standing = Choices("standing", Practice.Standing, label=_("Standing"), offered=True)
    developer = Related("developer", label=_("Developed by"))
    project = Related("projects", label=_("Project"))


class Moments(facets.Facet):
    """Two moments between which something holds, as `from|until`; empty where one is not known."""

    def values(self, rows):
        """Return the pair."""
        return {"|".join(each.isoformat() if each else "" for each in row) for row in rows}


class States(AnyOf):
    """Keeps calls by whether they are open; asked of the clock each time, to the second."""

    can_be_excluded = False
    by_the_clock = True

    def __init__(self):
        """Ask for both moments together."""
        super().__init__(label=_("State"))
        self.facet = Moments(("opens_at", "closes_at"))

    def states(self, reading):
        """Return {state: records} of this second."""
        found, at = {state: BitMap() for state in State.values}, now()
        for moments, records in reading.groups[self.group].items():
            opens, closes = (datetime.fromisoformat(each) if each else None for each in moments.split("|"))
            found[state_between(opens, closes, at)] |= records
        return found

    def known(self, reading, values):
        """Take the four states."""
        return {value: value for value in values if value in State.values}

    def records(self, filters, values):
        """Return the records in any of the chosen states."""
        states = self.states(filters.reading)
        return BitMap.union(BitMap(), *(states[value] for value in values if value in states))

    def find_labels(self, reading, held):
        """Return the states' labels."""
        return {value: (value, State(value).label) for value in held}

    def find_every(self, reading):
        """Return all states."""
        return State.values

    def counts(self, filters, records, values):
        """Return how many of the records are in each state."""
        states = self.states(filters.reading)
        return {value: records.intersection_cardinality(states[value]) for value in values}


def parts(text):
    """Return the values in a text that has several, with spaces or commas between."""
    return str(text).replace(",", " ").split()


class SeveralKinds(Choices):
    """Keeps calls that seek any of some kinds of practice."""

    def __init__(self, path, choices, *, label):
        """Read the kinds from the one text that holds them."""
        super().__init__(path, choices, label=label)
        self.facet = facets.Facet(path, split=parts)


class SeveralCountries(Countries):
    """Keeps calls for any of some countries."""

    def __init__(self, path, *, label):
        """Read the countries from the one text that holds them."""
        super().__init__(path, label=label)
        self.facet = facets.Facet(path, split=parts)


class RoundFilter(RecordFilter):
    """Which calls: open or not, from where, what sort of practice, about what, of which project."""

    model = NominationRound
    searched = ("project", "theme")

    state = States()
    country = SeveralCountries("countries", label=_("Country"))
    kind = SeveralKinds("kinds", Kind, label=_("Kind of practice"))
    theme = Related("themes", label=_("Theme"))
    project = Related("project", label=_("Project"))
