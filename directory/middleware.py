"""Walls in front of every page: a query nobody can mean, cookies nobody needs, and a database that is away."""

from django.db import InterfaceError, OperationalError
from django.utils.deprecation import MiddlewareMixin

from directory.caching import for_staff
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


class ForgetVisitors(MiddlewareMixin):
    """Hand no cookie to a public page, so that none is read there and none is ever set or renewed.

    Staff pages need theirs, and so does the front door, which sends a visitor to the language that a cookie may name.
    """

    def process_request(self, request):
        """Drop the cookies before the session and the form protection look at them."""
        path = request.path
        if path != "/" and not path.startswith(("/admin/", "/i18n/")) and not for_staff(path):
            request.COOKIES = {}


class SayWhenTheDatabaseIsAway(MiddlewareMixin):
    """Answer 503 with a time to try again when the database cannot be reached or is locked or full."""

    def process_exception(self, request, exception):
        """Turn the database's refusal into a page; anything else stays an error."""
        return unavailable(request) if isinstance(exception, OperationalError | InterfaceError) else None
