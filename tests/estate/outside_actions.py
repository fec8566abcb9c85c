"""What other tools do to a vault, its policies and its items: through Azure's own SDK, against the simulator.

Each action says which kinds of alarm it must raise; a benign one raises none. One that Azure refuses raises none.
"""

import copy
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Self

from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.recoveryservices.aio import RecoveryServicesClient
from azure.mgmt.recoveryservicesbackup.aio import RecoveryServicesBackupClient

from app.azure.sdk.transport import HttpxTransport
from tests.estate.estate_steps import seed
from tests.simulator.policy_bodies import PRODUCTION
from tests.simulator.story import VAULT, vm_id
from tests.world import SIMULATOR, SUBSCRIPTION, World

GROUP, NAME = "rg-demo", "vault-demo"
GUARD = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-demo/providers/Microsoft.DataProtection/resourceGuards/guard"
VMS = [f"vm-t-{number}" for number in range(1, 4)]
STOP = {"protectionState": "ProtectionStopped", "policyId": ""}
SUSPEND = {"protectionState": "BackupsSuspended", "policyId": ""}
Body = dict[str, Any]


class _Authorization(SansIOHTTPPolicy[Any, Any]):
    """A token of another tool: azure-core's own policy wants https, and the simulator in this process has none."""

    def __init__(self, token: str) -> None:
        self._token = token

    def on_request(self, request: PipelineRequest[Any]) -> None:
        request.http_request.headers["Authorization"] = f"Bearer {self._token}"


class _Token:
    """A credential that is never asked, because of the policy above."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        return AccessToken(self._token, 2**40)

    async def close(self) -> None:
        """Nothing is open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""


class Outside:
    """Another tool, with both clients of Azure's SDK."""

    def __init__(self, world: World, seed_: int) -> None:
        self.world, self.random = world, Random(seed_)  # noqa: S311
        token = world.simulator.identity.token("https://management.azure.com", "other-tool", SIMULATOR)
        options: dict[str, Any] = {
            "base_url": SIMULATOR,
            "transport": HttpxTransport(world.http),
            "authentication_policy": _Authorization(token),
            "retry_total": 0,
        }
        self._vaults = RecoveryServicesClient(_Token(token), SUBSCRIPTION, **options)
        self._backup = RecoveryServicesBackupClient(_Token(token), SUBSCRIPTION, **options)

    # --- the vault -----------------------------------------------------------------------------------------------
    async def patch_vault(self, **changes: Any) -> None:
        body: Any = changes
        await self._vaults.vaults.begin_update(GROUP, NAME, body, polling=False)
        self.world.advance(60)

    async def security(self, **settings: Any) -> None:
        await self.patch_vault(properties={"securitySettings": settings})

    async def soft_delete(self, state: str, days: int | None = None) -> None:
        wanted: Body = {"softDeleteState": state, "enhancedSecurityState": state}
        await self.security(softDeleteSettings=wanted | ({"softDeleteRetentionPeriodInDays": days} if days else {}))

    async def guard(self, *, on: bool) -> None:
        proxies = self._backup.resource_guard_proxy
        if on:
            body: Any = {"properties": {"resourceGuardResourceId": GUARD}}
            await proxies.put(NAME, GROUP, "VaultProxy", body)
        else:
            await proxies.delete(NAME, GROUP, "VaultProxy")

    # --- policies ------------------------------------------------------------------------------------------------
    async def policy(self, name: str, change: Callable[[Body], None]) -> None:
        """Read it, change it, write it: as a tool does."""
        found = await self._backup.protection_policies.get(NAME, GROUP, name)
        properties = found.as_dict()["properties"]
        change(properties)
        await self.write_policy(name, properties)

    async def write_policy(self, name: str, properties: Mapping[str, Any]) -> None:
        body: Any = {"properties": dict(properties)}
        await self._backup.protection_policies.create_or_update(NAME, GROUP, name, body)
        self.world.advance(300)

    async def delete_policy(self, name: str) -> None:
        await self._backup.protection_policies.begin_delete(NAME, GROUP, name, polling=False)
        self.world.advance(60)

    # --- items ---------------------------------------------------------------------------------------------------
    def some(self, *, all_: bool = False) -> list[str]:
        return VMS if all_ else self.random.sample(VMS, self.random.randint(1, len(VMS) - 1))

    async def put_item(self, vm: str, **properties: Any) -> None:
        body: Any = {
            "properties": {
                "protectedItemType": "Microsoft.Compute/virtualMachines",
                "sourceResourceId": vm_id(vm),
                **properties,
            }
        }
        names = f"IaasVMContainer;iaasvmcontainerv2;{GROUP};{vm}", f"VM;iaasvmcontainerv2;{GROUP};{vm}"
        await self._backup.protected_items.begin_create_or_update(NAME, GROUP, "Azure", *names, body, polling=False)
        self.world.advance(300)

    async def delete_item(self, vm: str) -> None:
        names = f"IaasVMContainer;iaasvmcontainerv2;{GROUP};{vm}", f"VM;iaasvmcontainerv2;{GROUP};{vm}"
        await self._backup.protected_items.delete(NAME, GROUP, "Azure", *names)
        self.world.advance(300)

    async def move(self, policy: str, *, all_: bool = False) -> None:
        for vm in self.some(all_=all_):
            await self.put_item(vm, policyId=f"{VAULT}/backupPolicies/{policy}")

    async def stop(self, *, all_: bool = False, how: Mapping[str, str] = STOP) -> None:
        for vm in self.some(all_=all_):
            await self.put_item(vm, **how)

    async def delete(self, *, all_: bool = False) -> None:
        for vm in self.some(all_=all_):
            await self.delete_item(vm)

    async def exclude(self, luns: list[int], *, include: bool = False) -> None:
        wanted = {"diskExclusionProperties": {"diskLunList": luns, "isInclusionList": include}}
        vm = self.some()[0]
        await self.put_item(vm, policyId=f"{VAULT}/backupPolicies/gold", extendedProperties=wanted)

    async def backup(self) -> None:
        vm = self.some()[0]
        names = f"IaasVMContainer;iaasvmcontainerv2;{GROUP};{vm}", f"VM;iaasvmcontainerv2;{GROUP};{vm}"
        body: Any = {"properties": {"objectType": "IaasVMBackupRequest"}}
        await self._backup.backups.trigger(NAME, GROUP, "Azure", *names, body)
        self.world.advance(7200)


