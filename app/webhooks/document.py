"""What receivers get, for the OpenAPI document: an entry of `webhooks` for each type of events."""

from collections.abc import Mapping
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.json_schema import models_json_schema

from app.core.events.types import PATHS, EventType, ResourceKind
from app.events.cloud_events import EXAMPLE, MEDIA_TYPE, CloudEvent
from app.events.rendering import Renderings

Json = dict[str, Any]

TEST_TYPE = "holdfast.webhook.test"
"""Of the event that `POST /v1/webhooks/{id}/test` sends. It is in no log of events."""
COMPONENTS = "#/components/schemas/"

MEANINGS: Mapping[EventType, tuple[ResourceKind, str]] = {
    EventType.JOB_CREATED: (ResourceKind.JOB, "A job was requested, or one that Azure or others started was found."),
    EventType.JOB_STARTED: (ResourceKind.JOB, "Azure accepted a job."),
    EventType.JOB_WAITING: (ResourceKind.JOB, "A job waits, for a reason that is new."),
    EventType.JOB_CHANGED: (ResourceKind.JOB, "The state of a job changed in another way, such as to `cancelling`."),
    EventType.JOB_ENDED: (ResourceKind.JOB, "A job succeeded, failed or was cancelled."),
    EventType.JOB_NEEDS_ATTENTION: (ResourceKind.JOB, "What became of a job cannot be established: a person decides."),
    EventType.ITEM_CHANGED: (ResourceKind.ITEM, "A protected item was added, changed or removed."),
    EventType.VAULT_CHANGED: (ResourceKind.VAULT, "A vault was added, changed or removed."),
    EventType.VAULT_WEAKENED: (
        ResourceKind.WEAKENING,
        "Something was weakened outside Holdfast, or is over.",
    ),
    EventType.POLICY_CHANGED: (ResourceKind.POLICY, "A policy was added, changed or removed."),
    EventType.TENANT_CHANGED: (ResourceKind.TENANT, "The tenant was made, changed or removed."),
    EventType.APPROVAL_REQUESTED: (ResourceKind.APPROVAL, "A request waits for a second person."),
    EventType.APPROVAL_DECIDED: (ResourceKind.APPROVAL, "An approval was given or refused, expired or was withdrawn."),
    EventType.APPROVAL_CHANGED: (ResourceKind.APPROVAL, "What was approved was sent."),
    EventType.BACKUP_MISSED: (ResourceKind.ITEM, "No recovery point came in time."),
    EventType.BACKUP_RECOVERED: (ResourceKind.ITEM, "After a miss a recovery point came."),
    EventType.BACKUP_WITHDRAWN: (ResourceKind.ITEM, "What was missed is not expected any more."),
    EventType.DRIFT_FOUND: (ResourceKind.DRIFT, "Something was changed outside Holdfast."),
    EventType.REPORT_WRITTEN: (ResourceKind.REPORT, "A daily report was written, or a new revision of one."),
    EventType.WEBHOOK_CHANGED: (ResourceKind.WEBHOOK, "A webhook was made, changed, paused, disabled or deleted."),
    EventType.RULE_CHANGED: (ResourceKind.RULE, "A protection rule was changed, waits for a person or has lost a VM."),
    EventType.RECOVERY_RUN_GATE: (ResourceKind.RECOVERY_RUN, "A recovery run waits at a gate, or has left it."),
    EventType.RESTORE_TEST_CHECK_REQUESTED: (ResourceKind.RESTORE_TEST_RUN, "A restored VM waits for your own check."),
    EventType.RESTORE_TEST_ENDED: (ResourceKind.RESTORE_TEST_RUN, "A restore test has ended, and says what it proved."),
    EventType.ALERT_OPENED: (ResourceKind.ALERT, "An alert was opened: its grace has ended."),
    EventType.ALERT_RESOLVED: (ResourceKind.ALERT, "An alert is over."),
}
"""What each type is about, and means. Every type is here (tests/webhooks/test_document.py)."""


class TestedWebhook(BaseModel):
    """What a test sends."""

    webhook_id: UUID


