"""Definitions: what is refused, what a change means; rounds by schedule, each once; a second person's word."""

import asyncio
from typing import Any

from app.core.secret_box import SecretBox, new_key
from app.restore_tests.reencrypting import reencrypt
from tests.approvals.decisions import REASON, approver, require
from tests.restore_tests.round_steps import BODY, SCRIPT, a_point, begun, defined, isolated, run_tests, runs, worker_of
from tests.world import World

WITH_SCRIPT = {"script": SCRIPT, "levels": ["restored", "boots", "answers"]}
SCHEDULE = {"cron": "0 4 * * *", "time_zone": "Europe/Berlin", "window_minutes": 60}
WRONG: dict[str, dict[str, Any]] = {
    "no restored": {"levels": ["boots"]},
    "a level twice": {"levels": ["restored", "restored"]},
    "answers without boots": {"levels": ["restored", "answers"], "script": SCRIPT},
    "answers without a script": {"levels": ["restored", "boots", "answers"]},
    "a script without answers": {"script": SCRIPT},
    "a script of 100 kB": {"levels": ["restored", "boots", "answers"], "script": {"text": "x" * 100_000}},
    "a script of 40 kB": {"levels": ["restored", "boots", "answers"], "script": {"text": "x" * 40_000}},
    "a cron of six fields": {"schedule": SCHEDULE | {"cron": "0 0 4 * * *"}},
    "every minute": {"schedule": SCHEDULE | {"cron": "* * * * *"}},
    "no such zone": {"schedule": SCHEDULE | {"time_zone": "Mars/Base"}},
    "a count of all": {"sample": {"mode": "all", "count": 3}},
    "no count of random": {"sample": {"mode": "random"}},
    "an id that is none": {"target": BODY["target"] | {"subnet_id": "default"}},
    "a field that is none": {"plan": "x"},
}


