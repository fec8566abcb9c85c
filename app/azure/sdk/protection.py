"""`ports.ProtectedItems` (docs/azure.md, Changing protection)."""

from typing import Any, Final
from uuid import UUID

from azure.mgmt.recoveryservicesbackup.operations._operations import build_backup_protected_items_list_request

from app.azure import names
from app.azure import values as v
from app.azure.lists import Listed
from app.azure.sdk import translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_sdk_list
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.writing import write_once

FABRIC: Final = "Azure"
VM_ITEMS: Final = "backupManagementType eq 'AzureIaasVM' and itemType eq 'VM'"


def item_address(item: v.ItemRef) -> dict[str, str]:
    """The five names that lead to an item, as every operation of the SDK below it takes them."""
    return {
        "vault_name": item.vault.name,
        "resource_group_name": item.vault.resource_group,
        "fabric_name": FABRIC,
        "container_name": names.container_name(item.vm),
        "protected_item_name": names.item_name(item.vm),
    }


async def list_items(connection: Connection, vault: v.VaultRef, condition: str, *, doing: str) -> Listed[v.AzureItem]:
    """The VM items of a vault for which a `$filter` holds."""
    request = build_backup_protected_items_list_request(
        vault.name, vault.resource_group, vault.subscription_id, filter=condition
    )
    client = connection.backup(vault.subscription_id)
    return await read_sdk_list(connection, client, request, translate.vm_item, doing=doing)


class SdkProtectedItems:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, item: v.ItemRef) -> v.AzureItem:
        client = self._connection.backup(item.vault.subscription_id)
        with azure_errors("reading a protected item"):
            found = await client.protected_items.get(**item_address(item))
            return translate.item(found.as_dict())

    async def list(self, vault: v.VaultRef) -> Listed[v.AzureItem]:
        return await list_items(self._connection, vault, VM_ITEMS, doing="listing protected items")

    async def protect(self, order: v.ProtectOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "protecting a virtual machine"
        with before_sending(doing):
            body = translate.protect_body(order)
        return await self._put(order.item, body, doing=doing, request_id=request_id, deadline=deadline)

    async def stop(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        body, doing = translate.stop_body(item), "stopping a protection"
        return await self._put(item, body, doing=doing, request_id=request_id, deadline=deadline)

    async def suspend(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        body, doing = translate.suspend_body(item), "suspending backups"
        return await self._put(item, body, doing=doing, request_id=request_id, deadline=deadline)

    async def undelete(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        body, doing = translate.undelete_body(item), "undeleting backup data"
        return await self._put(item, body, doing=doing, request_id=request_id, deadline=deadline)

    async def delete(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """The links of its 202 lead to the vault, not to the item, which may be gone when they are followed."""
        doing = "deleting backup data"
        with before_sending(doing):
            address = item_address(item)
        return await write_once(
            self._connection.backup(item.vault.subscription_id).protected_items.delete,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            **address,
        )

    async def find_vault_of(self, vm: v.VmRef, location: str) -> v.VaultRef | None:
        """A POST that only reads: it may be asked as often as a GET."""
        client = self._connection.backup(vm.subscription_id)
        with azure_errors("asking which vault protects a virtual machine"):
            wanted: Any = {"resourceType": "VM", "resourceId": vm.id}
            return translate.protecting_vault((await client.backup_status.get(location, wanted)).as_dict())

    async def _put(
        self, item: v.ItemRef, body: Any, *, doing: str, request_id: UUID, deadline: float | None
    ) -> v.Operation:
        with before_sending(doing):
            address = item_address(item)
        return await write_once(
            self._connection.backup(item.vault.subscription_id).protected_items.begin_create_or_update,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            parameters=body,
            polling=False,
            **address,
        )
