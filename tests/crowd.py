"""Jobs for processes of their own, on a database that they share: `python -m tests.crowd order|crowd|count`."""

import json
import random
import subprocess
import sys
import threading
import time

import django

django.setup()

from django.db import connections, transaction  # noqa: E402
from django.http import QueryDict  # noqa: E402
from django.test import Client  # noqa: E402

from directory.throttle import Throttle  # noqa: E402
from directory.writes import writing  # noqa: E402
from networks.filters import CityFilter  # noqa: E402
from networks.models import City  # noqa: E402
from tests.factories import make_city  # noqa: E402
from tests.pages import Page  # noqa: E402

SECONDS = 4


def processes(environment, *names):
    """Run jobs at once, each in a process of its own, and return what each printed."""
    command = [sys.executable, "-m", "tests.crowd"]
    running = [subprocess.Popen([*command, name], env=environment, stdout=subprocess.PIPE, text=True) for name in names]
    return [json.loads(each.communicate(timeout=60)[0]) for each in running]


def at_once(*jobs):
    """Run jobs in threads, each on a connection of its own, and wait for all."""

    def alone(job):
        try:
            job()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=alone, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def order():
    """Let a second writer come while the first one is at work; return their versions in the order of commits."""
    seen, first_has_the_lock = [], threading.Event()

    def first():
        with writing() as changes:
            first_has_the_lock.set()
            time.sleep(0.5)
            seen.append(changes.version)

    def second():
        first_has_the_lock.wait(5)
        with writing() as changes:
            seen.append(changes.version)

    at_once(first, second)
    return seen


def write_once(draw):
    """Add, change or delete a city."""
    keys = list(City.objects.values_list("pk", flat=True))
    if len(keys) < 8 or draw.random() < 0.4:
        make_city(slug=f"c-{draw.randrange(10**12)}", country=draw.choice(["SE", "NO"]), source=source_of(draw))
    elif draw.random() < 0.5:
        City.objects.filter(pk=draw.choice(keys)).update(country=draw.choice(["SE", "NO"]))
    else:
        City.objects.filter(pk=draw.choice(keys)).delete()


def source_of(draw):
    """Return a source of a name that no other process uses."""
    from tests.factories import make_source

    return make_source(slug=f"s-{draw.randrange(10**12)}")


def crowd():
    """Write and read pages for some seconds; report pages whose count, rows and facet do not agree."""
    began, report = time.monotonic(), {"wrong": [], "read": [], "written": 0}

    def goes_on():
        # On a slow machine pages of a few seconds may all be of the same state: it goes on until some are not.
        seconds = time.monotonic() - began
        return seconds < SECONDS or (seconds < 5 * SECONDS and len(set(report["read"])) <= 3)

    def write():
        draw = random.Random()
        while goes_on():
            with transaction.atomic(), writing():
                write_once(draw)
            report["written"] += 1
            time.sleep(draw.random() / 20)

    def look():
        while goes_on():
            page = Page(Client().get("/sv/cities/?country=se"))
            said, shown = int(page.texts("h2")[0].split()[0]), len(page.cards())
            counted = [page.text(each) for each in page.all("label") if page.text(each).startswith("Sverige")]
            if min(said, 25) != shown or counted not in ([f"Sverige {said}"], [][:said]):
                report["wrong"].append([said, shown, counted])
            report["read"].append(said)

    at_once(write, write, look, look)
    time.sleep(SECONDS / 2)
    with writing():
        report["rows"] = sorted(City.objects.values_list("pk", flat=True))
    report["listed"] = sorted(CityFilter(QueryDict()).found)
    return report


def count():
    """Count forty times what others count at the same moment; return what one was told each time."""
    return [Throttle.count("race", 600) for _ in range(40)]


if __name__ == "__main__":
    print(json.dumps({"order": order, "crowd": crowd, "count": count}[sys.argv[1]]()))
