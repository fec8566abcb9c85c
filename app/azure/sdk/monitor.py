"""`monitor.ports.Monitor` (docs/azure.md, Azure Monitor): plain requests, with the recorded versions of the API."""

from typing import Any, Final
from uuid import UUID

from app.azure import values as v
from app.azure.monitor import values as mv
from app.azure.sdk import plain_requests as plain
from app.azure.sdk import translate_monitor as translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.plain_requests import PlainRequests
from app.azure.sdk.refusals import azure_errors
from app.azure.sdk.writing import write_once

KINDS: Final = frozenset({plain.ACTION_GROUPS, plain.METRIC_ALERTS, plain.ALERT_ROUTES})


class SdkMonitor:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._requests = PlainRequests(connection)

    async def get_group(self, group_id: str) -> mv.ActionGroup:
        doing = "reading an action group"
        return await self._requests.read(group_id, {plain.ACTION_GROUPS}, translate.action_group, doing)

    async def put_group(self, order: mv.GroupOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        return await self._requests.put(
            order.id,
            {plain.ACTION_GROUPS},
            translate.group_body(order),
            "writing an action group",
            request_id=request_id,
            deadline=deadline,
        )

    async def get_alert(self, alert_id: str) -> mv.MetricAlert:
        doing = "reading a metric alert"
        return await self._requests.read(alert_id, {plain.METRIC_ALERTS}, translate.metric_alert, doing)

    async def put_alert(
        self, order: mv.MetricAlertOrder, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        return await self._requests.put(
            order.id,
            {plain.METRIC_ALERTS},
            translate.metric_alert_body(order),
            "writing a metric alert",
            request_id=request_id,
            deadline=deadline,
        )

    async def get_route(self, route_id: str) -> mv.AlertRoute:
        doing = "reading an alert processing rule"
        return await self._requests.read(route_id, {plain.ALERT_ROUTES}, translate.alert_route, doing)

    async def put_route(
        self, order: mv.AlertRouteOrder, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        return await self._requests.put(
            order.id,
            {plain.ALERT_ROUTES},
            translate.alert_route_body(order),
            "writing an alert processing rule",
            request_id=request_id,
            deadline=deadline,
        )

    async def delete(self, resource_id: str, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        doing = "deleting a thing of Azure Monitor"
        return await self._requests.delete(resource_id, KINDS, doing, request_id=request_id, deadline=deadline)

    async def get_vault_alerts(self, vault: v.VaultRef) -> mv.VaultAlerts:
        client = self._connection.vaults(vault.subscription_id)
        with azure_errors("reading the alert settings of a vault"):
            found = await client.vaults.get(vault.resource_group, vault.name)
            return translate.vault_alerts(found.as_dict())

    async def set_job_failure_alerts(
        self, vault: v.VaultRef, was: mv.VaultAlerts, *, on: bool, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        body: Any = translate.job_failure_alerts_body(was, on=on)
        return await write_once(
            self._connection.vaults(vault.subscription_id).vaults.begin_update,
            doing="changing the alert settings of a vault",
            request_id=request_id,
            deadline=deadline,
            resource_group_name=vault.resource_group,
            vault_name=vault.name,
            vault=body,
            polling=False,
        )
