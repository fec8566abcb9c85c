"""One test for each row of the crash table: whatever dies, wherever, a trigger happens once and the job ends.

The table stands in docs/architecture.md, When something dies. A process that dies between two statements
leaves what the statements before it committed: that is what these tests leave. tests/stories/test_killed_worker.py
kills real processes.
"""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from app.azure.sdk.transport import WRITE_ANSWER_SECONDS
from app.azure.values import BackupOrder, ItemRef, VaultRef, VmRef
from app.jobs import store
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import AttemptState, Observation, State
from app.jobs.loops.submit import LEASE, SEND_WITHIN_SECONDS
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from tests.callers import caller as somebody
from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, look, send
from tests.world import HOME, World


class Died(Exception):
    pass


async def test_before_the_commit_nothing_is_left_and_the_key_can_be_used_again(world: World) -> None:
    item = await world.item()
    order = BackupOrder(ItemRef(VaultRef("s", "g", "v"), VmRef("s", "g", "m")), world.services.clock.now())
    asked = Asked(somebody(HOME), "key-1", "hash-1")
    new = NewJob(JobKind.BACKUP, asked, {"order": str(order)}, "/v1/x", uuid4())
    with suppress(Died):
        async with world.database.begin() as session:
            await enqueue(session, new)
            raise Died
    assert await world.rows("SELECT id FROM jobs WHERE kind = 'backup'") == []
    assert await world.rows("SELECT id FROM job_events WHERE job_id NOT IN (SELECT id FROM jobs)") == []
    job = await ask_for_backup(world, item, **{"Idempotency-Key": "key-1"})
    assert job["state"] == "queued"


async def test_after_the_commit_any_worker_goes_on(world: World) -> None:
    item = await world.item()
    job = await ask_for_backup(world, item)
    async with world.serving():  # the API that took it is gone; another one and its worker come up
        await world.settle()
        assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1


async def test_died_before_sending_it_is_sent_once_after_settle(world: World) -> None:
    item = await world.item()
    job = await ask_for_backup(world, item)
    _, attempt_id = await claim_and_die(world)
    await end_leases(world)
    await world.step(0)
    waiting = await look(world, job)
    assert (waiting["state"], waiting["waiting"]["reason"]) == ("submitting", "outcome_unknown")
    assert world.triggers == [], "absent, but not for SETTLE yet: nobody may send"
    await end_leases(world, age=world.settings.settle_backup_seconds)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    (trigger,) = world.triggers
    assert trigger["client_request_id"] != str(attempt_id), "a retired id is never sent again"
    states = await world.rows("SELECT state FROM attempts WHERE job_id = :id ORDER BY opened_at", id=UUID(job["id"]))
    assert [row["state"] for row in states] == ["retired", "accepted"]


async def test_died_after_sending_azures_job_is_adopted_at_once(world: World) -> None:
    item = await world.item()
    job = await ask_for_backup(world, item)
    ticket, attempt_id = await claim_and_die(world)
    await send(world, ticket, attempt_id)
    await end_leases(world)
    await world.settle()
    ended = await look(world, job)
    assert ended["state"] == "succeeded"
    assert [trigger["client_request_id"] for trigger in world.triggers] == [str(attempt_id)]
    assert ended["azure"]["activity_id"] == str(attempt_id)


async def test_a_live_lease_is_left_alone(world: World) -> None:
    """The worker may only be slow: while its lease lasts nobody looks and nobody sends."""
    item = await world.item()
    job = await ask_for_backup(world, item)
    await claim_and_die(world)
    await world.step(0)
    assert (await look(world, job))["state"] == "submitting"
    assert world.triggers == []
    (event,) = await world.rows(
        "SELECT observation FROM job_events WHERE job_id = :id ORDER BY id OFFSET 1", id=UUID(job["id"])
    )
    assert event["observation"] == "claimed"


