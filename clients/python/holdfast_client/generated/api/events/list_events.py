from __future__ import annotations

from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.event_page import EventPage
from ...models.list_events_start import ListEventsStart
from ...types import UNSET, Unset


def list_events(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    start: ListEventsStart | Unset = UNSET,
    type_: list[str] | Unset = UNSET,
    subject: str | Unset = UNSET,
    label: str | Unset = UNSET,
    vault_id: UUID | Unset = UNSET,
    last_event_id: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[EventPage]:
    """List or stream what changed

    What changed, oldest first: a page, or with `Accept: text/event-stream` a stream that stays open.

    Each change of a job, protected item, vault, policy, approval, tenant, report, or of what is
    expected or found, is
    one CloudEvent, in the order of the commits. Pages begin at the oldest event that is kept, streams
    with the next
    one, unless `start` or a cursor says otherwise. With `Prefer: wait=N` an empty page is answered when
    there is an
    event, or after N seconds. With a rare filter a page may be empty though more follow: go on with
    `next`.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/events",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("start", start),
            ("type", type_),
            ("subject", subject),
            ("label", label),
            ("vault_id", vault_id),
        ),
        headers=plain(
            ("Last-Event-ID", last_event_id),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> EventPage:
    if response.status_code == 200:
        response_200 = EventPage.from_dict(response.json())

        return response_200

    raise unread(response)
