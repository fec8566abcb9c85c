"""What a tear-down deletes next, when it waits, and when it is over. Pure.

All of one kind goes in one step, in `rules.ORDER`, and a step begins when those before it are gone or given up.
Each time, every resource is compared with what was planned: what is another one, or is used by something else by now,
is left.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final

from app.tear_down.values import ORDER, Cause, NotRead, NotThere, Resource, Seen, Thing, key_of

MOST_ASKED: Final = 5
"""How often Azure may accept a deletion, or refuse it because of what is gone already, before it is given up."""
AT_ONCE: Final = 16
"""Deletions in one step: they must leave within the deadline of one attempt."""
FIRST_PAUSE_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Note:
    """What Azure answered to the deletions of one resource."""

    asked: int = 0
    """Answers so far."""
    operation: str | None = None
    """The poll URL of the last one."""
    said: str | None = None
    """Azure's words, where it refused or failed."""
    azure_code: str | None = None
    is_final: bool = False
    """It is not asked again."""
    is_sent: bool = False
    """Of a machine: its deletion was about to be sent, so that Azure may be at it."""
    is_gone: bool = False
    """Azure has shown that it is not there."""
    is_freed: bool = False
    """Of a disk: its machine, which this job deleted, was seen gone."""
    freed_at: datetime | None = None
    """Its `Thing.ownership_at` at that moment."""


