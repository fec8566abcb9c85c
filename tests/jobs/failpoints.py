"""R2: the places where a worker dies, and what must hold afterwards.

A walk takes one loop's part of a job's life: a job is brought to the door of that part, a worker takes one look and is
killed at its n-th await (mortality.py), then ordinary loops come, leases and SETTLE pass, and the job must end as it
was asked to, exactly once. Then the same with n + stride, until a worker lives to the end of its look.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import uvicorn

from app.simulator.__main__ import CuttableProtocol
from tests.jobs.mortality import Doomed, doomed_workers
from tests.jobs.test_crash import claim_and_die, end_leases, look
from tests.world import DISKS, POLICY, World, until

SETTLE_SECONDS = 900.0
ENDED = {"succeeded", "succeeded_with_warnings", "failed", "cancelled", "needs_attention"}
COMINGS = 40
"""So many times another worker comes by before a job counts as stuck."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are for whoever runs the tests."""
        yield


@asynccontextmanager
async def on_a_socket(world: World) -> AsyncIterator[tuple[str, _Server]]:
    """The world's own simulator, also for other processes: (its URL, its server)."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        world.simulator, http=CuttableProtocol, log_level="error", lifespan="off", date_header=False,
        server_header=False,
    )  # fmt: skip
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
    finally:
        server.should_exit = True
        await serving


@dataclass(slots=True)
class Tally:
    """What came of one walk."""

    part: str
    steps: int = 0
    kills: int = 0
    doubled: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    stuck: list[tuple[int, str]] = field(default_factory=list)
    """The steps after whose kill it was so."""

    @property
    def is_perfect(self) -> bool:
        return not (self.doubled or self.lost or self.stuck)


class Ground:
    """A world in which workers die: one protected VM with a recovery point, and the process that makes workers."""

    def __init__(self, world: World, doomed: Doomed, server: _Server, item: dict[str, Any]) -> None:
        self.world, self.doomed, self._server, self.item = world, doomed, server, item
        self._policies = 0

    async def look_once(self, *loops: str) -> None:
        """A worker that lives does its part."""
        for name in loops:
            await self.world.make_due()
            await self.world.loops[name].run_once()

    async def ask(self) -> dict[str, Any]:
        body = {"protected_item_id": self.item["id"], "recovery_point": {"latest": True}, "target": DISKS}
        return await self._accepted("/v1/restores", body)

    async def ask_for_policy(self) -> dict[str, Any]:
        self._policies += 1
        body = POLICY | {"name": f"policy-{self._policies}"}
        return await self._accepted(f"/v1/vaults/{self.item['vault_id']}/policies", body)

    async def _accepted(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.world.api.post(path, json=body)
        assert answer.status_code == 202, answer.text
        job: dict[str, Any] = answer.json()
        return job

    async def azure_has_read_everything(self) -> None:
        """What the dead worker's kernel still delivered has been acted on: nothing of it comes later."""
        state = self._server.server_state
        await until(lambda: not state.connections and not state.tasks)

    async def recover(self, job: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Leases end, SETTLE passes, Azure goes on, another worker comes: until the job has ended."""
        for _ in range(COMINGS):
            await self.time_passes()
            found = await look(self.world, job)
            if found["state"] in ENDED:
                break
            await self.world.step(seconds)
        return found

    async def time_passes(self) -> None:
        """What the dead held is free, and their attempts are older than SETTLE."""
        await end_leases(self.world, age=SETTLE_SECONDS + 1)
        for table in ("vault_watches", "cancellations"):
            await self.world.rows(
                f"UPDATE {table} SET lease_until = NULL, due_at = clock_timestamp() RETURNING fence"  # noqa: S608
            )

    async def acted(self, job: dict[str, Any]) -> int:
        """How often Azure did what this job asked."""
        rows = await self.world.rows("SELECT id FROM attempts WHERE job_id = :id", id=UUID(job["id"]))
        mine = {str(row["id"]) for row in rows}
        if job["kind"] == "put_policy":
            vault = next(iter(self.world.simulator.world.vaults.values()))
            return int(f"policy-{self._policies}" in vault.policies)
        return sum(1 for trigger in self.world.triggers if trigger["client_request_id"] in mine)

    async def left(self) -> list[str]:
        """What must not be there once every job has ended."""
        rows = await self.world.rows(
            "SELECT 'attempt ' || state AS what FROM attempts WHERE state IN ('open', 'ambiguous', 'orphaned')"
            " UNION ALL SELECT 'cancellation' FROM cancellations"
        )
        return [row["what"] for row in rows]


@asynccontextmanager
async def ground(world: World) -> AsyncIterator[Ground]:
    """Opened by whoever walks. The world must have SETTLE_SECONDS for its SETTLE."""
    item = await world.item()
    await world.back_up(item)
    async with on_a_socket(world) as (url, server):
        settings = {"poll_seconds": world.settings.poll_seconds, "settle_seconds": SETTLE_SECONDS}
        async with doomed_workers(world.settings.database_dsn, url, **settings) as doomed:
            yield Ground(world, doomed, server, item)


# --- to the doors ----------------------------------------------------------------------------------------------------
async def queued(ground: Ground) -> dict[str, Any]:
    return await ground.ask()


async def accepted(ground: Ground) -> dict[str, Any]:
    """Azure took it; its job has not been named yet."""
    job = await ground.ask()
    await ground.look_once("submitting")
    ground.world.advance(10)
    await ground.world.make_due()
    return job


async def ended_in_azure(ground: Ground) -> dict[str, Any]:
    job = await accepted(ground)
    await ground.look_once("operations")
    ground.world.advance(20_000)
    await ground.world.make_due()
    return job


async def answer_lost(ground: Ground) -> dict[str, Any]:
    """Azure acted, the answer was cut off."""
    ground.world.fault("POST", r"/restore$", "drop_after")
    job = await ground.ask()
    await ground.look_once("submitting")
    ground.world.advance(10)
    await ground.world.make_due()
    return job


async def never_sent(ground: Ground) -> dict[str, Any]:
    """A worker died between claim and send, longer than SETTLE ago."""
    job = await ground.ask()
    await claim_and_die(ground.world)
    await end_leases(ground.world, age=SETTLE_SECONDS + 1)
    await ground.world.make_due()
    return job


async def to_be_cancelled(ground: Ground) -> dict[str, Any]:
    job = await accepted(ground)
    await ground.look_once("operations", "observing")
    answer = await ground.world.api.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.status_code == 202, answer.text
    return job


async def policy_queued(ground: Ground) -> dict[str, Any]:
    return await ground.ask_for_policy()


async def policy_made(ground: Ground) -> dict[str, Any]:
    job = await ground.ask_for_policy()
    await ground.look_once("submitting")
    await ground.world.make_due()
    return job


@dataclass(frozen=True, slots=True)
class Walk:
    to_the_door: Callable[[Ground], Awaitable[dict[str, Any]]]
    loop: str
    ends: str = "succeeded"
    step_seconds: float = 4000.0
    """How far Azure goes on between two looks of the others."""


WALKS: dict[str, Walk] = {
    "a restore is claimed and sent": Walk(queued, "submitting"),
    "its operation is followed": Walk(accepted, "operations"),
    "its end is seen and settled": Walk(ended_in_azure, "observing"),
    "its lost answer is found": Walk(answer_lost, "resolving"),
    "its attempt is proven absent": Walk(never_sent, "resolving"),
    "it is cancelled": Walk(to_be_cancelled, "cancelling", ends="cancelled", step_seconds=20.0),
    "a policy is claimed and put": Walk(policy_queued, "submitting"),
    "a policy's end is settled": Walk(policy_made, "operations"),
}


async def walk(ground: Ground, part: str, *, stride: int = 1, first: int = 1) -> Tally:
    """Kill at `first`, `first + stride`, ... until a worker lives to the end of its look."""
    tally, way, step = Tally(part), WALKS[part], first
    while True:
        before = len(ground.world.triggers)
        job = await way.to_the_door(ground)
        end = await ground.doomed.live(way.loop, dies_at=step)
        await ground.azure_has_read_everything()
        ended = await ground.recover(job, way.step_seconds)
        acted = await ground.acted(job)
        # Whatever Azure did since, on record or not: what was sent before its attempt was committed has no job.
        if acted > 1 or len(ground.world.triggers) - before > 1:
            tally.doubled.append(step)
        if acted == 0:
            tally.lost.append(step)
        if ended["state"] != way.ends:
            tally.stuck.append((step, f"{ended['state']}: {ended['error']}"))
        if not end.was_killed:
            tally.steps = end.steps or 0
            tally.stuck += [(step, left) for left in await ground.left()]
            return tally
        tally.kills += 1
        step += stride
