"""A vault whose paired region can be restored to."""

from typing import Any

import httpx

from tests.simulator.story import RG, SUB, TARGET, VAULT, Story, vm_id

PASSIVE = "2021-11-15"
L = f"{SUB}/providers/Microsoft.RecoveryServices/locations/eastus"
PAIRED_ACCOUNT = f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastpaired"
VMS = "backupManagementType eq 'AzureIaasVM'"
ON = {"properties": {"redundancySettings": {"crossRegionRestore": "Enabled"}}}


async def ready(story: Story, *, wait: float = 30) -> tuple[str, str]:
    await story.make_vault()
    item, point = await story.with_recovery_point()
    assert (await story.send("PATCH", VAULT, ON)).status_code == 200
    await story.advance(wait)
    return item, point


async def passive(story: Story, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
    return await story.send(method, path, body, **({"api": PASSIVE} | more))


async def token(story: Story, item: str, point: str) -> Any:
    aad = (await passive(story, "GET", f"{L}/backupAadProperties", filter=VMS)).json()
    assert set(aad["properties"]) == {"tenantId", "audience", "servicePrincipalObjectId"}
    answer = await passive(story, "POST", f"{item}/recoveryPoints/{point}/accessToken", aad)
    assert answer.status_code == 200, answer.text
    return answer.json()["properties"]


def order(point: str, **changes: Any) -> dict[str, Any]:
    return {
        "objectType": "IaasVMRestoreRequest",
        "recoveryPointId": point,
        "recoveryType": "RestoreDisks",
        "sourceResourceId": vm_id("vm-web-01"),
        "targetResourceGroupId": TARGET,
        "storageAccountId": PAIRED_ACCOUNT,
        "region": "eastus",
        "affinityGroup": "",
        "createNewCloudService": False,
        "originalStorageAccountOption": False,
        "restoreWithManagedDisks": False,
    } | changes


async def cross(story: Story, details: Any, wanted: Any, **more: Any) -> httpx.Response:
    body = {"crossRegionRestoreAccessDetails": details, "restoreRequest": wanted}
    return await passive(story, "POST", f"{L}/backupCrossRegionRestore", body, **more)
