from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_read import JobRead
from ...models.job_resolve_body import JobResolveBody
from ...types import UNSET, Unset


def resolve_job(
    job_id: UUID,
    *,
    body: JobResolveBody,
    prefer: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobRead]:
    """Decide about a job that needs attention

    Decide about a job that needs attention, or whose outcome is still unknown. Your name and reason are
    recorded.

    An Azure job to be adopted is read from Azure: it must exist, do what this job requested, for the
    same machine, and
    belong to no other job. If not, `candidates` of the problem lists the Azure jobs that fit. While
    Azure cannot be
    reached nothing is adopted: 503 with Retry-After.

    Roles: admin.
    """
    _kwargs: dict[str, Any] = {}
    _kwargs["json"] = body.to_dict()

    return Operation(
        method="POST",
        path="/v1/jobs/{job_id}/resolve".format(
            job_id=quote(str(job_id), safe=""),
        ),
        read=_read,
        headers=plain(
            ("prefer", prefer),
            ("Holdfast-Tenant", holdfast_tenant),
        ),
        json=_kwargs.get("json"),
    )


def _read(response: httpx.Response) -> JobRead:
    if response.status_code == 200:
        response_200 = JobRead.from_dict(response.json())

        return response_200

    if response.status_code == 202:
        response_202 = JobRead.from_dict(response.json())

        return response_202

    raise unread(response)
