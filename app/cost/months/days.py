"""The items of a tenant as they were at the end of a day: from their history, and the revisions of their policies.

What a vault is (region, redundancy) and how big a VM is are taken as they are known now: no history of them is kept.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.item_states import ItemState
from app.azure.values import PolicyDefinition
from app.cost.subjects import ItemFacts, facts_of
from app.jobs.models import Origin
from app.policies.records import DEFINITION

# The first row of an item holds from the day on which it was protected, though a row may have been written later. Of a
# VM the newest row counts: it is in one vault at a time. Of an item that is gone it is not known any more whether it
# was found with backups; it was not, if a job of ours protected it or it was seen before its first backup.
_ROWS = text("""
WITH noted AS (
    SELECT *, CASE WHEN row_number() OVER (PARTITION BY protected_item_id ORDER BY at, id) = 1
                   THEN least(at, protected_since) ELSE at END AS since,
           bool_or(seen_before_first_backup) OVER (PARTITION BY protected_item_id) AS was_pending
    FROM item_history WHERE tenant = :tenant
), last AS (
    SELECT DISTINCT ON (vm_key) * FROM noted WHERE since < :ends ORDER BY vm_key, since DESC, id DESC
)
SELECT last.protected_item_id AS id, last.vm_id, last.vm_key, last.vault_id, last.policy_id, last.state,
       items.enhanced, last.protected_since AS created_at,
       items.origin IS DISTINCT FROM :ours AND NOT last.was_pending AS is_adopted,
       vaults.location, vaults.redundancy, vaults.cross_region_restore
FROM last
JOIN vaults ON vaults.id = last.vault_id
LEFT JOIN protected_items AS items ON items.id = last.protected_item_id
WHERE last.state IS NOT NULL AND last.state <> :deleted
ORDER BY last.protected_item_id
""")
_DEFINITIONS = text("""
SELECT DISTINCT ON (policies.id) policies.id, revisions.definition
FROM policies JOIN policy_revisions AS revisions ON revisions.policy_id = policies.id
WHERE policies.tenant = :tenant AND policies.id = ANY(:ids)
ORDER BY policies.id, revisions.created_at < :ends DESC,
         CASE WHEN revisions.created_at < :ends THEN revisions.number END DESC, revisions.number
""")
"""The newest revision of that day; of a policy that was first seen later, its first one."""
_FIRST = text("SELECT (min(protected_since) AT TIME ZONE 'UTC')::date FROM item_history WHERE tenant = :tenant")


async def first_item_day(session: AsyncSession, tenant: str) -> date | None:
    """The day (UTC) on which the tenant's first item was protected; None = it never had one."""
    found: date | None = await session.scalar(_FIRST, {"tenant": tenant})
    return found


async def items_at(session: AsyncSession, tenant: str, ends: datetime) -> list[ItemFacts]:
    """The items that there were at a moment, deleted backup data left out; one for each VM."""
    values = {
        "tenant": tenant,
        "ends": ends,
        "ours": Origin.HOLDFAST.value,
        "deleted": ItemState.SOFT_DELETED.value,
    }
    rows = (await session.execute(_ROWS, values)).all()
    policies = {row.policy_id for row in rows if row.policy_id is not None}
    return await facts_of(session, tenant, rows, await _definitions(session, tenant, policies, ends))


async def _definitions(
    session: AsyncSession, tenant: str, ids: set[UUID], ends: datetime
) -> dict[UUID, PolicyDefinition]:
    rows = await session.execute(_DEFINITIONS, {"tenant": tenant, "ids": list(ids), "ends": ends})
    return {row.id: DEFINITION.validate_python(row.definition) for row in rows if row.definition is not None}
