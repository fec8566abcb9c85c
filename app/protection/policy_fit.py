"""Computes the effects of a change of an item from both policies, for dry runs and changes alike. Pure.

`PATCH` (policy, disks, pause, suspend, resume), `DELETE`, `undelete` and their dry run make a `Weighed` and ask it
whether the change is allowed (`check`), whom it needs (`sensitive`) and on which facts that was found: the worker
compares those with Azure before it sends (`facts_of`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.azure.item_states import BACKED_UP_BY_POLICY, WITHOUT_POLICY, ItemState, state_of
from app.azure.values import AzureItem, DiskSelection, PolicyDefinition
from app.core.letter_case import fold_case
from app.identity.access.second_person import Sensitive
from app.jobs.kinds import JobKind
from app.policies.changes import MOST_WORDS, changes_between, check_mutable, content_of, keeps_less, shortens, spoken
from app.policies.errors import PolicyTypeFixed
from app.protection.errors import suspending_needs_immutability


@dataclass(frozen=True, slots=True)
class PolicySaid:
    """A policy by name, with its definition.

    `definition` None: our form cannot express it; then `raw` is Azure's JSON.
    """

    name: str
    definition: PolicyDefinition | None
    raw: Mapping[str, Any] | None = None

    @property
    def is_enhanced(self) -> bool:
        if self.definition is not None:
            return self.definition.enhanced
        return str((self.raw or {}).get("policyType", "")).upper() == "V2"

    def as_fact(self) -> dict[str, Any]:
        return {"name": fold_case(self.name), "says": content_of(self.definition, self.raw)}


@dataclass(frozen=True, slots=True)
class Weighed:
    """A change of an item, and what is known about it.

    `state`, `disks`: as the item will be when the change's turn comes. `before`: every policy that it may have by then,
    the most probable first; `after`: every definition that the new policy may have by then. `newest`: its newest
    recovery point.
    """

    kind: str
    vm_name: str
    vault_name: str
    immutability: str | None
    state: str
    before: Sequence[PolicySaid] = ()
    after: Sequence[PolicySaid] = ()
    is_enhanced: bool | None = None
    disks: DiskSelection | None = None
    new_disks: DiskSelection | None = None
    newest: datetime | None = None

    @property
    def policy(self) -> str | None:
        return self.after[0].name if self.after else None

    # --- what it would do ------------------------------------------------------------------------------------------
    def was_enhanced(self) -> bool:
        return bool(self.is_enhanced) or any(one.is_enhanced for one in self.before)

    def becomes_enhanced(self) -> bool:
        return not self.was_enhanced() and any(one.is_enhanced for one in self.after)

    def lets_points_go(self) -> bool:
        """Whether points may go that would stay. Resumed, an item that kept everything keeps what its policy says."""
        if self.kind == JobKind.RESUME and (self.state not in BACKED_UP_BY_POLICY | {ItemState.SUSPENDED}):
            return True
        if self.kind not in {JobKind.CHANGE_POLICY, JobKind.RESUME} or not self.after:
            return False
        before = [one.definition for one in self.before] or [None]
        return any(keeps_less(one, other.definition) for one in before for other in self.after)

    def drops_disks(self) -> bool:
        """Whether the change may leave out disks that are backed up now.

        If the present disks are not known, all of them are assumed.
        """
        return self.new_disks is not None and not _covers(self.new_disks, self.disks or EVERY_DISK)

    # --- what it needs -----------------------------------------------------------------------------------------------
    def check(self) -> None:
        """The rules that hold at every door. Raises PolicyTypeFixed, VaultImmutable or ImmutabilityNeeded."""
        if self.was_enhanced() and any(not one.is_enhanced for one in self.after):
            raise PolicyTypeFixed(
                f"{self.vm_name} was given an enhanced policy, and Azure takes no VM back to a standard one.",
                pointer="#/policy_id",
                remedy='Name a policy with "enhanced": true, or create one.',
            )
        if self.kind == JobKind.SUSPEND and self.immutability == "disabled":
            raise suspending_needs_immutability(self.vault_name)
        check_mutable(self.immutability, "deleting backup data", is_less=self.kind == JobKind.UNPROTECT)
        moves = self.kind in {JobKind.CHANGE_POLICY, JobKind.RESUME} and self.state not in WITHOUT_POLICY
        less = moves and any(shortens(one.definition, new.definition) for one in self.before for new in self.after)
        check_mutable(self.immutability, "a policy that keeps points for a shorter time", is_less=less)

    def sensitive(self) -> Sensitive:
        """What a second person may be wanted for, in the words that are shown; and the facts it was found from."""
        operations, words = self._meaning()
        return Sensitive(operations, words[:MOST_WORDS], self.facts())

    def _meaning(self) -> tuple[tuple[str, ...], str]:
        vm = self.vm_name
        if self.kind == JobKind.UNPROTECT:
            point = f"its newest point is of {self.newest.isoformat()}" if self.newest else "no point is known"
            return ("delete_data",), f"Delete the backup data of {vm}, which is {self.state}; {point}."
        if self.kind in {JobKind.PAUSE, JobKind.SUSPEND} and self.state != ItemState.SUSPENDED:
            then = "every point is kept" if self.kind == JobKind.PAUSE else f"points go as {self._has()} says"
            return ("stop_protection",), f"Make no more backups of {vm}; {then}."
        operations, words = self._policy_meaning() if self.after else ((), "")
        if self.new_disks is not None:
            operations += ("disks_fewer",) if self.drops_disks() else ()
            had = _said(self.disks or EVERY_DISK)
            words += f" Back up other disks of {vm}: {_said(self.new_disks)} instead of {had}."
        return operations, words.strip() or f"{self.kind} {vm}."

    def _policy_meaning(self) -> tuple[tuple[str, ...], str]:
        less, final = self.lets_points_go(), self.becomes_enhanced()
        operations = (("retention_shrink",) if less else ()) + (("final_setting",) if final else ())
        differs = self._difference()
        for_good = " It cannot go back from this enhanced policy to a standard one." if final else ""
        if self.kind == JobKind.RESUME:
            go = "its points go as that policy says"
            return operations, f"Resume {self.vm_name} with {self.policy}: {go}. {differs}{for_good}"
        keeps = ", which keeps less" if less else ""
        return operations, f"Give {self.vm_name} the policy {self.policy}{keeps}: {differs}{for_good}"

    def _difference(self) -> str:
        new = self.after[0].definition
        old = self.before[0].definition if self.before else None
        if new is None:
            return "It has settings that Holdfast does not support."
        if old is None or self.state in WITHOUT_POLICY:
            kept = [f"{name} {layer['count']}" for name, layer in content_of(new, None)["retention"].items() if layer]
            return f"It keeps {', '.join(kept)}."
        return f"{spoken(old, new)}."

    def _has(self) -> str:
        return self.before[0].name if self.before else "its policy"

    # --- on which facts ----------------------------------------------------------------------------------------------
    def facts(self) -> dict[str, Any]:
        """By the names and in the form of `facts_of`: only what this kind was weighed on."""
        found: dict[str, Any] = {"state": state_fact(self.state)}
        if self.kind == JobKind.UNPROTECT:
            return found | {"newest_point": self.newest.isoformat() if self.newest else None}
        if self.new_disks is not None and self.disks is not None:
            found["disks"] = disks_fact(self.disks)
        if (
            self.kind in {JobKind.CHANGE_POLICY, JobKind.RESUME, JobKind.SUSPEND}
            and self.state not in WITHOUT_POLICY
            and self.before
        ):
            found["from"] = self.before[0].as_fact()
        return found | ({"policy": self.after[0].as_fact()} if self.after else {})


EVERY_DISK = DiskSelection((), include=False)


def facts_of(item: AzureItem, has: PolicySaid | None, named: PolicySaid | None) -> dict[str, Any]:
    """The facts as Azure has them now. `has`: the policy of the item; `named`: the one the change names."""
    return {
        "state": state_fact(state_of(item)),
        "newest_point": item.last_recovery_point_at.isoformat() if item.last_recovery_point_at else None,
        "disks": disks_fact(item.disks) if item.disks is not None else None,
        "from": has.as_fact() if has is not None else None,
        "policy": named.as_fact() if named is not None else None,
    }


def state_fact(state: str) -> str:
    """A state as a fact: whether the first backup has been made makes no difference."""
    return ItemState.PROTECTED if state in BACKED_UP_BY_POLICY else state


def disks_fact(disks: DiskSelection | None) -> dict[str, Any] | None:
    return None if disks is None else {**asdict(disks), "luns": sorted(disks.luns)}


def _covers(new: DiskSelection, old: DiskSelection) -> bool:
    """Whether every disk of the old selection is surely in the new one."""
    if new.include:
        return old.include and set(old.luns) <= set(new.luns)
    return not set(new.luns) & set(old.luns) if old.include else set(new.luns) <= set(old.luns)


def _said(disks: DiskSelection) -> str:
    luns = ", ".join(str(lun) for lun in sorted(disks.luns)) or "none"
    return f"{'only' if disks.include else 'all but'} LUN {luns}"


def differences(weighed: Weighed) -> list[Any]:
    """The differences between the new policy and the item's, field by field; empty if one is not known."""
    old = weighed.before[0].definition if weighed.before else None
    new = weighed.after[0].definition if weighed.after else None
    return changes_between(old, new) if old is not None and new is not None else []
