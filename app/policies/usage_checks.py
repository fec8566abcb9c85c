"""What our rows say of the use of a policy: who follows it, which unsent jobs name it, the state of its vault."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.item_states import WITHOUT_POLICY
from app.core.letter_case import fold_case
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import NOT_ACCEPTED
from app.jobs.models import Job
from app.policies.changes import Follower, Followers
from app.policies.errors import PolicyAwaited
from app.policies.models import Policy
from app.policies.records import ITEMS
from app.vaults.models import Vault

NAMES_A_POLICY = (JobKind.PROTECT, JobKind.CHANGE_POLICY, JobKind.RESUME)


async def check_not_awaited(session: AsyncSession, policy: Policy, *, only_decided_on: bool) -> None:
    """A job that was not sent yet names the policy, and what it says. Raises PolicyAwaited.

    `only_decided_on`: only jobs that a second person decides, or decided, about.
    """
    named = Job.ask["policy"]["name"].astext
    query = select(Job.id).where(
        Job.vault_id == policy.vault_id, Job.kind.in_(NAMES_A_POLICY), named == policy.name, Job.state.in_(NOT_ACCEPTED)
    )
    if only_decided_on:
        query = query.where(Job.approval_id.is_not(None))
    found = await session.scalar(query.order_by(Job.id).limit(1))
    if found is not None:
        raise PolicyAwaited(
            f"A job that was not sent yet gives the policy {policy.name} to an item.",
            job=f"/v1/jobs/{found}",
            remedy="Wait until it has ended, or cancel it; then ask again.",
        )


async def immutability_of(session: AsyncSession, vault_id: UUID) -> str | None:
    """By our row; None = not known."""
    found: str | None = await session.scalar(select(Vault.immutability).where(Vault.id == vault_id))
    return found


async def all_followers(session: AsyncSession, policy_id: UUID, in_azure: Sequence[str] | None) -> Followers:
    """Our items that follow the policy, and further VMs that Azure names."""
    rows = await session.execute(
        select(ITEMS.c.id, ITEMS.c.vm_id, ITEMS.c.state, ITEMS.c.created_at)
        .where(ITEMS.c.policy_id == policy_id, ITEMS.c.state.not_in(WITHOUT_POLICY))
        .order_by(ITEMS.c.id)
    )
    ours = [Follower(row.id, row.vm_id, row.state, row.created_at) for row in rows]
    known = {fold_case(one.vm_id) for one in ours}
    return Followers(ours, [vm for vm in in_azure or () if fold_case(vm) not in known])


async def count_items(session: AsyncSession, policy_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many of our items follow each of these policies; those without any are left out."""
    rows = await session.execute(
        select(ITEMS.c.policy_id, func.count())
        .where(ITEMS.c.policy_id.in_(policy_ids), ITEMS.c.state.not_in(WITHOUT_POLICY))
        .group_by(ITEMS.c.policy_id)
    )
    return {row[0]: row[1] for row in rows}
