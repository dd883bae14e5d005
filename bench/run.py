"""`make bench`: how much CPU each kind of page takes, beside what else could answer, at several sizes."""

import json
import os
import shutil
import signal
import subprocess
import sys

from bench import HOME
from bench.databases import FIXTURES, environment, manage, postgresql, sqlite
from tests.postgres import binaries

SIZES = [int(size) for size in os.environ.get("SIZES", "1000 100000 1000000").split()]
ENGINES = os.environ.get("ENGINES", "sqlite postgresql").split()
SERVERS = {"sqlite": sqlite, "postgresql": postgresql}
CASE = "import django; django.setup(); from bench.case import main; main({!r}, {!r})"
PEERS = ["bare view", "Datasette", "ordinary Django", "ordinary Django, all facets"]
GROWING = ["random filters", "last page", "a project"]
TABLE = """\
## {engine}, {size:,} projects

| row | answers | CPU ms | ÷ bare view | ÷ Datasette | ÷ ordinary Django | ÷ the same with all facets | records | queries |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
{lines}

- Memory of the web process after random filters: {resident:,.0f} MB, {more:,.0f} MB more than with the fixtures.
- From the start of the process to its first filtered page: {started:.2f} s, the median of three.
- Saving a project with another name: {saves[0]:.1f} ms; without the index {saves[1]:.1f} ms.
- 100,000 rows in bulk, projects with a grant each: {bulk[0]:.1f} s, of which {bulk[1]:.1f} s finding what they touch
  and {bulk[2]:.1f} s bringing the indexes up to date.
"""


def measured(engine, size, address):
    """Return what a process of its own finds on a database."""
    print(f"{engine}, {size:,} projects" if size else f"{engine}, the fixtures", file=sys.stderr)
    manage(address, "migrate", "--verbosity", "0")
    command = [sys.executable, "-c", CASE.format(engine, size)]
    case = subprocess.run(command, env=environment(address), stdout=subprocess.PIPE)
    return json.loads(case.stdout.splitlines()[-1]) if case.returncode == 0 else sys.exit(case.returncode)


def table(engine, size, found, fixtures):
    """Return what was found, in Markdown."""
    cpu, lines = {row[0]: row[2] for row in found["rows"]}, []
    for name, answers, milliseconds, records, queries in found["rows"]:
        ratios = [f"{milliseconds / cpu[peer]:.3g}" if peer in cpu else "–" for peer in PEERS]
        cells = [name, f"{answers:,}", f"{milliseconds:.2f}", *ratios, f"{records:,}", queries]
        lines.append(f"| {' | '.join(cells)} |")
    return TABLE.format(
        engine=engine,
        size=size,
        lines="\n".join(lines),
        more=found["resident"] - fixtures["resident"],
        started=found["started in"],
        **found,
    )


def growth(engine, found):
    """Return how much more the largest directory takes than the smallest."""
    least, most = ({row[0]: row[2] for row in found[size]["rows"]} for size in (min(SIZES), max(SIZES)))
    factors = ", ".join(f"{name} × {most[name] / least[name]:.2f}" for name in GROWING)
    return f"{engine}, CPU from {min(SIZES):,} to {max(SIZES):,} projects: {factors}."


def main():
    """Measure every engine at every size; keep the tables, and print them in the end."""
    if not shutil.which("wrk"):
        sys.exit("The bench asks for pages with wrk, which is not here (on Debian: apt-get install wrk).")
    if "postgresql" in ENGINES and binaries() is None:
        sys.exit("No PostgreSQL was found here (on Debian: apt-get install postgresql); or say ENGINES=sqlite.")
    # However it ends, the servers are stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("The bench was ended."))
    HOME.mkdir(parents=True, exist_ok=True)
    manage("sqlite:///:memory:", "collectstatic", "--noinput", "--clear", "--ignore", "flags", "--verbosity", "0")
    told, grown = [], []
    for engine in ENGINES:
        found = {}
        with SERVERS[engine]() as copy:
            for size in [FIXTURES, *SIZES]:
                with copy(size) as address:
                    found[size] = measured(engine, size, address)
                if size != FIXTURES:
                    told.append(table(engine, size, found[size], found[FIXTURES]))
                    (HOME / f"{engine}-{size}.md").write_text(told[-1], encoding="utf-8")
        grown.append(growth(engine, found))
    print("\n".join([*told, *grown]))


if __name__ == "__main__":
    main()
