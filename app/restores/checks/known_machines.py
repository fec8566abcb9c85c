"""Which machines of a network are production, and which were made by tests and rehearsals, by our rows."""

from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.core.db.database import Transactions
from app.core.letter_case import fold_case
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.protection.items import backed_up_vms
from app.restores.checks.isolation import KnownMachines, KnownNow
from app.restores.models import Restore

MOST_PRACTICE: Final = 2_000
"""Restores of tests and rehearsals that count, the newest ones. What an older one has left is to be deleted first."""


async def known_machines(session: AsyncSession, tenant: str) -> KnownMachines:
    return KnownMachines(await backed_up_vms(session, tenant), await practice_machines(session, tenant))


def known_now(db: Transactions, tenant: str) -> KnownNow:
    """Reads `known_machines` in a transaction of its own, when it is called."""

    async def read() -> KnownMachines:
        async with db.begin() as session:
            return await known_machines(session, tenant)

    return read


async def practice_machines(session: AsyncSession, tenant: str) -> set[str]:
    """Folded ids of the VMs that restore tests and rehearsals made, or were to make."""
    own, parent = aliased(Job), aliased(Job)
    is_practice = or_(
        parent.kind == JobKind.RESTORE_TEST_RUN,
        and_(parent.kind == JobKind.RECOVERY_RUN, parent.ask["mode"].astext == "rehearse"),
    )
    query = (
        select(Restore.target["resource_group_id"].astext, Restore.target["name"].astext)
        .join(own, own.id == Restore.job_id)
        .join(parent, parent.id == own.parent_id)
        .where(Restore.tenant == tenant, Restore.target["mode"].astext == "new_vm", is_practice)
        .order_by(Restore.id.desc())
        .limit(MOST_PRACTICE)
    )
    return {
        fold_case(f"{group}/providers/Microsoft.Compute/virtualMachines/{name}")
        for group, name in await session.execute(query)
    }
