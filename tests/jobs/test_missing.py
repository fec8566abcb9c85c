"""A job that Azure took on and shows no more: asked for by its id, and put before a person when it is nowhere."""

from uuid import UUID

import pytest

from app.azure.values import JobOutcome
from tests.jobs.action_steps import events, resolve, running_restore
from tests.jobs.lost_attempts import look
from tests.jobs.missing_steps import AGO, jobs_of, patience, sweep_unseen_for
from tests.vaults.vault_steps import REF
from tests.whole import some_of
from tests.world import VAULT, World

UNREACHABLE = f"UPDATE jobs SET waiting_since = {AGO} WHERE waiting_reason = 'azure_unreachable' RETURNING id"  # noqa: S608


async def test_a_job_that_azure_has_lost_is_put_before_a_person_and_not_shown_as_running_for_ever(world: World) -> None:
    job = await running_restore(world)
    lost = (await look(world, job))["azure"]["job_id"]
    del jobs_of(world)[lost]
    await sweep_unseen_for(world, patience(world) - 60)
    assert (await look(world, job))["state"] == "running", "absent from two lists is not known yet"
    await sweep_unseen_for(world, patience(world) + 60)
    assert (await look(world, job))["state"] == "needs_attention"
    last = (await events(world, job))[-1]
    assert (last["observation"], lost in last["detail"]) == ("ambiguous", True)
    (entry,) = await world.rows("SELECT details FROM audit_entries WHERE action = 'ask_for_attention'")
    assert lost in entry["details"]["why"]


async def test_what_was_lost_can_be_sent_anew_and_what_comes_back_then_is_an_orphan(world: World) -> None:
    job = await running_restore(world)
    azure = jobs_of(world)
    lost = azure.pop((await look(world, job))["azure"]["job_id"])
    await sweep_unseen_for(world, patience(world) + 60)
    again = (await resolve(world, job, action="retry")).json()
    assert (again["state"], again["azure"]["job_id"], again["waiting"]) == ("queued", None, None)
    await world.step(5)
    running = await look(world, job)
    assert (running["state"], running["azure"]["job_id"] != lost.id) == ("running", True)
    azure[lost.id] = lost
    await world.step(5)
    assert "orphan_found" in [event["observation"] for event in await events(world, job)]
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    orphan, wanted = [await world.azure.jobs.get(REF, one) for one in (lost.id, running["azure"]["job_id"])]
    assert (orphan.outcome, wanted.outcome) == (JobOutcome.CANCELLED, JobOutcome.SUCCEEDED)


async def test_what_was_lost_can_be_adopted_when_it_is_back_or_given_up(world: World) -> None:
    job = await running_restore(world)
    azure = jobs_of(world)
    lost = azure.pop((await look(world, job))["azure"]["job_id"])
    await sweep_unseen_for(world, patience(world) + 60)
    assert (await resolve(world, job, action="adopt", azure_job_id=lost.id)).status_code == 422
    azure[lost.id] = lost
    assert (await resolve(world, job, action="adopt", azure_job_id=lost.id)).json()["state"] == "running"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"


async def test_what_lists_do_not_show_is_followed_by_its_id_to_its_end(world: World) -> None:
    job = await running_restore(world)
    world.simulator.world.options.change({"job_list_lag_seconds": 10_000_000})
    assert (await sweep_unseen_for(world, patience(world) + 60))["get_job"] == 1
    assert (await look(world, job))["state"] == "running"
    assert (await sweep_unseen_for(world, 60))["get_job"] == 0, "seen a moment ago: not asked for again"
    world.advance(20_000)
    await sweep_unseen_for(world, patience(world) + 60)
    assert (await look(world, job))["state"] == "succeeded"


@pytest.mark.parametrize("status", some_of([429, 500, 503], short=1))
async def test_no_person_is_asked_while_azure_cannot_be_read(world: World, status: int) -> None:
    job = await running_restore(world)
    del jobs_of(world)[(await look(world, job))["azure"]["job_id"]]
    world.fault("GET", r"/backupJobs/[^/]+$", "status_before", status=status)
    await sweep_unseen_for(world, patience(world) + 60)
    assert (await look(world, job))["state"] == "running"


async def test_what_another_tool_started_is_nobodys_to_decide_about(world: World) -> None:
    job = await running_restore(world)
    await world.rows("UPDATE jobs SET origin = 'azure' WHERE id = :id RETURNING id", id=UUID(job["id"]))
    del jobs_of(world)[(await look(world, job))["azure"]["job_id"]]
    await sweep_unseen_for(world, patience(world) + 60)
    assert (await look(world, job))["state"] == "running"


# --- operations without a job ----------------------------------------------------------------------------------------
async def test_an_operation_that_azure_has_forgotten_is_put_before_a_person_who_has_it_looked_up_anew(
    world: World,
) -> None:
    """A vault was being created when everything of ours was down for days: its operation is on record no more."""
    job = (await world.api.post("/v1/vaults", json=VAULT)).json()
    world.fault("GET", r"/operationStatus/", "status_before", status=404, times=1000)
    await world.run_due()
    world.advance(4000)
    for age in (0.0, patience(world) - 60):
        await unreachable_for(world, age)
        assert (await look(world, job))["state"] == "running", "a 404 may be a young vault's"
    await unreachable_for(world, patience(world) + 60)
    assert (await look(world, job))["state"] == "needs_attention"
    world.simulator.faults.waiting.clear()
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued"
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.simulator.world.vaults) == 1


async def unreachable_for(world: World, seconds: float) -> None:
    """One look, so long after the first that came to nothing."""
    await world.rows(UNREACHABLE, seconds=seconds)
    await world.run("operations")
