"""Bulk requests over the simulator's machines, through the public API."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx

from app.jobs.work import LoopName
from app.simulator.seeding import plant
from tests.world import World, vm_id

Json = dict[str, Any]
FOLLOWING = (LoopName.SUBMITTING, LoopName.OPERATIONS, LoopName.OBSERVING)


def seed(world: World, *vms: str) -> list[str]:
    """These machines, in the simulator: their ids."""
    plant(world.simulator.world, {"vms": [{"name": one} for one in vms]})
    return [vm_id(one) for one in vms]


async def ask(world: World, body: Mapping[str, Any], *, key: str | None = None, dry: bool = False) -> httpx.Response:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return await world.api.post(f"/v1/bulk{'?dry_run=true' if dry else ''}", json=dict(body), headers=headers)


async def asked(world: World, body: Mapping[str, Any], *, key: str | None = None) -> Json:
    """The answer to a request that was accepted."""
    answer = await ask(world, body, key=key)
    assert answer.status_code == 202, answer.text
    job: Json = answer.json()
    return job


async def job_of(world: World, job: Mapping[str, Any]) -> Json:
    found: Json = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


async def targets_of(world: World, job: Mapping[str, Any]) -> list[Json]:
    answer = await world.api.get(f"/v1/bulk/{job['id']}/targets?limit=200")
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["items"]
    return found


def outcomes(targets: Iterable[Mapping[str, Any]]) -> Counter[str]:
    return Counter(one["outcome"] for one in targets)


def codes(targets: Iterable[Mapping[str, Any]]) -> Sequence[str | None]:
    return [one["problem"]["code"] if one["problem"] else None for one in targets]


async def run(world: World) -> None:
    """The loops that send and follow, and the one of bulk requests, until none has anything due. No clock is moved."""
    again = True
    while again:
        again = any([await world.loops[name].run_once() == 0.0 for name in (*FOLLOWING, LoopName.BULK)])


async def finish(world: World, job: Mapping[str, Any]) -> list[Json]:
    """Follow it to its end: the targets."""
    await world.settle()
    assert (await job_of(world, job))["finished_at"] is not None
    return await targets_of(world, job)
