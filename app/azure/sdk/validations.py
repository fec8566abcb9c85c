"""`ports.Validations` (docs/azure.md, Restores, from the specification): Azure's own check of a restore.

SDK 11.2 has it as a long-running operation, `backupTriggerValidateOperation`; its status may say Succeeded and hold
findings all the same.
"""

from typing import Any
from uuid import UUID

from app.azure import names
from app.azure import values as v
from app.azure.check_values import Finding, Validation
from app.azure.restore_values import RestoreOrder
from app.azure.sdk import translate_restores
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.protection import FABRIC
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.translate import Json, mapping
from app.azure.sdk.writing import write_once


class SdkValidations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.usual_seconds: float | None = None

    async def begin(self, order: RestoreOrder, *, request_id: UUID) -> v.Operation:
        doing = "validating a restore"
        vault = order.item.vault
        with before_sending(doing):
            restore = translate_restores.restore_request(order)
            container, name = names.container_name(order.item.vm), names.item_name(order.item.vm)
            inside = f"backupFabrics/{FABRIC}/protectionContainers/{container}/protectedItems/{name}"
            point_id = f"{vault.id}/{inside}/recoveryPoints/{order.recovery_point_id}"
        body: Any = {"objectType": "ValidateIaasVMRestoreOperationRequest", "restoreRequest": restore}
        operation = await write_once(
            self._connection.backup(vault.subscription_id).validate_operation.begin_trigger,
            doing=doing,
            request_id=request_id,
            deadline=None,
            vault_name=vault.name,
            resource_group_name=vault.resource_group,
            parameters={"id": point_id, "properties": body},
            polling=False,
        )
        self.usual_seconds = operation.retry_after
        return operation

    async def status(self, status_url: str) -> Validation:
        doing = "reading a validation"
        response = await self._connection.get(status_url, doing=doing)
        with azure_errors(doing):
            return _validation(json_of(response))


def _validation(body: Json) -> Validation:
    """A validation that failed as such (not: found something) says its reason where other operations do."""
    state = str(body["status"]).lower()
    if state == "inprogress":
        return Validation(has_ended=False)
    answer = mapping(mapping(body, "properties"), "validateOperationResponse")
    found = tuple(_finding(entry) for entry in answer.get("validationResults") or ())
    if not found and state != "succeeded":
        found = (_finding(mapping(body, "error") or {"code": "ValidationFailed"}),)
    return Validation(has_ended=True, findings=found)


def _finding(body: Json) -> Finding:
    said = body.get("message") or f"Azure names {body.get('code')} without an explanation."
    return Finding(str(body.get("code") or "ValidationFailed"), said, tuple(body.get("recommendations") or ()))
