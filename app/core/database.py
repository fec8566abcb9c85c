"""The engine, the transaction block, and the declarative base.

`async with database.begin() as session:` is the only way to a session: the transaction is a visible block that
commits when it closes (a `yield` dependency would commit after the 202 has left: docs/decisions/0002). Services flush,
never commit.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import as_file, files

from sqlalchemy import MetaData
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

CONNECT_SECONDS = 3
POOL_WAIT_SECONDS = 5

DATABASE_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)
"""What SQLAlchemy raises when Postgres cannot be reached or has dropped us: answered 503, retried by loops."""


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
    """The URL as psycopg itself takes it (LISTEN needs a connection of its own)."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class Database:
    """One engine and its pool."""

    def __init__(self, url: str, *, pool_size: int = 20, application_name: str = "holdfast") -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            driver_url(url),
            pool_size=pool_size,
            # No overflow: such a connection is closed when it comes back to a full pool, and one fsync lets ten come
            # back at once. Measured under load: a new server process for every 40 writes.
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": application_name},
        )
        # expire_on_commit=False: what a handler answers with must not be fetched again after the commit.
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction, READ COMMITTED; commits at the end of the block, rolls back on any exception."""
        async with self._sessions.begin() as session:
            yield session

    async def aclose(self) -> None:
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
