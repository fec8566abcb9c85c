from __future__ import annotations

from urllib.parse import quote

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_tenant(
    tenant_id: str,
    *,
    if_match: str | Unset = UNSET,
) -> Operation[None]:
    """Delete a tenant

    Delete a tenant and its members; 409 while it has vaults, or jobs that have not ended.

    Roles: platform_admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/tenants/{tenant_id}".format(
            tenant_id=quote(str(tenant_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
        ),
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
