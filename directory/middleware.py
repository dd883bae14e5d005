"""Two walls in front of every page: a query nobody can mean, and a database that is away."""

from django.db import InterfaceError, OperationalError
from django.utils.deprecation import MiddlewareMixin

from directory.pages import unavailable, unreadable

LONGEST_QUERY_STRING = 2000


class RefuseUnreadableQuery(MiddlewareMixin):
    """Answer 400 to a query string or a path that no form of ours sends: NUL, or more than 2,000 bytes.

    The admin's own lists may have longer ones.
    """

    def process_request(self, request):
        """Look at the raw bytes; PostgreSQL cannot hold a NUL, and SQLite gives up on an endless pattern."""
        query = request.META.get("QUERY_STRING", "")
        too_long = len(query) > LONGEST_QUERY_STRING and not request.path.startswith("/admin/")
        if too_long or "\x00" in request.path or "%00" in query or "\x00" in query:
            return unreadable(request)
        return None


class SayWhenTheDatabaseIsAway(MiddlewareMixin):
    """Answer 503 with a time to try again when the database cannot be reached or is locked or full."""

    def process_exception(self, request, exception):
        """Turn the database's refusal into a page; anything else stays an error."""
        return unavailable(request) if isinstance(exception, OperationalError | InterfaceError) else None
