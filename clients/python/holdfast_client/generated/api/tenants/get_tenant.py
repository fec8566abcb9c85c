from __future__ import annotations

from urllib.parse import quote

import httpx

from ....operation import Operation, plain, unread
from ...models.tenant_read import TenantRead
from ...types import UNSET, Unset


def get_tenant(
    tenant_id: str,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
) -> Operation[None | TenantRead]:
    """Get a tenant

    A tenant: its grants, quotas and approvals, and the ETag that a change needs.

    Roles: platform_admin.
    """
    return Operation(
        method="GET",
        path="/v1/tenants/{tenant_id}".format(
            tenant_id=quote(str(tenant_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
        ),
    )


def _read(response: httpx.Response) -> None | TenantRead:
    if response.status_code == 200:
        response_200 = TenantRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
