"""Lost attempts are looked for together: what it costs, whom it serves, and that nobody believes it for too long."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.azure.errors import AzureThrottled, AzureUnknown
from app.azure.values import AzureJob, JobListing, JobOutcome, VaultRef
from app.jobs.loops.activity_lookup import VaultLook
from app.jobs.loops.reconcile import BATCH, COMPANY
from app.jobs.loops.submit import LEASE
from app.jobs.queue import claims
from app.jobs.scheduling import look_soon
from app.jobs.work import Absent, AttemptOnRecord, Found, Ticket
from tests.jobs.lost_attempts import ask_for_backup, end_leases, look, send
from tests.restores.restore_requests import asked, backed_up
from tests.world import World

LISTS = r"/backupJobs$"
VAULT = VaultRef("s", "g", "v")
NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


async def die_with_everything(world: World) -> list[tuple[Ticket, UUID]]:
    """A worker claims all that is queued and dies: nothing was sent, leases have ended."""
    async with world.database.begin() as session:
        claimed = await claims.claim_queued(session, limit=200, lease=LEASE)
    await end_leases(world)
    return claimed


async def lost(world: World, items: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    jobs = [await ask_for_backup(world, item) for item in items for _ in range(count)]
    assert len(await die_with_everything(world)) == len(jobs)
    return jobs


async def resolve(world: World) -> int:
    """The loop, until nothing is due at once: how many lists it took."""
    before = world.requests
    while await world.loops["resolving"].run_once() == 0.0:
        pass
    return (world.requests - before)["list_jobs"]


@pytest.mark.parametrize("count", [1, 40])
async def test_what_was_lost_in_one_vault_costs_two_lists_however_much_it_is(world: World, count: int) -> None:
    jobs = await lost(world, [await world.item()], count)
    assert await resolve(world) == 2
    seen = [await look(world, job) for job in jobs]
    assert {(job["state"], job["waiting"]["reason"]) for job in seen} == {("submitting", "outcome_unknown")}
    assert world.triggers == []


async def test_what_was_lost_in_two_vaults_costs_two_lists_each(world: World) -> None:
    items = [await world.item("vm-web-01"), await world.item("vm-db-01", await world.vault(name="vault-two"))]
    await lost(world, items, 20)
    assert await resolve(world) == 4


async def test_a_claim_adds_lost_attempts_of_the_same_vaults_up_to_a_limit(world: World) -> None:
    """A batch has few vaults to look at, and leaves something for the other replicas."""
    item = await world.item()
    await lost(world, [item], BATCH + COMPANY + 1)
    before = world.requests
    assert await world.loops["resolving"].run_once() == 0.0, "more is due"
    assert (world.requests - before)["list_jobs"] == 2
    left = await world.rows("SELECT id FROM jobs WHERE state = 'submitting' AND due_at <= clock_timestamp()")
    assert len(left) == 1


async def test_one_look_serves_every_kind_of_job(world: World) -> None:
    item = await backed_up(world)
    jobs = [await ask_for_backup(world, item), await asked(world, item, "disks")]
    answer = await world.api.patch(f"/v1/protected-items/{item['id']}", json={"action": "pause"})
    jobs.append(answer.json())
    claimed = await die_with_everything(world)
    assert sorted(ticket.kind for ticket, _ in claimed) == ["backup", "pause", "restore"]
    assert await resolve(world) == 2


async def test_what_was_lost_in_the_paired_region_costs_two_lists_there_and_two_at_home(world: World) -> None:
    item = await backed_up(world)
    jobs = [await asked(world, item, "disks in the secondary region") for _ in range(12)]
    await die_with_everything(world)
    spent = await world.run("resolving")
    assert spent["list_jobs"] + spent["other_read"] == 4
    assert {(await look(world, job))["state"] for job in jobs} == {"submitting"}


async def test_in_one_look_some_are_found_some_are_sent_again_and_some_wait(world: World) -> None:
    """Each by its own age: the look is the same."""
    vault = await world.vault()
    items = [await world.item(vm, vault) for vm in ("vm-web-01", "vm-db-01", "vm-batch-01")]
    sent, old, young = [await ask_for_backup(world, item) for item in items]
    claimed = {str(ticket.id): (ticket, attempt_id) for ticket, attempt_id in await die_with_everything(world)}
    await send(world, *claimed[sent["id"]])
    await world.rows(
        "UPDATE attempts SET opened_at = opened_at - make_interval(secs => :age) WHERE id = :id RETURNING id",
        age=world.settings.settle_backup_seconds,
        id=claimed[old["id"]][1],
    )
    assert await resolve(world) == 2
    states = [(await look(world, job))["state"] for job in (sent, old, young)]
    assert states == ["running", "queued", "submitting"]


async def test_a_look_reaches_back_to_the_oldest_of_them(world: World) -> None:
    """The old one was sent and has ended hours ago; the young one alone would ask for its last minutes."""
    vault = await world.vault()
    items = [await world.item(vm, vault) for vm in ("vm-web-01", "vm-db-01")]
    old = await ask_for_backup(world, items[0])
    ((ticket, attempt_id),) = await die_with_everything(world)
    await send(world, ticket, attempt_id)
    await end_leases(world, age=6 * 3600)
    world.advance(6 * 3600)
    young = await ask_for_backup(world, items[1])
    await die_with_everything(world)
    assert await resolve(world) == 2
    assert [(await look(world, job))["state"] for job in (young, old)] == ["submitting", "running"]


@pytest.mark.parametrize(("status", "reason"), [(429, "throttled"), (503, "outcome_unknown")])
async def test_a_look_that_is_refused_is_asked_for_once_and_nothing_is_believed(
    world: World, status: int, reason: str
) -> None:
    jobs = await lost(world, [await world.item()], 10)
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)
    world.fault("GET", LISTS, "status_before", status=status, retry_after="60", times=50)
    assert await resolve(world) == 1
    seen = [await look(world, job) for job in jobs]
    assert {(job["state"], job["waiting"]["reason"]) for job in seen} == {("submitting", reason)}


async def test_the_next_batch_looks_for_itself(world: World) -> None:
    """What was seen for one batch was seen before the ages of the next were taken: it proves nothing there."""
    (job,) = await lost(world, [await world.item()], 1)
    assert await resolve(world) == 2
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)
    await world.make_due()
    assert await resolve(world) == 2
    assert (await look(world, job))["state"] == "queued"


async def test_what_falls_due_within_a_moment_is_waited_for(world: World) -> None:
    """A worker's claims do not end at one instant: the loop comes when the first of them has, and a moment later."""
    jobs = await lost(world, [await world.item()], 12)
    for number, job in enumerate(jobs):
        await world.rows(
            "UPDATE jobs SET lease_until = clock_timestamp() + make_interval(secs => 30 + :late) WHERE id = :id"
            " RETURNING id",
            late=number / 10,
            id=UUID(job["id"]),
        )
    pause = await world.loops["resolving"].run_once()
    assert pause is not None
    assert 31.2 < pause <= 30 + look_soon(world.settings.poll_seconds)


