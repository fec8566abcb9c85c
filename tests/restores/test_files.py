"""Files of a mounted point: mounted once whatever comes back, its secret shown to the caller alone, ended, renewed."""

import asyncio
import base64
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import text
from structlog.testing import LogCapture

from app.azure.sdk.file_recovery import read_scripts
from app.core.db.database import Database
from app.restores.mount_work import SETTLE_SECONDS
from tests.restores.restore_requests import asked as asked_restore
from tests.restores.restore_requests import backed_up, look
from tests.world import World

FILES = {"mode": "files"}
MADE, ENDED = "provisionInstantItemRecovery", "revokeInstantItemRecovery"
PROVISION, REVOKE = f"/{MADE}$", f"/{ENDED}$"


async def ask(world: World, item: Mapping[str, Any], **point: Any) -> httpx.Response:
    body = {"protected_item_id": item["id"], "recovery_point": point or {"latest": True}, "target": FILES}
    return await world.api.post("/v1/restores", json=body)


async def mount(world: World, item: Mapping[str, Any]) -> dict[str, Any]:
    """The restore whose files are mounted."""
    answer = await ask(world, item)
    assert answer.status_code == 202, answer.text
    await world.settle(seconds=60)
    job = await look(world, answer.json())
    assert (job["kind"], job["state"]) == ("mount_files", "succeeded"), job
    return await world.resource_of(job)


async def script_of(world: World, restore: Mapping[str, Any]) -> httpx.Response:
    return await world.api.get(f"/v1/restores/{restore['id']}/mount-script")


async def told(world: World, restore: Mapping[str, Any], verb: str) -> dict[str, Any]:
    """The job of renew or unmount, at its end."""
    answer = await world.api.post(f"/v1/restores/{restore['id']}/{verb}")
    assert answer.status_code == 202, answer.text
    await world.settle(seconds=60)
    return await look(world, answer.json())


def writes(world: World) -> list[str]:
    """What Azure was asked to do about sessions, in order."""
    return [verb for write in world.simulator.world.truth.writes for verb in (MADE, ENDED) if verb in str(write)]


def sessions(world: World) -> int:
    return len(world.simulator.world.mounts)


async def long_ago(world: World) -> None:
    """The open attempt is older than any provision takes."""
    async with world.database.begin() as session:
        await session.execute(
            text("UPDATE attempts SET opened_at = opened_at - make_interval(secs => :s)"), {"s": SETTLE_SECONDS + 5}
        )


# --- the usual way ---------------------------------------------------------------------------------------------------
async def test_files_are_mounted_read_renewed_and_unmounted(world: World) -> None:
    item = await backed_up(world)
    restore = await mount(world, item)
    assert (restore["session"]["state"], restore["target"]) == ("mounted", FILES)

    answer = await script_of(world, restore)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    script = answer.json()
    assert (script["os"], script["encoding"], script["download_url"]) == ("linux", "utf-8", None)
    (live,) = world.simulator.world.mounts
    at = live.suffix.rfind("_") + 33
    assert script["password"] == live.suffix[at : at + 15]
    assert script["file_name"] == live.suffix[:at] + live.suffix[at + 15 :] + ".py"
    assert script["script"].startswith("#!/usr/bin/env python3")
    assert script["expires_at"] == restore["session"]["expires_at"]

    renewed = await told(world, restore, "renew")
    assert (renewed["kind"], renewed["state"], renewed["result"]["renewed"]) == ("mount_files", "succeeded", True)
    again = (await script_of(world, restore)).json()
    assert again["expires_at"] > script["expires_at"]
    assert (await world.api.get(f"/v1/restores/{restore['id']}")).json()["session"]["expires_at"] == again["expires_at"]

    ended = await told(world, restore, "unmount")
    assert (ended["kind"], ended["state"], ended["result"]["ended_by"]) == ("unmount_files", "succeeded", "holdfast")
    assert sessions(world) == 0
    gone = await script_of(world, restore)
    assert (gone.status_code, gone.json()["code"], bool(gone.json()["remedy"])) == (409, "session_ended", True)
    shown = (await world.api.get(f"/v1/restores/{restore['id']}")).json()["session"]
    assert (shown["state"], shown["ended_by"]) == ("ended", "holdfast")
    assert (await mount(world, item))["id"] != restore["id"], "the point can be mounted anew"


async def test_windows_gets_an_address_instead_of_a_script(world: World) -> None:
    item = await world.item("vm-db-01")
    await world.back_up(item)
    script = (await script_of(world, await mount(world, item))).json()
    assert (script["os"], script["script"], script["encoding"]) == ("windows", None, None)
    assert script["download_url"].startswith("https://")
    assert script["file_name"].endswith(".exe")
    assert len(script["password"]) == 15
    assert script["expires_at"]


async def test_a_version_changes_when_the_session_does(world: World) -> None:
    restore = await mount(world, await backed_up(world))
    path = f"/v1/restores/{restore['id']}"
    before = (await world.api.get(path)).headers["ETag"]
    assert (await world.api.get(path, headers={"If-None-Match": before})).status_code == 304
    await told(world, restore, "unmount")
    assert (await world.api.get(path, headers={"If-None-Match": before})).status_code == 200


