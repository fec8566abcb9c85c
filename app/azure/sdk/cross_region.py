"""`ports.CrossRegionRestores`, and the recovery points of the secondary region (docs/azure.md, Cross-region restore).

Raw calls: the SDK dropped the whole protocol in version 10; the protocol continues as a separate, frozen specification,
RecoveryServicesBackupCrr, api-version 2023-01-15. That api-version on a path of the primary region *is* the secondary
region's view of it; lists keep the trailing slash that both recorded clients send.
"""

from functools import partial
from typing import Final
from urllib.parse import quote
from uuid import UUID

from azure.core.rest import HttpRequest

from app.azure import names
from app.azure import values as v
from app.azure.errors import AzureUnknown
from app.azure.lists import Listed
from app.azure.restore_values import CrossRegionAccess, RestoreOrder
from app.azure.sdk import translate, translate_restores
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.paging import read_list
from app.azure.sdk.protection import FABRIC, VM_ITEMS
from app.azure.sdk.recovery_points import newest_first
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.writing import write_once

CROSS_REGION_API_VERSION: Final = "2023-01-15"
OF_VMS: Final = "backupManagementType eq 'AzureIaasVM'"


def location_path(subscription_id: str, region: str) -> str:
    return f"/subscriptions/{subscription_id}/providers/Microsoft.RecoveryServices/locations/{quote(region)}"


def asked(path: str, condition: str | None = None) -> str:
    """The path with the api-version, and with a `$filter` where one is meant."""
    url = f"{path}?api-version={CROSS_REGION_API_VERSION}"
    return f"{url}&$filter={quote(condition)}" if condition else url


def points_path(item: v.ItemRef) -> str:
    container, name = names.container_name(item.vm), names.item_name(item.vm)
    inside = f"backupFabrics/{FABRIC}/protectionContainers/{container}/protectedItems/{name}/recoveryPoints"
    return quote(f"{item.vault.id}/{inside}")


class SdkSecondaryPoints:
    """`ports.RecoveryPoints`, as the secondary region has them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, item: v.ItemRef) -> Listed[v.RecoveryPoint]:
        read = partial(translate.recovery_point, region="secondary")
        url = asked(f"{points_path(item)}/")
        return newest_first(await read_list(self._connection, url, read, doing="listing secondary points"))

    async def get(self, item: v.ItemRef, recovery_point_id: str) -> v.RecoveryPoint:
        """RecoveryPointsCrr_Get of the published specification; no recording shows it."""
        doing = "reading a secondary point"
        url = asked(f"{points_path(item)}/{quote(recovery_point_id, safe='')}")
        response = await self._connection.get(url, doing=doing)
        with azure_errors(doing):
            return translate.recovery_point(json_of(response), region="secondary")


class SdkCrossRegionRestores:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list_items(self, vault: v.VaultRef) -> Listed[v.AzureItem]:
        url = asked(f"{quote(vault.id)}/backupProtectedItems/", VM_ITEMS)
        doing = "listing the items of the secondary region"
        return await read_list(self._connection, url, translate.vm_item, doing=doing)

    async def grant_access(self, item: v.ItemRef, recovery_point_id: str, region: str) -> CrossRegionAccess:
        """Two requests that change nothing: whom to ask for (AAD properties), and the token for this point."""
        doing = "asking for access to a secondary point"
        where = f"{location_path(item.vault.subscription_id, region)}/backupAadProperties"
        identity = await self._connection.get(asked(where, OF_VMS), doing=doing)
        with azure_errors(doing):
            body = translate_restores.aad_properties(json_of(identity))
        token = f"{points_path(item)}/{quote(recovery_point_id, safe='')}/accessToken"
        answer = await self._connection.ask(asked(token), body, doing=doing)
        with azure_errors(doing):
            return translate_restores.access(json_of(answer))

    async def trigger(
        self, order: RestoreOrder, granted: CrossRegionAccess, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        doing = "starting a cross-region restore"
        with before_sending(doing):
            body = translate_restores.cross_region_body(order, granted)
        where = f"{location_path(order.item.vault.subscription_id, order.region)}/backupCrossRegionRestore"
        operation = await write_once(
            self._connection.send,
            doing=doing,
            request_id=request_id,
            deadline=deadline,
            request=HttpRequest("POST", self._connection.address(asked(where)), json=body),
        )
        if operation.is_done:  # no restore is complete at once: this answer is no acceptance
            raise AzureUnknown("Azure answered a cross-region restore without a link to follow.")
        return operation
