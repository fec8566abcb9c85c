"""Alerts that Azure fires, and whom it tells: asked for by the control surface, never by itself.

A built-in alert of a vault reaches an action group only through an alert processing rule, and is not fired where the
vault's setting is off. A metric alert reaches the groups that its rule names. Sources: docs/azure.md, Azure Monitor;
the body of a built-in alert follows a public sample of 2026, that of a metric alert the documentation.
"""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx

from app.simulator.progress import micros
from app.simulator.world import Json, Vault, World

SENDS_WITHIN = 10.0
JOB_ALERTS = ("Backup Failure", "Restore Failure")
"""The built-in alerts that `alertsForAllJobFailures` turns on and off; security alerts cannot be turned off."""


def fire(world: World, asked: Json) -> Json:
    """What an alert of a vault delivers: {"deliveries": [{"action_group", "receiver", "uri", "payload"}]}.

    `asked`: as control.py says. Raises ValueError, KeyError.
    """
    wanted = str(asked["vault_id"]).lower()
    vault = next((one for one in world.vaults.values() if one.id.lower() == wanted), None)
    if vault is None:
        raise ValueError("there is no such vault")
    if (rule := asked.get("built_in")) is not None:
        payload, groups = _built_in(world, vault, str(rule), asked), list(_groups_by_rules(world, vault))
        if str(rule) in JOB_ALERTS and not _are_on(vault):
            groups = []
        return {"deliveries": [one for group in groups for one in _deliveries(world, group, payload)]}
    status = str(asked["health_status"])
    found: list[Json] = []
    for alert in _metric_alerts(world, vault, status):
        payload = _metric(world, vault, alert, status, asked)
        for action in alert["properties"].get("actions") or ():
            found += _deliveries(world, str(action["actionGroupId"]), payload)
    return {"deliveries": found}


def _are_on(vault: Vault) -> bool:
    settings = vault.settings["monitoringSettings"]["azureMonitorAlertSettings"]
    return bool(settings["alertsForAllJobFailures"] == "Enabled")


def _groups_by_rules(world: World, vault: Vault) -> Iterator[str]:
    """Of the processing rules that cover the vault. A rule that removes all groups wins over the others."""
    rules = [
        one["properties"]
        for key, one in world.monitor.items()
        if "/microsoft.alertsmanagement/actionrules/" in key and one["properties"].get("enabled", True)
    ]
    covering = [
        rule
        for rule in rules
        if any(f"{vault.id}/".lower().startswith(f"{scope}/".lower()) for scope in rule["scopes"])
        and all(_meets(condition) for condition in rule.get("conditions") or ())
    ]
    actions = [action for rule in covering for action in rule["actions"]]
    if any(action["actionType"] == "RemoveAllActionGroups" for action in actions):
        return
    yield from dict.fromkeys(str(one).lower() for action in actions for one in action.get("actionGroupIds") or ())


def _meets(condition: Json) -> bool:
    """Of a built-in job alert. Conditions on other fields are not judged, and hold."""
    said = {
        "SignalType": "Log",
        "MonitorService": "Azure Backup",
        "TargetResourceType": "Microsoft.RecoveryServices/vaults",
        "MonitorCondition": "Fired",
    }.get(str(condition["field"]))
    if said is None:
        return True
    is_named = said.lower() in {str(value).lower() for value in condition["values"]}
    return is_named if condition.get("operator", "Equals") == "Equals" else not is_named


def _metric_alerts(world: World, vault: Vault, status: str) -> Iterator[Json]:
    """Those on BackupHealthEvent of the vault that one event of this health fires."""
    for key, one in world.monitor.items():
        properties = one["properties"]
        if "/microsoft.insights/metricalerts/" not in key or not properties.get("enabled", True):
            continue
        if vault.id.lower() not in {str(scope).lower() for scope in properties["scopes"]}:
            continue
        if all(_holds(criterion, status) for criterion in properties["criteria"]["allOf"]):
            yield one


