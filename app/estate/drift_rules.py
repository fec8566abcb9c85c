"""What changed outside of Holdfast and left backups weaker than they were. Pure.

Compared are facts: those last found in order, and those of now. A fact that is not known now (None) is no change. What
became stronger is taken over without a word.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypedDict

from app.azure.item_states import ItemState
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State

Facts = Mapping[str, Any]


class DriftKind(StrEnum):
    """The API's `DriftRead.kind` lists the same."""

    POLICY_SWAPPED = "policy_swapped"
    PROTECTION_STOPPED = "protection_stopped"
    """Paused, suspended or deleted, or the item is gone."""
    DATA_DELETED = "data_deleted"
    """A stopped item was deleted, or is gone."""
    ITEM_MOVED = "item_moved"
    """It is in another vault."""
    SOFT_DELETE_WEAKENED = "soft_delete_weakened"
    IMMUTABILITY_WEAKENED = "immutability_weakened"
    GUARD_REMOVED = "guard_removed"
    REDUNDANCY_WEAKENED = "redundancy_weakened"
    """Fewer copies of the vault's data, or cross-region restore is off."""
    RETENTION_SHRUNK = "retention_shrunk"
    """A policy was changed and keeps less, or makes fewer backups."""
    DISKS_FEWER = "disks_fewer"
    """Disks are left out of the backups that were in them."""


class DriftState(StrEnum):
    """The API's `DriftRead.state` lists the same."""

    OPEN = "open"
    RESOLVED = "resolved"
    """It is as before again, or Holdfast has changed it since."""


class Subject(TypedDict):
    """What a drift is about, as stored."""

    kind: str
    """`protected_item`, `policy` or `vault`."""
    id: str
    vm_id: str | None
    vault_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Found:
    """One difference. `after` None = there is nothing any more."""

    kind: DriftKind
    before: Facts
    after: Facts | None


@dataclass(frozen=True, slots=True)
class Compared:
    """The differences, and the facts to compare with from now on."""

    drifts: tuple[Found, ...]
    accepted: dict[str, Any]


BACKED_UP = frozenset({ItemState.PROTECTED, ItemState.INITIAL_BACKUP_PENDING, ItemState.ERROR})
STOPPED = frozenset({ItemState.PAUSED, ItemState.SUSPENDED})
SOFT_DELETE = ("off", "on", "always_on")
IMMUTABILITY = ("disabled", "unlocked", "locked")
REDUNDANCY = ("local", "zone", "geo")
"""Weakest first."""

_OF_POLICY, _OF_SETTINGS = (
    ("policy_id", "policy", "definition"),
    ("soft_delete_state", "soft_delete_days", "immutability", "redundancy", "cross_region_restore"),
)
_OF_STATE = (*_OF_POLICY, "state")
_OF_DISKS = ("excluded_luns", "included_luns")
_OF_ITEM, _OF_VAULT = ("vault_id", "vault", *_OF_STATE, *_OF_DISKS), (*_OF_SETTINGS, "is_guarded", "is_there")
CHANGES: Mapping[JobKind, tuple[str, ...]] = {
    JobKind.PROTECT: _OF_ITEM,
    JobKind.CHANGE_POLICY: (*_OF_POLICY, *_OF_DISKS),
    JobKind.PAUSE: _OF_STATE,
    JobKind.SUSPEND: _OF_STATE,
    JobKind.RESUME: _OF_STATE,
    JobKind.UNPROTECT: _OF_STATE,
    JobKind.UNDELETE: _OF_STATE,
    JobKind.CREATE_VAULT: _OF_VAULT,
    JobKind.ADOPT_VAULT: _OF_VAULT,
    JobKind.UPDATE_VAULT: _OF_SETTINGS,
    JobKind.DELETE_VAULT: (*_OF_ITEM, *_OF_VAULT),
}
"""The facts that a job of Holdfast changes: it explains no other. A refresh changes nothing: it shows."""
LEADS_TO: Mapping[JobKind, ItemState] = {
    JobKind.PAUSE: ItemState.PAUSED,
    JobKind.SUSPEND: ItemState.SUSPENDED,
    JobKind.UNPROTECT: ItemState.SOFT_DELETED,
    JobKind.DELETE_VAULT: ItemState.SOFT_DELETED,
}
"""The weakest state that such a job explains: data that is gone after a pause was not deleted by it."""
ON_ITS_WAY = frozenset({State.SUBMITTING, State.RUNNING, State.CANCELLING})
"""Azure may be at it. A job that waits has changed nothing yet, and who waits for a person may wait for days."""
_KINDS_OF: Mapping[str, tuple[DriftKind, ...]] = {
    "policy_id": (DriftKind.POLICY_SWAPPED,),
    "vault_id": (DriftKind.ITEM_MOVED,),
    "state": (DriftKind.PROTECTION_STOPPED, DriftKind.DATA_DELETED),
    "soft_delete_state": (DriftKind.SOFT_DELETE_WEAKENED,),
    "immutability": (DriftKind.IMMUTABILITY_WEAKENED,),
    "redundancy": (DriftKind.REDUNDANCY_WEAKENED,),
    "is_guarded": (DriftKind.GUARD_REMOVED,),
    "is_there": (DriftKind.DATA_DELETED,),
    "excluded_luns": (DriftKind.DISKS_FEWER,),
}


