"""The geometry of the page's charts: numbers in, rectangles out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

BAR_WIDTH: Final = 1000.0
LEAST_WIDTH: Final = 6.0
"""One failed backup of ten thousand is still seen."""
CHART_HEIGHT: Final = 100.0


@dataclass(frozen=True, slots=True)
class Piece:
    name: str
    count: int
    x: float
    width: float


def stacked(counts: Mapping[str, int]) -> list[Piece]:
    """A bar of BAR_WIDTH, in the order given; what is there is at least LEAST_WIDTH wide."""
    there = {name: count for name, count in counts.items() if count > 0}
    total = sum(there.values())
    widths = {name: max(LEAST_WIDTH, BAR_WIDTH * count / total) for name, count in there.items()}
    scale = BAR_WIDTH / sum(widths.values()) if widths else 1.0
    pieces, x = [], 0.0
    for name, count in there.items():
        width = widths[name] * scale
        pieces.append(Piece(name, count, round(x, 2), round(width, 2)))
        x += width
    return pieces


@dataclass(frozen=True, slots=True)
class Column:
    x: float
    y: float
    width: float
    height: float


def columns(values: Sequence[int | None], width: float) -> list[Column | None]:
    """A column for each value, the largest CHART_HEIGHT high; None where there is no value."""
    largest = max((value for value in values if value is not None), default=0)
    step = width / max(len(values), 1)
    found: list[Column | None] = []
    for number, value in enumerate(values):
        if value is None:
            found.append(None)
            continue
        height = CHART_HEIGHT * value / largest if largest else 0.0
        height = max(height, 1.0) if value else 0.0
        found.append(
            Column(round(number * step, 2), round(CHART_HEIGHT - height, 2), round(step * 0.8, 2), round(height, 2))
        )
    return found


_UNITS: Final = ("B", "KB", "MB", "GB", "TB", "PB")


def size_text(count: int) -> str:
    """`11.4 GB`: three digits, units of 1,024."""
    value, unit = float(count), 0
    while value >= 1024 and unit < len(_UNITS) - 1:
        value, unit = value / 1024, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if value >= 100 or unit == 0 else f"{value:.1f} {_UNITS[unit]}"
