"""Which resources are those of a restore, and which of them may be deleted. Pure.

A resource may be deleted if something shows that this restore made it, nothing shows that it was there before or was
changed since, and all that uses it, or hangs on it, may be deleted too. Everything else is left, with the reason.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from shlex import quote
from typing import Any
from urllib.parse import urlsplit

from app.azure.compute.values import GroupResource
from app.core.letter_case import fold_case
from app.tear_down.values import (
    BLOBS,
    INTENDED,
    ORDER,
    SLACK,
    TAG,
    Cause,
    Evidence,
    Kind,
    Known,
    KnownBy,
    Live,
    NotRead,
    NotThere,
    Resource,
    Seen,
    State,
    Thing,
    key_of,
    kind_of,
    known_ids,
    short_id,
)


@dataclass(frozen=True, slots=True)
class _Fault:
    state: State
    cause: Cause
    reason: str


# --- the list ------------------------------------------------------------------------------------------------------
def judge(evidence: Evidence, live: Live, include: Collection[str] = ()) -> list[Resource]:
    """Everything that may be of this restore, in the order of deletion. `include`: `kept_disk` names those."""
    return _Judge(evidence, live, include).all()


class _Judge:
    def __init__(self, evidence: Evidence, live: Live, include: Collection[str]) -> None:
        self._evidence, self._live, self._include = evidence, live, include
        self._made = {key_of(one.id): one for one in evidence.made}
        self._tagged = {key_of(one) for one in live.tagged}
        self._ids: dict[str, tuple[str, Kind]] = {}
        for arm_id, kind in known_ids(evidence):
            self._ids.setdefault(key_of(arm_id), (arm_id, kind))
        for arm_id in live.tagged:
            if (kind_here := kind_of(arm_id)) is not None:
                self._ids.setdefault(key_of(arm_id), (arm_id, kind_here))
        self._parts = self._parts_of_the_vm()
        for arm_id in self._parts.values():
            if (kind_here := kind_of(arm_id)) is not None:
                self._ids.setdefault(key_of(arm_id), (arm_id, kind_here))
        for arm_id in live.beside:
            kind_here, seen = kind_of(arm_id), live.seen.get(key_of(arm_id))
            holders = {key_of(one) for one in seen.held_by} if isinstance(seen, Thing) else set()
            if kind_here is not None and not isinstance(seen, NotThere) and holders <= self._ids.keys():
                self._ids.setdefault(key_of(arm_id), (arm_id, kind_here))
        self._faults: dict[str, _Fault | None] = {}

    def _parts_of_the_vm(self) -> dict[str, str]:
        """Ids of what hangs on the new machine and on its cards, by folded id."""
        found: dict[str, str] = {}
        vm = self._thing(self._evidence.new_vm_id or "")
        for arm_id in (vm.parts if vm is not None else None) or ():
            found[key_of(arm_id)] = arm_id
            part = self._thing(arm_id)
            for inner in (part.parts if part is not None else None) or ():
                found[key_of(inner)] = inner
        return found

    def _thing(self, arm_id: str) -> Thing | None:
        seen = self._live.seen.get(key_of(arm_id))
        return seen if isinstance(seen, Thing) else None

    def all(self) -> list[Resource]:
        listed = [self._resource(key, *one) for key, one in self._ids.items()]
        listed += [_blob(blob, uri) for blob in BLOBS for kind, uri in self._evidence.resources if kind == blob]
        return sorted(listed, key=lambda one: ORDER.index(one.kind))

    def _resource(self, key: str, arm_id: str, kind: Kind) -> Resource:
        seen, known_by = self._live.seen.get(key, NotRead("It was not looked at.")), self._known_by(key, kind)
        if isinstance(seen, NotThere):
            return Resource(arm_id, kind, known_by, "gone", cause="gone", reason="It is not there.")
        if isinstance(seen, NotRead):
            return Resource(arm_id, kind, known_by, "unknown", cause="unknown", reason=seen.reason)
        fault = self._fault(key)
        if fault is not None:
            return Resource(arm_id, kind, known_by, fault.state, cause=fault.cause, reason=fault.reason)
        return Resource(
            arm_id,
            kind,
            known_by,
            "present",
            deletable=True,
            unique_id=seen.unique_id,
            remark=self._remark(key, seen),
            size=seen.size,
            is_held=bool(seen.held_by),
            ownership_at=seen.ownership_at,
        )

    def _remark(self, key: str, thing: Thing) -> str | None:
        """Tags are said, and are no change: policies and cost tools add them to everything, at any time."""
        made = self._made.get(key)
        if made is None or made.tags is None or not self._evidence.is_prompt:
            others = sorted(name for name in thing.tags if name.lower() != TAG)
            return f"It has tags: {', '.join(others)}. Since when is not known."[:500] if others else None
        names = made.tags.keys() | thing.tags.keys()
        other = sorted(name for name in names if made.tags.get(name) != thing.tags.get(name))
        return f"Tags added, changed or removed since the restore ended: {', '.join(other)}."[:500] if other else None

    def _known_by(self, key: str, kind: Kind) -> tuple[KnownBy, ...]:
        found: list[KnownBy] = []
        if kind in {"vm", "kept_disk"}:
            found.append("job")
        is_tagged = any(one == kind and key_of(id_) == key for one, id_ in self._evidence.resources if one == "disk")
        if key in self._tagged or is_tagged:
            found.append("tag")
        if key in self._parts or (key in self._made and kind in {"network_interface", "public_ip"}):
            found.append("vm")
        if self._evidence.before is not None and short_id(key) not in self._evidence.before:
            found.append("before_after")
        return tuple(found)

    # --- what speaks against deleting it -------------------------------------------------------------------------
    def _fault(self, key: str) -> _Fault | None:
        if key not in self._faults:
            self._faults[key] = self._why_not(key)
        return self._faults[key]

    def _why_not(self, key: str) -> _Fault | None:
        _, kind = self._ids[key]
        own, thing = self._not_own(key, kind), self._thing(key)
        if own is not None or thing is None:
            return own
        if kind == "disk" and self._replaced_disks() and not thing.held_by:
            # It was the VM's own until it was taken off, by a person or by a later restore that keeps it.
            return _Fault("changed", "changed", "It was made a disk of the VM, and is not on it any more.")
        return self._holds_others(kind, thing) or self._is_held(kind, thing)

    def _replaced_disks(self) -> bool:
        """Whether what the restore made became the disks of the VM itself, or may have."""
        return self._evidence.mode == "replace_disks" and self._evidence.was_replaced is not False

    def _not_own(self, key: str, kind: Kind) -> _Fault | None:
        """Why it does not count as made, or kept, by this restore, unchanged."""
        evidence, thing = self._evidence, self._live.seen.get(key)
        if not isinstance(thing, Thing):
            reason = thing.reason if isinstance(thing, NotRead) else "It is not there."
            return _Fault("unknown", "unknown", reason)
        if not evidence.is_over:
            return _Fault("present", "running", "The restore has not ended.")
        if key == key_of(evidence.source_vm_id):
            return _Fault("present", "there_before", "It is the VM that the restore is of.")
        if not key.startswith(key_of(evidence.group_id) + "/"):
            return _Fault("present", "not_proven", "It is not in the group that the restore was sent to.")
        if kind != "kept_disk" and evidence.before is not None and short_id(key) in evidence.before:
            return _Fault("present", "there_before", "It was in the group before the restore was sent.")
        return (
            self._changed(key, thing)
            or self._out_of_time(key, kind, thing)
            or self._not_proven(key, kind, thing)
            or self._is_backed_up(key)
        )

    def _changed(self, key: str, thing: Thing) -> _Fault | None:
        if thing.unique_id is None:
            return _Fault("unknown", "unknown", "Azure does not say which one it is: it has no unique id.")
        made = self._made.get(key)
        if made is not None and made.unique_id is not None and made.unique_id.lower() != thing.unique_id.lower():
            return _Fault("changed", "changed", "Another one was made under the same name.")
        size = made.size if made is not None and self._evidence.is_prompt else None
        if size is not None and thing.size is not None and size != thing.size:
            return _Fault("changed", "changed", f"Its size was changed since the restore ended: it was {size}.")
        if self._was_used(key, thing, made):
            return _Fault("changed", "changed", "It was attached to a machine, or taken off one, since.")
        return None

    def _was_used(self, key: str, thing: Thing, made: Known | None) -> bool:
        """Of a disk that no machine uses now: whether one did since. What was written to it then is in no point."""
        at, evidence = thing.ownership_at, self._evidence
        if thing.held_by or at is None:
            return False
        noted = made.ownership_at if made is not None and evidence.is_prompt else None
        known = evidence.freed.get(key) or noted
        if known is not None:
            return at > known
        slack = timedelta(0) if self._is_as_made(key) else SLACK
        return evidence.ended_at is not None and at > evidence.ended_at + slack

    def _out_of_time(self, key: str, kind: Kind, thing: Thing) -> _Fault | None:
        """Of what was not looked at when the restore ended: whether it was created while the restore ran."""
        at, began = thing.created_at, self._evidence.began_at
        if self._is_as_made(key):
            return None
        if kind == "kept_disk":
            is_older = at is not None and began is not None and at <= began
            return None if is_older else _Fault("changed", "changed", "It is no disk that the VM had before.")
        if at is None:
            return None  # it takes another proof
        # What was looked at when it had ended is all there was: a disk that a person copies has the same tag.
        slack = SLACK if not self._evidence.made else timedelta(0)
        if self._evidence.ended_at is not None and at > self._evidence.ended_at + slack:
            return _Fault("changed", "changed", "It was created after the restore had ended.")
        if began is not None and at < began - SLACK:
            return _Fault("present", "there_before", "It was created before the restore began.")
        return None

    def _not_proven(self, key: str, kind: Kind, thing: Thing) -> _Fault | None:
        match kind:
            case "vm":
                is_ours = self._is_the_new_vm(key, thing)
            case "disk" | "snapshot":
                is_ours = self._has_tag(thing) and (thing.created_at is not None or self._is_as_made(key))
            case "kept_disk":
                return self._not_kept(key)
            case _:
                is_ours = self._is_as_made(key) or self._came_with_the_vm(key, kind)
        if is_ours:
            return None
        return _Fault("present", "not_proven", "Nothing shows that this restore made it, so it is left alone.")

    def _is_as_made(self, key: str) -> bool:
        """Whether it was seen when the restore had just ended: `_changed` has compared it with that."""
        made = self._made.get(key)
        return made is not None and made.unique_id is not None and self._evidence.is_prompt

    def _has_tag(self, thing: Thing) -> bool:
        return any(
            name.lower() == TAG and at.lower() in self._evidence.azure_job_ids for name, at in thing.tags.items()
        )

    def _is_the_new_vm(self, key: str, thing: Thing) -> bool:
        """By its unique id as it was seen when the restore ended; else by the restored disks that it holds."""
        if self._evidence.new_vm_id is None or key != key_of(self._evidence.new_vm_id):
            return False
        if self._is_as_made(key):
            return True
        parts = (self._thing(one) for one in thing.parts or ())
        return thing.created_at is not None and any(one is not None and self._has_tag(one) for one in parts)

    def _came_with_the_vm(self, key: str, kind: Kind) -> bool:
        """Of a card or an address, however late the look: by the times of creation.

        It was made while the restore ran and before its machine was, was not in the group before, and hangs on that
        machine. Azure makes one card, with one address at most: of two that fit, a person added one, and none is
        proven.
        """
        vm_id, evidence = self._evidence.new_vm_id or "", self._evidence
        vm, began, ended = self._thing(vm_id), evidence.began_at, evidence.ended_at
        if vm is None or vm.created_at is None or began is None or ended is None or evidence.before is None:
            return False
        if not self._is_the_new_vm(key_of(vm_id), vm) or short_id(key_of(vm_id)) in evidence.before:
            return False
        fit = []
        for part in self._parts:
            thing = self._thing(part)
            at = thing.created_at if thing is not None and kind_of(part) == kind else None
            if at is not None and began - SLACK <= at <= min(vm.created_at, ended + SLACK):
                fit += [part] if short_id(part) not in evidence.before else []
        return fit == [key]

    def _not_kept(self, key: str) -> _Fault | None:
        made = self._made.get(key)
        if self._evidence.was_replaced is not True or made is None or made.unique_id is None:
            return _Fault("unknown", "not_proven", "Whether it is the disk that the VM had before is not known.")
        if "kept_disk" not in self._include:
            said = "It holds what the VM had before its disks were replaced. include=kept_disk names it."
            return _Fault("present", "not_named", said)
        return None

    def _is_backed_up(self, key: str) -> _Fault | None:
        if key not in self._evidence.protected:
            return None
        return _Fault("present", "protected", "It is backed up, so it is in use. End its protection first.")

    def _holds_others(self, kind: Kind, thing: Thing) -> _Fault | None:
        """What hangs on it might go with it, or lose it."""
        if thing.parts is None:
            return _Fault("unknown", "unknown", "What hangs on it cannot be read.")
        for part in thing.parts:
            part_key = key_of(part)
            if isinstance(self._live.seen.get(part_key), NotThere):
                continue
            if part_key not in self._ids:
                return _Fault("changed", "changed", f"It holds {part}, which this restore did not make.")
            part_kind = self._ids[part_key][1]
            fault = self._not_own(part_key, part_kind)
            part_thing = self._thing(part)
            if fault is None and part_thing is not None and kind == "vm" and part_kind != "vm":
                fault = self._holds_others(part_kind, part_thing)
            if fault is not None:
                state: State = "unknown" if fault.state == "unknown" else "changed"
                cause: Cause = "unknown" if state == "unknown" else "changed"
                return _Fault(state, cause, f"It holds {part}, which is not to be deleted: {fault.reason}")
        return None

    def _is_held(self, kind: Kind, thing: Thing) -> _Fault | None:
        for holder in thing.held_by:
            holder_key = key_of(holder)
            if holder_key == key_of(self._evidence.source_vm_id):
                return _Fault("present", "source", "The VM that the restore is of uses it.")
            if kind == "kept_disk" or not self._comes_before(holder_key, kind):
                return _Fault("changed", "changed", f"{holder} uses it.")
            if isinstance(self._live.seen.get(holder_key), NotThere):
                continue
            if self._fault(holder_key) is not None:
                return _Fault("present", "in_use", f"{holder} uses it, and is not to be deleted.")
        return None

    def _comes_before(self, holder_key: str, kind: Kind) -> bool:
        """Whether what uses it is listed too, and deleted before it."""
        return holder_key in self._ids and ORDER.index(self._ids[holder_key][1]) < ORDER.index(kind)


def _container_of(uri: str) -> tuple[str, str] | None:
    """(account, container) of a blob's address."""
    parts = urlsplit(uri)
    account, _, rest = (parts.hostname or "").partition(".")
    container, _, name = parts.path.lstrip("/").partition("/")
    return (account, container) if account and rest.startswith("blob.") and container and name else None


