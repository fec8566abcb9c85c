"""Requests backups, and reads their recovery points."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.errors import AzureError, AzureNotFound
from app.azure.grants import check_item_granted
from app.azure.item_states import KEPT_BY_POLICY, ItemState
from app.azure.lists import Listed
from app.azure.ports import RecoveryPoints, Vaults
from app.azure.values import BackupOrder, ItemRef, RecoveryPoint
from app.backups import rules
from app.backups.errors import RecoveryPointNotFound
from app.backups.rules import Keeping
from app.core.errors import ServiceError
from app.core.http.pages import decode_cursor, encode_cursor, number_key
from app.jobs.errors import azure_said
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, ConditionNotMet, NewJob, OnlyIf, enqueue, find_replay
from app.jobs.requests.quotas import check_backups
from app.policies.models import Policy
from app.policies.records import definition_of
from app.protection.items import REMEMBERED, ItemInAzure, get_item, get_item_in_azure, unchanged
from app.protection.models import ProtectedItem
from app.protection.rules import check_can_back_up

ORDER = TypeAdapter(BackupOrder)


async def request_backup(
    session: AsyncSession,
    asked: Asked,
    item_id: UUID,
    retain_until: datetime,
    now: datetime,
    state: str | None = None,
    *,
    parent_id: UUID | None = None,
) -> Job:
    """Record the job that makes the backup, or find the one an equal request has made already.

    `state`: how Azure has the item, where it was looked up because our row said no.

    Raises ItemNotFound, ItemNotReady, NotGranted, RetentionNotValid, IdempotencyKeyReused, QuotaExceeded.
    """
    recorded = await _record_remembered(session, asked, item_id, retain_until, now, parent_id)
    if recorded is not None:
        return recorded
    try:
        item = REMEMBERED.keep(await get_item_in_azure(session, asked.caller.tenant, item_id))
        order = _checked(asked, item, retain_until, now, state)
    except ServiceError:
        # What is refused today may have been accepted when it was asked first, and a replay gets that answer. Only
        # here it must be looked for: `enqueue` finds it by itself, and a look before would cost each new key 0.7 ms.
        earlier = await find_replay(session, asked)
        if earlier is None:
            raise
        return earlier
    return await _record(session, asked, item, order, now, parent_id=parent_id)


async def _record_remembered(
    session: AsyncSession,
    asked: Asked,
    item_id: UUID,
    retain_until: datetime,
    now: datetime,
    parent_id: UUID | None,
) -> Job | None:
    """Without reading the item. None: it is not remembered, has changed since, or would be refused as it was then."""
    item = REMEMBERED.find(asked.caller.tenant, item_id)
    if item is None:
        return None
    try:
        order = _checked(asked, item, retain_until, now)
    except ServiceError:
        return None
    try:
        return await _record(session, asked, item, order, now, only_if=unchanged(item), parent_id=parent_id)
    except ConditionNotMet:
        return None


def _checked(
    asked: Asked, item: ItemInAzure, retain_until: datetime, now: datetime, state: str | None = None
) -> BackupOrder:
    check_item_granted(asked.caller.membership.grants, item.ref)
    check_can_back_up(state or item.state)
    return rules.check_order(item.ref, retain_until, now)


async def _record(
    session: AsyncSession,
    asked: Asked,
    item: ItemInAzure,
    order: BackupOrder,
    now: datetime,
    *,
    only_if: OnlyIf | None = None,
    parent_id: UUID | None = None,
) -> Job:
    job, is_new = await enqueue(
        session,
        NewJob(
            kind=JobKind.BACKUP,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=f"/v1/protected-items/{item.id}",
            resource_id=item.id,
            vault_id=item.vault_id,
            protected_item_id=item.id,
            vm=item.ref.vm,
            only_if=only_if,
            parent_id=parent_id,
        ),
    )
    if is_new:
        await check_backups(session, asked.caller, item.id, now)
    return job


async def read_points(recovery_points: RecoveryPoints, item: ItemRef) -> Listed[RecoveryPoint]:
    """Every point of the item, newest first, live. Raises AzureRefused, or AzureAway."""
    try:
        return await recovery_points.list(item)
    except AzureNotFound:
        return Listed()
    except AzureError as error:
        raise azure_said(error) from None


async def check_crosses_regions(vaults: Vaults, item: ItemInAzure, *, in_doubt: bool = False) -> None:
    """Whether the vault restores in its paired region: by our row, and in doubt by a read of Azure.

    Our row may be older than a change made in Azure. So a "no", and a "yes" that nothing confirms, are read again.
    Raises CrossRegionNotEnabled; AzureRefused or AzureAway if neither source answers.
    """
    if item.crosses_regions and not in_doubt:
        return
    try:
        vault = await vaults.get(item.ref.vault)
    except AzureError as error:
        if item.crosses_regions is None:
            raise azure_said(error) from None
        crosses = item.crosses_regions
    else:
        crosses = bool(vault.cross_region_restore)
    if not crosses:
        raise rules.cross_region_not_enabled(item.ref.vault.name)


async def read_secondary_points(
    recovery_points: RecoveryPoints, vaults: Vaults, item: ItemInAzure
) -> Listed[RecoveryPoint]:
    """The points that Azure has copied to the paired region so far; empty while none has arrived.

    Raises NoSecondaryRegion, CrossRegionNotEnabled, AzureRefused or AzureAway.
    """
    rules.secondary_region(item.vault_location)
    await check_crosses_regions(vaults, item)
    points = await read_points(recovery_points, item.ref)
    if not points:
        await check_crosses_regions(vaults, item, in_doubt=True)
    return points


async def keeping_of(session: AsyncSession, item: ItemInAzure) -> Keeping:
    """What our rows know of how long the points are kept.

    Nothing ends while protection is paused. Suspended, points expire as the policy says, all but the last one.
    """
    if item.state == ItemState.PAUSED:
        return Keeping(for_ever=True)
    if item.state == ItemState.SOFT_DELETED:
        return Keeping(purge_at=(await get_item(session, item.tenant, item.id)).purge_at)
    if item.state not in KEPT_BY_POLICY:
        return Keeping()
    policy = await session.scalar(
        select(Policy).join(ProtectedItem, ProtectedItem.policy_id == Policy.id).where(ProtectedItem.id == item.id)
    )
    made = await session.execute(
        select(Job.ask["retain_until"].astext, Job.result["recovery_point_time"].astext).where(
            Job.tenant == item.tenant,
            Job.protected_item_id == item.id,
            Job.kind == JobKind.BACKUP,
            Job.result["recovery_point_time"].astext.is_not(None),
            Job.ask["retain_until"].astext.is_not(None),
        )
    )
    asked = {datetime.fromisoformat(time): datetime.fromisoformat(until) for until, time in made}
    definition = definition_of(policy) if policy is not None else None
    return Keeping(definition, asked, keeps_last=item.state == ItemState.SUSPENDED)


def last_of(points: Sequence[RecoveryPoint]) -> RecoveryPoint | None:
    return max(points, key=lambda point: point.time, default=None)


def no_such_point(point_id: str, azure_code: str | None = None) -> RecoveryPointNotFound:
    return RecoveryPointNotFound(
        f"This item has no recovery point {point_id}.",
        pointer="#/recovery_point/id",
        azure_code=azure_code,
        remedy="Take the id from GET /v1/protected-items/{item_id}/recovery-points: points expire.",
    )


def page_of(
    points: Sequence[RecoveryPoint], *, limit: int, cursor: str | None
) -> tuple[list[RecoveryPoint], str | None]:
    """One page of a live list, newest first; the cursor is the place after the last point shown."""
    ordered = sorted(points, key=_place, reverse=True)
    keys = decode_cursor(cursor, "recovery_points", 2)
    if keys is not None:
        after = (number_key(keys[0]), keys[1])
        ordered = [point for point in ordered if _place(point) < after]
    page = ordered[:limit]
    return page, encode_cursor("recovery_points", *_place(page[-1])) if len(ordered) > limit else None


def _place(point: RecoveryPoint) -> tuple[int, str]:
    return int(point.time.timestamp() * 1_000_000), point.id
