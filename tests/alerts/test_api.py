"""Alerts, rules and silences through the API."""

from typing import Any

from app.alerts.service import MOST_SILENCES
from tests.world import HOME, World

EVER = "9999-12-31T23:59:59-14:00"
WINDOW = {"from": "2026-01-31T10:00:00Z", "until": "2026-01-31T11:00:00Z", "reason": "maintenance"}


async def an_alert(world: World, kind: str = "vm_missing", *, state: str = "open", opened: bool = True) -> str:
    rows = await world.rows(
        "INSERT INTO alerts (id, tenant, kind, key, thing, severity, state, subject, vm_id, title, remedy, details, "
        "count, first_at, last_at, seen_at, due_at, opened_at, resolved_at) SELECT gen_random_uuid(), :tenant, :kind, "
        "CAST(gen_random_uuid() AS text), 'a', 'info', :state, '/v1/jobs/1', '/no/vm', 'a', 'b', '{}', 1, at, at, at, "
        "at, CASE WHEN :opened THEN at END, CASE WHEN :state = 'resolved' THEN at END FROM clock_timestamp() AS at "
        "RETURNING id",
        tenant=HOME,
        kind=kind,
        state=state,
        opened=opened,
    )
    return str(rows[0]["id"])


async def test_alerts_are_listed_by_state_and_kind_and_not_within_their_grace(world: World) -> None:
    await world.api.get("/v1/me")
    first, second = await an_alert(world), await an_alert(world, "job_failed", state="resolved")
    hidden = await an_alert(world, opened=False)

    async def listed(query: str) -> set[str]:
        answer = await world.api.get(f"/v1/alerts?{query}")
        return {one["id"] for one in answer.json()["items"]}

    assert await listed("") == {first, second}
    assert await listed("state=open&state=acknowledged") == {first}
    assert await listed("kind=job_failed") == {second}
    assert (await world.api.get(f"/v1/alerts/{hidden}")).json()["code"] == "alert_not_found"
    assert (await world.api.get("/v1/alerts?kind=nothing")).status_code == 422
    page = (await world.api.get("/v1/alerts?limit=1")).json()
    assert (await world.api.get(f"/v1/alerts?limit=1&cursor={page['next']}")).json()["next"] is None


async def test_an_alert_is_acknowledged_once_and_not_when_it_is_over(world: World) -> None:
    await world.api.get("/v1/me")
    path = f"/v1/alerts/{await an_alert(world)}"
    for reason in ("I am on it", "again"):
        said = (await world.api.post(f"{path}/acknowledge", json={"reason": reason})).json()
        assert (said["state"], said["acknowledged_reason"]) == ("acknowledged", "I am on it")
    over = f"/v1/alerts/{await an_alert(world, state='resolved')}"
    assert (await world.api.post(f"{over}/acknowledge", json={"reason": "r"})).json()["code"] == "alert_resolved"
    assert (await world.api.post(f"{path}/acknowledge", json={"reason": ""})).status_code == 422


async def test_all_kinds_are_on_from_the_start_and_a_rule_is_set_with_its_etag(world: World) -> None:
    rules = (await world.api.get("/v1/alert-rules")).json()["items"]
    assert len(rules) == 17
    assert all(rule["enabled"] and rule["is_default"] for rule in rules)
    path = "/v1/alert-rules/job_failed"
    body: dict[str, Any] = {"severity": "critical", "grace_seconds": 0, "mail": ["a@example.com"]}
    assert (await world.api.put(path, json=body)).status_code == 428
    etag = (await world.api.get(path)).headers["ETag"]
    made = await world.api.put(path, json=body, headers={"If-Match": etag})
    assert body.items() <= made.json().items()
    assert (await world.api.put(path, json=body, headers={"If-Match": etag})).status_code == 412
    await held_back(world, path)
    for wrong in ({"mail": ["a@b\r\nBcc: c@d"]}, {"grace_seconds": -1}, {"webhook_ids": ["x"]}, {"mail": ["a"] * 21}):
        assert (await world.api.put(path, json=wrong, headers={"If-Match": "*"})).status_code == 422


async def held_back(world: World, path: str) -> None:
    """A rule that is changed, or on again, is applied to what is not announced yet."""
    alert = await an_alert(world, "job_failed", opened=False)
    for enabled, grace, most in ((False, 60, 86400.0), (True, 600, 600.0), (True, 60, 60.0), (True, 3600, 60.0)):
        if not enabled:
            await world.rows("UPDATE alerts SET due_at = clock_timestamp() + interval '1 day' RETURNING 1")
        body = {"enabled": enabled, "grace_seconds": grace}
        assert (await world.api.put(path, json=body, headers={"If-Match": "*"})).status_code == 200
        (row,) = await world.rows(
            "SELECT extract(epoch FROM due_at - clock_timestamp()) AS due FROM alerts WHERE id = :id", id=alert
        )
        assert most - 30 < row["due"] <= most, (enabled, grace)


async def test_a_silence_is_made_changed_and_deleted(world: World) -> None:
    made = await world.api.post("/v1/alert-silences", json=WINDOW | {"kind": "job_failed"})
    assert (made.status_code, made.json()["from"]) == (201, WINDOW["from"])
    path, etag = made.headers["Location"], made.headers["ETag"]
    changed = await world.api.patch(
        path, json={"kind": None, "until": "2026-01-31T12:00:00Z"}, headers={"If-Match": etag}
    )
    assert (changed.json()["kind"], changed.json()["until"]) == (None, "2026-01-31T12:00:00Z")
    assert (await world.api.patch(path, json={}, headers={"If-Match": etag})).status_code == 412
    await world.rows(
        "INSERT INTO alert_silences (id, tenant, from_at, until_at, reason, created_by) SELECT gen_random_uuid(), "
        ":tenant, now(), now() + interval '1 day', 'r', 'c' FROM generate_series(1, :n) RETURNING 1",
        tenant=HOME,
        n=MOST_SILENCES,
    )
    assert (await world.api.post("/v1/alert-silences", json=WINDOW)).json()["code"] == "too_many_silences"
    later = await world.api.patch(path, json={"until": "2027-01-31T10:00:00Z"}, headers={"If-Match": "*"})
    assert later.json()["code"] == "too_many_silences", "one that has ended is not there again beside the others"
    for wrong in ({"until": WINDOW["from"]}, {"until": "2036-01-31T12:00:00Z"}, {"from": None}):
        assert (await world.api.patch(path, json=wrong, headers={"If-Match": "*"})).status_code == 422
    first, last = ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"), ("9999-12-31T00:00:00Z", EVER)
    for begins, ends in (first, last, (WINDOW["from"], EVER)):
        far = await world.api.post("/v1/alert-silences", json=WINDOW | {"from": begins, "until": ends})
        assert (far.status_code, far.json()["code"]) == (422, "silence_not_valid")
    assert (await world.api.get("/v1/alert-silences")).status_code == 200
    assert (await world.api.delete(path)).status_code == 204
    assert (await world.api.get(path)).json()["code"] == "silence_not_found"
