"""The words of a snapshot: read when first asked for, as many a process never is, and kept outside its memory."""

import os
from tempfile import TemporaryFile
from threading import Lock

import numpy

from directory.index import Posting, unpacked
from directory.lexicon import Lexicon


class StoredWords:
    """The words of one group in a snapshot, shared by all readings that follow it."""

    def __init__(self, index, group, snapshot, using):
        """Ask nothing yet; `snapshot` is the version it was written at."""
        self.parts = Posting.objects.using(using).filter(index=index.name, group=group).order_by("part")
        self.group, self.snapshot, self.kept, self.lock = group, snapshot, None, Lock()

    def lexicon(self):
        """Return the lexicon.

        Where another snapshot took the place of this one meanwhile, its words are returned and not kept: the version
        has moved then, and whoever makes a page of it makes it again.
        """
        with self.lock:
            if self.kept:
                return self.kept
            found, versions = read(self.parts.iterator(chunk_size=1))
            if versions <= {self.snapshot}:
                self.kept = found
            return found


def read(parts):
    """Return (the lexicon of some postings, the versions they were written at).

    The bitmaps are copied to a file that has no name and goes with the process: of a hundred megabytes only what is
    searched for is ever read again.
    """
    words, sizes, file, versions = [], [], TemporaryFile(), set()  # noqa: SIM115 – lives as long as the lexicon
    for part in parts:
        versions.add(part.version)
        if part.sizes:
            words.append(part.values)
            sizes.append(numpy.frombuffer(part.sizes, numpy.uint32))
            file.write(part.bits)
    if not words:
        return Lexicon.of({}), versions
    file.flush()
    ends = numpy.concatenate([[0], numpy.cumsum(numpy.concatenate(sizes))]).astype(numpy.uint32)

    def records(number):
        start = int(ends[number])
        return unpacked(os.pread(file.fileno(), int(ends[number + 1]) - start, start))

    return Lexicon("\n".join(words), records), versions
