"""What a recovery run does next, from what is on record. Pure; the file to read first.

`advance` looks at the waves, the members, the states of the members' jobs, and the clock. It is asked again and again,
by any worker, and the answer depends on nothing else: so a worker may die between any two of its writes.

- A wave begins when the gate of the one before it has opened, and a gate is looked at when every member of its wave has
  ended. What has ended never changes, so no wave begins early, whichever worker asks.
- Once a run is stopped nothing more begins. It ends when what has begun has ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.jobs.lifecycle import TERMINAL, WELL, State, Waiting
from app.recovery_plans.rules import Gate, GateKind

CHECK_EVERY = timedelta(seconds=10)
"""Between two looks at the VMs of a gate."""
RETRY = timedelta(seconds=15)
"""Until a member that could not begin (a quota) is tried again."""


class MemberState(StrEnum):
    WAITING = "waiting"
    """Its wave has not begun, or its restore could not be made yet."""
    RESTORING = "restoring"
    """Its restore is a job that has not ended."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """Its restore failed or was cancelled, or could not be made."""
    SKIPPED = "skipped"
    """The run was stopped before."""


ENDED = frozenset({MemberState.SUCCEEDED, MemberState.FAILED, MemberState.SKIPPED})


class WaveState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    GATE = "gate"
    """Its members have ended; its gate has not opened yet."""
    DONE = "done"
    FAILED = "failed"
    """Its gate did not open, or the run was stopped in it or before it."""


OVER = frozenset({WaveState.DONE, WaveState.FAILED})


class Stop(StrEnum):
    """Why nothing more begins: the code of `stopped`, and of the job's error.

    A run whose job ended before it began has the code of that job's error (`endings.close`).
    """

    CANCELLED = "recovery_run_cancelled"
    MEMBERS_FAILED = "recovery_members_failed"
    GATE_CLOSED = "recovery_gate_closed"
    """A person said stop."""
    GATE_EXPIRED = "recovery_gate_expired"
    """No person decided, or a check did not pass, within the time limit."""
    TIMED_OUT = "recovery_run_timed_out"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person said at a gate."""

    go: bool
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as it is now; stored in `recovery_runs.waves`."""

    name: str
    gate: Gate = field(default_factory=Gate)
    state: WaveState = WaveState.WAITING
    began_at: datetime | None = None
    gate_since: datetime | None = None
    ended_at: datetime | None = None
    decision: Decision | None = None
    checked_at: datetime | None = None
    """When the VMs of a check were last looked at."""
    unready: tuple[str, ...] = ()
    """Which of them were not ready then: names."""

    @property
    def gate_until(self) -> datetime | None:
        """Its time limit, or when a delay is over; None of one that waits for nothing."""
        if self.gate_since is None or self.gate.kind is GateKind.ALL_SUCCEEDED:
            return None
        return self.gate_since + self.gate.limit

    def is_late(self, moment: datetime) -> bool:
        return self.gate_until is not None and moment >= self.gate_until


@dataclass(frozen=True, slots=True)
class Member:
    position: int
    wave: int
    may_fail: bool
    state: MemberState
    job_state: State | None = None
    """Of its restore; None = none was made, or its row is gone."""

    @property
    def is_required_and_failed(self) -> bool:
        return self.state is MemberState.FAILED and not self.may_fail


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is on record. `at`: now, by the database's clock."""

    waves: Sequence[Wave]
    members: Sequence[Member]
    at: datetime
    ends_by: datetime
    is_cancelled: bool = False
    """A person asked to cancel it."""
    stop: Stop | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What follows: first `waves` and `states` are written, then `begin` is made. `look` names a wave to check first.

    `has_ended`: all is over. Otherwise `again_at` is the next time at which the clock changes something; None = only
    the end of a member's job does.
    """

    waves: tuple[Wave, ...]
    states: Mapping[int, MemberState]
    """By position: of the members that change."""
    begin: tuple[int, ...] = ()
    look: int | None = None
    stop: Stop | None = None
    has_ended: bool = False
    again_at: datetime | None = None
    waiting: Waiting | None = None


def advance(run: Run) -> Step:
    """Everything that follows from what is on record now."""
    states = {one.position: state for one in run.members if (state := _ended(one)) is not one.state}
    members = [replace(one, state=states.get(one.position, one.state)) for one in run.members]
    stop = run.stop or (Stop.CANCELLED if run.is_cancelled else None)
    stop = stop or (Stop.TIMED_OUT if run.at >= run.ends_by else None)
    step = Step(tuple(run.waves), states, stop=stop)
    if stop is None:
        step = _go_on(run, members, step)
    return _stopped(run, members, step) if step.stop is not None else step


def _ended(member: Member) -> MemberState:
    """The state of a member by its job."""
    if member.state is not MemberState.RESTORING or member.job_state not in TERMINAL:
        return member.state
    return MemberState.SUCCEEDED if member.job_state in WELL else MemberState.FAILED


def _go_on(run: Run, members: Sequence[Member], step: Step) -> Step:
    """Begin what may begin, as far as the gates are open."""
    waves = list(step.waves)
    for number, was in enumerate(step.waves):
        wave = was
        if wave.state is WaveState.DONE:
            continue
        of_it = [one for one in members if one.wave == number]
        if wave.state is WaveState.WAITING:
            wave = waves[number] = replace(wave, state=WaveState.RUNNING, began_at=run.at)
        if wave.state is WaveState.RUNNING:
            open_ones = [one for one in of_it if one.state not in ENDED]
            if open_ones:
                return _in_progress(run, replace(step, waves=tuple(waves)), open_ones)
            wave = waves[number] = replace(wave, state=WaveState.GATE, gate_since=run.at)
        passed = _passes(wave, of_it, run.at)
        if isinstance(passed, Stop):
            return replace(step, waves=tuple(waves), stop=passed)
        if not passed:
            return _at_gate(run, replace(step, waves=tuple(waves)), number)
        waves[number] = replace(wave, state=WaveState.DONE, ended_at=run.at)
    return replace(step, waves=tuple(waves), has_ended=True)


def _in_progress(run: Run, step: Step, open_ones: Sequence[Member]) -> Step:
    begin = tuple(one.position for one in open_ones if one.state is MemberState.WAITING)
    needs_person = any(one.job_state is State.NEEDS_ATTENTION for one in open_ones)
    return replace(step, begin=begin, again_at=run.ends_by, waiting=Waiting.MEMBER if needs_person else None)


def _passes(wave: Wave, members: Sequence[Member], at: datetime) -> bool | Stop:
    """Whether the gate is open: every member of the wave has ended. False = not yet."""
    kind, is_late = wave.gate.kind, wave.is_late(at)
    if kind is GateKind.PERSON:
        return _decided(wave, is_late=is_late)
    if any(one.is_required_and_failed for one in members):
        return Stop.MEMBERS_FAILED
    if kind is GateKind.CHECK:
        is_ready = wave.checked_at is not None and not wave.unready
        return is_ready or (Stop.GATE_EXPIRED if is_late else False)
    return is_late if kind is GateKind.DELAY else True


def _decided(wave: Wave, *, is_late: bool) -> bool | Stop:
    if wave.decision is None:
        return Stop.GATE_EXPIRED if is_late else False
    if wave.is_late(wave.decision.at):
        return Stop.GATE_EXPIRED
    return True if wave.decision.go else Stop.GATE_CLOSED


def _at_gate(run: Run, step: Step, number: int) -> Step:
    wave = step.waves[number]
    again = min(run.ends_by, wave.gate_until or run.ends_by)
    look = None
    if wave.gate.kind is GateKind.CHECK:
        due = wave.checked_at + CHECK_EVERY if wave.checked_at is not None else run.at
        look, again = (number, again) if due <= run.at else (None, min(again, due))
    return replace(step, look=look, again_at=again, waiting=Waiting.GATE)


def _stopped(run: Run, members: Sequence[Member], step: Step) -> Step:
    """Nothing more begins, and what was not begun is skipped. The run ends with what has begun, or with its time."""
    states = dict(step.states)
    states |= {one.position: MemberState.SKIPPED for one in members if one.state is MemberState.WAITING}
    open_ones = [one for one in members if one.state is MemberState.RESTORING]
    has_ended = not open_ones or run.at >= run.ends_by
    waves = closed(step.waves, run.at, is_whole=_is_whole(step, members)) if has_ended else step.waves
    needs_person = any(one.job_state is State.NEEDS_ATTENTION for one in open_ones)
    waiting = Waiting.MEMBER if needs_person and not has_ended else None
    return replace(
        step,
        waves=waves,
        states=states,
        begin=(),
        look=None,
        has_ended=has_ended,
        again_at=run.ends_by,
        waiting=waiting,
    )


def _is_whole(step: Step, members: Sequence[Member]) -> bool:
    """Whether the cancel came too late: everything was back."""
    return step.stop is Stop.CANCELLED and all(one.state is MemberState.SUCCEEDED for one in members)


def closed(waves: Sequence[Wave], at: datetime, *, is_whole: bool = False) -> tuple[Wave, ...]:
    """The waves of a run that is over: none of them is open. `is_whole`: all of them came back."""
    state = WaveState.DONE if is_whole else WaveState.FAILED
    return tuple(one if one.state in OVER else replace(one, state=state, ended_at=at) for one in waves)
