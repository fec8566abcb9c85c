"""Restoring in the paired region (docs/azure.md, Cross-region restore).

The frozen "passive" api-versions and their own chain of calls.
Recorded in 2023 for a machine's disks: AAD properties, access token, trigger, status, job. How items and points look
from there, what is refused and how, and how long replication takes were not observed (`secondary_lag_seconds`).
"""

import base64
import hashlib
import hmac
import json
import secrets
import uuid

from app.simulator.arm import (
    ITEM,
    VAULT,
    Call,
    Reply,
    Route,
    accepted,
    filter_terms,
    filter_window,
    page,
    refused,
    same,
)
from app.simulator.backups import record_trigger
from app.simulator.discovery import LOCATION
from app.simulator.items import existing_item, item_body
from app.simulator.jobs import View, job_body, job_entry, select_jobs, view_of
from app.simulator.progress import (
    DAY,
    NEVER_ENDED,
    OPERATION_OF_A_TRIGGER,
    RESTORE_UNMANAGED,
    TICKS,
    stamp,
    us_date,
)
from app.simulator.recovery_points import created_facts, existing_point, living_points, point_body
from app.simulator.restore_orders import Request, read_order
from app.simulator.restores import begin_restore, restore_bag
from app.simulator.world import (
    PAIRED_REGIONS,
    REGIONS,
    SUBSCRIPTION,
    TENANT,
    Item,
    Json,
    Operation,
    RecoveryPoint,
    Vault,
)

PASSIVE_VERSIONS = ("2021-11-15", "2023-01-15")
_KEY = secrets.token_bytes(32)


# -- what is in the secondary region ------------------------------------------------------------------------------
def list_items(call: Call) -> Reply:
    """The items whose first point has arrived."""
    filter_terms(call, ("backupManagementType", "itemType", "policyName", "friendlyName"))
    vault = call.vault()
    items = [item for item in vault.items.values() if _arrived(call, vault, item)]
    return page(call, items, lambda item: _item(call, item))


def _item(call: Call, item: Item) -> Json:
    """Recorded in 2024: no KPIs in the paired region."""
    body = item_body(call, item)
    body["properties"].pop("kpisHealths", None)
    return body


def list_points(call: Call) -> Reply:
    """The points that have arrived; only their vault tier can be used there."""
    terms = filter_terms(call, ("startDate", "endDate", "restorePointQueryType", "extendedInfo"))
    begin, end = filter_window(terms, "startdate", "enddate")
    points = sorted(_arrived(call, call.vault(), existing_item(call)), key=lambda point: -point.time)
    points = [p for p in points if (begin is None or p.time >= begin) and (end is None or p.time <= end)]
    return page(call, points, lambda point: _point(call, point, single=False))


def get_point(call: Call) -> Reply:
    return Reply(200, _point(call, _arrived_point(call), single=True))


def _arrived(call: Call, vault: Vault, item: Item) -> list[RecoveryPoint]:
    """The vaulted points that replication has brought over by now; none while the vault does not cross regions."""
    since = vault.crossing_since
    if since is None:
        return []
    clock = call.world.clock
    lag = call.world.options.secondary_lag_seconds
    return [
        point
        for point in living_points(call, item)
        if point.vaulted and not point.archived and clock.after(max(point.time, since), lag) <= clock.now()
    ]


def _arrived_point(call: Call) -> RecoveryPoint:
    item = existing_item(call)
    point = existing_point(call, item)
    vault = call.vault()
    if vault.crossing_since is None:
        raise refused("Cross-region restore is not enabled for the vault.", "UserErrorCrossRegionRestoreNotEnabled")
    if point not in _arrived(call, vault, item):
        message = f"Recovery point {point.name} is not in the secondary region yet."
        raise refused(message, "UserErrorRecoveryPointNotFoundInSecondaryRegion", 404)
    return point


def _point(call: Call, point: RecoveryPoint, *, single: bool) -> Json:
    """As listed in 2024: the vault tier alone, and no additional info. How a GET shows one was not recorded."""
    body = point_body(call, point, single=single)
    properties: Json = body["properties"]
    del properties["recoveryPointAdditionalInfo"]
    properties |= {
        "recoveryPointTierDetails": [{"type": "HardenedRP", "status": "Valid"}],
        "recoveryPointMoveReadinessInfo": {"ArchivedRP": {"isReadyForMove": False}},
        "crossRegionRestoreState": "Supported",
        **created_facts(call),
    }
    return body


