"""`ports.RecoveryPoints` (docs/azure.md, Recovery points)."""

from azure.mgmt.recoveryservicesbackup.operations._operations import build_recovery_points_list_request

from app.azure import values as v
from app.azure.lists import Listed
from app.azure.sdk import translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_sdk_list
from app.azure.sdk.protection import item_address
from app.azure.sdk.refusals import azure_errors


def newest_first(points: Listed[v.RecoveryPoint]) -> Listed[v.RecoveryPoint]:
    return Listed(tuple(sorted(points, key=lambda point: point.time, reverse=True)), points.unreadable)


class SdkRecoveryPoints:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, item: v.ItemRef) -> Listed[v.RecoveryPoint]:
        """Without a filter, as az asks: every point. Their names are not in the order of time, so time sorts them."""
        doing = "listing recovery points"
        client = self._connection.backup(item.vault.subscription_id)
        with azure_errors(doing):
            request = build_recovery_points_list_request(
                **item_address(item), subscription_id=item.vault.subscription_id
            )
        points = await read_sdk_list(self._connection, client, request, translate.recovery_point, doing=doing)
        return newest_first(points)

    async def get(self, item: v.ItemRef, recovery_point_id: str) -> v.RecoveryPoint:
        client = self._connection.backup(item.vault.subscription_id)
        with azure_errors("reading a recovery point"):
            found = await client.recovery_points.get(**item_address(item), recovery_point_id=recovery_point_id)
            return translate.recovery_point(found.as_dict())
