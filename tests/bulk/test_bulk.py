"""Bulk requests through the API and the loops: every action, refusals, cancel, what repeats."""

import asyncio
from typing import Any

import pytest

from app.azure.errors import AzureUnreachable
from app.bulk.singles import Protecting
from tests.bulk.bulk_steps import ask, asked, codes, finish, job_of, outcomes, run, seed, targets_of
from tests.world import HOME, KEEP, World, vm_id


async def test_vms_are_protected_backed_up_paused_and_resumed_in_bulk(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    vms = seed(world, "vm-1", "vm-2")
    body = {
        "action": "protect",
        "vm_ids": [*vms, vm_id("vm-gone")],
        "with": {"policy_id": policy["id"]},
        "max_in_flight": 1,
    }
    job = await asked(world, body, key="once")
    assert (job["kind"], job["state"], job["resource"]) == ("bulk", "queued", f"/v1/bulk/{job['id']}/targets")
    await run(world)
    assert outcomes(await targets_of(world, job))["running"] == 1
    targets = await finish(world, job)
    assert [one["outcome"] for one in targets] == ["succeeded"] * 2 + ["refused"]
    assert codes(targets)[2] == "vm_not_found"
    ended = await job_of(world, job)
    assert ended["state"] == "succeeded_with_warnings"
    assert ended["counts"] == {"total": 3, "open": 0, "succeeded": 2, "failed": 1, "cancelled": 0, "needs_attention": 0}
    assert "vm-gone (vm_not_found)" in ended["warnings"][0]["detail"]
    again = await ask(world, body, key="once")
    assert (again.status_code, again.json()["id"]) == (202, job["id"])
    other = await ask(world, body | {"max_in_flight": 2}, key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")

    items = [one["target"]["protected_item_id"] for one in targets[:2]]
    job = await asked(world, {"action": "backup", "protected_item_ids": items, "with": {"retain_until": KEEP}})
    assert outcomes(await finish(world, job)) == {"succeeded": 2}
    assert (await job_of(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 2
    job = await asked(world, {"action": "pause", "vm_ids": vms[:1]})
    assert outcomes(await finish(world, job)) == {"succeeded": 1}
    job = await asked(world, {"action": "pause", "selector": {"names": ["vm-*"]}})
    assert outcomes(await finish(world, job)) == {"skipped": 1, "succeeded": 1}
    job = await asked(world, {"action": "resume", "selector": {}, "with": {"policy_id": policy["id"]}})
    assert outcomes(await finish(world, job)) == {"succeeded": 2}


async def test_what_cannot_be_asked_is_refused_at_its_place_and_nothing_is_recorded(world: World) -> None:
    item = await world.item()
    policy = await world.default_policy({"id": item["vault_id"]})
    before = await world.rows("SELECT id FROM jobs")
    vm, nobody = item["vm_id"], "01890000-0000-7000-8000-0000000000ff"
    protect = {"action": "protect", "vm_ids": [vm], "with": {"policy_id": policy["id"]}}
    pause = {"action": "pause", "vm_ids": [vm]}
    cases: list[tuple[dict[str, Any], int, str]] = [
        (pause | {"action": "unprotect"}, 422, "#/action"),
        (pause | {"vm_ids": [vm_id(f"vm-{number}") for number in range(1001)]}, 422, "#/vm_ids"),
        (pause | {"vm_ids": [vm, vm.upper()]}, 422, "#/vm_ids/1"),
        (pause | {"vm_ids": [vm, "vm-web-01"]}, 422, "#/vm_ids/1"),
        (pause | {"vm_ids": []}, 422, "#/vm_ids"),
        (pause | {"protected_item_ids": [item["id"]]}, 422, "#"),
        ({"action": "pause"}, 422, "#"),
        ({"action": "pause", "protected_item_ids": [item["id"], item["id"]]}, 422, "#/protected_item_ids/1"),
        ({"action": "pause", "protected_item_ids": [item["id"], nobody]}, 404, "#/protected_item_ids/1"),
        ({"action": "pause", "selector": {"names": ["vm-none-*"]}}, 404, "#/selector"),
        ({"action": "pause", "selector": {"colour": ["red"]}}, 422, "#/selector/colour"),
        (pause | {"max_in_flight": 0}, 422, "#/max_in_flight"),
        (pause | {"max_in_flight": 101}, 422, "#/max_in_flight"),
        (pause | {"with": {"policy_id": policy["id"]}}, 422, "#/with"),
        (pause | {"with": {"colour": "red"}}, 422, "#/with/colour"),
        (pause | {"with": None}, 422, "#/with"),
        (protect | {"with": {}}, 422, "#/with/policy_id"),
        (protect | {"with": {"policy_id": nobody}}, 404, "#/policy_id"),
        (protect | {"with": {"policy_id": policy["id"], "vault_id": nobody}}, 404, "#/vault_id"),
        ({**protect, "vm_ids": None, "protected_item_ids": [item["id"]]}, 422, "#/protected_item_ids"),
        (pause | {"action": "backup", "with": {"retain_until": "2001-01-01T00:00:00Z"}}, 422, "#/with/retain_until"),
    ]
    for dry in (False, True):
        for body, status, pointer in cases:
            answer = await ask(world, body, dry=dry)
            problem = answer.json()
            assert (answer.status_code, problem.get("pointer") or pointer) == (status, pointer), (body, problem)
    huge = await world.api.post(
        "/v1/bulk", content=b" " * (320 * 1024 + 1), headers={"Content-Type": "application/json"}
    )
    assert huge.status_code == 413
    async with world.stranger() as stranger:
        foreign = await stranger.post("/v1/bulk", json={"action": "pause", "protected_item_ids": [item["id"]]})
        assert foreign.status_code == 404
    assert await world.rows("SELECT id FROM jobs") == before
    assert await world.rows("SELECT job_id FROM bulk_requests") == []


async def test_a_thousand_vms_fit_into_a_body_and_equal_requests_at_once_are_one(world: World) -> None:
    group = f"rg-{'g' * 80}"
    vms = [vm_id(f"vm-{'n' * 50}-{number}", group) for number in range(1000)]
    body = {"action": "pause", "vm_ids": vms}
    answers = await asyncio.gather(*(ask(world, body, key="once") for _ in range(5)))
    assert {(one.status_code, one.json()["id"]) for one in answers} == {(202, answers[0].json()["id"])}
    job = answers[0].json()
    assert job["counts"] == job["counts"] | {"total": 1000, "failed": 1000, "open": 0}
    pages = await world.api.get(f"/v1/bulk/{job['id']}/targets?limit=2&outcome=refused")
    assert [one["target"]["vm_id"] for one in pages.json()["items"]] == vms[:2]
    following = await world.api.get(f"/v1/bulk/{job['id']}/targets?limit=2&cursor={pages.json()['next']}")
    assert [one["target"]["vm_id"] for one in following.json()["items"]] == vms[2:4]
    none = await world.api.get(f"/v1/bulk/{job['id']}/targets?outcome=running")
    assert none.json()["items"] == []
    await world.rows("UPDATE tenants SET quotas = '{\"open_bulk_requests\": 1}' WHERE id = :id RETURNING id", id=HOME)
    world.services.access.forget()
    full = await ask(world, {"action": "pause", "vm_ids": vms[:1]})
    assert (full.status_code, full.json()["code"]) == (429, "quota_exceeded")
    await world.settle()
    assert (await job_of(world, job))["state"] == "failed"
    await asked(world, {"action": "pause", "vm_ids": vms[:1]})


async def test_a_cancel_stops_what_has_not_begun_and_withdraws_what_was_not_sent(world: World) -> None:
    policy = await world.default_policy(await world.vault())
    vms = seed(world, "vm-1", "vm-2", "vm-3")
    late = {"Retry-After": "900"}
    world.fault("PUT", "vm-2", "status_before", status=429, times=None, headers=late)
    body = {"action": "protect", "vm_ids": vms, "with": {"policy_id": policy["id"]}, "max_in_flight": 2}
    job = await asked(world, body)
    for _ in range(4):
        await run(world)
    assert [one["outcome"] for one in await targets_of(world, job)] == ["running", "running", "pending"]
    answer = await world.api.post(f"/v1/jobs/{job['id']}/cancel")
    assert answer.status_code == 202, answer.text
    given_up = await world.api.post(f"/v1/jobs/{job['id']}/resolve", json={"action": "abandon", "reason": "x"})
    assert (given_up.status_code, given_up.json()["code"]) == (409, "nothing_to_resolve")
    await run(world)
    assert (await job_of(world, job))["state"] == "cancelling"
    targets = await finish(world, job)
    assert [one["outcome"] for one in targets] == ["succeeded", "skipped", "skipped"]
    assert codes(targets) == [None, "withdrawn", "bulk_stopped"]
    ended = await job_of(world, job)
    assert (ended["state"], ended["cancel"]["state"]) == ("cancelled", "done")
    assert ended["counts"] == ended["counts"] | {"succeeded": 1, "cancelled": 2, "open": 0}
    assert len(await world.rows("SELECT 1 FROM protected_items")) == 1
    waiting = await asked(world, body | {"vm_ids": vms[2:]})
    withdrawn = (await world.api.post(f"/v1/jobs/{waiting['id']}/cancel")).json()
    assert (withdrawn["state"], withdrawn["counts"]["cancelled"]) == ("cancelled", 1)


async def test_it_ends_when_its_time_is_over_and_sends_nothing_more(world: World) -> None:
    policy = await world.default_policy(await world.vault())
    vms = seed(world, "vm-1", "vm-2")
    world.fault("PUT", "vm-1", "status_before", status=429, times=None, headers={"Retry-After": "900"})
    body = {"action": "protect", "vm_ids": vms, "with": {"policy_id": policy["id"]}, "max_in_flight": 1}
    job = await asked(world, body)
    for _ in range(3):
        await run(world)
    await world.rows(
        "UPDATE bulk_requests SET ends_by = clock_timestamp(), due_at = clock_timestamp() RETURNING job_id"
    )
    await run(world)
    assert (await job_of(world, job))["error"]["code"] == "bulk_timed_out"
    assert codes(await targets_of(world, job)) == ["withdrawn", "bulk_stopped"]
    world.simulator.faults.waiting.clear()
    await world.settle()
    assert await world.rows("SELECT 1 FROM protected_items") == []


async def test_targets_wait_while_azure_is_away_and_a_bug_is_given_up_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = await world.default_policy(await world.vault())
    error: Exception = AzureUnreachable("cut off")

    async def odd(self: Protecting, azure: Any, known: Any) -> Any:
        del self, azure, known
        raise error

    monkeypatch.setattr(Protecting, "look", odd)
    body = {"action": "protect", "vm_ids": seed(world, "vm-1"), "with": {"policy_id": policy["id"]}}
    job = await asked(world, body)
    for _ in range(2):
        await run(world)
        await world.rows("UPDATE bulk_requests SET due_at = now() RETURNING job_id")
    assert (await job_of(world, job))["waiting"]["reason"] == "member"
    assert codes(await targets_of(world, job)) == [None]
    await world.rows("UPDATE bulk_targets SET tries = 3 RETURNING job_id")
    error = ZeroDivisionError()
    for _ in range(2):
        await world.loops["bulk"].run_once()
        await world.rows("UPDATE bulk_requests SET due_at = now() RETURNING job_id")
    assert codes(await finish(world, job)) == ["internal_error"]


async def test_what_was_confirmed_is_asked_for_and_a_person_who_has_gone_begins_nothing_more(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    vms = seed(world, "vm-1", "vm-2", "vm-3")
    body = {"action": "protect", "vm_ids": vms[:2], "with": {"policy_id": policy["id"]}, "max_in_flight": 1}
    confirm = (await ask(world, body, dry=True)).json()["confirm"]
    other = await ask(world, body | {"vm_ids": vms, "confirm": confirm})
    assert (other.status_code, other.json()["code"]) == (409, "bulk_targets_changed")
    assert await world.rows("SELECT job_id FROM bulk_requests") == []
    job = await asked(world, body | {"vm_ids": [one.upper() for one in vms[:2]], "confirm": confirm})
    await run(world)
    assert outcomes(await targets_of(world, job)) == {"running": 1, "pending": 1}
    await world.rows("""UPDATE members SET roles = '["reader"]' RETURNING 1 AS x""")
    await world.settle()
    (ended,) = await world.rows("SELECT state, error FROM jobs WHERE kind = 'bulk'")
    assert (ended["state"], ended["error"]["code"]) == ("failed", "bulk_not_allowed")
    assert "asks again for the rest" in ended["error"]["remedy"]
    rows = await world.rows("SELECT outcome, problem FROM bulk_targets ORDER BY position")
    assert [one["outcome"] for one in rows] == ["succeeded", "skipped"]
    assert "may not do this any more" in rows[1]["problem"]["detail"]
