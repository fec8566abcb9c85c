"""A database whose clock stands still until a test moves it.

Every moment in our SQL is `clock_timestamp()`, unqualified; a schema before pg_catalog in the search path answers it.
Column defaults were bound to the real one when the tables were made: what is inserted should say its times.
"""

from contextlib import AbstractContextManager
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.warm_connections import close_idle

_STATEMENTS = """
CREATE SCHEMA simulated;
CREATE SEQUENCE simulated.microseconds START {start};
CREATE FUNCTION simulated.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    AS $$ SELECT to_timestamp(last_value / 1e6) FROM simulated.microseconds $$;
GRANT USAGE ON SCHEMA simulated TO PUBLIC;
GRANT SELECT ON SEQUENCE simulated.microseconds TO PUBLIC;
ALTER DATABASE {database} SET search_path = simulated, pg_catalog, public
"""


class DatabaseClock(AbstractContextManager["DatabaseClock"]):
    """Connections opened from now on read this clock. `now` is in seconds since 1970."""

    def __init__(self, url: str, *, start: float) -> None:
        self.now = start
        close_idle(url)  # a session keeps the settings with which it began
        self._connection: psycopg.Connection[Any] = psycopg.connect(url, autocommit=True)
        self._connection.execute(
            sql.SQL(_STATEMENTS).format(
                start=sql.Literal(int(start * 1_000_000)),
                database=sql.Identifier(urlsplit(url).path.removeprefix("/")),
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def advance(self, seconds: float) -> None:
        self.move_to(self.now + seconds)

    def move_to(self, now: float) -> None:
        self.now = max(self.now, now)
        # A sequence is read as it is at this moment, by every transaction; a row would be seen as of its snapshot.
        self._connection.execute("SELECT setval('simulated.microseconds', %s)", [int(self.now * 1_000_000)])
