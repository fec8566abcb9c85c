"""R2: the places where a worker dies, and what must hold afterwards.

A walk takes one loop's part of an scenario: the scenario is brought to the checkpoint of that part, a worker takes one
look and is killed at its n-th await (kill_points.py), then ordinary loops come, leases and SETTLE pass, and the
scenario must end as it was asked to, exactly once. Then the same with n + stride, until a worker lives to the end of
its look.

scenarios.py     what is asked of Holdfast
background_scenarios.py     what nobody asked for: Azure's own jobs, what is still to be told, orphans, what is old
checkpoints.py       how far it has come when a worker dies
walks.py       which are walked
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from app.simulator.__main__ import CuttableProtocol
from tests.jobs.kill_points import Doomed, doomed_workers
from tests.jobs.lost_attempts import look
from tests.world import World, until

SETTLE_SECONDS = 900.0
ENDED = {"succeeded", "succeeded_with_warnings", "failed", "cancelled", "needs_attention"}
COMINGS = 40
"""So many times another worker comes by before an scenario counts as stuck."""

Job = dict[str, Any]
"""As the API shows it; what nobody asked for is a dict of the same few fields."""


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals go to the process that runs the tests."""
        yield


@asynccontextmanager
async def on_a_socket(world: World) -> AsyncIterator[tuple[str, _Server]]:
    """The world's own simulator, also for other processes: (its URL, its server)."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        world.simulator,
        http=CuttableProtocol,
        log_level="error",
        lifespan="off",
        date_header=False,
        server_header=False,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await until(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", server
    finally:
        server.should_exit = True
        await serving


class Ground:
    """A world in which workers die: one protected VM with a recovery point, and the process that makes workers."""

    def __init__(self, world: World, doomed: Doomed, server: _Server, item: dict[str, Any]) -> None:
        self.world, self.doomed, self._server, self.item = world, doomed, server, item
        self.sessions_over = 0
        """Sessions of file recovery that Azure ended by itself."""
        self._numbers = 0

    def number(self) -> int:
        """One that was not used yet, for a name."""
        self._numbers += 1
        return self._numbers

    async def look_once(self, *loops: str) -> None:
        """A worker that lives does its part."""
        for name in loops:
            await self.world.make_due()
            await self.world.loops[name].run_once()

    async def moves_on(self, seconds: float) -> None:
        """Azure's clock does, and whatever is in flight is due."""
        self.world.advance(seconds)
        await self.world.make_due()

    async def azure_has_read_everything(self) -> None:
        """What the dead worker's kernel still delivered has been acted on: nothing of it comes later."""
        state = self._server.server_state
        await until(lambda: not state.connections and not state.tasks)

    async def recover(self, way: "Walk", job: Job) -> Job:
        """Leases end, SETTLE passes, Azure goes on, another worker comes: until it has ended."""
        for _ in range(COMINGS):
            await self.time_passes()
            found = await way.scenario.look(self.world, job)
            if found["state"] in ENDED | {way.ends}:
                break
            await self.world.step(way.step_seconds)
        return found

    async def time_passes(self) -> None:
        """What the dead held is free, their attempts are older than SETTLE, and vaults are due for the slow sweep."""
        await self.world.rows("UPDATE jobs SET lease_until = NULL WHERE lease_until IS NOT NULL RETURNING fence")
        await self.world.rows(
            "UPDATE attempts SET opened_at = opened_at - make_interval(secs => :secs) FROM jobs"
            " WHERE jobs.id = job_id AND jobs.finished_at IS NULL RETURNING attempts.id",
            secs=SETTLE_SECONDS + 1,
        )
        await self.world.rows("UPDATE cancellations SET lease_until = NULL, due_at = clock_timestamp() RETURNING fence")
        await self.world.rows("UPDATE prunings SET lease_until = NULL RETURNING fence")
        await self.world.rows(
            "UPDATE vault_watches SET lease_until = NULL, due_at = clock_timestamp(),"
            " taken_in_at = taken_in_at - passed, vault_read_at = vault_read_at - passed, swept_at = swept_at - passed"
            " FROM make_interval(secs => :secs) AS passed RETURNING fence",
            secs=SETTLE_SECONDS + 1,
        )

    async def comes_to_rest(self) -> None:
        """What may be told later is told before the next one comes, whose look would grow by it."""
        for _ in range(COMINGS):
            if not await self.world.rows("SELECT id FROM jobs WHERE details_wanted LIMIT 1"):
                return
            await self.time_passes()
            await self.world.step(60)
        raise AssertionError("results are not told to their end")

    async def orphans(self) -> int:
        return len(await self.world.rows("SELECT id FROM attempts WHERE state = 'orphaned'"))

    async def left(self) -> list[str]:
        """What must not be there once every scenario has ended."""
        rows = await self.world.rows(
            "SELECT 'attempt ' || state AS what FROM attempts WHERE state IN ('open', 'ambiguous')"
            " UNION ALL SELECT 'cancellation' FROM cancellations"
        )
        return [row["what"] for row in rows] + [" ".join(map(str, one)) for one in await self.world.in_flight()]


