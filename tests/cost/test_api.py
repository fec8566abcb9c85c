"""POST /v1/cost/estimate and the cost in dry runs, through HTTP, with the simulator's sample prices."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from app.core.clock import SystemClock
from app.cost.effects import CostEffects
from app.cost.prices.lists import PriceLists
from app.cost.prices.retail import RetailPrices
from tests.simulator.story import vm_id
from tests.world import HOME, POLICY, World

ESTIMATE = "/v1/cost/estimate"
GB = 2**30
SAID = {"used_bytes": 100 * GB, "daily_churn_percent": 2}
TYPED = {name: value for name, value in POLICY.items() if name != "name"}
NOWHERE = "01890000-0000-7000-8000-000000000003"


@pytest.fixture
async def item(world: World) -> dict[str, Any]:
    return await world.item()


async def asked(world: World, **body: Any) -> dict[str, Any]:
    answer = await world.api.post(ESTIMATE, json={"assumptions": SAID, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refused(world: World, **body: Any) -> dict[str, Any]:
    answer = await world.api.post(ESTIMATE, json=body)
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    found: dict[str, Any] = answer.json()
    assert found["remedy"]
    return found | {"status": answer.status_code}


async def test_a_geo_vault_answers_its_27_per_cent_and_why(world: World, item: dict[str, Any]) -> None:
    """vm-web-01: 100 GB said, 30 daily points: 158 GB x (0.0569 - 0.0448) USD."""
    made = await asked(world, protected_item_ids=[item["id"]], cross_region_restore=True)
    assert (made["currency"], made["price_source"], made["unknown_prices"]) == ("USD", "api", [])
    (one,) = made["items"]
    assert one["vm"]["name"] == "vm-web-01"
    assert {line["meter"]: line["monthly"] for line in one["lines"]} == {
        "instance": "10.00",
        "vault_storage": "8.99",
        "snapshots": "0.24",
    }
    assert made["total"]["expected"] == one["monthly"]["expected"] == "19.23"
    assert (made["today"]["expected"], made["difference"]) == ("17.32", "1.91")
    (reason,) = made["reasons"]
    assert reason["code"] == "storage_rate"
    assert "+27 %" in reason["detail"]


async def test_local_redundancy_halves_storage_and_a_longer_policy_says_how_many_points(
    world: World, item: dict[str, Any]
) -> None:
    cheaper = await asked(world, protected_item_ids=[item["id"]], redundancy="local")
    assert "-50 %" in cheaper["reasons"][0]["detail"]
    longer = await asked(world, protected_item_ids=[item["id"]], policy=TYPED | {"retention": {"daily": {"count": 60}}})
    assert Decimal(longer["difference"]) > 0
    assert longer["reasons"] == [
        {"code": "points_kept", "detail": "The vault keeps 60.0 points of a VM on average, not 30.0."}
    ]


async def test_vms_that_are_not_protected_cost_nothing_today(world: World) -> None:
    made = await asked(
        world,
        vm_ids=[vm_id("vm-db-01"), vm_id("vm-db-01").upper()],
        policy=TYPED,
        location="West US",
        redundancy="local",
    )
    assert made["items_count"] == 1  # named twice
    assert made["today"]["expected"] == "0.00"
    assert made["difference"] == made["total"]["expected"]
    assert made["reasons"][0]["code"] == "newly_protected"


async def test_a_selection_and_duplicates_count_each_item_once(world: World, item: dict[str, Any]) -> None:
    once = await asked(world, protected_item_ids=[item["id"], item["id"]])
    everything = await asked(world, selector={})
    assert once["items"] == everything["items"]
    named = await asked(
        world, selector={"names": ["VM-WEB-01"], "locations": ["West US"], "resource_groups": ["RG-demo"]}
    )
    assert named["items_count"] == 1
    assert (await refused(world, selector={"except": ["vm-web-01"]}))["code"] == "protected_item_not_found"
    assert (await refused(world, selector={"subscriptions": ["other"]}))["pointer"] == "#/selector"


async def test_a_vm_without_a_size_has_no_quantity_until_a_backup_measured_it(
    world: World, item: dict[str, Any]
) -> None:
    made = await asked(world, protected_item_ids=[item["id"]], assumptions={})
    (one,) = made["items"]
    assert one["notes"] == ["size_unknown"]
    assert {line["quantity"] for line in one["lines"]} == {None}
    assert (one["monthly"], made["total"], made["difference"]) == (None, None, "0.00")
    await world.back_up(item)
    (measured,) = (await asked(world, protected_item_ids=[item["id"]], assumptions={}))["items"]
    assert measured["notes"] == []
    assert [line["basis"] for line in measured["lines"]] == ["measured", "assumed", "assumed"]


async def test_bad_input_is_refused_with_a_remedy(world: World, item: dict[str, Any]) -> None:
    items = {"protected_item_ids": [item["id"]]}
    foreign = await refused(world, protected_item_ids=[item["id"], NOWHERE])
    assert (foreign["status"], foreign["code"]) == (404, "protected_item_not_found")
    assert (await refused(world, **items, policy_id=NOWHERE))["code"] == "policy_not_found"
    assert (await refused(world, **items, currency="EUO"))["code"] == "prices_not_found"
    assert (await refused(world, **items, redundancy="local", cross_region_restore=True))["code"] == "cost_not_valid"
    without = {"vm_ids": [vm_id("vm-db-01")]}
    assert (await refused(world, **without))["pointer"] == "#/policy_id"
    assert (await refused(world, **without, policy=TYPED))["pointer"] == "#/location"
    assert (await refused(world, **without, policy=TYPED, location="westus"))["pointer"] == "#/redundancy"
    unknown = await refused(world, **without, policy=TYPED, location="atlantis", redundancy="geo")
    assert (unknown["code"], unknown["pointer"]) == ("prices_not_found", "#/currency")
    endless = await refused(world, **items, policy=TYPED | {"retention": {}})
    assert (endless["code"], endless["pointer"]) == ("policy_not_valid", "#/policy/retention/daily")
    bodies: tuple[dict[str, Any], ...] = (
        {},
        {**items, **without},
        {"protected_item_ids": []},
        {"protected_item_ids": [NOWHERE] * 1001},
        {**items, "currency": "usd"},
        {**items, "policy": TYPED, "policy_id": NOWHERE},
        {**items, "assumptions": {"daily_churn_percent": 101}},
        {**items, "assumptions": {"used_bytes": -1}},
        {**items, "assumptions": {"after_days": 0}},
        {"vm_ids": ["vm-web-01"]},
        {"selector": {"tags": ["team"]}},
        {"selector": {"tags": {"team": "web"}}},
    )
    for body in bodies:
        assert (await refused(world, **body))["status"] == 422, body
    too_many = await world.api.post(ESTIMATE, json={"protected_item_ids": [NOWHERE] * 5000})
    assert too_many.status_code == 413


async def test_a_policy_kept_for_decades_says_that_it_grows(world: World, item: dict[str, Any]) -> None:
    made = await asked(world, protected_item_ids=[item["id"]], policy=TYPED | {"retention": {"daily": {"count": 9999}}})
    assert made["items"][0]["notes"] == ["still_growing"]


# --- dry runs --------------------------------------------------------------------------------------------------------
async def test_the_dry_run_of_a_vault_says_what_cross_region_restore_costs_and_writes_nothing(
    world: World, item: dict[str, Any]
) -> None:
    path = f"/v1/vaults/{item['vault_id']}"
    await world.back_up(item)
    before = (await world.api.get(path)).json()
    answer = await world.api.patch(f"{path}?dry_run=true", json={"cross_region_restore": True})
    assert answer.status_code == 200, answer.text
    diff = answer.json()
    assert diff["changes"] == [{"pointer": "#/cross_region_restore", "before": False, "after": True}]
    assert Decimal(diff["cost"]["difference"]) > 0
    assert "+27 %" in diff["cost"]["reasons"][0]["detail"]
    assert (await world.api.get(path)).json() == before
    tags = (await world.api.patch(f"{path}?dry_run=true", json={"tags": {"a": "b"}})).json()
    assert tags["cost"] is None
    locked = await world.api.patch(f"{path}?dry_run=true", json={"redundancy": "local"})
    assert locked.json()["code"] == "redundancy_locked"
    stale = await world.api.patch(f"{path}?dry_run=true", json={"tags": {}}, headers={"If-Match": '"old"'})
    assert stale.status_code == 412


async def test_the_dry_run_of_an_empty_vault_says_what_the_price_does(world: World) -> None:
    vault = await world.vault()
    answer = await world.api.patch(f"/v1/vaults/{vault['id']}?dry_run=true", json={"redundancy": "local"})
    cost = answer.json()["cost"]
    assert (cost["items_count"], cost["difference"]) == (0, "0.00")
    assert "-50 %" in cost["reasons"][0]["detail"]


async def test_the_dry_runs_of_a_policy_and_of_an_item_say_what_they_cost(world: World, item: dict[str, Any]) -> None:
    await world.back_up(item)
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    policy = await world.policy(vault, retention={"daily": {"count": 90}})
    answer = await world.api.patch(f"/v1/protected-items/{item['id']}?dry_run=true", json={"policy_id": policy["id"]})
    cost = answer.json()["cost"]
    assert Decimal(cost["difference"]) > 0
    assert cost["reasons"][0]["code"] == "points_kept"
    none = await world.api.patch(f"/v1/protected-items/{item['id']}?dry_run=true", json={"action": "pause"})
    assert none.json()["cost"] is None
    body = TYPED | {"retention": {"daily": {"count": 60}}}
    diff = (await world.api.put(f"/v1/policies/{item['policy_id']}?dry_run=true", json=body)).json()
    assert (diff["cost"]["items_count"], diff["cost"]["reasons"][0]["code"]) == (1, "points_kept")


# --- prices away, or changed -----------------------------------------------------------------------------------------
def answering(answer: httpx.Response | Exception) -> PriceLists:
    def say(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(say))
    return PriceLists(RetailPrices("https://prices.example", http), SystemClock().now)


@pytest.fixture
async def away(world: World, item: dict[str, Any]) -> dict[str, Any]:
    lists = answering(httpx.ConnectError("refused"))
    world.replace_services(price_lists=lists, costs=CostEffects(lists, SystemClock()))
    return item


async def test_while_the_price_list_is_away_the_packaged_one_answers_with_its_date(
    world: World, away: dict[str, Any]
) -> None:
    made = await asked(world, protected_item_ids=[away["id"]])
    assert (made["price_source"], made["price_date"]) == ("packaged", "2015-01-01")
    assert made["unknown_prices"] == ["snapshots_standard", "vault_storage_grs"]
    lines = {line["meter"]: (line["unit_price"], line["monthly"]) for line in made["items"][0]["lines"]}
    assert lines == {"instance": ("10", "10.00"), "vault_storage": (None, None), "snapshots": (None, None)}
    crossing = await asked(world, protected_item_ids=[away["id"]], cross_region_restore=True)
    assert crossing["difference"] is None  # a charge that changes is not known
    nothing = await asked(world, protected_item_ids=[away["id"]], currency="NOK")
    assert (nothing["total"], nothing["price_source"]) == (None, "packaged")
    answer = await world.api.patch(f"/v1/vaults/{away['vault_id']}?dry_run=true", json={"cross_region_restore": True})
    assert answer.status_code == 200


async def test_today_is_null_where_no_charge_of_today_is_known(world: World, item: dict[str, Any]) -> None:
    """It said "0.00", as if the item were not protected."""
    body = {"protected_item_ids": [item["id"]], "cross_region_restore": True}
    answer = (await world.api.post(ESTIMATE, json=body)).json()
    assert (answer["today"], answer["total"], answer["difference"]) == (None, None, None)


async def test_a_list_that_was_read_once_is_used_by_every_process_for_a_day(world: World, item: dict[str, Any]) -> None:
    first = await asked(world, protected_item_ids=[item["id"]])
    world.replace_services(price_lists=answering(httpx.ConnectError("refused")))
    again = await asked(world, protected_item_ids=[item["id"]])
    assert again == first
    await world.rows("UPDATE price_lists SET fetched_at = fetched_at - interval '3 days' RETURNING region")
    world.replace_services(price_lists=answering(httpx.Response(200, json={"rows": []})))
    old = await asked(world, protected_item_ids=[item["id"]])
    assert old["total"] == first["total"]  # an older list is better than the packaged one, and says its date
    assert old["price_date"] < first["price_date"]


async def test_the_permission_is_a_readers(world: World, item: dict[str, Any]) -> None:
    async with world.client(roles=["reader"]) as reader:
        answer = await reader.post(ESTIMATE, json={"protected_item_ids": [item["id"]], "assumptions": SAID})
        assert answer.status_code == 200
    async with world.stranger() as stranger:
        answer = await stranger.post(ESTIMATE, json={"protected_item_ids": [item["id"]]})
        assert answer.status_code == 404


# --- sizes of the estate ---------------------------------------------------------------------------------------------
async def test_disks_that_the_estate_has_seen_are_an_upper_bound_and_give_the_region(world: World) -> None:
    vm = vm_id("vm-db-01")
    await world.rows(
        "INSERT INTO estate_vms (tenant, vm_key, vm_id, location, disks) "
        "VALUES (:tenant, lower(:vm), :vm, 'westus', CAST(:disks AS jsonb)) RETURNING vm_key",
        tenant=HOME,
        vm=vm,
        disks='[{"name": "os", "size_gib": 60, "lun": null}, {"name": "d", "size_gib": 40, "lun": 0}]',
    )
    made = await asked(world, vm_ids=[vm], policy=TYPED, redundancy="local", assumptions={})
    (one,) = made["items"]
    assert [line["basis"] for line in one["lines"]] == ["estimated", "assumed", "assumed"]
    assert one["lines"][1]["quantity"] == "79.000"  # half of 100 GB, 30 points, 2 % a day
    shared = {"used_share_percent": 100, "daily_churn_percent": 0}
    whole = await asked(world, vm_ids=[vm], policy=TYPED, redundancy="local", assumptions=shared)
    assert whole["items"][0]["lines"][1]["quantity"] == "100.000"
    await world.rows('UPDATE estate_vms SET disks = \'[{"name": "os", "size_gib": null}]\' RETURNING vm_key')
    unknown = await asked(world, vm_ids=[vm], policy=TYPED, redundancy="local", assumptions={})
    assert unknown["items"][0]["notes"] == ["size_unknown"]


async def test_a_size_that_azure_says_in_another_form_is_not_known(world: World, item: dict[str, Any]) -> None:
    await world.back_up(item)
    for words, is_known in (
        ("2048 MB", True),
        ("2 GB", False),
        ("99999999999 MB", False),
        ("-1 MB", False),
        (None, False),
    ):
        await world.rows(
            "UPDATE jobs SET result = result || jsonb_build_object('backup_size', CAST(:said AS text)) "
            "WHERE kind = 'backup' RETURNING id",
            said=words,
        )
        made = await asked(world, protected_item_ids=[item["id"]], assumptions={})
        assert (made["items"][0]["notes"] == []) is is_known, words
