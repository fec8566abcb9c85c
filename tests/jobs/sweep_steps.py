"""Backups that are running."""

from typing import Any

from tests.jobs.lost_attempts import ask_for_backup, look
from tests.world import World


async def running_backups(world: World, count: int) -> list[dict[str, Any]]:
    vault = await world.vault()
    items = [await world.item(vm, vault) for vm in ("vm-web-01", "vm-db-01", "vm-batch-01")]
    jobs = [await ask_for_backup(world, items[n % 3]) for n in range(count)]
    await world.step(10)
    await world.step(10)
    assert {(await look(world, job))["state"] for job in jobs} == {"running"}
    await world.rows("UPDATE jobs SET watched_until = NULL RETURNING id")  # our looking is not what is measured
    return jobs
