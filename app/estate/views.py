"""What one tenant gets of a reading: its machines, and how each of its scopes went. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from app.azure.graph.values import GraphItem, GraphVm
from app.azure.lists import Listed, Unreadable
from app.azure.names import vm_key
from app.core.letter_case import fold_case
from app.estate.rules import Scope, Trouble, UnreachableCode, folded_tags, merged, unbelievable

NOTHING: Mapping[Scope, Trouble] = MappingProxyType({})


@dataclass(frozen=True)
class Reading:
    """All that was read of Azure, for all tenants together."""

    vms: Listed[GraphVm] | Trouble
    items: Listed[GraphItem] | Trouble
    checked: Mapping[Scope, Listed[GraphVm] | Trouble] = field(default_factory=dict)
    waiting: frozenset[Scope] = frozenset()
    """Scopes without rows that Azure itself is asked about another time."""

    @cached_property
    def shown(self) -> Mapping[str, GraphItem]:
        """By VM: once for all tenants."""
        return merged(() if isinstance(self.items, Trouble) else self.items)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scope went."""

    trouble: Trouble | None = None
    vms_read: bool = True
    items_read: bool = True
    is_empty: bool = False
    """Azure itself said now that nothing is in it."""


@dataclass(frozen=True, slots=True)
class View:
    """What is written for a tenant."""

    outcomes: Mapping[Scope, Outcome]
    rows: Sequence[Mapping[str, Any]]
    """Columns of `estate_vms`."""
    items_kept: bool
    """Items could not be read this time: what is known of them stays."""

    def shows_all_of(self, subscription_id: str, resource_group: str) -> bool:
        """Whether a machine of this place that is in no row has vanished."""
        outcome = _at(self.outcomes, subscription_id, resource_group)
        return outcome is not None and outcome.vms_read

    def outcome_of(self, key: str) -> Outcome | None:
        """How the scope of this machine went, by the machine's key; None = it is in none of the tenant's."""
        parts = key.split("/")
        return _at(self.outcomes, parts[2], parts[4])


def _at(outcomes: Mapping[Scope, Outcome], subscription_id: str, resource_group: str) -> Outcome | None:
    """No search: there are thousands of machines, and hundreds of scopes. None of these is within another."""
    subscription = subscription_id.lower()
    return outcomes.get(Scope(subscription)) or outcomes.get(Scope(subscription, fold_case(resource_group)))


def view_of(
    reading: Reading, scopes: Sequence[Scope], managed_vms: Iterable[str], unread: Mapping[Scope, Trouble] = NOTHING
) -> View:
    """`managed_vms`: keys of the tenant's protected VMs, but for the newest. `unread`: what was not read, and why."""
    items = None if isinstance(reading.items, Trouble) else reading.items
    hidden = unbelievable(items, managed_vms) if items is not None else set()
    odd = _odd_places(items.unreadable) if items is not None else set()
    outcomes = {
        scope: Outcome(unread[scope], vms_read=False, items_read=False)
        if scope in unread
        else _outcome(scope, reading, hidden, odd)
        for scope in scopes
    }
    rows: dict[str, Mapping[str, Any]] = {}
    for vm in _machines(reading):
        outcome = _at(outcomes, vm.vm.subscription_id, vm.vm.resource_group)
        if outcome is not None and outcome.vms_read:
            key = vm_key(vm.vm)
            rows[key] = _row(key, vm, reading.shown.get(key), items_known=outcome.items_read)
    return View(outcomes, tuple(rows.values()), items_kept=items is None)


def _machines(reading: Reading) -> Iterable[GraphVm]:
    if not isinstance(reading.vms, Trouble):
        yield from reading.vms
    for found in reading.checked.values():
        if not isinstance(found, Trouble):
            yield from found


def _outcome(scope: Scope, reading: Reading, hidden: set[str], odd: set[str]) -> Outcome:
    checked = reading.checked.get(scope)
    for trouble in (reading.vms, checked):
        if isinstance(trouble, Trouble):
            return Outcome(trouble, vms_read=False, items_read=False)
    if scope in reading.waiting:
        detail = "Resource Graph shows nothing of it; one of the next readings asks Azure whether it is empty."
        return Outcome(Trouble(UnreachableCode.NOT_CHECKED_YET, detail), vms_read=False, items_read=False)
    is_empty = isinstance(checked, Listed) and not checked and not checked.unreadable
    if isinstance(reading.items, Trouble):
        return Outcome(reading.items, items_read=False, is_empty=is_empty)
    if scope.subscription_id in hidden:
        detail = "Resource Graph shows no protected item of the subscription, although Holdfast manages some there."
        return Outcome(Trouble(UnreachableCode.PARTIAL, detail), items_read=False, is_empty=is_empty)
    if odd & {scope.subscription_id, ""}:
        detail = "Resource Graph shows protected items that cannot be read."
        return Outcome(Trouble(UnreachableCode.PARTIAL, detail), items_read=False, is_empty=is_empty)
    return Outcome(_unreadable_machines(scope, reading), is_empty=is_empty)


def _unreadable_machines(scope: Scope, reading: Reading) -> Trouble | None:
    lists = (reading.vms, reading.checked.get(scope))
    odd = [one for found in lists if isinstance(found, Listed) for one in found.unreadable]
    count = sum(1 for one in odd if _subscription_of(one) in {scope.subscription_id, ""})
    return Trouble(UnreachableCode.PARTIAL, f"{count} machines cannot be read.") if count else None


def _odd_places(unreadable: Iterable[Unreadable]) -> set[str]:
    """Subscriptions; '' where it is not known."""
    return {_subscription_of(one) for one in unreadable}


def _subscription_of(entry: Unreadable) -> str:
    parts = (entry.id or "").split("/")
    return parts[2].lower() if len(parts) > 3 and parts[1].lower() == "subscriptions" else ""


def _row(key: str, vm: GraphVm, item: GraphItem | None, *, items_known: bool) -> Mapping[str, Any]:
    return {
        "vm_key": key,
        "vm_id": vm.vm.id,
        "location": vm.location,
        "os": vm.os.lower() if vm.os else None,
        "size": vm.size,
        "disks": [{"name": one.name, "size_gib": one.size_gib, "lun": one.lun} for one in vm.disks],
        "tags": dict(vm.tags),
        "tags_folded": folded_tags(vm.tags),
        "item_vault_id": item.vault.id if item else None,
        "item_vault_key": fold_case(item.vault.id) if item else None,
        "item_state": (item.current_state or item.state) if item else None,
        "items_known": items_known,
    }
