from __future__ import annotations

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_page import WebhookPage
from ...types import UNSET, Unset


def list_webhooks(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookPage]:
    """List webhooks, oldest first

    The webhooks of your tenant, oldest first.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/webhooks",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> WebhookPage:
    if response.status_code == 200:
        response_200 = WebhookPage.from_dict(response.json())

        return response_200

    raise unread(response)
