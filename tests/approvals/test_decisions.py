"""A second person, through the API: asked, agreed, declined, too late, taken back."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from sqlalchemy.exc import IntegrityError

from tests.approvals.decisions import (
    REASON,
    approval_of,
    approver,
    ask_to_replace,
    attempts,
    decide,
    expire,
    hours_pass,
    look,
    require,
    restorable,
)
from tests.world import World, open_world


def restores(world: World) -> int:
    return sum(trigger["kind"] == "restore" for trigger in world.triggers)


async def test_what_needs_a_second_person_waits_and_is_sent_once_one_agrees(world: World) -> None:
    item = await restorable(world)
    await require(world, "replace_disks")
    job = await ask_to_replace(world, item, **{"Idempotency-Key": "once"})
    assert (job["state"], job["waiting"]["reason"]) == ("awaiting_approval", "approval")
    await world.step(5)
    assert (await look(world, job))["state"] == "awaiting_approval"
    assert await attempts(world, job) == [], "nothing claims it"

    asked = await approval_of(world, job)
    assert (asked["state"], asked["operation"], asked["kind"]) == ("pending", "replace_disks", "restore")
    assert (asked["requested_by"], asked["decided_by"]) == ("tests", None)
    assert "Overwrite the disks of vm-web-01" in asked["summary"]
    assert asked["ask"]["target"]["mode"] == "replace_disks"
    assert asked["job"] == f"/v1/jobs/{job['id']}"
    assert asked["expires_at"] == job["waiting"]["until"]
    again = await ask_to_replace(world, item, **{"Idempotency-Key": "once"})
    assert again == job, "the same key is the same job and the same approval"

    async with approver(world) as other:
        agreed = await decide(other, job)
        assert (agreed.status_code, agreed.json()["state"], agreed.json()["decided_by"]) == (
            200,
            "approved",
            "approver-1",
        )
        assert (await decide(other, job)).json() == agreed.json(), "saying it twice is saying it once"
    assert (await look(world, job))["state"] == "queued"
    await world.settle()
    done = await look(world, job)
    assert (done["state"], done["approval"]) == ("succeeded", job["approval"])
    assert restores(world) == 1
    used = await approval_of(world, job)
    (attempt,) = await world.rows("SELECT id FROM attempts WHERE job_id = :id", id=UUID(job["id"]))
    assert (used["state"], used["attempt_id"]) == ("used", str(attempt["id"]))
    events = (await world.api.get(f"/v1/jobs/{job['id']}/events")).json()["items"]
    assert [event["observation"] for event in events][:3] == ["asked", "approved", "claimed"]
    assert (events[0]["state"], events[1]["actor"], events[1]["detail"]) == (
        "awaiting_approval",
        "approver-1",
        REASON["reason"],
    )


async def test_a_tenant_that_wants_no_second_person_has_none(world: World) -> None:
    item = await restorable(world)
    await require(world, "delete_data", "delete_vault")
    job = await ask_to_replace(world, item)
    assert (job["state"], job["approval"], job["waiting"]) == ("queued", None, None)
    assert (await world.api.get("/v1/approvals")).json()["items"] == []


async def test_no_approver_decides_about_their_own_request(world: World) -> None:
    item = await restorable(world)
    await require(world, "restore")
    job = await ask_to_replace(world, item)
    for verdict in ("approve", "reject"):
        own = await decide(world.api, job, verdict)
        assert (own.status_code, own.json()["code"]) == (403, "own_request")
    assert (await look(world, job))["state"] == "awaiting_approval"
    with pytest.raises(IntegrityError, match="ck_approvals_another_person"):
        await world.rows(
            "UPDATE approvals SET state = 'approved', decided_by = requested_by, decided_at = clock_timestamp(), "
            "membership_id = id RETURNING id"
        )


async def test_who_has_not_the_role_and_who_is_of_another_tenant_cannot_decide(world: World) -> None:
    item = await restorable(world)
    await require(world, "restore")
    job = await ask_to_replace(world, item)
    async with approver(world, roles=["admin", "operator", "restorer"]) as admin:
        refused = await decide(admin, job)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
    async with world.stranger() as stranger:
        for answer in (await stranger.get(job["approval"]), await decide(stranger, job)):
            assert (answer.status_code, answer.json()["code"]) == (404, "approval_not_found")
        assert (await stranger.get("/v1/approvals")).json()["items"] == []
    assert (await look(world, job))["state"] == "awaiting_approval"


async def test_a_reject_ends_the_job_with_the_reason_and_its_consequences(world: World) -> None:
    vault = await world.vault()
    await require(world, "delete_vault")
    job = (await world.api.delete(f"/v1/vaults/{vault['id']}")).json()
    assert job["state"] == "awaiting_approval"
    assert (await world.api.get(f"/v1/vaults/{vault['id']}")).json()["state"] == "deleting"
    async with approver(world) as other:
        said = await decide(other, job, "reject")
        assert (said.status_code, said.json()["state"]) == (200, "rejected")
        assert (await decide(other, job, "reject")).status_code == 200
        changed_mind = await decide(other, job, "approve")
        assert (changed_mind.status_code, changed_mind.json()["code"]) == (409, "approval_decided")
    async with approver(world, "approver-2") as third:
        late = await decide(third, job, "reject")
        assert (late.status_code, late.json()["code"]) == (409, "approval_decided")
    ended = await look(world, job)
    assert (ended["state"], ended["error"]["code"]) == ("failed", "approval_rejected")
    assert ended["error"]["detail"] == f"approver-1: {REASON['reason']}"
    assert (await world.api.get(f"/v1/vaults/{vault['id']}")).json()["state"] == "ready"


async def test_what_nobody_decides_in_time_expires_and_says_so(world: World) -> None:
    item = await restorable(world)
    await require(world, "restore")
    job = await ask_to_replace(world, item)
    await hours_pass(world, 3.99)
    await expire(world)
    assert (await look(world, job))["state"] == "awaiting_approval"
    await hours_pass(world, 0.02)
    async with approver(world) as other:
        late = await decide(other, job)
        assert (late.status_code, late.json()["code"]) == (409, "approval_expired")
    await expire(world)
    ended = await look(world, job)
    assert (ended["state"], ended["error"]["code"], ended["waiting"]) == ("failed", "approval_expired", None)
    assert "Ask again" in ended["error"]["remedy"]
    assert (await approval_of(world, job))["state"] == "expired"
    assert await attempts(world, job) == []


async def test_cancelling_it_withdraws_the_approval_before_and_after_the_word(world: World) -> None:
    item = await restorable(world)
    await require(world, "restore")
    for is_decided in (False, True):
        job = await ask_to_replace(world, item)
        async with approver(world) as other:
            if is_decided:
                assert (await decide(other, job)).status_code == 200
            cancelled = (await world.api.post(f"/v1/jobs/{job['id']}/cancel")).json()
            assert (cancelled["state"], cancelled["cancel"]["state"]) == ("cancelled", "done")
            assert (await approval_of(world, job))["state"] == "withdrawn"
            late = await decide(other, job)
            assert (late.status_code, late.json()["code"]) == (409, "approval_withdrawn")
    await world.settle()
    assert restores(world) == 0


async def test_lists_show_what_is_mine_and_what_waits_for_me(world: World) -> None:
    item = await restorable(world)
    await require(world, "restore")
    first, second = await ask_to_replace(world, item), await ask_to_replace(world, item)
    async with approver(world) as other:
        await decide(other, first)

        async def listed(client: object, **query: str) -> list[str]:
            page = (await client.get("/v1/approvals", params=query)).json()  # type: ignore[attr-defined]
            return [entry["job"].rsplit("/", 1)[1] for entry in page["items"]]

        assert await listed(other) == [second["id"], first["id"]]
        assert await listed(other, view="to_decide") == [second["id"]]
        assert await listed(world.api, view="to_decide") == []
        assert await listed(world.api, view="mine") == [second["id"], first["id"]]
        assert await listed(other, view="mine") == []
        assert await listed(other, state="approved") == [first["id"]]
        assert await listed(other, job_id=second["id"]) == [second["id"]]
        page = (await other.get("/v1/approvals", params={"limit": 1})).json()
        following = (await other.get("/v1/approvals", params={"limit": 1, "cursor": page["next"]})).json()
        assert [page["items"][0]["job"], following["items"][0]["job"]] == [
            f"/v1/jobs/{second['id']}",
            f"/v1/jobs/{first['id']}",
        ]
        assert following["next"] is None
        read = await other.get(second["approval"])
        unchanged = await other.get(second["approval"], headers={"If-None-Match": read.headers["ETag"]})
        assert unchanged.status_code == 304


async def test_how_long_it_waits_is_a_setting_and_a_word_holds_as_long_from_when_it_was_given(
    database_url: str, signing_key: rsa.RSAPrivateKey
) -> None:
    async with open_world(database_url, signing_key, approval_hours=2) as world:
        item = await restorable(world)
        await require(world, "restore")
        job = await ask_to_replace(world, item)
        since, until = (datetime.fromisoformat(job["waiting"][name]) for name in ("since", "until"))
        assert timedelta(hours=2) <= until - since < timedelta(hours=2, minutes=5)
        await hours_pass(world, 1)
        async with approver(world) as other:
            agreed = (await decide(other, job)).json()
        given, until = (datetime.fromisoformat(agreed[name]) for name in ("decided_at", "expires_at"))
        assert timedelta(hours=2) - timedelta(minutes=5) < until - given < timedelta(hours=2, minutes=5)
