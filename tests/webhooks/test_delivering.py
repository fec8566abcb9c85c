"""Each event arrives, signed, under its own id, and in the order of its resource, whatever the receiver does."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from app.core.events.store import publish
from app.webhooks.outgoing import Outgoing
from app.webhooks.sending.delivery_rows import claim
from tests.webhooks.receiver import Got, Receiver, Reply
from tests.webhooks.webhook_steps import HASTY, deliver, hand_out, happen, later, log_of, make, sender, shown
from tests.world import World


@pytest.fixture
async def home(world: World) -> World:
    await world.api.get("/v1/me")  # makes the home tenant
    return world


def numbers(received: list[Got], resource: str) -> list[int]:
    return [got.event["time"] for got in received if got.event["subject"] == f"/v1/jobs/{resource}"]


async def test_what_a_job_does_is_received_and_verified(world: World) -> None:
    async with Receiver() as receiver:
        hook = await make(world, receiver.url, ["holdfast.job.*"])
        await world.vault()
        await deliver(world)
        told = [got.verify(hook["secret"]) for got in receiver.got]
        assert [event["type"].rpartition(".")[2] for event in told][:1] == ["created"]
        assert told[-1]["type"] == "holdfast.job.ended"
        assert {got.headers["content-type"] for got in receiver.got} == {"application/cloudevents+json; charset=utf-8"}
        log = await log_of(world, hook)
    assert [one["event_id"] for one in log] == [got.id for got in receiver.got] == [event["id"] for event in told]
    assert {one["state"] for one in log} == {"delivered"}
    assert {(attempt["status"], attempt["error"]) for one in log for attempt in one["attempts"]} == {(204, None)}


async def test_of_one_resource_the_next_waits_and_others_do_not(home: World) -> None:
    async def refuse_a(got: Got) -> Reply:
        return Reply(500, body=b"no " * 2000) if got.event["subject"].endswith("/a") else Reply()

    async with Receiver(refuse_a) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "b", "a", "b", "a", "b")
        await deliver(home)
        assert len(numbers(receiver.got, "b")) == 3
        assert len(numbers(receiver.got, "a")) == 1
        first = (await log_of(home, hook))[0]
        assert first["state"] == "pending"
        assert first["attempts"][0]["status"] == 500
        assert first["attempts"][0]["body"] == ("no " * 2000)[:1024]
        assert first["next_attempt_at"] is not None
        receiver.behave = Receiver().behave
        await later(home, hook)
        await deliver(home)
        ids = [got.id for got in receiver.got if got.event["subject"].endswith("/a")]
        assert ids[0] == ids[1], "a retry has the same id"
        assert ids[1:] == [one["event_id"] for one in await log_of(home, hook)][0::2]
    assert {one["state"] for one in await log_of(home, hook)} == {"delivered"}


async def test_a_receiver_that_hangs_holds_up_no_other(home: World) -> None:
    async def hang(_got: Got) -> Reply:
        await asyncio.sleep(60)
        return Reply()

    async with Receiver(hang) as slow, Receiver() as quick:
        hook = await make(home, slow.url)
        await make(home, quick.url)
        await happen(home, "a", "b")
        await deliver(home, HASTY)
        assert (len(quick.got), len(slow.got)) == (2, 2)
    (first, _) = await log_of(home, hook)
    assert first["attempts"][0]["error"] == "no complete answer within 0.3 s"


async def test_answers_that_never_end_or_are_no_http_are_bounded(home: World) -> None:
    async def long(_got: Got) -> Reply:
        return Reply(200, {"Content-Length": str(10**12)}, b"x" * 5000)

    async with Receiver(long) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await deliver(home)
    (one,) = await log_of(home, hook)
    assert (one["state"], one["attempts"][0]["body"]) == ("delivered", "x" * 1024)


async def test_no_redirect_is_followed(home: World) -> None:
    async with Receiver() as other:

        async def point(_got: Got) -> Reply:
            return Reply(307, {"Location": other.url})

        async with Receiver(point) as receiver:
            hook = await make(home, receiver.url)
            await happen(home, "a")
            await deliver(home)
    assert other.got == []
    assert (await log_of(home, hook))[0]["attempts"][0]["status"] == 307


async def test_after_some_failures_a_dead_receiver_is_left_alone_and_then_tried_once(home: World) -> None:
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        receiver.go_down()
        await happen(home, *(f"r{number}" for number in range(40)))
        await deliver(home)
        tried = sum(len(one["attempts"]) for one in await log_of(home, hook))
        assert 5 <= tried <= 12
        await later(home, hook)
        await deliver(home)
        assert sum(len(one["attempts"]) for one in await log_of(home, hook)) == tried + 1
        await receiver.come_up()
        await later(home, hook)
        await deliver(home)
        log = await log_of(home, hook)
        assert [one for one in log if one["state"] != "delivered"] == []
        assert len({got.id for got in receiver.got}) == 40


async def test_a_receiver_that_is_gone_disables_its_webhook(home: World) -> None:
    async def gone(_got: Got) -> Reply:
        return Reply(410)

    async with Receiver(gone) as receiver:
        hook = await make(home, receiver.url, ["holdfast.job.*", "holdfast.webhook.*"])
        await happen(home, "a", "b")
        await deliver(home)
        found = await shown(home, hook)
        assert (found["state"], found["disabled_reason"]) == ("disabled", "gone")
        tried = len(receiver.got)
        await later(home, hook)
        await happen(home, "c")
        await deliver(home)
        assert len(receiver.got) == tried, "nothing is sent, and nothing is kept, while it is disabled"
        (entry,) = await home.rows("SELECT * FROM audit_entries WHERE action = 'disable_webhook'")
        assert (entry["target"], entry["details"]) == (f"/v1/webhooks/{hook['id']}", {"reason": "gone"})
        (told,) = await changes_told(home)
        assert (told["was"]["state"], told["data"]["state"]) == ("active", "disabled")
        receiver.behave = Receiver().behave
        assert (await home.api.post(f"/v1/webhooks/{hook['id']}/resume")).json()["state"] == "active"
        await deliver(home)
        subjects = {got.event["subject"] for got in receiver.got[tried:]}
        assert {"/v1/jobs/a", "/v1/jobs/b"} <= subjects
        assert "/v1/jobs/c" not in subjects


async def changes_told(home: World) -> list[dict[str, Any]]:
    async with home.database.begin() as session:
        await publish(session)
    return await home.rows(
        "SELECT data, was FROM events WHERE type = 'holdfast.webhook.changed' AND action = 'updated'"
    )


async def test_a_name_that_leads_inside_later_disables_its_webhook(home: World) -> None:
    answers = ["127.0.0.1"]

    async def resolve(_tenant: str, _host: str, _port: int) -> list[str]:
        return answers

    async with Receiver() as receiver:
        calls = Outgoing(simulator=True, resolve=resolve)
        home.replace_services(webhook_calls=calls)
        hook = await make(home, f"http://receiver.example:{receiver.port}/")
        await happen(home, "a")
        answers[:] = ["169.254.169.254"]
        await deliver(home, outgoing=calls)
        assert receiver.got == []
        assert (await shown(home, hook))["disabled_reason"] == "forbidden_target"
        answers[:] = ["127.0.0.1"]
        await home.api.post(f"/v1/webhooks/{hook['id']}/resume")
        await deliver(home, outgoing=calls)
        assert [got.headers["host"] for got in receiver.got] == [f"receiver.example:{receiver.port}"]


async def test_a_receiver_may_ask_for_time(home: World) -> None:
    async def wait(_got: Got) -> Reply:
        return Reply(429, {"Retry-After": "7200"})

    async with Receiver(wait) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await deliver(home)
    (row,) = await home.rows(
        "SELECT extract(epoch FROM w.paused_until - clock_timestamp()) AS pause, "
        "extract(epoch FROM d.due_at - clock_timestamp()) AS due FROM webhooks AS w JOIN webhook_deliveries AS d "
        "ON d.webhook_id = w.id WHERE w.id = CAST(:id AS uuid)",
        id=hook["id"],
    )
    assert 7100 < row["pause"] <= 7200
    assert 7100 < row["due"] <= 7200


async def test_the_time_that_a_receiver_asked_for_is_not_forgotten_when_another_delivery_succeeds(home: World) -> None:
    async def wait(got: Got) -> Reply:
        if got.event["subject"].endswith("/a"):
            return Reply(429, {"Retry-After": "7200"})
        await until(home, "SELECT id FROM webhooks WHERE paused_until IS NOT NULL")
        return Reply(500 if got.event["subject"].endswith("/c") else 204)

    async with Receiver(wait) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "b", "c")
        await deliver(home)
        assert sorted(one["state"] for one in await log_of(home, hook)) == ["delivered", "pending", "pending"]
    (row,) = await home.rows("SELECT extract(epoch FROM paused_until - clock_timestamp()) AS pause FROM webhooks")
    assert 7100 < row["pause"] <= 7200
    await home.api.post(f"/v1/webhooks/{hook['id']}/resume")
    assert await home.rows("SELECT id FROM webhooks WHERE paused_until IS NOT NULL") == []


async def until(home: World, query: str) -> None:
    """There is such a row."""
    async with asyncio.timeout(10):
        while not await home.rows(query):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_one_event_that_is_refused_again_and_again_does_not_pause_the_webhook(home: World) -> None:
    async def refuse(_got: Got) -> Reply:
        return Reply(500)

    async with Receiver(refuse) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await hand_out(home)
        for _ in range(6):
            await sender(home).run_once()
            await home.rows("UPDATE webhook_deliveries SET due_at = clock_timestamp() RETURNING id")
            await home.rows("UPDATE webhooks SET due_at = clock_timestamp() RETURNING id")
        assert len(receiver.got) == 6
        assert (await log_of(home, hook))[0]["state"] == "pending"
        assert await home.rows("SELECT id FROM webhooks WHERE paused_until IS NOT NULL") == []


async def test_after_three_days_a_delivery_is_given_up_and_the_next_one_is_tried(home: World) -> None:
    async def fail(_got: Got) -> Reply:
        return Reply(500)

    async with Receiver(fail) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a", "a")
        await deliver(home)
        await home.rows("UPDATE webhook_deliveries SET first_at = first_at - interval '73 hours' RETURNING id")
        await later(home, hook)
        await deliver(home)
        first, second = await log_of(home, hook)
        assert (first["state"], len(first["attempts"])) == ("exhausted", 2)
        assert (second["state"], len(second["attempts"])) == ("pending", 1)
        await home.rows("UPDATE webhooks SET failing_since = failing_since - interval '97 hours' RETURNING id")
        await later(home, hook)
        await deliver(home)
        assert (await shown(home, hook))["disabled_reason"] == "failing"


async def test_a_failure_long_after_another_one_that_was_given_up_is_a_first_one(home: World) -> None:
    async def fail(_got: Got) -> Reply:
        return Reply(502)

    async with Receiver(fail) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await deliver(home)
        await home.rows("UPDATE webhook_deliveries SET first_at = first_at - interval '73 hours' RETURNING id")
        await later(home, hook)
        await deliver(home)
        assert [one["state"] for one in await log_of(home, hook)] == ["exhausted"]
        await home.rows("UPDATE webhooks SET failing_since = failing_since - interval '10 days' RETURNING id")
        await happen(home, "b")
        await later(home, hook)
        await deliver(home)
        assert (await shown(home, hook))["state"] == "active"
        assert [len(one["attempts"]) for one in await log_of(home, hook)] == [2, 1]


async def test_what_is_resumed_has_all_its_attempts_before_it_again(home: World) -> None:
    async def fail(_got: Got) -> Reply:
        return Reply(500)

    async with Receiver(fail) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await deliver(home)
        await home.api.post(f"/v1/webhooks/{hook['id']}/pause")
        await home.rows("UPDATE webhook_deliveries SET first_at = first_at - interval '4 days', tries = 9 RETURNING id")
        await home.api.post(f"/v1/webhooks/{hook['id']}/resume")
        await deliver(home)
        assert [(one["state"], len(one["attempts"])) for one in await log_of(home, hook)] == [("pending", 2)]
    (row,) = await home.rows("SELECT tries, first_at > now() - interval '1 hour' AS anew FROM webhook_deliveries")
    assert (row["tries"], row["anew"]) == (1, True)


async def test_a_worker_that_dies_leaves_what_it_sent_to_another_under_the_same_ids(home: World) -> None:
    async with Receiver() as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await hand_out(home)
        async with home.database.begin() as session:
            assert len(await claim(session, 10, timedelta(seconds=30))) == 1
        await sender(home).run_once()
        assert receiver.got == [], "it is leased"
        await later(home, hook)
        await deliver(home)
    assert [one["state"] for one in await log_of(home, hook)] == ["delivered"]


async def test_a_worker_that_lost_its_lease_writes_nothing(home: World) -> None:
    async def lose(_got: Got) -> Reply:
        await home.rows("UPDATE webhooks SET fence = fence + 1 RETURNING id")
        return Reply()

    async with Receiver(lose) as receiver:
        hook = await make(home, receiver.url)
        await happen(home, "a")
        await deliver(home)
        assert [one["state"] for one in await log_of(home, hook)] == ["pending"]
        receiver.behave = Receiver().behave
        await later(home, hook)
        await deliver(home)
        assert len({got.id for got in receiver.got}) == 1
    assert [one["state"] for one in await log_of(home, hook)] == ["delivered"]


async def test_workers_side_by_side_hand_out_and_send_each_event_once(home: World) -> None:
    async with Receiver() as receiver:
        for _ in range(3):
            await make(home, receiver.url)
        await happen(home, *(f"r{number % 7}" for number in range(60)))
        await asyncio.gather(*(hand_out(home) for _ in range(3)))
        for _ in range(3):
            await asyncio.gather(*(sender(home).run_once() for _ in range(3)))
    assert len(receiver.got) == 180
    assert len({got.id for got in receiver.got}) == 60
