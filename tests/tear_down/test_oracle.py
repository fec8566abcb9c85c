"""Random groups, changed by hand before a tear-down and during it: nothing goes that is not its own.

The oracle (oracle.py) shares no code with app: it knows who made what. What the rules see is made here from its things,
with what Azure may keep to itself: refused reads, no unique id, no time of creation.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from app.tear_down import rules, steps
from app.tear_down.steps import Note, Over, Send, Wait
from app.tear_down.values import Evidence, Known, Live, NotRead, NotThere, Resource, Seen, Thing, key_of
from tests.tear_down import oracle
from tests.tear_down.oracle import Group
from tests.whole import of_walk

WORLDS = of_walk(short=200, whole=1000)
START = datetime(2026, 1, 31, 10, tzinfo=UTC)
KINDS = {"vm": "vm", "nic": "network_interface", "ip": "public_ip", "disk": "disk", "snapshot": "snapshot"}
MOST_STEPS = 60


def dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - a seed makes it repeatable


def at(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


@dataclass
class Tried:
    """One tear-down in one world."""

    group: Group
    evidence: Evidence
    plan: list[Resource]
    notes: dict[str, Note]
    blind: frozenset[str] = frozenset()
    """Kinds that Azure does not let us read."""

    def seen(self) -> dict[str, Seen]:
        things: dict[str, Seen] = {key: self._thing(one) for key, one in self.group.things.items()}
        return things | {one.key: things.get(one.key, NotThere()) for one in self.plan}

    def _thing(self, one: oracle.Thing) -> Seen:
        if one.kind in self.blind:
            return NotRead("denied")
        parts = tuple(part.id for part in self.group.hanging_on(one))
        held_by = (one.on.id,) if one.on is not None else ()
        created = None if one.kind in {"nic", "ip"} and self.group.hides_creation else at(one.created)
        size = str(one.gib) if one.kind == "disk" else None
        return Thing(one.uid, dict(one.tags), held_by, parts, created, size=size, ownership_at=owned(self.group, one))

    def make_plan(self) -> None:
        jobs = self.evidence.azure_job_ids
        here = [one for one in self.group.things.values() if one.id.startswith(oracle.GROUP)]
        tagged = tuple(
            one.id for one in here if one.tags.get("RSVaultBackup") in jobs and one.kind in {"disk", "snapshot"}
        )
        seen = self.seen()
        wanted = {key_of(one.id) for one in self.evidence.made} | {key_of(self.evidence.new_vm_id or "")}
        live = Live(seen | {key: NotThere() for key in wanted - {""} if key not in seen}, tagged)
        self.plan = rules.judge(self.evidence, live, ["kept_disk"] if self.group.names_kept else [])

    def go(self, random: Random, *, calm: bool, meanwhile: Callable[[], None] = lambda: None) -> bool:
        """To its end. `calm`: no person acts meanwhile. Answers whether it came to one."""
        for _ in range(MOST_STEPS):
            seen = self.seen()
            self.notes |= steps.observed(self.plan, seen, self.notes)
            step = steps.next_step(self.plan, seen, self.notes)
            match step:
                case Over():
                    return True
                case Wait():
                    raise AssertionError("nothing is slow here")
                case Send(resources=resources):
                    self._send(random, resources)
            self.notes |= steps.observed(self.plan, self.seen(), self.notes)  # a look follows what was sent
            meanwhile()
            while not calm and random.random() < 0.4:
                self.group.a_person_acts()
        return False

    def _send(self, random: Random, resources: tuple[Resource, ...]) -> None:
        dies_after = random.randrange(len(resources) * 3)
        self.notes |= steps.about_to_send(resources, self.notes)
        for number, one in enumerate(resources):
            if number > dies_after:
                return  # a worker died: what it had sent is sent, and not noted
            note, code = self.notes.get(one.key, Note()), self.group.delete(one.id)
            noted = (
                steps.accepted(note, None) if code is None else steps.refused(note, code, "", is_final="Lock" in code)
            )
            if number < dies_after:
                self.notes[one.key] = noted


def owned(group: Group, one: oracle.Thing) -> datetime | None:
    hidden = group.hides_ownership or one.kind != "disk" or one.owned is None
    return None if hidden else at(one.owned or 0)


def made_of(group: Group, random: Random) -> tuple[Known, ...]:
    """What is noted at the end of the restore: sometimes without what could not be read."""
    found = []
    for one in group.things.values():
        if one.maker == "restore" or one.is_kept:
            is_read = random.random() < 0.9
            kind = "kept_disk" if one.is_kept else KINDS[one.kind]
            known = (one.uid, dict(one.tags)) if is_read else (None, None)
            said = (str(one.gib), owned(group, one)) if is_read and one.kind == "disk" else (None, None)
            one.is_size_known = is_read and one.kind == "disk"
            found.append(Known(one.id, kind, *known, *said))  # type: ignore[arg-type]  # one of the kinds
    return tuple(found)


def world(seed: int, *, calm: bool = False) -> Tried:
    random = dice(seed)
    group = Group(random, random.choice(["new_vm", "new_vm", "disks", "replace_disks"]))
    group.names_kept = group.mode == "replace_disks" and random.random() < 0.5
    group.restore()
    if not calm and random.random() < 0.1:
        group.restore(oracle.ORPHAN)
    is_noted = calm or random.random() < 0.8
    evidence = Evidence(
        mode=group.mode,
        is_over=True,
        source_vm_id=group.source.id,
        group_id=oracle.GROUP.lower(),
        new_vm_id=group.new_vm_id if group.mode == "new_vm" else None,
        azure_job_ids=frozenset({oracle.JOB, oracle.ORPHAN}),
        began_at=at(oracle.BEGAN),
        ended_at=at(oracle.ENDED),
        resources=(),
        was_replaced=any(one.is_kept for one in group.things.values()),
        before=frozenset(key[len(oracle.GROUP) + len("/providers/") :] for key in group.before)
        if calm or random.random() < 0.8
        else None,
        made=made_of(group, Surely() if calm else random) if is_noted else (),
        made_at=at(oracle.ENDED + 5) if is_noted else None,
    )
    tried = Tried(group, evidence, [], {})
    if not calm:
        if random.random() < 0.1:
            tried.blind = frozenset(random.sample(sorted(KINDS), 1))
        is_late = is_noted and random.random() < 0.1  # no worker ran: what is noted is what people left
        for one in group.things.values() if is_late else ():
            one.is_size_known = False
        for _ in range(random.randrange(6)):
            group.a_person_acts()
        if is_late:
            tried.evidence = replace(evidence, made=made_of(group, random), made_at=at(oracle.LATER + 1))
    tried.evidence = replace(
        tried.evidence,
        protected=frozenset(one.id.lower() for one in group.things.values() if one.is_backed_up),
    )
    return tried


def test_what_is_not_its_own_is_never_touched() -> None:
    gone = 0
    for seed in range(WORLDS):
        tried, random = world(seed), dice(seed)
        tried.make_plan()
        assert tried.go(random, calm=False), seed
        assert tried.group.wrong == [], seed
        gone += len(tried.group.deleted)
        result = steps.result_of(tried.plan, tried.seen(), tried.notes)
        assert len(result["deleted"]) + len(result["gone"]) + len(result["left"]) == len(tried.plan)
        assert all(one["reason"] for one in result["left"])
    assert gone > WORLDS, "tear-downs that delete next to nothing prove nothing"


def test_where_nobody_changed_anything_nothing_of_it_is_left() -> None:
    for seed in range(WORLDS // 4):
        tried = world(seed, calm=True)
        tried.evidence = replace(tried.evidence, made=made_of(tried.group, Surely()))
        tried.make_plan()
        assert tried.go(dice(seed), calm=True), seed
        assert tried.group.wrong == [], seed
        runs_on_it = [one.id for one in tried.group.hanging_on(tried.group.source)]
        assert [one for one in tried.group.left_of_ours() if one not in runs_on_it] == [], seed


def test_a_late_look_leaves_nothing_that_the_times_of_creation_tell_apart() -> None:
    """No worker ran for a day. Of two cards one may be a person's: then the machine stays, and is named."""
    gone = kept = 0
    for seed in range(WORLDS):
        tried = world(seed, calm=True)
        tried.group.hides_creation = False
        made, late = made_of(tried.group, Surely()), at(oracle.ENDED + 86_400)
        tried.evidence = replace(tried.evidence, made=made, made_at=late)
        cards = [one for one in tried.group.things.values() if one.kind == "nic" and one.maker == "restore"]
        if tried.group.mode != "new_vm" or not cards:
            continue
        tried.make_plan()
        assert tried.go(dice(seed), calm=True), seed
        assert tried.group.wrong == [], seed
        named = {one.id for one in tried.plan if not one.deletable}
        left = tried.group.left_of_ours()
        assert set(left) <= named if len(cards) > 1 else left == [], seed
        gone, kept = gone + (not left), kept + bool(left)
    assert min(gone, kept) > WORLDS // 10


