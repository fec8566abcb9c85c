"""Runs through the API and the loops: order, what repeats, failures, cancel, and a plan that changes meanwhile."""

from collections.abc import Mapping
from typing import Any

from app.simulator.seeding import plant
from tests.approvals.decisions import approver, decide, require
from tests.jobs.action_steps import resolve
from tests.jobs.aged_rows import grow_old
from tests.recovery_runs.run_steps import (
    DISKS_AWAY,
    ask,
    asked,
    backed_up,
    delete_in_azure,
    finish,
    job_of,
    lead,
    made,
    restores,
    run_of,
    states,
    step,
    wave,
)
from tests.restores.restore_requests import REPLACE
from tests.world import DISKS, HOME, World

THREE = ("vm-db-01", "vm-web-01", "vm-batch-01")
DISKS_ONLY = {"recover": DISKS}


async def end_of(world: World, run: Mapping[str, Any]) -> dict[str, Any]:
    """What the audit trail says of the end of a run: it has ended once."""
    (entry,) = await world.rows(
        "SELECT details FROM audit_entries WHERE action = 'end_recovery_run' AND target = :path",
        path=f"/v1/recovery-runs/{run['id']}",
    )
    found: dict[str, Any] = entry["details"]
    return found


async def test_an_application_comes_back_in_order_once(world: World) -> None:
    db, web, batch = await backed_up(world, *THREE)
    plan = await made(world, wave("data", db), wave("front", web, batch), promised_rto_seconds=7200)
    job = await asked(world, plan, key="once")
    await lead(world)
    run = await run_of(world, job)
    assert states(run) == ["restoring", "waiting", "waiting"]
    assert states(run, "waves") == ["running", "waiting"]
    assert restores(world) == ["vm-db-01"]
    assert (await ask(world, plan)).json()["code"] == "recovery_run_open"
    again = await ask(world, plan, key="once")
    assert (again.status_code, again.json()["id"]) == (202, job["id"])

    run = await finish(world, job)
    assert states(run) == ["succeeded"] * 3
    assert states(run, "waves") == ["done", "done"]
    assert restores(world)[0] == "vm-db-01"
    assert sorted(restores(world)) == sorted(THREE)
    ended = await job_of(world, job)
    assert (ended["state"], ended["counts"]["succeeded"], ended["counts"]["open"]) == ("succeeded", 3, 0)
    made_vms = {one["name"] for one in ended["result"]["resources"] if one["kind"] == "vm"}
    assert made_vms == {f"{name}-r" for name in THREE}

    parts = (await world.api.get(f"/v1/jobs?parent={job['id']}")).json()["items"]
    assert {(one["kind"], one["parent"]) for one in parts} == {("restore", f"/v1/jobs/{job['id']}")}
    times = sorted(one["recovery_point_time"] for one in run["members"])
    assert run["point_spread_seconds"] > 0
    assert times[0] < times[-1]
    assert run["rto_seconds"] == max(one["rto_seconds"] for one in run["members"])
    assert run["promised_rto_seconds"] == 7200
    known = await world.api.get(f"/v1/recovery-runs/{run['id']}")
    read = {"If-None-Match": known.headers["ETag"]}
    assert (await world.api.get(f"/v1/recovery-runs/{run['id']}", headers=read)).status_code == 304


async def test_no_point_is_younger_than_asked_and_a_member_without_one_is_named(world: World) -> None:
    db, web, _ = await backed_up(world, *THREE)
    (first,) = await world.points(db)  # the others were made later
    rule = {"latest_before": first["time"]}
    plan = await made(world, wave("all", db, web), point=rule, target=DISKS_ONLY)
    report = (await world.api.post(f"/v1/recovery-plans/{plan['id']}/preflight", json={})).json()
    assert (report["ok"], report["point_spread_seconds"]) == (False, 0.0)
    assert [one["ok"] for one in report["members"]] == [True, False]
    failed = [check["code"] for check in report["members"][1]["checks"] if check["status"] == "failed"]
    assert failed == ["no_recovery_point_qualifies"]
    refused = (await ask(world, plan)).json()
    assert refused["code"] == "recovery_run_not_possible"
    assert [one["code"] for one in refused["members"]] == ["no_recovery_point_qualifies"]
    assert restores(world) == []

    plan = await made(world, wave("one", db), wave("two", web, may_fail=True), name="b", point=rule, target=DISKS_ONLY)
    job = await asked(world, plan)
    run = await finish(world, job)
    assert states(run) == ["succeeded", "failed"]
    assert run["members"][1]["error"]["code"] == "no_recovery_point_qualifies"
    assert (await job_of(world, job))["state"] == "succeeded_with_warnings"
    assert all(one["recovery_point_time"] <= first["time"] for one in run["members"] if one["recovery_point_time"])

    world.fault("GET", "/recoveryPoints", "status_before", status=503, times=None)
    away = await ask(world, plan)
    assert (away.status_code, away.json()["code"]) == (503, "recovery_points_not_known")
    assert away.headers["Retry-After"]


