"""Which changes of a protected item are allowed; checked twice. Pure.

**At the request**, for the state that the item will have when earlier requested writes have ended (`expected_after`):
so a pause and a resume can be requested one right after the other, and a second pause is refused at once, although the
first has not begun. Earlier writes are assumed to succeed; if one fails, the second check finds out.

**Before it is sent** (`judge`), for the item as Azure has it now. If it is already as requested, nothing is written. If
another tool has changed it since the request, the change is refused and says what differs, because our PUT would
silently undo the other change.

Disks are changed by the kind `change_policy`: it is the same PUT, with the policy the item has, and Azure runs the same
ConfigureBackup job (docs/azure.md, Changing protection); `protect` means that an item comes to be.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from app.azure.item_states import (
    BACKED_UP_BY_POLICY,
    KEPT_BY_POLICY,
    MAY_BE_BACKED_UP,
    MAY_BE_RESTORED,
    STOPPED,
    ItemState,
    state_of,
)
from app.azure.values import AzureItem, DiskSelection, ItemRef, PolicyDefinition, PolicyRef, ProtectOrder
from app.core.letter_case import fold_case
from app.jobs.kinds import JobKind
from app.jobs.work import AlreadyDone, JobError, RefusedError
from app.protection.errors import ItemNotReady

ChangeKind = Literal[
    JobKind.CHANGE_POLICY, JobKind.PAUSE, JobKind.SUSPEND, JobKind.RESUME, JobKind.UNPROTECT, JobKind.UNDELETE
]


@dataclass(frozen=True, slots=True)
class Change:
    """A requested change of an existing item, as stored in `jobs.ask`.

    `from_policy` and `from_disks`: what the item was expected to have when the change's turn comes; None = not known.
    """

    item: ItemRef
    policy: PolicyRef | None = None
    disks: DiskSelection | None = None
    from_policy: str | None = None
    from_disks: DiskSelection | None = None
    definition: PolicyDefinition | None = None
    """What the policy said when this was asked."""


@dataclass(frozen=True, slots=True)
class ExpectedItem:
    """The state of an item, now or after earlier writes. `job`: the queued write that will have brought it there."""

    state: str
    policy: str | None = None
    disks: DiskSelection | None = None
    job: str | None = None


GONE = "gone"
"""Not a state that a row has: what an item without soft delete will be after `unprotect`."""

FROM: Mapping[ChangeKind, frozenset[str]] = {
    JobKind.CHANGE_POLICY: MAY_BE_BACKED_UP,
    JobKind.PAUSE: KEPT_BY_POLICY,
    JobKind.SUSPEND: MAY_BE_BACKED_UP,
    JobKind.RESUME: STOPPED | {ItemState.ERROR},
    JobKind.UNPROTECT: MAY_BE_RESTORED,
    JobKind.UNDELETE: frozenset({ItemState.SOFT_DELETED}),
}
"""The states in which each change may be requested."""

VERBS: Mapping[ChangeKind, str] = {
    JobKind.CHANGE_POLICY: "have its policy or disks changed",
    JobKind.PAUSE: "be paused",
    JobKind.SUSPEND: "be suspended",
    JobKind.RESUME: "be resumed",
    JobKind.UNPROTECT: "have its backup data deleted",
    JobKind.UNDELETE: "be undeleted",
}
REMEDIES: Mapping[str, str] = {
    ItemState.PROTECTING: "Follow the job that protects it, then ask again.",
    **dict.fromkeys(
        BACKED_UP_BY_POLICY, "It is being backed up by its policy: change that with PATCH {policy_id}, or pause it."
    ),
    ItemState.PAUSED: 'Resume it with PATCH {"action": "resume", "policy_id": ...}, or delete its backup data '
    "with DELETE.",
    ItemState.SUSPENDED: 'Resume it with PATCH {"action": "resume", "policy_id": ...}; keep every point for ever with '
    'PATCH {"action": "pause"}; or delete its backup data with DELETE.',
    ItemState.SOFT_DELETED: "Undelete it with POST /v1/protected-items/{id}/undelete before purge_at; then it can be "
    "resumed.",
    ItemState.ERROR: "Look at health_details; it can be resumed, paused or deleted.",
    GONE: "Its vault has no soft delete: protect the VM again when it is deleted.",
}


# --- when it is asked -------------------------------------------------------------------------------------------------
def expected_after(
    expected: ExpectedItem, kind: str, order: Change | ProtectOrder, job: str, *, soft_delete: bool
) -> ExpectedItem:
    """The state of the item after this earlier write has ended well."""
    policy = order.policy.name if order.policy is not None else None
    if kind in {JobKind.PROTECT, JobKind.RESUME}:
        state = ItemState.INITIAL_BACKUP_PENDING if kind == JobKind.PROTECT else ItemState.PROTECTED
        return ExpectedItem(state, policy, order.disks or expected.disks, job)
    if kind == JobKind.CHANGE_POLICY:
        return replace(expected, policy=policy or expected.policy, disks=order.disks or expected.disks, job=job)
    if kind == JobKind.UNPROTECT:
        return ExpectedItem(ItemState.SOFT_DELETED if soft_delete else GONE, None, expected.disks, job)
    if kind == JobKind.SUSPEND:
        return ExpectedItem(ItemState.SUSPENDED, expected.policy, expected.disks, job)
    return ExpectedItem(ItemState.PAUSED, None, expected.disks, job)


def state_after(kind: str, state: str) -> str:
    """The state an item is in once a change of it has ended well; for reading, before there is a job."""
    if kind == JobKind.RESUME:
        return ItemState.PROTECTED
    ends_in: Mapping[str, str] = {
        JobKind.PAUSE: ItemState.PAUSED,
        JobKind.SUSPEND: ItemState.SUSPENDED,
        JobKind.UNPROTECT: ItemState.SOFT_DELETED,
        JobKind.UNDELETE: ItemState.PAUSED,
    }
    return ends_in.get(kind, state)


def check_may(kind: ChangeKind, expected: ExpectedItem) -> None:
    """Raises ItemNotReady, with the state and the earlier write it is due to."""
    if expected.state in FROM[kind]:
        return
    facts: dict[str, Any] = {"state": expected.state} | ({"job": expected.job} if expected.job else {})
    when = "will be, once the writes asked before have ended," if expected.job else "is"
    raise ItemNotReady(
        f"An item that {when} {expected.state} cannot {VERBS[kind]}.", remedy=REMEDIES[expected.state], **facts
    )


# --- before it is sent ------------------------------------------------------------------------------------------------
def judge(kind: str, change: Change, live: AzureItem | None) -> ProtectOrder | ItemRef | AlreadyDone:
    """What to send now, if anything: a PUT with a policy, or the stop, delete or undelete of the item.

    Raises RefusedError when Azure has the item in a state that does not allow it, or as another tool left it.
    """
    if kind == JobKind.UNPROTECT:
        is_deleted = live is None or live.soft_deleted
        return AlreadyDone("its backup data is deleted already") if is_deleted else change.item
    if live is None:
        raise RefusedError(
            JobError(
                code="item_gone",
                title="The item is gone",
                detail=f"Azure has no backup data of {change.item.vm.name} any more.",
                remedy="Refresh the vault (POST /v1/vaults/{id}/refresh), then protect the VM again.",
            )
        )
    if kind == JobKind.UNDELETE:
        return change.item if live.soft_deleted else AlreadyDone("it is not soft-deleted (any more)")
    if live.soft_deleted:
        raise _in_state(change, ItemState.SOFT_DELETED)
    if kind == JobKind.PAUSE:
        return AlreadyDone("it is paused already") if state_of(live) == ItemState.PAUSED else change.item
    if kind == JobKind.SUSPEND:
        return _suspend(change, live)
    return _resume(change, live) if kind == JobKind.RESUME else _configure(change, live)


def _suspend(change: Change, live: AzureItem) -> ItemRef | AlreadyDone:
    state = state_of(live)
    if state == ItemState.PAUSED:
        raise _in_state(change, state)
    return AlreadyDone("its backups are suspended already") if state == ItemState.SUSPENDED else change.item


def not_as_asked(kind: str, change: Change, live: AzureItem | None) -> str:
    """What was requested and what is there, if they differ although Azure reports the change as done; empty if not.

    An item that does not exist any more was deleted by others: that is recorded, and does not mean that the change was
    not made.
    """
    if live is None:
        return ""
    state, wanted = state_of(live), change.policy.name if change.policy is not None else None
    is_as_before: Mapping[str, bool] = {
        JobKind.UNPROTECT: not live.soft_deleted,
        JobKind.UNDELETE: live.soft_deleted,
        JobKind.PAUSE: state in BACKED_UP_BY_POLICY | {ItemState.SUSPENDED},
        JobKind.SUSPEND: state in BACKED_UP_BY_POLICY,
        JobKind.RESUME: state in STOPPED,
        JobKind.CHANGE_POLICY: _is_not_changed(change, live),
    }
    if not is_as_before.get(kind, False):
        return ""
    asked = f"with the policy {wanted}" if wanted else ""
    asked += f"with {_spoken(change.disks)}" if change.disks is not None else ""
    there = f"it is {state}, with the policy {live.policy_name or 'none'}"
    there += f" and {_spoken(live.disks)}" if change.disks is not None and live.disks is not None else ""
    return f"asked to {VERBS.get(cast('ChangeKind', kind), kind)} {change.item.vm.name} {asked}".strip() + f"; {there}."


def not_protected_as_asked(order: ProtectOrder, live: AzureItem) -> str:
    """What was requested and what is there, if a VM is not protected as requested; empty if it is.

    If Azure does not show the disks (older answers), they are assumed to be as requested.
    """
    asked = f"asked to protect {order.item.vm.name} with the policy {order.policy.name}"
    if live.soft_deleted:
        return f"{asked}; its backup data is soft-deleted."
    if not _same_name(live.policy_name, order.policy.name):
        return f"{asked}; it has the policy {live.policy_name or 'none'}."
    if order.disks is not None and live.disks is not None and not same_disks(live.disks, order.disks):
        return f"{asked} and {_spoken(order.disks)}; it is protected with {_spoken(live.disks)}."
    return ""


def _is_not_changed(change: Change, live: AzureItem) -> bool:
    """Whether policy or disks are as before the change.

    If they are neither as before nor as requested, others have changed them.
    """
    if change.disks is not None:
        return live.disks is not None and not same_disks(live.disks, change.disks)
    if change.policy is None or change.from_policy is None or _same_name(change.from_policy, change.policy.name):
        return False
    return _same_name(live.policy_name, change.from_policy)


def _resume(change: Change, live: AzureItem) -> ProtectOrder | AlreadyDone:
    if change.policy is None:
        raise ValueError(f"The resume of {change.item.vm.name} names no policy.")
    if state_of(live) not in BACKED_UP_BY_POLICY:
        return ProtectOrder(change.item, change.policy, change.disks or live.disks)
    if not _same_name(live.policy_name, change.policy.name):
        raise _changed(f"It was resumed meanwhile, with the policy {live.policy_name}.")
    if not _has_disks(change, live):
        return ProtectOrder(change.item, change.policy, change.disks)
    return AlreadyDone("it is protected with that policy already")


def _has_disks(change: Change, live: AzureItem) -> bool:
    """Whether nothing is asked of its disks, or they are as asked."""
    return change.disks is None or (live.disks is not None and same_disks(live.disks, change.disks))


def _configure(change: Change, live: AzureItem) -> ProtectOrder | AlreadyDone:
    """Another policy, or other disks. All other members are sent as Azure has them, so that the PUT keeps them."""
    if state_of(live) == ItemState.SUSPENDED:  # the PUT would resume it
        raise _in_state(change, ItemState.SUSPENDED)
    if state_of(live) == ItemState.PAUSED or live.policy_name is None:
        raise _in_state(change, ItemState.PAUSED)
    has_policy = change.policy is None or (
        _same_name(live.policy_name, change.policy.name) and state_of(live) in BACKED_UP_BY_POLICY
    )
    if has_policy and _has_disks(change, live):
        return AlreadyDone(
            "it has that policy already" if change.disks is None else "these disks are backed up already"
        )
    was, there = change.from_disks, live.disks
    if not _has_disks(change, live) and there is not None and was is not None and not same_disks(there, was):
        raise _changed(f"Its disks were {_spoken(was)}, and are {_spoken(there)} now.")
    if change.policy is None:
        return ProtectOrder(change.item, PolicyRef(change.item.vault, live.policy_name), change.disks)
    expected = (change.from_policy, change.policy.name)
    if change.from_policy is not None and not any(_same_name(live.policy_name, name) for name in expected):
        raise _changed(f"Its policy was {change.from_policy}, and is {live.policy_name} now.")
    return ProtectOrder(change.item, change.policy, change.disks or live.disks)


def same_disks(one: DiskSelection, other: DiskSelection) -> bool:
    return (one.include, set(one.luns)) == (other.include, set(other.luns))


def _spoken(disks: DiskSelection) -> str:
    luns = ", ".join(str(lun) for lun in sorted(disks.luns)) or "none"
    return f"{'only' if disks.include else 'all but'} LUN {luns}"


def _same_name(one: str | None, other: str | None) -> bool:
    """Azure's names know no letter case."""
    return fold_case(one or "") == fold_case(other or "")


def _in_state(change: Change, state: str) -> RefusedError:
    return _changed(f"{change.item.vm.name} is {state} in Azure now.", REMEDIES[state])


def _changed(detail: str, remedy: str | None = None) -> RefusedError:
    return RefusedError(
        JobError(
            code="changed_outside",
            title="The item has changed since the request",
            detail=f"{detail} Nothing was sent, so this was not overwritten.",
            remedy=remedy or "Refresh the vault (POST /v1/vaults/{id}/refresh), check the item, then ask again.",
        )
    )
