"""`ports.Policies` (docs/azure.md, Policies)."""

from typing import Any, Final
from uuid import UUID

from azure.mgmt.recoveryservicesbackup.operations._operations import build_backup_policies_list_request

from app.azure import values as v
from app.azure.errors import AzureNotFound
from app.azure.lists import Listed
from app.azure.sdk import translate_policies as translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_sdk_list
from app.azure.sdk.protection import list_items
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.writing import write_once

VM_POLICIES: Final = "backupManagementType eq 'AzureIaasVM'"


class SdkPolicies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def get(self, policy: v.PolicyRef) -> v.AzurePolicy:
        vault = policy.vault
        client = self._connection.backup(vault.subscription_id)
        with azure_errors("reading a policy"):
            found = await client.protection_policies.get(vault.name, vault.resource_group, policy.name)
            return translate.policy(found.as_dict())

    async def list(self, vault: v.VaultRef) -> Listed[v.AzurePolicy]:
        request = build_backup_policies_list_request(
            vault.name, vault.resource_group, vault.subscription_id, filter=VM_POLICIES
        )
        client = self._connection.backup(vault.subscription_id)
        return await read_sdk_list(self._connection, client, request, translate.vm_policy, doing="listing policies")

    async def put(self, order: v.PolicyOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "writing a policy"
        with before_sending(doing):
            body: Any = translate.policy_body(order.definition)
        vault = order.policy.vault
        return await write_once(
            self._connection.backup(vault.subscription_id).protection_policies.create_or_update,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            vault_name=vault.name,
            resource_group_name=vault.resource_group,
            policy_name=order.policy.name,
            parameters=body,
        )

    async def delete(self, policy: v.PolicyRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        vault = policy.vault
        try:
            return await write_once(
                self._connection.backup(vault.subscription_id).protection_policies.begin_delete,
                doing="deleting a policy",
                request_id=request_id,
                deadline=deadline,
                polling=False,
                vault_name=vault.name,
                resource_group_name=vault.resource_group,
                policy_name=policy.name,
            )
        except AzureNotFound:
            return v.Operation(status_url=None)

    async def list_items(self, policy: v.PolicyRef) -> Listed[v.AzureItem]:
        # A policy's name has no quote in it (names.check_policy_name), but Azure's own spelling is not ours to trust.
        terms = f"{VM_POLICIES} and policyName eq '{policy.name.replace(chr(39), chr(39) * 2)}'"
        return await list_items(self._connection, policy.vault, terms, doing="listing the items of a policy")
