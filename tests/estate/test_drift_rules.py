"""What is a weakening, what is taken over without a word, and what a fact is compared with afterwards."""

from typing import Any

import pytest

from app.estate.drift_records import OF_ITEMS, OF_VAULTS
from app.estate.drift_rules import CHANGES, Ended, compare_item, compare_vault, explained, undecided
from app.jobs.kinds import JobKind

ITEM = {"vault_id": "v", "vault": "vault", "policy_id": "p", "policy": "daily", "state": "protected"}
VAULT = {"soft_delete_state": "always_on", "soft_delete_days": 14, "immutability": "unlocked", "is_guarded": True}
VAULT |= {"redundancy": "geo", "cross_region_restore": True}


def kinds(found: Any) -> list[str]:
    return [str(one.kind) for one in found.drifts]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"policy_id": "q", "policy": "weekly"}, ["policy_swapped"]),
        ({"policy_id": None, "policy": None, "state": "paused"}, ["protection_stopped"]),
        ({"state": "suspended"}, ["protection_stopped"]),
        ({"policy_id": None, "policy": None, "state": "soft_deleted"}, ["protection_stopped"]),
        ({"state": "error"}, []),
        ({"vault_id": "w", "vault": "other", "policy_id": "q", "policy": "x"}, ["item_moved"]),
        ({"vault_id": "w", "vault": "other", "state": "paused"}, ["item_moved", "protection_stopped"]),
    ],
)
def test_an_item(change: dict[str, Any], expected: list[str]) -> None:
    found = compare_item(ITEM, ITEM | change)
    assert kinds(found) == expected
    if expected:
        assert found.accepted["state"] == ITEM["state"] or "protection_stopped" not in expected
        assert compare_item(found.accepted, ITEM).drifts == ()


def test_an_item_that_is_gone() -> None:
    (gone,) = compare_item(ITEM, None).drifts
    assert (str(gone.kind), gone.after) == ("protection_stopped", None)
    assert kinds(compare_item(ITEM | {"state": "paused"}, None)) == ["data_deleted"]
    assert kinds(compare_item(ITEM | {"state": "paused"}, ITEM | {"state": "soft_deleted"})) == ["data_deleted"]
    assert compare_item(ITEM | {"state": "soft_deleted"}, None).drifts == ()


def test_what_became_stronger_is_the_new_measure() -> None:
    resumed = compare_item(ITEM | {"state": "paused", "policy_id": None}, ITEM)
    assert (resumed.drifts, resumed.accepted) == ((), ITEM)
    stronger = compare_vault(VAULT | {"immutability": "disabled", "soft_delete_days": 10, "is_guarded": False}, VAULT)
    assert (stronger.drifts, stronger.accepted) == ((), VAULT)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"soft_delete_state": "on"}, ["soft_delete_weakened"]),
        ({"soft_delete_state": "off", "soft_delete_days": None}, ["soft_delete_weakened"]),
        ({"soft_delete_days": 13}, ["soft_delete_weakened"]),
        ({"soft_delete_days": 90}, []),
        ({"immutability": "disabled"}, ["immutability_weakened"]),
        ({"immutability": "locked"}, []),
        ({"is_guarded": False}, ["guard_removed"]),
        ({"redundancy": "local", "cross_region_restore": False}, ["redundancy_weakened"]),
        ({"redundancy": "zone", "cross_region_restore": None}, ["redundancy_weakened"]),
        ({"cross_region_restore": False}, ["redundancy_weakened"]),
        (dict.fromkeys(VAULT), []),
        ({"soft_delete_state": "off", "immutability": "disabled", "is_guarded": False},
         ["soft_delete_weakened", "immutability_weakened", "guard_removed"]),
    ],
)  # fmt: skip
def test_a_vault(change: dict[str, Any], expected: list[str]) -> None:
    found = compare_vault(VAULT, VAULT | change)
    assert kinds(found) == expected
    if expected:
        assert compare_vault(found.accepted, VAULT).drifts == ()  # as before again


@pytest.mark.parametrize(
    ("jobs", "now", "left"),
    [
        ([JobKind.PAUSE], {"state": "paused"}, set()),
        ([JobKind.PAUSE], {"state": "soft_deleted"}, {"data_deleted"}),
        ([JobKind.PAUSE], None, {"data_deleted"}),
        ([JobKind.UNPROTECT], None, set()),
        ([JobKind.UNPROTECT], {"state": "soft_deleted"}, set()),
        ([JobKind.UNPROTECT, JobKind.UNDELETE], {"state": "paused"}, set()),
        ([JobKind.DELETE_VAULT], None, set()),
        ([JobKind.CHANGE_POLICY], {"policy_id": "p2", "policy": "two"}, set()),
        ([JobKind.CHANGE_POLICY], {"policy_id": "p2", "policy": "two", "state": "paused"}, {"protection_stopped"}),
        ([JobKind.CHANGE_POLICY], None, {"protection_stopped"}),
        ([JobKind.PAUSE, JobKind.PROTECT], {"vault_id": "v2", "vault": "other"}, set()),
        ([JobKind.RESUME], {"vault_id": "v2", "vault": "other"}, {"item_moved"}),
    ],
)
def test_a_job_explains_what_it_changes_and_nothing_else(
    jobs: list[JobKind], now: dict[str, Any] | None, left: set[str]
) -> None:
    before = {"vault_id": "v1", "vault": "one", "policy_id": "p1", "policy": "one", "state": "protected"}
    facts = None if now is None else before | now
    assert {one.kind for one in compare_item(explained(before, facts, map(Ended, jobs)), facts).drifts} == left


@pytest.mark.parametrize(
    ("wanted", "now", "left"),
    [
        ({"tags": {"a": "b"}}, {"soft_delete_state": "off"}, ["soft_delete_weakened"]),
        ({"tags": {"a": "b"}, "immutability": None}, {"immutability": "disabled"}, ["immutability_weakened"]),
        ({"immutability": "disabled"}, {"immutability": "disabled", "is_guarded": False}, ["guard_removed"]),
        ({"soft_delete_days": 20}, {"soft_delete_days": 14}, ["soft_delete_weakened"]),
        ({"soft_delete_state": "on", "soft_delete_days": 14}, {"soft_delete_state": "on", "soft_delete_days": 14}, []),
        ({"cross_region_restore": False}, {"cross_region_restore": False}, []),
    ],
)
def test_a_change_of_a_vault_explains_only_what_it_asked_for(
    wanted: dict[str, Any], now: dict[str, Any], left: list[str]
) -> None:
    before = VAULT | {"soft_delete_days": 30}
    facts = before | now
    found = compare_vault(explained(before, facts, [Ended(JobKind.UPDATE_VAULT, wanted)]), facts)
    assert kinds(found) == left


def test_every_kind_of_job_that_changes_what_is_compared_says_what() -> None:
    assert set(CHANGES) == OF_ITEMS | OF_VAULTS
    of_settings = {"soft_delete_weakened", "immutability_weakened", "redundancy_weakened"}
    assert undecided([JobKind.UPDATE_VAULT]) == of_settings
    assert undecided([]) == set()
