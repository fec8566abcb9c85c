from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.silence_read import SilenceRead
from ...types import UNSET, Unset


def get_alert_silence(
    silence_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[None | SilenceRead]:
    """Get an alert silence

    A silence: which alerts it holds back and until when, and the ETag that a change needs.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/alert-silences/{silence_id}".format(
            silence_id=quote(str(silence_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> None | SilenceRead:
    if response.status_code == 200:
        response_200 = SilenceRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
