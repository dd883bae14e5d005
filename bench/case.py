"""One engine at one size, measured in a process of its own, which prints what it found as JSON."""

import json
import os
import statistics
import sys
import time
from collections import Counter, namedtuple
from functools import partial
from itertools import cycle, islice
from math import ceil
from pathlib import Path
from random import Random
from unittest import mock
from urllib.parse import parse_qsl, urlencode

from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.databases import FIXTURES, postmaster
from bench.peers import FACETS, LISTED, datasette
from bench.servers import ROUNDS, numbers, serving
from directory.lists import PER_PAGE
from directory.search import tokens
from directory.sources import Source
from directory.writes import Changes, writing
from networks.models import City, Organisation, Theme
from projects.filters import ProjectFilter
from projects.models import Grant, Project

ADDRESSES, SAVES, BULK, BATCH = 200, 30, 50_000, 2000
CHANCE = Random(1)
# As in the Makefile, but for one thread.
OPTIONS = "--interface wsgi --host 127.0.0.1 --port PORT --workers 1 --blocking-threads 1 --no-ws --log-level warning"
GRANIAN = [str(Path(sys.executable).with_name("granian")), *OPTIONS.split(), "directory.wsgi:application"]
FACETED = "".join(f"&_facet={name}" for name in FACETS)
FACETED_LISTS = "".join(f"&_facet_array={name}" if name in LISTED else f"&_facet={name}" for name in FACETS)
# As many pages of lists in Datasette are asked for, each of which takes very long.
FEW_LISTS = 3

# A page is right if the pattern is found in it; the page of a list, if it has as many cards as its count says.
FIELDS = {"page": 0, "pattern": "<h1", "headers": (), "status": 200, "before": None, "model": Project}
Row = namedtuple("Row", ["name", "paths", *FIELDS], defaults=FIELDS.values())


def drawn():
    """Return queries of one to three filters, and (query, word that 1 to 10 % of the projects hold).

    Projects are drawn by chance, and filters from what they have: every query finds something, the frequent more often.
    """
    slugs = {}
    keys = list(Project.objects.public().order_by("pk").values_list("pk", flat=True))
    some = CHANCE.sample(keys, min(len(keys), 10 * ADDRESSES))
    texts = Project.objects.filter(pk__in=some).values_list("pk", "search_text")
    held = {key: sorted(set(tokens(text))) for key, text in texts}
    words = Counter(word for each in held.values() for word in each).most_common(300)
    found = {word: len(ProjectFilter(QueryDict(urlencode({"q": word}))).found) for word, _count in words}
    for name, model in (("funder", Organisation), ("theme", Theme)):
        slugs[name] = {str(key): slug for key, slug in model.objects.values_list("pk", "slug")}
    terms, plain, searched = ProjectFilter.index.terms(some), [], []
    for key in some:
        has = {}
        for name in ("country", "funder", "status", "theme", "year"):
            for value in sorted(terms[key][name] - {"unknown"}):
                has.setdefault(name, []).append(slugs[name][value] if name in slugs else value.lower())
        names = CHANCE.sample(sorted(has), min(len(has), CHANCE.randint(1, 3)))
        plain.append(urlencode({name: CHANCE.choice(has[name]) for name in names}))
        if fitting := [word for word in held[key] if 0.01 <= found.get(word, 0) / len(keys) <= 0.1]:
            searched.append((plain[-1], CHANCE.choice(fitting)))
    return [*islice(dict.fromkeys(plain), ADDRESSES)], searched[:ADDRESSES]


def of_lists(query):
    """Return a query as Datasette asks for values in lists."""
    return urlencode(
        [(f"{name}__arraycontains" if name in LISTED else name, value) for name, value in parse_qsl(query)]
    )


def pages_of(model):
    """Return addresses of some records' pages, drawn by chance."""
    slugs = list(model.objects.public().order_by("pk").values_list("slug", flat=True))
    return [f"/sv/{model.section}/{slug}/?n=#" for slug in CHANCE.sample(slugs, min(ADDRESSES, len(slugs)))]


def rename():
    """Give some project another name, as an editor does in another process than the server's; return the seconds."""
    last = Project.objects.order_by("-pk").values_list("pk", flat=True)[0]
    project = Project.objects.public().filter(pk__gte=CHANCE.randint(1, last)).order_by("pk")[0]
    project.name_sv += " *"
    start = time.perf_counter()
    project.save()
    return time.perf_counter() - start


