"""What exists: subscriptions with their groups, machines and disks, and the vaults with everything inside.

Nothing here runs by itself. Consequences of work (a recovery point, a restored disk, an item that disappears) are put
on the agenda with their due instant and applied, in order, by `settle` at the next request.
"""

import heapq
import random
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.simulator.graph_dials import Dials
from app.simulator.machine_parts import Boot, Parts
from app.simulator.options import Options
from app.simulator.policy_parts import PolicyParts
from app.simulator.progress import Clock, Job

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
TENANT = "11111111-1111-1111-1111-111111111111"
# The third pair is of two geographies (published list of pairs).
PAIRED_REGIONS = {"westus": "eastus", "eastus": "westus", "brazilsouth": "southcentralus"}
PAIRED_REGIONS |= {"northeurope": "westeurope", "westeurope": "northeurope"}
REGIONS = sorted({*PAIRED_REGIONS, *PAIRED_REGIONS.values()})

Json = dict[str, Any]
IMAGES: dict[str, Json] = {
    "Linux": {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2"},
    "Windows": {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-g2"},
}
"""What machines are made from unless told."""


@dataclass(slots=True)
class Disk:
    name: str
    resource_group: str
    location: str
    gib: int
    created: int
    os: str | None = None
    lun: int = -1  # -1 is the OS disk, as in recovery points
    vm_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    zones: list[str] = field(default_factory=list)
    subscription: str = SUBSCRIPTION
    owned: int | None = None  # when it was last attached or detached; None: never

    @property
    def id(self) -> str:
        return resource_id(self.resource_group, "Microsoft.Compute/disks", self.name, self.subscription)


@dataclass(frozen=True, slots=True)
class Nature:
    """What a machine is, as far as a restore of it asks; a recovery point keeps what it was."""

    encrypted: bool = False  # by Azure Disk Encryption
    managed: bool = True  # managed disks
    premium: bool = True  # premium disks
    security: str = "None"  # TrustedLaunch, ConfidentialVM
    ultra: bool = False  # Ultra, Premium SSD v2 or shared disks


@dataclass(slots=True)
class VirtualMachine:
    name: str
    resource_group: str
    location: str
    os: str  # Linux | Windows
    disks: list[Disk]
    unique_id: str
    tags: dict[str, str] = field(default_factory=dict)
    size: str = "Standard_DS1_v2"
    zones: list[str] = field(default_factory=list)
    nature: Nature = field(default_factory=Nature)
    subscription: str = SUBSCRIPTION
    first_mb_a_gib: int = 167  # what a backup moves for each GiB of its disks: backups.py
    later_mb_a_gib: int = 4
    image: Json = field(default_factory=dict)  # publisher, offer, sku; or an id: a custom one; {} = from no image

    @property
    def id(self) -> str:
        return resource_id(self.resource_group, "Microsoft.Compute/virtualMachines", self.name, self.subscription)

    @property
    def service_name(self) -> str:
        """`iaasvmcontainerv2;rg;vm`: lower-cased by the service (docs/azure.md, Names)."""
        return f"iaasvmcontainerv2;{self.resource_group.lower()};{self.name.lower()}"


@dataclass(slots=True)
class RecoveryPoint:
    name: str
    time: int
    expires: int | None
    instant_until: int
    consistency: str
    disks: list[Disk]  # in the point
    excluded: list[Disk]  # attached to the machine, but not in the point
    run: int | None = None  # the scheduled instant that made it: its retention follows the policy
    vaulted: bool = True  # False: a snapshot alone, as a replacement of disks takes one first
    archived: bool = False  # moved to the archive tier: nowhere else any more
    zones: list[str] | None = field(default_factory=list)  # None: what an answer leaves out
    nature: Nature = field(default_factory=Nature)


@dataclass(slots=True)
class Item:
    vm: VirtualMachine
    policy_id: str
    policy_name: str
    data_id: str
    policy_type: str = "V1"
    state: str = "IRPending"
    last_backup_status: str = ""
    last_backup: int | None = None
    last_recovery_point: int | None = None
    recovery_points: list[RecoveryPoint] = field(default_factory=list)
    disk_exclusion: Json | None = None
    deleted: int | None = None  # start of the job that soft-deleted it
    purges: int | None = None  # when soft delete ends for it
    scheduled_from: int = 0  # the policy's runs count from here
    health: Json | None = None  # what a test has planted (control.py)
    last_failure: Json | None = None  # errorDetails entry of its last backup, when that failed
    faults: list[Json] = field(default_factory=list)  # planted: how its next backups fail, one each
    slow: float = 1.0  # planted: how many times as long its backups and restores take


@dataclass(slots=True)
class Mount:
    """A session of item-level recovery: a recovery point mounted through a script, until it expires."""

    item: Item
    point: RecoveryPoint
    suffix: str  # of the script's name; holds the password
    ready: int
    expires: int
    sequence: int


@dataclass(slots=True)
class Operation:
    """What an asynchronous write leaves behind. `kind` tells what its operationResults answer at the end."""

    id: str
    kind: str  # item | trigger | delete_item | policy | refresh | cancel | vault | delete_vault | mount | ...
    started: int
    ends: int
    job_id: str | None = None
    job_ids: list[str] | None = None
    mount: Mount | None = None
    findings: list[Json] | None = None  # what a validation found; [] = nothing wrong


@dataclass(slots=True)
class Vault:
    name: str
    resource_group: str
    location: str
    created: int
    ready: int  # Provisioning until then
    changed: int
    tags: dict[str, str] | None
    settings: Json  # the properties a caller can set
    policies: dict[str, Json]  # lower-case name -> {"name", "properties"}
    items: dict[str, Item] = field(default_factory=dict)  # by service name
    jobs: dict[str, Job] = field(default_factory=dict)  # by id, oldest first
    crossing_since: int | None = None  # cross-region restore is on since then
    redundancy_by_vault: bool = False  # redundancySettings were written on the vault itself
    soft_delete_by_vault: bool = False  # so were softDeleteSettings
    guard_id: str = ""
    guarded: bool = False  # by a resource guard: only its word is shown, nothing is refused
    shows_alerts: bool = True  # False: as old vaults, whose body has no monitoringSettings
    shows_soft_delete: bool = True  # False: as vaults of before 2022, whose body has no softDeleteSettings
    subscription: str = SUBSCRIPTION

    @property
    def key(self) -> tuple[str, str]:
        return group_key(self.resource_group, self.subscription), self.name.lower()

    @property
    def id(self) -> str:
        return resource_id(self.resource_group, "Microsoft.RecoveryServices/vaults", self.name, self.subscription)

    @property
    def soft_delete_state(self) -> str:
        return str(self.settings["securitySettings"]["softDeleteSettings"]["softDeleteState"])


@dataclass(slots=True)
class Truth:
    """What really happened, for tests: never part of ARM."""

    triggers: list[Json] = field(default_factory=list)
    requests: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("list_jobs", "get_job", "other_read", "write", "trigger", "query_graph"), 0
        )
    )
    writes: deque[Json] = field(default_factory=lambda: deque(maxlen=50_000))  # every write and trigger, as it came
    throttled: dict[str, int] = field(default_factory=dict)  # by class: refused by a limit


