"""The results of jobs as callers see them: a type for each kind.

Each feature writes the result of its own jobs (`work.Result`); here is what callers read of it. A result names its
`kind`, so that a generated client knows its fields. Fields that an older version did not write are null or empty. A
field that is not as it is described is left out, and logged; one that is not described is passed on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict

from app.azure.facts.sizes import bytes_of
from app.jobs.kinds import JobKind

log = structlog.get_logger()


def _open(schema: JsonDict) -> None:
    """Undescribed fields are passed on, but are no part of the document."""
    schema.pop("additionalProperties", None)


class ResultResource(BaseModel):
    """One thing in Azure."""

    kind: str = Field(description="What it is, such as `vault`, `disk`, `kept_disk`, `vm`, `network_interface`.")
    id: str = Field(description="Its ARM id; of a blob, its address.")
    name: str | None = None


class ResultResourceNamed(BaseModel):
    """A thing of a kind that the field says."""

    id: str = Field(description="Its ARM id.")
    name: str


class OfEveryKind(BaseModel):
    """What the results of all kinds share."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_open, json_schema_serialization_defaults_required=True)

    resources: list[ResultResource] = Field(default=[], description="What the job made or changed in Azure.")


class WrittenResult(OfEveryKind):
    """Of a vault or policy that was written, or a VM that was protected: `resources` names it."""

    kind: Literal["create_vault", "update_vault", "put_policy", "protect"]


class VaultUnreadableRead(BaseModel):
    """An entry of one of Azure's lists that could not be read."""

    kind: str = Field(description="`policy` or `protected_item`.")
    id: str | None = None
    name: str | None = None
    reason: str


class VaultSettingFound(BaseModel):
    """One setting of a vault that was changed outside Holdfast."""

    field: str
    before: Any
    now: Any


class VaultNamesFound(BaseModel):
    """How many, and the first names."""

    count: int
    names: list[str]


class VaultListFound(BaseModel):
    """How Azure's list differed from what Holdfast had."""

    in_azure: int = Field(description="How many Azure has.")
    new: VaultNamesFound
    changed: VaultNamesFound
    gone: VaultNamesFound
    unproven: VaultNamesFound = Field(
        default=VaultNamesFound(count=0, names=[]),
        description="Not in the list, which was not complete: they may be gone.",
    )


class VaultFindings(BaseModel):
    """What was not as Holdfast had it."""

    settings: list[VaultSettingFound] = []
    policies: VaultListFound
    protected_items: VaultListFound
    vms_missing: list[str] | None = Field(
        default=None, description="Protected VMs that do not exist any more; null: Holdfast may not read VMs."
    )


class VaultReadResult(OfEveryKind):
    """Of a vault that was adopted or refreshed."""

    kind: Literal["adopt_vault", "refresh_vault"]
    unreadable: list[VaultUnreadableRead] = []
    found: VaultFindings | None = None


class DeletedResult(OfEveryKind):
    """Of a vault or a policy that was deleted."""

    kind: Literal["delete_vault", "delete_policy"]
    deleted: str | None = Field(default=None, description="Its ARM id.")


class ItemChangedResult(OfEveryKind):
    """Of a change of a protected item."""

    kind: Literal["change_policy", "pause", "suspend", "resume", "unprotect", "undelete"]
    purge_at: datetime | None = Field(default=None, description="When Azure deletes data that is soft-deleted.")


class BackupResult(OfEveryKind):
    """Of a backup. What is not known yet is null; it is read within minutes or, of an idle vault, hours."""

    kind: Literal["backup"]
    recovery_point_id: str | None = Field(
        default=None,
        description="The point that it made: restore it with `recovery_point.id`. Null until Holdfast has read the "
        "points of the VM; GET /v1/protected-items/{id}/recovery-points reads them at once.",
    )
    recovery_point_time: datetime | None = None
    backup_size: str | None = Field(default=None, description="As Azure writes it. Prefer `backup_size_bytes`.")
    backup_size_bytes: int | None = Field(default=None, description="What this backup moved, not what is stored.")


class PointRestored(BaseModel):
    """The recovery point that was restored."""

    id: str
    time: datetime | None = None
    consistency: str | None = None
    region: str | None = None


