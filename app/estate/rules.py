"""What is said of a machine, of a scope, and of what could not be read. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.azure.errors import AzureDenied, AzureError, AzureNotFound, AzureThrottled, AzureUnreadable
from app.azure.graph.values import GraphItem, GraphVm
from app.azure.item_states import ItemState
from app.azure.lists import Listed
from app.azure.names import vm_key
from app.core.letter_case import fold_case
from app.identity.access.grants import EVERYTHING, Grants


class EstateState(StrEnum):
    """How a machine is backed up. The API's `EstateVmRead.state` lists the same."""

    PROTECTED = "protected"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    SOFT_DELETED = "soft_deleted"
    ERROR = "error"
    NEVER_BACKED_UP = "never_backed_up"
    """It is being protected, or is, and no first backup has ended: it cannot be restored."""
    UNPROTECTED = "unprotected"
    """Machines and items of its scope were read, and neither our rows nor Resource Graph have an item of it."""
    VM_MISSING = "vm_missing"
    """Its item is there, and the machine is gone."""
    ELSEWHERE = "elsewhere"
    """Resource Graph shows an item of it in a vault that this tenant does not manage here."""
    UNKNOWN = "unknown"
    """None of these is known."""


BY_ITEM_STATE: Mapping[ItemState, EstateState] = {
    ItemState.PROTECTING: EstateState.NEVER_BACKED_UP,
    ItemState.INITIAL_BACKUP_PENDING: EstateState.NEVER_BACKED_UP,
    ItemState.PROTECTED: EstateState.PROTECTED,
    ItemState.PAUSED: EstateState.PAUSED,
    ItemState.SUSPENDED: EstateState.SUSPENDED,
    ItemState.SOFT_DELETED: EstateState.SOFT_DELETED,
    ItemState.ERROR: EstateState.ERROR,
}
"""By the state of our row. A protected item without a point and without a backup is `never_backed_up`, too."""


class UnreachableCode(StrEnum):
    """Why something of the estate is not known. The API's `Unreachable.code` lists the same."""

    NOT_READ_YET = "not_read_yet"
    NOT_CHECKED_YET = "not_checked_yet"
    """Resource Graph shows nothing of it. Whether it is empty, Azure is asked in one of the next readings."""
    READING_OFF = "reading_off"
    DENIED = "denied"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"
    AZURE_BUSY = "azure_busy"
    AZURE_AWAY = "azure_away"
    PARTIAL = "partial"
    """Some of it was read; `detail` says what is missing."""


