"""What is documented as not supported is refused, by the restore and by its validation; its neighbour is done."""

from typing import Any

import pytest

from tests.simulator.restore_steps import NEW_VM, REPLACE, ZONE_REDUNDANT, ready, validate
from tests.simulator.story import RG, Story, vm_id

VM = vm_id("vm-web-01")
IN_ZONE: dict[str, Any] = {"zones": ["1"]}
WESTUS_HAS_ZONES = {"zones": [{"location": "westus", "zones": ["1", "2"]}]}


def point(**changes: Any) -> dict[str, Any]:
    return {"points": [{"vm_id": VM, **changes}], **WESTUS_HAS_ZONES}


def account(**how: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    named = {"storageAccountId": f"{RG}/providers/Microsoft.Storage/storageAccounts/stother"}
    return {"storage_accounts": [{"name": "stother", **how}]}, named


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], str]] = {
    "an encrypted machine anew": (
        {},
        point(encrypted=True),
        NEW_VM,
        "UserErrorEncryptedVmRestoreNotSupported",
    ),
    "an encrypted machine over itself": (
        {},
        point(encrypted=True),
        REPLACE,
        "UserErrorEncryptedVmRestoreNotSupported",
    ),
    "unmanaged disks over themselves": ({}, point(managed=False), REPLACE, "UserErrorUnmanagedVmReplaceNotSupported"),
    "an archived point": ({}, point(tier="archive"), {}, "UserErrorRecoveryPointNotRehydrated"),
    "a point of no tier": ({}, point(tier="gone"), {}, "UserErrorRecoveryPointTierNotValid"),
    "into a zone from a geo vault": ({}, point(zones=["1"]), IN_ZONE, "UserErrorCrossZonalRestoreNotSupported"),
    "a snapshot into a zone": (
        ZONE_REDUNDANT,
        point(tier="snapshot"),
        IN_ZONE,
        "UserErrorCrossZonalRestoreNotSupported",
    ),
    "an encrypted machine into a zone": (
        ZONE_REDUNDANT,
        point(encrypted=True),
        IN_ZONE,
        "UserErrorCrossZonalRestoreNotSupported",
    ),
    "unmanaged disks into a zone": (
        ZONE_REDUNDANT,
        point(managed=False),
        IN_ZONE,
        "UserErrorCrossZonalRestoreNotSupported",
    ),
    "staging in a file account": (
        {},
        *account(sku="Premium_LRS", kind="FileStorage"),
        "UserErrorStorageAccountKindNotSupported",
    ),
    "staging in a blob account": ({}, *account(kind="BlobStorage"), "UserErrorStorageAccountKindNotSupported"),
    "staging in a block blob account": (
        {},
        *account(sku="Premium_LRS", kind="BlockBlobStorage"),
        "UserErrorStorageAccountKindNotSupported",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_not_supported_is_refused_and_found_by_validation(story: Story, case: str) -> None:
    settings, seeds, changes, code = REFUSED[case]
    item, named = await ready(story, **settings)
    await story.control("seed", **seeds)
    answer = await story.restore(item, named, **changes)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code)
    assert code in await validate(story, named, **{name: it for name, it in changes.items() if it is not ...})


async def test_a_premium_account_stages_machines_with_premium_disks_and_no_others(story: Story) -> None:
    item, named = await ready(story)
    seeds, changes = account(sku="Premium_LRS")
    await story.control("seed", **seeds)
    assert (await story.restore(item, named, **changes)).status_code == 202
    await story.control("seed", storage_accounts=[{"name": "stother", "sku": "Premium_LRS", "default_action": "Deny"}])
    answer = await story.restore(item, named, **changes)
    assert answer.json()["error"]["code"] == "UserErrorStorageAccountNetworkRulesNotSupported"
    await story.control("seed", points=[{"vm_id": VM, "premium": False}])
    answer = await story.restore(item, named, **changes)
    assert answer.json()["error"]["code"] == "UserErrorPremiumStorageAccountNotSupported"


async def test_a_zone_redundant_vault_restores_into_a_zone_pinned_or_not(story: Story) -> None:
    item, named = await ready(story, **ZONE_REDUNDANT)
    for zones in ([], ["2"]):
        await story.control("seed", **point(zones=zones))
        assert (await story.restore(item, named, **IN_ZONE)).status_code == 202


@pytest.mark.parametrize("changes", [{"encrypted": True}, {"security_type": "ConfidentialVM"}, {"tier": "archive"}])
async def test_files_of_what_cannot_be_mounted_are_refused(story: Story, changes: dict[str, Any]) -> None:
    item, named = await ready(story)
    wanted = {
        "objectType": "IaasVMILRRegistrationRequest",
        "recoveryPointId": named,
        "virtualMachineId": VM,
        "renewExistingRegistration": False,
    }
    await story.control("seed", points=[{"vm_id": VM, **changes}])
    path = f"{item}/recoveryPoints/{named}/provisionInstantItemRecovery"
    assert (await story.send("POST", path, {"properties": wanted})).status_code == 400


@pytest.mark.parametrize(
    "seed",
    [{"vm_id": VM, "tier": "moon"}, {"vm_id": VM, "security_type": "x"}, {"vm_id": VM, "name": "404"}, {"vm_id": "/x"}],
)
async def test_a_seed_of_a_point_that_cannot_be_is_refused(story: Story, seed: dict[str, Any]) -> None:
    await ready(story)
    assert (await story.client.post("/_simulator/seed", json={"points": [seed]})).status_code == 400
