"""The API of webhooks: made and changed, paused, replayed, tested; the secret is shown once and is nowhere else."""

from typing import Any

import pytest
import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from standardwebhooks import WebhookVerificationError

from app.core.events import store
from app.core.secret_box import SecretBox, new_key
from app.identity.access.limits import AtOnce
from app.webhooks.lookups import LookupsBusy
from app.webhooks.outgoing import Outgoing
from app.webhooks.reencrypting import reencrypt
from app.webhooks.sending.enqueueing import LOCK
from app.webhooks.sending.pruning import WebhookPruneLoop
from tests.webhooks.receiver import Got, Receiver, Reply
from tests.webhooks.webhook_steps import deliver, hand_out, happen, log_of, make, sender, shown
from tests.world import SECRETS_KEY, World

DEAD_END = "http://127.0.0.1:9/hook"


@pytest.fixture
async def home(world: World) -> World:
    await world.api.get("/v1/me")
    return world


async def refused(home: World, **body: Any) -> tuple[int, str]:
    answer = await home.api.post("/v1/webhooks", json={"url": DEAD_END, "types": ["holdfast.job.*"]} | body)
    return answer.status_code, answer.json()["code"]


async def test_what_cannot_be_is_refused_and_nothing_is_made(home: World) -> None:
    for url in (
        "http://169.254.169.254/",
        "https://10.0.0.1/",
        "https://[::ffff:127.0.0.1]/",
        "https://user@h.example/",
    ):
        assert await refused(home, url=url) == (422, "webhook_target_forbidden")
    assert await refused(home, types=["holdfast.jobs.*"]) == (422, "event_type_unknown")
    assert await refused(home, types=[]) == (422, "invalid_request")
    assert await refused(home, filter={"label": "team"}) == (422, "invalid_request")
    vault = "01890000-0000-7000-8000-000000000001"
    assert await refused(home, filter={"vault_id": vault}) == (404, "vault_not_found")
    home.replace_services(secret_box=SecretBox(()))
    assert await refused(home) == (503, "secrets_keys_missing")
    assert (await home.api.get("/v1/webhooks")).json()["items"] == []


async def test_a_change_needs_the_version_and_a_forbidden_url_changes_nothing(home: World) -> None:
    hook = await make(home, DEAD_END)
    path = f"/v1/webhooks/{hook['id']}"
    etag = (await home.api.get(path)).headers["ETag"]
    assert (await home.api.patch(path, json={"types": ["*"]})).status_code == 428
    bad = await home.api.patch(path, json={"url": "https://168.63.129.16/"}, headers={"If-Match": etag})
    assert bad.json()["code"] == "webhook_target_forbidden"
    good = await home.api.patch(path, json={"types": ["*"], "description": "all"}, headers={"If-Match": etag})
    assert (good.json()["types"], good.json()["description"]) == (["*"], "all")
    assert (await home.api.patch(path, json={"types": ["*"]}, headers={"If-Match": etag})).status_code == 412
    assert "secret" not in good.json()
    assert (await home.api.delete(path)).status_code == 204
    assert (await home.api.get(path)).status_code == 404


async def test_a_tenant_has_a_limited_number(home: World) -> None:
    await home.rows("UPDATE tenants SET quotas = '{\"webhooks\": 2}' RETURNING id")
    home.services.access.forget()
    for _ in range(2):
        await make(home, DEAD_END)
    assert await refused(home) == (409, "quota_used_up")


async def test_while_rotating_both_secrets_verify_and_later_only_the_new_one(home: World) -> None:
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        path = f"/v1/webhooks/{hook['id']}/rotate"
        new = (await home.api.post(path)).json()["secret"]
        assert (await home.api.post(path)).json()["code"] == "webhook_rotating"
        await happen(home, "a")
        await deliver(home)
        for secret in (hook["secret"], new):
            receiver.got[0].verify(secret)
        newest = (await home.api.post(path, json={"previous_valid_seconds": 0})).json()["secret"]
        await happen(home, "b")
        await deliver(home)
        receiver.got[1].verify(newest)
        for secret in (hook["secret"], new):
            with pytest.raises(WebhookVerificationError):
                receiver.got[1].verify(secret)


