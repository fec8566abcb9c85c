"""`ports.Vaults` (wire.md section 3)."""

from typing import Any
from uuid import UUID

from app.azure import values as v
from app.azure.sdk import translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.writing import write_once


class SdkVaults:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, vault: v.VaultRef) -> v.AzureVault:
        client = self._connection.vaults(vault.subscription_id)
        with azure_errors("reading a vault"):
            found = await client.vaults.get(vault.resource_group, vault.name)
            return translate.vault(found.as_dict())

    async def create(self, order: v.VaultOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "creating a vault"
        with before_sending(doing):
            body: Any = translate.vault_body(order)
        return await write_once(
            self._connection.vaults(order.vault.subscription_id).vaults.begin_create_or_update,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            resource_group_name=order.vault.resource_group,
            vault_name=order.vault.name,
            vault=body,
            polling=False,
        )