async def test_what_failed_stops_the_next_wave_unless_it_may_fail(world: World) -> None:
    db, web, batch = await backed_up(world, *THREE)
    refusal: dict[str, Any] = {"status": 400, "code": "UserErrorNoSuch"}
    plan = await made(world, wave("one", db), wave("two", web, batch), target=DISKS_ONLY)
    world.fault("POST", "/restore$", "status_before", **refusal)
    job = await asked(world, plan)
    run = await finish(world, job)
    assert states(run) == ["failed", "skipped", "skipped"]
    assert states(run, "waves") == ["failed", "failed"]
    assert [wave["began_at"] is None for wave in run["waves"]] == [False, True]
    ended = await job_of(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "recovery_members_failed")
    assert run["stopped"] == {"code": "recovery_members_failed", "detail": "In the wave one"}
    entry = await end_of(world, run)
    assert (entry["state"], entry["stopped"], entry["members"]["failed"]) == ("failed", "recovery_members_failed", 1)
    assert "vm-db-01" in ended["error"]["detail"]
    assert restores(world) == []

    plan = await made(world, wave("one", db, may_fail=True), wave("two", web), name="b", target=DISKS_ONLY)
    world.fault("POST", "/restore$", "status_before", **refusal)
    job = await asked(world, plan)
    assert states(await finish(world, job)) == ["failed", "succeeded"]
    assert (await job_of(world, job))["state"] == "succeeded_with_warnings"


async def test_a_cancel_stops_what_has_not_begun_and_says_what_is_there(world: World) -> None:
    db, web, batch = await backed_up(world, *THREE)
    plan = await made(world, wave("one", db, batch), wave("two", web), target=DISKS_ONLY)
    job = await asked(world, plan)
    await world.run_due()
    assert await world.loops["recovering"].run_once() == 0.0  # its restores are made, and nothing was sent
    world.fault(
        "POST", "vm-batch-01.*/restore$", "status_before", status=429, times=None, headers={"Retry-After": "900"}
    )
    await lead(world)
    assert restores(world) == ["vm-db-01"]
    answer = await world.api.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.status_code in {200, 202}, answer.text
    await lead(world)
    during = await job_of(world, job)
    assert (during["state"], during["cancel"]["state"]) == ("cancelling", "requested")
    run = await finish(world, job)
    assert states(run) == ["succeeded", "failed", "skipped"]
    ended = await job_of(world, job)
    assert (ended["state"], ended["cancel"]["state"]) == ("cancelled", "done")
    assert [one["kind"] for one in ended["result"]["resources"]][:1] == ["disk"]
    assert ended["counts"] == ended["counts"] | {"succeeded": 1, "cancelled": 2, "open": 0}
    assert restores(world) == ["vm-db-01"]


async def test_a_run_that_waits_can_be_cancelled_and_leaves_the_plan_free(world: World) -> None:
    (db,) = await backed_up(world, "vm-db-01")
    plan = await made(world, wave("one", db), target=DISKS_ONLY)
    job = await asked(world, plan)
    assert (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).json()["state"] == "cancelled"
    run = await run_of(world, job)
    assert (run["state"], states(run), states(run, "waves")) == ("cancelled", ["skipped"], ["failed"])
    assert run["stopped"]["code"] == "recovery_run_cancelled"
    assert (await end_of(world, run))["members"] == {"skipped": 1}
    await finish(world, await asked(world, plan))
    assert len(restores(world)) == 1


async def test_a_plan_may_be_changed_and_deleted_and_an_item_may_go_during_a_run(world: World) -> None:
    db, web, batch = await backed_up(world, *THREE)
    plan = await made(world, wave("one", db), wave("two", web), wave("three", batch), target=DISKS_ONLY)
    path = f"/v1/recovery-plans/{plan['id']}"
    job = await asked(world, plan)
    await lead(world)
    fewer = {"waves": [wave("one", batch)]}
    assert (await world.api.patch(path, json=fewer)).json()["code"] == "precondition_required"
    changed = await world.api.patch(path, json=fewer, headers={"If-Match": "*"})
    assert changed.json()["waves"][0]["members"][0]["protected_item_id"] == batch["id"]
    assert (await world.api.delete(path)).status_code == 204
    tenant = await world.api.delete(f"/v1/tenants/{HOME}")
    assert (tenant.status_code, tenant.json()["code"]) == (409, "tenant_in_use")
    delete_in_azure(world, "vm-batch-01")
    run = await finish(world, job)
    assert states(run) == ["succeeded", "succeeded", "failed"]
    assert run["members"][2]["error"]["code"] == "protected_item_not_ready"
    assert restores(world) == ["vm-db-01", "vm-web-01"]


async def test_a_quota_lets_members_wait_for_each_other(world: World) -> None:
    db, web, batch = await backed_up(world, *THREE)
    await world.rows("UPDATE tenants SET quotas = '{\"concurrent_restores\": 1}' WHERE id = :id RETURNING id", id=HOME)
    plan = await made(world, wave("all", db, web, batch), target=DISKS_ONLY)
    job = await asked(world, plan)
    await lead(world)
    waiting = await job_of(world, job)
    assert (waiting["waiting"]["reason"], waiting["counts"]["open"]) == ("member", 3)
    assert restores(world) == ["vm-db-01"]
    assert states(await finish(world, job)) == ["succeeded"] * 3
    assert restores(world) == ["vm-db-01", "vm-web-01", "vm-batch-01"]


