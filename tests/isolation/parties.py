"""Two tenants side by side in one installation, each with one of everything, and the walls that can be taken down."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import httpx
from sqlalchemy import Column, event, text, true
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BinaryExpression, ClauseElement

from app.identity.access.permissions import ROLES
from app.simulator.seeding import plant
from app.webhooks.sending.fan_out import FanOutLoop
from tests.isolation.foreign_requests import Party
from tests.remembered_steps import remembered
from tests.restore_tests.round_steps import SHUT
from tests.simulator.story import vm_id
from tests.world import ISSUER, SUBSCRIPTION, World

DIRECTORY = "11111111-1111-1111-1111-111111111111"
CANARY = "canary"
"""In every name that the tenant `canary` has; no answer to anybody else may hold it."""


async def make_tenant(world: World, name: str, *groups: str) -> str:
    """A tenant that may touch these resource groups, with a principal for each role, and one who has them all."""
    grants = ", ".join(f'{{"subscription_id": "{SUBSCRIPTION}", "resource_group": "{group}"}}' for group in groups)
    async with world.database.begin() as session:
        await session.execute(
            text("INSERT INTO tenants (id, name, grants) VALUES (:id, :id, CAST(:grants AS jsonb))"),
            {"id": name, "grants": f"[{grants}]"},
        )
        for person, roles in ((f"{name}-boss", list(ROLES)), *((f"{name}-{role}", [role]) for role in ROLES)):
            await session.execute(
                text(
                    "INSERT INTO members (id, tenant, kind, issuer, directory, object_id, roles) VALUES "
                    "(gen_random_uuid(), :tenant, 'principal', :issuer, :directory, :who, "
                    "to_jsonb(CAST(:roles AS text[])))"
                ),
                {"tenant": name, "issuer": ISSUER, "directory": DIRECTORY, "who": person, "roles": roles},
            )
    return name


def person(world: World, name: str) -> httpx.AsyncClient:
    """A principal of that object id, without app roles: only memberships give them roles."""
    return world.client(oid=name, sub=name, azp=name, roles=[])


@asynccontextmanager
async def as_person(world: World, name: str) -> AsyncIterator[httpx.AsyncClient]:
    """The story's steps are taken by this person for the block."""
    usual = world.api
    async with person(world, name) as client:
        world.api = client
        try:
            yield client
        finally:
            world.api = usual


async def settle_party(world: World, word: str) -> Party:
    """Everything once, and every name has the word in it."""
    return Party(await _things(world, word))


@remembered
async def _things(world: World, word: str) -> dict[str, str]:
    group, tests, storage = f"rg-{word}", f"rg-tests-{word}", f"st{word}"
    made = plant(
        world.simulator.world,
        {
            "resource_groups": [{"name": group}, {"name": tests}],
            "storage_accounts": [{"name": storage, "resource_group": group}],
            "security_groups": [{"name": f"nsg-{word}", "resource_group": group, "rules": [SHUT]}],
            "networks": [
                {"name": f"vnet-{word}", "resource_group": group, "subnets": [_subnet(group, word)]},
                {"name": f"vnet-tests-{word}", "resource_group": tests, "subnets": [_subnet(group, word)]},
            ],
            "vms": [{"name": name, "resource_group": group} for name in (f"vm-{word}", f"vm-free-{word}")],
        },
    )
    tenant = await make_tenant(world, word, group, tests)
    group_id = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}"
    things = {
        "group": group,
        "group_id": group_id,
        "storage": made["storage_accounts"][0],
        "tenant": tenant,
        "subnet": f"{made['networks'][0]}/subnets/default",
        "test_group_id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{tests}",
        "test_subnet": f"{made['networks'][1]}/subnets/default",
        "vm": vm_id(f"vm-{word}", group),
        "free_vm": vm_id(f"vm-free-{word}", group),
        "action_group": f"{group_id}/providers/Microsoft.Insights/actionGroups/group-{word}",
        "reference": f"reference-{word}",
        "label": f"team={word}",
    }
    async with as_person(world, f"{word}-boss") as api:
        things |= await _made_by_hand(world, api, word, things)
    await _estate(world, tenant, word, things)
    await _alerts(world, tenant, word, things)
    member = await world.rows("SELECT id FROM members WHERE tenant = :tenant LIMIT 1", tenant=tenant)
    return things | {"member": str(member[0]["id"])}


def _subnet(group: str, word: str) -> dict[str, str]:
    """One that a restore test may use."""
    in_group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network"
    return {"name": "default", "security_group_id": f"{in_group}/networkSecurityGroups/nsg-{word}"}


