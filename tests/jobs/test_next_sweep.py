"""A look comes when it can bring news: sooner for what can end soon, later for what cannot, never much later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.values import AzureJob, JobOutcome, VaultRef
from app.jobs.lifecycle import State
from app.jobs.sweep.matching import Sighting, Tracked
from app.jobs.sweep.next_sweep import (
    AGE_SHARE,
    BUSY_SHARE,
    PATIENT_POLLS,
    SURELY,
    Look,
    SweepOutcome,
    is_short,
    job_reads_of,
    news_in,
    next_sweep,
    plan_of,
    shortest_after,
    sweep_interval,
)
from app.jobs.sweep.watch import VaultLoad, Watch
from app.jobs.work import Ticket
from tests.jobs.lost_attempts import ask_for_backup
from tests.world import World

POLL = 30.0
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECONDS = st.floats(0, 100_000)


def sighting(
    *, age: float = 0.0, took: float | None = None, outcome: JobOutcome = JobOutcome.RUNNING, watched: bool = False
) -> Sighting:
    began = NOW - timedelta(seconds=age)
    ended = began + timedelta(seconds=took) if took is not None else None
    ticket = Ticket(uuid4(), "backup", "t", State.RUNNING, 1, {}, None, None, None, 0, azure_job_id="j")
    tracked = Tracked(ticket, frozenset(), began, age, watched=watched)
    return Sighting(tracked, AzureJob("j", "a", "Backup", outcome.value, outcome, None, began, ended))


def news_of(*seen: Sighting, shortest: float | None = None, missing: int = 0) -> float:
    left = [one.tracked for one in (*seen, *(sighting() for _ in range(missing)))]
    return news_in(left, seen, {} if shortest is None else {"backup": shortest}, NOW)


def test_a_snapshot_takes_minutes_and_nothing_can_end_before_that() -> None:
    assert news_of(sighting(age=60), shortest=1000) == SURELY * 1000 - 60
    assert sweep_interval(POLL, VaultLoad(), 0.5, news_in=news_of(sighting(age=60), shortest=200)) == SURELY * 200 - 60


def test_what_can_end_soon_is_looked_at_as_often_as_ever() -> None:
    assert sweep_interval(POLL, VaultLoad(), 0.5, news_in=news_of(sighting(age=950), shortest=1000)) == POLL
    assert news_of(sighting(age=60), sighting(age=900), shortest=1000) < POLL, "the first of them counts"


def test_a_job_of_many_hours_is_polled_at_least_once_a_minute() -> None:
    assert news_of(sighting(age=9000)) == 9000 * AGE_SHARE == pytest.approx(2 * POLL)


def test_where_nothing_is_known_nothing_is_waited_for() -> None:
    assert news_of(sighting(age=60)) < 1
    assert news_of(sighting(age=60), missing=1, shortest=1000) == 0, "a job that no list shows"
    assert news_of(sighting(age=60, watched=True), shortest=1000) == 0, "a job that somebody watches"
    assert news_of(sighting(age=60, outcome=JobOutcome.CANCELLING), shortest=1000) == 0
    assert news_of(sighting(age=60, outcome=JobOutcome.FAILED), shortest=1000) == 0, "an end that is not written yet"


@given(st.lists(SECONDS, min_size=1), SECONDS, st.integers(1, 500), st.floats(0, 1))
def test_the_forecast_never_shortens_the_interval_and_is_bounded(
    ages: list[float], shortest: float, busy: int, dice: float
) -> None:
    usual = sweep_interval(POLL, VaultLoad(busy), dice)
    patient = sweep_interval(
        POLL, VaultLoad(busy), dice, news_in=news_of(*(sighting(age=age) for age in ages), shortest=shortest)
    )
    assert usual <= patient <= max(usual, PATIENT_POLLS * POLL * 1.03)


@given(st.lists(st.floats(1, 100_000), min_size=1))
def test_the_shortest_is_never_longer_than_what_was_seen_last(took: list[float]) -> None:
    known: dict[str, float] = {}
    for seconds in took:
        known = shortest_after(known, [sighting(age=200_000, took=seconds, outcome=JobOutcome.SUCCEEDED)])
        assert known["backup"] <= seconds + 1e-5
    assert known["backup"] >= min(took) - 1e-5


def test_one_quick_end_is_forgotten_and_a_failure_says_nothing() -> None:
    known = shortest_after({}, [sighting(age=9000, took=5, outcome=JobOutcome.FAILED)])
    assert known == {}
    known = shortest_after({"backup": 100.0}, [sighting(age=9000, took=1000, outcome=JobOutcome.SUCCEEDED)] * 200)
    assert known["backup"] == 1000


# --- one decision ----------------------------------------------------------------------------------------------------
WATCH = Watch(uuid4(), VaultRef("s", "g", "v"), 1, 2, NOW, tenant="t", ending=0.5, shortest={"backup": 1000.0})


def look(*seen: Sighting, has_ended: bool | None = False) -> Look:
    return Look(seen, [one.tracked for one in seen if one.goes_on], NOW, {"window_pages": 2}, has_ended)


def test_a_vault_with_nothing_left_is_idle_and_keeps_what_was_learnt() -> None:
    found = SweepOutcome([look(sighting(age=900, took=600, outcome=JobOutcome.SUCCEEDED), has_ended=True)])
    following = next_sweep(WATCH, found, POLL, 1.0)
    assert (following.seconds, following.tries, following.usual) == (30 * POLL, 0, None)
    assert following.learnt == {"window_pages": 2, "shortest": {"backup": 600.0}, "ending": 0.65, "is_busy": False}


def test_a_busy_vault_waits_for_the_first_that_can_end_in_either_region() -> None:
    paired = look(sighting(age=860), has_ended=None)
    following = next_sweep(WATCH, SweepOutcome([look(sighting(age=60)), paired]), POLL, 0.5)
    assert (following.seconds, following.usual) == (SURELY * 1000 - 860, POLL)
    assert following.learnt["ending"] == 0.35, "the paired region says nothing of the lists of the vault's own"


def test_jobs_that_only_newer_workers_know_keep_the_vault_busy() -> None:
    following = next_sweep(WATCH, SweepOutcome([look(sighting(age=60))], unknown=1), POLL, 0.5)
    assert (following.seconds, following.learnt["is_busy"]) == (POLL, True)


@pytest.mark.parametrize(("refused", "tries"), [(True, 5), (False, 4)])
def test_a_look_that_failed_decides_alone(refused: bool, tries: int) -> None:  # noqa: FBT001
    watch = replace(WATCH, tries=4)
    found = SweepOutcome([look(sighting(age=60))], again_in=77.0, refused=refused, owes_items=True)
    following = next_sweep(watch, found, POLL, 0.5)
    assert (following.seconds, following.tries, following.usual) == (77.0, tries, None)


def test_owed_items_bring_an_idle_vault_back_sooner_and_hasten_no_busy_one() -> None:
    owed = replace(WATCH, items_owed_for=100.0)
    assert next_sweep(owed, SweepOutcome([look()], owes_items=True), POLL, 0.5).seconds == 100.0
    busy = next_sweep(owed, SweepOutcome([look(sighting(age=60))], owes_items=True), POLL, 0.5)
    assert (busy.seconds, busy.usual) == (POLL, None)


# --- the loop, the rows and the simulated Azure ----------------------------------------------------------------------
async def vault_of(world: World) -> dict[str, Any]:
    (row,) = await world.rows(
        "SELECT extract(epoch FROM due_at - swept_at)::float AS seconds, shortest, usual_at < due_at AS put_off,"
        " extract(epoch FROM usual_at - swept_at)::float AS usual FROM vault_watches"
    )
    return dict(row)


async def backup_is_running(world: World, item: dict[str, Any]) -> dict[str, Any]:
    job = await ask_for_backup(world, item)
    await world.step(10)
    await world.step(10)
    await world.rows("UPDATE jobs SET watched_until = NULL RETURNING id")
    await world.run("observing")
    return job


async def test_a_vault_learns_how_long_its_backups_take_and_waits_while_none_can_end(world: World) -> None:
    item = await world.item()
    await world.back_up(item)
    learnt = (await vault_of(world))["shortest"]["backup"]
    assert learnt > 60
    await backup_is_running(world, item)
    found = await vault_of(world)
    poll = world.settings.poll_seconds
    assert found["put_off"]
    assert PATIENT_POLLS * poll * 0.95 < found["seconds"] < PATIENT_POLLS * poll * 1.05
    assert poll * 0.95 < found["usual"] < poll * 1.05
    world.advance(learnt * SURELY)
    await world.run("observing")
    assert not (await vault_of(world))["put_off"]


async def test_what_begins_while_a_vault_is_put_off_is_looked_at_when_it_would_have_been(world: World) -> None:
    vault = await world.vault()
    items = [await world.item(vm, vault) for vm in ("vm-web-01", "vm-db-01")]
    await world.back_up(items[0])
    await backup_is_running(world, items[0])
    assert (await vault_of(world))["put_off"]
    second = await ask_for_backup(world, items[1])
    for loop in ("submitting", "operations"):
        world.advance(10)
        await world.rows("UPDATE jobs SET due_at = clock_timestamp() RETURNING id")
        await world.loops[loop].run_once()
    (row,) = await world.rows("SELECT azure_job_id FROM jobs WHERE id = :id", id=UUID(second["id"]))
    assert row["azure_job_id"] is not None
    found = await vault_of(world)
    assert not found["put_off"]
    assert found["seconds"] <= found["usual"] + 1e-6


def test_a_list_that_the_hint_asked_for_is_read_also_where_nothing_of_ours_runs() -> None:
    """Else the hint would name the vault again, and the sweep would pass it over again."""
    watch = Watch(uuid4(), VaultRef("s", "g", "v"), 1, 0, NOW, seconds_since_taken_in=POLL)
    assert not plan_of(watch, POLL, 0.5).takes_in
    named = plan_of(replace(watch, is_named=True), POLL, 0.5)
    assert (named.takes_in, named.by_window) == (True, True)


# --- few reads of jobs: a list and a read of one job are the same to Azure ------------------------------------------
@given(
    busy=st.integers(1, 500),
    an_hour=st.none() | st.integers(1, 20_000),
    since=st.floats(0, 1e6),
    dice=st.floats(0, 1, exclude_max=True),
)
def test_while_there_are_few_the_lists_come_first(busy: int, an_hour: int | None, since: float, dice: float) -> None:
    rate = None if an_hour is None else an_hour / 3600
    crowd = VaultLoad(busy, lists_a_second=rate)
    watch = Watch(uuid4(), VaultRef("s", "g", "v"), 1, 0, NOW, crowd=crowd, seconds_since_swept=since)
    allowed = job_reads_of(watch, POLL, dice)
    if rate is None or not is_short(crowd, POLL):
        assert allowed == float("inf")
    else:
        assert allowed <= (1 - BUSY_SHARE) * rate * 3600 / busy + 1


def test_a_hundred_and_fifty_an_hour_leave_a_read_of_one_job_for_every_twentieth_list() -> None:
    crowd = VaultLoad(25, lists_a_second=150 / 3600)
    watch = Watch(uuid4(), VaultRef("s", "g", "v"), 1, 0, NOW, crowd=crowd, seconds_since_swept=600)
    assert is_short(crowd, POLL)
    assert [job_reads_of(watch, POLL, dice) for dice in (0.0, 0.94, 0.96)] == [0, 0, 1]
    assert not is_short(VaultLoad(100, lists_a_second=12_000 / 3600), POLL)
