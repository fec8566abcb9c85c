"""What a change costs a month, as dry runs show it. It is computed by app/cost, to the right of the features."""

from datetime import date
from typing import Literal, Protocol
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.azure.values import PolicyDefinition
from app.core.db.database import Transactions

COST_EXAMPLE: JsonDict = {
    "currency": "USD",
    "price_date": "2026-11-29",
    "price_source": "api",
    "items_count": 1,
    "today": {"expected": "17.29", "low": "14.02", "high": "21.15"},
    "monthly": {"expected": "19.20", "low": "15.10", "high": "24.11"},
    "difference": "1.91",
    "reasons": [
        {
            "code": "storage_rate",
            "detail": "Vault storage in westus is charged by the price of RA-GRS (cross-region restore), not of GRS: "
            "+27 % for each GB.",
        }
    ],
    "unknown_prices": [],
}


class MoneyRange(BaseModel):
    """Decimal strings. `low` and `high` are what the assumptions allow."""

    expected: str
    low: str
    high: str


class CostReason(BaseModel):
    """Why the wanted settings cost more or less than today's."""

    code: str
    detail: str


class CostChange(BaseModel):
    """What the VMs concerned cost a month, today and after the change: an estimate (docs/cost.md)."""

    model_config = ConfigDict(json_schema_extra={"examples": [COST_EXAMPLE]})

    currency: str
    price_date: date
    price_source: Literal["api", "packaged"]
    items_count: int = Field(description="Number of protected items that the change concerns.")
    today: MoneyRange | None = Field(description="A month with today's settings; null: no charge is known.")
    monthly: MoneyRange | None = Field(description="A month with the wanted settings; null: no charge is known.")
    difference: str | None = Field(description="After minus before; null: a charge that changes is not known.")
    reasons: list[CostReason]
    unknown_prices: list[str] = Field(description="Prices that are not known; they are in no sum.")


class CostOfChanges(Protocol):
    """The cost of changes that a dry run shows. None: it is not known. No transaction of `db` may be open."""

    async def of_policy(
        self, db: Transactions, tenant: str, policy_id: UUID, after: PolicyDefinition
    ) -> CostChange | None:
        """Another definition for all items that follow a policy."""
        ...

    async def of_vault(
        self, db: Transactions, tenant: str, vault_id: UUID, redundancy: str | None, *, cross_region: bool | None
    ) -> CostChange | None:
        """Other redundancy, or cross-region restore, for all items of a vault. None = stays."""
        ...

    async def of_item(self, db: Transactions, tenant: str, item_id: UUID, policy_id: UUID) -> CostChange | None:
        """Another policy for one item."""
        ...
