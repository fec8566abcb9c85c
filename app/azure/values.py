"""The values that cross the Azure port: identities (`...Ref`), asks (`...Order`) and what Azure answers.

All frozen, all in our words. ARM spellings (container names, display-string property keys, integer tiers) stay behind
the port, in `names.py` and `sdk/translate.py`. Every time is timezone-aware UTC; every duration is in seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any, Literal

from app.azure.point_values import Consistency as Consistency  # noqa: PLC0414 - handed on
from app.azure.point_values import RecoveryPoint as RecoveryPoint  # noqa: PLC0414 - handed on
from app.azure.point_values import RecoveryPointTier as RecoveryPointTier  # noqa: PLC0414 - handed on
from app.azure.point_values import Tier as Tier  # noqa: PLC0414 - handed on

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WeekOfMonth = Literal["first", "second", "third", "fourth", "last"]
Month = Literal[
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
Redundancy = Literal["local", "zone", "geo"]


# --- identities ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class VmRef:
    """A virtual machine. Parsed from an ARM id in any letter case by `names.read_vm_id`."""

    subscription_id: str
    resource_group: str
    name: str

    @property
    def id(self) -> str:
        """The ARM id with the segment casing that Azure's own clients insist on (docs/azure.md, The az client)."""
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.Compute/virtualMachines/{self.name}"
        )


@dataclass(frozen=True, slots=True)
class VaultRef:
    """A Recovery Services vault."""

    subscription_id: str
    resource_group: str
    name: str

    @property
    def id(self) -> str:
        return (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.RecoveryServices/vaults/{self.name}"
        )


@dataclass(frozen=True, slots=True)
class PolicyRef:
    vault: VaultRef
    name: str

    @property
    def id(self) -> str:
        return f"{self.vault.id}/backupPolicies/{self.name}"


@dataclass(frozen=True, slots=True)
class ItemRef:
    """A VM as one vault protects it. Container and item names are made of the two by `names.py`."""

    vault: VaultRef
    vm: VmRef


# --- policies ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class DailySchedule:
    at: time


@dataclass(frozen=True, slots=True)
class WeeklySchedule:
    at: time
    days: tuple[Weekday, ...]


@dataclass(frozen=True, slots=True)
class HourlySchedule:
    """Azure's enhanced policy: a run every N hours from `start`, within a window of `window_hours`."""

    every_hours: int
    start: time
    window_hours: int


Schedule = DailySchedule | WeeklySchedule | HourlySchedule


@dataclass(frozen=True, slots=True)
class DailyRetention:
    count: int


@dataclass(frozen=True, slots=True)
class WeeklyRetention:
    count: int
    days: tuple[Weekday, ...]


@dataclass(frozen=True, slots=True)
class MonthlyRetention:
    """By nth weekday (`weeks` and `days`) or by date (`dates`, "last" for the month's last day); never both."""

    count: int
    weeks: tuple[WeekOfMonth, ...] = ()
    days: tuple[Weekday, ...] = ()
    dates: tuple[int | Literal["last"], ...] = ()


@dataclass(frozen=True, slots=True)
class YearlyRetention:
    """As `MonthlyRetention`, in the named months only."""

    count: int
    months: tuple[Month, ...]
    weeks: tuple[WeekOfMonth, ...] = ()
    days: tuple[Weekday, ...] = ()
    dates: tuple[int | Literal["last"], ...] = ()


@dataclass(frozen=True, slots=True)
class Retention:
    daily: DailyRetention | None = None
    weekly: WeeklyRetention | None = None
    monthly: MonthlyRetention | None = None
    yearly: YearlyRetention | None = None


@dataclass(frozen=True, slots=True)
class PolicyDefinition:
    """When to back up, how long to keep. Times are wall-clock in `time_zone` (IANA name): docs/azure.md, Policies."""

    time_zone: str
    schedule: Schedule
    retention: Retention
    instant_restore_days: int | None
    """None where Azure's policy does not say it."""
    enhanced: bool = False
    """Azure's policy type V2: zone-resilient snapshots, trusted-launch VMs, newer disks. Always so when hourly."""

    def __post_init__(self) -> None:
        # One spelling for one meaning: an hourly policy that does not say so is the same policy.
        if isinstance(self.schedule, HourlySchedule):
            object.__setattr__(self, "enhanced", True)

    @property
    def snapshot_days(self) -> int:
        """Used if Azure does not say it: 2 days, documented as Azure's default."""
        return 2 if self.instant_restore_days is None else self.instant_restore_days


@dataclass(frozen=True, slots=True)
class AzurePolicy:
    """A policy as Azure has it. `definition` None: Holdfast does not support it; it is shown, never written."""

    name: str
    definition: PolicyDefinition | None
    raw: Mapping[str, Any] = field(default_factory=dict)


# --- orders --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class VaultOrder:
    vault: VaultRef
    location: str
    redundancy: Redundancy
    cross_region_restore: bool
    soft_delete_state: Literal["on", "off", "always_on"]
    soft_delete_days: int
    immutability: Literal["disabled", "unlocked", "locked"]
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VaultChange:
    """What to change on a vault by PATCH of the vault itself. None = not touched."""

    vault: VaultRef
    redundancy: Redundancy | None = None
    cross_region_restore: bool | None = None
    immutability: Literal["disabled", "unlocked", "locked"] | None = None
    tags: Mapping[str, str] | None = None
    soft_delete: "SoftDelete | None" = None
    """Both of its parts as they shall be (docs/azure.md, Soft delete: which way)."""