async def given(world: World, **vault: Any) -> dict[str, Any]:
    """A vault with three policies and three machines that have points of five days, as Holdfast knows them."""
    made = await world.vault(**vault)
    other = Outside(world, 0)
    for name in ("gold", "silver", "bronze"):
        properties = copy.deepcopy(PRODUCTION)
        if name == "bronze":
            shorter(properties, "dailySchedule", 7)
        await other.write_policy(name, properties)
    await other.guard(on=True)
    protected = {"vault_id": VAULT, "policy": "gold", "prefix": "vm-t-", "count": len(VMS), "recovery_points": 5}
    seed(world, protected=[protected])
    await world.done(f"/v1/vaults/{made['id']}/refresh", {})
    return made


def shorter(properties: Body, layer: str, count: int) -> None:
    properties["retentionPolicy"][layer]["retentionDuration"]["count"] = count


def _without(layer: str) -> Callable[[Body], None]:
    return lambda properties: properties["retentionPolicy"].pop(layer)


def _count(layer: str, count: int) -> Callable[[Body], None]:
    return lambda properties: shorter(properties, layer, count)


def _weekly(properties: Body) -> None:
    properties["schedulePolicy"] |= {"scheduleRunFrequency": "Weekly", "scheduleRunDays": ["Sunday"]}
    properties["retentionPolicy"].pop("dailySchedule")
    properties["instantRpRetentionRangeInDays"] = 5


def _snapshots(days: int) -> Callable[[Body], None]:
    return lambda properties: properties.update(instantRpRetentionRangeInDays=days)


def _later(properties: Body) -> None:
    at = properties["schedulePolicy"]["scheduleRunTimes"][0].replace("T02:", "T04:")
    properties["schedulePolicy"]["scheduleRunTimes"] = [at]
    for layer in properties["retentionPolicy"].values():
        if isinstance(layer, dict) and "retentionTimes" in layer:
            layer["retentionTimes"] = [at]


