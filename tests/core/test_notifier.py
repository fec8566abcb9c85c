"""What is told after a commit: together, soon, and never of what was rolled back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest
from sqlalchemy import text

from app.core.db.database import CONNECTING, Database, libpq_url, tell_after_commit
from app.core.db.notifier import Notifier
from app.core.db.notify import Listener, read_work_payload, work_payload


class Heard:
    def __init__(self) -> None:
        self.all: list[tuple[str, str]] = []
        self._more = asyncio.Event()

    def hear(self, channel: str, payload: str) -> None:
        self.all.append((channel, payload))
        self._more.set()

    async def until(self, payload: str, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while [heard for _, heard in self.all].count(payload) < times:
                self._more.clear()
                await self._more.wait()


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Heard]:
    heard, ready = Heard(), asyncio.Event()
    listener = Listener(url, channels=("doors",), on_notify=heard.hear, on_connect=ready.set)
    task = asyncio.create_task(listener.run())
    await ready.wait()
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.aclose()


async def tell_and_fail(database: Database) -> None:
    async with database.begin() as session:
        tell_after_commit(session, "doors", "rolled back")
        raise ZeroDivisionError


async def test_what_was_committed_is_told_and_what_was_rolled_back_is_not(database: Database) -> None:
    async with listening(database.url) as heard:
        with pytest.raises(ZeroDivisionError):
            await tell_and_fail(database)
        async with database.begin() as session:
            tell_after_commit(session, "doors", "committed")
            await session.execute(text("SELECT 1"))
            assert heard.all == []
        await heard.until("committed")
    assert heard.all == [("doors", "committed")]


async def test_who_hears_it_sees_what_was_committed(database: Database) -> None:
    async with listening(database.url) as heard:
        async with database.begin() as session:
            written = (await session.execute(text("SELECT pg_current_xact_id()::text"))).scalar_one()
            tell_after_commit(session, "doors", "written")
        await heard.until("written")
        async with database.begin() as session:
            status = await session.execute(text("SELECT pg_xact_status(CAST(:xid AS xid8))"), {"xid": written})
            assert status.scalar_one() == "committed"


async def test_a_thousand_commits_are_told_of_a_few_times_and_the_last_one_is_among_them(database_url: str) -> None:
    notifier = Notifier(libpq_url(database_url), connecting=CONNECTING)
    async with listening(database_url) as heard:
        for number in range(1000):
            notifier.notify_later([("doors", "open")])
            if number % 50 == 0:
                await asyncio.sleep(0)
        notifier.notify_later([("doors", "last")])
        await heard.until("last")
    await notifier.aclose()
    assert heard.all.count(("doors", "last")) == 1
    assert heard.all.count(("doors", "open")) < 50


async def test_a_paced_channel_is_told_at_once_then_seldom_and_the_last_one_is_told(database_url: str) -> None:
    notifier = Notifier(libpq_url(database_url), connecting=CONNECTING, paced=("doors",))
    async with listening(database_url) as heard:
        notifier.notify_later([("doors", "open")])
        await heard.until("open")
        for _ in range(200):
            notifier.notify_later([("doors", "open")])
            await asyncio.sleep(0)
        await heard.until("open", times=2)
        assert heard.all.count(("doors", "open")) < 100
        notifier.notify_later([("doors", "other")])  # each for itself
        await heard.until("other")
        before = heard.all.count(("doors", "open"))
        notifier.notify_later([("doors", "open")])
        await notifier.aclose()  # whether or not its pause is over
        await heard.until("open", times=before + 1)


async def test_it_rings_again_after_its_connection_was_cut(database_url: str) -> None:
    notifier = Notifier(libpq_url(database_url), connecting=CONNECTING)
    async with listening(database_url) as heard:
        notifier.notify_later([("doors", "before")])
        await heard.until("before")
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other:
            cut = await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'holdfast-notifier' AND datname = current_database()"
            )
            assert await cut.fetchall() == [(True,)]
        notifier.notify_later([("doors", "after")])
        await heard.until("after")
    await notifier.aclose()


async def test_a_bell_that_nobody_can_hear_holds_up_nobody(database_url: str) -> None:
    notifier = Notifier(libpq_url(database_url).replace("/holdfast_test_", "/no_such_"), connecting=CONNECTING)
    notifier.notify_later([("doors", "open")])
    await notifier.aclose()


async def test_closing_tells_what_is_still_to_be_told(database_url: str) -> None:
    notifier = Notifier(libpq_url(database_url), connecting=CONNECTING)
    async with listening(database_url) as heard:
        notifier.notify_later([("doors", "goodbye")])
        await notifier.aclose()
        await heard.until("goodbye")


@pytest.mark.parametrize(
    ("within", "payload", "read"),
    [(0.0, "operations", 0.0), (0.02, "operations", 0.0), (2.0, "operations 2.0", 2.0), (2.04, "operations 2.0", 2.0)],
)
def test_a_payload_says_which_loop_and_when(within: float, payload: str, read: float) -> None:
    assert work_payload("operations", within) == payload
    assert read_work_payload(payload) == ("operations", read)


def test_a_payload_of_another_version_names_no_loop() -> None:
    assert read_work_payload("operations soon") == ("", 0.0)
