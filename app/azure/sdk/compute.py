"""`compute.ports.Machines`, `RunCommands`, `Networks`: plain requests, with the recorded versions of the API.

Source: docs/azure.md, Compute and Network.
"""

from typing import Final
from urllib.parse import quote
from uuid import UUID

from app.azure import names
from app.azure import values as v
from app.azure.compute import values as cv
from app.azure.lists import Listed
from app.azure.sdk import plain_requests as plain
from app.azure.sdk import translate_compute as translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.paging import read_list
from app.azure.sdk.plain_requests import PlainRequests
from app.azure.sdk.refusals import before_sending

RESOURCES_VERSION: Final = "2021-04-01"
DELETABLE: Final = frozenset({plain.MACHINES, plain.DISKS, plain.SNAPSHOTS, plain.INTERFACES, plain.PUBLIC_IPS})
COMMANDS: Final = frozenset({plain.RUN_COMMANDS})
VIEW: Final = "$expand=instanceView&"


class SdkMachines:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._requests = PlainRequests(connection)

    async def look(self, vm: v.VmRef) -> cv.Machine:
        doing = "looking at a virtual machine"
        return await self._requests.read(vm.id, {plain.MACHINES}, translate.machine, doing, view=VIEW)

    async def get_interface(self, interface_id: str) -> cv.NetworkInterface:
        return await self._requests.read(
            interface_id, {plain.INTERFACES}, translate.interface, "reading a network interface"
        )

    async def get_public_ip(self, public_ip_id: str) -> cv.PublicIp:
        return await self._requests.read(
            public_ip_id, {plain.PUBLIC_IPS}, translate.public_ip, "reading a public address"
        )

    async def get_disk(self, disk_id: str) -> cv.ManagedDisk:
        return await self._requests.read(disk_id, {plain.DISKS}, translate.managed_disk, "reading a disk")

    async def get_snapshot(self, snapshot_id: str) -> cv.Snapshot:
        return await self._requests.read(snapshot_id, {plain.SNAPSHOTS}, translate.snapshot, "reading a snapshot")

    async def list_group(self, resource_group_id: str) -> Listed[cv.GroupResource]:
        doing = "listing the resources of a group"
        with before_sending(doing):
            group = names.parse_resource_group_id(resource_group_id)
        url = f"{quote(group.id)}/resources?$expand=createdTime&api-version={RESOURCES_VERSION}"
        return await read_list(self._connection, url, translate.group_resource, doing=doing)

    async def delete(self, resource_id: str, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "deleting what a restore made"
        return await self._requests.delete(resource_id, DELETABLE, doing, request_id=request_id, deadline=deadline)


class SdkRunCommands:
    def __init__(self, connection: Connection) -> None:
        self._requests = PlainRequests(connection)

    async def put(self, order: cv.ScriptOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        return await self._requests.put(
            _command(order.vm, order.name),
            COMMANDS,
            translate.script_body(order),
            "starting a script in a virtual machine",
            request_id=request_id,
            deadline=deadline,
        )

    async def get(self, vm: v.VmRef, name: str) -> cv.ScriptRun:
        doing = "reading a script's run"
        return await self._requests.read(_command(vm, name), COMMANDS, translate.script_run, doing, view=VIEW)

    async def delete(self, vm: v.VmRef, name: str, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "deleting a script's run"
        return await self._requests.delete(
            _command(vm, name), COMMANDS, doing, request_id=request_id, deadline=deadline
        )


def _command(vm: v.VmRef, name: str) -> str:
    return f"{vm.id}/runCommands/{name}"


class SdkNetworks:
    def __init__(self, connection: Connection) -> None:
        self._requests = PlainRequests(connection)

    async def get(self, network_id: str) -> cv.Network:
        doing = "reading a virtual network"
        return await self._requests.read(network_id, {plain.NETWORKS}, translate.network, doing)

    async def get_security_group(self, security_group_id: str) -> cv.SecurityGroup:
        doing = "reading a security group"
        kinds = {plain.SECURITY_GROUPS}
        return await self._requests.read(security_group_id, kinds, translate.security_group, doing)

    async def get_route_table(self, route_table_id: str) -> cv.RouteTable:
        doing = "reading a route table"
        return await self._requests.read(route_table_id, {plain.ROUTE_TABLES}, translate.route_table, doing)
