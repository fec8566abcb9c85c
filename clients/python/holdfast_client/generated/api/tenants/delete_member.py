from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, unread


def delete_member(
    tenant_id: str,
    member_id: UUID,
) -> Operation[None]:
    """Remove a member from a tenant

    Remove a member.

    Every replica is notified at once; one that misses the notification finds out within 5 seconds.

    Roles: platform_admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/tenants/{tenant_id}/members/{member_id}".format(
            tenant_id=quote(str(tenant_id), safe=""),
            member_id=quote(str(member_id), safe=""),
        ),
        read=_read,
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
