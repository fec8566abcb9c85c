"""What the job of a bulk request keeps (`jobs.ask`), and what a second person is asked about it. Pure.

The order never changes. Its targets are rows; their hash is a part of the order, so an approval holds for exactly these
targets, and for what was found of each.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.azure.values import DiskSelection
from app.core.letter_case import fold_case
from app.identity.access.effects import OPERATIONS
from app.identity.access.permissions import Permission
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.jobs.work import JobError
from app.policies.changes import MOST_WORDS

ACTIONS = (JobKind.PROTECT, JobKind.CHANGE_POLICY, JobKind.PAUSE, JobKind.SUSPEND, JobKind.RESUME, JobKind.BACKUP)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of each target: the body of the single request."""

    action: JobKind
    vault_id: UUID | None = None
    policy_id: UUID | None = None
    disks: DiskSelection | None = None
    retain_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One target, frozen when the request was accepted. `problem`: why nothing can be done about it."""

    vm_id: str
    item_id: UUID | None = None
    problem: JobError | None = None
    weighed: Mapping[str, Any] | None = None
    """`weighing_of`, where a second person may decide."""


@dataclass(frozen=True, slots=True)
class Order:
    wanted: Wanted
    max_in_flight: int
    targets: int
    targets_hash: str
    selector: Mapping[str, Any] | None = None
    """As it was sent; it was resolved once."""
    unreachable: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    """Scopes that were not known, or not whole, when it was."""
    memberships: Sequence[str] | None = None
    """Ids of those that gave the caller the right; None = asked of an older version."""

    @property
    def is_selected(self) -> bool:
        return self.selector is not None


def weighing_of(sensitive: Sensitive | None) -> dict[str, Any] | None:
    """What was found of one target, in the form of its row."""
    if sensitive is None:
        return None
    found = {"operations": list(sensitive.operations), "facts": sensitive.facts}
    return dict(json.loads(json.dumps(found, default=str)))


def hash_of(targets: Sequence[Target]) -> str:
    """SHA-256 (hex) of the targets and of what was found of each."""
    said = [[one.vm_id, str(one.item_id) if one.item_id else None, one.weighed] for one in targets]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def changed_since(weighed: Mapping[str, Any], now: Sensitive | None) -> str:
    """What differs between what was found at the request, and what is found now; empty if nothing of weight does."""
    found = weighing_of(now) or {"operations": [], "facts": {}}
    more = sorted(set(found["operations"]) - set(weighed["operations"]))
    facts = [name for name, value in (weighed["facts"] or {}).items() if (found["facts"] or {}).get(name) != value]
    said = [f"it would now be {', '.join(more)}"] if more else []
    return "; ".join([*said, *(f"{name} has changed" for name in facts)])


def permission_of(action: JobKind) -> Permission:
    """What the single request needs."""
    return Permission.BACKUPS_CREATE if action is JobKind.BACKUP else Permission.ITEMS_PROTECT


def digest_of_targets(targets: Sequence[Target]) -> str:
    """SHA-256 (hex) of which targets are meant: what a dry run shows, and a request may confirm."""
    said = [[fold_case(one.vm_id), str(one.item_id) if one.item_id else None] for one in targets]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


VERBS: Mapping[JobKind, str] = {
    JobKind.PROTECT: "Protect",
    JobKind.CHANGE_POLICY: "Change the policy or the disks of",
    JobKind.PAUSE: "Pause",
    JobKind.SUSPEND: "Suspend",
    JobKind.RESUME: "Resume",
    JobKind.BACKUP: "Back up",
}


def sensitive_of(wanted: Wanted, targets: Sequence[Target], targets_hash: str, example: str) -> Sensitive | None:
    """What a second person is asked about the whole, in numbers; the job of each target is covered by the answer.

    `example`: what is said of one of them. None: nothing of it was weighed.
    """
    weighed = [one.weighed for one in targets if one.weighed is not None]
    if not weighed:
        return None
    counted = Counter(operation for one in weighed for operation in one["operations"])
    operations = tuple(name for name in OPERATIONS if name in counted)
    numbers = ", ".join(f"{counted[name]} of them {name}" for name in operations) or "none of them weakens anything"
    words = f"{VERBS[wanted.action]} {len(targets)} VMs in one request: {numbers}"
    left_out = sum(one.problem is not None for one in targets)
    words += f"; {left_out} are refused as they are" if left_out else ""
    words += f". One of them: {example}" if example else "."
    return Sensitive(operations, words[:MOST_WORDS], facts_of(targets_hash, len(targets)))


def facts_of(targets_hash: str, count: int) -> dict[str, Any]:
    """What must still hold when it begins: these are the targets that were approved, as a whole."""
    return {"targets": count, "targets_hash": targets_hash}
