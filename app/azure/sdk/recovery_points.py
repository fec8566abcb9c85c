"""`ports.RecoveryPoints` (wire.md section 12)."""

from collections.abc import Sequence

from app.azure import values as v
from app.azure.sdk import translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.protection import item_address
from app.azure.sdk.refusals import azure_errors


class SdkRecoveryPoints:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def list(self, item: v.ItemRef) -> Sequence[v.RecoveryPoint]:
        """Without a filter, as az asks: every point. Their names are not in the order of time, so time sorts them."""
        client = self._connection.backup(item.vault.subscription_id)
        with azure_errors("listing recovery points"):
            found = client.recovery_points.list(**item_address(item))
            points = [translate.recovery_point(entry.as_dict()) async for entry in found]
        return sorted(points, key=lambda point: point.time, reverse=True)

    async def get(self, item: v.ItemRef, recovery_point_id: str) -> v.RecoveryPoint:
        client = self._connection.backup(item.vault.subscription_id)
        with azure_errors("reading a recovery point"):
            found = await client.recovery_points.get(**item_address(item), recovery_point_id=recovery_point_id)
            return translate.recovery_point(found.as_dict())
