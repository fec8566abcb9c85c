"""What is weakened from outside is found in one sweep, with what could be restored before and after."""

import pytest

from tests.estate.outside_actions import ATTACKS, BENIGN, Action, Outside, given
from tests.estate.sequences import drawn, weakened
from tests.jobs.untracked_steps import slow_sweep
from tests.whole import is_whole, only_whole
from tests.world import World

SEEDS = range(1, 61) if is_whole() else range(1, 3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("attacks", [True, False], ids=["attack", "benign"])
async def test_a_drawn_sequence(world: World, seed: int, attacks: bool) -> None:  # noqa: FBT001
    outcome = await drawn(world, seed, attacks=attacks)
    assert not outcome.missed, outcome
    assert not outcome.false, outcome
    assert attacks or not outcome.expected, outcome


@only_whole
@pytest.mark.parametrize("action", ATTACKS, ids=lambda action: action.name)
async def test_each_attack_alone(world: World, action: Action) -> None:
    await given(world, immutability=action.needs, soft_delete={"state": "on", "days": 30})
    await slow_sweep(world)
    assert await action.happens(Outside(world, 1)) == action.raises, "Azure refuses it"
    await slow_sweep(world)
    assert set(await weakened(world)) == action.raises


@only_whole
@pytest.mark.parametrize("action", BENIGN, ids=lambda action: action.name)
async def test_each_benign_action_alone(world: World, action: Action) -> None:
    await given(world, soft_delete={"state": "on", "days": 30})
    await slow_sweep(world)
    await action.do(Outside(world, 1))
    await slow_sweep(world)
    assert not await weakened(world)
