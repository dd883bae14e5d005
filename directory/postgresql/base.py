"""Django's backend for PostgreSQL, with pooled connections that are looked at before use without a question each time."""

from select import POLLIN, poll

from django.db.backends.postgresql import base
from psycopg import ClientCursor, Error
from psycopg.pq import Format
from psycopg_pool import ConnectionPool

# The protocol counts the values of a statement in sixteen bits.
MOST_VALUES = 65_535


def broken(connection):
    """Whether a kept connection can be used no more: its server was restarted, or has closed it.

    A server that goes says so, or the system does for it, and that waits on the socket. Where nothing waits, asking would
    only cost each page a fifth of what a kept one takes on the way to the database and back.
    """
    waiting = poll()
    try:
        waiting.register(connection.fileno(), POLLIN)
        if waiting.poll(0):
            # It may be no more than a notice.
            ConnectionPool.check_connection(connection)
    except Error:
        return True
    return False


class Cursor(base.ServerBindingCursor):
    """Sends values apart from the SQL, or writes them into it where they are too many."""

    def execute(self, query, params=None, **options):
        """Ask the server."""
        if params and len(params) > MOST_VALUES:
            query, params = ClientCursor(self.connection).mogrify(query, params), None
        return super().execute(query, params, **options)


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL."""

    # Whether values are to come as the server holds them; see `directory.postings.as_bytes`.
    in_bytes = False

    def create_cursor(self, name=None):
        """Make a cursor that gets values as text, as Django expects them, or as bytes."""
        cursor = super().create_cursor(name)
        cursor.format = Format.BINARY if self.in_bytes else Format.TEXT
        return cursor

    def get_connection_params(self):
        """Return what a connection is made with."""
        return super().get_connection_params() | {"cursor_factory": Cursor}

    def get_new_connection(self, conn_params):
        """Take a connection from the pool that is not broken; those that are go back there, to be replaced."""
        connection = super().get_new_connection(conn_params)
        while self.pool and broken(connection):
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection
