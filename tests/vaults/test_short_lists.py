"""A complete list that is short of an entry: what is forgotten for it is only what Azure says is gone."""

from typing import Any

import pytest

from tests.jobs.untracked_steps import slow_sweep
from tests.vaults.foreign_lists import ITEM, ITEMS, POLICIES, answers, arm, ids, recovers, refreshed
from tests.world import POLICY, World

GET_ITEM, GET_POLICY = r"/protectedItems/[^/]+$", r"/backupPolicies/[^/]+$"
SHORT_LISTS = [pytest.param(path, id=name) for path, name in ((ITEMS, "items"), (POLICIES, "policies"))]
GETS = {ITEMS: (GET_ITEM, "protected_items"), POLICIES: (GET_POLICY, "policies")}
NOT_PROOF: dict[str, dict[str, Any]] = {
    "denied": {"status": 403},
    "away": {"status": 503},
    "throttled": {"status": 429},
    "conflict": {"status": 409},
    "odd": {"status": 200, "body": "{}", "headers": {"Content-Type": "application/json"}},
    "of-the-group": {"status": 404, "code": "ResourceGroupNotFound"},
    "of-no-one": {"status": 404, "body": "<html>not here</html>", "headers": {"Content-Type": "text/html"}},
}


def gone_for_good(world: World) -> None:
    """What is deleted from now on is not kept: the vault soft-deletes nothing."""
    for vault in world.simulator.world.vaults.values():
        vault.settings["securitySettings"]["softDeleteSettings"]["softDeleteState"] = "Disabled"


async def unused_policy(world: World, item: dict[str, Any]) -> str:
    """The id of a policy that nothing follows."""
    job = await world.done(f"/v1/vaults/{item['vault_id']}/policies", POLICY | {"name": "unused"})
    return str(job["resource"].rpartition("/")[2])


@pytest.mark.parametrize("path", SHORT_LISTS)
async def test_a_list_that_is_short_of_what_is_there_forgets_nothing(world: World, path: str) -> None:
    item = await world.item()
    before = await ids(world)
    answers(world, path, {"value": []})
    job = await refreshed(world, item["vault_id"])
    assert job["state"] == "succeeded"
    found = job["result"]["found"][GETS[path][1]]
    assert (found["gone"]["count"], found["unproven"]["count"], found["new"]["count"]) == (0, 0, 0)
    assert await ids(world) == before


async def test_only_a_404_of_the_thing_itself_proves_that_it_is_gone(world: World) -> None:
    item = await world.item()
    before = await ids(world)
    for answer, said in NOT_PROOF.items():
        for path, (get, _) in GETS.items():
            answers(world, path, {"value": []})
            world.fault("GET", get, "status_before", times=None, **said)
        job = await refreshed(world, item["vault_id"])
        assert job["state"] == "succeeded", answer
        found = [job["result"]["found"][kind] for _, kind in GETS.values()]
        assert [one["gone"]["count"] for one in found] == [0, 0], answer
        assert [one["unproven"]["count"] for one in found] == [len(rows) for rows in before], answer
        assert await ids(world) == before, answer
        recovers(world)


async def test_what_another_tool_deleted_is_forgotten_by_a_refresh(world: World) -> None:
    item = await world.item()
    policy = await unused_policy(world, item)
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    gone_for_good(world)
    assert (await arm(world, "DELETE", f"{vault['arm_id']}/{ITEM}")).status_code in {200, 202, 204}
    assert (await arm(world, "DELETE", f"{vault['arm_id']}/backupPolicies/unused")).status_code in {200, 202, 204}
    world.advance(20_000)
    job = await refreshed(world, item["vault_id"])
    found = job["result"]["found"]
    gone = {kind: found[kind]["gone"]["names"] for kind in ("protected_items", "policies")}
    assert gone == {"protected_items": [item["vm_id"]], "policies": ["unused"]}
    items, policies = await ids(world)
    assert (items, policy in policies) == ([], False)


async def test_soft_deleted_data_that_a_list_does_not_show_keeps_its_row(world: World) -> None:
    item = await world.item()
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    assert (await arm(world, "DELETE", f"{vault['arm_id']}/{ITEM}")).status_code in {200, 202, 204}
    world.advance(20_000)
    answers(world, ITEMS, {"value": []})
    await refreshed(world, item["vault_id"])
    kept = (await world.api.get(f"/v1/protected-items/{item['id']}")).json()
    assert (kept["id"], kept["state"]) == (item["id"], "soft_deleted")


async def test_a_refresh_asks_for_so_many_and_leaves_the_rest_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = await world.item()
    for number in range(4):
        await world.done(f"/v1/vaults/{item['vault_id']}/policies", POLICY | {"name": f"pol-{number}"})
    for vault in world.simulator.world.vaults.values():
        for name in [name for name in vault.policies if name.lower().startswith("pol-")]:
            del vault.policies[name]
    monkeypatch.setattr("app.vaults.work.POLICIES_AT_ONCE", 3)
    left = []
    for _ in range(2):
        found = (await refreshed(world, item["vault_id"]))["result"]["found"]["policies"]
        left.append((found["gone"]["count"], found["unproven"]["count"]))
    assert left == [(3, 1), (1, 0)]


@pytest.mark.parametrize("answer", [{"status": 403}, {"status": 503}, None], ids=["denied", "away", "deleted"])
async def test_a_sweep_forgets_no_policy_that_azure_did_not_say_is_gone(
    world: World, answer: dict[str, Any] | None
) -> None:
    item = await world.item()
    policy = await unused_policy(world, item)
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    if answer is None:
        assert (await arm(world, "DELETE", f"{vault['arm_id']}/backupPolicies/unused")).status_code in {200, 202, 204}
    else:
        answers(world, POLICIES, {"value": []})
        world.fault("GET", GET_POLICY, "status_before", times=None, **answer)
    await world.rows("UPDATE vault_watches SET items_owed_at = now(), policies_owed_at = now() RETURNING vault_id")
    await slow_sweep(world)
    assert (policy in (await ids(world))[1]) is (answer is not None)


@pytest.mark.parametrize("is_purged", [True, False], ids=["purged", "there-longer"])
async def test_by_its_date_alone_no_item_is_purged(world: World, *, is_purged: bool) -> None:
    """Protecting its VM anew takes its place only when Azure has purged it."""
    item = await world.item()
    vault = (await world.api.get(f"/v1/vaults/{item['vault_id']}")).json()
    assert (await arm(world, "DELETE", f"{vault['arm_id']}/{ITEM}")).status_code in {200, 202, 204}
    world.advance(20_000)
    await refreshed(world, item["vault_id"])
    await world.rows("UPDATE protected_items SET purge_at = now() - interval '1 hour' RETURNING id")
    if is_purged:
        for simulated in world.simulator.world.vaults.values():
            simulated.items.clear()
    body = {name: item[name] for name in ("vm_id", "vault_id", "policy_id")}
    body["policy_id"] = (await world.default_policy(vault))["id"]
    answer = await world.api.post("/v1/protected-items", json=body)
    assert answer.status_code == (202 if is_purged else 409), answer.text
    assert ((await ids(world))[0] == [item["id"]]) is not is_purged
