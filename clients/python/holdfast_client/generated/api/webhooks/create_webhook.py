from __future__ import annotations

from typing import Any

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_create import WebhookCreate
from ...models.webhook_made import WebhookMade
from ...types import UNSET, Unset


def create_webhook(
    *,
    body: WebhookCreate,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookMade]:
    """Create a webhook

    Have events sent to a URL from now on. The answer shows the secret, once.

    The host is resolved and all its addresses are checked; nothing is called yet (`test` does that).

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/webhooks",
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> WebhookMade:
    if response.status_code == 201:
        response_201 = WebhookMade.from_dict(response.json())

        return response_201

    raise unread(response)
