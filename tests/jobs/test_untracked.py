"""What Azure's schedule or another tool started is taken in once; what an attempt we gave up started is an orphan."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.azure.values import AzureJob, JobOutcome
from app.jobs.scheduling import idle_sweep
from app.jobs.sweep.untracked import settle_untracked
from app.jobs.sweep.watch import Watch
from app.wiring import ITEM_IDS
from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, look, send
from tests.jobs.untracked_steps import (
    an_entry,
    another_tool_backs_up,
    azures_own,
    restoring_across,
    retired_and_sent_again,
    slow_sweep,
)
from tests.vaults.vault_steps import REF
from tests.world import World


async def test_a_backup_that_another_tool_started_is_taken_in_and_followed_to_its_end(world: World) -> None:
    item = await world.item()
    await another_tool_backs_up(world)
    world.advance(60)
    await slow_sweep(world)
    (job,) = await azures_own(world, protected_item_id=item["id"])
    assert (job["kind"], job["state"], job["requested_by"]) == ("backup", "running", "azure")
    assert (job["resource"], job["vault_id"]) == (f"/v1/protected-items/{item['id']}", item["vault_id"])
    assert job["azure"]["job_id"] == world.triggers[0]["job_id"]
    world.advance(20_000)
    await slow_sweep(world)
    done = await look(world, job)
    assert done["state"] == "succeeded"
    assert done["result"]["recovery_point_time"] is not None
    item = (await world.api.get(f"/v1/protected-items/{item['id']}")).json()
    assert item["last_backup_status"] == "Completed"
    events = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    assert [event["observation"] for event in events] == ["taken_in", "ended_well"]


async def test_one_that_began_and_ended_between_two_looks_is_taken_in_with_its_failure(world: World) -> None:
    await world.item()
    world.fault("POST", r"/backup$", "fail_job")
    await another_tool_backs_up(world)
    world.advance(20_000)
    await slow_sweep(world)
    (job,) = await azures_own(world, state="failed")
    assert job["error"]["azure_code"] == "VMCreationTimeOutStorageErrorV2"
    assert job["finished_at"] is not None


async def test_what_was_taken_in_is_never_doubled_however_often_it_is_seen(world: World) -> None:
    await world.item()
    for _ in range(3):
        await another_tool_backs_up(world)
    world.simulator.world.options.change({"page_size": 2, "shuffle_pages": True, "duplicate_entries": True})
    for _ in range(4):
        world.advance(300)
        await slow_sweep(world)
    assert len(await azures_own(world)) == 3
    world.advance(20_000)
    for _ in range(2):
        await slow_sweep(world)
    assert [job["state"] for job in await azures_own(world)] == ["succeeded"] * 3


async def test_our_own_jobs_are_never_taken_for_azures(world: World) -> None:
    item = await world.item()
    await ask_for_backup(world, item)
    await world.loops["submitting"].run_once()
    world.advance(30)
    await slow_sweep(world)
    await world.settle()
    await slow_sweep(world)
    assert await azures_own(world) == []


async def test_a_quiet_vault_is_looked_at_with_two_requests_a_quarter_of_an_hour(world: World) -> None:
    await world.vault()
    await world.run_due()
    before = dict(world.simulator.world.truth.requests)
    await slow_sweep(world)
    after = dict(world.simulator.world.truth.requests)
    assert {name: after[name] - before[name] for name in after if after[name] != before[name]} == {
        "list_jobs": 1,
        "other_read": 1,  # of the vault itself: what was weakened from outside
    }
    (watch,) = await world.rows("SELECT extract(epoch FROM due_at - clock_timestamp()) AS due_in FROM vault_watches")
    idle = idle_sweep(world.settings.poll_seconds)
    assert idle * 0.9 < float(watch["due_in"]) <= idle


async def test_an_untracked_job_in_a_busy_vault_is_recorded_by_its_sweep_too(world: World) -> None:
    item = await world.item()
    await ask_for_backup(world, item)
    await world.run_due()
    await another_tool_backs_up(world)
    world.advance(30)
    await world.make_due()
    await world.run_due()
    assert len(await azures_own(world)) == 1


# --- orphans ---------------------------------------------------------------------------------------------------------


async def test_a_job_of_an_attempt_that_was_given_up_is_reported_and_cancelled(world: World) -> None:
    """A process frozen for longer than SETTLE between its last check and the send: no client can exclude it."""
    job, ticket, attempt_id = await retired_and_sent_again(world)
    await send(world, ticket, attempt_id)  # it wakes
    world.advance(30)
    for _ in range(2):
        await world.make_due()
        await world.run_due()
    events = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    (found,) = [event for event in events if event["observation"] == "orphan_found"]
    assert (found["attempt_id"], str(attempt_id) in found["detail"]) == (str(attempt_id), True)
    assert [event["observation"] for event in events if event["observation"].startswith("orphan_cancel")] == [
        "orphan_cancel_accepted"
    ]
    (own,) = await world.rows("SELECT * FROM audit_entries WHERE action = 'cancel_orphan'")
    assert (own["actor_object_id"], own["actor_issuer"], own["details"]["azure"]) == ("holdfast", "", "sent")
    assert "holdfast_orphans 1.0" in (await world.api.get("/metrics")).text
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded", "ours goes on as if nothing had happened"
    vault = next(iter(world.simulator.world.vaults.values()))
    orphan = next(entry for entry in vault.jobs.values() if entry.activity_id == str(attempt_id))
    assert orphan.cancel_asked is not None
    assert await azures_own(world) == []


async def test_a_retired_attempt_that_is_seen_before_anything_else_was_sent_is_simply_found(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    ticket, attempt_id = await claim_and_die(world)
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)
    await world.loops["resolving"].run_once()
    assert (await look(world, job))["state"] == "queued"
    await send(world, ticket, attempt_id)
    await slow_sweep(world)
    found = await look(world, job)
    assert (found["state"], found["azure"]["activity_id"]) == ("running", str(attempt_id))
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1


# --- restores in the paired region -----------------------------------------------------------------------------------


async def test_the_copy_of_a_restore_in_the_paired_region_is_not_taken_for_another_tools(world: World) -> None:
    job = await restoring_across(world)
    (vault,) = world.simulator.world.vaults.values()
    assert [entry.operation for entry in vault.jobs.values()].count("CrossRegionRestore") == 1
    await slow_sweep(world)  # before its operation has named the job: only the activity id can tell
    assert await azures_own(world) == []
    await world.settle()
    await slow_sweep(world)  # and after its end
    assert await azures_own(world) == []
    assert (await look(world, job))["state"] == "succeeded"
    assert await orphans(world) == 0


async def test_a_copy_under_another_id_is_neither_taken_in_nor_cancelled(world: World) -> None:
    """Azure was never seen to do this; but to cancel the copy would cancel the restore."""
    job = await restoring_across(world)
    await world.make_due()
    await world.run_due()
    running = await look(world, job)
    assert running["azure"]["job_id"]
    copy = an_entry("another-id", running["azure"]["activity_id"], "CrossRegionRestore")
    assert await meet(world, running["vault_id"], copy) == (0, 0)
    assert await orphans(world) == 0


async def test_an_activity_id_in_capitals_is_ours_all_the_same(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await world.loops["submitting"].run_once()
    (attempt,) = await world.rows("SELECT id FROM attempts WHERE job_id = :id", id=UUID(job["id"]))
    entry = an_entry("some-id", str(attempt["id"]).upper(), "Backup")
    assert await meet(world, job["vault_id"], entry) == (0, 0)
    assert await azures_own(world) == []


async def meet(world: World, vault_id: str, entry: AzureJob) -> tuple[int, int]:
    """What a sweep makes of an entry that no followed job stands for: (taken in, orphans)."""
    watch = Watch(UUID(vault_id), REF, 0, 0, datetime.now(UTC), tenant="t")
    async with world.database.begin() as session:
        return await settle_untracked(session, watch, [entry], ITEM_IDS)


async def test_a_job_that_azure_shows_late_is_applied_all_the_same_and_once(world: World) -> None:
    item = await world.item()
    (before,) = await world.rows("SELECT clock_timestamp() AS now, seen_until FROM vault_watches")
    now = before["now"]
    late = replace(
        an_entry("late", str(uuid4()), "Backup"),
        status="Completed",
        outcome=JobOutcome.SUCCEEDED,
        started_at=now - timedelta(hours=2),
        ended_at=now - timedelta(hours=1),
    )
    watch = Watch(UUID(item["vault_id"]), REF, 0, 0, now, tenant="t", seen_until=now)
    for owed in (now, None):
        await world.rows("UPDATE vault_watches SET items_owed_at = NULL RETURNING vault_id")
        async with world.database.begin() as session:
            await settle_untracked(session, watch, [late], ITEM_IDS, seen_at=now)
        (row,) = await world.rows("SELECT items_owed_at FROM vault_watches")
        assert row["items_owed_at"] == owed


async def orphans(world: World) -> int:
    return len(await world.rows("SELECT id FROM attempts WHERE state = 'orphaned'"))


async def test_a_repeated_write_that_changes_nothing_twice_is_no_orphan(world: World) -> None:
    """Protecting a VM: the first request arrived after all, the second one found its work done."""
    item = await world.item()
    (job,) = await world.rows("SELECT id, vault_id FROM jobs WHERE kind = 'protect'")
    attempt = uuid4()
    await world.rows(
        "INSERT INTO attempts (id, job_id, tenant, state) SELECT :attempt, id, tenant, 'retired' FROM jobs"
        " WHERE id = :job RETURNING id",
        attempt=attempt,
        job=job["id"],
    )
    assert await meet(world, item["vault_id"], an_entry("late", str(attempt), "ConfigureBackup")) == (0, 0)
    assert await orphans(world) == 0


# --- more than one attempt -------------------------------------------------------------------------------------------
async def given_up_and_tried_again(world: World) -> tuple[dict[str, Any], list[tuple[Any, UUID]]]:
    """Both workers died before they sent; the first attempt was believed absent, nobody knows about the second one."""
    job = await ask_for_backup(world, await world.item())
    first = await claim_and_die(world)
    await end_leases(world, age=world.settings.settle_backup_seconds + 1)
    await world.loops["resolving"].run_once()
    second = await claim_and_die(world)
    await end_leases(world)
    return job, [first, second]


async def states_of(world: World, job: dict[str, Any]) -> list[str]:
    rows = await world.rows("SELECT state FROM attempts WHERE job_id = :id ORDER BY opened_at", id=UUID(job["id"]))
    return [row["state"] for row in rows]


async def test_what_an_older_attempt_started_is_adopted_and_the_open_one_is_given_up(world: World) -> None:
    job, [first, second] = await given_up_and_tried_again(world)
    await send(world, *first)
    world.advance(30)
    await slow_sweep(world)
    assert await orphans(world) == 0, "which attempt happened is not decided yet: nothing is cancelled"
    await world.run("resolving")
    assert (await look(world, job))["azure"]["activity_id"] == str(first[1])
    assert await states_of(world, job) == ["found", "retired"]
    await send(world, *second)
    world.advance(30)
    await slow_sweep(world)
    assert await states_of(world, job) == ["found", "orphaned"], "done twice after all: nobody may miss it"


async def outcomes(world: World, *azure_job_ids: str) -> list[JobOutcome]:
    """As Azure shows them now."""
    return [(await world.azure.jobs.get(REF, job_id)).outcome for job_id in azure_job_ids]


async def test_while_a_person_decides_nothing_of_it_is_cancelled_and_then_what_is_left_is(world: World) -> None:
    job, [first, second] = await given_up_and_tried_again(world)
    for one in (first, second):
        await send(world, *one)
    await world.run("resolving")
    assert (await look(world, job))["state"] == "needs_attention"
    world.advance(30)
    await slow_sweep(world)
    await world.run_due()
    started = {one["client_request_id"]: one["job_id"] for one in world.triggers}
    adopted, left = started[str(first[1])], started[str(second[1])]
    assert await outcomes(world, adopted, left) == [JobOutcome.RUNNING, JobOutcome.RUNNING]
    body = {"action": "adopt", "azure_job_id": adopted, "reason": "the first one"}
    assert (await world.api.post(f"/v1/jobs/{job['id']}/resolve", json=body)).status_code == 202
    await slow_sweep(world)
    rows = await world.rows("SELECT id FROM attempts WHERE state = 'orphaned'")
    assert [row["id"] for row in rows] == [second[1]]
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert await outcomes(world, adopted, left) == [JobOutcome.SUCCEEDED, JobOutcome.CANCELLED]


async def test_an_orphan_is_never_adopted(world: World) -> None:
    """What is being cancelled must not become what the caller gets."""
    job, [first, _] = await given_up_and_tried_again(world)
    await send(world, *first)
    await world.rows("UPDATE attempts SET state = 'orphaned' WHERE id = :id RETURNING id", id=first[1])
    await world.run("resolving")
    assert (await look(world, job))["state"] == "submitting"
