"""One reading of Azure for the estate: Resource Graph for all, and Azure itself where that is no proof. No database."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import structlog

from app.azure.errors import AzureError, AzureNotFound, proves_absence_with_group
from app.azure.graph.values import GraphItem, GraphVm
from app.azure.lists import Listed
from app.azure.names import vm_key
from app.azure.ports import Discovery, ResourceGraph, Vaults, VirtualMachines
from app.azure.values import AzureVault, VaultRef, VmRef
from app.core.gather_isolated import all_or_none
from app.estate.rules import Scope, Trouble, trouble_of

log = structlog.get_logger()

CHECKS = 5
"""Scopes without rows that one reading asks Azure itself about."""
GETS = 20
"""Machines that vanished that one reading asks for one by one."""
VAULTS = 5
"""Vaults that one reading gets."""
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Seen:
    """What Resource Graph showed, or why it did not."""

    vms: Listed[GraphVm] | Trouble
    items: Listed[GraphItem] | Trouble


async def look(graph: ResourceGraph, subscription_ids: Sequence[str]) -> Seen:
    """Both tables, for all subscriptions together."""
    vms, items = await all_or_none(
        _or_trouble(graph.list_vms(subscription_ids), "Resource Graph, machines"),
        _or_trouble(graph.list_items(subscription_ids), "Resource Graph, protected items"),
    )
    return Seen(vms, items)


async def check(discovery: Discovery, scopes: Sequence[Scope]) -> dict[Scope, Listed[GraphVm] | Trouble]:
    """What Azure itself has in scopes of which Resource Graph shows nothing."""

    async def ask(scope: Scope) -> Listed[GraphVm] | Trouble:
        listing = discovery.list_machines(scope.subscription_id, scope.resource_group or None)
        return await _or_trouble(listing, "Azure, machines")

    return dict(zip(scopes, await asyncio.gather(*map(ask, scopes)), strict=True))


async def confirm_gone(machines: VirtualMachines, missing: Sequence[VmRef], turn: int) -> set[str]:
    """Keys of the machines that Azure itself does not have any more; what it did not answer about stays.

    Each is asked for by its id: a list may leave out what Holdfast may not read. `turn`: the number of the reading. A
    few are asked for in each, the next ones in the next, so that some that never get an answer hold up no other.
    """
    start = turn * GETS % max(len(missing), 1)
    asked = [*missing[start:], *missing[:start]][:GETS]
    found = await asyncio.gather(*(_is_gone(machines, vm) for vm in asked))
    return {vm_key(vm) for vm, gone in zip(asked, found, strict=True) if gone}


async def _is_gone(machines: VirtualMachines, vm: VmRef) -> bool:
    try:
        await machines.get(vm)
    except AzureNotFound as missing:
        return proves_absence_with_group(missing)
    except AzureError as error:
        log.info("estate.not_confirmed", vm=vm.id, error=str(error))
    return False


async def read_vaults(vaults: Vaults, refs: Sequence[VaultRef]) -> Mapping[str, AzureVault]:
    """These vaults by their ARM id as given; those that could not be read are left out."""

    async def read(ref: VaultRef) -> AzureVault | Trouble:
        return await _or_trouble(vaults.get(ref), "Azure, a vault")

    found = await asyncio.gather(*map(read, refs))
    return {ref.id: one for ref, one in zip(refs, found, strict=True) if not isinstance(one, Trouble)}


async def every_subscription(discovery: Discovery) -> Listed[str] | Trouble:
    """What a grant of everything means: what Holdfast's identity may read."""
    return await _or_trouble(discovery.list_subscriptions(), "Azure, subscriptions")


async def _or_trouble(read: Awaitable[Found], doing: str) -> Found | Trouble:
    try:
        return await read
    except AzureError as error:
        log.info("estate.not_read", doing=doing, error=str(error))
        return trouble_of(error, doing)
