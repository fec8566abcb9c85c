"""When an enforced rule may go on, how fast, and who decides about a VM."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from app.protection_rules.holds import HOUR, MOST_UNCONFIRMED, allowance, needs_approval, needs_confirm, state_of
from app.protection_rules.rules import Estate, Member, OnLost, Rival, Rule, SkipReason, Target, Vm, weigh
from app.selectors.rules import Candidate, Selector, selection_of

NOW = datetime(2026, 1, 31, tzinfo=UTC)
S = "0000000a-0000-0000-0000-00000000000a"
ALL = selection_of(Selector())


def vm(name: str = "vm-1", *, state: str = "unprotected", **columns: object) -> Vm:
    key = f"/subscriptions/{S}/resourcegroups/rg/providers/microsoft.compute/virtualmachines/{name}"
    return Vm(Candidate(key, "westus", {}), key, state, **columns)  # type: ignore[arg-type]


def target(subscription: str | None = S) -> Target:
    return Target("westus", uuid4(), uuid4(), subscription=subscription)


def rule(*targets: Target, priority: int = 5, on_lost: OnLost = OnLost.REPORT) -> Rule:
    return Rule(uuid4(), priority, ALL, {"westus": targets or (target(),)}, on_lost, "hash", "hash")


def rival(priority: int, *, decides: bool = True) -> Rival:
    return Rival(uuid4(), priority, decides, ALL)


def test_no_hour_has_more_jobs_than_allowed_however_they_come() -> None:
    chance = random.Random(4)  # noqa: S311 - test data
    for most in (1, 3, 20):
        asked: list[datetime] = []
        moment = NOW
        for _ in range(300):
            may = allowance(most, asked, moment)
            assert (may.now > 0) == (may.more_at is None)
            if may.more_at is not None:
                assert moment < may.more_at <= moment + HOUR
                assert allowance(most, asked, may.more_at).now > 0, "the rule would wait for nothing"
            asked += [moment] * chance.randint(0, may.now)
            moment += timedelta(seconds=chance.randint(1, 1500))
        for one in asked:
            assert sum(one <= other < one + HOUR for other in asked) <= most


def test_a_number_is_confirmed_once_and_used_up() -> None:
    assert not needs_confirm(MOST_UNCONFIRMED, 0)
    assert needs_confirm(MOST_UNCONFIRMED + 1, 0)
    assert not needs_confirm(240, 240)
    assert not needs_confirm(240 + MOST_UNCONFIRMED, 240), "a few that were born since"
    assert needs_confirm(240, 100)


def test_a_rule_that_pauses_needs_also_the_approval_for_pausing() -> None:
    assert needs_approval("pause", "a", None, {"stop_protection"})
    assert not needs_approval("report", "a", None, {"stop_protection"})
    assert needs_approval("report", "a", "b", {"protection_rule"})
    assert not needs_approval("report", "a", "a", {"protection_rule"})


def test_the_states_of_a_rule() -> None:
    waiting = {"reason": "approval"}
    assert state_of("observe", None, None) == "observing"
    assert state_of("enforce", None, None) == "enforcing"
    assert state_of("enforce", NOW, None) == "stopped"
    assert state_of("enforce", None, waiting) == "observing"
    assert state_of("enforce", None, {"reason": "confirm"}) == "enforcing"


def test_the_lowest_priority_decides_and_of_two_neither() -> None:
    mine = rule(priority=5)
    for rivals, winner, reason in (
        ([rival(6)], mine.id, None),
        ([rival(4, decides=False)], mine.id, None),
        ([first := rival(4), rival(5)], first.id, SkipReason.LOWER_PRIORITY),
        ([rival(5)], None, SkipReason.SAME_PRIORITY),
        ([rival(4), rival(4)], None, SkipReason.LOWER_PRIORITY),
    ):
        effect = weigh(mine, Estate([vm()], rivals))
        (conflict,) = effect.conflicts
        assert conflict.winner == winner, rivals
        assert [one.reason for one in effect.skips] == ([reason] if reason else [])
        assert len(effect.protects) == (reason is None)
        assert set(conflict.rules) == {mine.id, *(one.id for one in rivals)}


def test_of_one_region_the_vault_of_the_vms_own_subscription_protects() -> None:
    near, far = target(S), target("other")
    assert weigh(rule(far, near), Estate([vm()])).protects[0].target == near
    assert weigh(rule(far), Estate([vm()])).protects[0].target == far, "Azure decides whether it may"
    (skip,) = weigh(rule(far, target("third")), Estate([vm()])).skips
    assert skip.reason is SkipReason.NO_TARGET


def test_what_was_not_read_lately_is_not_protected_by_what_is_remembered_of_it() -> None:
    (skip,) = weigh(rule(), Estate([vm(is_current=False)])).skips
    assert skip.reason is SkipReason.NOT_KNOWN


def test_a_skip_says_what_is_known_and_no_more() -> None:
    (elsewhere,) = weigh(rule(), Estate([vm(state="elsewhere")])).skips
    assert "None" not in elsewhere.detail
    (before,) = weigh(rule(), Estate([vm()], members={vm().key: member(uuid4())})).skips
    assert before.reason is SkipReason.FAILED_BEFORE
    assert "deleted" in before.detail, "the job may have ended well, and a person deleted the data since"


def member(item: UUID, **changes: object) -> Member:
    said = {"hash": "hash", "selected_hash": "hash", "item_id": item, "job": "/v1/jobs/1", "may_try_again": False}
    return Member(vm().key, vm().id, **(said | changes))  # type: ignore[arg-type]


def test_what_is_lost_is_paused_once_and_only_by_the_rule_that_lost_it() -> None:
    nothing = selection_of(Selector(names=[]))
    item = uuid4()
    lost = vm(state="protected", item_id=item, item_state="protected", vault_id=uuid4())
    pausing = Rule(uuid4(), 5, nothing, {}, OnLost.PAUSE, "hash", "hash")

    def paused(one: Vm = lost, known: Member | None = None, *rivals: Rival, by: Rule = pausing) -> bool:
        return bool(weigh(by, Estate([one], rivals, {one.key: known or member(item)})).pauses)

    assert paused()
    assert not paused(by=Rule(uuid4(), 5, nothing, {}, OnLost.REPORT, "hash", "hash"))
    assert not paused(lost, member(item, selected_hash="before"))
    assert not paused(lost, member(item, was_paused=True))
    assert not paused(lost, member(uuid4())), "another item than the one that it protected"
    assert not paused(lost, None, rival(9)), "another rule has it"
    assert paused(lost, None, rival(9, decides=False))
    assert not paused(vm(state="protected", item_id=item, item_state="protected", is_current=False))
    assert not paused(vm(state="vm_missing", item_id=item, item_state="protected"))
    assert not paused(vm(state="paused", item_id=item, item_state="paused"))
    assert weigh(pausing, Estate([], (), {lost.key: member(item)})).lost == [], "what is not shown is not lost"
