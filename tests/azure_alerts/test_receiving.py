"""Azure's calls: who is known, what they bring, and how little a flood of them costs."""

import json
from datetime import datetime
from typing import Any

import httpx
import pytest

from app.azure_alerts.payloads import is_about
from app.azure_alerts.receiving import LOOK_EVERY
from app.azure_alerts.rules import digest_of
from app.identity.access.limits import RequestLimits
from tests.azure_alerts.alert_steps import MAILS, can_be_called, fired, hooks_of, path_of, put, read
from tests.world import World

Json = dict[str, Any]
FAILED: Json = {"built_in": "Backup Failure", "job_id": "j"}


async def token_of(world: World, vault: Json) -> str:
    """The token that Azure has."""
    url = hooks_of(world, f"holdfast-{vault['id']}")[f"holdfast-{vault['id']}"]
    start = "http://holdfast.test/v1/azure-alerts/receive/"
    assert url.startswith(start)
    return url.removeprefix(start)


async def call(world: World, token: str, body: Any = None) -> httpx.Response:
    async with world.client(None) as azure:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return await azure.post(f"/v1/azure-alerts/receive/{token}", content=content, headers=headers)


async def received(world: World) -> tuple[Json, str]:
    vault = await world.vault()
    can_be_called(world)
    assert (await put(world, vault, **MAILS, receive=True))["state"] == "succeeded"
    return vault, await token_of(world, vault)


async def due_in(world: World) -> float:
    (row,) = await world.rows("SELECT extract(epoch FROM due_at - clock_timestamp()) AS seconds FROM vault_watches")
    return float(row["seconds"])


async def sweep_is_far(world: World) -> None:
    await world.rows("UPDATE vault_watches SET due_at = clock_timestamp() + interval '1 hour' RETURNING 1 AS done")


