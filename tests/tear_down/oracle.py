"""A resource group in which a restore, and people, make and change things; and who made what. Imports nothing of app.

`Group` knows of each thing who made it and whether a person touched it since, which no reader of Azure can see. Its
deletions behave as Azure's: what is used is refused, a machine takes along what has the option Delete. `wrong` lists
every thing that went in a tear-down and should not have gone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from random import Random

GROUP = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-Restored"
ELSEWHERE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-other"
JOB, ORPHAN, OTHER_JOB = "job-1", "job-1-again", "job-2"
TYPES = {
    "vm": "Microsoft.Compute/virtualMachines",
    "nic": "Microsoft.Network/networkInterfaces",
    "ip": "Microsoft.Network/publicIPAddresses",
    "disk": "Microsoft.Compute/disks",
    "snapshot": "Microsoft.Compute/snapshots",
}
BEGAN, ENDED = 1000, 2000
"""Seconds: when the restore began and ended. What is there before is of 0 to 900."""
LATER = 5000


@dataclass(eq=False)
class Thing:
    id: str
    kind: str
    uid: str
    created: int
    maker: str
    """before, restore, another restore, a person."""
    tags: dict[str, str] = field(default_factory=dict)
    on: "Thing | None" = None
    """What it hangs on: a disk or card on a machine, an address on a card."""
    goes_along: bool = False
    is_touched: bool = False
    """A person changed it since the restore ended. What hangs on it, and what it hangs on, is seen for itself."""
    is_locked: bool = False
    is_kept: bool = False
    """The source machine had this disk before the restore replaced it."""
    is_backed_up: bool = False
    was_the_vms: bool = False
    """It was on the source machine, and was taken off: it may hold what is in no point."""
    gib: int = 30
    is_size_known: bool = False
    """It was noted when the restore ended. Else growth alone is not seen."""
    owned: int | None = None
    """When it was last attached or taken off; Azure says it, but where `Group.hides_ownership`."""


class Group:
    def __init__(self, random: Random, mode: str) -> None:
        self.random, self.mode = random, mode
        self.things: dict[str, Thing] = {}
        self.wrong: list[str] = []
        self.deleted: list[Thing] = []
        self.hides_creation = random.random() < 0.3
        """The list of the group, which alone has the times of cards and addresses, cannot be read."""
        self.names_kept = False
        """The tear-down was asked for the kept disks, too."""
        self.hides_ownership = random.random() < 0.1
        """Azure does not say when a disk was attached or taken off: then a use that is over is seen by no one."""
        self._numbers = count(1)
        self._clock = count(LATER + 1)
        self.source = self.machine(GROUP if mode == "replace_disks" else ELSEWHERE, "source", 100, "before")
        for _ in range(random.randrange(3)):
            self.machine(random.choice([GROUP, ELSEWHERE]), f"old-{next(self._numbers)}", 200, "before")
        for kind in random.choices(list(TYPES), k=random.randrange(5)):
            self.new(GROUP, kind, f"old-{kind}", 300, "before")
        self.before = {key for key in self.things if key.startswith(GROUP.lower() + "/")}

    # --- making -------------------------------------------------------------------------------------------------------
    def new(self, group: str, kind: str, name: str, created: int, maker: str, **more: object) -> Thing:
        unique = f"{name}-{next(self._numbers)}"
        thing = Thing(f"{group}/providers/{TYPES[kind]}/{unique}", kind, f"uid-{unique}", created, maker)
        vars(thing).update(more)
        thing.owned = created if thing.on is not None else None
        self.things[thing.id.lower()] = thing
        return thing

    def machine(self, group: str, name: str, created: int, maker: str, tags: dict[str, str] | None = None) -> Thing:
        vm = Thing(f"{group}/providers/{TYPES['vm']}/{name}", "vm", f"uid-{next(self._numbers)}", created, maker)
        self.things[vm.id.lower()] = vm
        option = self.random.random() < 0.3
        for _ in range(1 + self.random.randrange(3)):
            self.new(group, "disk", f"{name}-disk", created, maker, tags=dict(tags or {}), on=vm, goes_along=option)
        for _ in range(1 + self.random.randrange(2)):
            card = self.new(group, "nic", f"{name}-nic", created, maker, on=vm, goes_along=option)
            if self.random.random() < 0.4:
                self.new(group, "ip", f"{name}-ip", created, maker, on=card)
        return vm

    def restore(self, job: str = JOB) -> None:
        """What Azure makes of it; sometimes less, as where it fails at the machine."""
        tags, made_at = {"RSVaultBackup": job}, BEGAN + 500
        is_half_done = self.random.random() < 0.2
        if self.mode == "new_vm" and not is_half_done and self.new_vm_id.lower() not in self.things:
            self.machine(GROUP, "restored", made_at, "restore", tags)
            return
        vm = self.source if self.mode == "replace_disks" and not is_half_done else None
        if vm is not None:
            for disk in self.hanging_on(vm):
                if disk.kind == "disk" and disk.maker == "before":
                    disk.on, disk.is_kept, disk.owned = None, True, made_at
        for _ in range(1 + self.random.randrange(3)):
            self.new(GROUP, "disk", "restored-disk", made_at, "restore", tags=dict(tags), on=vm)

    @property
    def new_vm_id(self) -> str:
        return f"{GROUP}/providers/{TYPES['vm']}/restored"

    def hanging_on(self, thing: Thing) -> list[Thing]:
        return [one for one in self.things.values() if one.on is thing]

    # --- people -------------------------------------------------------------------------------------------------------
    def a_person_acts(self) -> None:
        acts: list[Callable[[], None]] = [
            self._tags_one,
            self.a_policy_tags_all,
            self._grows_a_disk,
            self._uses_a_disk,
            self._moves_a_disk,
            self._attaches_their_own,
            self._attaches_a_card_made_meanwhile,
            self._makes_anew,
            self._deletes_one,
            self._adds_things,
            self._copies_a_disk,
            self._backs_one_up,
            self._starts_another_restore,
            self._replaces_disks_again,
            self._locks_one,
        ]
        self.random.choice(acts)()

    def _any(self, *kinds: str) -> Thing | None:
        found = [one for one in self.things.values() if one.kind in kinds]
        return self.random.choice(found) if found else None

    def _tags_one(self) -> None:
        """A tag is no change of what is in it."""
        if (one := self._any(*TYPES)) is not None:
            one.tags = {**one.tags, "owner": f"ann-{next(self._numbers)}"}

    def a_policy_tags_all(self) -> None:
        for one in self.things.values():
            one.tags = {**one.tags, "CostCenter": f"{next(self._numbers)}"}

    def _grows_a_disk(self) -> None:
        if (one := self._any("disk")) is not None:
            one.gib, one.is_touched = one.gib * 2, one.is_touched or one.is_size_known

    def _uses_a_disk(self) -> None:
        """It is attached to a machine, written to, and taken off again: nothing but the time shows it."""
        if (one := self._any("disk")) is not None and one.on is None:
            self.was_moved(one)

    def was_moved(self, disk: Thing) -> None:
        disk.owned = next(self._clock)
        disk.is_touched = disk.is_touched or not self.hides_ownership

    def _moves_a_disk(self) -> None:
        """To another machine, or off."""
        disk, vm = self._any("disk"), self._any("vm")
        if disk is not None:
            if self.random.random() < 0.5 and vm is not None and vm is not disk.on:
                disk.was_the_vms = disk.was_the_vms or disk.on is self.source
                disk.on, disk.goes_along = vm, self.random.random() < 0.5
                disk.owned = next(self._clock)
            elif disk.on is not None and len([one for one in self.hanging_on(disk.on) if one.kind == "disk"]) > 1:
                disk.was_the_vms = disk.was_the_vms or disk.on is self.source
                disk.on = None
                self.was_moved(disk)

    def _attaches_their_own(self) -> None:
        """A disk to a machine, or an address to a card: also to one that goes along with its machine."""
        kind = self.random.choice(["disk", "nic", "ip"])
        to = self._any("nic" if kind == "ip" else "vm")
        if to is not None:
            self.new(GROUP, kind, f"mine-{kind}", LATER, "a person", on=to, goes_along=self.random.random() < 0.7)

    def _attaches_a_card_made_meanwhile(self) -> None:
        """Made while the restore ran, and attached when the machine was there."""
        if (vm := self._any("vm")) is not None:
            self.new(
                GROUP, "nic", "mine-early-nic", BEGAN + 300, "a person", on=vm, goes_along=self.random.random() < 0.7
            )

    def _makes_anew(self) -> None:
        """Deletes one, and makes another under the same name."""
        one = self._any("vm", "disk", "nic", "ip", "snapshot")
        if one is None or one is self.source:
            return
        parts = self.hanging_on(one)
        again = Thing(one.id, one.kind, f"uid-{next(self._numbers)}", LATER, "a person", dict(one.tags), one.on)
        again.owned = next(self._clock) if one.on is not None else None
        self.things[one.id.lower()] = again
        for part in parts:
            part.on = again

    def _deletes_one(self) -> None:
        one = self._any("vm", "nic", "ip", "disk", "snapshot")
        if one is not None and one is not self.source and not (one.on is not None and one.kind == "disk"):
            self.takes_away(one)

    def _adds_things(self) -> None:
        for kind in self.random.choices(list(TYPES), k=1 + self.random.randrange(3)):
            if kind == "vm":
                self.machine(GROUP, f"their-vm-{next(self._numbers)}", LATER, "a person")
            else:
                self.new(GROUP, kind, f"their-{kind}", LATER, "a person")

    def _copies_a_disk(self) -> None:
        """With its tags: into a disk or a snapshot."""
        if (one := self._any("disk")) is not None:
            kind = self.random.choice(["disk", "snapshot"])
            self.new(GROUP, kind, "copy", LATER, "a person", tags=dict(one.tags))

    def _backs_one_up(self) -> None:
        if (vm := self._any("vm")) is not None:
            vm.is_backed_up = True

    def _starts_another_restore(self) -> None:
        name = f"other-{next(self._numbers)}"
        self.machine(GROUP, name, LATER, "another restore", {"RSVaultBackup": OTHER_JOB})

    def _replaces_disks_again(self) -> None:
        """A later restore over the same machine: what it had until then is kept, and hangs on nothing."""
        if self.mode != "replace_disks":
            return
        for disk in [one for one in self.hanging_on(self.source) if one.kind == "disk"]:
            disk.on, disk.was_the_vms, disk.owned = None, True, next(self._clock)
        self.new(GROUP, "disk", "later", LATER, "another restore", tags={"RSVaultBackup": OTHER_JOB}, on=self.source)

    def _locks_one(self) -> None:
        if (one := self._any(*TYPES)) is not None:
            one.is_locked = True

    # --- Azure --------------------------------------------------------------------------------------------------------
    def delete(self, arm_id: str) -> str | None:
        """As a tear-down asks for it. The code of a refusal; None = it is gone."""
        one = self.things.get(arm_id.lower())
        if one is None:
            return None
        if (why := self._why_not_ours(one)) is not None:
            self.wrong.append(f"asked for {one.id} ({why})")
        if one.is_locked:
            return "ScopeLocked"
        if one.on is not None:
            return "NicInUse" if one.kind == "nic" else "OperationNotAllowed"
        for gone in [one, *self._going_along(one)]:
            self.deleted.append(gone)
            if (why := self._why_not_ours(gone)) is not None:
                self.wrong.append(f"{gone.id} ({why})")
        self.takes_away(one)
        return None

    def _going_along(self, thing: Thing) -> Iterable[Thing]:
        for part in self.hanging_on(thing):
            if part.goes_along:
                yield part
                yield from self._going_along(part)

    def takes_away(self, thing: Thing) -> None:
        for part in list(self.hanging_on(thing)):
            if part.goes_along and not part.is_locked:
                self.takes_away(part)
            else:
                part.on, part.owned = None, next(self._clock)
        self.things.pop(thing.id.lower(), None)

    def _why_not_ours(self, thing: Thing) -> str | None:
        for other in (*self.hanging_on(thing), thing.on):
            if other is not None and (other.maker != "restore" or other.is_touched):
                return f"together with {other.id}"
        if thing is self.source:
            return "the source"
        if thing.is_kept:
            return None if self.names_kept and not thing.is_touched else "a disk that was kept"
        if thing.maker != "restore":
            return f"made by {thing.maker}"
        against = {
            "touched since": thing.is_touched,
            "it was the VM's own": thing.was_the_vms and thing.on is None,
            "it is backed up": thing.is_backed_up,
        }
        return next((why for why, holds in against.items() if holds), None)

    def left_of_ours(self) -> list[str]:
        return [one.id for one in self.things.values() if one.maker == "restore"]
