"""Records that may be in the directory twice: names that are the same, or nearly, within a country.

All pairs of a hundred thousand names are too many to compare. Names that differ in a letter or two begin alike or end
alike: so each is compared with its neighbours in the alphabet, and in the alphabet of the names read backwards.
"""

import re

import numpy
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Value
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from directory.versions import kept
from directory.writes import Kept, KeptQuerySet

# With how many neighbours a name is compared, and how many pairs of a kind are looked for.
NEIGHBOURS, MOST_PAIRS = 6, 500
# A name of fewer letters has too many neighbours that are other names; only a long one may differ in more than one.
SHORTEST, LONG, MOST_LETTERS = 5, 12, 2
DIGITS = re.compile(r"\d+")
KINDS = ("networks.Network", "projects.Project", "networks.City", "networks.Organisation", "projects.Programme",
         "projects.Publication", "practices.Practice", "directory.Source")  # fmt: skip

# What was looked through last of each kind, in this process: (what it was known by, the pairs).
_looked = {}


class Apart(Kept):
    """Two records that somebody looked at and found to be different, though their names are alike."""

    model = models.CharField(max_length=60)
    first = models.BigIntegerField()
    second = models.BigIntegerField()
    found_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    found_at = models.DateTimeField(auto_now_add=True)

    # Keys mean nothing in another database.
    not_dumped = True
    objects = KeptQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_apart_per_pair", fields=["model", "first", "second"])]

    def __str__(self):
        """What a log shows."""
        return f"{self.model} {self.first} {self.second}"


def compared():
    """Return the kinds of records of which two can be the same thing entered twice."""
    return [apps.get_model(kind) for kind in KINDS]


def set_apart(model, first, second, user):
    """Remember that two records are different, so that they are not shown again."""
    first, second = sorted((first, second))
    Apart.objects.get_or_create(model=model._meta.label_lower, first=first, second=second, defaults={"found_by": user})


def pairs(model):
    """Return the possible duplicates among the records of a model, as pairs of keys; found once a version."""
    store, key = kept(), ("duplicates", model)
    if key not in store:
        store[key] = _found(model)
    return store[key]


def suspected(model):
    """Return the keys of all records that may be there twice."""
    return {key for pair in pairs(model) for key in pair}


def _found(model):
    """Look for possible duplicates, if a name or what was set apart has changed since; two queries."""
    apart = set(Apart.objects.filter(model=model._meta.label_lower).values_list("first", "second"))
    country = F("country") if any(field.name == "country" for field in model._meta.fields) else Value("")
    rows = list(model.objects.order_by().values_list(country, "pk", "sort_sv", "sort_en"))
    seen = hash((frozenset(apart), tuple(rows)))
    if _looked.get(model, (None,))[0] != seen:
        _looked[model] = seen, _look(rows, apart)
    return _looked[model][1]


def _look(rows, apart):
    """Return possible duplicates among (country, key, name, other name); a second for a hundred thousand."""
    names = [
        (country, letters, key)
        for country, key, *both in rows
        for letters in {name.replace("{", "a").replace("|", "a").replace("}", "o") for name in both} - {""}
    ]
    found = set()
    for some in (names, [(country, letters[::-1], key) for country, letters, key in names]):
        some.sort()
        letters = [name for _country, name, _key in some]
        for step in range(1, min(NEIGHBOURS + 1, len(some))):
            # How many letters differ between each name and the one some steps further on; at once, outside of Python.
            differ = cpdist(letters[:-step], letters[step:], scorer=OSA.distance, score_cutoff=MOST_LETTERS)
            for place in numpy.flatnonzero(differ <= MOST_LETTERS).tolist():
                one, other = some[place], some[place + step]
                pair = tuple(sorted((one[2], other[2])))
                if pair[0] != pair[1] and pair not in apart and near(one, other, differ[place]):
                    found.add(pair)
            if len(found) >= MOST_PAIRS:
                break
    return sorted(found)[:MOST_PAIRS]


def near(one, other, differ):
    """Whether two names are nearly the same, of which so many letters differ: in one country, and in no number."""
    (country, name, _key), (other_country, other_name, _other_key) = one, other
    if country != other_country or DIGITS.findall(name) != DIGITS.findall(other_name):
        return False
    length = min(len(name), len(other_name))
    return differ == 0 or (length >= SHORTEST and differ <= (1 if length < LONG else MOST_LETTERS))
