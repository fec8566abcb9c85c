"""Price lists: how rows of Azure's price list are read, and the list that comes with Holdfast. Pure.

What is known of the meters, and by whom: docs/azure.md, Sizes and prices. Two spellings of a meter are accepted. A row
counts only when it says all of it: the currency and the region that were asked for, a consumption price, the primary
region of its meter, a unit that we can read, a price from LEAST to MOST. If several such rows disagree, the price is
not known.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.cost.rules import PriceKey


class PriceSource(StrEnum):
    API = "api"
    PACKAGED = "packaged"


def weakest(sources: Iterable[PriceSource]) -> PriceSource:
    """Where the prices of several lists are from: as soon as one is packaged, all are said to be."""
    return PriceSource.PACKAGED if PriceSource.PACKAGED in set(sources) else PriceSource.API


@dataclass(frozen=True, slots=True)
class PriceList:
    """The prices of a region in a currency, as of a day. What is not in it is not known."""

    region: str
    currency: str
    as_of: date
    source: PriceSource
    prices: Mapping[PriceKey, Decimal]


@dataclass(frozen=True, slots=True)
class _Meter:
    service: str
    product: re.Pattern[str]
    sku: re.Pattern[str]
    meter: re.Pattern[str]


def _backup(sku: str, meter: str) -> _Meter:
    return _Meter("Backup", re.compile(r"Backup$"), re.compile(sku + "$"), re.compile(meter + "$", re.IGNORECASE))


def _snapshot(product: str, meter: str) -> _Meter:
    words = re.compile(product, re.IGNORECASE)
    return _Meter("Storage", words, re.compile(".*"), re.compile(meter + "$", re.IGNORECASE))


METERS: Mapping[PriceKey, _Meter] = {
    PriceKey.INSTANCE: _backup("Azure VM", r"Azure VM (Protected )?Instances?"),
    PriceKey.VAULT_LRS: _backup("Standard", r"(Standard )?LRS Data Stored"),
    PriceKey.VAULT_ZRS: _backup("Standard", r"(Standard )?ZRS Data Stored"),
    PriceKey.VAULT_GRS: _backup("Standard", r"(Standard )?GRS Data Stored"),
    PriceKey.VAULT_RA_GRS: _backup("Standard", r"(Standard )?RA-GRS Data Stored"),
    PriceKey.ARCHIVE_LRS: _backup("Archive", r"Archive LRS Data Stored"),
    PriceKey.ARCHIVE_GRS: _backup("Archive", r"Archive GRS Data Stored"),
    PriceKey.SNAPSHOTS_STANDARD: _snapshot(r".*page blob", r"LRS Snapshots"),
    PriceKey.SNAPSHOTS_ENHANCED: _snapshot(r".*managed disk", r"ZRS Snapshots"),
}
LEAST, MOST = Decimal("1E-9"), Decimal(1_000_000)
"""A price outside of this is no price, in any currency; sums of what is inside can be written. Ours."""
_GB_UNIT = re.compile(r"([1-9][0-9]{0,5}) GB/Month")
_INSTANCE_UNIT = re.compile(r"([1-9][0-9]{0,5})(?:/Month)?")


def prices_in(rows: Iterable[Any], region: str, currency: str) -> dict[PriceKey, Decimal]:
    """The prices that rows of Azure's price list say, for one unit each; a row that is odd says none."""
    found: dict[PriceKey, set[Decimal]] = defaultdict(set)
    for row in rows:
        if isinstance(row, Mapping) and _counts(row, region, currency):
            for key, meter in METERS.items():
                price = _price_of(row, key, meter)
                if price is not None:
                    found[key].add(price)
    return {key: next(iter(prices)) for key, prices in found.items() if len(prices) == 1}


def _counts(row: Mapping[str, Any], region: str, currency: str) -> bool:
    """A consumption price of the region itself. Reservations share their meters' names and price a whole term."""
    return (
        row.get("type") == "Consumption"
        and row.get("isPrimaryMeterRegion") is True
        and row.get("armRegionName") == region
        and row.get("currencyCode") == currency
        and row.get("tierMinimumUnits", Decimal(0)) == 0
    )


def _price_of(row: Mapping[str, Any], key: PriceKey, meter: _Meter) -> Decimal | None:
    named = [row.get(name) for name in ("productName", "skuName", "meterName", "unitOfMeasure")]
    price = row.get("retailPrice")
    if not all(isinstance(name, str) for name in named) or not isinstance(price, Decimal | int):
        return None
    product, sku, name, unit = (str(name) for name in named)
    says = row.get("serviceName") == meter.service and meter.product.match(product) and meter.sku.match(sku)
    read = (_INSTANCE_UNIT if key is PriceKey.INSTANCE else _GB_UNIT).fullmatch(unit)
    if not says or not meter.meter.match(name) or read is None or isinstance(price, bool):
        return None
    value = Decimal(price)
    return value / Decimal(read[1]) if value.is_finite() and LEAST <= value < MOST else None


# --- the list that comes with Holdfast ---------------------------------------------------------------------------
LOOKED_AT = date(2026, 11, 29)
"""When packaged prices were last looked for."""
ANY_REGION = "*"
_PACKAGED: Mapping[tuple[str, str], tuple[date, Mapping[PriceKey, str]]] = {
    (ANY_REGION, "USD"): (date(2015, 1, 1), {PriceKey.INSTANCE: "10"}),
    ("westeurope", "EUR"): (
        date(2026, 1, 1),
        {
            PriceKey.INSTANCE: "8.775779",
            PriceKey.VAULT_LRS: "0.019658",
            PriceKey.VAULT_ZRS: "0.024572",
            PriceKey.VAULT_GRS: "0.039315",
            PriceKey.VAULT_RA_GRS: "0.049934",
            PriceKey.ARCHIVE_LRS: "0.002106",
        },
    ),
    ("eastus2", "USD"): (
        date(2024, 1, 1),
        {PriceKey.SNAPSHOTS_STANDARD: "0.12", PriceKey.SNAPSHOTS_ENHANCED: "0.05"},
    ),
}
"""With the first day of the year in which they were quoted (docs/cost.md): no day is known."""


def packaged(region: str, currency: str) -> PriceList:
    """What is known without asking: few prices, or none. Dated by the oldest of them.

    A list without prices is of the day on which they were last looked for.
    """
    found = [_PACKAGED[place] for place in ((ANY_REGION, currency), (region, currency)) if place in _PACKAGED]
    prices = {key: Decimal(price) for _, rows in found for key, price in rows.items()}
    as_of = min((day for day, _ in found), default=LOOKED_AT)
    return PriceList(region, currency, as_of, PriceSource.PACKAGED, prices)
