"""Queries of the trail: a filtered list, a chain from a link on, its head."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, RowMapping, Select, Text, cast, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.canonical import GENESIS, Seal, canonical, entry_of, written
from app.audit.models import AuditEntry, AuditSeal
from app.core.db.database import Transactions
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, number_key

ENTRY_COLUMNS = (
    AuditEntry.id,
    AuditEntry.tenant,
    AuditEntry.at,
    AuditEntry.actor_issuer,
    AuditEntry.actor_directory,
    AuditEntry.actor_object_id,
    AuditEntry.actor_name,
    AuditEntry.action,
    AuditEntry.target,
    AuditEntry.outcome,
    AuditEntry.address,
    AuditEntry.request_id,
    AuditEntry.job_id,
    AuditEntry.approval_id,
    AuditEntry.attempt_id,
    cast(AuditEntry.details, Text).label("details"),
)
"""An entry as `canonical.entry_of` takes it: the details as Postgres writes them, digit for digit."""
SEAL_COLUMNS = (
    AuditSeal.tenant.label("chain"),
    AuditSeal.seq,
    AuditSeal.entry_id,
    AuditSeal.version,
    AuditSeal.sealed_at,
    AuditSeal.previous,
    AuditSeal.hash,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
EXPORT_BATCH = 500


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to list; None = any."""

    actor: str | None = None
    """The object id of who did it."""
    action: str | None = None
    target: str | None = None
    job_id: UUID | None = None
    outcome: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The last hash of a chain. With a copy kept elsewhere, changes to anything before it can be detected."""

    tenant: str
    seq: int
    hash: str
    at: datetime | None = None
    """When it was sealed; None = nothing has been."""


async def list_entries(
    session: AsyncSession,
    tenant: str,
    wanted: AuditFilter,
    *,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[Row[AuditEntry, AuditSeal]], str | None]:
    """Newest first, each with its seal where it has one: the page, and the cursor of the next one."""
    query = (
        select(AuditEntry, AuditSeal)
        .outerjoin(AuditSeal, AuditSeal.entry_id == AuditEntry.id)
        .where(AuditEntry.tenant == tenant, *_conditions(wanted))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(limit + 1)
    )
    await counter.count(session, query)
    keys = decode_cursor(cursor, "audit", 2)
    if keys is not None:
        at = EPOCH + number_key(keys[0]) * MICROSECOND
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < (at, number_key(keys[1])))
    page, last = cut((await session.execute(query)).all(), limit)
    if last is None:
        return page, None
    entry: AuditEntry = last[0]
    return page, encode_cursor("audit", (entry.at - EPOCH) // MICROSECOND, entry.id)


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    equal = (
        (AuditEntry.actor_object_id, wanted.actor),
        (AuditEntry.action, wanted.action),
        (AuditEntry.target, wanted.target),
        (AuditEntry.job_id, wanted.job_id),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if wanted.outcome == "refused":
        # Word for word, so that the partial index is known by it.
        conditions.append(text("audit_entries.outcome = 'refused'"))  # type: ignore[arg-type]
    elif wanted.outcome is not None:
        conditions.append(AuditEntry.outcome == wanted.outcome)
    if wanted.since is not None:
        conditions.append(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(AuditEntry.at < wanted.until)
    return conditions


async def last_seal(session: AsyncSession, tenant: str) -> Seal | None:
    row = (await session.execute(_newest(tenant))).mappings().first()
    return None if row is None else seal_of(row)


async def get_head(session: AsyncSession, tenant: str) -> Head:
    """The head of a chain. Without a link: number 0, and the hash before the first link."""
    row = (await session.execute(_newest(tenant))).mappings().first()
    return Head(tenant, 0, GENESIS) if row is None else Head(tenant, row["seq"], row["hash"], row["sealed_at"])


def _newest(tenant: str) -> Select[*tuple[Any, ...]]:
    return select(*SEAL_COLUMNS).where(AuditSeal.tenant == tenant).order_by(AuditSeal.seq.desc()).limit(1)


def seal_of(row: RowMapping) -> Seal:
    """From `SEAL_COLUMNS`."""
    return Seal(
        row["chain"],
        row["seq"],
        row["entry_id"],
        row["version"],
        written(row["sealed_at"]),
        row["previous"],
        row["hash"],
    )


async def count_unsealed(session: AsyncSession) -> int:
    """How many entries nothing vouches for yet, over all tenants."""
    return int(await session.scalar(select(func.holdfast_audit_unsealed())) or 0)


# --- export ----------------------------------------------------------------------------------------------------------
async def export(where: Transactions, tenant: str, *, after: int) -> AsyncIterator[bytes]:
    """The chain behind link `after`, a line of JSON for each, up to the head that the last line names.

    One batch is in memory, and no transaction is open while a reader is slow: links never change.
    """
    async with where.begin() as session:
        head = await get_head(session, tenant)
    last = after
    while last < head.seq:
        async with where.begin() as session:
            rows = await _links(session, tenant, last, head.seq)
        if not rows:
            break
        yield b"".join(canonical(link_as_json(row)) + b"\n" for row in rows)
        last = rows[-1]["seq"]
    yield canonical({"head": head_as_json(head)}) + b"\n"


async def _links(session: AsyncSession, tenant: str, after: int, until: int) -> Sequence[RowMapping]:
    found = await session.execute(
        select(*SEAL_COLUMNS, *ENTRY_COLUMNS)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.tenant == tenant, AuditSeal.seq > after, AuditSeal.seq <= until)
        .order_by(AuditSeal.seq)
        .limit(EXPORT_BATCH)
    )
    return found.mappings().all()


def link_as_json(row: RowMapping) -> dict[str, Any]:
    """A line of an export.

    An entry that was deleted is null: the export shows what exists, `verify` reports what is wrong.
    """
    seal = seal_of(row)
    return {
        "seal": {
            "tenant": seal.tenant,
            "seq": seal.seq,
            "version": seal.version,
            "sealed_at": seal.sealed_at,
            "previous": seal.previous,
            "hash": seal.hash,
        },
        "entry": None if row["id"] is None else entry_of(row),
    }


def head_as_json(head: Head) -> dict[str, Any]:
    return {"tenant": head.tenant, "seq": head.seq, "hash": head.hash, "at": head.at and written(head.at)}
