"""The worker's part of a restore: one POST, never repeated before a look-up; then it reads what was created."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound, AzureRejected
from app.azure.lists import Listed
from app.azure.live_reads import or_none_if_unavailable
from app.azure.ports import Azure, RecoveryPoints
from app.azure.restore_values import AzureDisk, CrossRegionAccess, ReplaceDisksTarget, RestoreOrder
from app.azure.values import AzureJob, AzureVm, Operation, RecoveryPoint, VmRef
from app.core.db.database import NOW
from app.core.errors import ServiceError
from app.core.gather_isolated import all_or_none
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import (
    Absent,
    AlreadyDone,
    AttemptOnRecord,
    Finding,
    JobError,
    Look,
    RefusedError,
    Resource,
    Ticket,
    Work,
)
from app.restores import inventories, results, rules, service, targets
from app.restores.checks import fact_checks, optional_reads
from app.restores.errors import NoPointQualifies
from app.restores.inventories import Before, GroupLists, Inventories
from app.restores.models import RestoreInventory
from app.restores.results import BadEndResult, Made, NotLookedUp, RestoreResult
from app.restores.rules import RestoreAsk

POINT_GONE = "The point expired, or its backup data was deleted, after the restore was asked for."


@dataclass(frozen=True, slots=True)
class Prepared:
    order: RestoreOrder
    granted: CrossRegionAccess | None = None
    """Only for the secondary region. Contains a token, so it is kept in memory only and fetched for every attempt."""


class Restoring(Work[Prepared, RestoreResult]):
    kind = JobKind.RESTORE
    repeat = "look_first"

    def __init__(self, azure: Azure, inventories: Inventories) -> None:
        self._azure = azure
        self._inventories = inventories
        self._groups = GroupLists(azure.machines)

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Prepared | AlreadyDone:
        """The point was chosen at the request, or is chosen now if Azure was away then.

        The facts of point, vault and account are checked again: they may have changed, or were not known then.
        """
        ask = service.ASK.validate_python(ticket.ask)
        try:
            if isinstance(ask.target, ReplaceDisksTarget):
                await self._check_source(ask, ask.target)
            point_id = ask.point_id or await self._choose(ask)
            known, before = await all_or_none(
                optional_reads.see_again(self._azure, ask, point_id), self._before(ask, attempts)
            )
            if known.point is not None:
                rules.check_usable(known.point)
            fact_checks.check_known(known)
        except ServiceError as no:
            raise refused(no) from None
        await self._inventories.note_before(ticket, _group_of(ask), before)
        order = rules.order_of(ask, point_id)
        if not ask.is_secondary:
            return Prepared(order)
        return Prepared(order, await self._azure.cross_region.grant_access(ask.item, point_id, ask.region))

    async def _before(self, ask: RestoreAsk, attempts: Sequence[AttemptOnRecord]) -> Before:
        """What is in the target group, for a tear-down; or why it is not known."""
        if attempts:
            return inventories.EARLIER_ATTEMPT
        return await self._groups.get(_group_of(ask))

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """Which point it is, and of a VM whose disks are replaced which VM (`rules.sensitive`)."""
        ask = service.ASK.validate_python(ticket.ask)
        if ask.point_id is None:
            return {}
        points = self._points(ask)
        try:
            if ask.is_secondary:
                point = next((one for one in await points.list(ask.item) if one.id == ask.point_id), None)
            else:
                point = await points.get(ask.item, ask.point_id)
        except AzureNotFound as missing:
            raise point_gone(ask.point_id, missing) from None
        found: dict[str, Any] = {"point": rules.point_fact(point)} if point is not None else {}
        if isinstance(ask.target, ReplaceDisksTarget):
            found["vm"] = (await self._azure.virtual_machines.get(ask.item.vm)).unique_id
        return found

    async def _check_source(self, ask: RestoreAsk, target: ReplaceDisksTarget) -> None:
        """A VM is overwritten only while it is the one that was confirmed."""
        targets.check_fits(target, ask.item, ask.choice.region)
        try:
            vm = await self._azure.virtual_machines.get(ask.item.vm)
        except AzureNotFound:
            raise targets.source_vm_gone(ask.item.vm) from None
        targets.check_same_vm(target, vm)
        targets.check_vm_here(vm, ask.region)

    async def _choose(self, ask: RestoreAsk) -> str:
        try:
            points = await self._points(ask).list(ask.item)
        except AzureNotFound:
            points = Listed()
        if ask.is_secondary and not points:
            raise rules.secondary_region_empty(ask.item.vm.name, ask.region)
        return rules.choose(points, ask.choice).id

    async def send(self, ticket: Ticket, prepared: Prepared, *, request_id: UUID, deadline: float) -> Operation:
        ask = service.ASK.validate_python(ticket.ask)
        order, granted = prepared.order, prepared.granted
        try:
            if granted is None:
                return await self._azure.restores.trigger(order, request_id=request_id, deadline=deadline)
            return await self._azure.cross_region.trigger(order, granted, request_id=request_id, deadline=deadline)
        except AzureRejected as rejected:
            if await self._is_gone(ask, order.recovery_point_id):
                raise point_gone(order.recovery_point_id, rejected) from rejected
            raise

    async def _is_gone(self, ask: RestoreAsk, point_id: str) -> bool:
        """Whether Azure refused because the point does not exist any more. A read that fails explains nothing."""
        try:
            await self._points(ask).get(ask.item, point_id)
        except AzureNotFound:
            return True
        except AzureError:
            return False
        return False

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord], look: Look) -> Finding:
        """By activity id, in the region where the job runs; if possible also in the vault's region, which has a copy.

        The secondary region's list alone is enough, also for absence: the job is created there, and the primary region
        may be down, which is why the caller restores in the other one.
        """
        ask = service.ASK.validate_python(ticket.ask)
        vault = ask.item.vault
        if not ask.is_secondary:
            return await look.find(vault, attempts)
        finding = await look.find(vault, attempts, region=ask.region)
        if not isinstance(finding, Absent):
            return finding
        try:
            return await or_none_if_unavailable(look.find(vault, attempts)) or finding
        except AzureRejected:
            return finding

    async def collect(self, ticket: Ticket, job: AzureJob | None) -> RestoreResult:
        """Everything the restore created, as ARM ids and blob addresses: found by job id, tag and name.

        A read that Azure refuses is named in `not_looked_up`; the restore has ended anyway.
        """
        ask = service.ASK.validate_python(ticket.ask)
        properties = dict(job.details.properties) if job is not None and job.details is not None else {}
        left = Left([], [], [])
        was_replaced = None
        if job is not None:
            was_replaced = await self._look_for_disks(ask, job, left)
        left.resources.extend(results.blobs(properties))
        point = None if ask.point_id else await self._point_restored(ask, properties)
        result: RestoreResult = {
            "resources": left.resources,
            "mode": ask.target.mode,
            "region": ask.region,
            "recovery_point_id": ask.point_id or (point.id if point else None),
            "recovery_point": rules.shown(point) if point else None,
            "not_looked_up": left.not_looked_up,
            "azure": properties,
            "facts": {"made": left.made},
        }
        if isinstance(ask.target, ReplaceDisksTarget):
            result["replaced"] = was_replaced
        return result

    async def collect_of_bad_end(self, ticket: Ticket, job: AzureJob) -> BadEndResult | None:
        """Of a replacement that failed or was cancelled: whether disks were replaced anyway, and which exist.

        Where Azure cannot be asked now, that is not known: the end itself does not wait for it.
        """
        ask = service.ASK.validate_python(ticket.ask)
        if not isinstance(ask.target, ReplaceDisksTarget):
            return None
        left = Left([], [], [])
        try:
            was_replaced = await self._look_for_disks(ask, job, left)
        except AzureError as error:
            left.not_looked_up.append({"what": "disks", "azure_code": None, "detail": str(error)})
            was_replaced = results.replaced(ask.target, job, [], None)
        return {
            "resources": left.resources,
            "mode": ask.target.mode,
            "region": ask.region,
            "replaced": was_replaced,
            "not_looked_up": left.not_looked_up,
            "facts": {"made": left.made},
        }

    async def _look_for_disks(self, ask: RestoreAsk, job: AzureJob, left: "Left") -> bool | None:
        """Returns whether disks were replaced, if that was requested and is known."""
        group, new_vm = _group_of(ask), targets.new_vm_of(ask.target)
        disks: Sequence[AzureDisk] = ()
        try:
            disks = await self._azure.restores.list_disks(group)
        except AzureRejected as rejected:
            left.note("disks", rejected)
        made = results.restored_disks(disks, job.job_id)
        left.resources.extend(results.as_resources("disk", made))
        left.made.extend(results.made_disks("disk", made))
        if isinstance(ask.target, ReplaceDisksTarget):
            vm = await self._vm(ask.item.vm, left)
            kept = results.kept_disks(ask.target, disks, vm)
            left.resources.extend(results.as_resources("kept_disk", kept))
            left.made.extend(results.made_disks("kept_disk", kept))
            return results.replaced(ask.target, job, made, vm)
        if new_vm is not None:
            found = await self._vm(new_vm, left)
            if found is not None and (machine := results.machine(found, made)):
                left.resources.extend(machine)
                left.made.extend(await inventories.parts_of(self._azure.machines, found))
        return None

    async def _vm(self, vm: VmRef, left: "Left") -> AzureVm | None:
        try:
            return await self._azure.virtual_machines.get(vm)
        except AzureNotFound:
            return None  # deleted again since: it is not there to be named
        except AzureRejected as rejected:
            left.note("vm", rejected)
            return None

    def _points(self, ask: RestoreAsk) -> RecoveryPoints:
        return self._azure.secondary_points if ask.is_secondary else self._azure.recovery_points

    async def _point_restored(self, ask: RestoreAsk, properties: Mapping[str, str]) -> RecoveryPoint | None:
        """The point that a worker chose, because it was not known at the request; the job names it by its time."""
        try:
            points = await self._points(ask).list(ask.item)
        except AzureNotFound:
            return None
        return rules.point_at(points, properties.get("Recovery point time", ""))

    async def finish(self, session: AsyncSession, ticket: Ticket, _state: State, result: RestoreResult | None) -> None:
        """Its result is in the job. What it made is noted, for a tear-down. Of a bad end it names no point."""
        made = result["facts"]["made"] if result is not None and "facts" in result else None
        if made is not None and ticket.resource_id is not None:
            await session.execute(
                update(RestoreInventory)
                .where(RestoreInventory.restore_id == ticket.resource_id)
                .values(made=made, made_at=NOW)
            )
        point = result.get("recovery_point") if result is not None else None
        if point and ticket.resource_id is not None:
            await service.record_point(session, ticket.tenant, ticket.resource_id, point)


@dataclass(frozen=True, slots=True)
class Left:
    """What was found, and what could not be read."""

    resources: list[Resource]
    made: list[Made]
    not_looked_up: list[NotLookedUp]

    def note(self, what: str, rejected: AzureRejected) -> None:
        self.not_looked_up.append({"what": what, "azure_code": rejected.code, "detail": rejected.message})


def _group_of(ask: RestoreAsk) -> str:
    """Where the restore makes things."""
    return targets.disks_group_of(targets.restored(ask.target), ask.item)


def refused(no: ServiceError) -> RefusedError:
    """A rule that said no just before sending, as the job's error: the same code that a POST would have answered."""
    return RefusedError(JobError(no.code, no.title, no.detail, no.remedy, azure_code=no.azure_code))


def point_gone(point_id: str, rejected: AzureRejected) -> RefusedError:
    return RefusedError(
        JobError(
            code=NoPointQualifies.code,
            title="The recovery point is gone",
            detail=f"Azure has no recovery point {point_id} any more. {POINT_GONE}",
            remedy="Ask for another point: GET .../recovery-points shows what is left.",
            azure_code=rejected.code,
        )
    )
