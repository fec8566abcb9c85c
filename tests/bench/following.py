"""R5: how many requests it takes to follow ten thousand jobs, and how late their ends are seen.

`python -m tests.bench.following` prints it alone. Simulated are the clock (fleet.py says how), Azure, and that a batch
of looks takes half a second. Left out is who starts the jobs: a trigger and a look or two at its operation for each, in
classes of their own. Every job is a backup; a restore takes one more GET at its end.
"""

import argparse
import logging
import sys
from dataclasses import dataclass

import structlog
import uvloop

from app.dev.embedded import embedded_postgres
from tests.bench.accepting import percentile
from tests.bench.report import Figure, show
from tests.database import server_place
from tests.fleet import Fleet, Make, fleet

HOUR = 3600.0
REQUESTS_AN_HOUR = 8_000
LAG_SECONDS = 60.0
POOR_LISTS_AN_HOUR = 450
POOR_LAG_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Simulated seconds of plenty and of scarcity, over how many jobs in how many vaults, by how many replicas."""

    plenty_seconds: float = HOUR / 2
    learning_seconds: float = HOUR
    poor_seconds: float = HOUR
    jobs: int = 10_000
    vaults: int = 100
    replicas: int = 4


TINY = Scale(plenty_seconds=90, learning_seconds=90, poor_seconds=120, jobs=200, vaults=4, replicas=2)
"""Shows that everything works; its figures mean nothing."""


async def following_figures(server: str, scale: Scale, *, poor_only: bool = False) -> list[Figure]:
    """`server`: a database of the Postgres to use; the fleets get databases of their own there."""
    # The loops run in this process: what they tell of every end is not what is asked for here.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures: list[Figure] = []
    for measured in (_poor,) if poor_only else (_plenty, _poor):
        async with fleet(server, Make(vaults=scale.vaults, jobs=scale.jobs, replicas=scale.replicas)) as made:
            figures += await measured(made, scale)
    return figures


async def _plenty(made: Fleet, scale: Scale) -> list[Figure]:
    since, before = made.clock.now, made.requests
    await made.follow(scale.plenty_seconds)
    hours = (made.clock.now - since) / HOUR
    asked = {name: (count - before[name]) / hours for name, count in made.requests.items()}
    lags = made.lags(since)
    each = ", ".join(f"{name} {count:.0f}" for name, count in asked.items() if count)
    text = f"R5 requests an hour: {scale.jobs} jobs, {scale.vaults} vaults, {scale.replicas} replicas"
    return [
        Figure("r5_requests_an_hour", text, sum(asked.values()), "/h", (REQUESTS_AN_HOUR, False), each),
        Figure(
            "r5_lag_p95_seconds",
            "  ended in Azure to ended in the row, p95",
            percentile(lags, 95),
            "s",
            (LAG_SECONDS, False),
            f"{len(lags)} ends, p50 {percentile(lags, 50):.0f}, last {max(lags):.0f} s; {hours:g} h simulated",
        ),
    ]


async def _poor(made: Fleet, scale: Scale) -> list[Figure]:
    """From an empty row: what the limit is must be learnt first. What that costs is told, and not measured."""
    limit = {"classes": ["list_jobs"], "count": POOR_LISTS_AN_HOUR, "sliding_seconds": HOUR}
    made.simulator.limits.change({"limits": [limit]})
    began = made.clock.now
    await made.follow(scale.learning_seconds)
    learning, since, before = made.lags(began), made.clock.now, made.requests["list_jobs"]
    await made.follow(scale.poor_seconds)
    hours = (made.clock.now - since) / HOUR
    lists, lags = made.requests["list_jobs"] - before, made.lags(since)
    return [
        Figure(
            "r5_poor_lag_p95_seconds",
            f"  the same with {POOR_LISTS_AN_HOUR} lists an hour, p95",
            percentile(lags, 95),
            "s",
            (POOR_LAG_SECONDS, False),
            f"{len(lags)} ends, p50 {percentile(lags, 50):.0f}, last {max(lags):.0f} s; {hours:g} h simulated; "
            f"while it was learnt: p95 {percentile(learning, 95):.0f}, last {max(learning):.0f} s",
        ),
        Figure("r5_poor_lists_an_hour", "  lists sent then", lists / hours, "/h", (POOR_LISTS_AN_HOUR, False)),
        Figure("r5_poor_refused", "  of them refused by Azure", made.throttled),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.following", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only show that it works; the figures mean nothing")
    parser.add_argument("--poor-only", action="store_true", help="only with few lists an hour")
    options = parser.parse_args()
    tiny: bool = options.tiny
    with server_place("bench") as place, embedded_postgres(place / "data", durable=False) as server:
        figures = uvloop.run(following_figures(server, TINY if tiny else Scale(), poor_only=options.poor_only))
    show(figures)
    return 1 if not tiny and any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
