"""Policies through the API: seen, previewed, changed, deleted; and what is refused before a job is made."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.policies.bodies import DAILY, LEFT_OUT, changed
from tests.policies.policy_steps import (
    SEVEN,
    SIXTY,
    THIRTY,
    azure_keeps,
    azure_policy,
    ended,
    kept_for,
    protect,
    put,
    read,
    tiered,
)
from tests.policies.rule_rows import ROWS
from tests.world import World


async def test_every_row_of_the_table_is_422_with_pointer_and_remedy_and_makes_no_job(world: World) -> None:
    vault = await world.vault()
    before = len(await world.rows("SELECT id FROM jobs"))
    for what, body, pointer, remedy in ROWS:
        answer = await world.api.post(f"/v1/vaults/{vault['id']}/policies", json=body)
        assert answer.status_code == 422, what
        problem = answer.json()
        assert (problem["pointer"], remedy in problem["remedy"]) == (pointer, True), what
    assert len(await world.rows("SELECT id FROM jobs")) == before


# --- seen ----------------------------------------------------------------------------------------------------------
async def test_a_policy_says_what_it_is_who_follows_it_and_what_to_consider(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault, retention=SEVEN["retention"])
    await protect(world, vault, policy, "vm-web-01", "vm-db-01")
    shown, etag = await read(world, policy)
    assert shown["definition"]["retention"]["daily"] == {"count": 7}
    assert (shown["definition"]["enhanced"], shown["definition"]["instant_restore_days"]) == (False, 2)
    assert (shown["items_count"], shown["revision"], shown["pending"], shown["azure"]) == (2, 1, None, None)
    assert "few_daily_points" in {advice["code"] for advice in shown["advice"]}
    page = (await world.api.get(f"/v1/vaults/{vault['id']}/policies")).json()
    assert {one["name"]: one["items_count"] for one in page["items"]} == {
        "DefaultPolicy": 0,
        "EnhancedPolicy": 0,
        "production": 2,
    }
    assert all("advice" in one for one in page["items"])
    again = await world.api.get(f"/v1/policies/{policy['id']}", headers={"If-None-Match": etag})
    assert (again.status_code, again.headers["ETag"]) == (304, etag)


async def test_azures_own_policies_are_there_from_the_start_and_can_be_said(world: World) -> None:
    vault = await world.vault()
    page = (await world.api.get(f"/v1/vaults/{vault['id']}/policies")).json()
    shown = {one["name"]: one["definition"] for one in page["items"]}
    assert shown["DefaultPolicy"]["schedule"]["frequency"] == "daily"
    assert shown["EnhancedPolicy"]["schedule"]["frequency"] == "hourly"
    assert (shown["DefaultPolicy"]["enhanced"], shown["EnhancedPolicy"]["enhanced"]) == (False, True)


async def test_an_enhanced_daily_policy_is_made_as_azure_has_it(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault, enhanced=True, instant_restore_days=20)
    assert policy["definition"]["enhanced"] is True
    raw = azure_policy(world)
    assert (raw["policyType"], raw["schedulePolicy"]["schedulePolicyType"]) == ("V2", "SimpleSchedulePolicyV2")
    assert raw["schedulePolicy"]["dailySchedule"]["scheduleRunTimes"]


async def test_a_weekly_policy_needs_no_word_on_snapshots(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(
        vault,
        schedule={"frequency": "weekly", "time": "02:00", "days": ["sunday"]},
        retention={"weekly": {"count": 8, "days": ["sunday"]}},
    )
    assert policy["definition"]["instant_restore_days"] == 5


# --- previewed -----------------------------------------------------------------------------------------------------
async def test_a_preview_needs_no_vault_and_tells_runs_points_and_counts(world: World) -> None:
    body = changed(DAILY, retention__yearly=None) | {"from": "2026-03-01", "until": "2026-04-30", "on": "2026-04-15"}
    answer = await world.api.post("/v1/policies/preview", json=body)
    assert answer.status_code == 200, answer.text
    seen = answer.json()
    assert (seen["from"], seen["until"], len(seen["counts"]["per_day"])) == ("2026-03-01", "2026-04-30", 61)
    assert seen["runs"][0] == {
        "at": "2026-03-01T07:00:00Z",
        "wall_clock": "2026-03-01T02:00:00-05:00",
        "clock_change": None,
        "kept": [
            {"rule": "daily", "until": "2026-03-31"},
            {"rule": "weekly", "until": "2026-05-24"},
            {"rule": "monthly", "until": "2027-03-01"},
        ],
    }
    assert seen["runs"][7]["clock_change"] == "skipped"
    assert seen["runs"][7]["at"] == "2026-03-08T07:00:00Z"
    assert seen["points_count"] == len(seen["points"]) == seen["counts"]["per_day"][45]
    assert seen["points"][-1]["kept"] == [
        {"rule": "weekly", "until": "2026-05-24"},
        {"rule": "monthly", "until": "2027-03-01"},
    ]
    assert seen["counts"]["at_end"] == seen["counts"]["per_day"][-1]
    assert await world.rows("SELECT id FROM jobs") == []


async def test_a_preview_of_ten_years_is_the_longest(world: World) -> None:
    body = changed(DAILY, name=LEFT_OUT) | {"from": "2026-01-01"}
    longest = await world.api.post("/v1/policies/preview", json=body | {"until": "2035-12-31"})
    assert (longest.status_code, len(longest.json()["counts"]["per_day"])) == (200, 3652)
    assert len((await world.api.post("/v1/policies/preview", json=DAILY)).json()["counts"]["per_day"]) == 365


SPANS: dict[str, tuple[dict[str, Any], str]] = {
    "a day more than ten years": ({"days": 3654}, "#/days"),
    "no day": ({"days": 0}, "#/days"),
    "an end before the beginning": ({"until": "2025-12-31"}, "#/until"),
    "both ends": ({"until": "2026-12-31", "days": 10}, "#/days"),
    "a day outside": ({"days": 10, "on": "2026-01-11"}, "#/on"),
    "no date": ({"until": "2026-02-30"}, "#/until"),
    "the first century": ({"from": "0001-01-01"}, "#/from"),
    "the last century": ({"from": "9999-12-31"}, "#/from"),
    "a wrong policy": ({"time_zone": "Nowhere"}, "#/time_zone"),
    "an unknown field": ({"span": 10}, "#/span"),
}


async def test_a_span_that_cannot_be_is_refused_at_its_field(world: World) -> None:
    for what, (change, pointer) in SPANS.items():
        answer = await world.api.post("/v1/policies/preview", json=DAILY | {"from": "2026-01-01"} | change)
        assert (answer.status_code, answer.json().get("pointer")) == (422, pointer), what
        assert answer.json()["remedy"], what


# --- changed -------------------------------------------------------------------------------------------------------
async def test_a_dry_run_shows_what_shrinks_what_goes_and_whom_it_touches_and_writes_nothing(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    items = await protect(world, vault, policy, "vm-web-01")
    await world.rows("UPDATE protected_items SET created_at = created_at - interval '100 days' RETURNING id")
    _, etag = await read(world, policy)
    answer = await world.api.put(f"/v1/policies/{policy['id']}?dry_run=true", json=SEVEN)
    assert answer.status_code == 200, answer.text
    diff = answer.json()
    assert diff["changes"] == [{"pointer": "#/retention/daily/count", "before": 30, "after": 7, "effect": "shrinks"}]
    assert diff["shrinks"] is True
    assert diff["estimate"] == {"points": 30, "lost": 23, "most_per_item_before": 30, "most_per_item_after": 7}
    assert (diff["items_count"], diff["vms_elsewhere"]) == (1, [])
    assert diff["items"][0] | {"points": 30, "points_lost": 23} == diff["items"][0]
    assert (diff["items"][0]["id"], diff["items"][0]["vm_id"]) == (items[0]["id"], items[0]["vm_id"])
    assert diff["as_of"]
    assert (azure_keeps(world), (await read(world, policy))[1]) == (30, etag)


async def test_a_dry_run_that_only_grows_loses_nothing_and_heeds_if_match(world: World) -> None:
    policy = await world.policy(await world.vault())
    path = f"/v1/policies/{policy['id']}?dry_run=true"
    diff = (await world.api.put(path, json=SIXTY)).json()
    assert (diff["shrinks"], diff["estimate"]["lost"], diff["items"]) == (False, 0, [])
    assert (await world.api.put(path, json=THIRTY)).json()["changes"] == []
    assert (await world.api.put(path, json=SIXTY, headers={"If-Match": '"stale"'})).status_code == 412


async def test_a_change_must_say_which_version_it_changes(world: World) -> None:
    policy = await world.policy(await world.vault())
    path = f"/v1/policies/{policy['id']}"
    missing = await world.api.put(path, json=SEVEN)
    assert (missing.status_code, missing.json()["code"]) == (428, "precondition_required")
    stale = await world.api.put(path, json=SEVEN, headers={"If-Match": '"abc"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert stale.json()["remedy"]
    assert len(await world.rows("SELECT id FROM jobs WHERE kind = 'put_policy'")) == 1


@pytest.mark.parametrize("together", [False, True])
async def test_of_two_changes_with_one_etag_one_is_412(world: World, together: bool) -> None:  # noqa: FBT001
    policy = await world.policy(await world.vault())
    _, etag = await read(world, policy)
    if together:
        answers = list(await asyncio.gather(put(world, policy, SEVEN, etag), put(world, policy, SIXTY, etag)))
    else:
        answers = [await put(world, policy, SEVEN, etag), await put(world, policy, SIXTY, etag)]
    assert sorted(answer.status_code for answer in answers) == [202, 412]
    await world.settle()
    shown, newest = await read(world, policy)
    won = SEVEN if answers[0].status_code == 202 else SIXTY
    assert shown["definition"]["retention"]["daily"] == won["retention"]["daily"]
    assert (newest == etag, shown["pending"]) == (False, None)


async def test_a_change_is_seen_as_pending_and_with_one_key_happens_once(world: World) -> None:
    policy = await world.policy(await world.vault())
    _, etag = await read(world, policy)
    first = await put(world, policy, SEVEN, etag, **{"Idempotency-Key": "k1"})
    assert (await read(world, policy))[0]["pending"] == first.headers["Location"]
    again = await put(world, policy, SEVEN, etag, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.headers["Location"]) == (202, first.headers["Location"])
    assert (await put(world, policy, SIXTY, etag, **{"Idempotency-Key": "k1"})).status_code == 422


async def test_what_somebody_changed_in_azure_is_not_overwritten_but_told_and_taken_in(world: World) -> None:
    policy = await world.policy(await world.vault())
    kept_for(world, 14)
    refused = await put(world, policy, SIXTY)
    assert (refused.status_code, refused.json()["code"]) == (412, "policy_changed_in_azure")
    assert refused.json()["changes"] == ["#/retention/daily/count: 30 -> 14"]
    assert azure_keeps(world) == 14
    shown, etag = await read(world, policy)
    assert (shown["definition"]["retention"]["daily"], shown["revision"]) == ({"count": 14}, 2)
    assert (await ended(world, await put(world, policy, SIXTY, etag)))["state"] == "succeeded"
    assert azure_keeps(world) == 60


async def test_a_policy_that_cannot_be_said_is_shown_and_neither_changed_nor_deleted(world: World) -> None:
    policy = await world.policy(await world.vault())
    tiered(world)
    refused = await put(world, policy, SIXTY)
    assert (refused.status_code, refused.json()["code"]) == (412, "policy_changed_in_azure")
    shown, _ = await read(world, policy)
    assert (shown["definition"], shown["advice"]) == (None, [])
    assert shown["azure"]["tieringPolicy"]["ArchivedRP"]["tieringMode"] == "TierAfter"
    for answer in (await put(world, policy, SIXTY), await world.api.delete(f"/v1/policies/{policy['id']}")):
        assert (answer.status_code, answer.json()["code"]) == (409, "policy_read_only")
        assert answer.json()["remedy"]
    assert "tieringPolicy" in azure_policy(world)


async def test_a_policy_that_azure_has_no_more_is_409(world: World) -> None:
    policy = await world.policy(await world.vault())
    next(iter(world.simulator.world.vaults.values())).policies.pop("production")
    refused = await put(world, policy, SIXTY)
    assert (refused.status_code, refused.json()["code"]) == (409, "policy_gone")


async def test_a_policy_cannot_be_renamed_but_may_be_named(world: World) -> None:
    policy = await world.policy(await world.vault())
    renamed = await put(world, policy, SEVEN | {"name": "other"})
    assert (renamed.status_code, renamed.json()["pointer"]) == (422, "#/name")
    assert (await put(world, policy, SEVEN | {"name": "Production"})).status_code == 202


@pytest.mark.parametrize("is_followed", [False, True])
@pytest.mark.parametrize("is_enhanced", [False, True])
async def test_the_type_of_a_policy_is_fixed_also_without_followers(
    world: World, *, is_enhanced: bool, is_followed: bool
) -> None:
    """Tools that change it make another policy (docs/azure.md, Standard and enhanced policies)."""
    vault = await world.vault()
    policy = await world.policy(vault, enhanced=is_enhanced)
    if is_followed:
        await protect(world, vault, policy, "vm-web-01")
    assert (await ended(world, await put(world, policy, THIRTY | {"enhanced": is_enhanced})))["state"] == "succeeded"
    refused = await put(world, policy, THIRTY | {"enhanced": not is_enhanced})
    said = (refused.status_code, refused.json()["code"], refused.json()["pointer"])
    assert said == (409, "policy_type_fixed", "#/enhanced")
    assert refused.json()["items_count"] == int(is_followed)


async def test_a_policy_that_is_being_made_can_be_neither_changed_nor_deleted(world: World) -> None:
    vault = await world.vault()
    job = (await world.api.post(f"/v1/vaults/{vault['id']}/policies", json=DAILY)).json()
    for answer in (
        await world.api.put(job["resource"], json=SEVEN, headers={"If-Match": "*"}),
        await world.api.delete(job["resource"]),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "policy_not_ready")
        assert answer.json()["job"] == f"/v1/jobs/{job['id']}"


# --- deleted -------------------------------------------------------------------------------------------------------
async def test_a_policy_in_use_is_not_deleted_and_its_items_are_named(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    items = await protect(world, vault, policy, "vm-web-01", "vm-db-01")
    answer = await world.api.delete(f"/v1/policies/{policy['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "policy_in_use")
    problem = answer.json()
    assert problem["items_count"] == 2
    assert {one["id"] for one in problem["items"]} == {item["id"] for item in items}
    assert {one["href"] for one in problem["items"]} == {f"/v1/protected-items/{item['id']}" for item in items}
    assert (problem["vms_elsewhere"], "policy" in problem["remedy"]) == ([], True)


async def test_vms_that_follow_it_only_in_azure_are_named_too(world: World) -> None:
    vault = await world.vault()
    policy = await world.policy(vault)
    (item,) = await protect(world, vault, policy, "vm-web-01")
    await world.rows("DELETE FROM protected_items RETURNING id")
    answer = await world.api.delete(f"/v1/policies/{policy['id']}")
    assert (answer.status_code, answer.json()["items"]) == (409, [])
    assert [vm.lower() for vm in answer.json()["vms_elsewhere"]] == [item["vm_id"].lower()]
    diff = (await world.api.put(f"/v1/policies/{policy['id']}?dry_run=true", json=SEVEN)).json()
    assert (diff["items_count"], len(diff["vms_elsewhere"])) == (1, 1)


# --- others --------------------------------------------------------------------------------------------------------
async def test_unknown_and_foreign_policies_are_404_on_every_path(world: World) -> None:
    policy = await world.policy(await world.vault())
    async with world.stranger() as stranger:
        for caller, name in ((stranger, policy["id"]), (world.api, str(uuid4()))):
            path = f"/v1/policies/{name}"
            answers = [
                await caller.get(path),
                await caller.get(f"{path}/revisions"),
                await caller.put(path, json=SEVEN, headers={"If-Match": "*"}),
                await caller.put(f"{path}?dry_run=true", json=SEVEN),
                await caller.delete(path),
            ]
            assert [(a.status_code, a.json()["code"]) for a in answers] == [(404, "policy_not_found")] * 5
    assert len(await world.rows("SELECT id FROM jobs WHERE kind <> 'create_vault'")) == 1


async def test_without_azure_a_change_is_accepted_and_a_dry_run_says_that_azure_was_not_asked(world: World) -> None:
    policy = await world.policy(await world.vault())
    for _ in range(2):
        world.fault("GET", "/backupPolicies/production", "status_before", status=503)
    assert (await world.api.put(f"/v1/policies/{policy['id']}?dry_run=true", json=SEVEN)).json()["as_of"] is None
    answer = await put(world, policy, SEVEN)
    assert (await ended(world, answer))["state"] == "succeeded"
    assert azure_keeps(world) == 7
