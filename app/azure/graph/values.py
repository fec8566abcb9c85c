"""What Resource Graph shows: machines, protected items, jobs. Each may be late, and what is missing may exist. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.azure.lists import Listed
from app.azure.values import VaultRef, VmRef


@dataclass(frozen=True, slots=True)
class GraphDisk:
    """A disk of a machine. `lun` None = the OS disk."""

    name: str | None
    size_gib: int | None
    lun: int | None = None


@dataclass(frozen=True, slots=True)
class GraphVm:
    """A machine."""

    vm: VmRef
    location: str
    """Azure's short name of the region, in lower case."""
    tags: Mapping[str, str]
    size: str | None
    os: str | None
    """`Linux`, `Windows`, as Azure writes it; None where it does not."""
    disks: tuple[GraphDisk, ...]


@dataclass(frozen=True, slots=True)
class GraphItem:
    """A protected VM, in any vault. `state` and `current_state` are Azure's words."""

    id: str
    vault: VaultRef
    vm: VmRef
    state: str | None
    current_state: str | None
    is_soft_deleted: bool
    last_recovery_point: datetime | None
    policy_name: str | None


@dataclass(frozen=True, slots=True)
class GraphJob:
    """A job of a vault. No row of a VM's job was ever recorded: `activityId` is not among what is known of it."""

    id: str
    vault: VaultRef
    job_id: str
    status: str
    operation: str | None
    started_at: datetime | None
    ended_at: datetime | None
    """None while it runs."""


@dataclass(frozen=True)
class GraphJobs(Listed[GraphJob]):
    """Jobs, and when the query was answered."""

    read_at: datetime | None = None
    """By Azure's clock (`Date` of the first page); None = Azure did not say."""
