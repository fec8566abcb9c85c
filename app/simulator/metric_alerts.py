"""Metric alerts, and the rules that send alerts on (docs/azure.md, Azure Monitor).

Metric alerts as recorded in 2023 (api 2018-03-01): 200 also for a new one, `dimensions` that are empty are dropped. No
rule on a vault was ever recorded. Alert processing rules (api 2021-08-08) as recorded in 2024: 201 for a new one.
What is refused is documented (severities, windows, words); its codes are guesses.
"""

import copy
from typing import Final

from app.simulator.action_groups import delete, in_place
from app.simulator.arm import ArmError, Call, Reply, Route, resource_not_found
from app.simulator.inventory import GROUP, existing_group
from app.simulator.world import Json, World

METRIC_ALERTS = GROUP + "/providers/Microsoft.Insights/metricAlerts"
METRIC_ALERT = METRIC_ALERTS + "/{name}"
RULES = GROUP + "/providers/Microsoft.AlertsManagement/actionRules"
RULE = RULES + "/{name}"
FREQUENCIES = ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H")
WINDOWS = ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H", "PT6H", "PT12H", "P1D")
OPERATORS = ("Equals", "GreaterThan", "GreaterThanOrEqual", "LessThan", "LessThanOrEqual")
AGGREGATIONS = ("Average", "Count", "Minimum", "Maximum", "Total")
METRICS: Final = {
    "BackupHealthEvent": ("dataSourceURL", "backupInstanceUrl", "dataSourceType", "healthStatus", "backupInstanceName"),
    "RestoreHealthEvent": ("dataSourceURL", "backupInstanceUrl", "dataSourceType", "healthStatus"),
}
"""The metrics of a vault, with their dimensions."""
RULE_FIELDS = (
    "Severity",
    "MonitorService",
    "MonitorCondition",
    "SignalType",
    "TargetResourceType",
    "TargetResource",
    "TargetResourceGroup",
    "AlertRuleId",
    "AlertRuleName",
    "Description",
    "AlertContext",
)


def put_alert(call: Call) -> Reply:
    group, _ = existing_group(call, call.params["group"])
    properties = copy.deepcopy(call.properties())
    _check_alert(call.world, properties)
    body = call.body if isinstance(call.body, dict) else {}
    if not body.get("location"):
        raise ArmError(400, "LocationRequired", "The location property is required for this definition.")
    for criterion in properties["criteria"]["allOf"]:
        if not criterion.get("dimensions"):
            criterion.pop("dimensions", None)
    if properties.get("targetResourceRegion"):  # sent "West US", answered "westus"
        properties["targetResourceRegion"] = properties["targetResourceRegion"].replace(" ", "").lower()
    shown: Json = {
        "id": f"/subscriptions/{call.subscription}/resourceGroups/{group}"
        f"/providers/Microsoft.Insights/metricAlerts/{call.params['name']}",
        "name": call.params["name"],
        "type": "Microsoft.Insights/metricAlerts",
        "location": body["location"],
    }
    if body.get("tags"):
        shown["tags"] = body["tags"]
    call.world.monitor[call.path.lower()] = shown | {"properties": properties}
    return Reply(200, call.world.monitor[call.path.lower()])


def _bad(message: str) -> ArmError:
    return ArmError(400, "BadRequest", message)


def _check_alert(world: World, properties: Json) -> None:
    if properties.get("severity") not in range(5) or isinstance(properties["severity"], bool):
        raise _bad("Severity must be between 0 and 4.")
    frequency, window = properties.get("evaluationFrequency"), properties.get("windowSize")
    if frequency not in FREQUENCIES or window not in WINDOWS:
        raise _bad("evaluationFrequency or windowSize has a value that is not supported.")
    if WINDOWS.index(window) < WINDOWS.index(frequency):
        raise _bad("The window size must not be smaller than the evaluation frequency.")
    scopes = properties.get("scopes")
    if not isinstance(scopes, list) or not scopes:
        raise _bad("An alert rule needs a scope.")
    criteria = properties.get("criteria") or {}
    kind = str(criteria.get("odata.type", ""))
    if len(scopes) > 1 and not kind.endswith("MultipleResourceMultipleMetricCriteria"):
        raise _bad("Several scopes need the criteria of several resources.")
    if not isinstance(criteria.get("allOf"), list) or not criteria["allOf"]:
        raise _bad("An alert rule needs a criterion.")
    for criterion in criteria["allOf"]:
        _check_criterion(criterion, str(scopes[0]))
    for action in properties.get("actions") or ():
        if str(action.get("actionGroupId", "")).lower() not in world.monitor:
            # A guess that Azure looks: no recording names a group that is not there.
            raise ArmError(404, "ResourceNotFound", f"The action group '{action.get('actionGroupId')}' was not found.")


