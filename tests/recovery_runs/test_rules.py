"""What a run does next: a model of workers that die between any two writes, and the gates one by one."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.jobs.lifecycle import State, Waiting
from app.recovery_plans.rules import LONGEST_RUN, Gate, GateKind
from app.recovery_runs.rules import (
    CHECK_EVERY,
    ENDED,
    Decision,
    Member,
    MemberState,
    Run,
    Step,
    Stop,
    Wave,
    WaveState,
    advance,
)

T = datetime(2026, 1, 31, 12, tzinfo=UTC)
WAITING, RESTORING = MemberState.WAITING, MemberState.RESTORING
SUCCEEDED, FAILED, SKIPPED = MemberState.SUCCEEDED, MemberState.FAILED, MemberState.SKIPPED


def run_of(*waves: Wave | str, members: Sequence[Member] = (), at: datetime = T, **more: object) -> Run:
    made = [Wave(one) if isinstance(one, str) else one for one in waves]
    of_each = members or [Member(n, n, may_fail=False, state=WAITING) for n in range(len(made))]
    return replace(Run(made, of_each, at, T + LONGEST_RUN), **more)  # type: ignore[arg-type]


def after(run: Run, step: Step, *, begun: bool = True) -> Run:
    """The run when the step was written, and what it begins was made."""
    members = [replace(one, state=step.states.get(one.position, one.state)) for one in run.members]
    if begun:
        members = [
            replace(one, state=RESTORING, job_state=State.QUEUED) if one.position in step.begin else one
            for one in members
        ]
    return replace(run, waves=step.waves, members=members, stop=step.stop)


def ended(run: Run, *states: State) -> Run:
    """Their restores have ended so."""
    members = [replace(one, job_state=state) for one, state in zip(run.members, states, strict=True)]
    return replace(run, members=members)


def at_gate(gate: Gate, *states: State, may_fail: bool = False, since: datetime = T) -> Run:
    """The members of the first of two waves have ended so, and it waits at this gate."""
    members = [
        Member(n, 0, may_fail, SUCCEEDED if state is State.SUCCEEDED else FAILED, state)
        for n, state in enumerate(states)
    ]
    members.append(Member(len(states), 1, may_fail=False, state=WAITING))
    first = Wave("one", gate, WaveState.GATE, T, since)
    return run_of(first, "two", members=members)


def test_the_first_wave_begins_and_the_second_waits_for_its_end() -> None:
    run = run_of("one", "two")
    step = advance(run)
    assert (step.begin, [wave.state for wave in step.waves]) == ((0,), [WaveState.RUNNING, WaveState.WAITING])
    run = after(run, step)
    assert advance(run).begin == ()
    for state in (State.SUBMITTING, State.RUNNING, State.CANCELLING, State.NEEDS_ATTENTION):
        open_ = replace(run, members=[replace(run.members[0], job_state=state), run.members[1]])
        assert (advance(open_).begin, advance(open_).has_ended) == ((), False)
        assert advance(open_).waiting == (Waiting.MEMBER if state is State.NEEDS_ATTENTION else None)
    step = advance(ended(run, State.SUCCEEDED, State.QUEUED))
    assert step.states == {0: SUCCEEDED}
    assert step.begin == (1,)


def test_a_member_that_could_not_begin_is_asked_for_again() -> None:
    run = run_of(
        "one", members=[Member(0, 0, may_fail=False, state=WAITING), Member(1, 0, may_fail=True, state=WAITING)]
    )
    run = after(run, advance(run), begun=False)
    assert advance(run).begin == (0, 1)


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED])
def test_what_may_not_fail_and_failed_stops_the_run(state: State) -> None:
    run = run_of("one", "two")
    run = after(run, advance(run))
    step = advance(ended(run, state, State.QUEUED))
    assert (step.stop, step.has_ended, step.begin) == (Stop.MEMBERS_FAILED, True, ())
    assert step.states == {0: FAILED, 1: SKIPPED}
    assert [wave.state for wave in step.waves] == [WaveState.FAILED, WaveState.FAILED]
    assert [wave.began_at for wave in step.waves] == [T, None]


def test_what_may_fail_stops_nothing() -> None:
    members = [Member(0, 0, may_fail=True, state=WAITING), Member(1, 1, may_fail=False, state=WAITING)]
    run = run_of("one", "two", members=members)
    run = after(run, advance(run))
    assert advance(ended(run, State.FAILED, State.QUEUED)).begin == (1,)


# --- gates -----------------------------------------------------------------------------------------------------------
def test_a_delay_opens_when_its_time_is_over_and_not_before() -> None:
    run = at_gate(Gate(GateKind.DELAY, 60), State.SUCCEEDED)
    early = advance(replace(run, at=T + timedelta(seconds=59)))
    assert (early.begin, early.again_at, early.waiting) == ((), T + timedelta(seconds=60), Waiting.GATE)
    assert advance(replace(run, at=T + timedelta(seconds=60))).begin == (1,)


@pytest.mark.parametrize("kind", [GateKind.ALL_SUCCEEDED, GateKind.DELAY, GateKind.CHECK])
def test_no_gate_but_a_persons_opens_after_a_failure(kind: GateKind) -> None:
    run = at_gate(Gate(kind, 60 if kind is not GateKind.ALL_SUCCEEDED else None), State.SUCCEEDED, State.FAILED)
    assert advance(run).stop is Stop.MEMBERS_FAILED


def test_a_person_decides_also_after_a_failure() -> None:
    run = at_gate(Gate(GateKind.PERSON, 60), State.FAILED)
    assert (advance(run).waiting, advance(run).begin) == (Waiting.GATE, ())
    for go, begin, stop in ((True, (1,), None), (False, (), Stop.GATE_CLOSED)):
        said = replace(run.waves[0], decision=Decision(go, "why", "mona", T))
        step = advance(replace(run, waves=[said, run.waves[1]]))
        assert (step.begin, step.stop) == (begin, stop)
    over = T + timedelta(seconds=60)
    assert advance(replace(run, at=over)).stop is Stop.GATE_EXPIRED
    in_time, late = (
        replace(run.waves[0], decision=Decision(go=True, reason="why", by="mona", at=at)) for at in (T, over)
    )
    assert advance(replace(run, waves=[in_time, run.waves[1]], at=over)).begin == (1,), "read late, but said in time"
    assert advance(replace(run, waves=[late, run.waves[1]], at=over)).stop is Stop.GATE_EXPIRED


def test_a_check_is_looked_at_now_and_then_until_all_are_ready_or_its_time_is_over() -> None:
    run = at_gate(Gate(GateKind.CHECK, 60), State.SUCCEEDED)
    assert advance(run).look == 0
    looked = replace(run.waves[0], checked_at=T, unready=("vm",))
    run = replace(run, waves=[looked, run.waves[1]])
    assert (advance(run).look, advance(run).again_at) == (None, T + CHECK_EVERY)
    assert advance(replace(run, at=T + CHECK_EVERY)).look == 0
    assert advance(replace(run, at=T + timedelta(seconds=60))).stop is Stop.GATE_EXPIRED
    assert advance(replace(run, waves=[replace(looked, unready=()), run.waves[1]])).begin == (1,)


# --- ways out --------------------------------------------------------------------------------------------------------
def test_a_cancelled_run_begins_nothing_and_ends_with_what_has_begun() -> None:
    members = [Member(n, n // 2, may_fail=False, state=WAITING) for n in range(4)]
    run = run_of("one", "two", members=members)
    run = replace(after(run, advance(run)), is_cancelled=True)
    step = advance(run)
    assert (step.begin, step.has_ended, step.states) == ((), False, {2: SKIPPED, 3: SKIPPED})
    run = after(run, step)
    run = replace(run, members=[replace(one, job_state=State.SUCCEEDED) for one in run.members])
    assert (advance(run).has_ended, advance(run).stop) == (True, Stop.CANCELLED)


def test_a_cancel_that_comes_when_all_is_back_closes_no_wave_as_failed() -> None:
    run = run_of("one")
    run = replace(after(run, advance(run)), is_cancelled=True)
    run = after(run, advance(run))
    step = advance(ended(run, State.SUCCEEDED))
    assert (step.has_ended, step.stop) == (True, Stop.CANCELLED)
    assert [wave.state for wave in step.waves] == [WaveState.DONE]


def test_every_run_ends_when_its_time_is_over() -> None:
    run = run_of("one", "two")
    run = after(run, advance(run))
    step = advance(replace(run, at=T + LONGEST_RUN))
    assert (step.has_ended, step.stop) == (True, Stop.TIMED_OUT)


def test_no_wave_begins_early_though_writes_are_lost() -> None:
    """Workers come and go: a step is written, or lost, or its restores are made in part. Jobs end as they like."""
    for seed in range(150):
        _one_life(random.Random(seed))  # noqa: S311


def _one_life(rng: random.Random) -> None:
    count = rng.randint(1, 4)
    gates = [Gate(rng.choice([GateKind.ALL_SUCCEEDED, GateKind.PERSON])) for _ in range(count)]
    members = [
        Member(n, rng.randrange(count), may_fail=rng.random() < 0.5, state=WAITING) for n in range(rng.randint(1, 8))
    ]
    run = run_of(*(Wave(f"w{n}", gate) for n, gate in enumerate(gates)), members=members)
    made: list[int] = []
    for _ in range(400):
        run = replace(run, at=run.at + timedelta(minutes=5), is_cancelled=run.is_cancelled or rng.random() < 0.01)
        step = advance(run)
        for position in step.begin:
            wave = run.members[position].wave
            before = [one for one in run.members if one.wave < wave]
            assert all(step.states.get(one.position, one.state) in ENDED for one in before)
            assert all(one.state is WaveState.DONE for one in step.waves[:wave])
            assert not run.is_cancelled
        if rng.random() < 0.3:
            continue  # it died before it wrote
        if step.has_ended:
            break
        run = _happens(rng, after(run, replace(step, begin=_some(rng, step.begin, made))))
    else:
        raise AssertionError(f"it never ended: {run}")
    assert len(made) == len(set(made))
    left = [step.states.get(one.position, one.state) for one in run.members]
    assert all(state in ENDED for state in left) or run.at >= run.ends_by


def _some(rng: random.Random, begin: Sequence[int], made: list[int]) -> tuple[int, ...]:
    """It may die after any of them: those it made are on record."""
    some = tuple(begin[: rng.randint(0, len(begin))])
    made += some
    return some


def _happens(rng: random.Random, run: Run) -> Run:
    """Some restores end, and some person decides."""
    members = [
        replace(one, job_state=rng.choice([State.RUNNING, State.SUCCEEDED, State.SUCCEEDED, State.FAILED]))
        if one.state is RESTORING and one.job_state not in {State.SUCCEEDED, State.FAILED}
        else one
        for one in run.members
    ]
    waves = [
        replace(one, decision=Decision(rng.random() < 0.8, "why", "mona", run.at))
        if one.state is WaveState.GATE and one.decision is None and rng.random() < 0.5
        else one
        for one in run.waves
    ]
    return replace(run, members=members, waves=waves)
