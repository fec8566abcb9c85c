"""Bulk requests as callers send and see them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic.config import JsonDict

from app.azure.names import read_vm_id
from app.backups.rules import kept_by_default
from app.bulk.errors import BulkNotValid
from app.bulk.orders import Wanted
from app.bulk.rules import MOST_TARGETS, Outcome, outcome_of
from app.core.http.timestamps import Instant
from app.estate.schemas import UnreachableScope
from app.jobs.api.schemas import JOB_EXAMPLE, JobErrorRead, JobRead, VmRead, WriteBody
from app.jobs.kinds import JobKind
from app.jobs.models import Job
from app.jobs.work import JobError
from app.protection.rules import selection_of
from app.protection.schemas import VM_EXAMPLE, VM_ID, ArmId, DisksBody, ProtectedItemChange
from app.selectors.schemas import SelectorBody

DEFAULT_IN_FLIGHT = 20
MOST_IN_FLIGHT = 100
ActionName = Literal["protect", "change_policy", "pause", "suspend", "resume", "backup"]
OutcomeName = Literal["pending", "running", "succeeded", "failed", "refused", "skipped"]

TARGET_EXAMPLE: JsonDict = {
    "protected_item_id": "01890000-0000-7000-8000-000000000003",
    "vm_id": VM_ID,
    "vm": VM_EXAMPLE,
}
PROBLEM_EXAMPLE: JsonDict = {
    "code": "azure_refused",
    "title": "The disks of the virtual machine cannot be backed up",
    "detail": "Azure's message.",
    "remedy": "What to do about it.",
    "retryable": False,
    "azure_code": "UserErrorUnsupportedDisk",
    "type": "urn:holdfast:problem:azure_refused",
    "fixable_by": "caller",
}
FAILED_EXAMPLE: JsonDict = {
    "target": TARGET_EXAMPLE,
    "outcome": "failed",
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000011",
    "problem": PROBLEM_EXAMPLE,
}
DRY_EXAMPLE: JsonDict = {
    "action": "pause",
    "targets": [
        {"target": TARGET_EXAMPLE, "outcome": "refused", "problem": PROBLEM_EXAMPLE, "operations": []},
    ],
    "counts": {"pending": 0, "refused": 1, "skipped": 0},
    "confirm": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
    "needs_approval": "stop_protection",
    "unreachable": [],
}


class BulkWith(BaseModel):
    """The body of the single request, as the action needs it."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["pause", "suspend", "resume"] | None = Field(
        default=None, description="May be repeated here, as in the body of the single request."
    )
    vault_id: UUID | None = Field(default=None, description="Of `protect`. Optional: the policy belongs to one vault.")
    policy_id: UUID | None = Field(default=None, description="Of `protect`, `resume` and `change_policy`.")
    disks: DisksBody | None = Field(
        default=None, description="Of `protect`; of `change_policy` in place of a policy. Null: every disk."
    )
    retain_until: Instant | None = Field(
        default=None, description="Of `backup`: until when the points are kept. Left out: 30 days from now."
    )


class BulkCreate(WriteBody):
    """One action for up to 1,000 VMs or items. Name exactly one of `protected_item_ids`, `vm_ids` and `selector`.

    | action | `with` |
    | --- | --- |
    | protect | policy_id; vault_id, disks where wanted. Targets: vm_ids or selector |
    | change_policy | policy_id, or disks |
    | pause, suspend | nothing |
    | resume | policy_id |
    | backup | retain_until where wanted |
    """

    action: ActionName
    protected_item_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST_TARGETS)] | None = None
    vm_ids: Annotated[list[ArmId], Field(min_length=1, max_length=MOST_TARGETS)] | None = Field(
        default=None, description="ARM ids, in any letter case."
    )
    selector: SelectorBody | None = Field(
        default=None,
        description="Resolved once, when the request is accepted. Of `protect` it selects VMs that no vault here "
        "protects, as the estate was last read; of the other actions protected items.",
    )
    with_: BulkWith = Field(default_factory=BulkWith, alias="with")
    max_in_flight: int = Field(
        default=DEFAULT_IN_FLIGHT, ge=1, le=MOST_IN_FLIGHT, description="Jobs of it that have not ended, at most."
    )

    confirm: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="`confirm` of a dry run: 409 if the request means other targets by now."
    )

    @model_validator(mode="after")
    def _one_kind_of_targets(self) -> Self:
        named = [one for one in ("protected_item_ids", "vm_ids", "selector") if getattr(self, one) is not None]
        if len(named) != 1:
            raise ValueError("name exactly one of protected_item_ids, vm_ids and selector")
        return self

    def wanted(self, now: datetime) -> Wanted:
        """Raises BulkNotValid where action, `with` and targets do not fit together."""
        kind, given = JobKind(self.action), self.with_
        said = given.model_fields_set
        if kind is JobKind.PROTECT:
            if self.protected_item_ids is not None:
                raise _not_valid("What has an item is protected already.", "#/protected_item_ids", "Name vm_ids.")
            _check_members(self.action, said, needed={"policy_id"}, allowed={"vault_id", "disks"}, given=given)
        elif kind is JobKind.BACKUP:
            _check_members(self.action, said, needed=set(), allowed={"retain_until"}, given=given)
        else:
            kind = self._change()
        disks = given.disks
        if kind is JobKind.CHANGE_POLICY and "disks" in said and disks is None:
            disks = DisksBody(exclude_luns=[])
        selection = selection_of(disks.exclude_luns, disks.include_luns) if disks is not None else None
        until = given.retain_until
        if kind is JobKind.BACKUP and until is None:
            until = kept_by_default(now)
        return Wanted(kind, given.vault_id, given.policy_id, selection, until)

    def _change(self) -> JobKind:
        """The change that the body of the single request says, by its own rules."""
        body = self.with_.model_dump(exclude_unset=True)
        if self.action != "change_policy":
            body = {"action": self.action} | body
        try:
            kind = ProtectedItemChange.model_validate(body).kind
        except ValidationError as error:
            first = error.errors()[0]
            where = "/".join(str(part) for part in first["loc"])
            raise _not_valid(
                f"{first['msg'].removeprefix('Value error, ')}.",
                f"#/with/{where}" if where else "#/with",
                f"Send as `with` what PATCH /v1/protected-items/{{id}} takes for {self.action}.",
            ) from None
        if kind.value != self.action:
            raise _not_valid(f"`with` says {kind}, and the action is {self.action}.", "#/with", "Say one of them.")
        return kind


