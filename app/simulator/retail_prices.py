"""The public price list: samples, not Azure's prices (docs/azure.md, Sizes and prices).

The figures of West Europe in EUR are those of the one sample there is; USD is the same times 10 / 8.775779, so that an
instance costs 10. Every region of the simulator has the same figures. Both spellings of meters, a reservation, a row of
another primary region and links with the port written out are what a client meets at Azure, too.
"""

import re
from urllib.parse import urlencode, urlsplit

from app.simulator.arm import Reply
from app.simulator.world import REGIONS, Json

PATH = "/api/retail/prices"
PAGE = 5
"""Azure: 1,000. So short that a client has to follow the links."""
_EUR = {
    ("Backup", "Azure VM", "Azure VM Protected Instance", "1/Month"): 8.775779,
    ("Backup", "Standard", "Standard LRS Data Stored", "1 GB/Month"): 0.019658,
    ("Backup", "Standard", "Standard ZRS Data Stored", "1 GB/Month"): 0.024572,
    ("Backup", "Standard", "GRS Data Stored", "1 GB/Month"): 0.039315,
    ("Backup", "Standard", "RA-GRS Data Stored", "1 GB/Month"): 0.049934,
    ("Backup", "Archive", "Archive LRS Data Stored", "1 GB/Month"): 0.002106,
    ("Standard Page Blob", "Standard LRS", "LRS Snapshots", "1 GB/Month"): 0.105309,
    ("Standard HDD Managed Disks", "Snapshots ZRS", "ZRS Snapshots", "1 GB/Month"): 0.043879,
}
_PRICED = {*REGIONS, "westeurope", "eastus2"}
_RATES = {"EUR": 1.0, "USD": 10 / 8.775779}
_FIELDS = {"priceType": "type"}
"""Where a filter and a row call the same thing by two names."""
_TERM = re.compile(r"(\w+) eq '([^']*)'")
_CONTAINS = re.compile(r"contains\(meterName, '([^']*)'\)")


def answer(method: str, url: str, query: dict[str, str]) -> Reply | None:
    """The answer to a request of the price list; None = it is about something else. Needs no token."""
    if urlsplit(url).path.lower() != PATH:
        return None
    if method != "GET":
        return Reply(405, {"error": {"code": "MethodNotAllowed", "message": "GET only."}})
    currency = query.get("currencyCode", "'USD'").strip("'")
    wanted: dict[str, str] = dict(_TERM.findall(query.get("$filter", "")))
    contains = _CONTAINS.search(query.get("$filter", ""))
    rows = [
        row
        for row in _rows(wanted.get("armRegionName", ""), currency)
        if all(row[_FIELDS.get(name, name)] == value for name, value in wanted.items())
        and (contains is None or contains[1] in row["meterName"])
    ]
    skip = int(query["$skip"]) if query.get("$skip", "").isdecimal() else 0
    page = rows[skip : skip + PAGE]
    return Reply(
        200,
        {
            "BillingCurrency": currency,
            "CustomerEntityId": "Simulated",
            "CustomerEntityType": "Retail",
            "Items": page,
            "NextPageLink": _link(url, query, skip + PAGE) if skip + PAGE < len(rows) else None,
            "Count": len(page),
        },
    )


def _link(url: str, query: dict[str, str], skip: int) -> str:
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    asked = urlencode({**query, "$skip": str(skip)})
    return f"{parts.scheme}://{parts.hostname}:{port}{PATH}?{asked}"


def _rows(region: str, currency: str) -> list[Json]:
    """Nothing for a region or a currency that is not known here. Azure's answer to that was not observed."""
    if region not in _PRICED or currency not in _RATES:
        return []
    rate = _RATES[currency]
    found = [_row(region, currency, *names, round(price * rate, 6)) for names, price in _EUR.items()]
    standard = ("Backup", "Standard", "GRS Data Stored", "100 TB")
    reserved = _row(region, currency, *standard, 30000.0) | {"type": "Reservation", "reservationTerm": "1 Year"}
    elsewhere = _row(region, currency, "Backup", "Standard", "Standard LRS Data Stored", "1 GB/Month", 0.9)
    return [*found, reserved, elsewhere | {"isPrimaryMeterRegion": False}]


def _row(region: str, currency: str, product: str, sku: str, meter: str, unit: str, price: float) -> Json:
    return {
        "currencyCode": currency,
        "tierMinimumUnits": 0.0,
        "retailPrice": price,
        "unitPrice": price,
        "armRegionName": region,
        "location": region,
        "effectiveStartDate": "2026-01-01T00:00:00Z",
        "meterId": "00000000-0000-0000-0000-000000000000",
        "meterName": meter,
        "productId": "SIMULATED",
        "skuId": "SIMULATED/0000",
        "productName": product,
        "skuName": sku,
        "serviceName": "Backup" if product == "Backup" else "Storage",
        "serviceId": "SIMULATED",
        "serviceFamily": "Storage",
        "unitOfMeasure": unit,
        "type": "Consumption",
        "isPrimaryMeterRegion": True,
        "armSkuName": "",
    }
