"""The end of a run: what its job says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from app.jobs.lifecycle import Observation, State
from app.jobs.work import JobError, Resource
from app.recovery_runs.rules import ENDED, MemberState, Stop


@dataclass(frozen=True, slots=True)
class Ended:
    """One member at the end of a run."""

    protected_item_id: str
    vm_id: str | None
    may_fail: bool
    state: MemberState
    job_state: State | None
    restore: str | None
    """The path of its restore."""
    resources: Sequence[Resource] = ()
    rto_seconds: float | None = None


class MemberResult(TypedDict):
    protected_item_id: str
    vm_id: str | None
    state: str
    restore: str | None


class RunResult(TypedDict):
    """`resources`: what the restores created, also those of a run that was stopped."""

    resources: list[Resource]
    members: list[MemberResult]
    point_spread_seconds: float | None
    rto_seconds: float | None
    promised_rto_seconds: int | None


TITLES: Mapping[Stop, tuple[str, str]] = {
    Stop.MEMBERS_FAILED: (
        "VMs that may not fail did not come back",
        "Look at their restores, mend the cause, and run the plan again for what is missing.",
    ),
    Stop.GATE_CLOSED: (
        "A person stopped the run at a gate",
        "See the reason at the gate. What came back is in `result`.",
    ),
    Stop.GATE_EXPIRED: (
        "A gate did not open in time",
        "Decide sooner, give the gate more time, or see why the VMs are not ready. What came back is in `result`.",
    ),
    Stop.TIMED_OUT: (
        "The run took too long",
        "Restores that have not ended go on: follow them by GET /v1/jobs?parent=.... Resolve those that need a person.",
    ),
    Stop.CANCELLED: (
        "The run was cancelled",
        "What came back is in `result`; delete what you do not need.",
    ),
}


def observation_of(stop: Stop | None, members: Sequence[Ended]) -> Observation:
    """How the run ended."""
    required = [one for one in members if not one.may_fail]
    if stop is Stop.CANCELLED and any(one.state is not MemberState.SUCCEEDED for one in members):
        return Observation.ENDED_CANCELLED
    if any(one.state is not MemberState.SUCCEEDED for one in required) or stop not in {None, Stop.CANCELLED}:
        return Observation.ENDED_BADLY
    if any(one.state is not MemberState.SUCCEEDED for one in members):
        return Observation.ENDED_WITH_WARNINGS
    return Observation.ENDED_WELL


def error_of(stop: Stop | None, members: Sequence[Ended], detail: str | None) -> JobError:
    """Why it failed. Without a stop: a person let it go on, and members that may not fail had failed."""
    code = stop or Stop.MEMBERS_FAILED
    title, remedy = TITLES[code]
    missing = [
        (one.vm_id or one.protected_item_id).rpartition("/")[2]
        for one in members
        if one.state is not MemberState.SUCCEEDED
    ]
    named = ", ".join(missing[:20]) + (f" and {len(missing) - 20} more" if len(missing) > 20 else "")
    said = f"{detail}. " if detail else ""
    counted = f"{len(members) - len(missing)} of {len(members)} VMs came back"
    return JobError(str(code), title, f"{said}{counted}{f'; not: {named}' if named else ''}.", remedy)


def rto_of(members: Sequence[Ended]) -> float | None:
    """Seconds until the last member was back; None unless all that may not fail are, and each time is known."""
    back = [one.rto_seconds for one in members if one.state is MemberState.SUCCEEDED]
    is_whole = all(one.state is MemberState.SUCCEEDED for one in members if not one.may_fail)
    known = [one for one in back if one is not None]
    return max(known) if is_whole and known and len(known) == len(back) else None


def result_of(members: Sequence[Ended], *, spread: float | None, rto: float | None, promised: int | None) -> RunResult:
    return {
        "resources": [resource for one in members for resource in one.resources],
        "members": [
            {
                "protected_item_id": one.protected_item_id,
                "vm_id": one.vm_id,
                "state": one.state.value,
                "restore": one.restore,
            }
            for one in members
        ],
        "point_spread_seconds": spread,
        "rto_seconds": rto,
        "promised_rto_seconds": promised,
    }


def counts_of(states: Sequence[tuple[MemberState, State | None]]) -> dict[str, Any]:
    """How far the members are, as the job shows it (`jobs.counts`)."""
    failed = [job for state, job in states if state is MemberState.FAILED]
    cancelled = sum(job is State.CANCELLED for job in failed)
    return {
        "total": len(states),
        "open": sum(state not in ENDED for state, _ in states),
        "succeeded": sum(state is MemberState.SUCCEEDED for state, _ in states),
        "failed": len(failed) - cancelled,
        "cancelled": cancelled + sum(state is MemberState.SKIPPED for state, _ in states),
        "needs_attention": sum(
            state is MemberState.RESTORING and job is State.NEEDS_ATTENTION for state, job in states
        ),
    }