def _blob(kind: Kind, uri: str) -> Resource:
    reason = "Holdfast does not reach into storage accounts."
    if (place := _container_of(uri)) is not None:
        account, container = (quote(one) for one in place)
        listing = f"az storage blob list --auth-mode login --account-name {account} --container-name {container}"
        reason += f" Of a point of the vault tier copies of the disks may be beside it; this lists them: {listing} ."
    reason += f" Delete it with: az storage blob delete --auth-mode login --blob-url {quote(uri)}"
    return Resource(uri, kind, ("job",), "unknown", cause="staging", reason=reason)


# --- what else appeared ---------------------------------------------------------------------------------------------
def beside(evidence: Evidence, seen: Mapping[str, Seen], group: Collection[GroupResource]) -> tuple[str, ...]:
    """Ids of the group that a restore without its machine may have left; cards first, then what may hang on them.

    A machine that is there names its cards. Where it was not made, they are known by nothing but that they were not
    there before. Not what Azure says to be of another time, of another restore, or in use.
    """
    vm_id, was_made = evidence.new_vm_id, "vm" in {kind for kind, _ in evidence.resources}
    if vm_id is None or was_made or not evidence.is_over or evidence.before is None:
        return ()
    if not isinstance(seen.get(key_of(vm_id)), NotThere):
        return ()
    found = [one for one in group if kind_of(one.id) in {"network_interface", "public_ip", "disk", "snapshot"}]
    found = [one for one in found if one.held_by is None and key_of(one.id) not in seen and _may_be(evidence, one)]
    return tuple(one.id for one in sorted(found, key=lambda one: ORDER.index(kind_of(one.id) or "disk")))