# --- lost answers ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("effect", ["drop_after", "status_after"])
async def test_a_provision_whose_answer_was_lost_is_revoked_and_made_anew(world: World, effect: str) -> None:
    item = await backed_up(world)
    world.fault("POST", PROVISION, effect)
    answer = await ask(world, item)
    await world.run_due()
    assert sessions(world) == 1
    job = await look(world, answer.json())
    assert (job["state"], job["waiting"]["reason"]) == ("submitting", "outcome_unknown")
    await long_ago(world)
    await world.settle(seconds=60)
    assert (await look(world, job))["state"] == "succeeded"
    assert writes(world) == [
        "provisionInstantItemRecovery",
        "revokeInstantItemRecovery",
        "provisionInstantItemRecovery",
    ]
    assert sessions(world) == 1
    assert (await script_of(world, await world.resource_of(job))).status_code == 200


async def test_a_provision_that_never_arrived_is_made_anew_when_its_time_is_over(world: World) -> None:
    item = await backed_up(world)
    world.fault("POST", PROVISION, "drop_before")
    answer = await ask(world, item)
    await world.run_due()
    await world.step(60)
    assert sessions(world) == 0, "not sent again before its time is over"
    await long_ago(world)
    await world.settle(seconds=60)
    assert (await look(world, answer.json()))["state"] == "succeeded"
    assert sessions(world) == 1


async def test_a_worker_that_dies_between_request_and_answer_leaves_one_session_in_the_end(world: World) -> None:
    item = await backed_up(world)
    answer = await ask(world, item)
    whole = world.azure.file_recovery

    async def killed(*arguments: Any, **more: Any) -> Any:
        await whole.provision(*arguments, **more)
        raise asyncio.CancelledError  # the task ends here and writes no verdict, as in a process that is killed

    object.__setattr__(world.azure, "file_recovery", _With(whole, provision=killed))
    with suppress(asyncio.CancelledError):
        await world.loops["submitting"].run_once()
    object.__setattr__(world.azure, "file_recovery", whole)
    assert (await look(world, answer.json()))["state"] == "submitting"
    assert sessions(world) == 1
    async with world.database.begin() as session:
        await session.execute(text("UPDATE jobs SET lease_until = NULL"))
    await long_ago(world)
    await world.settle(seconds=60)
    assert (await look(world, answer.json()))["state"] == "succeeded"
    assert sessions(world) == 1


class _With:
    """The port with one method replaced."""

    def __init__(self, inner: Any, **methods: Any) -> None:
        self.inner = inner
        self.methods = methods

    def __getattr__(self, name: str) -> Any:
        return self.methods.get(name) or getattr(self.inner, name)


async def test_an_unmount_whose_answer_was_lost_is_sent_again(world: World) -> None:
    restore = await mount(world, await backed_up(world))
    world.fault("POST", REVOKE, "drop_after")
    job = await told(world, restore, "unmount")
    assert (job["state"], job["result"]["ended_by"]) == ("succeeded", "holdfast")
    assert sessions(world) == 0


# --- sessions of others, and ended ones ------------------------------------------------------------------------------
async def test_a_point_that_is_mounted_is_not_mounted_twice(world: World) -> None:
    item = await backed_up(world)
    await mount(world, item)
    answer = await ask(world, item)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_mounted")
    assert len(await world.rows("SELECT id FROM restores")) == 1


async def test_of_two_mounts_asked_at_once_the_second_fails_and_the_first_lives(world: World) -> None:
    item = await backed_up(world)
    first, second = (await ask(world, item)).json(), (await ask(world, item)).json()
    await world.settle(seconds=60)
    jobs = [await look(world, first), await look(world, second)]
    assert [job["state"] for job in jobs] == ["succeeded", "failed"]
    assert (jobs[1]["error"]["code"], bool(jobs[1]["error"]["remedy"])) == ("already_mounted", True)
    assert sessions(world) == 1
    nothing = await script_of(world, await world.resource_of(jobs[1]))
    assert (nothing.status_code, nothing.json()["code"]) == (409, "not_mounted")


async def test_a_session_that_azure_ended_is_said_so_and_unmounting_it_succeeds(world: World) -> None:
    restore = await mount(world, await backed_up(world))
    world.advance(13 * 3600)
    gone = await script_of(world, restore)
    assert (gone.status_code, gone.json()["code"]) == (409, "session_ended")
    assert "12 hours" in gone.json()["detail"]
    renewed = await told(world, restore, "renew")
    assert (renewed["state"], renewed["error"]["code"]) == ("failed", "session_ended")
    before = writes(world)
    for _ in range(2):
        job = await told(world, restore, "unmount")
        assert (job["state"], job["result"]["ended_by"]) == ("succeeded", "azure")
    assert writes(world) == before, "nothing was sent"


