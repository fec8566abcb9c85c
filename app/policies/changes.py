"""What a change of a policy means: field by field, whether it takes something away, and what forbids it. Pure."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any, Literal
from uuid import UUID

from app.azure import names
from app.azure.values import DailySchedule, HourlySchedule, PolicyDefinition, PolicyRef, WeeklySchedule
from app.core.letter_case import fold_case
from app.identity.access.second_person import Sensitive
from app.policies.errors import PolicyAssigned, PolicyInUse, PolicyTypeFixed, VaultImmutable

Effect = Literal["shrinks", "grows", "changes"]
"""`shrinks`: fewer or younger points, or fewer backups, than before."""

_FREQUENCIES = {DailySchedule: "daily", WeeklySchedule: "weekly", HourlySchedule: "hourly"}
_LAYERS = ("daily", "weekly", "monthly", "yearly")
_SIZES: Mapping[str, Callable[[Any], int]] = {
    "count": int,
    "instant_restore_days": int,
    "window_hours": int,
    "every_hours": lambda hours: -int(hours),
    "frequency": ("weekly", "daily", "hourly").index,
}
"""By which measure a field becomes less."""
_KEEPING = ("#/retention", "#/schedule/days")
MOST_WORDS = 2000
SHOWN_ITEMS = 200
"""How many items an answer names; it always says how many there are."""
_CHOICES = ("days", "weeks", "dates", "months")


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """The form of an accepted change in `jobs.ask`."""

    policy: PolicyRef
    definition: PolicyDefinition
    known: tuple[PolicyDefinition, ...]
    """What Azure may say when the change is sent: what it said last, and what the changes before this one ask for.
    Anything else was written by another tool in between."""


@dataclass(frozen=True, slots=True)
class Follower:
    """An item of ours that follows a policy."""

    id: UUID
    vm_id: str
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Followers:
    ours: Sequence[Follower]
    elsewhere: Sequence[str] = ()
    """Ids of VMs that follow the policy in Azure and have no row in Holdfast."""

    @property
    def count(self) -> int:
        return len(self.ours) + len(self.elsewhere)


@dataclass(frozen=True, slots=True)
class Change:
    """`before` and `after` are None where the field is not there."""

    pointer: str
    before: Any
    after: Any
    effect: Effect

    def __str__(self) -> str:
        return f"{self.pointer}: {self.before} -> {self.after}"


def changes_between(before: PolicyDefinition, after: PolicyDefinition) -> list[Change]:
    """Empty when Azure would keep both as the same policy: two names of one time zone are one zone."""
    return list(_compare(_plain(before), _same_zone(before, after), "#"))


def changes_type(before: PolicyDefinition, after: PolicyDefinition) -> bool:
    """From standard to enhanced, or back: not by rewriting it (docs/azure.md, Standard and enhanced policies)."""
    return before.enhanced != after.enhanced


def shortens(before: PolicyDefinition | None, after: PolicyDefinition | None) -> bool:
    """Whether the retention is known to become less: what an immutable vault refuses of policies that items follow."""
    if before is None or after is None:
        return False
    changes = changes_between(before, after)
    return any(one.effect == "shrinks" and one.pointer.startswith("#/retention") for one in changes)


def keeps_less(before: PolicyDefinition | None, after: PolicyDefinition | None) -> bool:
    """Whether the change may delete points earlier, or make fewer points.

    A policy without a definition (None) is not known to be safe. Other days, weeks or months count as fewer, because
    points of the old ones lose the rule that kept them.
    """
    if before is None or after is None:
        return True
    return any(
        one.effect == "shrinks" or (one.effect == "changes" and one.pointer.startswith(_KEEPING))
        for one in changes_between(before, after)
    )


def check_mutable(immutability: str | None, what: str, *, is_less: bool) -> None:
    """Raises VaultImmutable where a vault that is known to be immutable would lose points before their time."""
    if is_less and immutability in {"unlocked", "locked"}:
        way = (
            'Turn immutability off first (PATCH /v1/vaults/{id} {"immutability": "disabled"}), or wait until the '
            "points expire."
            if immutability == "unlocked"
            else "Wait until the points expire: a locked vault stays locked."
        )
        raise VaultImmutable(f"The vault is immutable ({immutability}): {what} is refused by Azure.", remedy=way)


def check_type(before: PolicyDefinition, after: PolicyDefinition, followers: Followers) -> None:
    """Raises PolicyTypeFixed: the type of a policy is fixed when it is made, with items or without."""
    if changes_type(before, after):
        kind = "an enhanced" if before.enhanced else "a standard"
        raise PolicyTypeFixed(
            f"This is {kind} policy, and Azure does not change the type of a policy.",
            pointer="#/enhanced",
            remedy=f'Send "enhanced": {str(before.enhanced).lower()}. Or create a policy of the other type and give it '
            "to the items; none goes back from enhanced to standard.",
            **_naming(followers),
        )


def check_unused(policy: str, followers: Followers) -> None:
    """Raises PolicyInUse, naming who follows it."""
    if followers.count:
        raise PolicyInUse(
            f"{followers.count} items follow the policy {policy}.",
            remedy='Give each another policy (PATCH /v1/protected-items/{id} {"policy_id": ...}) or pause it, then '
            "delete the policy.",
            **_naming(followers),
        )


def check_unassigned(policy: str, blocker: str | None) -> None:
    """`blocker`: the path of an assignment of Azure Policy that uses it. Raises PolicyAssigned."""
    if blocker is not None:
        raise PolicyAssigned(
            f"Azure Policy protects VMs by the policy {policy}; without it that fails for each new VM.",
            remedy=f"Remove the assignment first (DELETE {blocker}), or PUT another target.",
            assignment=blocker,
        )


def _naming(followers: Followers) -> dict[str, Any]:
    """Facts for a problem: some of the items, and how many there are."""
    return {
        "items_count": followers.count,
        "items": [
            {"id": str(one.id), "vm_id": one.vm_id, "href": f"/v1/protected-items/{one.id}"}
            for one in followers.ours[:SHOWN_ITEMS]
        ],
        "vms_elsewhere": list(followers.elsewhere[:SHOWN_ITEMS]),
    }


def sensitive(
    policy: str, known: Sequence[PolicyDefinition], wanted: PolicyDefinition, followers: Sequence[str] | None
) -> Sensitive:
    """What a second person may be wanted for of a change of a policy: it is compared with all it may be by then.

    `followers`: ids of the VMs that follow it in Azure; None = not known.
    """
    facts = {"vms": names_of(followers)} if followers is not None else None
    less = [before for before in known if keeps_less(before, wanted)]
    if not less:
        return Sensitive((), f"Change the policy {policy}; it keeps no less.", {})
    said, count = spoken(less[0], wanted), "an unknown number of" if followers is None else len(followers)
    words = f"Have the policy {policy}, which {count} VMs follow, keep less: {said}."[:MOST_WORDS]
    return Sensitive(("retention_shrink",), words, facts)


def names_of(vm_ids: Iterable[str]) -> list[str]:
    """VMs as a fact: one spelling, one order."""
    return sorted({fold_case(vm_id) for vm_id in vm_ids})


def spoken(before: PolicyDefinition, after: PolicyDefinition) -> str:
    """Every field that differs, with both values."""
    return "; ".join(str(change) for change in changes_between(before, after)) or "nothing differs"


def content_of(definition: PolicyDefinition | None, raw: Mapping[str, Any] | None) -> dict[str, Any]:
    """A policy as a fact (JSON): equal for two policies that Azure would store as the same.

    Two names of one time zone are equal, and the order of days does not matter. A policy without a definition is
    compared in Azure's own form.
    """
    if definition is None:
        return {"azure": {key: value for key, value in (raw or {}).items() if key != "protectedItemsCount"}}
    plain = _plain(definition)
    with contextlib.suppress(ValueError):
        plain["time_zone"] = names.windows_zone(definition.time_zone)
    shown: dict[str, Any] = _shown(plain)
    return shown


def _same_zone(before: PolicyDefinition, after: PolicyDefinition) -> dict[str, Any]:
    plain = _plain(after)
    if names.same_time_zone(before.time_zone, after.time_zone):
        plain["time_zone"] = before.time_zone
    return plain


def _plain(definition: PolicyDefinition) -> dict[str, Any]:
    """The definition by the field names that callers know, empty choices left out."""
    plain = asdict(definition)
    schedule = plain["schedule"]
    if "at" in schedule:
        schedule["time"] = schedule.pop("at")
    schedule["frequency"] = _FREQUENCIES[type(definition.schedule)]
    for name, layer in plain["retention"].items():
        plain["retention"][name] = layer and {key: value for key, value in layer.items() if value != ()}
    return plain


def _compare(before: Any, after: Any, pointer: str) -> Iterator[Change]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from _compare(before.get(key), after.get(key), f"{pointer}/{key}")
    elif _shown(before) != _shown(after):
        yield Change(pointer, _shown(before), _shown(after), _effect(pointer.rsplit("/", 1)[-1], before, after))


def _effect(field: str, before: Any, after: Any) -> Effect:
    if field in _LAYERS:
        return "grows" if before is None else "shrinks"
    if before is None or after is None:  # the field of another kind of schedule or of another form
        return "changes"
    if field in _CHOICES:
        less, more = set(before) > set(after), set(before) < set(after)
    else:
        size = _SIZES.get(field, lambda _: 0)
        less, more = size(after) < size(before), size(after) > size(before)
    return "shrinks" if less else "grows" if more else "changes"


def _shown(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, Mapping):
        return {key: _shown(inner) for key, inner in value.items()}
    return sorted(value, key=str) if isinstance(value, tuple) else value