async def test_what_is_wrong_is_refused_with_a_pointer(world: World) -> None:
    await isolated(world)
    await world.item()
    for name, changes in WRONG.items():
        answer = await world.api.post("/v1/restore-tests", json=BODY | changes)
        assert answer.status_code == (413 if "100 kB" in name else 422), (name, answer.text)
    assert (await world.api.get("/v1/restore-tests")).json()["items"] == []
    test = await defined(world)
    path = f"/v1/restore-tests/{test['id']}"
    other = {"selector": {"names": ["vm-x"]}}
    for method, where, body in (("POST", "/v1/restore-tests", BODY | other), ("PATCH", path, other)):
        nothing = await world.api.request(method, where, json=body, headers={"If-Match": "*"})
        assert (nothing.status_code, nothing.json()["code"]) == (404, "nothing_selected")
    tag = {"If-Match": (await world.api.get(path)).headers["ETag"]}
    assert (await world.api.patch(path, json={"max_in_flight": 4})).status_code == 428
    changed = await world.api.patch(
        path, json={"levels": ["restored", "boots", "answers"], "script": SCRIPT}, headers=tag
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["hash"] != test["hash"]
    assert (await world.api.patch(path, json={"max_in_flight": 4}, headers=tag)).status_code == 412
    apart = await world.api.patch(path, json={"script": None}, headers={"If-Match": "*"})
    assert (apart.status_code, apart.json()["code"]) == (422, "restore_test_not_valid")
    assert (await world.api.delete(path)).status_code == 204
    assert (await world.api.get(path)).status_code == 404
    world.replace_services(settings=world.settings.model_copy(update={"evidence_keys": None}))
    answer = await world.api.post("/v1/restore-tests", json=BODY)
    assert (answer.status_code, answer.json()["code"]) == (503, "evidence_keys_missing")


async def is_due(world: World, minutes_ago: float) -> None:
    await world.rows(
        "UPDATE restore_tests SET due_at = clock_timestamp() - :ago * interval '1 minute' RETURNING id", ago=minutes_ago
    )


async def test_a_schedule_begins_a_round_once_and_not_after_its_window(world: World) -> None:
    await a_point(world)
    await isolated(world)
    test = await defined(world, schedule=SCHEDULE)
    assert test["next_due_at"] is not None
    await is_due(world, 120)
    await run_tests(world)
    shown = (await world.api.get(f"/v1/restore-tests/{test['id']}")).json()
    assert (await runs(world), shown["missed"]["reason"]) == ([], "No worker ran within the window.")
    await is_due(world, 5)
    await asyncio.gather(*(run_tests(world, worker_of(world)) for _ in range(4)))
    (run,) = await runs(world)
    job = (await world.api.get(run["job"])).json()
    assert (job["kind"], job["requested_by"]) == ("restore_test_run", "tests")
    await is_due(world, 5)
    await run_tests(world)
    shown = (await world.api.get(f"/v1/restore-tests/{test['id']}")).json()
    assert shown["missed"]["reason"] == "The round before has not ended."
    assert len(await runs(world)) == 1


async def missed_because(world: World, path: str) -> str:
    """What the schedule says when it wants a round and none begins."""
    await is_due(world, 1)
    await run_tests(world)
    return str((await world.api.get(path)).json()["missed"]["reason"])


async def decided(world: World, approval: str, verdict: str = "approve") -> int:
    async with approver(world) as second:
        status = (await second.post(f"{approval}/{verdict}", json=REASON)).status_code
    await world.run_due()
    return status


async def over(world: World) -> None:
    """The rounds have ended."""
    await world.rows("UPDATE restore_test_runs SET state = 'ended', outcome = 'not_proven' RETURNING id")
    await world.rows("UPDATE jobs SET state = 'succeeded' WHERE kind = 'restore_test_run' RETURNING id")


async def test_a_scheduled_test_is_approved_when_it_is_defined_and_anew_when_it_changes(world: World) -> None:
    await a_point(world)
    await isolated(world)
    await require(world, "restore_test")
    secret = SCRIPT | {"secret_parameters": {"TOKEN": "hush-1"}}
    test = await defined(world, schedule=SCHEDULE, **WITH_SCRIPT | {"script": secret})
    path, approval = f"/v1/restore-tests/{test['id']}", test["approval"]
    asked = (await world.api.get(approval)).json()
    keys = (new_key(), *world.settings.keys_of_secrets)
    assert await reencrypt(world.database.url, SecretBox(keys)) == (1, 0), "holdfast rotate-secrets"
    assert await reencrypt(world.database.url, SecretBox(keys)) == (0, 0)
    assert await reencrypt(world.database.url, SecretBox([new_key()])) == (0, 1), "and says what no key reads"
    assert (asked["state"], asked["kind"], asked["operation"]) == ("pending", "approve_restore_test", "restore_test")
    assert asked["ask"]["restore_test"]["hash"] == test["hash"]
    assert "hush" not in str(asked["ask"]), "no value of a secret"
    assert "has not approved this definition" in await missed_because(world, path)
    assert await decided(world, approval) == 200
    shown = (await world.api.get(path)).json()
    assert (shown["is_approved"], shown["hash"]) == (True, test["hash"])
    assert (await world.api.get(asked["job"])).json()["state"] == "succeeded"
    assert await runs(world) == [], "nothing was restored by it"
    await is_due(world, 1)
    await run_tests(world)
    assert len(await runs(world)) == 1
    await over(world)
    prying = {"script": SCRIPT | {"text": "echo $TOKEN"}}
    refused = await world.api.patch(path, json=prying, headers={"If-Match": "*"})
    assert (refused.status_code, refused.json()["pointer"]) == (422, "#/script/secret_parameters")
    others = {"script": SCRIPT | {"secret_parameters": {"TOKEN": "hush-2"}}}
    for change in ({"max_in_flight": 5}, others, {"selector": {"names": ["VM-web-01"]}} | others):
        changed = await world.api.patch(path, json=change, headers={"If-Match": "*"})
        assert changed.status_code == 200, changed.text
        before, approval = approval, changed.json()["approval"]
        assert (changed.json()["is_approved"], approval != before) == (False, True), change
        assert "has not approved this definition" in await missed_because(world, path), change
    assert (await world.api.get(before)).json()["state"] == "withdrawn", "of a definition that is no more"
    assert await decided(world, before) == 409
    assert await decided(world, approval, "reject") == 200
    assert "has not approved this definition" in await missed_because(world, path)
    job = await begun(world, test)
    assert job["state"] == "awaiting_approval"
    assert await decided(world, job["approval"]) == 200
    await run_tests(world)
    assert (await world.api.get(path)).json()["is_approved"], "a round that was approved approves its definition"
    await over(world)
    await is_due(world, 1)
    await run_tests(world)
    assert len(await runs(world)) == 3
    await over(world)
    assert (await world.api.delete(path)).status_code == 204
