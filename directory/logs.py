"""What stands in the log: enough to find a fault by, and nothing that visitors entrusted to us."""

import logging
import re

# The secret in a nominator's own link, what only her mail holds, and whatever looks like an e-mail address.
SECRET = re.compile(r"(/nominations/)[^/\s?]+|(key=)[^&\s]+", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


class Discreet(logging.Formatter):
    """Writes an entry, and what led to it, without secrets and without addresses of people."""

    def format(self, record):
        """Put dots in their place."""
        return EMAIL.sub("…@…", SECRET.sub(r"\1\2…", super().format(record)))
