"""`ports.FileRecovery`, in the protocol of api-version 2026-08-01 and later: scripts by a POST.

Source: docs/azure.md, File recovery.
"""

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from app.azure import values as v
from app.azure.mount_values import MountOrder, MountScript
from app.azure.sdk.connection import Connection
from app.azure.sdk.protection import item_address
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.translate import Json
from app.azure.sdk.writing import write_once

INITIATOR: Final = "holdfast"
PASSWORD_AT: Final = 33
"""Counted from the last underscore of the suffix."""
PASSWORD_LENGTH: Final = 15
_EXPIRY: Final = re.compile(rb"Expiry=(\d{1,2}/\d{1,2}/\d{4} \d{1,2}:\d{2}:\d{2} [AP]M)")


class SdkFileRecovery:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def provision(self, order: MountOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "mounting a recovery point"
        with before_sending(doing):
            address = item_address(order.item)
        body: Any = {
            "properties": {
                "objectType": "IaasVMILRRegistrationRequest",
                "recoveryPointId": order.recovery_point_id,
                "virtualMachineId": order.item.vm.id,
                "initiatorName": INITIATOR,
                "renewExistingRegistration": order.renew,
            }
        }
        return await write_once(
            self._connection.backup(order.item.vault.subscription_id).item_level_recovery_connections.provision,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            recovery_point_id=order.recovery_point_id,
            parameters=body,
            **address,
        )

    async def scripts(self, item: v.ItemRef, recovery_point_id: str, operation_id: str) -> Sequence[MountScript]:
        """A POST that only reads. Its answer is never quoted in an error, because it holds secrets."""
        connections = self._connection.backup(item.vault.subscription_id).item_level_recovery_connections
        wanted: Any = {"provisionInstantItemRecoveryOperationId": operation_id}
        with azure_errors("reading a mount script"):
            found = await connections.list_instant_item_recovery_operation_result(
                **item_address(item), recovery_point_id=recovery_point_id, body=wanted
            )
            return read_scripts(found.as_dict().get("clientScripts") or ())

    async def revoke(
        self, item: v.ItemRef, recovery_point_id: str, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        doing = "unmounting a recovery point"
        with before_sending(doing):
            address = item_address(item)
        return await write_once(
            self._connection.backup(item.vault.subscription_id).item_level_recovery_connections.revoke,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            recovery_point_id=recovery_point_id,
            **address,
        )


def read_scripts(entries: Sequence[Json]) -> list[MountScript]:
    """The scripts that a machine can run.

    Of Windows' two entries the second is the tool, and the first only describes it.
    """
    contents = [base64.b64decode(entry.get("scriptContent") or "") for entry in entries]
    expires_at = next((found for content in contents if (found := _expiry(content))), None)
    return [
        _script(entry, content, expires_at)
        for entry, content in zip(entries, contents, strict=True)
        if str(entry["osType"]).lower() == "linux" or entry.get("url")
    ]


def _script(entry: Json, content: bytes, expires_at: datetime | None) -> MountScript:
    suffix = str(entry["scriptNameSuffix"])
    start = suffix.rfind("_") + PASSWORD_AT
    password = suffix[start : start + PASSWORD_LENGTH]
    if len(password) < PASSWORD_LENGTH:
        raise ValueError("A script whose name holds no password.")
    name = suffix[:start] + suffix[start + PASSWORD_LENGTH :] + str(entry.get("scriptExtension") or "")
    if str(entry["osType"]).lower() == "linux":
        return MountScript("linux", name, password, content=content, expires_at=expires_at)
    return MountScript("windows", name, password, url=str(entry["url"]), expires_at=expires_at)


def _expiry(content: bytes) -> datetime | None:
    """Azure's US date in UTC, as in every display string of it (docs/azure.md, Formats)."""
    found = _EXPIRY.search(content)
    if found is None:
        return None
    return datetime.strptime(found[1].decode(), "%m/%d/%Y %I:%M:%S %p").replace(tzinfo=UTC)
