"""Which entry of Azure's list is which job of ours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.values import AzureJob, AzureJobDetails, AzureTask, JobOutcome
from app.jobs.lifecycle import Observation, State
from app.jobs.sweep.listing import WINDOW_MARGIN as MARGIN
from app.jobs.sweep.listing import window_of, window_since
from app.jobs.sweep.matching import OBSERVED, Tracked, match
from app.jobs.sweep.settlement import tasks_of
from app.jobs.work import Ticket

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def azure_job(job_id: str, activity: UUID | str, outcome: JobOutcome = JobOutcome.RUNNING) -> AzureJob:
    return AzureJob(job_id, str(activity), "Backup", "InProgress", outcome, None, NOON, None)


def tracked(*attempts: UUID, azure_job_id: str | None = None, since: datetime = NOON, age: float = 60.0) -> Tracked:
    ticket = Ticket(uuid4(), "backup", "t", State.RUNNING, 1, {}, None, None, None, 0, azure_job_id=azure_job_id)
    return Tracked(ticket, frozenset(attempts), since, age, watched=False)


def test_a_job_is_known_by_azures_id_in_any_case() -> None:
    ours = tracked(uuid4(), azure_job_id="ABC")
    assert [s.tracked for s in match([ours], [azure_job("abc", uuid4())]).sightings] == [ours]


def test_a_job_without_an_id_yet_is_known_by_the_activity_id_of_any_of_its_attempts() -> None:
    first, second = uuid4(), uuid4()
    ours = tracked(first, second)
    matched = match([ours], [azure_job("x", str(second).upper())])
    assert [s.azure.job_id for s in matched.sightings] == ["x"]


def test_a_job_with_an_id_is_not_taken_for_another_by_its_activity() -> None:
    """az reuses one request id for a whole command: the id that Azure gave decides once we have it."""
    attempt = uuid4()
    ours = tracked(attempt, azure_job_id="mine")
    assert match([ours], [azure_job("other", attempt)]).missing == [ours]


def test_what_is_in_no_list_is_missing_and_nothing_else() -> None:
    here, gone = tracked(azure_job_id="here"), tracked(azure_job_id="gone")
    matched = match([here, gone], [azure_job("here", uuid4())])
    assert matched.missing == [gone]


@given(st.integers(min_value=1, max_value=12), st.randoms(use_true_random=False))
def test_order_and_repetition_of_entries_do_not_matter(count: int, random: Random) -> None:
    ours = [tracked(azure_job_id=f"job-{n}") for n in range(count)]
    entries = [azure_job(f"job-{n}", uuid4()) for n in range(count)]
    shuffled = entries + entries[: count // 2]
    random.shuffle(shuffled)
    straight, mixed = match(ours, entries), match(ours, shuffled)
    assert [(s.tracked, s.azure.job_id) for s in mixed.sightings] == [
        (s.tracked, s.azure.job_id) for s in straight.sightings
    ]


# --- a write that begins several Azure jobs ---------------------------------------------------------------------------
ENDS = [JobOutcome.SUCCEEDED, JobOutcome.SUCCEEDED_WITH_WARNINGS, JobOutcome.CANCELLED, JobOutcome.FAILED]
"""From the best to the worst."""
GOING = [JobOutcome.RUNNING, JobOutcome.CANCELLING]


def changing_policy(*azure_job_ids: str, attempt: UUID | None = None) -> Tracked:
    ours = tracked(*([attempt] if attempt else []))
    ticket = replace(ours.ticket, kind="put_policy", azure_job_ids=list(azure_job_ids) or None)
    return replace(ours, ticket=ticket)


@given(st.lists(st.sampled_from(ENDS), min_size=2, max_size=9), st.randoms(use_true_random=False))
def test_several_have_ended_when_each_was_seen_to_and_the_worst_of_them_is_how(
    outcomes: list[JobOutcome], random: Random
) -> None:
    entries = [azure_job(f"Job-{n}", uuid4(), outcome) for n, outcome in enumerate(outcomes)]
    random.shuffle(entries)
    (seen,) = match([changing_policy(*(f"jOB-{n}" for n in range(len(outcomes))))], entries).sightings
    assert seen.azure.outcome is max(outcomes, key=ENDS.index)
    assert not seen.goes_on


@given(st.lists(st.sampled_from(ENDS), min_size=2, max_size=9), st.integers(min_value=0))
def test_as_long_as_one_of_several_was_not_seen_nothing_is_known(outcomes: list[JobOutcome], which: int) -> None:
    entries = [azure_job(f"job-{n}", uuid4(), outcome) for n, outcome in enumerate(outcomes)]
    del entries[which % len(entries)]
    ours = changing_policy(*(f"job-{n}" for n in range(len(outcomes))))
    matched = match([ours], entries)
    assert (matched.sightings, matched.missing) == ([], [ours])


@given(st.lists(st.sampled_from(ENDS), max_size=9), st.sampled_from(GOING))
def test_one_of_several_that_goes_on_tells_enough(outcomes: list[JobOutcome], going: JobOutcome) -> None:
    entries = [azure_job(f"job-{n}", uuid4(), outcome) for n, outcome in enumerate([*outcomes, going])]
    ours = changing_policy(*(f"job-{n}" for n in range(len(entries) + 3)))
    (seen,) = match([ours], entries).sightings
    assert seen.goes_on


def test_no_azure_job_of_a_job_with_several_is_untracked() -> None:
    other = azure_job("other", uuid4())
    matched = match([changing_policy("a", "B")], [azure_job("A", uuid4()), azure_job("b", uuid4()), other])
    assert matched.untracked == [other]


def test_several_that_nobody_named_are_known_by_the_activity_id_that_all_carry() -> None:
    attempt = uuid4()
    ours = changing_policy(attempt=attempt)
    ended, going = azure_job("x", attempt, JobOutcome.FAILED), azure_job("y", attempt)
    assert [s.azure for s in match([ours], [ended, going]).sightings] == [going]
    assert [s.azure for s in match([ours], [ended]).sightings] == [ended]
    assert ours.owns_several


def test_a_policy_that_one_item_follows_is_one_azure_job() -> None:
    ours = changing_policy()
    assert not replace(ours, ticket=replace(ours.ticket, azure_job_id="only")).owns_several


def test_the_window_spans_from_the_oldest_attempt_to_now_with_a_margin() -> None:
    hour = timedelta(hours=1)
    old, young = tracked(since=NOON - 5 * hour, age=6 * 3600), tracked(since=NOON, age=3600)
    assert window_of([young, old], NOON + hour) == (NOON - 5 * hour - MARGIN, NOON + hour + MARGIN)


CLOCKS = st.timedeltas(min_value=timedelta(days=-2), max_value=timedelta(days=2))


@given(CLOCKS, st.floats(min_value=0, max_value=1e5), st.floats(min_value=0, max_value=1))
def test_the_window_shows_the_job_whatever_the_clocks_are_apart(apart: timedelta, age: float, when: float) -> None:
    """Azure started the job some time between the attempt and now; its clock may be far from the database's."""
    azure_now = NOON + timedelta(seconds=age) + apart
    started = azure_now - timedelta(seconds=age * when)
    start, end = window_since(NOON, age, azure_now)
    assert start <= started <= end


@given(CLOCKS, st.floats(min_value=0, max_value=1e5))
def test_the_window_shows_the_job_when_azures_clock_was_moved_on_meanwhile(jump: timedelta, age: float) -> None:
    """As `/_simulator/advance` does: the job was stamped before the jump, the look comes after it."""
    started = NOON + timedelta(seconds=age / 2)
    start, end = window_since(NOON, age, NOON + timedelta(seconds=age) + abs(jump))
    assert start <= started <= end


@pytest.mark.parametrize("outcome", list(JobOutcome))
def test_every_outcome_is_an_observation(outcome: JobOutcome) -> None:
    assert OBSERVED[outcome] in Observation


def test_a_status_never_seen_goes_on_and_its_tasks_are_shown_as_they_are() -> None:
    details = AzureJobDetails(tasks=(AzureTask("Take Snapshot", "InProgress"), AzureTask("Think", "Pondering")))
    job = AzureJob("x", "y", "Backup", "Levitating", JobOutcome.RUNNING, None, None, None, details=details)
    assert match([tracked(azure_job_id="x")], [job]).sightings[0].goes_on
    assert tasks_of(job) == [{"name": "Take Snapshot", "state": "running"}, {"name": "Think", "state": "pondering"}]
