"""Looks for backups on record that began within the grace of a run: one statement for a batch of items.

By VM, not by item: the job of a VM whose item was deleted and found again names the old item, or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ARRAY, Integer, Text, bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import TZ
from app.core.http.pages import first_id_of
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import WELL


@dataclass(frozen=True, slots=True)
class Run:
    tenant: str
    vm_key: str
    due_at: datetime
    late_at: datetime


# A job is recorded after it began, so its id is a range of the index, too.
_COVERED = text("""
SELECT runs.number FROM unnest(:numbers, :tenants, :keys, :due, :late, :first_ids)
    AS runs (number, tenant, vm_key, due_at, late_at, first_id)
WHERE EXISTS (
    SELECT FROM jobs WHERE jobs.tenant = runs.tenant AND jobs.vm_key = runs.vm_key AND jobs.id >= runs.first_id
    AND jobs.kind = :kind AND jobs.state = ANY(:well) AND jobs.started_at BETWEEN runs.due_at AND runs.late_at
)
""").bindparams(
    bindparam("numbers", type_=ARRAY(Integer)),
    bindparam("tenants", type_=ARRAY(Text)),
    bindparam("keys", type_=ARRAY(Text)),
    bindparam("due", type_=ARRAY(TZ)),
    bindparam("late", type_=ARRAY(TZ)),
    bindparam("first_ids", type_=ARRAY(PG_UUID(as_uuid=True))),
    bindparam("kind", value=JobKind.BACKUP.value),
    bindparam("well", value=sorted(state.value for state in WELL), type_=ARRAY(Text)),
)


async def covered(session: AsyncSession, runs: Sequence[Run]) -> set[int]:
    """The numbers (from 0) of those in whose time a backup began that ended well."""
    if not runs:
        return set()
    values = {
        "numbers": list(range(len(runs))),
        "tenants": [run.tenant for run in runs],
        "keys": [run.vm_key for run in runs],
        "due": [run.due_at for run in runs],
        "late": [run.late_at for run in runs],
        "first_ids": [first_id_of(run.due_at) for run in runs],
    }
    return set(await session.scalars(_COVERED, values))
