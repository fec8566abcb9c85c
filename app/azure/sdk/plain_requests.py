"""Reads, writes and deletes resources by their ids, with plain requests: of kinds that the SDK's clients do not know.

Every id is checked before it is sent: it must be that of a resource of a kind that the caller names. The versions of
the API are the recorded ones (docs/azure.md, Azure Monitor; Compute and Network).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final, TypeVar
from urllib.parse import quote
from uuid import UUID

from azure.core.rest import HttpRequest

from app.azure import names
from app.azure import values as v
from app.azure.errors import AzureNotFound, proves_absence
from app.azure.sdk.connection import Connection, json_of
from app.azure.sdk.refusals import azure_errors, before_sending
from app.azure.sdk.translate import Json
from app.azure.sdk.writing import write_once

MACHINES, DISKS, SNAPSHOTS = (f"microsoft.compute/{kind}" for kind in ("virtualmachines", "disks", "snapshots"))
RUN_COMMANDS = f"{MACHINES}/runcommands"
INTERFACES, PUBLIC_IPS, NETWORKS, SECURITY_GROUPS, ROUTE_TABLES = (
    f"microsoft.network/{kind}"
    for kind in ("networkinterfaces", "publicipaddresses", "virtualnetworks", "networksecuritygroups", "routetables")
)
ACTION_GROUPS, METRIC_ALERTS = "microsoft.insights/actiongroups", "microsoft.insights/metricalerts"
ALERT_ROUTES = "microsoft.alertsmanagement/actionrules"
VERSIONS: Final[Mapping[str, str]] = {
    MACHINES: "2024-07-01",
    RUN_COMMANDS: "2024-07-01",
    DISKS: "2023-04-02",
    SNAPSHOTS: "2023-04-02",
    INTERFACES: "2022-11-01",
    PUBLIC_IPS: "2022-11-01",
    NETWORKS: "2022-11-01",
    SECURITY_GROUPS: "2022-11-01",
    ROUTE_TABLES: "2022-11-01",
    ACTION_GROUPS: "2022-06-01",
    METRIC_ALERTS: "2018-03-01",
    ALERT_ROUTES: "2021-08-08",
}
"""Type of the resource, in lower case -> version of the API."""
T = TypeVar("T")


class PlainRequests:
    """`kinds`: the types of resources that a call is for, of VERSIONS. Another id is AzureRejected, and not sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(
        self, resource_id: str, kinds: Collection[str], read: Callable[[Json], T], doing: str, *, view: str = ""
    ) -> T:
        """GET. Errors as in the contract of app/azure/ports.py; AzureUnreadable for what `read` cannot read."""
        with before_sending(doing):
            url = _address(resource_id, kinds, view)
        response = await self._connection.get(url, doing=doing)
        with azure_errors(doing):
            return read(json_of(response))

    async def put(
        self,
        resource_id: str,
        kinds: Collection[str],
        body: Json,
        doing: str,
        *,
        request_id: UUID,
        deadline: float | None,
    ) -> v.Operation:
        with before_sending(doing):
            url = _address(resource_id, kinds)
        request = HttpRequest("PUT", self._connection.address(url), json=dict(body))
        return await self._send(request, doing, request_id, deadline)

    async def delete(
        self, resource_id: str, kinds: Collection[str], doing: str, *, request_id: UUID, deadline: float | None
    ) -> v.Operation:
        """A 404 about the thing itself says that it is gone; about its group, or from a proxy, it proves nothing."""
        with before_sending(doing):
            url = _address(resource_id, kinds)
        request = HttpRequest("DELETE", self._connection.address(url))
        try:
            return await self._send(request, doing, request_id, deadline)
        except AzureNotFound as missing:
            if not proves_absence(missing):
                raise
            return v.Operation(None)

    async def _send(self, request: HttpRequest, doing: str, request_id: UUID, deadline: float | None) -> v.Operation:
        return await write_once(
            self._connection.send, doing=doing, request_id=request_id, deadline=deadline, request=request
        )


def _address(resource_id: str, kinds: Collection[str], view: str = "") -> str:
    """Path and query of a resource of one of these kinds. Raises ValueError for anything else."""
    parts = resource_id.split("/")
    kind = "/".join(parts[6:7] + parts[7::2]).lower()
    is_resource = len(parts) % 2 == 1 and parts[5:6] and parts[5].lower() == "providers"
    if not is_resource or parts[0] or not all(parts[1:]) or names.place_of(resource_id) is None or kind not in kinds:
        raise ValueError(f"it is not the id of one of {', '.join(sorted(kinds))}")
    names.check_subscription_id(parts[2].lower())
    if {".", ".."} & set(parts):
        raise ValueError("its id leads elsewhere")
    return f"{quote(resource_id)}?{view}api-version={VERSIONS[kind]}"
