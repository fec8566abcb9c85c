"""An item with a point to restore, and bodies of each restore mode."""

from typing import Any

from tests.simulator.story import RG, STORAGE, TARGET, VAULT, Story, vm_id

NETWORK = f"{RG}/providers/Microsoft.Network/virtualNetworks/vnet-demo"
NEW_VM: dict[str, Any] = {
    "recoveryType": "AlternateLocation",
    "targetVirtualMachineId": vm_id("vm-web-01r", "rg-restored"),
    "virtualNetworkId": NETWORK,
    "subnetId": f"{NETWORK}/subnets/default",
}

REPLACE: dict[str, Any] = {"recoveryType": "OriginalLocation", "targetResourceGroupId": ...}
ZONE_REDUNDANT: dict[str, Any] = {"redundancySettings": {"standardTierStorageRedundancy": "ZoneRedundant"}}
"""Of a vault: what a restore into a zone of its own region wants."""


async def ready(story: Story, **settings: Any) -> tuple[str, str]:
    await story.make_vault(**settings)
    return await story.with_recovery_point()


async def validate(story: Story, point: str, **changes: Any) -> list[str]:
    """The codes that the validate operation finds."""
    restore = {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": point,
        "recoveryType": "RestoreDisks",
        "sourceResourceId": vm_id("vm-web-01"),
        "storageAccountId": STORAGE,
        "targetResourceGroupId": TARGET,
        "region": "westus",
    }
    wanted = {"objectType": "ValidateIaasVMRestoreOperationRequest", "restoreRequest": restore | changes}
    answer = await story.send("POST", f"{VAULT}/backupTriggerValidateOperation", {"id": VAULT, "properties": wanted})
    assert (answer.status_code, answer.headers["Retry-After"]) == (202, "10")
    running = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert running["status"] == "InProgress"
    await story.advance(10)
    done = (await story.send("GET", answer.headers["Azure-AsyncOperation"], api=None)).json()
    assert done["status"] == "Succeeded"
    found = done["properties"]["validateOperationResponse"]["validationResults"]
    return [entry["code"] for entry in found]
