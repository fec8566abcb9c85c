"""Bodies of estimates. Money and quantities are decimal strings."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.config import JsonDict

from app.azure.values import Redundancy
from app.cost.amounts import Amount, money, quantity
from app.cost.estimates import Estimate, Estimated
from app.cost.rules import Basis, Line, Meter
from app.cost.sizes import (
    CHURN_PERCENT,
    COMPRESSION_PERCENT,
    USED_SHARE_PERCENT,
    Assumptions,
)
from app.jobs.api.costs import COST_EXAMPLE, CostReason, MoneyRange
from app.jobs.api.schemas import VmRead
from app.policies.schemas import DefinitionBody
from app.selectors.schemas import ArmId, Location, SelectorBody

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)]
MOST_IDS = 1_000
"""As many as the body's 64 KiB hold; a selector takes up to 5,000 items."""
MOST_BYTES = 2**60
LONGEST_DAYS = 3653

ASKED: JsonDict = {
    "protected_item_ids": ["01890000-0000-7000-8000-000000000003"],
    "cross_region_restore": True,
    "currency": "USD",
    "assumptions": {"used_bytes": 107374182400, "daily_churn_percent": 2},
}
ANSWERED: JsonDict = {
    "currency": "USD",
    "price_date": "2026-11-29",
    "price_source": "api",
    "items_count": 1,
    "items": [
        {
            "vm": {
                "id": "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-demo/providers/"
                "Microsoft.Compute/virtualMachines/vm-web-01",
                "name": "vm-web-01",
                "resource_group": "rg-demo",
                "subscription_id": "00000000-0000-0000-0000-000000000001",
            },
            "protected_item_id": "01890000-0000-7000-8000-000000000003",
            "lines": [
                {
                    "meter": "instance",
                    "quantity": "1.000",
                    "unit": "1/month",
                    "unit_price": "10",
                    "monthly": "10.00",
                    "basis": "assumed",
                },
                {
                    "meter": "vault_storage",
                    "quantity": "158.000",
                    "unit": "GB/month",
                    "unit_price": "0.0569",
                    "monthly": "8.99",
                    "basis": "assumed",
                },
            ],
            "monthly": {"expected": "19.23", "low": "17.51", "high": "19.23"},
            "notes": [],
        }
    ],
    "total": {"expected": "19.23", "low": "17.51", "high": "19.23"},
    "today": {"expected": "17.32", "low": "16.10", "high": "17.32"},
    "difference": "1.91",
    "reasons": COST_EXAMPLE["reasons"],
    "unknown_prices": [],
    "assumptions": {
        "used_bytes": 107374182400,
        "daily_churn_percent": {"expected": "2", "low": "2", "high": "2"},
        "compression_percent": {"expected": "0", "low": "30", "high": "0"},
        "used_share_percent": {"expected": "50", "low": "25", "high": "100"},
        "archive_after_days": 365,
        "after_days": 365,
    },
}


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AssumptionsBody(Closed):
    """What to assume in place of what was measured, or of the defaults (docs/cost.md)."""

    used_bytes: int | None = Field(default=None, ge=0, le=MOST_BYTES, description="Data used on the disks of each VM.")
    daily_churn_percent: Percent | None = Field(default=None, description="Of the used data. Default: measured, or 2.")
    compression_percent: Percent | None = Field(default=None, description="What compression saves. Default: 0.")
    used_share_percent: Percent | None = Field(
        default=None, description="How much of its disks a VM uses, where only their size is known. Default: 50."
    )
    archive_after_days: int | None = Field(
        default=None, ge=1, le=LONGEST_DAYS, description="Points this old are in the archive tier. Default: none."
    )
    after_days: int = Field(
        default=365, ge=1, le=LONGEST_DAYS, description="Days from the first backup to the end of the month estimated."
    )

    def as_assumptions(self) -> Assumptions:
        return Assumptions(**self.model_dump())


class EstimateCreate(Closed):
    """Which VMs, and what shall be true of them. What is left out stays as it is today. Nothing is changed.

    Name exactly one of `protected_item_ids`, `vm_ids` and `selector`; a VM that is named twice counts once.
    """

    model_config = ConfigDict(extra="forbid")

    protected_item_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=MOST_IDS, description="For more of them use `selector`."
    )
    vm_ids: list[ArmId] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_IDS,
        description="Protected here or not; in any letter case. The body's 64 KiB hold about 400.",
    )
    selector: SelectorBody | None = None
    policy_id: UUID | None = Field(default=None, description="A policy of any vault.")
    policy: DefinitionBody | None = Field(default=None, description="A policy that need not exist.")
    redundancy: Redundancy | None = None
    cross_region_restore: bool | None = Field(default=None, description="Needs geo redundancy.")
    location: Location | None = Field(
        default=None, description="Region of VMs that are not protected here, when no policy_id gives it."
    )
    currency: Currency = Field(default="USD", description="USD is Azure's own; others are for orientation.")
    assumptions: AssumptionsBody = Field(default_factory=AssumptionsBody)

    @model_validator(mode="after")
    def _one_of_each(self) -> Self:
        if sum(one is not None for one in (self.protected_item_ids, self.vm_ids, self.selector)) != 1:
            raise ValueError("name exactly one of protected_item_ids, vm_ids and selector")
        if self.policy_id is not None and self.policy is not None:
            raise ValueError("say policy_id or policy, not both")
        return self


