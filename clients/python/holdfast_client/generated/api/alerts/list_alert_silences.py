from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.silence_page import SilencePage
from ...types import UNSET, Unset


def list_alert_silences(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[SilencePage]:
    """List alert silences, newest first

    Newest first, also those that have ended.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/alert-silences",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> SilencePage:
    if response.status_code == 200:
        response_200 = SilencePage.from_dict(response.json())

        return response_200

    raise unread(response)
