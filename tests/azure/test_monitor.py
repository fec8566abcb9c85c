"""Recorded metric alerts and action groups, played to the adapter: each answer is read, each change keeps the rest."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.azure import errors as e
from app.azure.monitor.values import (
    AlertRouteOrder,
    GroupOrder,
    MetricAlertOrder,
    VaultAlerts,
    monitor_id,
)
from app.azure.values import VaultRef

from .conftest import AzureOver
from .tape import Exchange, path_of, stored

Json = dict[str, Any]
ID = UUID(int=7)
(ALERTS, GROUPS, NOTIFICATIONS) = stored("monitor-")
GROUP_ID = path_of(GROUPS.exchanges[0]["request"]["url"])


def answers(*exchanges: Exchange, sent: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    told = iter(exchanges)

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        response = next(told)["response"]
        body = response["body"]
        return httpx.Response(response["status"], content=b"" if body is None else json.dumps(body).encode())

    return answer


async def test_every_recorded_action_group_is_read(azure_over: AzureOver) -> None:
    read = [x for x in GROUPS.exchanges if x["request"]["method"] == "GET" and "properties" in x["response"]["body"]]
    assert len(read) >= 3
    for exchange in read:
        sent: list[httpx.Request] = []
        found = await azure_over(answers(exchange, sent=sent)).monitor.get_group(GROUP_ID)
        raw = exchange["response"]["body"]["properties"]
        assert path_of(str(sent[0].url)) == GROUP_ID
        assert found.emails == {one["name"]: one["emailAddress"] for one in raw["emailReceivers"]}
        assert found.webhooks == {one["name"]: one["serviceUri"] for one in raw["webhookReceivers"]}
        lists = [value for name, value in raw.items() if name.endswith("Receivers")]
        assert found.receivers == {one["name"] for receivers in lists for one in receivers}


async def test_a_change_of_a_group_says_what_az_said_and_keeps_all_others(azure_over: AzureOver) -> None:
    """As recorded: of a group with seven kinds of receivers, a webhook goes and a mail comes."""
    before, after = GROUPS.exchanges[6], GROUPS.exchanges[7]
    sent: list[httpx.Request] = []
    monitor = azure_over(answers(before, after, sent=sent)).monitor
    base = await monitor.get_group(GROUP_ID)
    emails = {"alice_1": "someone@example.com"}
    order = GroupOrder(GROUP_ID, emails=emails, without=frozenset({"alice_web"}), base=base)
    assert (await monitor.put_group(order, request_id=ID)).is_done
    assert json.loads(sent[1].content) == after["request"]["body"]
    assert sent[1].headers["x-ms-client-request-id"] == str(ID)


def test_receivers_of_a_kind_that_is_not_known_here_are_sent_back() -> None:
    from app.azure.sdk.translate_monitor import action_group, group_body  # noqa: PLC0415

    raw = json.loads(json.dumps(GROUPS.exchanges[6]["response"]["body"]))
    raw["properties"]["incidentReceivers"] = [{"name": "new", "connection": {"id": "x"}}]
    body = group_body(GroupOrder(GROUP_ID, webhooks={"hook": "https://here.example"}, base=action_group(raw)))
    assert body["properties"]["incidentReceivers"] == raw["properties"]["incidentReceivers"]
    assert [one["name"] for one in body["properties"]["webhookReceivers"]] == ["alice_web", "hook"]


async def test_a_recorded_metric_alert_is_read_and_is_none_on_health_events(azure_over: AzureOver) -> None:
    exchange = ALERTS.exchanges[5]
    raw = exchange["response"]["body"]
    found = await azure_over(answers(exchange, sent=[])).monitor.get_alert(raw["id"])
    assert (found.severity, found.is_on, found.is_as_made) == (3, True, False)
    assert found.groups == {one["actionGroupId"].lower() for one in raw["properties"]["actions"]}


def names_of(body: Any) -> set[str]:
    """Every name of a member, at any depth."""
    if isinstance(body, dict):
        return set(body) | {name for value in body.values() for name in names_of(value)}
    return {name for one in body for name in names_of(one)} if isinstance(body, list) else set()


async def test_what_is_sent_of_an_alert_has_the_members_that_were_recorded(azure_over: AzureOver) -> None:
    sent: list[httpx.Request] = []
    vault = VaultRef("0f0f0f0f-1111-2222-3333-444444444444", "rg", "v")
    order = MetricAlertOrder(monitor_id(vault, "alert", "n"), vault, 1, GROUP_ID, {"a": "b"})
    monitor = azure_over(answers(ALERTS.exchanges[4], sent=sent)).monitor
    assert (await monitor.put_alert(order, request_id=ID)).is_done
    body = json.loads(sent[0].content)
    recorded = {name for x in ALERTS.exchanges for name in names_of(x["request"]["body"])}
    documented = {"metricNamespace", "skipMetricValidation", "a"}
    assert names_of(body) - recorded == documented
    (criterion,) = body["properties"]["criteria"]["allOf"]
    assert criterion["dimensions"] == [{"name": "healthStatus", "operator": "Exclude", "values": ["Healthy"]}]
    assert criterion["skipMetricValidation"] is True
    assert (criterion["metricName"], criterion["operator"], criterion["threshold"]) == (
        "BackupHealthEvent",
        "GreaterThan",
        0,
    )


@pytest.mark.parametrize("number", [11])
async def test_recorded_deletions_are_done_with_their_answer(azure_over: AzureOver, number: int) -> None:
    for exchange in (ALERTS.exchanges[number], GROUPS.exchanges[10]):
        sent: list[httpx.Request] = []
        monitor = azure_over(answers(exchange, sent=sent)).monitor
        assert (await monitor.delete(path_of(exchange["request"]["url"]), request_id=ID)).is_done
        assert sent[0].url.params["api-version"] == httpx.URL(exchange["request"]["url"]).params["api-version"]


async def test_an_error_without_its_envelope_is_read(azure_over: AzureOver) -> None:
    refused = next(x for x in GROUPS.exchanges if x["response"]["status"] == 404)
    with pytest.raises(e.AzureNotFound) as error:
        await azure_over(answers(refused, sent=[])).monitor.get_group(GROUP_ID)
    assert error.value.code == "ReceiverNotFound"


async def test_only_things_of_azure_monitor_are_asked_for(azure_over: AzureOver) -> None:
    sent: list[httpx.Request] = []
    monitor = azure_over(answers(sent=sent)).monitor
    for other in ("/subscriptions/x/resourceGroups/g", "https://elsewhere/providers/Microsoft.Insights/actionGroups/a"):
        with pytest.raises(e.AzureRejected):
            await monitor.delete(other, request_id=ID)
        with pytest.raises(e.AzureRejected):
            await monitor.get_group(other)
    assert not sent


@pytest.mark.parametrize(
    "was",
    [
        {},
        {"classicAlertSettings": {"alertsForCriticalOperations": "Disabled"}},
        {
            "azureMonitorAlertSettings": {
                "alertsForAllFailoverIssues": "Disabled",
                "alertsForAllJobFailures": "Disabled",
            }
        },
        {"neverSeen": {"x": "y"}, "azureMonitorAlertSettings": {}},
    ],
)
async def test_the_other_settings_of_a_vault_are_sent_as_they_were(azure_over: AzureOver, was: Json) -> None:
    sent: list[httpx.Request] = []
    accepted = {"response": {"status": 200, "body": {"id": "x"}}}
    monitor = azure_over(answers(accepted, sent=sent)).monitor
    vault = VaultRef("0f0f0f0f-1111-2222-3333-444444444444", "rg", "v")
    await monitor.set_job_failure_alerts(vault, VaultAlerts(None, was), on=True, request_id=ID)
    assert sent[0].method == "PATCH"
    body = json.loads(sent[0].content)
    settings = body["properties"].pop("monitoringSettings")
    assert body == {"properties": {}}
    assert settings.pop("azureMonitorAlertSettings") == {
        **was.get("azureMonitorAlertSettings", {}),
        "alertsForAllJobFailures": "Enabled",
    }
    assert settings == {name: value for name, value in was.items() if name != "azureMonitorAlertSettings"}


async def test_a_rule_that_sends_alerts_on_leaves_out_those_of_metrics(azure_over: AzureOver) -> None:
    sent: list[httpx.Request] = []
    vault = VaultRef("0f0f0f0f-1111-2222-3333-444444444444", "rg", "v")
    order = AlertRouteOrder(monitor_id(vault, "route", "n"), vault, GROUP_ID)
    await azure_over(answers({"response": {"status": 201, "body": {}}}, sent=sent)).monitor.put_route(
        order, request_id=ID
    )
    said = json.loads(sent[0].content)["properties"]
    assert said["scopes"] == [vault.id]
    assert said["conditions"] == [{"field": "SignalType", "operator": "NotEquals", "values": ["Metric"]}]
    assert said["actions"] == [{"actionType": "AddActionGroups", "actionGroupIds": [GROUP_ID]}]
