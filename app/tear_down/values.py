"""What our rows know of a restore, what Azure shows, and what follows for each resource: as values. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from app.core.letter_case import fold_case

Kind = Literal["vm", "network_interface", "public_ip", "disk", "kept_disk", "snapshot", "template_blob", "config_blob"]
KnownBy = Literal["job", "tag", "vm", "before_after"]
State = Literal["present", "gone", "changed", "unknown"]
Cause = Literal[
    "running",
    "staging",
    "not_named",
    "in_use",
    "there_before",
    "not_proven",
    "changed",
    "unknown",
    "protected",
    "refused",
    "gone",
    "source",
    "stopped",
]
"""Why a resource is left. `refused`: Azure did not delete it, though it was asked; `source`: the VM that was restored
uses it; `stopped`: the tear-down ended before its turn."""

TAG: Final = "rsvaultbackup"
BLOBS: Final[tuple[Kind, ...]] = ("template_blob", "config_blob")
SLACK: Final = timedelta(minutes=2)
"""Between the clocks of Azure's services. A guess."""
PROMPT: Final = timedelta(minutes=15)
"""From the end of a restore until what it made counts as looked at too late. A guess."""
INTENDED: Final[frozenset[Cause]] = frozenset({"staging", "not_named", "gone", "there_before", "source"})
"""Causes of what is left as it should be."""
KIND_OF: Final[Mapping[str, Kind]] = {
    "microsoft.compute/virtualmachines": "vm",
    "microsoft.compute/disks": "disk",
    "microsoft.compute/snapshots": "snapshot",
    "microsoft.network/networkinterfaces": "network_interface",
    "microsoft.network/publicipaddresses": "public_ip",
}


def key_of(arm_id: str) -> str:
    return fold_case(arm_id.rstrip("/"))


def short_id(arm_id: str) -> str:
    """`{type}/{name}`, as `Evidence.before` has it."""
    return "/".join(key_of(arm_id).split("/")[6:])


def kind_of(arm_id: str) -> Kind | None:
    """By the type in the id; None = no restore makes such a thing."""
    parts = key_of(arm_id).split("/")
    return KIND_OF.get("/".join(parts[6:8])) if len(parts) == 9 else None


# --- what is known -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Known:
    """A thing that was seen when the restore had ended (restores.results.Made)."""

    id: str
    kind: Kind
    unique_id: str | None
    tags: Mapping[str, str] | None
    size: str | None = None
    ownership_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What our rows know of a restore."""

    mode: str
    is_over: bool
    source_vm_id: str
    group_id: str
    new_vm_id: str | None
    azure_job_ids: frozenset[str]
    """In lower case; also of orphans, which made the same once more."""
    began_at: datetime | None
    ended_at: datetime | None
    resources: tuple[tuple[str, str], ...]
    """(kind, id) of the job's result."""
    was_replaced: bool | None
    before: frozenset[str] | None
    """restores.inventories.short_id of what was in the group; None = not known."""
    made: tuple[Known, ...]
    made_at: datetime | None
    protected: frozenset[str] = frozenset()
    """Folded ids of VMs that are backed up."""
    of_others: frozenset[str] = frozenset()
    """Folded ids of what other restores into the group made since this one began; only where it made no machine."""
    other_vms: frozenset[str] = frozenset()
    """Folded names of the VMs that those restores were to make."""
    freed: Mapping[str, datetime | None] = field(default_factory=dict)
    """Disks whose machine an earlier tear-down deleted, by folded id: `Thing.ownership_at` as it was then."""

    @property
    def is_prompt(self) -> bool:
        """Whether what was made was looked at before much could be added to it by hand."""
        return self.made_at is not None and self.ended_at is not None and self.made_at - self.ended_at <= PROMPT


# --- what is seen --------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Thing:
    """A resource as Azure shows it now."""

    unique_id: str | None
    tags: Mapping[str, str] = field(default_factory=dict)
    held_by: tuple[str, ...] = ()
    """Ids of what uses it: machines, cards, others."""
    parts: tuple[str, ...] | None = ()
    """Ids of what hangs on it: disks and cards of a machine, addresses of a card. None = cannot be read."""
    created_at: datetime | None = None
    is_going: bool = False
    """Azure is deleting it."""
    size: str | None = None
    """Of a disk in GiB, of a machine Azure's name of it."""
    ownership_at: datetime | None = None
    """When a disk was last attached to a machine or taken off one."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """Azure has shown that it is not there."""


@dataclass(frozen=True, slots=True)
class NotRead:
    reason: str


Seen = Thing | NotThere | NotRead


@dataclass(frozen=True, slots=True)
class Live:
    seen: Mapping[str, Seen]
    """By folded id."""
    tagged: tuple[str, ...] = ()
    """Ids in the group that carry a tag of one of the restore's Azure jobs."""
    beside: tuple[str, ...] = ()
    """Ids of what appeared in the group meanwhile, where the machine that would tell is not there."""


@dataclass(frozen=True, slots=True)
class Resource:
    id: str
    kind: Kind
    known_by: tuple[KnownBy, ...]
    state: State
    deletable: bool = False
    cause: Cause | None = None
    reason: str | None = None
    """Why it is not deletable."""
    unique_id: str | None = None
    remark: str | None = None
    """What is to be known of one that is there, and is no reason to leave it."""
    size: str | None = None
    is_held: bool = False
    """Of a disk: whether a machine uses it."""
    ownership_at: datetime | None = None

    @property
    def key(self) -> str:
        return key_of(self.id)


ORDER: Final[tuple[Kind, ...]] = (
    "vm",
    "network_interface",
    "public_ip",
    "disk",
    "kept_disk",
    "snapshot",
    "template_blob",
    "config_blob",
)
"""Azure's order: what uses others first (docs/azure.md, Compute and Network)."""


def known_ids(evidence: Evidence) -> Iterator[tuple[str, Kind]]:
    """(id, kind) of what the rows name; blobs are not ARM's."""
    if evidence.new_vm_id is not None and evidence.azure_job_ids:
        yield evidence.new_vm_id, "vm"
    for kind, arm_id in evidence.resources:
        if kind == "kept_disk" or kind_of(arm_id) == kind:
            yield arm_id, kind  # type: ignore[misc]  # one of the kinds just asked for
    for one in evidence.made:
        yield one.id, one.kind
