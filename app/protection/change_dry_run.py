"""Requests a change of an item. Its effects are computed first, in the same way for a dry run and for the change."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.grants import check_item_granted
from app.azure.item_states import state_of
from app.azure.values import AzureItem, DiskSelection, ItemRef, PolicyRef
from app.core.letter_case import fold_case
from app.identity.access.caller import Caller
from app.identity.access.second_person import is_bound
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.models import Job
from app.jobs.queue.claims import UNDER_WAY
from app.jobs.requests.enqueue import Asked, NewJob, enqueue, find_replay
from app.policies.errors import PolicyNotReady
from app.policies.models import Policy
from app.policies.records import definition_of, known_definitions
from app.policies.service import get_ready_policy
from app.protection import rules
from app.protection.changes import Change, ChangeKind, ExpectedItem, check_may, expected_after
from app.protection.items import no_such_item
from app.protection.models import ProtectedItem
from app.protection.policy_fit import PolicySaid, Weighed
from app.protection.service import CHANGE, ORDER, check_policy_of, series_of
from app.vaults.models import Vault


@dataclass(frozen=True, slots=True)
class RequestedChange:
    """One change, as it was sent."""

    kind: ChangeKind
    policy_id: UUID | None = None
    disks: DiskSelection | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A change and the item it is of, with what the change would do. The item is held until the transaction ends."""

    item: ProtectedItem
    vault: Vault
    policy: Policy | None
    change: Change
    weighed: Weighed


async def request_change(
    session: AsyncSession,
    asked: Asked,
    item_id: UUID,
    wanted: RequestedChange,
    live: AzureItem | None = None,
    *,
    parent_id: UUID | None = None,
) -> Job:
    """Record the job that changes an item. What it may follow on is decided by `changes.check_may`.

    `live`: the item as Azure has it now, where it was asked. Raises ItemNotFound, ItemNotReady, what `Weighed.check`
    raises, and what policies raise. The item's row is locked, so that two requests at once see each other's write.
    """
    item, vault, policy_name = await _hold_item(session, asked.caller.tenant, item_id)
    replayed = await find_replay(session, asked)
    if replayed is not None:  # An equal request held the row before us.
        return replayed
    found = await _weigh(session, asked.caller, (item, vault, policy_name), wanted, live)
    job, _ = await enqueue(
        session,
        NewJob(
            kind=wanted.kind,
            asked=asked,
            ask=CHANGE.dump_python(found.change, mode="json"),
            resource=f"/v1/protected-items/{item.id}",
            resource_id=item.id,
            vault_id=vault.id,
            protected_item_id=item.id,
            vm=found.change.item.vm,
            series=series_of(item.id),
            sensitive=found.weighed.sensitive(),
            parent_id=parent_id,
        ),
    )
    return job


async def weigh(
    session: AsyncSession, caller: Caller, item_id: UUID, wanted: RequestedChange, live: AzureItem | None
) -> Found:
    """The effects of a change. Raises what `request_change` raises; nothing is written."""
    return await _weigh(session, caller, await _hold_item(session, caller.tenant, item_id), wanted, live)


async def _weigh(
    session: AsyncSession,
    caller: Caller,
    held: tuple[ProtectedItem, Vault, str | None],
    wanted: RequestedChange,
    live: AzureItem | None,
) -> Found:
    item, vault, policy_name = held
    ref = ItemRef(vault.ref, names.read_vm_id(item.vm_id))
    check_item_granted(caller.membership.grants, ref)
    expected = await _expected(session, item, vault, _expected_now(item, policy_name, live))
    check_may(wanted.kind, expected)
    policy = None
    if wanted.policy_id is not None:
        policy = await get_ready_policy(session, caller.tenant, wanted.policy_id)
        check_policy_of(policy, vault)
    after = await _may_say(session, policy, settled=is_bound(wanted.kind, caller.membership.approvals))
    newest = live.last_recovery_point_at if live is not None else item.last_recovery_point_at
    weighed = Weighed(
        kind=wanted.kind,
        vm_name=ref.vm.name,
        vault_name=vault.name,
        immutability=vault.immutability,
        state=expected.state,
        before=await _may_have(session, item, expected),
        after=after,
        is_enhanced=item.enhanced,
        disks=expected.disks,
        new_disks=wanted.disks,
        newest=newest,
    )
    weighed.check()
    policy_ref = PolicyRef(vault.ref, policy.name) if policy else None
    definition = after[0].definition if after else None
    change = Change(
        ref, policy_ref, wanted.disks, from_policy=expected.policy, from_disks=expected.disks, definition=definition
    )
    return Found(item, vault, policy, change, weighed)


async def _may_have(session: AsyncSession, item: ProtectedItem, expected: ExpectedItem) -> Sequence[PolicySaid]:
    """Every policy that the item has, or will have by then: that one first."""
    wanted = fold_case(expected.policy or "")
    has = or_(Policy.id == item.policy_id, Policy.name_key == wanted)
    found = await session.scalars(select(Policy).where(Policy.vault_id == item.vault_id, has))
    rows = sorted(found, key=lambda row: row.name_key != wanted)
    return [PolicySaid(row.name, definition_of(row), row.raw) for row in rows]


async def _may_say(session: AsyncSession, policy: Policy | None, *, settled: bool) -> Sequence[PolicySaid]:
    """All that a policy may say by then. `settled`: it must be one thing; raises PolicyNotReady where it is not."""
    if policy is None:
        return ()
    known = await known_definitions(session, policy)
    if settled and len(known) > 1:
        raise PolicyNotReady(
            f"The policy {policy.name} is being changed; its new definition cannot be approved yet.",
            remedy="Follow the job that changes it, then ask again.",
            job=f"/v1/jobs/{policy.pending_job_id}",
        )
    return [PolicySaid(policy.name, one, policy.raw) for one in known or (None,)]


async def _hold_item(session: AsyncSession, tenant: str, item_id: UUID) -> tuple[ProtectedItem, Vault, str | None]:
    """The item, its vault and the name of its policy; it is locked until this transaction ends."""
    found = await session.execute(
        select(ProtectedItem, Vault, Policy.name)
        .join(Vault, Vault.id == ProtectedItem.vault_id)
        .outerjoin(Policy, Policy.id == ProtectedItem.policy_id)
        .where(ProtectedItem.id == item_id, ProtectedItem.tenant == tenant)
        .with_for_update(of=ProtectedItem)
    )
    row = found.first()
    if row is None:
        raise no_such_item(item_id)
    item, vault, policy_name = row
    return item, vault, policy_name


def _expected_now(item: ProtectedItem, policy: str | None, live: AzureItem | None) -> ExpectedItem:
    if live is not None:
        return ExpectedItem(state_of(live), live.policy_name, live.disks)
    return ExpectedItem(item.state, policy, rules.selection_of(item.excluded_luns, item.included_luns))


async def _expected(session: AsyncSession, item: ProtectedItem, vault: Vault, expected: ExpectedItem) -> ExpectedItem:
    """The state of the item when the earlier requested writes have ended."""
    series = Job.series == series_of(item.id)
    earlier = await session.execute(
        select(Job.id, Job.kind, Job.ask)
        .where(or_(and_(series, Job.state == State.QUEUED), and_(series, Job.state.in_(UNDER_WAY))))
        .order_by(Job.id)
    )
    for job in earlier:
        order = (ORDER if job.kind == JobKind.PROTECT else CHANGE).validate_python(job.ask)
        expected = expected_after(
            expected, job.kind, order, f"/v1/jobs/{job.id}", soft_delete=vault.soft_delete_state != "off"
        )
    return expected
