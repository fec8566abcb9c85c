"""One machine of each kind over three subscriptions, filters, groups, and what could not be read."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from app.azure.errors import AzureError, AzureUnknown
from app.azure.lists import Listed, Unreadable
from app.azure.ports import Azure, Discovery, ResourceGraph
from app.identity.access.permissions import Permission, roles_with
from app.main import openapi_document
from app.simulator.world import Item
from tests.estate.estate_steps import (
    FOURTH,
    SECOND,
    THIRD,
    azure_item,
    coverage,
    machines,
    protect_outside,
    read,
    seed,
    states,
    turn_off,
)
from tests.isolation.parties import make_tenant, person
from tests.world import RG, SUBSCRIPTION, World, vm_id

KINDS = {
    "vm-1": "protected",
    "vm-2": "paused",
    "vm-3": "suspended",
    "vm-4": "soft_deleted",
    "vm-5": "error",
    "vm-6": "never_backed_up",
    "vm-7": "vm_missing",
    "vm-elsewhere": "elsewhere",
    "vm-bare": "unprotected",
    "vm-hidden": "unknown",
}


def change(item: Item, **columns: Any) -> None:
    for name, value in columns.items():
        setattr(item, name, value)


async def one_of_each(world: World) -> dict[str, Any]:
    """The kinds of `KINDS`, in three subscriptions; of the third one the machine is there, and its items are not."""
    seed(world, subscriptions=[{"id": SECOND}, {"id": THIRD}])
    vault = await world.vault()
    azure = next(iter(world.simulator.world.vaults.values()))
    seed(world, protected=[{"vault_id": azure.id, "count": 7}])
    now = world.simulator.clock.now()
    change(azure_item(world, "vm-2"), state="ProtectionStopped", policy_id="", policy_name="")
    change(azure_item(world, "vm-3"), state="BackupsSuspended")
    change(azure_item(world, "vm-4"), state="ProtectionStopped", deleted=now, purges=now * 2)
    change(azure_item(world, "vm-5"), state="ProtectionError")
    change(azure_item(world, "vm-6"), state="IRPending", last_backup=None, last_recovery_point=None, recovery_points=[])
    del world.simulator.world.vms[vm_id("vm-7").lower()]
    await world.done(f"/v1/vaults/{vault['id']}/refresh", {})
    for name in ("vm-elsewhere", "vm-bare"):
        seed(world, vms=[{"name": name, "subscription_id": SECOND, "tags": {"Env": "prod"}}])
    await protect_outside(world, "vm-elsewhere", SECOND)
    seed(world, vms=[{"name": "vm-hidden", "subscription_id": THIRD, "tags": {"env": "prod"}}])
    for name in ("vm-web-01", "vm-db-01", "vm-batch-01"):
        del world.simulator.world.vms[vm_id(name).lower()]
    return vault


async def test_an_estate_with_one_machine_of_each_kind_gives_exactly_these_kinds(world: World) -> None:
    vault = await one_of_each(world)
    await read(world)
    seed(world, permissions=[{"scope": f"/subscriptions/{THIRD}", "actions": []}])
    await read(world)  # what was seen there before is not believed any more
    assert await states(world) == KINDS

    found = await machines(world)
    assert {one["vault_id"] for name, one in found.items() if name.startswith("vm-") and name[3:].isdigit()} == {
        vault["id"]
    }
    assert found["vm-elsewhere"]["elsewhere"]["vault_id"].startswith(f"/subscriptions/{SECOND}/")
    assert found["vm-elsewhere"]["vault_id"] is None
    assert found["vm-1"]["disks"][0] == {"name": "vm-1_OsDisk_1", "size_gib": 30, "lun": None}
    assert (found["vm-1"]["os"], found["vm-1"]["size"]) == ("linux", "Standard_DS1_v2")
    answer = (await world.api.get("/v1/unprotected-vms")).json()
    assert [one["vm"]["name"] for one in answer["items"]] == ["vm-bare"]
    assert [(one["scope"], one["code"]) for one in answer["unreachable"]] == [(f"/subscriptions/{THIRD}", "denied")]

    whole = await coverage(world)
    by_state = {group["key"]: group["by_state"] for group in whole["groups"]}
    assert by_state[SECOND] == {"elsewhere": 1, "unprotected": 1}
    assert by_state[THIRD] == {"unknown": 1}
    assert whole["total"] == len(KINDS)
    assert whole["coverage_percent"] == pytest.approx(100 / 9, abs=0.1)
    items = whole["by_proof"].pop("never")
    assert (items, whole["by_proof"], whole["proven_percent"]) == (6, {}, 0.0)
    for name, days in (("vm-1", 1), ("vm-2", 89), ("vm-3", 91), ("vm-7", 1)):  # the VM of the last one is gone
        await world.rows(
            "UPDATE protected_items SET last_proven_at = clock_timestamp() - make_interval(days => :days) "
            "WHERE vm_name_key = :name RETURNING id",
            name=name,
            days=days,
        )
    proven = await coverage(world, "location")
    assert proven["by_proof"] == {"never": 3, "lapsed": 1, "proven": 2}
    assert (proven["proven_percent"], proven["groups"][0]["by_proof"]) == (33.3, proven["by_proof"])
    for hours, lapsed in ((1, 2), (-1, 1)):  # after the proof of vm-1, and before it
        await world.rows(
            "UPDATE protected_items SET refuted_at = last_proven_at + make_interval(hours => :hours) "
            "WHERE vm_name_key = 'vm-1' RETURNING id",
            hours=hours,
        )
        assert (await coverage(world, "location"))["by_proof"] == {
            "never": 3,
            "lapsed": lapsed,
            "proven": 4 - 1 - lapsed,
        }
    assert {group["key"]: group["total"] for group in (await coverage(world, "tag:ENV"))["groups"]} == {
        "prod": 3,
        None: 7,
    }
    assert [group["key"] for group in (await coverage(world, "location"))["groups"]] == ["westus"]
    assert RG.lower() in {str(group["key"]).lower() for group in (await coverage(world, "resource_group"))["groups"]}

    assert set(await machines(world, state=["paused", "error"])) == {"vm-2", "vm-5"}
    far = {"vm-elsewhere", "vm-bare", "vm-hidden"}
    assert set(await machines(world, subscription_id=[SECOND.upper(), THIRD])) == far
    assert set(await machines(world, q="ELSE")) == {"vm-elsewhere"}
    assert set(await machines(world, tag=["eNV=prod", "env=dev"], resource_group="RG-Demo")) == far
    assert await machines(world, tag="env=PROD") == {}
    assert await machines(world, location="eastus") == {}


async def test_pages_go_on_where_the_last_one_ended(world: World) -> None:
    seed(world, vm_count=5, prefix="vm-")
    await read(world)
    seen, cursor = [], None
    while True:
        page = (
            await world.api.get("/v1/estate/vms", params={"limit": 3} | ({"cursor": cursor} if cursor else {}))
        ).json()
        seen += [one["vm"]["name"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(seen)
    assert len(seen) == 8
    assert (await world.api.get("/v1/estate/vms", params={"cursor": "nonsense"})).status_code == 422


async def test_a_filter_that_makes_no_sense_is_refused(world: World) -> None:
    wrong: list[dict[str, str]] = [
        *({"tag": text} for text in ("no-value", "=x", "a=\0", "\0=a")),
        *({name: "\0"} for name in ("q", "location", "resource_group")),
        {"state": "lost"},
        {"q": ""},
        {"sort": "name"},
    ]
    for query in wrong:
        assert (await world.api.get("/v1/estate/vms", params=query)).status_code == 422, query
    for group_by in ("colour", "tag:", "tag:\0"):
        assert (await world.api.get("/v1/estate/coverage", params={"group_by": group_by})).status_code == 422


async def test_before_the_first_reading_nothing_is_claimed(world: World) -> None:
    item = await world.item()
    answer = (await world.api.get("/v1/estate/vms")).json()
    assert [(one["vm"]["name"], one["state"]) for one in answer["items"]] == [("vm-web-01", "never_backed_up")]
    assert answer["items"][0]["protected_item_id"] == item["id"]
    assert answer["as_of"] is None
    assert [one["code"] for one in answer["unreachable"]] == ["not_read_yet"]


async def test_a_tenant_without_machines_gets_a_clear_answer(world: World) -> None:
    seed(world, subscriptions=[{"id": SECOND}])
    await make_tenant(world, "empty", "rg-nowhere")
    seed(world, resource_groups=[{"name": "rg-empty"}])
    await make_tenant(world, "bare", "rg-empty")
    await read(world)
    async with person(world, "bare-boss") as api:
        whole = (await api.get("/v1/estate/coverage")).json()
    assert whole["groups"] == []
    assert (whole["total"], whole["by_state"], whole["coverage_percent"]) == (0, {}, None)
    assert whole["unreachable"] == []
    assert whole["as_of"] is not None
    async with person(world, "empty-boss") as api:
        whole = (await api.get("/v1/estate/coverage")).json()
    assert [one["code"] for one in whole["unreachable"]] == ["not_found"]


async def test_a_grant_of_a_resource_group_shows_the_machines_of_that_group(world: World) -> None:
    seed(world, vms=[{"name": "vm-mine", "resource_group": "rg-mine"}, {"name": "vm-theirs", "resource_group": "rg-x"}])
    await make_tenant(world, "narrow", "RG-Mine")
    await protect_outside(world, "vm-mine", group="rg-mine")
    await read(world)
    async with person(world, "narrow-boss") as api:
        answer = (await api.get("/v1/estate/vms")).json()
        assert [one["vm"]["name"] for one in answer["items"]] == ["vm-mine"]
        assert answer["items"][0]["elsewhere"] == {"vault_id": None, "state": "ProtectionConfigured"}
        await world.rows("UPDATE tenants SET grants = '[]' WHERE id = 'narrow' RETURNING 1")
        world.services.access.forget()
        assert (await api.get("/v1/estate/vms")).json()["items"] == []
    await world.rows("DELETE FROM tenants WHERE id = 'narrow' RETURNING 1")
    await read(world)
    assert await world.rows("SELECT 1 FROM estate_vms WHERE tenant = 'narrow'") == []


async def test_without_resource_graph_nothing_is_lost_and_the_answer_says_so(world: World) -> None:
    await read(world)
    before = await machines(world)
    for status, code in ((403, "denied"), (503, "azure_away"), (429, "azure_busy")):
        world.fault("POST", "/providers/Microsoft.ResourceGraph/resources", "status_before", times=2, status=status)
        await read(world)
        answer = (await world.api.get("/v1/estate/vms")).json()
        assert {one["vm"]["name"]: one["as_of"] for one in answer["items"]} == {
            name: one["as_of"] for name, one in before.items()
        }
        assert {one["code"] for one in answer["unreachable"]} == {code}
        (row,) = await world.rows("SELECT extract(epoch FROM due_at - began_at)::int AS waits FROM estate_readings")
        assert row["waits"] == 60
        await world.rows("UPDATE azure_budgets SET blocked_until = NULL RETURNING 1")
        world.budgets.ask_again()


class WithoutItems:
    """Resource Graph answers about machines, and not about items."""

    def __init__(self, graph: ResourceGraph) -> None:
        self.list_vms, self.list_jobs = graph.list_vms, graph.list_jobs

    async def list_items(self, _subscription_ids: Sequence[str]) -> Any:
        raise AzureUnknown("503", status=503)


class Subscriptions:
    """Azure's list of subscriptions, by hand."""

    def __init__(self, azure: Azure, answer: Listed[str] | AzureError) -> None:
        self.list_machines, self._answer = azure.discovery.list_machines, answer

    async def list_subscriptions(self) -> Listed[str]:
        if isinstance(self._answer, AzureError):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (AzureUnknown("503", status=503), "azure_away"),
        (Listed[str](), "not_found"),
        (Listed((SECOND,)), "not_found"),
        (Listed((), (Unreadable(None, None, "odd"),)), "partial"),
    ],
)
async def test_a_subscription_that_azure_does_not_list_keeps_its_machines_and_says_why(
    world: World, answer: Listed[str] | AzureError, code: str
) -> None:
    await read(world)
    before = await machines(world)
    await read(world, replace(world.azure, discovery=cast("Discovery", Subscriptions(world.azure, answer))))
    after = await machines(world)
    assert len(after) == 3
    assert after == before
    unreachable = (await coverage(world))["unreachable"]
    assert (f"/subscriptions/{SUBSCRIPTION}", code) in {(one["scope"], one["code"]) for one in unreachable}
    await read(world)
    assert (await coverage(world))["unreachable"] == []


