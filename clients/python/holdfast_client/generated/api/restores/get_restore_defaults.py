from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.restore_defaults_read import RestoreDefaultsRead
from ...types import UNSET, Unset


def get_restore_defaults(
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | RestoreDefaultsRead]:
    """Get the restore defaults of the tenant

    Where restores of the tenant go that do not say it, and the ETag that a change needs.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/restore-defaults",
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | RestoreDefaultsRead:
    if response.status_code == 200:
        response_200 = RestoreDefaultsRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
