from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_delivery_page import WebhookDeliveryPage
from ...models.webhook_delivery_state import WebhookDeliveryState
from ...types import UNSET, Unset


def list_webhook_deliveries(
    webhook_id: UUID,
    *,
    state: WebhookDeliveryState | Unset = UNSET,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookDeliveryPage]:
    """List the deliveries of a webhook

    What was sent, and what waits; newest first. The log of what has ended is kept for some weeks.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/webhooks/{webhook_id}/deliveries".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("state", state),
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> WebhookDeliveryPage:
    if response.status_code == 200:
        response_200 = WebhookDeliveryPage.from_dict(response.json())

        return response_200

    raise unread(response)
