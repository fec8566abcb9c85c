"""VMs that a rule loses: reported, paused only where the rule says so and Azure itself shows it, never deleted."""

from collections.abc import Mapping
from typing import Any, cast

from app.azure.compute.ports import Machines
from app.azure.errors import AzureUnknown
from app.azure.values import VmRef
from tests.estate.estate_steps import read
from tests.protection_rules.rule_steps import (
    RULES,
    Json,
    changed,
    enforce,
    estate_of,
    hour_later,
    jobs_of,
    loop_of,
    made,
    names,
    previewed,
    reasons,
    shown,
)
from tests.simulator.story import vm_id
from tests.world import World

PROD = {"env": "prod"}


async def protecting(world: World, **changes: Any) -> Json:
    """A rule that has protected vm-1 and vm-2."""
    target = await estate_of(world, vm_1=PROD, vm_2=PROD)
    rule = await made(world, target, mode="enforce", **changes)
    await enforce(world)
    await world.settle()
    assert {job["state"] for job in await jobs_of(world, rule)} == {"succeeded"}
    await hour_later(world)
    return rule


def tag(world: World, name: str, tags: Mapping[str, str]) -> None:
    """Somebody tags it in Azure."""
    world.simulator.world.vms[vm_id(name).lower()].tags = dict(tags)


async def tag_in_rows(world: World, name: str, tags: str = "{}") -> None:
    """Resource Graph said so, and Azure itself does not."""
    await world.rows(
        "UPDATE estate_vms SET tags = CAST(:tags AS jsonb), tags_folded = CAST(:tags AS jsonb) "
        "WHERE vm_key LIKE :name RETURNING 1 AS x",
        tags=tags,
        name=f"%/{name}",
    )


def lost(preview: Json) -> list[tuple[str, str, str]]:
    return [(one["vm"]["name"], one["reason"], one["action"]) for one in preview["lost"]]


async def kinds(world: World, rule: Json) -> list[str]:
    return sorted(job["kind"] for job in await jobs_of(world, rule))


async def test_a_vm_that_loses_its_tag_is_reported_and_nothing_else(world: World) -> None:
    rule = await protecting(world)
    tag(world, "vm-1", {"env": "test"})
    await read(world)
    await enforce(world)
    await enforce(world)
    assert lost(await previewed(world, rule)) == [("vm-1", "not_selected", "report")]
    assert await kinds(world, rule) == ["protect", "protect"]
    assert (await shown(world, rule))["counts"]["lost"] == 1
    events = (await world.api.get("/v1/events?type=holdfast.rule.changed")).json()["items"]
    assert events[-1]["data"]["counts"]["lost"] == 1
    items = (await world.api.get("/v1/protected-items")).json()["items"]
    assert {one["state"] for one in items} <= {"protected", "initial_backup_pending"}


async def test_it_is_paused_once_where_the_rule_says_so_and_a_person_who_resumes_it_is_not_overruled(
    world: World,
) -> None:
    rule = await protecting(world, on_lost="pause")
    await changed(world, rule, priority=99, max_per_hour=30)  # it selects what it selected
    tag(world, "vm-1", {})
    await read(world)
    assert lost(await previewed(world, rule)) == [("vm-1", "not_selected", "pause")]
    await enforce(world)
    await enforce(world)
    (pause, *_) = await jobs_of(world, rule, kind="pause")
    assert await kinds(world, rule) == ["pause", "protect", "protect"]
    await world.settle()
    item = (await world.api.get(f"/v1/protected-items/{pause['protected_item_id']}")).json()
    assert (item["state"], item["vm"]["name"]) == ("paused", "vm-1")
    await resume(world, rule, item)
    await hour_later(world)
    await enforce(world)
    assert lost(await previewed(world, rule)) == [("vm-1", "not_selected", "report")]
    assert await kinds(world, rule) == ["pause", "protect", "protect"]

    tag(world, "vm-1", PROD)  # it is selected again, and lost again
    await read(world)
    await enforce(world)
    assert names((await previewed(world, rule))["unchanged"]) == ["vm-1", "vm-2"]
    tag(world, "vm-1", {})
    await read(world)
    await enforce(world)
    assert await kinds(world, rule) == ["pause", "pause", "protect", "protect"]


async def resume(world: World, rule: Json, item: Json) -> None:
    body = {"action": "resume", "policy_id": rule["targets"][0]["policy_id"]}
    answer = await world.api.patch(f"/v1/protected-items/{item['id']}", json=body)
    assert answer.status_code == 202, answer.text
    await world.settle()


