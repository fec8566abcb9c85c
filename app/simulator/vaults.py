"""Vaults themselves (docs/azure.md, Vaults): creation is synchronous before 2024, asynchronous since."""

import base64
import copy
import re
from urllib.parse import quote

from app.simulator.arm import VAULT, ArmError, Call, Reply, Route, gateway_error, refused
from app.simulator.inventory import existing_group
from app.simulator.policies import new_vault_policies
from app.simulator.progress import VAULT_CREATION, stamp
from app.simulator.vault_settings import change_settings, new_settings, note_crossing
from app.simulator.world import Json, Operation, Vault, World, group_key

LISTS = (
    "/subscriptions/{subscription}/providers/Microsoft.RecoveryServices/vaults",
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults",
)


def list_vaults(call: Call) -> Reply:
    group = call.params.get("group", "").lower()
    if group:
        existing_group(call, group)
    vaults = [vault for vault in call.world.vaults.values() if vault.subscription == call.subscription]
    vaults = [vault for vault in vaults if not group or vault.resource_group.lower() == group]
    return Reply(200, {"value": [_listed(call, vault) for vault in vaults]})


def get_vault(call: Call) -> Reply:
    return Reply(200, _body(call, call.vault()))


def put_vault(call: Call) -> Reply:
    group, _ = existing_group(call, call.params["group"])
    name, body = call.params["vault"], call.body if isinstance(call.body, dict) else {}
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{1,49}", name):
        raise gateway_error(400, "InvalidResourceName", f"Resource name {name} is invalid.")  # not observed
    location = str(body.get("location") or "").replace(" ", "").lower()
    if not location:
        raise gateway_error(400, "LocationRequired", "The location property is required for this definition.")
    known = call.world.vaults.get((group_key(group, call.subscription), name.lower()))
    if known is not None:
        if known.location != location:
            raise gateway_error(
                409,
                "InvalidResourceLocation",
                f"The resource '{name}' already exists in location '{known.location}' in resource group '{group}'. "
                f"A resource with the same name cannot be created in location '{location}'. "
                "Please select a new resource name.",
            )
        _change(call, known, body)
        return Reply(200, _body(call, known))  # an update by PUT was not observed
    now = call.world.clock.now()
    settings = new_settings(body.get("properties") or {})
    ready = call.world.clock.after(now, VAULT_CREATION) if call.year >= 2022 else now
    policies = new_vault_policies(now)
    vault = Vault(name, group, location, now, ready, now, body.get("tags"), settings, policies)
    vault.subscription = call.subscription
    note_crossing(vault, now)
    _note_writer(vault, body.get("properties") or {})
    call.world.vaults[vault.key] = vault
    reply = Reply(201, _body(call, vault))
    if call.year >= 2022:
        operation = _begin(call.world, "vault", VAULT_CREATION)
        reply.headers["Azure-AsyncOperation"] = call.link(f"{call.vault_path}/operationStatus/{operation.id}")
        reply.headers["Retry-After"] = call.world.clock.retry_after()
    return reply


def patch_vault(call: Call) -> Reply:
    vault = call.vault()
    _change(call, vault, call.body if isinstance(call.body, dict) else {})
    return Reply(200, _body(call, vault))


def delete_vault(call: Call) -> Reply:
    existing_group(call, call.params["group"])
    key = (group_key(call.params["group"], call.subscription), call.params["vault"].lower())
    vault = call.world.vaults.get(key)
    if vault is None:
        return Reply(204)
    _check_empty(vault)
    del call.world.vaults[key]
    if call.year < 2024:
        return Reply(200)
    operation = _begin(call.world, "delete_vault", call.world.options.vault_deletion_seconds)
    return Reply(
        202,
        None,
        {
            "Location": call.link(f"{call.vault_path}/operationResults/{operation.id}"),
            "Azure-AsyncOperation": call.link(f"{call.vault_path}/operationStatus/{operation.id}"),
            "Retry-After": call.world.clock.retry_after(),
        },
    )


