"""`ports.ProtectedItems` (wire.md sections 9 and 10)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from app.azure import names
from app.azure import values as v
from app.azure.sdk import translate
from app.azure.sdk.connection import Connection
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


class SdkProtectedItems:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, item: v.ItemRef) -> v.AzureItem:
        client = self._connection.backup(item.vault.subscription_id)
        with azure_errors("reading a protected item"):
            found = await client.protected_items.get(**item_address(item))
            return translate.item(found.as_dict())

    async def list(self, vault: v.VaultRef) -> Sequence[v.AzureItem]:
        client = self._connection.backup(vault.subscription_id)
        with azure_errors("listing protected items"):
            found = client.backup_protected_items.list(vault.name, vault.resource_group, filter=VM_ITEMS)
            bodies = [entry.as_dict() async for entry in found]
            return [translate.item(body) for body in bodies if translate.is_vm_item(body)]

    async def protect(self, order: v.ProtectOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "protecting a virtual machine"
        with before_sending(doing):
            body: Any = translate.protect_body(order)
            address = item_address(order.item)
        return await write_once(
            self._connection.backup(order.item.vault.subscription_id).protected_items.begin_create_or_update,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            parameters=body,
            polling=False,
            **address,
        )
