"""The built-in policy definitions for backup that the simulator knows, and reading definitions of Azure Policy.

Ids, parameters, roles and the structure of the rules are those of the published definitions of VM backup to an existing
vault (docs/azure.md, Azure Policy). The list of images is shortened to a line a family. A test may plant other
definitions (control.py): those are stored and assigned, and have no effect.
"""

from typing import Final

from app.simulator.arm import ArmError, Call, Reply, Route, gateway_error
from app.simulator.world import Json, World

TAIL: Final = "/providers/Microsoft.Authorization"
KIND: Final = "Microsoft.Authorization/policyDefinitions"
AUDIT: Final = "013e242c-8828-4970-87b3-ab247555486d"
WITHOUT_TAG: Final = "09ce66bc-1220-4153-8104-e3f51c936913"
WITH_TAG: Final = "345fa903-145c-4fe1-8bcd-93ec2adccde8"
VERSION: Final = "9.5.0"
ROLES: Final = ("9980e02c-c2be-4d73-94e8-173b1dc7cf3c", "5e467623-bb1f-42f4-a55d-6e525e11384b")
"""Virtual Machine Contributor, Backup Contributor."""
PUBLISHER, OFFER, SKU = (f"Microsoft.Compute/image{part}" for part in ("Publisher", "Offer", "SKU"))
EFFECTS: Final = (
    "deployIfNotExists",
    "DeployIfNotExists",
    "auditIfNotExists",
    "AuditIfNotExists",
    "disabled",
    "Disabled",
)

Test = tuple[str, str | list[str]]
Image = tuple[str, Test, tuple[Test, ...]]
IMAGES: Final[tuple[Image, ...]] = (
    (
        "MicrosoftWindowsServer",
        ("equals", "WindowsServer"),
        (("in", ["2016-Datacenter", "2019-Datacenter", "2022-datacenter", "2022-datacenter-g2"]),),
    ),
    ("MicrosoftSQLServer", ("like", "*-WS2019"), ()),
    ("RedHat", ("in", ["RHEL", "RHEL-SAP-HANA"]), (("like", "7*"), ("like", "8*"))),
    ("SUSE", ("in", ["SLES", "SLES-SAP"]), (("like", "12*"),)),
    ("Canonical", ("contains", "ubuntu"), (("like", "18.04*LTS"), ("like", "20_04-lts*"), ("like", "22_04-lts-gen2"))),
    ("Oracle", ("equals", "Oracle-Linux"), (("like", "7*"),)),
    ("OpenLogic", ("equals", "CentOS"), (("like", "7*"),)),
)
"""Publisher, test of the offer, and tests of the SKU of which one must hold; none = any SKU."""


def _listed(image: Image) -> Json:
    publisher, (operator, offer), skus = image
    tests: list[Json] = [{"field": PUBLISHER, "equals": publisher}, {"field": OFFER, operator: offer}]
    if skus:
        tests.append({"anyOf": [{"field": SKU, operator: value} for operator, value in skus]})
    return {"allOf": tests}


def _tag_test(kind: str) -> Json:
    tagged = {"field": f"[concat('tags[', parameters('{kind}TagName'), ']')]", "in": f"[parameters('{kind}TagValue')]"}
    if kind == "inclusion":
        return tagged
    empty = [{"value": f"[empty(parameters('{kind}Tag{part}'))]", "equals": "true"} for part in ("Value", "Name")]
    return {"anyOf": [{"not": tagged}, *empty]}


def _parameters(kind: str) -> Json:
    values: Json = {"type": "Array", "metadata": {"displayName": "Tag values"}}
    return {
        "vaultLocation": {"type": "String", "metadata": {"displayName": "Location", "strongType": "location"}},
        f"{kind}TagName": {"type": "String", "metadata": {"displayName": "Tag name"}, "defaultValue": ""},
        f"{kind}TagValue": values if kind == "inclusion" else values | {"defaultValue": []},
        "backupPolicyId": {
            "type": "String",
            "metadata": {
                "displayName": "Backup policy",
                "strongType": "Microsoft.RecoveryServices/vaults/backupPolicies",
            },
        },
        "effect": {"type": "String", "allowedValues": list(EFFECTS), "defaultValue": "DeployIfNotExists"},
    }


