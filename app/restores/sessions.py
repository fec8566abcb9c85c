"""Sessions of file recovery: their state, renewal and end, and the script read live from Azure.

A script and its password pass from Azure to the caller and nowhere else: no row, no log, no problem holds them.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound, AzureRejected
from app.azure.grants import check_item_granted
from app.azure.mount_values import SESSION_LASTS, MountScript
from app.azure.ports import Azure
from app.azure.values import ItemRef
from app.core.db.database import NOW
from app.core.errors import ServiceError
from app.events.quiet_changes import tell_change
from app.jobs.approval.bound_facts import BOUND
from app.jobs.errors import azure_said
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import SETTLED
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.work import Ticket
from app.restores import rules, service
from app.restores.errors import MountScriptNotAvailable, NotMounted, SessionEnded
from app.restores.models import Restore
from app.restores.results import MountResult, UnmountResult

Request = Callable[[AsyncSession, Asked, Restore, Job], Awaitable[Job]]
"""Something asked of a session: of the restore, and of the job that mounted it."""
MOUNT_AGAIN = "Mount the point again: POST /v1/restores with mode files."


@dataclass(frozen=True, slots=True)
class Session:
    """A session that our rows hold for open."""

    item: ItemRef
    point_id: str
    operation_id: str
    expires_at: datetime


def ended(point_id: str, *, by: str = "azure", azure_code: str | None = None) -> SessionEnded:
    how = "was ended by request" if by == "holdfast" else "was ended in Azure: 12 hours passed, or it was revoked there"
    return SessionEnded(
        f"The session on the recovery point {point_id} {how}.", remedy=MOUNT_AGAIN, azure_code=azure_code
    )


def open_session(restore: Restore, job: Job) -> Session:
    """Raises NotMounted or SessionEnded."""
    point_id = str((restore.recovery_point or {}).get("id") or "")
    if job.kind != JobKind.MOUNT_FILES:
        raise NotMounted("This restore mounts no files.", remedy=MOUNT_AGAIN)
    if restore.session_ended_at is not None:
        raise ended(point_id, by=restore.session_ended_by or "azure")
    if restore.session_operation_id is None or restore.session_expires_at is None:
        is_over = job.state in SETTLED
        raise NotMounted(
            f"Its job is {job.state}: nothing is mounted" + ("." if is_over else " yet."),
            job=f"/v1/jobs/{job.id}",
            remedy=f"See the job's error. {MOUNT_AGAIN}" if is_over else "Follow the job to its end.",
        )
    item = service.MOUNT.validate_python(job.ask).item
    return Session(item, point_id, restore.session_operation_id, restore.session_expires_at)


# --- asking ----------------------------------------------------------------------------------------------------------
async def request_renewal(session: AsyncSession, asked: Asked, restore: Restore, job: Job) -> Job:
    """The job that gives the session 12 more hours. Raises NotMounted or SessionEnded."""
    mounted = open_session(restore, job)
    check_item_granted(asked.caller.membership.grants, mounted.item)
    return await _enqueue(session, asked, restore, job, kind=JobKind.MOUNT_FILES, renew=True)


async def request_unmount(session: AsyncSession, asked: Asked, restore: Restore, job: Job) -> Job:
    """The job that ends the session; of one that has ended it says so, and succeeds. Raises NotMounted."""
    if job.kind != JobKind.MOUNT_FILES:
        raise NotMounted("This restore mounts no files.", remedy="Unmount a restore of mode files.")
    if restore.recovery_point is None and job.state in SETTLED:
        open_session(restore, job)
    return await _enqueue(session, asked, restore, job, kind=JobKind.UNMOUNT_FILES)


async def _enqueue(
    session: AsyncSession, asked: Asked, restore: Restore, job: Job, *, kind: JobKind, renew: bool = False
) -> Job:
    """A job in the series of the mount (even a released one), so that it waits for the end of the mount."""
    # The approved facts of the mount apply to the mount only: a renewal is checked by itself, and an unmount has none.
    of_mount = {name: value for name, value in job.ask.items() if name != BOUND}
    ask = of_mount | {"renew": renew, "point_id": (restore.recovery_point or {}).get("id")}
    vm = service.MOUNT.validate_python(job.ask).item.vm
    made, _ = await enqueue(
        session,
        NewJob(
            kind=kind,
            asked=asked,
            ask=ask,
            resource=f"/v1/restores/{restore.id}",
            resource_id=restore.id,
            vault_id=job.vault_id,
            protected_item_id=restore.protected_item_id,
            vm=vm,
            series=job.series or job.released_series,
            sensitive=rules.sensitive_renewal(vm.name, restore.recovery_point) if renew else None,
        ),
    )
    return made


# --- what became of it -----------------------------------------------------------------------------------------------
async def record_mounted(session: AsyncSession, ticket: Ticket, result: MountResult) -> None:
    said = result["expires_at"]
    expires_at: Any = datetime.fromisoformat(said) if said else NOW + SESSION_LASTS
    await _record(session, ticket, session_operation_id=result["operation_id"], session_expires_at=expires_at)


async def record_ended(session: AsyncSession, ticket: Ticket, result: UnmountResult) -> None:
    """The first end counts: a session that was ended once is not ended again."""
    await _record(
        session,
        ticket,
        session_ended_at=func.coalesce(Restore.session_ended_at, NOW),
        session_ended_by=func.coalesce(Restore.session_ended_by, result["ended_by"]),
    )


async def _record(session: AsyncSession, ticket: Ticket, **values: Any) -> None:
    restore_id = ticket.named_resource_id
    await session.execute(update(Restore).where(Restore.id == restore_id).values(changed_at=NOW, **values))
    # A waiting GET hears the events of the mount, and this may be its renewal or its end, which are other jobs.
    tell_change(session, ticket.tenant, service.path_of(restore_id))


# --- the script ------------------------------------------------------------------------------------------------------
async def read_script(azure: Azure, mounted: Session) -> MountScript:
    """Live from Azure. Raises SessionEnded, MountScriptNotAvailable, AzureRefused or AzureAway."""
    try:
        scripts = await azure.file_recovery.scripts(mounted.item, mounted.point_id, mounted.operation_id)
    except AzureRejected as rejected:
        raise await _why_none(azure, mounted, rejected) from None
    except AzureError as error:
        raise azure_said(error) from None
    if not scripts:
        raise _not_available("Azure does not return a script for this session.")
    return scripts[0]


async def _why_none(azure: Azure, mounted: Session, rejected: AzureRejected) -> ServiceError:
    """Whether Azure refused the script because the session is over; the point shows it."""
    try:
        point = await azure.recovery_points.get(mounted.item, mounted.point_id)
    except AzureNotFound:
        return ended(mounted.point_id, azure_code=rejected.code)
    except AzureError:
        return azure_said(rejected)
    if point.is_mounted is False:
        return ended(mounted.point_id, azure_code=rejected.code)
    if isinstance(rejected, AzureNotFound):
        return _not_available("Azure does not know the operation that mounted the point any more.", rejected.code)
    return azure_said(rejected)


def _not_available(detail: str, azure_code: str | None = None) -> MountScriptNotAvailable:
    return MountScriptNotAvailable(
        detail,
        azure_code=azure_code,
        remedy="Renew the session (POST /v1/restores/{id}/renew): Azure then names a new operation, and its script.",
    )


def session_shown(restore: Restore) -> dict[str, Any] | None:
    """What callers see of it; None while nothing was mounted."""
    if restore.session_operation_id is None:
        return None
    return {
        "state": "ended" if restore.session_ended_at else "mounted",
        "expires_at": restore.session_expires_at,
        "ended_at": restore.session_ended_at,
        "ended_by": restore.session_ended_by,
    }
