from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.me_read import MeRead
from ...types import UNSET, Unset


def get_me(
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[MeRead]:
    """Get your own identity and rights

    Who you are, your tenants, and your rights in each. Needs no membership.

    Every caller with a valid token.
    """
    return Operation(
        method="GET",
        path="/v1/me",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> MeRead:
    if response.status_code == 200:
        response_200 = MeRead.from_dict(response.json())

        return response_200

    raise unread(response)
