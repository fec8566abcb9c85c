"""What is sent to change a vault, as the wire knows it; and the lists behind discovery, page by page."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.azure import values as v
from app.azure.errors import AzureUnreadable
from app.azure.sdk import translate_vaults
from tests.azure.conftest import AzureOver

REF = v.VaultRef("00000000-0000-0000-0000-000000000001", "rg-demo", "vault-demo")


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (
            v.VaultChange(REF, redundancy="zone", cross_region_restore=False),
            {
                "properties": {
                    "redundancySettings": {
                        "standardTierStorageRedundancy": "ZoneRedundant",
                        "crossRegionRestore": "Disabled",
                    }
                }
            },
        ),
        (
            v.VaultChange(REF, cross_region_restore=True),
            {"properties": {"redundancySettings": {"crossRegionRestore": "Enabled"}}},
        ),
        (
            v.VaultChange(REF, immutability="locked"),
            {"properties": {"securitySettings": {"immutabilitySettings": {"state": "Locked"}}}},
        ),
        (v.VaultChange(REF, tags={}), {"tags": {}}),
        (
            v.VaultChange(REF, immutability="unlocked", soft_delete=v.SoftDelete("on", 30)),
            {
                "properties": {
                    "securitySettings": {
                        "immutabilitySettings": {"state": "Unlocked"},
                        "softDeleteSettings": {
                            "softDeleteState": "Enabled",
                            "enhancedSecurityState": "Enabled",
                            "softDeleteRetentionPeriodInDays": 30,
                        },
                    }
                }
            },
        ),
        (
            v.VaultChange(REF, soft_delete=v.SoftDelete("off", None)),
            {
                "properties": {
                    "securitySettings": {
                        "softDeleteSettings": {"softDeleteState": "Disabled", "enhancedSecurityState": "Enabled"}
                    }
                }
            },
        ),
        (v.VaultChange(REF), {}),
    ],
)
def test_a_patch_names_only_what_changes(change: v.VaultChange, body: dict[str, object]) -> None:
    assert translate_vaults.change_body(change) == body


@pytest.mark.parametrize(
    ("wanted", "properties"),
    [
        (v.SoftDelete("off", None), {"enhancedSecurityState": "Enabled", "softDeleteFeatureState": "Disabled"}),
        (
            v.SoftDelete("on", 30),
            {
                "enhancedSecurityState": "Enabled",
                "softDeleteFeatureState": "Enabled",
                "softDeleteRetentionPeriodInDays": 30,
            },
        ),
        (
            v.SoftDelete("always_on", 14),
            {
                "enhancedSecurityState": "AlwaysON",
                "softDeleteFeatureState": "AlwaysON",
                "softDeleteRetentionPeriodInDays": 14,
            },
        ),
    ],
)
def test_soft_delete_is_sent_as_recorded(wanted: v.SoftDelete, properties: dict[str, object]) -> None:
    assert translate_vaults.soft_delete_body(wanted) == {"properties": properties}


@pytest.mark.parametrize(
    ("properties", "read"),
    [
        ({"enhancedSecurityState": "Enabled", "softDeleteFeatureState": "Enabled"}, v.SoftDelete("on", None)),
        ({"softDeleteFeatureState": "Disabled", "softDeleteRetentionPeriodInDays": 14}, v.SoftDelete("off", 14)),
        ({"softDeleteFeatureState": "AlwaysON"}, v.SoftDelete("always_on", None)),
    ],
)
def test_soft_delete_is_read_from_2019_and_from_2024(properties: dict[str, object], read: v.SoftDelete) -> None:
    assert translate_vaults.soft_delete({"properties": properties}) == read


def test_a_soft_delete_state_never_seen_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        translate_vaults.soft_delete({"properties": {"softDeleteFeatureState": "Perhaps"}})


def vm(name: str) -> dict[str, Any]:
    group = f"/subscriptions/{REF.subscription_id}/resourceGroups/RG-A"
    return {"id": f"{group}/providers/Microsoft.Compute/virtualMachines/{name}"}


async def test_every_page_of_the_vms_is_followed(azure_over: AzureOver) -> None:
    link = f"https://management.azure.com/subscriptions/{REF.subscription_id}/providers/x?$skiptoken=2"
    pages = {None: {"value": [vm("a"), vm("b")], "nextLink": link}, "2": {"value": [vm("c")]}}
    azure = azure_over(lambda request: httpx.Response(200, json=pages[request.url.params.get("$skiptoken")]))
    assert [found.name for found in await azure.discovery.list_vms(REF.subscription_id)] == ["a", "b", "c"]


async def test_classic_vms_are_not_offered_for_protection(azure_over: AzureOver) -> None:
    classic = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/old"
    entries = [{"properties": {"virtualMachineId": vm("new")["id"]}}, {"properties": {"virtualMachineId": classic}}]
    azure = azure_over(lambda _: httpx.Response(200, json={"value": entries}))
    assert [found.name for found in await azure.discovery.list_unprotected(REF)] == ["new"]


async def test_a_vault_that_is_gone_can_be_deleted_again(azure_over: AzureOver) -> None:
    azure = azure_over(lambda _: httpx.Response(204))
    assert (await azure.vaults.delete(REF, request_id=uuid4())).is_done


async def test_what_a_vault_stores_is_unreadable_without_a_list(azure_over: AzureOver) -> None:
    bodies: tuple[Any, ...] = ({}, {"value": None}, {"value": {}}, [])
    for body in bodies:
        answer = httpx.Response(200, json=body)
        with pytest.raises(AzureUnreadable):
            await azure_over(lambda _, answer=answer: answer).vaults.usage(REF)  # type: ignore[misc]
