"""What is counted for the metrics is counted once for all who ask, and left out while nobody can count."""

import asyncio
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.core import metrics
from app.core.metrics import Counts, Tally, observe_request, render

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "operating.md"
COUNTS = Counts(
    in_flight={("restore", "needs_attention"): (2, 60.0)},
    attempts=(1, 5.0),
    due={"submitting": (3, 7.0)},
    orphans=4,
    unsealed=5,
    budgets={"trigger": (6.0, 0.0)},
)


class Counter:
    def __init__(self) -> None:
        self.asked = 0
        self.may_end = asyncio.Event()
        self.may_end.set()
        self.counts: Counts | None = COUNTS

    async def count(self) -> Counts | None:
        self.asked += 1
        await self.may_end.wait()
        return self.counts


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its one entry is the time."""
    now = [1000.0]
    monkeypatch.setattr(metrics, "monotonic_boottime", lambda: now[0])
    return now


async def test_scrapes_during_a_count_get_the_same_count(clock: list[float]) -> None:
    counter = Counter()
    counter.may_end.clear()
    tally = Tally(counter.count)
    asking = [asyncio.create_task(tally.newest()) for _ in range(50)]
    await asyncio.sleep(0)
    counter.may_end.set()
    assert await asyncio.gather(*asking) == [COUNTS] * 50
    assert counter.asked == 1
    clock[0] += tally.hold_seconds / 2
    assert await tally.newest() == COUNTS
    assert counter.asked == 1
    clock[0] += tally.hold_seconds / 2
    counter.counts = None
    assert await tally.newest() is None, "the database went away"
    assert await tally.newest() is None
    assert counter.asked == 2, "nobody knocks more often because nobody answers"


async def test_a_count_that_fails_is_not_held(clock: list[float]) -> None:
    del clock

    async def fail() -> Counts | None:
        raise RuntimeError("a bug")

    tally = Tally(fail)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            await tally.newest()


def names(counts: Counts | None) -> set[str]:
    observe_request("GET", 200, 0.1)
    found = {family.name for family in text_string_to_metric_families(render(counts).decode())}
    return {name for name in found if not name.endswith("_created")}


def test_what_cannot_be_counted_is_left_out_no_zero_is_told_for_it() -> None:
    assert names(None) == {"holdfast_requests", "holdfast_request_seconds", "holdfast_database_up"}
    assert "holdfast_database_up 0.0" in render(None).decode()
    assert "holdfast_database_up 1.0" in render(COUNTS).decode()


def test_what_one_answer_counted_does_not_stand_in_the_next_one() -> None:
    assert 'state="needs_attention"' in render(COUNTS).decode()
    none = Counts(in_flight={}, attempts=(0, 0.0), due={}, orphans=0, unsealed=0, budgets={})
    assert 'state="needs_attention"' not in render(none).decode()


def test_every_metric_is_documented_for_operators_and_no_other() -> None:
    section = DOCUMENT.read_text(encoding="utf-8").split("\n## What to watch\n")[1].split("\n## ")[0]
    written = {name.removesuffix("_total").removesuffix("_bucket") for name in re.findall(r"holdfast_[a-z_]+", section)}
    assert written == names(COUNTS)
