"""`ports.Backups` (docs/azure.md, Jobs)."""

from typing import Any
from uuid import UUID

from app.azure import values as v
from app.azure.sdk import translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.protection import item_address
from app.azure.sdk.refusals import before_sending
from app.azure.sdk.writing import write_once


class SdkBackups:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def trigger(self, order: v.BackupOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "starting a backup"
        with before_sending(doing):
            body: Any = translate.backup_body(order)
            address = item_address(order.item)
        return await write_once(
            self._connection.backup(order.item.vault.subscription_id).backups.trigger,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            parameters=body,
            **address,
        )