async def test_a_subscription_that_is_long_gone_from_the_list_is_forgotten(world: World) -> None:
    await read(world)
    for table, column in (("estate_vms", "as_of"), ("estate_scopes", "read_at")):
        await world.rows(f"UPDATE {table} SET {column} = {column} - interval '31 days' RETURNING 1")  # noqa: S608
    await read(world, replace(world.azure, discovery=cast("Discovery", Subscriptions(world.azure, Listed[str]()))))
    assert await machines(world) == {}


async def test_items_that_cannot_be_read_leave_the_machines_unknown_or_as_they_were(world: World) -> None:
    azure = replace(world.azure, resource_graph=WithoutItems(world.azure.resource_graph))
    await read(world, azure)
    assert set((await states(world)).values()) == {"unknown"}
    await read(world)
    assert set((await states(world)).values()) == {"unprotected"}
    await read(world, azure)
    assert set((await states(world)).values()) == {"unprotected"}
    assert [one["code"] for one in (await coverage(world))["unreachable"]] == ["azure_away"]


async def test_a_machine_that_vanished_is_kept_until_azure_itself_says_that_it_is_gone(world: World) -> None:
    await read(world)
    seen = (await machines(world))["vm-db-01"]["as_of"]
    hidden = world.simulator.world.vms.pop(vm_id("vm-db-01").lower())
    world.fault("GET", "virtualMachines/vm-db-01", "status_before", times=1, status=503)
    await read(world)
    found = (await machines(world))["vm-db-01"]
    assert (found["state"], found["as_of"]) == ("unknown", seen)
    await read(world)
    assert "vm-db-01" not in await machines(world)
    world.simulator.world.vms[hidden.id.lower()] = hidden
    await read(world)
    assert (await machines(world))["vm-db-01"]["state"] == "unprotected"


