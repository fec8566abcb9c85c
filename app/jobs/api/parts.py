"""Jobs that are parts of another: on whose behalf they are asked for, and how they are taken back."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from app.audit import trail
from app.core.db.database import NOW
from app.identity.access.caller import Caller, TenantMembership
from app.identity.access.grants import Grants
from app.identity.access.memberships import check_tenant
from app.identity.access.models import Tenant
from app.identity.tokens.principal import BETWEEN, Principal
from app.jobs import store
from app.jobs.api.actions import UNSENT, Works
from app.jobs.lifecycle import Observation, State
from app.jobs.models import Job
from app.jobs.queue.claims import ticket


async def caller_of(session: AsyncSession, job: Job, operation: str) -> Caller:
    """Who asked for the whole, with what the tenant grants and limits now. Raises TenantGone."""
    await check_tenant(session, job.tenant)
    tenant = (await session.scalars(select(Tenant).where(Tenant.id == job.tenant))).one()
    issuer, directory, object_id = job.caller.split(BETWEEN, 2)
    principal = Principal(issuer, directory, object_id, job.requested_by, frozenset(), frozenset(), None)
    membership = TenantMembership(
        tenant.id,
        tenant.name,
        (),
        Grants.read(tenant.grants),
        dict(tenant.quotas),
        frozenset(tenant.approvals),
    )
    return Caller(principal, membership, frozenset(), operation=operation)


async def withdraw_part(session: AsyncSession, job_id: UUID, works: Works, *, by: str, action: str, why: str) -> bool:
    """Take back a part, or a job of a rule, that was not sent: whether it was. One that may be in Azure goes on.

    `action`: its name on the audit trail; `why`: what its history says.
    """
    job = await session.scalar(select(Job).where(Job.id == job_id).with_for_update())
    if job is None or job.state not in UNSENT:
        return False
    note = func.jsonb_build_object("state", "done", "requested_by", by, "requested_at", NOW, type_=JSONB)
    mine = ticket(job)
    detail = f"withdrawn before it was sent: {why}"
    state: State | None = await store.record(
        session, mine, Observation.CANCELLED_UNSENT, values={"cancel": note}, detail=detail, actor=by
    )
    if state is None:
        return False
    said = {"parent": str(job.parent_id)} if job.parent_id is not None else {"origin_rule": str(job.origin_rule)}
    await trail.record_own(
        session, mine.tenant, action=action, target=f"/v1/jobs/{job_id}", job_id=job_id, details=said
    )
    await works[mine.kind].finish(session, mine, state, None)
    return True