async def test_the_secret_is_shown_once_and_is_nowhere_else(home: World) -> None:
    with structlog.testing.capture_logs() as logs:
        async with Receiver() as receiver:
            hook = await make(home, receiver.url, ["holdfast.*"])
            path = f"/v1/webhooks/{hook['id']}"
            new = (await home.api.post(f"{path}/rotate")).json()["secret"]
            await home.api.post(f"{path}/test")
            await happen(home, "a")
            await deliver(home)
            told = [(await home.api.get(where)).text for where in (path, "/v1/webhooks", f"{path}/deliveries")]
            sent = [got.body.decode() + str(got.headers) for got in receiver.got]
    assert len(receiver.got) >= 3
    kept = []
    for table in ("webhooks", "webhook_deliveries", "audit_entries", "events", "outbox"):
        kept += await home.rows(f"SELECT to_jsonb(one)::text AS said FROM {table} AS one")  # noqa: S608
    everything = "\n".join([str(logs), *told, *sent, *(row["said"] for row in kept)])
    for secret in (hook["secret"], new):
        assert secret.removeprefix("whsec_") not in everything
    assert SECRETS_KEY not in everything
    public = "\n".join(row["said"] for row in kept if '"fence"' not in row["said"])
    for row in await home.rows("SELECT secret, previous_secret FROM webhooks"):
        assert row["secret"] not in public
        assert row["previous_secret"] not in public


async def test_a_new_key_takes_over_and_the_old_one_can_go(home: World) -> None:
    key = new_key()
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        assert await reencrypt(home.database.url, SecretBox([key])) == (0, 1)
        assert await reencrypt(home.database.url, SecretBox([key, SECRETS_KEY])) == (1, 0)
        assert await reencrypt(home.database.url, SecretBox([key, SECRETS_KEY])) == (0, 0)
        await happen(home, "a")
        await hand_out(home)
        await sender(home).run_once()
        assert receiver.got == [], "no key reads the secret: nothing is sent, and nothing counts as tried"
        assert (await log_of(home, hook))[0]["attempts"] == []
        await home.rows("UPDATE webhooks SET due_at = clock_timestamp() RETURNING id")
        await sender(home, keys=[key]).run_once()
        receiver.got[0].verify(hook["secret"])


async def test_what_comes_while_it_is_paused_is_sent_after_resume(home: World) -> None:
    async with Receiver() as receiver:
        await happen(home, "before")
        hook = await make(home, receiver.url)
        path = f"/v1/webhooks/{hook['id']}"
        assert (await home.api.post(f"{path}/pause")).json()["state"] == "paused"
        await happen(home, "a", "b", "a")
        await deliver(home)
        assert receiver.got == []
        assert (await home.api.post(f"{path}/resume")).json()["state"] == "active"
        await deliver(home)
        subjects = [got.event["subject"] for got in receiver.got]
    assert sorted(subjects) == ["/v1/jobs/a", "/v1/jobs/a", "/v1/jobs/b"]


async def test_a_filter_takes_what_meets_all_of_it(home: World) -> None:
    async with Receiver() as receiver:
        await make(home, receiver.url, filter={"label": "team=a"})
        await happen(home, "with", team="a")
        await happen(home, "without")
        await happen(home, "other", type_="holdfast.item.changed")
        await deliver(home)
    assert [got.event["subject"] for got in receiver.got] == ["/v1/jobs/with"]


