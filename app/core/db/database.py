"""The engine, the transaction block, and the declarative base.

`async with database.begin() as session:` is the only way to a session: the transaction is a visible block that
commits when it closes (a `yield` dependency would commit after the 202 has left: docs/decisions/0002). Services flush,
never commit.

Two walls separate tenants. The second one is here: every transaction begins by naming its tenant, and the server's
row-level security shows the API's role only that tenant's rows (docs/decisions/0009). A worker works for all tenants.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.resources import as_file, files
from typing import Any

import psycopg
from psycopg.errors import IdleInTransactionSessionTimeout, ReadOnlySqlTransaction
from sqlalchemy import (
    Connection,
    DateTime,
    MetaData,
    event,
    func,
    text,
)
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.pool import ConnectionPoolEntry

from app.core.db import notices
from app.core.db.notifier import Notification, Notifier
from app.core.errors import Unavailable
from app.core.fair_queue import FairQueue, QueueTimeout

NOW = func.clock_timestamp()
"""The database's clock, also inside a long transaction (in which `now()` does not change)."""

TZ = DateTime(timezone=True)

CONNECT_SECONDS = 3
CONNECTING: Mapping[str, Any] = {
    "connect_timeout": CONNECT_SECONDS,
    # After a failover behind one address, no new connection leads to a server that became a standby.
    "target_session_attrs": "read-write",
    # A server that vanished without a word is noticed after half a minute, not after the kernel's two hours.
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""How a connection is made, in libpq's words."""
POOL_WAIT_SECONDS = 5
ABANDONED_SECONDS = 30.0
"""Within a transaction only the database is waited for. So a transaction that is idle this long belongs to a process
that is frozen, paused or swapped out, or to a machine that vanished: the server ends it. A lease ends by itself;
without this limit a lock would last as long as the process is frozen, or until the server notices that the machine is
gone, which takes two hours."""


DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""What SQLAlchemy raises when Postgres cannot be reached or has dropped us: answered 503, retried by loops."""


RETRY_SECONDS = 2
"""Retry-After, in seconds, while the database is away or accepts no writes."""


class DatabaseBusy(Unavailable):
    """All connections to the database are in use."""

    code = "database_busy"

    def __init__(self) -> None:
        super().__init__(
            f"The database answers, but no connection to it became free within {POOL_WAIT_SECONDS} seconds.",
            remedy="Send the same request again after Retry-After; with an Idempotency-Key it happens once. Operators: "
            "see docs/operating.md, Many requests at once.",
            retry_after=RETRY_SECONDS,
        )


NOT_NOW = (*DATABASE_AWAY, DatabaseBusy)
"""What ends a transaction that may simply be tried again later."""


class DatabaseReadsOnly(Unavailable):
    """The database takes no writes."""

    code = "database_reads_only"

    def __init__(self, *, is_standby: bool | None = None) -> None:
        """`is_standby`: whether that is why; False = a primary that was set so; None = not checked, or it is away."""
        why = {
            True: "it is a standby",
            False: "it is no standby, but set to read only (default_transaction_read_only)",
            None: "it is a standby, or set to read only",
        }[is_standby]
        super().__init__(
            f"Postgres answers, but accepts no writes: {why}.",
            remedy="Send the same request again after Retry-After; with an Idempotency-Key it happens once. "
            "If it lasts: HOLDFAST_DATABASE_URL must lead to the primary, and the primary's disk must have room.",
            retry_after=RETRY_SECONDS,
        )


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def driver_url(url: str) -> str:
    """The URL for SQLAlchemy: psycopg 3 is the only driver, sync and async alike."""
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


def libpq_url(url: str) -> str:
    """The URL in psycopg's own form (LISTEN needs a connection outside SQLAlchemy)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


API_ROLE = "holdfast_api"
"""What the API may: the rows of the tenant that its transaction names, and no others."""
WORKER_ROLE = "holdfast_worker"
"""What a worker may: the rows of every tenant."""
TENANT_SETTING = "holdfast.tenant"
PLATFORM_SETTING = "holdfast.platform"
"""`on` shows tenants and members (nothing that belongs to one) to the look-up of a caller and to platform admins."""

NOTIFICATIONS = "notifications"
"""Where a session, and the connection of its transaction, keep what is sent after the commit."""

Settings = Mapping[str, str]
"""What a transaction says at its beginning, by the name of the setting."""


class _ScopedSession(Session):
    """Begins its transactions itself, together with what they say of themselves."""


@event.listens_for(_ScopedSession, "after_begin")
def _begin(session: Session, _: SessionTransaction, connection: Connection) -> None:
    """BEGIN and SET LOCAL in one round trip: a set_config() of its own makes a short transaction 40 % slower.

    The driver is in autocommit mode, so that it sends no BEGIN of its own; COMMIT and ROLLBACK are the driver's.
    """
    said = "".join(f"; SET LOCAL {name} = {_literal(value)}" for name, value in session.info["says"].items())
    connection.info[NOTIFICATIONS] = session.info[NOTIFICATIONS]
    adapter: Any = connection.connection.dbapi_connection
    adapter.run_async(lambda driver: driver.execute(f"BEGIN{said}"))


def _literal(value: str) -> str:
    """SET takes no parameters. Quoted so that it means the same with either value of `standard_conforming_strings`."""
    if "\0" in value:
        raise ValueError("Postgres takes no NUL")
    return "E'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _hear_of_events(dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
    """On a new connection: keep the server's notices of events for the commit of the transaction that wrote them."""

    def add(notification: Notification) -> None:
        record.info.get(NOTIFICATIONS, set()).add(notification)

    notices.listen(dbapi_connection.driver_connection, add)


def _notice_standby(context: ExceptionContext) -> BaseException | None:
    """A connection that can no longer write leads to a server that is no primary any more: treat it as lost.

    All connections of the pool are discarded with it, and new ones are opened to the present primary.
    """
    if not isinstance(context.original_exception, ReadOnlySqlTransaction):
        return None
    context.is_disconnect = True
    return OperationalError(context.statement, None, context.original_exception, connection_invalidated=True)


def _notice_abandoned(context: ExceptionContext) -> BaseException | None:
    """A transaction that the server ended for being idle counts as a lost connection, not as a bug."""
    if not isinstance(context.original_exception, IdleInTransactionSessionTimeout):
        return None
    context.invalidate_pool_on_disconnect = False
    return OperationalError(context.statement, None, context.original_exception, connection_invalidated=True)


def reads_only(error: BaseException) -> bool:
    """Whether this exception means that Postgres answers but accepts no writes.

    Either a statement was refused, or libpq refused a read-only server (`target_session_attrs`), which has no error
    code of its own.
    """
    cause = getattr(error, "orig", None)
    return isinstance(cause, ReadOnlySqlTransaction) or "session is read-only" in str(cause)


_REFUSED_WHERE_NOTHING_IS_WRITTEN = text("""
DO $$ BEGIN
    IF current_setting('transaction_read_only')::boolean THEN
        RAISE read_only_sql_transaction;
    END IF;
END $$
""")
"""What a write would meet, without one: so that connections which cannot write are given up as after a refused one."""


class Transactions:
    """Where transactions begin that all say the same of themselves: whose they are."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], says: Settings, notifier: Notifier, turns: FairQueue
    ) -> None:
        self._sessions = sessions
        self._says = says
        self._notifier = notifier
        self._turns = turns

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction, READ COMMITTED; commits at the end of the block, rolls back on any exception.

        Raises what DATABASE_AWAY names, or DatabaseBusy when others have had all connections for too long.
        """
        notifications: set[Notification] = set()
        said = {"says": self._says, NOTIFICATIONS: notifications}
        async with self._turn(), self._sessions(info=said) as session, session.begin():
            yield session
        self._notifier.notify_later(notifications)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        try:
            async with self._turns.turn(POOL_WAIT_SECONDS):
                yield
        except QueueTimeout as none:
            if none.others_went_on:
                raise DatabaseBusy from none
            # No connection was given back after an answer for that long: the database is away.
            raise PoolTimeoutError("no connection became free, and none was answered") from none


def tell_after_commit(session: AsyncSession, channel: str, payload: str) -> None:
    """NOTIFY once this transaction has committed (app/core/db/notifier.py says why not in it)."""
    session.info[NOTIFICATIONS].add((channel, payload))


class Database(Transactions):
    """One engine and its pool. Its own transactions name no tenant: under the API's role they see no tenant's rows."""

    def __init__(
        self, url: str, *, role: str = WORKER_ROLE, pool_size: int = 20, application_name: str = "holdfast"
    ) -> None:
        """`role`: the rights of its connections, with any login; the login must be a member of it."""
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            # No overflow: such a connection is closed when it comes back to a full pool, and one fsync lets ten come
            # back at once. Measured under load: a new server process for every 40 writes.
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,  # an error in the log names the statement, without the values that callers sent
            connect_args={
                **CONNECTING,
                "application_name": application_name,
                # A notice says that events were written (notices.py): a server may be set to send none.
                "options": f"-c role={role} -c client_min_messages=notice "
                f"-c idle_in_transaction_session_timeout={ABANDONED_SECONDS * 1000:.0f}",
            },
        )
        event.listen(self.engine.sync_engine, "connect", _hear_of_events)
        event.listen(self.engine.sync_engine, "handle_error", _notice_standby, retval=True)
        event.listen(self.engine.sync_engine, "handle_error", _notice_abandoned, retval=True)
        # expire_on_commit=False: what a handler answers with must not be fetched again after the commit.
        # synchronize_session=False: an UPDATE leaves loaded objects as they were read; what reads on refreshes them.
        sessions = async_sessionmaker(
            self.engine,
            expire_on_commit=False,
            sync_session_class=_ScopedSession,
            execution_options={"synchronize_session": False},
        )
        # As many turns as connections: it is in the turns that one waits, and never in the pool.
        turns = FairQueue(pool_size, failed=DATABASE_AWAY)
        super().__init__(
            sessions, {}, Notifier(libpq_url(url), connecting=CONNECTING, paced=(notices.EVENTS_CHANNEL,)), turns
        )

    def of_tenant(self, tenant: str) -> Transactions:
        """Transactions that see and write the rows of this tenant only."""
        return Transactions(self._sessions, {TENANT_SETTING: tenant}, self._notifier, self._turns)

    def of_platform(self) -> Transactions:
        """Transactions that see every tenant and its members, and nothing that belongs to a tenant."""
        return Transactions(self._sessions, {PLATFORM_SETTING: "on"}, self._notifier, self._turns)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which every statement is a transaction of its own. Raises what `begin` raises."""
        async with self._turn(), self.engine.connect() as connection:
            yield connection

    async def check_takes_writes(self) -> None:
        """Whether the database could be written to now; one round trip in a transaction.

        Raises DatabaseReadsOnly, which says why not, and what `begin` raises when the database is away. After either
        the connections that led there are given up.
        """
        try:
            async with self.begin() as session:
                await session.execute(_REFUSED_WHERE_NOTHING_IS_WRITTEN)
        except DATABASE_AWAY as error:
            if not reads_only(error):
                raise
            raise DatabaseReadsOnly(is_standby=await self._is_standby()) from error

    async def _is_standby(self) -> bool | None:
        """Read over a separate connection, which may be to a read-only server; None = it did not answer."""
        anywhere = {**CONNECTING, "target_session_attrs": "any"}
        try:
            async with await psycopg.AsyncConnection.connect(libpq_url(self.url), **anywhere) as connection:
                row = await (await connection.execute("SELECT pg_is_in_recovery()")).fetchone()
        except (psycopg.Error, OSError):
            return None
        return bool(row and row[0])

    async def aclose(self) -> None:
        await self._notifier.aclose()
        await self.engine.dispose()


def migrate(url: str) -> None:
    """Bring the database at `url` to the newest schema. Synchronous; safe to run from several processes at once."""
    from alembic import command  # noqa: PLC0415 - only `migrate` pays for importing Alembic
    from alembic.config import Config  # noqa: PLC0415

    with as_file(files("migrations")) as location:
        config = Config()
        config.set_main_option("script_location", str(location))
        config.attributes["url"] = driver_url(url)
        command.upgrade(config, "head")
