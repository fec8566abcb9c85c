from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.silence_body import SilenceBody
from ...models.silence_read import SilenceRead
from ...types import UNSET, Unset


def create_alert_silence(
    *,
    body: SilenceBody,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[SilenceRead]:
    """Create an alert silence

    Hold alerts back for a window: they are recorded and shown, and no event and no mail announces them.

    What is still wrong when the window ends is told then. Without kind, subject, vault or label it
    holds back all.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/alert-silences",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> SilenceRead:
    if response.status_code == 201:
        response_201 = SilenceRead.from_dict(response.json())

        return response_201

    raise unread(response)
