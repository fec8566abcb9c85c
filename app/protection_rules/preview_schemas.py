"""Bodies of previews: what a rule would do now."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.estate.schemas import EstateKnown
from app.jobs.api.costs import COST_EXAMPLE, CostChange
from app.jobs.api.schemas import VmRead
from app.protection_rules import holds
from app.protection_rules.holds import MOST_UNCONFIRMED
from app.protection_rules.preview import Weighed, counts_of
from app.protection_rules.rules import Lost, LostReason, Overlap, Protects, Skip, SkipReason, Vm
from app.protection_rules.schemas import RULE_ID, RuleCounts

_GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo"


def _example(name: str) -> JsonDict:
    return {
        "id": f"{_GROUP}/providers/Microsoft.Compute/virtualMachines/{name}",
        "name": name,
        "resource_group": "rg-demo",
        "subscription_id": "00000000-0000-0000-0000-000000000001",
    }


VAULT_ID, POLICY_ID = "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002"
ITEM_ID = "01890000-0000-7000-8000-000000000003"
PREVIEW_EXAMPLE: JsonDict = {
    "protect": [
        {
            "vm": _example("vm-web-01"),
            "vault_id": VAULT_ID,
            "policy_id": POLICY_ID,
            "reason": "No vault protects it; the rule has a target for westus.",
        }
    ],
    "conflicts": [
        {"vm": _example("vm-db-01"), "rules": [RULE_ID, "01890000-0000-7000-8000-0000000000d2"], "winner": RULE_ID}
    ],
    "skipped": [
        {
            "vm": _example("vm-batch-01"),
            "reason": "paused",
            "detail": "Its backups are paused: resume it.",
            "job": None,
        }
    ],
    "lost": [
        {
            "vm": _example("vm-old-01"),
            "protected_item_id": ITEM_ID,
            "reason": "not_selected",
            "state": "protected",
            "action": "report",
            "taken_by": None,
        }
    ],
    "unchanged": [
        {"vm": _example("vm-db-01"), "protected_item_id": ITEM_ID, "vault_id": VAULT_ID, "policy_id": POLICY_ID}
    ],
    "counts": {"protect": 1, "unchanged": 1, "skipped": 1, "conflicts": 1, "lost": 1},
    "confirm": {"count": 1, "limit": 100, "needed": False},
    "approval": None,
    "hours": 1,
    "cost": COST_EXAMPLE,
    "hash": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4",
    "as_of": "2026-01-31T10:00:00Z",
    "unreachable": [],
}


class ToProtect(BaseModel):
    """A VM that the rule would protect."""

    vm: VmRead
    vault_id: UUID
    policy_id: UUID
    reason: str


class RuleConflict(BaseModel):
    """A VM that other rules select, too."""

    vm: VmRead
    rules: list[UUID] = Field(description="All that select it; a body that is no rule yet is not among them.")
    winner: UUID | Literal["this"] | None = Field(
        description="The one that decides: the lowest priority of those that are enforced or stopped, and this rule. "
        "null: two have the same, so neither does anything. `this`: the body that is no rule yet."
    )


class Skipped(BaseModel):
    """A VM that is selected and not touched."""

    vm: VmRead
    reason: SkipReason
    detail: str
    job: str | None = Field(default=None, description="The job that failed, of `failed_before`.")


class LostVm(BaseModel):
    """A VM that the rule has protected and does not select any more. It is never deleted."""

    vm: VmRead
    protected_item_id: UUID | None
    reason: LostReason = Field(
        description="not_selected: a tag went, or another thing by which it was selected. rule_changed: `selector` "
        "or `on_lost` was changed; it is never paused for that. vm_missing: the VM is gone."
    )
    state: str | None = Field(description="State of the protected item; null: it has none.")
    action: Literal["report", "pause"]
    taken_by: UUID | None = Field(
        default=None, description="Another rule that selects it, and decides: then it is not paused."
    )


class Unchanged(BaseModel):
    """A VM that is protected as the rule wants it."""

    vm: VmRead
    protected_item_id: UUID
    vault_id: UUID
    policy_id: UUID


class ConfirmRead(BaseModel):
    """The number to confirm."""

    count: int = Field(description="VMs that the rule would touch: to protect, and to pause.")
    limit: int
    needed: bool = Field(description='Whether enforcing needs "confirm": count.')


class RulePreview(EstateKnown):
    """What a rule would do now, from what is known of the estate. Nothing is written.

    Each VM that is selected is in one of `protect`, `unchanged` and `skipped`, by id.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [PREVIEW_EXAMPLE]})

    protect: list[ToProtect]
    conflicts: list[RuleConflict]
    skipped: list[Skipped]
    lost: list[LostVm]
    unchanged: list[Unchanged]
    counts: RuleCounts
    confirm: ConfirmRead
    approval: str | None = Field(description="The operation for which the tenant wants a second person; null: none.")
    hours: int = Field(description="How long protecting takes by `max_per_hour`, rounded up.")
    cost: CostChange | None = Field(description="Of the VMs in `protect`; null: not known.")
    hash: str


