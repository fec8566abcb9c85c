"""What rules need of an event that is not in it: the mode of a restore, and the region of a vault."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.alerts.job_rules import TARGET_MODE
from app.core.events.models import Event
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.vaults.models import Vault


async def regions_of(session: AsyncSession, vaults: Collection[UUID]) -> Mapping[str, str]:
    """The region of each vault that is on record, by its id as text."""
    if not vaults:
        return {}
    rows = await session.execute(select(Vault.id, Vault.location).where(Vault.id.in_(vaults)))
    return {str(row.id): row.location for row in rows}


async def add_facts(session: AsyncSession, events: Sequence[Event]) -> None:
    """Add the mode of its target to the data of each event of a restore. The rows of the events stay as they are."""
    restores = [event for event in events if event.data.get("kind") == JobKind.RESTORE and "state" in event.data]
    if not restores:
        return
    ids = {UUID(event.resource_id) for event in restores}
    mode = Job.ask["target"]["mode"].astext.label("mode")
    modes = {str(row.id): row.mode for row in await session.execute(select(Job.id, mode).where(Job.id.in_(ids)))}
    for event in restores:
        session.expunge(event)
        event.data = {**event.data, TARGET_MODE: modes.get(event.resource_id)}