def _deploying(name: str, kind: str) -> Json:
    which = "with" if kind == "inclusion" else "without"
    rule = {
        "if": {
            "allOf": [
                {"field": "type", "equals": "Microsoft.Compute/virtualMachines"},
                {"field": "id", "notContains": "/resourceGroups/databricks-rg-"},
                {"field": PUBLISHER, "notEquals": "azureopenshift"},
                {"field": PUBLISHER, "notEquals": "AzureDatabricks"},
                {"field": "location", "equals": "[parameters('vaultLocation')]"},
                _tag_test(kind),
                {"anyOf": [_listed(image) for image in IMAGES]},
            ]
        },
        "then": {
            "effect": "[parameters('effect')]",
            "details": {
                "roleDefinitionIds": [f"/providers/microsoft.authorization/roleDefinitions/{role}" for role in ROLES],
                "type": "Microsoft.RecoveryServices/backupprotecteditems",
                "deployment": {"properties": {"mode": "incremental"}},  # its template is not simulated
            },
        },
    }
    title = f"VM backup to an existing vault in the same location, VMs {which} a given tag"
    return built_in(name, title, _parameters(kind), rule)


def built_in(name: str, title: str, parameters: Json, rule: Json, version: str = VERSION) -> Json:
    return {
        "properties": {
            "displayName": title,
            "policyType": "BuiltIn",
            "mode": "Indexed",
            "description": title,
            "metadata": {"version": version, "category": "Backup"},
            "version": version,
            "parameters": parameters,
            "policyRule": rule,
            "versions": [version],
        },
        "id": f"{TAIL}/policyDefinitions/{name}",
        "type": KIND,
        "name": name,
    }


def _auditing() -> Json:
    rule = {
        "if": {"field": "type", "equals": "Microsoft.Compute/virtualMachines"},
        "then": {
            "effect": "[parameters('effect')]",
            "details": {"type": "Microsoft.RecoveryServices/backupprotecteditems"},
        },
    }
    allowed = ["AuditIfNotExists", "Disabled"]
    effect = {"effect": {"type": "String", "allowedValues": allowed, "defaultValue": "AuditIfNotExists"}}
    return built_in(AUDIT, "Azure Backup of VMs, audited", effect, rule, "3.0.0")


BUILT_IN: Final[dict[str, Json]] = {
    AUDIT: _auditing(),
    WITHOUT_TAG: _deploying(WITHOUT_TAG, "exclusion"),
    WITH_TAG: _deploying(WITH_TAG, "inclusion"),
}


def definition_of(world: World, definition_id: str) -> Json | None:
    """The definition that an assignment names: a built-in one, or one that a test has planted."""
    head, _, name = definition_id.lower().rpartition("/")
    if head != f"{TAIL}/policyDefinitions".lower():
        return None
    return world.azure_policy.definitions.get(name) or BUILT_IN.get(name)


def get_definition(call: Call) -> Reply:
    """At a subscription only its own ones are found: az asks there first."""
    found = None if "subscription" in call.params else definition_of(call.world, call.path)
    if found is None:
        name = call.params["name"]
        raise ArmError(404, "PolicyDefinitionNotFound", f"The policy definition '{name}' could not be found.")
    return Reply(200, found)


def list_definitions(call: Call) -> Reply:
    planted = call.world.azure_policy.definitions
    return Reply(200, {"value": [*BUILT_IN.values(), *planted.values()]})


def get_set(call: Call) -> Reply:
    """None is known here: az looks whether a name is that of an initiative."""
    name = call.params["name"]
    raise gateway_error(404, "PolicySetDefinitionNotFound", f"The policy set definition '{name}' could not be found.")


SUBSCRIPTION = "/subscriptions/{subscription}"
ROUTES: list[Route] = [
    ("GET", f"{TAIL}/policyDefinitions", list_definitions),
    ("GET", f"{SUBSCRIPTION}{TAIL}/policyDefinitions", list_definitions),
    ("GET", f"{TAIL}/policyDefinitions/{{name}}", get_definition),
    ("GET", f"{SUBSCRIPTION}{TAIL}/policyDefinitions/{{name}}", get_definition),
    ("GET", f"{TAIL}/policySetDefinitions/{{name}}", get_set),
    ("GET", f"{SUBSCRIPTION}{TAIL}/policySetDefinitions/{{name}}", get_set),
]
