from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_read import WebhookRead
from ...types import UNSET, Unset


def pause_webhook(
    webhook_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookRead]:
    """Pause a webhook

    Send nothing until `resume`. What comes meanwhile is kept, as long as events are kept.

    Roles: admin.
    """
    return Operation(
        method="POST",
        path="/v1/webhooks/{webhook_id}/pause".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> WebhookRead:
    if response.status_code == 200:
        response_200 = WebhookRead.from_dict(response.json())

        return response_200

    raise unread(response)
