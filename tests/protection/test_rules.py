"""What may be changed of an item, as tables: when it is asked, and on what Azure has when its turn comes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any, get_args
from uuid import uuid4

import pytest

from app.azure.item_states import ItemState, state_of
from app.azure.values import AzureItem, DiskSelection, ItemRef, PolicyRef, ProtectOrder, VaultRef, VmRef
from app.jobs.work import AlreadyDone, RefusedError
from app.protection import rules
from app.protection.changes import (
    FROM,
    GONE,
    REMEDIES,
    Change,
    ChangeKind,
    ExpectedItem,
    check_may,
    expected_after,
    judge,
)
from app.protection.errors import ItemNotReady

S = "00000000-0000-0000-0000-000000000001"
VAULT = VaultRef(S, "rg", "vault")
ITEM = ItemRef(VAULT, VmRef(S, "rg", "vm"))
GOLD, SILVER, BRONZE = (PolicyRef(VAULT, name) for name in ("gold", "silver", "bronze"))
ALL_DISKS = DiskSelection((), include=False)
BUT_0 = DiskSelection((0,), include=False)
BUT_1 = DiskSelection((1,), include=False)
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
STATES = (*ItemState, GONE)


def live(policy: str | None = "gold", **changes: Any) -> AzureItem:
    item = AzureItem(ITEM.vm, policy, "Protected", "Passed", "Completed", None, None, soft_deleted=False, disks=BUT_0)
    return replace(item, **changes)


PAUSED = live(None, protection_state="ProtectionStopped")
DELETED = live(None, protection_state="ProtectionStopped", soft_deleted=True)
BROKEN = live(protection_state="ProtectionError")

ALLOWED = {
    ("change_policy", "initial_backup_pending"),
    ("change_policy", "protected"),
    ("change_policy", "error"),
    ("pause", "initial_backup_pending"),
    ("pause", "protected"),
    ("pause", "error"),
    ("pause", "suspended"),
    ("suspend", "initial_backup_pending"),
    ("suspend", "protected"),
    ("suspend", "error"),
    ("resume", "paused"),
    ("resume", "suspended"),
    ("resume", "error"),
    ("unprotect", "initial_backup_pending"),
    ("unprotect", "protected"),
    ("unprotect", "paused"),
    ("unprotect", "suspended"),
    ("unprotect", "error"),
    ("undelete", "soft_deleted"),
}


@pytest.mark.parametrize(("kind", "state"), list(product(KINDS, STATES)))
def test_each_state_allows_what_the_table_says_and_refuses_the_rest_with_a_remedy(kind: ChangeKind, state: str) -> None:
    if (kind, state) in ALLOWED:
        check_may(kind, ExpectedItem(state))
        return
    with pytest.raises(ItemNotReady) as refused:
        check_may(kind, ExpectedItem(state, job="/v1/jobs/1"))
    assert refused.value.facts == {"state": state, "job": "/v1/jobs/1"}
    assert state in refused.value.detail
    assert refused.value.remedy == REMEDIES[state]


def test_the_table_is_about_every_kind_and_every_state() -> None:
    assert set(FROM) == set(KINDS)
    assert set().union(*FROM.values()) <= set(STATES) == set(REMEDIES)


@pytest.mark.parametrize(
    ("kind", "order", "soft_delete", "expected"),
    [
        ("protect", ProtectOrder(ITEM, SILVER, BUT_1), True, ("initial_backup_pending", "silver", BUT_1)),
        ("change_policy", Change(ITEM, policy=SILVER), True, ("protected", "silver", BUT_0)),
        ("change_policy", Change(ITEM, disks=BUT_1), True, ("protected", "gold", BUT_1)),
        ("pause", Change(ITEM), True, ("paused", None, BUT_0)),
        ("resume", Change(ITEM, policy=SILVER), True, ("protected", "silver", BUT_0)),
        ("unprotect", Change(ITEM), True, ("soft_deleted", None, BUT_0)),
        ("unprotect", Change(ITEM), False, (GONE, None, BUT_0)),
        ("undelete", Change(ITEM), True, ("paused", None, BUT_0)),
    ],
)
def test_a_queued_write_is_counted_as_done(
    kind: str, order: Change | ProtectOrder, soft_delete: Any, expected: tuple[Any, ...]
) -> None:
    before = ExpectedItem("protected", "gold", BUT_0)
    after = expected_after(before, kind, order, "/v1/jobs/9", soft_delete=soft_delete)
    assert (after.state, after.policy, after.disks, after.job) == (*expected, "/v1/jobs/9")


DONE = "done"
REFUSED = "refused"
TO_SILVER = Change(ITEM, policy=SILVER, from_policy="gold")
TO_BUT_1 = Change(ITEM, disks=BUT_1, from_disks=BUT_0)
RESUME = Change(ITEM, policy=SILVER)
BARE = Change(ITEM)


@pytest.mark.parametrize(
    ("kind", "change", "there", "expected"),
    [
        # another policy: disks are sent as they are
        ("change_policy", TO_SILVER, live("GOLD"), ProtectOrder(ITEM, SILVER, BUT_0)),
        ("change_policy", TO_SILVER, live("Silver"), DONE),
        (
            "change_policy",
            TO_SILVER,
            live("silver", protection_state="ProtectionError"),
            ProtectOrder(ITEM, SILVER, BUT_0),
        ),
        ("change_policy", TO_SILVER, live("bronze"), REFUSED),
        ("change_policy", replace(TO_SILVER, from_policy=None), live("bronze"), ProtectOrder(ITEM, SILVER, BUT_0)),
        ("change_policy", TO_SILVER, BROKEN, ProtectOrder(ITEM, SILVER, BUT_0)),
        ("change_policy", TO_SILVER, PAUSED, REFUSED),
        ("change_policy", TO_SILVER, DELETED, REFUSED),
        ("change_policy", TO_SILVER, None, REFUSED),
        # other disks: the policy is sent as it is
        ("change_policy", TO_BUT_1, live("bronze"), ProtectOrder(ITEM, BRONZE, BUT_1)),
        ("change_policy", TO_BUT_1, live(disks=BUT_1), DONE),
        ("change_policy", TO_BUT_1, live(disks=ALL_DISKS), REFUSED),
        ("change_policy", TO_BUT_1, live(disks=None), ProtectOrder(ITEM, GOLD, BUT_1)),
        ("change_policy", replace(TO_BUT_1, from_disks=None), live(disks=ALL_DISKS), ProtectOrder(ITEM, GOLD, BUT_1)),
        ("change_policy", TO_BUT_1, PAUSED, REFUSED),
        ("pause", BARE, live(), ITEM),
        ("pause", BARE, BROKEN, ITEM),
        ("pause", BARE, PAUSED, DONE),
        ("pause", BARE, DELETED, REFUSED),
        ("pause", BARE, None, REFUSED),
        ("resume", RESUME, PAUSED, ProtectOrder(ITEM, SILVER, BUT_0)),
        ("resume", RESUME, BROKEN, ProtectOrder(ITEM, SILVER, BUT_0)),
        ("resume", RESUME, live("silver"), DONE),
        ("resume", RESUME, live("gold"), REFUSED),
        ("resume", RESUME, DELETED, REFUSED),
        ("resume", RESUME, None, REFUSED),
        ("unprotect", BARE, live(), ITEM),
        ("unprotect", BARE, PAUSED, ITEM),
        ("unprotect", BARE, DELETED, DONE),
        ("unprotect", BARE, None, DONE),
        ("undelete", BARE, DELETED, ITEM),
        ("undelete", BARE, PAUSED, DONE),
        ("undelete", BARE, live(), DONE),
        ("undelete", BARE, None, REFUSED),
    ],
)
def test_what_is_sent_depends_on_what_azure_has_now(
    kind: str, change: Change, there: AzureItem | None, expected: Any
) -> None:
    if expected == REFUSED:
        with pytest.raises(RefusedError) as refused:
            judge(kind, change, there)
        assert refused.value.error.code == ("item_gone" if there is None else "changed_outside")
        assert refused.value.error.remedy
        return
    verdict = judge(kind, change, there)
    assert isinstance(verdict, AlreadyDone) if expected == DONE else verdict == expected


def test_a_refusal_says_what_was_changed() -> None:
    with pytest.raises(RefusedError, match="Its policy was gold, and is bronze now"):
        judge("change_policy", TO_SILVER, live("bronze"))
    with pytest.raises(RefusedError, match="Its disks were all but LUN 0, and are all but LUN none now"):
        judge("change_policy", TO_BUT_1, live(disks=ALL_DISKS))


@pytest.mark.parametrize(
    ("azure", "state"),
    [
        ("IRPending", "initial_backup_pending"),
        ("Protected", "protected"),
        ("ProtectionStopped", "paused"),
        ("ProtectionPaused", "error"),
        ("BackupsSuspended", "suspended"),
        ("ProtectionError", "error"),
        ("SomethingNew", "error"),
    ],
)
def test_azures_state_is_said_honestly(azure: str, state: str) -> None:
    assert state_of(live(protection_state=azure)) == state
    assert state_of(live(protection_state=azure, soft_deleted=True)) == "soft_deleted"


def test_the_purge_is_counted_from_the_deletion_by_the_items_own_days_else_the_vaults() -> None:
    deleted_at = datetime(2026, 1, 31, 10, tzinfo=UTC)
    deleted = replace(DELETED, deleted_at=deleted_at)
    assert rules.purge_time(deleted, 14) == deleted_at + timedelta(days=14)
    assert rules.purge_time(replace(deleted, soft_delete_days=30), 14) == deleted_at + timedelta(days=30)
    assert rules.purge_time(deleted, None) is None
    assert rules.purge_time(DELETED, 14) is None
    assert rules.purge_time(live(deleted_at=deleted_at), 14) is None


@pytest.mark.parametrize(
    ("disks", "included", "excluded"),
    [
        (None, None, None),
        (ALL_DISKS, None, None),
        (BUT_0, None, [0]),
        (DiskSelection((), include=True), [], None),
        (DiskSelection((1, 2), include=True), [1, 2], None),
    ],
)
def test_a_selection_of_disks_lies_in_one_column(
    disks: DiskSelection | None, included: list[int] | None, excluded: list[int] | None
) -> None:
    assert rules.disk_columns(disks) == {"included_luns": included, "excluded_luns": excluded}


def test_a_difference_names_each_column_with_both_values() -> None:
    gold, silver = uuid4(), uuid4()
    known = {"id": uuid4(), "vm_id": ITEM.vm.id, "vm_missing": False}
    known |= rules.columns_of(live("gold"), {"gold": gold}, None)
    found = rules.diff_items(
        {ITEM.vm.id.lower(): known},
        [live("silver")],
        {"gold": gold, "silver": silver},
        soft_delete_days=None,
        existing_vms=frozenset(),
    )
    (changed,) = found.changed
    assert changed.fields == {"policy_id": (gold, silver), "vm_missing": (False, True)}
    assert (found.added, found.gone, found.unchanged) == ((), (), ())
