"""What the server's process asks of the C library."""

import ctypes
import os
import subprocess
import sys

import pytest

# Thirty threads, all there at once, each of which takes and gives back ten thousand pieces of memory.
THREADS = """
import sys, threading
from directory import memory
if sys.argv[1:] == ["shared"]:
    memory.share_one_heap()
together = threading.Barrier(30)
def work():
    together.wait()
    [bytes(1000) for _ in range(10_000)]
    together.wait()
all_of_them = [threading.Thread(target=work) for _ in range(30)]
[each.start() for each in all_of_them]
[each.join() for each in all_of_them]
import ctypes
ctypes.CDLL(None).malloc_stats()
"""


def heaps(*arguments):
    """Return how many heaps a process has after thirty threads took memory."""
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MALLOC_", "GLIBC_TUNABLES"))}
    command = [sys.executable, "-c", THREADS, *arguments]
    run = subprocess.run(command, env=alone, capture_output=True, text=True, check=True)
    return run.stderr.count("Arena ")


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_stats"), reason="only glibc has several heaps")
def test_threads_take_memory_from_one_heap():
    assert heaps("shared") == 1
    assert heaps() > 1


def test_what_a_c_library_does_not_know_is_not_asked(monkeypatch):
    from directory import memory

    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _name: object())

    memory.share_one_heap()
    memory.give_back()
