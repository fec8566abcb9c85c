"""What Azure Policy does with machines: which ones a built-in definition is for, how it judges them, and deployments.

A machine that does not meet the whole `if` of a definition that deploys is not applicable: no state says anything of it
(documented). One that is backed up in any vault is compliant. A deployment protects it by the same PUT as every client,
with the activity id of a stranger. The rules of the two definitions are written here once more, in Python: nothing of
`policy_definitions` is interpreted.
"""

import uuid
from functools import partial
from typing import Final

from app.simulator import role_assignments
from app.simulator.arm import ArmError, Call
from app.simulator.policy_definitions import (
    AUDIT,
    IMAGES,
    ROLES,
    WITH_TAG,
    WITHOUT_TAG,
    definition_of,
)
from app.simulator.policy_parts import Verdict
from app.simulator.progress import ENABLE
from app.simulator.protection import put_item
from app.simulator.world import Json, Vault, VirtualMachine, World

EVALUATED_AFTER: Final = 1800.0
"""Documented: up to half an hour after an assignment."""
NEW_MACHINE_AFTER: Final = 600.0
"""Documented: deployIfNotExists waits ten minutes after a machine was made."""
API_VERSION: Final = "2016-06-01"
"""Of the PUT in the deployment's template."""


def effect_of(definition: Json, parameters: Json) -> str:
    """In lower case."""
    declared = definition["properties"].get("parameters", {}).get("effect", {})
    given = (parameters.get("effect") or {}).get("value") or declared.get("defaultValue")
    then = definition["properties"].get("policyRule", {}).get("then", {}).get("effect", "")
    return str(given or then or "audit").lower()


def value_of(assignment: Json, name: str, usual: object = "") -> object:
    found = (assignment["properties"].get("parameters") or {}).get(name)
    return usual if found is None else found.get("value", usual)


def name_of(assignment: Json) -> str:
    """Of its definition."""
    return str(assignment["properties"]["policyDefinitionId"]).lower().rpartition("/")[2]


def assigned(world: World, key: str) -> None:
    """An assignment was written: it is evaluated some time later, and says nothing until then."""
    world.azure_policy.verdicts.pop(key, None)
    world.on(world.clock.after(world.clock.now(), EVALUATED_AFTER), partial(evaluate, world, key))


def made_machine(world: World, vm: VirtualMachine) -> None:
    """A machine was made: assignments that enforce look at it some minutes later."""
    for key, assignment in world.azure_policy.assignments.items():
        if is_in(assignment, vm) and is_enforced(world, assignment):
            due = world.clock.after(world.clock.now(), NEW_MACHINE_AFTER)
            world.on(due, partial(_deploy_new, world, key, vm.id.lower()))


def _deploy_new(world: World, key: str, vm_key: str) -> None:
    assignment, vm = world.azure_policy.assignments.get(key), world.vms.get(vm_key)
    if assignment is None or vm is None or not is_enforced(world, assignment):
        return
    if is_applicable(assignment, vm) and not is_backed_up(world, vm):
        deploy(world, assignment, vm)
    judge(world, key, vm)


def is_enforced(world: World, assignment: Json) -> bool:
    definition = definition_of(world, assignment["properties"]["policyDefinitionId"])
    mode = assignment["properties"].get("enforcementMode", "Default")
    parameters = assignment["properties"].get("parameters") or {}
    return mode == "Default" and definition is not None and effect_of(definition, parameters) == "deployifnotexists"


# -- which machines -----------------------------------------------------------------------------------------------
def is_in(assignment: Json, vm: VirtualMachine) -> bool:
    place = f"{vm.id}/".lower()
    excluded = assignment["properties"].get("notScopes") or ()
    inside = place.startswith(f"{assignment['properties']['scope']}/".lower())
    return inside and not any(place.startswith(f"{one}/".lower()) for one in excluded)


def is_applicable(assignment: Json, vm: VirtualMachine) -> bool:
    name = name_of(assignment)
    if name == AUDIT:
        return True
    if name not in {WITH_TAG, WITHOUT_TAG}:
        return False  # a planted definition: what it is about is not simulated
    publisher = str(vm.image.get("publisher", "")).lower()
    excluded = "/resourcegroups/databricks-rg-" in vm.id.lower() or publisher in {"azureopenshift", "azuredatabricks"}
    near = vm.location.lower() == str(value_of(assignment, "vaultLocation")).lower()
    return near and not excluded and _has_right_tag(assignment, vm, name) and is_listed(vm.image)


def _has_right_tag(assignment: Json, vm: VirtualMachine, name: str) -> bool:
    kind = "inclusion" if name == WITH_TAG else "exclusion"
    tag, values = str(value_of(assignment, f"{kind}TagName")), value_of(assignment, f"{kind}TagValue", [])
    wanted = {str(one).lower() for one in (values if isinstance(values, list) else [])}
    has = next((text.lower() for key, text in vm.tags.items() if key.lower() == tag.lower()), None)
    if kind == "inclusion":
        return has in wanted
    return not tag or not wanted or has not in wanted


