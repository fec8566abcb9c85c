"""Bodies of /v1/webhooks."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from app.jobs.api.schemas import PRINTABLE
from app.webhooks.models import Webhook, WebhookDelivery
from app.webhooks.rules import MAX_TYPES, Answer, DeliveryState, DisabledReason, WebhookState
from app.webhooks.targets import MAX_URL

ID = "01890000-0000-7000-8000-0000000000b1"
EVENT_ID = "0f7d0f0e-41a9-4c8b-8ac4-7d2e5a0d4c22"
CREATE_EXAMPLE: JsonDict = {
    "url": "https://portal.example/hooks/holdfast",
    "types": ["holdfast.job.ended", "holdfast.backup.*"],
    "filter": {"label": "team=payments"},
}
WEBHOOK_EXAMPLE: JsonDict = {
    **CREATE_EXAMPLE,
    "filter": {"label": "team=payments", "vault_id": None},
    "id": ID,
    "description": None,
    "state": "active",
    "disabled_reason": None,
    "previous_valid_until": None,
    "created_at": "2026-01-31T10:00:00Z",
    "updated_at": "2026-01-31T10:00:00Z",
}
SECRET_EXAMPLE = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"  # noqa: S105 - that of the specification
ATTEMPT_EXAMPLE: JsonDict = {"at": "2026-01-31T10:12:00Z", "status": 503, "body": "try later", "error": None}

Url = Annotated[str, StringConstraints(min_length=1, max_length=MAX_URL, pattern=PRINTABLE)]
Types = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTABLE)]],
    Field(min_length=1, max_length=MAX_TYPES, description="Types of events, or all below a name: `holdfast.job.*`."),
]
Description = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTABLE)]


class WebhookFilter(BaseModel):
    """An event must meet each condition that is given. Events without a vault or labels meet none about them."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"label": "team=payments"}]})

    label: Annotated[str, StringConstraints(min_length=2, max_length=201, pattern=r"^[^=\x00]+=[^\x00]*$")] | None = (
        Field(default=None, description="`key=value` of the job.")
    )
    vault_id: UUID | None = None

    def kept(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude_none=True)


class WebhookCreate(BaseModel):
    """Who is called, and for which events."""

    model_config = ConfigDict(extra="forbid")

    url: Url = Field(description="https. Its host is resolved, and every address checked, now and at each sending.")
    types: Types
    filter: WebhookFilter = Field(default_factory=WebhookFilter)
    description: Description | None = None


class WebhookUpdate(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    types: Types | None = None
    filter: WebhookFilter | None = Field(default=None, description="Replaces the whole filter.")
    description: Description | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "WebhookUpdate":
        if not self.model_fields_set:
            raise ValueError("name at least one field to change")
        return self


class WebhookRead(BaseModel):
    """A webhook, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEBHOOK_EXAMPLE]})

    id: UUID
    url: str
    description: str | None
    types: list[str]
    filter: WebhookFilter
    state: WebhookState = Field(
        description="`paused`: what comes is kept and sent after resume. `disabled`: by Holdfast, see disabled_reason; "
        "what comes is not kept for it, replay it."
    )
    disabled_reason: DisabledReason | None
    previous_valid_until: datetime | None = Field(
        description="Until when deliveries are signed with the previous secret as well; in the past: they are not."
    )
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookRead":
        return cls(
            id=webhook.id,
            url=webhook.url,
            description=webhook.description,
            types=webhook.types,
            filter=WebhookFilter.model_validate(webhook.filter),
            state=WebhookState(webhook.state),
            disabled_reason=DisabledReason(webhook.disabled_reason) if webhook.disabled_reason else None,
            previous_valid_until=webhook.previous_valid_until,
            created_at=webhook.created_at,
            updated_at=webhook.updated_at,
        )


class WebhookMade(WebhookRead):
    """A new webhook. Its secret is shown now and never again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**WEBHOOK_EXAMPLE, "secret": SECRET_EXAMPLE}]})

    secret: str = Field(description="Verifies deliveries (Standard Webhooks).")


class WebhookRotate(BaseModel):
    """How long the present secret goes on to sign beside the new one."""

    model_config = ConfigDict(extra="forbid")

    previous_valid_seconds: int = Field(
        default=86400, ge=0, le=604_800, description="0: it was leaked; all older secrets end now."
    )


class WebhookSecret(BaseModel):
    """The new secret, shown now and never again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"secret": SECRET_EXAMPLE, "previous_valid_until": "2026-02-01T10:00:00Z"}]}
    )

    secret: str
    previous_valid_until: datetime


class WebhookAttempt(BaseModel):
    """One attempt to deliver."""

    model_config = ConfigDict(json_schema_extra={"examples": [ATTEMPT_EXAMPLE]})

    at: datetime = Field(description="When the attempt began (UTC).")
    status: int | None = Field(description="Of the answer; null: there was none.")
    body: str | None = Field(description="The first 1 kB of the answer.")
    error: str | None = Field(description="Why there was no answer.")

    @classmethod
    def of(cls, answer: Answer, at: datetime) -> "WebhookAttempt":
        return cls(at=at, status=answer.status, body=answer.body or None, error=answer.error)


class WebhookDeliveryRead(BaseModel):
    """One event for one webhook, and what became of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01890000-0000-7000-8000-0000000000d1",
                    "event_id": EVENT_ID,
                    "type": "holdfast.job.ended",
                    "state": "pending",
                    "attempts": [],
                    "next_attempt_at": "2026-01-31T10:12:05Z",
                    "created_at": "2026-01-31T10:12:00Z",
                    "ended_at": None,
                }
            ]
        }
    )

    id: UUID
    event_id: UUID = Field(description="The header `webhook-id`, the same at every attempt.")
    type: str
    state: DeliveryState
    attempts: list[WebhookAttempt] = Field(description="The first, and the newest 24.")
    next_attempt_at: datetime | None = Field(
        description="When it is due; later while the webhook pauses. Null: it has ended, or waits for an earlier event "
        "of the same resource."
    )
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: WebhookDelivery) -> "WebhookDeliveryRead":
        return cls(
            id=row.id,
            event_id=row.event_id,
            type=row.event_type,
            state=DeliveryState(row.state),
            attempts=[WebhookAttempt.model_validate(one) for one in row.attempts],
            next_attempt_at=row.due_at if row.is_head else None,
            created_at=row.created_at,
            ended_at=row.ended_at,
        )


class WebhookReplay(BaseModel):
    """Which events to deliver again: one, or those of a span."""

    model_config = ConfigDict(extra="forbid")

    event_id: UUID | None = Field(default=None, description="Of any type; it needs not meet the filter.")
    since: datetime | None = Field(
        default=None, description="Events changed at this time or later that the webhook wants."
    )
    until: datetime | None = Field(default=None, description="And before this time. Default: now.")

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "WebhookReplay":
        if (self.event_id is None) == (self.since is None) or (self.event_id is not None and self.until is not None):
            raise ValueError("send either event_id, or since with or without until")
        for at in (self.since, self.until):
            if at is not None and at.tzinfo is None:
                raise ValueError("a time needs an offset, such as Z")
        return self


class WebhookReplayed(BaseModel):
    """What will be delivered again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"deliveries": 12}]})

    deliveries: int = Field(description="Deliveries that wait now and did not before.")
