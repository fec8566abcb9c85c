"""A recovery plan is tested as a whole: one rehearsal, each of its VMs verified, and nothing left."""

from typing import Any

from tests.recovery_runs.run_steps import TEMPLATE, lead, made, wave
from tests.restore_tests.round_steps import BODY, begun, control, fleet, isolated, run_tests, runs
from tests.whole import is_whole
from tests.world import RG, World

GROUPS = RG.rpartition("/")[0]
REHEARSE = {**TEMPLATE, **BODY["target"], "resource_group_id": f"{GROUPS}/rg-tested"}


async def followed(world: World, job: Any, *, steps: int = 40) -> list[dict[str, Any]]:
    """The runs of the round, when all have ended."""
    for _ in range(steps):
        await lead(world)
        await run_tests(world)
        found = await runs(world, job=job["id"])
        if all(one["state"] == "ended" for one in found):
            return found
        await world.step(150.0)
    raise AssertionError([(one["state"], one["waits_for"]) for one in await runs(world, job=job["id"])])


async def test_a_plan_is_rehearsed_once_and_each_of_its_vms_is_proven(world: World) -> None:
    one, two = await fleet(world, 2)
    await isolated(world)
    await control(world, "seed", resource_groups=[{"name": "rg-tested", "location": "westus"}])
    target = {"recover": TEMPLATE, "rehearse": REHEARSE}
    plan = await made(world, wave("db", one, gate={"kind": "check", "seconds": 3600}), wave("web", two), target=target)
    body = {"name": "shop", "plan_id": plan["id"], "levels": ["restored", "boots"]}
    wrongs: list[dict[str, Any]] = [{"selector": {}}, {"target": BODY["target"]}, {"max_in_flight": 7}]
    for wrong in wrongs:
        assert (await world.api.post("/v1/restore-tests", json=body | wrong)).status_code == 422, wrong
    strange = await world.api.post("/v1/restore-tests", json=body | {"plan_id": one["id"]})
    assert (strange.status_code, strange.json()["code"]) == (404, "recovery_plan_not_found")
    answer = await world.api.post("/v1/restore-tests", json=body)
    assert answer.status_code == 201, answer.text
    test = answer.json()
    assert (test["target"]["subnet_id"], test["selector"]) == (REHEARSE["subnet_id"], None)
    await control(world, "truth/inventory")
    job = await begun(world, test)
    await world.run_due()
    await run_tests(world)
    assert [run["waits_for"] for run in await runs(world)] != [None, None]
    found = {run["protected_item_id"]: run for run in await followed(world, job)}
    assert [found[each["id"]]["outcome"] for each in (one, two)] == ["proven", "proven"], [
        run["detail"] for run in found.values()
    ]
    assert all(run["left"] == [] and run["measured"]["boot_seconds"] for run in found.values())
    inventory = await control(world, "truth/inventory", "GET")
    assert (inventory["appeared"], inventory["gone"]) == ([], [])
    (rehearsal,) = (await world.api.get("/v1/recovery-runs")).json()["items"]
    assert (rehearsal["mode"], rehearsal["state"]) == ("rehearse", "succeeded")
    first, second = (await control(world, "truth", "GET"))["restores"]
    assert first["ended"] < second["at"], "wave by wave"
    if is_whole():
        await _cancelled(world, test, plan)


async def _cancelled(world: World, test: Any, plan: Any) -> None:
    """The plan was changed since: another hash. Cancelled in its first wave, its second one never begins."""
    changed = {"waves": [*plan["waves"][:1], {**plan["waves"][1], "name": "front"}]}
    assert (
        await world.api.patch(f"/v1/recovery-plans/{plan['id']}", json=changed, headers={"If-Match": "*"})
    ).status_code == 200
    job = await begun(world, test)
    await world.run_due()
    await run_tests(world)
    await lead(world)
    await run_tests(world)
    assert (await world.api.get(f"/v1/restore-tests/{test['id']}")).json()["hash"] != test["hash"]
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).status_code == 202
    found = await followed(world, job)
    assert [run["outcome"] for run in found] == ["not_proven"] * 2
    assert all(run["left"] == [] for run in found)
    newest = (await world.api.get("/v1/recovery-runs")).json()["items"][0]
    assert newest["state"] == "cancelled"
    assert len((await control(world, "truth", "GET"))["restores"]) <= 3
    inventory = await control(world, "truth/inventory", "GET")
    assert (inventory["appeared"], inventory["gone"]) == ([], [])
