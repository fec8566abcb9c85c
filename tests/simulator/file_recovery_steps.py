"""Mounts a recovery point at the simulator."""

import httpx

from tests.simulator.story import Story, vm_id

NEW = "2026-08-01"


async def provision(
    story: Story, item: str, point: str, name: str = "vm-web-01", *, api: str = NEW, renew: bool = False
) -> httpx.Response:
    properties = {
        "objectType": "IaasVMILRRegistrationRequest",
        "recoveryPointId": point,
        "virtualMachineId": vm_id(name),
        "renewExistingRegistration": renew,
    }
    path = f"{item}/recoveryPoints/{point}/provisionInstantItemRecovery"
    return await story.send("POST", path, {"properties": properties}, api=api)


def operation_of(answer: httpx.Response) -> str:
    assert answer.status_code == 202, answer.text
    return answer.headers["Azure-AsyncOperation"].split("?")[0].rpartition("/")[2]
