"""The models of the directory itself, where Django looks for them."""

from directory.duplicates import Apart
from directory.former_addresses import FormerAddress
from directory.imports.models import Import, Journal
from directory.imports.uploads import Upload
from directory.index import Entry
from directory.postings import Posting
from directory.readers import ReaderContact, ReaderWord
from directory.sources import Source
from directory.throttle import Throttle
from directory.versions import Version
from directory.visits import PageViews

__all__ = [
    "Apart",
    "Entry",
    "FormerAddress",
    "Import",
    "Journal",
    "PageViews",
    "Posting",
    "ReaderContact",
    "ReaderWord",
    "Source",
    "Throttle",
    "Upload",
    "Version",
]