DETAIL_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a scope, or a part of it, could not be read."""

    code: UnreachableCode
    detail: str


def trouble_of(error: AzureError, doing: str) -> Trouble:
    """What an error of Azure means to a reader of the estate."""
    code = UnreachableCode.AZURE_AWAY
    if isinstance(error, AzureDenied):
        code = UnreachableCode.DENIED
    elif isinstance(error, AzureNotFound):
        code = UnreachableCode.NOT_FOUND
    elif isinstance(error, AzureThrottled):
        code = UnreachableCode.AZURE_BUSY
    elif isinstance(error, AzureUnreadable):
        code = UnreachableCode.UNREADABLE
    return Trouble(code, f"{doing}: {error}"[:DETAIL_LIMIT])


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """A granted subscription, or a granted resource group. In lower case, so that each is there once."""

    subscription_id: str
    resource_group: str = ""
    """Folded; empty = the whole subscription."""

    @property
    def id(self) -> str:
        group = f"/resourceGroups/{self.resource_group}" if self.resource_group else ""
        return f"/subscriptions/{self.subscription_id}{group}"


def scopes_of(grants: Grants, every_subscription: Sequence[str]) -> tuple[Scope, ...]:
    """The scopes of a tenant, none within another. `every_subscription`: what a grant of everything means."""
    found: set[Scope] = set()
    for grant in grants.of:
        if grant.subscription_id == EVERYTHING:
            found |= {Scope(one.lower()) for one in every_subscription}
        else:
            found.add(Scope(grant.subscription_id.lower(), fold_case(grant.resource_group or "")))
    whole = {one.subscription_id for one in found if not one.resource_group}
    return tuple(sorted(one for one in found if not one.resource_group or one.subscription_id not in whole))


def doubts(
    grants: Grants, everything: Listed[str] | Trouble, before: Iterable[str]
) -> tuple[Sequence[str], dict[Scope, Trouble]]:
    """(subscriptions that a grant of everything means, those of them that are not read now and why).

    `before`: subscriptions that were read. One that is not listed now is not forgotten: no list proves that it is gone.
    """
    if not grants.hold_everything:
        return (), {}
    listed = () if isinstance(everything, Trouble) else tuple(one.lower() for one in everything)
    trouble = Trouble(UnreachableCode.NOT_FOUND, "Azure does not list this subscription any more.")
    if isinstance(everything, Trouble):
        trouble = everything
    elif everything.unreadable:
        trouble = Trouble(UnreachableCode.PARTIAL, "Azure lists subscriptions that cannot be read.")
    granted = {one.subscription_id for one in scopes_of(grants, ())}
    missing = sorted(set(before) - set(listed) - granted)
    return (*listed, *missing), {Scope(one): trouble for one in missing}


RECHECK = timedelta(hours=24)
"""A scope that Azure itself called empty is asked about again after this time."""


def to_check(
    scopes: Iterable[Scope], vms: Iterable[GraphVm], checked: Mapping[str, datetime], now: datetime, *, limit: int
) -> tuple[list[Scope], list[Scope]]:
    """(scopes to read from Azure itself now, those that must wait), of all that Resource Graph shows nothing of.

    `checked`: when Azure last answered that a scope is empty, by its id. Never asked first, then the oldest.
    """
    groups = {(one.vm.subscription_id.lower(), fold_case(one.vm.resource_group)) for one in vms}
    subscriptions = {subscription for subscription, _ in groups}
    empty = [
        one
        for one in set(scopes)
        if (one.subscription_id, one.resource_group) not in groups
        and (one.resource_group or one.subscription_id not in subscriptions)
        and (one.id not in checked or now - checked[one.id] >= RECHECK)
    ]
    empty.sort(key=lambda one: (checked.get(one.id, datetime.min.replace(tzinfo=now.tzinfo)), one))
    return empty[:limit], empty[limit:]


def unbelievable(items: Iterable[GraphItem], managed_vms: Iterable[str]) -> set[str]:
    """Subscriptions of which Resource Graph shows no item although we manage some: its items are not to be read.

    `managed_vms`: VM keys. Holdfast may lack the right to read a vault's resource group; no answer says so.
    """
    shown = {one.vm.subscription_id.lower() for one in items}
    return {key.split("/")[2] for key in managed_vms} - shown


def merged(items: Iterable[GraphItem]) -> dict[str, GraphItem]:
    """By VM. Of several items of one VM (a deleted one in another vault) the one that is backed up."""
    found: dict[str, GraphItem] = {}
    for item in items:
        key = vm_key(item.vm)
        if key not in found or _is_stopped(found[key]) > _is_stopped(item):
            found[key] = item
    return found


def _is_stopped(item: GraphItem) -> bool:
    words = {(item.state or "").lower(), (item.current_state or "").lower()}
    return item.is_soft_deleted or bool(words & {"protectionstopped", "softdeleted", "backupssuspended"})


def folded_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """By key in one letter case. Values keep theirs: Azure's tag values have one."""
    return {fold_case(key): value for key, value in tags.items()}


def tag_filters(texts: Iterable[str]) -> dict[str, list[str]]:
    """`env=prod` several times: the wanted values by folded key."""
    found: dict[str, list[str]] = {}
    for text in texts:
        key, _, value = text.partition("=")
        found.setdefault(fold_case(key), []).append(value)
    return found


class Proof(StrEnum):
    """Whether a restore test has shown that a VM comes back from its backups."""

    PROVEN = "proven"
    """In the last 90 days."""
    LAPSED = "lapsed"
    """Longer ago, or a later restore test failed."""
    NEVER = "never"


def proven_percent(proofs: Mapping[str, int]) -> float | None:
    """Share of the protected machines that a restore test proved lately; None = there is none."""
    total = sum(proofs.values())
    return round(100.0 * proofs.get(Proof.PROVEN, 0) / total, 1) if total else None


def coverage_percent(by_state: Mapping[str, int]) -> float | None:
    """Share of the machines that are there whose state is `protected`; None = there is none."""
    there = sum(count for state, count in by_state.items() if state != EstateState.VM_MISSING)
    return round(100.0 * by_state.get(EstateState.PROTECTED, 0) / there, 1) if there else None
