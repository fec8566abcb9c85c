"""A change or a deletion of a policy, from the request to its job.

Our row is read in one transaction, Azure is asked in none, and the job is recorded in another.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.grants import check_granted
from app.azure.ports import Policies
from app.azure.values import PolicyDefinition, PolicyRef
from app.core.db.database import Transactions
from app.core.http.conventions import check_if_match, etag_of
from app.identity.access.caller import Caller
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked, find_replay
from app.policies import service, usage_checks
from app.policies.changes import Followers, check_mutable, check_type, check_unassigned, check_unused, shortens
from app.policies.models import Policy


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    policy_id: UUID
    definition: PolicyDefinition
    name: str | None
    if_match: str | None


@dataclass(frozen=True, slots=True)
class ExaminedChange:
    """A change that is allowed, by the present rows and Azure's present state."""

    policy: Policy
    before: PolicyDefinition
    followers: Followers
    in_azure: list[str] | None
    """Ids of the VMs that follow the policy in Azure; None while Azure is away."""
    seen: bool
    """Azure showed the policy just now."""


async def change_policy(db: Transactions, azure: Policies, asked: Asked, wanted: ChangeRequest) -> Job:
    """The job of the change, or the one of an earlier equal request."""
    async with db.begin() as session:
        replayed = await find_replay(session, asked)
        if replayed is not None:
            return replayed
        policy, ref = await _granted_policy(session, asked.caller, wanted.policy_id)
    examined = await _examine(db, azure, policy, ref, wanted, needs_version=True)
    async with db.begin() as session:
        return await service.request_change(session, asked, policy, ref, wanted.definition, examined.in_azure)


async def examine_change(db: Transactions, azure: Policies, caller: Caller, wanted: ChangeRequest) -> ExaminedChange:
    """What a dry run answers with. Raises what the change would raise, but for a missing If-Match."""
    async with db.begin() as session:
        policy, ref = await _granted_policy(session, caller, wanted.policy_id)
    return await _examine(db, azure, policy, ref, wanted, needs_version=False)


BlockerOf = Callable[[AsyncSession, UUID], Awaitable[str | None]]


async def delete_policy(
    db: Transactions, azure: Policies, asked: Asked, policy_id: UUID, *, blocker: BlockerOf, if_match: str | None
) -> Job:
    """The job of the deletion, or the one of an earlier equal request. `blocker`: `Services.policy_blocker`."""
    async with db.begin() as session:
        replayed = await find_replay(session, asked)
        if replayed is not None:
            return replayed
        policy, ref = await _granted_policy(session, asked.caller, policy_id)
    service.check_writable(policy)
    check_if_match(if_match, etag_of(policy.updated_at), needed=False)
    in_azure = await service.followers_in_azure(azure, ref)
    async with db.begin() as session:
        check_unused(policy.name, await usage_checks.all_followers(session, policy_id, in_azure))
        check_unassigned(policy.name, await blocker(session, policy_id))
        return await service.request_deletion(session, asked, policy, ref)


async def _granted_policy(session: AsyncSession, caller: Caller, policy_id: UUID) -> tuple[Policy, PolicyRef]:
    policy, ref = await service.get_policy_in_azure(session, caller.tenant, policy_id)
    check_granted(caller.membership.grants, ref.vault)
    return policy, ref


async def _examine(
    db: Transactions, azure: Policies, policy: Policy, ref: PolicyRef, wanted: ChangeRequest, *, needs_version: bool
) -> ExaminedChange:
    before = service.check_writable(policy)
    service.check_name_kept(policy, wanted.name)
    check_if_match(wanted.if_match, etag_of(policy.updated_at), needed=needs_version)
    there, in_azure = await service.look_at_azure(azure, ref)
    async with db.begin() as session:
        changed = await service.take_in_change(session, policy, there)
        followers = await usage_checks.all_followers(session, policy.id, in_azure)
        immutability = await usage_checks.immutability_of(session, policy.vault_id)
    if changed is not None:  # raised after the block, so that the update from Azure is committed
        raise changed
    check_type(before, wanted.definition, followers)
    less = bool(followers.count) and shortens(before, wanted.definition)
    check_mutable(immutability, "keeping points for a shorter time", is_less=less)
    return ExaminedChange(policy, before, followers, in_azure, seen=there is not None)