async def test_a_frozen_worker_that_wakes_after_its_claim_was_taken_over_writes_nothing(world: World) -> None:
    item = await world.item()
    job = await ask_for_backup(world, item)
    ticket, attempt_id = await claim_and_die(world)
    await send(world, ticket, attempt_id)
    await end_leases(world)
    await world.run_due()
    async with world.database.begin() as session:  # its late verdict: "not acted, send it again"
        written = await store.record(
            session,
            ticket,
            Observation.NOT_ACTED,
            values=store.not_waiting(),
            attempt=(attempt_id, AttemptState.NOT_ACTED),
        )
    assert written is None
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1


async def test_two_azure_jobs_with_one_attempt_need_a_person(world: World) -> None:
    item = await world.item()
    job = await ask_for_backup(world, item)
    ticket, attempt_id = await claim_and_die(world)
    await send(world, ticket, attempt_id)
    await send(world, ticket, attempt_id)  # not us: but if it were seen, nobody can tell which one is ours
    await end_leases(world)
    await world.step(0)
    stuck = await look(world, job)
    assert stuck["state"] == "needs_attention"
    events = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    assert events[-1]["observation"] == "ambiguous"
    assert "2 Azure jobs" in events[-1]["detail"]


async def test_after_the_verdict_another_worker_follows_by_the_stored_ids(world: World) -> None:
    item = await world.item()
    job = await ask_for_backup(world, item)
    await world.loops["submitting"].run_once()
    assert (await look(world, job))["state"] == "running"
    async with world.serving():  # everything that was in memory is gone
        await world.settle()
        assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1


async def test_died_between_the_azure_answer_and_the_settled_row_it_is_settled_by_the_next_look(world: World) -> None:
    item = await world.item()
    job = await ask_for_backup(world, item)
    await world.run_due()
    world.advance(20_000)
    await world.make_due()
    async with world.database.begin() as session:  # an observer claims the vault and dies
        await session.execute(
            text("UPDATE vault_watches SET fence = fence + 1, lease_until = clock_timestamp() + interval '120 seconds'")
        )
    await world.run_due()
    assert (await look(world, job))["state"] == "running", "the vault is leased: nobody else looks"
    async with world.database.begin() as session:
        await session.execute(text("UPDATE vault_watches SET lease_until = clock_timestamp()"))
    await world.settle()
    assert (await look(world, job))["state"] == State.SUCCEEDED


def test_the_lease_outlives_the_send_deadline_and_the_adapters_patience() -> None:
    """Else a live worker could lose its claim while its request is still on the way."""
    assert timedelta(seconds=SEND_WITHIN_SECONDS + WRITE_ANSWER_SECONDS) < LEASE


async def test_a_lost_attempt_is_looked_for_ever_more_seldom_and_once_settle_is_over(world: World) -> None:
    """Dozens of them, after a worker died, must not use up the lists that what runs is followed with."""
    await ask_for_backup(world, await world.item())
    await claim_and_die(world)
    settle = world.settings.settle_backup_seconds
    pauses = []
    for age in (4.0, 20.0, 80.0, settle - 110):
        await end_leases(world, age=age)
        await world.run("resolving")
        (row,) = await world.rows(
            "SELECT extract(epoch FROM due_at - clock_timestamp()) AS due_in FROM jobs WHERE state = 'submitting'"
        )
        pauses.append(float(row["due_in"]))
    assert pauses[0] < pauses[1] < pauses[2]
    assert 45 < pauses[2] <= 55
    assert pauses[3] < 10, "due when SETTLE is over, not much later"


async def test_a_job_that_shows_late_is_adopted_when_it_shows_and_nothing_else_is_sent(world: World) -> None:
    """Azure acted, the answer was lost, and its lists lag behind: absence is no proof before SETTLE."""
    item = await world.item()
    world.simulator.world.options.change({"job_list_lag_seconds": 100})
    world.fault("POST", r"/backup$", "drop_after")
    job = await ask_for_backup(world, item)
    await world.loops["submitting"].run_once()
    for _ in range(3):
        await world.step(20)
        assert (await look(world, job))["waiting"]["reason"] == "outcome_unknown"
    await world.step(60)
    found = await look(world, job)
    assert (found["state"], found["azure"]["activity_id"]) == ("running", world.triggers[0]["client_request_id"])
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1
