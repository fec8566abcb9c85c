from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.silence_change import SilenceChange
from ...models.silence_read import SilenceRead
from ...types import UNSET, Unset


def update_alert_silence(
    silence_id: UUID,
    *,
    body: SilenceChange,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[SilenceRead]:
    """Change an alert silence

    Change a silence, such as its end. A member that is left out stays; null takes a condition away.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/alert-silences/{silence_id}".format(
            silence_id=quote(str(silence_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> SilenceRead:
    if response.status_code == 200:
        response_200 = SilenceRead.from_dict(response.json())

        return response_200

    raise unread(response)
