"""What Holdfast's identity holds and lacks, as callers see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure.facts.actions import Operation, Place, Source, source_of
from app.permissions.rules import Finding, Status, allowed

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
VAULT = f"{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.RecoveryServices/vaults/vault-demo"
CANCEL = "Microsoft.RecoveryServices/vaults/backupJobs/cancel/action"
ROLE_EXAMPLE: JsonDict = {
    "Name": "Holdfast least privilege",
    "IsCustom": True,
    "Description": "What Holdfast needs for: cancel_job",
    "Actions": [CANCEL, "Microsoft.RecoveryServices/vaults/backupJobs/read"],
    "NotActions": [],
    "DataActions": [],
    "NotDataActions": [],
    "AssignableScopes": [SUBSCRIPTION],
}
EXAMPLE: JsonDict = {
    "operation": "cancel_job",
    "allowed": False,
    "scopes": [
        {
            "place": "vault",
            "scope": VAULT,
            "status": "missing",
            "reason": "1 actions are not allowed there.",
            "needed": [
                {"action": "Microsoft.RecoveryServices/vaults/backupJobs/read", "source": "assumed"},
                {"action": CANCEL, "source": "assumed"},
            ],
            "missing": [CANCEL],
        }
    ],
    "role": ROLE_EXAMPLE,
    "as_of": "2026-01-31T09:00:20Z",
}


class RoleRead(BaseModel):
    """An Azure custom role: save it, and `az role definition create --role-definition @file.json`."""

    model_config = ConfigDict(json_schema_extra={"examples": [ROLE_EXAMPLE]})

    Name: str
    IsCustom: bool
    Description: str
    Actions: list[str]
    NotActions: list[str]
    DataActions: list[str]
    NotDataActions: list[str]
    AssignableScopes: list[str] = Field(description="The tenant's grants; assign it lower if that is enough.")


class ActionRead(BaseModel):
    action: str
    source: Source = Field(
        description="documented: Microsoft names it for this task; assumed: derived from the URL called."
    )


class ScopeRead(BaseModel):
    """One place that the operation touches."""

    place: Place
    scope: str | None = Field(description="The ARM id; null if the request names none.")
    status: Status = Field(description="unknown: Azure could not be asked, or does not say.")
    reason: str
    needed: list[ActionRead]
    missing: list[str]


class PermissionCheckRead(BaseModel):
    """Whether Holdfast's Azure identity has the rights that an operation needs."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    operation: Operation
    allowed: bool | None = Field(
        description="null: nothing is known to be missing, but not every place could be checked."
    )
    scopes: list[ScopeRead]
    role: RoleRead
    as_of: datetime | None = Field(description="When Azure was asked; null: not every place could be checked.")

    @classmethod
    def of(
        cls, operation: Operation, findings: Sequence[Finding], role: Mapping[str, Any], now: datetime
    ) -> "PermissionCheckRead":
        scopes = [
            ScopeRead(
                place=one.place,
                scope=one.scope,
                status=one.status,
                reason=one.reason,
                missing=list(one.missing),
                needed=[ActionRead(action=action, source=source_of(action)) for action in one.actions],
            )
            for one in findings
        ]
        return cls(
            operation=operation,
            allowed=allowed(findings),
            scopes=scopes,
            role=RoleRead.model_validate(role),
            as_of=None if any(one.status == "unknown" for one in findings) else now,
        )