def resource_id(resource_group: str, resource_type: str, name: str, subscription: str = SUBSCRIPTION) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{resource_group}/providers/{resource_type}/{name}"


def group_key(name: str, subscription: str = SUBSCRIPTION) -> str:
    """How the resource groups of all subscriptions are told apart."""
    return name.lower() if subscription == SUBSCRIPTION else f"{subscription}/{name}".lower()


class World:
    """One subscription, and those a test adds. `settle` brings it up to the clock; lookups ignore the letter case."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.subscriptions: dict[str, str] = {SUBSCRIPTION: "Demo subscription"}  # id -> display name
        self.resource_groups: dict[str, tuple[str, str]] = {}  # by `group_key`: (name, location)
        self.vms: dict[str, VirtualMachine] = {}
        self.disks: dict[str, Disk] = {}
        self.storage_accounts: dict[str, Json] = {}
        self.networks: dict[str, Json] = {}
        self.vaults: dict[tuple[str, str], Vault] = {}
        self.operations: dict[str, Operation] = {}
        self.registered: dict[str, tuple[str, str]] = {}  # VM id -> key of the vault it is (being) registered with
        self.mounts: list[Mount] = []
        self.discovered: set[str] = set()  # VM ids that a refresh has seen
        self.zones: dict[str, list[str]] = {"eastus": ["1", "2", "3"]}  # by location; westus has none
        self.locks: list[Json] = []
        self.permissions: list[Json] = []
        self.truth = Truth()
        self.options = Options()
        self.graph = Dials()
        self.monitor: dict[str, Json] = {}  # by id in lower case: action groups, metric alerts, processing rules
        self.notifications: dict[str, Json] = {}  # test notifications, by number
        self.parts = Parts()
        self.azure_policy = PolicyParts()
        self._agenda: list[tuple[int, int, Callable[[], object]]] = []
        self._entries = 0
        self.settled = 0  # consequences applied so far
        self._random = random.Random(20200506)  # noqa: S311 - names, not secrets
        self._furnish()

    def _furnish(self) -> None:
        for group in ("rg-demo", "rg-restored"):
            self.add_resource_group(group, "westus")
        for name, os, data_disks in (
            ("vm-web-01", "Linux", 1),
            ("vm-db-01", "Windows", 2),
            ("vm-batch-01", "Linux", 0),
        ):
            vm = self.add_vm(name, "rg-demo", "westus", os, data_disks)
            self.discovered.add(vm.id.lower())
        self.add_storage_account("stholdfastdemo", "rg-demo", "westus")
        self.add_network("vnet-demo", "rg-demo", "westus", ["default"])
        # A restore in the paired region needs both there.
        self.add_storage_account("stholdfastpaired", "rg-demo", "eastus")
        self.add_network("vnet-paired", "rg-demo", "eastus", ["default"])

    # -- time -------------------------------------------------------------------------------------------------------
    def on(self, instant: int, effect: Callable[[], object]) -> None:
        """Put a consequence on the agenda: a `partial` of a module's function, so that it can be saved."""
        self._entries += 1
        heapq.heappush(self._agenda, (instant, self._entries, effect))

    def agenda(self) -> list[tuple[int, int, Callable[[], object]]]:
        """The events that are still to come."""
        return list(self._agenda)

    def set_agenda(self, agenda: list[tuple[int, int, Callable[[], object]]]) -> None:
        self._agenda = agenda

    def settle(self) -> None:
        """Apply every consequence that is due by now, oldest first."""
        now = self.clock.now()
        while self._agenda and self._agenda[0][0] <= now:
            heapq.heappop(self._agenda)[2]()
            self.settled += 1

    # -- inventory --------------------------------------------------------------------------------------------------
    def add_resource_group(self, name: str, location: str, subscription: str = SUBSCRIPTION) -> None:
        self.subscriptions.setdefault(subscription, f"Subscription {len(self.subscriptions) + 1}")
        self.resource_groups.setdefault(group_key(name, subscription), (name, location))

    def add_vm(
        self,
        name: str,
        resource_group: str,
        location: str,
        os: str,
        data_disks: int = 0,
        tags: dict[str, str] | None = None,
        subscription: str = SUBSCRIPTION,
    ) -> VirtualMachine:
        """A machine with an OS disk and `data_disks` data disks on LUNs 0.. A name in use is replaced."""
        self.add_resource_group(resource_group, location, subscription)
        now = self.clock.now()
        os_gib = 127 if os == "Windows" else 30
        disks = [Disk(f"{name}_OsDisk_1", resource_group, location, os_gib, now, os)]
        disks += [
            Disk(f"{name}_DataDisk_{lun}", resource_group, location, 64, now, lun=lun) for lun in range(data_disks)
        ]
        unique = uuid.uuid5(uuid.NAMESPACE_URL, f"vm/{group_key(resource_group, subscription)}/{name}".lower())
        vm = VirtualMachine(
            name, resource_group, location, os, disks, str(unique), tags or {}, subscription=subscription
        )
        vm.image = dict(IMAGES[os])
        for disk in disks:
            disk.vm_id, disk.subscription = vm.id, subscription
            self.disks[disk.id.lower()] = disk
        self.vms[vm.id.lower()] = vm
        self.parts.boots[vm.id.lower()] = Boot(now)
        return vm

    def add_storage_account(
        self,
        name: str,
        resource_group: str,
        location: str,
        *,
        sku: str = "Standard_LRS",
        kind: str = "StorageV2",
        default_action: str = "Allow",
    ) -> str:
        identity = resource_id(resource_group, "Microsoft.Storage/storageAccounts", name)
        self.storage_accounts[identity.lower()] = {
            "id": identity,
            "name": name,
            "type": "Microsoft.Storage/storageAccounts",
            "location": location,
            "tags": {},
            "kind": kind,
            "sku": {"name": sku, "tier": sku.partition("_")[0]},
            "properties": {
                "provisioningState": "Succeeded",
                "networkAcls": {"bypass": "AzureServices", "defaultAction": default_action},
                "primaryEndpoints": {"blob": f"https://{name}.blob.core.windows.net/"},
                "primaryLocation": location,
                "statusOfPrimary": "available",
            },
        }
        return identity

    def add_network(self, name: str, resource_group: str, location: str, subnets: list[str]) -> str:
        identity = resource_id(resource_group, "Microsoft.Network/virtualNetworks", name)
        self.networks[identity.lower()] = {
            "id": identity,
            "name": name,
            "type": "Microsoft.Network/virtualNetworks",
            "location": location,
            "properties": {
                "provisioningState": "Succeeded",
                "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "subnets": [
                    {
                        "id": f"{identity}/subnets/{subnet}",
                        "name": subnet,
                        "properties": {"provisioningState": "Succeeded", "addressPrefix": f"10.0.{number}.0/24"},
                    }
                    for number, subnet in enumerate(subnets)
                ],
            },
        }
        return identity

    # -- work -------------------------------------------------------------------------------------------------------
    def begin_operation(self, kind: str, nominal_seconds: float, job: Job | None = None) -> Operation:
        now = job.started if job else self.clock.now()
        operation = Operation(
            str(uuid.uuid4()), kind, now, self.clock.after(now, nominal_seconds), job.id if job else None
        )
        self.operations[operation.id] = operation
        return operation

    def mount_of(self, item: Item, point: RecoveryPoint) -> Mount | None:
        """The live session of a point, if there is one."""
        now = self.clock.now()
        self.mounts = [mount for mount in self.mounts if mount.expires > now]
        found = (mount for mount in self.mounts if mount.item is item and mount.point is point and mount.ready <= now)
        return next(found, None)

    def forget_job(self, job_id: str) -> None:
        """Lose a job, as if it had never been: what it started goes on."""
        for vault in self.vaults.values():
            vault.jobs.pop(job_id, None)

    def shuffle(self, entries: list[Any]) -> None:
        self._random.shuffle(entries)

    def number_name(self, digits: int = 18) -> str:
        """A numeric name, unique enough and in no order: recovery points and protectedItemDataId have such."""
        return str(self._random.randrange(10 ** (digits - 1), 10**digits))
