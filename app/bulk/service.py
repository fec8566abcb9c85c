"""Asks for bulk requests, and reads their targets."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.backups.rules import check_retention
from app.bulk import rules
from app.bulk import targets as resolving
from app.bulk.errors import BulkNotFound, BulkTargetsChanged
from app.bulk.models import BulkRequest, BulkTarget
from app.bulk.orders import Order, Target, Wanted, digest_of_targets, hash_of, permission_of, sensitive_of
from app.bulk.row_json import ORDER
from app.bulk.rules import outcome_of
from app.bulk.schemas import BulkCreate
from app.bulk.store import OUTCOME_NOW, PROBLEM_NOW
from app.core.http.counts import UNCOUNTED, RowCounter
from app.core.http.pages import cut, decode_cursor, encode_cursor, number_key
from app.estate.service import knowledge
from app.identity.access.caller import Caller
from app.identity.access.later_rights import memberships_with
from app.jobs.errors import QuotaExceeded
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, NewJob, enqueue
from app.jobs.requests.quotas import hold_quota
from app.policies.service import get_policy
from app.protection.service import choose_vault

QUOTA = "open_bulk_requests"
OPEN_PER_TENANT = 20
RETRY_SECONDS = 60.0


def path_of(job_id: UUID) -> str:
    return f"/v1/bulk/{job_id}/targets"


# --- asking ----------------------------------------------------------------------------------------------------------
async def resolve(
    session: AsyncSession, caller: Caller, body: BulkCreate, wanted: Wanted, now: datetime, *, estate_is_on: bool
) -> tuple[list[Target], list[Mapping[str, str]]]:
    """The targets, and the scopes that a selector may not have seen whole.

    Raises what is wrong with the whole: a policy or vault that is not there, and what `targets` raises.
    """
    if wanted.retain_until is not None:
        check_retention(wanted.retain_until, now, pointer="#/with/retain_until")
    if wanted.action is JobKind.PROTECT and wanted.policy_id is not None:
        await choose_vault(session, caller.tenant, wanted.vault_id, wanted.policy_id, None)
    if wanted.policy_id is not None:
        await get_policy(session, caller.tenant, wanted.policy_id)
    if body.protected_item_ids is not None:
        return await resolving.of_items(session, caller.tenant, body.protected_item_ids), []
    if body.vm_ids is not None:
        return await resolving.of_vms(session, caller, body.vm_ids, wanted.action), []
    selector = body.selector
    if selector is None:
        raise ValueError("a body names one kind of targets")
    known = await knowledge(session, caller.tenant, caller.membership.grants, is_on=estate_is_on)
    found = await resolving.of_selector(session, caller, selector.as_selector(), wanted.action, known.troubled)
    return found, [{"scope": one.scope, "code": one.code.value, "detail": one.detail} for one in known.unreachable]


def order_of(
    caller: Caller,
    body: BulkCreate,
    wanted: Wanted,
    targets: Sequence[Target],
    unreachable: Sequence[Mapping[str, str]],
) -> Order:
    """Raises BulkTargetsChanged for targets that are not those that the caller has confirmed."""
    digest = digest_of_targets(targets)
    if body.confirm is not None and body.confirm != digest:
        raise BulkTargetsChanged(
            f"The request means {len(targets)} targets now, and not those that were confirmed.",
            pointer="#/confirm",
            remedy="Make a dry run again, look at its targets, and send the `confirm` that it shows.",
        )
    selector = body.selector.model_dump(mode="json", by_alias=True) if body.selector is not None else None
    memberships = memberships_with(caller, permission_of(wanted.action))
    return Order(
        wanted, body.max_in_flight, len(targets), hash_of(targets), selector, tuple(unreachable), tuple(memberships)
    )


async def request_bulk(
    session: AsyncSession, asked: Asked, order: Order, targets: Sequence[Target], example: str = ""
) -> Job:
    """Record the request, its targets and its job. An equal request with the same Idempotency-Key is the same one.

    Raises QuotaExceeded.
    """
    job_id = uuids.uuid7()
    job, is_new = await enqueue(
        session,
        NewJob(
            id=job_id,
            kind=JobKind.BULK,
            asked=asked,
            ask=ORDER.dump_python(order, mode="json"),
            resource=path_of(job_id),
            resource_id=job_id,
            counts=rules.counts_of(Counter(outcome_of(one.problem) for one in targets), 0),
            sensitive=sensitive_of(order.wanted, targets, order.targets_hash, example),
        ),
    )
    if not is_new:
        return job
    session.add(BulkRequest(job_id=job.id, tenant=job.tenant))
    await session.flush()
    await session.execute(insert(BulkTarget), [_row(job, number, one) for number, one in enumerate(targets)])
    await _check_quota(session, asked.caller)
    return job


def _row(job: Job, position: int, target: Target) -> dict[str, Any]:
    return {
        "job_id": job.id,
        "position": position,
        "tenant": job.tenant,
        "protected_item_id": target.item_id,
        "vm_id": target.vm_id,
        "outcome": outcome_of(target.problem).value,
        "problem": target.problem.as_json() if target.problem is not None else None,
        "weighed": target.weighed,
    }


async def _check_quota(session: AsyncSession, caller: Caller) -> None:
    """Whether the request just recorded is within the quota. Raises QuotaExceeded."""
    limit = await hold_quota(session, caller, QUOTA, default=OPEN_PER_TENANT)
    count = select(func.count()).where(BulkRequest.tenant == caller.tenant, BulkRequest.ended_at.is_(None))
    used = int(await session.scalar(count) or 0) - 1
    if limit is not None and used >= limit:
        raise QuotaExceeded(
            f"{used} bulk requests of your tenant have not ended, and {limit} may be open at once.",
            remedy="Wait for one to end, or cancel one (GET /v1/jobs?kind=bulk&state=running).",
            quota=QUOTA,
            limit=limit,
            used=used,
            retry_after=RETRY_SECONDS,
        )


# --- reading ---------------------------------------------------------------------------------------------------------
async def list_targets(
    session: AsyncSession,
    tenant: str,
    job_id: UUID,
    *,
    outcomes: Collection[str] | None,
    limit: int,
    cursor: str | None,
    counter: RowCounter = UNCOUNTED,
) -> tuple[list[Row[*tuple[Any, ...]]], str | None]:
    """In the order of the request: the page, and the cursor of the next one. Raises BulkNotFound."""
    which = (BulkRequest.job_id == job_id, BulkRequest.tenant == tenant)
    if await session.scalar(select(BulkRequest.job_id).where(*which)) is None:
        raise BulkNotFound(
            f"There is no bulk request {job_id}.", remedy="Take the id of its job from GET /v1/jobs?kind=bulk."
        )
    query = (
        select(
            BulkTarget.position,
            BulkTarget.vm_id,
            BulkTarget.protected_item_id,
            BulkTarget.child_id,
            Job.protected_item_id.label("made_item_id"),
            OUTCOME_NOW.label("outcome"),
            PROBLEM_NOW.label("problem"),
        )
        .outerjoin(Job, Job.id == BulkTarget.child_id)
        .where(BulkTarget.job_id == job_id, BulkTarget.tenant == tenant)
        .order_by(BulkTarget.position)
        .limit(limit + 1)
    )
    if outcomes is not None:
        query = query.where(OUTCOME_NOW.in_(list(outcomes)))
    await counter.count(session, query)
    keys = decode_cursor(cursor, "bulk_targets", 1)
    if keys is not None:
        query = query.where(BulkTarget.position > number_key(keys[0]))
    page, last = cut((await session.execute(query)).all(), limit)
    return page, encode_cursor("bulk_targets", last.position) if last else None
