"""Asking for backups, and reading the points they left."""

from collections.abc import Sequence
from typing import NoReturn

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound, AzureRejected
from app.azure.ports import RecoveryPoints
from app.azure.values import BackupOrder, ItemRef, RecoveryPoint
from app.backups.errors import AzureRefusedReading, RecoveryPointNotFound
from app.core.errors import Unavailable
from app.core.pages import CursorNotValid, decode_cursor, encode_cursor
from app.jobs import store
from app.jobs.models import Job
from app.jobs.store import Asked, NewJob
from app.protection.models import ProtectedItem

ORDER = TypeAdapter(BackupOrder)


async def request_backup(session: AsyncSession, asked: Asked, item: ProtectedItem, order: BackupOrder) -> Job:
    """Record the job that makes the backup: one statement, one round trip."""
    job, _ = await store.enqueue(
        session,
        NewJob(
            kind="backup", asked=asked, ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/protected-items/{item.id}", resource_id=item.id, vault_id=item.vault_id,
            protected_item_id=item.id,
        ),
    )  # fmt: skip
    return job


async def read_points(recovery_points: RecoveryPoints, item: ItemRef) -> Sequence[RecoveryPoint]:
    """Every point of the item, newest first, live. Raises Unavailable while Azure is away."""
    try:
        return await recovery_points.list(item)
    except AzureNotFound:
        return ()
    except AzureError as error:
        _say(error)


async def read_point(recovery_points: RecoveryPoints, item: ItemRef, point_id: str) -> RecoveryPoint:
    """One point, live. Raises RecoveryPointNotFound, or Unavailable while Azure is away."""
    try:
        return await recovery_points.get(item, point_id)
    except AzureNotFound as missing:
        raise no_such_point(point_id, missing.code) from None
    except AzureError as error:
        _say(error)


def no_such_point(point_id: str, azure_code: str | None = None) -> RecoveryPointNotFound:
    return RecoveryPointNotFound(
        f"This item has no recovery point {point_id}.",
        pointer="#/recovery_point/id", azure_code=azure_code,
        remedy="Take the id from GET /v1/protected-items/{item_id}/recovery-points: points expire.",
    )  # fmt: skip


def _say(error: AzureError) -> NoReturn:
    if isinstance(error, AzureRejected):
        raise AzureRefusedReading(
            error.message, azure_code=error.code, remedy="Check the permissions of Holdfast's Azure identity."
        ) from None
    raise Unavailable(
        "Azure cannot be read at the moment.", retry_after=getattr(error, "retry_after", None) or 5,
        remedy="Send the request again after Retry-After.",
    ) from None  # fmt: skip


def page_of(
    points: Sequence[RecoveryPoint], *, limit: int, cursor: str | None
) -> tuple[list[RecoveryPoint], str | None]:
    """One page of a live list, newest first; the cursor is the place after the last point shown."""
    ordered = sorted(points, key=_place, reverse=True)
    keys = decode_cursor(cursor, 2)
    if keys is not None:
        if not keys[0].isdecimal() or len(keys[0]) > 18:
            raise CursorNotValid("This cursor names no point.", pointer="query:cursor")
        ordered = [point for point in ordered if _place(point) < (int(keys[0]), keys[1])]
    page = ordered[:limit]
    return page, encode_cursor(*_place(page[-1])) if len(ordered) > limit else None


def _place(point: RecoveryPoint) -> tuple[int, str]:
    return int(point.time.timestamp() * 1_000_000), point.id
