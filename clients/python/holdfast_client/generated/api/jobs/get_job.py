from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...types import UNSET, Unset


def get_job(
    job_id: UUID,
    *,
    if_none_match: str | Unset = UNSET,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead | None]:
    """Get a job

    One job. Reading it lets Holdfast fetch its progress and tasks from Azure for the next two minutes.

    `Prefer: wait` alone answers when it ends. With `If-None-Match` it answers with the next event of
    the job, and lets
    nothing be fetched meanwhile; progress is no event.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/jobs/{job_id}".format(
            job_id=quote(str(job_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("If-None-Match", if_none_match),
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> JobRead | None:
    if response.status_code == 200:
        response_200 = JobRead.from_dict(response.json())

        return response_200

    if response.status_code == 304:
        return None
    raise unread(response)
