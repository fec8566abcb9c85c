"""Lets a rule be enforced: with the approval that the tenant wants, which is asked for once for each hash."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.db.database import NOW
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import TERMINAL
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.protection_rules import holds
from app.protection_rules.holds import HoldReason
from app.protection_rules.models import ProtectionRule
from app.protection_rules.preview import Weighed, counts_of
from app.protection_rules.rules import OnLost
from app.protection_rules.service import path_of


async def admit(session: AsyncSession, asked: Asked, row: ProtectionRule, weighed: Weighed, confirmed: int) -> None:
    """The rule, which is held, is enforced from now on, or once a second person has approved it.

    `confirmed`: how many VMs the caller has confirmed.
    """
    row.confirmed, row.waiting = confirmed, None
    on_lost = row.definition["on_lost"]
    if not holds.needs_approval(on_lost, row.hash, row.approved_hash, asked.caller.membership.approvals):
        await session.flush()
        return
    now = (await session.scalars(select(NOW))).one()
    row.waiting = waiting_for_approval(now)
    if not await _is_asked_for(session, row):
        row.approval_job_id = await _ask(session, asked, row, weighed)
    await session.flush()


def waiting_for_approval(since: datetime) -> dict[str, Any]:
    detail = "A second person has not approved the rule as it is now."
    return {"reason": HoldReason.APPROVAL.value, "detail": detail, "since": since.isoformat()}


async def _is_asked_for(session: AsyncSession, row: ProtectionRule) -> bool:
    """Whether an approval of the rule as it is now is on its way."""
    if row.approval_job_id is None:
        return False
    job = await session.get(Job, row.approval_job_id)
    return job is not None and job.state not in TERMINAL and job.ask["rule"]["hash"] == row.hash


async def _ask(session: AsyncSession, asked: Asked, row: ProtectionRule, weighed: Weighed) -> UUID:
    rule = {"id": str(row.id), "name": row.name, "hash": row.hash}
    operations = holds.operations_of(row.definition["on_lost"])
    cost = weighed.cost.model_dump(mode="json") if weighed.cost is not None else None
    job, _ = await enqueue(
        session,
        NewJob(
            kind=JobKind.ENFORCE_RULE,
            asked=Asked(asked.caller, None, None, row.reference, dict(row.labels), origin_rule=row.id),
            ask={
                "rule": rule,
                "definition": row.definition,
                "priority": row.priority,
                "max_per_hour": row.max_per_hour,
                "counts": dict(counts_of(weighed.effect)),
                "cost": cost,
            },
            resource=path_of(row.id),
            resource_id=row.id,
            series=f"rule:{row.id}",
            sensitive=Sensitive(operations, _words(row, weighed), {"hash": row.hash}),
        ),
    )
    return job.id


def _words(row: ProtectionRule, weighed: Weighed) -> str:
    """One sentence for the approver, with the numbers."""
    effect = weighed.effect
    price = weighed.cost.monthly.expected if weighed.cost is not None and weighed.cost.monthly is not None else None
    money = f", for about {price} USD a month" if price is not None else ", at a cost that is not known"
    words = (
        f"Enforce the protection rule {row.name} (priority {row.priority}): protect {len(effect.protects)} VMs{money}, "
        f"and each VM that it selects later, at most {row.max_per_hour} an hour"
    )
    if row.definition["on_lost"] == OnLost.PAUSE:
        words += f"; pause the backups of VMs that it loses, {len(effect.pauses)} of them now"
    return words + "."
