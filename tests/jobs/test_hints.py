"""The hint: what its rows mean, whether it is any good, and how many lists it may bring forward. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.azure.graph.values import GraphJob
from app.azure.values import VaultRef
from app.jobs.hints.news import Followed, asked_of, news_of, vault_key
from app.jobs.hints.pacing import (
    MOST_OWED,
    MOST_SAVED,
    USED,
    Allowance,
    could_help,
    lists_to_bring,
    longest_lag,
    look_back,
    saved_after,
)
from app.jobs.hints.trust import (
    BLIND_FOR,
    ENOUGH,
    SLACK,
    End,
    Ended,
    Evidence,
    Judged,
    Trust,
    Verdict,
    after,
    evidence_of,
    judge,
    lag_of,
)
from app.jobs.sweep.next_sweep import stretched_interval
from app.jobs.sweep.watch import HINT_PROVEN_FOR

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
VAULT = VaultRef("Sub", "Group", "Vault")
MINUTE = timedelta(minutes=1)
LIMIT = 5 * MINUTE


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def row(job_id: str = "Job", *, began: float = 60, ended: float | None = None, vault: VaultRef = VAULT) -> GraphJob:
    """Times in minutes ago."""
    status = "InProgress" if ended is None else "Completed"
    return GraphJob(job_id, vault, job_id, status, "Backup", ago(began), None if ended is None else ago(ended))


def followed(listed: float | None = 5, vault: VaultRef = VAULT) -> Followed:
    key = vault_key(vault.subscription_id, vault.resource_group, vault.name)
    return Followed(uuid4(), key, None if listed is None else ago(listed))


# --- news ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("is_known", [True, False, None])
@pytest.mark.parametrize("listed", [None, 5.0, 1.0])
@pytest.mark.parametrize("ended", [None, 3.0, -1.0, -5.0])
@pytest.mark.parametrize("began", [60.0, 4.0, 2.0])
def test_news_is_what_came_after_the_last_list_and_no_row_shows(
    is_known: bool | None,  # noqa: FBT001 - True: our row has ended, False: it runs, None: there is none
    listed: float | None,
    ended: float | None,
    began: float,
) -> None:
    vault, one = followed(listed), row(began=began, ended=ended)
    found = news_of([one], [vault], {} if is_known is None else {(vault.vault_id, "job"): is_known}, NOW)
    if ended is not None:
        expected = is_known is not True and ended >= -2 and (listed is None or ended < listed)
    else:
        expected = is_known is None and began > 3 and (listed is None or began < listed)
    assert [news.followed for news in found] == [vault] * expected
    assert all(news.ended_at == one.ended_at for news in found)


def test_names_are_one_in_any_letter_case_and_each_tenant_that_follows_the_vault_hears_of_it() -> None:
    first, second, other = followed(), followed(), followed(vault=replace(VAULT, name="other"))
    shown = row(ended=1, vault=VaultRef("SUB", "GROUP", "vault"))
    found = news_of([shown], [first, second, other], {(first.vault_id, "job"): False}, NOW)
    assert {news.followed.vault_id for news in found} == {first.vault_id, second.vault_id}


def test_the_oldest_list_comes_first_and_what_only_began_last() -> None:
    vaults = [followed(listed, replace(VAULT, name=str(number))) for number, listed in enumerate((9.0, 8.0, 30.0))]
    rows = [
        row("a", ended=2, vault=replace(VAULT, name="0")),
        row("b", ended=7, vault=replace(VAULT, name="1")),
        row("c", ended=1, vault=replace(VAULT, name="1")),
        row("d", began=20, vault=replace(VAULT, name="2")),
    ]
    found = news_of(rows, vaults, {}, NOW)
    assert [news.followed.vault[2] for news in found] == ["0", "1", "2"]
    assert found[1].ended_at == ago(7)
    assert {job for _, job in asked_of(rows, vaults)} == {"a", "b", "c", "d"}


@given(
    listed=st.none() | st.floats(0, 100),
    rows=st.lists(st.tuples(st.sampled_from("abc"), st.floats(-50, 100), st.none() | st.floats(-50, 100)), max_size=12),
    states=st.dictionaries(st.sampled_from("abc"), st.booleans()),
)
def test_whatever_a_hint_says_a_list_that_begins_now_silences_it(
    listed: float | None, rows: Sequence[tuple[str, float, float | None]], states: dict[str, bool]
) -> None:
    """Each row brings a list forward at most once, but for those of a time to come: and these must come first."""
    vault = followed(listed)
    shown = [row(name, began=began, ended=ended) for name, began, ended in rows]
    known = {(vault.vault_id, name): state for name, state in states.items()}
    assert all(news.followed == vault for news in news_of(shown, [vault], known, NOW))
    later = replace(vault, listed_at=NOW + timedelta(minutes=2))
    assert not news_of(shown, [later], known, NOW)


# --- trust -----------------------------------------------------------------------------------------------------------
def compared(lag: float, *, ends: int = 40, hidden: int = 0, vaults: int = 4) -> Evidence:
    """One end each quarter of a minute, shown after `lag` minutes; of ten, so many are never shown."""
    known = [followed(0, replace(VAULT, name=str(number))) for number in range(vaults)]
    truth, rows = [], []
    for number in range(ends):
        age, vault = number / 4, known[number % vaults]
        truth.append(Ended(vault.vault_id, f"job{number}", ago(age)))
        if age >= lag and number % 10 >= hidden:
            rows.append(row(f"JOB{number}", ended=age, vault=VaultRef(*vault.vault)))
    states = {(one.vault_id, one.job_id): True for one in truth}
    return evidence_of(rows, known, states, truth, NOW, recent=ago(5), taken_in={})


@pytest.mark.parametrize("lag", [0.0, 0.5, 1.0, 2.0, 4.0])
def test_the_lag_is_how_old_an_end_is_before_it_is_shown(lag: float) -> None:
    evidence = compared(lag)
    assert lag_of(evidence.ends) == timedelta(minutes=lag)
    judged = judge(evidence, None, longest_lag=LIMIT)
    assert (judged.verdict, judged.lag) == (Verdict.GOOD, timedelta(minutes=lag))


@pytest.mark.parametrize("evidence", [compared(6.0), compared(100.0), compared(0.5, hidden=3), compared(100, ends=4)])
def test_a_hint_that_is_late_missing_or_full_of_holes_is_never_good(evidence: Evidence) -> None:
    assert judge(evidence, None, longest_lag=LIMIT).verdict is not Verdict.GOOD
    assert judge(evidence, MINUTE, longest_lag=LIMIT).verdict is not Verdict.GOOD


@pytest.mark.parametrize("limit", [5.0, 1.25])
def test_a_hint_that_was_late_is_trusted_again_soon_after_it_is_in_time(limit: float) -> None:
    """Also where its lag was far above the limit, and where it grew within the limit."""
    longest = limit * MINUTE
    for late in (400 / 60, 9.0, 30.0):
        trust = Trust(MINUTE, ago(1))
        for evidence, is_trusted in ((compared(late, ends=200), False), (compared(1.0), True), (compared(1.0), True)):
            trust = after(trust, judge(evidence, trust.lag, longest_lag=longest), NOW)
            assert (trust.proven_at is not None) == is_trusted, (late, trust)
        assert trust.lag == MINUTE
    trust = Trust(MINUTE / 2, ago(1))
    for _ in range(2):
        trust = after(trust, judge(compared(limit), trust.lag, longest_lag=longest), NOW)
    assert trust.proven_at == NOW


def test_ends_that_are_all_old_and_all_shown_do_not_say_that_the_hint_is_late() -> None:
    """As after a pause of the lists: nothing young is known to have ended."""
    old = [End(UUID(int=1), 4 * MINUTE + number * SLACK, shown=True) for number in range(20)]
    assert judge(Evidence(old), MINUTE, longest_lag=LIMIT) == Judged(Verdict.GOOD, MINUTE)
    older = [replace(end, age=end.age + LIMIT) for end in old]
    assert judge(Evidence(older), MINUTE, longest_lag=LIMIT) == Judged(Verdict.GOOD, MINUTE)
    assert judge(Evidence(older), None, longest_lag=LIMIT).verdict is Verdict.SILENT
    young = [End(UUID(int=1), MINUTE, shown=False) for _ in range(3)]
    assert judge(Evidence([*older, *young]), None, longest_lag=LIMIT).verdict is Verdict.BAD


def test_a_hint_that_shows_nothing_is_bad_as_soon_as_enough_has_ended() -> None:
    assert judge(compared(1000, ends=30), MINUTE, longest_lag=MINUTE).verdict is Verdict.BAD
    assert judge(compared(0, ends=ENOUGH - 1), None, longest_lag=LIMIT).verdict is Verdict.SILENT
    assert judge(Evidence(), None, longest_lag=LIMIT).verdict is Verdict.SILENT


def test_an_end_of_a_job_that_ran_by_a_later_list_is_wrong_and_one_of_ours_that_ended_is_right() -> None:
    vault = followed(listed=1)
    rows = [row("a", ended=3), row("b", ended=4), row("c", ended=0.5), row("d", ended=3), row("e")]
    known = {(vault.vault_id, name): name == "b" for name in "abce"}
    evidence = evidence_of(rows, [vault], known, [], NOW, recent=ago(5), taken_in={})
    assert (evidence.wrong, evidence.right) == (1, 1), "a; b. c ended after the list, d is not known, e runs"
    assert judge(evidence, MINUTE, longest_lag=LIMIT).verdict is Verdict.BAD


def test_a_hint_whose_lists_show_no_end_is_bad_whatever_it_shows() -> None:
    brought = [replace(followed(1), named_at=ago(2), swept_at=ago(1)) for _ in range(10)]
    truth = [Ended(one.vault_id, "job", ago(3), seen_at=ago(1.5)) for one in brought[:4]]
    evidence = evidence_of([], brought, {}, truth, NOW, recent=ago(5), taken_in={})
    assert (evidence.futile, evidence.useful) == (6, 4)
    assert judge(replace(compared(1), futile=6, useful=4), MINUTE, longest_lag=LIMIT).verdict is Verdict.BAD
    assert judge(replace(compared(1), futile=4, useful=4), MINUTE, longest_lag=LIMIT).verdict is Verdict.GOOD
    begun = dict.fromkeys([one.vault_id for one in brought[2:7]], ago(1.5))
    evidence = evidence_of([], brought, {}, truth, NOW, recent=ago(5), taken_in=begun)
    assert (evidence.futile, evidence.useful) == (3, 7), "a job that was not known is news, too"
    old = dict.fromkeys(begun, ago(2.5))
    assert evidence_of([], brought, {}, truth, NOW, recent=ago(5), taken_in=old).useful == 4
    for one in (replace(brought[0], swept_at=ago(3)), replace(brought[0], named_at=ago(6))):
        assert evidence_of([], [one], {}, [], NOW, recent=ago(5), taken_in={}).futile == 0, (
            "not read yet, or too long ago"
        )


def test_a_vault_that_it_does_not_show_is_known_apart() -> None:
    evidence = compared(1.0, ends=80, vaults=20)
    blind = evidence.ends[0].vault_id
    ends = [replace(end, shown=end.shown and end.vault_id != blind) for end in evidence.ends]
    judged = judge(replace(evidence, ends=ends), MINUTE, longest_lag=LIMIT)
    assert (judged.verdict, judged.blind) == (Verdict.GOOD, frozenset({blind}))
    trust = after(Trust(), judged, NOW)
    assert trust.blind == {blind: NOW}
    assert after(trust, Judged(Verdict.GOOD, MINUTE), NOW + BLIND_FOR).blind == {}


def test_trust_ends_with_the_first_bad_answer_and_after_an_hour_of_silence() -> None:
    good = after(Trust(), Judged(Verdict.GOOD, MINUTE), NOW)
    assert good.proven_at == NOW
    silent = after(good, Judged(Verdict.SILENT, MINUTE), NOW + HINT_PROVEN_FOR / 2)
    assert silent.proven_at == NOW
    assert after(silent, Judged(Verdict.SILENT, MINUTE), NOW + HINT_PROVEN_FOR).proven_at is None
    assert after(silent, Judged(Verdict.BAD, MINUTE), NOW).proven_at is None
    assert after(Trust(), Judged(Verdict.SILENT, None), NOW).proven_at is None, "silence proves nothing"


ENDS = st.lists(st.tuples(st.integers(0, 3), st.floats(0, 30), st.booleans()), max_size=60)


@given(ENDS, st.integers(0, 20), st.integers(0, 20), st.none() | st.floats(0, 20))
def test_what_is_called_good_shows_nine_of_ten_ends_older_than_its_lag(
    told: Sequence[tuple[int, float, bool]], wrong: int, right: int, lag: float | None
) -> None:
    vaults = [UUID(int=number) for number in range(4)]
    ends = [End(vaults[vault], timedelta(minutes=age), shown) for vault, age, shown in told]
    before = None if lag is None else timedelta(minutes=lag)
    judged = judge(Evidence(ends, wrong, right), before, longest_lag=LIMIT)
    if judged.verdict is Verdict.GOOD:
        assert judged.lag is not None
        assert judged.lag <= LIMIT
        old = [end.shown for end in ends if end.age > judged.lag + SLACK]
        assert sum(old) >= 0.9 * len(old)
        assert wrong < 0.2 * (wrong + right) or not wrong


# --- pacing ----------------------------------------------------------------------------------------------------------
POLL = 30.0


def test_it_is_asked_only_where_lists_are_few() -> None:
    assert could_help(Allowance(25, 0, 150 / 3600), POLL)
    assert could_help(Allowance(100, 0, 450 / 3600), POLL)
    assert not could_help(Allowance(100, 0, 12_000 / 3600), POLL)
    assert not could_help(Allowance(100, 0, None), POLL), "nothing was learnt yet"
    assert not could_help(Allowance(0, 50, 150 / 3600), POLL), "nothing runs"
    assert longest_lag(Allowance(25, 0, 150 / 3600), POLL).total_seconds() == pytest.approx(316, rel=0.01)


@given(
    steps=st.lists(st.tuples(st.floats(1, 300), st.integers(0, 20), st.integers(0, 5)), min_size=1, max_size=60),
    an_hour=st.floats(1, 5000),
)
def test_lists_that_are_brought_forward_and_all_others_are_no_more_than_azure_allows(
    steps: Sequence[tuple[float, int, int]], an_hour: float
) -> None:
    rate, saved, sent, passed, brought = an_hour / 3600, 0.0, 0, 0.0, 0
    for seconds, others, pending in steps:
        # What others send beyond the rate is theirs; what was brought forward is sent by the next round.
        spent = brought + min(others, int(seconds * rate * USED))
        saved = saved_after(saved, seconds, spent, Allowance(10, 0, rate))
        passed, sent = passed + seconds, sent + spent
        brought = lists_to_bring(saved, Allowance(10, 0, rate, pending=pending))
        assert -MOST_OWED <= saved <= MOST_SAVED + seconds * rate
        assert brought <= max(0.0, saved - pending)
    assert sent <= passed * rate + MOST_SAVED + MOST_OWED


@given(st.floats(1, 3600))
def test_a_vault_that_waits_for_the_hint_is_swept_within_an_hour(usual: float) -> None:
    assert usual <= stretched_interval(usual, POLL) <= 3600


def test_the_query_reads_as_far_back_as_the_hint_is_late() -> None:
    assert look_back(None, POLL) == look_back(MINUTE, POLL) == 10 * MINUTE
    assert look_back(5 * MINUTE, POLL) == 20 * MINUTE
    assert look_back(60 * MINUTE, POLL) == 30 * MINUTE
