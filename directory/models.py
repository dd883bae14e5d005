"""The models of the directory itself, where Django looks for them."""

from directory.index import Entry, Posting
from directory.sources import Source
from directory.versions import Version
from directory.visits import PageViews

__all__ = ["Entry", "PageViews", "Posting", "Source", "Version"]