class NotLookedUp(BaseModel):
    """What Azure did not let Holdfast look for: it may exist."""

    what: str
    azure_code: str | None = None
    detail: str


class RestoreResult(OfEveryKind):
    """Of a restore to disks, to a new VM, or over the VM's disks."""

    kind: Literal["restore"]
    mode: str | None = Field(default=None, description="`disks`, `new_vm` or `replace_disks`.")
    region: str | None = Field(default=None, description="`primary` or `secondary`.")
    recovery_point_id: str | None = None
    recovery_point: PointRestored | None = Field(default=None, description="Where a worker chose it.")
    disks: list[ResultResourceNamed] = Field(default=[], description="The disks that were restored.")
    vm: ResultResourceNamed | None = Field(default=None, description="The new VM.")
    network_interfaces: list[ResultResourceNamed] = Field(default=[], description="Those of the new VM.")
    kept_disks: list[ResultResourceNamed] = Field(
        default=[],
        description="What was left: the disks that the VM had before. Azure keeps them, and charges for them.",
    )
    template_url: str | None = Field(default=None, description="The blob with the template for a VM.")
    replaced: bool | None = Field(
        default=None, description="For `replace_disks`: whether the VM runs on restored disks now; null: not known."
    )
    not_looked_up: list[NotLookedUp] = []
    azure: dict[str, str] = Field(default={}, description="The properties of Azure's job, in its own words.")


class MountResult(OfEveryKind):
    """Of a point whose files were mounted, or whose session was renewed."""

    kind: Literal["mount_files"]
    mode: Literal["files"] = "files"
    renewed: bool = False
    recovery_point_id: str | None = None
    recovery_point: PointRestored | None = Field(default=None, description="Where a worker chose it.")
    operation_id: str | None = Field(default=None, description="Azure's name of the operation.")
    expires_at: datetime | None = None


class UnmountResult(OfEveryKind):
    """Of a session of files that was ended."""

    kind: Literal["unmount_files"]
    mode: Literal["files"] = "files"
    ended_by: Literal["holdfast", "azure"] | None = Field(
        default=None, description="azure: it had ended already, and nothing was sent."
    )


class RecoveryMemberResult(BaseModel):
    """One VM of a recovery run."""

    protected_item_id: str
    vm_id: str | None = None
    state: str
    restore: str | None = Field(default=None, description="/v1/restores/{id}")


class RecoveryRunResult(OfEveryKind):
    """Of a recovery run. `resources`: what its restores made, also those of a run that was stopped."""

    kind: Literal["recovery_run"]
    members: list[RecoveryMemberResult] = []
    point_spread_seconds: float | None = None
    rto_seconds: float | None = None
    promised_rto_seconds: int | None = None


class TearDownLeft(BaseModel):
    """One thing that was not deleted, and why."""

    id: str
    kind: str
    cause: str = Field(description="A word for machines (docs/tear-down.md).")
    reason: str
    azure_code: str | None = None


class TearDownRemark(BaseModel):
    id: str
    remark: str


class TearDownResult(OfEveryKind):
    """Of a tear-down: what was deleted, and what was left."""

    kind: Literal["tear_down"]
    deleted: list[str] = Field(default=[], description="ARM ids.")
    gone: list[str] = Field(default=[], description="What was not there any more before it began.")
    left: list[TearDownLeft] = []
    remarks: list[TearDownRemark] = Field(default=[], description="What is to be known, and is no reason to leave it.")


class RestoreTestedVm(BaseModel):
    """One VM of a round."""

    run: str = Field(description="/v1/restore-test-runs/{id}")
    protected_item_id: str
    vm_id: str
    outcome: str | None = None
    failed_level: str | None = None
    left: int = Field(default=0, description="How many things its tear-down left.")


class RestoreTestRoundResult(OfEveryKind):
    """Of a round of a restore test."""

    kind: Literal["restore_test_run"]
    runs: list[RestoreTestedVm] = []


class ApprovedDefinition(BaseModel):
    """A definition as it was approved."""

    id: str
    name: str
    hash: str


