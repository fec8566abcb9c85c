"""Reasons in our rows not to change a policy: unsent jobs that depend on it, and the state of its vault."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.jobs.lifecycle import NOT_ACCEPTED
from app.jobs.models import Job
from app.policies.errors import PolicyAwaited
from app.policies.models import Policy
from app.vaults.models import Vault

NAMES_A_POLICY = ("protect", "change_policy", "resume")


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
