"""Azure Monitor in the simulator: as recorded, as the official SDK wants it, and whom a fired alert tells."""

import json
import re
from typing import Any

import pytest

from app.simulator.asgi import Simulator
from app.simulator.world import SUBSCRIPTION
from tests.azure.tape import Exchange, Flow, path_of, stored
from tests.simulator.story import RG, VAULT, Story

ALERTS, GROUPS, NOTIFICATIONS = stored("monitor-")
HOOK = {"name": "hook", "serviceUri": "https://here.example/hook", "useCommonAlertSchema": True}


async def replay(story: Story, flow: Flow, exchange: Exchange) -> None:
    """The recorded request, and the recorded answer but for what Azure alone knows."""
    text = json.dumps(exchange).replace("00000000-0000-0000-0000-000000000000", SUBSCRIPTION)
    asked, said = json.loads(text)["request"], json.loads(text)["response"]
    version = re.search(r"api-version=([\d-]+)", asked["url"])
    assert version is not None
    answer = await story.send(asked["method"], path_of(asked["url"]), asked["body"], api=version[1])
    assert answer.status_code == said["status"], (flow.name, asked["url"], answer.text)
    body: Any = answer.json() if answer.content else None
    if answer.status_code >= 400:
        assert body.keys() == said["body"].keys()
        assert body["code"] == said["body"]["code"]
    else:
        assert without_azures_own(body) == without_azures_own(said["body"])


def without_azures_own(body: Any) -> Any:
    """Azure adds its tenant to the receivers of an event hub; it shows no identity as null, or not at all."""
    if isinstance(body, list):
        return [without_azures_own(one) for one in body]
    if isinstance(body, dict):
        return {
            name: without_azures_own(value)
            for name, value in body.items()
            if not (name == "tenantId" and "eventHubName" in body) and not (name == "identity" and value is None)
        }
    return body


@pytest.mark.parametrize("flow", [ALERTS, GROUPS], ids=str)
async def test_recorded_requests_are_answered_as_recorded(story: Story, simulator: Simulator, flow: Flow) -> None:
    for group in {path_of(x["request"]["url"]).split("/")[4] for x in flow.exchanges}:
        simulator.world.add_resource_group(group, "westus")
    for exchange in flow.exchanges:
        await replay(story, flow, exchange)


async def test_a_test_notification_takes_half_an_hour_although_all_were_told_in_a_minute(story: Story) -> None:
    group = f"{RG}/providers/Microsoft.Insights/actionGroups/g"
    api = "2022-06-01"
    await story.send("PUT", group, {"location": "Global", "properties": {"groupShortName": "g"}}, api=api)
    body = {"alertType": "budget", "emailReceivers": [{"name": "a", "emailAddress": "a@example.com"}]}
    begun = await story.send("POST", f"{group}/createNotifications", body, api=api)
    assert (begun.status_code, begun.content) == (202, b"")
    recorded = [x["response"] for x in NOTIFICATIONS.exchanges if x["request"]["method"] == "GET"]
    for seconds, state in ((0, "New"), (61, "InProgress"), (1800, "Completed")):
        await story.advance(seconds)
        answer = await story.send("GET", begun.headers["Location"], api=None)
        assert answer.status_code == (200 if state == "Completed" else 202)
        assert answer.json()["state"] == state
        assert answer.json().keys() == recorded[0]["body"].keys()
        assert bool(answer.json()["actionDetails"]) is (state != "New")
    assert {x["status"] for x in recorded} == {202, 200}


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("actionGroups", {"groupShortName": "thirteen-char"}),
        ("actionGroups", {"groupShortName": ""}),
        ("actionGroups", {"groupShortName": "g", "emailReceivers": [{"name": "a", "emailAddress": "nobody"}]}),
        ("actionGroups", {"groupShortName": "g", "webhookReceivers": [HOOK, HOOK]}),
        ("metricAlerts", {"severity": 5}),
        ("metricAlerts", {"windowSize": "PT1M", "evaluationFrequency": "PT5M"}),
        ("metricAlerts", {"evaluationFrequency": "PT2M"}),
        ("metricAlerts", {"scopes": []}),
        ("metricAlerts", {"criteria": {"odata.type": "x", "allOf": []}}),
        ("metricAlerts", {"actions": [{"actionGroupId": f"{RG}/providers/Microsoft.Insights/actionGroups/none"}]}),
    ],
)
async def test_what_azure_is_known_not_to_take_is_refused(story: Story, what: str, changed: dict[str, Any]) -> None:
    good: dict[str, Any] = (
        alert_body() if what == "metricAlerts" else {"location": "Global", "properties": {"groupShortName": "g"}}
    )
    path = f"{RG}/providers/Microsoft.Insights/{what}/x"
    version = "2018-03-01" if what == "metricAlerts" else "2022-06-01"
    bad = good | {"properties": good["properties"] | changed}
    assert (await story.send("PUT", path, bad, api=version)).status_code in {400, 404}
    assert (await story.send("GET", path, api=version)).status_code == 404
    assert (await story.send("PUT", path, good, api=version)).status_code in {200, 201}


