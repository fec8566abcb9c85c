"""What a vault may become, and what keeps it from being deleted: tables, no Azure and no database."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.azure import names
from app.azure.values import AzureItem, AzureVault, SoftDelete, VaultChange, VaultRef, VmRef
from app.core.errors import ServiceError
from app.vaults import blockers, rules
from app.vaults.rules import Settings, UpdateOrder

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
REF = VaultRef(SUBSCRIPTION, "rg-demo", "vault-demo")
NOW = Settings(
    redundancy="geo",
    cross_region_restore=False,
    soft_delete_state="on",
    soft_delete_days=14,
    immutability="disabled",
    tags={"a": "1"},
)
LOCKED = replace(NOW, immutability="locked")
UNLOCKED = replace(NOW, immutability="unlocked")
ALWAYS = replace(NOW, soft_delete_state="always_on")
CROSSING = replace(NOW, cross_region_restore=True)


@pytest.mark.parametrize(
    ("now", "wanted", "code", "pointer"),
    [
        (NOW, Settings(), "vault_not_valid", "#"),
        (NOW, Settings(soft_delete_days=13), "vault_not_valid", "#/soft_delete/days"),
        (NOW, Settings(soft_delete_days=181), "vault_not_valid", "#/soft_delete/days"),
        (NOW, Settings(soft_delete_state="off", soft_delete_days=30), "vault_not_valid", "#/soft_delete/days"),
        (replace(NOW, soft_delete_state="off"), Settings(soft_delete_days=30), "vault_not_valid", "#/soft_delete/days"),
        (ALWAYS, Settings(soft_delete_state="on"), "setting_is_final", "#/soft_delete/state"),
        (ALWAYS, Settings(soft_delete_state="off"), "setting_is_final", "#/soft_delete/state"),
        (NOW, Settings(redundancy="local", cross_region_restore=True), "vault_not_valid", "#/cross_region_restore"),
        (
            replace(NOW, redundancy="zone"),
            Settings(cross_region_restore=True),
            "vault_not_valid",
            "#/cross_region_restore",
        ),
        (CROSSING, Settings(redundancy="local"), "vault_not_valid", "#/redundancy"),
        (NOW, Settings(immutability="locked"), "immutability_step", "#/immutability"),
        (UNLOCKED, Settings(immutability="locked"), "vault_not_valid", "#/confirm"),
        (LOCKED, Settings(immutability="unlocked"), "setting_is_final", "#/immutability"),
        (LOCKED, Settings(immutability="disabled"), "setting_is_final", "#/immutability"),
    ],
)
def test_what_cannot_be_is_refused_with_pointer_and_remedy(
    now: Settings, wanted: Settings, code: str, pointer: str
) -> None:
    with pytest.raises(ServiceError) as refused:
        rules.check_change(now, wanted, confirm=False, location="westus")
    assert (refused.value.code, refused.value.pointer) == (code, pointer)
    assert refused.value.remedy


def test_cross_region_restore_is_not_turned_on_where_no_paired_region_is_known() -> None:
    with pytest.raises(ServiceError) as refused:
        rules.check_change(NOW, Settings(cross_region_restore=True), confirm=False, location="polandcentral")
    assert (refused.value.code, refused.value.pointer) == ("vault_not_valid", "#/cross_region_restore")
    rules.check_change(NOW, Settings(cross_region_restore=True), confirm=False, location="westeurope")
    rules.check_change(NOW, Settings(tags={"a": "b"}), confirm=False, location="polandcentral")
    rules.check_change(CROSSING, Settings(cross_region_restore=True), confirm=False, location="polandcentral")


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (NOW, Settings(soft_delete_days=14)),
        (NOW, Settings(soft_delete_days=180)),
        (NOW, Settings(soft_delete_state="off")),
        (NOW, Settings(soft_delete_state="always_on", soft_delete_days=90)),
        (ALWAYS, Settings(soft_delete_days=90)),
        (ALWAYS, Settings(soft_delete_state="always_on")),
        (CROSSING, Settings(redundancy="local", cross_region_restore=False)),
        (replace(NOW, redundancy="local"), Settings(redundancy="geo", cross_region_restore=True)),
        (NOW, Settings(immutability="unlocked")),
        (UNLOCKED, Settings(immutability="disabled")),
        (LOCKED, Settings(immutability="locked")),
        (NOW, Settings(tags={})),
    ],
)
def test_what_can_be_is_let_through(now: Settings, wanted: Settings) -> None:
    rules.check_change(now, wanted, confirm=False, location="westus")


def test_locking_is_let_through_when_it_is_confirmed() -> None:
    rules.check_change(UNLOCKED, Settings(immutability="locked"), confirm=True, location="westus")


@pytest.mark.parametrize(
    ("now", "wanted", "needs"),
    [
        (NOW, Settings(redundancy="local"), True),
        (NOW, Settings(redundancy="geo"), False),
        (NOW, Settings(cross_region_restore=True), False),
        (CROSSING, Settings(cross_region_restore=False), True),
        (NOW, Settings(cross_region_restore=False), False),
        (NOW, Settings(soft_delete_days=30, tags={}), False),
    ],
)
def test_only_redundancy_and_taking_back_cross_region_restore_need_an_empty_vault(
    now: Settings, wanted: Settings, *, needs: bool
) -> None:
    assert rules.needs_empty_vault(now, wanted) is needs


def order(wanted: Settings, *expected: Settings) -> UpdateOrder:
    return UpdateOrder(REF, wanted, expected or (NOW,))


def test_what_azure_has_already_is_not_left_to_do() -> None:
    wanted = Settings(redundancy="geo", soft_delete_days=30, tags={"a": "1"})
    assert rules.left_to_do(order(wanted), NOW) == Settings(soft_delete_days=30)


def test_a_touched_setting_that_is_neither_as_read_nor_as_wanted_was_changed_outside() -> None:
    live = replace(NOW, soft_delete_days=60, tags={"b": "2"})
    found = rules.changed_outside(order(Settings(soft_delete_days=30)), live)
    assert [(each.field, each.before, each.after) for each in found] == [("soft_delete_days", 14, 60)]


@pytest.mark.parametrize(
    ("wanted", "live"),
    [
        (Settings(soft_delete_days=30), replace(NOW, tags={"b": "2"})),  # another setting
        (Settings(soft_delete_days=30), replace(NOW, soft_delete_days=30)),  # as wanted by now
        (Settings(soft_delete_days=30), NOW),  # as read
    ],
)
def test_a_change_is_not_refused_for_what_does_not_touch_it(wanted: Settings, live: Settings) -> None:
    assert rules.changed_outside(order(wanted), live) == []


def test_what_an_earlier_change_of_ours_made_was_not_changed_outside() -> None:
    ours = order(Settings(soft_delete_days=30), NOW, Settings(soft_delete_days=60))
    assert rules.changed_outside(ours, replace(NOW, soft_delete_days=60)) == []
    assert rules.changed_outside(ours, replace(NOW, soft_delete_days=61)) != []


def test_a_setting_we_never_knew_cannot_have_been_changed_outside() -> None:
    unknown = replace(NOW, redundancy=None)
    assert rules.changed_outside(order(Settings(redundancy="zone"), unknown), replace(NOW, redundancy="local")) == []


def test_soft_delete_goes_to_its_config_object_and_the_rest_to_the_vault() -> None:
    left = Settings(redundancy="local", soft_delete_days=30, tags={})
    assert rules.vault_change(REF, left) == VaultChange(REF, redundancy="local", tags={})
    assert rules.soft_delete_change(left, NOW) == SoftDelete("on", 30)
    assert rules.vault_change(REF, Settings(soft_delete_days=30)) is None
    assert rules.soft_delete_change(Settings(tags={}), NOW) is None


@pytest.mark.parametrize(
    ("left", "live", "sent"),
    [
        (Settings(soft_delete_state="off"), NOW, SoftDelete("off", None)),
        (
            Settings(soft_delete_state="on"),
            replace(NOW, soft_delete_state="off", soft_delete_days=None),
            SoftDelete("on", 14),
        ),
        (Settings(soft_delete_state="always_on"), replace(NOW, soft_delete_days=90), SoftDelete("always_on", 90)),
    ],
)
def test_both_parts_of_soft_delete_are_sent_as_they_shall_be(left: Settings, live: Settings, sent: SoftDelete) -> None:
    assert rules.soft_delete_change(left, live) == sent


def item(*, deleted_at: datetime | None = None, days: int | None = None) -> AzureItem:
    return AzureItem(
        VmRef(SUBSCRIPTION, "RG-Demo", "VM-Web-01"),
        None,
        "ProtectionStopped",
        None,
        None,
        None,
        None,
        deleted_at is not None,
        deleted_at=deleted_at,
        soft_delete_days=days,
    )


DELETED = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)
ITEM_ID = UUID("01890000-0000-7000-8000-000000000001")
IDS = {names.vm_key(VmRef(SUBSCRIPTION, "rg-demo", "vm-web-01")): ITEM_ID}


@pytest.mark.parametrize(
    ("of_item", "of_vault", "purged"),
    [(30, 14, (2026, 1, 31)), (None, 20, (2026, 1, 21)), (None, None, (2026, 1, 15))],
)
def test_purge_is_the_delete_time_and_the_days_it_is_kept(
    of_item: int | None, of_vault: int | None, purged: tuple[int, int, int]
) -> None:
    assert rules.purge_at(item(deleted_at=DELETED, days=of_item), of_vault) == datetime(*purged, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("held", "ids", "soft_delete", "kind", "call"),
    [
        (item(), IDS, "on", "protected_item", f"DELETE /v1/protected-items/{ITEM_ID}"),
        (item(), {}, "on", "protected_item", "POST /v1/vaults/1/refresh"),
        (item(deleted_at=DELETED), IDS, "on", "soft_deleted_item", f"POST /v1/protected-items/{ITEM_ID}/undelete"),
        (item(deleted_at=DELETED), IDS, "always_on", "soft_deleted_item", None),
    ],
)
def test_each_blocker_names_the_call_that_clears_it(
    held: AzureItem, ids: dict[str, UUID], soft_delete: str, kind: str, call: str | None
) -> None:
    (blocker,) = blockers.item_blockers([held], ids, "/v1/vaults/1", soft_delete=soft_delete, days=14)
    assert (blocker["kind"], blocker["call"]) == (kind, call)
    assert blocker["remedy"]
    assert (blocker["purge_at"] is not None) is held.soft_deleted


def azure_vault(location: str = "West US") -> AzureVault:
    return AzureVault(REF, location, "Succeeded", *(None,) * 5)


@pytest.mark.parametrize("location", [None, "westus", "West US", "WESTUS"])
def test_an_adopted_vault_is_where_it_is_in_any_spelling(location: str | None) -> None:
    rules.check_location(azure_vault(), location)


def test_a_location_that_is_not_the_adopted_vaults_is_refused() -> None:
    with pytest.raises(ServiceError) as refused:
        rules.check_location(azure_vault(), "eastus")
    assert refused.value.pointer == "#/location"
