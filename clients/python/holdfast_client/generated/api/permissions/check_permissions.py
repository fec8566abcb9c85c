from __future__ import annotations

from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.check_permissions_mode import CheckPermissionsMode
from ...models.check_permissions_operation import CheckPermissionsOperation
from ...models.check_permissions_region import CheckPermissionsRegion
from ...models.permission_check_read import PermissionCheckRead
from ...types import UNSET, Unset


def check_permissions(
    *,
    operation: CheckPermissionsOperation,
    mode: CheckPermissionsMode | Unset = UNSET,
    region: CheckPermissionsRegion | Unset = "primary",
    vault_id: UUID | Unset = UNSET,
    subscription_id: str | Unset = UNSET,
    resource_group: str | Unset = UNSET,
    vm_id: str | Unset = UNSET,
    target_resource_group_id: str | Unset = UNSET,
    subnet_id: str | Unset = UNSET,
    staging_storage_account_id: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[PermissionCheckRead]:
    """Check Holdfast's rights in Azure

    Check whether Holdfast's Azure identity has the rights that an operation needs, place by place,
    live.

    Name the places (scopes) to check. Others are listed with the actions that they need, but not
    checked. Only places
    within the tenant's grants may be named.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/permissions/check",
        read=_read,
        params=plain(
            ("operation", operation),
            ("mode", mode),
            ("region", region),
            ("vault_id", vault_id),
            ("subscription_id", subscription_id),
            ("resource_group", resource_group),
            ("vm_id", vm_id),
            ("target_resource_group_id", target_resource_group_id),
            ("subnet_id", subnet_id),
            ("staging_storage_account_id", staging_storage_account_id),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> PermissionCheckRead:
    if response.status_code == 200:
        response_200 = PermissionCheckRead.from_dict(response.json())

        return response_200

    raise unread(response)