def _begin(world: World, kind: str, nominal_seconds: float) -> Operation:
    """Vault operations are named by the base64 of `<number>;<guid>`."""
    operation = world.begin_operation(kind, nominal_seconds)
    del world.operations[operation.id]
    operation.id = base64.b64encode(f"2047;{operation.id}".encode()).decode()
    world.operations[operation.id] = operation
    return operation


def _check_empty(vault: Vault) -> None:
    """Refuse with the recorded text for soft-deleted items, else with the phrase az looks for."""
    names = ", ".join(item.vm.name for item in vault.items.values())
    if any(item.deleted is not None for item in vault.items.values()):
        text = (
            "Recovery Services vault cannot be deleted as there are backup items in soft deleted state in the vault. "
            "The soft deleted items are permanently deleted after 14 days of delete operation. Please try vault "
            "deletion after the backup items are permanently deleted and there is no item in soft deleted state left "
            "in the vault.For more information, refer https://aka.ms/SoftDeleteCloudWorkloads. "
            f"The registered items are : {names}\n"
        )
    elif vault.items:
        text = (
            "Recovery Services vault cannot be deleted as there are existing resources within the vault. "
            f"The registered items are : {names}\n"
        )
    else:
        return
    text += (
        "Please ensure all containers have been unregistered from the vault and all private endpoints associated "
        "with the vault have been deleted, and retry operation. For more details, see https://aka.ms/AB-AA4ecq5"
    )
    raise ArmError(400, "ServiceResourceNotEmptyWithBackendMessage", text, backend=True)


def _change(call: Call, vault: Vault, body: Json) -> None:
    wanted = body.get("properties") or {}
    change_settings(vault, wanted, call.arrived)
    if isinstance(body.get("tags"), dict):
        vault.tags = body["tags"]
    if wanted.get("monitoringSettings"):
        vault.shows_alerts = True
    if wanted.get("redundancySettings"):
        vault.redundancy_by_vault = True
    _note_writer(vault, wanted)
    vault.changed = call.world.clock.now()


def _note_writer(vault: Vault, wanted: Json) -> None:
    """Soft delete that was once set by the vault's own API, at creation too, is set there only from then on."""
    if (wanted.get("securitySettings") or {}).get("softDeleteSettings"):
        vault.soft_delete_by_vault = True


def _body(call: Call, vault: Vault) -> Json:
    provisioned = call.world.clock.now() >= vault.ready
    properties: Json = {"provisioningState": "Succeeded" if provisioned else "Provisioning"}
    if call.year >= 2020:
        properties |= {"privateEndpointStateForBackup": "None", "privateEndpointStateForSiteRecovery": "None"}
    if call.year >= 2025:
        properties |= _settings_of_2026(vault, provisioned=provisioned)
    elif call.year >= 2024:
        properties |= _settings_of_2024(vault, provisioned=provisioned)
    elif call.year >= 2022:
        properties |= _settings_of_2022(vault)
    if not vault.shows_alerts:
        properties.pop("monitoringSettings", None)
    if call.year >= 2022 and provisioned:
        properties["backupStorageVersion"] = "Unassigned"
    body: Json = {"location": vault.location, "name": vault.name}
    if vault.tags:
        body["tags"] = vault.tags
    return body | {
        "etag": f"W/\"datetime'{quote(stamp(vault.changed), safe='')}'\"",
        "properties": properties,
        "id": vault.id,
        "type": "Microsoft.RecoveryServices/vaults",
        "sku": {"name": "Standard"},
    }


def _settings_of_2022(vault: Vault) -> Json:
    """As recorded with 2022-04-01: two alerts of five. It showed redundancy in one body of three: left out."""
    alerts = vault.settings["monitoringSettings"]
    shown = (
        ("azureMonitorAlertSettings", "alertsForAllJobFailures"),
        ("classicAlertSettings", "alertsForCriticalOperations"),
    )
    return {"encryption": None, "monitoringSettings": {kind: {name: alerts[kind][name]} for kind, name in shown}}


