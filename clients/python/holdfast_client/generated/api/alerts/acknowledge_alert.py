from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.acknowledge_body import AcknowledgeBody
from ...models.alert_read import AlertRead
from ...types import UNSET, Unset


def acknowledge_alert(
    alert_id: UUID,
    *,
    body: AcknowledgeBody,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[AlertRead]:
    """Acknowledge an alert

    Say that a person has it in hand. It still resolves by itself. Again changes nothing.

    Roles: operator, admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/alerts/{alert_id}/acknowledge".format(
            alert_id=quote(str(alert_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> AlertRead:
    if response.status_code == 200:
        response_200 = AlertRead.from_dict(response.json())

        return response_200

    raise unread(response)
