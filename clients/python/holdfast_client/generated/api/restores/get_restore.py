from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_read import RestoreRead
from ...types import UNSET, Unset


def get_restore(
    restore_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | RestoreRead]:
    """Get a restore

    One restore: the request, the chosen recovery point, and the result.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restores/{restore_id}".format(
            restore_id=quote(str(restore_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | RestoreRead:
    if response.status_code == 200:
        response_200 = RestoreRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