# -- the chain ----------------------------------------------------------------------------------------------------
def get_aad_properties(call: Call) -> Reply:
    filter_terms(call, ("backupManagementType",))
    return Reply(200, {"properties": _aad_properties(_region(call))})


def _region(call: Call) -> str:
    region = call.params["location"].replace(" ", "").lower()
    if region not in REGIONS:
        raise refused(f"No such location: {region}.", "LocationNotAvailableForResourceType")
    return region


def _aad_properties(region: str) -> Json:
    principal = str(uuid.uuid5(uuid.NAMESPACE_URL, f"recoveryservices/{region}"))
    return {
        "tenantId": TENANT,
        "audience": f"https://RecoveryServices/IaasCoord/aadmgmt/{region}",
        "servicePrincipalObjectId": principal,
    }


def get_access_token(call: Call) -> Reply:
    """A token for one recovery point, good for a day in the region its body was made for."""
    item, point, vault = existing_item(call), _arrived_point(call), call.vault()
    region = PAIRED_REGIONS[vault.location]
    if call.properties() != _aad_properties(region):
        raise refused(f"The properties are not the AAD properties of {region}.", "UserErrorInvalidAadProperties")
    claims = {"vault": vault.id, "item": item.vm.service_name, "point": point.name, "region": region}
    expires = (call.world.clock.now() + DAY * TICKS) // TICKS
    return Reply(200, {"properties": _token_properties(vault, item, point, _sign(claims | {"exp": expires}))})


def _token_properties(vault: Vault, item: Item, point: RecoveryPoint, token: str) -> Json:
    stamp_uri = f"int.{vault.location}.backup.windowsazure.com"
    return {
        "objectType": "CrrAccessToken",
        "accessTokenString": token,
        "subscriptionId": SUBSCRIPTION,
        "resourceGroupName": vault.resource_group,
        "resourceName": vault.name,
        "resourceId": item.data_id,
        "protectionContainerId": int(item.data_id[:7]),
        "recoveryPointId": point.name,
        "recoveryPointTime": us_date(point.time),
        "containerName": item.vm.service_name,
        "containerType": "IaasVMContainer",
        "backupManagementType": "AzureIaasVM",
        "datasourceType": "VM",
        "datasourceName": item.vm.name,
        "datasourceId": item.data_id,
        "datasourceContainerName": item.vm.service_name,
        "coordinatorServiceStampUri": f"https://pod01-coord1.{stamp_uri}",
        "protectionServiceStampId": str(uuid.uuid5(uuid.NAMESPACE_URL, stamp_uri)),
        "protectionServiceStampUri": f"https://pod01-prot1.{stamp_uri}",
        "tokenExtendedInformation": "<IaaSVMRecoveryPointMetadataBase />",
        "rpTierInformation": {"InstantRP": "Deleted", "HardenedRP": "Valid"},
        "rpOriginalSAOption": False,
        "rpIsManagedVirtualMachine": True,
        "rpVMSizeDescription": item.vm.size,
        "bMSActiveRegion": vault.location,
    }


