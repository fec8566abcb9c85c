"""How long to wait."""

from hypothesis import given
from hypothesis import strategies as st

from app.jobs.scheduling import LONGEST_INTERVAL_POLLS, back_off, idle_sweep, longest_interval, look_soon, tries_after
from app.jobs.sweep.next_sweep import (
    BUSY_SHARE,
    JITTER,
    ending_after,
    idle_interval,
    lists_a_sweep,
    owed_interval,
    sweep_interval,
)
from app.jobs.sweep.watch import VaultLoad

POLL = 30.0
CROWDS = st.builds(VaultLoad, busy=st.integers(1, 5000), calm=st.integers(0, 5000), lists_a_second=st.floats(0.01, 100))
DICE = st.floats(0.0, 1.0)
POLLS = st.floats(min_value=0.01, max_value=3600)


@given(st.integers(min_value=0, max_value=1000), POLLS)
def test_the_back_off_never_passes_the_poll_interval_by_itself(tries: int, poll: float) -> None:
    assert look_soon(poll) <= back_off(tries, poll) <= poll


@given(st.integers(min_value=0, max_value=30), POLLS)
def test_the_back_off_never_shrinks(tries: int, poll: float) -> None:
    assert back_off(tries, poll) <= back_off(tries + 1, poll)


@given(st.integers(min_value=0, max_value=1000), POLLS, st.floats(min_value=0, max_value=100_000))
def test_a_retry_after_is_never_shortened(tries: int, poll: float, retry_after: float) -> None:
    assert back_off(tries, poll, retry_after) >= retry_after


def test_with_plenty_of_budget_a_hundred_busy_vaults_are_looked_at_every_minute() -> None:
    assert sweep_interval(POLL, VaultLoad(100, 0, 12_000 / 3600), 0.5) == 60
    assert sweep_interval(POLL, VaultLoad(3, 0, 12_000 / 3600), 0.5) == 30


def test_450_lists_an_hour_reach_a_hundred_busy_vaults_within_a_quarter_of_an_hour() -> None:
    assert 800 < sweep_interval(POLL, VaultLoad(100, 0, 450 / 3600), 1.0) <= 900


@given(CROWDS, DICE, st.floats(1.0, 5.0))
def test_all_vaults_together_stay_within_what_azure_lets_through(crowd: VaultLoad, dice: float, lists: float) -> None:
    busy = sweep_interval(POLL, crowd, dice, lists=lists)
    calm = idle_interval(POLL, crowd)
    if max(busy, calm) < LONGEST_INTERVAL_POLLS * POLL * (1 - JITTER):
        a_second = crowd.busy * lists / busy + crowd.calm / calm
        assert crowd.lists_a_second is not None
        assert a_second <= crowd.lists_a_second * BUSY_SHARE * (1 + 2 * JITTER)


@given(CROWDS, st.integers(1, 100), DICE)
def test_more_vaults_or_a_smaller_budget_never_hasten_a_look(crowd: VaultLoad, more: int, dice: float) -> None:
    assert crowd.lists_a_second is not None
    interval = sweep_interval(POLL, crowd, dice)
    busier = VaultLoad(crowd.busy + more, crowd.calm, crowd.lists_a_second)
    poorer = VaultLoad(crowd.busy, crowd.calm, crowd.lists_a_second / (1 + more))
    assert sweep_interval(POLL, busier, dice) >= interval
    assert sweep_interval(POLL, poorer, dice) >= interval
    assert idle_interval(POLL, poorer) >= idle_interval(POLL, crowd) >= idle_sweep(POLL)


@given(CROWDS, DICE)
def test_no_vault_is_forgotten(crowd: VaultLoad, dice: float) -> None:
    longest = LONGEST_INTERVAL_POLLS * POLL * (1 + JITTER)
    assert POLL * (1 - JITTER) <= sweep_interval(POLL, crowd, dice) <= longest
    assert idle_interval(POLL, crowd) <= longest


def test_a_sweep_takes_one_list_where_the_window_shows_everything() -> None:
    assert lists_a_sweep(0.0, 1) == 1
    assert lists_a_sweep(0.1, 1) == 1.1
    assert lists_a_sweep(0.9, 1) == 1
    assert lists_a_sweep(0.5, 4) == 3


def test_the_average_of_ends_never_becomes_smaller_than_its_column_holds() -> None:
    """A job may run for days: thousands of looks without an end. REAL holds nothing between 0 and 1e-45."""
    ending = 1.0
    for _ in range(5_000):
        ending = ending_after(ending, has_ended=False)
        assert ending == 0.0 or ending > 1e-30


@given(st.lists(st.booleans(), max_size=50), POLLS)
def test_what_was_away_for_however_long_makes_the_first_refusal_no_long_wait(refusals: list[bool], poll: float) -> None:
    tries = 0
    for refused in refusals:
        tries = tries_after(tries, refused=refused)
    tries = tries_after(tries, refused=False)
    assert back_off(tries, poll, longest=longest_interval(poll)) <= 16 * look_soon(poll)


@given(st.floats(0, 100_000), st.floats(1, 100), st.floats(100, 10_000))
def test_an_owed_list_is_asked_for_between_the_usual_and_the_idle_interval(
    owed: float, usual: float, idle: float
) -> None:
    assert usual <= owed_interval(owed, usual, idle) <= idle
