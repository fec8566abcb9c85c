"""What it saves not to ask where nothing can end yet: eight vaults with one backup each, followed with and without.

`python -m tests.bench.forecast` prints it alone. The clock is simulated (tests/fleet.py), and how long a backup takes
here is known already, as it is after the first one (tests/jobs/test_next_sweep.py).
"""

import logging
import sys
from dataclasses import dataclass

import structlog
import uvloop
from psycopg.types.json import Jsonb

from app.dev.embedded import embedded_postgres
from app.jobs.sweep import next_sweep
from app.simulator.progress import BACKUP
from tests.bench.accepting import percentile
from tests.bench.report import Figure, show
from tests.database import server_place
from tests.fleet import Make, fleet

SAVED_BAR = 0.6
LAG_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Scale:
    vaults: int = 8
    replicas: int = 2
    seconds: float = BACKUP.seconds
    """Simulated. For as long as one backup takes, each vault sees one end."""


TINY = Scale(vaults=1, replicas=1, seconds=BACKUP.seconds / 2)
"""Shows that everything works; the one backup ends in this half."""


@dataclass(frozen=True, slots=True)
class Followed:
    lists: int
    lags: list[float]


async def _followed(server: str, scale: Scale, *, patient_polls: int) -> Followed:
    usual, next_sweep.PATIENT_POLLS = next_sweep.PATIENT_POLLS, patient_polls
    try:
        async with fleet(server, Make(vaults=scale.vaults, jobs=scale.vaults, replicas=scale.replicas)) as made:
            made.connection.execute("UPDATE vault_watches SET shortest = %s", [Jsonb({"backup": BACKUP.seconds})])
            since, before = made.clock.now, made.requests["list_jobs"]
            await made.follow(scale.seconds)
            return Followed(made.requests["list_jobs"] - before, made.lags(since))
    finally:
        next_sweep.PATIENT_POLLS = usual


async def patience_figures(server: str, scale: Scale) -> list[Figure]:
    """`server`: a database of the Postgres to use; the fleets get databases of their own there."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    patient = await _followed(server, scale, patient_polls=next_sweep.PATIENT_POLLS)
    restless = await _followed(server, scale, patient_polls=0)
    text = f"lists for one backup in each of {scale.vaults} vaults, patient / not"
    each = f"{patient.lists} / {restless.lists}; {scale.seconds / 60:g} minutes simulated"
    lag = f"{len(patient.lags)} ends, last {max(patient.lags):.0f} s; without p95 {percentile(restless.lags, 95):.0f} s"
    return [
        Figure("patience_lists", text, patient.lists / restless.lists, "", (SAVED_BAR, False), each),
        Figure(
            "patience_lag_p95_seconds",
            "  ended in Azure to ended in the row, p95",
            percentile(patient.lags, 95),
            "s",
            (LAG_SECONDS, False),
            lag,
        ),
    ]


def main() -> int:
    with server_place("bench") as place, embedded_postgres(place / "data", durable=False) as server:
        figures = uvloop.run(patience_figures(server, Scale()))
    show(figures)
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