async def _tested(world: World, api: httpx.AsyncClient, word: str, things: dict[str, str]) -> dict[str, str]:
    """A restore test, and a run of it that has ended."""
    target = {
        "resource_group_id": things["test_group_id"],
        "subnet_id": things["test_subnet"],
        "staging_storage_account_id": things["storage"],
    }
    body = {"name": f"test-{word}", "selector": {"resource_groups": [things["group"]]}, "target": target}
    answer = await api.post("/v1/restore-tests", json=body)
    assert answer.status_code == 201, answer.text
    test = answer.json()
    (run,) = await world.rows(
        "INSERT INTO restore_test_runs (id, tenant, restore_test_id, job_id, protected_item_id, vm_id, position, "
        "state, outcome, ended_at) VALUES (gen_random_uuid(), :tenant, :test, :job, :item, :vm, 0, 'ended', "
        "'not_proven', clock_timestamp()) RETURNING id",
        tenant=things["tenant"],
        test=test["id"],
        job=things["job"],
        item=things["item"],
        vm=things["vm"],
    )
    return {"restore_test": test["id"], "restore_test_run": str(run["id"])}


async def _ruled(world: World, api: httpx.AsyncClient, word: str, things: dict[str, str]) -> dict[str, str]:
    """A rule that is enforced, and a VM that it has asked to protect."""
    target = {"location": "westus", "vault_id": things["vault"], "policy_id": things["policy"]}
    body = {"name": f"rule-{word}", "priority": 1, "selector": {"names": [f"vm-{word}"]}, "targets": [target]}
    rule = (await api.post("/v1/protection-rules", json=body | {"mode": "enforce"})).json()
    await world.rows(
        "INSERT INTO protection_rule_members (rule_id, vm_key, tenant, vm_id, protected_item_id, hash, selected_hash, "
        "job_id) VALUES (:rule, lower(:vm), :tenant, :vm, :item, 'a', 'a', :job) RETURNING 1 AS x",
        rule=rule["id"],
        vm=things["vm"],
        tenant=things["tenant"],
        item=things["item"],
        job=things["job"],
    )
    return {"rule": rule["id"]}


async def _made_by_hand(world: World, api: httpx.AsyncClient, word: str, things: dict[str, str]) -> dict[str, str]:
    vault = await world.vault(name=f"vault-{word}", resource_group=things["group"])
    policy = await world.policy(vault, name=f"policy-{word}")
    default = await world.default_policy(vault)
    body = {"vm_id": things["vm"], "vault_id": vault["id"], "policy_id": policy["id"]}
    item = await world.resource_of(await world.done("/v1/protected-items", body))
    labels = {"reference": things["reference"], "labels": {"team": word}}
    job = await world.done(
        f"/v1/protected-items/{item['id']}/backups", {"retain_until": "2036-01-31T00:00:00Z", **labels}
    )
    point = (await world.points(item))[0]
    target = {"mode": "disks", "resource_group_id": things["group_id"], "staging_storage_account_id": things["storage"]}
    asked = {"protected_item_id": item["id"], "recovery_point": {"latest": True}, "target": target}
    restore = await world.resource_of(await world.done("/v1/restores", asked))
    made = {
        "vault": vault["id"],
        "policy": policy["id"],
        "default_policy": default["id"],
        "item": item["id"],
        "job": job["id"],
        "job_path": f"/v1/jobs/{job['id']}",
        "point": point["id"],
        "restore": restore["id"],
        "approval": await _approval(world, api, things["tenant"], item["id"]),
        **await _recovery(api, word, target, item["id"]),
        "bulk": await _bulk(api, item["id"]),
    }
    made |= await _tested(world, api, word, things | made)
    made |= await _ruled(world, api, word, things | made)
    return made | await _webhook(world, api, word, things["tenant"])


async def _recovery(api: httpx.AsyncClient, word: str, target: dict[str, str], item: str) -> dict[str, str]:
    """A recovery plan, and a run of it that was withdrawn before anything was restored."""
    waves = [{"name": f"wave-{word}", "members": [{"protected_item_id": item}]}]
    plan = (
        await api.post("/v1/recovery-plans", json={"name": word, "target": {"recover": target}, "waves": waves})
    ).json()
    job = (await api.post(f"/v1/recovery-plans/{plan['id']}/runs", json={"mode": "recover"})).json()
    await api.post(f"/v1/jobs/{job['id']}/cancel")
    return {"plan": plan["id"], "run": job["run"].rpartition("/")[2], "wave": f"wave-{word}"}


async def _bulk(api: httpx.AsyncClient, item: str) -> str:
    """A bulk request that was withdrawn before anything was done: its job."""
    job = (await api.post("/v1/bulk", json={"action": "pause", "protected_item_ids": [item]})).json()
    await api.post(f"/v1/jobs/{job['id']}/cancel")
    return str(job["id"])


async def _webhook(world: World, api: httpx.AsyncClient, word: str, tenant: str) -> dict[str, str]:
    """A webhook, and an event that was handed out to it."""
    body = {"url": f"http://127.0.0.1:9/{word}", "types": ["holdfast.*"]}
    made = (await api.post("/v1/webhooks", json=body)).json()
    await FanOutLoop(world.database).run_once()
    await FanOutLoop(world.database).run_once()
    (event,) = await world.rows("SELECT id FROM events WHERE tenant = :tenant ORDER BY position LIMIT 1", tenant=tenant)
    return {"webhook": made["id"], "event": str(event["id"])}