def shown(weighed: Weighed, approvals: frozenset[str]) -> dict[str, Any]:
    """A `RulePreview` as plain JSON: it may be of 10,000 VMs."""
    effect, wanted = weighed.effect, weighed.wanted
    approval = next((one for one in holds.operations_of(wanted.definition["on_lost"]) if one in approvals), None)
    known = EstateKnown.shown(weighed.facts.known)
    return {
        "protect": [_protect(one) for one in effect.protects],
        "conflicts": [_conflict(one) for one in effect.conflicts],
        "skipped": [_skip(one) for one in effect.skips],
        "lost": [_lost(one) for one in effect.lost],
        "unchanged": [_unchanged(one) for one in effect.unchanged],
        "counts": dict(counts_of(effect)),
        "confirm": {
            "count": effect.touched,
            "limit": MOST_UNCONFIRMED,
            "needed": holds.needs_confirm(effect.touched, 0),
        },
        "approval": approval,
        "hours": -(-effect.touched // wanted.max_per_hour),
        "cost": weighed.cost.model_dump(mode="json") if weighed.cost is not None else None,
        "hash": wanted.hash,
        "as_of": known["as_of"].isoformat() if known["as_of"] is not None else None,
        "unreachable": [one.model_dump(mode="json") for one in known["unreachable"]],
    }


def vm_of(arm_id: str) -> dict[str, str]:
    """A `VmRead`."""
    parts = arm_id.split("/")
    return {"id": arm_id, "name": parts[8], "resource_group": parts[4], "subscription_id": parts[2]}


def _protect(one: Protects) -> dict[str, Any]:
    target = one.target
    return {
        "vm": vm_of(one.vm.id),
        "vault_id": str(target.vault_id),
        "policy_id": str(target.policy_id),
        "reason": f"No vault protects it; the rule has a target for {target.location}.",
    }


def _conflict(one: Overlap) -> dict[str, Any]:
    winner = "this" if one.winner is None and one.is_decided else _text(one.winner)
    return {"vm": vm_of(one.vm.id), "rules": [str(id_) for id_ in one.rules if id_ is not None], "winner": winner}


def _skip(one: Skip) -> dict[str, Any]:
    return {"vm": vm_of(one.vm.id), "reason": one.reason.value, "detail": one.detail, "job": one.job}


def _lost(one: Lost) -> dict[str, Any]:
    return {
        "vm": vm_of(one.vm_id),
        "protected_item_id": _text(one.item_id),
        "reason": one.reason.value,
        "state": one.item_state,
        "action": "pause" if one.is_paused_by_rule else "report",
        "taken_by": _text(one.taken_by),
    }


def _unchanged(vm: Vm) -> dict[str, Any]:
    return {
        "vm": vm_of(vm.id),
        "protected_item_id": _text(vm.item_id),
        "vault_id": _text(vm.vault_id),
        "policy_id": _text(vm.policy_id),
    }


def _text(id_: UUID | None) -> str | None:
    return str(id_) if id_ is not None else None