@asynccontextmanager
async def ground(world: World) -> AsyncIterator[Ground]:
    """What a walk over the failpoints needs. The world must have SETTLE_SECONDS for its SETTLE."""
    item = await world.item(vault=await world.vault(cross_region_restore=True))
    await world.back_up(item)
    world.advance(60)  # by then the recovery point is in the paired region, too
    async with on_a_socket(world) as (url, server):
        settings = {"poll_seconds": world.settings.poll_seconds, "settle_seconds": SETTLE_SECONDS}
        async with doomed_workers(world.settings.database_dsn, url, **settings) as doomed:
            yield Ground(world, doomed, server, item)


# --- walking ---------------------------------------------------------------------------------------------------------
async def nothing_more(ground: Ground, job: Job) -> str | None:
    del ground, job
    return None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something to be done once."""

    begin: Callable[[Ground], Awaitable[Job]]
    count: Callable[[Ground], Awaitable[int]]
    """How often it was done so far, by all scenarios of this kind: what Azure says, not our own tables."""
    look: Callable[[World, Job], Awaitable[Job]] = look
    proof: Callable[[Ground, Job], Awaitable[str | None]] = nothing_more
    """What is wrong although it has ended as it should; None = nothing."""
    write: tuple[str, str] = ("POST", "")
    """Method and end of the path of the request that does it, as a pattern."""
    triggers: int = 1
    """How many backups and restores Azure may be made to begin meanwhile."""
    orphans: int = 0
    """How many of them are second ones."""


@dataclass(frozen=True, slots=True)
class Walk:
    scenario: Scenario
    checkpoint: Callable[[Ground, Scenario], Awaitable[Job]]
    loop: str
    ends: str = "succeeded"
    step_seconds: float = 4000.0
    """How far Azure goes on between two looks of the others."""


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


async def walk(
    ground: Ground, part: str, way: Walk, *, stride: int = 1, first: int = 1, most: int | None = None
) -> Tally:
    """Kill at `first`, `first + stride`, ... until a worker lives to the end of its look, or `most` have died."""
    tally, scenario, step = Tally(part), way.scenario, first
    while True:
        before = await scenario.count(ground), len(ground.world.triggers), await ground.orphans()
        job = await way.checkpoint(ground, scenario)
        end = await ground.doomed.live(way.loop, dies_at=step)
        await ground.azure_has_read_everything()
        ended = await ground.recover(way, job)
        acted = await scenario.count(ground) - before[0]
        wrong = (
            await scenario.proof(ground, job) if ended["state"] == way.ends else f"{ended['state']}: {ended['error']}"
        )
        # Whatever Azure did since, on record or not: what was sent before its attempt was committed has no job.
        if acted > 1 or len(ground.world.triggers) - before[1] > scenario.triggers:
            tally.doubled.append(step)
        if acted < 1:
            tally.lost.append(step)
        if wrong is not None:
            tally.stuck.append((step, wrong))
        if (found := await ground.orphans() - before[2]) != scenario.orphans:
            tally.stuck.append((step, f"{found} orphans"))
        await ground.comes_to_rest()
        tally.kills += end.was_killed
        if not end.was_killed or tally.kills == most:
            tally.steps = end.steps or step
            tally.stuck += [(step, left) for left in await ground.left()]
            return tally
        step += stride
