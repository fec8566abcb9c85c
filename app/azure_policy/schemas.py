"""Bodies of Azure Policy for a rule."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints
from pydantic.config import JsonDict

from app.azure_policy.rules import Kind
from app.jobs.api.schemas import PRINTABLE, VmRead, WriteBody
from app.selectors.schemas import ArmId, Location, TagName

MOST_SKIPS = 200
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
RULE_ID = "01890000-0000-7000-8000-0000000000d1"
NAME = f"holdfast-{RULE_ID}"
ASSIGNMENT = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/{NAME}"
TAG_EXAMPLE: JsonDict = {"name": "backup", "values": ["yes"]}
READ_EXAMPLE: JsonDict = {
    "rule_id": RULE_ID,
    "state": "ready",
    "assignment_id": ASSIGNMENT,
    "scope": SUBSCRIPTION,
    "location": "westus",
    "definition": "existing_vault_with_tag",
    "tag": TAG_EXAMPLE,
    "vault_id": "01890000-0000-7000-8000-000000000001",
    "policy_id": "01890000-0000-7000-8000-000000000002",
    "compliance": {"compliant": 12, "non_compliant": 1},
    "remediation": {
        "id": f"{SUBSCRIPTION}/providers/Microsoft.PolicyInsights/remediations/{NAME}",
        "state": "succeeded",
        "total": 3,
        "succeeded": 3,
        "failed": 0,
    },
    "skips": [
        {
            "vm": {
                "id": f"{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.Compute/virtualMachines/vm-golden-01",
                "name": "vm-golden-01",
                "resource_group": "rg-demo",
                "subscription_id": "00000000-0000-0000-0000-000000000001",
            },
            "reason": "image_not_listed",
            "detail": "The definition has a list of images; this VM's image is not in it, or it has none.",
        }
    ],
    "skips_total": 1,
    "differences": [
        {
            "member": "names",
            "detail": "The definition knows no names: it also protects VMs that the rule leaves out by name.",
        }
    ],
    "conflicts": [],
    "unreachable": [],
    "job": "/v1/jobs/01890000-0000-7000-8000-000000000010",
    "as_of": "2026-01-31T10:00:20Z",
}


class AzurePolicyTag(BaseModel):
    """One tag of VMs. In any letter case, also its values: Azure Policy compares so."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [TAG_EXAMPLE]})

    name: TagName
    values: list[Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=PRINTABLE)]] = Field(
        min_length=1, max_length=100
    )


class AzurePolicyPut(WriteBody):
    """Which built-in definition is assigned for the rule, and where."""

    model_config = ConfigDict(extra="forbid")

    scope: ArmId = Field(description="ARM id of a subscription, or of a resource group: all of it must be granted.")
    location: Location = Field(description="Of the VMs. The rule's target of this region says vault and policy.")
    definition: Kind = Field(
        description="existing_vault: all VMs, but for those that `tag` excludes. existing_vault_with_tag: those that "
        "`tag` includes."
    )
    tag: AzurePolicyTag | None = Field(
        default=None,
        description="Left out with existing_vault_with_tag: the tag of the rule's selector, which must be one alone.",
    )
    remediate: StrictBool = Field(
        default=False,
        description="Also protect VMs that are there already: a remediation is started, and the job follows it to its "
        "end. It protects what the definition is for, the rule's max_per_hour does not hold for it.",
    )
    confirm: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="How many VMs are remediated: needed beyond 100, with the number that the refusal names. Azure is "
        "given it as a limit; without it, 100.",
    )


class PolicyCompliance(BaseModel):
    """VMs that the assignment is for, as Azure last evaluated them. VMs in `skips` are in neither."""

    compliant: int | None
    non_compliant: int | None


class PolicyRemediation(BaseModel):
    """The newest remediation that Holdfast started."""

    id: str
    state: str = Field(description="Azure's word: accepted, running, succeeded, failed, cancelling, canceled.")
    total: int | None
    succeeded: int | None
    failed: int | None


class AzurePolicySkip(BaseModel):
    """A VM in the scope that the definition does not protect."""

    vm: VmRead
    reason: Literal["other_region", "tag", "image_not_listed", "platform", "protected_elsewhere", "unknown"]
    detail: str


class PolicyDifference(BaseModel):
    """A part of the rule's selector that the definition cannot say."""

    member: str
    detail: str


class PolicyConflict(BaseModel):
    """An assignment in Azure that protects VMs of a target's region otherwise than the rule says."""

    assignment_id: str | None = Field(description="null: it is of a scope that your tenant has no grant for.")
    scope: str | None
    location: str
    azure_vault_id: str | None = Field(
        description="ARM id of the vault that it protects them in; null: one of its own making, or one that your "
        "tenant has no grant for."
    )
    azure_policy_id: str | None
    rule_vault_id: str = Field(description="ARM id of the vault of the rule's target.")
    is_ours: bool = Field(description="Of this rule: the target was changed since. PUT again.")
    detail: str
    remedy: str


class PolicyUnreachable(BaseModel):
    """A place of which something could not be read."""

    scope: str
    code: str
    detail: str


class AzurePolicyRead(BaseModel):
    """What Azure Policy does for a rule. While the first job runs, or after it has failed: what was asked."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_EXAMPLE]})

    rule_id: UUID
    state: Literal["not_assigned", "setting", "ready", "removing", "incomplete"] = Field(
        description="not_assigned: Holdfast has assigned nothing for the rule; `conflicts` may name assignments of "
        "others. incomplete: the last job ended badly, and some of it may be in Azure. PUT again, or DELETE."
    )
    assignment_id: str | None
    scope: str | None
    location: str | None
    definition: Kind | None
    tag: AzurePolicyTag | None
    vault_id: UUID | None
    policy_id: UUID | None
    compliance: PolicyCompliance | None = Field(
        description="null: nothing is assigned, or Azure could not be asked. 0 and 0 also before the first evaluation, "
        "which takes up to half an hour."
    )
    remediation: PolicyRemediation | None
    skips: list[AzurePolicySkip] | None = Field(
        description="VMs of the scope that the definition leaves out, as they are now; the first 200, by id. null: not "
        "known. Of a large scope perhaps of some of its VMs only: `unreachable` then says `not_whole`."
    )
    skips_total: int | None = Field(description="null: not known, or not of all VMs.")
    differences: list[PolicyDifference]
    conflicts: list[PolicyConflict] | None = Field(
        description="Assignments that protect VMs of the rule otherwise; null: not known."
    )
    unreachable: list[PolicyUnreachable]
    job: str | None = Field(description="The newest job about it: /v1/jobs/{id}; null: none.")
    as_of: datetime | None = Field(description="When Azure was last seen to have the assignment so.")
