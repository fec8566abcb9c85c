"""How every write of the API comes in, and how it is answered: 202 with a job."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request, Response

from app.azure.ports import Azure
from app.core.db.database import NOT_NOW, Transactions
from app.core.http.conventions import (
    IdempotencyKey,
    Prefer,
    etag_of,
    request_hash,
    seconds_to_wait,
)
from app.identity.access.caller import Caller
from app.identity.access.dependencies import BehindBearer, CurrentCaller
from app.identity.access.services import admitted_of
from app.jobs.api import queries
from app.jobs.api.live_reads import LiveAzure
from app.jobs.api.schemas import JobRead, WriteBody
from app.jobs.api.services import services_of
from app.jobs.lifecycle import SETTLED
from app.jobs.models import Job
from app.jobs.requests.enqueue import Asked

RETRY_AFTER_SECONDS = 2
"""Retry-After of a new job, in seconds."""


ACCEPTED: dict[int | str, dict[str, Any]] = {
    200: {"model": JobRead, "description": "It ended in time (`Prefer: wait`)."},
    202: {
        "model": JobRead,
        "description": "Committed. Follow it at Location.",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "/v1/jobs/{id}"},
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."},
        },
    },
}


async def azure(request: Request) -> Azure:
    return await services_of(request).azure.get()


AzureOf = Annotated[Azure, Depends(azure)]


async def live_azure(request: Request, caller: CurrentCaller, azure: AzureOf) -> LiveAzure:
    return LiveAzure(azure, services_of(request).live_reads, caller)


LiveAzureOf = Annotated[LiveAzure, Depends(live_azure)]
"""For a route that reads of Azure while its caller waits: what it asks counts towards its tenant's quota."""


def job_answer(job: Job, status: int, headers: dict[str, str], more: Mapping[str, Any] | None = None) -> Response:
    """`more`: what the feature adds to its job in the answer, as JSON."""
    shown = JobRead.of(job)
    body = shown.model_dump_json()
    if more:
        body = json.dumps(json.loads(body) | dict(more))
    sent = {"Location": f"/v1/jobs/{job.id}", "ETag": etag_of(job.updated_at, shown=shown), **headers}
    return Response(body, status_code=status, media_type="application/json", headers=sent)


async def accepted(request: Request, job: Job, wait_seconds: int, *, more: Mapping[str, Any] | None = None) -> Response:
    """The answer to a write: 202 at once, or 200 when the job ends while the caller is ready to wait."""
    if wait_seconds == 0:
        return job_answer(job, HTTPStatus.ACCEPTED, {"Retry-After": str(RETRY_AFTER_SECONDS)}, more)
    admitted, ends = admitted_of(request), services_of(request).job_ends
    admitted.place.give_back()  # a caller that waits takes no place from its own other requests
    latest = job

    async def has_ended() -> bool:
        nonlocal latest
        try:
            async with admitted.transactions.begin() as session:
                latest = await queries.get_job(session, job.tenant, job.id)
        except NOT_NOW:
            # The job is committed: after a 503 here the caller would request it a second time.
            return False
        return latest.state in SETTLED

    if await ends.wait(job.id, wait_seconds, has_ended):
        return job_answer(latest, HTTPStatus.OK, {"Preference-Applied": f"wait={wait_seconds}"}, more)
    return job_answer(latest, HTTPStatus.ACCEPTED, {"Retry-After": str(RETRY_AFTER_SECONDS)}, more)


@dataclass(frozen=True, slots=True)
class Write:
    """What comes with every write that becomes a job: who asks, where it is recorded, and how its answer is wanted."""

    request: Request
    caller: Caller
    db: Transactions
    wait_seconds: int
    idempotency_key: str | None

    def asked(self, body: WriteBody | None) -> Asked:
        """The hash by which a repeated request is recognised. No body counts as an empty one."""
        said = body or WriteBody()
        return Asked(self.caller, self.idempotency_key, request_hash(self.request, said), said.reference, said.labels)

    async def accepted(self, job: Job, *, more: Mapping[str, Any] | None = None) -> Response:
        return await accepted(self.request, job, self.wait_seconds, more=more)


class _WriteOfTheRoute(BehindBearer):
    """One dependency for all that a write needs.

    It was one on three others. FastAPI goes through path, query, headers and cookies for each of
    them: 6 % of an accepted write.
    """

    async def __call__(self, request: Request, key: IdempotencyKey = None, prefer: Prefer = None) -> Write:
        admitted = admitted_of(request)
        return Write(request, admitted.caller, admitted.transactions, seconds_to_wait(prefer), key)


CurrentWrite = Annotated[Write, Depends(_WriteOfTheRoute())]
