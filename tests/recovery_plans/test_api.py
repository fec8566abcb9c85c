"""Plans through the API: what they may say, who may change them, and what a preflight shows."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from app.simulator.seeding import plant
from tests.estate.estate_steps import read
from tests.recovery_runs.run_steps import DISKS_AWAY, TEMPLATE, backed_up, body, made, wave
from tests.restores.restore_requests import NEW_VM, PAIRED_SUBNET, REPLACE
from tests.world import DISKS, HOME, SUBSCRIPTION, World, vm_id

NOBODYS = {"id": "01890000-0000-7000-8000-00000000dead"}
Json = dict[str, Any]


async def test_a_plan_is_made_read_changed_and_deleted_by_its_version(world: World) -> None:
    (db,) = await backed_up(world, "vm-db-01")
    answer = await world.api.post("/v1/recovery-plans", json=body(wave("data", db), target={"recover": DISKS}))
    plan, path = answer.json(), answer.headers["Location"]
    assert (answer.status_code, path) == (201, f"/v1/recovery-plans/{plan['id']}")
    read = await world.api.get(path)
    assert (read.json(), read.headers["ETag"]) == (plan, answer.headers["ETag"])
    version = {"If-Match": read.headers["ETag"]}
    change = {
        "promised_rto_seconds": 60,
        "waves": [{"name": "all", "selector": {"names": ["VM-DB-01"], "except": ["x"]}}],
    }
    changed = await world.api.patch(path, json=change, headers=version)
    assert changed.status_code == 200, changed.text
    assert changed.json()["waves"][0]["selector"]["except"] == ["x"]
    assert changed.json()["target"] == plan["target"]
    assert (await world.api.patch(path, json=change, headers=version)).status_code == 412
    assert (await world.api.patch(path, json=change)).status_code == 428
    same = await world.api.post("/v1/recovery-plans", json=body(wave("a", db), name="SHOP"))
    assert (same.status_code, same.json()["code"]) == (409, "recovery_plan_name_taken")
    await world.rows("UPDATE tenants SET quotas = '{\"recovery_plans\": 1}' WHERE id = :id RETURNING id", id=HOME)
    world.services.access.forget()
    full = (await world.api.post("/v1/recovery-plans", json=body(wave("a", db), name="more"))).json()
    assert (full["code"], full["quota"], full["limit"]) == ("quota_used_up", "recovery_plans", 1)
    assert [one["id"] for one in (await world.api.get("/v1/recovery-plans")).json()["items"]] == [plan["id"]]
    async with world.stranger() as stranger:
        assert (await stranger.get(path)).status_code == 404
    async with world.client(oid="r", sub="r", roles=["restorer"]) as restorer:
        assert (await restorer.post("/v1/recovery-plans", json=body(wave("a", db)))).json()["code"] == "role_missing"
    assert (await world.api.delete(path, headers=version)).status_code == 412
    assert (await world.api.delete(path)).status_code == 204
    assert (await world.api.get(path)).json()["code"] == "recovery_plan_not_found"


async def test_a_plan_that_cannot_be_is_refused_where_it_is_wrong(world: World) -> None:
    db, web = await backed_up(world, "vm-db-01", "vm-web-01")
    over = REPLACE | {"confirm_vm_id": vm_id("vm-web-01")}
    away = DISKS_AWAY | {"resource_group_id": NEW_VM["resource_group_id"].replace("rg-restored", "rg-demo")}

    def with_target(item: Json, target: Json) -> Json:
        return {"name": "a", "members": [{"protected_item_id": item["id"], "target": target}]}

    cases: list[tuple[Json, int, str, str | None]] = [
        (body(wave("a", db, db)), 422, "recovery_plan_not_valid", "#/waves/0"),
        (body(wave("a", db), wave("b", db)), 422, "recovery_plan_not_valid", "#/waves/1"),
        (body(wave("a", db), wave("A", web)), 422, "invalid_request", None),
        (body(wave("a", NOBODYS)), 404, "protected_item_not_found", "#/waves/0/members/0/protected_item_id"),
        (body(wave("a", db), target={}), 422, "recovery_plan_not_valid", "#/target/recover"),
        (body(wave("a", db, web), target={"recover": NEW_VM}), 422, "recovery_plan_not_valid", "#/target"),
        (body(with_target(db, over)), 422, "confirmation_mismatch", "#/waves/0/members/0/target/confirm_vm_id"),
        (
            body(wave("a", db), target={"recover": TEMPLATE | {"resource_group_id": "x"}}),
            422,
            "restore_not_valid",
            "#/target/recover/resource_group_id",
        ),
        (
            body(wave("a", db), target={"recover": DISKS, "rehearse": away}),
            422,
            "recovery_plan_not_valid",
            "#/target/rehearse/resource_group_id",
        ),
        (
            body(with_target(web, over), point={"latest": True, "region": "secondary"}),
            422,
            "restore_not_valid",
            "#/waves/0/members/0/target",
        ),
        (body({"name": "a"}), 422, "invalid_request", None),
        (body({"name": "../a", "selector": {}}), 422, "invalid_request", None),
        (body(wave("a", db, gate={"kind": "delay"})), 422, "invalid_request", None),
        (
            body(wave("a", db), wave("b", web, gate={"kind": "delay", "seconds": 7 * 86400})),
            422,
            "recovery_plan_not_valid",
            "#/waves/1/gate/seconds",
        ),
        (body(wave("a", db, gate={"kind": "all_succeeded", "seconds": 1})), 422, "invalid_request", None),
        (body(wave("a", db), point={}), 422, "invalid_request", None),
        (body(wave("a", db), point={"latest_before": "2026-01-31"}), 422, "invalid_request", None),
        (body(wave("a", db), target={"recover": over}), 422, "invalid_request", None),
        (body(wave("a", db), unknown=1), 422, "invalid_request", None),
    ]
    for asked, status, code, pointer in cases:
        answer = await world.api.post("/v1/recovery-plans", json=asked)
        problem = answer.json()
        assert (answer.status_code, problem.get("code")) == (status, code), (asked, problem)
        assert pointer is None or problem["pointer"].startswith(pointer), (asked, problem)
        assert problem["remedy"]
    await world.rows("UPDATE protected_items SET state = 'soft_deleted' WHERE id = :id RETURNING id", id=db["id"])
    deleted = (await world.api.post("/v1/recovery-plans", json=body(wave("a", db)))).json()
    assert (deleted["code"], deleted["state"]) == ("protected_item_not_ready", "soft_deleted")
    assert (await world.api.get("/v1/recovery-plans")).json()["items"] == []


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Those that our database gets, but for the budget of requests to Azure."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "azure_budgets" not in statement:
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", see)
    yield seen
    event.remove(Engine, "before_cursor_execute", see)


async def test_a_preflight_shows_every_member_and_reads_what_they_share_once(
    world: World, statements: list[str]
) -> None:
    db, web, batch = await backed_up(world, "vm-db-01", "vm-web-01", "vm-batch-01")
    plan = await made(world, wave("data", db), {"name": "rest", "selector": {"resource_groups": ["RG-DEMO"]}})
    path = f"/v1/recovery-plans/{plan['id']}/preflight"
    statements.clear()
    before = world.requests
    report = (await world.api.post(path)).json()
    asked: Counter[str] = world.requests - before
    of_three = Counter(statements)
    assert (report["ok"], report["complete"], report["mode"]) == (True, True, "recover"), report
    members = [(one["wave"], one["protected_item_id"]) for one in report["members"]]
    assert members[0] == ("data", db["id"])
    assert sorted(members[1:]) == sorted([("rest", web["id"]), ("rest", batch["id"])])
    assert report["point_spread_seconds"] > 0
    assert all(one["recovery_point"]["id"] for one in report["members"])
    assert sum(asked.values()) < 20, asked
    assert not world.triggers[3:]  # the backups

    one = await made(world, {"name": "rest", "selector": {"names": ["vm-db-01"]}}, name="one")
    statements.clear()
    assert len((await world.api.post(f"/v1/recovery-plans/{one['id']}/preflight")).json()["members"]) == 1
    assert len(statements) == of_three.total(), of_three - Counter(statements)

    scope, no_restore = "/subscriptions/" + SUBSCRIPTION, "Microsoft.RecoveryServices/*/restore/action"
    world.simulator.world.permissions.clear()
    plant(world.simulator.world, {"permissions": [{"scope": scope, "actions": ["*"], "not_actions": [no_restore]}]})
    lacking = (await world.api.post(path)).json()
    codes = [[check["code"] for check in of["checks"] if check["status"] == "failed"] for of in lacking["members"]]
    assert (lacking["ok"], codes) == (False, [["permission_missing"]] * 3), lacking
    world.simulator.world.permissions.clear()

    elsewhere = TEMPLATE | {"subnet_id": PAIRED_SUBNET}
    wrong = await made(world, wave("data", db), name="b", target={"recover": elsewhere})
    report = (await world.api.post(f"/v1/recovery-plans/{wrong['id']}/preflight")).json()
    failed = [check for check in report["members"][0]["checks"] if check["status"] == "failed"]
    assert [check["code"] for check in failed] == ["target_in_another_region"]
    refused = await world.api.post(path, json={"mode": "rehearse"})
    assert (refused.status_code, refused.json()["pointer"]) == (422, "#/target/rehearse")
    nothing = await made(world, {"name": "none", "selector": {"names": ["vm-none"]}}, name="c")
    assert (await world.api.post(f"/v1/recovery-plans/{nothing['id']}/preflight")).json()["pointer"] == "#/waves"

    await world.rows("UPDATE protected_items SET state = 'soft_deleted' WHERE id = :id RETURNING id", id=db["id"])
    world.fault("GET", "/subscriptions/", "status_before", status=503, times=None)
    report = (await world.api.post(path)).json()
    assert (report["complete"], report["as_of"], report["point_spread_seconds"]) == (False, None, None)


async def test_a_plan_works_in_the_paired_region_and_as_a_rehearsal(world: World) -> None:
    vault = await world.vault(cross_region_restore=True)
    item = await world.item(vault=vault)
    await world.back_up(item)
    world.advance(60)
    plant(world.simulator.world, {"resource_groups": [{"name": "rg-rehearsal"}]})
    paired = {"recover": DISKS | {"staging_storage_account_id": _paired()}, "rehearse": DISKS_AWAY}
    plan = await made(world, wave("all", item), target=paired, point={"latest": True, "region": "secondary"})
    job = (await world.api.post(f"/v1/recovery-plans/{plan['id']}/runs", json={"mode": "recover"})).json()
    await world.settle()
    run = (await world.api.get(job["run"])).json()
    assert run["state"] == "succeeded", run
    assert world.triggers[-1]["kind"] == "cross_region_restore"
    here = {"mode": "rehearse", "point": {"latest": True}}
    job = (await world.api.post(f"/v1/recovery-plans/{plan['id']}/runs", json=here)).json()
    await world.settle()
    ended = (await world.api.get(f"/v1/jobs/{job['id']}")).json()
    assert ended["state"] == "succeeded", ended
    assert all("rg-rehearsal" in one["id"] for one in ended["result"]["resources"] if one["kind"] == "disk")


def _paired() -> str:
    return str(DISKS["staging_storage_account_id"]).replace("stholdfastdemo", "stholdfastpaired")


async def test_a_selector_by_tags_finds_a_vm_also_when_it_is_gone_and_leaves_out_none_it_does_not_know(
    world: World,
) -> None:
    db, web, batch = await backed_up(world, "vm-db-01", "vm-web-01", "vm-batch-01")
    tags = {"vm-db-01": {"App": "shop", "env": "prod"}, "vm-web-01": {"app": "shop"}, "vm-batch-01": {"app": "Shop"}}
    for name, values in tags.items():
        world.simulator.world.vms[vm_id(name).lower()].tags = values
    named = {"names": list(tags), "tags": {"APP": ["shop", "none"]}}
    plan = await made(world, {"name": "all", "selector": named}, target={"recover": DISKS})
    assert plan["waves"][0]["selector"]["tags"] == named["tags"]
    path = f"/v1/recovery-plans/{plan['id']}/preflight"
    unread = (await world.api.post(path)).json()
    assert (unread["code"], unread["pointer"]) == ("recovery_plan_not_valid", "#/waves/0/selector/tags")
    assert "vm-batch-01" in unread["detail"]

    await read(world)
    found = {one["protected_item_id"] for one in (await world.api.post(path)).json()["members"]}
    assert found == {db["id"], web["id"]}
    del world.simulator.world.vms[vm_id("vm-db-01").lower()]
    await read(world)
    found = {one["protected_item_id"] for one in (await world.api.post(path)).json()["members"]}
    assert found == {db["id"], web["id"]}
    both = await made(world, {"name": "all", "selector": {"tags": {"app": ["shop"], "Env": ["prod"]}}}, name="b")
    (only,) = (await world.api.post(f"/v1/recovery-plans/{both['id']}/preflight")).json()["members"]
    assert only["protected_item_id"] == db["id"]
    assert batch["id"] not in found
