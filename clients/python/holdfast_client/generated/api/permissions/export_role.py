from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.azure_role_read import AzureRoleRead
from ...models.export_role_operation_item import ExportRoleOperationItem
from ...types import UNSET, Unset


def export_role(
    *,
    operation: list[ExportRoleOperationItem],
    subscription_id: list[str] | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AzureRoleRead]:
    """Export the Azure role that Holdfast needs

    The Azure custom role that is enough for these operations, in every mode and region, and for nothing
    else.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/permissions/role",
        read=_read,
        params=plain(
            ("operation", operation),
            ("subscription_id", subscription_id),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AzureRoleRead:
    if response.status_code == 200:
        response_200 = AzureRoleRead.from_dict(response.json())

        return response_200

    raise unread(response)
