"""Time as Azure writes it, and the life of a job as a function of its age."""

import pytest

from app.simulator.progress import (
    BACKUP,
    RESTORE_MANAGED,
    TICKS,
    Clock,
    Job,
    iso_duration,
    look,
    parse_filter_time,
    span_text,
    stamp,
    us_date,
)

NOON = 1_588_766_400 * TICKS  # 2020-05-06T12:00:00Z


class Wall:
    """A wall clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON * 100

    def __call__(self) -> int:
        return self.now


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (NOON, "2020-05-06T12:00:00Z"),
        (NOON + 9_781_052, "2020-05-06T12:00:00.9781052Z"),
        (NOON + 6_084_480, "2020-05-06T12:00:00.608448Z"),
        (NOON + 1, "2020-05-06T12:00:00.0000001Z"),
    ],
)
def test_a_stamp_has_up_to_seven_decimals_without_trailing_zeros(instant: int, text: str) -> None:
    assert stamp(instant) == text


@pytest.mark.parametrize(
    ("ticks", "text"),
    [
        (0, "PT0S"),
        (-5, "PT0S"),
        (27_501_425, "PT2.7501425S"),
        (4277 * TICKS + 5_693_204, "PT1H11M17.5693204S"),
        (120 * TICKS, "PT2M"),
        (90_000 * TICKS, "P1DT1H"),
    ],
)
def test_a_duration_is_iso_8601(ticks: int, text: str) -> None:
    assert iso_duration(ticks) == text


def test_property_bags_have_us_dates_with_twelve_hours() -> None:
    assert us_date(NOON) == "5/6/2020 12:00:00 PM"
    assert us_date(NOON - 12 * 3600 * TICKS) == "5/6/2020 12:00:00 AM"
    assert us_date(NOON + 3661 * TICKS) == "5/6/2020 1:01:01 PM"


def test_the_rest_of_a_soft_delete_is_a_dotnet_time_span() -> None:
    assert span_text(14 * 86_400 * TICKS - 166_300_319) == "13.23:59:43.3699681"


def test_a_filter_time_is_utc_with_twelve_hours() -> None:
    assert parse_filter_time("2020-05-06 12:00:00 PM") == NOON
    with pytest.raises(ValueError, match="does not match"):
        parse_filter_time("2020-05-06T12:00:00Z")


def test_the_scale_shortens_durations_but_leaves_stamps_on_the_wall_clock() -> None:
    wall = Wall()
    clock = Clock(100, wall)
    assert clock.now() == NOON
    assert clock.after(NOON, 4500) == NOON + 45 * TICKS
    wall.now += 10 * 10**9
    assert clock.now() == NOON + 10 * TICKS
    assert clock.age(NOON) == pytest.approx(1000)


def test_advance_moves_the_clock_itself_and_restart_takes_it_back() -> None:
    clock = Clock(1, Wall())
    clock.advance(3600)
    assert clock.now() == NOON + 3600 * TICKS
    clock.restart()
    assert clock.now() == NOON


@pytest.mark.parametrize(("scale", "text"), [(1, "60"), (30, "2"), (60, "1"), (600, "1"), (0.5, "120")])
def test_retry_after_is_divided_by_the_scale_but_stays_a_whole_second(scale: float, text: str) -> None:
    assert Clock(scale, Wall()).retry_after() == text


def job_of(life: str) -> Job:
    kind = {"backup": BACKUP, "restore": RESTORE_MANAGED}[life]
    return Job("j", life, kind, NOON, "a", "c", "vm", {}, cancellable=True)


@pytest.mark.parametrize(
    ("age", "status", "snapshot", "transfer"),
    [
        (0, "InProgress", "NotStarted", "NotStarted"),
        (1, "InProgress", "InProgress", "NotStarted"),
        (479, "InProgress", "InProgress", "NotStarted"),
        (481, "InProgress", "Completed", "NotStarted"),
        (651, "InProgress", "Completed", "InProgress"),
        (4499, "InProgress", "Completed", "InProgress"),
        (4500, "Completed", "Completed", "Completed"),
    ],
)
def test_a_backup_takes_a_snapshot_waits_and_transfers(age: int, status: str, snapshot: str, transfer: str) -> None:
    seen = look(job_of("backup"), Clock(1, Wall()), NOON + age * TICKS)
    assert (seen.status, [task[1] for task in seen.tasks]) == (status, [snapshot, transfer])
    assert seen.percent is None
    assert (seen.ended is None) == (status == "InProgress")


@pytest.mark.parametrize(("age", "percent"), [(0, 1.0), (59, 1.0), (61, 50.0), (90, 77.0), (195, 99.0), (200, 100.0)])
def test_a_restore_shows_the_recorded_percentages(age: int, percent: float) -> None:
    assert look(job_of("restore"), Clock(1, Wall()), NOON + age * TICKS).percent == percent


def test_a_cancelled_job_turns_cancelling_first_and_never_completes() -> None:
    job, clock = job_of("backup"), Clock(1, Wall())
    job.cancel_asked = NOON + 10 * TICKS
    statuses = [look(job, clock, NOON + age * TICKS).status for age in (11, 14, 69, 71, 9999)]
    assert statuses == ["InProgress", "Cancelling", "Cancelling", "Cancelled", "Cancelled"]
    assert {task[1] for task in look(job, clock, NOON + 20 * TICKS).tasks} == {"Cancelling"}
