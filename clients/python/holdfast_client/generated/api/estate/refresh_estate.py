from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.estate_refresh import EstateRefresh
from ...types import UNSET, Unset


def refresh_estate(
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[EstateRefresh]:
    """Read the estate from Azure now

    Have the estate read again now, not at the next interval. One reading serves all tenants.

    At most one reading a minute begins, however often it is asked for. Follow `as_of` of GET
    /v1/estate/coverage.

    Roles: operator, admin.
    """
    return Operation(
        method="POST",
        path="/v1/estate/refresh",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> EstateRefresh:
    if response.status_code == 200:
        response_200 = EstateRefresh.from_dict(response.json())

        return response_200

    raise unread(response)
