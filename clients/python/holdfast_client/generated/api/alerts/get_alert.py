from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.alert_read import AlertRead
from ...types import UNSET, Unset


def get_alert(
    alert_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AlertRead | None]:
    """Get an alert

    An alert: what is wrong, since when, what to do about it, and who has it in hand.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/alerts/{alert_id}".format(
            alert_id=quote(str(alert_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> AlertRead | None:
    if response.status_code == 200:
        response_200 = AlertRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
