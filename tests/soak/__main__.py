"""`python -m tests.soak`: run, print the table, write the JSON. Exit code 1 when a bar is missed."""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import uvloop

from tests.bench.report import Figure, show
from tests.database import server_place
from tests.jobs.postgres import own_postgres
from tests.soak.acknowledging import acknowledged
from tests.soak.bulk import bulk_under_fire
from tests.soak.dying import die_at_every_await
from tests.soak.forecasting import every_fleet
from tests.soak.foreign import every_foreign_body
from tests.soak.lying import lying_lists
from tests.soak.once import frozen_workers, killed_workers, restarted_postgres, rolling_restart
from tests.soak.plans import plans_under_fire
from tests.soak.proving import proven_under_fire
from tests.soak.racing import race
from tests.soak.stage import stage
from tests.soak.tampering import tampered
from tests.soak.webhooks import webhooks_under_fire
from tests.soak.whole import every_walk_to_its_end

PARTS = (
    "r1",
    "r2",
    "r7",
    "r9",
    "r18",
    "r19",
    "r20",
    "frozen",
    "whole",
    "foreign",
    "forecast",
    "tamper",
    "webhooks",
    "plans",
    "bulk",
)
PROOF = "proof"
FEW_VAULTS = 10
"""Two for each way in which a list can lie, and for each kind of write that is not carried out."""
VMS_OF_A_PLAN = 40
TARGETS_OF_A_BULK = 200
UNDER_LOAD = frozenset({"r7", "r18", "frozen"})


async def soak(
    parts: Sequence[str],
    *,
    restores: int,
    seeds: int,
    vaults: int,
    races: int,
    seconds: float,
    events: int,
    tests: int,
    rounds: int,
) -> list[Figure]:
    figures: list[Figure] = []
    if "r1" in parts:
        for seed in range(1, seeds + 1):  # each in vaults of its own: lists that grow would make the last ones differ
            async with stage(vaults=vaults) as made:
                of_seed = await killed_workers(made, restores=restores, seed=seed)
            show(of_seed)  # minutes each: what was found is not to be lost with what comes after it
            figures += of_seed
    if UNDER_LOAD & set(parts):
        async with stage(vaults=vaults) as made:
            if "r18" in parts:
                figures += await rolling_restart(made, restores=max(restores // 5, 10), seconds=seconds / 2)
            if "frozen" in parts:
                figures += await frozen_workers(made, restores=max(restores // 10, 10), seconds=seconds)
            if "r7" in parts:
                figures += await restarted_postgres(made, restores=max(restores // 2, 10), seconds=seconds)
    if {"r19", "r20"} & set(parts):
        figures += await _lied_to(parts, restores=restores, vaults=vaults)
    if {"r9", "r2"} & set(parts):
        figures += await _alone(parts, races=races)
    if "tamper" in parts:
        figures += await tampered(seeds=seeds)
    figures += await _plans(parts, seeds=seeds)
    figures += await _receivers(parts, events=events)
    return figures + await _proven(parts, tests=tests, rounds=rounds) + await _walks(parts)


async def _proven(parts: Sequence[str], *, tests: int, rounds: int) -> list[Figure]:
    """Restore tests, whose failures are planted."""
    if PROOF not in parts:
        return []
    async with stage(vaults=tests, data_disks=1) as made:
        return await proven_under_fire(made, rounds=rounds, seed=1)


async def _plans(parts: Sequence[str], *, seeds: int) -> list[Figure]:
    """An application of 40 VMs; and 200 VMs by one bulk request."""
    figures: list[Figure] = []
    for seed in range(1, seeds + 1) if "plans" in parts else ():
        async with stage(vaults=VMS_OF_A_PLAN) as made:
            figures += await plans_under_fire(made, waves=5, seed=seed)
    for seed in range(1, seeds + 1) if "bulk" in parts else ():
        async with stage(vaults=1) as made:
            figures += await bulk_under_fire(made, targets=TARGETS_OF_A_BULK, seed=seed)
    return figures


async def _receivers(parts: Sequence[str], *, events: int) -> list[Figure]:
    """Those of webhooks, which misbehave."""
    if "webhooks" not in parts:
        return []
    with server_place("soak") as place, own_postgres(place) as postgres, TemporaryDirectory() as folder:
        return await webhooks_under_fire(postgres.url, Path(folder), events=events)


async def _walks(parts: Sequence[str]) -> list[Figure]:
    """What `make test` walks a part of, to its end."""
    figures: list[Figure] = []
    if "whole" in parts:
        figures += await every_walk_to_its_end()
    if "foreign" in parts:
        figures += await every_foreign_body()
    if "forecast" in parts:
        figures += await every_fleet()
    return figures


async def _lied_to(parts: Sequence[str], *, restores: int, vaults: int) -> list[Figure]:
    """By an Azure that answers, and says what is not so."""
    figures: list[Figure] = []
    async with stage(vaults=min(vaults, FEW_VAULTS)) as made:
        if "r19" in parts:
            figures += await lying_lists(made, restores=max(restores // 5, 20))
        if "r20" in parts:
            figures += await acknowledged(made)
    return figures


async def _alone(parts: Sequence[str], *, races: int) -> list[Figure]:
    """What needs a Postgres and nothing else; nobody loses power here, so that it does not wait for the disk."""
    figures: list[Figure] = []
    with server_place("soak") as place, own_postgres(place) as postgres:
        if "r9" in parts:
            figures += await race(postgres.url, races=races)
        if "r2" in parts:
            figures += await die_at_every_await(postgres.url)
    return figures


def write(figures: Sequence[Figure], folder: Path) -> Path:
    now = datetime.now(UTC)
    path = folder / f"soak-{now:%Y%m%d-%H%M%S}.json"
    content = {
        "at": now.isoformat(),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "figures": {one.name: {"value": one.value, "met": one.met, "note": one.note} for one in figures},
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--restores", type=int, default=1000, help="restores of a seed (R1)")
    parser.add_argument("--seeds", type=int, default=1, help="how often R1 runs; sixty sequences each (tamper)")
    parser.add_argument("--vaults", type=int, default=20)
    parser.add_argument("--races", type=int, default=100_000, help="races for one lease (R9)")
    parser.add_argument("--seconds", type=float, default=90.0, help="how long the other loads go on (R7, R18, frozen)")
    parser.add_argument("--events", type=int, default=100_000, help="events sent to webhooks (R23)")
    parser.add_argument("--tests", type=int, default=100, help="VMs of a round of restore tests (R25)")
    parser.add_argument("--rounds", type=int, default=20, help="how often they are tested (R25)")
    parser.add_argument("--only", choices=(*PARTS, PROOF), action="append", help="this part; may be repeated")
    asked = parser.parse_args()
    figures = uvloop.run(
        soak(
            asked.only or (*PARTS, PROOF),
            restores=asked.restores,
            seeds=asked.seeds,
            vaults=asked.vaults,
            races=asked.races,
            seconds=asked.seconds,
            events=asked.events,
            tests=asked.tests,
            rounds=asked.rounds,
        )
    )
    show(figures)
    sys.stdout.write(f"Everything in {write(figures, Path.cwd()).name}\n")
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
