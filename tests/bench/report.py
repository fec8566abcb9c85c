"""The figures as a table for people and as JSON for later comparisons."""

import json
import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.accepting import Round, percentile, processor_ratio, ratio


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `bar` is (limit, whether more is better); `name` is the JSON's."""

    name: str
    text: str
    value: float
    unit: str = ""
    bar: tuple[float, bool] | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.bar is None:
            return None
        limit, more_is_better = self.bar
        return self.value >= limit if more_is_better else self.value <= limit


def accepting_figures(rounds: Mapping[str, Sequence[Round]]) -> list[Figure]:
    bare, accept, keyed, driver = (rounds[name] for name in ("bare", "accept", "accept_with_key", "driver"))
    return [
        Figure("accept_ratio_bare", "accepted POSTs / bare handler", ratio(accept, bare), "", (0.5, True)),
        Figure("accept_processor_ratio_bare", "  by the server's processor time", processor_ratio(accept, bare)),
        Figure("accept_with_key_ratio_bare", "the same with an Idempotency-Key", ratio(keyed, bare)),
        Figure("accept_ratio_driver", "accepted POSTs / raw driver insert", ratio(accept, driver)),
        _rate("accept", "accepted POSTs", accept),
        _rate("accept_with_key", "  with an Idempotency-Key", keyed),
        _rate("bare", "bare handler", bare),
        _rate("driver", "raw driver insert", driver),
    ]


def _rate(name: str, text: str, rounds: Sequence[Round]) -> Figure:
    p50, p95 = (statistics.median(values) for values in ([r.p50_ms for r in rounds], [r.p95_ms for r in rounds]))
    busy = {side: statistics.median(r.busy[side] for r in rounds) for side in rounds[0].busy}
    note = f"p50 {p50:.1f} p95 {p95:.1f} ms; busy: " + ", ".join(f"{side} {share:.0%}" for side, share in busy.items())
    return Figure(f"{name}_per_second", text, statistics.median(r.rate for r in rounds), "/s", note=note)


def sending_figures(name: str, text: str, milliseconds: Sequence[float], *, bar: float | None) -> list[Figure]:
    return [
        Figure(f"{name}_p50_ms", f"{text}, p50", percentile(milliseconds, 50), "ms", (bar, False) if bar else None),
        Figure(f"{name}_p95_ms", f"{text}, p95", percentile(milliseconds, 95), "ms", note=f"{len(milliseconds)} POSTs"),
    ]


def show(figures: Sequence[Figure]) -> None:
    table = Table("figure", "value", "bar", "", "note")
    for figure in figures:
        value = f"{figure.value:.3g}" if abs(figure.value) < 100 else f"{figure.value:.0f}"
        bar = "" if figure.bar is None else f"{'>=' if figure.bar[1] else '<='} {figure.bar[0]:g}"
        said = {None: "", True: "met", False: "MISSED"}[figure.met]
        table.add_row(figure.text, f"{value} {figure.unit}", bar, said, figure.note)
    Console(width=150).print(table)


def write(figures: Sequence[Figure], rounds: Mapping[str, Sequence[Round]], folder: Path) -> Path:
    """`bench-<time>.json`: every figure, every round, and the machine's shape."""
    now = datetime.now(UTC)
    path = folder / f"bench-{now:%Y%m%d-%H%M%S}.json"
    content = {
        "at": now.isoformat(),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.system()},
        "figures": {figure.name: {"value": figure.value, "unit": figure.unit, "met": figure.met} for figure in figures},
        "rounds": {name: [asdict(one) for one in several] for name, several in rounds.items()},
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return path
