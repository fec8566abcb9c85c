"""Translates things of Azure Monitor into Azure's JSON and back (docs/azure.md, Azure Monitor).

Pure; imports no Azure package.
"""

import copy
from typing import Any, Final

from app.azure.monitor import values as mv
from app.azure.sdk import members, strict
from app.azure.sdk.formats import flag_or_none, number_or_none, seconds_or_none
from app.azure.sdk.translate import Json, mapping

RECEIVERS: Final = (
    "emailReceivers",
    "smsReceivers",
    "webhookReceivers",
    "eventHubReceivers",
    "itsmReceivers",
    "azureAppPushReceivers",
    "automationRunbookReceivers",
    "voiceReceivers",
    "logicAppReceivers",
    "azureFunctionReceivers",
    "armRoleReceivers",
)
SHORT_NAME: Final = "Holdfast"
"""At most 12 characters: it is the sender of a mail."""


# --- action groups -------------------------------------------------------------------------------------------------
def action_group(body: Json) -> mv.ActionGroup:
    properties = strict.properties(body)
    found = {kind: members.objects(properties, kind) for kind in _kinds(properties)}
    return mv.ActionGroup(
        id=members.text(body, "id"),
        emails={_name(one): members.written(one, "emailAddress") for one in found.get("emailReceivers", ())},
        webhooks={_name(one): members.written(one, "serviceUri") for one in found.get("webhookReceivers", ())},
        receivers=frozenset(_name(one) for receivers in found.values() for one in receivers),
        is_on=flag_or_none(properties.get("enabled")) is not False,
        odd_hooks=frozenset(_name(one) for one in found.get("webhookReceivers", ()) if not _is_common(one)),
        raw=body,
    )


def _is_common(hook: Json) -> bool:
    return members.flag(hook, "useCommonAlertSchema") and not members.flag(hook, "useAadAuth")


def _kinds(properties: Json) -> list[str]:
    """The lists of receivers that are there, those of newer versions of Azure among them."""
    return [name for name, value in properties.items() if name.endswith("Receivers") and isinstance(value, list)]


def _name(receiver: Json) -> str:
    return members.written(receiver, "name")


def group_body(order: mv.GroupOrder) -> dict[str, Any]:
    """Everything as it was read, but for the receivers that are named; `status` is Azure's to say."""
    base = copy.deepcopy(dict(order.base.raw)) if order.base is not None else {}
    properties = dict(mapping(base, "properties")) or {"groupShortName": SHORT_NAME}
    ours = order.without | order.emails.keys() | order.webhooks.keys()
    for kind in dict.fromkeys((*RECEIVERS, *_kinds(properties))):
        kept = [dict(one) for one in members.objects(properties, kind) if _name(one) not in ours]
        properties[kind] = [{name: value for name, value in one.items() if name != "status"} for one in kept]
    for name, address in order.emails.items():
        properties["emailReceivers"].append({"name": name, "emailAddress": address, "useCommonAlertSchema": True})
    for name, url in order.webhooks.items():
        hook = {"name": name, "serviceUri": url, "useCommonAlertSchema": True, "useAadAuth": False}
        properties["webhookReceivers"].append(hook)
    tags = dict(mapping(base, "tags")) | dict(order.tags)
    is_on = order.turn_on or order.base is None or order.base.is_on
    body: dict[str, Any] = {
        "location": base.get("location") or "Global",
        "properties": properties | {"enabled": is_on},
    }
    if tags:
        body["tags"] = tags
    if base.get("identity") is not None:
        body["identity"] = base["identity"]
    return body


# --- metric alerts -------------------------------------------------------------------------------------------------
_NAMESPACE: Final = "Microsoft.RecoveryServices/vaults"
_WATCH: Final[Json] = {
    "evaluationFrequency": "PT5M",
    "windowSize": "PT1H",
    "autoMitigate": True,
    "criteria": {
        "odata.type": "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
        "allOf": [
            {
                "criterionType": "StaticThresholdCriterion",
                "name": "unhealthy",
                "metricNamespace": _NAMESPACE,
                "metricName": "BackupHealthEvent",
                "timeAggregation": "Count",
                "operator": "GreaterThan",
                "threshold": 0.0,
                "dimensions": [{"name": "healthStatus", "operator": "Exclude", "values": ["Healthy"]}],
                "skipMetricValidation": True,
            }
        ],
    },
}
"""Any event of a backup that is not healthy, looked for every five minutes among those of the last hour.

`skipMetricValidation`: a vault that has sent no event yet is one that Azure knows no metric of.
"""


