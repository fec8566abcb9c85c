"""How long to wait."""

from hypothesis import given
from hypothesis import strategies as st

from app.jobs.pace import back_off, look_soon

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
