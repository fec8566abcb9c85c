from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.webhook_replay import WebhookReplay
from ...models.webhook_replayed import WebhookReplayed
from ...types import UNSET, Unset


def replay_webhook(
    webhook_id: UUID,
    *,
    body: WebhookReplay,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[WebhookReplayed]:
    """Deliver events to a webhook again

    Deliver events again, under their ids and in their order: one, or those of a span that the webhook
    wants.

    They come after what waits already. At most 1,000 at once.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/webhooks/{webhook_id}/replay".format(
            webhook_id=quote(str(webhook_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> WebhookReplayed:
    if response.status_code == 200:
        response_200 = WebhookReplayed.from_dict(response.json())

        return response_200

    raise unread(response)