def _check_criterion(criterion: Json, scope: str) -> None:
    if criterion.get("operator") not in OPERATORS or criterion.get("timeAggregation") not in AGGREGATIONS:
        raise _bad("The operator or the time aggregation of a criterion is not supported.")
    for dimension in criterion.get("dimensions") or ():
        if dimension.get("operator") not in {"Include", "Exclude", "StartsWith"} or not dimension.get("values"):
            raise _bad(f"The dimension {dimension.get('name')} is not valid.")
    if "/microsoft.recoveryservices/vaults/" not in scope.lower() or criterion.get("skipMetricValidation"):
        return
    # No vault here has emitted a metric yet, so none is known.
    raise _bad(f"Couldn't find a metric named {criterion.get('metricName')}. Make sure the name is correct.")


def _found(call: Call, kind: str) -> Json:
    found: Json | None = call.world.monitor.get(call.path.lower())
    if found is None:
        raise resource_not_found(kind, call.params["name"], call.params["group"])
    return found


def get_alert(call: Call) -> Reply:
    return Reply(200, _found(call, "Microsoft.Insights/metricAlerts"))


def list_alerts(call: Call) -> Reply:
    return Reply(200, {"value": in_place(call, "/providers/microsoft.insights/metricalerts/")})


# -- alert processing rules ---------------------------------------------------------------------------------------
def put_rule(call: Call) -> Reply:
    group, _ = existing_group(call, call.params["group"])
    properties, body = call.properties(), call.body
    scopes, actions = properties.get("scopes"), properties.get("actions")
    if not isinstance(scopes, list) or not scopes or not isinstance(actions, list) or not actions:
        raise _bad("An alert processing rule needs scopes and actions.")
    for scope in scopes:
        if not str(scope).lower().startswith(f"/subscriptions/{call.subscription}"):
            raise _bad("The scopes of an alert processing rule are of its own subscription.")
    for condition in properties.get("conditions") or ():
        if condition.get("field") not in RULE_FIELDS or not condition.get("values"):
            raise _bad(f"The condition on {condition.get('field')} is not valid.")
    known = call.path.lower() in call.world.monitor
    shown: Json = {
        "id": f"/subscriptions/{call.subscription}/resourceGroups/{group}"
        f"/providers/Microsoft.AlertsManagement/actionRules/{call.params['name']}",
        "type": "Microsoft.AlertsManagement/actionRules",
        "name": call.params["name"],
        "location": str(body.get("location") or "Global"),
        "tags": body.get("tags"),
        "properties": {"enabled": True} | properties,
    }
    call.world.monitor[call.path.lower()] = shown
    return Reply(200 if known else 201, shown)


def get_rule(call: Call) -> Reply:
    return Reply(200, _found(call, "Microsoft.AlertsManagement/actionRules"))


def list_rules(call: Call) -> Reply:
    return Reply(200, {"value": in_place(call, "/providers/microsoft.alertsmanagement/actionrules/")})


SUBSCRIPTION = "/subscriptions/{subscription}/providers"
ROUTES: list[Route] = [
    ("GET", SUBSCRIPTION + "/Microsoft.Insights/metricAlerts", list_alerts),
    ("GET", METRIC_ALERTS, list_alerts),
    ("GET", METRIC_ALERT, get_alert),
    ("PUT", METRIC_ALERT, put_alert),
    ("DELETE", METRIC_ALERT, delete),
    ("GET", SUBSCRIPTION + "/Microsoft.AlertsManagement/actionRules", list_rules),
    ("GET", RULES, list_rules),
    ("GET", RULE, get_rule),
    ("PUT", RULE, put_rule),
    ("DELETE", RULE, delete),
]
