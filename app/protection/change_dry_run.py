"""Requests a change of an item. Its effects are computed first, in the same way for a dry run and for the change."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Text, Uuid, and_, any_, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from app.azure import names
from app.azure.grants import check_item_granted
from app.azure.item_states import state_of
from app.azure.values import AzureItem, DiskSelection, ItemRef, PolicyRef
from app.core.errors import ServiceError
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


async def weigh_all(
    session: AsyncSession, caller: Caller, item_ids: Sequence[UUID], wanted: RequestedChange
) -> list[Weighed | ServiceError]:
    """The effects of one change of each of these items, by our rows: or what it would be refused for.

    In sets: it asks the database as often for a thousand as for one. No item is held.
    """
    which = (ProtectedItem.id == any_(literal(list(item_ids), ARRAY(Uuid))), ProtectedItem.tenant == caller.tenant)
    rows = await session.execute(_ITEMS.where(*which))
    held: dict[UUID, Held] = {item.id: (item, vault, name) for item, vault, name in rows}
    facts = await _facts(session, caller, list(held.values()), wanted)
    return [_or_error(caller, held.get(one), one, wanted, facts) for one in item_ids]


def _or_error(
    caller: Caller, held: "Held | None", item_id: UUID, wanted: RequestedChange, facts: "_Facts"
) -> Weighed | ServiceError:
    if held is None:
        return no_such_item(item_id)
    try:
        return _found(caller, held, wanted, None, facts).weighed
    except ServiceError as no:
        return no


Held = tuple[ProtectedItem, Vault, str | None]
"""An item, its vault and the name of its policy."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """What changes of some items are weighed on, but for the items themselves."""

    earlier: Mapping[str, Sequence[Row[*tuple[Any, ...]]]]
    """Jobs that come before, by series."""
    policies: Mapping[UUID, Sequence[tuple[UUID, str, PolicySaid]]]
    """That the items have, or will have by then: (id, folded name, what it says) by vault."""
    policy: Policy | None
    """The wanted one."""
    after: Sequence[PolicySaid]
    """All that it may say by then."""
    no: ServiceError | None
    """Why it cannot be taken."""


async def _weigh(
    session: AsyncSession, caller: Caller, held: Held, wanted: RequestedChange, live: AzureItem | None
) -> Found:
    return _found(caller, held, wanted, live, await _facts(session, caller, [held], wanted, live))


async def _facts(
    session: AsyncSession, caller: Caller, held: Sequence[Held], wanted: RequestedChange, live: AzureItem | None = None
) -> _Facts:
    earlier = await _earlier(session, [series_of(item.id) for item, _, _ in held])
    policy, after, no = None, list[PolicySaid](), None
    if wanted.policy_id is not None:
        try:
            policy = await get_ready_policy(session, caller.tenant, wanted.policy_id)
            after = await _may_say(session, policy, settled=is_bound(wanted.kind, caller.membership.approvals))
        except ServiceError as refused:
            no = refused
    named = {(item.vault_id, fold_case(name)) for item, _, name in held if name}
    named |= {(item.vault_id, fold_case(live.policy_name)) for item, _, _ in held if live and live.policy_name}
    for item, _, _ in held:
        named |= {(item.vault_id, fold_case(name)) for name in _policies_of(earlier.get(series_of(item.id), ()))}
    return _Facts(earlier, await _named_policies(session, held, named), policy, after, no)


def _policies_of(jobs: Sequence[Row[*tuple[Any, ...]]]) -> Iterator[str]:
    """Names of the policies that these jobs give their item."""
    for job in jobs:
        policy = (ORDER if job.kind == JobKind.PROTECT else CHANGE).validate_python(job.ask).policy
        if policy is not None:
            yield policy.name


async def _earlier(session: AsyncSession, series: Sequence[str]) -> dict[str, list[Row[*tuple[Any, ...]]]]:
    """The jobs that come before, of each series in their order."""
    mine = Job.series == any_(literal(list(series), ARRAY(Text)))
    rows = await session.execute(
        select(Job.id, Job.kind, Job.ask, Job.series)
        .where(or_(and_(mine, Job.state == State.QUEUED), and_(mine, Job.state.in_(UNDER_WAY))))
        .order_by(Job.id)
    )
    found: dict[str, list[Row[*tuple[Any, ...]]]] = {}
    for row in rows:
        found.setdefault(row.series, []).append(row)
    return found


async def _named_policies(
    session: AsyncSession, held: Sequence[Held], named: Collection[tuple[UUID, str]]
) -> dict[UUID, list[tuple[UUID, str, PolicySaid]]]:
    ids = {item.policy_id for item, _, _ in held if item.policy_id is not None}
    which = or_(Policy.id.in_(ids), tuple_(Policy.vault_id, Policy.name_key).in_(list(named)))
    found: dict[UUID, list[tuple[UUID, str, PolicySaid]]] = {}
    for row in await session.scalars(select(Policy).where(which)):
        said = PolicySaid(row.name, definition_of(row), row.raw)
        found.setdefault(row.vault_id, []).append((row.id, row.name_key, said))
    return found


def _found(caller: Caller, held: Held, wanted: RequestedChange, live: AzureItem | None, facts: _Facts) -> Found:
    item, vault, policy_name = held
    ref = ItemRef(vault.ref, names.read_vm_id(item.vm_id))
    check_item_granted(caller.membership.grants, ref)
    expected = _expected(facts.earlier.get(series_of(item.id), ()), vault, _expected_now(item, policy_name, live))
    check_may(wanted.kind, expected)
    if facts.no is not None:
        raise facts.no
    policy, after = facts.policy, facts.after
    if policy is not None:
        check_policy_of(policy, vault)
    newest = live.last_recovery_point_at if live is not None else item.last_recovery_point_at
    weighed = Weighed(
        kind=wanted.kind,
        vm_name=ref.vm.name,
        vault_name=vault.name,
        immutability=vault.immutability,
        state=expected.state,
        before=_may_have(facts.policies.get(item.vault_id, ()), item, expected),
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


def _may_have(
    policies: Sequence[tuple[UUID, str, PolicySaid]], item: ProtectedItem, expected: ExpectedItem
) -> Sequence[PolicySaid]:
    """Every policy that the item has, or will have by then: that one first."""
    wanted = fold_case(expected.policy or "")
    has = [(name != wanted, said) for id_, name, said in policies if id_ == item.policy_id or name == wanted]
    return [said for _, said in sorted(has, key=lambda one: one[0])]


async def _may_say(session: AsyncSession, policy: Policy, *, settled: bool) -> list[PolicySaid]:
    """All that a policy may say by then. `settled`: it must be one thing; raises PolicyNotReady where it is not."""
    known = await known_definitions(session, policy)
    if settled and len(known) > 1:
        raise PolicyNotReady(
            f"The policy {policy.name} is being changed; its new definition cannot be approved yet.",
            remedy="Follow the job that changes it, then ask again.",
            job=f"/v1/jobs/{policy.pending_job_id}",
        )
    return [PolicySaid(policy.name, one, policy.raw) for one in known or (None,)]


_ITEMS = (
    select(ProtectedItem, Vault, Policy.name)
    .join(Vault, Vault.id == ProtectedItem.vault_id)
    .outerjoin(Policy, Policy.id == ProtectedItem.policy_id)
)


async def _hold_item(session: AsyncSession, tenant: str, item_id: UUID) -> Held:
    """The item, its vault and the name of its policy; it is locked until this transaction ends."""
    which = (ProtectedItem.id == item_id, ProtectedItem.tenant == tenant)
    row = (await session.execute(_ITEMS.where(*which).with_for_update(of=ProtectedItem))).first()
    if row is None:
        raise no_such_item(item_id)
    item, vault, policy_name = row
    return item, vault, policy_name


def _expected_now(item: ProtectedItem, policy: str | None, live: AzureItem | None) -> ExpectedItem:
    if live is not None:
        return ExpectedItem(state_of(live), live.policy_name, live.disks)
    return ExpectedItem(item.state, policy, rules.selection_of(item.excluded_luns, item.included_luns))


def _expected(earlier: Sequence[Row[*tuple[Any, ...]]], vault: Vault, expected: ExpectedItem) -> ExpectedItem:
    """The state of the item when the earlier requested writes have ended."""
    for job in earlier:
        order = (ORDER if job.kind == JobKind.PROTECT else CHANGE).validate_python(job.ask)
        expected = expected_after(
            expected, job.kind, order, f"/v1/jobs/{job.id}", soft_delete=vault.soft_delete_state != "off"
        )
    return expected
