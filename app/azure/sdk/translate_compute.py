"""Machines, their parts, scripts and networks: Azure's JSON to values, orders to JSON.

Pure; imports no Azure package. Source: docs/azure.md, Compute and Network.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypedDict

from app.azure import names
from app.azure.compute import values as cv
from app.azure.sdk import members, strict
from app.azure.sdk.formats import flag_or_none, whole_or_none
from app.azure.sdk.translate import Json, mapping, word

_OPTIONS: Final[Mapping[str, cv.DeleteOption]] = {"detach": "detach", "delete": "delete"}
_STATES: Final[Mapping[str, cv.ScriptState]] = {
    "pending": cv.ScriptState.PENDING,
    "running": cv.ScriptState.RUNNING,
    "succeeded": cv.ScriptState.SUCCEEDED,
    "failed": cv.ScriptState.FAILED,
    "timedout": cv.ScriptState.TIMED_OUT,
    "canceled": cv.ScriptState.CANCELLED,
    "cancelled": cv.ScriptState.CANCELLED,
}
_DIRECTIONS: Final[Mapping[str, Literal["inbound", "outbound"]]] = {"inbound": "inbound", "outbound": "outbound"}
_ALLOWS: Final[Mapping[str, bool]] = {"allow": True, "deny": False}
_GATEWAYS: Final = "/providers/microsoft.network/virtualnetworkgateways/"
_POWER: Final = "powerstate/"


# --- machines ------------------------------------------------------------------------------------------------------
def machine(body: Json) -> cv.Machine:
    properties = strict.properties(body)
    storage, view = mapping(properties, "storageProfile"), mapping(properties, "instanceView")
    return cv.Machine(
        vm=names.read_vm_id(members.text(body, "id")),
        location=members.text(body, "location"),
        unique_id=members.text_or_none(properties, "vmId"),
        provisioning=members.written(properties, "provisioningState"),
        created_at=members.moment_or_none(properties, "timeCreated"),
        power=_power(view),
        agent=_agent(view),
        computer_name=members.text_or_none(view, "computerName"),
        os_name=members.text_or_none(view, "osName"),
        os_disk=_os_disk(storage.get("osDisk")),
        data_disks=strict.every(storage.get("dataDisks"), _data_disk),
        interfaces=strict.every(mapping(properties, "networkProfile").get("networkInterfaces"), _interface),
        tags=_tags(body),
        etag=members.text_or_none(body, "etag"),
        size=members.text_or_none(mapping(properties, "hardwareProfile"), "vmSize"),
    )


def _power(view: Json) -> str | None:
    codes = (members.written(one, "code").lower() for one in members.objects(view, "statuses"))
    return next((code.removeprefix(_POWER) for code in codes if code.startswith(_POWER)), None)


def _agent(view: Json) -> cv.Agent | None:
    """Of several statuses the agent is as ready as the least ready one; of odd ones nothing is believed."""
    statuses = strict.every(mapping(view, "vmAgent").get("statuses"), _agent_status)
    return min(statuses or (), key=lambda one: one.is_ready, default=None)


def _agent_status(body: Json) -> cv.Agent:
    return cv.Agent(
        is_ready=members.written(body, "displayStatus").strip().lower() == "ready",
        code=members.written(body, "code"),
        said=members.written(body, "message"),
        at=members.moment_or_none(body, "time"),
    )


def _os_disk(body: Any) -> cv.AttachedDisk | None:
    disks = strict.every([body], lambda one: _disk(one, None)) if body else None
    return disks[0] if disks else None


def _data_disk(body: Json) -> cv.AttachedDisk:
    """Raises KeyError, TypeError without a LUN."""
    lun = whole_or_none(body["lun"])
    if lun is None:
        raise TypeError("the LUN is no number")
    return _disk(body, lun)


def _disk(body: Json, lun: int | None) -> cv.AttachedDisk:
    return cv.AttachedDisk(
        id=strict.id_of(body, "managedDisk"),
        name=members.written(body, "name"),
        lun=lun,
        size_gib=members.count_or_none(body, "diskSizeGB"),
        delete_option=_option(body),
    )


def _interface(body: Json) -> cv.AttachedInterface:
    return cv.AttachedInterface(members.text(body, "id"), _option(strict.object_or_none(body, "properties") or {}))


def _option(body: Json) -> cv.DeleteOption | None:
    return None if body.get("deleteOption") is None else strict.known(_OPTIONS, body, "deleteOption")


# --- parts ---------------------------------------------------------------------------------------------------------
class _PartMembers(TypedDict):
    id: str
    location: str | None
    tags: Mapping[str, str]
    unique_id: str | None
    provisioning: str


def _part(body: Json, unique_key: str) -> _PartMembers:
    """The members of a `cv.Part`. `unique_key`: what Azure calls the unique id of this kind."""
    properties = strict.properties(body)
    return {
        "id": members.text(body, "id"),
        "location": members.text_or_none(body, "location"),
        "tags": _tags(body),
        "unique_id": members.text_or_none(properties, unique_key),
        "provisioning": members.written(properties, "provisioningState"),
    }


def interface(body: Json) -> cv.NetworkInterface:
    properties = strict.properties(body)
    inner = [strict.properties(one) for one in strict.objects(properties, "ipConfigurations")]
    return cv.NetworkInterface(
        **_part(body, "resourceGuid"),
        vm_id=strict.id_of(properties, "virtualMachine"),
        holder_id=strict.id_of(properties, "privateEndpoint") or strict.id_of(properties, "privateLinkService"),
        public_ip_ids=tuple(one for part in inner if (one := strict.id_of(part, "publicIPAddress"))),
        subnet_ids=tuple(one for part in inner if (one := strict.id_of(part, "subnet"))),
        security_group_id=strict.id_of(properties, "networkSecurityGroup"),
        etag=members.text_or_none(body, "etag"),
    )


def public_ip(body: Json) -> cv.PublicIp:
    properties = strict.properties(body)
    return cv.PublicIp(
        **_part(body, "resourceGuid"),
        address=members.text_or_none(properties, "ipAddress"),
        used_by=strict.id_of(properties, "ipConfiguration") or strict.id_of(properties, "natGateway"),
        etag=members.text_or_none(body, "etag"),
    )


def managed_disk(body: Json) -> cv.ManagedDisk:
    properties = strict.properties(body)
    holder = strict.text_or_none(body, "managedBy")
    return cv.ManagedDisk(
        **_part(body, "uniqueId"),
        size_gib=members.count_or_none(properties, "diskSizeGB"),
        state=members.text_or_none(properties, "diskState"),
        held_by=tuple(dict.fromkeys(((holder,) if holder else ()) + strict.texts(body, "managedByExtended"))),
        created_at=members.moment_or_none(properties, "timeCreated"),
        ownership_at=members.moment_or_none(properties, "LastOwnershipUpdateTime"),
    )


def snapshot(body: Json) -> cv.Snapshot:
    properties = strict.properties(body)
    return cv.Snapshot(
        **_part(body, "uniqueId"),
        size_gib=members.count_or_none(properties, "diskSizeGB"),
        source_id=strict.text_or_none(strict.object_or_none(properties, "creationData") or {}, "sourceResourceId"),
        created_at=members.moment_or_none(properties, "timeCreated"),
    )


def group_resource(body: Json) -> cv.GroupResource:
    return cv.GroupResource(
        id=members.text(body, "id"),
        kind=members.text(body, "type").lower(),
        name=members.written(body, "name") or members.text(body, "id").rpartition("/")[2],
        location=members.text_or_none(body, "location"),
        tags=_tags(body),
        held_by=strict.text_or_none(body, "managedBy"),
        created_at=members.moment_or_none(body, "createdTime"),
    )


# --- scripts -------------------------------------------------------------------------------------------------------
def script_body(order: cv.ScriptOrder) -> dict[str, Any]:
    """With `asyncExecution: false`, as recorded: the operation then lasts as long as the script."""
    properties: dict[str, Any] = {
        "source": {"script": order.text},
        "asyncExecution": False,
        "timeoutInSeconds": order.timeout_seconds,
        "treatFailureAsDeploymentFailure": False,
    }
    for key, given in (("parameters", order.parameters), ("protectedParameters", order.secrets)):
        if given:
            properties[key] = [{"name": name, "value": value} for name, value in given.items()]
    body: dict[str, Any] = {"location": order.location, "properties": properties}
    return body | ({"tags": dict(order.tags)} if order.tags else {})


def script_run(body: Json) -> cv.ScriptRun:
    """Without a view nothing is known of the script yet."""
    properties = strict.properties(body)
    view = mapping(properties, "instanceView")
    code = whole_or_none(view.get("exitCode"))
    return cv.ScriptRun(
        name=members.text(body, "name"),
        provisioning=members.written(properties, "provisioningState"),
        state=word(_STATES, view.get("executionState")) or cv.ScriptState.UNKNOWN,
        exit_code=code if code is not None and abs(code) <= members.LARGEST else None,
        message=_last(view, "executionMessage"),
        output=_last(view, "output"),
        error=_last(view, "error"),
        started_at=members.moment_or_none(view, "startTime"),
        ended_at=members.moment_or_none(view, "endTime"),
    )


def _last(view: Json, key: str) -> str:
    return members.written(view, key)[-cv.LONGEST_OUTPUT :]


# --- networks ------------------------------------------------------------------------------------------------------
def network(body: Json) -> cv.Network:
    properties = strict.properties(body)
    subnets = strict.every(properties.get("subnets"), _subnet)
    return cv.Network(
        id=members.text(body, "id"),
        location=members.text_or_none(body, "location"),
        tags=_tags(body),
        prefixes=strict.texts(strict.object_or_none(properties, "addressSpace") or {}, "addressPrefixes"),
        dns_servers=strict.texts(strict.object_or_none(properties, "dhcpOptions") or {}, "dnsServers"),
        subnets=subnets,
        peerings=strict.every(properties.get("virtualNetworkPeerings", []), _peering),
        gateway_ids=None if subnets is None else _gateways(subnets),
    )


def _gateways(subnets: tuple[cv.Subnet, ...]) -> tuple[str, ...]:
    """Of `{gateway}/ipConfigurations/{name}`."""
    used = (one for subnet in subnets for one in subnet.used_by if _GATEWAYS in one.lower())
    return tuple(dict.fromkeys("/".join(one.split("/")[:9]) for one in used))


def _subnet(body: Json) -> cv.Subnet:
    properties = strict.properties(body)
    used = () if properties.get("ipConfigurations") is None else strict.objects(properties, "ipConfigurations")
    return cv.Subnet(
        id=members.text(body, "id"),
        name=members.text(body, "name"),
        prefixes=strict.texts(properties, "addressPrefixes") or strict.texts(properties, "addressPrefix"),
        security_group_id=strict.id_of(properties, "networkSecurityGroup"),
        route_table_id=strict.id_of(properties, "routeTable"),
        nat_gateway_id=strict.id_of(properties, "natGateway"),
        used_by=tuple(members.text(one, "id") for one in used),
    )


def _peering(body: Json) -> cv.Peering:
    properties = strict.properties(body)
    return cv.Peering(
        id=members.text(body, "id"),
        name=members.written(body, "name"),
        remote_network_id=strict.id_of(properties, "remoteVirtualNetwork"),
        state=members.written(properties, "peeringState"),
        allows_access=flag_or_none(properties.get("allowVirtualNetworkAccess")),
        uses_remote_gateways=flag_or_none(properties.get("useRemoteGateways")),
    )


def route_table(body: Json) -> cv.RouteTable:
    return cv.RouteTable(members.text(body, "id"), strict.every(strict.properties(body).get("routes", []), _route))


def _route(body: Json) -> cv.Route:
    """Raises LookupError, TypeError for one that does not say where it leads."""
    properties = strict.properties(body)
    return cv.Route(
        name=members.written(body, "name"),
        prefix=members.text(properties, "addressPrefix"),
        next_hop=members.text(properties, "nextHopType"),
        next_hop_ip=members.text_or_none(properties, "nextHopIpAddress"),
    )


def security_group(body: Json) -> cv.SecurityGroup:
    properties = strict.properties(body)
    own = strict.every(properties.get("securityRules"), lambda one: _rule(one, is_default=False))
    default = strict.every(properties.get("defaultSecurityRules"), lambda one: _rule(one, is_default=True))
    rules = None
    if own is not None and default is not None:
        rules = tuple(sorted((*own, *default), key=lambda one: one.priority))
    return cv.SecurityGroup(members.text(body, "id"), members.text_or_none(body, "location"), rules)


def _rule(body: Json, *, is_default: bool) -> cv.SecurityRule:
    """Raises LookupError, TypeError for a rule of which not all is understood: it may allow more than it seems to."""
    properties = strict.properties(body)
    priority = members.count_or_none(properties, "priority")
    if priority is None:
        raise TypeError("the priority is no number")
    return cv.SecurityRule(
        name=members.written(body, "name"),
        priority=priority,
        direction=strict.known(_DIRECTIONS, properties, "direction"),
        allows=strict.known(_ALLOWS, properties, "access"),
        protocol=members.written(properties, "protocol"),
        sources=_ends(properties, "source"),
        destinations=_ends(properties, "destination"),
        destination_ports=_some_of(properties, "destinationPortRange"),
        is_default=is_default,
    )


def _ends(properties: Json, side: str) -> tuple[str, ...]:
    """Azure writes one address, or a list of them, or application security groups."""
    key = f"{side}ApplicationSecurityGroups"
    groups = () if properties.get(key) is None else strict.objects(properties, key)
    ids = tuple(members.text(one, "id") for one in groups)
    return _some_of(properties, f"{side}AddressPrefix", or_else=ids)


def _some_of(properties: Json, one: str, *, or_else: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The texts of a member and of its plural. Raises LookupError where there is none: that is not said by Azure."""
    plural = f"{one}es" if one.endswith("Prefix") else f"{one}s"
    found = (*strict.texts(properties, one), *strict.texts(properties, plural), *or_else)
    if not found:
        raise LookupError(f"{one} is missing")
    return found


def _tags(body: Json) -> Mapping[str, str]:
    tags = mapping(body, "tags")
    return {members.cleaned(str(name)): members.written(tags, name) for name in tags}