async def test_a_replay_keeps_the_ids_and_the_order(home: World) -> None:
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        path = f"/v1/webhooks/{hook['id']}/replay"
        await happen(home, "a", "b", "a", "a")
        await deliver(home)
        ids = [one["event_id"] for one in await log_of(home, hook)]
        first = (await home.api.post(path, json={"event_id": ids[1]})).json()
        assert first == {"deliveries": 1}
        await deliver(home)
        assert [got.id for got in receiver.got[4:]] == [ids[1]]
        span = (await home.api.post(path, json={"since": "2026-01-01T00:00:00Z"})).json()
        assert span == {"deliveries": 4}
        assert (await home.api.post(path, json={"since": "2026-01-01T00:00:00Z"})).json() == {"deliveries": 0}
        await happen(home, "a")
        await deliver(home)
        again = [got.id for got in receiver.got[5:] if got.event["subject"].endswith("/a")]
        assert again[:3] == [ids[0], ids[2], ids[3]]
        assert len(again) == 4
        assert (await home.api.post(path, json={"since": "2099-01-01T00:00:00Z"})).json() == {"deliveries": 0}
        unknown = await home.api.post(path, json={"event_id": "01890000-0000-7000-8000-000000000001"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "webhook_event_not_found")
        assert (await home.api.post(path, json={})).status_code == 422


async def test_a_replay_reads_its_span_while_events_are_handed_out(
    home: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = store.read_after

    async def read_while_others_go_on(session: AsyncSession, *arguments: Any) -> Any:
        found = await read(session, *arguments)
        async with home.database.begin() as other:
            held.append(not await other.scalar(select(func.pg_try_advisory_xact_lock(LOCK))))
        if len(held) == 1:
            await happen(home, "a")
            await hand_out(home)
        return found

    held: list[bool] = []
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "a")
        await deliver(home)
        monkeypatch.setattr(store, "read_after", read_while_others_go_on)
        path, span = f"/v1/webhooks/{hook['id']}/replay", {"since": "2026-01-01T00:00:00Z"}
        assert (await home.api.post(path, json=span)).json() == {"deliveries": 2}
        assert set(held) == {False}
        await deliver(home)
        ids = [got.id for got in receiver.got]
        assert ids[2] not in ids[:2], "what was handed out meanwhile comes before what is replayed"
        assert ids[3:] == ids[:2]


async def test_a_span_may_begin_and_end_in_any_year(home: World) -> None:
    hook = await make(home, DEAD_END)
    path = f"/v1/webhooks/{hook['id']}/replay"
    for at in (
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
    ):
        for span in ({"since": at}, {"since": "2026-01-01T00:00:00Z", "until": at}):
            answer = await home.api.post(path, json=span)
            assert (answer.status_code, answer.json()) == (200, {"deliveries": 0}), span


async def test_a_test_event_has_the_signatures_of_a_delivery_and_takes_no_place(home: World) -> None:
    async def look(got: Got) -> Reply:
        for secret in secrets:
            got.verify(secret)
        return Reply(200, body=str((await home.api.get("/v1/webhooks")).status_code).encode())

    home.replace_services(at_once=AtOnce(1))
    async with Receiver(look) as receiver:
        hook = await make(home, receiver.url)
        path = f"/v1/webhooks/{hook['id']}"
        secrets = [hook["secret"], (await home.api.post(f"{path}/rotate")).json()["secret"]]
        answer = (await home.api.post(f"{path}/test")).json()
        assert (answer["status"], answer["body"]) == (200, "200")


async def test_a_name_that_is_looked_up_slowly_takes_no_place(home: World) -> None:
    async def resolve(_tenant: str, host: str, _port: int) -> list[str]:
        if host.startswith("busy"):
            raise LookupsBusy
        asked.append((await home.api.get("/v1/webhooks")).status_code)
        return ["127.0.0.1"]

    asked: list[int] = []
    home.replace_services(at_once=AtOnce(1), webhook_calls=Outgoing(simulator=True, resolve=resolve))
    hook = await make(home, "https://receiver.example/")
    path = f"/v1/webhooks/{hook['id']}"
    match = {"If-Match": (await home.api.get(path)).headers["ETag"]}
    changed = await home.api.patch(path, json={"url": "https://other.example/"}, headers=match)
    assert (changed.status_code, asked) == (200, [200, 200])
    busy = await home.api.post("/v1/webhooks", json={"url": "https://busy.example/", "types": ["*"]})
    assert (busy.status_code, busy.json()["code"]) == (503, "webhook_lookups_busy")


async def test_a_secret_that_no_key_reads_is_a_problem_of_its_own(home: World) -> None:
    hook = await make(home, DEAD_END)
    path = f"/v1/webhooks/{hook['id']}/test"
    for keys in ([new_key()], []):
        home.replace_services(secret_box=SecretBox(keys))
        answer = await home.api.post(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "secret_unreadable")
        assert "Retry-After" in answer.headers
    home.replace_services(secret_box=SecretBox([SECRETS_KEY]))
    assert (await home.api.post(path)).status_code == 200, "what was not sent does not count as a test"


async def test_a_test_event_is_sent_now_and_its_answer_is_shown(home: World) -> None:
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        path = f"/v1/webhooks/{hook['id']}/test"
        shown_at_once = (await home.api.post(path)).json()
        assert (shown_at_once["status"], shown_at_once["error"]) == (204, None)
        assert receiver.got[0].verify(hook["secret"])["type"] == "holdfast.webhook.test"
        again = await home.api.post(path)
        assert (again.status_code, again.json()["code"]) == (429, "webhook_tested_just_now")
    dead = await make(home, DEAD_END)
    answer = (await home.api.post(f"/v1/webhooks/{dead['id']}/test")).json()
    assert (answer["status"], answer["error"]) == (None, "no connection")


async def test_old_deliveries_and_those_of_deleted_webhooks_are_deleted(home: World) -> None:
    async with Receiver() as receiver:
        hook, gone = await make(home, receiver.url), await make(home, receiver.url)
        await happen(home, "a", "b")
        await deliver(home)
        await home.rows(
            "UPDATE webhook_deliveries SET ended_at = ended_at - interval '31 days' "
            "WHERE webhook_id = CAST(:id AS uuid) AND lane = 'job/a' RETURNING id",
            id=hook["id"],
        )
        await home.api.delete(f"/v1/webhooks/{gone['id']}")
        await WebhookPruneLoop(home.database, kept_days=30, events_days=90).run_once()
    rows = await home.rows("SELECT webhook_id::text AS hook, lane FROM webhook_deliveries")
    assert [(row["hook"], row["lane"]) for row in rows] == [(hook["id"], "job/b")]
    assert (await shown(home, hook))["state"] == "active"
