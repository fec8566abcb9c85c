"""`ports.Discovery` (docs/azure.md, Discovery)."""

from typing import Final
from urllib.parse import quote
from uuid import UUID

from azure.mgmt.recoveryservicesbackup.operations._operations import build_backup_protectable_items_list_request

from app.azure import names
from app.azure import values as v
from app.azure.graph.values import GraphVm
from app.azure.lists import Listed
from app.azure.sdk import members
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_list, read_sdk_list
from app.azure.sdk.protection import FABRIC
from app.azure.sdk.resource_graph import machine_of
from app.azure.sdk.translate import Json, mapping
from app.azure.sdk.virtual_machines import VM_API_VERSION
from app.azure.sdk.writing import write_once

SUBSCRIPTIONS_API_VERSION: Final = "2022-12-01"
UNPROTECTED: Final = "backupManagementType eq 'AzureIaasVM'"
VM_KIND: Final = "microsoft.compute/virtualmachines"


class SdkDiscovery:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_unprotected(self, vault: v.VaultRef) -> Listed[v.VmRef]:
        client = self._connection.backup(vault.subscription_id)
        request = build_backup_protectable_items_list_request(
            vault.name, vault.resource_group, vault.subscription_id, filter=UNPROTECTED
        )
        doing = "listing what a vault could protect"
        return await read_sdk_list(self._connection, client, request, _protectable, doing=doing)

    async def refresh(self, vault: v.VaultRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        return await write_once(
            self._connection.backup(vault.subscription_id).protection_containers.refresh,
            doing="having a vault look for virtual machines",
            request_id=request_id,
            deadline=deadline,
            vault_name=vault.name,
            resource_group_name=vault.resource_group,
            fabric_name=FABRIC,
        )

    async def list_vms(self, subscription_id: str) -> Listed[v.VmRef]:
        path = f"/subscriptions/{subscription_id}/providers/Microsoft.Compute/virtualMachines"
        url = f"{path}?api-version={VM_API_VERSION}"
        return await read_list(self._connection, url, _vm, doing="listing virtual machines")

    async def list_machines(self, subscription_id: str, resource_group: str | None = None) -> Listed[GraphVm]:
        group = f"/resourceGroups/{quote(resource_group)}" if resource_group else ""
        path = f"/subscriptions/{subscription_id}{group}/providers/Microsoft.Compute/virtualMachines"
        url = f"{path}?api-version={VM_API_VERSION}"
        return await read_list(self._connection, url, _machine, doing="listing virtual machines")

    async def list_subscriptions(self) -> Listed[str]:
        url = f"/subscriptions?api-version={SUBSCRIPTIONS_API_VERSION}"
        return await read_list(self._connection, url, _subscription, doing="listing subscriptions")


def _subscription(entry: Json) -> str:
    return members.text(entry, "subscriptionId").lower()


def _machine(entry: Json) -> GraphVm:
    """The same members as in a row of Resource Graph, one level deeper."""
    properties = mapping(entry, "properties")
    size = mapping(properties, "hardwareProfile").get("vmSize")
    return machine_of(dict(entry) | {"size": size, "storage": mapping(properties, "storageProfile")})


def _protectable(entry: Json) -> v.VmRef | None:
    """Classic VMs (retired) and other workloads come in the same list, with ids of another provider or none."""
    properties = entry["properties"]
    vm_id = properties.get("virtualMachineId")
    if vm_id is None and str(properties.get("protectableItemType", VM_KIND)).lower() != VM_KIND:
        return None
    return names.read_vm_id(vm_id) if f"/{VM_KIND}/" in str(vm_id).lower() or not vm_id else None


def _vm(entry: Json) -> v.VmRef:
    return names.read_vm_id(entry["id"])
