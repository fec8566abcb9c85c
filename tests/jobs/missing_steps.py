"""A sweep whose lists lack a job."""

from collections import Counter
from typing import Any

from app.jobs.scheduling import longest_interval
from tests.world import World


def jobs_of(world: World) -> Any:
    """What Azure has of the one vault, by id."""
    (vault,) = world.simulator.world.vaults.values()
    return vault.jobs


AGO = "clock_timestamp() - make_interval(secs => :seconds)"
UNSEEN = f"UPDATE jobs SET watched_until = NULL, as_of = {AGO} WHERE state IN ('running', 'cancelling') RETURNING id"  # noqa: S608


async def sweep_unseen_for(world: World, seconds: float) -> Counter[str]:
    """One look, so long after Azure last showed anything: what it asked."""
    await world.rows(UNSEEN, seconds=seconds)
    return await world.run("observing")


def patience(world: World) -> float:
    return longest_interval(world.settings.poll_seconds)
