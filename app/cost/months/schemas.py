"""Bodies of charge-back. Money is a decimal string."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.cost.amounts import money, quantity
from app.cost.effects import shown_range
from app.cost.forecast import DAYS
from app.cost.months.charges import Group, GroupStorage
from app.cost.months.rows import PastMonth
from app.jobs.api.costs import MoneyRange

_MONEY: JsonDict = {"expected": "19.23", "low": "17.51", "high": "21.02"}
_GROUP: JsonDict = {
    "key": "01890000-0000-7000-8000-000000000001",
    "name": "vault-demo",
    "items_count": 1,
    "incomplete_count": 0,
    "monthly": _MONEY,
    "forecast": {"days": 90, "on": "2027-02-27", "monthly": {"expected": "24.10", "low": "20.01", "high": "29.48"}},
    "storage": {"gb": "61.204", "basis": "measured", "as_of": "2026-11-29T03:10:00Z", "not_measured": []},
    "history": [{"month": "2026-10-01", "monthly": "18.11", "items_count": 1, "incomplete_count": 0, "days_count": 31}],
}
EXAMPLE: JsonDict = {
    "currency": "USD",
    "price_date": "2026-11-29",
    "price_source": "api",
    "group_by": "vault",
    "groups": [_GROUP],
    "total": {name: value for name, value in _GROUP.items() if name not in {"key", "name"}},
    "unknown_prices": [],
}


class MonthRead(BaseModel):
    """What was kept of a month: the sum of its days that are over. A VM is charged once for a day."""

    month: date = Field(description="Its first day. Months and days are by UTC.")
    monthly: str | None = Field(description="Of the days counted; null: no charge of them was known.")
    items_count: int
    incomplete_count: int = Field(description="Items of which a charge was not known on a day.")
    days_count: int | None = Field(
        description="Days that are in it; null: the month was computed whole, by a version that kept no days."
    )


class ForecastRead(BaseModel):
    """The month that ends in 90 days, if nothing is changed: what the policies keep by then, with its band."""

    days: int
    on: date
    monthly: MoneyRange | None


class StorageRead(BaseModel):
    """What the items store in the vault tier now."""

    gb: str | None = Field(description="GB of 2^30 bytes. Sum of what is known; null: nothing is.")
    basis: Literal["measured", "estimated", "assumed"] = Field(
        description="The weakest of its items'. `measured`: Azure said what their whole vaults store."
    )
    as_of: datetime | None = Field(description="When Azure said so, the oldest; null: nothing of it is measured.")
    not_measured: list[Literal["not_read", "not_allowed", "not_said", "other_data", "shares_unknown"]] = Field(
        description="Why not, of any of its vaults: docs/cost.md."
    )

    @classmethod
    def of(cls, found: GroupStorage | None) -> "StorageRead | None":
        if found is None:
            return None
        return cls(
            gb=quantity(found.quantity.expected) if found.quantity is not None else None,
            basis=found.basis.value,
            as_of=found.as_of,
            not_measured=[why.value for why in found.not_measured],
        )


class TotalRead(BaseModel):
    """What items cost together."""

    items_count: int
    incomplete_count: int = Field(description="Items of which a charge is not known: their size, policy or a price.")
    monthly: MoneyRange | None = Field(description="Now. Sum of the charges that are known; null: none is.")
    forecast: ForecastRead
    storage: StorageRead | None = Field(description="null: nothing is stored yet.")
    history: list[MonthRead] = Field(description="The last 13 months, the present one included, oldest first.")

    @staticmethod
    def parts(group: Group, past: Sequence[PastMonth], on: date) -> dict[str, Any]:
        return {
            "items_count": group.items_count,
            "incomplete_count": group.incomplete_count,
            "monthly": shown_range(group.monthly),
            "forecast": ForecastRead(days=DAYS, on=on, monthly=shown_range(group.later)),
            "storage": StorageRead.of(group.storage),
            "history": [
                MonthRead(
                    month=one.month,
                    monthly=money(one.monthly) if one.monthly is not None else None,
                    items_count=one.items_count,
                    incomplete_count=one.incomplete_count,
                    days_count=one.days_count,
                )
                for one in past
            ],
        }


class GroupRead(TotalRead):
    """What the items of one key cost."""

    key: str | None = Field(description="The label's value, the tenant, or the vault's id; null: no such label.")
    name: str | None = Field(description="The vault's name; null for other groups.")


class CostRead(BaseModel):
    """What the tenant's protected items cost a month, by list prices (docs/cost.md)."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    currency: str
    price_date: date | None = Field(description="Of the oldest price list used; null: there is no item.")
    price_source: Literal["api", "packaged"] | None
    group_by: str
    groups: list[GroupRead]
    total: TotalRead = Field(description="What all items cost together.")
    unknown_prices: list[str]
