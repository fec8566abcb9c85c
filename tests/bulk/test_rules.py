"""What follows from what is on record of a bulk request, how it ends, and what a second person is asked."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from app.bulk.errors import BulkNotValid
from app.bulk.orders import Target, Wanted, changed_since, hash_of, sensitive_of, weighing_of
from app.bulk.rules import GRACE, Outcome, Step, Stop, View, advance, counts_of, observation_of, outcome_of
from app.bulk.schemas import BulkCreate
from app.bulk.targets import left_out
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import Observation, Waiting
from app.selectors.rules import Selector

O, NOW = Outcome, datetime(2026, 11, 30, tzinfo=UTC)  # noqa: E741 - a table reads best in short words
VIEW = View({}, needs_person=0, unsent=0, max_in_flight=3, at=NOW, ends_by=NOW + timedelta(days=7))
ITEM, VM = "01890000-0000-7000-8000-000000000003", "/subscriptions/s/resourceGroups/g/providers/x/virtualMachines/vm-1"


def view(counts: Mapping[Outcome, int], **more: Any) -> View:
    return replace(VIEW, counts=counts, **more)


@pytest.mark.parametrize(
    ("seen", "follows"),
    [
        (view({O.PENDING: 9}), Step(begin=3)),
        (view({O.PENDING: 9, O.RUNNING: 2}), Step(begin=1)),
        (view({O.PENDING: 9, O.RUNNING: 5}), Step()),
        (view({O.PENDING: 1, O.FAILED: 7}), Step(begin=1)),
        (view({O.RUNNING: 1}, needs_person=1), Step(waiting=Waiting.MEMBER)),
        (view({O.PENDING: 9, O.RUNNING: 3}, needs_person=2), Step(begin=2, waiting=Waiting.MEMBER)),
        (view({O.SUCCEEDED: 4, O.REFUSED: 1}), Step(has_ended=True)),
        (view({O.PENDING: 4, O.RUNNING: 2}, is_cancelled=True), Step(stop=Stop.CANCELLED)),
        (view({O.PENDING: 4, O.RUNNING: 2}, is_cancelled=True, unsent=1), Step(withdraw=True, stop=Stop.CANCELLED)),
        (view({O.PENDING: 4}, is_cancelled=True), Step(has_ended=True, stop=Stop.CANCELLED)),
        (view({O.RUNNING: 2}, at=VIEW.ends_by), Step(has_ended=True, stop=Stop.TIMED_OUT)),
        (view({O.RUNNING: 2}, at=VIEW.ends_by, unsent=1), Step(withdraw=True, stop=Stop.TIMED_OUT)),
        (view({O.RUNNING: 2}, at=VIEW.ends_by + GRACE, unsent=1), Step(has_ended=True, stop=Stop.TIMED_OUT)),
        (view({O.PENDING: 4, O.RUNNING: 2}, may_act=False, unsent=1), Step(withdraw=True, stop=Stop.NOT_ALLOWED)),
        (view({O.PENDING: 4}, may_act=False), Step(has_ended=True, stop=Stop.NOT_ALLOWED)),
        (view({O.RUNNING: 2}, may_act=False), Step()),
        (view({O.RUNNING: 2}, at=VIEW.ends_by, stop=Stop.CANCELLED), Step(has_ended=True, stop=Stop.CANCELLED)),
    ],
)
def test_what_follows(seen: View, follows: Step) -> None:
    assert advance(seen) == follows


def test_it_always_ends_and_never_has_more_in_flight_than_it_may() -> None:
    dice = random.Random(17)  # noqa: S311 - a seed makes it repeatable
    for _ in range(300):
        pending, running, most = dice.randint(1, 30), 0, dice.randint(1, 5)
        cancelled_at, done, steps = dice.choice([None, dice.randint(0, 20)]), 0, 0
        while True:
            steps += 1
            seen = view(
                {O.PENDING: pending, O.RUNNING: running, O.SUCCEEDED: done},
                max_in_flight=most,
                is_cancelled=cancelled_at is not None and steps > cancelled_at,
            )
            step = advance(seen)
            if step.has_ended:
                assert running == 0
                assert step.stop is not None or pending == 0
                break
            assert step.begin + running <= max(most, running)
            assert step.stop is None or not step.begin
            pending, running = pending - step.begin, running + step.begin
            ended = dice.randint(0, running)
            running, done = running - ended, done + ended
            assert steps < 1_000


@pytest.mark.parametrize(
    ("stop", "counts", "ended"),
    [
        (None, {O.SUCCEEDED: 3}, Observation.ENDED_WELL),
        (Stop.NOT_ALLOWED, {O.SUCCEEDED: 3, O.SKIPPED: 1}, Observation.ENDED_BADLY),
        (None, {O.SUCCEEDED: 3, O.SKIPPED: 1}, Observation.ENDED_WELL),
        (None, {O.SKIPPED: 1}, Observation.ENDED_WELL),
        (None, {O.SUCCEEDED: 193, O.FAILED: 3, O.REFUSED: 4}, Observation.ENDED_WITH_WARNINGS),
        (None, {O.REFUSED: 2, O.SKIPPED: 1}, Observation.ENDED_BADLY),
        (Stop.CANCELLED, {O.SUCCEEDED: 3, O.SKIPPED: 2}, Observation.ENDED_CANCELLED),
        (Stop.CANCELLED, {O.SUCCEEDED: 5}, Observation.ENDED_WELL),
        (Stop.TIMED_OUT, {O.SUCCEEDED: 5, O.RUNNING: 1}, Observation.ENDED_BADLY),
        (Stop.TIMED_OUT, {O.SUCCEEDED: 5, O.SKIPPED: 1}, Observation.ENDED_BADLY),
    ],
)
def test_how_it_ends(stop: Stop | None, counts: Mapping[Outcome, int], ended: Observation) -> None:
    assert observation_of(stop, counts) is ended
    shown = counts_of(counts, 0)
    assert shown["total"] == sum(shown[name] for name in ("open", "succeeded", "failed", "cancelled"))


# --- what a second person is asked -----------------------------------------------------------------------------------
WEAKER = weighing_of(Sensitive(("retention_shrink",), "less", {"state": "protected", "policy": {"count": 7}}))
SAME = weighing_of(Sensitive((), "no less", {"state": "protected"}))


def test_one_approval_says_the_numbers_and_holds_for_these_targets_alone() -> None:
    targets = [Target(VM, None, None, WEAKER), Target(f"{VM}-2", None, None, SAME)]
    wanted = Wanted(JobKind.CHANGE_POLICY)
    asked = sensitive_of(wanted, targets, hash_of(targets), "vm-1 keeps 7 instead of 30.")
    assert asked is not None
    assert asked.operations == ("retention_shrink",)
    assert "2 VMs" in asked.words
    assert "1 of them retention_shrink" in asked.words
    assert asked.facts == {"targets": 2, "targets_hash": hash_of(targets)}
    others = [
        targets[:1],
        targets[::-1],
        [targets[0], replace(targets[1], vm_id=VM)],
        [targets[0], replace(targets[1], weighed=WEAKER)],
    ]
    assert hash_of(targets) not in {hash_of(other) for other in others}
    assert sensitive_of(wanted, [Target(VM)], "", "") is None


def test_what_has_changed_since_it_was_weighed_is_found() -> None:
    assert WEAKER is not None
    assert SAME is not None
    now = Sensitive(("retention_shrink",), "", {"state": "protected", "policy": {"count": 7}, "more": 1})
    assert changed_since(WEAKER, now) == ""
    assert (
        changed_since(WEAKER, replace(now, facts={"state": "protected", "policy": {"count": 5}}))
        == "policy has changed"
    )
    assert changed_since(SAME, now) == "it would now be retention_shrink"
    assert changed_since(WEAKER, None) == "state has changed; policy has changed"


# --- bodies ----------------------------------------------------------------------------------------------------------
def body(action: str, **more: Any) -> BulkCreate:
    return BulkCreate.model_validate({"action": action, "vm_ids": [VM]} | more)


@pytest.mark.parametrize(
    ("action", "given", "pointer"),
    [
        ("protect", {}, "#/with/policy_id"),
        ("protect", {"policy_id": ITEM, "retain_until": "2030-01-01T00:00:00Z"}, "#/with/retain_until"),
        ("backup", {"retain_until": "2030-01-01T00:00:00Z", "policy_id": ITEM}, "#/with/policy_id"),
        ("pause", {"policy_id": ITEM}, "#/with"),
        ("pause", {"action": "suspend"}, "#/with"),
        ("pause", {"disks": {"include_luns": [1]}}, "#/with"),
        ("resume", {}, "#/with"),
        ("change_policy", {}, "#/with"),
        ("change_policy", {"action": "pause"}, "#/with"),
        ("change_policy", {"policy_id": ITEM, "disks": {"exclude_luns": [1]}}, "#/with"),
        ("change_policy", {"vault_id": ITEM}, "#/with/vault_id"),
    ],
)
def test_what_does_not_fit_the_action_is_refused_at_its_place(
    action: str, given: Mapping[str, Any], pointer: str
) -> None:
    with pytest.raises(BulkNotValid) as refused:
        body(action, **{"with": given}).wanted(NOW)
    assert refused.value.pointer == pointer, refused.value.detail


def test_what_fits_the_action_is_taken_as_its_single_request_takes_it() -> None:
    assert (
        body("pause").wanted(NOW) == body("pause", **{"with": {"action": "pause"}}).wanted(NOW) == Wanted(JobKind.PAUSE)
    )
    every = body("change_policy", **{"with": {"disks": None}}).wanted(NOW)
    assert every == body("change_policy", **{"with": {"disks": {"exclude_luns": []}}}).wanted(NOW)
    assert every.disks is not None
    assert body("protect", **{"with": {"policy_id": ITEM, "disks": None}}).wanted(NOW).disks is None
    assert body("backup").wanted(NOW).retain_until == NOW + timedelta(days=30)


def test_exactly_one_kind_of_targets_is_named_and_not_too_many() -> None:
    several: list[dict[str, Any]] = [
        {},
        {"vm_ids": [VM], "selector": {}},
        {"protected_item_ids": []},
        {"vm_ids": [VM] * 1001},
    ]
    for targets in several:
        with pytest.raises(ValidationError):
            BulkCreate.model_validate({"action": "pause", **targets})


@pytest.mark.parametrize(
    ("action", "selector", "seen", "troubled", "out"),
    [
        (JobKind.PAUSE, {"tags": {"a": ["b"]}}, True, (), False),
        (JobKind.PAUSE, {"tags": {"a": ["b"]}}, False, (), True),
        (JobKind.SUSPEND, {"tags": {"a": ["b"]}}, True, ("/subscriptions/s/",), True),
        (JobKind.SUSPEND, {"tags": {"a": ["b"]}}, True, ("/subscriptions/sx/",), False),
        (JobKind.PAUSE, {"names": ["web-*"]}, False, ("/",), False),
        (JobKind.BACKUP, {"tags": {"a": ["b"]}}, False, ("/",), False),
    ],
)
def test_nothing_is_stopped_for_tags_that_are_not_known_to_be_as_they_are(
    action: JobKind, selector: Any, seen: Any, troubled: tuple[str, ...], out: Any
) -> None:
    key = "/subscriptions/s/resourcegroups/g/providers/x/virtualmachines/vm-1"
    found = left_out(action, Selector(**selector), key, is_current=seen, troubled=troubled)
    assert (found is not None) is out
    if found is not None:
        assert outcome_of(found) is Outcome.SKIPPED
        assert found.remedy
