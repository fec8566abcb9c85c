"""Just before a member begins, Azure is asked: our rows may be old, and a run may have waited for days."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.db.database import DatabaseBusy
from app.recovery_runs import looks, store
from app.simulator.seeding import plant
from tests.estate.estate_steps import azure_item
from tests.recovery_runs.run_steps import (
    DISKS_AWAY,
    TEMPLATE,
    ask,
    asked,
    backed_up,
    delete_in_azure,
    finish,
    job_of,
    lead,
    made,
    restores,
    states,
    wave,
)
from tests.restore_tests.round_steps import NETWORK, isolated
from tests.restores.restore_requests import REPLACE, SUBNET
from tests.world import DISKS, RG, World, vm_id

THREE = ("vm-db-01", "vm-web-01", "vm-batch-01")
DISKS_ONLY = {"recover": DISKS}
REHEARSAL = {"resource_group_id": f"{RG.rpartition('/')[0]}/rg-rehearsal"}
AWAY = TEMPLATE | REHEARSAL | {"subnet_id": f"{NETWORK}/subnets/default", "name": "{vm}-t"}


def error_codes(run: Any) -> list[str | None]:
    return [(one["error"] or {}).get("code") for one in run["members"]]


async def row_says(world: World, item: Any, state: str) -> None:
    await world.rows(
        "UPDATE protected_items SET state = :state WHERE id = :id RETURNING id", state=state, id=item["id"]
    )


def after_a_renewal(world: World, see: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """A look that takes longer than the lease of a run: it ends when the lease was renewed."""

    async def lease() -> Any:
        return (await world.rows("SELECT lease_until FROM recovery_runs"))[0]["lease_until"]

    async def seen(*arguments: Any) -> Any:
        before = await lease()
        async with asyncio.timeout(30):
            while await lease() == before:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        return await see(*arguments)

    return seen


async def test_what_is_gone_since_the_run_was_asked_for_is_named_and_an_old_row_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    db, web, batch = await backed_up(world, *THREE)
    plan = await made(world, wave("all", db, web, batch, may_fail=True), target=DISKS_ONLY)
    job = await asked(world, plan)
    monkeypatch.setattr(store, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(looks, "see", after_a_renewal(world, looks.see))
    await row_says(world, db, "soft_deleted")  # long ago: it was undeleted with another tool
    delete_in_azure(world, "vm-web-01")
    azure_item(world, "vm-batch-01").recovery_points.clear()
    report = (await world.api.post(f"/v1/recovery-plans/{plan['id']}/preflight")).json()
    assert [one["ok"] for one in report["members"]] == [True, False, False], report
    run = await finish(world, job)
    assert states(run) == ["succeeded", "failed", "failed"], run
    assert error_codes(run) == [None, "protected_item_not_ready", "no_recovery_point_qualifies"]
    assert "expired" in run["members"][2]["error"]["detail"]
    assert [one["restore"] is not None for one in run["members"]] == [True, False, False]
    assert restores(world) == ["vm-db-01"]


async def test_a_row_that_forbids_a_restore_waits_for_azure_and_decides_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (db,) = await backed_up(world, "vm-db-01")
    job = await asked(world, await made(world, wave("all", db), target=DISKS_ONLY))
    await row_says(world, db, "soft_deleted")
    world.fault("GET", "/protectedItems/", "status_before", status=503, times=None)
    await lead(world)
    waiting = await job_of(world, job)
    assert (waiting["state"], waiting["waiting"]["reason"]) == ("running", "member")
    assert restores(world) == []
    world.simulator.faults.waiting.clear()

    async def busy(*_: Any) -> Any:
        raise DatabaseBusy

    with monkeypatch.context() as while_busy:
        while_busy.setattr(looks, "see", busy)
        await world.rows("UPDATE recovery_runs SET lease_until = NULL, due_at = now() RETURNING id")
        with pytest.raises(DatabaseBusy):
            await lead(world)
    await world.rows("UPDATE recovery_runs SET lease_until = NULL, due_at = now() RETURNING id")
    assert states(await finish(world, job)) == ["succeeded"], "a busy database decides nothing"


async def test_a_rehearsal_goes_nowhere_from_where_production_is_reached(world: World) -> None:
    db, web = await backed_up(world, "vm-db-01", "vm-web-01")
    plant(world.simulator.world, {"resource_groups": [{"name": "rg-rehearsal"}]})
    await isolated(world)
    targets: dict[str, Any] = {"recover": DISKS, "rehearse": AWAY}
    beside = await made(world, wave("all", web), name="b", target=targets | {"rehearse": AWAY | {"subnet_id": SUBNET}})
    refused = (await ask(world, beside, "rehearse")).json()
    assert refused["code"] == "recovery_run_not_possible"
    assert [one["code"] for one in refused["members"]] == ["target_not_isolated"]
    report = (await world.api.post(f"/v1/recovery-plans/{beside['id']}/preflight", json={"mode": "rehearse"})).json()
    (failed,) = [one for one in report["members"][0]["checks"] if one["status"] == "failed"]
    assert (failed["name"], failed["pointer"]) == ("isolation", "#/target/rehearse/subnet_id")
    assert "no security group" in failed["reason"]
    recovering = (await world.api.post(f"/v1/recovery-plans/{beside['id']}/preflight")).json()
    assert recovering["ok"], recovering

    plan = await made(world, wave("one", db), wave("two", web), target=targets)
    world.fault("GET", "/virtualNetworks/vnet-tests", "status_before", status=503, times=None)
    away = await ask(world, plan, "rehearse")
    assert (away.status_code, away.json()["code"]) == (503, "recovery_points_not_known")
    world.simulator.faults.waiting.clear()
    job = await asked(world, plan, "rehearse")
    await lead(world)
    assert restores(world) == ["vm-db-01"]
    peering = {"name": "to-hub", "remote_network_id": f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-demo"}
    await isolated(world, peerings=[peering])
    run = await finish(world, job)
    assert states(run) == ["succeeded", "failed"]
    assert error_codes(run) == [None, "target_not_isolated"]
    assert "to-hub" in run["members"][1]["error"]["detail"]
    assert restores(world) == ["vm-db-01"]


async def test_a_rehearsal_goes_into_no_group_that_has_a_protected_vm_of_another_application(world: World) -> None:
    db, web = await backed_up(world, "vm-db-01", "vm-web-01")
    there = DISKS_AWAY | {"resource_group_id": RG}
    refused = await world.api.post(
        "/v1/recovery-plans",
        json={"name": "a", "target": {"recover": DISKS, "rehearse": there}, "waves": [wave("all", db)]},
    )
    assert refused.json()["pointer"] == "#/target/rehearse/resource_group_id", refused.text
    plant(world.simulator.world, {"resource_groups": [{"name": "rg-rehearsal"}]})
    plan = await made(world, wave("one", db), target={"recover": DISKS, "rehearse": DISKS_AWAY})
    job = await asked(world, plan, "rehearse")
    moved = "replace(replace(vm_key, '/rg-demo/', '/rg-rehearsal/'), 'rg-demo', 'rg-rehearsal')"
    await world.rows(f"UPDATE protected_items SET vm_key = {moved} WHERE id = :id RETURNING id", id=web["id"])  # noqa: S608
    assert (await ask(world, plan, "rehearse")).status_code in {409, 422}
    run = await finish(world, job)
    assert error_codes(run) == ["recovery_plan_not_valid"]
    assert restores(world) == []


@pytest.mark.parametrize("answers", [True, False], ids=["azure names no vmId", "azure is away"])
async def test_disks_are_replaced_only_of_a_vm_that_is_known_before_the_approval(
    world: World, *, answers: bool
) -> None:
    web, db = await backed_up(world, "vm-web-01", "vm-db-01")
    over = {"protected_item_id": web["id"], "target": REPLACE}
    plan = await made(world, {"name": "all", "members": [over, {"protected_item_id": db["id"]}]}, target=DISKS_ONLY)
    path = f"/v1/recovery-plans/{plan['id']}/preflight"
    if answers:
        world.simulator.world.vms[vm_id("vm-web-01").lower()].unique_id = ""
        refused = (await ask(world, plan)).json()
        assert refused["code"] == "recovery_run_not_possible", refused
        assert [one["code"] for one in refused["members"]] == ["source_vm_not_identified"]
        report = (await world.api.post(path)).json()
        assert [one["ok"] for one in report["members"]] == [False, True]
        assert report["ok"] is False
    else:
        world.fault("GET", "/virtualMachines/vm-web-01", "status_before", status=503, times=None)
        away = await ask(world, plan)
        assert (away.status_code, away.json()["code"]) == (503, "recovery_points_not_known"), away.text
    assert restores(world) == []


async def test_a_member_that_may_fail_and_is_not_known_fails_alone(world: World) -> None:
    db, web, _ = await backed_up(world, *THREE)
    plan = await made(world, wave("one", db), wave("two", web, may_fail=True), target=DISKS_ONLY)
    world.fault("GET", "vm-web-01.*/recoveryPoints", "status_before", status=503, times=None)
    job = await asked(world, plan)
    world.simulator.faults.waiting.clear()
    run = await finish(world, job)
    assert states(run) == ["succeeded", "failed"]
    assert error_codes(run) == [None, "recovery_points_not_known"]
    assert (await job_of(world, job))["state"] == "succeeded_with_warnings"

    alone = await made(world, wave("one", web, may_fail=True), name="b", target=DISKS_ONLY)
    world.fault("GET", "vm-web-01.*/recoveryPoints", "status_before", status=503, times=None)
    assert (await ask(world, alone)).json()["code"] == "recovery_points_not_known"
    world.simulator.faults.waiting.clear()
    azure_item(world, "vm-web-01").recovery_points.clear()
    assert (await ask(world, alone)).json()["code"] == "recovery_run_not_possible"
