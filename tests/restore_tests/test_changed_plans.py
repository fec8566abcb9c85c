"""A round of a plan does what was asked for, and not what its plan has since; and what it made goes."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.restore_tests.models import RestoreTestRun
from app.restore_tests.runs import ending
from tests.recovery_runs.run_steps import TEMPLATE, lead, made
from tests.restore_tests.round_steps import begun, control, fleet, isolated, run_tests, runs
from tests.restore_tests.test_plans import REHEARSE, followed
from tests.world import HOME, World

SELECTED = {"name": "all", "selector": {"resource_groups": ["rg-demo"]}}


async def test_a_round_of_a_plan_leaves_nothing_when_the_plan_or_the_round_changes(world: World) -> None:
    """In one world: the plan is changed, an item comes later, its round is cancelled, its item goes."""
    await fleet(world, 2)
    await isolated(world)
    await control(world, "seed", resource_groups=[{"name": "rg-tested", "location": "westus"}])
    plan = await made(world, SELECTED, target={"recover": TEMPLATE, "rehearse": REHEARSE})
    body = {"name": "shop", "plan_id": plan["id"], "levels": ["restored"]}
    test = (await world.api.post("/v1/restore-tests", json=body)).json()
    await _plan_is_changed(world, test, plan)
    await _an_item_comes_later(world, test)
    await control(world, "truth/inventory")
    await _cancelled_before_the_run_follows_its_restore(world, test)
    await _item_is_gone(world, test)
    await _its_round_ended_before_its_rehearsal(world, test)
    inventory = await control(world, "truth/inventory", "GET")
    assert (inventory["appeared"], inventory["gone"]) == ([], [])


async def _restores(world: World) -> int:
    return len((await control(world, "truth", "GET"))["restores"])


async def _plan_is_changed(world: World, test: Any, plan: Any) -> None:
    job = await begun(world, test)
    changed = {"waves": [{**plan["waves"][0], "name": "front"}]}
    path = f"/v1/recovery-plans/{plan['id']}"
    assert (await world.api.patch(path, json=changed, headers={"If-Match": "*"})).status_code == 200
    await world.run_due()
    await run_tests(world)
    await run_tests(world)
    first, second = await runs(world, job=job["id"])
    assert {(run["state"], run["outcome"]) for run in (first, second)} == {("ended", "not_proven")}, first["waits_for"]
    assert "plan was changed" in first["detail"]
    assert "plan was changed" in second["detail"]
    assert (await world.api.get("/v1/recovery-runs")).json()["items"] == []


async def _an_item_comes_later(world: World, test: Any) -> None:
    moved = "UPDATE protected_items SET tenant = :tenant WHERE vm_id LIKE '%/t-2' RETURNING tenant"
    (row,) = await world.rows("SELECT tenant FROM protected_items WHERE vm_id LIKE '%/t-2'")
    assert await world.rows(moved, tenant="not yet adopted")
    job = await begun(world, test)
    assert await world.rows(moved, tenant=row["tenant"])
    found = await followed(world, job)
    assert [run["outcome"] for run in found] == ["proven"], found
    assert await _restores(world) == 1, "of the VM that the round was asked for"


async def _sent(world: World, test: Any) -> Any:
    """A round whose restores were sent, and whose runs do not follow them yet."""
    before = await _restores(world)
    job = await begun(world, test)
    await world.run_due()
    await run_tests(world)
    await lead(world)
    assert await _restores(world) == before + 2
    assert {run["restore"] for run in await runs(world, job=job["id"])} == {None}
    return job


async def _cancelled_before_the_run_follows_its_restore(world: World, test: Any) -> None:
    job = await _sent(world, test)
    await _what_a_person_gives_up_is_named(world, job)
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    found = await followed(world, job)
    assert [(run["outcome"], run["left"]) for run in found] == [("not_proven", [])] * 2
    assert all(run["restore"] for run in found), "each had one"


async def _what_a_person_gives_up_is_named(world: World, job: Any) -> None:
    """Its rehearsal makes a machine for each, although no run follows it yet. Looked at, and taken back."""
    mine = select(RestoreTestRun).where(RestoreTestRun.job_id == UUID(job["id"])).order_by(RestoreTestRun.position)
    async with world.database.begin() as session:
        before = (await session.scalars(mine)).all()
        assert [run.machine_id for run in before] == [None, None]
        async with session.begin_nested() as taken_back:
            await ending.close_round(session, UUID(job["id"]), HOME, "failed")
            found = (await session.scalars(mine.execution_options(populate_existing=True))).all()
            left = [(len(run.left), run.left[0]["id"] == run.machine_id, run.restore_id is None) for run in found]
            await taken_back.rollback()
    assert left == [(1, True, False)] * 2


async def _item_is_gone(world: World, test: Any) -> None:
    job = await _sent(world, test)
    assert await world.rows("UPDATE protected_items SET tenant = 'other' WHERE vm_id LIKE '%/t-1' RETURNING id")
    found = {run["vm_id"].rpartition("/")[2]: run for run in await followed(world, job)}
    gone = found["t-1"]
    assert (gone["outcome"], gone["left"]) == ("not_proven", []), gone
    assert gone["restore"] is not None
    assert found["t-2"]["outcome"] == "proven"


async def _its_round_ended_before_its_rehearsal(world: World, test: Any) -> None:
    """As when a person gives it up: what the rehearsal has not begun never begins."""
    before = await _restores(world)
    job = await begun(world, test)
    await world.run_due()
    await run_tests(world)
    async with world.database.begin() as session:
        await ending.close_round(session, UUID(job["id"]), HOME, "failed")
    ended = "UPDATE jobs SET state = 'failed', finished_at = now(), error = '{}' WHERE id = :id RETURNING id"
    assert await world.rows(ended, id=job["id"])
    await run_tests(world)
    for _ in range(3):
        await lead(world)
    (newest, *_) = (await world.api.get("/v1/recovery-runs")).json()["items"]
    assert newest["state"] == "cancelled"
    assert await _restores(world) == before
