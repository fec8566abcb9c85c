"""What is a weakening, what is taken over without a word, and what a fact is compared with afterwards."""

from typing import Any

import pytest

from app.estate.drift_rules import compare_item, compare_vault

ITEM = {"vault_id": "v", "vault": "vault", "policy_id": "p", "policy": "daily", "state": "protected"}
VAULT = {"soft_delete_state": "always_on", "soft_delete_days": 14, "immutability": "unlocked", "is_guarded": True}


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
