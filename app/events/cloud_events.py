"""An event as a CloudEvent (CloudEvents 1.0.2, JSON event format), whichever way it is sent."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.core.events.models import Event
from app.core.events.types import PATHS
from app.events.rendering import Renderings

EXAMPLE: JsonDict = {
    "specversion": "1.0",
    "id": "0f7d0f0e-41a9-4c8b-8ac4-7d2e5a0d4c22",
    "source": "/v1/tenants/01890000-0000-7000-8000-0000000000a1",
    "type": "holdfast.policy.changed",
    "subject": "/v1/policies/01890000-0000-7000-8000-000000000002",
    "time": "2026-01-31T10:12:00Z",
    "datacontenttype": "application/json",
    "action": "deleted",
    "data": {"id": "01890000-0000-7000-8000-000000000002", "name": "production"},
}
MEDIA_TYPE = "application/cloudevents+json"


class CloudEvent(BaseModel):
    """One change, as a CloudEvent 1.0. It never changes: told twice, it has the same `id` and says the same."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    specversion: Literal["1.0"] = "1.0"
    id: UUID = Field(description="Stable: drop an event whose id you have seen.")
    source: str = Field(description="The tenant: /v1/tenants/{id}.")
    type: str = Field(description="What happened. Ignore types that you do not know.", examples=["holdfast.job.ended"])
    subject: str | None = Field(
        description="The path of the resource. Events of one subject are in the order of the changes. Null: a newer "
        "version of Holdfast knows it."
    )
    time: datetime = Field(description="When it was changed, by the database's clock.")
    datacontenttype: Literal["application/json"] = "application/json"
    action: str = Field(
        description="What was done to the resource: created, updated or deleted (an extension attribute).",
        examples=["updated"],
    )
    data: dict[str, Any] | None = Field(
        description="The resource after the change (before it, if it was deleted), as a GET answers it, without what "
        "depends on the time of asking. Null: a newer version of Holdfast knows it."
    )


def cloud_event_of(event: Event, renderings: Renderings, *, is_whole: bool = False) -> CloudEvent:
    """Raises nothing: of an event that this version cannot read, `data` or `subject` is null.

    `is_whole`: with what only some readers see (`Rendering.guarded`).
    """
    return CloudEvent(
        id=event.id,
        source=f"/v1/tenants/{event.tenant}",
        type=event.type,
        subject=subject_of(event),
        time=event.at,
        action=event.action,
        data=renderings.data_of(event, is_whole=is_whole),
    )


def subject_of(event: Event) -> str | None:
    """The path of the resource; None if only a newer version knows the kind."""
    path = {str(kind): path for kind, path in PATHS.items()}.get(event.resource_kind)
    return path.replace("{id}", event.resource_id) if path is not None else None
