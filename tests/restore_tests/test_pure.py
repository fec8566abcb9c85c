"""Pure rules: when a test is due, whom it takes, what passes a level, what a run does next."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from app.azure.compute.values import (
    Agent,
    AttachedDisk,
    Machine,
    ManagedDisk,
    ScriptRun,
    ScriptState,
)
from app.azure.names import read_vm_id
from app.jobs.lifecycle import TERMINAL, State
from app.restore_tests import schedule as schedules
from app.restore_tests.levels import (
    ORDER,
    OS_DISK,
    Expected,
    Level,
    expected_luns,
    is_unchanged,
    judge_boot,
    judge_disks,
    judge_script,
)
from app.restore_tests.rules import (
    RESTORE_WITHIN,
    RunState,
    RunView,
    Step,
    is_late,
    longest,
    next_level,
    next_step,
    seconds_to_next_look,
)
from app.restore_tests.sampling import Candidate, sample
from app.restore_tests.schedule import Schedule

T0 = datetime(2026, 3, 28, 12, tzinfo=UTC)
BERLIN = "Europe/Berlin"


# --- when ------------------------------------------------------------------------------------------------------------
def dues(cron: str, zone: str, after: datetime, count: int) -> list[str]:
    found, at = [], after
    for _ in range(count):
        due = schedules.next_due(Schedule(cron, zone, 60), at)
        assert due is not None
        found.append(due.strftime("%m-%d %H:%M"))
        at = due
    return found


def test_a_time_that_a_night_leaves_out_is_met_and_one_that_comes_twice_is_met_once() -> None:
    """Berlin: on 2026-03-29 there is no 02:30; on 2026-10-25 there are two."""
    assert dues("30 2 * * *", BERLIN, T0, 3) == ["03-29 01:00", "03-30 00:30", "03-31 00:30"]
    assert dues("30 2 * * *", BERLIN, datetime(2026, 10, 24, 12, tzinfo=UTC), 3) == [
        "10-25 00:30",
        "10-26 01:30",
        "10-27 01:30",
    ]
    assert dues("0 4 29 2 *", "UTC", T0, 1) == ["02-29 04:00"]


@pytest.mark.parametrize(
    "cron",
    ["* * * * *", "*/30 * * * *", "0 4 31 2 *", "0 4", "0 0 4 * * *", "61 4 * * *", "x", "@daily", "0 4 * * FOO"],
)
def test_an_expression_that_is_wrong_or_comes_too_often_is_refused(cron: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        schedules.check(Schedule(cron, "UTC", 60), T0)
    with pytest.raises(ValueError, match="Nowhere"):
        schedules.check(Schedule("0 4 * * *", "Mars/Nowhere", 60), T0)


# --- whom ------------------------------------------------------------------------------------------------------------
def test_a_sample_can_be_made_again_and_takes_the_longest_untested_first() -> None:
    many = [Candidate(UUID(int=n), T0 + timedelta(days=n) if n % 3 else None) for n in range(1, 40)]
    one = sample(many, "random", 7, 5, 1)
    assert one == sample(many[::-1], "random", 7, 5, 1)
    assert one == sample(many, "random", 20, 5, 1)[:7]
    assert one != sample(many, "random", 7, 6, 1)
    assert one != sample(many, "random", 7, 5, 2), "each round of a seed has its own sample"
    seen = {item for number in range(400) for item in sample(many, "random", 2, 5, number)}
    assert seen == {each.id for each in many}, "in time every VM is tested"
    longest_first = sample(many, "longest_untested", 15, 0, 1)
    assert [item.int % 3 for item in longest_first[:13]] == [0] * 13
    assert [item.int for item in longest_first[13:]] == [1, 2]
    assert sample(many, "all", None, 0, 1) == [one.id for one in many]


WEB = f"/subscriptions/{UUID(int=1)}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/VM-web"


# --- what passes -----------------------------------------------------------------------------------------------------
def disk(lun: int | None, size: int | None = 32) -> AttachedDisk:
    return AttachedDisk(f"/d/{lun}", f"disk-{lun}", lun, size, None)


def machine(*luns: int, size: int = 32) -> Machine:
    return Machine(
        vm=read_vm_id(WEB),
        location="westus",
        unique_id="u",
        provisioning="Succeeded",
        created_at=T0,
        power="running",
        agent=None,
        computer_name=None,
        os_name=None,
        os_disk=disk(None),
        data_disks=tuple(disk(lun, size) for lun in luns),
        interfaces=(),
    )


@pytest.mark.parametrize(
    ("seen", "expected", "verdict"),
    [
        (machine(0, 1), Expected(3, (0, 1), {0: 32}), "passed"),
        (machine(1, 0), Expected(3, (0, 1)), "passed"),
        (machine(0), Expected(3, (0, 1)), "failed"),
        (machine(0, 5), Expected(3, (0, 1)), "failed"),
        (machine(0, 1), Expected(3), "passed"),
        (machine(0), Expected(3), "failed"),
        (machine(0), Expected(), "not_proven"),
        (machine(0, size=64), Expected(2, (0,), {0: 32}), "failed"),  # no disk shrinks
        (machine(0, size=16), Expected(2, (0,), {0: 32}), "not_proven"),  # or the source has grown since
        (replace(machine(0), data_disks=(disk(0, None),)), Expected(2, (0,), {0: 32}), "waiting"),
        (machine(0), Expected(2, (0,), {OS_DISK: 16}), "failed"),
        (replace(machine(0), data_disks=None), Expected(), "waiting"),
        (replace(machine(0), os_disk=None), Expected(1), "waiting"),
    ],
)
def test_disks_are_compared_with_what_the_point_says(seen: Machine, expected: Expected, verdict: str) -> None:
    judged = judge_disks(seen, expected, is_source_unchanged=True)
    assert judged.verdict == verdict
    assert (judged.remedy is None) == (verdict != "failed")


@pytest.mark.parametrize(
    ("seen", "expected", "verdict"),
    [
        (machine(0, 5), Expected(3, (0, 1), luns_by_source=True), "not_proven"),  # a person put the disk elsewhere
        (machine(0, 5), Expected(3, (0, 1)), "failed"),  # the point says it itself
        (machine(0, size=64), Expected(2, (0,), {0: 32}), "not_proven"),  # a person put a smaller one there
        (machine(0), Expected(3, (0, 1), luns_by_source=True), "failed"),  # their number is the point's
        (machine(0, 1), Expected(3, (0, 1), {0: 32, 1: 32}, luns_by_source=True), "passed"),
    ],
)
def test_a_source_that_was_changed_since_the_point_makes_no_false_alarm(
    seen: Machine, expected: Expected, verdict: str
) -> None:
    assert judge_disks(seen, expected, is_source_unchanged=False).verdict == verdict


def test_a_source_is_unchanged_only_where_azure_says_so() -> None:
    plain = ManagedDisk("/d/0", "westus", {}, "u", "Succeeded", 32, "Attached", ("/vm",), T0, T0)
    later = T0 + timedelta(hours=1)
    assert is_unchanged([plain], later)
    assert not is_unchanged([plain], T0)
    assert not is_unchanged([plain, replace(plain, ownership_at=later)], later)
    assert not is_unchanged([replace(plain, created_at=None)], later)
    assert not is_unchanged([replace(plain, ownership_at=None)], later)


def test_what_the_point_says_of_its_disks() -> None:
    assert expected_luns((2, 0), 9, [7]) == Expected(3, (0, 2))
    assert expected_luns(None, 3, [1, 0]) == Expected(3, (0, 1), luns_by_source=True)
    assert expected_luns(None, 3, [1]) == Expected(3)
    assert expected_luns(None, 3, None) == Expected(3)
    assert expected_luns(None, None, [1]) == Expected()


def test_a_machine_has_booted_when_its_agent_reports_after_the_restore() -> None:
    ready = Agent(
        is_ready=True, code="ProvisioningState/succeeded", said="Guest Agent is running", at=T0 + timedelta(seconds=1)
    )
    up = replace(machine(), agent=ready)
    assert judge_boot(up, T0).verdict == "passed"
    assert judge_boot(up, T0).at == ready.at
    for not_yet in (
        replace(up, agent=None),
        replace(up, power="starting"),
        replace(up, power=None),
        replace(up, agent=replace(ready, is_ready=False)),
        replace(up, agent=replace(ready, at=T0)),
        replace(up, agent=replace(ready, at=None)),
    ):
        assert judge_boot(not_yet, T0).verdict == "waiting"


def script(state: ScriptState, exit_code: int | None, provisioning: str = "Succeeded", output: str = "") -> ScriptRun:
    return ScriptRun("c", provisioning, state, exit_code, "", output, "", T0, T0 + timedelta(seconds=2))


@pytest.mark.parametrize(
    ("run", "verdict"),
    [
        (script(ScriptState.SUCCEEDED, 0), "passed"),
        (script(ScriptState.SUCCEEDED, 1), "failed"),
        (script(ScriptState.SUCCEEDED, None), "failed"),
        (script(ScriptState.FAILED, 127), "failed"),
        (script(ScriptState.FAILED, 0), "failed"),
        (script(ScriptState.TIMED_OUT, None), "failed"),
        (script(ScriptState.CANCELLED, None), "failed"),
        (script(ScriptState.RUNNING, None, "Creating"), "waiting"),
        (script(ScriptState.PENDING, 0), "waiting"),
        (script(ScriptState.UNKNOWN, 0), "waiting"),
        (script(ScriptState.UNKNOWN, None, "Failed"), "failed"),
    ],
)
def test_a_script_is_judged_by_its_exit_code_and_not_by_its_provisioning(run: ScriptRun, verdict: str) -> None:
    assert judge_script(run).verdict == verdict


def test_of_a_long_output_the_end_is_kept() -> None:
    judged = judge_script(script(ScriptState.FAILED, 1, output="x" * 9000 + "end"))
    assert len(judged.facts["output"]) == 4096
    assert judged.facts["output"].endswith("end")
    assert "xend" not in judged.detail, "evidence, events and mails say the detail"


# --- what next -------------------------------------------------------------------------------------------------------
VIEW = RunView(
    state=RunState.WAITING,
    moment=T0,
    since=T0,
    levels=ORDER,
    passed=(),
    begin_by=T0 + timedelta(hours=1),
    script_seconds=60,
    check_minutes=30,
    keep_minutes=10,
)


def later(view: RunView, **passed: float) -> RunView:
    return replace(view, moment=view.moment + timedelta(**passed))


def test_a_run_waits_for_its_turn_and_not_longer_than_its_window() -> None:
    assert next_step(VIEW) is Step.NOTHING
    assert next_step(replace(VIEW, is_its_turn=True)) is Step.BEGIN
    assert next_step(replace(VIEW, is_its_turn=True, is_cancelled=True)) is Step.GIVE_UP
    assert next_step(later(replace(VIEW, is_its_turn=True), hours=1)) is Step.GIVE_UP


def test_a_restore_is_followed_to_its_end() -> None:
    restoring = replace(VIEW, state=RunState.RESTORING)
    for state in State:
        step = next_step(replace(restoring, restore=state))
        wanted = {State.SUCCEEDED: Step.RESTORE_ENDED, State.SUCCEEDED_WITH_WARNINGS: Step.RESTORE_ENDED}
        assert step is wanted.get(state, Step.RESTORE_FAILED if state in TERMINAL else Step.NOTHING)
    assert next_step(replace(restoring, restore=State.NEEDS_ATTENTION, moment=T0 + RESTORE_WITHIN)) is Step.TIME_OUT


def test_a_restore_that_was_not_sent_is_withdrawn_with_its_round_and_a_late_one_is_waited_for() -> None:
    cancelled = replace(VIEW, state=RunState.RESTORING, is_cancelled=True)
    late = replace(VIEW, state=RunState.TEARING_DOWN, moment=T0 + timedelta(days=6))
    for state in State:
        unsent = state in {State.QUEUED, State.AWAITING_APPROVAL}
        if state not in TERMINAL:
            assert next_step(replace(cancelled, restore=state)) is (Step.WITHDRAW if unsent else Step.NOTHING)
        waits = Step.WITHDRAW if unsent else Step.NOTHING
        assert next_step(replace(late, restore=state)) is (Step.TEAR_DOWN if state in TERMINAL else waits)
    lost = later(replace(late, restore=State.NEEDS_ATTENTION), days=1)
    assert next_step(lost) is Step.END_LEFT, "and it says what may come"


def test_a_verdict_that_came_in_time_counts_although_it_is_read_late() -> None:
    view = replace(VIEW, state=RunState.VERIFYING, passed=ORDER[:3], moment=T0 + timedelta(hours=5))
    assert next_step(view) is Step.TIME_OUT
    assert next_step(replace(view, has_verdict=True)) is Step.LOOK


def test_levels_are_looked_at_in_order_each_with_its_own_clock() -> None:
    assert next_level([Level.BOOTS, Level.RESTORED], []) is Level.RESTORED
    for number, level in enumerate(ORDER):
        view = replace(VIEW, state=RunState.VERIFYING, passed=ORDER[:number])
        assert next_step(view) is Step.LOOK
        late = replace(view, moment=T0 + longest(level, view))
        assert not is_late(replace(late, moment=late.moment - timedelta(seconds=1)), level)
        assert is_late(late, level)
        assert next_step(late) is (Step.TIME_OUT if level is Level.YOUR_CHECK else Step.LOOK), "a last look tells why"
        assert next_step(later(late, hours=6)) is Step.TIME_OUT, "also where Azure is away"
        assert next_step(replace(view, is_cancelled=True)) is Step.GIVE_UP
    assert next_step(replace(VIEW, state=RunState.VERIFYING, passed=ORDER)) is Step.CONCLUDE


def test_a_machine_is_kept_as_long_as_the_test_says_then_it_goes() -> None:
    keeping = replace(VIEW, state=RunState.KEEPING)
    assert next_step(later(keeping, minutes=9.9)) is Step.NOTHING
    assert next_step(later(keeping, minutes=10)) is Step.TEAR_DOWN
    assert next_step(replace(keeping, is_cancelled=True)) is Step.TEAR_DOWN
    assert next_step(replace(keeping, keep_minutes=0)) is Step.TEAR_DOWN
    assert seconds_to_next_look(later(keeping, minutes=9), 30) == 60


def test_a_machine_is_looked_at_soon_and_then_ever_more_seldom() -> None:
    """So a level ends at most a tenth later than Azure did, and a machine is not read more often than Azure allows."""
    view = replace(VIEW, state=RunState.VERIFYING)
    waited, looks = 0.0, 0
    while waited < 1800:
        seconds = seconds_to_next_look(later(view, seconds=waited), 30)
        assert seconds <= max(2.0, waited / 10) + 0.001
        waited, looks = waited + seconds, looks + 1
        assert looks <= 36 + waited / 5, "36 at once, then twelve a minute"
    assert looks < 210


def test_a_tear_down_is_followed_and_made_again_after_a_while() -> None:
    going = replace(VIEW, state=RunState.TEARING_DOWN)
    assert next_step(going) is Step.TEAR_DOWN
    assert next_step(replace(going, tear_downs=1)) is Step.NOTHING
    assert next_step(later(replace(going, tear_downs=1), minutes=10)) is Step.TEAR_DOWN
    assert next_step(replace(going, tear_down=State.RUNNING)) is Step.NOTHING
    assert next_step(replace(going, tear_down=State.FAILED)) is Step.TAKE_STOCK
    assert next_step(later(replace(going, tear_down=State.NEEDS_ATTENTION), hours=24)) is Step.END_LEFT


def test_every_run_ends_though_nothing_answers() -> None:
    """From every state, with every end of its jobs or none: time alone moves it on."""
    jobs: Sequence[State | None] = (None, *State)
    for state, restore, tear_down in product(RunState, jobs, jobs):
        if state is RunState.ENDED:
            continue
        view = replace(VIEW, state=state, restore=restore, tear_down=tear_down, moment=T0 + timedelta(days=30))
        assert next_step(view) is not Step.NOTHING, (state, restore, tear_down)
