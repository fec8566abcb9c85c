"""R2, the short form: a worker is killed at every so-many-th await of each part of a job's life.

`make soak` kills at every one of them (tests/soak/dying.py); which ones are taken here is the same in every run.
"""

import pytest

from tests.jobs.failpoints import SETTLE_SECONDS, WALKS, ground, walk
from tests.world import World

STRIDE = 9
PARTS = list(WALKS)


@pytest.mark.parametrize("half", [0, 1])
async def test_a_worker_killed_at_an_await_doubles_nothing_and_leaves_nothing_stuck(world: World, half: int) -> None:
    assert world.settings.settle_restore_seconds == SETTLE_SECONDS
    async with ground(world) as made:
        for number, part in enumerate(PARTS[half::2]):
            first = 2 + 3 * number
            tally = await walk(made, part, stride=STRIDE, first=first)
            assert tally.is_perfect, tally
            assert tally.steps > 10, (tally, "the last worker must have had all of it to do")
            assert tally.kills >= len(range(first, tally.steps, STRIDE)), tally