def _settings_of_2024(vault: Vault, *, provisioned: bool) -> Json:
    """As recorded with 2024-04-01: security only once the vault is there, unless the creation named immutability.

    The two scores were recorded as None and Poor, and in an unlocked vault as Minimum and Fair.
    """
    settings = copy.deepcopy(vault.settings)
    del settings["costManagementSettings"]
    security, immutable = settings["securitySettings"], settings["securitySettings"].get("immutabilitySettings")
    security |= {
        "immutabilitySettings": immutable,
        "multiUserAuthorization": _guard(vault) if provisioned else "Invalid",
    }
    if not provisioned:
        security["softDeleteSettings"] = None
        if immutable is None:
            del settings["securitySettings"]
    elif not vault.shows_soft_delete:
        del security["softDeleteSettings"]
    locked = immutable is not None and immutable["state"] != "Disabled"
    scores = ("Minimum", "Fair") if locked and provisioned else ("None", "Poor")
    return settings | {"secureScore": scores[0], "bcdrSecurityLevel": scores[1]}


def _settings_of_2026(vault: Vault, *, provisioned: bool) -> Json:
    """As recorded with 2026-07-01; versions between that and 2024-04-01 were not recorded."""
    settings = copy.deepcopy(vault.settings)
    settings["securitySettings"] |= {
        "multiUserAuthorization": _guard(vault) if provisioned else "Invalid",
        "sourceScanConfiguration": {"state": "Disabled"},
    }
    if not vault.shows_soft_delete:
        del settings["securitySettings"]["softDeleteSettings"]
    return settings | {
        "regionOfChoiceSettings": {"status": "Disabled"},
        "secureScore": "Adequate",
        "bcdrSecurityLevel": "Good",
    }


def _guard(vault: Vault) -> str:
    return "Enabled" if vault.guarded else "Disabled"


UNLISTED = ("securitySettings", "redundancySettings", "backupStorageVersion")


def _listed(call: Call, vault: Vault) -> Json:
    """With 2024-04-01 none of 244 listed vaults showed its security or redundancy; newer lists were not recorded."""
    body = _body(call, vault)
    if call.year == 2024:
        body["properties"] = {name: value for name, value in body["properties"].items() if name not in UNLISTED}
    return body


# -- operations of the vault itself -------------------------------------------------------------------------------
def get_operation_status(call: Call) -> Reply:
    operation = _operation(call)
    done = call.world.clock.now() >= operation.ends
    if done and operation.kind == "delete_vault" and operation.ends > operation.started:
        call.vault()  # recorded: a deletion that was seen in progress is next seen as ARM's 404 of the vault
    body = {"id": call.path, "name": operation.id, "status": "Succeeded" if done else "InProgress"}
    if done:
        return Reply(200, body)
    return Reply(
        200,
        body,
        {
            "Azure-AsyncOperation": call.link(call.path),
            "Location": call.link(f"{call.vault_path}/operationResults/{operation.id}"),
            "Retry-After": call.world.clock.retry_after(),
        },
    )


def get_operation_result(call: Call) -> Reply:
    """Not observed: 202 while it runs, then the vault, or nothing after a delete."""
    operation = _operation(call)
    if call.world.clock.now() < operation.ends:
        return Reply(202, None, {"Location": call.link(call.path), "Retry-After": call.world.clock.retry_after()})
    return Reply(204) if operation.kind == "delete_vault" else get_vault(call)


def _operation(call: Call) -> Operation:
    found = call.world.operations.get(call.params["operation"])
    if found is None or found.kind not in {"vault", "delete_vault"}:
        raise refused(f"Operation {call.params['operation']} was not found.", "OperationNotFound", 404)
    return found


ROUTES: list[Route] = [
    *(("GET", path, list_vaults) for path in LISTS),
    ("GET", VAULT, get_vault),
    ("PUT", VAULT, put_vault),
    ("PATCH", VAULT, patch_vault),
    ("DELETE", VAULT, delete_vault),
    ("GET", VAULT + "/operationStatus/{operation}", get_operation_status),
    ("GET", VAULT + "/operationResults/{operation}", get_operation_result),
]
