"""Writes audit entries, each in the transaction of its change, so that neither exists without the other.

`record` is for changes that make no job, `record_own` for what Holdfast does of itself. Jobs and attempts bring their
entries themselves, in the statement that makes them (`jobs/store.py`, `jobs/queue/claims.py`), from `entries_from`;
and so do rows that go (`delete_on_record`).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from typing import cast as typed
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Table,
    Text,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit.entry_details import MAX_DETAILS, digest, fitted
from app.audit.models import AuditEntry
from app.core.db.database import PLATFORM_SETTING
from app.identity.access.caller import NO_TENANT, Caller
from app.identity.tokens.principal import BETWEEN

Outcome = Literal["accepted", "refused", "done"]
ENTRIES = typed("Table", AuditEntry.__table__)

MAX_TARGET = 1000
"""Characters of a target that an entry holds. Of a longer one (a refused call's) the details hold a digest."""
OWN = "holdfast"
"""The actor of what Holdfast does of itself; it has no issuer, so no token can name it."""


_CALLER = ("actor_issuer", "actor_directory", "actor_object_id", "actor_name", "address", "request_id")


def columns_of(caller: Caller) -> dict[str, str]:
    """Who does it and from where, by column name."""
    principal = caller.principal
    return {
        "actor_issuer": principal.issuer,
        "actor_directory": principal.directory,
        "actor_object_id": principal.object_id,
        "actor_name": principal.name,
        "address": caller.address,
        "request_id": caller.request_id,
    }


async def record(
    session: AsyncSession,
    caller: Caller,
    *,
    target: str,
    action: str | None = None,
    outcome: Outcome = "done",
    job_id: UUID | None = None,
    approval_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    always: Mapping[str, Any] | None = None,
    tenant: str | None = None,
) -> None:
    """Write one entry, as a part of the session's transaction.

    `target`: the path of what is changed. `action`: the operation id of the caller's route unless said otherwise.
    `details`: JSON, no secrets; what is too large is replaced by its SHA-256 and length (entry_details.py). `always`:
    details that are stored at any size: who may do what, where, and what needs a second person.

    The entry goes to the chain of the transaction's tenant (of the platform, for a platform transaction). `tenant`
    names another chain; only platform transactions may do that.
    """
    values = columns_of(caller) | {
        "tenant": _chain_of(session, caller) if tenant is None else tenant,
        "action": action or caller.operation,
        "target": target[:MAX_TARGET],
        "outcome": outcome,
        "job_id": job_id,
        "approval_id": approval_id,
        "details": _whole(target, details, always),
    }
    # Inline, without RETURNING: what the platform writes to a tenant's chain it may not read.
    await session.execute(insert(ENTRIES).values(values).inline())


_OWN = {"actor_issuer": "", "actor_directory": "", "actor_object_id": OWN, "actor_name": OWN}


async def record_own(
    session: AsyncSession,
    tenant: str,
    *,
    action: str,
    target: str,
    job_id: UUID | None = None,
    approval_id: UUID | None = None,
    attempt_id: UUID | None = None,
    details: Mapping[str, Any],
    always: Mapping[str, Any] | None = None,
) -> None:
    """Write what Holdfast did of itself, as a part of the session's transaction: without a request of a caller.

    `details`, `always`: as in `record`.
    """
    values = _OWN | {
        "tenant": tenant,
        "action": action,
        "target": target,
        "outcome": "done",
        "job_id": job_id,
        "approval_id": approval_id,
        "attempt_id": attempt_id,
        "details": _whole(target, details, always),
    }
    await session.execute(insert(ENTRIES).values(values).inline())


async def delete_on_record(
    session: AsyncSession,
    table: Table,
    *which: ColumnElement[bool],
    action: str,
    path: str,
    job_id: UUID | None,
    says: Sequence[str],
) -> None:
    """Delete these rows (with `id` and `tenant`), and leave an entry of Holdfast's own for each: one statement.

    `path`: the target without the id. `says`: the columns that are kept in the entry. `job_id`: the job that caused it.
    """
    said = {name: table.c[name] for name in says}
    gone = delete(table).where(*which).returning(table.c.id, table.c.tenant, *said.values()).cte("gone")
    entries = {name: literal(value, Text) for name, value in _OWN.items()} | {
        "tenant": gone.c.tenant,
        "action": literal(action, Text),
        "target": literal(path, Text) + cast(gone.c.id, Text),
        "outcome": outcome("done"),
        "job_id": literal(job_id, PG_UUID),
        "details": details(**{name: gone.c[name] for name in said}),
    }
    await session.execute(select(func.count()).select_from(gone).add_cte(entries_from(gone, **entries)))


def _chain_of(session: AsyncSession, caller: Caller) -> str:
    """A platform admin may be a member of a tenant too; what they do as an admin does not concern that tenant."""
    return NO_TENANT if PLATFORM_SETTING in session.info.get("says", {}) else caller.tenant


# --- within the statement that makes something -----------------------------------------------------------------------
def entries_from(rows: FromClause, **columns: Any) -> CTE:
    """One entry for each of the rows that a statement made, for its `add_cte`.

    `columns` are the entry's, by name: taken from those rows, or from the parameters of the statement (`CALLER`).
    """
    entries = select(*columns.values()).select_from(rows)
    return insert(AuditEntry).from_select(list(columns), entries, include_defaults=False).cte("audited")


CALLER = {name: bindparam(f"by_{name}", type_=Text) for name in _CALLER}
"""For `entries_from`: the columns of a caller, as parameters that `parameters_of` fills."""


def parameters_of(caller: Caller) -> dict[str, str]:
    return {f"by_{name}": value for name, value in columns_of(caller).items()}


def actor_of(key: ColumnElement[str], name: ColumnElement[str]) -> dict[str, ColumnElement[str]]:
    """For `entries_from`: the actor's columns, from a key (`Caller.key`) and a name that a row keeps."""
    issuer, directory = (func.split_part(key, BETWEEN, number) for number in (1, 2))
    # The whole rest: an object id may contain the separator, too (`auth0|5f7c`).
    object_id = func.substr(key, func.length(issuer) + func.length(directory) + 2 * len(BETWEEN) + 1)
    return {"actor_issuer": issuer, "actor_directory": directory, "actor_object_id": object_id, "actor_name": name}


def outcome(word: Outcome) -> ColumnElement[str]:
    return literal(word, Text)


def details(**columns: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON of these columns; of one that is too large, what identifies it (entry_details.py)."""
    share = MAX_DETAILS // len(columns)
    parts = [part for name, column in columns.items() for part in (literal(name, Text), _fitted(column, share))]
    return func.jsonb_build_object(*parts)


def _fitted(column: ColumnElement[Any], room: int) -> ColumnElement[Any]:
    """Texts and ids: Postgres writes them in JSON as the canonical form does."""
    value = func.to_jsonb(column, type_=JSONB)
    written = func.convert_to(cast(value, Text), literal("UTF8", Text))
    size = func.octet_length(written)
    identified = func.jsonb_build_object(
        literal("sha256", Text),
        func.encode(func.sha256(written), literal("hex", Text)),
        literal("bytes", Text),
        size,
        type_=JSONB,
    )
    return case((size <= room, value), else_=identified)


def _whole(target: str, details: Mapping[str, Any] | None, always: Mapping[str, Any] | None) -> dict[str, Any]:
    """A target that is cut off is identified in the details."""
    cut_off = {"target": digest(target)} if len(target) > MAX_TARGET else {}
    return fitted(details or {}) | cut_off | dict(always or {})
