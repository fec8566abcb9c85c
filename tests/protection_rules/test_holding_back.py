"""What keeps a rule from its next VM: one that is refused, a quota that others hold, an owner who has gone."""

import asyncio
from typing import Any

import psycopg
import pytest

from app.protection import service
from app.protection.errors import VmAlreadyProtected
from tests.protection_rules.rule_steps import (
    RULES,
    enforce,
    estate_of,
    hour_later,
    jobs_of,
    loop_of,
    made,
    make_due,
    previewed,
    shown,
)
from tests.world import World

PROD = {"env": "prod"}
ASKS = "app.protection_rules.enforcing.asking.request_protection"


async def test_a_vm_that_is_refused_is_named_and_keeps_no_other_from_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = await estate_of(world, vm_0=PROD, vm_1=PROD, vm_2=PROD)
    rule = await made(world, target, mode="enforce", max_per_hour=1)
    request = service.request_protection

    async def refuse_some(*args: Any, vm: Any, **others: Any) -> Any:
        if vm.name == "vm-0":
            raise RuntimeError("a bug of ours")
        if vm.name == "vm-1":
            raise VmAlreadyProtected("vm-1 is said to be protected.", remedy="Look.")
        return await request(*args, vm=vm, **others)

    monkeypatch.setattr(ASKS, refuse_some)
    for _ in range(2):
        await enforce(world)
    bug, skipped = (await previewed(world, rule))["skipped"]
    assert (skipped["vm"]["name"], skipped["reason"], skipped["job"]) == ("vm-1", "failed_before", None)
    assert "vm-1 is said to be protected. Look." in skipped["detail"]
    assert (bug["vm"]["name"], "A bug of Holdfast" in bug["detail"]) == ("vm-0", True)
    await enforce(world)
    assert [job["vm"]["name"] for job in await jobs_of(world, rule)] == ["vm-2"]
    refused = "SELECT asked_at, tries FROM protection_rule_members WHERE refusal IS NOT NULL"
    before = await world.rows(refused)
    await enforce(world)
    assert await world.rows(refused) == before, "nothing is written until it is tried again"

    monkeypatch.setattr(ASKS, request)
    await world.rows("UPDATE protection_rule_members SET asked_at = asked_at - interval '61 minutes' RETURNING 1 AS x")
    await hour_later(world)
    await enforce(world)
    assert {job["vm"]["name"] for job in await jobs_of(world, rule)} == {"vm-0", "vm-2"}, "after an hour it asks again"


async def test_a_rule_that_waits_for_a_vm_holds_no_quota(world: World, database_url: str) -> None:
    target = await estate_of(world, vm_1=PROD, vm_2=PROD)
    await world.rows("""UPDATE tenants SET quotas = '{"protected_items": 10}' RETURNING 1 AS x""")
    rule = await made(world, target, mode="enforce")
    with psycopg.connect(database_url) as other, psycopg.connect(database_url, autocommit=True) as looking:
        other.execute(
            "INSERT INTO protected_items (id, tenant, vault_id, policy_id, vm_id, vm_key, state) "
            "SELECT gen_random_uuid(), tenant, %s, %s, vm_id, vm_key, 'protecting' FROM estate_vms "
            "WHERE vm_key LIKE '%%/vm-2'",
            (target["vault_id"], target["policy_id"]),
        )
        await make_due(world)
        running = asyncio.create_task(loop_of(world).run_once())
        for _ in range(500):
            await asyncio.sleep(0.02)
            if _locks(looking, "transactionid", granted=False):
                break
        else:
            pytest.fail("it waits for nothing")
        held = _locks(looking, "advisory", granted=True)
        other.rollback()
    await running
    assert held == 0, "another request would wait here for the quota, and this one for its VM"
    assert len(await jobs_of(world, rule)) == 2


def _locks(looking: psycopg.Connection[Any], kind: str, *, granted: bool) -> int:
    (count,) = looking.execute(
        "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE datname = current_database() AND locktype = %s AND granted = %s",
        (kind, granted),
    ).fetchone() or (0,)
    return int(count)


async def test_a_rule_whose_owner_has_gone_stops_and_says_so(world: World) -> None:
    target = await estate_of(world, vm_1=PROD)
    rule = await made(world, target, mode="enforce")
    await world.rows("""UPDATE members SET roles = '["operator", "reader"]' RETURNING 1 AS x""")
    await enforce(world)
    held = await shown(world, rule)
    assert (held["state"], held["waiting"]["reason"]) == ("enforcing", "owner")
    assert "may write no protection rules" in held["waiting"]["detail"]
    assert await jobs_of(world, rule) == []
    await enforce(world)
    assert (await shown(world, rule))["waiting"] == held["waiting"]
    await world.rows("""UPDATE members SET roles = '["admin"]' RETURNING 1 AS x""")
    world.services.access.forget()
    answer = await world.api.post(f"{RULES}/{rule['id']}/start")
    assert answer.json()["waiting"] is None
    await enforce(world)
    assert len(await jobs_of(world, rule)) == 1