async def _approval(world: World, api: httpx.AsyncClient, tenant: str, item: str) -> str:
    """An approval that waits: somebody asked to delete backup data while the tenant wanted a second person for that."""
    for wanted in ('["delete_data"]', "[]"):
        await world.rows(
            "UPDATE tenants SET approvals = CAST(:wanted AS jsonb) WHERE id = :id RETURNING id",
            wanted=wanted,
            id=tenant,
        )
        world.services.access.forget()
        if wanted != "[]":
            asked = (await api.delete(f"/v1/protected-items/{item}")).json()
    found: str = asked["approval"]
    return found.rsplit("/", 1)[1]


async def _estate(world: World, tenant: str, word: str, things: dict[str, str]) -> None:
    """What a reading leaves: its machines, and something that was weakened."""
    (item,) = await world.rows(
        "SELECT jsonb_build_object('kind', 'protected_item', 'id', id, 'vm_id', vm_id, 'vault_id', vault_id, "
        "'name', CAST(:name AS text)) AS subject FROM protected_items WHERE id = CAST(:item AS uuid)",
        item=things["item"],
        name=f"vm-{word}",
    )
    async with world.database.begin() as session:
        for vm in (things["vm"], things["free_vm"]):
            await session.execute(
                text(
                    "INSERT INTO estate_vms (tenant, vm_key, vm_id, location, tags, tags_folded, items_known) VALUES "
                    "(:tenant, lower(:vm), :vm, 'westus', CAST(:tags AS jsonb), CAST(:tags AS jsonb), true)"
                ),
                {"tenant": tenant, "vm": vm, "tags": f'{{"team": "{word}"}}'},
            )
        await session.execute(
            text(
                "INSERT INTO estate_drifts (id, tenant, kind, subject_key, subject, before, after) VALUES "
                "(gen_random_uuid(), :tenant, 'policy_swapped', :word, CAST(:subject AS jsonb), '{}', '{}')"
            ),
            {"tenant": tenant, "word": word, "subject": json.dumps(item["subject"])},
        )
        await session.execute(
            text(
                "INSERT INTO estate_weakenings (id, tenant, vault_id, vault, kind, signature, subjects, change, "
                "radius, seen_at) VALUES "
                "(gen_random_uuid(), :tenant, CAST(:vault AS uuid), :word, 'guard_removed', '', '[]', "
                "'{}', '{}', clock_timestamp())"
            ),
            {"tenant": tenant, "word": word, "vault": item["subject"]["vault_id"]},
        )


async def _alerts(world: World, tenant: str, word: str, things: dict[str, str]) -> None:
    """One that is open, and a silence."""
    values = {"tenant": tenant, "word": word, "vault": things["vault"], "vm": things["vm"]}
    (alert,) = await world.rows(
        "INSERT INTO alerts (id, tenant, kind, key, thing, severity, state, subject, vm_id, vault_id, title, remedy, "
        "details, count, first_at, last_at, seen_at, due_at, opened_at, told_at) SELECT gen_random_uuid(), :tenant, "
        "'job_failed', :word, :word, 'warning', 'open', :word, :vm, CAST(:vault AS uuid), :word, :word, "
        "jsonb_build_object('word', CAST(:word AS text)), 1, at, at, at, at, at, at "
        "FROM clock_timestamp() AS at RETURNING id",
        **values,
    )
    (silence,) = await world.rows(
        "INSERT INTO alert_silences (id, tenant, subject, from_at, until_at, reason, created_by) SELECT "
        "gen_random_uuid(), :tenant, '/' || :word, at, at + interval '1 hour', :word, :word "
        "FROM clock_timestamp() AS at RETURNING id",
        tenant=tenant,
        word=word,
    )
    things |= {"alert": str(alert["id"]), "silence": str(silence["id"])}


@contextmanager
def without_the_filter(engine: Any) -> Iterator[list[int]]:
    """No query says any more whose rows it wants: every `tenant = ...` is taken out of what reaches the database.

    Yields the number of comparisons taken out of each statement, to see that it was done.
    """
    taken: list[int] = []

    def strip(_conn: Any, statement: Any, multiparams: Any, params: Any, _options: Any) -> tuple[Any, Any, Any]:
        count = 0

        def swap(element: ClauseElement, **_: Any) -> ClauseElement | None:
            nonlocal count
            # A join of two tables by it is no filter: without it nobody would know who is a member of what.
            if isinstance(element, BinaryExpression) and _is_tenant(element.left) and not _is_column(element.right):
                count += 1
                return true()
            return None

        if isinstance(statement, ClauseElement):
            statement = visitors.replacement_traverse(statement, {}, swap)
        taken.append(count)
        return statement, multiparams, params

    event.listen(engine.sync_engine, "before_execute", strip, retval=True)
    try:
        yield taken
    finally:
        event.remove(engine.sync_engine, "before_execute", strip)


def _is_tenant(element: Any) -> bool:
    return isinstance(element, Column) and element.name == "tenant"


def _is_column(element: Any) -> bool:
    return isinstance(element, Column)
