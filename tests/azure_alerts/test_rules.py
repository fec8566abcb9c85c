"""Which writes are left: what Azure has as it was sent is left alone, what another tool has changed is put right."""

import copy
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from app.azure.errors import AzureNotFound
from app.azure.monitor import values as mv
from app.azure.sdk import translate_monitor as translate
from app.azure.values import Operation
from app.azure_alerts import rules
from app.azure_alerts.rules import Order, Seen, Wanted
from app.azure_alerts.service import ORDER
from app.azure_alerts.work import Plan, SetAzureAlerts
from app.jobs.kinds import JobKind
from app.jobs.lifecycle import State
from app.jobs.work import Absent, Found, Ticket
from tests.azure_alerts.alert_steps import GIVEN
from tests.vaults.vault_steps import REF

Json = dict[str, Any]
VAULT_ID = UUID(int=5)
TOKEN = "t" * 43
AT = "https://holdfast.example/v1/azure-alerts/receive/"


def wanted(**more: Any) -> Wanted:
    usual: Json = {"action_group_id": None, "emails": ("a@b.com",), "severity": 1, "built_in": True, "receive": True}
    return Wanted(**(usual | more))


def in_azure(order: Order) -> dict[str, Json]:
    """What Azure has after the job: group, alert, route."""
    assert order.wanted is not None
    emails = {f"{rules.MAIL}{number}": one for number, one in enumerate(order.wanted.emails, start=1)}
    hooks = {order.name: f"{AT}{TOKEN}"} if order.wanted.receive else {}
    group = translate.group_body(mv.GroupOrder(order.group_id, emails, hooks, tags=order.tags))
    alert = mv.MetricAlertOrder(order.alert_id, order.vault, order.wanted.severity, order.group_id, order.tags)
    route = mv.AlertRouteOrder(order.route_id, order.vault, order.group_id, order.tags)
    return {
        "group": {"id": order.group_id, **group},
        "alert": {"id": order.alert_id, **translate.metric_alert_body(alert)},
        "route": {"id": order.route_id, **translate.alert_route_body(route)},
    }


def seen(order: Order, bodies: dict[str, Json]) -> Seen:
    group = translate.action_group(bodies["group"])
    return Seen(
        {group.id.lower(): group},
        translate.metric_alert(bodies["alert"]),
        translate.alert_route(bodies["route"]),
        mv.VaultAlerts(order.wanted is not None and order.wanted.built_in, {}),
    )


def left(order: Order, bodies: dict[str, Json]) -> list[str]:
    return [type(step).__name__ for step in rules.steps(order, seen(order, bodies), rules.digest_of(TOKEN))]


def at(bodies: dict[str, Json], path: str) -> tuple[Any, Any]:
    """(what holds it, its key) of a member such as `alert.criteria.allOf.0.threshold`."""
    name, *keys, last = path.split(".")
    inner: Any = bodies[name]["properties"]
    for key in keys:
        inner = inner[int(key)] if isinstance(inner, list) else inner[key]
    return inner, int(last) if isinstance(inner, list) else last


