"""Bodies of /v1/recovery-plans."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from app.azure.restore_values import Region
from app.azure.values import Consistency
from app.core.letter_case import fold_case
from app.jobs.api.schemas import PRINTABLE
from app.protection.schemas import ArmId
from app.recovery_plans import rules
from app.recovery_plans.models import RecoveryPlan
from app.recovery_plans.plan_json import PLAN, as_json
from app.recovery_plans.rules import MOST_MEMBERS, MOST_WAVES, VM, GateKind, Plan, Template
from app.restores.target_bodies import Zone
from app.selectors.schemas import SelectorBody

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Of latest_before: beside the first or last year a time cannot be reckoned with."""
_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
ITEM = "01890000-0000-7000-8000-000000000003"
PLAN_ID = "01890000-0000-7000-8000-0000000000c1"
_NETWORKS = "providers/Microsoft.Network/virtualNetworks"
_STAGING = f"{_SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
PLAN_EXAMPLE: JsonDict = {
    "name": "shop",
    "point": {"latest": True, "consistency": "application", "max_age_seconds": 172800},
    "target": {
        "recover": {
            "mode": "new_vm",
            "name": f"{VM}-r",
            "resource_group_id": f"{_SUBSCRIPTION}/resourceGroups/rg-restored",
            "subnet_id": f"{_SUBSCRIPTION}/resourceGroups/rg-demo/{_NETWORKS}/vnet-demo/subnets/default",
            "staging_storage_account_id": _STAGING,
        },
        "rehearse": {
            "mode": "new_vm",
            "name": f"{VM}-t",
            "resource_group_id": f"{_SUBSCRIPTION}/resourceGroups/rg-rehearsal",
            "subnet_id": f"{_SUBSCRIPTION}/resourceGroups/rg-rehearsal/{_NETWORKS}/vnet-rehearsal/subnets/default",
            "staging_storage_account_id": _STAGING,
        },
    },
    "waves": [
        {"name": "database", "members": [{"protected_item_id": ITEM}], "gate": {"kind": "check", "seconds": 1800}},
        {"name": "web", "selector": {"resource_groups": ["rg-shop-web"]}, "may_fail": True},
    ],
    "promised_rto_seconds": 14400,
}

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PRINTABLE)]
WaveName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
"""A part of the path of its gate."""
VmName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=PRINTABLE)]
WEEK = 7 * 86400


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PlanPointBody(Closed):
    """The rule for every member: exactly one of `latest`, `latest_before`; and what each point must be."""

    latest: Literal[True] | None = None
    latest_before: AwareDatetime | None = Field(default=None, description="No point of the plan is younger.")
    consistency: Consistency | None = Field(default=None, description="Minimum: application > file_system > crash.")
    max_age_seconds: int | None = Field(
        default=None, ge=1, le=10 * 365 * 86400, description="Counted back from latest_before, else from the run."
    )
    region: Region = Field(default="primary", description="secondary: the vaults' paired regions.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.latest is None) == (self.latest_before is None):
            raise ValueError("say exactly one of latest, latest_before")
        if self.latest_before is not None and not EARLIEST <= self.latest_before <= LATEST:
            raise ValueError(f"latest_before lies outside the years {EARLIEST.year} to {LATEST.year}")
        return self

    def to_rule(self) -> rules.PointRule:
        return rules.PointRule(self.latest_before, self.consistency, self.max_age_seconds, self.region)

    @classmethod
    def of(cls, rule: rules.PointRule) -> Self:
        latest = True if rule.latest_before is None else None
        return cls.model_validate(
            {
                "latest": latest,
                "latest_before": rule.latest_before,
                "consistency": rule.consistency,
                "max_age_seconds": rule.max_age_seconds,
                "region": rule.region,
            }
        )


class DisksTemplateBody(Closed):
    """Restore the disks of each member as new managed disks."""

    mode: Literal["disks"]
    resource_group_id: ArmId
    staging_storage_account_id: ArmId
    zone: Zone | None = None


class NewVmTemplateBody(Closed):
    """Create a new VM of each member."""

    mode: Literal["new_vm"]
    name: VmName = Field(description=f"`{VM}` is replaced by the name of the member's VM.", examples=[f"{VM}-r"])
    resource_group_id: ArmId
    subnet_id: ArmId
    staging_storage_account_id: ArmId
    zone: Zone | None = None


class ReplaceTemplateBody(Closed):
    """Replace the disks of this member's VM. Destructive: only for a member by itself, which is named once more."""

    mode: Literal["replace_disks"]
    confirm_vm_id: ArmId
    staging_storage_account_id: ArmId


TemplateBody = Annotated[DisksTemplateBody | NewVmTemplateBody, Field(discriminator="mode")]
MemberTargetBody = Annotated[DisksTemplateBody | NewVmTemplateBody | ReplaceTemplateBody, Field(discriminator="mode")]


def template_of(body: BaseModel | None) -> Template | None:
    return Template(**body.model_dump()) if body is not None else None


class TargetsBody(Closed):
    """Where the members go."""

    recover: TemplateBody | None = Field(default=None, description="For members without a target of their own.")
    rehearse: TemplateBody | None = Field(
        default=None,
        description="For all members of a rehearsal: a resource group and a subnet of their own. Null: the plan "
        "cannot be rehearsed.",
    )


class MemberBody(Closed):
    protected_item_id: UUID
    target: MemberTargetBody | None = Field(default=None, description="In mode recover; null: that of the plan.")
    may_fail: bool = Field(default=False, description="The run goes on without it.")


class GateBody(Closed):
    """What must be true after a wave. It also needs that no member failed which may not (`person` decides on that)."""

    kind: GateKind = Field(
        default=GateKind.ALL_SUCCEEDED,
        description="delay: `seconds` more have passed. check: every VM that came back runs, and its agent has "
        "reported since. person: an approver says go.",
    )
    seconds: int | None = Field(
        default=None,
        ge=1,
        le=WEEK,
        description="Of delay: how long. Of check and person: the time limit (default 1800 and 86400); then the run "
        "stops.",
    )

    @model_validator(mode="after")
    def _seconds(self) -> Self:
        if self.kind is GateKind.DELAY and self.seconds is None:
            raise ValueError("a delay needs seconds")
        if self.kind is GateKind.ALL_SUCCEEDED and self.seconds is not None:
            raise ValueError("all_succeeded takes no seconds")
        return self


def _selector_of(body: SelectorBody) -> rules.Selector:
    said = body.as_selector()

    def each(words: Collection[str] | None) -> tuple[str, ...] | None:
        return tuple(words) if words is not None else None

    return rules.Selector(
        each(said.subscriptions),
        each(said.resource_groups),
        each(said.locations),
        each(said.names),
        tuple(said.excepted),
        {key: tuple(values) for key, values in said.tags.items()} if said.tags is not None else None,
    )


class WaveBody(Closed):
    """VMs that come back together. `selector` finds more of them each time the plan is used."""

    name: WaveName
    members: list[MemberBody] = Field(default=[], max_length=MOST_MEMBERS)
    selector: SelectorBody | None = None
    may_fail: bool = Field(default=False, description="Of the items that the selector finds.")
    gate: GateBody = Field(default_factory=GateBody, description="After this wave; the last wave's ends the run.")

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.members and self.selector is None:
            raise ValueError("name members or a selector")
        return self

    def to_wave(self) -> rules.Wave:
        selector = _selector_of(self.selector) if self.selector is not None else None
        members = tuple(
            rules.Member(one.protected_item_id, template_of(one.target), one.may_fail) for one in self.members
        )
        return rules.Wave(self.name, members, selector, self.may_fail, rules.Gate(self.gate.kind, self.gate.seconds))


def _names_differ(waves: list[WaveBody]) -> list[WaveBody]:
    if len({fold_case(wave.name) for wave in waves}) != len(waves):
        raise ValueError("two waves have the same name")
    return waves


Waves = Annotated[list[WaveBody], Field(min_length=1, max_length=MOST_WAVES)]
Promise = Annotated[int, Field(ge=1, le=365 * 86400, description="How long a run may take; shown beside what it took.")]


class PlanCreate(Closed):
    """A plan: waves of VMs that come back one after the other."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    point: PlanPointBody = Field(default_factory=lambda: PlanPointBody(latest=True))
    target: TargetsBody = Field(default_factory=TargetsBody)
    waves: Waves
    promised_rto_seconds: Promise | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _names_differ(self.waves)
        return self

    def to_plan(self) -> Plan:
        return Plan(
            self.point.to_rule(),
            rules.Targets(template_of(self.target.recover), template_of(self.target.rehearse)),
            tuple(wave.to_wave() for wave in self.waves),
            self.promised_rto_seconds,
        )


class PlanUpdate(Closed):
    """What is to change; each member that is sent replaces the whole of it."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    point: PlanPointBody | None = None
    target: TargetsBody | None = None
    waves: Waves | None = None
    promised_rto_seconds: Promise | None = None

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        _names_differ(self.waves or [])
        return self

    def applied_to(self, name: str, plan: Plan) -> tuple[str, Plan]:
        changes: dict[str, Any] = {
            one: getattr(self, one)
            for one in self.model_fields_set
            if getattr(self, one) is not None or one == "promised_rto_seconds"
        }
        said: dict[str, Any] = {"name": name, **body_of(plan), **changes}
        made = PlanCreate.model_validate(said)
        return made.name, made.to_plan()


def body_of(plan: Plan) -> dict[str, Any]:
    """The plan as a caller writes it."""
    said: dict[str, Any] = as_json(plan)
    said["point"] = PlanPointBody.of(plan.point)
    for which, template in said["target"].items():
        said["target"][which] = _shown_template(template)
    for wave in said["waves"]:
        for member in wave["members"]:
            member["target"] = _shown_template(member["target"])
        if wave["selector"] is not None:
            wave["selector"]["except"] = wave["selector"].pop("excepted")
    return said


FIELDS = {
    "disks": DisksTemplateBody.model_fields,
    "new_vm": NewVmTemplateBody.model_fields,
    "replace_disks": ReplaceTemplateBody.model_fields,
}


def _shown_template(template: dict[str, Any] | None) -> dict[str, Any] | None:
    return {name: template[name] for name in FIELDS[template["mode"]]} if template is not None else None


class PlanRead(PlanCreate):
    """A recovery plan."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **PLAN_EXAMPLE,
                    "id": PLAN_ID,
                    "created_at": "2026-01-31T10:00:00Z",
                    "updated_at": "2026-01-31T10:00:00Z",
                }
            ]
        }
    )

    id: UUID
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, row: RecoveryPlan) -> "PlanRead":
        said = body_of(PLAN.validate_python(row.definition))
        own = {"id": row.id, "name": row.name, "created_at": row.created_at, "updated_at": row.updated_at}
        return cls.model_validate(said | own)