def alert_body(*dimensions: dict[str, Any], skips: bool = True, **more: Any) -> dict[str, Any]:
    criterion: dict[str, Any] = {
        "name": "c",
        "metricName": "BackupHealthEvent",
        "operator": "GreaterThan",
        "threshold": 0,
    }
    criterion |= {"timeAggregation": "Count", "criterionType": "StaticThresholdCriterion"}
    criterion |= {"dimensions": list(dimensions), "skipMetricValidation": skips}
    kind = "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria"
    properties: dict[str, Any] = {"severity": 1, "enabled": True, "scopes": [VAULT], "evaluationFrequency": "PT5M"}
    properties |= {"windowSize": "PT1H", "criteria": {"odata.type": kind, "allOf": [criterion]}}
    return {"location": "global", "properties": properties | more}


async def test_a_metric_that_was_never_sent_is_not_known_unless_the_check_is_skipped(story: Story) -> None:
    path = f"{RG}/providers/Microsoft.Insights/metricAlerts/x"
    assert (await story.send("PUT", path, alert_body(skips=False), api="2018-03-01")).status_code == 400
    assert (await story.send("PUT", path, alert_body(skips=True), api="2018-03-01")).status_code == 200


async def make_group(story: Story, name: str = "g", **more: Any) -> str:
    path = f"{RG}/providers/Microsoft.Insights/actionGroups/{name}"
    properties: dict[str, Any] = {"groupShortName": "g", "webhookReceivers": [HOOK]} | more
    await story.send("PUT", path, {"location": "Global", "properties": properties}, api="2022-06-01")
    return path


async def fired(story: Story, **asked: Any) -> list[str]:
    found = await story.control("alerts", vault_id=VAULT, send=False, **asked)
    return [one["receiver"] for one in found["deliveries"]]


async def test_the_bare_count_fires_on_a_good_backup_and_the_dimension_keeps_it_still(story: Story) -> None:
    await story.make_vault()
    actions = [{"actionGroupId": await make_group(story)}]
    path = f"{RG}/providers/Microsoft.Insights/metricAlerts/x"
    await story.send("PUT", path, alert_body(actions=actions), api="2018-03-01")
    assert await fired(story, health_status="Healthy") == ["hook"]
    unhealthy = {"name": "healthStatus", "operator": "Exclude", "values": ["Healthy"]}
    await story.send("PUT", path, alert_body(unhealthy, actions=actions), api="2018-03-01")
    assert await fired(story, health_status="Healthy") == []
    assert await fired(story, health_status="Persistent Degraded") == ["hook"]


async def test_a_built_in_alert_reaches_a_group_only_by_a_rule_and_only_while_it_is_on(story: Story) -> None:
    await story.make_vault()
    group, failed = await make_group(story), {"built_in": "Backup Failure", "job_id": "j"}
    assert await fired(story, **failed) == []
    rule = f"{RG}/providers/Microsoft.AlertsManagement/actionRules/r"
    add = {"actionType": "AddActionGroups", "actionGroupIds": [group]}
    body = {"location": "Global", "properties": {"scopes": [VAULT], "actions": [add]}}
    assert (await story.send("PUT", rule, body, api="2021-08-08")).status_code == 201
    assert (await story.send("PUT", rule, body, api="2021-08-08")).status_code == 200
    assert await fired(story, **failed) == ["hook"]
    off = {"monitoringSettings": {"azureMonitorAlertSettings": {"alertsForAllJobFailures": "Disabled"}}}
    await story.send("PATCH", VAULT, {"properties": off})
    assert await fired(story, **failed) == []
    assert await fired(story, built_in="Delete Backup Data") == ["hook"]  # a security alert
    silent = {"scopes": [RG], "actions": [{"actionType": "RemoveAllActionGroups"}]}
    await story.send("PUT", f"{rule}-2", {"properties": silent}, api="2021-08-08")
    assert await fired(story, built_in="Delete Backup Data") == []


async def test_an_old_vault_shows_no_alert_settings_until_they_are_set(story: Story) -> None:
    assert "monitoringSettings" in (await story.make_vault())["properties"]
    await story.control("seed", old_vaults=[{"vault_id": VAULT}])
    assert "monitoringSettings" not in (await story.get(VAULT))["properties"]
    wrong = {"monitoringSettings": {"azureMonitorAlertSettings": {"alertsForAllJobFailures": "on"}}}
    assert (await story.send("PATCH", VAULT, {"properties": wrong})).status_code == 400
    on = {"monitoringSettings": {"azureMonitorAlertSettings": {"alertsForAllJobFailures": "Disabled"}}}
    await story.send("PATCH", VAULT, {"properties": on})
    settings = (await story.get(VAULT))["properties"]["monitoringSettings"]
    assert settings["azureMonitorAlertSettings"]["alertsForAllJobFailures"] == "Disabled"
    assert settings["azureMonitorAlertSettings"]["alertsForAllFailoverIssues"] == "Enabled"
