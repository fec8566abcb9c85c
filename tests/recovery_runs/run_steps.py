"""Plans over the simulator's machines, and runs of them, through the public API."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from app.jobs.work import LoopName
from tests.estate.estate_steps import azure_item
from tests.restores.restore_requests import NEW_VM
from tests.world import DISKS, RG, World

Json = dict[str, Any]
TEMPLATE = {**NEW_VM, "name": "{vm}-r"}
DISKS_AWAY = {**DISKS, "resource_group_id": f"{RG.rpartition('/')[0]}/rg-rehearsal"}
"""A group of its own, for rehearsals."""


async def backed_up(world: World, *vms: str) -> list[Json]:
    """Protected VMs of one vault, each with a recovery point."""
    vault = await world.vault()
    items = []
    for vm in vms:
        item = await world.item(vm, vault)
        await world.back_up(item)
        items.append(item)
    return items


def wave(name: str, *items: Mapping[str, Any], may_fail: bool = False, **more: Any) -> Json:
    return {"name": name, "members": [{"protected_item_id": one["id"], "may_fail": may_fail} for one in items]} | more


def body(*waves: Json, **more: Any) -> Json:
    return {"name": "shop", "target": {"recover": TEMPLATE, "rehearse": None}, "waves": list(waves)} | more


async def made(world: World, *waves: Json, **more: Any) -> Json:
    answer = await world.api.post("/v1/recovery-plans", json=body(*waves, **more))
    assert answer.status_code == 201, answer.text
    plan: Json = answer.json()
    return plan


async def ask(
    world: World, plan: Json, mode: str = "recover", *, key: str | None = None, **more: Any
) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return await world.api.post(f"/v1/recovery-plans/{plan['id']}/runs", json={"mode": mode, **more}, headers=headers)


async def asked(world: World, plan: Json, mode: str = "recover", **more: Any) -> Json:
    """The answer to a run that was accepted."""
    answer = await ask(world, plan, mode, **more)
    assert answer.status_code == 202, answer.text
    job: Json = answer.json()
    return job


async def run_of(world: World, job: Json) -> Json:
    answer = await world.api.get(job["run"] if "run" in job else job["resource"])
    assert answer.status_code == 200, answer.text
    run: Json = answer.json()
    return run


async def job_of(world: World, job: Json) -> Json:
    found: Json = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


async def lead(world: World) -> None:
    """Every loop until none has anything due. No clock is moved."""
    again = True
    while again:
        await world.run_due()
        again = await world.loops[LoopName.RECOVERING].run_once() == 0.0


async def step(world: World, seconds: float = 600.0) -> None:
    """Azure's clock moves on, and what waits for a time of ours waits no longer; gates keep their limits."""
    world.advance(seconds)
    await world.make_due()
    await world.rows("UPDATE recovery_runs SET due_at = clock_timestamp() WHERE ended_at IS NULL RETURNING id")
    await lead(world)


async def finish(world: World, job: Json, steps: int = 30) -> Json:
    """Step until the run has ended: the run."""
    await lead(world)
    for _ in range(steps):
        if (await job_of(world, job))["finished_at"] is not None:
            return await run_of(world, job)
        await step(world)
    raise AssertionError(await run_of(world, job))


def restores(world: World) -> list[str]:
    """The VMs that Azure was really made to restore, in the order of the triggers."""
    return [str(one["vm_id"]).rpartition("/")[2] for one in world.triggers if one["kind"] != "backup"]


def states(run: Json, of: str = "members") -> Sequence[str]:
    return [one["state"] for one in run[of]]


def delete_in_azure(world: World, vm: str) -> None:
    """The item is soft-deleted there, and our row does not know it."""
    item, now = azure_item(world, vm), world.simulator.clock.now()
    item.state, item.deleted, item.purges = "ProtectionStopped", now, now * 2


async def time_passes(world: World, seconds: int) -> None:
    """The gate that is waited at was reached, and looked at, that much earlier."""
    await world.rows(
        "UPDATE recovery_runs SET waves = (SELECT jsonb_agg(CASE WHEN wave->>'state' = 'gate' THEN wave || "
        "jsonb_build_object('gate_since', (wave->>'gate_since')::timestamptz - passed, "
        "'checked_at', (wave->>'checked_at')::timestamptz - passed) ELSE wave END ORDER BY place) "
        "FROM jsonb_array_elements(waves) WITH ORDINALITY AS each (wave, place), "
        "make_interval(secs => :seconds) AS passed) RETURNING id",
        seconds=seconds,
    )
