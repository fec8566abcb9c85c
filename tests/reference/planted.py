"""Forty small changes of the real document: twenty break a caller, twenty do not."""

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Change = Callable[[Json], object]


def schema(document: Json, name: str) -> Json:
    found: Json = document["components"]["schemas"][name]
    return found


def member(document: Json, name: str, of: str) -> Json:
    found: Json = schema(document, name)["properties"][of]
    return found


def operation(document: Json, operation_id: str) -> Json:
    every = (one for path in document["paths"].values() for one in path.values())
    return next(one for one in every if one["operationId"] == operation_id)


def parameter(document: Json, operation_id: str, name: str) -> Json:
    found: list[Json] = operation(document, operation_id)["parameters"]
    return next(one for one in found if one.get("name", "").lower() == name.lower())


def _text(*, null: bool = False) -> Json:
    return {"anyOf": [{"type": "string"}, {"type": "null"}]} if null else {"type": "string"}


def _new_member(document: Json, name: str, *, required: bool) -> None:
    schema(document, name)["properties"]["added"] = _text(null=not required)
    schema(document, name).setdefault("required", []).extend(["added"] if required else [])


def _renamed(document: Json, old: str, new: str) -> None:
    document["paths"] = {path.replace(old, new): methods for path, methods in document["paths"].items()}


BREAKING: dict[str, tuple[str, Change]] = {
    "an operation is gone": ("cancel_job", lambda d: d["paths"].pop("/v1/jobs/{job_id}/cancel")),
    "an operation has another path": ("get_me", lambda d: _renamed(d, "/v1/me", "/v1/myself")),
    "an operation has another name": ("get_job", lambda d: operation(d, "get_job").update(operationId="read_job")),
    "an operation needs another permission": (
        "list_jobs",
        lambda d: operation(d, "list_jobs").update({"x-permission": "tenants:write"}),
    ),
    "a way to authenticate is gone": ("get_me", lambda d: operation(d, "get_me")["security"].pop(0)),
    "a query parameter is gone": (
        "list_jobs.limit",
        lambda d: operation(d, "list_jobs")["parameters"].remove(parameter(d, "list_jobs", "limit")),
    ),
    "a parameter is required now": (
        "create_backup.idempotency-key",
        lambda d: parameter(d, "create_backup", "Idempotency-Key").update(required=True),
    ),
    "a parameter takes less": (
        "list_jobs.limit",
        lambda d: parameter(d, "list_jobs", "limit")["schema"].update(maximum=100),
    ),
    "a body has a new required member": ("VaultCreate.added", lambda d: _new_member(d, "VaultCreate", required=True)),
    "a body does not take a member any more": (
        "VaultCreate.adopt",
        lambda d: schema(d, "VaultCreate")["properties"].pop("adopt"),
    ),
    "a member of a body is required now": (
        "VaultCreate.location",
        lambda d: schema(d, "VaultCreate")["required"].append("location"),
    ),
    "a body takes a value no more": (
        "VaultCreate.redundancy",
        lambda d: member(d, "VaultCreate", "redundancy")["enum"].remove("zone"),
    ),
    "a text of a body must be shorter": (
        "BackupCreate.reference",
        lambda d: member(d, "BackupCreate", "reference")["anyOf"][0].update(maxLength=20),
    ),
    "null is refused in a body": (
        "RestoreCreate.protected_item_id",
        lambda d: member(d, "RestoreCreate", "protected_item_id")["anyOf"].pop(),
    ),
    "the default of a body is another": (
        "VaultCreate.redundancy",
        lambda d: member(d, "VaultCreate", "redundancy").update(default="local"),
    ),
    "a member of an answer is gone": ("JobRead.error", lambda d: schema(d, "JobRead")["properties"].pop("error")),
    "a member of an answer may be missing": ("JobRead.id", lambda d: schema(d, "JobRead")["required"].remove("id")),
    "a member of an answer may be null": (
        "VaultRead.name",
        lambda d: schema(d, "VaultRead")["properties"].update(name=_text(null=True)),
    ),
    "an answer has a value that is new": ("JobState", lambda d: schema(d, "JobState")["enum"].append("paused")),
    "an event has lost a member": (
        "JobEndedEvent.subject",
        lambda d: schema(d, "JobEndedEvent")["properties"].pop("subject"),
    ),
}
"""What is changed -> (the place to be announced, the change)."""


def _anew(document: Json) -> None:
    document["paths"]["/v1/added"] = {"get": operation(document, "get_me") | {"operationId": "get_added"}}


def _new_parameter(document: Json) -> None:
    added = {"name": "colour", "in": "query", "required": False, "schema": {"type": "string"}}
    operation(document, "list_jobs")["parameters"].append(added)


def _reversed(document: Json) -> None:
    job = schema(document, "JobRead")
    job["properties"] = dict(reversed(job["properties"].items()))
    job["required"].reverse()
    document["paths"] = dict(reversed(document["paths"].items()))


HARMLESS: dict[str, Change] = {
    "a new operation": _anew,
    "a new optional parameter": _new_parameter,
    "a parameter that is not required any more": lambda d: parameter(d, "put_policy", "If-Match").update(
        required=False
    ),
    "a parameter that takes more": lambda d: parameter(d, "list_jobs", "limit")["schema"].update(maximum=1000),
    "another name of a path parameter": lambda d: _renamed(d, "{job_id}", "{id}"),
    "a new optional member of a body": lambda d: _new_member(d, "VaultCreate", required=False),
    "a member of a body that may be left out": lambda d: schema(d, "VaultCreate")["required"].remove("name"),
    "a new value that a body takes": lambda d: member(d, "VaultCreate", "redundancy")["enum"].append("dual"),
    "a longer text in a body": lambda d: member(d, "BackupCreate", "reference")["anyOf"][0].update(maxLength=500),
    "null taken in a body": lambda d: schema(d, "VaultCreate")["properties"].update(
        adopt={**_text(), "anyOf": [{"type": "boolean"}, {"type": "null"}], "default": False}
    ),
    "unknown members taken in a body": lambda d: schema(d, "VaultCreate").pop("additionalProperties"),
    "a text of a body without its pattern": lambda d: member(d, "VaultCreate", "name").pop("pattern"),
    "a new member of an answer": lambda d: _new_member(d, "JobRead", required=True),
    "a member of an answer that is always there": lambda d: schema(d, "JobRead")["required"].append("approval"),
    "a member of an answer that is never null": lambda d: member(d, "JobRead", "finished_at")["anyOf"].pop(),
    "an answer without one of its values": lambda d: member(d, "VaultRead", "state")["enum"].remove("adopting"),
    "a new type of events": lambda d: d["webhooks"].update({"holdfast.added": d["webhooks"]["holdfast.job.ended"]}),
    "another description and example": lambda d: schema(d, "JobRead").update(description="A job.", examples=[]),
    "another order": _reversed,
    "a further way to authenticate": lambda d: operation(d, "get_me")["security"].append({"verdict": []}),
}
