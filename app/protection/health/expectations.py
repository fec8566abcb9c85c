"""What a tenant expects of one item, or of all of its items: read, set and removed, each on the audit trail."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.core.db.notify import wake
from app.core.errors import PreconditionFailed
from app.core.http.conventions import check_if_match, etag_of
from app.events.quiet_changes import tell_change
from app.identity.access.caller import Caller
from app.jobs.work import LoopName
from app.protection.health.models import Expectation
from app.protection.health.rpo import Expected
from app.protection.health.store import assess_items
from app.protection.items import get_item

UNSET = '"0"'
"""The ETag while nothing is set."""


@dataclass(frozen=True, slots=True)
class Scope:
    """One item, or (None) all items of the tenant."""

    tenant: str
    item_id: UUID | None

    @property
    def path(self) -> str:
        return f"/v1/protected-items/{self.item_id}/expectations" if self.item_id else "/v1/expectations"


async def read(session: AsyncSession, scope: Scope, *, for_update: bool = False) -> Expectation | None:
    """None = nothing is set. Raises ItemNotFound, also for another tenant's item."""
    if scope.item_id is not None:
        await get_item(session, scope.tenant, scope.item_id)
    found = select(Expectation).where(Expectation.tenant == scope.tenant)
    mine = Expectation.protected_item_id
    found = found.where(mine.is_(None) if scope.item_id is None else mine == scope.item_id)
    row: Expectation | None = await session.scalar(found.with_for_update() if for_update else found)
    return row


def version_of(row: Expectation | None) -> str:
    return etag_of(row.updated_at) if row is not None else UNSET


def said_by(row: Expectation | None) -> Expected:
    if row is None:
        return Expected()
    return Expected(row.objective_seconds, row.grace_seconds, row.consistency, row.linux_scripts_expected)


async def put(
    session: AsyncSession, caller: Caller, scope: Scope, wanted: Expected, if_match: str | None
) -> Expectation:
    """Set what is expected. Raises PreconditionRequired, PreconditionFailed and ItemNotFound."""
    row = await read(session, scope, for_update=True)
    check_if_match(if_match, version_of(row))
    before = said_by(row)
    if row is None:
        values: dict[str, Any] = {"id": uuids.uuid7(), "tenant": scope.tenant, "protected_item_id": scope.item_id}
        values |= asdict(wanted) | {"objective_since": NOW, "created_at": NOW, "updated_at": NOW}
        made = await session.execute(
            pg_insert(Expectation).values(values).on_conflict_do_nothing().returning(Expectation.id)
        )
        if made.first() is None:
            raise PreconditionFailed(
                "Somebody else has just set this.", remedy="Read it again, and send its ETag as If-Match."
            )
    else:
        values = asdict(wanted) | {"updated_at": NOW}
        if wanted.objective_seconds != before.objective_seconds:
            values["objective_since"] = NOW
        await session.execute(update(Expectation).where(Expectation.id == row.id).values(values))
        session.expire(row)
    await _changed(session, caller, scope, before, wanted)
    written = await read(session, scope)
    if written is None:
        raise RuntimeError("a row that was just written is not there")
    return written


async def remove(session: AsyncSession, caller: Caller, scope: Scope, if_match: str | None) -> None:
    """Back to the defaults; again does nothing. Raises PreconditionFailed and ItemNotFound."""
    row = await read(session, scope, for_update=True)
    check_if_match(if_match, version_of(row), needed=False)
    if row is not None:
        before = said_by(row)
        await session.execute(delete(Expectation).where(Expectation.id == row.id))
        await _changed(session, caller, scope, before, Expected())


async def _changed(session: AsyncSession, caller: Caller, scope: Scope, before: Expected, after: Expected) -> None:
    """Put it on the trail. What follows for one item is written now, for all items by the worker."""
    said = {"before": asdict(before), "after": asdict(after)}
    await trail.record(session, caller, target=scope.path, details=said)
    tell_change(session, scope.tenant, scope.path)
    if scope.item_id is not None:
        await assess_items(session, [scope.item_id])
    else:
        wake(session, LoopName.HEALTH)


def changed_at(row: Expectation | None) -> datetime | None:
    return row.updated_at if row is not None else None
