"""When a job began and ended: Azure's times, and the filters by them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.azure.values import JobOutcome
from app.jobs.lifecycle import Observation, State
from app.jobs.sweep.matching import all_of
from app.jobs.sweep.settle import settle
from app.jobs.sweep.settlement import Settlement
from tests.jobs.job_lists import listed
from tests.jobs.untracked_steps import another_tool_backs_up, azures_own, slow_sweep
from tests.jobs.warning_steps import job
from tests.world import World

HOUR = timedelta(hours=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


async def test_a_job_of_ours_has_azures_times_and_is_found_by_them(world: World) -> None:
    item = await world.item()
    read = await world.back_up(item)
    began, ended = instant(read["started_at"]), instant(read["finished_at"])
    assert timedelta(seconds=4000) < ended - began < timedelta(seconds=5000), "as long as it ran in Azure"
    window = {"kind": "backup", "started_since": (began - HOUR).isoformat(), "finished_until": ended.isoformat()}
    assert await listed(world, **window) == [read["id"]]
    assert await listed(world, kind="backup", finished_since=(ended + HOUR).isoformat()) == []
    assert await listed(world, kind="backup", started_until=(began - HOUR).isoformat()) == []
    (row,) = await world.rows("SELECT sent_at, created_at FROM jobs WHERE id = :id", id=UUID(read["id"]))
    assert row["created_at"] <= row["sent_at"] < row["created_at"] + HOUR, "ages are reckoned by our own clock"


async def test_a_night_is_found_though_it_was_taken_in_at_noon(world: World) -> None:
    await world.item()
    night = datetime.now(UTC)
    await another_tool_backs_up(world)
    world.advance(12 * 3600)
    await slow_sweep(world)
    (read,) = await azures_own(world)
    # As if the rows were made when Azure's clock says it is noon.
    await world.rows(
        "UPDATE jobs SET created_at = created_at + interval '12 hours' WHERE id = :id RETURNING id", id=UUID(read["id"])
    )
    assert night - HOUR < instant(read["started_at"]) < instant(read["finished_at"]) < night + 3 * HOUR
    window = {"started_since": (night - HOUR).isoformat(), "finished_until": (night + 3 * HOUR).isoformat()}
    assert await listed(world, origin="azure", **window) == [read["id"]]


@pytest.mark.parametrize(
    ("began", "ended", "shown"),
    [
        (2, 1, (2, 2)),  # an end before its beginning
        (None, 1, (1, 1)),  # only the end, before we had sent it by our clock
        (2, 3, (2, 3)),
    ],
)
async def test_odd_times_never_make_an_end_before_its_beginning(
    world: World, began: int | None, ended: int, shown: tuple[int, int]
) -> None:
    """Hours before now."""
    now = datetime.now(UTC).replace(microsecond=0)
    hours = {one: now - timedelta(hours=9) + one * HOUR for one in (1, 2, 3)}
    item = await world.item()
    body = {"retain_until": "2036-01-31T00:00:00Z"}
    asked = (await world.api.post(f"/v1/protected-items/{item['id']}/backups", json=body)).json()
    await world.loops["submitting"].run_once()
    (watch,) = await world.rows("SELECT vault_id, fence FROM vault_watches")
    settlement = Settlement(
        job_id=UUID(asked["id"]),
        from_state=State.RUNNING,
        observation=Observation.ENDED_WELL,
        state=State.SUCCEEDED,
        azure_job_id="j",
        azure_status="Completed",
        changed=True,
        noteworthy=False,
        started_at=hours[began] if began else None,
        ended_at=hours[ended],
    )
    place: Any = type("Place", (), {"vault_id": watch["vault_id"], "fence": watch["fence"]})
    async with world.database.begin() as session:
        assert await settle(session, place, [settlement])
    (row,) = await world.rows("SELECT started_at, finished_at FROM jobs WHERE id = :id", id=UUID(asked["id"]))
    assert (row["started_at"], row["finished_at"]) == (hours[shown[0]], hours[shown[1]])


def test_of_several_azure_jobs_the_whole_time_is_shown() -> None:
    at = [datetime(2026, 1, 31, hour, tzinfo=UTC) for hour in range(4)]
    first = replace(job(JobOutcome.SUCCEEDED), started_at=at[1], ended_at=at[3])
    second = replace(job(JobOutcome.FAILED), started_at=at[0], ended_at=at[2])
    whole = all_of([first, second])
    assert (whole.outcome, whole.started_at, whole.ended_at) == (JobOutcome.FAILED, at[0], at[3])
    assert all_of([first, replace(second, ended_at=None)]).ended_at is None


async def test_several_states_and_kinds_are_any_of_them(world: World) -> None:
    read = await world.back_up(await world.item())
    both = await listed(world, kind=["backup", "protect"], state=["succeeded", "failed"], limit=1)
    assert both == [read["id"]]
    everything = await listed(world, kind=["backup", "protect", "create_vault"])
    assert everything[0] == read["id"]
    assert len(everything) == 3
    assert everything == sorted(everything, reverse=True)
    assert await listed(world, kind=["backup", "backup"]) == [read["id"]], "once each"
    assert await listed(world, state=["failed", "running"]) == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("started_since=2026-01-31T00:00:00", "query:started_since"),
        ("finished_until=yesterday", "query:finished_until"),
        ("started_since=2026-01-31T00:00:00Z&started_until=2026-01-30T00:00:00Z", "query:started_until"),
        ("finished_since=2026-01-31T00:00:00Z&finished_until=2026-01-30T00:00:00Z", "query:finished_until"),
        ("state=done", "query:state"),
        ("kind=backup&kind=nap", "query:kind"),
        ("started_since=2026-01-31T00:00:00Z&started_since=2026-01-30T00:00:00Z", "query:started_since"),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_pointer(world: World, query: str, pointer: str) -> None:
    answer = await world.api.get(f"/v1/jobs?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
    assert answer.json()["pointer"] == pointer
