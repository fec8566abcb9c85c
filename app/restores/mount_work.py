"""The worker's part of file restores: mount a recovery point, and unmount it (docs/azure.md, File recovery).

Operations of file recovery have no job and no activity id, so a provision with a lost answer cannot be looked up.
Instead, the session that it may have created is revoked, and a new one is created.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureConflict, AzureNotFound, AzureRejected, AzureUnreachable
from app.azure.mount_values import MountOrder
from app.azure.ports import Azure
from app.azure.values import AzureJob, Operation, RecoveryPoint
from app.backups.service import no_such_point
from app.core.errors import ServiceError
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import WELL, State
from app.jobs.work import Absent, AlreadyDone, AttemptOnRecord, Finding, Look, NotCarriedOutError, Ticket, Work
from app.restores import rules, service, sessions
from app.restores.checks import fact_checks, verdicts
from app.restores.checks.fact_checks import Known
from app.restores.results import MountResult, UnmountResult
from app.restores.rules import MountAsk
from app.restores.targets import FilesTarget
from app.restores.work import refused

SETTLE_SECONDS = 90.0
"""A provision takes 46 s (recorded once, in 2020): a session that does not exist after this time was never begun."""
REVOKE_SECONDS = 15.0
"""A revocation takes 11 s."""


@dataclass(frozen=True, slots=True)
class Mounting:
    order: MountOrder
    is_again: bool
    """An earlier attempt of this very job may have left a session that does not show yet."""


class MountFiles(Work[Mounting, MountResult]):
    """Mounts, or renews a mount: Azure's call is the same."""

    kind = JobKind.MOUNT_FILES
    repeat = "look_first"

    def __init__(self, azure: Azure) -> None:
        self._azure = azure

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Mounting | AlreadyDone:
        """A session that exists without an attempt of ours belongs to others: it is neither used nor ended."""
        ask = service.MOUNT.validate_python(ticket.ask)
        try:
            point = await self._point(ask)
            if not ask.renew:
                fact_checks.check_known(
                    Known(FilesTarget(), None, "the vault's region", is_secondary=False, point=point)
                )
            if ask.renew and point.is_mounted is False:
                raise sessions.ended(point.id)
            if point.is_mounted and not ask.renew and not attempts:
                raise verdicts.already_mounted(point.id)
        except ServiceError as no:
            raise refused(no) from None
        if point.is_mounted and not ask.renew:
            raise await self._ending(MountOrder(ask.item, point.id))  # it came up after all, later than SETTLE
        return Mounting(MountOrder(ask.item, point.id, renew=ask.renew), is_again=bool(attempts))

    async def facts(self, ticket: Ticket) -> Mapping[str, Any]:
        """Which point it is (`rules.sensitive`)."""
        ask = service.MOUNT.validate_python(ticket.ask)
        try:
            return {"point": rules.point_fact(await self._point(ask))} if ask.point_id is not None else {}
        except ServiceError as no:
            raise refused(no) from None

    async def _ending(self, order: MountOrder) -> AzureUnreachable:
        """Ends the session of a lost provision. Returns the error to raise: nothing was mounted, try again later."""
        await self._azure.file_recovery.revoke(order.item, order.recovery_point_id, request_id=uuid4())
        return AzureUnreachable("The session of a lost provision is being ended.", retry_after=REVOKE_SECONDS)

    async def _point(self, ask: MountAsk) -> RecoveryPoint:
        if ask.point_id is None:
            return rules.choose(await self._azure.recovery_points.list(ask.item), ask.choice)
        try:
            return await self._azure.recovery_points.get(ask.item, ask.point_id)
        except AzureNotFound as missing:
            raise no_such_point(ask.point_id, missing.code) from None

    async def send(self, _ticket: Ticket, prepared: Mounting, *, request_id: UUID, deadline: float) -> Operation:
        """A conflict means a session: of an earlier attempt of ours if there was one, else of others."""
        order = prepared.order
        try:
            return await self._azure.file_recovery.provision(order, request_id=request_id, deadline=deadline)
        except AzureConflict:
            if not prepared.is_again or order.renew:
                raise
        raise await self._ending(order)

    async def find(self, ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """Whether the lost provision left a session; if so, it is revoked, and read again until it is gone.

        The only look that writes: no read can show what a lost provision did, but a revoked session is certain. A
        renewal can be repeated.
        """
        ask = service.MOUNT.validate_python(ticket.ask)
        if ask.renew:
            return Absent()
        try:
            point = await self._point(ask)
        except ServiceError:
            return Absent()  # the point is gone, and its session with it
        if point.is_mounted:
            raise await self._ending(MountOrder(ask.item, point.id))
        return Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> MountResult:
        """The operation that made the session, and when it ends. The script is looked into for that, and not kept."""
        ask = service.MOUNT.validate_python(ticket.ask)
        operation_id = urlsplit(ticket.operation_url or "").path.rpartition("/")[2]
        point, is_mounted = await session_point(self._azure, ask, operation_id)
        if is_mounted is False:
            raise NotCarriedOutError(f"asked to mount {ask.point_id or 'a recovery point'}; nothing is mounted.", None)
        expires_at = None
        if point is not None and operation_id:
            try:
                scripts = await self._azure.file_recovery.scripts(ask.item, point.id, operation_id)
                expires_at = scripts[0].expires_at if scripts else None
            except AzureRejected:
                expires_at = None  # ended meanwhile, or no answer: reported when the script is requested
        return {
            "resources": [],
            "mode": "files",
            "renewed": ask.renew,
            "recovery_point_id": point.id if point else ask.point_id,
            "recovery_point": rules.shown(point) if point and ask.point_id is None else None,
            "operation_id": operation_id,
            "expires_at": expires_at.isoformat() if expires_at else None,
        }

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: MountResult | None) -> None:
        if state not in WELL or result is None:
            return
        if result["recovery_point"] and ticket.resource_id is not None:
            await service.record_point(session, ticket.tenant, ticket.resource_id, result["recovery_point"])
        await sessions.record_mounted(session, ticket, result)