def name_of(type_: str) -> str:
    """The component of a type: `JobEndedEvent`."""
    return "".join(word.capitalize() for word in type_.removeprefix("holdfast.").replace(".", "_").split("_")) + "Event"


def webhooks_of(renderings: Renderings) -> tuple[Json, Json]:
    """`webhooks` of the document, and the schemas that it needs, by the name of the component."""
    events = {str(type_): _event(type_, *_data(type_, renderings)) for type_ in MEANINGS}
    events[TEST_TYPE] = _event(TEST_TYPE, TestedWebhook, PATHS[ResourceKind.WEBHOOK], _ID)
    _, found = models_json_schema(
        [(event, "serialization") for event in events.values()], ref_template=COMPONENTS + "{model}"
    )
    meanings = {str(type_): meaning for type_, (_, meaning) in MEANINGS.items()}
    meanings[TEST_TYPE] = "A test of the webhook was asked for."
    return {type_: {"post": _operation(type_, meanings[type_])} for type_ in events}, found["$defs"]


_ID = {"webhook_id": "01890000-0000-7000-8000-0000000000b1"}


def _data(type_: EventType, renderings: Renderings) -> tuple[type[BaseModel], str, Json]:
    """The form of its data, the path of what it is about, and an example of the data."""
    kind = MEANINGS[type_][0]
    rendering = renderings.find(type_, kind)
    if rendering is None:
        raise LookupError(f"{type_} has no renderer")
    extra: Any = rendering.model.model_config["json_schema_extra"]
    return rendering.model, PATHS[kind], extra["examples"][0]


def _event(type_: str, data: type[BaseModel], path: str, example: Json) -> type[BaseModel]:
    """CloudEvent with this type and this data."""
    described = CloudEvent.model_fields
    subject = path.replace("{id}", str(example.get("id") or example.get("webhook_id") or example["protected_item_id"]))
    shown = EXAMPLE | {"type": type_, "subject": subject, "action": "updated", "data": example}
    fields: Any = {
        "type": (Literal[type_], Field(description=described["type"].description)),
        "data": (data | None, Field(description=described["data"].description)),
    }
    made: type[BaseModel] = create_model(
        name_of(type_),
        __base__=CloudEvent,
        __config__=None,
        __doc__=f"An event of type `{type_}`.",
        **fields,
    )
    made.model_config = ConfigDict(json_schema_extra={"examples": [shown]})
    made.model_rebuild(force=True)
    return made


HEADERS: list[Json] = [
    {
        "name": "webhook-id",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "format": "uuid"},
        "description": "The event's `id`, the same at every attempt.",
    },
    {
        "name": "webhook-timestamp",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "description": "When this attempt was sent: seconds since 1970. Refuse what is older than five minutes.",
    },
    {
        "name": "webhook-signature",
        "in": "header",
        "required": True,
        "schema": {"type": "string", "pattern": "^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$"},
        "description": "HMAC-SHA256 of `id.timestamp.body` (Standard Webhooks); two while the secret is rotated.",
    },
]
ANSWERS: Json = {
    "2XX": {"description": "Taken: it is not sent again. Answer within 15 seconds."},
    "410": {"description": "The receiver is gone: the webhook is disabled."},
    "429": {"description": "The whole webhook waits, as long as `Retry-After` says."},
    "503": {"description": "The same."},
    "default": {"description": "Sent again for three days, at growing intervals. Redirects are not followed."},
}


def _operation(type_: str, meaning: str) -> Json:
    return {
        "tags": ["webhooks"],
        "summary": meaning,
        "description": "Sent to the `url` of each webhook whose `types` and `filter` take it. See docs/webhooks.md.",
        "operationId": "receive_" + type_.removeprefix("holdfast.").replace(".", "_"),
        "parameters": HEADERS,
        "requestBody": {
            "required": True,
            "content": {MEDIA_TYPE: {"schema": {"$ref": COMPONENTS + name_of(type_)}}},
        },
        "responses": ANSWERS,
        "security": [],
    }
