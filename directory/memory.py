"""What a process asks of the C library, which keeps more memory than is needed: for threads, and for later."""

import ctypes
from contextlib import suppress

# M_ARENA_MAX of mallopt(3).
ARENAS = -8


def share_one_heap():
    """Let all threads take memory from one place: each would keep what it took at its busiest, megabytes of a list.

    Threads of Python run one at a time, and so hardly ever wait for each other there.
    """
    _ask("mallopt", ARENAS, 1)


def give_back():
    """Give memory that was only passed through back to the system, which glibc does not do by itself for a while."""
    _ask("malloc_trim", 0)


def _ask(function, *numbers):
    # Other C libraries have no such functions.
    with suppress(OSError, AttributeError):
        getattr(ctypes.CDLL(None), function)(*numbers)
