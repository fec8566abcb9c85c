from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.alert_kind import AlertKind
from ...models.alert_page import AlertPage
from ...models.alert_state import AlertState
from ...types import UNSET, Unset


def list_alerts(
    *,
    state: list[AlertState] | Unset = UNSET,
    kind: list[AlertKind] | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AlertPage]:
    """List alerts, newest first

    What is wrong, or was, newest first. An alert is shown when its grace has ended; a silenced one,
    too.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/alerts",
        read=_read,
        params=plain(
            ("state", state),
            ("kind", kind),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AlertPage:
    if response.status_code == 200:
        response_200 = AlertPage.from_dict(response.json())

        return response_200

    raise unread(response)
