"""`python -m tests.bench.pruner URL`: the worker's loop that prunes, until nothing old is left; prints the seconds."""

import sys
import time

import uvloop
from sqlalchemy import update

from app.core.db.database import NOW, WORKER_ROLE, Database
from app.jobs.loops.prune import PruneLoop
from app.jobs.models import Pruning

DAYS = 90.0
NAME = "holdfast-bench-pruner"
"""By which its sessions are found."""


async def prune(url: str) -> float:
    database = Database(url, role=WORKER_ROLE, application_name=NAME)
    loop = PruneLoop(database, events_days=DAYS, attempts_days=DAYS)
    try:
        await loop.run_once()  # its due rows are there now
        async with database.begin() as session:
            await session.execute(update(Pruning).where(Pruning.name == "log").values(due_at=NOW))
        began = time.perf_counter()
        while await loop.run_once() == 0.0:
            pass
        return time.perf_counter() - began
    finally:
        await database.aclose()


if __name__ == "__main__":
    sys.stdout.write(f"{uvloop.run(prune(sys.argv[1]))}\n")
