"""`ports.Discovery` (wire.md section 8)."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from app.azure import names
from app.azure import values as v
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.protection import FABRIC
from app.azure.sdk.refusals import azure_errors
from app.azure.sdk.virtual_machines import VM_API_VERSION
from app.azure.sdk.writing import write_once

UNPROTECTED: Final = "backupManagementType eq 'AzureIaasVM'"
VM_KIND: Final = "microsoft.compute/virtualmachines"


class SdkDiscovery:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_unprotected(self, vault: v.VaultRef) -> Sequence[v.VmRef]:
        client = self._connection.backup(vault.subscription_id)
        with azure_errors("listing what a vault could protect"):
            found = client.backup_protectable_items.list(vault.name, vault.resource_group, filter=UNPROTECTED)
            properties = [entry.as_dict().get("properties") or {} async for entry in found]
            # Classic VMs (retired) come in the same list, with ids of another provider.
            ids = [str(each.get("virtualMachineId", "")) for each in properties]
            return [names.read_vm_id(vm_id) for vm_id in ids if f"/{VM_KIND}/" in vm_id.lower()]

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

    async def list_vms(self, subscription_id: str) -> Sequence[v.VmRef]:
        doing = "listing virtual machines"
        path = f"/subscriptions/{subscription_id}/providers/Microsoft.Compute/virtualMachines"
        url: str | None = f"{path}?api-version={VM_API_VERSION}"
        found: list[v.VmRef] = []
        while url:
            response = await self._connection.get(url, doing=doing)
            with azure_errors(doing):
                page = json_of(response)
                found.extend(names.read_vm_id(entry["id"]) for entry in page["value"])
                url = page.get("nextLink")
        return found
