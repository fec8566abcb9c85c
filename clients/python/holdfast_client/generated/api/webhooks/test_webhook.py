from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_attempt import WebhookAttempt
from ...types import UNSET, Unset


def test_webhook(
    webhook_id: UUID,
    *,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookAttempt]:
    """Send a test event to a webhook

    Send an event of type `holdfast.webhook.test` now, in any state, once; and show what came back.

    Roles: admin.
    """
    return Operation(
        method="POST",
        path="/v1/webhooks/{webhook_id}/test".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> WebhookAttempt:
    if response.status_code == 200:
        response_200 = WebhookAttempt.from_dict(response.json())

        return response_200

    raise unread(response)
