"""A process whose wall clock is ten minutes off: what is due, whose lease it is, how old an attempt is and which window
is asked for are said by the database's clock and by Azure's, never by the process's.

Every module of ours that reads the wall clock gets a wrong one; the simulator, the database and the issuer of tokens
keep the right one.
"""

import datetime as dt
import sys
import time
from types import ModuleType, SimpleNamespace
from typing import Any, Self
from uuid import UUID

import pytest
import uuid_utils.compat as uuids

from app.jobs.submitting import LEASE
from tests.jobs.test_crash import ask_for_backup, claim_and_die, end_leases, look
from tests.jobs.test_strangers import another_tool_backs_up, azures_own, slow_sweep
from tests.restores.asking import WAYS
from tests.world import World

TEN_MINUTES = 600.0


def modules_of_ours() -> list[ModuleType]:
    """Not the simulator's: it is Azure."""
    return [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("app.") and not name.startswith("app.simulator")
    ]


@pytest.fixture(params=[TEN_MINUTES, -TEN_MINUTES], ids=["fast", "slow"])
def wrong_clock(request: pytest.FixtureRequest, world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many modules read the wall clock, and now a wrong one."""
    off: float = request.param

    class WrongDatetime(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Self:
            return super().now(tz) + dt.timedelta(seconds=off)

    wrong_time = SimpleNamespace(**vars(time) | {"time": lambda: time.time() + off})
    made = uuids.uuid7
    wrong_ids = SimpleNamespace(**vars(uuids) | {"uuid7": lambda: UUID(int=made().int + (int(off * 1000) << 80))})
    wrong: dict[int, Any] = {id(dt.datetime): WrongDatetime, id(time): wrong_time, id(uuids): wrong_ids}
    found = 0
    for module in modules_of_ours():
        for name, value in list(vars(module).items()):
            if id(value) in wrong:
                monkeypatch.setattr(module, name, wrong[id(value)])
                found += 1
    assert world.app is not None
    return found


@pytest.fixture(autouse=True)
def _one_process_only(wrong_clock: int) -> None:
    assert wrong_clock > 5, "the clock must be wrong wherever it is read"


async def test_a_lease_is_as_long_as_it_should_be_and_its_owner_is_left_alone(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await claim_and_die(world)
    (row,) = await world.rows(
        "SELECT extract(epoch FROM lease_until - clock_timestamp()) AS left FROM jobs WHERE id = :id",
        id=UUID(job["id"]),
    )
    assert LEASE.total_seconds() - 10 < float(row["left"]) <= LEASE.total_seconds()
    await world.step(0)
    assert world.triggers == []


async def test_a_lost_attempt_is_neither_believed_absent_too_early_nor_never(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    await claim_and_die(world)
    settle = world.settings.settle_backup_seconds
    await end_leases(world, age=settle - 60)
    await world.step(0)
    assert world.triggers == []
    await end_leases(world, age=61)
    await world.settle()
    assert (await look(world, job))["state"] == "succeeded"
    assert len(world.triggers) == 1


@pytest.mark.parametrize("way", ["disks", "disks in the secondary region"])
async def test_a_restore_whose_answer_was_lost_is_found_and_followed_to_its_end(world: World, way: str) -> None:
    item = await world.item(vault=await world.vault(cross_region_restore=True))
    await world.back_up(item)
    target, region = WAYS[way]
    body = {"protected_item_id": item["id"], "recovery_point": {"latest": True, "region": region}, "target": target}
    world.fault("POST", r"(/restore|/backupCrossRegionRestore)$", "drop_after")
    answer = await world.api.post("/v1/restores", json=body)
    assert answer.status_code == 202, answer.text
    await world.settle()
    assert (await look(world, answer.json()))["state"] == "succeeded"
    assert len([trigger for trigger in world.triggers if trigger["kind"] != "backup"]) == 1


async def test_what_azures_own_schedule_starts_is_seen(world: World) -> None:
    await world.item()
    await another_tool_backs_up(world)
    world.advance(20_000)
    await slow_sweep(world)
    assert [job["state"] for job in await azures_own(world)] == ["succeeded"]


async def test_a_refreshed_vault_takes_in_what_others_changed_and_keeps_what_we_wrote_since(world: World) -> None:
    """`as_of` of a row is the database's clock, and so is the moment from which the list counts."""
    item = await world.item()
    await world.rows("UPDATE protected_items SET last_backup_status = 'made up' RETURNING id")
    await world.done(f"/v1/vaults/{item['vault_id']}/refresh", {})
    found = (await world.api.get(f"/v1/protected-items/{item['id']}")).json()
    assert found["last_backup_status"] != "made up"


async def test_a_list_by_time_finds_a_job_whose_id_says_another_time(world: World) -> None:
    job = await ask_for_backup(world, await world.item())
    (row,) = await world.rows(
        "SELECT clock_timestamp() - created_at AS age FROM jobs WHERE id = :id", id=UUID(job["id"])
    )
    assert dt.timedelta() <= row["age"] < dt.timedelta(minutes=5), "the time it was asked is the database's"
    page = await world.api.get(
        "/v1/jobs", params={"created_since": job["created_at"], "created_until": job["created_at"]}
    )
    assert job["id"] in [one["id"] for one in page.json()["items"]]
