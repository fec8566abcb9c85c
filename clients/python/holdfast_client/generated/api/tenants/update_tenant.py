from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from ....operation import Operation, plain, unread
from ...models.tenant_read import TenantRead
from ...models.tenant_update import TenantUpdate


def update_tenant(
    tenant_id: str,
    *,
    body: TenantUpdate,
    if_match: str,
) -> Operation[TenantRead]:
    """Change a tenant

    Change a tenant. Removing a grant stops later requests, not those that were accepted before.

    Roles: platform_admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/tenants/{tenant_id}".format(
            tenant_id=quote(str(tenant_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> TenantRead:
    if response.status_code == 200:
        response_200 = TenantRead.from_dict(response.json())

        return response_200

    raise unread(response)
