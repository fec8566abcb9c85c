"""What is remembered of a caller's rights: for how long, and what makes it be forgotten."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from app.core.db.database import API_ROLE, Database
from app.core.db.mode import Mode
from app.identity.access import membership_cache as access_module
from app.identity.access.caller import TenantMembership
from app.identity.access.membership_cache import FRESH_SECONDS, Access
from app.identity.access.permissions import Permission
from app.identity.errors import NotAMember
from app.identity.tokens.principal import Principal
from tests.approvals.people import PEOPLE, TENANT, add_people, membership_id

DANA = PEOPLE["own"].principal


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock for what is remembered alone, that moves when told."""
    clock = SimpleNamespace(now=1_000.0)
    monkeypatch.setattr(access_module, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
async def worker(database_url: str) -> AsyncIterator[Database]:
    """Its role may change memberships, and sends no notification."""
    opened = Database(database_url)
    async with opened.begin() as session:
        await add_people(session)
    yield opened
    await opened.aclose()


async def no_home(_: object, __: Principal) -> None:
    """Of a directory that nobody lets in."""


@pytest.fixture
async def access(database_url: str, worker: Database) -> AsyncIterator["Slow"]:
    del worker
    opened = Database(database_url, role=API_ROLE)
    yield Slow(opened, ruling_issuer=None, mode=Mode(simulator=True), make_home=no_home)
    await opened.aclose()


class Slow(Access):
    """Stops behind a look-up while it is told to."""

    held: asyncio.Event | None = None
    looked: int = 0

    async def _look_up(self, principal: Principal) -> Sequence[TenantMembership]:
        found = await super()._look_up(principal)
        self.looked += 1
        if self.held is not None:
            await self.held.wait()
        return found


async def looks_of(access: Slow, number: int) -> None:
    """Wait until it has read the database so many times."""
    async with asyncio.timeout(20):
        while access.looked < number:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0)


async def shut_out(worker: Database) -> None:
    async with worker.begin() as session:
        await session.execute(text("DELETE FROM members WHERE id = :id"), {"id": membership_id("own")})


async def tenant_of(access: Access) -> str:
    return (await access.caller(DANA, None, Permission.VAULTS_READ)).tenant


async def test_a_membership_change_without_notification_is_known_after_five_seconds(
    access: Slow, worker: Database, clock: SimpleNamespace
) -> None:
    assert await tenant_of(access) == TENANT
    await shut_out(worker)
    clock.now += FRESH_SECONDS - 0.1
    assert await tenant_of(access) == TENANT
    assert access.looked == 1
    clock.now += 0.2
    with pytest.raises(NotAMember):
        await tenant_of(access)
    assert FRESH_SECONDS == 5.0, "docs/tenants.md says so"


async def test_a_notified_membership_change_is_known_at_once(
    access: Slow, worker: Database, clock: SimpleNamespace
) -> None:
    del clock
    assert await tenant_of(access) == TENANT
    await shut_out(worker)
    access.forget()
    with pytest.raises(NotAMember):
        await tenant_of(access)


async def test_what_was_read_before_a_change_and_comes_after_it_is_not_remembered(
    access: Slow, worker: Database, clock: SimpleNamespace
) -> None:
    del clock
    access.held = asyncio.Event()
    asking = asyncio.create_task(tenant_of(access))
    await looks_of(access, 1)
    await shut_out(worker)
    access.forget()
    access.held.set()
    assert await asking == TENANT  # this request came before the change
    with pytest.raises(NotAMember):
        await tenant_of(access)


async def test_who_is_known_is_bounded(access: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_module, "LIMIT", 2)
    for who in ("own", "a", "b", "own", "a"):
        await access.caller(PEOPLE[who].principal, None, Permission.VAULTS_READ)
        assert len(access._known) <= 2
        assert len(access._callers) <= 2


async def test_requests_that_come_together_share_one_look(access: Slow) -> None:
    access.held = asyncio.Event()
    together = [asyncio.create_task(access.memberships_of(DANA)) for _ in range(20)]
    hangs_up = together.pop(0)  # the one for whom the query began
    await looks_of(access, 1)
    hangs_up.cancel()
    access.held.set()
    found = await asyncio.gather(*together)
    assert access.looked == 1
    assert all(one is found[0] for one in found)
    assert [membership.tenant for membership in found[0]] == [TENANT]


async def test_a_request_after_a_change_does_not_share_the_look_before_it(access: Slow, worker: Database) -> None:
    access.held = asyncio.Event()
    before = asyncio.create_task(access.memberships_of(DANA))
    await looks_of(access, 1)
    await shut_out(worker)
    access.forget()
    after = asyncio.create_task(access.memberships_of(DANA))
    await looks_of(access, 2)
    access.held.set()
    assert len(await before) == 1
    assert await after == []


async def test_a_look_that_fails_fails_for_all_who_share_it_and_is_not_kept(
    access: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(access.mode, "check", away)
        found = await asyncio.gather(*(access.memberships_of(DANA) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [ConnectionError] * 3
    assert len(await access.memberships_of(DANA)) == 1


async def test_a_request_does_not_share_a_look_that_began_too_long_ago(
    access: Slow, worker: Database, clock: SimpleNamespace
) -> None:
    access.held = asyncio.Event()
    before = asyncio.create_task(access.memberships_of(DANA))
    await looks_of(access, 1)
    await shut_out(worker)  # and no word of it reaches this process
    clock.now += FRESH_SECONDS + 1
    after = asyncio.create_task(access.memberships_of(DANA))
    await looks_of(access, 2)
    access.held.set()
    assert len(await before) == 1
    assert await after == []
