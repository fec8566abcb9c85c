"""Judges what was seen of a restored machine, level by level. Pure.

Each judge says `passed`, `failed`, `not_proven` or `waiting` (look again), with words for a person. What Azure does not
say never passes, and never fails: it waits, until the clock of the level ends. `not_proven`: no later look tells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from app.azure.compute.values import AttachedDisk, Machine, ManagedDisk, ScriptRun, ScriptState


class Level(StrEnum):
    """What a restore test verifies, in this order."""

    RESTORED = "restored"
    """The machine is there with its disks, as the recovery point has them."""
    BOOTS = "boots"
    """It runs, and its agent reported after the restore began that made it."""
    ANSWERS = "answers"
    """The caller's script ended in it with exit code 0."""
    YOUR_CHECK = "your_check"
    """The caller's own check said so."""


ORDER = tuple(Level)
KEPT_OUTPUT = 4096
"""Characters of a script's output that are kept."""


@dataclass(frozen=True, slots=True)
class Expected:
    """The disks that the recovery point has. None = Azure does not say."""

    disks: int | None = None
    """With the OS disk."""
    luns: tuple[int, ...] | None = None
    """Of the data disks."""
    sizes: Mapping[int, int] = field(default_factory=dict)
    """GiB by LUN, of the source VM as it was when the test began; -1 is the OS disk."""
    luns_by_source: bool = False
    """The point does not say the LUNs: they are those of the source VM, as its sizes are."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one look found. `at`: Azure's own time of it."""

    verdict: Literal["passed", "failed", "not_proven", "waiting"]
    detail: str
    at: datetime | None = None
    azure_code: str | None = None
    remedy: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What it was judged from, as JSON: its hash is in the evidence."""
    is_away: bool = False
    """Azure could not be asked: nothing was seen."""


OS_DISK = -1
SOURCE_CHANGED = " Azure does not show that the disks of the source are those that it had when the point was made."
DISKS_REMEDY = "Restore the point by hand, compare its disks, and make a new backup of the VM."
AGENT_REMEDY = "See whether the VM agent runs in the source VM, and is of a version that Azure supports."
AWAY_REMEDY = "See what Azure answers (docs/errors.md), and run the test again when it can be asked."
BOOT_REMEDY = "Look at the boot diagnostics of a restored VM: the point may have been made of a VM that does not boot."
TOO_LATE: Mapping[Level, str] = {
    Level.RESTORED: "See the history of its restore (GET /v1/jobs/{id}/events), then run the test again.",
    Level.BOOTS: BOOT_REMEDY,
    Level.ANSWERS: "See whether the agent of the VM runs scripts, or give this one more time (timeout_seconds).",
    Level.YOUR_CHECK: "Answer holdfast.restore_test.check_requested in time, or give the check more (check_minutes).",
}
"""Remedies of a level that came to no end."""


def expected_luns(included: Sequence[int] | None, disks: int | None, source: Sequence[int] | None) -> Expected:
    """What the point says: the number of its disks, and their LUNs only where disks were excluded; never their sizes.

    `source`: LUNs of the source VM now; they count only where their number is the point's.
    """
    if included is not None:
        return Expected(len(included) + 1, tuple(sorted(included)))
    if disks is None:
        return Expected()
    if source is None or len(source) + 1 != disks:
        return Expected(disks)
    return Expected(disks, tuple(sorted(source)), luns_by_source=True)


def is_unchanged(source: Sequence[ManagedDisk], since: datetime) -> bool:
    """Whether these disks were made, and put where they are, before this moment. What Azure does not say is no.

    Azure moves the time also when their machine is stopped or started. A disk that only grew shows nothing.
    """
    return all(
        one.created_at is not None
        and one.created_at < since
        and one.ownership_at is not None
        and one.ownership_at < since
        for one in source
    )


def judge_disks(machine: Machine, expected: Expected, *, is_source_unchanged: bool) -> Judged:
    """`is_source_unchanged`: the source VM still has the disks that it had when the point was made, where it had them.

    Only then a difference from it is one from the point.
    """
    if machine.os_disk is None or machine.data_disks is None:
        return Judged("waiting", "Azure does not show the disks of the machine in a way that can be read.")
    luns = sorted(disk.lun for disk in machine.data_disks if disk.lun is not None)
    facts = {"disks": [_disk(one) for one in (machine.os_disk, *machine.data_disks)], "expected": _shown(expected)}
    found = len(machine.data_disks) + 1
    if expected.disks is None:
        words = f"Azure does not say how many disks the point has; the restored machine has {found}."
        return Judged("not_proven", words, facts=facts)
    if found != expected.disks:
        words = f"The point has {expected.disks} disks, the restored machine {found} (LUNs {_list(luns)})."
        return Judged("failed", words, remedy=DISKS_REMEDY, facts=facts)
    if expected.luns is not None and luns != list(expected.luns):
        whose = "source VM" if expected.luns_by_source else "point"
        words = f"The {whose} has the LUNs {_list(expected.luns)}, the restored machine {_list(luns)}."
        if expected.luns_by_source and not is_source_unchanged:
            return Judged("not_proven", words + SOURCE_CHANGED, facts=facts)
        return Judged("failed", words, remedy=DISKS_REMEDY, facts=facts)
    return _judge_sizes((machine.os_disk, *machine.data_disks), expected, facts, is_source_unchanged)


def _judge_sizes(
    disks: Sequence[AttachedDisk],
    expected: Expected,
    facts: Mapping[str, Any],
    is_source_unchanged: bool,  # noqa: FBT001 - passed on
) -> Judged:
    for disk in disks:
        was = expected.sizes.get(OS_DISK if disk.lun is None else disk.lun)
        if was is None or disk.size_gib == was:
            continue
        if disk.size_gib is None:
            return Judged("waiting", f"Azure does not show the size of the disk {disk.name}.", facts=facts)
        words = f"The disk {disk.name} has {disk.size_gib} GiB; that of the source has {was}."
        if disk.size_gib > was and is_source_unchanged:  # no disk shrinks
            return Judged("failed", words, remedy=DISKS_REMEDY, facts=facts)
        grown = " Whether the source has grown since the point was made is not known."
        return Judged("not_proven", words + (grown if disk.size_gib < was else SOURCE_CHANGED), facts=facts)
    return Judged("passed", f"{len(disks)} disks are there.", facts=facts)


def _disk(disk: AttachedDisk) -> dict[str, Any]:
    return {"name": disk.name, "lun": disk.lun, "size_gib": disk.size_gib}


def _shown(expected: Expected) -> dict[str, Any]:
    return {
        "disks": expected.disks,
        "luns": list(expected.luns) if expected.luns is not None else None,
        "sizes": {str(lun): size for lun, size in sorted(expected.sizes.items())},
    }


def _list(luns: Sequence[int]) -> str:
    return ", ".join(map(str, luns)) or "none"


def judge_boot(machine: Machine, began_at: datetime) -> Judged:
    """`began_at`: when the restore began that made it; it may be up before that has ended."""
    agent = machine.agent
    facts = {
        "power": machine.power,
        "agent": {"is_ready": agent.is_ready, "code": agent.code, "at": _iso(agent.at)} if agent else None,
        "restore_began_at": _iso(began_at),
    }
    if machine.is_up_since(began_at) and agent is not None:
        return Judged("passed", "It runs, and its agent is ready.", at=agent.at, facts=facts)
    power, said = machine.power or "unknown", agent.said if agent else "nothing"
    code = agent.code if agent is not None else None
    words = f"Power state {power}; the agent says: {said}"
    remedy = AGENT_REMEDY if machine.power == "running" else BOOT_REMEDY
    return Judged("waiting", words, azure_code=code, remedy=remedy, facts=facts)


def judge_script(run: ScriptRun) -> Judged:
    facts = {
        "state": run.state.value,
        "exit_code": run.exit_code,
        "output": run.output[-KEPT_OUTPUT:],
        "error": run.error[-KEPT_OUTPUT:],
    }
    if run.is_good:
        return Judged("passed", "The script ended with exit code 0.", at=run.ended_at, facts=facts)
    remedy = "Run the script in the source VM; then look at its output in this run."
    if run.state is ScriptState.TIMED_OUT:
        return Judged("failed", "The script did not end in its time.", at=run.ended_at, remedy=remedy, facts=facts)
    if run.has_ended:
        # Not what it printed: that may be secret, and evidence, events and mails show this.
        words = f"The script ended with exit code {run.exit_code} ({run.message or run.state})."
        return Judged("failed", words[:KEPT_OUTPUT], at=run.ended_at, remedy=remedy, facts=facts)
    if run.provisioning.lower() == "failed":
        # Azure gave up on the command itself: the agent never took it.
        words = f"Azure could not run the script: {run.message or run.provisioning}"
        return Judged("failed", words, azure_code="RunCommandFailed", remedy=AGENT_REMEDY, facts=facts)
    return Judged("waiting", f"The script is {run.state}.", facts=facts)


def _iso(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()
