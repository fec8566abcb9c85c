"""Walking the simulator in-process: ARM requests with a token, and the usual steps of a story by name."""

from typing import Any

import httpx

from app.simulator.asgi import Simulator
from app.simulator.world import SUBSCRIPTION

ARM = "https://management.azure.com"
API = "2026-10-01"
SUB = f"/subscriptions/{SUBSCRIPTION}"
RG = f"{SUB}/resourceGroups/rg-demo"
VAULT = f"{RG}/providers/Microsoft.RecoveryServices/vaults/vault-demo"
DEFAULT_POLICY = f"{VAULT}/backupPolicies/DefaultPolicy"
STORAGE = f"{RG}/providers/Microsoft.Storage/storageAccounts/stholdfastdemo"
TARGET = f"{SUB}/resourceGroups/rg-restored"


def vm_id(name: str, group: str = "rg-demo") -> str:
    return f"{SUB}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"


def item_path(name: str, vault: str = VAULT, group: str = "rg-demo") -> str:
    middle = f"iaasvmcontainerv2;{group};{name}"
    return f"{vault}/backupFabrics/Azure/protectionContainers/IaasVMContainer;{middle}/protectedItems/VM;{middle}"


class Story:
    """A client of one simulator. `send` never raises for a status; the named steps assert that they worked."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        token = simulator.identity.token(ARM, "story", "https://management.azure.com")
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(simulator), base_url=ARM, headers={"Authorization": f"Bearer {token}"}
        )

    async def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        api: str | None = API,
        request_id: str | None = None,
        **query: str,
    ) -> httpx.Response:
        """`filter` and `skipToken` become `$filter` and `$skipToken`; api=None sends a link as it is."""
        named = {f"${name}" if name in {"filter", "skipToken"} else name: value for name, value in query.items()}
        params = {"api-version": api} | named if api is not None else named or None
        headers = {"x-ms-client-request-id": request_id} if request_id else {}
        return await self.client.request(method, path, json=body, headers=headers, params=params)

    async def get(self, path: str, *, api: str | None = API, **query: str) -> Any:
        answer = await self.send("GET", path, api=api, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def control(self, action: str, **body: Any) -> Any:
        answer = await self.client.post(f"/_simulator/{action}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def advance(self, seconds: float, *, run_policies: bool = False) -> None:
        """Policies run only where a test is about them: the others count jobs and points."""
        await self.control("advance", seconds=seconds, run_policies=run_policies)

    async def make_vault(self, path: str = VAULT, *, api: str = API, **properties: Any) -> Any:
        body = {"location": "westus", "sku": {"name": "Standard"}, "properties": properties}
        answer = await self.send("PUT", path, body, api=api)
        assert answer.status_code == 201, answer.text
        await self.advance(60)
        return await self.get(path, api=api)

    async def put_item(self, name: str, *, api: str = API, vault: str = VAULT, **properties: Any) -> httpx.Response:
        body = {"protectedItemType": "Microsoft.Compute/virtualMachines", "sourceResourceId": vm_id(name)}
        return await self.send("PUT", item_path(name, vault), {"properties": body | properties}, api=api)

    async def protect(self, name: str = "vm-web-01", *, api: str = API) -> str:
        """Enabled and over: the item's path."""
        answer = await self.put_item(name, api=api, policyId=DEFAULT_POLICY)
        assert answer.status_code == 202, answer.text
        await self.advance(35)
        return item_path(name)

    async def back_up(self, item: str, *, api: str = API, request_id: str | None = None) -> httpx.Response:
        body = {"properties": {"objectType": "IaasVMBackupRequest"}}
        answer = await self.send("POST", f"{item}/backup", body, api=api, request_id=request_id)
        assert answer.status_code == 202, answer.text
        return answer

    async def with_recovery_point(self, name: str = "vm-web-01") -> tuple[str, str]:
        """(item path, recovery point name) of a machine that is protected and backed up once."""
        item = await self.protect(name)
        await self.back_up(item)
        await self.advance(4500)
        points = await self.get(f"{item}/recoveryPoints")
        return item, points["value"][0]["name"]

    async def restore(
        self, item: str, point: str, name: str = "vm-web-01", *, api: str = API, **changes: Any
    ) -> httpx.Response:
        properties = {
            "objectType": "IaasVMRestoreRequest",
            "recoveryPointId": point,
            "recoveryType": "RestoreDisks",
            "sourceResourceId": vm_id(name),
            "storageAccountId": STORAGE,
            "targetResourceGroupId": TARGET,
            "region": "westus",
            "createNewCloudService": False,
            "originalStorageAccountOption": False,
        }
        body = {"properties": {k: v for k, v in (properties | changes).items() if v is not ...}}
        return await self.send("POST", f"{item}/recoveryPoints/{point}/restore", body, api=api)

    async def newest_job(self, *, api: str = API) -> Any:
        jobs = (await self.get(f"{VAULT}/backupJobs", api=api))["value"]
        return await self.get(f"{VAULT}/backupJobs/{jobs[0]['name']}", api=api)