def _holds(criterion: Json, status: str) -> bool:
    if criterion["metricName"] != "BackupHealthEvent":
        return False
    for dimension in criterion.get("dimensions") or ():
        if dimension["name"].lower() != "healthstatus":
            continue
        is_named = status.lower() in {str(value).lower() for value in dimension["values"]} or "*" in dimension["values"]
        if is_named != (dimension["operator"] == "Include"):
            return False
    counted, threshold = 1.0, float(criterion["threshold"])
    match criterion["operator"]:
        case "GreaterThan":
            return counted > threshold
        case "GreaterThanOrEqual":
            return counted >= threshold
        case _:
            return False


def _essentials(world: World, vault: Vault, **told: Any) -> Json:
    alert = str(uuid.uuid4())
    return {
        "alertId": f"/subscriptions/{vault.subscription}/providers/Microsoft.AlertsManagement/alerts/{alert}",
        "originAlertId": alert,
        "alertTargetIDs": [vault.id.lower()],
        "configurationItems": [vault.name.lower()],
        "monitorCondition": "Fired",
        "firedDateTime": micros(world.clock.now()),
        "targetResourceType": "microsoft.recoveryservices/vaults",
        "targetResourceGroup": vault.resource_group.lower(),
        **told,
    }


def _built_in(world: World, vault: Vault, rule: str, asked: Json) -> Json:
    is_job = rule in JOB_ALERTS
    essentials = _essentials(
        world,
        vault,
        severity="Sev1" if is_job else "Sev0",
        alertRule=rule,
        signalType="Log",
        description=f"{rule} in {vault.name}",
        monitoringService="Azure Backup",
        region=vault.location,
    )
    context = {
        "category": "Jobs" if is_job else "Security",
        "sourceId": vault.id,
        "sourceType": "RecoveryServicesVault",
        "extendedInfo": {"jobId": asked.get("job_id"), "occurrenceCount": 1, "possibleCauses": None},
        "protectedItemId": asked.get("item_id"),
        "linkedResourceId": asked.get("vm_id"),
        "linkedResourceName": str(asked.get("vm_id") or "").rpartition("/")[2],
        "alertVersionNumber": "V2020_10",
    }
    return _common(essentials, context)


def _metric(world: World, vault: Vault, alert: Json, status: str, asked: Json) -> Json:
    properties = alert["properties"]
    essentials = _essentials(
        world,
        vault,
        severity=f"Sev{properties['severity']}",
        alertRule=alert["name"],
        signalType="Metric",
        description=properties.get("description") or "",
        monitoringService="Platform",
    )
    criterion = properties["criteria"]["allOf"][0]
    met = {name: criterion[name] for name in ("metricName", "operator", "timeAggregation")}
    dimensions = [{"name": "healthStatus", "value": status}, {"name": "dataSourceURL", "value": asked.get("vm_id")}]
    met |= {"threshold": str(criterion["threshold"]), "dimensions": dimensions, "metricValue": 1.0}
    condition = {"windowSize": properties["windowSize"], "allOf": [met]}
    context = {"properties": None, "conditionType": "SingleResourceMultipleMetricCriteria", "condition": condition}
    return _common(essentials, context)


def _common(essentials: Json, context: Json) -> Json:
    return {
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {"essentials": essentials, "alertContext": context, "customProperties": None},
    }


def _deliveries(world: World, group_id: str, payload: Json) -> list[Json]:
    """To the webhooks of a group that is there and on. Only the common schema is known here."""
    group = world.monitor.get(group_id.lower())
    if group is None or not group["properties"]["enabled"]:
        return []
    return [
        {"action_group": group["id"], "receiver": one["name"], "uri": one["serviceUri"], "payload": payload}
        for one in group["properties"]["webhookReceivers"]
        if one.get("useCommonAlertSchema")
    ]


async def deliver(deliveries: list[Json]) -> None:
    """POST each once, and note in it the `status` that was answered; 0 = no answer."""
    async with httpx.AsyncClient(timeout=SENDS_WITHIN, trust_env=False) as client:
        for one in deliveries:
            try:
                one["status"] = (await client.post(one["uri"], json=one["payload"])).status_code
            except (httpx.HTTPError, httpx.InvalidURL):
                one["status"] = 0
