from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_event_page import JobEventPage
from ...types import UNSET, Unset


def list_job_events(
    job_id: UUID,
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    last_event_id: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobEventPage | None]:
    """List or stream the history of a job

    The history of a job, oldest first: each observation, and the state that followed.

    With `Accept: text/event-stream`: the job's events, as GET /v1/events tells them, from the first one
    that is kept.
    The stream ends with `holdfast.job.ended`; a client that comes back after it gets 204. It does not
    make Holdfast
    read the job's progress from Azure, as GET /v1/jobs/{id} does.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/jobs/{job_id}/events".format(
            job_id=quote(str(job_id), safe=""),
        ),
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
        ),
        headers=plain(
            ("Last-Event-ID", last_event_id),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> JobEventPage | None:
    if response.status_code == 200:
        response_200 = JobEventPage.from_dict(response.json())

        return response_200

    if response.status_code == 204:
        return None
    raise unread(response)