def _may_be(evidence: Evidence, one: GroupResource) -> bool:
    if short_id(one.id) in (evidence.before or ()) or key_of(one.id) in evidence.of_others:
        return False
    if any(name.lower() == TAG for name in one.tags):
        return False
    if _is_named_after_another(evidence, fold_case(one.id.rpartition("/")[2])):
        return False
    began, ended, at = evidence.began_at, evidence.ended_at, one.created_at
    is_before = at is not None and began is not None and at < began - SLACK
    return not is_before and not (at is not None and ended is not None and at > ended + SLACK)


def _is_named_after_another(evidence: Evidence, name: str) -> bool:
    """Whether the longest name of a VM that it begins with is that of another restore, whose own tear-down lists it.

    How Azure names cards was never seen. Where this does not tell, the list has one too many; nothing is deleted by it.
    """
    own = fold_case((evidence.new_vm_id or "").rpartition("/")[2])
    longest = max((len(vm) for vm in evidence.other_vms if name.startswith(f"{vm}-")), default=0)
    return longest > (len(own) if name.startswith(own) else 0)


# --- the end of a tear-down ----------------------------------------------------------------------------------------
def left_of(result: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Of a tear-down's result: what is left and should not be. Not blobs, kept disks and what was there before."""
    return [one for one in result["left"] if one["cause"] not in INTENDED]