@dataclass(frozen=True, slots=True)
class SoftDelete:
    """How deleted backup data is kept (docs/azure.md, Soft delete: which way). `days` is None before 2024."""

    state: Literal["on", "off", "always_on"]
    days: int | None


@dataclass(frozen=True, slots=True)
class PolicyOrder:
    policy: PolicyRef
    definition: PolicyDefinition


@dataclass(frozen=True, slots=True)
class DiskSelection:
    """Data disks named by LUN, either the only ones backed up (`include`) or the ones left out: none left out = all."""

    luns: tuple[int, ...]
    include: bool


@dataclass(frozen=True, slots=True)
class ProtectOrder:
    item: ItemRef
    policy: PolicyRef
    disks: DiskSelection | None = None
    """None = every disk for a VM that is new to the vault."""
    location: str | None = None
    """The region of VM and vault; never sent, it is where to ask who protects the VM."""


@dataclass(frozen=True, slots=True)
class BackupOrder:
    item: ItemRef
    retain_until: datetime


# --- answers -------------------------------------------------------------------------------------------------------
class OperationState(StrEnum):
    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Operation:
    """What a 202 leaves in our hands. `status_url` is polled verbatim: newer links are signed.

    Source: docs/azure.md, Asynchronous writes.
    """

    status_url: str | None
    retry_after: float | None = None
    """A hint for this one operation, in seconds; not a throttle."""

    @property
    def is_done(self) -> bool:
        """The write ended with its answer: there is nothing to follow."""
        return self.status_url is None


@dataclass(frozen=True, slots=True)
class OperationStatus:
    state: OperationState
    job_ids: tuple[str, ...] = ()
    error_code: str | None = None
    error_message: str | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class AzureTask:
    name: str
    status: str
    detail: str = ""
    """What Azure shows about the job besides the amount of transferred data."""


@dataclass(frozen=True, slots=True)
class AzureJobError:
    code: str
    title: str
    message: str
    recommendations: tuple[str, ...] = ()


class JobOutcome(StrEnum):
    """What an Azure job status means to us. A status never seen is `RUNNING`: shown as it is, never a failure."""

    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    SUCCEEDED_WITH_WARNINGS = "succeeded_with_warnings"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class AzureJob:
    """One entry of `backupJobs`. Lists carry no `details` (docs/azure.md, Jobs)."""

    job_id: str
    activity_id: str
    operation: str
    status: str
    outcome: JobOutcome
    item_name: str | None
    """`containerName`: iaasvmcontainerv2;{rg};{vm}, lower case. Absent in jobs of 2019."""
    started_at: datetime | None
    ended_at: datetime | None
    errors: tuple[AzureJobError, ...] = ()
    details: "AzureJobDetails | None" = None


@dataclass(frozen=True, slots=True)
class AzureJobDetails:
    tasks: tuple[AzureTask, ...] = ()
    progress_percent: float | None = None
    remaining_seconds: float | None = None
    transferred_bytes: int | None = None
    total_bytes: int | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """Azure's propertyBag, keys stripped: {"Config Blob Uri": "...", ...}."""
    message: str = ""
    """`dynamicErrorMessage`: empty in every record seen."""


@dataclass(frozen=True, slots=True)
class JobListing:
    """All pages of one list. `complete` False means a page was missing: it proves presence, never absence."""

    jobs: tuple[AzureJob, ...]
    began_at: datetime
    """When reading began: by Azure's clock (the `Date` header of the first page), else by ours."""
    complete: bool = True
    pages: int = 1
    """How many requests it took."""


@dataclass(frozen=True, slots=True)
class AzureVault:
    ref: VaultRef
    location: str
    provisioning_state: str
    redundancy: Redundancy | None
    cross_region_restore: bool | None
    soft_delete_state: Literal["on", "off", "always_on"] | None
    """None where the vault itself shows none: then the config object has it, and is where it is changed."""
    soft_delete_days: int | None
    immutability: Literal["disabled", "unlocked", "locked"] | None
    tags: Mapping[str, str] = field(default_factory=dict)
    is_guarded: bool | None = None
    """Whether a resource guard protects it (multi-user authorization); None = Azure does not say."""


@dataclass(frozen=True, slots=True)
class AzureVm:
    vm: VmRef
    location: str
    os: Literal["linux", "windows"] | None
    unique_id: str | None = None
    """Azure's `vmId`: another VM made later under the same name has another one."""
    disk_ids: tuple[str, ...] = ()
    """Its managed disks, the OS disk first."""
    network_interface_ids: tuple[str, ...] = ()
    luns: tuple[int, ...] | None = None
    """Of its data disks; None = not in the answer."""


@dataclass(frozen=True, slots=True)
class AzureItem:
    """A protected item as Azure shows it (docs/azure.md, The states of an item)."""

    vm: VmRef
    policy_name: str | None
    protection_state: str
    """Azure's word: IRPending, Protected, ProtectionStopped, ProtectionError, ..."""
    health: str | None
    last_backup_status: str | None
    last_backup_at: datetime | None
    last_recovery_point_at: datetime | None
    soft_deleted: bool
    health_details: tuple[AzureJobError, ...] = ()
    deleted_at: datetime | None = None
    """The time of the DELETE that soft-deleted it; not the date of the purge.

    Source: docs/azure.md, The states of an item.
    """
    soft_delete_days: int | None = None
    """How long a soft-deleted item is kept, by the item's own word; None where Azure does not say (before 2022)."""
    disks: DiskSelection | None = None
    """Empty and excluding = every disk; None where Azure does not say."""
    enhanced: bool | None = None
    """Whether its policy is of the enhanced type (V2); None where Azure does not say (before 2025)."""
