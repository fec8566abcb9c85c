"""What a worker does between a claim and its end: whose turn it is, and that no result is lost on the way."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.core.db.database import Database, DatabaseBusy, libpq_url
from app.core.events.models import Event
from app.core.secret_box import SecretBox
from app.webhooks.lookups import LookupsBusy
from app.webhooks.outgoing import Outgoing
from app.webhooks.sending import delivering, delivery_rows, enqueueing
from app.webhooks.sending.delivering import NOT_MADE, DeliverLoop, Sending, Turn
from app.webhooks.sending.enqueueing import New
from app.wiring import event_body
from tests.webhooks.receiver import Got, Receiver, Reply
from tests.webhooks.webhook_steps import USUAL, deliver, hand_out, happen, later, log_of, make, sender
from tests.world import SECRETS_KEY, World

OTHER = "tenant-two"
WAITING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
async def home(world: World) -> World:
    await world.api.get("/v1/me")  # makes the home tenant
    return world


def of_few_places(home: World, at_once: int) -> DeliverLoop:
    calls = Outgoing(simulator=True, pace=USUAL)
    sending = Sending(home.database, calls, SecretBox((SECRETS_KEY,)), event_body, USUAL)
    return DeliverLoop(sending, at_once=at_once)


def make_for_other(home: World, url: str) -> None:
    with psycopg.connect(libpq_url(home.database.url), autocommit=True) as connection:
        connection.execute("INSERT INTO tenants (id, name, grants) VALUES (%s, 'two', '[]')", [OTHER])
        connection.execute(
            "INSERT INTO webhooks (id, tenant, url, types, due_at, secret) VALUES "
            "(gen_random_uuid(), %s, %s, '[\"holdfast.job.*\"]', 'infinity', (SELECT secret FROM webhooks LIMIT 1))",
            [OTHER, url],
        )


async def test_a_tenant_whose_receivers_all_hang_leaves_places_to_the_others(home: World) -> None:
    async def hang(_got: Got) -> Reply:
        await done.wait()
        return Reply()

    done = asyncio.Event()
    loop = of_few_places(home, 4)
    async with Receiver(hang) as slow, Receiver() as quick:
        for _ in range(6):
            await make(home, slow.url)
        make_for_other(home, quick.url)
        await happen(home, "a")
        await hand_out(home)
        pieces, _ = await loop.start(4)
        hanging = [asyncio.create_task(piece) for piece in pieces]
        assert len(hanging) == 2, "half of the places"
        more, due_in = await loop.start(2)
        assert not more
        assert due_in is None or due_in > 0, "it is not looked again and again for what may not be claimed"
        await happen(home, "b", tenant=OTHER)
        await hand_out(home)
        pieces, _ = await loop.start(2)
        assert len(pieces) == 1
        async with asyncio.timeout(10):
            await pieces[0]
        assert [got.event["subject"] for got in quick.got] == ["/v1/jobs/b"]
        done.set()
        await asyncio.gather(*hanging)
        pieces, _ = await loop.start(4)
        assert len(pieces) == 2, "places that became free are had by the next ones"
        await asyncio.gather(*pieces)


class FailingCommits:
    """A database whose transactions end with these errors, one after another; then with none."""

    def __init__(self, errors: int) -> None:
        self.errors = errors

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        yield
        if self.errors:
            self.errors -= 1
            raise OperationalError("COMMIT", {}, Exception())


async def test_a_claim_that_is_not_committed_takes_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    async def claim_one(*_: Any) -> list[Any]:
        return [SimpleNamespace(id=uuid4(), tenant="a", fence=1)]

    async def due_now(*_: Any) -> float:
        return 0.0

    monkeypatch.setattr(delivering, "claim", claim_one)
    monkeypatch.setattr(delivering, "seconds_until_due", due_now)
    database = cast("Database", FailingCommits(3))
    loop = DeliverLoop(Sending(database, Outgoing(), SecretBox(()), event_body), at_once=3)
    for _ in range(3):
        with pytest.raises(OperationalError):
            await loop.start(2)
    looks = [await loop.start(2) for _ in range(4)]
    assert [(len(pieces), due_in) for pieces, due_in in looks] == [(1, 0.0)] * 3 + [(0, None)], "full: a turn wakes it"
    for pieces, _ in looks:
        for piece in pieces:
            piece.close()


async def test_a_request_that_hangs_stops_no_other_resource_however_long_the_turn_is(
    home: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wait_for_b(got: Got) -> Reply:
        if got.event["subject"].endswith("/b"):
            b_came.set()
            return Reply()
        monkeypatch.setattr(delivering, "LONGEST_TURN", timedelta())
        await happen(home, "b")
        await hand_out(home)
        async with asyncio.timeout(10):
            await b_came.wait()
        return Reply()

    b_came = asyncio.Event()
    async with Receiver(wait_for_b) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await deliver(home)
        assert [one["state"] for one in await log_of(home, hook)] == ["delivered"] * 2


async def test_a_turn_ends_in_time_where_others_may_wait(home: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "LONGEST_TURN", timedelta())
    async with Receiver() as receiver:
        await make(home, receiver.url)
        await happen(home, "a")
        await hand_out(home)
        await of_few_places(home, 1).run_once()
        assert receiver.got == []
        await of_few_places(home, 4).run_once()
        assert len(receiver.got) == 1


async def test_a_turn_that_stands_still_does_not_keep_its_lease(home: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "STANDSTILL", timedelta(seconds=-1))
    sending = Sending(home.database, Outgoing(), SecretBox(()), event_body, USUAL)
    async with sending.outgoing.connections() as connections:
        assert await Turn(sending, uuid4(), 0, connections, lambda: 60.0).renew() is None


async def test_what_was_sent_is_written_though_the_database_is_busy_for_a_while(
    home: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[Exception] = [DatabaseBusy(), *(OperationalError("", {}, Exception()) for _ in range(6))]
    record = delivery_rows.record

    async def in_trouble(*arguments: Any) -> None:
        if troubles:
            raise troubles.pop()
        await record(*arguments)

    monkeypatch.setattr(delivering, "record", in_trouble)
    monkeypatch.setattr(delivering, "LONGEST_RETRY_SECONDS", 0.05)
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "b")
        await deliver(home)
        assert troubles == []
        assert len(receiver.got) == 2
        assert [one["state"] for one in await log_of(home, hook)] == ["delivered"] * 2


async def test_who_adds_and_who_records_never_wait_for_each_other(home: World, monkeypatch: pytest.MonkeyPatch) -> None:
    record, troubles = delivery_rows.record, []

    async def watched(*arguments: Any) -> None:
        try:
            await record(*arguments)
        except OperationalError as error:
            troubles.append(error)
            raise

    def is_waiting() -> bool:
        with psycopg.connect(libpq_url(home.database.url)) as connection:
            return bool(connection.execute(WAITING).fetchall())

    monkeypatch.setattr(delivering, "record", watched)
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "a", "b")
        await hand_out(home)
        await happen(home, "a", "b")
        async with home.database.begin() as adding:
            newest = select(Event).order_by(Event.position.desc()).limit(2)
            behind_b, behind_a = [New(UUID(hook["id"]), event) for event in await adding.scalars(newest)]
            await enqueueing.hold_queue(adding)
            await enqueueing.enqueue(adding, [behind_a])
            sending = asyncio.create_task(sender(home).run_once())
            async with asyncio.timeout(20):
                while not is_waiting():  # noqa: ASYNC110 - the server tells no one
                    await asyncio.sleep(0.01)
            await enqueueing.enqueue(adding, [behind_b])
        await sending
        assert troubles == []
        assert [one["state"] for one in await log_of(home, hook)].count("delivered") >= 2


async def test_an_event_that_cannot_be_written_takes_no_other_with_it(home: World) -> None:
    def fail_a(event: Event, _types: Collection[str]) -> str:
        if event.resource_id == "a":
            raise ValueError("no body")
        return event_body(event)

    calls = Outgoing(simulator=True)
    loop = DeliverLoop(Sending(home.database, calls, SecretBox((SECRETS_KEY,)), fail_a, USUAL))
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "b", "c")
        await hand_out(home)
        await loop.run_once()
        assert len(receiver.got) == 2
        bad, *others = await log_of(home, hook)
        assert [one["state"] for one in others] == ["delivered"] * 2
        assert (bad["state"], bad["attempts"][0]["error"]) == ("pending", NOT_MADE)
    (row,) = await home.rows("SELECT failures FROM webhooks")
    assert row["failures"] == 0, "that says nothing about the receiver"


async def test_what_there_was_no_room_for_is_no_attempt_and_comes_soon(home: World) -> None:
    async def resolve(_tenant: str, _host: str, _port: int) -> Sequence[str]:
        if is_busy:
            raise LookupsBusy
        return ["127.0.0.1"]

    is_busy = False
    calls = Outgoing(simulator=True, resolve=resolve)
    home.replace_services(webhook_calls=calls)
    async with Receiver() as receiver:
        hook = await make(home, f"http://receiver.example:{receiver.port}/")
        await happen(home, *"abcdef")
        is_busy = True
        await deliver(home, outgoing=calls)
        assert {(one["state"], len(one["attempts"])) for one in await log_of(home, hook)} == {("pending", 0)}
        (row,) = await home.rows(
            "SELECT w.failures, w.paused_until, max(d.tries) AS tries, count(d.first_at) AS begun, "
            "max(extract(epoch FROM d.due_at - clock_timestamp())) AS due FROM webhooks AS w "
            "JOIN webhook_deliveries AS d ON d.webhook_id = w.id GROUP BY w.id"
        )
        assert (row["failures"], row["paused_until"], row["tries"], row["begun"]) == (0, None, 0, 0)
        assert row["due"] <= 1.5 * USUAL.no_room
        is_busy = False
        await later(home, hook)
        await sender(home, outgoing=calls).run_once()
        assert len(receiver.got) == 6


OK, CHUNKED = b"HTTP/1.1 200 OK\r\n", b"Transfer-Encoding: chunked\r\n\r\n"
HANGING = {
    "in the status line": b"HTTP/1.1 20",
    "in a header": OK + b"Content-Le",
    "in the body": OK + b"Content-Length: 100\r\n\r\nx",
    "in a chunk": OK + CHUNKED + b"5\r\nab",
    "after many words that it goes on": b"HTTP/1.1 100 Continue\r\n\r\n" * 1000,
    "in a body of another version, without a length": b"HTTP/9.9 200 OK\r\n\r\n",
}
NO_HTTP = "the answer is no HTTP"
ODD: dict[str, tuple[bytes, int | None, str | None]] = {
    "a body that never ends": (OK + CHUNKED + b"1\r\nx\r\n" * 5000, 200, None),
    "another protocol": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", None, NO_HTTP),
    "a chunk without a size": (OK + CHUNKED + b"ZZ\r\nab\r\n", None, NO_HTTP),
    "a chunk that is longer than it says": (OK + CHUNKED + b"1\r\nabcdef\r\n0\r\n\r\n", None, NO_HTTP),
    "no HTTP": (b"\x16\x03\x01\x00\xff\r\n\r\n", None, NO_HTTP),
    "a header of 1 MB": (OK + b"X: " + b"x" * 2**20 + b"\r\n\r\n", None, NO_HTTP),
    "headers without an end": (OK + b"X: y\r\n" * 200_000, None, NO_HTTP),
    "two lengths": (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", None, NO_HTTP),
    "a length that is no number": (OK + b"Content-Length: -1\r\n\r\n", None, NO_HTTP),
    "an odd Retry-After": (b"HTTP/1.1 503 X\r\nRetry-After: \xff\xfe\r\nContent-Length: 0\r\n\r\n", 503, None),
    "bytes that are no text": (OK + b"Content-Length: 4\r\n\r\n\x00\xff\xd8\x00", 200, None),
}


async def attempts_at(home: World, answers: Sequence[bytes], seconds: float) -> list[dict[str, Any]]:
    """What came of an attempt at each of these answers."""

    async def answer(got: Got) -> bytes:
        number: int = got.event["number"]
        return answers[number]

    def body(event: Event, _types: Collection[str]) -> str:
        return f'{{"number": {event.data["number"]}}}'

    pace = replace(USUAL, timeout=seconds, failures_to_open=99, at_once=len(answers))
    async with Receiver(answer) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, *(f"r{number}" for number in range(len(answers))))
        await hand_out(home)
        calls = Outgoing(simulator=True, pace=pace)
        await DeliverLoop(Sending(home.database, calls, SecretBox((SECRETS_KEY,)), body, pace)).run_once()
    found = [one["attempts"][0] for one in await log_of(home, hook)]
    await home.api.delete(f"/v1/webhooks/{hook['id']}")
    return found


async def test_an_answer_of_any_kind_is_bounded_and_read_as_what_it_is(home: World) -> None:
    late = await attempts_at(home, list(HANGING.values()), 0.3)
    assert {(one["status"], one["error"]) for one in late} == {(None, "no complete answer within 0.3 s")}
    said = await attempts_at(home, [answer for answer, _, _ in ODD.values()], USUAL.timeout)
    found = dict(zip(ODD, said, strict=True))
    assert {name: (one["status"], one["error"]) for name, one in found.items()} == {
        name: (status, error) for name, (_, status, error) in ODD.items()
    }
    assert found["a body that never ends"]["body"] == "x" * 1024
    assert found["bytes that are no text"]["body"] == "\ufffd" * 4
