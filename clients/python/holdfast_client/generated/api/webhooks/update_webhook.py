from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_read import WebhookRead
from ...models.webhook_update import WebhookUpdate
from ...types import UNSET, Unset


def update_webhook(
    webhook_id: UUID,
    *,
    body: WebhookUpdate,
    if_match: str,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookRead]:
    """Change a webhook

    Change a webhook. What waits for it already goes to the new URL; new types and filters count for new
    events.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="PATCH",
        path="/v1/webhooks/{webhook_id}".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-Match", if_match),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> WebhookRead:
    if response.status_code == 200:
        response_200 = WebhookRead.from_dict(response.json())

        return response_200

    raise unread(response)
