"""Machines, their parts, scripts and networks, in our words (docs/azure.md, Compute and Network). Pure.

What Azure did not say, or said in a way that is not understood, is None, or missing from a mapping: never a guess.
Where None means "none", an odd answer is none of these values at all: reading it raises AzureUnreadable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from app.azure.values import VmRef

IN_USE: Final = frozenset({"NicInUse", "PublicIPAddressCannotBeDeleted", "OperationNotAllowed"})
"""Codes of a refused deletion: something else still holds it."""
LOCKED: Final = "ScopeLocked"
LONGEST_OUTPUT: Final = 4096
"""Characters of a script's output. Azure keeps as many bytes."""

DeleteOption = Literal["detach", "delete"]


@dataclass(frozen=True, slots=True)
class AttachedDisk:
    id: str | None
    """None for an unmanaged disk. One that cannot be read makes its list, or `Machine.os_disk`, None."""
    name: str
    lun: int | None
    """None for the OS disk."""
    size_gib: int | None
    delete_option: DeleteOption | None
    """What becomes of it when its machine is deleted. None: Azure does not say."""


@dataclass(frozen=True, slots=True)
class AttachedInterface:
    id: str
    delete_option: DeleteOption | None
    """None: Azure does not say; documented is that it is kept then."""


@dataclass(frozen=True, slots=True)
class Agent:
    """What the agent in a machine last told Azure, or how Azure describes its silence."""

    is_ready: bool
    """Azure's word Ready. Everything else is not ready."""
    code: str
    said: str
    at: datetime | None
    """Of an agent that is not ready this may be the time of the question."""


@dataclass(frozen=True, slots=True)
class Machine:
    vm: VmRef
    location: str
    unique_id: str | None
    """Azure's `vmId`: another machine made later under the same name has another one."""
    provisioning: str
    """Azure's word: Succeeded, Creating, Updating, Deleting, Failed. Empty where it has none."""
    created_at: datetime | None
    power: str | None
    """Azure's word in lower case: running, starting, stopped, deallocated, ... None: no such status."""
    agent: Agent | None
    """None: nothing is said of an agent."""
    computer_name: str | None
    """Told by the agent, as `os_name`."""
    os_name: str | None
    os_disk: AttachedDisk | None
    """None where Azure does not say it, or what it says cannot be read."""
    data_disks: tuple[AttachedDisk, ...] | None
    """None where the list, or one of its disks, cannot be read: a disk must not be missed because of an odd answer."""
    interfaces: tuple[AttachedInterface, ...] | None
    tags: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    size: str | None = None
    """Azure's name of it, such as Standard_D2s_v5."""

    def is_up_since(self, moment: datetime) -> bool:
        """Whether it runs, and its agent reported after this moment.

        Of a machine that a restore makes: the beginning of the restore, before which there was none; it may be up
        before the job ends. Of one whose disks were replaced: the end of it.
        """
        agent = self.agent
        is_later = agent is not None and agent.is_ready and agent.at is not None and agent.at > moment
        return self.power == "running" and is_later


@dataclass(frozen=True, slots=True)
class Part:
    """What a machine is made of, and what is left when it is gone."""

    id: str
    location: str | None
    tags: Mapping[str, str]
    unique_id: str | None
    """Azure's `resourceGuid` or `uniqueId`: another one made later under the same name has another one."""
    provisioning: str


@dataclass(frozen=True, slots=True)
class NetworkInterface(Part):
    vm_id: str | None
    """The machine that uses it; None = none."""
    holder_id: str | None
    """What else uses it: a private endpoint, a link service; None = nothing."""
    public_ip_ids: tuple[str, ...]
    subnet_ids: tuple[str, ...]
    security_group_id: str | None
    etag: str | None


@dataclass(frozen=True, slots=True)
class PublicIp(Part):
    address: str | None
    used_by: str | None
    """The configuration that uses it (of a card, a gateway, a balancer); None = none."""
    etag: str | None


@dataclass(frozen=True, slots=True)
class ManagedDisk(Part):
    size_gib: int | None
    state: str | None
    """Azure's word: Unattached, Attached, Reserved, ActiveSAS, ..."""
    held_by: tuple[str, ...]
    """The machines that use it; more than one of a shared disk."""
    created_at: datetime | None
    ownership_at: datetime | None = None
    """When it was last attached to a machine or taken off one, or its machine was stopped or started. None: never, or
    Azure does not say."""