@dataclass(frozen=True, slots=True)
class Send:
    """Delete these now. `pause`: seconds to wait first, because Azure was asked before."""

    resources: tuple[Resource, ...]
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Azure is deleting them."""

    resources: tuple[Resource, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """Nothing more is to be sent."""


@dataclass(frozen=True, slots=True)
class Left:
    """One that stays."""

    cause: Cause
    reason: str
    azure_code: str | None = None


Step = Send | Wait | Over


def next_step(plan: Sequence[Resource], seen: Mapping[str, Seen], notes: Mapping[str, Note]) -> Step:
    """`plan`: everything that was listed; `seen` and `notes` by folded id."""
    todo = [one for one in plan if one.deletable and _left(one, plan, seen, notes) is None]
    for kind in ORDER:
        here = [one for one in todo if one.kind == kind and not isinstance(seen[one.key], NotThere)]
        ready = [one for one in here if not _is_going(seen[one.key])]
        if ready:
            asked = max(notes.get(one.key, Note()).asked for one in ready)
            pause = FIRST_PAUSE_SECONDS * (1 << asked) if asked else 0.0
            return Send(tuple(ready[:AT_ONCE]), pause)
        if here:
            return Wait(tuple(here))
    return Over()


def _is_going(seen: Seen) -> bool:
    return isinstance(seen, Thing) and seen.is_going


def _left(one: Resource, plan: Sequence[Resource], seen: Mapping[str, Seen], notes: Mapping[str, Note]) -> Left | None:
    """Why it stays; None = it is gone, or is to be deleted."""
    now, note = seen.get(one.key, NotRead("It was not looked at.")), notes.get(one.key, Note())
    if isinstance(now, NotThere):
        return None
    if isinstance(now, NotRead):
        return Left("unknown", now.reason)
    if (why := _differs(one, now, note)) is not None:
        return why
    if note.is_final or (note.asked >= MOST_ASKED and not now.is_going):
        said = note.said or f"Azure accepted its deletion {note.asked} times, and it is still there."
        return Left("refused", said, note.azure_code)
    planned = {other.key: other for other in plan if other.deletable}
    return _holds_others(now, planned, seen) or _is_held(
        one, now, planned, lambda holder: _left(holder, plan, seen, notes)
    )


def _differs(one: Resource, now: Thing, note: Note) -> Left | None:
    if now.unique_id is None or one.unique_id is None or one.unique_id.lower() != now.unique_id.lower():
        return Left("changed", "Another one was made under the same name.")
    if one.size is not None and now.size is not None and one.size != now.size:
        return Left("changed", f"Its size was changed since the tear-down began: it was {one.size}.")
    if not now.held_by:
        before = note.freed_at if note.is_freed else one.ownership_at
        if now.ownership_at is not None and now.ownership_at != before:
            return Left("changed", "It was attached to a machine, or taken off one, since the tear-down began.")
    return None


def observed(plan: Sequence[Resource], seen: Mapping[str, Seen], notes: Mapping[str, Note]) -> dict[str, Note]:
    """What a look adds to the notes: what is gone, and of disks that their machine is. Call it after each look.

    A machine that is gone without a deletion of ours frees no disk: it was deleted by hand, so its disks were changed.
    One that Azure refused for good is no deletion of ours.
    """
    found: dict[str, Note] = {}
    of_machines = [notes.get(one.key, Note()) for one in plan if one.kind == "vm"]
    ours = any(note.is_sent and not note.is_final for note in of_machines)
    for one in plan:
        now, note = seen.get(one.key), notes.get(one.key, Note())
        if one.deletable and isinstance(now, NotThere) and not note.is_gone:
            found[one.key] = replace(note, is_gone=True)
        elif ours and one.is_held and isinstance(now, Thing) and not now.held_by and not note.is_freed:
            found[one.key] = replace(note, is_freed=True, freed_at=now.ownership_at)
    return found


def _holds_others(
    now: Thing, planned: Mapping[str, Resource], seen: Mapping[str, Seen], *, depth: int = 1
) -> Left | None:
    """What hangs on it, and on that, may go with it: all of it must be planned, and the same."""
    if now.parts is None:
        return Left("unknown", "What hangs on it cannot be read.")
    for part in now.parts:
        other, there = planned.get(key_of(part)), seen.get(key_of(part))
        if isinstance(there, NotThere) and other is not None:
            continue
        if other is None or not isinstance(there, Thing) or _differs(other, there, Note()) is not None:
            return Left("changed", f"It holds {part}, which is not to be deleted.")
        if depth and (why := _holds_others(there, planned, seen, depth=depth - 1)) is not None:
            return why
    return None


def _is_held(
    one: Resource, now: Thing, planned: Mapping[str, Resource], left: Callable[[Resource], Left | None]
) -> Left | None:
    for holder in now.held_by:
        other = planned.get(key_of(holder))
        if other is None or ORDER.index(other.kind) >= ORDER.index(one.kind):
            return Left("changed", f"{holder} uses it.")
        if (why := left(other)) is not None:
            return Left("in_use", f"{holder} uses it, and is left: {why.reason}"[:500])
    return None


def was_sent(notes: Mapping[str, Note]) -> bool:
    """Whether anything of the plan may have reached Azure."""
    return any(note.is_sent or note.asked for note in notes.values())


def about_to_send(resources: Sequence[Resource], notes: Mapping[str, Note]) -> dict[str, Note]:
    """What must be on record before these are sent: later it says whose deletion it was."""
    machines = ((one.key, notes.get(one.key, Note())) for one in resources if one.kind == "vm")
    return {key: replace(note, is_sent=True) for key, note in machines if not note.is_sent}


# --- what Azure answered -------------------------------------------------------------------------------------------
def accepted(note: Note, operation: str | None) -> Note:
    return replace(note, asked=note.asked + 1, operation=operation)


def refused(note: Note, azure_code: str, said: str, *, is_final: bool) -> Note:
    """`is_final` False: it may be over soon, as what used it is gone."""
    return replace(note, asked=note.asked + 1, operation=None, azure_code=azure_code, said=said, is_final=is_final)


def failed(note: Note, azure_code: str | None, said: str) -> Note:
    """The operation that Azure had accepted came to nothing. It is sent again a few times."""
    return replace(note, operation=None, azure_code=azure_code, said=said)


# --- the end -------------------------------------------------------------------------------------------------------
STOPPED: Final = Left("stopped", "The tear-down ended before it was deleted.")
NOT_LOOKED_AT: Final = Left("unknown", "Azure was asked to delete it. The tear-down ended before that was looked at.")


def result_of(plan: Sequence[Resource], seen: Mapping[str, Seen], notes: Mapping[str, Note]) -> dict[str, Any]:
    """`result` of the job: what was deleted, what was gone before, what is left and why."""
    deleted, left = [], []
    for one in plan:
        if not one.deletable:
            if one.state != "gone":
                left.append(_left_as_json(one, Left(one.cause or "unknown", one.reason or "")))
        elif isinstance(seen.get(one.key), NotThere):
            deleted.append(one.id)
        else:
            left.append(_left_as_json(one, _left(one, plan, seen, notes) or STOPPED))
    return _result(plan, deleted, left)


def result_so_far(plan: Sequence[Resource], notes: Mapping[str, Note]) -> dict[str, Any]:
    """`result` of a job that ends by what is on record, without another look at Azure."""
    deleted, left = [], []
    for one in plan:
        note = notes.get(one.key, Note())
        if not one.deletable:
            if one.state != "gone":
                left.append(_left_as_json(one, Left(one.cause or "unknown", one.reason or "")))
        elif note.is_gone:
            deleted.append(one.id)
        elif note.said is not None:  # Azure's words to the last request
            left.append(_left_as_json(one, Left("refused", note.said, note.azure_code)))
        else:
            left.append(_left_as_json(one, NOT_LOOKED_AT if note.asked or note.is_sent else STOPPED))
    return _result(plan, deleted, left)


def _result(plan: Sequence[Resource], deleted: list[str], left: list[dict[str, Any]]) -> dict[str, Any]:
    gone = [one.id for one in plan if one.state == "gone"]
    remarks = [{"id": one.id, "remark": one.remark} for one in plan if one.remark is not None]
    return {"deleted": deleted, "gone": gone, "left": left, "remarks": remarks}


def _left_as_json(one: Resource, why: Left) -> dict[str, Any]:
    return {"id": one.id, "kind": one.kind, **asdict(why)}