def is_listed(image: Json) -> bool:
    """A custom image has no publisher, and is in no list."""
    publisher, offer, sku = (str(image.get(part, "")).lower() for part in ("publisher", "offer", "sku"))
    return any(
        publisher == listed.lower() and _meets(*offers, offer) and (not skus or any(_meets(*one, sku) for one in skus))
        for listed, offers, skus in IMAGES
    )


def _meets(operator: str, wanted: str | list[str], text: str) -> bool:
    words = [one.lower() for one in ([wanted] if isinstance(wanted, str) else wanted)]
    if operator == "like":  # one star at most
        head, star, tail = words[0].partition("*")
        return text.startswith(head) and text.endswith(tail) if star else text == head
    return words[0] in text if operator == "contains" else text in words


def is_backed_up(world: World, vm: VirtualMachine) -> bool:
    """By any vault. What a stopped or soft-deleted item counts is not known: as backed up here."""
    return any(
        vm.service_name in vault.items for vault in world.vaults.values() if vault.subscription == vm.subscription
    )


# -- evaluation ---------------------------------------------------------------------------------------------------
def evaluate(world: World, key: str) -> None:
    """What is true of every machine of one assignment now."""
    assignment = world.azure_policy.assignments.get(key)
    if assignment is None:
        return
    world.azure_policy.verdicts[key] = {}
    for vm in world.vms.values():
        judge(world, key, vm)


def judge(world: World, key: str, vm: VirtualMachine) -> None:
    assignment, found = world.azure_policy.assignments[key], world.azure_policy.verdicts.setdefault(key, {})
    if is_in(assignment, vm) and is_applicable(assignment, vm):
        found[vm.id.lower()] = Verdict(vm.id, is_backed_up(world, vm), world.clock.now())
    else:
        found.pop(vm.id.lower(), None)


def evaluate_below(world: World, scope: str) -> None:
    """Every assignment that holds at the scope or below it."""
    for key, one in list(world.azure_policy.assignments.items()):
        place = one["properties"]["scope"].lower()
        if f"{place}/".startswith(f"{scope}/") or f"{scope}/".startswith(f"{place}/"):
            evaluate(world, key)


# -- deployments --------------------------------------------------------------------------------------------------
def deploy(world: World, assignment: Json, vm: VirtualMachine) -> Json | None:
    """Begin to protect a machine, as the identity of the assignment: Azure's error, or None."""
    policy_id = str(value_of(assignment, "backupPolicyId"))
    vault_id, _, _ = policy_id.rpartition("/backupPolicies/")
    principal = str((assignment.get("identity") or {}).get("principalId", ""))
    vault = next((one for one in world.vaults.values() if one.id.lower() == vault_id.lower()), None)
    try:
        _check_rights(world, principal, vm, vault_id)
        if vault is None:
            name = vault_id.rpartition("/")[2]
            message = f"The Resource 'Microsoft.RecoveryServices/vaults/{name}' was not found."
            raise ArmError(404, "ResourceNotFound", message)
        put_item(_call(world, vault, vm, policy_id, principal))
    except ArmError as error:
        return {"code": error.code, "message": error.message}
    return None


def _check_rights(world: World, principal: str, vm: VirtualMachine, vault_id: str) -> None:
    group = "/".join(vault_id.split("/")[:5])
    for role, place in ((ROLES[0], vm.id), (ROLES[1], group)):
        if not role_assignments.holds(world, principal, role, place):
            raise ArmError(
                403,
                "AuthorizationFailed",
                f"The client '{principal}' with object id '{principal}' does not have authorization to perform the "
                f"deployment over scope '{place}'.",
            )


def _call(world: World, vault: Vault, vm: VirtualMachine, policy_id: str, principal: str) -> Call:
    container, item = f"iaasvmcontainer;{vm.service_name}", f"vm;{vm.service_name}"
    properties = {"protectedItemType": "Microsoft.Compute/virtualMachines", "policyId": policy_id}
    return Call(
        method="PUT",
        path=f"{vault.id}/backupFabrics/Azure/protectionContainers/{container}/protectedItems/{item}",
        query={"api-version": API_VERSION},
        body={"properties": properties | {"sourceResourceId": vm.id}},
        host="management.azure.com",
        client_request_id=str(uuid.uuid4()),
        world=world,
        arrived=world.clock.now(),
        caller=principal,
        params={
            "subscription": vault.subscription,
            "group": vault.resource_group,
            "vault": vault.name,
            "fabric": "Azure",
            "container": container,
            "item": item,
        },
    )


DEPLOYMENT_TAKES: Final = ENABLE.seconds + 5.0
"""A guess: the job of the item, and the deployment around it."""
