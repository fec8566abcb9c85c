"""What is sent to change a vault, as the wire knows it; and the lists behind discovery, page by page."""

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.azure import values as v
from app.azure.sdk import translate_vaults
from app.azure.sdk.client import build_azure
from app.simulator.asgi import create_app

REF = v.VaultRef("00000000-0000-0000-0000-000000000001", "rg-demo", "vault-demo")


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (
            v.VaultChange(REF, redundancy="zone", cross_region_restore=False),
            {"properties": {"redundancySettings": {
                "standardTierStorageRedundancy": "ZoneRedundant", "crossRegionRestore": "Disabled"}}},
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
        (v.VaultChange(REF), {}),
    ],
)  # fmt: skip
def test_a_patch_names_only_what_changes(change: v.VaultChange, body: dict[str, object]) -> None:
    assert translate_vaults.change_body(change) == body


@pytest.mark.parametrize(
    ("wanted", "properties"),
    [
        (v.SoftDelete("off", None), {"enhancedSecurityState": "Enabled", "softDeleteFeatureState": "Disabled"}),
        (v.SoftDelete("on", 30), {
            "enhancedSecurityState": "Enabled", "softDeleteFeatureState": "Enabled",
            "softDeleteRetentionPeriodInDays": 30}),
        (v.SoftDelete("always_on", 14), {
            "enhancedSecurityState": "AlwaysON", "softDeleteFeatureState": "AlwaysON",
            "softDeleteRetentionPeriodInDays": 14}),
    ],
)  # fmt: skip
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


async def test_every_page_of_vms_and_vaults_is_followed(signing_key: rsa.RSAPrivateKey) -> None:
    simulator = create_app(signing_key=signing_key)
    simulator.page_size = 2
    for number in range(5):
        simulator.world.add_vm(f"vm-extra-{number}", "rg-demo", "westus", "Linux", 0)
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(simulator)) as http,
        build_azure("http://simulator.test", http=http) as azure,
    ):
        found = await azure.discovery.list_vms(REF.subscription_id)
    assert {vm.name for vm in found} >= {f"vm-extra-{number}" for number in range(5)} | {"vm-web-01"}
    assert len(found) == len(simulator.world.vms)
