from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_rotate import WebhookRotate
from ...models.webhook_secret import WebhookSecret
from ...types import UNSET, Unset


def rotate_webhook_secret(
    webhook_id: UUID,
    *,
    body: None | Unset | WebhookRotate = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookSecret]:
    """Rotate the secret of a webhook

    Make a new secret, shown once. Until `previous_valid_until` deliveries carry a signature of each.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}

    if isinstance(body, WebhookRotate):
        _kwargs["json"] = body.to_dict()
    else:
        _kwargs["json"] = body

    return Operation(
        method="POST",
        path="/v1/webhooks/{webhook_id}/rotate".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> WebhookSecret:
    if response.status_code == 200:
        response_200 = WebhookSecret.from_dict(response.json())

        return response_200

    raise unread(response)
