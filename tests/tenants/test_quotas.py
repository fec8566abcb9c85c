"""Quotas: counted where a request is accepted, exact when many come at once, and never in the way of a replay."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from app.simulator import seeding
from tests.tenants.quota_steps import limit, refused
from tests.tenants.tenant_steps import client_of, make, member
from tests.world import DISKS, KEEP, VAULT, World, vm_id


def restore_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": DISKS}


async def test_of_fifty_backups_at_once_as_many_as_the_quota_allows_are_accepted(world: World) -> None:
    item = await world.item()
    await limit(world, backups_per_vm_and_day=3)
    path = f"/v1/protected-items/{item['id']}/backups"
    answers = await asyncio.gather(*(world.api.post(path, json={"retain_until": KEEP}) for _ in range(50)))
    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [429] * 47
    assert {refused(answer) for answer in answers if answer.status_code == 429} == {
        (429, "quota_exceeded", "backups_per_vm_and_day", 3, 3)
    }
    waits = {int(answer.headers["Retry-After"]) for answer in answers if answer.status_code == 429}
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    assert all(abs(wait - (midnight - now).total_seconds()) < 120 for wait in waits)
    assert len(await world.rows("SELECT 1 FROM jobs WHERE kind = 'backup'")) == 3
    await world.settle()
    assert len([one for one in world.triggers if one["kind"] == "backup"]) == 3


async def test_fifty_equal_requests_take_one_place_and_none_is_refused(world: World) -> None:
    item = await world.item()
    await limit(world, backups_per_vm_and_day=1)
    path, key = f"/v1/protected-items/{item['id']}/backups", {"Idempotency-Key": "k"}
    answers = await asyncio.gather(*(world.api.post(path, json={"retain_until": KEEP}, headers=key) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert (await world.api.post(path, json={"retain_until": KEEP})).status_code == 429
    again = await world.api.post(path, json={"retain_until": KEEP}, headers=key)
    assert (again.status_code, again.json()["id"]) == (202, answers[0].json()["id"])


async def test_a_quota_of_backups_is_of_one_vm_and_one_day(world: World) -> None:
    first = await world.item()
    vault = {"id": first["vault_id"]}
    second = await world.item("vm-db-01", vault)
    await limit(world, backups_per_vm_and_day=1)
    paths = [f"/v1/protected-items/{item['id']}/backups" for item in (first, second)]
    for path in paths:
        assert (await world.api.post(path, json={"retain_until": KEEP})).status_code == 202
        assert (await world.api.post(path, json={"retain_until": KEEP})).status_code == 429
    await world.rows(
        "UPDATE jobs SET created_at = date_trunc('day', clock_timestamp(), 'UTC') - interval '1 second' "
        "WHERE kind = 'backup' RETURNING id"
    )
    assert (await world.api.post(paths[0], json={"retain_until": KEEP})).status_code == 202


async def test_restores_and_mounts_share_a_quota_until_they_have_ended(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    await limit(world, concurrent_restores=2)
    body = restore_of(item)
    answers = await asyncio.gather(*(world.api.post("/v1/restores", json=body) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [202] * 2 + [429] * 10
    for answer in answers:
        if answer.status_code == 429:
            assert refused(answer) == (429, "quota_exceeded", "concurrent_restores", 2, 2)
            assert int(answer.headers["Retry-After"]) == 60
            assert answer.json()["retryable"] is True
    mount = body | {"target": {"mode": "files"}}
    assert (await world.api.post("/v1/restores", json=mount)).status_code == 429
    assert len(await world.rows("SELECT 1 FROM restores")) == 2
    await world.settle()
    assert (await world.api.post("/v1/restores", json=mount)).status_code == 202


async def test_equal_restores_at_once_are_one_although_there_is_one_place(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    await limit(world, concurrent_restores=1)
    key = {"Idempotency-Key": "r"}
    answers = await asyncio.gather(
        *(world.api.post("/v1/restores", json=restore_of(item), headers=key) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_of_many_vms_protected_at_once_as_many_as_the_quota_allows_are(world: World) -> None:
    vault = await world.vault()
    policy = await world.default_policy(vault)
    seeding.plant(world.simulator.world, {"vm_count": 8, "prefix": "vm-q-"})
    await limit(world, protected_items=3)
    names = [vm["name"] for vm in seeded(world)]
    assert len(names) == 8
    bodies = [{"vm_id": vm_id(name), "vault_id": vault["id"], "policy_id": policy["id"]} for name in names]
    answers = await asyncio.gather(*(world.api.post("/v1/protected-items", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [202] * 3 + [409] * 5
    assert {refused(answer) for answer in answers if answer.status_code == 409} == {
        (409, "quota_used_up", "protected_items", 3, 3)
    }
    assert len(await world.rows("SELECT 1 FROM protected_items")) == 3


def seeded(world: World) -> list[dict[str, str]]:
    return [{"name": vm.name} for vm in world.simulator.world.vms.values() if vm.name.startswith("vm-q-")]


async def test_a_quota_of_nothing_refuses_and_no_quota_does_not(world: World) -> None:
    item = await world.item()
    path = f"/v1/protected-items/{item['id']}/backups"
    await limit(world, backups_per_vm_and_day=0)
    assert refused(await world.api.post(path, json={"retain_until": KEEP}))[2:] == ("backups_per_vm_and_day", 0, 0)
    await limit(world)
    assert (await world.api.post(path, json={"retain_until": KEEP})).status_code == 202


async def test_what_another_tenant_has_does_not_count(world: World) -> None:
    await world.item()
    await make(world, members=[member("dana", "admin")], quotas={"protected_items": 1})
    async with client_of(world, "dana") as dana:
        made = await dana.post("/v1/vaults", json=VAULT | {"name": "vault-two"})
        await world.settle()
        policies = (await dana.get(f"/v1/vaults/{made.json()['vault_id']}/policies")).json()["items"]
        body = {
            "vm_id": vm_id("vm-db-01"),
            "vault_id": made.json()["vault_id"],
            "policy_id": next(policy["id"] for policy in policies if policy["name"] == "DefaultPolicy"),
        }
        protected = await dana.post("/v1/protected-items", json=body)
        assert protected.status_code == 202, protected.text