async def session_point(azure: Azure, ask: MountAsk, operation_id: str) -> tuple[RecoveryPoint | None, bool | None]:
    """The point that this operation mounted, and whether it is mounted; None = Azure does not say.

    Which point a worker chose is not on record. Of those that are mounted it is the one that has a script of this
    operation: the others are sessions of others.
    """
    try:
        if ask.point_id is not None:
            point = await azure.recovery_points.get(ask.item, ask.point_id)
            return point, point.is_mounted
        listed = await azure.recovery_points.list(ask.item)
    except AzureNotFound:
        return None, False
    for point in listed:
        if point.is_mounted and await _has_script(azure, ask, point, operation_id):
            return point, True
    is_known = not listed.unreadable and all(point.is_mounted is not None for point in listed)
    return None, False if is_known else None


async def _has_script(azure: Azure, ask: MountAsk, point: RecoveryPoint, operation_id: str) -> bool:
    try:
        return bool(operation_id and await azure.file_recovery.scripts(ask.item, point.id, operation_id))
    except AzureRejected:
        return False


class UnmountFiles(Work[MountAsk, UnmountResult]):
    kind = JobKind.UNMOUNT_FILES

    def __init__(self, azure: Azure) -> None:
        self._azure = azure

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> MountAsk | AlreadyDone:
        """With an attempt on record it is asked again, harmlessly; without one an ended session ended by itself."""
        ask = service.MOUNT.validate_python(ticket.ask)
        point_id = ask.point_id
        if point_id is None:
            points = await self._azure.recovery_points.list(ask.item)
            point_id = next((point.id for point in points if point.is_mounted), None)
            if point_id is None:
                return AlreadyDone("nothing of this VM is mounted")
        try:
            point = await self._azure.recovery_points.get(ask.item, point_id)
        except AzureNotFound:
            return AlreadyDone("the recovery point is gone, and its session with it")
        if point.is_mounted is False and not attempts:
            return AlreadyDone("the session had ended in Azure by itself")
        return MountAsk(ask.item, ask.choice, point_id)

    async def send(self, _ticket: Ticket, prepared: MountAsk, *, request_id: UUID, deadline: float) -> Operation:
        point_id = str(prepared.point_id)
        return await self._azure.file_recovery.revoke(prepared.item, point_id, request_id=request_id, deadline=deadline)

    async def find(self, _ticket: Ticket, _attempts: Sequence[AttemptOnRecord], _look: Look) -> Finding:
        """A revocation leaves nothing to be found: it is sent again."""
        return Absent()

    async def collect(self, ticket: Ticket, _job: AzureJob | None) -> UnmountResult:
        """Without an operation nothing was sent: Azure had ended the session by itself."""
        result: UnmountResult = {
            "resources": [],
            "mode": "files",
            "ended_by": "holdfast" if ticket.operation_url else "azure",
        }
        ask = service.MOUNT.validate_python(ticket.ask)
        if ticket.operation_url and ask.point_id is not None and await self._is_mounted(ask, ask.point_id):
            raise NotCarriedOutError(f"asked to end the session of the point {ask.point_id}; it is mounted.", None)
        return result

    async def _is_mounted(self, ask: MountAsk, point_id: str) -> bool:
        """Only of the point of this session: another one of the item may be mounted by others."""
        try:
            return bool((await self._azure.recovery_points.get(ask.item, point_id)).is_mounted)
        except AzureNotFound:
            return False

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: UnmountResult | None) -> None:
        if state in WELL and result is not None:
            await sessions.record_ended(session, ticket, result)
