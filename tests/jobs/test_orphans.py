"""Every Azure job that one request started too many is told of, counted and cancelled: each once, none twice."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.azure.values import AzureJob, JobOutcome, VaultRef
from app.jobs.sweep.untracked import settle_untracked
from app.jobs.sweep.watch import Watch
from app.wiring import ITEM_IDS
from tests.jobs.action_steps import events
from tests.jobs.lost_attempts import ask_for_backup, look, send
from tests.jobs.untracked_steps import azures_own, retired_and_sent_again, slow_sweep
from tests.world import DISKS, SUBSCRIPTION, World


async def told(world: World, job: dict[str, Any]) -> list[str]:
    """The lines of its history that tell of an orphan."""
    return [event["detail"] for event in await events(world, job) if event["observation"] == "orphan_found"]


async def asked_to_cancel(world: World, job: dict[str, Any]) -> list[str]:
    found = [event["detail"] for event in await events(world, job) if event["observation"] == "orphan_cancel_accepted"]
    return sorted(found)


async def ask_for_disks(world: World, item: dict[str, Any]) -> dict[str, Any]:
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}
    answer = await world.api.post("/v1/restores", json=body)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def counted(world: World) -> float:
    """As /metrics says."""
    lines = (await world.api.get("/metrics")).text.splitlines()
    return float(next(line.rpartition(" ")[2] for line in lines if line.startswith("holdfast_orphans ")))


async def sweeps(world: World, times: int = 3) -> None:
    for _ in range(times):
        world.advance(30)
        await slow_sweep(world)
        await world.run_due()


def of_attempt(world: World, attempt_id: UUID) -> list[str]:
    """What Azure really began for it, oldest first."""
    return [one["job_id"] for one in world.triggers if one["client_request_id"] == str(attempt_id)]


async def test_two_of_one_attempt_in_two_sweeps_are_told_of_counted_and_cancelled_once_each(world: World) -> None:
    job, ticket, attempt_id = await retired_and_sent_again(world)
    for number in (1, 2):
        await send(world, ticket, attempt_id)
        await sweeps(world)
        both = of_attempt(world, attempt_id)
        assert [any(one in line for line in await told(world, job)) for one in both] == [True] * number
        assert len(await told(world, job)) == number
        assert await asked_to_cancel(world, job) == sorted(both)
        assert await counted(world) == float(number)
    entries = await world.rows("SELECT details FROM audit_entries WHERE action = 'find_orphan'")
    assert sorted(entry["details"]["azure_job_id"] for entry in entries) == sorted(both)
    (vault,) = world.simulator.world.vaults.values()
    assert all(vault.jobs[one].cancel_asked is not None for one in both)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert await azures_own(world) == []


@pytest.mark.parametrize("kind", ["backup", "restore"])
async def test_what_a_429_was_answered_to_and_azure_did_all_the_same_is_an_orphan(world: World, kind: str) -> None:
    """docs/reliability.md, What is not promised: it happens twice, and the second is seen, counted and cancelled."""
    item = await world.item()
    if kind == "restore":
        await world.back_up(item)
    path = r"/backup$" if kind == "backup" else r"/restore$"
    before = len(world.triggers)
    world.fault("POST", path, "status_after", status=429, retry_after="60")
    job = await (ask_for_backup if kind == "backup" else ask_for_disks)(world, item)
    await world.run_due()
    assert (await look(world, job))["waiting"]["reason"] == "throttled"
    world.advance(61)
    await world.make_due()
    await world.run_due()
    first, second = world.triggers[before:]
    assert first["client_request_id"] != second["client_request_id"]
    await sweeps(world)
    (line,) = await told(world, job)
    assert first["job_id"] in line
    assert await asked_to_cancel(world, job) == [first["job_id"]]
    assert await counted(world) == 1.0
    await world.settle()
    ended = await look(world, job)
    assert (ended["state"], ended["azure"]["job_id"]) == ("succeeded", second["job_id"])
    assert await azures_own(world) == []


async def test_what_an_accepted_attempt_started_besides_is_an_orphan_each_and_the_job_is_none(world: World) -> None:
    """An Azure that carries one request out three times."""
    job = await ask_for_backup(world, await world.item())
    await world.run_due()
    world.advance(30)
    await world.make_due()
    await world.run_due()
    own = (await look(world, job))["azure"]["job_id"]
    (row,) = await world.rows("SELECT id FROM attempts WHERE job_id = :id", id=UUID(job["id"]))
    for number in (1, 2):
        await meet(world, job, [entry(f"besides-{number}", row["id"]), entry(own, row["id"])])
        await meet(world, job, [entry(f"BESIDES-{number}", row["id"]), entry("besides-1", row["id"])])
    assert len(await told(world, job)) == 2
    assert await counted(world) == 2.0
    orders = await world.rows("SELECT azure_job_id, tenant FROM cancellations ORDER BY azure_job_id")
    assert [order["azure_job_id"] for order in orders] == ["besides-1", "besides-2"]
    assert all(order["tenant"] for order in orders)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_one_that_has_ended_is_told_of_and_not_cancelled(world: World) -> None:
    job, _, attempt_id = await retired_and_sent_again(world)
    for number in (1, 2):
        assert await meet(world, job, [entry(f"over-{number}", attempt_id, JobOutcome.SUCCEEDED)]) == 1
        assert await meet(world, job, [entry(f"over-{number}", attempt_id, JobOutcome.SUCCEEDED)]) == 0
    assert (len(await told(world, job)), await counted(world)) == (2, 2.0)
    assert await world.rows("SELECT id FROM cancellations") == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(looks=st.lists(st.lists(st.sampled_from(["one", "two", "three", "TWO"]), max_size=4), min_size=1, max_size=5))
async def test_orphans_are_reported_once_in_any_order_of_sightings(world: World, looks: list[list[str]]) -> None:
    for table in ("attempts", "job_events", "jobs"):
        await world.rows(f"WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT * FROM gone")  # noqa: S608
    (row,) = await world.rows(
        "WITH job AS (INSERT INTO jobs (id, tenant, caller, requested_by, kind, state, ask, vault_id, azure_job_id,"
        " activity_id) SELECT gen_random_uuid(), 't', 'c', 'c', 'backup', 'running', '{}', gen_random_uuid(), 'own',"
        " gen_random_uuid() RETURNING id, tenant, vault_id)"
        " INSERT INTO attempts (id, job_id, tenant, state) SELECT gen_random_uuid(), id, tenant, 'retired' FROM job"
        " RETURNING id, job_id, (SELECT vault_id FROM job) AS vault_id"
    )
    job = {"id": str(row["job_id"]), "vault_id": str(row["vault_id"])}
    new = [await meet(world, job, [entry(one, row["id"]) for one in seen]) for seen in looks]
    each = {one.lower() for seen in looks for one in seen}
    assert sum(new) == len(each)
    assert await counted(world) == float(len(each))
    lines = await world.rows("SELECT 1 FROM job_events WHERE observation = 'orphan_found'")
    assert len(lines) == len(each)


def entry(job_id: str, attempt_id: UUID, outcome: JobOutcome = JobOutcome.RUNNING) -> AzureJob:
    status = "InProgress" if outcome is JobOutcome.RUNNING else "Completed"
    return AzureJob(job_id, str(attempt_id), "Backup", status, outcome, None, None, None)


async def meet(world: World, job: dict[str, Any], entries: Sequence[AzureJob]) -> int:
    """How many orphans a sweep finds that sees these."""
    watch = Watch(
        UUID(job["vault_id"]), VaultRef(SUBSCRIPTION, "rg-demo", "vault-demo"), 0, 0, datetime.now(UTC), tenant="t"
    )
    async with world.database.begin() as session:
        _, orphans = await settle_untracked(session, watch, entries, ITEM_IDS)
    return orphans
