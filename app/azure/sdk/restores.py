"""`ports.Restores` (docs/azure.md, Restores)."""

from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from app.azure import names
from app.azure import values as v
from app.azure.lists import Listed
from app.azure.restore_values import AzureDisk, RestoreOrder
from app.azure.sdk import translate_restores as translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_list
from app.azure.sdk.protection import item_address
from app.azure.sdk.refusals import before_sending
from app.azure.sdk.writing import write_once

DISKS_API_VERSION: Final = "2024-03-02"
"""Of Microsoft.Compute/disks, from the published specification: no recording shows this call."""


class SdkRestores:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def trigger(self, order: RestoreOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "starting a restore"
        with before_sending(doing):
            body: Any = translate.restore_body(order)
            address = item_address(order.item)
        return await write_once(
            self._connection.backup(order.item.vault.subscription_id).restores.begin_trigger,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            recovery_point_id=order.recovery_point_id,
            parameters=body,
            polling=False,
            **address,
        )

    async def list_disks(self, resource_group_id: str) -> Listed[AzureDisk]:
        """Every page of the group's disks; the API has no filter by tag."""
        doing = "listing managed disks"
        with before_sending(doing):
            group = names.parse_resource_group_id(resource_group_id)
        url = (
            f"/subscriptions/{group.subscription_id}/resourceGroups/{quote(group.name)}"
            f"/providers/Microsoft.Compute/disks?api-version={DISKS_API_VERSION}"
        )
        return await read_list(self._connection, url, translate.disk, doing=doing)
