"""Of the several Azure jobs of one policy change one is lost: it is asked for by its id, and a person is told which."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from app.simulator.progress import Job, Life
from tests.jobs.action_steps import events, resolve
from tests.jobs.missing_steps import jobs_of, patience, sweep_unseen_for
from tests.policies.policy_steps import SEVEN, azure_keeps, protect, put
from tests.world import World

VMS = ("vm-web-01", "vm-db-01", "vm-batch-01")


async def changed(world: World) -> tuple[dict[str, Any], list[Job]]:
    """A policy that three machines follow has been changed: our job, and Azure's three, which its operation named."""
    vault = await world.vault()
    policy = await world.policy(vault)
    await protect(world, vault, policy, *VMS)
    job: dict[str, Any] = (await put(world, policy, SEVEN)).json()
    await world.loops["submitting"].run_once()
    world.advance(30)
    await world.make_due()
    await world.loops["operations"].run_once()
    (row,) = await world.rows("SELECT azure_job_ids AS ids FROM jobs WHERE id = :id", id=UUID(job["id"]))
    assert len(row["ids"]) == len(VMS)
    return job, [jobs_of(world)[one] for one in row["ids"]]


async def state(world: World, job: dict[str, Any]) -> str:
    return str((await world.api.get(f"/v1/jobs/{job['id']}")).json()["state"])


def gets(world: World) -> int:
    return int(world.simulator.world.truth.requests["get_job"])


FAILURE = {"errorCode": 1, "errorTitle": "OneOfThree", "errorString": "No.", "recommendations": ["Wait."]}


async def test_it_is_put_before_a_person_with_what_the_others_came_to(world: World) -> None:
    job, [lost, failed, well] = await changed(world)
    failed.failure = FAILURE
    world.advance(600)
    del jobs_of(world)[lost.id]
    before = gets(world)
    await sweep_unseen_for(world, patience(world) - 60)
    assert (await state(world, job), gets(world) - before) == ("running", 0)
    await sweep_unseen_for(world, patience(world) + 60)
    assert gets(world) - before == 1, "the lists show the others"
    assert await state(world, job) == "needs_attention"
    last = (await events(world, job))[-1]
    assert last["observation"] == "ambiguous"
    assert f"Of its 3 Azure jobs, Azure does not know {lost.id} any more;" in last["detail"]
    assert f"The others: {failed.id} Failed, {well.id} Completed." in last["detail"]
    (entry,) = await world.rows("SELECT details FROM audit_entries WHERE action = 'ask_for_attention'")
    assert entry["details"]["why"] == last["detail"]


async def test_as_long_as_another_goes_on_nobody_is_asked(world: World) -> None:
    job, [lost, long, _] = await changed(world)
    long.life = Life(100_000)
    del jobs_of(world)[lost.id]
    for _ in range(2):
        await sweep_unseen_for(world, patience(world) + 60)
        assert await state(world, job) == "running"
    world.advance(200_000)
    await sweep_unseen_for(world, patience(world) - 60)
    assert await state(world, job) == "running", "and then not at once"
    await sweep_unseen_for(world, patience(world) + 60)
    assert await state(world, job) == "needs_attention"


async def test_what_lists_do_not_show_is_followed_by_its_ids_to_its_end(world: World) -> None:
    job, [_, failed, _] = await changed(world)
    failed.failure = FAILURE
    world.advance(600)
    world.simulator.world.options.change({"job_list_lag_seconds": 10_000_000})
    await sweep_unseen_for(world, patience(world) + 60)
    assert await state(world, job) == "failed", "the worst of them says how it ended"


async def test_one_that_goes_on_by_its_id_alone_goes_on(world: World) -> None:
    job, [lost, long, _] = await changed(world)
    long.life = Life(100_000)
    world.simulator.world.options.change({"job_list_lag_seconds": 10_000_000})
    del jobs_of(world)[lost.id]
    await sweep_unseen_for(world, patience(world) + 60)
    assert await state(world, job) == "running"
    before = gets(world)
    await sweep_unseen_for(world, patience(world) - 60)
    assert gets(world) == before, "seen a while ago"


async def test_no_person_is_asked_while_azure_cannot_be_read(world: World) -> None:
    job, [lost, *_] = await changed(world)
    world.advance(600)
    del jobs_of(world)[lost.id]
    world.fault("GET", r"/backupJobs/[^/]+$", "status_before", status=503)
    await sweep_unseen_for(world, patience(world) + 60)
    assert await state(world, job) == "running"


async def test_of_hundreds_the_line_names_those_that_are_lost_and_the_worst_of_the_others(world: World) -> None:
    job, [lost, failed, _] = await changed(world)
    failed.failure = FAILURE
    well = [replace(lost, id=f"well-{n}", activity_id=str(uuid4())) for n in range(200)]
    gone = [f"gone-{n}" for n in range(20)]
    jobs_of(world).update({one.id: one for one in well})
    names = [*gone, *(one.id for one in well), failed.id]
    await world.rows(
        "UPDATE jobs SET azure_job_ids = cast(:names AS jsonb) WHERE id = :id RETURNING id",
        names=json.dumps(names),
        id=UUID(job["id"]),
    )
    world.advance(600)
    before = gets(world)
    await sweep_unseen_for(world, patience(world) + 60)
    assert gets(world) - before == 8, "enough to know"
    detail = (await events(world, job))[-1]["detail"]
    assert f"Of its 221 Azure jobs, Azure does not know {', '.join(gone[:8])} any more;" in detail
    assert f"The others: {failed.id} Failed, well-" in detail
    assert detail.endswith("and 181 more that ended no worse; 12 were not read.")
    assert len(detail) < 1500


async def lost_one(world: World) -> tuple[dict[str, Any], Job]:
    job, [lost, *_] = await changed(world)
    world.advance(600)
    del jobs_of(world)[lost.id]
    await sweep_unseen_for(world, patience(world) + 60)
    assert await state(world, job) == "needs_attention"
    return job, lost


async def test_the_change_can_be_sent_anew_and_what_comes_back_then_is_no_orphan(world: World) -> None:
    job, lost = await lost_one(world)
    assert (await resolve(world, job, action="retry")).json()["state"] == "queued"
    jobs_of(world)[lost.id] = lost
    await world.settle()
    assert (await state(world, job), azure_keeps(world)) == ("succeeded", 7)
    assert "orphan_found" not in [event["observation"] for event in await events(world, job)]


async def test_the_lost_one_can_be_adopted_when_it_is_back_and_no_other_one_can(world: World) -> None:
    job, lost = await lost_one(world)
    other = next(one.id for one in jobs_of(world).values() if one.operation == "ConfigureBackup")
    refused = await resolve(world, job, action="adopt", azure_job_id=other)
    assert (refused.status_code, "not among the 3" in refused.json()["detail"]) == (422, True)
    jobs_of(world)[lost.id] = lost
    assert (await resolve(world, job, action="adopt", azure_job_id=lost.id)).json()["state"] == "running"
    await world.settle()
    assert await state(world, job) == "succeeded"


async def test_a_person_who_has_seen_the_policy_in_azure_may_take_it_as_it_is(world: World) -> None:
    job, _ = await lost_one(world)
    assert (await resolve(world, job, action="adopt")).json()["state"] == "running"
    await world.settle()
    assert (await state(world, job), azure_keeps(world)) == ("succeeded", 7)
