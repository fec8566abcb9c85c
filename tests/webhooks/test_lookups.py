"""A name server that is slow takes up its own tenant's look-ups only, and says nothing about a receiver by that."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from app.webhooks.lookups import Lookups, LookupsBusy
from app.webhooks.outgoing import NO_LOOKUP, Outgoing
from app.webhooks.shares import Shares

AT_ONCE = 4


class NameServer:
    """Answers names at once, but for those that begin with `slow`: these when it is let go."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.go = threading.Event()

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked[host] += 1
        if host.startswith("slow"):
            self.go.wait(30)
        if host.startswith("none"):
            raise OSError("no such name")
        return ["8.8.8.8"]


@pytest.fixture
def server() -> Iterator[NameServer]:
    found = NameServer()
    yield found
    found.go.set()


async def test_slow_names_of_one_tenant_leave_room_for_the_others(server: NameServer) -> None:
    lookups = Lookups(server, at_once=AT_ONCE)
    slow = [asyncio.create_task(lookups.addresses("one", f"slow{number}.example", 443)) for number in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(LookupsBusy):
        await lookups.addresses("one", "quick.example", 443)
    for tenant in ("two", "three", "two"):
        assert await lookups.addresses(tenant, "quick.example", 443) == ["8.8.8.8"]
    server.go.set()
    assert await asyncio.gather(*slow) == [["8.8.8.8"]] * 2
    assert await lookups.addresses("one", "quick.example", 443) == ["8.8.8.8"]


async def test_who_waits_for_the_same_name_shares_one_look_up_and_may_go_away(server: NameServer) -> None:
    lookups = Lookups(server, at_once=AT_ONCE)
    first, second = (asyncio.create_task(lookups.addresses("one", "slow.example", 443)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    server.go.set()
    assert await second == ["8.8.8.8"]
    assert server.asked == {"slow.example": 1}
    with pytest.raises(OSError, match="no such name"):
        await lookups.addresses("one", "none.example", 443)
    assert await lookups.addresses("one", "slow.example", 443) == ["8.8.8.8"], "the next one asks again"
    assert server.asked["slow.example"] == 2


async def test_what_finds_no_room_is_no_attempt(server: NameServer) -> None:
    outgoing = Outgoing(resolve=Lookups(server, at_once=1).addresses)
    waiting = asyncio.create_task(outgoing.check("https://slow.example/", "one"))
    await asyncio.sleep(0)
    async with outgoing.connections() as connections:
        found = await outgoing.send(connections, "https://quick.example/", "two", {}, "{}")
    assert (found.status, found.error, found.is_attempt) == (None, NO_LOOKUP, False)
    server.go.set()
    await waiting


async def test_without_a_thread_nothing_is_looked_up_and_no_place_is_lost(
    server: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    lookups = Lookups(server, at_once=1)
    with monkeypatch.context() as starved:
        starved.setattr(threading.Thread, "start", refuse)
        for _ in range(2):
            with pytest.raises(LookupsBusy):
                await lookups.addresses("one", "quick.example", 443)
    async with asyncio.timeout(10):
        assert await lookups.addresses("one", "quick.example", 443) == ["8.8.8.8"]


def test_a_tenant_holds_at_most_what_is_free_then() -> None:
    shares = Shares(128)
    taken = {tenant: sum(shares.take(tenant) for _ in range(200)) for tenant in "abcdefgh"}
    assert taken == {"a": 64, "b": 32, "c": 16, "d": 8, "e": 4, "f": 2, "g": 1, "h": 1}
    shares.give_back("a")
    assert [shares.take(tenant) for tenant in "ai"] == [False, True]


def test_what_is_left_for_a_tenant_is_what_it_can_take() -> None:
    for places in (1, 2, 3, 4, 7, 128):
        shares = Shares(places)
        for tenant in "abc":
            left = shares.left_for(tenant)
            assert [shares.take(tenant) for _ in range(left + 1)] == [True] * left + [False]
            assert shares.left_for(tenant) == 0


def test_who_is_full_with_some_more_is_known_before_they_are_held() -> None:
    shares = Shares(4)
    assert [*shares.full_with("a")] == []
    assert [*shares.full_with("aa")] == ["a"]
    assert sorted(shares.full_with("aabb")) == ["a", "b"]
    assert shares.free == 4
