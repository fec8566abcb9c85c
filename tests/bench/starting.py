"""How long the API takes until it is ready, and how much memory it needs."""

import asyncio
import statistics
from pathlib import Path

from tests.bench.stack import Bench


def resident_mb(pid: int) -> float:
    """What the process holds in memory now (VmRSS), in MB of 1024 KiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} is gone")


async def ready_seconds(made: Bench, *, times: int) -> float:
    """Process start until /readyz answers 200: the median of some starts."""
    took = []
    for _ in range(times):
        async with made.api() as api:
            took.append(api.ready_after)
    return statistics.median(took)


async def settled_mb(pid: int) -> float:
    """Its memory once it no longer grows: the Azure SDK is imported in the background."""
    last = 0.0
    while (now := resident_mb(pid)) > last + 0.5:
        last = now
        await asyncio.sleep(1)
    return now
