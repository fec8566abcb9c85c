from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, unread
from ...models.tenant_create import TenantCreate
from ...models.tenant_read import TenantRead


def create_tenant(
    *,
    body: TenantCreate,
) -> Operation[TenantRead]:
    """Create a tenant

    Create a tenant with its members. It exists when you get the answer, because Azure is not involved.

    Safe to repeat: the name is unique, so a second one is 409 `tenant_exists`.

    Roles: platform_admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/tenants",
        read=_read,
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> TenantRead:
    if response.status_code == 201:
        response_201 = TenantRead.from_dict(response.json())

        return response_201

    raise unread(response)