def rows(plain, searched, tag):
    """Return what is measured besides random filters."""
    last, lists = ceil(Project.objects.public().count() / PER_PAGE), [f"/sv/projects/?{query}&n=#" for query in plain]
    words = [f"/sv/projects/?{query}&q={word}&n=#" for query, word in searched]
    return [
        Row("bare view", ["/healthz"], pattern="^ok$", model=None),
        Row("ordinary Django", [f"/bench/ordinary/?{query}" for query in plain], pattern=r"<h1>\d[^<]*<"),
        Row(
            "ordinary Django, all facets",
            [f"/bench/ordinary/?{query}&facets=all" for query in plain],
            pattern=r"<h1>\d[^<]*<",
        ),
        Row("ordinary Django, unfiltered", ["/bench/ordinary/"], pattern=r"<h1>\d[^<]*<"),
        Row("unfiltered", ["/sv/projects/?n=#"], page=1),
        Row("random filters, nothing drawn yet", lists, page=1, headers=[("Cold", "yes")]),
        Row("random filters and a word", words, page=1),
        Row("last page", [f"/sv/projects/?page={last}&n=#"], page=last),
        Row("page in the middle", [f"/sv/projects/?page={last // 2}&n=#"], page=last // 2),
        Row("a project", pages_of(Project)),
        Row("a city", pages_of(City), model=City),
        Row("search across everything", [f"/sv/search/?q={word}&n=#" for _query, word in searched]),
        Row("304", lists[:1], pattern="^$", headers=[("If-None-Match", tag)], status=304),
        Row("kept page", [f"/sv/projects/?{plain[0]}"], page=1),
        Row("first page after an edit", lists, page=1, before=rename),
    ]


def queries(row):
    """Return how many queries pages take in this process, the fewest and the most."""
    client, found = Client(HTTP_HOST="127.0.0.1", headers=dict(row.headers)), set()
    for path in row.paths[:3]:
        client.get(path.replace("#", str(next(numbers))))
        if row.before:
            row.before()
        with CaptureQueriesContext(connection) as captured:
            status = client.get(path.replace("#", str(next(numbers)))).status_code
        if status != row.status:
            sys.exit(f"{row.name}: {path} is not answered here as by the server; was the code changed meanwhile?")
        found.add(len(captured))
    return "–".join(map(str, sorted({min(found), max(found)})))


def measured(server, row, ours=True):
    """Return a line of the table: name, answers, CPU milliseconds for each, records, queries."""
    print(f"  {row.name} ...", file=sys.stderr)
    records = row.model.objects.count() if row.model else 0
    return row.name, *server.measure(row), records, queries(row) if ours else "–"


def saves():
    """Return the median milliseconds of saving a project with another name: as it is, and without its index."""
    indexed, plain = [], []
    for _each in range(SAVES):
        indexed.append(rename())
        with mock.patch.object(Changes, "settle"):
            plain.append(rename())
    return 1000 * statistics.median(indexed), 1000 * statistics.median(plain)


def bulk():
    """Write projects with a grant each in one write; return the seconds of all, of `touch` and of `settle`."""
    spent, funder, source = Counter(), Organisation.objects.first(), Source.objects.first()
    likes = list(Project.objects.values("name_sv", "name_en", "summary_sv", "summary_en", "themes_id")[:BATCH])

    def timed(name):
        method = getattr(Changes, name)

        def run(*args):
            start = time.perf_counter()
            method(*args)
            spent[name] += time.perf_counter() - start

        return mock.patch.object(Changes, name, run)

    start = time.perf_counter()
    with timed("touch"), timed("settle"), writing():
        each = zip(range(BULK), cycle(likes), strict=False)
        projects = [Project(slug=f"bench-{number}", source=source, **like) for number, like in each]
        Project.objects.bulk_create(projects, batch_size=BATCH)
        grants = [Grant(project=project, funder=funder, source=source) for project in projects]
        Grant.objects.bulk_create(grants, batch_size=BATCH)
    return time.perf_counter() - start, spent["touch"], spent["settle"]


def main(engine, size):
    """Measure, and print."""
    plain, searched = drawn()
    filtered = Row("random filters", [f"/sv/projects/?{query}&n=#" for query in plain], page=1)
    ours = partial(serving, GRANIAN, filtered.paths[0], *([postmaster()] if engine == "postgresql" else []))
    # What was written when the database was copied is to be on the disk first.
    os.sync()
    started = []
    for _round in range(ROUNDS):
        with ours() as server:
            started.append(server.started_in)
    found = {"started in": statistics.median(started)}
    with ours() as server:
        found |= {"rows": [measured(server, filtered)], "resident": server.resident()}
        if size != FIXTURES:
            tag = server.get(filtered.paths[0])[1]["ETag"]
            found["rows"] += [measured(server, row) for row in rows(plain, searched, tag)]
    if size != FIXTURES and engine == "sqlite":
        with serving(datasette(), "/") as server:
            for name, some in (("Datasette", plain), ("Datasette, unfiltered", [""])):
                paths = [f"/flat/bench_project?{query}{FACETED}&_n=#" for query in some]
                found["rows"].append(measured(server, Row(name, paths, pattern=r"[\d,]+ row"), ours=False))
            paths = [f"/flat/bench_lists?{of_lists(query)}{FACETED_LISTS}&_n=#" for query in plain[:FEW_LISTS]]
            row = Row("Datasette, all values of a project", paths, pattern=r"[\d,]+ row")
            found["rows"].append(measured(server, row, ours=False))
    if size != FIXTURES:
        found["saves"], found["bulk"] = saves(), bulk()
    print(json.dumps(found))