def test_tags_that_a_policy_adds_leave_nothing_behind() -> None:
    """Before the tear-down and between its steps; the list says it."""
    for seed in range(WORLDS // 4):
        tried = world(seed, calm=True)
        tried.evidence = replace(tried.evidence, made=made_of(tried.group, Surely()))
        tried.group.a_policy_tags_all()
        tried.make_plan()
        assert all(one.remark for one in tried.plan if one.deletable), seed
        assert tried.go(dice(seed), calm=True, meanwhile=tried.group.a_policy_tags_all), seed
        assert tried.group.wrong == [], seed
        runs_on_it = [one.id for one in tried.group.hanging_on(tried.group.source)]
        assert [one for one in tried.group.left_of_ours() if one not in runs_on_it] == [], seed


def test_a_disk_that_was_used_and_taken_off_again_is_left() -> None:
    left = 0
    for seed in range(WORLDS):
        tried = world(seed, calm=True)
        tried.group.hides_ownership = False
        tried.evidence = replace(tried.evidence, made=made_of(tried.group, Surely()) if seed % 3 else ())
        free = [
            one
            for one in tried.group.things.values()
            if one.kind == "disk" and one.maker == "restore" and one.on is None
        ]
        for one in free:
            tried.group.was_moved(one)
        tried.make_plan()
        assert not [one for one in tried.plan if one.deletable and one.key in {thing.id.lower() for thing in free}], (
            seed
        )
        left += len(free)
    assert left > WORLDS // 4


def test_the_disks_of_a_machine_that_a_person_deleted_are_left() -> None:
    """Before the tear-down's first request: nothing shows what they were used for since."""
    left = 0
    for seed in range(WORLDS):
        tried = world(seed, calm=True)
        group = tried.group
        group.hides_ownership = False
        tried.evidence = replace(tried.evidence, made=made_of(group, Surely()))
        vm = group.things.get(group.new_vm_id.lower())
        tried.make_plan()
        if vm is None or vm.maker != "restore":
            continue
        disks = [one for one in group.hanging_on(vm) if one.kind == "disk" and not one.goes_along]
        group.takes_away(vm)
        for disk in disks:
            group.was_moved(disk)
        assert tried.go(dice(seed), calm=True), seed
        assert group.wrong == [], seed
        left += len(disks)
    assert left > WORLDS // 4


class Surely(Random):
    def random(self) -> float:
        return 0.0


WITHOUT = {
    "what was changed": ("plan _changed",),
    "which disk was used": ("plan _was_used",),
    "what was made at another time": ("plan _out_of_time",),
    "what is proven": ("plan _not_proven",),
    "which card came with the machine": ("plan _came_with_the_vm=1",),
    "what is backed up": ("plan _is_backed_up",),
    "what hangs on it": ("plan _holds_others", "step _holds_others"),
    "what uses it": ("plan _is_held", "step _is_held"),
    "what changed meanwhile": ("step _differs",),
}


@pytest.mark.parametrize("rule", WITHOUT)
def test_without_one_of_the_rules_the_oracle_finds_it(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    """An oracle that finds nothing proves nothing."""
    for where, what in (one.split() for one in WITHOUT[rule]):
        name, _, answer = what.partition("=")
        given = bool(answer) or None
        monkeypatch.setattr(rules._Judge if where == "plan" else steps, name, lambda *_, given=given, **__: given)
    for seed in range(2000):
        tried, random = world(seed), dice(seed)
        tried.make_plan()
        tried.go(random, calm=False)
        if tried.group.wrong:
            return
    raise AssertionError(f"nothing goes wrong without {rule}")
