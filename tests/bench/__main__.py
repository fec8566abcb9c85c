"""`python -m tests.bench`: measure, print the table, write the JSON. Exit code 1 when a bar is missed."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import uvloop

from tests.bench import delivering, following, forecast, hinting, planning, streaming
from tests.bench.accepting import Contenders, Round, make_tables, take_turns
from tests.bench.admitting import admitting_figures
from tests.bench.asking_in_bulk import bulk_figures
from tests.bench.claiming import claiming_figures
from tests.bench.covering import covering_figures
from tests.bench.crowding import crowding_figures
from tests.bench.delivering import delivering_figures
from tests.bench.following import following_figures
from tests.bench.forecast import patience_figures
from tests.bench.hinting import hinting_figures
from tests.bench.listing import listing_figures
from tests.bench.planning import planning_figures
from tests.bench.pricing import pricing_figures
from tests.bench.report import Figure, accepting_figures, sending_figures, show, write
from tests.bench.reporting import reporting_figures
from tests.bench.ruling import ruling_figures
from tests.bench.sending import all_at_once, milliseconds_to_arrival, one_after_another
from tests.bench.stack import Api, Bench, Process, bench, protect_some
from tests.bench.starting import ready_seconds, resident_mb, settled_mb
from tests.bench.streaming import events_figures
from tests.bench.sweeping import sweeping_figures
from tests.bench.trailing import measure_trail, sealing_figures, trail_figures
from tests.bench.walls import measure_walls, walls_figures

POLL_SECONDS = 30.0
"""The default: what wakes the worker is the notification, not a short poll."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int = 5
    seconds: float = 2.0
    items: int = 8
    posts: int = 60
    burst: int = 100
    crowd: int = 1_000
    """Requests of one principal that come at once, while another tenant asks."""
    starts: int = 3
    lists: tuple[int, int] = (1_000, 1_000_000)
    """Jobs in the small table, and in the big one."""
    pages: int = 60
    """Of each kind."""
    sealed: int = 1_000_000
    """Audit entries that have their seals."""
    sweeps: tuple[int, int] = (10_000, 100_000)
    """Jobs in flight."""
    swept_vaults: int = 100
    backlogs: tuple[int, int] = (1_000, 100_000)
    """Jobs of one tenant that are queued."""
    reported: int = 10_000
    """Items of a daily report."""
    priced: int = 5_000
    ruled: int = 10_000
    """VMs of one estimate."""
    targets: int = 1_000
    """Of one bulk request."""
    asked: tuple[int, int] = (5, 40)
    """How often for a report, and for an estimate of one VM."""
    machines: int = 5_000
    """Of the estate."""


TINY = Size(
    rounds=1,
    seconds=0.3,
    items=2,
    posts=3,
    burst=4,
    crowd=20,
    starts=1,
    lists=(1_000, 5_000),
    pages=4,
    sweeps=(100, 200),
    swept_vaults=10,
    backlogs=(50, 100),
    sealed=2_000,
    reported=200,
    priced=100,
    ruled=100,
    targets=20,
    asked=(1, 4),
    machines=60,
)
"""Shows that everything works; its figures mean nothing."""


async def measure(made: Bench, size: Size) -> tuple[list[Figure], dict[str, list[Round]]]:
    async with made.api() as process:
        first_mb = resident_mb(process.pid)
        api = Api(process.url, made.token())
        items = await protect_some(made, api, items=size.items)
        figures = [
            Figure("api_first_mb", "API's memory after its first answer", first_mb, "MB", (150, False)),
            Figure("api_settled_mb", "  and with the Azure SDK", await settled_mb(process.pid), "MB", (150, False)),
            *await _sending(made, api, items, size),
            *await admitting_figures(made, rounds=size.rounds),
        ]
        rounds = await _accepting(made, process, api, items, size)
        # A few per cent are what is looked for: they take more rounds to tell from chance than a half does.
        walls = await measure_walls(made, process, api, items, rounds=2 * size.rounds, seconds=size.seconds)
        trail = await measure_trail(made, process, api, items, rounds=size.rounds, seconds=size.seconds)
        figures += await crowding_figures(made, api, items, burst=size.crowd, rounds=size.rounds)
        figures.append(Figure("api_loaded_mb", "  and after the load", resident_mb(process.pid), "MB", (150, False)))
    ready = await ready_seconds(made, times=size.starts)
    figures.insert(0, Figure("api_ready_seconds", "API start until ready", ready, "s", (3, False)))
    figures += await listing_figures(made, few=size.lists[0], many=size.lists[1], times=size.pages)
    figures += await sweeping_figures(made, few=size.sweeps[0], many=size.sweeps[1], vaults=size.swept_vaults)
    figures += await claiming_figures(made.database_url, few=size.backlogs[0], many=size.backlogs[1])
    figures += await covering_figures(made, machines=size.machines)
    figures += await sealing_figures(made.database_url, many=size.sealed)
    figures += await reporting_figures(made, items=size.reported, times=size.asked[0])
    figures += await pricing_figures(made, items=size.priced, times=size.asked[1])
    figures += await ruling_figures(made, machines=size.ruled)
    figures += await bulk_figures(made, targets=size.targets)
    ratios = [*accepting_figures(rounds), *walls_figures(walls), *trail_figures(trail)]
    return [*ratios, *figures], rounds | walls | trail


async def _sending(made: Bench, api: Api, items: list[str], size: Size) -> list[Figure]:
    with made.worker(poll_seconds=POLL_SECONDS):
        await milliseconds_to_arrival(made, await one_after_another(api, items, posts=2))  # it is up and warm
        single = await milliseconds_to_arrival(made, await one_after_another(api, items, posts=size.posts))
        burst = await milliseconds_to_arrival(made, await all_at_once(api, items, posts=size.burst))
    return [
        *sending_figures("trigger", "202 to trigger at Azure", single, bar=50),
        *sending_figures("trigger_burst", f"  in a burst of {size.burst}", burst, bar=750),
    ]


async def _accepting(made: Bench, process: Process, api: Api, items: list[str], size: Size) -> dict[str, list[Round]]:
    """Nothing works the jobs off meanwhile: what is measured is the accepting alone."""
    make_tables(made)
    async with made.bare() as bare:
        contenders = Contenders(made, process, bare, api, items)
        return await take_turns(contenders.all(), rounds=size.rounds, seconds=size.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only show that it works; the figures mean nothing")
    tiny = parser.parse_args().tiny
    size = TINY if tiny else Size()
    with bench(durable=not tiny) as made:
        figures, rounds = uvloop.run(measure(made, size))
        figures += uvloop.run(patience_figures(made.database_url, forecast.TINY if tiny else forecast.Scale()))
        figures += uvloop.run(following_figures(made.database_url, following.TINY if tiny else following.Scale()))
        figures += uvloop.run(hinting_figures(made.database_url, hinting.TINY if tiny else hinting.Scale()))
        if not tiny:
            figures += uvloop.run(delivering_figures(delivering.Scale()))
    with bench(durable=not tiny) as own:
        of_events, taken = uvloop.run(events_figures(own, streaming.TINY if tiny else streaming.Scale()))
    figures += of_events
    rounds |= taken
    figures += uvloop.run(planning_figures(planning.TINY if tiny else planning.Scale()))
    show(figures)
    sys.stdout.write(f"Everything in {write(figures, rounds, Path.cwd()).name}\n")
    return 1 if not tiny and any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
