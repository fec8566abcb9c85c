"""Modules whose wall clock is ten minutes off: what is due, whose lease it is, how old an attempt is and which window
is asked for are said by the database's clock and by Azure's, never by the process's.

One process here is everything, so it is the modules of ours that get a wrong clock, wherever they read one; the
simulator, the database, the issuer of tokens and other people's packages keep the right one. That way more of what can
be asked for is walked through than by whole programs with a wrong clock (tests/stories/test_wrong_clocks.py).
"""

import datetime as dt
import sys
import time
from collections.abc import Iterator
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any, NamedTuple, Self
from uuid import UUID

import pytest
import uuid_utils.compat as uuids

from app.azure.sdk.client import build_azure
from app.jobs.loops.submit import LEASE
from app.worker import loops_of
from tests.jobs.lost_attempts import ask_for_backup, claim_and_die, end_leases, look
from tests.jobs.untracked_steps import another_tool_backs_up, azures_own, slow_sweep
from tests.restores.restore_requests import WAYS
from tests.whole import some_of
from tests.world import World

TEN_MINUTES = 600.0


def modules_of_ours() -> list[ModuleType]:
    """Not the simulator's: it is Azure."""
    return [
        module
        for name, module in list(sys.modules.items())
        if name.startswith("app.") and not name.startswith("app.simulator")
    ]


def functions_of(module: ModuleType) -> Iterator[FunctionType]:
    for value in list(vars(module).values()):
        for one in list(vars(value).values()) if isinstance(value, type) else (value,):
            if isinstance(one, FunctionType) and one.__module__ == module.__name__:
                yield one


@pytest.fixture(params=[TEN_MINUTES, -TEN_MINUTES], ids=["fast", "slow"])
def off(request: pytest.FixtureRequest) -> float:
    seconds: float = request.param
    return seconds


@pytest.fixture
def wrong_clock(off: float, world: World, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many modules read the wall clock, and now a wrong one."""

    class WrongDatetime(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Self:
            return super().now(tz) + dt.timedelta(seconds=off)

    def wrong_now() -> float:
        return time.time() + off

    wrong_time = SimpleNamespace(**vars(time) | {"time": wrong_now})
    made = uuids.uuid7
    wrong_ids = SimpleNamespace(**vars(uuids) | {"uuid7": lambda: UUID(int=made().int + (int(off * 1000) << 80))})
    wrong: dict[int, Any] = {id(dt.datetime): WrongDatetime, id(time): wrong_time, id(uuids): wrong_ids}
    found = 0
    for module in modules_of_ours():
        for name, value in list(vars(module).items()):
            if id(value) in wrong:
                monkeypatch.setattr(module, name, wrong[id(value)])
                found += 1
        for function in functions_of(module):
            given = function.__defaults__ or ()
            if time.time in given:
                told = tuple(wrong_now if value is time.time else value for value in given)
                monkeypatch.setattr(function, "__defaults__", told)
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


@pytest.mark.parametrize("way", some_of(["disks", "disks in the secondary region"], short=2))
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


class Given(NamedTuple):
    token: str
    expires_on: int


class Identity:
    """Names the end of each token as a time of day, as managed identities do. The first one has little time left."""

    def __init__(self, world: World, *, left: float) -> None:
        self._world = world
        self._lives = [left]
        self.asked = 0

    async def get_token(self, *scopes: str) -> Given:
        del scopes
        self.asked += 1
        ends_at = int(time.time() + (self._lives.pop() if self._lives else 3600))
        return Given(self._world.token(aud="https://management.azure.com", exp=ends_at), ends_at)


async def test_a_token_for_azure_that_ends_at_a_time_of_day_is_asked_for_early_or_used_too_long(
    world: World, off: float
) -> None:
    """docs/reliability.md, What is not promised: the job fails, nothing is done, and it can be asked for again."""
    item = await world.item()
    identity = Identity(world, left=-TEN_MINUTES / 10 if off < 0 else TEN_MINUTES / 10)
    azure = build_azure("https://management.azure.com", http=world.http, credential=identity, gate=world.budgets)
    submitting = loops_of(world.settings, world.database, azure)["submitting"]
    job = await ask_for_backup(world, item)
    await submitting.run_once()
    first = await look(world, job)
    if off > 0:
        assert (first["state"], len(world.triggers)) == ("running", 1)
        return
    assert (first["state"], first["error"]["code"], world.triggers) == ("failed", "azure_denied", [])
    again = await ask_for_backup(world, item)
    await submitting.run_once()
    assert ((await look(world, again))["state"], len(world.triggers), identity.asked) == ("running", 1, 2)
