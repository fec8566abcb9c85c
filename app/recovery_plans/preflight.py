"""Chooses the recovery points of all members of a plan, and checks each restore (app/restores/preflight.py).

Azure's own validation of a restore is not asked for: it takes some ten seconds a member. A preflight of one restore
asks for it. What is not read within SECONDS is shown as skipped.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from app.azure.errors import AzureError, AzureRejected
from app.azure.point_values import RecoveryPoint
from app.azure.ports import Azure
from app.azure.restore_values import ReplaceDisksTarget
from app.core.errors import ServiceError
from app.protection.items import ItemInAzure
from app.protection.optional_reads import state_now
from app.protection.rules import check_can_restore
from app.recovery_plans.errors import SourceNotIdentified
from app.recovery_plans.rules import spread_of
from app.recovery_plans.shared_reads import SharedReads
from app.restores.checks import target_looks
from app.restores.checks.isolation import Finding, KnownNow
from app.restores.checks.verdicts import Check, UnderWay
from app.restores.preflight import examine
from app.restores.rules import Choice, Decided
from app.restores.targets import Target

SECONDS = 60.0
AT_ONCE = 8
"""Members that are looked at at the same time."""
READS_PER_MEMBER = 4
"""About: itself, its points, its VM, and something of its own. What members share is counted once (READS_SHARED)."""
READS_SHARED = 20
NEEDED: Final = frozenset({"protected_item", "recovery_point", "source_vm", "isolation"})
"""Checks that a run does not begin without: one of them that was skipped leaves something unknown."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One member of a plan, as our rows have it. `refusal`: why it cannot be restored at all."""

    item_id: UUID
    wave: int
    may_fail: bool
    item: ItemInAzure | None = None
    target: Target | None = None
    others: Sequence[UnderWay] = ()
    refusal: ServiceError | None = None


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Where a rehearsal goes."""

    subnet_id: str | None
    """Where its VMs go; None = it restores disks alone."""


@dataclass(frozen=True, slots=True)
class Subjects:
    """What there is to examine: all members, in the order of the waves."""

    candidates: Sequence[Candidate]
    rehearsal: Rehearsal | None = None
    """None = it is a recovery."""


@dataclass(frozen=True, slots=True)
class MemberReport:
    candidate: Candidate
    checks: Sequence[Check]
    decided: Decided | None = None

    @property
    def is_ok(self) -> bool:
        return all(check.status != "failed" for check in self.checks)

    @property
    def unknown(self) -> str | None:
        """What is not known, and needed for a run; None of one that failed, or can be restored."""
        if not self.is_ok:
            return None
        skipped = next((check for check in self.checks if check.status == "skipped" and check.name in NEEDED), None)
        if skipped is not None:
            return skipped.reason
        return "Its recovery point is not known." if self.point is None else None

    @property
    def point(self) -> RecoveryPoint | None:
        return self.decided.point if self.decided is not None else None

    @property
    def error(self) -> ServiceError | None:
        """Why it cannot be restored: the first check that failed."""
        return next((check.error for check in self.checks if check.status == "failed"), None)


@dataclass(frozen=True, slots=True)
class Report:
    members: Sequence[MemberReport] = field(default_factory=tuple)

    @property
    def is_ok(self) -> bool:
        return all(one.is_ok or one.candidate.may_fail for one in self.members)

    @property
    def possible(self) -> Sequence[MemberReport]:
        """Members that can be restored, for all that is known."""
        return [one for one in self.members if one.is_ok and one.unknown is None]

    @property
    def is_complete(self) -> bool:
        return all(check.status != "skipped" for one in self.members for check in one.checks)

    @property
    def spread_seconds(self) -> float | None:
        return spread_of([one.point.time for one in self.members if one.point is not None])


def reads_of(subjects: Subjects) -> int:
    """About how many requests `examine_all` makes."""
    shared = READS_SHARED + (target_looks.REQUESTS if subjects.rehearsal is not None else 0)
    return shared + READS_PER_MEMBER * len(subjects.candidates)


async def examine_all(
    azure: Azure, subjects: Subjects, choice: Choice, known: KnownNow, *, seconds: float = SECONDS
) -> Report:
    """The points and checks of all members. `known`: what a rehearsal must not reach. Takes `seconds` at most."""
    shared, places = SharedReads(azure), asyncio.Semaphore(AT_ONCE)
    isolated = asyncio.ensure_future(isolation_of(azure, subjects.rehearsal, known))
    reading = [
        asyncio.ensure_future(_examine_in_turn(shared.azure, one, choice, places)) for one in subjects.candidates
    ]
    try:
        await asyncio.wait([isolated, *reading], timeout=seconds)
        of_all = isolated.result() if isolated.done() else Check("isolation", "skipped", LATE)
        members = [_report(one, read, of_all) for one, read in zip(subjects.candidates, reading, strict=True)]
    finally:
        for read in (isolated, *reading):
            read.cancel()
        await asyncio.gather(isolated, *reading, return_exceptions=True)
        await shared.aclose()
    return Report(members)


LATE = "There was no time to look at it: ask again, or for a smaller plan."


def _report(candidate: Candidate, read: asyncio.Future[MemberReport], isolated: Check | None) -> MemberReport:
    late = MemberReport(candidate, (Check("recovery_point", "skipped", LATE),))
    report = read.result() if read.done() else late
    return replace(report, checks=(*report.checks, isolated)) if isolated is not None else report


async def isolation_of(azure: Azure, rehearsal: Rehearsal | None, known: KnownNow) -> Check | None:
    """Whether what a rehearsal brings back reaches no VM that is backed up; None where that is no question.

    Skipped: Azure cannot be asked now. What it does not let Holdfast see is a way to production.
    """
    if rehearsal is None or rehearsal.subnet_id is None:
        return None
    try:
        found = await target_looks.find_ways_out(azure.networks, azure.machines, rehearsal.subnet_id, known)
    except AzureRejected as no:
        found = [
            Finding("not_known", rehearsal.subnet_id, f"Azure does not show the network ({no.code}: {no.message})")
        ]
    except AzureError as away:
        return Check("isolation", "skipped", f"Azure could not be asked for the network: {away}")
    try:
        target_looks.check_isolated(rehearsal.subnet_id, found)
    except ServiceError as no:
        no.pointer = "#/target/rehearse/subnet_id"
        return Check("isolation", "failed", no.detail, no)
    return Check("isolation", "passed", "No way to production was found.")


async def _examine_in_turn(
    azure: Azure, candidate: Candidate, choice: Choice, places: asyncio.Semaphore
) -> MemberReport:
    async with places:
        return await _examine(azure, candidate, choice)


async def _examine(azure: Azure, candidate: Candidate, choice: Choice) -> MemberReport:
    item, target = candidate.item, candidate.target
    refusal = candidate.refusal
    try:
        if item is not None and refusal is None:  # our row may be older, also where it allows a restore
            item = replace(item, state=await state_now(azure.protected_items, item))
            check_can_restore(item.state)
    except ServiceError as no:
        refusal = refusal or no
    except AzureError as error:
        unseen = Check("protected_item", "skipped", f"Azure could not be asked: {error}")
        return MemberReport(candidate, (unseen,))
    if refusal is not None or item is None or target is None:
        detail = refusal.detail if refusal is not None else "It is not there."
        return MemberReport(candidate, (Check("protected_item", "failed", detail, refusal),))
    examined = await examine(azure, item, choice, target, candidate.others, validation_seconds=None)
    can = Check("protected_item", "passed", f"{item.ref.vm.name} has backup data that can be restored.")
    checks = [_identified(check, examined.decided.target) for check in examined.checks]
    return MemberReport(candidate, (can, *checks), examined.decided)


def _identified(check: Check, target: Target) -> Check:
    """Disks are replaced of the VM that was confirmed. Azure must say which one that is before the run is approved.

    Later it would be too late: a restore that waits for no approval of its own is not made without this fact.
    """
    if check.name != "source_vm" or check.status != "passed" or not isinstance(target, ReplaceDisksTarget):
        return check
    if target.source is not None and target.source.unique_id:
        return check
    no = SourceNotIdentified(
        f"Azure does not say which VM {target.confirm_vm_id} is: it names no vmId.",
        remedy="Restore this member as a new VM, or by itself with POST /v1/restores.",
    )
    return Check("source_vm", "failed", no.detail, no)