def metric_alert(body: Json) -> mv.MetricAlert:
    properties = strict.properties(body)
    actions = members.objects(properties, "actions")
    severity = properties.get("severity")
    return mv.MetricAlert(
        id=members.text(body, "id"),
        severity=severity if isinstance(severity, int) and not isinstance(severity, bool) else None,
        is_on=flag_or_none(properties.get("enabled")) is True,
        scopes=frozenset(scope.lower() for scope in members.texts(properties, "scopes")),
        groups=frozenset(members.written(one, "actionGroupId").lower() for one in actions),
        is_as_made=_watched(properties) == _watched(_WATCH),
    )


def _watched(properties: Json) -> object:
    """What an alert counts and how, in one spelling: Azure may write it back in another than it was sent in.

    Left out: the names of criteria, and `skipMetricValidation`, which only matters while it is written.
    """
    criteria = mapping(properties, "criteria")
    return (
        seconds_or_none(properties.get("evaluationFrequency")),
        seconds_or_none(properties.get("windowSize")),
        flag_or_none(properties.get("autoMitigate")) is not False,
        members.written(criteria, "odata.type").lower(),
        strict.every(criteria.get("allOf"), _counted),
    )


def _counted(criterion: Json) -> object:
    words = [
        members.written(criterion, word) for word in ("criterionType", "metricName", "timeAggregation", "operator")
    ]
    namespace = members.written(criterion, "metricNamespace") or _NAMESPACE  # left out, Azure takes that of the scope
    dimensions = strict.every(criterion.get("dimensions") or [], lambda one: _condition(one, "name"))
    threshold = number_or_none(criterion.get("threshold"))
    return [one.lower() for one in (*words, namespace)], threshold, sorted(dimensions or [("odd", "", ())])


def _condition(body: Json, subject: str) -> tuple[str, str, tuple[str, ...]]:
    values = tuple(sorted(one.lower() for one in members.texts(body, "values")))
    return members.written(body, subject).lower(), members.written(body, "operator").lower(), values


def metric_alert_body(order: mv.MetricAlertOrder) -> dict[str, Any]:
    return {
        "location": "global",
        "tags": dict(order.tags),
        "properties": {
            "description": "A backup of this vault did not end healthy. Kept by Holdfast.",
            "severity": order.severity,
            "enabled": True,
            "scopes": [order.vault.id],
            "actions": [{"actionGroupId": order.action_group_id}],
            **copy.deepcopy(dict(_WATCH)),
        },
    }


# --- alert processing rules ----------------------------------------------------------------------------------------
_ROUTE: Final[Json] = {
    "conditions": [{"field": "SignalType", "operator": "NotEquals", "values": ["Metric"]}],
    "actions": [{"actionType": "AddActionGroups"}],
}
"""All alerts of the vault but those of metrics: a metric alert names its groups itself."""


def alert_route(body: Json) -> mv.AlertRoute:
    properties = strict.properties(body)
    actions = members.objects(properties, "actions")
    groups = [group.lower() for one in actions for group in members.texts(one, "actionGroupIds")]
    return mv.AlertRoute(
        id=members.text(body, "id"),
        is_on=flag_or_none(properties.get("enabled")) is not False,
        scopes=frozenset(scope.lower() for scope in members.texts(properties, "scopes")),
        groups=frozenset(groups),
        is_as_made=_routed(properties) == _routed(_ROUTE),
    )


def _routed(properties: Json) -> object:
    """Which alerts it is for, when, and what it does with them."""
    return (
        strict.every(properties.get("conditions"), lambda one: _condition(one, "field")),
        {members.written(one, "actionType").lower() for one in members.objects(properties, "actions")},
        bool(properties.get("schedule")),
    )


def alert_route_body(order: mv.AlertRouteOrder) -> dict[str, Any]:
    made = copy.deepcopy(dict(_ROUTE))
    made["actions"][0]["actionGroupIds"] = [order.action_group_id]
    return {
        "location": "Global",
        "tags": dict(order.tags),
        "properties": {
            "description": "Sends the built-in alerts of this vault on. Kept by Holdfast.",
            "scopes": [order.vault.id],
            "enabled": True,
            **made,
        },
    }


# --- a vault's own settings ----------------------------------------------------------------------------------------
_BLOCK, _JOBS = "azureMonitorAlertSettings", "alertsForAllJobFailures"


def vault_alerts(body: Json) -> mv.VaultAlerts:
    settings = mapping(mapping(body, "properties"), "monitoringSettings")
    word = members.written(mapping(settings, _BLOCK), _JOBS).lower()
    return mv.VaultAlerts({"enabled": True, "disabled": False}.get(word), settings)


def job_failure_alerts_body(was: mv.VaultAlerts, *, on: bool) -> dict[str, Any]:
    """The whole block, with one word changed: whether Azure merges it or replaces it is not known."""
    settings = copy.deepcopy(dict(was.raw))
    settings[_BLOCK] = dict(mapping(settings, _BLOCK)) | {_JOBS: "Enabled" if on else "Disabled"}
    return {"properties": {"monitoringSettings": settings}}
