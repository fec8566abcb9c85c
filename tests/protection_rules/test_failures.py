"""Trouble: rules that meet, vaults and policies that go, VMs protected elsewhere, throttling, workers that die."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app.protection_rules import facts
from app.protection_rules.enforcing.loop import RuleLoop
from app.wiring import works_of
from tests.estate.estate_steps import protect_outside, read, seed
from tests.problem_checks import check_problem
from tests.protection_rules.rule_steps import (
    RULES,
    Json,
    body,
    changed,
    enforce,
    estate_of,
    hour_later,
    jobs_of,
    loop_of,
    made,
    make_due,
    names,
    previewed,
    reasons,
    shown,
)
from tests.recovery_runs.cut_short import cut_short
from tests.whole import of_walk
from tests.world import World

PROD = {"env": "prod"}


async def test_two_rules_for_one_vm_by_priority_and_never_by_age(world: World) -> None:
    target = await estate_of(world, vm_1=PROD, vm_2={"env": "prod", "tier": "gold"})
    default = await world.default_policy({"id": target["vault_id"]})
    gold_target = target | {"policy_id": default["id"]}
    broad = await made(world, target, mode="enforce", priority=50)
    gold = await made(world, gold_target, selector={"tags": {"tier": ["gold"]}}, mode="enforce", priority=50)
    same = await previewed(world, broad)
    assert (names(same["protect"]), reasons(same)) == (["vm-1"], {"vm-2": "same_priority"})
    assert same["conflicts"][0] | {"vm": None} == {
        "vm": None,
        "rules": sorted([broad["id"], gold["id"]]),
        "winner": None,
    }
    await changed(world, gold, priority=10)
    assert reasons(await previewed(world, broad)) == {"vm-2": "lower_priority"}
    stopped = await world.api.post(f"{RULES}/{gold['id']}/stop")
    assert stopped.json()["state"] == "stopped"
    await enforce(world)
    assert [job["vm"]["name"] for job in await jobs_of(world, broad)] == ["vm-1"], "a stopped rule keeps its VMs"
    assert await jobs_of(world, gold) == []
    await world.api.post(f"{RULES}/{gold['id']}/start")
    await enforce(world)
    assert [job["vm"]["name"] for job in await jobs_of(world, gold)] == ["vm-2"]
    await world.settle()
    items = (await world.api.get("/v1/protected-items")).json()["items"]
    policies = {one["vm"]["name"]: one["policy_id"] for one in items}
    assert policies == {"vm-1": target["policy_id"], "vm-2": default["id"]}
    await changed(world, gold, mode="observe")
    assert reasons(await previewed(world, broad)) == {"vm-2": "protected_otherwise"}, "it changes no policy"


async def test_a_vault_that_vanished_and_a_policy_that_was_deleted_are_named(world: World) -> None:
    target = await estate_of(world, vm_1=PROD)
    rule = await made(world, target, mode="enforce")
    await world.rows("UPDATE vaults SET gone_since = clock_timestamp() RETURNING 1 AS x")
    await enforce(world)
    assert reasons(await previewed(world, rule)) == {"vm-1": "vault_gone"}
    await world.rows("UPDATE vaults SET gone_since = NULL RETURNING 1 AS x")
    answer = await world.api.delete(f"/v1/policies/{target['policy_id']}")
    assert answer.status_code == 202, answer.text
    assert reasons(await previewed(world, rule)) == {"vm-1": "policy_not_ready"}
    await world.settle()
    await enforce(world)
    preview = await previewed(world, rule)
    assert (preview["protect"], reasons(preview)) == ([], {"vm-1": "policy_gone"})
    assert await jobs_of(world, rule) == []


async def test_what_is_gone_or_protected_elsewhere_since_the_reading_fails_once_and_says_so(world: World) -> None:
    target = await estate_of(world, vm_1=PROD, vm_2=PROD)
    rule = await made(world, target, mode="enforce")
    await protect_outside(world, "vm-1")
    vault = next(one for one in world.simulator.world.vaults.values() if one.name == "vault-demo")
    del vault.policies["production"]
    await enforce(world)
    await world.settle()
    jobs = {job["vm"]["name"]: job for job in await jobs_of(world, rule)}
    assert {job["state"] for job in jobs.values()} == {"failed"}
    assert jobs["vm-1"]["error"]["code"] == "vm_protected_elsewhere"
    assert jobs["vm-2"]["error"]["remedy"]
    writes = world.simulator.world.truth.requests["write"]
    await hour_later(world)
    await enforce(world)
    preview = await previewed(world, rule)
    assert reasons(preview) == {"vm-1": "failed_before", "vm-2": "failed_before"}
    assert {one["job"] for one in preview["skipped"]} == {f"/v1/jobs/{job['id']}" for job in jobs.values()}
    await read(world)
    await enforce(world)
    assert reasons(await previewed(world, rule))["vm-1"] == "protected_elsewhere"
    assert (len(await jobs_of(world, rule)), world.simulator.world.truth.requests["write"]) == (2, writes)

    await world.rows("UPDATE protection_rule_members SET asked_at = asked_at - interval '25 hours' RETURNING 1 AS x")
    await enforce(world)
    assert len(await jobs_of(world, rule)) == 3, "after a day it is tried again"
    for pace, count in ((19, 4), (20, 5)):
        await world.settle()
        await changed(world, rule, max_per_hour=pace)
        await enforce(world)
        jobs_now = {job["id"] for job in await jobs_of(world, rule)}
        assert len(jobs_now) == count, f"{pace}: changed, or changed back, it asks for a job of its own"


async def test_azure_that_throttles_delays_a_job_and_doubles_none(world: World) -> None:
    target = await estate_of(world, vm_1=PROD)
    rule = await made(world, target, mode="enforce")
    world.fault("PUT", "/protectedItems/", "status_before", status=429, retry_after="30", times=2)
    await enforce(world)
    await world.run_due()
    (job,) = await jobs_of(world, rule)
    assert (job["state"], job["waiting"]["reason"]) == ("queued", "throttled")
    await enforce(world)
    await world.settle()
    assert [(one["id"], one["state"]) for one in await jobs_of(world, rule)] == [(job["id"], "succeeded")]


async def test_workers_at_once_ask_for_each_vm_once_and_keep_the_pace(world: World) -> None:
    target = await estate_of(world, **{f"vm_{number}": PROD for number in range(1, 10)})
    rule = await made(world, target, mode="enforce", max_per_hour=4)
    loops = [loop_of(world) for _ in range(4)]
    for _ in range(3):
        await make_due(world)
        await asyncio.gather(*(loop.run_once() for loop in loops))
    assert len(await jobs_of(world, rule)) == 4
    for _ in range(3):
        await hour_later(world)
        await make_due(world)
        await asyncio.gather(*(loop.run_once() for loop in loops))
    machines = [job["vm"]["name"] for job in await jobs_of(world, rule)]
    assert sorted(machines) == [f"vm-{number}" for number in range(1, 10)]


async def test_a_worker_that_dies_anywhere_leaves_nothing_twice(world: World) -> None:
    target = await estate_of(world, **{f"vm_{number}": PROD for number in range(1, 15)})
    rule = await made(world, target, mode="enforce", max_per_hour=1000)
    loop = loop_of(world)
    for at in range(3, 400, of_walk(short=45, whole=1)):
        await make_due(world)
        if not await cut_short(loop.run_once, at):
            break
    else:
        pytest.fail("no look came to its end")
    await enforce(world)
    machines = [job["vm"]["name"] for job in await jobs_of(world, rule)]
    assert sorted(machines) == sorted(f"vm-{number}" for number in range(1, 15))
    members = await world.rows("SELECT count(*) AS n FROM protection_rule_members")
    assert members == [{"n": 14}]


async def test_many_vms_need_a_number_and_later_ones_again(world: World) -> None:
    target = await estate_of(world, vm_1=PROD)
    await _add(world, 101)
    rule = await made(world, target)
    assert (await previewed(world, rule))["confirm"] == {"count": 102, "limit": 100, "needed": True}
    refused = body(target, mode="enforce")
    answer = await world.api.post(RULES, json=refused)
    check_problem(answer, 409, "#/confirm")
    assert (answer.json()["code"], answer.json()["count"], answer.json()["limit"]) == ("confirm_needed", 102, 100)
    for wrong in (101, 103):
        again = await world.api.post(RULES, json=refused | {"confirm": wrong})
        check_problem(again, 409, "#/confirm")
    assert len((await world.api.get(RULES)).json()["items"]) == 1, "nothing was half recorded"
    path = f"{RULES}/{rule['id']}"
    plain = await world.api.patch(path, json={"mode": "enforce"}, headers={"If-Match": "*"})
    check_problem(plain, 409, "#/confirm")
    await changed(world, rule, mode="enforce", max_per_hour=2, confirm=102)
    await enforce(world)
    assert len(await jobs_of(world, rule)) == 2

    await _add(world, 150, prefix="x")
    await hour_later(world)
    await enforce(world)
    held = await shown(world, rule)
    assert (held["state"], held["waiting"]["reason"], held["waiting"]["count"]) == ("enforcing", "confirm", 250)
    await enforce(world)
    assert (await shown(world, rule))["waiting"] == held["waiting"]
    check_problem(await world.api.post(f"{path}/start"), 409, "#/confirm")
    fewer = await world.api.patch(path, json={"confirm": 249}, headers={"If-Match": "*"})
    check_problem(fewer, 409, "#/confirm")
    assert (await changed(world, rule, confirm=250))["waiting"] is None
    await world.rows("UPDATE estate_scopes SET code = 'azure_away', detail = 'x' RETURNING 1 AS x")
    await enforce(world)
    (kept,) = await world.rows("SELECT confirmed, mode FROM protection_rules")
    assert kept["confirmed"] == 250, "a reading that failed takes no confirmed number away"
    await world.rows("UPDATE estate_scopes SET code = NULL RETURNING 1 AS x")
    await enforce(world)
    assert len(await jobs_of(world, rule)) == 4


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_change_while_a_rule_asks_for_its_jobs_has_it_weighed_again_at_once(world: World, when: str) -> None:
    target = await estate_of(world, vm_1=PROD, vm_2=PROD)
    rule = await made(world, target, mode="enforce")
    other = await made(world, target, selector={"names": ["vm-2"]}, priority=200)

    class Interrupted(RuleLoop):
        async def _ask(self, *args: Any) -> Any:
            if when == "before":
                await changed(world, other, priority=1, mode="enforce")
            found = await super()._ask(*args)
            if when == "after":
                await changed(world, other, priority=1, mode="enforce")
            return found

    await world.rows("UPDATE protection_rules SET due_at = clock_timestamp() - interval '1 day' RETURNING 1 AS x")
    works = works_of(world.azure, world.database)
    await Interrupted(world.database, world.azure.machines, works, is_on=True).run_once()
    assert len(await jobs_of(world, rule)) == (0 if when == "before" else 2)
    rows = await world.rows("SELECT due_at <= clock_timestamp() AS is_due FROM protection_rules WHERE priority = 100")
    assert rows == [{"is_due": True}]


async def test_a_rule_that_changes_while_others_are_read_is_not_taken_for_known(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = await estate_of(world, vm_1=PROD)
    rule = await made(world, target, mode="enforce")
    other = await made(world, target, priority=200)
    read_others = facts._other_rules

    async def read_and_change(*args: Any) -> Any:
        found = await read_others(*args)
        monkeypatch.setattr(facts, "_other_rules", read_others)
        await world.rows(
            "UPDATE protection_rules SET priority = 1, mode = 'enforce', hash = 'x' WHERE id = :id RETURNING 1 AS x",
            id=UUID(other["id"]),
        )
        return found

    monkeypatch.setattr(facts, "_other_rules", read_and_change)
    await enforce(world)
    assert await jobs_of(world, rule) == [], "it was weighed among rules that were others by then"


async def _add(world: World, count: int, prefix: str = "many") -> None:
    """VMs that a reading would have shown: as rows, for each of them is another second of the simulator."""
    await world.rows(
        "INSERT INTO estate_vms (tenant, vm_key, vm_id, location, tags, tags_folded, items_known) "
        "SELECT tenant, vm_key || :prefix || n, vm_id || :prefix || n, location, tags, tags_folded, true "
        "FROM estate_vms, generate_series(1, :count) AS n WHERE vm_key LIKE '%/vm-1' RETURNING 1 AS x",
        count=count,
        prefix=prefix,
    )


async def test_quotas_and_grants_of_the_moment_hold(world: World) -> None:
    target = await estate_of(world, vm_1=PROD, vm_2=PROD, vm_3=PROD)
    rule = await made(world, target, mode="enforce")
    await world.rows("""UPDATE tenants SET quotas = '{"protected_items": 1}' RETURNING 1 AS x""")
    world.services.access.forget()
    preview = await previewed(world, rule)
    assert (names(preview["protect"]), reasons(preview)) == (["vm-1"], {"vm-2": "quota", "vm-3": "quota"})
    await enforce(world)
    assert [job["vm"]["name"] for job in await jobs_of(world, rule)] == ["vm-1"]
    none: list[Any] = []
    await world.rows("UPDATE tenants SET quotas = '{}', grants = '[]' RETURNING 1 AS x")
    world.services.access.forget()
    await enforce(world)
    assert (await previewed(world, rule))["protect"] == none
    assert len(await jobs_of(world, rule)) == 1


async def test_bad_rules_are_refused_at_the_field(world: World) -> None:
    target = await estate_of(world, vm_1=PROD)
    seed(world, vms=[])
    nobody = "01890000-0000-7000-8000-0000000000ff"
    cases: list[tuple[Json, int, str | None]] = [
        ({"priority": -1}, 422, "#/priority"),
        ({"priority": None}, 422, "#/priority"),
        ({"targets": []}, 422, "#/targets"),
        ({"targets": [target, target]}, 422, "#/targets/1"),
        ({"targets": [target | {"location": "eastus"}]}, 422, "#/targets/0/location"),
        ({"targets": [target | {"vault_id": nobody}]}, 404, None),
        ({"targets": [target | {"policy_id": nobody}]}, 404, None),
        ({"selector": {"tags": {"env": "prod"}}}, 422, "#/selector/tags/env"),
        ({"selector": {"regions": []}}, 422, "#/selector/regions"),
        ({"mode": "force"}, 422, "#/mode"),
        ({"max_per_hour": 0}, 422, "#/max_per_hour"),
        ({"on_lost": "delete"}, 422, "#/on_lost"),
        ({"confirm": -1}, 422, "#/confirm"),
        ({"name": ""}, 422, "#/name"),
        ({"state": "enforcing"}, 422, "#/state"),
    ]
    for changes, status, pointer in cases:
        for path in (RULES, f"{RULES}/preview"):
            check_problem(await world.api.post(path, json=body(target, **changes)), status, pointer, changes)
    rule = await made(world, target)
    for action in ("stop", "start"):
        answer = await world.api.post(f"{RULES}/{rule['id']}/{action}")
        assert (answer.status_code, answer.json()["code"]) == (409, "protection_rule_observes")
    stale = await world.api.patch(f"{RULES}/{rule['id']}", json={"name": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    missing = await world.api.patch(f"{RULES}/{rule['id']}", json={"name": "x"})
    assert missing.status_code == 428
