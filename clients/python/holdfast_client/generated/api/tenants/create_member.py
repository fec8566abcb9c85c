from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from ....operation import Operation, unread
from ...models.tenant_member_create import TenantMemberCreate
from ...models.tenant_member_read import TenantMemberRead


def create_member(
    tenant_id: str,
    *,
    body: TenantMemberCreate,
) -> Operation[TenantMemberRead]:
    """Add a member to a tenant

    Add a member: a principal, a group, or all callers of a directory whose token has one of the roles.

    Roles: platform_admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/tenants/{tenant_id}/members".format(
            tenant_id=quote(str(tenant_id), safe=""),
        ),
        read=_read,
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> TenantMemberRead:
    if response.status_code == 201:
        response_201 = TenantMemberRead.from_dict(response.json())

        return response_201

    raise unread(response)