async def test_an_alert_of_the_vault_brings_its_look_forward_and_changes_no_job(world: World) -> None:
    vault, token = await received(world)
    (delivery,) = fired(world, **FAILED)
    jobs = await world.rows("SELECT id, state, updated_at FROM jobs ORDER BY id")
    await sweep_is_far(world)
    answer = await call(world, token, delivery["payload"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert await due_in(world) <= 0
    assert await world.rows("SELECT id, state, updated_at FROM jobs ORDER BY id") == jobs
    assert (await read(world, vault))["heard_at"] is not None


async def look_at(world: World) -> datetime:
    (row,) = await world.rows("SELECT look_at FROM azure_alerts")
    found: datetime = row["look_at"]
    return found


async def test_a_flood_of_calls_brings_one_look_now_and_one_in_five_minutes(world: World) -> None:
    """So nothing that was heard is forgotten."""
    _, token = await received(world)
    (delivery,) = fired(world, **FAILED)
    await sweep_is_far(world)
    before = world.requests
    first = None
    for _ in range(20):
        assert (await call(world, token, delivery["payload"])).status_code == 204
        first = first or await look_at(world)
        await world.loops["observing"].run_once()
        await world.rows(
            "UPDATE vault_watches SET due_at = greatest(due_at, look) FROM (SELECT look_at AS look FROM"
            " azure_alerts) AS a WHERE due_at > clock_timestamp() RETURNING 1 AS done"
        )
    spent = world.requests - before
    assert spent["list_jobs"] <= 2, spent  # of one look: what is in progress, and what began since
    assert sum(spent.values()) <= 4, spent
    assert first is not None
    assert await look_at(world) - first == LOOK_EVERY
    assert await due_in(world) > 0
    await world.rows("UPDATE azure_alerts SET look_at = clock_timestamp() - interval '1 hour' RETURNING 1 AS done")
    await sweep_is_far(world)
    await call(world, token, delivery["payload"])
    assert await due_in(world) <= 0, "the time since the last look is over"


async def test_what_is_no_alert_of_the_vault_is_answered_alike_and_brings_nothing(world: World) -> None:
    _, token = await received(world)
    (delivery,) = fired(world, **FAILED)
    await sweep_is_far(world)
    of_another = json.dumps(delivery["payload"]).replace("vault-demo", "vault-demo-2").encode()
    for body in (b"", b"{", b"[" * 30_000, b"null", b"\xff\xfe", b'{"data": 1}', b'"x"', of_another):
        answer = await call(world, token, body)
        assert (answer.status_code, answer.content) == (204, b""), body[:9]
    assert (await call(world, token, b" " * (64 * 1024 + 1))).status_code == 413
    assert await due_in(world) > 3000


async def test_an_unknown_token_is_404_and_too_many_of_them_are_refused_but_never_a_good_one(world: World) -> None:
    """Azure calls for many tenants from the same addresses: what others send from there shuts no known receiver out."""
    _, token = await received(world)
    world.replace_services(
        settings=world.app.state.services.settings, request_limits=RequestLimits(per_principal=1000, bad_tokens=3)
    )
    for wrong in (token[:-1], token + "x", digest_of(token)):
        assert (await call(world, wrong)).json()["code"] == "receiver_not_found"
    refused = await call(world, token.swapcase())
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_bad_tokens")
    assert int(refused.headers["Retry-After"]) > 0
    for _ in range(5):
        assert (await call(world, token)).status_code == 204


async def test_each_put_makes_another_token_and_only_digests_are_kept(world: World) -> None:
    vault, first = await received(world)
    await put(world, vault, **MAILS, receive=True)
    second = await token_of(world, vault)
    assert first != second
    assert [(await call(world, one)).status_code for one in (first, second)] == [404, 204]
    (row,) = await world.rows("SELECT token_digest, pending_digest FROM azure_alerts")
    assert row == {"token_digest": digest_of(second), "pending_digest": None}
    shown = [(await world.api.get(path)).text for path in (path_of(vault), "/v1/jobs", "/v1/audit")]
    tables = ("azure_alerts", "jobs", "job_events", "audit_entries", "attempts")
    shown += [str(await world.rows(f"SELECT * FROM {table}")) for table in tables]  # noqa: S608
    assert not any(token in text for text in shown for token in (first, second))
    await put(world, vault, **MAILS)
    assert (await call(world, second)).status_code == 404
    assert hooks_of(world, f"holdfast-{vault['id']}") == {}


async def test_until_the_job_has_ended_the_token_before_is_good_and_so_is_the_one_being_sent(world: World) -> None:
    vault, first = await received(world)
    world.fault("PUT", "/actionGroups/", "drop_after")
    await world.api.put(path_of(vault), json={**MAILS, "receive": True})
    await world.loops["submitting"].run_once()
    second = await token_of(world, vault)
    assert first != second
    assert [(await call(world, one)).status_code for one in (first, second)] == [204, 204]
    await world.settle()
    assert await token_of(world, vault) == second  # the write was found, and not made again
    assert [(await call(world, one)).status_code for one in (first, second)] == [404, 204]


VAULT_ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v"


@pytest.mark.parametrize(
    ("data", "is_so"),
    [
        ({"essentials": {"alertTargetIDs": [VAULT_ID.lower()]}}, True),
        ({"essentials": {"alertTargetIDs": ["/x", VAULT_ID.upper()]}}, True),
        ({"essentials": {}, "alertContext": {"protectedItemId": f"{VAULT_ID}/backupFabrics/Azure"}}, True),
        ({"essentials": {"alertTargetIDs": [f"{VAULT_ID}2"]}}, False),
        ({"essentials": {"alertTargetIDs": "x"}, "alertContext": []}, False),
        ({"essentials": {"alertTargetIDs": [None, 1, {}]}}, False),
        ([], False),
    ],
)
def test_which_vault_an_alert_names(data: Any, *, is_so: bool) -> None:
    assert is_about(json.dumps({"data": data}).encode(), VAULT_ID) is is_so