class LineRead(BaseModel):
    """One charge. `quantity` null: the size or the policy is not known; `unit_price` null: the price is not known."""

    meter: Meter
    quantity: str | None
    unit: str
    unit_price: str | None
    monthly: str | None
    basis: Basis


class ItemCost(BaseModel):
    """What one VM costs a month. `monthly` is the sum of the lines that are known; null: none is."""

    vm: VmRead
    protected_item_id: UUID | None = Field(description="Null: it is not protected here.")
    lines: list[LineRead]
    monthly: MoneyRange | None
    notes: list[Literal["size_unknown", "policy_unknown", "still_growing"]] = Field(
        description="`size_unknown`: give assumptions.used_bytes. `policy_unknown`: it has no policy, or one whose "
        "settings Holdfast does not support. `still_growing`: its policy keeps points for longer than after_days."
    )


class AssumptionsRead(BaseModel):
    """What was assumed where nothing was measured; `low` and `high` are those of the lowest and highest cost."""

    used_bytes: int | None
    daily_churn_percent: MoneyRange
    compression_percent: MoneyRange
    used_share_percent: MoneyRange
    archive_after_days: int | None
    after_days: int


class EstimateRead(BaseModel):
    """What backup costs a month, by list prices (docs/cost.md). Sums are made before rounding."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWERED]})

    currency: str
    price_date: date = Field(description="Of the oldest price list used.")
    price_source: Literal["api", "packaged"]
    items_count: int
    items: list[ItemCost]
    total: MoneyRange | None = Field(description="Sum of the lines that are known; null: none is.")
    today: MoneyRange | None = Field(description="The same VMs with today's settings; 0 for one not protected.")
    difference: str | None = Field(description="Total minus today; null: a charge that changes is not known.")
    reasons: list[CostReason] = Field(description="Why there is a difference: at most 20.")
    unknown_prices: list[str] = Field(description="Prices that are not known; they are in no sum.")
    assumptions: AssumptionsRead


def shown(made: Estimate, said: Assumptions) -> dict[str, Any]:
    """An `EstimateRead` as plain JSON: 5,000 VMs are 15,000 lines."""
    return {
        "currency": made.currency,
        "price_date": made.price_date.isoformat(),
        "price_source": made.price_source.value,
        "items_count": len(made.items),
        "items": [_item(item) for item in made.items],
        "total": as_range(made.total),
        "today": as_range(made.present),
        "difference": money(made.difference) if made.difference is not None else None,
        "reasons": [{"code": reason.code, "detail": reason.detail} for reason in made.reasons],
        "unknown_prices": list(made.unknown_prices),
        "assumptions": {
            "used_bytes": said.used_bytes,
            "daily_churn_percent": _assumed(said.daily_churn_percent, CHURN_PERCENT),
            "compression_percent": _assumed(said.compression_percent, COMPRESSION_PERCENT),
            "used_share_percent": _assumed(said.used_share_percent, USED_SHARE_PERCENT),
            "archive_after_days": said.archive_after_days,
            "after_days": said.after_days,
        },
    }


def as_range(amount: Amount | None) -> dict[str, str] | None:
    if amount is None:
        return None
    return {"expected": money(amount.expected), "low": money(amount.low), "high": money(amount.high)}


def _assumed(said: Decimal | None, usual: Amount) -> dict[str, str]:
    used = usual if said is None else Amount.exactly(said)
    return {
        "expected": f"{used.expected.normalize():f}",
        "low": f"{used.low.normalize():f}",
        "high": f"{used.high.normalize():f}",
    }


def _item(item: Estimated) -> dict[str, Any]:
    vm, item_id = item.subject.vm, item.subject.item_id
    return {
        "vm": {
            "id": vm.id,
            "name": vm.name,
            "resource_group": vm.resource_group,
            "subscription_id": vm.subscription_id,
        },
        "protected_item_id": str(item_id) if item_id is not None else None,
        "lines": [_line(line) for line in item.bill.lines],
        "monthly": as_range(item.bill.monthly),
        "notes": list(item.notes),
    }


def _line(line: Line) -> dict[str, Any]:
    monthly = line.monthly
    return {
        "meter": line.meter.value,
        "quantity": quantity(line.quantity.expected) if line.quantity is not None else None,
        "unit": line.unit,
        "unit_price": f"{line.unit_price:f}" if line.unit_price is not None else None,
        "monthly": money(monthly.expected) if monthly is not None else None,
        "basis": line.basis.value,
    }
