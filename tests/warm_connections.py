"""Sessions of Postgres that outlive the test that opened them, and are lent to the next on the same database.

A new server process reads the catalog and plans every statement for the first time: half of what a test cost Postgres
(measured: 55 of 119 ms of a backup from beginning to end). A worker in production has the same sessions for days. What
a test sees is a connection of its own: nothing of the one before is left but what the server has read and prepared.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Self

import psycopg
from psycopg.abc import AdaptContext
from psycopg.adapt import AdaptersMap
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGconn

MOST_IDLE = 6
"""Of one kind on one database. A test of a burst has more, and closes them."""
_AS_NEW = (
    b"RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; UNLISTEN *; CLOSE ALL;"
    b" SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES"
)

_Place = tuple[str, ...]
_Idle = list[tuple[PGconn, Any]]
_IDLE: dict[_Place, dict[str, _Idle]] = {}
"""Database -> how it was connected to -> sessions, each with what its driver knows to be prepared."""


class WarmConnection(psycopg.AsyncConnection[Any]):
    """As its parent, but that `close` keeps the session where it is clean, and `opened` takes one that was kept."""

    _kept_in: _Idle | None = None

    @classmethod
    async def opened(cls, *, context: AdaptContext | None = None, **connecting: Any) -> Self:
        """As `connect`."""
        kinds = _IDLE.get(_place(connecting))
        if kinds is None:  # a server or a cable of the test's own
            return await cls.connect(context=context, **connecting)
        idle = kinds[repr(sorted(connecting.items()))]
        if idle:
            session, prepared = idle.pop()
            made = cls(session)
            made._prepared = prepared
            made._adapters = AdaptersMap(context.adapters) if context else None
        else:
            made = await cls.connect(context=context, **connecting)
        made._kept_in = idle
        return made

    async def close(self) -> None:
        idle = self._kept_in
        if idle is not None and len(idle) < MOST_IDLE and not hasattr(self, "_pool") and self._is_clean():
            self.pgconn.exec_(_AS_NEW)
            if self._is_clean():
                self._pool = None  # its __del__ would miss a `close`
                idle.append((self.pgconn, self._prepared))
                return
        await super().close()

    def _is_clean(self) -> bool:
        return self.pgconn.transaction_status == TransactionStatus.IDLE and self._pipeline is None


def _place(connecting: Mapping[str, Any]) -> _Place:
    return tuple(str(connecting.get(name)) for name in ("host", "port", "dbname"))


def keep(url: str) -> None:
    """From now on, the sessions on this database."""
    _IDLE[_place(conninfo_to_dict(url))] = defaultdict(list)


def backends_of(url: str) -> list[int]:
    """The process ids of the servers' side of the idle sessions."""
    kinds = _IDLE.get(_place(conninfo_to_dict(url)), {})
    return [session.backend_pid for idle in kinds.values() for session, _ in idle]


def close_idle(url: str) -> None:
    """Those on this database, and keep no other: before it is dropped, or where its settings change."""
    for idle in _IDLE.pop(_place(conninfo_to_dict(url)), {}).values():
        for session, _ in idle:
            session.finish()