async def test_what_a_list_does_not_show_is_not_lost_and_what_azure_does_not_confirm_is_not_paused(
    world: World,
) -> None:
    rule = await protecting(world, on_lost="pause")
    await tag_in_rows(world, "vm-1")  # Resource Graph is behind: Azure itself shows the tag
    assert lost(await previewed(world, rule)) == [("vm-1", "not_selected", "pause")]
    await enforce(world)
    tag(world, "vm-1", {})
    silent = loop_of(world, cast("Machines", Silent()))
    await enforce(world, silent)
    assert await kinds(world, rule) == ["protect", "protect"]

    await world.rows("UPDATE estate_vms SET is_current = false WHERE vm_key LIKE '%/vm-1' RETURNING 1 AS x")
    await enforce(world)
    assert lost(await previewed(world, rule)) == []
    await world.rows("UPDATE estate_vms SET is_current = true RETURNING 1 AS x")
    await world.rows("UPDATE estate_scopes SET code = 'partial', detail = 'x' RETURNING 1 AS x")
    await enforce(world)
    preview = await previewed(world, rule)
    assert (lost(preview), preview["unreachable"][0]["code"]) == ([], "partial")
    await world.rows("DELETE FROM estate_vms RETURNING 1 AS x")
    await enforce(world)
    assert lost(await previewed(world, rule)) == []
    assert await kinds(world, rule) == ["protect", "protect"]


class Silent:
    async def look(self, vm: VmRef) -> Any:
        raise AzureUnknown(f"no answer about {vm.name}")


async def test_a_rule_that_is_changed_pauses_nothing_and_another_rule_takes_over(world: World) -> None:
    rule = await protecting(world, on_lost="pause")
    await changed(world, rule, selector={"names": ["vm-2"]})
    await enforce(world)
    assert lost(await previewed(world, rule)) == [("vm-1", "rule_changed", "report")]
    tag(world, "vm-2", {})
    await read(world)
    await changed(world, rule, selector={"tags": {"env": ["prod"]}})
    await enforce(world)
    preview = await previewed(world, rule)
    assert lost(preview) == [("vm-2", "rule_changed", "report")], "it was never selected by the rule as it is"
    assert names(preview["unchanged"]) == ["vm-1"]

    target = rule["targets"][0]
    other = await made(world, target, selector={"names": ["vm-?"]}, priority=1, mode="enforce")
    tag(world, "vm-1", {})
    await read(world)
    await enforce(world)
    (of_one, _) = (await previewed(world, rule))["lost"]
    assert (of_one["vm"]["name"], of_one["action"], of_one["taken_by"]) == ("vm-1", "report", other["id"])
    assert await kinds(world, rule) == ["protect", "protect"]
    assert await jobs_of(world, other) == [], "it is protected as that rule wants it"


async def test_a_vm_that_is_gone_and_an_item_that_a_person_paused_are_left(world: World) -> None:
    rule = await protecting(world, on_lost="pause")
    await world.rows("UPDATE protected_items SET vm_missing = true WHERE vm_key LIKE '%/vm-1' RETURNING 1 AS x")
    (item,) = [
        one for one in (await world.api.get("/v1/protected-items")).json()["items"] if one["vm"]["name"] == "vm-2"
    ]
    await world.api.patch(f"/v1/protected-items/{item['id']}", json={"action": "pause"})
    await world.settle()
    await enforce(world)
    preview = await previewed(world, rule)
    assert (lost(preview), reasons(preview)) == (
        [("vm-1", "vm_missing", "report")],
        {"vm-1": "vm_missing", "vm-2": "paused"},
    )
    assert await kinds(world, rule) == ["protect", "protect"]


async def test_a_pause_that_was_not_sent_is_taken_back_once_the_rule_does_not_want_it(world: World) -> None:
    rule = await protecting(world, on_lost="pause")

    async def lose(name: str) -> Json:
        tag(world, name, {})
        await read(world)
        await enforce(world)
        return (await jobs_of(world, rule, kind="pause"))[0]

    async def state(job: Json) -> str:
        return str((await world.api.get(f"/v1/jobs/{job['id']}")).json()["state"])

    first = await lose("vm-1")
    tag(world, "vm-1", PROD)
    await read(world)
    await enforce(world)
    assert (first["state"], await state(first)) == ("queued", "cancelled"), "it is selected again"
    second = await lose("vm-1")
    await world.api.post(f"{RULES}/{rule['id']}/stop")
    assert (first["id"] != second["id"], await state(second)) == (True, "cancelled")
    await world.api.post(f"{RULES}/{rule['id']}/start")
    await enforce(world)
    third = (await jobs_of(world, rule, kind="pause"))[0]
    assert (third["id"] != second["id"], await state(third)) == (True, "queued"), "it goes on where it was"
    await changed(world, rule, on_lost="report")
    assert await state(third) == "cancelled"
    items = (await world.api.get("/v1/protected-items")).json()["items"]
    assert {one["state"] for one in items} <= {"protected", "initial_backup_pending"}
