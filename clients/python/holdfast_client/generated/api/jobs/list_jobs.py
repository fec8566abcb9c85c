from __future__ import annotations

import datetime
from uuid import UUID

import httpx

from ....operation import Operation, plain, unread
from ...models.job_page import JobPage
from ...models.job_state import JobState
from ...models.list_jobs_kind_item import ListJobsKindItem
from ...models.list_jobs_origin import ListJobsOrigin
from ...types import UNSET, Unset


def list_jobs(
    *,
    limit: int | Unset = 50,
    cursor: str | Unset = UNSET,
    count: bool | Unset = False,
    kind: list[ListJobsKindItem] | Unset = UNSET,
    state: list[JobState] | Unset = UNSET,
    vault_id: UUID | Unset = UNSET,
    protected_item_id: UUID | Unset = UNSET,
    parent: UUID | Unset = UNSET,
    origin_rule: UUID | Unset = UNSET,
    origin: ListJobsOrigin | Unset = UNSET,
    reference: str | Unset = UNSET,
    created_since: datetime.datetime | Unset = UNSET,
    created_until: datetime.datetime | Unset = UNSET,
    updated_since: datetime.datetime | Unset = UNSET,
    label: str | Unset = UNSET,
    started_since: datetime.datetime | Unset = UNSET,
    started_until: datetime.datetime | Unset = UNSET,
    finished_since: datetime.datetime | Unset = UNSET,
    finished_until: datetime.datetime | Unset = UNSET,
    vm_id: str | Unset = UNSET,
    name: str | Unset = UNSET,
    holdfast_tenant: str | Unset = UNSET,
) -> Operation[JobPage]:
    """List jobs, newest first

    Jobs, newest first. This answers "did last night's backup work?".

    Select the night with `started_since` and `finished_until`: these are Azure's times, also for jobs
    that Azure's
    schedule started. `created_since` and `created_until` are the times at which Holdfast recorded a
    job.

    Select a VM with `vm_id` or `name`, even if it is not protected any more: each job stores its VM.

    Roles: reader, operator, restorer, approver, admin.
    """
    return Operation(
        method="GET",
        path="/v1/jobs",
        read=_read,
        params=plain(
            ("limit", limit),
            ("cursor", cursor),
            ("count", count),
            ("kind", kind),
            ("state", state),
            ("vault_id", vault_id),
            ("protected_item_id", protected_item_id),
            ("parent", parent),
            ("origin_rule", origin_rule),
            ("origin", origin),
            ("reference", reference),
            ("created_since", created_since),
            ("created_until", created_until),
            ("updated_since", updated_since),
            ("label", label),
            ("started_since", started_since),
            ("started_until", started_until),
            ("finished_since", finished_since),
            ("finished_until", finished_until),
            ("vm_id", vm_id),
            ("name", name),
        ),
        headers=plain(
            ("Holdfast-Tenant", holdfast_tenant),
        ),
    )


def _read(response: httpx.Response) -> JobPage:
    if response.status_code == 200:
        response_200 = JobPage.from_dict(response.json())

        return response_200

    raise unread(response)
