"""How often the page of each record is read: counted in memory, and added to the database outside of any request.

It is the one thing that a visit leaves behind, and it says nothing of the visitor. It is no fact of the directory
either: adding views moves no version, so every page that is kept stays right.
"""

import logging
import os
import re
import time
from collections import Counter, defaultdict
from functools import lru_cache
from multiprocessing.util import Finalize
from threading import Event, Lock, Thread

from django.conf import settings
from django.db import connections, models, transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from directory.index import INDEXES, in_batches

logger = logging.getLogger(__name__)

# So many views are added without waiting for the next time; no more pages than this are kept waiting, whatever is asked.
MANY = 1000
MOST_WAITING = 10_000
PAGE = re.compile(r"/(?:sv|en)/([a-z]+)/([-a-zA-Z0-9_]+)/")
# What programs call themselves; a browser never has an address in its name. “Cubot” is a telephone.
BOTS = re.compile(
    r"(?<!cu)bot|crawl|spider|slurp|https?|curl|wget|python|java/|ruby|perl|headless|lighthouse|preview|monitor|scan"
    r"|archiv|feed|fetch",
    re.IGNORECASE,
)


class PageViews(models.Model):
    """How often the page of a record was read: the record by its key, so that a new address keeps what was counted.

    The page of a funder and that of the same organisation are two. The rows are in no dump, as keys mean nothing in
    another database.
    """

    section = models.CharField(max_length=30)
    record = models.BigIntegerField()
    views = models.BigIntegerField(_("views"), default=0)
    since = models.DateTimeField(default=now)
    counted_at = models.DateTimeField(default=now)

    # Its keys mean nothing in another database (directory/management/commands/dumpdata.py).
    not_dumped = True

    class Meta:
        constraints = [models.UniqueConstraint(name="one_count_per_page", fields=["section", "record"])]
        # For the page of the most read pages, of all kinds and of one, and for its “as of”.
        indexes = [
            models.Index(name="directory_most_read", fields=["-views", "section", "record"]),
            models.Index(name="directory_most_read_of", fields=["section", "-views", "record"]),
            models.Index(name="directory_counted_at", fields=["-counted_at"]),
        ]

    def __str__(self):
        """What a log shows."""
        return f"{self.section} {self.record}"


def kinds():
    """Return {section: model} of what has pages."""
    return {index.model.section: index.model for index in INDEXES.values()}


@lru_cache(maxsize=1000)
def is_person(agent):
    """Whether a browser's name is not that of a program, as far as it says so; one without a name is none."""
    return bool(agent.strip()) and not BOTS.search(agent)


def is_read(request):
    """Whether a request is that of a visitor who reads: not of staff, who alone have a cookie, nor one made in advance."""
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "prefetch" not in ahead
        and is_person(request.headers.get("User-Agent", ""))
    )


class CountViews:
    """Notes that a record's page was read, also where it was answered from memory or the visitor has it still."""

    def __init__(self, get_response):
        """Stand outside of what keeps pages."""
        self.get_response = get_response

    def __call__(self, request):
        """Look at the request before its cookies are forgotten; note it, in some microseconds, once it is answered."""
        page = PAGE.fullmatch(request.path_info)
        read = page and is_read(request)
        response = self.get_response(request)
        if read and response.status_code in (200, 304):
            waiting.add(*page.groups())
        return response


class Waiting:
    """The views in this process that are not in the database yet, and the thread that brings them there."""

    def __init__(self):
        """Begin with none, and without a thread: a process that serves no page needs none."""
        self.views, self.count, self.thread, self.due = Counter(), 0, None, Event()
        self.lock, self.flushing = Lock(), Lock()

    def add(self, section, slug):
        """Note one view of a page."""
        if section not in kinds():
            return
        with self.lock:
            if (section, slug) in self.views or len(self.views) < MOST_WAITING:
                self.views[section, slug] += 1
                self.count += 1
            if not self.thread and settings.VIEWS_ADDED_EVERY:
                self.thread = Thread(target=self._run, name="page views", daemon=True)
                self.thread.start()
                # Runs at the end of a server's worker too, where `atexit` does not.
                Finalize(None, self.last, exitpriority=100)
            if self.count >= MANY:
                self.due.set()

    def flush(self):
        """Add what waits to the database; what cannot be added now waits on. Returns whether all was added."""
        with self.flushing:
            with self.lock:
                views, self.views, self.count = self.views, Counter(), 0
            if not views:
                return True
            try:
                add(views)
            except Exception:
                logger.warning("%d page views could not be added now; they are kept.", views.total(), exc_info=True)
                with self.lock:
                    self.views.update(views)
                    self.count += views.total()
                return False
            return True

    def _run(self):
        while True:
            self.due.wait(settings.VIEWS_ADDED_EVERY)
            added = self.flush()
            connections.close_all()
            self.due.clear()
            if not added:
                # Whatever is in the way, it is not tried again at once.
                time.sleep(settings.VIEWS_ADDED_EVERY)

    def last(self):
        """Add what waits when the process ends."""
        self.flush()
        connections.close_all()


waiting = Waiting()
# A copy of the process counts its own views, not its parent's again.
os.register_at_fork(after_in_child=waiting.__init__)


def add(views):
    """Add views, {(section, slug): count}, to those of the records that have these pages now, all or nothing.

    A page that visitors do not see, or that never was, has none. Several processes add up rightly, as each adds in the
    database; they lock rows in one order, so that none waits for another that waits for it.
    """
    counts = found(views)
    with transaction.atomic():
        rows = PageViews.objects.select_for_update().order_by("section", "record")
        for section, of in sorted(counts.items()):
            for keys in in_batches(of):
                there = set(rows.filter(section=section, record__in=keys).values_list("record", flat=True))
                new = [PageViews(section=section, record=key) for key in keys if key not in there]
                PageViews.objects.bulk_create(new, ignore_conflicts=True)
                same = defaultdict(list)
                for key in keys:
                    same[of[key]].append(key)
                for count, those in same.items():
                    PageViews.objects.filter(section=section, record__in=those).update(
                        views=F("views") + count, counted_at=now()
                    )


def found(views):
    """Return {section: {key of the record: count}}; a query for each kind and some hundred pages."""
    counts, models_of = defaultdict(Counter), kinds()
    for section in {section for section, _slug in views}:
        slugs = {slug: count for (of, slug), count in views.items() if of == section}
        for batch in in_batches(slugs):
            records = models_of[section].objects.public().filter(slug__in=batch).order_by()
            for slug, key in records.values_list("slug", "pk"):
                counts[section][key] += slugs[slug]
    return counts


def most_read(sections, most):
    """Return (record, views) of the pages read most, of some kinds; one query, and one for each kind among them.

    Records that visitors do not see any more are left out: some more are asked for, to have as many as are wanted.
    """
    rows = PageViews.objects.filter(views__gt=0).order_by("-views", "section", "record")
    if len(sections) == 1:
        rows = rows.filter(section=sections[0])
    rows, models_of, records = list(rows[: 2 * most]), kinds(), {}
    for section in sections:
        if keys := [row.record for row in rows if row.section == section]:
            found = models_of[section].objects.public().order_by().in_bulk(keys)
            records.update({(section, key): record for key, record in found.items()})
    each = ((records.get((row.section, row.record)), row.views) for row in rows)
    return [(record, views) for record, views in each if record][:most]


def counted():
    """Return the moments of the first and of the last count, or None twice; two queries."""
    first = PageViews.objects.order_by("pk").values_list("since", flat=True).first()
    return first, PageViews.objects.order_by("-counted_at").values_list("counted_at", flat=True).first()
