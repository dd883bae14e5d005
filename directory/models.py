"""The models of the directory itself, where Django looks for them."""

from directory.index import Entry, Posting
from directory.sources import Source
from directory.versions import Version

__all__ = ["Entry", "Posting", "Source", "Version"]
