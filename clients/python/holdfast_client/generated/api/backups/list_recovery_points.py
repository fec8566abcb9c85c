from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.list_recovery_points_region import ListRecoveryPointsRegion
from ...models.recovery_point_live_page import RecoveryPointLivePage
from ...types import UNSET, Unset


def list_recovery_points(
    item_id: UUID,
    *,
    region: ListRecoveryPointsRegion | Unset = "primary",
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RecoveryPointLivePage]:
    """List the recovery points of a VM

    The points that can be restored, newest first, read live from Azure in the given region.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/protected-items/{item_id}/recovery-points".format(
            item_id=quote(str(item_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("region", region),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RecoveryPointLivePage:
    if response.status_code == 200:
        response_200 = RecoveryPointLivePage.from_dict(response.json())

        return response_200

    raise unread(response)
