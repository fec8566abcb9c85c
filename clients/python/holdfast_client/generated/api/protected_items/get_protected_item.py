from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.protected_item_read import ProtectedItemRead
from ...types import UNSET, Unset


def get_protected_item(
    item_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | ProtectedItemRead]:
    """Get a protected VM

    A protected VM: its state, its last backup, and whether it has the points that are expected of it.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/protected-items/{item_id}".format(
            item_id=quote(str(item_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | ProtectedItemRead:
    if response.status_code == 200:
        response_200 = ProtectedItemRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