@pytest.fixture
def order() -> Order:
    return Order(REF, VAULT_ID, wanted(), receive_at=AT)


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        ("group.enabled", False, "ChangeGroup"),
        ("group.enabled", "False", "ChangeGroup"),
        ("group.emailReceivers", [], "ChangeGroup"),
        ("group.emailReceivers.0.emailAddress", "else@b.com", "ChangeGroup"),
        ("group.webhookReceivers", [], "ChangeGroup"),
        ("group.webhookReceivers.0.serviceUri", AT + "x", "ChangeGroup"),
        ("group.webhookReceivers.0.useCommonAlertSchema", False, "ChangeGroup"),
        ("group.webhookReceivers.0.useAadAuth", True, "ChangeGroup"),
        ("alert.enabled", False, "MetricAlertOrder"),
        ("alert.severity", 4, "MetricAlertOrder"),
        ("alert.scopes", [], "MetricAlertOrder"),
        ("alert.actions", [], "MetricAlertOrder"),
        ("alert.evaluationFrequency", "PT1H", "MetricAlertOrder"),
        ("alert.windowSize", "PT5M", "MetricAlertOrder"),
        ("alert.windowSize", None, "MetricAlertOrder"),
        ("alert.autoMitigate", False, "MetricAlertOrder"),
        ("alert.criteria", None, "MetricAlertOrder"),
        ("alert.criteria.allOf", [], "MetricAlertOrder"),
        ("alert.criteria.allOf.0", "odd", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.criterionType", "DynamicThresholdCriterion", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.metricName", "RestoreHealthEvent", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.metricNamespace", "Microsoft.Storage/storageAccounts", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.timeAggregation", "Average", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.operator", "LessThan", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.threshold", 100, "MetricAlertOrder"),
        ("alert.criteria.allOf.0.dimensions", None, "MetricAlertOrder"),
        ("alert.criteria.allOf.0.dimensions.0", "odd", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.dimensions.0.operator", "Include", "MetricAlertOrder"),
        ("alert.criteria.allOf.0.dimensions.0.values", ["Healthy", "Transient Unhealthy"], "MetricAlertOrder"),
        ("route.enabled", False, "AlertRouteOrder"),
        ("route.scopes", ["/subscriptions/x"], "AlertRouteOrder"),
        ("route.conditions", [], "AlertRouteOrder"),
        ("route.conditions", None, "AlertRouteOrder"),
        ("route.conditions.0", "odd", "AlertRouteOrder"),
        ("route.conditions.0.operator", "Equals", "AlertRouteOrder"),
        ("route.conditions.0.values", ["Metric", "Log"], "AlertRouteOrder"),
        ("route.schedule", {"effectiveUntil": "2020-01-01T00:00:00"}, "AlertRouteOrder"),
        ("route.actions.0.actionType", "RemoveAllActionGroups", "AlertRouteOrder"),
        ("route.actions.0.actionGroupIds", [], "AlertRouteOrder"),
    ],
)
def test_what_another_tool_has_changed_is_written_again(order: Order, path: str, value: Any, step: str) -> None:
    bodies = in_azure(order)
    assert left(order, bodies) == []
    inner, key = at(bodies, path)
    inner[key] = value
    assert left(order, bodies) == [step]


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("alert.windowSize", lambda _: "PT60M"),
        ("alert.evaluationFrequency", lambda _: "00:05:00"),
        ("alert.autoMitigate", lambda _: None),
        ("alert.description", lambda _: "Changed."),
        ("alert.criteria.odata.type", str.upper),
        ("alert.criteria.allOf.0.name", lambda _: "cond0"),
        ("alert.criteria.allOf.0.threshold", lambda _: 0),
        ("alert.criteria.allOf.0.operator", str.lower),
        ("alert.criteria.allOf.0.metricNamespace", lambda _: None),
        ("alert.criteria.allOf.0.skipMetricValidation", lambda _: None),
        ("alert.actions.0.actionGroupId", str.upper),
        ("alert.actions", lambda actions: [*actions, {"actionGroupId": "/theirs"}]),
        ("route.conditions.0.values", lambda _: ["metric"]),
        ("route.scopes", lambda scopes: [one.upper() for one in scopes]),
        ("route.schedule", lambda _: None),
        ("group.enabled", lambda _: "True"),
    ],
)
def test_what_azure_only_spells_otherwise_is_left_alone(order: Order, path: str, change: Callable[[Any], Any]) -> None:
    bodies = in_azure(order)
    if path.endswith("odata.type"):
        inner, key = bodies["alert"]["properties"]["criteria"], "odata.type"
    else:
        inner, key = at(bodies, path)
    inner[key] = change(inner.get(key))
    assert left(order, bodies) == []


def test_a_group_of_ours_is_turned_on_and_one_that_a_caller_has_named_is_not() -> None:
    """The caller's is refused instead: it would tell no one."""
    for given in (None, GIVEN):
        mine = Order(REF, VAULT_ID, wanted(action_group_id=given, emails=() if given else ("a@b.com",)), AT)
        bodies = in_azure(mine)
        bodies["group"]["properties"]["enabled"] = False
        assert rules.is_off(mine, seen(mine, bodies)) is (given is not None)
        assert left(mine, bodies) == ([] if given else ["ChangeGroup"])
        base = translate.action_group(copy.deepcopy(bodies["group"]))
        written = translate.group_body(mv.GroupOrder(base.id, base=base, turn_on=given is None))
        assert written["properties"]["enabled"] is (given is None)


# --- what proves that something is not there -----------------------------------------------------------------------
class AllMissing:
    """A Monitor that answers each read and each deletion 404, with this code."""

    def __init__(self, code: str) -> None:
        self._code = code

    async def missing(self, *_: Any, **__: Any) -> Any:
        raise AzureNotFound(404, self._code, "It is not there.")

    get_group = get_alert = get_route = delete = missing

    async def get_vault_alerts(self, _: Any) -> mv.VaultAlerts:
        return mv.VaultAlerts(job_failures=True, raw={})


class NoRecords:
    async def pending(self, _: Ticket) -> None:
        return None

    async def begin(self, *_: Any) -> None:
        return None


def ticket_of(order: Order) -> Ticket:
    ask = ORDER.dump_python(order, mode="json")
    kind = JobKind.SET_AZURE_ALERTS
    return Ticket(UUID(int=1), kind, "t", State.SUBMITTING, 1, ask, VAULT_ID, VAULT_ID, None, 0)


@pytest.mark.parametrize(
    ("code", "proves"),
    [("ResourceNotFound", True), ("ResourceGroupNotFound", True), ("SubscriptionNotFound", False), ("Http404", False)],
)
async def test_only_a_404_that_proves_it_counts_as_absence(order: Order, code: str, *, proves: bool) -> None:
    """A proxy's, or one about the subscription, does not: a removal would end well, and leave all of it in Azure."""
    monitor: Any = AllMissing(code)
    records: Any = NoRecords()
    work = SetAzureAlerts(monitor, records)
    look: Any = None
    removal = Order(REF, VAULT_ID, None)
    plan = Plan(removal, (rules.Delete(removal.alert_id),), None)
    calls: list[tuple[Callable[[], Awaitable[object]], object]] = [
        (lambda: work.find(ticket_of(removal), (), look), Found(None)),
        (lambda: work.find(ticket_of(order), (), look), Absent()),
        (lambda: work.send(ticket_of(removal), plan, request_id=UUID(int=2), deadline=9.0), Operation(None)),
    ]
    for call, answer in calls:
        if proves:
            assert await call() == answer
        else:
            with pytest.raises(AzureNotFound):
                await call()
