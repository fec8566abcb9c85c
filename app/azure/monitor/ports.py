"""The port to Azure Monitor. The contract of app/azure/ports.py holds: errors, one request a write, deadlines."""

from typing import Protocol
from uuid import UUID

from app.azure.monitor import values as mv
from app.azure.values import Operation, VaultRef


class Monitor(Protocol):
    """Action groups, metric alerts, routing rules, and the alert settings of vaults.

    All writes are PUTs of the whole thing, done with their answer, but for a vault's settings. A deletion of what is
    not there is done, too. Azure offers no If-Match here: who writes last wins.
    """

    async def get_group(self, group_id: str) -> mv.ActionGroup:
        """Raises AzureNotFound."""
        ...

    async def put_group(
        self, order: mv.GroupOrder, *, request_id: UUID, deadline: float | None = None
    ) -> Operation: ...

    async def get_alert(self, alert_id: str) -> mv.MetricAlert: ...

    async def put_alert(
        self, order: mv.MetricAlertOrder, *, request_id: UUID, deadline: float | None = None
    ) -> Operation: ...

    async def get_route(self, route_id: str) -> mv.AlertRoute: ...

    async def put_route(
        self, order: mv.AlertRouteOrder, *, request_id: UUID, deadline: float | None = None
    ) -> Operation: ...

    async def delete(self, resource_id: str, *, request_id: UUID, deadline: float | None = None) -> Operation:
        """An action group, a metric alert, or a routing rule. Raises AzureRejected for any other id."""
        ...

    async def get_vault_alerts(self, vault: VaultRef) -> mv.VaultAlerts: ...

    async def set_job_failure_alerts(
        self, vault: VaultRef, was: mv.VaultAlerts, *, on: bool, request_id: UUID, deadline: float | None = None
    ) -> Operation:
        """PATCH of the vault: this one setting; the others are sent as they were."""
        ...
