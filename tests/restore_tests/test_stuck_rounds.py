"""A run, a test or a statement that cannot go on stops no other one, and each end of a run is told."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.azure.errors import AzureUnknown
from app.core.db.database import DatabaseBusy
from app.restore_tests import service
from app.restore_tests.runs import ending, looks, store
from tests.approvals.decisions import require
from tests.restore_tests.round_steps import begun, defined, fleet, isolated, machine_of, run_tests, runs
from tests.restore_tests.test_schedules import SCHEDULE, decided, over
from tests.world import HOME, World

SELECTED = {"selector": {"resource_groups": ["rg-demo"]}}
ENDED = "holdfast.restore_test.ended"


async def test_what_is_stuck_stops_nothing_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one world: rounds that are refused, a statement and a test that are broken, and a run that is stuck."""
    await fleet(world, 2)
    await isolated(world)
    test = await defined(world, max_in_flight=1, **SELECTED)
    await _a_selection_is_not_cut_silently(world, test, monkeypatch)
    await _refused_rounds_are_told_and_signed(world, test)
    await _a_broken_test_stops_no_schedule(world, test)
    await _a_stuck_run_stops_no_round(world, test, monkeypatch)


async def _a_selection_is_not_cut_silently(world: World, test: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as smaller:
        smaller.setattr(service, "MOST_OF_ROUND", 1)
        no = await world.api.post(f"/v1/restore-tests/{test['id']}/runs")
    assert (no.status_code, no.json()["code"], "2 VMs" in no.json()["detail"]) == (422, "restore_test_not_valid", True)


async def _refused_rounds_are_told_and_signed(world: World, test: Any) -> None:
    await require(world, "restore_test")
    broken, sound = await begun(world, test), await begun(world, test)
    for job in (broken, sound):
        assert await decided(world, job["approval"], "reject") == 200
    await world.rows("UPDATE jobs SET ask = ask - 'restore_test' WHERE id = :id RETURNING id", id=broken["id"])
    await run_tests(world)
    for job, status in ((broken, 404), (sound, 200)):
        for run in await runs(world, job=job["id"]):
            path = f"/v1/restore-test-runs/{run['id']}/evidence"
            assert (await world.api.get(path)).status_code == status, run
    told = (await world.api.get("/v1/events", params={"type": ENDED})).json()["items"]
    assert [(one["data"]["job"], one["data"]["outcome"]) for one in told] == [
        (f"/v1/jobs/{sound['id']}", "not_proven")
    ] * 2
    trail = await world.rows("SELECT target FROM audit_entries WHERE action = 'end_restore_test_run'")
    assert len({row["target"] for row in trail}) == 2
    await require(world)


async def _a_broken_test_stops_no_schedule(world: World, test: Any) -> None:
    scheduled = await defined(world, schedule=SCHEDULE, **SELECTED)
    due = "UPDATE restore_tests SET due_at = clock_timestamp() - :ago * interval '1 minute' WHERE id = :id RETURNING id"
    await world.rows(due, ago=9, id=test["id"])  # it has no schedule
    await world.rows(due, ago=5, id=scheduled["id"])
    await run_tests(world)
    assert {run["restore_test_id"] for run in await runs(world)} == {test["id"], scheduled["id"]}
    await over(world)


async def _a_stuck_run_stops_no_round(world: World, test: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the lease of the other one is renewed while Azure is asked for longer than it lasts."""
    look = looks.before_restore

    async def lease_of(vm: str) -> Any:
        said = "SELECT lease_until FROM restore_test_runs WHERE state <> 'ended' AND vm_id LIKE :vm"
        return (await world.rows(said, vm=f"%/{vm}"))[0]["lease_until"]

    async def slow_or_stuck(azure: Any, recent: Any, item: Any, *rest: Any) -> Any:
        if item.ref.vm.name == "t-1":
            raise AzureUnknown("no word of it")
        before = await lease_of("t-2")
        async with asyncio.timeout(10):
            while await lease_of("t-2") == before:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return await look(azure, recent, item, *rest)

    async def busy(*_: Any) -> Any:
        raise DatabaseBusy

    monkeypatch.setattr(store, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(looks, "before_restore", busy)
    job = await begun(world, test)
    await world.run_due()
    with pytest.raises(DatabaseBusy):
        await run_tests(world)
    assert {run["state"] for run in await runs(world, job=job["id"])} == {"waiting"}, "a busy database decides nothing"
    monkeypatch.setattr(looks, "before_restore", slow_or_stuck)
    await world.rows("UPDATE restore_test_runs SET lease_until = NULL, due_at = now() RETURNING id")
    await run_tests(world)
    await run_tests(world)
    found = {run["vm_id"].rpartition("/")[2]: run["state"] for run in await runs(world, job=job["id"])}
    assert found == {"t-1": "waiting", "t-2": "restoring"}
    await _given_up(world, job)


async def _given_up(world: World, job: Any) -> None:
    """By a person: what was decided stays, and a machine that nothing deletes any more is named."""
    decided_before = "UPDATE restore_test_runs SET outcome = 'proven' WHERE id = :id RETURNING id"
    first, second = sorted(await runs(world, job=job["id"]), key=lambda run: str(run["vm_id"]))
    await world.rows(decided_before, id=first["id"])
    async with world.database.begin() as session:
        await ending.close_round(session, UUID(job["id"]), HOME, "failed")
    first, second = sorted(await runs(world, job=job["id"]), key=lambda run: str(run["vm_id"]))
    assert (first["state"], first["outcome"], first["left"]) == ("ended", "proven", [])
    assert (second["state"], second["outcome"]) == ("ended", "not_proven")
    (left,) = second["left"]
    assert left["id"].endswith(machine_of(second))
    assert f"{second['restore']}/resources" in left["reason"]