def _sign(claims: Json) -> str:
    """Three dotted parts, as a JWT has; only this simulator can make and read one."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "HS256", "typ": "JWT"}, claims)
    )
    seal = hmac.digest(_KEY, f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def _claims(call: Call, details: Json) -> Json:
    token = str(details.get("accessTokenString") or "")
    try:
        claims: Json = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    except (IndexError, ValueError):
        claims = {}
    if not claims or not hmac.compare_digest(_sign(claims), token):
        raise refused("The access token is not valid.", "UserErrorInvalidCrrAccessToken", 401)
    if claims["exp"] * TICKS <= call.world.clock.now():
        raise refused("The access token has expired.", "UserErrorCrrAccessTokenExpired", 401)
    return claims


def trigger_restore(call: Call) -> Reply:
    """Restore in the region of the path. The body is not wrapped in `properties`."""
    asked, region = call.body if isinstance(call.body, dict) else {}, _region(call)
    details, wanted = asked.get("crossRegionRestoreAccessDetails") or {}, asked.get("restoreRequest") or {}
    claims = _claims(call, details)
    if claims["region"] != region or details.get("recoveryPointId") != claims["point"]:
        raise refused("The access token is for another region or recovery point.", "UserErrorInvalidCrrAccessToken")
    vault, item, point = _named(call, claims)
    if same(str(wanted.get("recoveryType")), "OriginalLocation"):
        raise refused("Disks can be replaced in the primary region only.")
    order = read_order(Request(call.world, wanted, vault, item, point, region))
    bag = restore_bag(call, order, item, point) | {
        "Subscription Id of the vault": SUBSCRIPTION,
        "Resource Group Name of the vault": vault.resource_group,
        "Vault name": vault.name,
    }
    job = begin_restore(call, vault, item, order, "CrossRegionRestore", RESTORE_UNMANAGED, bag)
    job.region = region
    record_trigger(call, "cross_region_restore", item, job)
    operation = call.world.begin_operation("crossing", OPERATION_OF_A_TRIGGER, job)
    del call.world.operations[operation.id]
    operation.id = base64.b64encode(f"{item.data_id};{operation.id}".encode()).decode()
    call.world.operations[operation.id] = operation
    head = call.path.rpartition("/")[0]
    return accepted(call, operation, f"{head}/backupCrrOperationResults", f"{head}/backupCrrOperationsStatus")


def _named(call: Call, claims: Json) -> tuple[Vault, Item, RecoveryPoint]:
    for vault in call.world.vaults.values():
        item = vault.items.get(claims["item"]) if vault.id == claims["vault"] else None
        for point in living_points(call, item) if item else ():
            if item and point.name == claims["point"]:
                return vault, item, point
    raise refused("The recovery point of the token is gone.", "BMSUserErrorObjectNotFound", 404)


# -- following it -------------------------------------------------------------------------------------------------
def get_status(call: Call) -> Reply:
    """Here, unlike elsewhere, the end differs from the start (2023 record)."""
    operation = _operation(call)
    body: Json = {
        "id": call.path,
        "name": operation.id,
        "status": "InProgress",
        "startTime": stamp(operation.started),
        "endTime": NEVER_ENDED,
    }
    if call.world.clock.now() >= operation.ends:
        ended = (operation.started // TICKS + 1) * TICKS
        properties = {"objectType": "OperationStatusJobExtendedInfo", "jobId": operation.job_id}
        body |= {"status": "Succeeded", "endTime": stamp(ended), "properties": properties}
    return Reply(200, body)


def get_result(call: Call) -> Reply:
    """200 and empty when it is over."""
    operation = _operation(call)
    if call.world.clock.now() < operation.ends:
        return Reply(202, None, {"Location": call.link(call.path)})
    return Reply(200)


def _operation(call: Call) -> Operation:
    found = call.world.operations.get(call.params["operation"])
    if found is None or found.kind != "crossing":
        raise refused(f"Operation {call.params['operation']} was not found.", "OperationNotFound", 404)
    return found


def get_job(call: Call) -> Reply:
    """One job as the secondary region has it; the vault's own list has a copy half a second younger."""
    vault, name = _vault_of_body(call), str((call.body or {}).get("jobName") or "").lower()
    job = vault.jobs.get(name)
    if job is None or job.region != _region(call):
        raise refused(f"Job {name} was not found.", "BMSUserErrorObjectNotFound", 404)
    return Reply(200, job_body(call, _view(call), job))


def list_jobs(call: Call) -> Reply:
    vault, region = _vault_of_body(call), _region(call)
    entries = [entry for entry in select_jobs(call, vault) if entry[0].region == region]
    view = _view(call)
    return page(call, entries, lambda entry: job_entry(view, *entry))


def _view(call: Call) -> View:
    return view_of(call, call.path.rpartition("/")[0] + "/backupJobs/", secondary=True)


def _vault_of_body(call: Call) -> Vault:
    wanted = str((call.body if isinstance(call.body, dict) else {}).get("resourceId") or "")
    for vault in call.world.vaults.values():
        if same(vault.id, wanted):
            return vault
    raise refused(f"Vault {wanted} was not found.", "ResourceNotFound", 404)


# Paths that have another meaning in the passive api-versions, and those that exist in no other.
PASSIVE_ROUTES: list[Route] = [
    ("GET", VAULT + "/backupProtectedItems", list_items),
    ("GET", ITEM + "/recoveryPoints", list_points),
    ("GET", ITEM + "/recoveryPoints/{point}", get_point),
    ("POST", ITEM + "/recoveryPoints/{point}/accessToken", get_access_token),
    ("GET", LOCATION + "/backupAadProperties", get_aad_properties),
    ("POST", LOCATION + "/backupCrossRegionRestore", trigger_restore),
    ("GET", LOCATION + "/backupCrrOperationsStatus/{operation}", get_status),
    ("GET", LOCATION + "/backupCrrOperationResults/{operation}", get_result),
    ("POST", LOCATION + "/backupCrrJob", get_job),
    ("POST", LOCATION + "/backupCrrJobs", list_jobs),
]