@dataclass(frozen=True, slots=True)
class Snapshot(Part):
    size_gib: int | None
    source_id: str | None
    """The disk it is of; None = of none."""
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class GroupResource:
    """An entry of the list of a resource group."""

    id: str
    kind: str
    """The type in lower case: `microsoft.compute/disks`."""
    name: str
    location: str | None
    tags: Mapping[str, str]
    held_by: str | None
    created_at: datetime | None = None
    """Resource Manager's own time, also of what does not say it itself."""


# --- scripts -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ScriptOrder:
    """A script to run in a machine. Azure refuses one whose machine does not run."""

    vm: VmRef
    name: str
    """Of the run command: what it is read and deleted by."""
    location: str
    """The machine's region."""
    text: str = field(repr=False)
    timeout_seconds: int
    """Azure takes 5,400 at most."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Parameters that no answer of Azure contains."""
    tags: Mapping[str, str] = field(default_factory=dict)


class ScriptState(StrEnum):
    """How far a script is. A word that is not known is UNKNOWN: neither running nor ended well."""

    UNKNOWN = "unknown"
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ScriptRun:
    """A run command as Azure shows it."""

    name: str
    provisioning: str
    """Azure's word: Creating, Updating, Succeeded, Failed, Deleting. **Succeeded also for a script that failed.**"""
    state: ScriptState
    exit_code: int | None
    """It counts with SUCCEEDED and FAILED only."""
    message: str
    output: str
    error: str
    """Both at most LONGEST_OUTPUT characters: the last ones."""
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def is_good(self) -> bool:
        """Whether the script ended with exit code 0. An exit code that is missing is not 0."""
        return self.state is ScriptState.SUCCEEDED and self.exit_code == 0


ENDED: Final = frozenset({ScriptState.SUCCEEDED, ScriptState.FAILED, ScriptState.TIMED_OUT, ScriptState.CANCELLED})


# --- networks ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Subnet:
    id: str
    name: str
    prefixes: tuple[str, ...]
    security_group_id: str | None
    route_table_id: str | None
    nat_gateway_id: str | None
    used_by: tuple[str, ...]
    """The configurations of addresses in it: of cards, gateways, balancers."""


@dataclass(frozen=True, slots=True)
class Peering:
    id: str
    name: str
    remote_network_id: str | None
    state: str
    """Azure's word: Connected, Initiated, Disconnected."""
    allows_access: bool | None
    """Whether the other network is part of `VirtualNetwork` in rules. None: Azure does not say."""
    uses_remote_gateways: bool | None


@dataclass(frozen=True, slots=True)
class Network:
    id: str
    location: str | None
    tags: Mapping[str, str]
    prefixes: tuple[str, ...]
    dns_servers: tuple[str, ...]
    subnets: tuple[Subnet, ...] | None
    peerings: tuple[Peering, ...] | None
    """None where the list, or one entry of it, cannot be read: then it is not known what the network reaches."""
    gateway_ids: tuple[str, ...] | None
    """The gateways in it (VPN, ExpressRoute); None where the subnets are not known."""

    def subnet(self, subnet_id: str) -> Subnet | None:
        wanted = subnet_id.rstrip("/").lower()
        return next((one for one in self.subnets or () if one.id.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class SecurityRule:
    name: str
    priority: int
    direction: Literal["inbound", "outbound"]
    allows: bool
    protocol: str
    sources: tuple[str, ...]
    """Never empty, as `destinations` and `destination_ports`."""
    destinations: tuple[str, ...]
    """Addresses, service tags, `*`; of application security groups their ids."""
    destination_ports: tuple[str, ...]
    is_default: bool


@dataclass(frozen=True, slots=True)
class Route:
    name: str
    prefix: str
    next_hop: str
    """Azure's word: VirtualNetworkGateway, VnetLocal, Internet, VirtualAppliance, None (what goes there is dropped)."""
    next_hop_ip: str | None


@dataclass(frozen=True, slots=True)
class RouteTable:
    id: str
    routes: tuple[Route, ...] | None
    """None where one of them cannot be read."""


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    id: str
    location: str | None
    rules: tuple[SecurityRule, ...] | None
    """Those of its own and Azure's default ones, by priority. None where one of them cannot be read."""
