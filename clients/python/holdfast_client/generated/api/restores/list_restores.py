from __future__ import annotations

from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_page import RestorePage
from ...types import UNSET, Unset


def list_restores(
    *,
    protected_item_id: list[UUID] | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[RestorePage]:
    """List restores, newest first

    Restores, newest first. A protected item of another tenant is 404, here as in a path.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restores",
        read=_read,
        params=plain(
            ("protected_item_id", protected_item_id),
            ("limit", limit),
            ("cursor", cursor),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> RestorePage:
    if response.status_code == 200:
        response_200 = RestorePage.from_dict(response.json())

        return response_200

    raise unread(response)
