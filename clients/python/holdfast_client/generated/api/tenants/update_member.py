from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, unread
from ...models.tenant_member_read import TenantMemberRead
from ...models.tenant_member_update import TenantMemberUpdate


def update_member(
    tenant_id: str,
    member_id: UUID,
    *,
    body: TenantMemberUpdate,
) -> Operation[TenantMemberRead]:
    """Change a member of a tenant

    Change roles or name. Fields that are left out are not changed.

    Roles: platform_admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/tenants/{tenant_id}/members/{member_id}".format(
            tenant_id=quote(str(tenant_id), safe=""),
            member_id=quote(str(member_id), safe=""),
        ),
        read=_read,
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> TenantMemberRead:
    if response.status_code == 200:
        response_200 = TenantMemberRead.from_dict(response.json())

        return response_200

    raise unread(response)
