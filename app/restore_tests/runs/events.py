"""Writes the events of runs to the outbox, in the transaction of what they tell."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.events.models import Outbox
from app.core.events.types import EventType, ResourceKind
from app.restore_tests.models import RestoreTestRun


async def tell(session: AsyncSession, run: RestoreTestRun, type_: EventType, data: Mapping[str, Any]) -> None:
    """`data`: what callers see of it, as JSON."""
    values = {
        "tenant": run.tenant,
        "type": type_.value,
        "action": "updated",
        "resource_kind": ResourceKind.RESTORE_TEST_RUN.value,
        "resource_id": str(run.id),
        "data": dict(data),
    }
    await session.execute(insert(Outbox).values(values))
