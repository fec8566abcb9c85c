"""A worker that claims a job and dies, and what is left to reconcile."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.jobs.loops.submit import LEASE
from app.jobs.queue import claims
from app.jobs.work import Ticket
from app.wiring import works_of
from tests.world import KEEP, World


async def ask_for_backup(world: World, item: dict[str, Any], **headers: str) -> dict[str, Any]:
    path = f"/v1/protected-items/{item['id']}/backups"
    answer = await world.api.post(path, json={"retain_until": KEEP}, headers=headers)
    assert answer.status_code == 202, answer.text
    job: dict[str, Any] = answer.json()
    return job


async def look(world: World, job: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    return found


async def claim_and_die(world: World) -> tuple[Ticket, UUID]:
    """A worker claims, puts its attempt on record, and is never heard of again."""
    async with world.database.begin() as session:
        ((ticket, attempt_id),) = await claims.claim_queued(session, limit=1, lease=LEASE)
    return ticket, attempt_id


async def end_leases(world: World, *, age: float = 0.0) -> None:
    """Time passes in the database: leases end, attempts are so many seconds older."""
    async with world.database.begin() as session:
        await session.execute(text("UPDATE jobs SET lease_until = clock_timestamp() - interval '1 second'"))
        await session.execute(
            text("UPDATE attempts SET opened_at = opened_at - make_interval(secs => :age)"), {"age": age}
        )


async def send(world: World, ticket: Ticket, attempt_id: UUID) -> None:
    """What the dead worker did last: the bytes reached Azure, nobody heard the answer."""
    work = works_of(world.azure, world.database)[ticket.kind]
    prepared = await work.prepare(ticket, ())
    await work.send(ticket, prepared, request_id=attempt_id, deadline=float("inf"))
