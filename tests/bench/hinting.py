"""R5b: how late ends are seen where Azure allows 150 reads of jobs an hour, with the hint and without it.

`python -m tests.bench.hinting` prints it alone; `--only good,off` a part of it. As `following` (which lists what is
simulated), with four subscriptions, the recorded hourly window without Retry-After, and Resource Graph without its
wire: the rows of the hint are computed. In (a) the jobs of each vault end within 15 minutes, one vault after another;
in (b) evenly. A hint that is missing, stale or wrong is measured in (a), where it could do most harm.
"""

import argparse
import logging
import sys
from collections.abc import Collection
from dataclasses import dataclass

import structlog
import uvloop

from app.dev.embedded import embedded_postgres
from tests.bench.accepting import percentile
from tests.bench.report import Figure, show
from tests.database import server_place
from tests.fleet import Fleet, Hint, Make, fleet

HOUR = 3600.0
PRESET = "job_reads_2023"
USUAL_SECONDS = 600.0
"""Between two lists of a vault without the hint: 25 vaults of a subscription share 150 an hour."""
BURST_SECONDS = 900.0
BURST_LAG = 180.0
EVEN_LAG = 630.0
AS_WITHOUT = 1.1
"""A hint that is no good may make p95 so much worse; two runs without any differ as much."""


@dataclass(frozen=True, slots=True)
class Scale:
    learning_seconds: float = 1800.0
    measured_seconds: float = 2700.0
    jobs: int = 10_000
    vaults: int = 100
    subscriptions: int = 4
    replicas: int = 4
    variants: Collection[str] = ("even", Hint.OFF, Hint.GOOD, Hint.MISSING, Hint.STALE, Hint.WRONG)


VARIANTS = ("even", *Hint)
"""(b) with a good hint, and (a) with each."""


TINY = Scale(60, 600, jobs=64, vaults=16, subscriptions=1, replicas=2, variants=(Hint.GOOD,))
"""Shows that everything works; its figures mean nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    lags: list[float]
    note: str
    lost: int
    too_soon: int

    @property
    def p95(self) -> float:
        return percentile(self.lags, 95)


async def hinting_figures(server: str, scale: Scale) -> list[Figure]:
    """`server`: a database of the Postgres to use; the fleets get databases of their own there."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seen = {name: await _follow(server, scale, name) for name in VARIANTS if name in scale.variants}
    figures = [_figure(name, one, seen.get(Hint.OFF)) for name, one in seen.items()]
    lost, too_soon = sum(one.lost for one in seen.values()), sum(one.too_soon for one in seen.values())
    return [
        *figures,
        Figure("r5b_lost", "  in all of them: ends not seen for more than an hour", lost, "", (0, False)),
        Figure("r5b_too_soon", "  and ended in the row before Azure ended them", too_soon, "", (0, False)),
    ]


def _figure(name: str, seen: Seen, without: Seen | None) -> Figure:
    bar: tuple[float, bool] | None = None
    if name == "even":
        bar, text = (EVEN_LAG, False), "R5b 150 reads an hour, ends spread evenly, with the hint, p95"
    elif name == Hint.GOOD:
        bar, text = (BURST_LAG, False), "R5b the same, each vault's ends within 15 minutes, p95"
    else:
        text = f"  the same, hint {name}"
        if name != Hint.OFF and without is not None:
            bar = (without.p95 * AS_WITHOUT, False)
    return Figure(f"r5b_{name.replace(' ', '_')}_lag_p95_seconds", text, seen.p95, "s", bar, seen.note)


async def _follow(server: str, scale: Scale, name: str) -> Seen:
    is_even = name == "even"
    make = Make(
        vaults=scale.vaults,
        jobs=scale.jobs,
        replicas=scale.replicas,
        subscriptions=scale.subscriptions,
        burst_seconds=None if is_even else BURST_SECONDS,
        hint=Hint.GOOD if is_even else Hint(name),
        grain=10.0,
        due_within=USUAL_SECONDS,
    )
    async with fleet(server, make) as made:
        made.simulator.limits.change({"presets": [PRESET]})
        await made.follow(scale.learning_seconds)
        since, before = made.clock.now, _counts(made)
        await made.follow(scale.measured_seconds)
        hours = (made.clock.now - since) / HOUR
        lags = made.lags(since)
        lists, queries, brought, refused = (
            (after - then) / hours for after, then in zip(_counts(made), before, strict=True)
        )
        note = (
            f"{len(lags)} ends, p50 {percentile(lags, 50):.0f}, last {max(lags):.0f} s; an hour: {lists:.0f} reads, "
            f"{queries:.0f} queries, {brought:.0f} lists brought forward, {refused:.0f} refused"
        )
        return Seen(lags, note, sum(lag > HOUR for lag in lags), made.ended_too_soon())


def _counts(made: Fleet) -> tuple[int, int, int, int]:
    reads = made.requests["list_jobs"] + made.requests["get_job"]
    return reads, made.graph.queries, made.lists_brought(), made.throttled


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hinting", description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="only show that it works; the figures mean nothing")
    parser.add_argument("--only", default=",".join(Scale().variants), help=f"some of {', '.join(VARIANTS)}")
    options = parser.parse_args()
    tiny: bool = options.tiny
    with server_place("bench") as place, embedded_postgres(place / "data", durable=False) as server:
        scale = TINY if tiny else Scale(variants=options.only.replace("_", " ").split(","))
        figures = uvloop.run(hinting_figures(server, scale))
    show(figures)
    return 1 if not tiny and any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
