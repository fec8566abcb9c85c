"""Who begins: many at once, no tenant waits for the whole round of another, and people go first."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from app.azure.gate import RequestClass, at_low_priority
from app.azure.sdk.budget_classes import metered
from app.jobs.models import Job
from app.restore_tests import approvals
from app.restore_tests.models import RestoreTestRun
from app.restore_tests.runs import store
from tests.restore_tests.round_steps import begun, defined, fleet, isolated, runs, worker_of
from tests.world import HOME, World

T0 = datetime(2026, 1, 31, tzinfo=UTC)
FULL = store.MOST_AT_ONCE


def test_tenants_share_the_places_evenly() -> None:
    assert [store.share_of(tenants) for tenants in (0, 1, 2, 3, FULL, 5 * FULL)] == [FULL, FULL, 50, 34, 1, 1]


@pytest.mark.parametrize("wanted", ["restore_test", "restore", "tear_down"])
def test_a_tenant_that_wants_a_second_person_for_a_part_of_a_test_is_asked_for_the_whole(wanted: str) -> None:
    assert approvals.is_needed({wanted})
    assert not approvals.is_needed({"delete_data"})


def test_what_a_test_asks_takes_no_budget_of_others() -> None:
    item = f"/subscriptions/{UUID(int=1)}/resourceGroups/r/providers/Microsoft.RecoveryServices/vaults/v/x/y"
    asked = [("POST", f"{item}/restore"), ("GET", item), ("DELETE", item.replace("RecoveryServices", "Compute"))]
    with at_low_priority():
        assert {metered(*one, "").request_class for one in asked} == {RequestClass.RESTORE_TEST}
    assert RequestClass.RESTORE_TEST not in {metered(*one, "").request_class for one in asked}


async def restoring(world: World, **by_tenant: int) -> None:
    """So many restores of tests run, beside the round that is looked at."""
    await world.rows("DELETE FROM restore_test_runs WHERE machine_id = 'made up' RETURNING id")
    for tenant, count in by_tenant.items():
        await world.rows(
            "INSERT INTO restore_test_runs (id, tenant, restore_test_id, job_id, position, state, vm_id, machine_id, "
            "protected_item_id) SELECT gen_random_uuid(), :tenant, gen_random_uuid(), gen_random_uuid(), 0, "
            "'restoring', '/vm', 'made up', gen_random_uuid() FROM generate_series(1, :count) RETURNING id",
            tenant=HOME if tenant == "mine" else tenant,
            count=count,
        )


async def has_turn(world: World) -> bool:
    async with world.database.begin() as session:
        first = select(RestoreTestRun).where(RestoreTestRun.state == "waiting", RestoreTestRun.position == 0)
        run = (await session.scalars(first)).one()
        job = await session.get_one(Job, run.job_id)
        return await store.is_its_turn(session, store.Held(run, job, None, None, run.created_at))


async def test_a_hundred_run_at_once_and_each_tenant_has_its_share(world: World) -> None:
    await fleet(world, 3)
    await isolated(world)
    job = await begun(world, await defined(world, selector={"resource_groups": ["rg-demo"]}, max_in_flight=2))
    await world.run_due()
    for others, mine, expected in ((99, 0, True), (100, 0, False), (50, 49, True), (20, 50, False), (0, 99, True)):
        await restoring(world, **{"tenant-other": others, "mine": mine})
        assert await has_turn(world) is expected, (others, mine)
    await restoring(world)
    loop = worker_of(world)
    await loop.run_once()
    found = sorted(run["state"] for run in await runs(world, job=job["id"]))
    assert found == ["restoring", "restoring", "waiting"], "side by side, at one look"
    restores = await world.rows("SELECT is_background FROM jobs WHERE kind = 'restore'")
    assert [row["is_background"] for row in restores] == [True, True]
    async with world.database.begin() as session:
        run = (await session.scalars(select(RestoreTestRun).where(RestoreTestRun.state == "restoring").limit(1))).one()
        await store.call_waiting(session, store.Held(run, await session.get_one(Job, run.job_id), None, None, T0))
    due = "SELECT due_at <= clock_timestamp() AS is_due FROM restore_test_runs WHERE state = 'waiting'"
    assert await world.rows(due) == [{"is_due": True}], "a free place calls the next one at once"
