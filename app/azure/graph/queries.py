"""The queries that Holdfast sends to Resource Graph (docs/azure.md, Resource Graph). Pure.

Each is sorted by `id` and projects it: without that Azure can neither page nor keep an order between pages. The word
`tostring` makes a missing member an empty text.
"""

from datetime import UTC, datetime
from typing import Final

VMS: Final = """
Resources
| where type =~ 'microsoft.compute/virtualmachines'
| project id, name, location, tags, size = properties.hardwareProfile.vmSize, storage = properties.storageProfile
| order by id asc
""".strip()

ITEMS: Final = """
RecoveryServicesResources
| where type =~ 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems'
| where properties.backupManagementType =~ 'AzureIaasVM'
| project id, vm = tostring(properties.sourceResourceId), machine = tostring(properties.virtualMachineId), state = properties.protectionState, current = properties.currentProtectionState, deleted = properties.isScheduledForDeferredDelete, point = properties.lastRecoveryPoint, backup = properties.lastBackupTime, policy = properties.policyName
| order by id asc
""".strip()  # noqa: E501

_JOBS: Final = """
RecoveryServicesResources
| where type =~ 'microsoft.recoveryservices/vaults/backupjobs'
| where properties.backupManagementType =~ 'AzureIaasVM'
| where {window}
| project id, status = properties.status, operation = properties.operation, started = properties.startTime, ended = properties.endTime
| order by id asc
""".strip()  # noqa: E501
IN_PROGRESS: Final = "properties.status in~ ('InProgress', 'Cancelling')"


def jobs(since: datetime, *, with_running: bool) -> str:
    """Jobs of VMs that began or ended since then; with those that run, however long."""
    moment = f"datetime({since.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z)"
    terms = [f"todatetime(properties.{member}) >= {moment}" for member in ("endTime", "startTime")]
    return _JOBS.format(window=" or ".join([*terms, IN_PROGRESS] if with_running else terms))
