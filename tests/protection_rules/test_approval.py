"""One approval for a rule: it shows the numbers, and holds for the rule as it is."""

from typing import Any

from tests.approvals.decisions import REASON, approver, require
from tests.protection_rules.rule_steps import (
    RULES,
    changed,
    enforce,
    estate_of,
    jobs_of,
    made,
    names,
    previewed,
    shown,
)
from tests.world import World

PROD = {"env": "prod"}


async def approval_of(world: World, rule: dict[str, Any]) -> dict[str, Any]:
    job = (await world.api.get((await shown(world, rule))["approval_job"])).json()
    found: dict[str, Any] = (await world.api.get(job["approval"])).json()
    return found


async def test_a_rule_waits_for_its_approval_once_and_a_changed_one_again(world: World) -> None:
    target = await estate_of(world, vm_1=PROD, vm_2=PROD)
    await require(world, "protection_rule")
    rule = await made(world, target, mode="enforce")
    assert (rule["state"], rule["waiting"]["reason"]) == ("observing", "approval")
    other = await made(world, target, name="other", priority=500)
    assert names((await previewed(world, other))["protect"]) == ["vm-1", "vm-2"], "one that waits decides nothing"
    await enforce(world)
    assert [job["kind"] for job in await jobs_of(world, rule)] == ["enforce_rule"]

    approval = await approval_of(world, rule)
    assert approval["operation"] == "protection_rule"
    assert "protect 2 VMs, for about" in approval["summary"]
    assert approval["ask"]["counts"]["protect"] == 2
    async with approver(world) as person:
        answer = await person.post(f"/v1/approvals/{approval['id']}/approve", json=REASON)
        assert answer.status_code == 200, answer.text
    await world.settle()
    assert ((await shown(world, rule))["state"], (await shown(world, rule))["waiting"]) == ("enforcing", None)
    await enforce(world)
    kinds = sorted(job["kind"] for job in await jobs_of(world, rule))
    assert kinds == ["enforce_rule", "protect", "protect"]
    await world.settle()
    assert {job["state"] for job in await jobs_of(world, rule)} == {"succeeded"}, "its jobs need no approval"

    again = await changed(world, rule, priority=99)
    assert (again["state"], again["waiting"]["reason"]) == ("observing", "approval")
    back = await changed(world, rule, priority=100)
    assert (back["state"], back["hash"]) == ("enforcing", rule["hash"]), "it is the rule that was approved"


async def test_an_approval_of_a_rule_that_was_changed_meanwhile_enforces_nothing(world: World) -> None:
    target = await estate_of(world, vm_1=PROD)
    await require(world, "stop_protection")
    rule = await made(world, target, mode="enforce", on_lost="pause")
    first = await approval_of(world, rule)
    assert first["operation"] == "stop_protection"
    started = await world.api.post(f"{RULES}/{rule['id']}/start")
    assert started.json()["approval_job"] == rule["approval_job"], "asked for once"
    await changed(world, rule, selector={})
    async with approver(world) as person:
        await person.post(f"/v1/approvals/{first['id']}/approve", json=REASON)
    await world.settle()
    job = (await world.api.get(rule["approval_job"])).json()
    assert (job["state"], job["error"]["code"]) == ("failed", "not_as_agreed")
    assert (await shown(world, rule))["state"] == "observing"
    await enforce(world)
    assert {one["kind"] for one in await jobs_of(world, rule)} == {"enforce_rule"}
    reporting = await changed(world, rule, on_lost="report")
    assert (reporting["state"], reporting["waiting"]) == ("enforcing", None), "it needs no approval in this tenant"