@dataclass(frozen=True, slots=True)
class Ended:
    """A job of Holdfast that ended well. `wanted`: the settings that a change of a vault asked for; None = not set."""

    kind: JobKind
    wanted: Facts = field(default_factory=dict)


def explained(before: Facts, now: Facts | None, ended: Iterable[Ended]) -> Facts:
    """What to compare with after these jobs, oldest first.

    A change of a vault explains what it asked for: at its end it reads all settings, also those that another tool has
    changed meanwhile.
    """
    found = dict(before)
    for job in ended:
        if job.kind is JobKind.UPDATE_VAULT:
            found |= {name: job.wanted[name] for name in _OF_SETTINGS if job.wanted.get(name) is not None}
            continue
        kind = job.kind
        for name in CHANGES.get(kind, ()):
            if name == "state" and kind in LEADS_TO and name in before:
                found[name] = LEADS_TO[kind].value
            elif name in _OF_DISKS and now is not None:  # none chosen is a choice
                found[name] = now.get(name)
            elif name in before and now is not None and now.get(name) is not None:
                found[name] = now[name]
    return found


def undecided(under_way: Iterable[JobKind]) -> frozenset[DriftKind]:
    """What is neither found nor over while these jobs of Holdfast are on their way."""
    names = {name for kind in under_way for name in CHANGES.get(kind, ())}
    return frozenset(drift for name in names for drift in _KINDS_OF.get(name, ()))


def compare_item(before: Facts, now: Facts | None) -> Compared:
    """Facts of an item: vault_id, vault, policy_id, policy, state, and its disks where they are known.

    `now` None = it is in no list any more.
    """
    if now is None:
        return _item_gone(before)
    drifts: list[Found] = []
    accepted = dict(before) | {name: value for name, value in now.items() if value is not None}
    if now["vault_id"] != before["vault_id"]:
        drifts.append(_found(DriftKind.ITEM_MOVED, before, now, "vault_id", "vault"))
        accepted |= {name: before.get(name) for name in _OF_POLICY}  # the other vault has other policies
    elif before["policy_id"] and now["policy_id"] and now["policy_id"] != before["policy_id"]:
        drifts.append(_found(DriftKind.POLICY_SWAPPED, before, now, "policy_id", "policy"))
        accepted["definition"] = before.get("definition")
    kind = _stopped(before["state"], now["state"])
    if kind is not None:
        drifts.append(_found(kind, before, now, "state"))
    if all(name in before and name in now for name in _OF_DISKS):
        accepted |= {name: now[name] for name in _OF_DISKS}
        if now["state"] in BACKED_UP and leaves_out(before, now):
            drifts.append(_found(DriftKind.DISKS_FEWER, before, now, *_OF_DISKS))
    return Compared(tuple(drifts), _keep(accepted, drifts))


