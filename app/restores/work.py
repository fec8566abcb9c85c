"""What the worker does to restore: one POST, never repeated without a look; then what the restore made."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from app.azure.ports import AzureJobs, RecoveryPoints, Restores
from app.azure.values import AzureJob, Operation, RestoreOrder
from app.jobs.activity import find_by_activity
from app.jobs.lifecycle import State
from app.jobs.work import AlreadyDone, AttemptOnRecord, Finding, JobError, RefusedError, Result, Ticket
from app.restores import rules, service
from app.restores.errors import NoPointQualifies
from app.restores.rules import RestoreAsk

BLOBS = {"Template Blob Uri": "template_blob", "Config Blob Uri": "config_blob"}
"""propertyBag keys that a finished disk restore carries (wire.md section 13)."""


class RestoreDisks:
    kind = "restore"
    repeat: Literal["look_first", "put_again"] = "look_first"

    def __init__(self, restores: Restores, recovery_points: RecoveryPoints, jobs: AzureJobs) -> None:
        self._restores = restores
        self._recovery_points = recovery_points
        self._jobs = jobs

    async def prepare(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> RestoreOrder | AlreadyDone:
        """The point was chosen when the restore was asked for; where Azure was away then, it is chosen now."""
        del attempts
        ask = service.ASK.validate_python(ticket.ask)
        if ask.point_id is not None:
            return rules.order_of(ask, ask.point_id)
        points = await self._recovery_points.list(ask.item)
        try:
            return rules.order_of(ask, rules.choose(points, ask.choice).id)
        except NoPointQualifies as none:
            error = JobError(none.code, none.title, none.detail, none.remedy or "Ask for another point.")
            raise RefusedError(error) from None

    async def send(self, ticket: Ticket, prepared: RestoreOrder, *, request_id: UUID, deadline: float) -> Operation:
        del ticket
        return await self._restores.trigger(prepared, request_id=request_id, deadline=deadline)

    async def find(self, ticket: Ticket, attempts: Sequence[AttemptOnRecord]) -> Finding:
        ask = service.ASK.validate_python(ticket.ask)
        return await find_by_activity(self._jobs, ask.item.vault, attempts)

    async def collect(self, ticket: Ticket, job: AzureJob | None) -> Result:
        """Everything the restore created, as ARM ids and blob addresses: found by job id and tag."""
        ask = service.ASK.validate_python(ticket.ask)
        resources: list[dict[str, Any]] = []
        properties: dict[str, str] = {}
        if job is not None:
            disks = await self._restores.list_disks(ask.target.resource_group_id, job_id=job.job_id)
            resources = [{"kind": "disk", "id": disk.id, "name": disk.name} for disk in disks]
            properties = dict(job.details.properties) if job.details else {}
            resources += [{"kind": BLOBS[key], "id": properties[key]} for key in BLOBS if key in properties]
        point_id = ask.point_id or await self._point_restored(ask, properties)
        return {"resources": resources, "mode": ask.target.mode, "recovery_point_id": point_id, "azure": properties}

    async def _point_restored(self, ask: RestoreAsk, properties: dict[str, str]) -> str | None:
        """Which point a worker chose, where the caller's request could not be told: the job names it by its time."""
        points = await self._recovery_points.list(ask.item)
        point = rules.point_at(points, properties.get("Recovery point time", ""))
        return point.id if point else None

    async def finish(self, session: AsyncSession, ticket: Ticket, state: State, result: Result | None) -> None:
        """A restore changes nothing of ours: what it made stands in the job's result."""
        del state
        if result is not None and result["recovery_point_id"] and ticket.resource_id is not None:
            await service.record_point(session, ticket.resource_id, result["recovery_point_id"])