class RestoreTestApprovedResult(OfEveryKind):
    """Of a restore test whose definition was approved."""

    kind: Literal["approve_restore_test"]
    restore_test: ApprovedDefinition | None = None


class RuleEnforcedResult(OfEveryKind):
    """Of a protection rule whose enforcement was approved."""

    kind: Literal["enforce_rule"]
    rule: ApprovedDefinition | None = None


class BulkResult(OfEveryKind):
    """Of a bulk request."""

    kind: Literal["bulk"]
    targets: str | None = Field(default=None, description="Its path: /v1/bulk/{id}.")
    outcomes: dict[str, int] = Field(default={}, description="How many targets had which outcome.")
    unreachable: list[dict[str, Any]] = Field(default=[], description="What the selector could not read.")


class AlertsSetResult(OfEveryKind):
    """Of Azure's own alerts that were set up or removed."""

    kind: Literal["set_azure_alerts"]
    kept: list[str] = Field(default=[], description="Of a removal: action groups that others use, too.")


class RemediationFailure(BaseModel):
    """A VM that a remediation could not protect."""

    vm_id: str | None = None
    code: str | None = None
    message: str | None = None


class RemediationResult(BaseModel):
    """How a remediation ended."""

    id: str
    state: str
    total: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    failures: list[RemediationFailure] = Field(default=[], description="The first ones.")
    left: int | None = Field(default=None, description="VMs beyond its limit; null: Azure does not say.")


class PolicySetResult(OfEveryKind):
    """Of a policy of Azure that was assigned, remediated or removed."""

    kind: Literal["set_azure_policy"]
    kept: list[ResultResource] = Field(default=[], description="Of a removal: what stays in Azure.")
    remediation: RemediationResult | None = None


MODELS: Final[tuple[type[OfEveryKind], ...]] = tuple(OfEveryKind.__subclasses__())
JobResult = Annotated[
    WrittenResult
    | VaultReadResult
    | DeletedResult
    | ItemChangedResult
    | BackupResult
    | RestoreResult
    | MountResult
    | UnmountResult
    | RecoveryRunResult
    | TearDownResult
    | RestoreTestRoundResult
    | RestoreTestApprovedResult
    | RuleEnforcedResult
    | BulkResult
    | AlertsSetResult
    | PolicySetResult,
    Field(discriminator="kind"),
]
BY_KIND: Final[Mapping[str, type[OfEveryKind]]] = {
    kind: model
    for model in MODELS
    for kind in model.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
}


def result_of(kind: str, stored: Mapping[str, Any] | None) -> Any:
    """The result of a job of that kind; None while there is none, and for a kind of a newer version."""
    model = BY_KIND.get(kind)
    if stored is None or model is None:
        return None
    said = {name: value for name, value in stored.items() if value is not None} | _derived(kind, stored)
    said["kind"] = kind
    try:
        return model.model_validate(said)
    except ValidationError as error:
        odd = {str(one["loc"][0]) for one in error.errors(include_url=False, include_input=False)}
        log.exception("jobs.result_not_as_described", kind=kind, fields=sorted(odd))
        return model.model_validate({name: value for name, value in said.items() if name not in odd})


def _derived(kind: str, stored: Mapping[str, Any]) -> dict[str, Any]:
    if kind == JobKind.BACKUP:
        size = stored.get("backup_size")
        return {"backup_size_bytes": bytes_of(size) if isinstance(size, str) else None}
    return _by_what_they_are(stored.get("resources") or ()) if kind == JobKind.RESTORE else {}


def _by_what_they_are(resources: Any) -> dict[str, Any]:
    of: dict[str, list[dict[str, str]]] = {}
    for one in (each for each in resources if isinstance(each, Mapping) and isinstance(each.get("id"), str)):
        shown = {"id": one["id"], "name": str(one.get("name") or one["id"].rpartition("/")[2])}
        of.setdefault(str(one.get("kind")), []).append(shown)
    return {
        "disks": of.get("disk", []),
        "kept_disks": of.get("kept_disk", []),
        "network_interfaces": of.get("network_interface", []),
        "vm": next(iter(of.get("vm", ())), None),
        "template_url": next((one["id"] for one in of.get("template_blob", ())), None),
    }