def leaves_out(before: Facts, now: Facts) -> bool:
    """Whether a disk that was backed up is left out now. Neither list = every disk."""
    had, has = before["included_luns"], now["included_luns"]
    if has is not None:
        return had is None or not set(had) <= set(has)
    left_out = set(now["excluded_luns"] or ())
    return bool(left_out & set(had)) if had is not None else not left_out <= set(before["excluded_luns"] or ())


def _stopped(before: str, now: str) -> DriftKind | None:
    if before in BACKED_UP and (now in STOPPED or now == ItemState.SOFT_DELETED):
        return DriftKind.PROTECTION_STOPPED
    return DriftKind.DATA_DELETED if before in STOPPED and now == ItemState.SOFT_DELETED else None


def _item_gone(before: Facts) -> Compared:
    """An item that was deleted already may go: its retention ended."""
    kinds = {**dict.fromkeys(BACKED_UP, DriftKind.PROTECTION_STOPPED), **dict.fromkeys(STOPPED, DriftKind.DATA_DELETED)}
    kind = kinds.get(before["state"])
    drifts = () if kind is None else (Found(kind, {"state": before["state"]}, None),)
    return Compared(drifts, dict(before))


def compare_policy(before: Facts, now: Facts | None, *, is_weaker: bool) -> Compared:
    """Facts of a policy: policy, revision, definition. `is_weaker`: what the definition of now means.

    A policy that is gone was followed by nothing: Azure refuses to delete another.
    """
    if now is None:
        return Compared((), dict(before))
    accepted = dict(before) | {name: value for name, value in now.items() if value is not None}
    if not is_weaker:
        return Compared((), accepted)
    drift = _found(DriftKind.RETENTION_SHRUNK, before, now, "definition")
    return Compared((drift,), _keep(accepted, [drift]))


def compare_vault(before: Facts, now: Facts) -> Compared:
    """Facts of a vault: its settings (`_OF_SETTINGS`), is_guarded, is_there."""
    drifts: list[Found] = []
    accepted = dict(before) | {name: value for name, value in now.items() if value is not None}
    if _is_weaker_soft_delete(before, now):
        drifts.append(_found(DriftKind.SOFT_DELETE_WEAKENED, before, accepted, "soft_delete_state", "soft_delete_days"))
    if _is_lower(IMMUTABILITY, before.get("immutability"), now.get("immutability")):
        drifts.append(_found(DriftKind.IMMUTABILITY_WEAKENED, before, now, "immutability"))
    crossed, crosses = before.get("cross_region_restore"), now.get("cross_region_restore")
    if _is_lower(REDUNDANCY, before.get("redundancy"), now.get("redundancy")) or (crossed is True and crosses is False):
        names = ("redundancy", "cross_region_restore")
        drifts.append(_found(DriftKind.REDUNDANCY_WEAKENED, before, accepted, *names))
    if before.get("is_guarded") is True and now.get("is_guarded") is False:
        drifts.append(_found(DriftKind.GUARD_REMOVED, before, now, "is_guarded"))
    if before.get("is_there") is True and now.get("is_there") is False:
        drifts.append(Found(DriftKind.DATA_DELETED, {"is_there": True}, None))
    return Compared(tuple(drifts), _keep(accepted, drifts))


def _is_weaker_soft_delete(before: Facts, now: Facts) -> bool:
    state, days = now.get("soft_delete_state"), now.get("soft_delete_days")
    if _is_lower(SOFT_DELETE, before.get("soft_delete_state"), state):
        return True
    kept = before.get("soft_delete_days")
    return state != "off" and kept is not None and days is not None and days < kept


def _is_lower(order: tuple[str, ...], before: str | None, now: str | None) -> bool:
    return before in order and now in order and order.index(now) < order.index(before)


def _found(kind: DriftKind, before: Facts, now: Facts, *names: str) -> Found:
    return Found(kind, {name: before.get(name) for name in names}, {name: now.get(name) for name in names})


def _keep(accepted: dict[str, Any], drifts: list[Found]) -> dict[str, Any]:
    """What drifted is compared with what it was, until it is that again."""
    for drift in drifts:
        accepted |= drift.before
    return accepted
