from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...types import UNSET, Unset


def delete_item_expectations(
    item_id: UUID,
    *,
    if_match: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None]:
    """Reset what is expected of a protected VM

    Expect of this item what the tenant's rule says, or what is expected by default.

    Roles: operator, admin.
    """
    return Operation(
        method="DELETE",
        path="/v1/protected-items/{item_id}/expectations".format(
            item_id=quote(str(item_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None:
    if response.status_code == 204:
        return None
    raise unread(response)