# --- the look itself -------------------------------------------------------------------------------------------------
class Slow:
    """Azure's lists, which come when they are let go."""

    def __init__(self, *activities: UUID) -> None:
        self.let_go = asyncio.Event()
        self.asked = 0
        self._jobs = tuple(
            AzureJob(str(uuid4()), str(one), "Backup", "InProgress", JobOutcome.RUNNING, None, None, None)
            for one in activities
        )

    async def list_in_progress(self, *_: Any, **__: Any) -> JobListing:
        self.asked += 1
        await self.let_go.wait()
        return JobListing(self._jobs, NOW)

    async def list_window(self, *_: Any, **__: Any) -> JobListing:
        self.asked += 1
        return JobListing(self._jobs, NOW)


def attempt() -> AttemptOnRecord:
    return AttemptOnRecord(uuid4(), NOW - timedelta(minutes=1), 60.0)


async def test_who_asks_while_the_look_is_under_way_waits_for_its_lists() -> None:
    attempts = [attempt() for _ in range(30)]
    azure = Slow(attempts[0].id)
    shared = VaultLook(azure, attempts)  # type: ignore[arg-type]
    asking = [asyncio.create_task(shared.find(VAULT, [one])) for one in attempts]
    await asyncio.sleep(0)
    azure.let_go.set()
    findings = await asyncio.gather(*asking)
    assert isinstance(findings[0], Found)
    assert findings[1:] == [Absent()] * 29
    assert azure.asked == 2


async def test_a_cancelled_waiter_does_not_cancel_the_shared_look() -> None:
    attempts = [attempt() for _ in range(3)]
    azure = Slow(attempts[1].id)
    shared = VaultLook(azure, attempts)  # type: ignore[arg-type]
    asking = [asyncio.create_task(shared.find(VAULT, [one])) for one in attempts]
    await asyncio.sleep(0)
    asking[0].cancel()
    azure.let_go.set()
    gone, found, absent = await asyncio.gather(*asking, return_exceptions=True)
    assert isinstance(gone, asyncio.CancelledError)
    assert isinstance(found, Found)
    assert absent == Absent()


async def test_what_is_asked_of_two_places_is_looked_for_in_both() -> None:
    azure = Slow()
    azure.let_go.set()
    shared = VaultLook(azure, [one := attempt()])  # type: ignore[arg-type]
    for region in (None, "eastus", None, "eastus"):
        assert await shared.find(VAULT, [one], region=region) == Absent()
    assert azure.asked == 4


async def test_a_refusal_is_everybodys_answer() -> None:
    class Refusing(Slow):
        async def list_in_progress(self, *_: Any, **__: Any) -> JobListing:
            self.asked += 1
            raise AzureThrottled("Later.", retry_after=60.0)

    azure, attempts = Refusing(), [attempt() for _ in range(5)]
    shared = VaultLook(azure, attempts)  # type: ignore[arg-type]
    heard = await asyncio.gather(*(shared.find(VAULT, [one]) for one in attempts), return_exceptions=True)
    assert [type(one) for one in heard] == [AzureThrottled] * 5
    assert azure.asked == 1


@pytest.mark.parametrize("broken", ["list_in_progress", "list_window"])
async def test_absence_is_believed_of_two_complete_lists_only(broken: str) -> None:
    """An entry that could not be read may be the one that is looked for, in whichever list it stands."""
    azure, attempts = Slow(there := uuid4()), [attempt()]
    azure.let_go.set()
    setattr(azure, broken, partial(_incomplete, getattr(azure, broken)))
    shared = VaultLook(azure, attempts)  # type: ignore[arg-type]
    with pytest.raises(AzureUnknown, match="never absence"):
        await shared.find(VAULT, attempts)
    seen = AttemptOnRecord(there, NOW - timedelta(minutes=1), 60.0)
    assert isinstance(await shared.find(VAULT, [seen]), Found), "but presence is"


async def _incomplete(listed: Callable[..., Awaitable[JobListing]], *what: Any, **more: Any) -> JobListing:
    return replace(await listed(*what, **more), complete=False)