async def test_one_approval_covers_a_run_and_shows_the_numbers(world: World) -> None:
    db, web, _ = await backed_up(world, *THREE)
    plant(world.simulator.world, {"resource_groups": [{"name": "rg-rehearsal"}]})
    over = REPLACE | {"confirm_vm_id": web["vm_id"]}
    second = {"name": "two", "members": [{"protected_item_id": web["id"], "target": over}]}
    plan = await made(world, wave("one", db), second, target={"recover": DISKS, "rehearse": DISKS_AWAY})
    await require(world, "restore", "replace_disks")
    job = await asked(world, plan)
    assert (job["state"], job["waiting"]["reason"]) == ("awaiting_approval", "approval")
    approval: dict[str, Any] = (await world.api.get(job["approval"])).json()
    assert approval["operation"] == "replace_disks"
    assert "2 VMs in 2 waves" in approval["summary"]
    assert "1 of them over the original disks" in approval["summary"]
    changed = {"waves": [wave("one", db)]}
    await world.api.patch(f"/v1/recovery-plans/{plan['id']}", json=changed, headers={"If-Match": "*"})
    await lead(world)
    assert restores(world) == []
    async with approver(world) as second_person:
        assert (await decide(second_person, job)).status_code == 200
    run = await finish(world, job)
    assert states(run) == ["succeeded", "succeeded"]  # what was approved, not what the plan says by now
    parts = (await world.api.get(f"/v1/jobs?parent={job['id']}")).json()["items"]
    assert [one["approval"] for one in parts] == [None, None]
    rehearsed = await asked(world, plan, "rehearse")
    rejected = (await world.api.get(rehearsed["approval"])).json()
    assert (rejected["operation"], "Rehearse" in rejected["summary"]) == ("restore", True)
    async with approver(world) as second_person:
        assert (await decide(second_person, rehearsed, "reject")).status_code == 200
    await lead(world)
    run = await run_of(world, rehearsed)
    assert (states(run), states(run, "waves")) == (["skipped"], ["failed"])
    assert run["stopped"]["code"] == (await job_of(world, rehearsed))["error"]["code"] == "approval_rejected"
    assert (await end_of(world, run))["stopped"] == "approval_rejected"


async def test_an_approval_holds_for_what_was_shown_and_for_nothing_else(world: World) -> None:
    """The order of a run, changed behind everyone's back after the word: nothing is sent for it."""
    (db,) = await backed_up(world, "vm-db-01")
    plan = await made(world, wave("one", db), target=DISKS_ONLY)
    await require(world, "restore")
    job = await asked(world, plan)
    async with approver(world) as second_person:
        assert (await decide(second_person, job)).status_code == 200
    other = "jsonb_set(ask, '{plan,waves,0,name}', '\"other\"')"
    await world.rows(f"UPDATE jobs SET ask = {other} WHERE id = :id RETURNING id", id=job["id"])  # noqa: S608
    for _ in range(3):
        await world.make_due()
        await world.loops["expiring"].run_once()
        await lead(world)
    ended, run = await job_of(world, job), await run_of(world, job)
    assert (ended["state"], states(run), states(run, "waves")) == ("failed", ["skipped"], ["failed"])
    assert run["stopped"]["code"] == ended["error"]["code"]
    assert restores(world) == []


async def test_a_run_ends_when_its_time_is_over_and_its_restores_go_on(world: World) -> None:
    db, web, _ = await backed_up(world, *THREE)
    plan = await made(world, wave("one", db), wave("two", web), target=DISKS_ONLY)
    job = await asked(world, plan)
    await lead(world)
    await world.rows("UPDATE recovery_runs SET ends_by = clock_timestamp() RETURNING id")
    await step(world, 0)
    ended = await job_of(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "recovery_run_timed_out")
    assert states(await run_of(world, job)) == ["restoring", "skipped"]
    await world.settle()
    assert states(await run_of(world, job)) == ["succeeded", "skipped"]


async def test_a_run_that_is_over_sends_nothing_more_and_is_not_given_up_by_a_person(world: World) -> None:
    (db,) = await backed_up(world, "vm-db-01")
    job = await asked(world, await made(world, wave("one", db), target=DISKS_ONLY))
    world.fault("POST", "/restore$", "status_before", status=429, times=None, headers={"Retry-After": "900"})
    await lead(world)
    await grow_old(world, 7200)
    given_up = await resolve(world, job, action="abandon")
    assert (given_up.status_code, given_up.json()["code"]) == (409, "nothing_to_resolve")
    await world.rows("UPDATE recovery_runs SET ends_by = clock_timestamp() RETURNING id")
    await step(world, 0)
    await lead(world)
    assert (await job_of(world, job))["error"]["code"] == "recovery_run_timed_out"
    world.simulator.faults.waiting.clear()
    await world.settle()
    assert restores(world) == []