def _same(_properties: Body) -> None:
    """Written again as it is."""


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    do: Callable[[Outside], Awaitable[None]]
    raises: frozenset[str] = frozenset()
    needs: str = "disabled"
    """The immutability of the vault that it is done to."""

    async def happens(self, other: Outside) -> frozenset[str]:
        """Do it: what must be found. Azure refuses what makes no sense after an earlier one."""
        try:
            await self.do(other)
        except HttpResponseError as error:
            if error.status_code in range(400, 500):
                return frozenset()
            raise
        return self.raises


def _attack(name: str, raises: str, do: Callable[[Outside], Awaitable[None]], needs: str = "disabled") -> Action:
    return Action(name, do, frozenset({raises}), needs)


async def _purge(other: Outside) -> None:
    await other.soft_delete("Disabled")
    await other.delete(all_=True)


async def _new_policy_for_all(other: Outside) -> None:
    properties = copy.deepcopy(PRODUCTION)
    shorter(properties, "dailySchedule", 7)
    properties["retentionPolicy"] = {
        name: layer for name, layer in properties["retentionPolicy"].items() if name != "monthlySchedule"
    }
    await other.write_policy("cheap", properties)
    await other.move("cheap", all_=True)


SHRUNK, STOPPED, DELETED = "retention_shrunk", "protection_stopped", "data_deleted"
ATTACKS = (
    _attack("daily retention cut", SHRUNK, lambda one: one.policy("gold", _count("dailySchedule", 7))),
    _attack("weekly retention cut", SHRUNK, lambda one: one.policy("gold", _count("weeklySchedule", 1))),
    _attack("monthly retention dropped", SHRUNK, lambda one: one.policy("gold", _without("monthlySchedule"))),
    _attack("backups weekly only", SHRUNK, lambda one: one.policy("gold", _weekly)),
    _attack("snapshots kept shorter", SHRUNK, lambda one: one.policy("gold", _snapshots(1))),
    _attack("some moved to a weaker policy", SHRUNK, lambda one: one.move("bronze")),
    _attack("all moved to a new weak policy", SHRUNK, _new_policy_for_all),
    _attack("some stopped", STOPPED, lambda one: one.stop()),
    _attack("all stopped", STOPPED, lambda one: one.stop(all_=True)),
    _attack("some suspended", STOPPED, lambda one: one.stop(how=SUSPEND), "unlocked"),
    _attack("a disk left out", STOPPED, lambda one: one.exclude([0])),
    _attack("some deleted", DELETED, lambda one: one.delete()),
    _attack("all deleted", DELETED, lambda one: one.delete(all_=True)),
    Action("soft delete off, all deleted for good", _purge, frozenset({"soft_delete_weakened", DELETED})),
    _attack("soft delete off", "soft_delete_weakened", lambda one: one.soft_delete("Disabled")),
    _attack("soft delete shorter", "soft_delete_weakened", lambda one: one.soft_delete("Enabled", 14)),
    _attack("guard removed", "guard_removed", lambda one: one.guard(on=False)),
    _attack(
        "immutability off",
        "immutability_weakened",
        lambda one: one.security(immutabilitySettings={"state": "Disabled"}),
        "unlocked",
    ),
)
BENIGN = (
    Action("daily retention raised", lambda one: one.policy("gold", _count("dailySchedule", 90))),
    Action("monthly retention raised", lambda one: one.policy("gold", _count("monthlySchedule", 60))),
    Action("snapshots kept longer", lambda one: one.policy("gold", _snapshots(5))),
    Action("backups at another hour", lambda one: one.policy("gold", _later)),
    Action("a policy written as it is", lambda one: one.policy("gold", _same)),
    Action("an unused policy deleted", lambda one: one.delete_policy("bronze")),
    Action("a new weak policy that nothing follows", lambda one: one.write_policy("spare", PRODUCTION)),
    Action("some moved to an equal policy", lambda one: one.move("silver")),
    Action("all moved to an equal policy", lambda one: one.move("silver", all_=True)),
    Action("items written as they are", lambda one: one.move("gold")),
    Action("every disk, said in words", lambda one: one.exclude([])),
    Action("a backup on demand", lambda one: one.backup()),
    Action("tags", lambda one: one.patch_vault(tags={"owner": "another"})),
    Action("soft delete longer", lambda one: one.soft_delete("Enabled", 90)),
    Action("immutability on", lambda one: one.security(immutabilitySettings={"state": "Unlocked"})),
    Action("guard linked again", lambda one: one.guard(on=True)),
)
