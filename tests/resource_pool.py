"""What is the same in every test of a process, and takes longer to make than most tests: made once, lent out in turn.

None of it knows anything of a test. An app keeps what it learns in `app.state`, which its start makes anew; a compiled
statement is what SQLAlchemy makes of a statement for Postgres, whichever database it is sent to.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from psycopg import _queries
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache
from starlette.datastructures import State

from app.core.db import database
from app.core.settings import Settings
from tests.warm_connections import WarmConnection

_IDLE: dict[Settings, list[FastAPI]] = defaultdict(list)


@contextmanager
def borrowed_app(settings: Settings, http: httpx.AsyncClient) -> Iterator[FastAPI]:
    """`create_app(settings, http=http)`, with what an earlier app of such settings has worked out of its routes.

    FastAPI looks at a route when it is first asked for, which costs about as much as ten requests. Two at a time are
    two apps; one that somebody has changed is not lent again.
    """
    from app.main import _lifespan, create_app  # noqa: PLC0415 - not every run of tests needs the API

    idle = _IDLE[settings.model_copy(update={"database_url": None})]
    app = idle.pop() if idle else create_app(settings, http=http)
    routes = list(app.router.routes)
    app.state = State()
    app.router.lifespan_context = _lifespan(settings, http)
    try:
        yield app
    finally:
        if app.router.routes == routes and not app.dependency_overrides:
            idle.append(app)


def remember_statements() -> None:
    """Engines made from now on share what they compile, and sessions. In production a process has one engine."""
    compiled: Any = LRUCache(5_000)

    def make(url: str, **options: Any) -> AsyncEngine:
        options["connect_args"] = {**options.get("connect_args", {}), "async_creator_fn": WarmConnection.opened}
        engine = create_async_engine(url, **options)
        engine.sync_engine._compiled_cache = compiled
        return engine

    # A memory's key has the dialect in it, and each engine has one of its own, which says the same as all others.
    dialect: Any = PGDialectAsync_psycopg
    dialect.__eq__ = lambda one, other: type(one) is type(other)
    dialect.__hash__ = lambda one: hash(type(one))
    vars(database)["create_async_engine"] = make
    # Psycopg parses a longer statement anew each time it is sent; a claim of ours takes 1.3 ms.
    vars(_queries).update(MAX_CACHED_STATEMENT_LENGTH=100_000, MAX_CACHED_STATEMENT_PARAMS=1_000)
