"""The transition table: every pair of state and observation, said once more by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.jobs.lifecycle import (
    FOLLOWED,
    SETTLED,
    TERMINAL,
    TRANSITIONS,
    IllegalTransitionError,
    Observation,
    State,
    after,
)

LEGAL = """
awaiting_approval approved queued
awaiting_approval rejected failed
awaiting_approval approval_lost failed
awaiting_approval cancelled_unsent cancelled
queued claimed submitting
queued approval_lost failed
queued cancelled_unsent cancelled
queued found running
submitting not_acted queued
submitting refused failed
submitting outcome_unknown submitting
submitting could_not_look submitting
submitting accepted running
submitting found running
submitting proven_absent queued
submitting ambiguous needs_attention
submitting retry_decided queued
submitting adopt_decided running
submitting abandon_decided failed
needs_attention retry_decided queued
needs_attention adopt_decided running
needs_attention abandon_decided failed
running still_running running
running cancel_accepted cancelling
running cancel_refused running
running cancelling_seen cancelling
running ended_well succeeded
running ended_with_warnings succeeded_with_warnings
running ended_badly failed
running ended_cancelled cancelled
running could_not_look running
running step_ended queued
running ambiguous needs_attention
running adopt_decided running
running abandon_decided failed
cancelling still_running cancelling
cancelling cancel_accepted cancelling
cancelling cancel_refused cancelling
cancelling cancelling_seen cancelling
cancelling ended_well succeeded
cancelling ended_with_warnings succeeded_with_warnings
cancelling ended_badly failed
cancelling ended_cancelled cancelled
cancelling could_not_look cancelling
cancelling ambiguous needs_attention
cancelling adopt_decided running
cancelling abandon_decided failed
"""
TABLE = {(State(a), Observation(b)): State(c) for a, b, c in (line.split() for line in LEGAL.split("\n") if line)}
PAIRS = [(state, observation) for state in State for observation in Observation]


@pytest.mark.parametrize(("state", "observation"), PAIRS)
def test_each_pair_leads_where_the_table_says_or_nowhere(state: State, observation: Observation) -> None:
    if (state, observation) in TABLE:
        assert after(state, observation) is TABLE[state, observation]
    else:
        with pytest.raises(IllegalTransitionError):
            after(state, observation)


@pytest.mark.parametrize("state", sorted(TERMINAL))
def test_a_terminal_state_never_changes(state: State) -> None:
    assert TRANSITIONS[state] == {}


def test_every_state_has_its_line() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("state", sorted(FOLLOWED | {State.SUBMITTING}))
def test_not_being_able_to_look_never_ends_a_job(state: State) -> None:
    """Waiting is not failing: a throttled poll must not fail a four-hour restore."""
    assert after(state, Observation.COULD_NOT_LOOK) is state


def test_only_a_claim_leads_to_submitting_and_nothing_skips_it() -> None:
    """`submitting` means an attempt is on record: nothing may be sent from any other state."""
    into = {(state, seen) for state, line in TRANSITIONS.items() for seen, to in line.items() if to is State.SUBMITTING}
    assert {pair for pair in into if pair[0] is not State.SUBMITTING} == {(State.QUEUED, Observation.CLAIMED)}
    sends = {seen for seen, to in TRANSITIONS[State.QUEUED].items() if to is State.SUBMITTING}
    assert sends == {Observation.CLAIMED}


DECISIONS = {Observation.RETRY_DECIDED, Observation.ADOPT_DECIDED, Observation.ABANDON_DECIDED}


def test_only_a_person_moves_a_job_that_needs_attention() -> None:
    assert set(TRANSITIONS[State.NEEDS_ATTENTION]) == DECISIONS


@pytest.mark.parametrize("state", sorted(FOLLOWED))
def test_what_azure_has_taken_is_given_up_or_adopted_and_never_sent_again(state: State) -> None:
    """When a person may, bounds.py says: only once nothing else may ever end it."""
    assert DECISIONS & set(TRANSITIONS[state]) == DECISIONS - {Observation.RETRY_DECIDED}


@pytest.mark.parametrize("state", sorted(set(State) - {State.SUBMITTING, State.NEEDS_ATTENTION} - FOLLOWED))
def test_nobody_decides_about_a_job_whose_outcome_is_known(state: State) -> None:
    assert not DECISIONS & set(TRANSITIONS[state])


@given(st.lists(st.sampled_from(list(Observation)), max_size=40))
def test_no_history_leaves_a_settled_state_but_by_a_decision(observations: list[Observation]) -> None:
    state = State.QUEUED
    for observation in observations:
        try:
            following = after(state, observation)
        except IllegalTransitionError:
            continue
        assert state not in SETTLED or (state is State.NEEDS_ATTENTION and observation in DECISIONS)
        state = following
