"""Writing the trail: an entry stands in the transaction of what it tells of, so that neither is there alone.

`record` is for changes that make no job. Jobs and attempts bring their entries themselves, in the statement that makes
them (`jobs/store.py`, `jobs/claims.py`), from `columns_of` and `entries_from`.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, Select, insert, literal
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.models import AuditEntry
from app.core.database import PLATFORM_SETTING
from app.identity.caller import NO_TENANT, Caller

Outcome = Literal["accepted", "refused", "done"]

MAX_DETAILS = 4096
"""Bytes of JSON that an entry may hold as details. Whatever is larger is left out, and its size is said."""
MAX_TARGET = 1000


def columns_of(caller: Caller) -> dict[str, str]:
    """Who does it and from where, by column name."""
    principal = caller.principal
    return {
        "actor_issuer": principal.issuer, "actor_directory": principal.directory,
        "actor_object_id": principal.object_id, "actor_name": principal.name,
        "address": caller.address, "request_id": caller.request_id,
    }  # fmt: skip


async def record(
    session: AsyncSession,
    caller: Caller,
    *,
    target: str,
    action: str | None = None,
    outcome: Outcome = "done",
    job_id: UUID | None = None,
    approval_id: UUID | None = None,
    attempt_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    tenant: str | None = None,
) -> None:
    """Write one entry, as a part of the session's transaction.

    `target`: the path of what is changed. `action`: the operation id of the caller's route unless said otherwise.
    `details`: JSON, no secrets. It goes to the chain of the tenant the transaction is of, which for a transaction of
    the platform is the platform's; `tenant` names another one, which only the platform's transactions may write to.
    """
    values = columns_of(caller) | {
        "tenant": _chain_of(session, caller) if tenant is None else tenant,
        "action": action or caller.operation, "target": target[:MAX_TARGET], "outcome": outcome,
        "job_id": job_id, "approval_id": approval_id, "attempt_id": attempt_id, "details": bounded(details or {}),
    }  # fmt: skip
    await session.execute(insert(AuditEntry).values(values))


def _chain_of(session: AsyncSession, caller: Caller) -> str:
    """A platform admin may be a member of a tenant too; what he does as an admin is no business of it."""
    return NO_TENANT if PLATFORM_SETTING in session.info.get("says", {}) else caller.tenant


def entries_from(rows: Select[Any], **columns: ColumnElement[Any]) -> CTE:
    """For a statement that makes something: one entry for each of the rows it made, within that very statement.

    `rows` selects nothing but says from where; `columns` are the entry's, taken from those rows or given as values.
    """
    made = rows.add_columns(*columns.values())
    return insert(AuditEntry).from_select(list(columns), made, include_defaults=False).cte("audited")


def said(outcome: Outcome) -> ColumnElement[str]:
    """The outcome, for `entries_from`."""
    return literal(outcome)


def bounded(details: Mapping[str, Any]) -> dict[str, Any]:
    """The details, or how large they would have been."""
    size = len(json.dumps(details, ensure_ascii=False, default=str).encode())
    return dict(details) if size <= MAX_DETAILS else {"left_out_bytes": size}
