"""Azure's price list: what a row must say to count, pages, foreign answers; and the simulator's samples."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
import respx

from app.cost.prices.meters import PriceSource, packaged, prices_in
from app.cost.prices.retail import MAX_PAGES, PATH, PricesAway, RetailPrices
from app.cost.rules import PriceKey
from app.simulator.asgi import create_app
from tests.each import each

ORIGIN = "https://prices.example"
URL = f"{ORIGIN}{PATH}"
LRS: dict[str, Any] = {
    "currencyCode": "EUR",
    "tierMinimumUnits": Decimal(0),
    "retailPrice": Decimal("0.019658"),
    "armRegionName": "westeurope",
    "meterName": "Standard LRS Data Stored",
    "productName": "Backup",
    "skuName": "Standard",
    "serviceName": "Backup",
    "unitOfMeasure": "1 GB/Month",
    "type": "Consumption",
    "isPrimaryMeterRegion": True,
}
INSTANCE = LRS | {"meterName": "Azure VM Protected Instance", "skuName": "Azure VM", "unitOfMeasure": "1/Month"}
NOTHING: dict[str, Any] = {"Items": [], "NextPageLink": None}


def read(*rows: Any) -> dict[PriceKey, Decimal]:
    return prices_in(rows, "westeurope", "EUR")


# --- rows ------------------------------------------------------------------------------------------------------------
@each(
    [
        (PriceKey.INSTANCE, INSTANCE),
        (PriceKey.INSTANCE, INSTANCE | {"meterName": "Azure VM Protected Instances"}),
        (PriceKey.INSTANCE, INSTANCE | {"meterName": "Azure VM Instances", "unitOfMeasure": "1"}),
        (PriceKey.VAULT_LRS, LRS),
        (PriceKey.VAULT_LRS, LRS | {"meterName": "LRS Data Stored"}),
        (PriceKey.VAULT_ZRS, LRS | {"meterName": "Standard ZRS Data Stored"}),
        (PriceKey.VAULT_GRS, LRS | {"meterName": "GRS Data Stored"}),
        (PriceKey.VAULT_RA_GRS, LRS | {"meterName": "Standard RA-GRS Data Stored"}),
        (PriceKey.VAULT_RA_GRS, LRS | {"meterName": "RA-GRS Data Stored"}),
        (PriceKey.ARCHIVE_GRS, LRS | {"meterName": "Archive GRS Data Stored", "skuName": "Archive"}),
        (
            PriceKey.SNAPSHOTS_STANDARD,
            LRS | {"serviceName": "Storage", "productName": "Standard Page Blob", "meterName": "LRS Snapshots"},
        ),
        (
            PriceKey.SNAPSHOTS_ENHANCED,
            LRS | {"serviceName": "Storage", "productName": "HDD Managed Disks", "meterName": "ZRS Snapshots"},
        ),
    ]
)
def test_both_spellings_of_a_meter_are_read(row: tuple[PriceKey, dict[str, Any]]) -> None:
    assert read(row[1]) == {row[0]: Decimal("0.019658")}


@each(
    [
        LRS | {"type": "Reservation"},
        LRS | {"type": "DevTestConsumption"},
        LRS | {"isPrimaryMeterRegion": False},
        {name: value for name, value in LRS.items() if name != "isPrimaryMeterRegion"},
        LRS | {"isPrimaryMeterRegion": "true"},
        LRS | {"currencyCode": "USD"},
        LRS | {"armRegionName": "northeurope"},
        LRS | {"productName": "Backup Reserved Capacity"},
        LRS | {"unitOfMeasure": "100 TB"},
        LRS | {"unitOfMeasure": "1 GB/Day"},
        LRS | {"tierMinimumUnits": Decimal(1000)},
        LRS | {"retailPrice": Decimal(0)},
        LRS | {"retailPrice": Decimal("NaN")},
        LRS | {"retailPrice": Decimal("1E+400")},
        LRS | {"retailPrice": Decimal("1E-400")},
        LRS | {"retailPrice": 10**400},
        LRS | {"retailPrice": Decimal(1_000_000)},
        LRS | {"retailPrice": "0.019658"},
        LRS | {"retailPrice": True},
        LRS | {"retailPrice": None},
        LRS | {"meterName": None},
        LRS | {"meterName": "My Standard LRS Data Stored"},
        LRS | {"meterName": 7, "skuName": []},
        {},
        None,
        "row",
        [],
    ]
)
def test_a_row_that_does_not_say_all_of_it_has_no_price(row: Any) -> None:
    assert read(row) == {}
    assert read(row, LRS) == {PriceKey.VAULT_LRS: Decimal("0.019658")}  # and breaks no other


def test_a_price_for_ten_units_is_a_tenth_for_one() -> None:
    assert read(LRS | {"unitOfMeasure": "10 GB/Month"}) == {PriceKey.VAULT_LRS: Decimal("0.0019658")}


def test_rows_that_disagree_leave_the_price_unknown() -> None:
    assert read(LRS, LRS) == {PriceKey.VAULT_LRS: Decimal("0.019658")}
    assert read(LRS, LRS | {"retailPrice": Decimal("0.02")}) == {}


# --- pages -----------------------------------------------------------------------------------------------------------
async def fetched(**more: Any) -> dict[PriceKey, Decimal]:
    async with httpx.AsyncClient() as http:
        return await RetailPrices(ORIGIN, http).fetch(**({"region": "westeurope", "currency": "EUR"} | more))


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in row.items()}


async def test_pages_are_followed_on_the_same_host_with_its_port_written_out(respx_mock: respx.MockRouter) -> None:
    following = f"{ORIGIN}:443{PATH}?page=2"
    respx_mock.get(URL, params={"page": "2"}).respond(json={"Items": [plain(INSTANCE)], "NextPageLink": None})
    respx_mock.get(URL, params__contains={"currencyCode": "'EUR'"}).mock(
        side_effect=[
            httpx.Response(200, json={"Items": [plain(LRS)], "NextPageLink": following}),
            httpx.Response(200, json=NOTHING),
        ]
    )
    assert set(await fetched()) == {PriceKey.VAULT_LRS, PriceKey.INSTANCE}
    asked = respx_mock.calls[0].request.url.params
    assert (
        asked["$filter"] == "serviceName eq 'Backup' and armRegionName eq 'westeurope' and priceType eq 'Consumption'"
    )
    assert "authorization" not in respx_mock.calls[0].request.headers


@each(
    [
        "https://elsewhere.example/api/retail/prices",
        "http://prices.example/api/retail/prices",
        "https://prices.example:8443/api/retail/prices",
        "https://prices.example@elsewhere.example/",
        "https://user@prices.example/",
        "//elsewhere.example/",
        "https://prices.example:port/",
        "https://[",
        "ftp://prices.example/",
        7,
        {"href": URL},
    ]
)
def test_a_link_to_another_place_is_never_followed(link: Any) -> None:
    with pytest.raises(PricesAway, match="next page"):
        RetailPrices(ORIGIN)._next(link, URL)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(429, json={}),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
        httpx.Response(400, json={"Error": {"Message": "Invalid currency"}}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={}),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"Items": None}),
        httpx.Response(200, json={"Items": {"0": {}}}),
        httpx.Response(200, text="[" * 100_000),
        httpx.Response(200, json={"Items": [], "NextPageLink": URL + "?again"}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_what_is_no_price_list_is_away_and_never_an_empty_list(
    respx_mock: respx.MockRouter, answer: httpx.Response | Exception
) -> None:
    respx_mock.get(url__startswith=URL).mock(
        side_effect=answer if isinstance(answer, Exception) else None,
        return_value=None if isinstance(answer, Exception) else answer,
    )
    with pytest.raises(PricesAway):
        await fetched()


async def test_pages_without_end_are_given_up(respx_mock: respx.MockRouter) -> None:
    numbers = iter(range(1000))
    route = respx_mock.get(url__startswith=URL).mock(
        side_effect=lambda _: httpx.Response(200, json={"Items": [], "NextPageLink": f"{URL}?page={next(numbers)}"})
    )
    with pytest.raises(PricesAway, match="no end"):
        await fetched()
    assert route.call_count == MAX_PAGES


async def test_a_page_that_never_ends_is_given_up(
    respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cost.prices.retail.MAX_PAGE_BYTES", 10_000)

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 5000

    respx_mock.get(url__startswith=URL).respond(200, stream=endless())  # type: ignore[arg-type]
    with pytest.raises(PricesAway, match="too large"):
        await fetched()


# --- the packaged list, and the simulator's --------------------------------------------------------------------------
def test_the_packaged_list_holds_what_is_known_and_nothing_else() -> None:
    known = packaged("westeurope", "EUR")
    assert known.source is PriceSource.PACKAGED
    assert known.as_of == date(2026, 1, 1)
    assert PriceKey.SNAPSHOTS_STANDARD not in known.prices
    assert packaged("westus", "USD").prices == {PriceKey.INSTANCE: Decimal(10)}
    assert packaged("eastus2", "USD").as_of == date(2015, 1, 1), "the oldest price in it"
    assert packaged("westus", "EUR").prices == {}


async def test_the_simulator_serves_samples_over_several_pages() -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app())) as http:
        simulated = RetailPrices("http://simulator.test", http)
        euros = await simulated.fetch("westeurope", "EUR")
        assert {key: euros[key] for key in packaged("westeurope", "EUR").prices} == packaged("westeurope", "EUR").prices
        assert set(euros) == set(PriceKey) - {PriceKey.ARCHIVE_GRS}
        assert (await simulated.fetch("westus", "USD"))[PriceKey.INSTANCE] == 10
        assert await simulated.fetch("westus", "XXX") == {}
        assert await simulated.fetch("atlantis", "USD") == {}
