"""Lists of restores at size: each filter reads a range of an index until the page is full."""

from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import psycopg
import pytest

from app.core.http.pages import encode_cursor
from app.restores.service import RestoreFilter, list_restores
from tests.database import cloned
from tests.jobs.plan_checks import complaints
from tests.jobs.plan_reader import Reader, ago
from tests.many_jobs import ITEM_ID, RARE_LABEL, RARE_REFERENCE, TENANT, put_many_jobs, put_their_restores

JOBS = 20_000
DAYS = 10
PAGE = 50
MIDDLE = encode_cursor("restores", str(UUID(int=int((ago(days=DAYS / 2)).timestamp() * 1000) << 80)))
ASKS: dict[str, tuple[RestoreFilter, str | None]] = {
    "nothing": (RestoreFilter(), None),
    "nothing, deep": (RestoreFilter(), MIDDLE),
    "item": (RestoreFilter(protected_item_id=[ITEM_ID]), None),
    "state": (RestoreFilter(state=["succeeded"]), None),
    "state, deep": (RestoreFilter(state=["succeeded"]), MIDDLE),
    "rare state": (RestoreFilter(state=["needs_attention"]), None),
    "several states": (RestoreFilter(state=["succeeded", "failed", "queued"]), None),
    "reference": (RestoreFilter(reference=RARE_REFERENCE), None),
    "label": (RestoreFilter(label=RARE_LABEL), None),
    "label and state": (RestoreFilter(label=RARE_LABEL, state=["failed"]), None),
}


@pytest.fixture(scope="module")
def filled(template_database_url: str) -> Iterator[str]:
    with cloned(template_database_url) as url:
        with psycopg.connect(url) as connection:
            put_many_jobs(connection, jobs=JOBS, days=DAYS)
            put_their_restores(connection)
        yield url


@pytest.fixture
async def reader(filled: str) -> AsyncIterator[Reader]:
    opened = Reader(filled)
    yield opened
    await opened.database.aclose()


async def said_of(reader: Reader, name: str, *, without: str | None = None) -> list[str]:
    wanted, cursor = ASKS[name]
    async with reader.asking(TENANT, without=without) as session:
        await list_restores(session, TENANT, wanted, limit=PAGE, cursor=cursor)
        # Of a rare label Postgres may read the restores whole, which are few; never the jobs or their labels.
        reads = JOBS if wanted.label else 5 * PAGE
        return [one for plan in await reader.plans(session) for one in complaints(plan, reads=reads)]


async def test_every_filter_of_restores_reads_an_index_and_little_else(reader: Reader) -> None:
    assert {name: said for name in ASKS if (said := await said_of(reader, name))} == {}


async def test_each_index_of_their_jobs_is_there_for_a_reason(reader: Reader) -> None:
    assert await said_of(reader, "state", without="ix_jobs_restores_state")
