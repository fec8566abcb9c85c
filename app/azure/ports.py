"""The Azure port: one small Protocol for each noun.

Contract of every method:
- Errors are `azure.errors.AzureError`, nothing else. A method that writes sends **exactly one** HTTP request for the
  write, after any answer (no retry, no redirect, no provider registration: docs/azure.md, The SDK), and carries
  `request_id` as `x-ms-client-request-id`, which Azure keeps as the job's `activityId` (docs/azure.md, Request ids).
- `deadline` (seconds of `core.clock.monotonic_boottime`: it cannot be set, and goes on while the machine sleeps) is
  checked after the token was fetched and immediately before the bytes are sent; too late -> `AzureUnreachable`, nothing
  was sent.
- Reads may be repeated as often as the budget allows; lists follow every nextLink. An answer that is no list (a 200
  without one, pages without end) is `AzureUnreadable`, never an empty list; an entry that cannot be read is in
  `Listed.unreadable`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.azure import check_values as i
from app.azure import mount_values as m
from app.azure import restore_values as r
from app.azure import values as v
from app.azure.compute.ports import Machines, Networks, RunCommands
from app.azure.governance.ports import Governance
from app.azure.graph import values as g
from app.azure.lists import Listed
from app.azure.monitor.ports import Monitor


class Vaults(Protocol):
    async def get(self, vault: v.VaultRef) -> v.AzureVault:
        """Raises AzureNotFound (also when the resource group is missing: code ResourceGroupNotFound)."""
        ...

    async def create(self, order: v.VaultOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """PUT, asynchronous since 2024 (docs/azure.md, Vaults). An upsert: callers first read what exists."""
        ...

    async def list(self, subscription_id: str) -> Listed[v.AzureVault]:
        """Every Recovery Services vault of the subscription (docs/azure.md, Vaults)."""
        ...

    async def update(self, change: v.VaultChange, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """PATCH of the vault: only what the change names is sent (docs/azure.md, Redundancy).

        A young vault may answer 404 for something else although it is there and may even have acted: re-read.
        """
        ...

    async def get_soft_delete(self, vault: v.VaultRef) -> v.SoftDelete:
        """The vault's config object (docs/azure.md, Soft delete: which way)."""
        ...

    async def set_soft_delete(
        self, vault: v.VaultRef, wanted: v.SoftDelete, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        """PATCH of the config object, done with its answer (docs/azure.md, Soft delete: which way).

        AzureRejected with the code `USE_VAULT_API` where soft delete was once set on the vault itself.
        """
        ...

    async def usage(self, vault: v.VaultRef) -> i.VaultUsage:
        """What the vault stores (docs/azure.md, Sizes and prices)."""
        ...

    async def delete(self, vault: v.VaultRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """DELETE: 202, or 204 for a vault that is gone. 400 while anything is in it (docs/azure.md, Vaults)."""
        ...


class Discovery(Protocol):
    """The VMs that the vault could protect (docs/azure.md, Discovery)."""

    async def list_unprotected(self, vault: v.VaultRef) -> Listed[v.VmRef]:
        """The VMs that the vault could protect: unprotected ones of its region and subscription, as last refreshed."""
        ...

    async def refresh(self, vault: v.VaultRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """Let Azure search for VMs again: 12 to 14 s. Safe to repeat."""
        ...

    async def list_vms(self, subscription_id: str) -> Listed[v.VmRef]:
        """Every VM of the subscription, by one paged list."""
        ...

    async def list_machines(self, subscription_id: str, resource_group: str | None = None) -> Listed[g.GraphVm]:
        """Every VM of the subscription, or of one resource group of it, with what Resource Graph would show of each."""
        ...

    async def list_subscriptions(self) -> Listed[str]:
        """The ids of the subscriptions of which Holdfast's identity may read anything."""
        ...


class Policies(Protocol):
    async def get(self, policy: v.PolicyRef) -> v.AzurePolicy: ...

    async def list(self, vault: v.VaultRef) -> Listed[v.AzurePolicy]:
        """The VM policies of the vault, Azure's own DefaultPolicy and EnhancedPolicy among them."""
        ...

    async def put(self, order: v.PolicyOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """200 at once for a policy without items, else 202 and a job an item (docs/azure.md, Policies)."""
        ...

    async def delete(self, policy: v.PolicyRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """Done with its answer, also when Azure has no such policy (any more). Refused while items use it."""
        ...

    async def list_items(self, policy: v.PolicyRef) -> Listed[v.AzureItem]:
        """The items that follow the policy now: a stopped or deleted one follows none.

        Source: docs/azure.md, Changing protection.
        """
        ...


class ProtectedItems(Protocol):
    async def get(self, item: v.ItemRef) -> v.AzureItem: ...

    async def list(self, vault: v.VaultRef) -> Listed[v.AzureItem]: ...

    async def protect(self, order: v.ProtectOrder, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """PUT: protects a VM, resumes a stopped one, changes policy or disks (docs/azure.md, Changing protection).

        An upsert: on a protected VM it changes the policy silently. Callers first read the item.
        """
        ...

    async def stop(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """PUT: no more backups, the data is kept; the item then follows no policy.

        Source: docs/azure.md, Changing protection.
        """
        ...

    async def suspend(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """PUT: no more backups; points expire as the policy says, except the last one.

        Only in an immutable vault (docs/azure.md, The states of an item).
        """
        ...

    async def delete(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """DELETE of the backup data: soft-deleted where the vault does that, else gone (docs/azure.md, Deleting data).

        A 204 (no such item) is done with its answer.
        """
        ...

    async def undelete(self, item: v.ItemRef, *, request_id: UUID, deadline: float | None = None) -> v.Operation:
        """PUT: a soft-deleted item becomes a stopped one (docs/azure.md, Changing protection)."""
        ...

    async def find_vault_of(self, vm: v.VmRef, location: str) -> v.VaultRef | None:
        """The vault that protects the VM, ours or not; None = unprotected (docs/azure.md, Discovery).

        `location` is the VM's region.
        """
        ...


class Backups(Protocol):
    async def trigger(
        self, order: v.BackupOrder, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation: ...


class RecoveryPoints(Protocol):
    """The points of an item; there are two of these, one for each region of a vault (`Azure.secondary_points`)."""

    async def list(self, item: v.ItemRef) -> Listed[v.RecoveryPoint]:
        """Every recovery point, newest first by time."""
        ...

    async def get(self, item: v.ItemRef, recovery_point_id: str) -> v.RecoveryPoint: ...


class Restores(Protocol):
    async def trigger(
        self, order: r.RestoreOrder, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation: ...

    async def list_disks(self, resource_group_id: str) -> Listed[r.AzureDisk]:
        """The managed disks of that group."""
        ...


class CrossRegionRestores(Protocol):
    """Restoring in the secondary region (docs/azure.md, Cross-region restore). `region`: Azure's short name of it."""

    async def list_items(self, vault: v.VaultRef) -> Listed[v.AzureItem]:
        """The items of which the secondary region has at least one point."""
        ...

    async def grant_access(self, item: v.ItemRef, recovery_point_id: str, region: str) -> r.CrossRegionAccess:
        """An access token to restore this point in the paired region.

        Changes nothing in Azure, so it can be repeated.
        """
        ...

    async def trigger(
        self, order: r.RestoreOrder, granted: r.CrossRegionAccess, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation: ...


class AzureJobs(Protocol):
    """A vault's jobs. With `region`, those that the secondary region runs for it, as that region itself lists them."""

    async def list_in_progress(self, vault: v.VaultRef, *, region: str | None = None) -> v.JobListing: ...

    async def list_window(
        self, vault: v.VaultRef, start: datetime, end: datetime, *, region: str | None = None
    ) -> v.JobListing:
        """Every job, with any status, that started between the two instants."""
        ...

    async def get(self, vault: v.VaultRef, job_id: str, *, region: str | None = None) -> v.AzureJob:
        """With `details`."""
        ...

    async def cancel(
        self, vault: v.VaultRef, job_id: str, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        """Ask Azure to stop the job (docs/azure.md, Jobs); harmless to repeat. The job itself says what came of it."""
        ...


class Operations(Protocol):
    async def status(self, status_url: str) -> v.OperationStatus:
        """Poll an operation by the URL that Azure gave, verbatim. Only the configured origin is ever followed."""
        ...


class VirtualMachines(Protocol):
    async def get(self, vm: v.VmRef) -> v.AzureVm: ...


class Places(Protocol):
    """What a restore is pointed at. Read to be checked, never changed."""

    async def storage_account(self, storage_account_id: str) -> r.AzurePlace: ...

    async def virtual_network(self, subnet_id: str) -> r.AzurePlace:
        """The network that the subnet belongs to, with its subnets."""
        ...

    async def resource_group(self, resource_group_id: str) -> r.AzurePlace: ...

    async def zones(self, subscription_id: str, region: str) -> Sequence[str] | None:
        """The availability zones of a region, as the subscription sees them; None for a region Azure does not list."""
        ...


class Rights(Protocol):
    """Rights of Holdfast's own identity at a scope (any ARM id), and the locks there."""

    async def roles(self, scope: str) -> Listed[i.Role]: ...

    async def locks(self, scope: str) -> Listed[i.Lock]:
        """The locks at the scope and above it."""
        ...


class Validations(Protocol):
    """Azure's own check of a restore (docs/azure.md, Restores). A POST and GETs that change nothing."""

    usual_seconds: float | None
    """When Azure last said that its answer may be fetched (Retry-After); None before it was ever asked."""

    async def begin(self, order: r.RestoreOrder, *, request_id: UUID) -> v.Operation: ...

    async def status(self, status_url: str) -> i.Validation: ...


class FileRecovery(Protocol):
    """Mounting a recovery point for single files (docs/azure.md, File recovery). Operations of it never have a job."""

    async def provision(
        self, order: m.MountOrder, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation: ...

    async def scripts(self, item: v.ItemRef, recovery_point_id: str, operation_id: str) -> Sequence[m.MountScript]:
        """The scripts of the session that the operation provisioned or renewed; secrets."""
        ...

    async def revoke(
        self, item: v.ItemRef, recovery_point_id: str, *, request_id: UUID, deadline: float | None = None
    ) -> v.Operation:
        """Ends the session. Harmless to repeat."""
        ...


class ResourceGraph(Protocol):
    """Queries over many subscriptions at once: a hint. It is late, and what it does not show may exist.

    A subscription that Holdfast may not read is left out without a word; AzureDenied only where it may read none of
    them. 15 queries in 5 s for an identity, of up to 1,000 rows each (docs/azure.md, Resource Graph).
    """

    async def list_vms(self, subscription_ids: Sequence[str]) -> Listed[g.GraphVm]: ...

    async def list_items(self, subscription_ids: Sequence[str]) -> Listed[g.GraphItem]:
        """Protected VMs, in every vault of the subscriptions."""
        ...

    async def list_jobs(
        self, subscription_ids: Sequence[str], *, since: datetime, with_running: bool = False
    ) -> g.GraphJobs:
        """Jobs of VMs that began or ended since then, in every vault; with those that run, however long."""
        ...


@dataclass(frozen=True, slots=True)
class Azure:
    """All ports together, as `wiring` builds them. Functions ask for the one port they need."""

    vaults: Vaults
    policies: Policies
    protected_items: ProtectedItems
    backups: Backups
    recovery_points: RecoveryPoints
    secondary_points: RecoveryPoints
    restores: Restores
    cross_region: CrossRegionRestores
    jobs: AzureJobs
    operations: Operations
    virtual_machines: VirtualMachines
    places: Places
    discovery: Discovery
    rights: Rights
    validations: Validations
    file_recovery: FileRecovery
    resource_graph: ResourceGraph
    monitor: Monitor
    governance: Governance
    machines: Machines
    run_commands: RunCommands
    networks: Networks


class AzureProvider(Protocol):
    """Hands out the ports, building them on first use: the SDK costs about a second and 40 MB to import."""

    async def get(self) -> Azure: ...

    async def aclose(self) -> None: ...
