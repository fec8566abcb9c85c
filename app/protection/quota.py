"""How many protected items a tenant may have (app/jobs/quotas.py says how that is counted)."""

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.identity.access.caller import Caller
from app.jobs.errors import QuotaUsedUp
from app.jobs.quotas import hold_quota
from app.protection.models import ProtectedItem

PROTECTED_ITEMS = "protected_items"


async def check_quota(session: AsyncSession, caller: Caller) -> None:
    """Whether the item just recorded is within the tenant's quota. Raises QuotaUsedUp.

    Soft-deleted items count until Azure purges them: their data is still kept.
    """
    limit = await hold_quota(session, caller, PROTECTED_ITEMS)
    if limit is None:
        return
    is_kept = or_(ProtectedItem.purge_at.is_(None), ProtectedItem.purge_at > NOW)
    count = select(func.count()).where(ProtectedItem.tenant == caller.tenant, is_kept)
    used = int(await session.scalar(count) or 0) - 1
    if used >= limit:
        raise QuotaUsedUp(
            f"Your tenant has {used} protected items and may have {limit}.",
            quota=PROTECTED_ITEMS,
            limit=limit,
            used=used,
            remedy="Delete the backup data of one, or have the tenant's quota raised.",
        )