def _check_members(action: str, said: set[str], *, needed: set[str], allowed: set[str], given: BulkWith) -> None:
    missing = sorted(name for name in needed if getattr(given, name) is None)
    if missing:
        raise _not_valid(f"{action} needs {', '.join(missing)}.", f"#/with/{missing[0]}", "Say it in `with`.")
    odd = sorted(said - needed - allowed)
    if odd:
        raise _not_valid(f"{action} takes no {', '.join(odd)}.", f"#/with/{odd[0]}", "Leave it out.")


def _not_valid(detail: str, pointer: str, remedy: str) -> BulkNotValid:
    return BulkNotValid(detail, pointer=pointer, remedy=remedy)


class BulkAccepted(JobRead):
    """The job, with the scopes of the estate that were not known, or not whole, when its selector was resolved."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **JOB_EXAMPLE,
                    "kind": "bulk",
                    "state": "queued",
                    "resource": "/v1/bulk/01890000-0000-7000-8000-000000000010/targets",
                    "vault_id": None,
                    "protected_item_id": None,
                    "vm": None,
                    "unreachable": [],
                    "retain_until": None,
                }
            ]
        }
    )

    unreachable: list[UnreachableScope]
    retain_until: datetime | None = Field(default=None, description="Of `backup`: until when the points are kept.")


def accepted_of(job: Job) -> dict[str, Any]:
    """What the answer to a bulk request says beside its job."""
    return {"unreachable": job.ask["unreachable"], "retain_until": job.ask["wanted"]["retain_until"]}


class BulkTargetName(BaseModel):
    """What a target is."""

    protected_item_id: UUID | None = Field(description="Null: a VM without an item (of protect, see its job).")
    vm_id: str
    vm: VmRead

    @classmethod
    def of(cls, vm_id: str, item_id: UUID | None) -> "BulkTargetName":
        return cls(protected_item_id=item_id, vm_id=vm_id, vm=VmRead.of_vm(read_vm_id(vm_id)))


class BulkTargetRead(BaseModel):
    """One target of a bulk request."""

    model_config = ConfigDict(json_schema_extra={"examples": [FAILED_EXAMPLE]})

    target: BulkTargetName
    outcome: OutcomeName = Field(
        description="pending: its job was not made yet. failed: its job failed, or was cancelled. refused: it was "
        "answered what the single request would be. skipped: it was as asked already, its tags are not "
        "known to be as they were, or the bulk request was stopped."
    )
    job: str | None = Field(description="Path of its own job: /v1/jobs/{id}; null: none was made.")
    problem: JobErrorRead | None = Field(description="Why it did not succeed.")


class BulkTargetDry(BaseModel):
    """What one target would do."""

    target: BulkTargetName
    outcome: Literal["pending", "refused", "skipped"] = Field(description="pending: its job would be made.")
    problem: JobErrorRead | None
    operations: list[str] = Field(description="What of it a tenant may want a second person for.")

    @classmethod
    def of(cls, name: BulkTargetName, problem: JobError | None, operations: Sequence[str], *, is_there: bool) -> Self:
        outcome = Outcome.SKIPPED if is_there else outcome_of(problem)
        shown = JobErrorRead.model_validate(problem.as_json()) if problem is not None else None
        return cls.model_validate(
            {"target": name, "outcome": outcome.value, "problem": shown, "operations": list(operations)}
        )


class BulkDry(BaseModel):
    """What a bulk request would do, by what Holdfast has on record. Azure is asked when each target's turn comes."""

    model_config = ConfigDict(json_schema_extra={"examples": [DRY_EXAMPLE]})

    action: ActionName
    targets: list[BulkTargetDry]
    counts: dict[str, int] = Field(description="Number of targets by outcome.")
    confirm: str = Field(description="Of these targets: a request that sends it is about them, or is refused.")
    needs_approval: str | None = Field(description="The operation that a second person would be asked about.")
    unreachable: list[UnreachableScope]


def outcome_counts(targets: Sequence[BulkTargetDry]) -> Mapping[str, Any]:
    outcomes = [one.outcome for one in targets]
    return {name: outcomes.count(name) for name in ("pending", "refused", "skipped")}
