from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.tenant_page import TenantPage
from ...types import UNSET, Unset


def list_tenants(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
) -> Operation[TenantPage]:
    """List the tenants, by id

    Every tenant of this installation, with its grants, quotas and approvals.

    Roles: platform_admin.
    """
    return Operation(
        method="GET",
        path="/v1/tenants",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
    )


def _read(response: httpx.Response) -> TenantPage:
    if response.status_code == 200:
        response_200 = TenantPage.from_dict(response.json())

        return response_200

    raise unread(response)