async def test_the_machine_of_an_item_that_azure_does_not_have_any_more_is_missing(world: World) -> None:
    item = await world.item()
    del world.simulator.world.vms[vm_id("vm-web-01").lower()]
    await read(world)
    assert (await states(world))["vm-web-01"] == "vm_missing"
    assert (await world.api.get(f"/v1/protected-items/{item['id']}")).json()["vm_missing"] is True


async def test_a_granted_scope_without_rows_is_read_once_from_azure_itself(world: World) -> None:
    seed(world, subscriptions=[{"id": FOURTH}])
    world.simulator.world.graph.change({"lag_seconds": {"resources": "frozen"}}, world.simulator.clock.now())
    await read(world)
    seed(world, vms=[{"name": "vm-young", "subscription_id": FOURTH}])
    await read(world)
    assert "vm-young" not in await machines(world)  # it was empty a moment ago
    await world.rows("UPDATE estate_scopes SET checked_at = checked_at - interval '2 days' RETURNING 1")
    await read(world)
    assert (await states(world))["vm-young"] == "unprotected"


def test_a_reader_may_not_have_azure_read_again() -> None:
    assert roles_with(Permission.ESTATE_REFRESH) == ["operator", "admin"]
    (route,) = openapi_document()["paths"]["/v1/estate/refresh"].values()
    assert route["x-permission"] == "estate:refresh"


async def test_a_reading_may_be_wanted_once_a_minute(world: World) -> None:
    await read(world)
    first, second = [(await world.api.post("/v1/estate/refresh")).json() for _ in range(2)]
    assert first["due_at"] == second["due_at"]
    assert first["as_of"] is not None
    (row,) = await world.rows("SELECT due_at - began_at AS waits FROM estate_readings")
    assert row["waits"].total_seconds() == 60
    turn_off(world)
    answer = await world.api.post("/v1/estate/refresh")
    assert (answer.status_code, answer.json()["code"]) == (409, "estate_reading_off")
