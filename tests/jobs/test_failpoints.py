"""R2, the short form: a worker is killed at some awaits of what it does; in `make test` in 20 of the 44 parts.

`make soak` kills at every one of them (tests/soak/dying.py); which ones are taken here is the same in every run.
"""

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.jobs.failpoints import SETTLE_SECONDS, ground, walk
from tests.jobs.walks import (
    BACKUPS_AND_CROSSINGS,
    CLEARED,
    FILES,
    RESTORES_AND_POLICIES,
    UNASKED,
    WALKS,
    WHAT_IS_MADE,
    WHAT_IS_SET_UP,
)
from tests.whole import of_walk, some_of
from tests.world import World

STRIDE = of_walk(short=72, whole=3)
PARTS = [part for part in WALKS if part in RESTORES_AND_POLICIES]
ONCE = [list(CLEARED | UNASKED | FILES), list(BACKUPS_AND_CROSSINGS | WHAT_IS_MADE | WHAT_IS_SET_UP)]
"""Each in a world of its own: they run side by side."""
DIES_AT = {
    "submitting": (9, 17, 25),
    "operations": (8, 16, 24),
    "resolving": (8, 16, 24),
    "observing": (10, 25, 40),
    "cancelling": (20,),
    "pruning": (4, 8, 12, 16),
}
"""Where the first, second, ... part of a loop is cut off: early, in the middle, late, and again."""


@pytest.mark.parametrize("half", [0, 1])
async def test_a_worker_killed_at_an_await_doubles_nothing_and_leaves_nothing_stuck(world: World, half: int) -> None:
    assert world.settings.settle_restore_seconds == SETTLE_SECONDS
    async with ground(world) as made:
        for number, part in enumerate(PARTS[half::2]):
            first = 2 + 3 * number
            tally = await walk(made, part, WALKS[part], stride=STRIDE, first=first)
            assert tally.is_perfect, tally
            assert tally.steps > 10, (tally, "the last worker must have had all of it to do")
            assert tally.kills >= len(range(first, tally.steps, STRIDE)), tally


def awaits_of(parts: list[str]) -> Iterator[tuple[str, int]]:
    seen: Counter[str] = Counter()
    for part in parts:
        loop = WALKS[part].loop
        places = DIES_AT[loop]
        yield part, places[seen[loop] % len(places)]
        seen[loop] += 1


@pytest.mark.parametrize("parts", ONCE, ids=["unasked", "asked"])
async def test_whatever_else_a_worker_is_killed_at_is_done_once(world: World, parts: list[str]) -> None:
    async with ground(world) as made:
        for part, step in some_of(awaits_of(parts), short=len(parts) // 3):
            tally = await walk(made, part, WALKS[part], first=step, most=1)
            assert tally.is_perfect, tally
            assert tally.kills == 1, (tally, "its look is over by then: nobody was killed")


def test_every_part_is_walked() -> None:
    assert sorted([*PARTS, *(part for parts in ONCE for part in parts)]) == sorted(WALKS)
