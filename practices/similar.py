"""What is much like a practice that somebody is about to nominate: known practices, and what others nominated."""

from collections import Counter

from django.http import QueryDict
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from directory.search import fold, words
from practices.filters import PracticeFilter
from practices.models import Practice

# How much alike two names are, of 100, before somebody is told; how many are compared, and shown.
ALIKE, MOST_COMPARED, MOST_SHOWN = 75, 200, 5


def alike(one, other):
    """Return how much alike two names are, of 100, whatever the order of their words."""
    return fuzz.token_sort_ratio(fold(one), fold(other), processor=default_process)


def similar_practices(title):
    """Return up to five public practices whose names are much like a title, the most alike first.

    The index of titles finds those that share words with it, spelt as they should be; only they are compared.
    """
    titles, shared = PracticeFilter(QueryDict()).reading.groups["title"], Counter()
    for word in set(words(title)):
        for meant in [word] if titles.beginning(word) else titles.nearest(word):
            shared.update(titles.records(meant))
    keys = [key for key, _count in shared.most_common(MOST_COMPARED)]
    found = []
    for practice in Practice.objects.public().filter(pk__in=keys):
        likeness = max(alike(title, name) for name in (practice.name_sv, practice.name_en) if name)
        if likeness >= ALIKE:
            found.append((-likeness, practice.slug, practice))
    return [practice for _likeness, _slug, practice in sorted(found, key=lambda each: each[:2])[:MOST_SHOWN]]


def similar_nominations(nomination):
    """Return the titles of other nominations to the same call that are much like this one's, the most alike first."""
    others = nomination.round.nominations.sent().exclude(pk=nomination.pk).values_list("title", flat=True)
    found = sorted(((alike(nomination.title, other), other) for other in others), reverse=True)
    return [title for likeness, title in found if likeness >= ALIKE][:MOST_SHOWN]
