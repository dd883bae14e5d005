"""Real servers in processes of their own: started, asked, and how much CPU and memory they take."""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection
from itertools import count, cycle
from pathlib import Path
from tempfile import NamedTemporaryFile

from bench import HOME

SECONDS = float(os.environ.get("DURATION", 5))
ROUNDS = 3
# Pages that take longer are asked for by Python, which waits for the last one: so many, or for so long.
SLOW, FEW, PATIENCE = 0.1, 30, 60
numbers = count(1)


class Server:
    """Processes that answer on a port: the server's first one and perhaps the database's, and all below them."""

    def __init__(self, port, *roots):
        self.port, self.roots, self.started_in = port, roots, 0

    @staticmethod
    def tree(*roots):
        """Return {process: the fields of its /proc/<pid>/stat that follow the name}."""
        found, tree = {}, [*roots]
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                found[int(stat.parent.name)] = stat.read_text().rpartition(") ")[2].split()
        for process in tree:
            tree += [each for each, fields in found.items() if int(fields[1]) == process]
        return {process: found[process] for process in tree}

    def cpu(self):
        """Return the seconds of CPU taken so far, user and system, by all processes and those that ended."""
        # The clock of clock_getcpuclockid(3) is utime + stime, told exactly; cutime and cstime are of ended children.
        return sum(
            time.clock_gettime((~process << 3) | 2) + (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
            for process, fields in self.tree(*self.roots).items()
        )

    def resident(self):
        """Return the megabytes that the process which serves the pages has in memory."""
        pages = max(int(fields[21]) for fields in self.tree(self.roots[0]).values())
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def get(self, path, headers=()):
        """Return (status, headers, text) of a page; a # in the address becomes a number that never came before."""
        # A new connection each time: one that is not used for a while is closed by the server.
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=600)) as connection:
            connection.request("GET", path.replace("#", str(next(numbers))), headers=dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()

    def check(self, row, most=3):
        """Stop everything if one of some pages is not what is meant; return the CPU seconds of the middle one."""
        taken = []
        for path in row.paths[:: -(-len(row.paths) // most)]:
            start = self.cpu()
            status, _headers, text = self.get(path, row.headers)
            taken.append(self.cpu() - start)
            right = status == row.status and re.search(row.pattern, text)
            if right and row.page:
                count = re.search(r'id="count">([^<]*\d)', text)
                shown = int(re.sub(r"\D", "", count[1])) - 25 * (row.page - 1) if count else 0
                right = shown > 0 and text.count('<article class="card ') == min(25, shown)
            if not right:
                sys.exit(f"{row.name}: {path} is not right (status {status}): {text[:2000]}")
        return statistics.median(taken)

    def measure(self, row):
        """Return (answers, CPU milliseconds for each): the median of the rounds."""
        self.check(row)
        # Slow is what is slow when it has been asked for before, too.
        if row.before or self.check(row) > SLOW:
            return self._patiently(row)
        # Every address once, so that all is drawn that will be, and the rest of the way.
        self.check(row, len(row.paths))
        self._wrk(row, 1)
        rounds = []
        for _round in range(ROUNDS):
            self.check(row)
            start = self.cpu()
            rounds.append((answers := self._wrk(row), (self.cpu() - start) / answers))
        return sum(answers for answers, _each in rounds), 1000 * statistics.median(each for _answers, each in rounds)

    def _patiently(self, row):
        spent, end = [], time.monotonic() + PATIENCE
        for path in cycle(row.paths):
            if row.before:
                row.before()
            start = self.cpu()
            if self.get(path, row.headers)[0] != row.status:
                sys.exit(f"{row.name}: {path} is not answered.")
            spent.append(self.cpu() - start)
            if len(spent) == FEW or time.monotonic() > end:
                return len(spent), 1000 * statistics.mean(spent)

    def _wrk(self, row, seconds=SECONDS):
        first = next(numbers) * 1_000_000
        with NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("\n".join(row.paths))
            file.flush()
            command = ["wrk", "-t1", "-c1", f"-d{seconds:g}s", "-s", "bench/next.lua", f"http://127.0.0.1:{self.port}"]
            command += ["--", file.name, str(first), str(row.status), *(text for pair in row.headers for text in pair)]
            text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        right, wrong = map(int, re.search(r"answers\s+(\d+)\s+(\d+)", text).groups())
        if wrong or not right or "Socket errors" in text:
            sys.exit(f"{row.name}: not all answers have status {row.status}:\n{text}")
        return right


@contextmanager
def serving(command, page, *roots):
    """Start a server, in whose command PORT stands for a free port; yield it when it has answered its first page."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    start = time.perf_counter()
    with (HOME / "server.log").open("ab") as log:
        process = subprocess.Popen([each.replace("PORT", str(port)) for each in command], stdout=log, stderr=log)
    server = Server(port, process.pid, *roots)
    try:
        while not server.started_in and process.poll() is None:
            with suppress(OSError):
                if server.get(page)[0] != 200:
                    break
                server.started_in = time.perf_counter() - start
            time.sleep(0.01)
        if not server.started_in:
            sys.exit(f"{command[0]} does not serve {page}: see {HOME / 'server.log'}.")
        yield server
    finally:
        process.terminate()
        process.wait(60)
