from __future__ import annotations

from urllib.parse import quote

import httpx

from ....operation import Operation, plain, unread
from ...models.tenant_member_page import TenantMemberPage
from ...types import UNSET, Unset


def list_members(
    tenant_id: str,
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
) -> Operation[TenantMemberPage]:
    """List the members of a tenant

    Who may act in the tenant, and with which roles; oldest first.

    Roles: platform_admin.
    """
    return Operation(
        method="GET",
        path="/v1/tenants/{tenant_id}/members".format(
            tenant_id=quote(str(tenant_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
    )


def _read(response: httpx.Response) -> TenantMemberPage:
    if response.status_code == 200:
        response_200 = TenantMemberPage.from_dict(response.json())

        return response_200

    raise unread(response)
