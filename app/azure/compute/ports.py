"""The ports to Compute and Network. The contract of app/azure/ports.py holds: errors, one request a write, deadlines.

No method waits: what a 202 began is followed by the caller, with `ports.Operations`. These requests have budget classes
of their own (`compute_...`, `network_...`); `list_group` is another read. docs/azure.md, Compute and Network, lists
their actions. Tear-downs use `Machines`, restore tests all three.
"""

from typing import Protocol
from uuid import UUID

from app.azure.compute import values as cv
from app.azure.lists import Listed
from app.azure.values import Operation, VmRef


class Machines(Protocol):
    """Reads raise AzureNotFound for what is not there."""

    async def look(self, vm: VmRef) -> cv.Machine:
        """The machine and what it does at this moment.

        One can be read 36 times at once, then less often: how often is not known.
        """
        ...

    async def get_interface(self, interface_id: str) -> cv.NetworkInterface: ...

    async def get_public_ip(self, public_ip_id: str) -> cv.PublicIp: ...

    async def get_disk(self, disk_id: str) -> cv.ManagedDisk: ...

    async def get_snapshot(self, snapshot_id: str) -> cv.Snapshot: ...

    async def list_group(self, resource_group_id: str) -> Listed[cv.GroupResource]:
        """Everything in a resource group, of every kind. Azure's list may be late: a GET of one thing is not."""
        ...

    async def delete(self, resource_id: str, *, request_id: UUID, deadline: float | None = None) -> Operation:
        """A machine, network card, public address, disk or snapshot. What is not there is done with its answer.

        AzureConflict or AzureRejected with Azure's code while it is used or locked (`cv.IN_USE`, `cv.LOCKED`). Raises
        AzureRejected for any other id, and AzureNotFound for a group that is gone: that proves nothing.
        """
        ...


class RunCommands(Protocol):
    """Managed run commands: scripts in machines, as resources below them."""

    async def put(self, order: cv.ScriptOrder, *, request_id: UUID, deadline: float | None = None) -> Operation:
        """Start the script: the operation ends after the script has. A name in use is replaced, and runs again.

        An operation that succeeded says nothing of the script: read it.
        """
        ...

    async def get(self, vm: VmRef, name: str) -> cv.ScriptRun: ...

    async def delete(self, vm: VmRef, name: str, *, request_id: UUID, deadline: float | None = None) -> Operation:
        """What is not there is done with its answer."""
        ...


class Networks(Protocol):
    async def get(self, network_id: str) -> cv.Network:
        """With its subnets, its peerings and its gateways."""
        ...

    async def get_security_group(self, security_group_id: str) -> cv.SecurityGroup: ...

    async def get_route_table(self, route_table_id: str) -> cv.RouteTable:
        """Without what a gateway announces: that is in no table."""
        ...
