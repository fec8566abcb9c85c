from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...types import UNSET, Unset


def cancel_job(
    job_id: UUID,
    *,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """Cancel a job

    Cancel a job.

    A job that was never sent is cancelled at once. For a running backup or restore, Azure is asked to
    cancel. Azure may
    still complete it; `cancel` then says so.

    Roles: operator, restorer, admin.
    """
    return Operation(
        method="POST",
        path="/v1/jobs/{job_id}/cancel".format(
            job_id=quote(str(job_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> JobRead:
    if response.status_code == 200:
        response_200 = JobRead.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