async def test_nothing_is_mounted_yet_while_the_job_runs(world: World) -> None:
    answer = await ask(world, await backed_up(world))
    restore = await world.resource_of(answer.json())
    early = await script_of(world, restore)
    assert (early.status_code, early.json()["code"], early.json()["job"]) == (
        409,
        "not_mounted",
        f"/v1/jobs/{answer.json()['id']}",
    )


async def test_an_operation_that_azure_forgot_is_helped_by_a_renewal(world: World) -> None:
    restore = await mount(world, await backed_up(world))
    world.simulator.world.operations.clear()
    lost = await script_of(world, restore)
    assert (lost.status_code, lost.json()["code"]) == (409, "mount_script_not_available")
    assert "renew" in lost.json()["remedy"]
    await told(world, restore, "renew")
    assert (await script_of(world, restore)).status_code == 200


async def test_only_files_are_unmounted_and_only_by_their_tenant(world: World) -> None:
    item = await backed_up(world)
    disks = await world.resource_of(await asked_restore(world, item, "disks"))
    for answer in (await script_of(world, disks), await world.api.post(f"/v1/restores/{disks['id']}/unmount")):
        assert (answer.status_code, answer.json()["code"]) == (409, "not_mounted")
    mounted = await mount(world, item)
    async with world.stranger() as stranger:
        assert (await stranger.get(f"/v1/restores/{mounted['id']}/mount-script")).status_code == 404
        assert (await stranger.post(f"/v1/restores/{mounted['id']}/unmount")).status_code == 404
        assert (await stranger.post(f"/v1/restores/{mounted['id']}/renew")).status_code == 404


async def test_the_worker_chooses_the_point_when_azure_was_away(world: World) -> None:
    item = await backed_up(world)
    world.fault("GET", "/recoveryPoints", "status_before", status=503, times=1)
    answer = await ask(world, item)
    assert (answer.status_code, answer.json()["recovery_point"]) == (202, None)
    await world.settle(seconds=60)
    restore = await world.resource_of(await look(world, answer.json()))
    assert restore["recovery_point"]["id"] == (await world.points(item))[0]["id"]
    assert (await script_of(world, restore)).status_code == 200


async def test_files_have_no_other_field_and_no_other_region(world: World) -> None:
    item = await backed_up(world)
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True}}
    extra = await world.api.post("/v1/restores", json=body | {"target": FILES | {"luns": []}})
    assert (extra.status_code, extra.json()["pointer"]) == (422, "#/target/luns")
    far = await ask(world, item, latest=True, region="secondary")
    assert (far.status_code, far.json()["pointer"]) == (422, "#/recovery_point/region")


# --- the secret ------------------------------------------------------------------------------------------------------
async def dump(database: Database) -> str:
    """Every row of every table."""
    async with database.begin() as session:
        tables = (await session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).all()
        rows = [
            row
            for table in tables
            for row in (await session.scalars(text(f'SELECT t::text FROM "{table}" AS t'))).all()  # noqa: S608
        ]
    assert len(rows) > 10
    return "\n".join(rows)


async def test_no_secret_of_a_script_is_found_in_rows_logs_events_or_problems(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logs = LogCapture()
    configured = structlog.get_config()["processors"]
    structlog.configure(processors=[*configured[:-1], logs])
    heard: list[str] = []
    try:
        item = await backed_up(world)
        world.fault("POST", PROVISION, "drop_after")
        answer = await ask(world, item)
        await world.run_due()
        await long_ago(world)
        await world.settle(seconds=60)
        restore = await world.resource_of(answer.json())
        secrets = []
        for verb in ("renew", None, "unmount"):
            secrets.append((await script_of(world, restore)).json())
            if verb:
                heard.append(json.dumps(await told(world, restore, verb)))
        heard += [(await script_of(world, restore)).text, (await world.api.get(f"/v1/restores/{restore['id']}")).text]
        heard += [
            (await world.api.get("/v1/jobs")).text,
            (await world.api.get(answer.headers["Location"] + "/events")).text,
        ]
    finally:
        structlog.configure(processors=configured)
    told_elsewhere = "\n".join(
        [await dump(world.database), caplog.text, json.dumps(logs.entries, default=repr), *heard]
    )
    assert "mount_files" in told_elsewhere
    assert secrets[0]["file_name"]
    for secret in secrets:
        for canary in (secret["password"], secret["script"], base64.b64encode(secret["script"].encode()).decode()):
            assert canary not in told_elsewhere
        assert secret["script"].splitlines()[1] not in told_elsewhere


def test_a_script_is_not_shown_by_its_repr_nor_by_an_error() -> None:
    password = "s3cret-s3cret-s"
    entry = {
        "osType": "Linux",
        "scriptExtension": ".py",
        "scriptContent": base64.b64encode(b"canary in the text").decode(),
        "scriptNameSuffix": f"vm_1_{'a' * 32}{password}tail",
    }
    (script,) = read_scripts([entry])
    assert (script.password, script.file_name) == (password, f"vm_1_{'a' * 32}tail.py")
    assert password not in repr(script)
    assert "canary" not in repr(script)
    with pytest.raises(ValueError, match="holds no password"):
        read_scripts([entry | {"scriptNameSuffix": "short_one"}])
