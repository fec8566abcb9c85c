"""Translates things of Azure Policy into Azure's JSON and back (docs/azure.md, Azure Policy).

Pure; imports no Azure package. Ids in Azure's answers are in lower case here and there.
"""

from typing import Any, Final

from app.azure import names
from app.azure.governance import values as gv
from app.azure.sdk import members, strict
from app.azure.sdk.translate import Json, mapping

LONGEST_MESSAGE: Final = 1000


def definition(body: Json) -> gv.Definition:
    properties = strict.properties(body)
    rule = mapping(properties, "policyRule")
    condition = rule.get("if")
    if not isinstance(condition, dict):
        raise TypeError("the definition has no rule")
    details = mapping(mapping(rule, "then"), "details")
    parameters = mapping(properties, "parameters")
    return gv.Definition(
        id=members.text(body, "id"),
        name=members.text(body, "name"),
        condition=condition,
        defaults={
            name: what["defaultValue"]
            for name, what in parameters.items()
            if isinstance(what, dict) and "defaultValue" in what
        },
        roles=tuple(one.lower() for one in strict.texts(details, "roleDefinitionIds")),
    )


def assignment(body: Json) -> gv.Assignment:
    """Its parameters must be readable: what is compared with them is written over."""
    properties = strict.properties(body)
    given = strict.object_or_none(properties, "parameters") or {}
    return gv.Assignment(
        id=members.text(body, "id"),
        scope=members.text_or_none(properties, "scope") or _scope_in(members.text(body, "id")),
        definition_id=members.text(properties, "policyDefinitionId").lower(),
        parameters={name: what.get("value") for name, what in given.items() if isinstance(what, dict)},
        principal_id=members.text_or_none(mapping(body, "identity"), "principalId"),
        enforces=members.written(properties, "enforcementMode").lower() != "donotenforce",
        excludes=members.texts(properties, "notScopes"),
        location=members.text_or_none(body, "location"),
    )


def _scope_in(identity: str) -> str:
    at = identity.lower().rfind("/providers/microsoft.authorization/")
    if at <= 0:
        raise TypeError("it has no scope")
    return identity[:at]


def assignment_body(order: gv.AssignmentOrder) -> dict[str, Any]:
    return {
        "location": order.location,
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "displayName": order.display_name,
            "policyDefinitionId": order.definition_id,
            "parameters": {name: {"value": value} for name, value in order.parameters.items()},
            "enforcementMode": "Default",
            "metadata": dict(order.metadata),
        },
    }


def role(body: Json) -> gv.Role:
    properties = strict.properties(body)
    return gv.Role(
        id=members.text(body, "id"),
        role=members.text(properties, "roleDefinitionId").lower().rpartition("/")[2],
        principal_id=members.text(properties, "principalId"),
    )


def role_body(order: gv.RoleOrder) -> dict[str, Any]:
    """`principalType` spares Azure the look into its directory, which knows a new identity late."""
    role_definition = f"/subscriptions/{order.scope.subscription_id}/{gv.AUTHORIZATION}/roleDefinitions/{order.role}"
    named = {"roleDefinitionId": role_definition, "principalId": order.principal_id}
    return {"properties": named | {"principalType": "ServicePrincipal"}}


def compliance(body: Json) -> gv.Compliance:
    """Of a summary. A word that is not listed counts none; without the list Azure says nothing of the others."""
    (entry, *_) = strict.objects(body, "value")
    results = strict.object_or_none(entry, "results")
    if results is None:
        raise TypeError("the summary has no results")
    details = results.get("resourceDetails")
    if not isinstance(details, list):
        return gv.Compliance(None, members.count_or_none(results, "nonCompliantResources"))
    counts = {
        members.written(one, "complianceState").lower(): one for one in members.objects(results, "resourceDetails")
    }
    return gv.Compliance(_count(counts, "compliant"), _count(counts, "noncompliant"))


def _count(counts: dict[str, Json], word: str) -> int | None:
    return members.count_or_none(counts[word], "count") if word in counts else 0


def remediation(body: Json) -> gv.Remediation:
    properties = strict.properties(body)
    counts = mapping(properties, "deploymentStatus")
    return gv.Remediation(
        id=members.text(body, "id"),
        assignment_id=members.text(properties, "policyAssignmentId").lower(),
        state=members.text(properties, "provisioningState"),
        total=members.count_or_none(counts, "totalDeployments"),
        succeeded=members.count_or_none(counts, "successfulDeployments"),
        failed=members.count_or_none(counts, "failedDeployments"),
    )


def remediation_body(order: gv.RemediationOrder) -> dict[str, Any]:
    named: dict[str, Any] = {"policyAssignmentId": order.assignment_id}
    if order.at_most is not None:
        named["resourceCount"] = order.at_most
    return {"properties": named | {"resourceDiscoveryMode": "ReEvaluateCompliance"}}


def deployment(body: Json) -> gv.Deployment:
    error = mapping(body, "error")
    message = members.text_or_none(error, "message")
    return gv.Deployment(
        resource_id=members.text(body, "remediatedResourceId"),
        status=members.written(body, "status"),
        code=members.text_or_none(error, "code"),
        message=message[:LONGEST_MESSAGE] if message else None,
    )


def policy_vm(body: Json) -> gv.PolicyVm:
    storage = mapping(mapping(body, "properties"), "storageProfile")
    image = strict.object_or_none(storage, "imageReference") or {}
    publisher, offer, sku = (members.text_or_none(image, part) for part in ("publisher", "offer", "sku"))
    tags = mapping(body, "tags")
    return gv.PolicyVm(
        vm=names.read_vm_id(body["id"]),
        location=members.text(body, "location").replace(" ", "").lower(),
        tags={members.cleaned(name): members.written(tags, name) for name in tags},
        image=gv.Image(publisher, offer, sku),
    )
