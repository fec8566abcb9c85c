"""`ports.Vaults` (docs/azure.md, Vaults)."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from azure.core.exceptions import HttpResponseError
from azure.mgmt.recoveryservices.operations._operations import (
    build_usages_list_by_vaults_request,
    build_vaults_list_by_subscription_id_request,
)

from app.azure import values as v
from app.azure.check_values import VaultUsage
from app.azure.lists import Listed
from app.azure.sdk import translate, translate_vaults
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_sdk_list
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

    async def list(self, subscription_id: str) -> Listed[v.AzureVault]:
        request = build_vaults_list_by_subscription_id_request(subscription_id)
        client = self._connection.vaults(subscription_id)
        return await read_sdk_list(self._connection, client, request, translate.vault, doing="listing vaults")

    async def update(self, change: v.VaultChange, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        body: Any = translate_vaults.change_body(change)
        return await write_once(
            self._connection.vaults(change.vault.subscription_id).vaults.begin_update,
            doing="changing a vault",
            request_id=request_id,
            deadline=deadline,
            resource_group_name=change.vault.resource_group,
            vault_name=change.vault.name,
            vault=body,
            polling=False,
        )

    async def get_soft_delete(self, vault: v.VaultRef) -> v.SoftDelete:
        client = self._connection.backup(vault.subscription_id)
        with azure_errors("reading how a vault keeps deleted data"):
            found = await client.backup_resource_vault_configs.get(vault.name, vault.resource_group)
            return translate_vaults.soft_delete(found.as_dict())

    async def set_soft_delete(
        self, vault: v.VaultRef, wanted: v.SoftDelete, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        body: Any = translate_vaults.soft_delete_body(wanted)
        return await write_once(
            self._connection.backup(vault.subscription_id).backup_resource_vault_configs.update,
            doing="changing how a vault keeps deleted data",
            request_id=request_id,
            deadline=deadline,
            vault_name=vault.name,
            resource_group_name=vault.resource_group,
            parameters=body,
        )

    async def usage(self, vault: v.VaultRef) -> VaultUsage:
        request = build_usages_list_by_vaults_request(vault.resource_group, vault.name, vault.subscription_id)
        client, doing = self._connection.vaults(vault.subscription_id), "reading what a vault stores"
        rows = await read_sdk_list(self._connection, client, request, translate_vaults.usage_row, doing=doing)
        return translate_vaults.usage(rows)

    async def delete(self, vault: v.VaultRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        begin_delete = self._connection.vaults(vault.subscription_id).vaults.begin_delete

        async def delete(**arguments: Any) -> None:
            try:
                await begin_delete(**arguments)
            except HttpResponseError as error:
                # 200 was recorded in 2019 and 2023, 202 since 2024; the SDK knows only the latter.
                if error.status_code != HTTPStatus.OK:
                    raise

        return await write_once(
            delete,
            doing="deleting a vault",
            request_id=request_id,
            deadline=deadline,
            resource_group_name=vault.resource_group,
            vault_name=vault.name,
            polling=False,
        )
