"""Keeps the tags of VMs that were read: a selector by tags finds a VM also when it is gone."""

import json
from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_REMEMBER = text("""
INSERT INTO item_health (protected_item_id, tenant, vm_tags)
SELECT item.id, item.tenant, seen.tags
FROM jsonb_each(CAST(:seen AS jsonb)) AS seen (vm_key, tags)
JOIN protected_items AS item ON item.vm_key = seen.vm_key AND item.tenant = :tenant
ON CONFLICT (protected_item_id) DO UPDATE SET vm_tags = excluded.vm_tags
WHERE item_health.vm_tags IS DISTINCT FROM excluded.vm_tags
""")


async def remember_tags(session: AsyncSession, tenant: str, tags_by_vm_key: Mapping[str, Mapping[str, str]]) -> None:
    """`tags_by_vm_key`: by `names.vm_key`; their keys folded. Only what changed is written."""
    if tags_by_vm_key:
        seen = json.dumps({key: dict(tags) for key, tags in tags_by_vm_key.items()})
        await session.execute(_REMEMBER, {"tenant": tenant, "seen": seen})
